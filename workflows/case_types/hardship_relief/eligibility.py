"""What the rules say about a household in hardship: a proposal, with its steps. A person decides.

Pure: numbers in, numbers and reasons out; no database, no clock. Lines and boundaries differ by place and year,
so they come in as `Rules`. Sources: 总工发〔2015〕20号 art. 5 and the local measures that copy it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
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
)


class BadRules(ValueError):
    """The local rules cannot be read."""


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
        mutual_aid_years: how long after the settlement a mutual-aid claim may be made.
        one_programme_only: the categories that get one kind of aid a year.
        above_city_from: from this amount the office above the city decides too; none: the city decides all.
        above_city_boundary: "ge" when the amount itself already goes up ("以上", 民法典 art. 1259), "gt" when not.
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
    mutual_aid_years: int = 2
    one_programme_only: tuple[str, ...] = (Category.RELATIVE,)
    above_city_from: Decimal | None = Decimal(20000)
    above_city_boundary: str = "ge"

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
        readers = {each.name: each.name for each in fields(cls)}
        unknown = sorted(set(stored) - set(readers))
        if unknown:
            raise BadRules(f"unknown: {', '.join(unknown)}")
        try:
            values = {name: _READERS.get(name, _number)(value) for name, value in stored.items()}
            rules = cls(dibao_monthly=_number(dibao_monthly) or Decimal(0))
        except (ArithmeticError, TypeError, ValueError, AttributeError) as error:
            raise BadRules(str(error)) from error
        return replace(rules, **values)

    def of(self, table: Mapping[str, Any], category: str) -> Any:
        """Return a category's value from a table whose entry "" is for all others."""
        return table.get(category, table.get(""))


def _number(value: Any) -> Decimal | None:
    if isinstance(value, float | bool):
        raise TypeError(f"{value!r}: write numbers as text")
    if value is None:
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(f"{value!r} is no number to reckon with")
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
        category: tuple(Tier(_number(up_to), _number(share)) for up_to, share in tiers)  # type: ignore[arg-type]
        for category, tiers in value.items()
    }


_READERS: dict[str, Any] = {
    "boundary": str,
    "sudden_boundary": str,
    "above_city_boundary": str,
    "migrant_months": _whole,
    "mutual_aid_years": _whole,
    "living_months": _by_category,
    "medical_cap": _by_category,
    "medical_tiers": _tiers,
    "one_programme_only": tuple,
}


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
        settled_on, claimed_on: of a mutual-aid claim.
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
    settled_on: date | None = None
    claimed_on: date | None = None

    def __post_init__(self) -> None:
        if self.persons < 1:
            raise ValueError("a household has at least one person")
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float):
                raise TypeError(f"{each.name}: money is a Decimal, not a float")
            if isinstance(value, Decimal | int) and value < 0:
                raise ValueError(f"{each.name} cannot be negative")

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
class Step:
    """One line of the reckoning: what it is, how it was got, what came out."""

    title: str | Promise
    formula: str
    value: Decimal | None = None
    verdict: str | Promise = ""


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

    @property
    def is_excluded(self) -> bool:
        """Return whether a fact rules the household out, whatever its income."""
        return bool(self.exclusions)


