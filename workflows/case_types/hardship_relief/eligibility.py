"""What the rules say about a household in hardship: a proposal, with its steps. A person decides.

Pure: numbers in, numbers and reasons out; no database, no clock. Lines and boundaries differ by place and year,
so they come in as `Rules`. Sources: 总工发〔2015〕20号 art. 5 and the local measures that copy it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, Text
from casework.funds.reckoning import Step, exact, plain, to_fen

# The national rule of the central fund, of which art. 5 limits each kind of aid; the categories and the formula of
# the income stand in the local measures that copy the national wording.
FUND_LAW = "总工发〔2015〕20号 第五条"
CATEGORY_LAW = "困难职工认定的地方办法（公式见邢台市总工会2021、青岛市总工会）"
INCOME_LAW = "江门市总工会核算口径（2025）"

# Beyond these a local rule is a slip of the hand.
LARGEST, LARGEST_COUNT = Decimal(10) ** 12, 1000
MONTHS = 12


class Category(models.TextChoices):
    """What the household is found to be; the codes of the hardship file, and none."""

    DEEP = "deep", _("Worker in deep hardship")
    RELATIVE = "relative", _("Worker in relative hardship")
    SUDDEN = "sudden", _("Worker in hardship by accident")
    MIGRANT = "migrant", _("Migrant worker in hardship")
    NONE = "none", _("Not in a category of hardship")


class Programme(models.TextChoices):
    """What the aid is for."""

    LIVING = "living", _("Living aid")
    MEDICAL = "medical", _("Medical aid")
    EDUCATION = "education", _("Education aid")
    MUTUAL_AID = "mutual_aid", _("Mutual medical aid")


class Exclusion(models.TextChoices):
    """Facts of which any one rules a household out."""

    SECOND_HOME = "second_home", _("Two or more homes above the local average floor space")
    CAR = "car", _("Owns or regularly uses a car that is no aid for a disability")
    PRIVATE_SCHOOL = "private_school", _("Child at a high-fee private school or studying abroad at own cost")
    BUSINESS = "business", _("Controlling shareholder, shop owner or employer of others")
    REFUSES_CHECK = "refuses_check", _("Refuses the check or hides facts")
    REFUSES_WORK = "refuses_work", _("Able to work but refuses work")
    HELPED_ELSEWHERE = "helped_elsewhere", _("Already helped for the same schooling by another body")
    FREE_SCHOOLING = "free_schooling", _("Pupil at a military academy, or in free or directed training")
    SHORT_EMPLOYMENT = "short_employment", _("Migrant worker employed here for less than the required time")
    NOT_A_MEMBER = "not_a_member", _("Migrant worker who is not a union member")
    CLAIM_LAPSED = "claim_lapsed", _("Mutual-aid claim made too long after the insurance settled the bill")


# What the surveyors look for; the others follow from recorded facts.
SURVEYED_EXCLUSIONS = (
    Exclusion.SECOND_HOME,
    Exclusion.CAR,
    Exclusion.PRIVATE_SCHOOL,
    Exclusion.BUSINESS,
    Exclusion.REFUSES_CHECK,
    Exclusion.REFUSES_WORK,
    Exclusion.HELPED_ELSEWHERE,
    Exclusion.FREE_SCHOOLING,
)
# They rule a pupil out, so they count for education aid and for nothing else.
OF_PUPILS = (Exclusion.HELPED_ELSEWHERE, Exclusion.FREE_SCHOOLING)


class BadRules(CaseworkError):
    """The local rules cannot be read; the message says why."""


class BadHousehold(CaseworkError):
    """What is said of a household cannot be; the message names what."""


@dataclass(frozen=True)
class Tier:
    """A share of an expense, up to a sum; the last tier has no upper end."""

    up_to: Decimal | None
    share: Decimal


WHOLE = (Tier(None, Decimal(1)),)


@dataclass(frozen=True)
class Rules:
    """The lines and boundaries of a place on a day.

    Args:
        dibao_monthly: the local subsistence line (低保), yuan per head and month.
        boundary: "lt" where the text says below (Qingdao, Chongqing), "le" where it says at or below (Xingtai).
        relative_multiple: the upper line of relative hardship, in subsistence lines.
        sudden_share: what part of the yearly income an accident's expense must exceed.
        sudden_boundary: "gt" for more than the share, "ge" for the share and more.
        minimum_wage_monthly: counted for an adult who could work and does not; none: nothing is counted.
        migrant_months: how long a migrant worker must have been employed here.
        living_months: months of the subsistence line that living aid may reach in a year, by category.
        education_months: the same for each pupil's education aid.
        medical_tiers: what part of the self-paid bill medical aid may reach, by category.
        medical_cap: and its upper limit, by category.
        sudden_aid_share, sudden_aid_cap: the limits of aid after an accident.
        one_programme_only: the categories that get one kind of aid a year.
        above_city_from: from this amount the office above the city decides too; none: the city decides all.
        above_province_from: from this amount the national union decides too; none: nothing goes so far.
        above_city_boundary: "ge" when the amount itself already goes up ("以上", 民法典 art. 1259), "gt" when not.
        source: the documents that say so, of the place.
        since: from which day they hold, the youngest of them.
    """

    dibao_monthly: Decimal
    boundary: str = "lt"
    relative_multiple: Decimal = Decimal(2)
    sudden_share: Decimal = Decimal("0.80")
    sudden_boundary: str = "gt"
    minimum_wage_monthly: Decimal | None = None
    migrant_months: int = 12
    living_months: Mapping[str, Decimal] = field(default_factory=lambda: {"": Decimal(12)})
    education_months: Decimal = Decimal(10)
    medical_tiers: Mapping[str, tuple[Tier, ...]] = field(default_factory=lambda: {"": WHOLE})
    medical_cap: Mapping[str, Decimal | None] = field(default_factory=lambda: {"": None})
    sudden_aid_share: Decimal = Decimal("0.15")
    sudden_aid_cap: Decimal | None = Decimal(10000)
    one_programme_only: tuple[str, ...] = (Category.RELATIVE,)
    above_city_from: Decimal | None = Decimal(20000)
    above_province_from: Decimal | None = Decimal(50000)
    above_city_boundary: str = "ge"
    source: str = ""
    since: date | None = None

    def __post_init__(self) -> None:
        if self.dibao_monthly <= 0:
            raise BadRules("dibao_monthly must be positive")
        if self.boundary not in ("lt", "le"):
            raise BadRules(f"boundary is lt or le, not {self.boundary!r}")
        for name in ("sudden_boundary", "above_city_boundary"):
            if getattr(self, name) not in ("gt", "ge"):
                raise BadRules(f"{name} is gt or ge, not {getattr(self, name)!r}")

    @classmethod
    def read(cls, dibao_monthly: str, stored: Mapping[str, Any]) -> "Rules":
        """Make rules from the local parameters, whose numbers are texts.

        Raises:
            BadRules: a name nobody knows, or something that is no number.
        """
        if not isinstance(stored, Mapping):
            raise BadRules("the rules are a list of names, each with its value")
        unknown = sorted(set(stored) - ({each.name for each in fields(cls)} - {"source", "since"}))
        if unknown:
            raise BadRules(f"unknown: {', '.join(unknown)}")
        try:
            values = {name: _reader_of(name)(value) for name, value in stored.items()}
            rules = cls(dibao_monthly=_number(dibao_monthly) or Decimal(0))
        except (ArithmeticError, TypeError, ValueError, AttributeError) as error:
            raise BadRules(str(error)) from error
        return replace(rules, **values)

    @property
    def law(self) -> str:
        """Return where the lines of the categories stand: in the documents of the place, as far as they are known."""
        return self.source or CATEGORY_LAW

    def of(self, table: Mapping[str, Any], category: str) -> Any:
        """Return a category's value from a table whose entry "" is for all others."""
        return table.get(category, table.get(""))


