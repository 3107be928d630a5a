"""What the law gives a worker in money: pure sums, each with the steps that led to it.

Amounts are yuan as Decimal; only the end of a sum is rounded, to the fen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, Text
from casework.deadlines.calendar import add_months, full_months
from casework.funds.reckoning import Reckoning, Step, Unit, exact, plain, to_fen

HALF = Decimal("0.5")
DAY = timedelta(days=1)

# 人社部发〔2025〕2号: a month's pay stands for 21.75 days, a day for eight hours.
PAID_DAYS = Decimal("21.75")
HOURS_A_DAY = 8
PAID_DAYS_LAW = "人社部发〔2025〕2号"

# 劳动合同法 art. 47(2): a wage above three times the local average counts as three times, and at most twelve years.
WAGE_CAP_TIMES = 3
YEARS_CAP = Decimal(12)
COMPENSATION_LAW = "劳动合同法 第四十七条"
UNLAWFUL_LAW = "劳动合同法 第八十七条"

# 劳动合同法 art. 82: the second wage begins after the first month and ends before the twelfth is over.
DOUBLE_WAGE_MONTHS = 11
DOUBLE_WAGE_LAW = "劳动合同法 第八十二条"
PART_MONTH_LAW = "法释〔2025〕12号 第六条"
EXEMPT_LAW = "法释〔2025〕12号 第七条、第八条"

# 劳动合同法 art. 85: what the authority may add to wages that were not paid after its order, in per cent.
LEAST_EXTRA, MOST_EXTRA = Decimal(50), Decimal(100)
LATE_LAW = "劳动合同法 第八十五条"

# 调解仲裁法 art. 47: an award on each item up to twelve monthly minimum wages is final for the employer.
FINAL_AWARD_MONTHS = 12
FINAL_AWARD_LAW = "调解仲裁法 第四十七条; 办案规则 第五十条; 法释〔2020〕26号 第十九条"

# 劳动法 art. 44
OVERTIME = {"workday": Decimal("1.5"), "restday": Decimal(2), "holiday": Decimal(3)}
OVERTIME_LAW = "劳动法 第四十四条"

WAGES_LAW = "劳动法 第五十条; 劳动合同法 第三十条"
PAY_DAY_LAW = "保障农民工工资支付条例 第十一条、第十四条"


class EndsBeforeItBegins(CaseworkError):
    """Somebody would have stopped working before starting."""

    message = _("The last day of work lies before the first.")


class BadPercent(CaseworkError):
    """An authority cannot add so much to wages that are late."""

    message = _("The law lets the authority add between 50 and 100 per cent to wages it ordered to be paid.")


class UnknownKindOfDay(CaseworkError):
    """Overtime falls on a workday, a rest day or a holiday; the message names what is known."""


class WindowBackwards(CaseworkError):
    """A time without duty to pay would end before it begins."""

    message = _("The time for which nothing is owed ends before it begins.")


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
            EndsBeforeItBegins: the last day lies before the first.
        """
        if last < first:
            raise EndsBeforeItBegins
        after = last + DAY
        whole = full_months(first, after)
        return cls(*divmod(whole, 12), (after - add_months(first, whole)).days)

    @property
    def months_of_pay(self) -> Decimal:
        """Return how many months' pay the service is worth (劳动合同法 art. 47(1))."""
        if self.months >= 6:
            return Decimal(self.years + 1)
        return Decimal(self.years) + (HALF if self.months or self.days else 0)

    def __str__(self) -> str:
        return _now("%(years)s years, %(months)s months, %(days)s days") % {
            "years": self.years,
            "months": self.months,
            "days": self.days,
        }


class Exemption(models.TextChoices):
    """Why an employer owes no second wage for a time without a written contract; it has to prove it."""

    FORCE_MAJEURE = "force_majeure", _("Force majeure kept the contract from being signed")
    WORKERS_FAULT = "workers_fault", _("The worker kept it from being signed, on purpose or by gross negligence")
    BY_LAW = "by_law", _("Another case that a law or regulation names")
    EXTENDED = "extended", _("An earlier contract was extended by law")


