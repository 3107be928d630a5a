"""A legal period is a value: how long, counted how, from what, ended by what, by which article. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError

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


class Consent(StrEnum):
    """Who has to agree before a period is made longer."""

    OFFICE = "office"  # a supervisor of the office alone
    BOTH_SIDES = "both_sides"  # a supervisor, and both parties
    HEAD = "head"  # the head of the organ (信访工作条例 第三十四条), recorded by a supervisor
    BODY = "body"  # the other body itself, whose period it is; whoever works on the case records it


class Owing(StrEnum):
    """Who has to do what a period asks."""

    OFFICE = "office"
    WORKER = "worker"
    EMPLOYER = "employer"
    BODY = "body"  # an authority, commission or court


class Certainty(StrEnum):
    """How well a rule is founded."""

    STATUTORY = "statutory"
    CONFIGURABLE = "configurable"
    CONVENTION = "convention"


@dataclass(frozen=True)
class Extension:
    """How a period may be made longer.

    Args:
        consent: who has to agree.
        at_most: by how much in all, in the rule's unit; none: as long as those agree.
        law: the article that allows it.
    """

    consent: Consent = Consent.OFFICE
    at_most: int | None = None
    law: str = ""


class BeforeTheLaw(CaseworkError):
    """A period would begin before the text that sets it was in force."""

    message = _("This lies before the law that sets the period was in force.")


class BadLength(CaseworkError):
    """A place gives a period a length that cannot be read; the message says how it is written."""

    message = _('Give a whole number, or a length with its unit, such as {"length": 7, "unit": "days"}.')


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
            A `facts.corrected` that moves the day of this name moves the clock.
        satisfied_by: kinds that show it was kept (or done late).
        cancelled_by: kinds after which nothing is owed any more.
        restarted_by: kinds from which the whole period counts anew (中断).
        suspended_by, resumed_by: kinds at which it stands still and goes on (中止): the days between are added. Each of
            several causes has its own end, at the same place; a single end is that of all.
        law: the article, in the text's own words and number.
        certainty: statutory, configurable (a place may say otherwise) or convention.
        parameter: code of the LocalParameter that overrides the length.
        rolls: a last day that is a rest day moves to the next working day (民法典 203).
        fires: a flow waits for it; when it is due the sweep opens the door.
        extension: how it may be made longer, always for a reason; none: it may not.
        outlives_closing: goes on after the case is closed.
        owed_by: who has to act. Only what the office owes is passed up when it is late.
        since: the day the text came into force; nothing begins before it.
        opens: no deadline but the first day on which something may be done ("1年后"): the day after the count.
        counts_back: the last day on which something may be done so long before a date ("三日前").
        fixed_ahead: the day that starts it is fixed beforehand, so that it is recorded while it lies ahead.
        lapses: a right is lost with its end, so what restarts or suspends it counts only before (时效).
        once_passed: what holds after its end, in a sentence, where the right is not simply lost with it.
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
    suspended_by: tuple[str, ...] = ()
    resumed_by: tuple[str, ...] = ()
    parameter: str | None = None
    rolls: bool = True
    fires: bool = False
    extension: Extension | None = None
    outlives_closing: bool = False
    owed_by: Owing | str = Owing.OFFICE
    since: date | None = None
    opens: bool = False
    counts_back: bool = False
    fixed_ahead: bool = False
    lapses: bool = False
    once_passed: str | Promise = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "certainty", Certainty(self.certainty))
        object.__setattr__(self, "owed_by", Owing(self.owed_by))
        for name in MOVERS:
            if isinstance(getattr(self, name), str):
                raise TypeError(f"{self.code}: {name} is a tuple of kinds")
        if self.length < 0:
            raise ValueError(f"{self.code}: a period is never negative")
        if bool(self.suspended_by) != bool(self.resumed_by):
            raise ValueError(f"{self.code}: what stands still must be able to go on")
        if len(self.resumed_by) not in (0, 1, len(self.suspended_by)):
            raise ValueError(f"{self.code}: each cause to stand still has its own end, or all have one")
        if Unit(self.unit).counts_hours and (self.suspended_by or self.opens or self.counts_back):
            raise ValueError(f"{self.code}: hours neither stand still, open nor count back")

    @property
    def kinds(self) -> frozenset[str]:
        """Return every kind of event that moves this rule's clocks."""
        return frozenset(kind for name in MOVERS for kind in getattr(self, name))

    @property
    def is_urgent(self) -> bool:
        """Whether it runs through the night and is over within a day: people are told at once, whatever the hour."""
        return self.unit is Unit.HOURS and self.length <= 24

    @property
    def warns(self) -> bool:
        """Whether somebody on the worker's side has to act before its end, and so must hear of it in time."""
        return self.owed_by in (Owing.OFFICE, Owing.WORKER) and (bool(self.satisfied_by) or not self.fires)

    @property
    def start_name(self) -> str:
        """Return what the first day is called where only dates are given: "received", "accepted", "accident"."""
        return self.fact.removesuffix("_on") if self.fact != "on" else self.starts[0].rpartition(".")[2]

    @property
    def event_names(self) -> dict[str, str]:
        """Return every event that moves it, by its short name; kinds that share one keep their whole code."""
        names = {self.start_name: self.starts[0]}
        for kind in (kind for name in MOVERS for kind in getattr(self, name)):
            short = kind.rpartition(".")[2]
            if kind not in names.values():
                names[kind if short in names else short] = kind
        return names

    def with_length(self, value: Any) -> "DeadlineRule":
        """Return the rule with the length a place gives it: a number of its own unit, or a length and its unit.

        Raises:
            BadLength: it is neither, or days stand where hours are counted.
        """
        length, unit = value, self.unit
        if isinstance(value, Mapping):
            if set(value) != {"length", "unit"} or value["unit"] not in list(Unit):
                raise BadLength
            length, unit = value["length"], Unit(value["unit"])
        if isinstance(length, bool) or not isinstance(length, int) or length < 0:
            raise BadLength
        if Unit(unit).counts_hours != Unit(self.unit).counts_hours:
            raise BadLength(
                _now("This period counts %(unit)s; another unit cannot stand for it.") % {"unit": self.unit}
            )
        return replace(self, length=length, unit=unit)

    def causes_ended_by(self, kind: str) -> tuple[str, ...]:
        """Return the kinds at which it stood still whose end such an event is."""
        if len(self.resumed_by) == 1:
            return self.suspended_by if kind in self.resumed_by else ()
        return tuple(cause for cause, end in zip(self.suspended_by, self.resumed_by, strict=True) if end == kind)

    def starts_with(self, kind: str, facts: Mapping[str, Any]) -> bool:
        """Return whether such an event starts the period."""
        return kind in self.starts and all(facts.get(name) in values for name, values in self.when)

    def first_day(self, facts: Mapping[str, Any], happened_at: datetime) -> date:
        """Return the day from which it counts; that day itself is not counted."""
        named = facts.get(self.fact) or facts.get("on")
        return date.fromisoformat(named) if named else days.beijing_date(happened_at)


