"""A legal period is a value: how long, counted how, from what, ended by what, by which article. Pure."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from . import calendar as days
from .calendar import Calendar


class Unit(StrEnum):
    """What a length counts."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"

    @property
    def counts_hours(self) -> bool:
        """Whether the period ends at an hour and not with a day."""
        return self in (Unit.HOURS, Unit.WORKING_HOURS)


class Certainty(StrEnum):
    """How well a rule is founded."""

    STATUTORY = "statutory"
    CONFIGURABLE = "configurable"
    CONVENTION = "convention"


@dataclass(frozen=True)
class DeadlineRule:
    """One period of the law, or of the office's own promise.

    Args:
        code: unique in the house; begins with the type's prefix ("LD.mediation.from_receipt").
        title: what people call it.
        length: how many of the unit, unless `parameter` says otherwise where the case belongs.
        starts: kinds of events that start it; while it runs, another such event changes nothing.
        when: facts the starting event must have: name and the values that will do.
        fact: the starting event's fact that holds the first day (ISO); without it "on", else the event's own day.
            A `facts.corrected` of a field of this name moves the clock.
        satisfied_by: kinds that show it was kept (or done late).
        cancelled_by: kinds after which nothing is owed any more.
        restarted_by: kinds from which the whole period counts anew (中断).
        law: the article, in the text's own words and number.
        certainty: statutory, configurable (a place may say otherwise) or convention.
        parameter: code of the LocalParameter that overrides the length.
        rolls: a last day that is a rest day moves to the next working day (民法典 203).
        fires: a flow waits for it; when it is due the sweep opens the door.
        extendable: may be made longer for a reason.
        outlives_closing: goes on after the case is closed.
    """

    code: str
    title: str | Promise
    length: int
    unit: Unit | str
    starts: tuple[str, ...]
    _: KW_ONLY
    law: str
    certainty: Certainty | str
    when: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    fact: str = "on"
    satisfied_by: tuple[str, ...] = ()
    cancelled_by: tuple[str, ...] = ()
    restarted_by: tuple[str, ...] = ()
    parameter: str | None = None
    rolls: bool = True
    fires: bool = False
    extendable: bool = False
    outlives_closing: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "certainty", Certainty(self.certainty))
        for name in ("starts", "satisfied_by", "cancelled_by", "restarted_by"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"{self.code}: {name} is a tuple of kinds")
        if self.length < 0:
            raise ValueError(f"{self.code}: a period is never negative")

    @property
    def kinds(self) -> frozenset[str]:
        """Return every kind of event that moves this rule's clocks."""
        return frozenset((*self.starts, *self.satisfied_by, *self.cancelled_by, *self.restarted_by))

    def starts_with(self, kind: str, facts: Mapping[str, Any]) -> bool:
        """Return whether such an event starts the period."""
        return kind in self.starts and all(facts.get(name) in values for name, values in self.when)

    def first_day(self, facts: Mapping[str, Any], happened_at: datetime) -> date:
        """Return the day from which it counts; that day itself is not counted."""
        named = facts.get(self.fact) or facts.get("on")
        return date.fromisoformat(named) if named else days.beijing_date(happened_at)


@dataclass(frozen=True)
class Due:
    """When a period ends: by the bare count, and after rest days; reminders go by the first, the law by the second."""

    nominal_on: date
    due_on: date
    due_at: datetime
    provisional: bool


def due(rule: DeadlineRule, start: date | datetime, calendar: Calendar, length: int | None = None) -> Due:
    """Return when a period that starts then ends.

    Args:
        start: the first day; the first moment where the rule counts hours.
        length: instead of the rule's own, where the place has another.

    Raises:
        TypeError: the rule counts hours and was given a day.
    """
    length = rule.length if length is None else length
    unit = Unit(rule.unit)
    if unit.counts_hours:
        if not isinstance(start, datetime):
            raise TypeError(f"{rule.code} counts hours: it starts at a moment, not on a day")
        return _due_by_hours(unit, start, calendar, length)
    first = days.beijing_date(start) if isinstance(start, datetime) else start
    if unit is Unit.WORKING_DAYS:
        last = days.add_working_days(first, length, calendar)
        return Due(last, last, days.end_of(last), calendar.is_provisional(first, last))
    if unit is Unit.DAYS:
        last = days.add_calendar_days(first, length)
    else:
        last = days.add_months(first, length * 12 if unit is Unit.YEARS else length)
    return ending(rule, last, calendar)


def ending(rule: DeadlineRule, nominal: date, calendar: Calendar) -> Due:
    """Return the end of a period whose last day by the bare count is known."""
    if not rule.rolls:
        return Due(nominal, nominal, days.end_of(nominal), False)
    last = days.roll_forward(nominal, calendar)
    return Due(nominal, last, days.end_of(last), calendar.is_provisional(nominal, last))


def _due_by_hours(unit: Unit, start: datetime, calendar: Calendar, hours: int) -> Due:
    if unit is Unit.HOURS:
        at = start.astimezone(days.BEIJING) + hours * (days.DAY / 24)
        provisional = False
    else:
        at = days.add_working_hours(start, hours, calendar)
        provisional = calendar.is_provisional(days.beijing_date(start), at.date())
    return Due(at.date(), at.date(), at, provisional)
