"""What a figure is, and those that every office reports whatever its case types.

A case type brings its own in a module `figures` with a tuple `FIGURES`; the app registry finds them. Words
for counting are not interchangeable: a case, a person, and a person each time he is helped differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.cases.models import Case, Contact, MatterClass
from casework.deadlines.models import Clock
from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import Owing
from casework.funds.models import Fund, Payout, Source
from casework.funds.programmes import programme_title
from casework.offices.scope import within

from .sums import percent as percent

Value = Decimal | int | None


class Unit(models.TextChoices):
    """What is counted; the reports of the union keep these apart."""

    ITEMS = "items", pgettext_lazy("unit", "cases")
    PEOPLE = "people", pgettext_lazy("unit", "people")
    PERSON_TIMES = "person_times", pgettext_lazy("unit", "person-times")
    HOUSEHOLDS = "households", pgettext_lazy("unit", "households")
    TIMES = "times", pgettext_lazy("unit", "times")
    LETTERS = "letters", pgettext_lazy("unit", "letters")
    YUAN = "yuan", pgettext_lazy("unit", "yuan")
    PERCENT = "percent", "%"


@dataclass(frozen=True)
class Part:
    """One line of a figure that is broken down."""

    title: str | Promise
    value: Value


@dataclass(frozen=True)
class Answer:
    """What a figure came to: its value (none: there was nothing to divide by) and its parts."""

    value: Value
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What is counted: from a day until before another, in offices and those below them."""

    first: date
    until: date
    paths: tuple[str, ...]

    def moments(self) -> tuple[datetime, datetime]:
        """Return the period's ends as moments: midnight in Beijing."""
        zone = get_current_timezone()
        return make_aware(datetime.combine(self.first, time()), zone), make_aware(
            datetime.combine(self.until, time()), zone
        )

    def offices(self, prefix: str = "") -> Q:
        """Return the condition of rows of these offices."""
        return within(self.paths, f"{prefix}office_path")

    def during(self, moment: str) -> Q:
        """Return the condition of rows whose moment lies in the period."""
        since, until = self.moments()
        return Q(**{f"{moment}__gte": since, f"{moment}__lt": until})


@dataclass(frozen=True)
class Figure:
    """A number of the yearly report.

    Args:
        code: unique in the house ("case.opened").
        term: what reports call it.
        unit: what is counted.
        definition: how it is counted, so that two offices count the same.
        query: counts it, in one query (two, for a share).
        rows: the cases, contacts or payouts it was counted from, for whoever asks which.
    """

    code: str
    term: str | Promise
    unit: Unit
    definition: str | Promise
    query: Callable[[Frame], Answer]
    rows: Callable[[Frame], "QuerySet[Any]"] | None = None

    @property
    def has_rows(self) -> bool:
        """Return whether the rows behind it can be shown."""
        return self.rows is not None


def counted_by(
    rows: "QuerySet[Any]", column: str, title: Callable[[str], str | Promise], measure: Any = None
) -> Answer:
    """Count (or sum) rows by the values of a column, in one query."""
    measured = rows.order_by().values(column).annotate(measured=measure or Count("pk")).order_by(column)
    parts = [(title(row[column]), row["measured"]) for row in measured]
    return Answer(sum((value for _title, value in parts), 0), tuple(Part(name, value) for name, value in parts))


def case_type_title(slug: str) -> str:
    """Return the name of a case type; a type that is no longer installed reads as its slug."""
    config = next((config for config in apps.get_app_configs() if config.label == slug), None)
    return str(getattr(config, "title", slug))


# ---- contacts ------------------------------------------------------------------------------------------


def _contacts(frame: Frame) -> "QuerySet[Contact]":
    return Contact.objects.filter(frame.offices(), frame.during("taken_at"))


def _contacts_taken(frame: Frame) -> Answer:
    return counted_by(_contacts(frame), "matter", lambda matter: MatterClass(matter).label)


def _answered(frame: Frame) -> "QuerySet[Contact]":
    return Contact.objects.filter(frame.offices(), frame.during("answered_at"))


def _answered_in_time(frame: Frame) -> Answer:
    kept = Q(promised_on=None) | Q(answered_at__date__lte=F("promised_on"))
    counts = _answered(frame).aggregate(all=Count("pk"), kept=Count("pk", filter=kept))
    return Answer(percent(counts["kept"], counts["all"]))


# ---- cases ---------------------------------------------------------------------------------------------


def _opened(frame: Frame) -> "QuerySet[Case]":
    return Case.objects.filter(frame.offices(), frame.during("opened_at"))


def _closed(frame: Frame) -> "QuerySet[Case]":
    return Case.objects.filter(frame.offices(), frame.during("closed_at"))


def _cases_opened(frame: Frame) -> Answer:
    return counted_by(_opened(frame), "case_type", case_type_title)


def _cases_closed(frame: Frame) -> Answer:
    return counted_by(_closed(frame), "case_type", case_type_title)


def _closing_rate(frame: Frame) -> Answer:
    _since, until = frame.moments()
    counts = _opened(frame).aggregate(all=Count("pk"), closed=Count("pk", filter=Q(closed_at__lt=until)))
    return Answer(percent(counts["closed"], counts["all"]))