@dataclass(frozen=True)
class Exempt:
    """Days for which no second wage is owed, first and last included (法释〔2025〕12号 art. 7 and 8)."""

    because: Exemption
    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise WindowBackwards

    def covers(self, day: date) -> bool:
        """Return whether a day is among them."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class FinalAward:
    """Whether an award over these items is final for the employer.

    Args:
        threshold: twelve monthly minimum wages.
        items: each item against the threshold.
    """

    is_final: bool
    threshold: Decimal
    items: tuple[Step, ...]
    law: str = FINAL_AWARD_LAW

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return how it came about."""
        months = f"{FINAL_AWARD_MONTHS} × {to_fen(self.threshold / FINAL_AWARD_MONTHS)}"
        return (Step(_("Twelve monthly minimum wages"), self.threshold, months, self.law), *self.items)


@dataclass(frozen=True)
class PayDay:
    """The day on which migrant workers are paid at the latest."""

    on: date
    steps: tuple[Step, ...]
    law: str = PAY_DAY_LAW


# ---- a day, an hour ------------------------------------------------------------------------------------


def daily_wage(monthly_wage: Decimal) -> Decimal:
    """Return the pay of a day."""
    return to_fen(exact(monthly_wage) / PAID_DAYS)


def hourly_wage(monthly_wage: Decimal) -> Decimal:
    """Return the pay of an hour."""
    return to_fen(exact(monthly_wage) / (PAID_DAYS * HOURS_A_DAY))


def day_and_hour(monthly_wage: Decimal) -> Reckoning:
    """Return the pay of a day, and of an hour as its last step."""
    day = daily_wage(monthly_wage)
    by_the_day = f"{to_fen(monthly_wage)} ÷ {PAID_DAYS}"
    return Reckoning(
        day,
        PAID_DAYS_LAW,
        (
            Step(_("Pay of a day"), day, by_the_day, PAID_DAYS_LAW),
            Step(_("Pay of an hour"), hourly_wage(monthly_wage), f"{by_the_day} ÷ {HOURS_A_DAY}", PAID_DAYS_LAW),
        ),
    )


# ---- the end of a contract -----------------------------------------------------------------------------


def economic_compensation(service: Service, monthly_wage: Decimal, local_average: Decimal) -> Reckoning:
    """Return the compensation for a contract that ended (经济补偿).

    Args:
        monthly_wage: average of the last twelve months.
        local_average: average monthly wage of the place in the year before, as published.
    """
    wage, cap = exact(monthly_wage), WAGE_CAP_TIMES * exact(local_average)
    is_capped = wage > cap
    base, worth = min(wage, cap), service.months_of_pay
    months = min(worth, YEARS_CAP) if is_capped else worth
    amount = to_fen(base * months)
    capped = f"min({to_fen(wage)}, {WAGE_CAP_TIMES} × {to_fen(local_average)})"
    return Reckoning(
        amount,
        COMPENSATION_LAW,
        (
            Step(
                _("Months of pay for the length of service"),
                months,
                str(service),
                f"{COMPENSATION_LAW}第一款",
                Unit.MONTHS,
                _("at most twelve years, because the pay is capped") if months < worth else "",
            ),
            Step(
                _("Monthly pay, at most three times the local average"),
                to_fen(base),
                capped,
                f"{COMPENSATION_LAW}第二款、第三款",
            ),
            Step(_("Economic compensation"), amount, f"{to_fen(base)} × {plain(months)}", COMPENSATION_LAW),
        ),
    )


def unlawful_termination(service: Service, monthly_wage: Decimal, local_average: Decimal) -> Reckoning:
    """Return the damages for a dismissal against the law: twice the compensation (赔偿金)."""
    single = economic_compensation(service, monthly_wage, local_average)
    base, months = min(exact(monthly_wage), WAGE_CAP_TIMES * exact(local_average)), single.steps[0].value
    twice = to_fen(2 * base * months)  # type: ignore[operator]  # of the exact sum: rounded once, at the end
    by_months = f"2 × {to_fen(base)} × {plain(months)}"  # type: ignore[arg-type]
    last = Step(_("Twice, because the termination was unlawful"), twice, by_months, UNLAWFUL_LAW)
    return Reckoning(twice, UNLAWFUL_LAW, (*single.steps, last))


# ---- no written contract -------------------------------------------------------------------------------


