"""What an injured worker or a family asks on the phone: the forms, and the answers as they are read out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.funds.reckoning import written
from casework.offices import values
from casework.offices.forms import DayField
from casework.offices.models import LocalParameter
from casework.offices.queries import parameters_on
from workflows.calculators import MINIMUM_WAGE_PARAMETER, Calculator, CalculatorForm, Known, Result, sum_field
from workflows.forms import said_at_the_field

from . import benefits, provinces, queries
from .benefits import SubsidyTable
from .models import Insured

# The average monthly wage of the workers of the pool area, as published; no value of it is built in.
POOL_AVERAGE_PARAMETER = "WI.pool_average_wage"
# Disposable income per head of the nation's townspeople in the year before; holds for deaths in the year of its row.
NATIONAL_INCOME_PARAMETER = "WI.national_urban_income"
# A place's own table of the subsidies on leaving, and the average wage it goes by.
LEAVING_PARAMETER = "WI.leaving.table"
LEAVING_WAGE_PARAMETER = "WI.leaving.base_wage"

HERE = "here"
MOST_DEPENDANTS = 20


def check_value(code: str, value: Any) -> None:
    """Refuse a table of subsidies that cannot be read.

    Raises:
        BadTable: says what is wrong with it.
    """
    if code == LEAVING_PARAMETER:
        SubsidyTable.read(value)


values.CHECKS.append(check_value)


def _count(label: Any, most: int, *, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, help_text=help_text)


def _pool_average(label: Any = None) -> forms.DecimalField:
    return sum_field(label or _("Average monthly wage of the pool area (yuan)"))


class GradeField(forms.IntegerField):
    """A grade of disability; one that does not exist is told which do."""

    def clean(self, value: Any) -> int | None:
        """Return the grade."""
        grade = super().clean(value)
        if grade is None:
            return None
        with said_at_the_field():
            return benefits.known_grade(grade)


# ---- grade and nursing ---------------------------------------------------------------------------------


class Disability(CalculatorForm):
    """The grade and the wage."""

    local: ClassVar[Mapping[str, str]] = {
        "pool_average": POOL_AVERAGE_PARAMETER,
        "minimum_wage": MINIMUM_WAGE_PARAMETER,
    }
    day = "asked_on"

    grade = GradeField(label=_("Grade of disability"), help_text=_("1 is the gravest, 10 the lightest."))
    own_wage = sum_field(
        _("Own wage a month (yuan)"), help_text=_("Average contribution wage of the twelve months before the injury.")
    )
    pool_average = _pool_average()
    minimum_wage = sum_field(
        _("Minimum wage of a month in this place (yuan)"),
        required=False,
        help_text=_("A lower allowance is topped up to it."),
    )
    is_uninsured = forms.BooleanField(label=_("The employer had not insured the worker"), required=False)
    asked_on = DayField(label=_("Values of which day"))


def disability(
    grade: int,
    own_wage: Decimal,
    pool_average: Decimal,
    minimum_wage: Decimal | None,
    is_uninsured: bool = False,
    asked_on: date | None = None,
) -> Result:
    """Answer what a grade gives, at once and each month."""
    found = benefits.disability(grade, own_wage, pool_average, minimum_wage, is_insured=not is_uninsured)
    once, monthly = written(found.lump_sum), written(found.allowance_paid or Decimal(0))
    if found.allowance_paid is None:
        said = _now("Grade %(grade)s gives %(once)s, once.")
    elif grade in benefits.PAID_BY_FUND:
        said = _now("Grade %(grade)s gives %(once)s once, and %(monthly)s every month.")
    else:
        said = _now(
            "Grade %(grade)s gives %(once)s once, and %(monthly)s every month if no suitable work can be arranged."
        )
    if is_uninsured:
        said += " " + _now("The employer pays all of it.")
    said %= {"grade": grade, "once": once, "monthly": monthly}
    return Result(once, said, found.law, found.steps, amount=found.lump_sum)


class Nursing(CalculatorForm):
    """How much help is needed."""

    local: ClassVar[Mapping[str, str]] = {"pool_average": POOL_AVERAGE_PARAMETER}
    day = "asked_on"

    level = forms.ChoiceField(
        label=_("Cannot look after himself or herself"),
        choices=[("full", _("wholly")), ("most", _("mostly")), ("part", _("partly"))],
        widget=forms.RadioSelect,
    )
    pool_average = _pool_average(_("Average monthly wage of the pool area in the year before (yuan)"))
    asked_on = DayField(label=_("Values of which day"))


def nursing(level: str, pool_average: Decimal, asked_on: date | None = None) -> Result:
    """Answer what nursing gives each month."""
    found = benefits.nursing(level, pool_average)
    amount = written(found.amount)
    said = _now("The nursing allowance is %(amount)s every month.") % {"amount": amount}
    return Result(amount, said, found.law, found.steps, amount=found.amount)


# ---- pay during the treatment --------------------------------------------------------------------------


class Treatment(CalculatorForm):
    """Since when, until when, and what was confirmed."""

    injured_on = DayField(label=_("Day of the accident"))
    monthly_pay = sum_field(_("Pay before the accident, a month (yuan)"))
    until_on = DayField(label=_("Reckoned until"), required=False, help_text=_("Empty: today."))
    further_months = _count(
        _("Further months the city's committee confirmed"), benefits.FURTHER_TREATMENT_MONTHS, help_text=_("0 to 12.")
    )
    graded_on = DayField(
        label=_("Graded on"), required=False, help_text=_("With the grade of disability this pay ends.")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days before the accident."""
        data = super().clean() or {}
        data["until_on"] = data.get("until_on") or self.today
        data["further_months"] = data.get("further_months") or 0
        for name in ("until_on", "graded_on"):
            if data.get("injured_on") and data.get(name) and data[name] < data["injured_on"]:
                self.add_error(name, _("This is before the accident."))
        return data