def with_minimum_wage(rules: Rules, wage: Decimal | None) -> Rules:
    """Return rules with the minimum wage of a day asked about; none: nothing is counted for adults without work."""
    return replace(rules, minimum_wage_monthly=wage)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, float | bool):
        raise TypeError(f"{value!r}: write numbers as text")
    if value is None:
        return None
    number = Decimal(value)
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise ValueError(f"{value!r} is no number to reckon with")
    return number


def _there(value: Any) -> Decimal:
    number = _number(value)
    if number is None:
        raise ValueError("a number is missing")
    return number


def _whole(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= LARGEST_COUNT:
        raise ValueError(f"{value!r} is not between 0 and {LARGEST_COUNT}")
    return number


def _by_category(value: Mapping[str, Any]) -> dict[str, Decimal | None]:
    return {category: _number(number) for category, number in value.items()}


def _tiers(value: Mapping[str, Iterable[Iterable[Any]]]) -> dict[str, tuple[Tier, ...]]:
    return {
        category: tuple(Tier(_number(up_to), _there(share)) for up_to, share in tiers)
        for category, tiers in value.items()
    }


_READERS: dict[str, Any] = {
    "boundary": str,
    "sudden_boundary": str,
    "above_city_boundary": str,
    "migrant_months": _whole,
    "living_months": _by_category,
    "medical_cap": _by_category,
    "medical_tiers": _tiers,
    "one_programme_only": tuple,
}
# Of these a place may say that it has none.
_MAY_BE_NONE = {"minimum_wage_monthly", "sudden_aid_cap", "above_city_from", "above_province_from"}


def _reader_of(name: str) -> Any:
    return _READERS.get(name, _number if name in _MAY_BE_NONE else _there)


@dataclass(frozen=True)
class Household:
    """What is known of a household over the last twelve months, in yuan a year.

    Args:
        persons: how many live from the common purse.
        wages, business, property_income, transfers, other_income: income by kind (工资性、经营、财产、转移、其他).
        union_relief: what unions already gave; it counts, small festival gifts do not.
        basic_pension: basic pension of rural and urban residents, contained in the transfers; it does not count.
        idle_adults: adults able to work who neither work nor learn; the minimum wage is counted for each.
        illness, disability, schooling, housing, other_expense: rigid expense by cause.
        accident_expense: what a disaster, accident or sudden illness cost after all compensation and insurance.
        self_paid_medical: the part of the medical bills the household paid itself.
        pupils: children for whom education aid is asked.
        exclusions: the facts found that rule a household out.
        is_migrant, employed_months, is_member: of a migrant worker.
        claimable_until, claimed_on: of a mutual-aid claim: its last day, as the deadline counts it, and its day.
    """

    persons: int
    wages: Decimal = Decimal(0)
    business: Decimal = Decimal(0)
    property_income: Decimal = Decimal(0)
    transfers: Decimal = Decimal(0)
    other_income: Decimal = Decimal(0)
    union_relief: Decimal = Decimal(0)
    basic_pension: Decimal = Decimal(0)
    idle_adults: int = 0
    illness: Decimal = Decimal(0)
    disability: Decimal = Decimal(0)
    schooling: Decimal = Decimal(0)
    housing: Decimal = Decimal(0)
    other_expense: Decimal = Decimal(0)
    accident_expense: Decimal = Decimal(0)
    self_paid_medical: Decimal = Decimal(0)
    pupils: int = 0
    exclusions: tuple[str, ...] = ()
    is_migrant: bool = False
    employed_months: int = 0
    is_member: bool = False
    claimable_until: date | None = None
    claimed_on: date | None = None

    def __post_init__(self) -> None:
        if self.persons < 1:
            raise BadHousehold(_("A household has at least one person."))
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float):
                raise TypeError(f"{each.name}: money is a Decimal, not a float")
            if isinstance(value, Decimal | int) and not 0 <= value < LARGEST:
                raise BadHousehold(
                    _("%(name)s: %(value)s is no number of a household.") % {"name": each.name, "value": value}
                )

    @property
    def income(self) -> Decimal:
        """Return the yearly income before anything is imputed."""
        earned = self.wages + self.business + self.property_income + self.other_income + self.union_relief
        return earned + max(self.transfers - self.basic_pension, Decimal(0))

    @property
    def rigid_expense(self) -> Decimal:
        """Return the yearly expense the household cannot avoid."""
        return self.illness + self.disability + self.schooling + self.housing + self.other_expense


