"""Periods in examples: a deadline rule, the days on which things happened, and what the clocks make of them.

The clocks are those of the product: `casework.deadlines.course` moves them, here as there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.deadlines import calendar as days
from casework.deadlines.calendar import BEIJING, Calendar
from casework.deadlines.course import EXPIRED, EXTENDED, Course, Happening, pauses_of
from casework.deadlines.models import Clock
from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import MOVERS, DeadlineRule, Place, Unit, demand_in_force

from . import reading
from .reading import BadInput

# What an example calls the new last day of a period that was made longer.
EXTENDED_UNTIL = "extended_until"

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# Every result of a period.
RESULTS = (
    "nominal",
    "nominal_weekday",
    "nominal_is_working_day",
    "rolled",
    "rolled_weekday",
    "due",
    "due_weekday",
    "due_at",
    "counted_days",
    "suspended_days",
    "interrupted",
    "expired_on",
    "earliest",
    "state",
    "provisional_calendar_not_published",
    "length",
    "unit",
    "law",
    "certainty",
)


class UnknownRule(CaseworkError):
    """There is no deadline rule of that code; the message lists those there are."""

    message = _("There is no such deadline rule.")


class UnknownEvent(CaseworkError):
    """A deadline rule knows no event of that name; the message lists those it knows."""

    message = _("The rule knows no such event.")


class NothingBegins(CaseworkError):
    """No event of the example starts the period; the message says what would."""

    message = _("Nothing starts this period.")


class LengthOf(Place):
    """A place in which a period is as long as the example says."""

    def __init__(self, calendar: Calendar, length: int | None = None) -> None:
        super().__init__(calendar)
        self._length = length

    def here(self, rule: DeadlineRule, on: date) -> DeadlineRule:
        """Return a rule with the length the example gave, or as it is."""
        return rule if self._length is None else replace(rule, length=self._length)


@dataclass(frozen=True)
class Passed:
    """One thing that happened: the kind of event, and when."""

    kind: str
    at: date | datetime


def rule_named(code: str) -> DeadlineRule:
    """Return a deadline rule of the house.

    Raises:
        UnknownRule: there is none of that code; says which there are.
    """
    try:
        return every_rule()[code]
    except (KeyError, TypeError):
        raise UnknownRule(
            _now("There is no deadline rule “%(code)s”; known are: %(known)s.")
            % {"code": code, "known": ", ".join(sorted(every_rule()))}
        ) from None


def names_of(rule: DeadlineRule) -> dict[str, str]:
    """Return the events of a rule by the names that examples give them."""
    return rule.event_names | ({EXTENDED_UNTIL: EXTENDED} if rule.extension else {})


def passed(rule: DeadlineRule, events: Mapping[str, Any]) -> list[Passed]:
    """Read the events of an example, by their names.

    Raises:
        UnknownEvent: the rule knows no such name; says which it knows.
        BadInput: a value is no day, no moment and no list of them.
    """
    names, found = names_of(rule), []
    kinds = {kind: kind for kind in names.values()} | names  # a kind's whole code does as well
    for name, value in events.items():
        if name not in kinds:
            raise UnknownEvent(
                _now("%(code)s knows no event “%(name)s”; known are: %(known)s.")
                % {"code": rule.code, "name": name, "known": ", ".join(names)}
            )
        try:
            for one in value if isinstance(value, list) else [value]:
                found.append(Passed(kinds[name], reading.when(one)))
        except BadInput as error:
            raise BadInput(f"{name}: {error}") from None
    return found


def reckoned(
    rule: DeadlineRule,
    events: Iterable[Passed],
    calendar: Calendar,
    length: int | None = None,
    on: date | None = None,
) -> Mapping[str, Any]:
    """Return every result of a period, after all that happened.

    Args:
        length: instead of the rule's own.
        on: the day on which it is asked: what had passed by then is expired.

    Raises:
        NothingBegins: no event starts it.
        BeforeTheLaw: it would begin before its law was in force.
        BadInput: it counts hours and was given a day.
    """
    course = Course([rule], LengthOf(calendar, length))
    happened = sorted((event for event in events if event.kind != EXTENDED), key=lambda event: _order(rule, event))
    longer = [event for event in events if event.kind == EXTENDED]
    for number, event in enumerate(happened):
        _let_pass(course, rule, event, number)
        # An extension is granted as soon as the period runs: when, the example does not say.
        longer = [] if _extended(course, longer) else longer
    if on is not None:
        _expire(course, days.end_of(on))
    if not course.clocks:
        raise NothingBegins(
            _now("Nothing starts %(code)s: it begins with %(names)s.")
            % {
                "code": rule.code,
                "names": ", ".join(name for name, kind in names_of(rule).items() if kind in rule.starts),
            }
        )
    clock = course.clocks[-1]
    began = next(number for number, event in enumerate(happened) if event.kind in rule.starts)
    return _results(rule, clock, calendar) | {"interrupted": clock.ordinal == 1 and clock.start_event_id != began}


def _order(rule: DeadlineRule, event: Passed) -> tuple[bool, datetime, int]:
    """Sort by day, and on one day what starts before what ends; a day that is fixed ahead comes before all.

    That a hearing is set for the 12th is known long before the 12th.
    """
    moves = min(number for number, name in enumerate(MOVERS) if event.kind in getattr(rule, name))
    return not (rule.fixed_ahead and event.kind in rule.starts), _moment_of(event.at), moves


def _moment_of(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(12), BEIJING)


def _let_pass(course: Course, rule: DeadlineRule, event: Passed, number: int) -> None:
    at = _moment_of(event.at)
    on = days.beijing_date(at)
    if event.kind in rule.starts:
        demand_in_force(rule, on)
        if Unit(rule.unit).counts_hours and not isinstance(event.at, datetime):
            raise BadInput(_now("%(code)s counts hours: write a moment, not a day.") % {"code": rule.code})
    _expire(course, at)
    # What the rule asks of the event that starts it is taken as given.
    facts = {name: values[0] for name, values in rule.when} | {"on": on.isoformat(), rule.fact: on.isoformat()}
    course.run([Happening(number, event.kind, at, facts)])


def _extended(course: Course, longer: list[Passed]) -> bool:
    """Make the running period longer, to the day the example says; return whether there was one."""
    for clock in course.clocks:
        for event in longer:
            until = days.beijing_date(_moment_of(event.at)).isoformat()
            facts = {"rule": clock.rule, "ordinal": clock.ordinal, "until": until}
            course.run([Happening(None, EXTENDED, clock.started_at, facts)])
    return bool(course.clocks)


def _expire(course: Course, at: datetime) -> None:
    """Let every clock pass whose end came before a moment, as the sweep does."""
    for clock in course.clocks:
        if clock.is_running and clock.due_at <= at:
            course.run([Happening(None, EXPIRED, clock.due_at, {"rule": clock.rule, "ordinal": clock.ordinal})])


def _results(rule: DeadlineRule, clock: Clock, calendar: Calendar) -> dict[str, Any]:
    nominal, due = clock.nominal_on, clock.due_on
    return {
        "nominal": nominal,
        "nominal_weekday": weekday(nominal),
        "nominal_is_working_day": calendar.is_working_day(nominal),
        "rolled": due,
        "rolled_weekday": weekday(due),
        "due": due,
        "due_weekday": weekday(due),
        "due_at": clock.due_at,
        "counted_days": _counted(rule, clock, calendar),
        "suspended_days": days.days_in(pauses_of(clock)),
        "expired_on": due if clock.state == Clock.State.EXPIRED else None,
        "earliest": due if rule.opens else None,
        "state": str(clock.state),
        "provisional_calendar_not_published": clock.provisional,
        "length": clock.length,
        "unit": str(rule.unit),
        "law": rule.law,
        "certainty": str(rule.certainty),
    }


def _counted(rule: DeadlineRule, clock: Clock, calendar: Calendar) -> list[date] | None:
    """Return the days that were counted, one by one, where days are what the rule counts."""
    if rule.unit not in (Unit.DAYS, Unit.WORKING_DAYS) or rule.counts_back or clock.extended_until:
        return None
    still = pauses_of(clock)
    span = [clock.started_on + number * days.DAY for number in range(1, (clock.nominal_on - clock.started_on).days + 1)]
    if rule.unit is Unit.WORKING_DAYS:
        span = [day for day in span if calendar.is_working_day(day)]
    return [day for day in span if not any(first <= day < again for first, again in still)]


def weekday(day: date) -> str:
    """Return the day of the week as files write it."""
    return WEEKDAYS[day.weekday()]
