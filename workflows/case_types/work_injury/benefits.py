"""What the work injury insurance gives: pure sums, each with the steps that led to it.

Amounts are yuan as Decimal; only the end of a sum is rounded, to the fen. What a province or a year decides
(subsidies on leaving, average wages, incomes) is passed in, with its date kept by whoever passes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FEN = Decimal("0.01")

# 工伤保险条例 art. 64: the own wage counts between 60 % and 300 % of the average of the pool area.
LOWEST_SHARE, HIGHEST_SHARE = Decimal("0.6"), Decimal(3)

# 工伤保险条例 art. 35 to 37: months of the own wage, by grade.
LUMP_SUM_MONTHS: Mapping[int, int] = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
# art. 35 and 36: per cent of the own wage each month; grades 5 and 6 only if no suitable work can be arranged.
ALLOWANCE_PERCENT: Mapping[int, int] = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
PAID_BY_FUND = range(1, 5)

# art. 36 and 37: grades whose employment may end with two subsidies.
GRADES_LEAVING = list(range(5, 11))

# art. 34: per cent of last year's average wage of the pool area.
NURSING_PERCENT: Mapping[str, int] = {"full": 50, "most": 40, "part": 30}

# art. 33: the pay goes on for up to 12 months, and up to 12 more if the city's committee confirms them.
PAID_TREATMENT_MONTHS = FURTHER_TREATMENT_MONTHS = 12

# art. 39
FUNERAL_MONTHS = 6
DEATH_TIMES = 20
SPOUSE_PERCENT, OTHER_PERCENT, ALONE_PERCENT = 40, 30, 10
ALONE = ("lone_elder", "orphan_child")
RELATIONS = ("spouse", "child", "parent", "other", *ALONE)

# art. 15(1)(一): a death within 48 hours of the rescue counts as an injury; exactly 48 are within (民法典 art. 1259).
RESCUE_HOURS = timedelta(hours=48)


class BadTable(ValueError):
    """A provincial table cannot be read."""


class Payer(StrEnum):
    """Who pays a monthly allowance."""

    FUND = "fund"
    EMPLOYER = "employer"


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
class Disability:
    """What a grade of disability gives: a sum at once, and for grades 1 to 6 a monthly allowance.

    Args:
        wage_base: the own wage as it counts.
        lump_sum: paid once by the fund.
        allowance: what the percentage gives each month; none from grade 7 on.
        allowance_paid: with the top-up to the minimum wage.
        top_up: the difference, paid by the same payer.
        payer: the fund for grades 1 to 4; the employer for 5 and 6, if no suitable work can be arranged.
    """

    grade: int
    wage_base: Decimal
    lump_sum_months: int
    lump_sum: Decimal
    allowance_percent: int | None
    allowance: Decimal | None
    allowance_paid: Decimal | None
    top_up: Decimal | None
    payer: Payer | None
    law: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class SubsidyTable:
    """A province's subsidies for grades 5 to 10 when the employment ends (工伤保险条例 art. 36, 37).

    Args:
        medical_months, employment_months: months of the average wage, by grade.
        disease_extra: what is added to the medical subsidy for an occupational disease, as a share.
        employment_share: what part of the employment subsidy is left, by full years to retirement; above the
            highest number given, all of it.
        medical_share: the same for the medical subsidy.
    """

    medical_months: Mapping[int, int]
    employment_months: Mapping[int, int]
    disease_extra: Decimal = Decimal(0)
    employment_share: Mapping[int, Decimal] = field(default_factory=dict)
    medical_share: Mapping[int, Decimal] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "SubsidyTable":
        """Make a table from a local parameter, whose numbers are texts.

        Raises:
            BadTable: a name nobody knows, a grade missing, or something that is no number.
        """
        unknown = sorted(set(stored) - {each.name for each in fields(cls)})
        if unknown:
            raise BadTable(f"unknown: {', '.join(unknown)}")
        try:
            table = cls(
                medical_months=_whole(stored["medical_months"]),
                employment_months=_whole(stored["employment_months"]),
                disease_extra=_decimal(stored.get("disease_extra", "0")),
                employment_share=_shares(stored.get("employment_share", {})),
                medical_share=_shares(stored.get("medical_share", {})),
            )
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadTable(str(error)) from error
        if any(sorted(months) != GRADES_LEAVING for months in (table.medical_months, table.employment_months)):
            raise BadTable("months are needed for grades 5 to 10")
        return table


@dataclass(frozen=True)
class Leaving:
    """What a worker of grades 5 to 10 gets when the employment ends."""

    medical_months: int
    medical: Decimal
    employment_months: int
    employment: Decimal
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Survivors:
    """What the dependants of a dead worker get each month (供养亲属抚恤金).

    Args:
        percent: of all of them together, before the cap.
        raw: by that percentage.
        payable: never above the dead worker's wage.
        shares: of each, in the order given; the cap is shared by their percentages, as the text does not say how.
    """

    percent: int
    raw: Decimal
    payable: Decimal
    shares: tuple[Decimal, ...]
    law: str = "工伤保险条例 第三十九条第一款第二项"


# ---- sums ----------------------------------------------------------------------------------------------


def wage_base(own_wage: Decimal, pool_average: Decimal) -> Decimal:
    """Return the own wage (本人工资) as it counts: between 60 % and 300 % of the pool area's average.

    Args:
        own_wage: average monthly contribution wage of the twelve months before the injury.
        pool_average: average monthly wage of the workers of the pool area.
    """
    return to_fen(_counting_wage(own_wage, pool_average))


def _counting_wage(own_wage: Decimal, pool_average: Decimal) -> Decimal:
    own, average = _money(own_wage), _money(pool_average)
    return min(max(own, LOWEST_SHARE * average), HIGHEST_SHARE * average)


def disability(grade: int, own_wage: Decimal, pool_average: Decimal, minimum_wage: Decimal | None = None) -> Disability:
    """Return what a grade of disability gives.

    Args:
        minimum_wage: of the place; a lower allowance is topped up to it. None: no top-up is reckoned.

    Raises:
        ValueError: there is no such grade.
    """
    if grade not in LUMP_SUM_MONTHS:
        raise ValueError("grades go from 1 to 10")
    base = _counting_wage(own_wage, pool_average)
    months = LUMP_SUM_MONTHS[grade]
    lump_sum = to_fen(base * months)
    steps = [
        Step(_("Own wage, between 60 % and 300 % of the average"), to_fen(base)),
        Step(_("Months by grade"), Decimal(months)),
        Step(_("Disability benefit, once"), lump_sum),
    ]
    percent = ALLOWANCE_PERCENT.get(grade)
    allowance = paid = top_up = payer = None
    if percent is not None:
        allowance = to_fen(base * percent / 100)
        paid = max(allowance, to_fen(_money(minimum_wage))) if minimum_wage is not None else allowance
        top_up = paid - allowance
        payer = Payer.FUND if grade in PAID_BY_FUND else Payer.EMPLOYER
        steps += [
            Step(_("Allowance in per cent of the own wage"), Decimal(percent)),
            Step(_("Monthly allowance, at least the minimum wage"), paid),
        ]
    law = "工伤保险条例 第三十五条" if grade in PAID_BY_FUND else "工伤保险条例 第三十六条"
    return Disability(
        grade=grade,
        wage_base=to_fen(base),
        lump_sum_months=months,
        lump_sum=lump_sum,
        allowance_percent=percent,
        allowance=allowance,
        allowance_paid=paid,
        top_up=top_up,
        payer=payer,
        law=(law if percent is not None else "工伤保险条例 第三十七条") + "、第六十四条",
        steps=tuple(steps),
    )


def nursing(level: str, pool_average: Decimal) -> Reckoning:
    """Return the monthly allowance for who cannot look after himself wholly, mostly or partly.

    Args:
        level: full, most or part.
        pool_average: of the year before.
    """
    percent = NURSING_PERCENT[level]
    amount = to_fen(_money(pool_average) * percent / 100)
    return Reckoning(
        amount,
        "工伤保险条例 第三十四条",
        (Step(_("Per cent of last year's average wage"), Decimal(percent)), Step(_("Nursing allowance"), amount)),
    )


def treatment_pay(monthly_pay: Decimal, months: int, *, confirmed_further: bool = False) -> Reckoning:
    """Return the pay the employer owes during the treatment (停工留薪期).

    Args:
        confirmed_further: whether the city's committee confirmed more than twelve months.
    """
    most = PAID_TREATMENT_MONTHS + (FURTHER_TREATMENT_MONTHS if confirmed_further else 0)
    counted = min(months, most)
    amount = to_fen(_money(monthly_pay) * counted)
    return Reckoning(
        amount,
        "工伤保险条例 第三十三条",
        (Step(_("Months of treatment that are paid"), Decimal(counted)), Step(_("Pay during the treatment"), amount)),
    )


def leaving(
    grade: int,
    average_wage: Decimal,
    table: SubsidyTable,
    *,
    years_to_retirement: int | None = None,
    is_disease: bool = False,
) -> Leaving:
    """Return the two subsidies of a worker whose employment ends.

    Args:
        average_wage: the one the province names: its own, or that of the pool area.
        years_to_retirement: full years; none when retirement is far or does not matter.

    Raises:
        ValueError: only grades 5 to 10 get them.
    """
    if grade not in table.medical_months:
        raise ValueError("subsidies on leaving are for grades 5 to 10")
    average = _money(average_wage)
    medical = average * table.medical_months[grade] * _left(table.medical_share, years_to_retirement)
    if is_disease:
        medical *= 1 + table.disease_extra
    employment = average * table.employment_months[grade] * _left(table.employment_share, years_to_retirement)
    return Leaving(
        table.medical_months[grade],
        to_fen(medical),
        table.employment_months[grade],
        to_fen(employment),
        (
            Step(_("Months of the medical subsidy"), Decimal(table.medical_months[grade])),
            Step(_("Medical subsidy, once"), to_fen(medical)),
            Step(_("Months of the employment subsidy"), Decimal(table.employment_months[grade])),
            Step(_("Employment subsidy, once"), to_fen(employment)),
        ),
    )


def _left(shares: Mapping[int, Decimal], years: int | None) -> Decimal:
    if years is None or not shares or years > max(shares):
        return Decimal(1)
    return shares[max((known for known in shares if known <= years), default=min(shares))]


def funeral(pool_average: Decimal) -> Reckoning:
    """Return the funeral subsidy: six months of last year's average wage of the pool area."""
    amount = to_fen(_money(pool_average) * FUNERAL_MONTHS)
    return Reckoning(
        amount,
        "工伤保险条例 第三十九条第一款第一项",
        (Step(_("Months"), Decimal(FUNERAL_MONTHS)), Step(_("Funeral subsidy"), amount)),
    )