def treatment(
    injured_on: date, monthly_pay: Decimal, until_on: date, further_months: int, graded_on: date | None
) -> Result:
    """Answer for how long the pay goes on, and what it comes to."""
    found = benefits.paid_treatment(
        injured_on, monthly_pay, until_on, further_months=further_months, graded_on=graded_on
    )
    facts = {"last": written(found.last_on), "until": written(found.until_on), "amount": written(found.amount)}
    said = _now("The pay goes on until %(last)s at the latest; until %(until)s it comes to %(amount)s.")
    return Result(facts["amount"], said % facts, found.law, found.steps, amount=found.amount)


# ---- leaving the employer ------------------------------------------------------------------------------


class Leaving(CalculatorForm):
    """The grade, and whose table counts."""

    local: ClassVar[Mapping[str, str]] = {"average_wage": LEAVING_WAGE_PARAMETER}
    day = "left_on"

    grade = GradeField(label=_("Grade of disability"), help_text=_("Grades 5 to 10 get these subsidies."))
    table = forms.ChoiceField(label=_("Table of which province"))
    average_wage = sum_field(
        _("Average monthly wage the table goes by (yuan)"), help_text=_("Of the province or of the pool area.")
    )
    years_to_retirement = _count(
        _("Full years to retirement"), 60, help_text=_("Only in the last five years; empty: more.")
    )
    is_disease = forms.BooleanField(label=_("Occupational disease"), required=False)
    left_on = DayField(label=_("Employment ends on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = self._day_of(self.data if self.is_bound else None, self.day) or self.initial[self.day]
        self.entered = parameters_on([LEAVING_PARAMETER], self.office, on).get(LEAVING_PARAMETER)
        chinese = (get_language() or "").startswith("zh")
        known = [(text.region, text.names[-1] if chinese else text.place) for text in provinces.SUBSIDIES]
        here = [(HERE, _now("As entered for %(office)s") % {"office": self.entered.office})] if self.entered else []
        field = self.fields["table"]
        field.choices = [("", "—"), *here, *known]  # type: ignore[attr-defined]
        if self.entered:
            field.help_text = escape(self.entered.source)
            self.initial.setdefault("table", HERE)
            return
        try:
            text = provinces.subsidies_of(self.office.region)
            field.help_text = escape(text.source)
            self.initial.setdefault("table", text.region)
        except CaseworkError as error:
            field.help_text = escape(str(error))

    def clean_grade(self) -> int:
        """Refuse the grades that keep their employment."""
        grade = self.cleaned_data["grade"]
        if grade not in benefits.GRADES_LEAVING:
            raise forms.ValidationError(benefits.NoSubsidyOnLeaving.message)
        return grade

    def clean(self) -> dict[str, Any]:
        """Read the table that was chosen."""
        data = super().clean() or {}
        chosen = data.get("table")
        if not chosen:
            return data
        try:
            data["table"], data["law"] = _table_of(chosen, self.entered, data.get("left_on"))
        except CaseworkError as error:
            self.add_error("table", str(error))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the facts; the day has done its work."""
        return {name: value for name, value in super().facts().items() if name != "left_on"}


def _table_of(chosen: str, entered: LocalParameter | None, on: date | None) -> tuple[SubsidyTable, str]:
    """Return a table of subsidies and the text it stands in.

    Raises:
        BadTable: the place's own table cannot be read.
        UnknownPlace: nobody has read the text of that province; says whose were.
        NotYetPublished: the text that was read is younger than the day.
    """
    if chosen == HERE and entered is not None:
        return SubsidyTable.read(entered.value), entered.source
    text = provinces.subsidies_of(chosen, on)
    return text.value, text.source


def leaving(
    grade: int,
    table: SubsidyTable,
    average_wage: Decimal,
    years_to_retirement: int | None = None,
    is_disease: bool = False,
    law: str = "",
) -> Result:
    """Answer what somebody gets who leaves the employer."""
    found = benefits.leaving(
        grade, average_wage, table, years_to_retirement=years_to_retirement, is_disease=is_disease, law=law
    )
    facts = {"medical": written(found.medical), "employment": written(found.employment), "total": written(found.total)}
    said = _now("On leaving: %(medical)s for treatment from the fund and %(employment)s from the employer.")
    return Result(facts["total"], said % facts, found.law, found.steps, amount=found.total)


# ---- death, and missing --------------------------------------------------------------------------------


class _OfDependants(CalculatorForm):
    """Who lived from the worker's pay, and what the nation's townspeople earn."""

    own_wage = sum_field(
        _("Own wage a month (yuan)"), help_text=_("Average contribution wage of the twelve months before the injury.")
    )
    spouse = forms.BooleanField(label=_("A dependent spouse"), required=False)
    others = _count(_("Other dependants"), MOST_DEPENDANTS, help_text=_("Children, parents and others."))
    alone = _count(_("Of these: lone elders and orphans"), MOST_DEPENDANTS)
    national_income = sum_field(_("National urban income per head in the year before (yuan)"))

    def known_on(self, on: date) -> dict[str, Known]:
        """Return the values of the place, and the national income of the year before as far as it is published."""
        found = super().known_on(on)
        entered = found.pop("national_income", None)
        if entered is not None and entered.since is not None and entered.since.year == on.year:
            return {**found, "national_income": entered}
        try:
            published = benefits.national_income(on.year)
        except CaseworkError:
            return found
        return {**found, "national_income": Known(published.value, published.source)}

    def _said_of(self, name: str, on: date) -> str:
        if name == "national_income" and name not in self.known:
            try:
                benefits.national_income(on.year)
            except CaseworkError as error:
                return escape(str(error))
        return super()._said_of(name, on)

    def clean(self) -> dict[str, Any]:
        """Count the dependants."""
        data = super().clean() or {}
        others, alone = data.get("others") or 0, data.get("alone") or 0
        if alone > others:
            self.add_error("alone", _("There are not so many dependants."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the facts, the dependants as a list of their relations."""
        facts = super().facts()
        spouse, others, alone = facts.pop("spouse"), facts.pop("others") or 0, facts.pop("alone") or 0
        relations = [*(["spouse"] if spouse else []), *["other"] * (others - alone), *["lone_elder"] * alone]
        return {name: value for name, value in facts.items() if name != self.day} | {"dependants": relations}


class Death(_OfDependants):
    """When somebody died, and who is left."""

    local: ClassVar[Mapping[str, str]] = {
        "pool_average": POOL_AVERAGE_PARAMETER,
        "national_income": NATIONAL_INCOME_PARAMETER,
    }
    day = "died_on"

    died_on = DayField(label=_("Day of the death"))
    pool_average = _pool_average(_("Average monthly wage of the pool area in the year before (yuan)"))

    field_order = ("died_on", "own_wage", "spouse", "others", "alone", "pool_average", "national_income")


def death(pool_average: Decimal, national_income: Decimal, own_wage: Decimal, dependants: list[str]) -> Result:
    """Answer what a death at work gives the family."""
    found = benefits.death(pool_average, national_income, own_wage, dependants)
    facts = {
        "funeral": written(found.funeral),
        "benefit": written(found.benefit),
        "monthly": written(found.monthly.payable),
    }
    said = _now("The family gets %(benefit)s and %(funeral)s for the funeral, once;")
    if dependants:
        said += " " + _now("the dependants get %(monthly)s every month.")
    else:
        said += " " + _now("there are no dependants with an allowance.")
    return Result(written(found.at_once), said % facts, found.law, found.steps, amount=found.at_once)


class Missing(_OfDependants):
    """Since when somebody is missing."""

    local: ClassVar[Mapping[str, str]] = {"national_income": NATIONAL_INCOME_PARAMETER}
    day = "missing_since"

    missing_since = DayField(label=_("Day of the accident"))
    monthly_pay = sum_field(_("Pay before the accident, a month (yuan)"))

    field_order = ("missing_since", "monthly_pay", "own_wage", "spouse", "others", "alone", "national_income")


def missing(monthly_pay: Decimal, own_wage: Decimal, dependants: list[str], national_income: Decimal) -> Result:
    """Answer what is paid for somebody who is missing."""
    found = benefits.missing(monthly_pay, own_wage, dependants, national_income)
    facts = {
        "pay": written(found.pay),
        "monthly": written(found.monthly.payable),
        "advance": written(found.advance),
    }
    said = _now(
        "The employer pays %(pay)s for the first three months, then the dependants get %(monthly)s every month; "
        "in need, up to %(advance)s are paid in advance."
    )
    return Result(facts["pay"], said % facts, found.law, found.steps, amount=found.pay)


CALCULATORS = (
    Calculator(
        "disability",
        _("Benefits by grade"),
        "工伤保险条例 第三十五条至第三十七条",
        Disability,
        disability,
        lambda case: {"grade": queries.grade_noted(case), "is_uninsured": case.insured == Insured.NO or None},
    ),
    Calculator(
        "treatment",
        _("Pay during the treatment"),
        benefits.TREATMENT_LAW,
        Treatment,
        treatment,
        lambda case: {"injured_on": case.accident_on},
    ),
    Calculator("nursing", _("Nursing allowance"), benefits.NURSING_LAW, Nursing, nursing),
    Calculator(
        "leaving",
        _("Subsidies on leaving"),
        benefits.LEAVING_LAW,
        Leaving,
        leaving,
        lambda case: {"grade": queries.grade_noted(case), "is_disease": case.circumstance == "disease" or None},
    ),
    Calculator(
        "death",
        _("Death at work"),
        "工伤保险条例 第三十九条",
        Death,
        death,
        lambda case: {"died_on": case.accident_on if case.severity == "death" else None},
    ),
    Calculator(
        "missing",
        _("Missing at work"),
        benefits.MISSING_LAW,
        Missing,
        missing,
        lambda case: {"missing_since": case.accident_on},
    ),
)
