"""What a worker asks on the phone about pay: the forms, and the answers as they are read out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.deadlines.queries import calendar_for
from casework.funds.reckoning import Reckoning, Unit, written
from casework.offices.forms import DayField
from workflows.calculators import MINIMUM_WAGE_PARAMETER, Calculator, CalculatorForm, Result, sum_field

from . import compensation
from .compensation import Exempt, Exemption, Service

# The average monthly wage of the place in the year before, as published; no value of it is built in.
AVERAGE_WAGE_PARAMETER = "LD.average_wage"

MOST_ITEMS = 20


def _monthly_wage(help_text: Any = "") -> forms.DecimalField:
    return sum_field(_("Monthly wage (yuan)"), help_text=help_text)


def _number(label: Any, most: int, *, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(most),
        max_digits=6,
        decimal_places=2,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )


def _sum(reckoning: Reckoning, sentence: str, **facts: str) -> Result:
    """Return the answer whose headline is a sum."""
    amount = written(reckoning.amount)
    return Result(
        amount, sentence % {"amount": amount, **facts}, reckoning.law, reckoning.steps, amount=reckoning.amount
    )


# ---- the end of a contract -----------------------------------------------------------------------------


class EndOfContract(CalculatorForm):
    """How long, for how much, and what others earn there."""

    local: ClassVar[Mapping[str, str]] = {"average_wage": AVERAGE_WAGE_PARAMETER}
    day = "ended_on"

    began_on = DayField(label=_("Employed from"))
    ended_on = DayField(label=_("Employed until"))
    monthly_wage = _monthly_wage(_("Average of the last twelve months."))
    average_wage = sum_field(_("Average monthly wage of the place in the year before (yuan)"))

    def clean(self) -> dict[str, Any]:
        """Refuse an employment that ended before it began."""
        data = super().clean() or {}
        began, ended = data.get("began_on"), data.get("ended_on")
        if began and ended and ended < began:
            self.add_error("ended_on", _("The employment ended before it began."))
        return data


def end_of_contract(began_on: date, ended_on: date, monthly_wage: Decimal, average_wage: Decimal) -> Result:
    """Answer what a worker gets when the contract ends lawfully."""
    reckoning = compensation.economic_compensation(Service.between(began_on, ended_on), monthly_wage, average_wage)
    months, base = reckoning.steps[:2]
    return _sum(
        reckoning,
        _now("The economic compensation by law is %(amount)s: %(months)s of pay at %(base)s a month."),
        months=written(Decimal(str(months.value)), Unit.MONTHS),
        base=written(Decimal(str(base.value))),
    )


def unlawful_end(began_on: date, ended_on: date, monthly_wage: Decimal, average_wage: Decimal) -> Result:
    """Answer what a worker gets who was dismissed against the law."""
    reckoning = compensation.unlawful_termination(Service.between(began_on, ended_on), monthly_wage, average_wage)
    sentence = _now("For an unlawful termination the employer owes %(amount)s, twice the economic compensation.")
    return _sum(reckoning, sentence)


def _employment(case: Any) -> dict[str, Any]:
    return {"began_on": case.employed_from, "ended_on": case.employed_until, "monthly_wage": case.monthly_wage}


# ---- no written contract -------------------------------------------------------------------------------


class NoContract(CalculatorForm):
    """Since when, until when, and what speaks for the employer."""

    hired_on = DayField(label=_("Employed from"))
    contract_on = DayField(
        label=_("Written contract signed on"), required=False, help_text=_("Empty: none was ever signed.")
    )
    until_on = DayField(label=_("Claimed until"), required=False, help_text=_("Empty: today."))
    monthly_wage = _monthly_wage()
    because = forms.ChoiceField(
        label=_("What the employer can prove"), choices=[("", "—"), *Exemption.choices], required=False
    )
    exempt_from = DayField(label=_("Nothing is owed from"), required=False)
    exempt_until = DayField(label=_("Nothing is owed until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the whole of an exempt time, and for days in their order."""
        data = super().clean() or {}
        data["until_on"] = data.get("until_on") or self.today
        hired = data.get("hired_on")
        for name in ("contract_on", "until_on"):
            if hired and data.get(name) and data[name] < hired and name not in self.errors:
                self.add_error(name, _("This day lies before the first day of work."))
        window = ("because", "exempt_from", "exempt_until")
        if any(data.get(name) for name in window):
            for name in window:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("An exempt time needs its reason, its first and its last day."))
        first, last = data.get("exempt_from"), data.get("exempt_until")
        if first and last and last < first:
            self.add_error("exempt_until", _("The time for which nothing is owed ends before it begins."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the facts, the exempt time as one, and the calendar of the place."""
        facts = super().facts()
        because, first, last = (facts.pop(name) for name in ("because", "exempt_from", "exempt_until"))
        exempt = [Exempt(Exemption(because), first, last)] if because else []
        return {**facts, "exempt": exempt, "is_working_day": calendar_for(self.office).is_working_day}


def no_contract(
    hired_on: date,
    contract_on: date | None,
    until_on: date,
    monthly_wage: Decimal,
    is_working_day: Callable[[date], bool],
    exempt: Sequence[Exempt] = (),
) -> Result:
    """Answer what the second wage comes to."""
    reckoning = compensation.double_wage(hired_on, contract_on, until_on, monthly_wage, is_working_day, exempt)
    sentence = _now("For the time without a written contract the employer owes a second wage of %(amount)s.")
    return _sum(reckoning, sentence)


# ---- pay -----------------------------------------------------------------------------------------------


class Overtime(CalculatorForm):
    """The hours, by kind of day."""

    monthly_wage = _monthly_wage()
    workday = _number(_("Hours on workdays"), 1000)
    restday = _number(_("Hours on rest days without time off in lieu"), 1000)
    holiday = _number(_("Hours on statutory holidays"), 1000)

    def clean(self) -> dict[str, Any]:
        """Ask for some hours."""
        data = super().clean() or {}
        if not self.errors and not any(data.get(kind) for kind in compensation.OVERTIME):
            self.add_error("workday", _("Enter the hours of at least one kind of day."))
        return data


def overtime(
    monthly_wage: Decimal, workday: Decimal | None, restday: Decimal | None, holiday: Decimal | None
) -> Result:
    """Answer what the overtime comes to."""
    typed = {"workday": workday, "restday": restday, "holiday": holiday}
    hours = {kind: number for kind, number in typed.items() if number}
    return _sum(compensation.overtime_pay(monthly_wage, hours), _now("The overtime comes to %(amount)s."))


class UnpaidWages(CalculatorForm):
    """For how long nothing was paid."""

    monthly_wage = _monthly_wage()
    months = _number(_("Full months without pay"), 600)
    days = _number(_("Further paid days"), 31, help_text=_("Working days and statutory holidays; a month has 21.75."))
    paid = sum_field(_("Paid for this time already (yuan)"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a time."""
        data = super().clean() or {}
        if not self.errors and not data.get("months") and not data.get("days"):
            self.add_error("months", _("Enter months, days, or both."))
        return data


def unpaid_wages(monthly_wage: Decimal, months: Decimal | None, days: Decimal | None, paid: Decimal | None) -> Result:
    """Answer what is still owed."""
    nothing = Decimal(0)
    reckoning = compensation.unpaid_wages(monthly_wage, months or nothing, days or nothing, paid or nothing)
    return _sum(reckoning, _now("The employer still owes wages of %(amount)s."))


class LatePay(CalculatorForm):
    """What was ordered to be paid, and what comes on top."""

    owed = sum_field(_("Wages the authority ordered to be paid (yuan)"))
    percent = forms.DecimalField(
        label=_("Per cent on top"),
        min_value=compensation.LEAST_EXTRA,
        max_value=compensation.MOST_EXTRA,
        max_digits=5,
        decimal_places=2,
        initial=compensation.LEAST_EXTRA,
        help_text=_("What the authority set: 50 to 100."),
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )


def late_pay(owed: Decimal, percent: Decimal) -> Result:
    """Answer what comes on top of wages not paid after an order."""
    sentence = _now("On top of the wages ordered, the employer owes %(amount)s.")
    return _sum(compensation.late_payment(owed, percent), sentence)


class DailyPay(CalculatorForm):
    """A month's pay."""

    monthly_wage = _monthly_wage()


def daily_pay(monthly_wage: Decimal) -> Result:
    """Answer what a day and an hour are worth."""
    reckoning = compensation.day_and_hour(monthly_wage)
    hour = written(compensation.hourly_wage(monthly_wage))
    return _sum(reckoning, _now("A day is paid %(amount)s, an hour %(hour)s."), hour=hour)


class PayDay(CalculatorForm):
    """The day that was agreed."""

    agreed_on = DayField(label=_("Day agreed for the pay"))

    def facts(self) -> dict[str, Any]:
        """Return the day, and the calendar of the place."""
        return {**super().facts(), "is_working_day": calendar_for(self.office).is_working_day}


def pay_day(agreed_on: date, is_working_day: Callable[[date], bool]) -> Result:
    """Answer by when a migrant worker has to be paid."""
    found = compensation.pay_day(agreed_on, is_working_day)
    day = written(found.on)
    sentence = _now("The wages have to be paid by %(day)s; where the day agreed is a day of rest, before it.")
    return Result(day, sentence % {"day": day}, found.law, found.steps, code=found.on.isoformat())


# ---- arbitration ---------------------------------------------------------------------------------------


class Items(forms.CharField):
    """What is claimed, one item a line: a few words and a sum."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[tuple[str, Decimal]]:
        """Return the words and the sum of every line.

        Raises:
            ValidationError: with the number of the line that cannot be read.
        """
        items = []
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            words = line.replace("，", " ").split()
            if not words:
                continue
            try:
                amount = Decimal(words[-1].replace(",", ""))
            except InvalidOperation:
                amount = Decimal("NaN")
            if not amount.is_finite() or not 0 <= amount < Decimal(10) ** 10:
                raise forms.ValidationError(
                    _("Line %(number)s: a few words and an amount in yuan."), params={"number": number}
                )
            name = " ".join(words[:-1]) or _now("Item %(number)s") % {"number": number}
            items.append((name, amount))
        if len(items) > MOST_ITEMS:
            raise forms.ValidationError(_("At most twenty items."))
        return items


class FinalAward(CalculatorForm):
    """The items of a claim, each against the threshold."""

    local: ClassVar[Mapping[str, str]] = {"minimum_wage": MINIMUM_WAGE_PARAMETER}
    day = "asked_on"

    # 调解仲裁法 47: what is of neither kind is never final, whatever the sum
    items = Items(
        label=_("Items claimed"),
        help_text=_(
            "One a line: a few words and an amount, “加班费 18000”. Only pay, medical costs of a work injury, economic "
            "compensation, damages, and disputes over the national standards of hours, rest and social insurance can "
            "be final (art. 47); an award over anything else is not."
        ),
    )
    minimum_wage = sum_field(_("Minimum wage of a month in this place (yuan)"))
    asked_on = DayField(label=_("Values of which day"))

    def facts(self) -> dict[str, Any]:
        """Return the items and the minimum wage; the day has done its work."""
        return {name: value for name, value in super().facts().items() if name != "asked_on"}


def final_award(items: Sequence[tuple[str, Decimal]], minimum_wage: Decimal) -> Result:
    """Answer whether an award over these items would bind the employer at once."""
    found = compensation.final_award(items, minimum_wage)
    if found.is_final:
        headline = _now("Final for the employer")
        said = _now(
            "Every item is within %(limit)s: the award is final, the employer can only ask to have it annulled."
        )
    else:
        headline = _now("Not final")
        said = _now("An item is above %(limit)s: the award is not final, either side may sue within 15 days.")
    return Result(
        headline,
        said % {"limit": written(found.threshold)},
        found.law,
        found.steps,
        code="final" if found.is_final else "not_final",
    )


CALCULATORS = (
    Calculator(
        "compensation",
        _("Economic compensation"),
        compensation.COMPENSATION_LAW,
        EndOfContract,
        end_of_contract,
        _employment,
    ),
    Calculator(
        "unlawful_termination",
        _("Damages for unlawful termination"),
        compensation.UNLAWFUL_LAW,
        EndOfContract,
        unlawful_end,
        _employment,
    ),
    Calculator(
        "double_wage",
        _("Second wage without a written contract"),
        f"{compensation.DOUBLE_WAGE_LAW}; {compensation.PART_MONTH_LAW}",
        NoContract,
        no_contract,
        lambda case: {
            "hired_on": case.employed_from,
            "until_on": case.employed_until,
            "monthly_wage": case.monthly_wage,
        },
    ),
    Calculator(
        "overtime",
        _("Overtime pay"),
        compensation.OVERTIME_LAW,
        Overtime,
        overtime,
        lambda case: {"monthly_wage": case.monthly_wage},
    ),
    Calculator(
        "wages",
        _("Unpaid wages"),
        compensation.WAGES_LAW,
        UnpaidWages,
        unpaid_wages,
        lambda case: {"monthly_wage": case.monthly_wage},
    ),
    Calculator("late_pay", _("Extra for wages paid late"), compensation.LATE_LAW, LatePay, late_pay),
    Calculator(
        "daily_pay",
        _("Pay of a day and of an hour"),
        compensation.PAID_DAYS_LAW,
        DailyPay,
        daily_pay,
        lambda case: {"monthly_wage": case.monthly_wage},
    ),
    Calculator("pay_day", _("Pay day of migrant workers"), compensation.PAY_DAY_LAW, PayDay, pay_day),
    Calculator("final_award", _("Is the award final?"), compensation.FINAL_AWARD_LAW, FinalAward, final_award),
)