@dataclass(frozen=True)
class Assessment:
    """The proposal: category, the reasons against one, and the steps that led there."""

    category: Category
    level: Category
    per_head_monthly: Decimal
    counted_income: Decimal
    rigid_expense: Decimal
    exclusions: tuple[Exclusion, ...]
    steps: tuple[Step, ...]
    law: str = CATEGORY_LAW

    @property
    def is_excluded(self) -> bool:
        """Return whether a fact rules the household out, whatever its income."""
        return bool(self.exclusions)


def _is_under(value: Decimal, line: Decimal, boundary: str) -> bool:
    return value <= line if boundary == "le" else value < line


def _is_over(value: Decimal, line: Decimal, boundary: str) -> bool:
    return value >= line if boundary == "ge" else value > line


def is_over_share(expense: Decimal, income: Decimal, rules: Rules) -> bool:
    """Return whether an accident cost more of the yearly income than the place bears (意外致困)."""
    return _is_over(expense, rules.sudden_share * income, rules.sudden_boundary)


def is_in_band(per_head: Decimal, dibao_monthly: Decimal, band: Decimal) -> bool:
    """Return whether a household lies in a band of the subsistence line, the line of the band included.

    The files of before 2019 went by 1.5 lines, those of today by one and two; see `Rules.relative_multiple`.
    """
    return exact(per_head) <= exact(dibao_monthly) * band