def cents(value: Decimal) -> Decimal:
    """Round to fen, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def _is_under(value: Decimal, line: Decimal, boundary: str) -> bool:
    return value <= line if boundary == "le" else value < line


def _is_over(value: Decimal, line: Decimal, boundary: str) -> bool:
    return value >= line if boundary == "ge" else value > line


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February gives the last day of that month (民法典 art. 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def exclusions_of(home: Household, rules: Rules) -> tuple[Exclusion, ...]:
    """Return every fact that rules the household out, found by the surveyors or following from the record."""
    found = [Exclusion(code) for code in home.exclusions]
    if home.is_migrant and home.employed_months < rules.migrant_months:
        found.append(Exclusion.SHORT_EMPLOYMENT)
    if home.is_migrant and not home.is_member:
        found.append(Exclusion.NOT_A_MEMBER)
    if home.settled_on and home.claimed_on and home.claimed_on > years_after(home.settled_on, rules.mutual_aid_years):
        found.append(Exclusion.CLAIM_LAPSED)
    return tuple(dict.fromkeys(found))


def assess(home: Household, rules: Rules) -> Assessment:
    """Propose a category: exclusions first, then income per head against the lines, then the accident's expense.

    The comparison is made on the exact numbers; only what is shown is rounded.
    """
    imputed = MONTHS * home.idle_adults * (rules.minimum_wage_monthly or Decimal(0))
    income, expense = home.income + imputed, home.rigid_expense
    per_head = (income - expense) / home.persons / MONTHS
    deep_line, relative_line = rules.dibao_monthly, rules.dibao_monthly * rules.relative_multiple
    yearly = home.persons * MONTHS
    steps = [Step(_("Income of twelve months"), _sum_of(home, imputed), cents(income))]
    steps.append(Step(_("Rigid expense of twelve months"), _expense_of(home), cents(expense)))
    steps.append(
        Step(
            _("Per head and month"),
            f"({cents(income)} − {cents(expense)}) ÷ {home.persons} ÷ {MONTHS}",
            cents(per_head),
        )
    )
    sign = "≤" if rules.boundary == "le" else "<"
    level = Category.NONE
    is_deep = _is_under(income - expense, deep_line * yearly, rules.boundary)
    steps.append(Step(_("Line of deep hardship"), f"{cents(per_head)} {sign} {cents(deep_line)}", None, _said(is_deep)))
    if is_deep:
        level = Category.DEEP
    else:
        is_relative = _is_under(income - expense, relative_line * yearly, rules.boundary)
        formula = f"{cents(per_head)} {sign} {rules.relative_multiple} × {cents(deep_line)} = {cents(relative_line)}"
        steps.append(Step(_("Line of relative hardship"), formula, None, _said(is_relative)))
        if is_relative:
            level = Category.RELATIVE
        elif home.accident_expense:
            limit = rules.sudden_share * income
            is_sudden = _is_over(home.accident_expense, limit, rules.sudden_boundary)
            over = "≥" if rules.sudden_boundary == "ge" else ">"
            formula = f"{cents(home.accident_expense)} {over} {rules.sudden_share} × {cents(income)} = {cents(limit)}"
            steps.append(Step(_("Expense of the accident"), formula, None, _said(is_sudden)))
            level = Category.SUDDEN if is_sudden else Category.NONE
    against = exclusions_of(home, rules)
    steps += [Step(_("Ruled out"), "", None, reason.label) for reason in against]
    category = Category.NONE if against else level
    if category in (Category.DEEP, Category.RELATIVE) and home.is_migrant:
        category = Category.MIGRANT
    steps.append(Step(_("Proposed category"), "", None, category.label))
    return Assessment(
        category=category,
        level=level,
        per_head_monthly=cents(per_head),
        counted_income=cents(income),
        rigid_expense=cents(expense),
        exclusions=against,
        steps=tuple(steps),
    )


def _said(holds: bool) -> str | Promise:
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
    text = " + ".join(str(cents(part)) for part in parts if part) or "0"
    return f"{text} − {cents(home.basic_pension)}" if home.basic_pension else text


def _expense_of(home: Household) -> str:
    parts = [home.illness, home.disability, home.schooling, home.housing, home.other_expense]
    return " + ".join(str(cents(part)) for part in parts if part) or "0"


@dataclass(frozen=True)
class Ceiling:
    """The most a programme may give; no amount when the rules set no limit."""

    amount: Decimal | None
    formula: str

    def allows(self, amount: Decimal) -> bool:
        """Return whether an amount stays within the limit."""
        return self.amount is None or amount <= self.amount


def tiered(expense: Decimal, tiers: Iterable[Tier], cap: Decimal | None) -> Decimal:
    """Return the share of an expense that falls into each tier, added up, at most the cap."""
    total, floor = Decimal(0), Decimal(0)
    for tier in tiers:
        upper = expense if tier.up_to is None else min(expense, tier.up_to)
        total += max(upper - floor, Decimal(0)) * tier.share
        floor = upper if tier.up_to is None else tier.up_to
    return cents(total if cap is None else min(total, cap))


def ceiling(programme: str, category: str, home: Household, rules: Rules) -> Ceiling:
    """Return the most a household of a category may get from a programme in a year."""
    line = rules.dibao_monthly
    if category == Category.SUDDEN and programme == Programme.LIVING:
        most = tiered(home.accident_expense, (Tier(None, rules.sudden_aid_share),), rules.sudden_aid_cap)
        formula = f"{rules.sudden_aid_share} × {cents(home.accident_expense)}"
        return Ceiling(most, f"{formula} ≤ {rules.sudden_aid_cap}" if rules.sudden_aid_cap else formula)
    if programme == Programme.LIVING:
        months = rules.of(rules.living_months, category)
        return Ceiling(None, "") if months is None else Ceiling(cents(months * line), f"{months} × {cents(line)}")
    if programme == Programme.EDUCATION:
        pupils = max(home.pupils, 1)
        return Ceiling(
            cents(rules.education_months * line * pupils), f"{rules.education_months} × {cents(line)} × {pupils}"
        )
    if programme == Programme.MEDICAL:
        tiers, cap = rules.of(rules.medical_tiers, category) or WHOLE, rules.of(rules.medical_cap, category)
        shares = ", ".join(f"{tier.share}" + (f" ≤ {tier.up_to}" if tier.up_to else "") for tier in tiers)
        formula = f"{cents(home.self_paid_medical)} × ({shares})"
        return Ceiling(tiered(home.self_paid_medical, tiers, cap), f"{formula} ≤ {cap}" if cap else formula)
    return Ceiling(cents(home.self_paid_medical), f"{cents(home.self_paid_medical)}")


def goes_above_city(amount: Decimal, rules: Rules) -> bool:
    """Return whether an amount needs the decision of the office above the city too."""
    return rules.above_city_from is not None and _is_over(amount, rules.above_city_from, rules.above_city_boundary)
