"""What somebody in hardship asks on the phone: the forms, and the answers as they are read out."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.funds.reckoning import Step, written
from casework.offices.forms import DayField
from casework.offices.queries import parameters_on
from workflows.calculators import MINIMUM_WAGE_PARAMETER, Calculator, CalculatorForm, Known, Result, sum_field

from . import eligibility, queries
from .eligibility import CATEGORY_LAW, FUND_LAW, SURVEYED_EXCLUSIONS, Category, Household, Programme, Rules
from .queries import DIBAO_PARAMETER, RULES_PARAMETER

CATEGORIES = [(code, label) for code, label in Category.choices if code != Category.NONE]


def _yearly(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    return sum_field(label, required=required, help_text=help_text)


def _people(label: Any, *, least: int = 0, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=30, required=least > 0, help_text=help_text, initial=None
    )


class _ByTheRules(CalculatorForm):
    """A question that the rules of the place answer on a day."""

    day = "asked_on"

    dibao = sum_field(_("Subsistence line, a head and month (yuan)"))
    asked_on = DayField(label=_("Values of which day"))

    def rules(self, data: Mapping[str, Any]) -> Rules:
        """Return the rules of the place on the day, with the line that was typed.

        Raises:
            UnreadableRules: what was entered for the place makes no sense.
        """
        row = parameters_on([RULES_PARAMETER], self.office, data["asked_on"]).get(RULES_PARAMETER)
        line = self.known.get("dibao")
        from_here = line is not None and data["dibao"] == line.value
        sources = [line.source if line and from_here else "", row.source if row else ""]
        return queries.read_rules(str(data["dibao"]), row.value if row else {}, sources)

    def clean(self) -> dict[str, Any]:
        """Bring the rules along."""
        data = super().clean() or {}
        if data.get("asked_on") and data.get("dibao") is not None:
            try:
                data["rules"] = self.rules(data)
            except CaseworkError as error:
                self.add_error("dibao", str(error))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the facts; line and day stand in the rules."""
        return {name: value for name, value in super().facts().items() if name not in ("dibao", "asked_on")}


# ---- category ------------------------------------------------------------------------------------------


class InWhichCategory(_ByTheRules):
    """What a household has and cannot avoid paying, over the last twelve months."""

    local: ClassVar[Mapping[str, str]] = {"dibao": DIBAO_PARAMETER, "minimum_wage": MINIMUM_WAGE_PARAMETER}

    persons = _people(_("Persons in the household"), least=1)
    income = _yearly(_("Income of the last twelve months (yuan)"), required=True, help_text=_("Of all together."))
    union_relief = _yearly(
        _("Relief already given by unions"), help_text=_("It counts as income; small festival gifts do not.")
    )
    basic_pension = _yearly(_("Of these: basic pension of residents"), help_text=_("It does not count as income."))
    rigid_expense = _yearly(
        _("Rigid expense of the last twelve months (yuan)"),
        help_text=_("Illness, disability, schooling beyond the compulsory years, housing."),
    )
    idle_adults = _people(
        _("Adults able to work who neither work nor learn"), help_text=_("The minimum wage is counted for each.")
    )
    minimum_wage = sum_field(_("Minimum wage of a month in this place (yuan)"), required=False)
    accident_expense = _yearly(_("Expense of the accident after all compensation and insurance"))
    exclusions = forms.MultipleChoiceField(
        label=_("Facts that rule the household out"),
        required=False,
        choices=[(fact.value, fact.label) for fact in SURVEYED_EXCLUSIONS],
        widget=forms.CheckboxSelectMultiple,
    )
    is_migrant = forms.BooleanField(label=_("Migrant worker"), required=False)
    employed_months = forms.IntegerField(
        label=_("Months employed here"), min_value=0, max_value=800, required=False, help_text=_("For migrant workers.")
    )
    is_member = forms.BooleanField(label=_("Union member"), required=False)

    field_order = (
        "persons",
        "income",
        "basic_pension",
        "union_relief",
        "rigid_expense",
        "accident_expense",
        "idle_adults",
        "dibao",
        "minimum_wage",
        "asked_on",
        "exclusions",
        "is_migrant",
        "employed_months",
        "is_member",
    )

    def known_on(self, on: date) -> dict[str, Known]:
        """Return the values of the place; a minimum wage that its rules of hardship name goes first."""
        found = super().known_on(on)
        row = parameters_on([RULES_PARAMETER], self.office, on).get(RULES_PARAMETER)
        try:
            ruled = queries.read_rules(queries.A_LINE, row.value if row else {}, ()).minimum_wage_monthly
        except CaseworkError:
            return found
        if row is None or ruled is None:
            return found
        return {**found, "minimum_wage": Known(ruled, row.source, row.valid_from, str(row.office))}

    def clean(self) -> dict[str, Any]:
        """Check what must fit together."""
        data = super().clean()
        if (data.get("basic_pension") or 0) > (data.get("income") or 0) and "income" in data:
            self.add_error("basic_pension", _("It cannot be more than the income it is part of."))
        if data.get("persons") and (data.get("idle_adults") or 0) > data["persons"]:
            self.add_error("idle_adults", _("There are not so many persons in the household."))
        return data

    def rules(self, data: Mapping[str, Any]) -> Rules:
        """Return the rules with the minimum wage that was typed."""
        return eligibility.with_minimum_wage(super().rules(data), data.get("minimum_wage"))

    def facts(self) -> dict[str, Any]:
        """Return the household and the rules."""
        facts = super().facts()
        nothing = Decimal(0)
        home = Household(
            persons=facts["persons"],
            transfers=facts["basic_pension"] or nothing,
            other_income=facts["income"] - (facts["basic_pension"] or nothing),
            union_relief=facts["union_relief"] or nothing,
            basic_pension=facts["basic_pension"] or nothing,
            other_expense=facts["rigid_expense"] or nothing,
            idle_adults=facts["idle_adults"] or 0,
            accident_expense=facts["accident_expense"] or nothing,
            exclusions=tuple(facts["exclusions"]),
            is_migrant=facts["is_migrant"],
            employed_months=facts["employed_months"] or 0,
            is_member=facts["is_member"],
        )
        return {"home": home, "rules": facts["rules"]}


