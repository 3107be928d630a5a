"""How events move clocks. No database: rows in, events in, rows changed.

`operations.follow` applies the newest events to the rows a case has; `operations.recompute` applies all
events to none. Both give the same rows, because both are this.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from . import calendar as days
from .models import Clock
from .rules import DeadlineRule, Due, Owing, Pause, Place, Unit, at_risk_from, due, ending

EXTENDED, EXPIRED, AT_RISK, PASSED_UP = "clock.extended", "clock.expired", "clock.at_risk", "clock.passed_up"
CORRECTED, TAKEN_BACK, TAKEN_OVER = "facts.corrected", "step.taken_back", "case.handover_accepted"
SPECIAL = frozenset({EXTENDED, EXPIRED, AT_RISK, PASSED_UP, CORRECTED, TAKEN_BACK, TAKEN_OVER})
NOON = time(12)
# After these the clocks are reckoned from the beginning: another first day, fewer events, another place.
REPLAYED = frozenset({CORRECTED, TAKEN_BACK, TAKEN_OVER})


@dataclass(frozen=True)
class Happening:
    """What clocks want to know of an event."""

    id: int | None
    kind: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    actor: int | None = None

    @property
    def closes(self) -> bool:
        """Whether the case is closed by it."""
        return self.facts.get("to") == "closed"


def undone(happenings: list[Happening]) -> dict[int | None, Happening]:
    """Return the events that a later one took back, each with the one that did.

    A step is taken back with everything its operation recorded: same moment, same person.
    """
    gone: dict[int | None, Happening] = {}
    for index, event in enumerate(happenings):
        if event.kind != TAKEN_BACK:
            continue
        before = [one for one in happenings[:index] if one.id not in gone and one.kind != TAKEN_BACK]
        step = next((one for one in reversed(before) if one.facts.get("to") == event.facts.get("from")), None)
        if step is not None:
            gone |= {one.id: event for one in before if (one.at, one.actor) == (step.at, step.actor)}
    return gone


class Course:
    """The clocks of one case or contact while events pass over them."""

    def __init__(self, rules: Iterable[DeadlineRule], place: Place, clocks: Iterable[Clock] = ()) -> None:
        self.rules, self.place, self.clocks = tuple(rules), place, list(clocks)
        self._by_code = {rule.code: rule for rule in self.rules}
        self._held = {id(clock): _facts_of(clock) for clock in self.clocks}
        # By field: the day to which it is corrected after the event that passes.
        self._corrected: dict[str, date] = {}

    def run(self, happenings: Iterable[Happening]) -> None:
        """Let every event pass, in order; a day that was corrected later is the corrected one from the start."""
        happenings = list(happenings)
        gone = undone(happenings)
        corrections = [
            (place, field, date.fromisoformat(day))
            for place, event in enumerate(happenings)
            if event.kind == CORRECTED and event.id not in gone
            for field, day in _moved_by(event).items()
        ]
        for place, event in enumerate(happenings):
            self._corrected = {field: day for told, field, day in corrections if told > place}
            self._take(event, gone.get(event.id))

    def number(self, keys: dict[int, int]) -> None:
        """Give events that passed before they were written the keys they have now."""
        for clock in self.clocks:
            clock.start_event_id = keys.get(clock.start_event_id, clock.start_event_id)  # type: ignore[arg-type]
            clock.end_event_id = keys.get(clock.end_event_id, clock.end_event_id)  # type: ignore[arg-type]

    @property
    def changed(self) -> list[Clock]:
        """Return the clocks that are new or no longer what they were."""
        return [clock for clock in self.clocks if self._held.get(id(clock)) != _facts_of(clock)]

    @property
    def next_due(self) -> Clock | None:
        """Return the clock that bites first, by the bare count; one that stands still does not bite."""
        owed = [clock for clock in self.clocks if self._is_owed(clock) and clock.state != Clock.State.SUSPENDED]
        return min(owed, key=lambda clock: (clock.nominal_on, clock.due_at, clock.rule), default=None)

    def _take(self, event: Happening, taken_back_by: Happening | None) -> None:
        for rule in self.rules:
            if taken_back_by is None:
                self._end(rule, event)
                self._stop_or_go_on(rule, event)
            restarted = taken_back_by is None and self._restart(rule, event)
            if not restarted and rule.starts_with(event.kind, event.facts):
                self._start(rule, event, taken_back_by)
        if taken_back_by is not None:
            return
        if event.kind == EXTENDED:
            self._extend(event)
        elif event.kind == EXPIRED:
            self._expire(event)
        elif event.kind in (AT_RISK, PASSED_UP):
            self._alarm(event)
        if event.closes:
            self._close(event)

    def _is_owed(self, clock: Clock) -> bool:
        return clock.is_owed_under(self._by_code.get(clock.rule))

    def _of(self, rule: DeadlineRule) -> list[Clock]:
        return [clock for clock in self.clocks if clock.rule == rule.code]

    def _started_by(self, rule: DeadlineRule, event: Happening) -> bool:
        return event.id is not None and any(clock.start_event_id == event.id for clock in self._of(rule))

    def _start(self, rule: DeadlineRule, event: Happening, taken_back_by: Happening | None) -> None:
        earlier = self._of(rule)
        if self._started_by(rule, event) or any(clock.counts for clock in earlier):
            return
        if rule.since is not None and self._first_day(rule, event) < rule.since:
            return
        clock = Clock(rule=rule.code, ordinal=len(earlier) + 1)
        self._set(rule, clock, event)
        self.clocks.append(clock)
        if taken_back_by is not None:
            _finish(clock, Clock.State.CANCELLED, taken_back_by)

    def _restart(self, rule: DeadlineRule, event: Happening) -> bool:
        if event.kind not in rule.restarted_by or self._started_by(rule, event):
            return False
        renewed = [clock for clock in self._of(rule) if self._renews(rule, clock, event)]
        for clock in renewed:
            clock.state, clock.pauses, clock.extended_until, clock.alarm = Clock.State.RUNNING, [], None, ""
            clock.end_event_id, clock.ended_at = None, None
            self._set(rule, clock, event)
        return bool(renewed)

    def _renews(self, rule: DeadlineRule, clock: Clock, event: Happening) -> bool:
        """Whether a clock counts anew from an event.

        What interrupts a period is often told long after it happened: of those the latest counts, and one that fell
        into the period renews it although its end was noted meanwhile. What begins the period itself, a session that
        is set again, may set it to an earlier day, and begins another where the first has passed.
        """
        if event.kind in rule.starts and not rule.lapses:
            return clock.counts
        counts = clock.counts or self._just_passed(rule, clock)
        return counts and clock.started_on <= _day_of(event) and self._in_time(rule, clock, event)

    def _in_time(self, rule: DeadlineRule, clock: Clock, event: Happening) -> bool:
        """Whether an event still touches a clock: a right that was lost is not revived by what comes later."""
        return not rule.lapses or clock.state == Clock.State.SUSPENDED or _day_of(event) <= clock.due_on

    def _stop_or_go_on(self, rule: DeadlineRule, event: Happening) -> None:
        """Let a clock stand still or go on (中止): the days between are added, and it is not due meanwhile.

        While it stands still, its last pause names the causes that still hold; it goes on when the last of them ends.
        """
        day = _day_of(event).isoformat()
        for clock in self._of(rule):
            still = clock.state == Clock.State.SUSPENDED
            if event.kind in rule.suspended_by and self._can_stand_still(rule, clock, event):
                clock.pauses, clock.state = [*clock.pauses, [day, None, event.kind]], Clock.State.SUSPENDED
                clock.end_event_id, clock.ended_at = None, None
                self._arm(rule, clock)
            elif event.kind in rule.suspended_by and still:
                since, _open, *causes = clock.pauses[-1]
                more = [] if event.kind in causes else [event.kind]
                clock.pauses = [*clock.pauses[:-1], [min(since, day), None, *causes, *more]]
            elif event.kind in rule.resumed_by and still:
                since, _open, *causes = clock.pauses[-1]
                left = [cause for cause in causes if cause not in rule.causes_ended_by(event.kind)]
                if left:
                    clock.pauses = [*clock.pauses[:-1], [since, None, *left]]
                    continue
                clock.pauses = [*clock.pauses[:-1], [since, max(since, day)]]
                clock.state, clock.alarm = Clock.State.RUNNING, ""
                if clock.extended_until is not None:
                    clock.extended_until = self._after(rule, clock, clock.extended_until, pauses_of(clock)[-1])
                self._count_from(rule, clock, clock.started_on)

    def _can_stand_still(self, rule: DeadlineRule, clock: Clock, event: Happening) -> bool:
        """Whether something stops a clock: it fell into the period, though its end may have been noted meanwhile."""
        counts = clock.is_running or self._just_passed(rule, clock)
        return counts and _day_of(event) <= clock.due_on

    def _just_passed(self, rule: DeadlineRule, clock: Clock) -> bool:
        return clock.state == Clock.State.EXPIRED and clock is self._of(rule)[-1]

    def _after(self, rule: DeadlineRule, clock: Clock, until: date, pause: Pause) -> date:
        """Return the day to which a period was extended, later by what it stood still."""
        first, again = pause
        if self.place.here(rule, clock.started_on).unit is not Unit.WORKING_DAYS:
            return until + (again - first)
        calendar = self.place.calendar
        missed = days.working_days_between(first - days.DAY, again - days.DAY, calendar)
        return days.add_working_days(until, missed, calendar)

    def _set(self, rule: DeadlineRule, clock: Clock, event: Happening) -> None:
        clock.start_event_id, clock.started_at = event.id, event.at
        self._count_from(rule, clock, self._first_day(rule, event))

    def _first_day(self, rule: DeadlineRule, event: Happening) -> date:
        first = rule.first_day(event.facts, event.at)
        named = event.kind in rule.starts and event.facts.get(rule.fact)
        return self._corrected.get(rule.fact, first) if named else first

    def _count_from(self, rule: DeadlineRule, clock: Clock, first: date) -> None:
        clock.started_on = first
        held = self.place.here(rule, first)
        clock.length = held.length
        calendar = self.place.calendar
        start = clock.started_at if Unit(rule.unit).counts_hours else first
        bare = due(held, start, calendar, clock.length, pauses_of(clock))
        if clock.extended_until is not None and clock.extended_until <= bare.nominal_on:
            clock.extended_until = None  # an extension never makes a period shorter
        _end_at(clock, bare if clock.extended_until is None else ending(rule, clock.extended_until, calendar))
        self._arm(rule, clock)

    def _arm(self, rule: DeadlineRule, clock: Clock) -> None:
        """Set the moment at which somebody has to hear of the clock next, none when nobody has to."""
        clock.is_late = clock.state == Clock.State.EXPIRED and clock.is_owed_under(rule)
        clock.alarm_at = None
        if clock.is_running and not clock.alarm and rule.warns:
            held = self.place.here(rule, clock.started_on)
            before = self.place.warning_of(held, clock.length, clock.started_on)
            clock.alarm_at = at_risk_from(held, clock.end, clock.started_at, self.place.calendar, before)
        elif clock.is_late and rule.owed_by is Owing.OFFICE and clock.alarm != Clock.Alarm.PASSED_UP:
            calendar, last = self.place.calendar, days.beijing_date(clock.due_at)
            clock.alarm_at = days.opening(days.add_working_days(last, self.place.patience(last), calendar), calendar)

    def arm(self, clock: Clock) -> None:
        """Reckon a clock's next alarm anew, by today's thresholds."""
        rule = self._by_code.get(clock.rule)
        if rule is None:
            clock.alarm_at = None
        else:
            self._arm(rule, clock)

    def _end(self, rule: DeadlineRule, event: Happening) -> None:
        if event.kind in rule.satisfied_by:
            state = Clock.State.SATISFIED
        elif event.kind in rule.cancelled_by:
            state = Clock.State.CANCELLED
        else:
            return
        for clock in self._of(rule):
            if self._is_owed(clock):
                _finish(clock, state, event)

    def _extend(self, event: Happening) -> None:
        for rule, clock in self._named(event):
            if self._is_owed(clock):
                clock.extended_until = date.fromisoformat(event.facts["until"])
                self._count_from(rule, clock, clock.started_on)
                if clock.due_at > event.at:
                    if clock.state == Clock.State.EXPIRED:
                        clock.state, clock.end_event_id, clock.ended_at = Clock.State.RUNNING, None, None
                    clock.alarm = ""
                    self._arm(rule, clock)

    def _expire(self, event: Happening) -> None:
        for rule, clock in self._named(event):
            # reckoned again by another calendar, the end may lie beyond the day on which it was told
            if clock.is_running and clock.due_at <= event.at:
                _finish(clock, Clock.State.EXPIRED, event)
                clock.alarm = Clock.Alarm.BREACHED if clock.is_owed_under(rule) else clock.alarm
                self._arm(rule, clock)

    def _alarm(self, event: Happening) -> None:
        for rule, clock in self._named(event):
            # reckoned again, its time may not have come on the day it was told
            if clock.is_running == (event.kind == AT_RISK) and clock.alarm_at and clock.alarm_at <= event.at:
                clock.alarm = Clock.Alarm.AT_RISK if event.kind == AT_RISK else Clock.Alarm.PASSED_UP
                self._arm(rule, clock)

    def _named(self, event: Happening) -> list[tuple[DeadlineRule, Clock]]:
        wanted = event.facts.get("rule"), event.facts.get("ordinal")
        return [
            (rule, clock) for rule in self.rules for clock in self._of(rule) if (clock.rule, clock.ordinal) == wanted
        ]

    def _close(self, event: Happening) -> None:
        lasting = {rule.code for rule in self.rules if rule.outlives_closing}
        for clock in self.clocks:
            if self._is_owed(clock) and clock.rule not in lasting:
                _finish(clock, Clock.State.CANCELLED, event)


def _end_at(clock: Clock, end: Due) -> None:
    clock.nominal_on, clock.due_on, clock.due_at = end.nominal_on, end.due_on, end.due_at
    clock.provisional = end.provisional


def _finish(clock: Clock, state: Clock.State, event: Happening) -> None:
    clock.state, clock.end_event_id = state, event.id
    # What was done in time and written down later was done in time.
    day = _day_of(event)
    clock.ended_at = datetime.combine(day, NOON, days.BEIJING) if day < days.beijing_date(event.at) else event.at
    clock.is_late, clock.alarm_at = False, None


def pauses_of(clock: Clock) -> list[Pause]:
    """Return the times in which a clock stood still, those that are over; before its first counted day it cannot."""
    counted = clock.started_on + days.DAY
    over = [(date.fromisoformat(first), date.fromisoformat(again)) for first, again, *_causes in clock.pauses if again]
    return [(max(first, counted), max(again, counted)) for first, again in over]


def _moved_by(correction: Happening) -> dict[str, str]:
    """Return the days a correction moves, by the fact that names them: what it says, else the corrected one itself."""
    facts = correction.facts
    return facts.get("moved", {facts["field"]: facts["on"]} if facts.get("on") else {})


def _day_of(event: Happening) -> date:
    named = event.facts.get("on")
    return date.fromisoformat(named) if named else days.beijing_date(event.at)


_COLUMNS = [field.attname for field in Clock._meta.concrete_fields if not field.primary_key]


def _facts_of(clock: Clock) -> tuple[Any, ...]:
    return tuple(getattr(clock, name) for name in _COLUMNS)