def double_wage(
    hired_on: date,
    contract_on: date | None,
    until_on: date,
    monthly_wage: Decimal,
    is_working_day: Callable[[date], bool],
    exempt: Sequence[Exempt] = (),
) -> Reckoning:
    """Return the second wage for the time without a written contract (二倍工资差额).

    Args:
        contract_on: when the contract was signed; none if it never was.
        until_on: the last day claimed for, when there is no contract.
        is_working_day: the calendar of the place; part of a month counts by the working days of that month.
        exempt: times for which the employer proves that it owes nothing.
    """
    wage = exact(monthly_wage)
    after = contract_on if contract_on is not None else until_on + DAY
    whole, parts = 0, []
    for number in range(1, DOUBLE_WAGE_MONTHS + 1):
        days = list(_days(add_months(hired_on, number), add_months(hired_on, number + 1)))
        counted = [day for day in days if day < after and not any(window.covers(day) for window in exempt)]
        if len(counted) == len(days):
            whole += 1
        elif worked := sum(map(is_working_day, counted)):
            parts.append((worked, sum(map(is_working_day, days))))
    amount = to_fen(Fraction(wage) * (whole + sum(Fraction(*part) for part in parts)))
    shares = " + ".join(f"{worked} ÷ {of}" for worked, of in parts)
    owed_for = " + ".join(filter(None, (str(whole), shares)))
    return Reckoning(
        amount,
        f"{DOUBLE_WAGE_LAW}; {PART_MONTH_LAW}" + (f"; {EXEMPT_LAW}" if exempt else ""),
        (
            Step(
                _("Full months without a contract, after the first"),
                Decimal(whole),
                law=DOUBLE_WAGE_LAW,
                unit=Unit.MONTHS,
            ),
            Step(
                _("Working days of the month begun"),
                Decimal(sum(worked for worked, _of in parts)),
                shares,
                PART_MONTH_LAW,
                Unit.DAYS,
            ),
            *(
                Step(_("Time for which nothing is owed"), None, _span(window), EXEMPT_LAW, verdict=window.because.label)
                for window in exempt
            ),
            Step(_("Second wage"), amount, f"{to_fen(wage)} × ({owed_for})", DOUBLE_WAGE_LAW),
        ),
    )


def _days(first: date, after: date) -> Iterator[date]:
    return (first + number * DAY for number in range((after - first).days))


def _span(window: Exempt) -> str:
    return f"{window.first_on.isoformat()} – {window.last_on.isoformat()}"


# ---- pay that was not paid -----------------------------------------------------------------------------


def overtime(hours: Decimal, monthly_wage: Decimal, day: str) -> Reckoning:
    """Return the pay for overtime on a workday, a rest day without time off in lieu, or a statutory holiday.

    Raises:
        UnknownKindOfDay: it is none of these.
    """
    return overtime_pay(monthly_wage, {day: hours})