def _missed() -> Exists:
    """Return the condition of a case that missed one of the periods the office itself has to keep.

    What a worker, an employer or another body owes is not the office's promise, nor is what goes on after the closing;
    and a period that a flow waits for is meant to pass.
    """
    owed = [rule for rule in every_rule().values() if rule.owed_by is Owing.OFFICE and rule.satisfied_by]
    rules = [rule for rule in owed if not rule.outlives_closing]
    late = Q(state=Clock.State.SATISFIED, ended_at__gte=F("due_at"), rule__in=[rule.code for rule in rules])
    passed = Q(state=Clock.State.EXPIRED, rule__in=[rule.code for rule in rules if not rule.fires])
    return Exists(Clock.objects.filter(late | passed, case=OuterRef("pk")))


def _closed_on_time(frame: Frame) -> Answer:
    counts = _closed(frame).aggregate(all=Count("pk"), kept=Count("pk", filter=~Q(_missed())))
    return Answer(percent(counts["kept"], counts["all"]))


# ---- money ---------------------------------------------------------------------------------------------


def _paid(frame: Frame) -> "QuerySet[Payout]":
    return Payout.objects.filter(frame.offices(), frame.during("paid_at"), state=Payout.State.PAID)


def _amount_paid(frame: Frame) -> Answer:
    answer = counted_by(_paid(frame), "claim_line__programme", programme_title, Sum("amount"))
    return Answer(Decimal(answer.value or 0), answer.parts)


def _amount_by_source(frame: Frame) -> Answer:
    answer = counted_by(_paid(frame), "fund__source", lambda source: Source(source).label, Sum("amount"))
    return Answer(Decimal(answer.value or 0), answer.parts)


def _people_paid(frame: Frame) -> Answer:
    return Answer(_paid(frame).aggregate(count=Count("payee", distinct=True))["count"])


def _times_paid(frame: Frame) -> Answer:
    """Count a person once a day: several payments of one day are one help."""
    days = _paid(frame).annotate(day=TruncDate("paid_at")).order_by().values("payee", "day").distinct()
    return Answer(days.count())


def _budget_used(frame: Frame) -> Answer:
    years = range(frame.first.year, (frame.until - timedelta(days=1)).year + 1)
    sums = Fund.objects.filter(frame.offices(), year__in=years).aggregate(paid=Sum("paid"), budget=Sum("budget"))
    return Answer(percent(sums["paid"] or 0, sums["budget"] or 0))


GENERAL = (
    Figure(
        "contact.taken",
        _("Contacts taken"),
        Unit.ITEMS,
        _("Calls, visits, letters and messages taken in the period, by class of matter."),
        _contacts_taken,
        _contacts,
    ),
    Figure(
        "contact.in_time",
        _("Contacts answered in time"),
        Unit.PERCENT,
        _("Of the contacts answered in the period, those answered at once or by the promised day."),
        _answered_in_time,
        _answered,
    ),
    Figure(
        "case.opened",
        _("Cases accepted"),
        Unit.ITEMS,
        _("Cases opened in the period, by kind; a case that was handed over counts where it is now."),
        _cases_opened,
        _opened,
    ),
    Figure(
        "case.closed",
        _("Cases closed"),
        Unit.ITEMS,
        _("Cases closed in the period, by kind, however they ended and whenever they were opened."),
        _cases_closed,
        _closed,
    ),
    Figure(
        "case.closing_rate",
        _("Closing rate"),
        Unit.PERCENT,
        _("Of the cases opened in the period, those closed before it ended."),
        _closing_rate,
        _opened,
    ),
    Figure(
        "case.on_time",
        _("Closed on time"),
        Unit.PERCENT,
        _("Of the cases closed in the period, those in which the office missed none of its own deadlines."),
        _closed_on_time,
        _closed,
    ),
    Figure(
        "payout.amount",
        _("Amount paid"),
        Unit.YUAN,
        _("Payouts paid in the period, by programme; reserved and failed ones do not count."),
        _amount_paid,
        _paid,
    ),
    Figure(
        "payout.by_source",
        _("Amount paid, by source"),
        Unit.YUAN,
        _("The same sum by the source of the fund it came from."),
        _amount_by_source,
        _paid,
    ),
    Figure(
        "payout.people",
        _("People paid"),
        Unit.PEOPLE,
        _("Everybody who was paid in the period, each counted once."),
        _people_paid,
        _paid,
    ),
    Figure(
        "payout.times",
        _("People paid, each time"),
        Unit.PERSON_TIMES,
        _("Everybody who was paid, counted anew for every day of the period on which they were."),
        _times_paid,
        _paid,
    ),
    Figure(
        "fund.used",
        _("Budget used"),
        Unit.PERCENT,
        _("Of the budgets of the years the period touches, what has been paid from them until now."),
        _budget_used,
    ),
)


class TwiceTheSameFigure(Exception):
    """Two figures of the house have one code."""


def all_figures() -> dict[str, Figure]:
    """Return every figure by code: the general ones, then those of each app that brings some.

    Raises:
        TwiceTheSameFigure: two of them have one code.
    """
    found: dict[str, Figure] = {}
    for figure in (*GENERAL, *(figure for config in apps.get_app_configs() for figure in _figures_of(config))):
        if figure.code in found:
            raise TwiceTheSameFigure(figure.code)
        found[figure.code] = figure
    return found


def _figures_of(config: AppConfig) -> tuple[Figure, ...]:
    if not module_has_submodule(config.module, "figures"):
        return ()
    return tuple(getattr(import_module(f"{config.name}.figures"), "FIGURES", ()))