# The fields of a rule that name kinds of events, in the order in which they are asked.
MOVERS = ("starts", "restarted_by", "suspended_by", "resumed_by", "satisfied_by", "cancelled_by")

# A time in which a period stood still: its first day, and the day on which it went on.
Pause = tuple[date, date]


@dataclass(frozen=True)
class Due:
    """When a period ends: by the bare count, and after rest days; reminders go by the first, the law by the second."""

    nominal_on: date
    due_on: date
    due_at: datetime
    provisional: bool


def due(
    rule: DeadlineRule,
    start: date | datetime,
    calendar: Calendar,
    length: int | None = None,
    pauses: Iterable[Pause] = (),
) -> Due:
    """Return when a period that starts then ends.

    Args:
        start: the first day; the first moment where the rule counts hours.
        length: instead of the rule's own, where the place has another.
        pauses: when it stood still; the day it went on is counted again.

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
    if rule.counts_back:
        last = days_before(rule, first, length, calendar)
        return Due(last, last, days.end_of(last), calendar.is_provisional(min(first, last), first))
    if unit is Unit.WORKING_DAYS:
        last = days.add_working_days(first, length, calendar, pauses)
        return Due(last, last, days.end_of(last), calendar.is_provisional(first, last))
    if unit is Unit.DAYS:
        last = days.add_calendar_days(first, length)
    else:
        last = days.add_months(first, length * 12 if unit is Unit.YEARS else length)
    return ending(rule, last + days.days_in(pauses) * days.DAY, calendar)


def days_before(rule: DeadlineRule, day: date, number: int, calendar: Calendar) -> date:
    """Return the day so many days before another: working days where the rule counts those."""
    return days.working_day_before(day, number, calendar) if rule.unit is Unit.WORKING_DAYS else day - number * days.DAY


def ending(rule: DeadlineRule, nominal: date, calendar: Calendar) -> Due:
    """Return the end of a period whose last day by the bare count is known."""
    if rule.opens:
        opens = nominal + days.DAY
        return Due(opens, opens, days.end_of(opens), False)
    if not rule.rolls:
        return Due(nominal, nominal, days.end_of(nominal), False)
    last = days.roll_forward(nominal, calendar)
    return Due(nominal, last, days.end_of(last), calendar.is_provisional(nominal, last))


class Passed(StrEnum):
    """Why a day on the way does not count."""

    REST = "rest"
    STOOD_STILL = "stood_still"
    ROLLED = "rolled"  # a rest day at the end, which moves the end on


@dataclass(frozen=True)
class CountedDay:
    """One day of a count: its number, or why it was passed over; `name` is the festival's, if it is one."""

    day: date
    number: int | None
    passed: Passed | None = None
    name: str = ""