def overtime_pay(monthly_wage: Decimal, hours: Mapping[str, Decimal]) -> Reckoning:
    """Return the pay for overtime on days of several kinds.

    Args:
        hours: by kind: "workday", "restday" (without time off in lieu) and "holiday".

    Raises:
        UnknownKindOfDay: a kind that does not exist.
    """
    unknown = sorted(set(hours) - set(OVERTIME))
    if unknown:
        raise UnknownKindOfDay(
            _now("“%(unknown)s” is no kind of day; known are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(OVERTIME)}
        )
    wage = exact(monthly_wage)
    counted = [(kind, exact(hours[kind]), rate) for kind, rate in OVERTIME.items() if hours.get(kind)]
    weighed = sum((number * rate for _kind, number, rate in counted), Decimal(0))
    amount = to_fen(wage * weighed / (PAID_DAYS * HOURS_A_DAY))
    words = _overtime_words()
    by_the_hour = f"{to_fen(wage)} ÷ {PAID_DAYS} ÷ {HOURS_A_DAY}"
    multiples = " + ".join(f"{plain(number)} × {plain(rate)}" for _kind, number, rate in counted) or "0"
    return Reckoning(
        amount,
        f"{OVERTIME_LAW}; {PAID_DAYS_LAW}",
        (
            Step(_("Pay of an hour"), hourly_wage(wage), by_the_hour, PAID_DAYS_LAW),
            *(
                Step(words[kind], rate * 100, f"{plain(number)} × {plain(rate)}", OVERTIME_LAW, Unit.PERCENT)
                for kind, number, rate in counted
            ),
            Step(_("Overtime pay"), amount, f"{by_the_hour} × ({multiples})", OVERTIME_LAW),
        ),
    )


def _overtime_words() -> dict[str, Text]:
    return {
        "workday": _("Hours on workdays"),
        "restday": _("Hours on rest days without time off in lieu"),
        "holiday": _("Hours on statutory holidays"),
    }


def unpaid_wages(
    monthly_wage: Decimal, months: Decimal, days: Decimal = Decimal(0), paid: Decimal = Decimal(0)
) -> Reckoning:
    """Return the wages still owed for work that was done (拖欠工资).

    Args:
        months: full months without pay; half a month is 0.5.
        days: paid days beyond them.
        paid: what was paid for this time already.
    """
    wage, had = exact(monthly_wage), exact(paid)
    for_months, for_days = wage * exact(months), wage * exact(days) / PAID_DAYS
    owed = to_fen(max(for_months + for_days - had, Decimal(0)))
    by_months = f"{to_fen(wage)} × {plain(months)}"
    by_days = f"{to_fen(wage)} ÷ {PAID_DAYS} × {plain(days)}"
    return Reckoning(
        owed,
        f"{WAGES_LAW}; {PAID_DAYS_LAW}",
        (
            Step(_("For full months"), to_fen(for_months), by_months, WAGES_LAW),
            Step(_("For days beyond them"), to_fen(for_days), by_days, PAID_DAYS_LAW),
            Step(_("Paid already"), to_fen(had), law=WAGES_LAW),
            Step(_("Wages owed"), owed, f"{by_months} + {by_days} − {to_fen(had)}", WAGES_LAW),
        ),
    )


def late_payment(owed: Decimal, percent: Decimal) -> Reckoning:
    """Return the extra for wages not paid after an order to pay them (加付赔偿金).

    Args:
        percent: what the authority set, 50 to 100.

    Raises:
        BadPercent: the percentage lies outside the law.
    """
    if not LEAST_EXTRA <= percent <= MOST_EXTRA:
        raise BadPercent
    amount = to_fen(exact(owed) * percent / 100)
    return Reckoning(
        amount,
        LATE_LAW,
        (
            Step(_("Wages owed"), to_fen(owed), law=LATE_LAW),
            Step(_("Per cent on top"), percent, law=LATE_LAW, unit=Unit.PERCENT),
            Step(_("Damages on top"), amount, f"{to_fen(owed)} × {plain(percent)} %", LATE_LAW),
        ),
    )


def pay_day(agreed_on: date, is_working_day: Callable[[date], bool]) -> PayDay:
    """Return when migrant workers are paid: on the day agreed, or before it when that is a day of rest.

    Args:
        is_working_day: the calendar of the place.
    """
    on, passed = agreed_on, 0
    while not is_working_day(on):
        on, passed = on - DAY, passed + 1
    return PayDay(
        on,
        (
            Step(_("Day agreed for the pay"), agreed_on, law=PAY_DAY_LAW),
            Step(_("Days of rest passed over, backwards"), Decimal(passed), law=PAY_DAY_LAW, unit=Unit.DAYS),
            Step(_("To be paid by"), on, law=PAY_DAY_LAW),
        ),
    )


# ---- arbitration ---------------------------------------------------------------------------------------


def final_award(items: Sequence[tuple[Text, Decimal]], monthly_minimum_wage: Decimal) -> FinalAward:
    """Return whether an award is final: each item, not their sum, against twelve monthly minimum wages.

    Args:
        items: what each is, and its amount.
    """
    threshold = FINAL_AWARD_MONTHS * exact(monthly_minimum_wage)
    tested = [(words, amount, exact(amount) <= threshold) for words, amount in items]
    return FinalAward(
        all(fits for _words, _amount, fits in tested),
        to_fen(threshold),
        tuple(
            Step(
                words,
                to_fen(amount),
                f"{to_fen(amount)} {'≤' if fits else '>'} {to_fen(threshold)}",
                FINAL_AWARD_LAW,
                verdict=_("within the limit") if fits else _("above the limit"),
            )
            for words, amount, fits in tested
        ),
    )
