"""What presses, for whoever oversees it: how much in which office, in whose hands, of which kind, on which day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import NotFound
from casework.offices.models import Office
from casework.offices.scope import ACTS, paths, within
from casework.staff.models import User as Account

from . import calendar as days
from .calendar import Calendar
from .models import Clock
from .queries import calendar_at
from .rulebook import every_rule
from .rules import DeadlineRule

if TYPE_CHECKING:
    from casework.staff.models import User

AHEAD = 10  # working days of the forecast, today aside
MOST = 20_000  # deadlines that one board counts
SHOWN = 50  # lines of one of its tables
# The rows of the index `clock_ahead`, all of which `clock_board` holds too: what the database can find without reading
# every clock there ever was.
ON_BOARD = Q(state=Clock.State.RUNNING) | Q(is_late=True)


class Standing(models.TextChoices):
    """How a deadline stands, as the list is filtered by it."""

    OVERDUE = "breached", _("Overdue")
    AT_RISK = "at_risk", _("At risk")
    SOON = "soon", _("Due within ten working days")
    PROVISIONAL = "provisional", _("Provisional")
    STILL = "still", _("Stands still")


@dataclass(frozen=True)
class Sight:
    """What a board looks at: the clocks of some offices as of a moment, of everybody or those somebody owes."""

    paths: tuple[str, ...]
    contact_paths: tuple[str, ...]
    at: datetime
    alone: bool = False
    owed_by: str = ""

    @property
    def today(self) -> date:
        """Return the day it is."""
        return days.beijing_date(self.at)

    @property
    def office(self) -> Office:
        """Return the first of the offices."""
        return Office.objects.get(path=self.paths[0])

    @property
    def calendar(self) -> Calendar:
        """Return the rest days of the first of the offices."""
        return calendar_at(self.paths[0])

    @property
    def last(self) -> date:
        """Return the last day of the forecast."""
        return days.add_working_days(self.today, AHEAD, self.calendar)

    @property
    def clocks(self) -> "QuerySet[Clock]":
        """Return the clocks of these offices, whatever became of them."""
        place = Q(office_path__in=self.paths) if self.alone else within(self.paths)
        found = Clock.objects.filter(place, Q(contact=None) | within(self.contact_paths))
        if self.owed_by:
            found = found.filter(rule__in=[rule.code for rule in every_rule().values() if rule.owed_by == self.owed_by])
        return found


def sight_for(
    user: "User", at: datetime, office: Office | None = None, *, alone: bool = False, owed_by: str = ""
) -> Sight:
    """Return what a person oversees: the office chosen and those below it, or all he reaches.

    Args:
        alone: without the offices below.
        owed_by: only what somebody has to do: the office, the worker, the employer or another body.

    Raises:
        NotFound: the office lies outside, or he oversees none.
    """
    held = tuple(paths(user, ACTS["deadline.read"].roles))
    if office is not None:
        held = (office.path,) if any(office.path.startswith(path) for path in held) else ()
    if not held:
        raise NotFound
    return Sight(held, tuple(paths(user, ACTS["contact.read"].roles)), at, alone and office is not None, owed_by)


def at_risk(at: datetime) -> Q:
    """Return the condition of clocks that people were warned of, or are about to be."""
    return Q(state=Clock.State.RUNNING) & (Q(alarm=Clock.Alarm.AT_RISK) | Q(alarm_at__lte=at))


def stands(standing: str, sight: Sight) -> Q:
    """Return the condition of the clocks that stand so."""
    conditions = {
        Standing.OVERDUE: Q(is_late=True),
        Standing.AT_RISK: at_risk(sight.at),
        Standing.SOON: Q(state=Clock.State.RUNNING) & due_between(sight.today, sight.last),
        Standing.PROVISIONAL: ON_BOARD & Q(provisional=True),
        Standing.STILL: Q(state=Clock.State.SUSPENDED),
    }
    return conditions[Standing(standing)]


def due_between(first: date | None, last: date | None) -> Q:
    """Return the condition of clocks that end on one of these days; the moments let an index begin at its place."""
    found = Q()
    if first is not None:
        found &= Q(due_at__gte=days.end_of(first - days.DAY), due_on__gte=first)
    if last is not None:
        found &= Q(due_at__lte=days.end_of(last), due_on__lte=last)
    return found


def _tasks() -> "QuerySet[Any]":
    # by name: cases are a room above this one
    return apps.get_model("casework", "CaseTask")._default_manager.filter(process=OuterRef("case_id"))


def holder() -> Case:
    """Return who has a matter in hand: the owner of its step, nobody while a role is to take one, else who took it."""
    owned = _tasks().filter(status="ASSIGNED").exclude(owner=None).order_by("id")
    queued = Exists(_tasks().filter(status="NEW", owner=None).exclude(role=""))
    return Case(
        When(Q(contact__isnull=False), then=F("contact__taken_by")),
        When(Exists(owned), then=Subquery(owned.values("owner")[:1])),
        When(queued, then=None),
        default=F("case__handler"),
        output_field=models.BigIntegerField(null=True),
    )


# ---- the list ------------------------------------------------------------------------------------------


def deadlines(
    sight: Sight,
    *,
    state: str = "",
    rule: str = "",
    person: str = "",
    nobody: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> "QuerySet[Clock]":
    """Return the deadlines somebody oversees, with what a line says of their case or contact.

    Args:
        state: a `Standing`; none: all that run or are overdue.
        rule: of which kind.
        person, nobody: in whose hands, by username or name; or in nobody's yet.
        since, until: the days between which it is due.
    """
    found = sight.clocks.filter(stands(state, sight) if state else ON_BOARD, due_between(since, until))
    if rule:
        found = found.filter(rule=rule)
    found = found.annotate(holder=holder())
    if person:
        found = _held_by(found, person)
    if nobody:
        found = found.filter(Q(holder=None))
    return found.annotate(
        case_number=F("case__number"),
        worker_label=F("case__worker_label"),
        contact_uuid=F("contact__uuid"),
    )


def _held_by(found: "QuerySet[Clock]", person: str) -> "QuerySet[Clock]":
    """Keep what somebody has in hand; the cases that could be hers are found first, by index."""
    who = list(Account.objects.filter(Q(username=person) | Q(display_name=person)).values_list("pk", flat=True)[:20])
    tasks = apps.get_model("casework", "CaseTask")._default_manager.filter(owner__in=who, status="ASSIGNED")
    theirs = Q(case__in=tasks.values("process")) | Q(case__handler__in=who) | Q(contact__taken_by__in=who)
    return found.filter(theirs, Q(holder__in=who))


@dataclass(frozen=True)
class Deadline:
    """A line of the list: the clock with the names of what it only has keys of."""

    clock: Any
    person: Account | None
    office: Office | None

    @property
    def rule(self) -> DeadlineRule | None:
        """Return its rule, none when the type is no longer installed."""
        return every_rule().get(self.clock.rule)


def named(clocks: Iterable[Clock]) -> list[Deadline]:
    """Return deadlines with the people and offices they belong to, in two queries."""
    rows: list[Any] = list(clocks)
    people = Account.objects.in_bulk({row.holder for row in rows if row.holder})
    offices = offices_at(row.office_path for row in rows)
    return [Deadline(row, people.get(row.holder), offices.get(row.office_path)) for row in rows]


def named_one_by_one(clocks: "QuerySet[Clock]", size: int = 500) -> Iterator[Deadline]:
    """Yield deadlines without holding them all, for an export."""
    rows = clocks.order_by("due_at", "id").iterator(chunk_size=size)
    while some := list(islice(rows, size)):
        yield from named(some)


def offices_at(places: Iterable[str]) -> dict[str, Office]:
    """Return the offices that paths stand for."""
    return {office.path: office for office in Office.objects.filter(path__in=set(places))}


# ---- the board -----------------------------------------------------------------------------------------


class Pressing(NamedTuple):
    """How many deadlines press; one at risk is most often also due soon."""

    overdue: int = 0
    at_risk: int = 0
    soon: int = 0


class One(NamedTuple):
    """One deadline that presses: what a board sorts it by, and how it stands."""

    path: str
    rule: str
    holder: int | None
    due_on: date
    overdue: bool
    at_risk: bool
    soon: bool


def summed(ones: Iterable[One], key: Callable[[One], Any]) -> dict[Any, Pressing]:
    """Count deadlines by a key."""
    sums: dict[Any, list[int]] = {}
    for one in ones:
        counts = sums.setdefault(key(one), [0, 0, 0])
        counts[0] += one.overdue
        counts[1] += one.at_risk
        counts[2] += one.soon
    return {found: Pressing(*counts) for found, counts in sums.items()}


@dataclass(frozen=True)
class Line:
    """A line of a table of the board: what it counts (office, person, rule; none: nobody yet), and how many."""

    subject: Any
    pressing: Pressing
    alone: bool = False  # of an office itself, without those below it


@dataclass(frozen=True)
class Ahead:
    """A day of the forecast, or rest days in a row that have one name; `share` is in percent of the fullest day."""

    first: date
    last: date
    is_worked: bool
    name: str
    number: int
    at_risk: int
    share: int
    risky_share: int


@dataclass(frozen=True)
class Board:
    """Everything the board shows."""

    total: Pressing
    offices: list[Line]
    people: list[Line]
    rules: list[Line]
    ahead: list[Ahead]
    last: date
    is_capped: bool


def board(sight: Sight) -> Board:
    """Count what presses; three queries, however much it is. No more than the first `MOST` deadlines are counted."""
    ones = _pressing(sight)
    return Board(
        total=summed(ones, lambda one: None).get(None, Pressing()),
        offices=_by_office(sight, ones),
        people=_by_person(ones),
        rules=_lines(summed(ones, lambda one: one.rule), lambda code: every_rule().get(code, code)),
        ahead=ahead(ones, sight.today, sight.last, sight.calendar),
        last=sight.last,
        is_capped=len(ones) >= MOST,
    )


def _pressing(sight: Sight) -> list[One]:
    """Return what presses, what ends first on top."""
    pressing = stands(Standing.OVERDUE, sight) | stands(Standing.AT_RISK, sight) | stands(Standing.SOON, sight)
    stand = {
        name: ExpressionWrapper(stands(standing, sight), models.BooleanField())
        for name, standing in (("risky", Standing.AT_RISK), ("soon", Standing.SOON))
    }
    found = sight.clocks.filter(ON_BOARD, pressing).annotate(holder=holder(), **stand)
    columns = ("office_path", "rule", "holder", "due_on", "is_late", "risky", "soon")
    rows = found.order_by("due_at", "id").values_list(*columns)[:MOST]
    # Where no alarm is to come the database does not know whether it is at risk: it is not.
    return [One(path, rule, who, on, late, bool(risky), bool(soon)) for path, rule, who, on, late, risky, soon in rows]


def _lines(sums: dict[Any, Pressing], subject: Callable[[Any], Any], alone: str = "") -> list[Line]:
    """Return a table: what is most overdue first."""
    order = sorted(sums.items(), key=lambda pair: tuple(-number for number in pair[1]))
    return [Line(subject(found), number, found == alone) for found, number in order]


def _by_person(ones: list[One]) -> list[Line]:
    sums = summed(ones, lambda one: one.holder)
    people = Account.objects.in_bulk({pk for pk in sums if pk})
    return _lines(sums, lambda pk: people.get(pk) if pk else None)


def _by_office(sight: Sight, ones: list[One]) -> list[Line]:
    """Sum by the offices right below the one that is looked at, or by those looked at where they are several."""
    top = sight.paths[0]

    def place(one: One) -> str:
        if len(sight.paths) > 1:
            return next(path for path in sight.paths if one.path.startswith(path))
        return one.path[: len(top) + Office.steplen]

    sums = summed(ones, place)
    return _lines(sums, offices_at(sums).get, top if len(sight.paths) == 1 else "")


def ahead(ones: Iterable[One], today: date, last: date, calendar: Calendar) -> list[Ahead]:
    """Return the forecast: every working day, every holiday by its name, and a bare weekend only if something is due.

    Pure.
    """
    due = summed((one for one in ones if one.soon), lambda one: one.due_on)
    coming = [today + timedelta(number) for number in range((last - today).days + 1)]
    fullest = max((due.get(day, Pressing()).soon for day in coming), default=0) or 1

    def looks(day: date) -> tuple[bool, str, date | None]:
        works = calendar.is_working_day(day)
        return works, calendar.names.get(day, ""), day if works or day in due else None

    found = []
    for (works, name, _day), group in groupby(coming, looks):
        row = list(group)
        counts = due.get(row[0], Pressing())
        if works or name or counts.soon:
            shares = (round(100 * number / fullest) for number in (counts.soon, counts.at_risk))
            found.append(Ahead(row[0], row[-1], works, name, counts.soon, counts.at_risk, *shares))
    return found