def exclusions_of(home: Household, rules: Rules, programme: str = "") -> tuple[Exclusion, ...]:
    """Return every fact that rules the household out, found by the surveyors or following from the record.

    Args:
        programme: what the aid is for; without one, every fact counts.
    """
    found = [Exclusion(code) for code in home.exclusions]
    if programme and programme != Programme.EDUCATION:
        found = [fact for fact in found if fact not in OF_PUPILS]
    if home.is_migrant and home.employed_months < rules.migrant_months:
        found.append(Exclusion.SHORT_EMPLOYMENT)
    if home.is_migrant and not home.is_member:
        found.append(Exclusion.NOT_A_MEMBER)
    if home.claimable_until and home.claimed_on and home.claimed_on > home.claimable_until:
        found.append(Exclusion.CLAIM_LAPSED)
    return tuple(dict.fromkeys(found))


def assess(home: Household, rules: Rules, programme: str = "") -> Assessment:
    """Propose a category: exclusions first, then income per head against the lines, then the accident's expense.

    The comparison is made on the exact numbers; only what is shown is rounded.
    """
    imputed = MONTHS * home.idle_adults * (rules.minimum_wage_monthly or Decimal(0))
    income, expense = home.income + imputed, home.rigid_expense
    per_head = (income - expense) / home.persons / MONTHS
    shown = to_fen(per_head)
    level, tests = _level(home, rules, income, expense, shown)
    against = exclusions_of(home, rules, programme)
    category = Category.NONE if against else level
    if category in (Category.DEEP, Category.RELATIVE) and home.is_migrant:
        category = Category.MIGRANT
    by_head = f"({to_fen(income)} − {to_fen(expense)}) ÷ {home.persons} ÷ {MONTHS}"
    return Assessment(
        category=category,
        level=level,
        per_head_monthly=shown,
        counted_income=to_fen(income),
        rigid_expense=to_fen(expense),
        exclusions=against,
        steps=(
            Step(_("Income of twelve months"), to_fen(income), _sum_of(home, imputed), INCOME_LAW),
            Step(_("Rigid expense of twelve months"), to_fen(expense), _expense_of(home), CATEGORY_LAW),
            Step(_("Per head and month"), shown, by_head, CATEGORY_LAW),
            *tests,
            *(Step(_("Ruled out"), law=rules.law, verdict=reason.label) for reason in against),
            Step(_("Proposed category"), law=rules.law, verdict=category.label),
        ),
        law=rules.law,
    )


def _level(
    home: Household, rules: Rules, income: Decimal, expense: Decimal, shown: Decimal
) -> tuple[Category, list[Step]]:
    """Return the category by income and accident alone, and each line that was compared."""
    net, yearly, sign = income - expense, home.persons * MONTHS, "≤" if rules.boundary == "le" else "<"
    line, multiple = rules.dibao_monthly, rules.relative_multiple
    is_deep = _is_under(net, line * yearly, rules.boundary)
    deep = f"{shown} {sign} {to_fen(line)}"
    steps = [Step(_("Line of deep hardship"), None, deep, rules.law, verdict=_said(is_deep))]
    if is_deep:
        return Category.DEEP, steps
    is_relative = _is_under(net, line * multiple * yearly, rules.boundary)
    relative = f"{shown} {sign} {plain(multiple)} × {to_fen(line)} = {to_fen(line * multiple)}"
    steps.append(Step(_("Line of relative hardship"), None, relative, rules.law, verdict=_said(is_relative)))
    if is_relative:
        return Category.RELATIVE, steps
    if not home.accident_expense:
        return Category.NONE, steps
    limit, over = rules.sudden_share * income, "≥" if rules.sudden_boundary == "ge" else ">"
    is_sudden = is_over_share(home.accident_expense, income, rules)
    share = f"{to_fen(home.accident_expense)} {over} {plain(rules.sudden_share)} × {to_fen(income)} = {to_fen(limit)}"
    steps.append(Step(_("Expense of the accident"), None, share, rules.law, verdict=_said(is_sudden)))
    return Category.SUDDEN if is_sudden else Category.NONE, steps


