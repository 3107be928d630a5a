"""What the work injury insurance gives: pure sums, each with the steps that led to it.

Amounts are yuan as Decimal; only the end of a sum is rounded, to the fen. What a province or a year decides
(subsidies on leaving, average wages, incomes) is passed in, with its date kept by whoever passes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, Text
from casework.deadlines.calendar import add_months, full_months
from casework.funds.reckoning import Reckoning, Step, Unit, exact, plain, to_fen

# 工伤保险条例 art. 64: the own wage counts between 60 % and 300 % of the average of the pool area.
LOWEST_SHARE, HIGHEST_SHARE = Decimal("0.6"), Decimal(3)
OWN_WAGE_LAW = "工伤保险条例 第六十四条"

# 工伤保险条例 art. 35 to 37: months of the own wage, by grade.
LUMP_SUM_MONTHS: Mapping[int, int] = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
# art. 35 and 36: per cent of the own wage each month; grades 5 and 6 only if no suitable work can be arranged.
ALLOWANCE_PERCENT: Mapping[int, int] = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
PAID_BY_FUND = range(1, 5)

# art. 62(2): an employer that did not insure pays what the fund would have paid.
UNINSURED_LAW = "工伤保险条例 第六十二条第二款"

# art. 36 and 37: grades whose employment may end with two subsidies.
GRADES_LEAVING = list(range(5, 11))
# No table has longer ones, nor a share as large.
MOST_MONTHS = 1000
LEAVING_LAW = "工伤保险条例 第三十六条第二款、第三十七条第二项"

# art. 34: per cent of last year's average wage of the pool area.
NURSING_PERCENT: Mapping[str, int] = {"full": 50, "most": 40, "part": 30}
NURSING_LAW = "工伤保险条例 第三十四条"

# art. 33: the pay goes on for up to 12 months, and up to 12 more if the city's committee confirms them.
PAID_TREATMENT_MONTHS = FURTHER_TREATMENT_MONTHS = 12
TREATMENT_LAW = "工伤保险条例 第三十三条"

# art. 39
FUNERAL_MONTHS = 6
DEATH_TIMES = 20
SPOUSE_PERCENT, OTHER_PERCENT, ALONE_PERCENT = 40, 30, 10
ALONE = ("lone_elder", "orphan_child")
RELATIONS = ("spouse", "child", "parent", "other", *ALONE)
FUNERAL_LAW = "工伤保险条例 第三十九条第一款第一项"
SURVIVORS_LAW = "工伤保险条例 第三十九条第一款第二项"
DEATH_LAW = "工伤保险条例 第三十九条第一款第三项"

# art. 41: so many months' pay for somebody missing at work, then the dependants' allowance; in need, a part of the
# death benefit in advance.
MISSING_PAID_MONTHS = 3
ADVANCE_PERCENT = 50
MISSING_LAW = "工伤保险条例 第四十一条"

# art. 15(1)(一): a death within 48 hours of the rescue counts as an injury; exactly 48 are within (民法典 art. 1259).
RESCUE_HOURS = timedelta(hours=48)


@dataclass(frozen=True)
class Sourced:
    """A published number and where it stands."""

    value: Decimal
    source: str


# Disposable income per head of the nation's townspeople, yuan a year; the death benefit goes by the year before.
NATIONAL_URBAN_INCOME: Mapping[int, Sourced] = {
    2023: Sourced(Decimal(51821), "国家统计局《2023年居民收入和消费支出情况》"),
    2024: Sourced(Decimal(54188), "国家统计局《2024年居民收入和消费支出情况》"),
    2025: Sourced(Decimal(56502), "国家统计局《2025年居民收入和消费支出情况》"),
}


class UnknownGrade(CaseworkError):
    """There are ten grades of disability; the message says so."""

    def __init__(self, grade: object) -> None:
        super().__init__(
            _now("There is no grade %(grade)s: the grades of disability go from 1 (the gravest) to 10.")
            % {"grade": grade}
        )


class NoSubsidyOnLeaving(CaseworkError):
    """Workers of the gravest grades stay on the rolls of the employer and get no subsidy on leaving."""

    message = _("Subsidies on leaving are for grades 5 to 10; grades 1 to 4 keep their employment.")


class UnknownLevel(CaseworkError):
    """Nursing is needed wholly, mostly or partly; the message names what is known."""


class UnknownRelation(CaseworkError):
    """Somebody stands in no relation that the rules name; the message names those that are known."""


class UnknownYear(CaseworkError):
    """Nobody has entered the income of the year before; the message lists the known years."""


class TooLong(CaseworkError):
    """The paid treatment is extended by at most twelve months."""

    message = _("The city's committee can confirm at most 12 further months.")


class BeforeTheAccident(CaseworkError):
    """A day of the treatment lies before the accident."""

    message = _("This day lies before the accident.")


class BadTable(CaseworkError):
    """A provincial table cannot be read; the message says why."""


class Payer(StrEnum):
    """Who pays a monthly allowance."""

    FUND = "fund"
    EMPLOYER = "employer"


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
        if not isinstance(stored, Mapping):
            raise BadTable("the table is a list of names, each with its value")
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
    """What a worker of grades 5 to 10 gets when the employment ends.

    Args:
        medical: from the fund (一次性工伤医疗补助金).
        employment: from the employer (一次性伤残就业补助金).
    """

    medical_months: int
    medical: Decimal
    employment_months: int
    employment: Decimal
    steps: tuple[Step, ...]
    law: str = LEAVING_LAW

    @property
    def total(self) -> Decimal:
        """Return both subsidies together."""
        return self.medical + self.employment


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
    law: str = SURVIVORS_LAW
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class PaidTreatment:
    """For how long the employer goes on paying during the treatment (停工留薪期), and how much until a day.

    Args:
        last_on: the last day at the latest; the day of the accident is not counted (民法典 art. 201).
        until_on: until when the sum is reckoned.
        amount: full months, and the days of a month begun as a part of it.
    """

    last_on: date
    until_on: date
    amount: Decimal
    steps: tuple[Step, ...]
    law: str = TREATMENT_LAW


@dataclass(frozen=True)
class Death:
    """What a death at work gives: at once to the family, and each month to the dependants."""

    funeral: Decimal
    benefit: Decimal
    monthly: Survivors
    steps: tuple[Step, ...]
    law: str = "工伤保险条例 第三十九条第一款"

    @property
    def at_once(self) -> Decimal:
        """Return what is paid once: the funeral subsidy and the death benefit."""
        return self.funeral + self.benefit


@dataclass(frozen=True)
class Missing:
    """What is paid for a worker who is missing after an accident on a business trip or in a rescue.

    Args:
        pay: of the first three months, the month of the accident included, by the employer.
        monthly: from the fourth month on, to the dependants.
        advance: the most that is paid in advance on the death benefit, when the family is in need.
    """

    pay: Decimal
    monthly: Survivors
    advance: Decimal
    steps: tuple[Step, ...]
    law: str = MISSING_LAW


# ---- wage and grade ------------------------------------------------------------------------------------


def wage_base(own_wage: Decimal, pool_average: Decimal) -> Decimal:
    """Return the own wage (本人工资) as it counts: between 60 % and 300 % of the pool area's average.

    Args:
        own_wage: average monthly contribution wage of the twelve months before the injury.
        pool_average: average monthly wage of the workers of the pool area.
    """
    return to_fen(_counting_wage(own_wage, pool_average))


def _counting_wage(own_wage: Decimal, pool_average: Decimal) -> Decimal:
    own, average = exact(own_wage), exact(pool_average)
    return min(max(own, LOWEST_SHARE * average), HIGHEST_SHARE * average)


def known_grade(grade: int) -> int:
    """Return a grade.

    Raises:
        UnknownGrade: there is none of that number.
    """
    if grade not in LUMP_SUM_MONTHS:
        raise UnknownGrade(grade)
    return grade


def disability(
    grade: int,
    own_wage: Decimal,
    pool_average: Decimal,
    minimum_wage: Decimal | None = None,
    *,
    is_insured: bool = True,
) -> Disability:
    """Return what a grade of disability gives.

    Args:
        minimum_wage: of the place; a lower allowance is topped up to it. None: no top-up is reckoned.
        is_insured: whether the employer insured the worker; if not, it pays what the fund would have paid.

    Raises:
        UnknownGrade: there is no such grade.
    """
    months = LUMP_SUM_MONTHS[known_grade(grade)]
    base = _counting_wage(own_wage, pool_average)
    lump_sum = to_fen(base * months)
    article = f"工伤保险条例 第{'三十五' if grade in PAID_BY_FUND else '三十六' if grade <= 6 else '三十七'}条"
    span = f"{to_fen(pool_average * LOWEST_SHARE)} – {to_fen(pool_average * HIGHEST_SHARE)}"
    steps = [
        Step(
            _("Own wage, between 60 % and 300 % of the average"),
            to_fen(base),
            f"{to_fen(own_wage)} ({span})",
            OWN_WAGE_LAW,
        ),
        Step(_("Months by grade"), Decimal(months), law=article, unit=Unit.MONTHS),
        Step(_("Disability benefit, once"), lump_sum, f"{to_fen(base)} × {months}", article),
    ]
    percent = ALLOWANCE_PERCENT.get(grade)
    allowance = paid = top_up = payer = None
    if percent is not None:
        allowance = to_fen(base * percent / 100)
        paid = max(allowance, to_fen(exact(minimum_wage))) if minimum_wage is not None else allowance
        top_up = paid - allowance
        payer = Payer.FUND if grade in PAID_BY_FUND and is_insured else Payer.EMPLOYER
        by_percent = f"{to_fen(base)} × {percent} %"
        steps += [
            Step(_("Allowance in per cent of the own wage"), Decimal(percent), law=article, unit=Unit.PERCENT),
            Step(
                _("Monthly allowance, at least the minimum wage"),
                paid,
                f"max({by_percent}, {to_fen(minimum_wage)})" if minimum_wage is not None else by_percent,
                article,
                verdict=_said_of(payer, grade),
            ),
        ]
    if not is_insured:
        steps.append(Step(_("Not insured"), None, law=UNINSURED_LAW, verdict=_("the employer pays all of it")))
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
        law=f"{article}、第六十四条" + ("" if is_insured else f"; {UNINSURED_LAW}"),
        steps=tuple(steps),
    )


def _said_of(payer: Payer, grade: int) -> Text:
    if payer is Payer.FUND:
        return _("from the fund")
    if grade in PAID_BY_FUND:
        return _("from the employer")
    return _("from the employer, if no suitable work can be arranged")


def nursing(level: str, pool_average: Decimal) -> Reckoning:
    """Return the monthly allowance for who cannot look after himself wholly, mostly or partly.

    Args:
        level: full, most or part.
        pool_average: of the year before.

    Raises:
        UnknownLevel: it is none of these.
    """
    if level not in NURSING_PERCENT:
        raise UnknownLevel(
            _now("“%(unknown)s” is no level of nursing; known are: %(known)s.")
            % {"unknown": level, "known": ", ".join(NURSING_PERCENT)}
        )
    percent = NURSING_PERCENT[level]
    amount = to_fen(exact(pool_average) * percent / 100)
    return Reckoning(
        amount,
        NURSING_LAW,
        (
            Step(_("Per cent of last year's average wage"), Decimal(percent), law=NURSING_LAW, unit=Unit.PERCENT),
            Step(_("Nursing allowance"), amount, f"{to_fen(pool_average)} × {percent} %", NURSING_LAW),
        ),
    )


# ---- pay during the treatment --------------------------------------------------------------------------


def paid_treatment(
    injured_on: date,
    monthly_pay: Decimal,
    until_on: date,
    *,
    further_months: int = 0,
    graded_on: date | None = None,
) -> PaidTreatment:
    """Return for how long the pay goes on after an accident, and what it comes to until a day.

    Args:
        until_on: the day asked about; what lies after the end is not paid.
        further_months: how many the city's committee confirmed beyond twelve, at most twelve.
        graded_on: the day of the appraisal; the pay ends with it.

    Raises:
        TooLong: more than twelve further months.
        BeforeTheAccident: the day asked about, or that of the appraisal, lies before the accident.
    """
    if not 0 <= further_months <= FURTHER_TREATMENT_MONTHS:
        raise TooLong
    if until_on < injured_on or (graded_on is not None and graded_on < injured_on):
        raise BeforeTheAccident
    most = PAID_TREATMENT_MONTHS + further_months
    longest_on = add_months(injured_on, most)
    last_on = min(longest_on, graded_on or longest_on)
    paid_until = min(until_on, last_on)
    whole = full_months(injured_on, paid_until)
    begun, ended = add_months(injured_on, whole), add_months(injured_on, whole + 1)
    days, of = (paid_until - begun).days, (ended - begun).days
    amount = to_fen(Fraction(exact(monthly_pay)) * (whole + Fraction(days, of)))
    further = f"{PAID_TREATMENT_MONTHS} + {further_months}"
    return PaidTreatment(
        last_on,
        paid_until,
        amount,
        (
            Step(_("Months at the most"), Decimal(most), further, TREATMENT_LAW, Unit.MONTHS),
            Step(
                _("Last day of the pay, at the latest"),
                last_on,
                f"{injured_on.isoformat()} + {most}",
                f"{TREATMENT_LAW}; 民法典 第二百零一条",
                verdict=_("ends because the grade is known") if last_on == graded_on else "",
            ),
            Step(_("Full months until the day asked about"), Decimal(whole), law=TREATMENT_LAW, unit=Unit.MONTHS),
            Step(_("Days of the month begun"), Decimal(days), f"{days} ÷ {of}", TREATMENT_LAW, Unit.DAYS),
            Step(
                _("Pay during the treatment"),
                amount,
                f"{to_fen(monthly_pay)} × ({whole} + {days} ÷ {of})",
                TREATMENT_LAW,
            ),
        ),
    )


# ---- leaving the employer ------------------------------------------------------------------------------


def leaving(
    grade: int,
    average_wage: Decimal,
    table: SubsidyTable,
    *,
    years_to_retirement: int | None = None,
    is_disease: bool = False,
    law: str = "",
) -> Leaving:
    """Return the two subsidies of a worker whose employment ends.

    Args:
        average_wage: the one the province names: its own, or that of the pool area.
        years_to_retirement: full years; none when retirement is far or does not matter.
        law: the article of the province.

    Raises:
        UnknownGrade: there is no such grade.
        NoSubsidyOnLeaving: only grades 5 to 10 get them.
    """
    if known_grade(grade) not in table.medical_months:
        raise NoSubsidyOnLeaving
    average = exact(average_wage)
    medical_left = _left(table.medical_share, years_to_retirement)
    employment_left = _left(table.employment_share, years_to_retirement)
    more = 1 + table.disease_extra if is_disease else Decimal(1)
    medical_months, employment_months = table.medical_months[grade], table.employment_months[grade]
    medical = to_fen(average * medical_months * medical_left * more)
    employment = to_fen(average * employment_months * employment_left)
    article = law or LEAVING_LAW
    wage = to_fen(average)
    return Leaving(
        medical_months,
        medical,
        employment_months,
        employment,
        (
            Step(_("Months of the medical subsidy"), Decimal(medical_months), law=article, unit=Unit.MONTHS),
            Step(
                _("Medical subsidy, once"),
                medical,
                _product(wage, medical_months, medical_left, more),
                article,
                verdict=_("from the fund"),
            ),
            Step(_("Months of the employment subsidy"), Decimal(employment_months), law=article, unit=Unit.MONTHS),
            Step(
                _("Employment subsidy, once"),
                employment,
                _product(wage, employment_months, employment_left),
                article,
                verdict=_("from the employer"),
            ),
        ),
        f"{LEAVING_LAW}; {law}" if law else LEAVING_LAW,
    )


def _product(wage: Decimal, months: int, *shares: Decimal) -> str:
    """Write a product, without the factors that change nothing."""
    return " × ".join((str(wage), str(months), *(plain(share) for share in shares if share != 1)))


def _left(shares: Mapping[int, Decimal], years: int | None) -> Decimal:
    if years is None or not shares or years > max(shares):
        return Decimal(1)
    return shares[max((known for known in shares if known <= years), default=min(shares))]


# ---- death ---------------------------------------------------------------------------------------------


def funeral(pool_average: Decimal) -> Reckoning:
    """Return the funeral subsidy: six months of last year's average wage of the pool area."""
    amount = to_fen(exact(pool_average) * FUNERAL_MONTHS)
    return Reckoning(
        amount,
        FUNERAL_LAW,
        (
            Step(_("Months"), Decimal(FUNERAL_MONTHS), law=FUNERAL_LAW, unit=Unit.MONTHS),
            Step(_("Funeral subsidy"), amount, f"{to_fen(pool_average)} × {FUNERAL_MONTHS}", FUNERAL_LAW),
        ),
    )