def in_which_category(home: Household, rules: Rules) -> Result:
    """Answer which category the rules propose."""
    found = eligibility.assess(home, rules)
    facts = {
        "category": found.category.label,
        "per_head": written(found.per_head_monthly),
        "line": written(rules.dibao_monthly),
    }
    if found.exclusions:
        facts["why"] = _now("; ").join(str(reason.label) for reason in found.exclusions)
        said = _now("The household is ruled out, whatever its income: %(why)s.")
    else:
        said = _now("With %(per_head)s a head and month against a line of %(line)s: %(category)s.")
    return Result(found.category.label, said % facts, found.law, found.steps, code=found.category.value)


def _survey(case: Any) -> dict[str, Any]:
    """Return what the newest survey found."""
    survey = case.surveys.last()
    if survey is None:
        return {"is_migrant": case.is_migrant, "employed_months": case.employed_months}
    home = queries.household_found(case, survey)
    return {
        "asked_on": survey.surveyed_on,
        "persons": home.persons,
        "income": home.income - home.union_relief + home.basic_pension,
        "union_relief": home.union_relief,
        "basic_pension": home.basic_pension,
        "rigid_expense": home.rigid_expense,
        "idle_adults": home.idle_adults,
        "accident_expense": home.accident_expense,
        "exclusions": list(home.exclusions),
        "is_migrant": home.is_migrant,
        "employed_months": home.employed_months,
        "is_member": home.is_member,
    }


# ---- how much ------------------------------------------------------------------------------------------


class HowMuch(_ByTheRules):
    """For what, for whom, and what it cost."""

    local: ClassVar[Mapping[str, str]] = {"dibao": DIBAO_PARAMETER}

    programme = forms.ChoiceField(label=_("Programme"), choices=Programme.choices)
    category = forms.ChoiceField(label=_("Category"), choices=CATEGORIES)
    self_paid_medical = _yearly(_("Medical bills paid by the household itself"))
    pupils = _people(_("Pupils and students"))
    accident_expense = _yearly(_("Expense of the accident after all compensation and insurance"))
    others = forms.MultipleChoiceField(
        label=_("Aid of other kinds this year"),
        required=False,
        choices=Programme.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = (
        "programme",
        "category",
        "self_paid_medical",
        "pupils",
        "accident_expense",
        "dibao",
        "asked_on",
        "others",
    )

    def facts(self) -> dict[str, Any]:
        """Return the facts, what the household spent as a household."""
        facts = super().facts()
        home = Household(
            persons=1,
            self_paid_medical=facts.pop("self_paid_medical") or Decimal(0),
            pupils=facts.pop("pupils") or 0,
            accident_expense=facts.pop("accident_expense") or Decimal(0),
        )
        return {**facts, "home": home}


def how_much(programme: str, category: str, others: Sequence[str], home: Household, rules: Rules) -> Result:
    """Answer the most a programme may give in a year, who decides on it, and whether a further kind may be given."""
    most = eligibility.ceiling(programme, category, home, rules)
    combined = eligibility.may_combine(category, programme, others, rules)
    steps = [*most.steps]
    if most.amount is not None:
        decides = eligibility.who_decides(most.amount, rules)
        steps.append(Step(_("For so much"), law=rules.law, verdict=decides.label))
    steps += [Step(_("Ruled out"), law=rules.law, verdict=reason.label) for reason in combined.reasons]
    headline = written(most.amount) if most.amount is not None else _now("No limit")
    facts = {"programme": Programme(programme).label, "amount": headline}
    if most.amount is None:
        said = _now("The rules set no limit for %(programme)s.")
    else:
        said = _now("%(programme)s may come to %(amount)s a year at the most.")
    if not combined.allowed:
        said += " " + _now("But this category gets one kind of aid a year, and already has one.")
    code = "no_limit" if most.amount is None else ""
    return Result(headline, said % facts, most.law, tuple(steps), amount=most.amount, code=code)


def _asked_for(case: Any) -> dict[str, Any]:
    survey = case.surveys.last()
    known: dict[str, Any] = {"programme": case.programme, "category": case.category}
    if survey is None:
        return known
    home = queries.household_found(case, survey)
    return known | {
        "asked_on": survey.surveyed_on,
        "self_paid_medical": home.self_paid_medical,
        "pupils": home.pupils,
        "accident_expense": home.accident_expense,
        "others": queries.other_programmes_of_year(case, survey.surveyed_on.year),
    }


CALCULATORS = (
    Calculator("category", _("Category of hardship"), CATEGORY_LAW, InWhichCategory, in_which_category, _survey),
    Calculator("ceiling", _("How much aid at the most"), FUND_LAW, HowMuch, how_much, _asked_for),
)