def _said(holds: bool) -> Text:
    return _("holds") if holds else _("does not hold")


def _sum_of(home: Household, imputed: Decimal) -> str:
    parts = [
        home.wages,
        home.business,
        home.property_income,
        home.transfers,
        home.other_income,
        home.union_relief,
        imputed,
    ]
    text = " + ".join(str(to_fen(part)) for part in parts if part) or "0"
    return f"{text} − {to_fen(home.basic_pension)}" if home.basic_pension else text


def _expense_of(home: Household) -> str:
    parts = [home.illness, home.disability, home.schooling, home.housing, home.other_expense]
    return " + ".join(str(to_fen(part)) for part in parts if part) or "0"


# ---- how much ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ceiling:
    """The most a programme may give; no amount when the rules set no limit."""

    amount: Decimal | None
    formula: str
    law: str = FUND_LAW

    def allows(self, amount: Decimal) -> bool:
        """Return whether an amount stays within the limit."""
        return self.amount is None or amount <= self.amount

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return how it came about."""
        no_limit = "" if self.amount is not None else _("the rules set no limit")
        return (Step(_("At most in a year"), self.amount, self.formula, self.law, verdict=no_limit),)


def tiered(expense: Decimal, tiers: Iterable[Tier], cap: Decimal | None) -> Decimal:
    """Return the share of an expense that falls into each tier, added up, at most the cap."""
    total, floor = Decimal(0), Decimal(0)
    for tier in tiers:
        upper = expense if tier.up_to is None else min(expense, tier.up_to)
        total += max(upper - floor, Decimal(0)) * tier.share
        floor = upper if tier.up_to is None else tier.up_to
    return to_fen(total if cap is None else min(total, cap))


def ceiling(programme: str, category: str, home: Household, rules: Rules) -> Ceiling:
    """Return the most a household of a category may get from a programme in a year."""
    line = rules.dibao_monthly
    if category == Category.SUDDEN and programme == Programme.LIVING:
        most = tiered(home.accident_expense, (Tier(None, rules.sudden_aid_share),), rules.sudden_aid_cap)
        formula = f"{plain(rules.sudden_aid_share)} × {to_fen(home.accident_expense)}"
        return Ceiling(most, f"{formula} ≤ {rules.sudden_aid_cap}" if rules.sudden_aid_cap else formula, rules.law)
    if programme == Programme.LIVING:
        months = rules.of(rules.living_months, category)
        if months is None:
            return Ceiling(None, "")
        return Ceiling(to_fen(months * line), f"{plain(months)} × {to_fen(line)}")
    if programme == Programme.EDUCATION:
        pupils = max(home.pupils, 1)
        months = rules.education_months
        return Ceiling(to_fen(months * line * pupils), f"{plain(months)} × {to_fen(line)} × {pupils}")
    if programme == Programme.MEDICAL:
        tiers, cap = rules.of(rules.medical_tiers, category) or WHOLE, rules.of(rules.medical_cap, category)
        shares = ", ".join(plain(tier.share) + (f" ≤ {tier.up_to}" if tier.up_to else "") for tier in tiers)
        formula = f"{to_fen(home.self_paid_medical)} × ({shares})"
        return Ceiling(tiered(home.self_paid_medical, tiers, cap), f"{formula} ≤ {cap}" if cap else formula)
    return Ceiling(to_fen(home.self_paid_medical), f"{to_fen(home.self_paid_medical)}")


class Decides(models.TextChoices):
    """The highest office that decides on an amount."""

    CITY = "city", _("The city decides")
    PROVINCE = "province", _("The province decides too")
    NATION = "nation", _("The national union decides too")


def who_decides(amount: Decimal, rules: Rules) -> Decides:
    """Return the highest office that decides on an amount."""
    for limit, level in ((rules.above_province_from, Decides.NATION), (rules.above_city_from, Decides.PROVINCE)):
        if limit is not None and _is_over(exact(amount), limit, rules.above_city_boundary):
            return level
    return Decides.CITY


def goes_above_city(amount: Decimal, rules: Rules) -> bool:
    """Return whether an amount needs the decision of the office above the city too."""
    return who_decides(amount, rules) != Decides.CITY


@dataclass(frozen=True)
class WarmthLimits:
    """How much festival warmth (送温暖) somebody may get at once, and in a year."""

    per_time: Decimal
    per_year: Decimal


# ---- may it be given, and who may sign -----------------------------------------------------------------


class Obstacle(models.TextChoices):
    """What speaks against giving an aid or signing for it."""

    TOO_MUCH_AT_ONCE = "too_much_at_once", _("More than is given at one time")
    TOO_MUCH_IN_A_YEAR = "too_much_in_a_year", _("More than is given to one person in a year")
    ONE_PROGRAMME_ONLY = "one_programme_only", _("This category gets one kind of aid a year and already has one")
    SURVEY_NEEDS_TWO = "survey_needs_two", _("Two people survey a household")
    SURVEYOR_IS_REQUESTER = "surveyor_is_requester", _("Who surveyed does not ask for the aid")
    SURVEYOR_IS_APPROVER = "surveyor_is_approver", _("Who surveyed does not approve")
    SURVEYOR_IS_PAYER = "surveyor_is_payer", _("Who surveyed does not pay")
    REQUESTER_IS_APPROVER = "requester_is_approver", _("Who asked for the aid does not approve it")
    REQUESTER_IS_PAYER = "requester_is_payer", _("Who asked for the aid does not pay it")
    APPROVER_TWICE = "approver_twice", _("Two levels of approval are two people")
    APPROVER_IS_PAYER = "approver_is_payer", _("Who approved does not pay")


class Verdict(NamedTuple):
    """Whether something may be done, and every reason against it."""

    allowed: bool
    reasons: tuple[Obstacle, ...]


def _verdict(found: Iterable[tuple[bool, Obstacle]]) -> Verdict:
    reasons = tuple(obstacle for holds, obstacle in found if holds)
    return Verdict(not reasons, reasons)


def may_combine(category: str, programme: str, others: Iterable[str], rules: Rules) -> Verdict:
    """Answer whether a household may get one more kind of aid in a year.

    Those in deep hardship may get several, and what they got counts as income at the next check; other categories,
    where the place says so, get one.

    Args:
        others: the programmes it gets something from already.
    """
    is_second = bool(set(others) - {programme})
    return _verdict([(is_second and category in rules.one_programme_only, Obstacle.ONE_PROGRAMME_ONLY)])


def warmth_allowed(paid_this_year: Iterable[Decimal], amount: Decimal, limits: WarmthLimits) -> Verdict:
    """Answer whether one more gift of festival warmth stays within the limits."""
    total = sum(map(exact, paid_this_year), exact(amount))
    return _verdict(
        [(amount > limits.per_time, Obstacle.TOO_MUCH_AT_ONCE), (total > limits.per_year, Obstacle.TOO_MUCH_IN_A_YEAR)]
    )


def may_sign(
    surveyors: Sequence[Hashable],
    approvers: Sequence[Hashable] = (),
    requester: Hashable | None = None,
    payer: Hashable | None = None,
) -> Verdict:
    """Answer whether these people may stand for an aid: two surveyed, and nobody has two parts (工会法 art. 45).

    The rows of `Signature` hold the same in the database; this says why before anybody tries.

    Args:
        surveyors, approvers: whoever they are, each by something that tells people apart.
        requester, payer: none as long as nobody has asked or paid.
    """
    surveyed, approved = set(surveyors), set(approvers)
    return _verdict(
        [
            (len(surveyed) < 2, Obstacle.SURVEY_NEEDS_TWO),
            (requester is not None and requester in surveyed, Obstacle.SURVEYOR_IS_REQUESTER),
            (bool(surveyed & approved), Obstacle.SURVEYOR_IS_APPROVER),
            (payer is not None and payer in surveyed, Obstacle.SURVEYOR_IS_PAYER),
            (requester is not None and requester in approved, Obstacle.REQUESTER_IS_APPROVER),
            (requester is not None and requester == payer, Obstacle.REQUESTER_IS_PAYER),
            (len(approved) < len(approvers), Obstacle.APPROVER_TWICE),
            (payer is not None and payer in approved, Obstacle.APPROVER_IS_PAYER),
        ]
    )