def death_benefit(national_urban_income: Decimal) -> Reckoning:
    """Return the one-off death benefit (一次性工亡补助金).

    Args:
        national_urban_income: disposable income per head of the nation's townspeople in the year before the death.
    """
    amount = to_fen(_money(national_urban_income) * DEATH_TIMES)
    return Reckoning(
        amount,
        "工伤保险条例 第三十九条第一款第三项",
        (
            Step(_("Last year's urban income per head"), to_fen(national_urban_income)),
            Step(_("Times"), Decimal(DEATH_TIMES)),
            Step(_("Death benefit, once"), amount),
        ),
    )


def survivors(own_wage: Decimal, dependants: Sequence[str]) -> Survivors:
    """Return the monthly allowance of the dependants of a dead worker.

    Args:
        own_wage: of the dead worker.
        dependants: spouse, child, parent, other, lone_elder or orphan_child, for each one.

    Raises:
        ValueError: somebody stands in none of these relations.
    """
    unknown = sorted(set(dependants) - set(RELATIONS))
    if unknown:
        raise ValueError(f"unknown relations: {', '.join(unknown)}")
    wage = _money(own_wage)
    percents = [
        (SPOUSE_PERCENT if relation == "spouse" else OTHER_PERCENT) + (ALONE_PERCENT if relation in ALONE else 0)
        for relation in dependants
    ]
    percent = sum(percents)
    raw = to_fen(wage * percent / 100)
    payable = min(raw, to_fen(wage))
    return Survivors(percent, raw, payable, _shared(payable, percents))