def counted_days(
    rule: DeadlineRule, first: date, end: Due, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> list[CountedDay]:
    """Return the days of a period one by one, as they were counted; of months and years only what moved the end.

    Args:
        first: the day it starts from, which is not counted.
    """
    unit, still = Unit(rule.unit), list(pauses)
    if unit.counts_hours or rule.opens:
        return []
    if rule.counts_back:
        on_the_way = [first - number * days.DAY for number in range(1, (first - end.nominal_on).days + 1)]
    else:
        begin = first if unit in (Unit.DAYS, Unit.WORKING_DAYS) else end.nominal_on - days.DAY
        on_the_way = [begin + number * days.DAY for number in range(1, (end.due_on - begin).days + 1)]
    counted, number, numbered = [], 0, unit in (Unit.DAYS, Unit.WORKING_DAYS)
    for day in on_the_way:
        works, passed = calendar.is_working_day(day), None
        if any(since <= day < again for since, again in still):
            passed = Passed.STOOD_STILL
        elif unit is Unit.WORKING_DAYS and not works:
            passed = Passed.REST
        elif not rule.counts_back and day >= end.nominal_on and not works:
            passed = Passed.ROLLED
        counts = passed in (None, Passed.ROLLED)
        number += counts
        shown = number if numbered and counts and (rule.counts_back or day <= end.nominal_on) else None
        counted.append(CountedDay(day, shown, passed, calendar.names.get(day, "")))
    return counted


def demand_in_force(rule: DeadlineRule, first: date) -> None:
    """Refuse a period that would begin before its law.

    Raises:
        BeforeTheLaw: says since when it is in force.
    """
    if rule.since is not None and first < rule.since:
        facts = {"title": rule.title, "law": rule.law, "since": rule.since.isoformat(), "day": first.isoformat()}
        raise BeforeTheLaw(
            _now("“%(title)s” rests on %(law)s, in force since %(since)s; %(day)s lies before that.") % facts
        )


def _due_by_hours(unit: Unit, start: datetime, calendar: Calendar, hours: int) -> Due:
    if unit is Unit.HOURS:
        at = start.astimezone(days.BEIJING) + hours * (days.DAY / 24)
        provisional = False
    else:
        at = days.add_working_hours(start, hours, calendar)
        provisional = calendar.is_provisional(days.beijing_date(start), at.date())
    return Due(at.date(), at.date(), at, provisional)


# ---- places --------------------------------------------------------------------------------------------


# Convention: how long before its end a period is at risk, by its length in days: the longest that is not longer.
WARNINGS: Mapping[int, int] = {0: 0, 4: 1, 10: 3, 30: 7, 180: 30}
# Convention: working days after which the office above hears of what is still not done.
PASSED_UP_AFTER = 2

_IN_DAYS = {Unit.DAYS: 1, Unit.WORKING_DAYS: 1, Unit.MONTHS: 30, Unit.YEARS: 365}


class Place:
    """What holds where a matter belongs: its calendar, and by the rules' own values all lengths and thresholds."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    @property
    def calendar(self) -> Calendar:
        """Return the rest days."""
        return self._calendar

    def here(self, rule: DeadlineRule, on: date) -> DeadlineRule:
        """Return a rule as it counts a period that begins on a day: with the length and the unit of this place."""
        return rule

    def warning_of(self, rule: DeadlineRule, length: int, on: date) -> int:
        """Return how long before its end a period is at risk: in days, in working days where it counts those."""
        return warning(WARNINGS, rule, length)

    def patience(self, on: date) -> int:
        """Return after how many working days the office above hears of a breach."""
        return PASSED_UP_AFTER


def warning(table: Mapping[int, int], rule: DeadlineRule, length: int) -> int:
    """Read a table of warnings: from which length in days, how many days before."""
    in_days = length * _IN_DAYS.get(Unit(rule.unit), 0)
    return table[max((least for least in table if least <= in_days), default=min(table))]


def at_risk_from(
    rule: DeadlineRule, end: Due, started_at: datetime, calendar: Calendar, before: int
) -> datetime | None:
    """Return the moment from which a period is at risk; none when there is no time left to warn in.

    A period of hours is at risk in its last quarter, any other from nine o'clock of a day.
    """
    if Unit(rule.unit).counts_hours:
        moment = end.due_at - (end.due_at - started_at) / 4
    else:
        moment = days.opening(days_before(rule, end.nominal_on, before, calendar), calendar)
    moment = max(moment, started_at)
    return moment if moment < end.due_at else None