def national_income(year_of_death: int) -> Sourced:
    """Return the income that the benefit for a death in a year goes by: that of the year before.

    Raises:
        UnknownYear: nobody has entered the year before; the message lists the years that are known.
    """
    found = NATIONAL_URBAN_INCOME.get(year_of_death - 1)
    if found is None:
        raise UnknownYear(
            _now("The national urban income of %(year)s is not known here; entered are: %(known)s.")
            % {"year": year_of_death - 1, "known": ", ".join(map(str, sorted(NATIONAL_URBAN_INCOME)))}
        )
    return found


def death_benefit(national_urban_income: Decimal) -> Reckoning:
    """Return the one-off death benefit (一次性工亡补助金).

    Args:
        national_urban_income: disposable income per head of the nation's townspeople in the year before the death.
    """
    income = exact(national_urban_income)
    amount = to_fen(income * DEATH_TIMES)
    return Reckoning(
        amount,
        DEATH_LAW,
        (
            Step(_("Last year's urban income per head"), to_fen(income), law=DEATH_LAW),
            Step(_("Times"), Decimal(DEATH_TIMES), law=DEATH_LAW, unit=Unit.TIMES),
            Step(_("Death benefit, once"), amount, f"{to_fen(income)} × {DEATH_TIMES}", DEATH_LAW),
        ),
    )


