"""What the law gives a worker in money: pure sums, each with the steps that led to it.

Amounts are yuan as Decimal; only the end of a sum is rounded, to the fen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.deadlines.calendar import add_months

FEN = Decimal("0.01")
HALF = Decimal("0.5")

# 人社部发〔2025〕2号: a month's pay stands for 21.75 days, a day for eight hours.
PAID_DAYS = Decimal("21.75")
HOURS_A_DAY = 8

# 劳动合同法 art. 47(2): a wage above three times the local average counts as three times, and at most twelve years.
WAGE_CAP_TIMES = 3
YEARS_CAP = Decimal(12)

# 劳动合同法 art. 82: the second wage begins after the first month and ends before the twelfth is over.
DOUBLE_WAGE_MONTHS = 11

# 调解仲裁法 art. 47: an award on each item up to twelve monthly minimum wages is final for the employer.
FINAL_AWARD_MONTHS = 12

OVERTIME = {"workday": Decimal("1.5"), "restday": Decimal(2), "holiday": Decimal(3)}


@dataclass(frozen=True)
class Step:
    """One line of a reckoning: what it is, and how much."""

    words: str | Promise
    value: Decimal


@dataclass(frozen=True)
class Reckoning:
    """A sum, the article it rests on, and how it came about."""

    amount: Decimal
    law: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Service:
    """How long somebody worked for an employer: full years, full months beyond them, days beyond those."""

    years: int
    months: int = 0
    days: int = 0

    @classmethod
    def between(cls, first: date, last: date) -> "Service":
        """Return the service from the first working day to the last, both included.

        Raises:
            ValueError: the last day lies before the first.
        """
        if last < first:
            raise ValueError("the last day of work lies before the first")
        after, whole = last + timedelta(days=1), 0
        while add_months(first, whole + 1) <= after:
            whole += 1
        return cls(*divmod(whole, 12), (after - add_months(first, whole)).days)

    @property
    def months_of_pay(self) -> Decimal:
        """Return how many months' pay the service is worth (劳动合同法 art. 47(1))."""
        if self.months >= 6:
            return Decimal(self.years + 1)
        return Decimal(self.years) + (HALF if self.months or self.days else 0)


def to_fen(amount: Decimal) -> Decimal:
    """Round a sum to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def daily_wage(monthly_wage: Decimal) -> Decimal:
    """Return the pay of a day."""
    return to_fen(_money(monthly_wage) / PAID_DAYS)


def hourly_wage(monthly_wage: Decimal) -> Decimal:
    """Return the pay of an hour."""
    return to_fen(_money(monthly_wage) / PAID_DAYS / HOURS_A_DAY)


def economic_compensation(service: Service, monthly_wage: Decimal, local_average: Decimal) -> Reckoning:
    """Return the compensation for a contract that ended (经济补偿).

    Args:
        monthly_wage: average of the last twelve months.
        local_average: average monthly wage of the place in the year before, as published.
    """
    cap = WAGE_CAP_TIMES * _money(local_average)
    is_capped = _money(monthly_wage) > cap
    base = min(monthly_wage, cap)
    months = min(service.months_of_pay, YEARS_CAP) if is_capped else service.months_of_pay
    return Reckoning(
        to_fen(base * months),
        "劳动合同法 第四十七条",
        (
            Step(_("Months of pay for the length of service"), months),
            Step(_("Monthly pay, at most three times the local average"), to_fen(base)),
            Step(_("Economic compensation"), to_fen(base * months)),
        ),
    )


def unlawful_termination(service: Service, monthly_wage: Decimal, local_average: Decimal) -> Reckoning:
    """Return the damages for a dismissal against the law: twice the compensation (赔偿金)."""
    single = economic_compensation(service, monthly_wage, local_average)
    twice = single.amount * 2
    return Reckoning(
        twice, "劳动合同法 第八十七条", (*single.steps, Step(_("Twice, because the termination was unlawful"), twice))
    )


def double_wage(
    hired_on: date,
    contract_on: date | None,
    until_on: date,
    monthly_wage: Decimal,
    is_working_day: Callable[[date], bool],
) -> Reckoning:
    """Return the second wage for the time without a written contract (二倍工资差额).

    Args:
        contract_on: when the contract was signed; none if it never was.
        until_on: the last day claimed for, when there is no contract.
        is_working_day: the calendar of the place; part of a month counts by the working days of that month.
    """
    first = add_months(hired_on, 1)
    after = contract_on if contract_on is not None else until_on + timedelta(days=1)
    after = min(after, add_months(hired_on, DOUBLE_WAGE_MONTHS + 1))
    whole = 0
    while add_months(hired_on, whole + 2) <= after:
        whole += 1
    begun, month_end = add_months(hired_on, whole + 1), add_months(hired_on, whole + 2)
    worked = _working_days(begun, after, is_working_day)
    in_month = _working_days(begun, month_end, is_working_day)
    part = Decimal(worked) / in_month if worked else Decimal(0)
    amount = to_fen(_money(monthly_wage) * (whole + part)) if after > first else Decimal("0.00")
    return Reckoning(
        amount,
        "劳动合同法 第八十二条; 法释〔2025〕12号 第六条",
        (
            Step(_("Full months without a contract, after the first"), Decimal(whole)),
            Step(_("Working days of the month begun"), Decimal(worked)),
            Step(_("Second wage"), amount),
        ),
    )


def overtime(hours: Decimal, monthly_wage: Decimal, day: str) -> Reckoning:
    """Return the pay for overtime on a workday, a rest day without time off in lieu, or a statutory holiday."""
    rate = OVERTIME[day]
    amount = to_fen(_money(hours) * _money(monthly_wage) / PAID_DAYS / HOURS_A_DAY * rate)
    return Reckoning(
        amount,
        "劳动法 第四十四条",
        (
            Step(_("Pay of an hour"), hourly_wage(monthly_wage)),
            Step(_("Multiple of the hourly pay"), rate),
            Step(_("Overtime pay"), amount),
        ),
    )


def late_payment(owed: Decimal, percent: Decimal) -> Reckoning:
    """Return the extra for wages not paid after an order to pay them (加付赔偿金).

    Args:
        percent: what the authority set, 50 to 100.

    Raises:
        ValueError: the percentage lies outside the law.
    """
    if not 50 <= percent <= 100:
        raise ValueError("between 50 and 100 per cent")
    amount = to_fen(_money(owed) * percent / 100)
    return Reckoning(
        amount,
        "劳动合同法 第八十五条",
        (Step(_("Wages owed"), to_fen(owed)), Step(_("Per cent on top"), percent), Step(_("Damages on top"), amount)),
    )


def is_final_award(items: list[Decimal], monthly_minimum_wage: Decimal) -> bool:
    """Return whether an award over these items is final: each one, not their sum, against the threshold."""
    return all(_money(item) <= FINAL_AWARD_MONTHS * monthly_minimum_wage for item in items)


def _working_days(first: date, after: date, is_working_day: Callable[[date], bool]) -> int:
    return sum(is_working_day(first + timedelta(days=number)) for number in range(max((after - first).days, 0)))


def _money(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError("money is a Decimal")
    return amount