def _shared(total: Decimal, percents: list[int]) -> tuple[Decimal, ...]:
    """Share a sum by percentages; the rounding never loses a fen."""
    shares, given, counted = [], Decimal(0), 0
    for percent in percents:
        counted += percent
        until_now = to_fen(total * counted / sum(percents))
        shares.append(until_now - given)
        given = until_now
    return tuple(shares)


def died_in_time(onset: datetime, death: datetime) -> bool:
    """Return whether a death after a sudden illness at work came within 48 hours.

    Where it is argued from when to count (onset or first diagnosis), ask with both moments.
    """
    return timedelta(0) <= death - onset <= RESCUE_HOURS


def to_fen(amount: Decimal) -> Decimal:
    """Round a sum to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def _money(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError("money is a Decimal")
    if amount < 0:
        raise ValueError("money is never negative")
    return amount


def _decimal(value: Any) -> Decimal:
    if isinstance(value, float | bool):
        raise TypeError(f"{value!r}: write numbers as text")
    return Decimal(value)


def _whole(stored: Mapping[str, Any]) -> dict[int, int]:
    return {int(grade): int(months) for grade, months in stored.items()}


def _shares(stored: Mapping[str, Any]) -> dict[int, Decimal]:
    return {int(years): _decimal(share) for years, share in stored.items()}