def survivors(own_wage: Decimal, dependants: Sequence[str]) -> Survivors:
    """Return the monthly allowance of the dependants of a dead worker.

    Args:
        own_wage: of the dead worker.
        dependants: spouse, child, parent, other, lone_elder or orphan_child, for each one.

    Raises:
        UnknownRelation: somebody stands in none of these relations.
    """
    unknown = sorted(set(dependants) - set(RELATIONS))
    if unknown:
        raise UnknownRelation(
            _now("“%(unknown)s” is no relation the rules name; known are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(RELATIONS)}
        )
    wage = exact(own_wage)
    percents = [
        (SPOUSE_PERCENT if relation == "spouse" else OTHER_PERCENT) + (ALONE_PERCENT if relation in ALONE else 0)
        for relation in dependants
    ]
    percent = sum(percents)
    raw = to_fen(wage * percent / 100)
    payable = min(raw, to_fen(wage))
    added = " + ".join(map(str, percents)) or "0"
    return Survivors(
        percent,
        raw,
        payable,
        _shared(payable, percents),
        steps=(
            Step(_("Per cent of all dependants together"), Decimal(percent), added, SURVIVORS_LAW, Unit.PERCENT),
            Step(
                _("Allowance of the dependants, each month"),
                payable,
                f"min({to_fen(wage)} × {percent} %, {to_fen(wage)})",
                SURVIVORS_LAW,
                verdict=_("not more than the wage; shared by the percentages, as the text does not say how")
                if raw > payable
                else "",
            ),
        ),
    )


def _shared(total: Decimal, percents: list[int]) -> tuple[Decimal, ...]:
    """Share a sum by percentages; the rounding never loses a fen."""
    shares, given, counted = [], Decimal(0), 0
    for percent in percents:
        counted += percent
        until_now = to_fen(total * counted / sum(percents))
        shares.append(until_now - given)
        given = until_now
    return tuple(shares)


def death(pool_average: Decimal, national_urban_income: Decimal, own_wage: Decimal, dependants: Sequence[str]) -> Death:
    """Return everything a death at work gives (工亡待遇).

    Args:
        pool_average: average monthly wage of the pool area in the year before.
        national_urban_income: of the year before the death.
        own_wage: of the dead worker.
        dependants: as for `survivors`.
    """
    buried, benefit = funeral(pool_average), death_benefit(national_urban_income)
    monthly = survivors(own_wage, dependants)
    return Death(buried.amount, benefit.amount, monthly, (*buried.steps, *benefit.steps, *monthly.steps))


def missing(
    monthly_pay: Decimal, own_wage: Decimal, dependants: Sequence[str], national_urban_income: Decimal
) -> Missing:
    """Return what is paid for a worker who is missing (因工下落不明); declared dead, `death` counts.

    Args:
        monthly_pay: what the worker was paid.
        own_wage: the contribution wage, which the dependants' allowance goes by.
        national_urban_income: of the year before the accident.
    """
    pay = to_fen(exact(monthly_pay) * MISSING_PAID_MONTHS)
    monthly, benefit = survivors(own_wage, dependants), death_benefit(national_urban_income)
    advance = to_fen(benefit.amount * ADVANCE_PERCENT / 100)
    return Missing(
        pay,
        monthly,
        advance,
        (
            Step(
                _("Pay of the first three months, the month of the accident included"),
                pay,
                f"{to_fen(monthly_pay)} × {MISSING_PAID_MONTHS}",
                MISSING_LAW,
            ),
            *monthly.steps,
            Step(
                _("In need: paid in advance on the death benefit, at most"),
                advance,
                f"{benefit.amount} × {ADVANCE_PERCENT} %",
                MISSING_LAW,
            ),
        ),
    )


def died_in_time(onset: datetime, death: datetime) -> bool:
    """Return whether a death after a sudden illness at work came within 48 hours.

    Where it is argued from when to count (onset or first diagnosis), ask with both moments.
    """
    return timedelta(0) <= death - onset <= RESCUE_HOURS


# ---- reading a table -----------------------------------------------------------------------------------


def _decimal(value: Any) -> Decimal:
    if isinstance(value, float | bool):
        raise TypeError(f"{value!r}: write numbers as text")
    number = Decimal(value)
    if not 0 <= number <= MOST_MONTHS:  # which no NaN is
        raise ValueError(f"{value!r} is not between 0 and {MOST_MONTHS}")
    return number


def _whole(stored: Mapping[str, Any]) -> dict[int, int]:
    months = {int(grade): _decimal(number) for grade, number in stored.items()}
    if any(number != int(number) for number in months.values()):
        raise ValueError("months are whole")
    return {grade: int(number) for grade, number in months.items()}


def _shares(stored: Mapping[str, Any]) -> dict[int, Decimal]:
    return {int(years): _decimal(share) for years, share in stored.items()}
