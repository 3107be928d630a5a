"""How events move clocks. No database: rows in, events in, rows changed.

`operations.follow` applies the newest events to the rows a case has; `operations.recompute` applies all
events to none. Both give the same rows, because both are this.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .calendar import Calendar
from .models import Clock
from .rules import DeadlineRule, Due, due, ending

EXTENDED, EXPIRED, CORRECTED, TAKEN_BACK = "clock.extended", "clock.expired", "facts.corrected", "step.taken_back"
SPECIAL = frozenset({EXTENDED, EXPIRED, CORRECTED, TAKEN_BACK})

# What a rule's length is, and which calendar holds, where the case belongs.
Measure = Callable[[DeadlineRule, date], tuple[int, Calendar]]


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

    def __init__(self, rules: Iterable[DeadlineRule], measure: Measure, clocks: Iterable[Clock] = ()) -> None:
        self.rules, self.measure, self.clocks = tuple(rules), measure, list(clocks)
        self._by_code = {rule.code: rule for rule in self.rules}
        self._held = {id(clock): _facts_of(clock) for clock in self.clocks}

    def run(self, happenings: Iterable[Happening]) -> None:
        """Let every event pass, in order."""
        happenings = list(happenings)
        gone = undone(happenings)
        for event in happenings:
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
        """Return the clock that bites first, by the bare count."""
        owed = [clock for clock in self.clocks if self._is_owed(clock)]
        return min(owed, key=lambda clock: (clock.nominal_on, clock.due_at, clock.rule), default=None)

    def _take(self, event: Happening, taken_back_by: Happening | None) -> None:
        for rule in self.rules:
            if taken_back_by is None:
                self._end(rule, event)
            restarted = taken_back_by is None and self._restart(rule, event)
            if not restarted and rule.starts_with(event.kind, event.facts):
                self._start(rule, event, taken_back_by)
        if taken_back_by is not None:
            return
        if event.kind == EXTENDED:
            self._extend(event)
        elif event.kind == EXPIRED:
            self._expire(event)
        elif event.kind == CORRECTED:
            self._correct(event)
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
        if self._started_by(rule, event) or any(clock.is_running for clock in earlier):
            return
        clock = Clock(rule=rule.code, ordinal=len(earlier) + 1)
        self._set(rule, clock, event)
        self.clocks.append(clock)
        if taken_back_by is not None:
            _finish(clock, Clock.State.CANCELLED, taken_back_by)

    def _restart(self, rule: DeadlineRule, event: Happening) -> bool:
        if event.kind not in rule.restarted_by or self._started_by(rule, event):
            return False
        running = [clock for clock in self._of(rule) if clock.is_running]
        for clock in running:
            clock.extended_until = None
            self._set(rule, clock, event)
        return bool(running)

    def _set(self, rule: DeadlineRule, clock: Clock, event: Happening) -> None:
        clock.start_event_id, clock.started_at = event.id, event.at
        self._count_from(rule, clock, rule.first_day(event.facts, event.at))

    def _count_from(self, rule: DeadlineRule, clock: Clock, first: date) -> None:
        clock.started_on = first
        clock.length, calendar = self.measure(rule, first)
        if clock.extended_until is not None:
            _end_at(clock, ending(rule, clock.extended_until, calendar))
        else:
            _end_at(clock, due(rule, clock.started_at if rule.unit.counts_hours else first, calendar, clock.length))  # type: ignore[union-attr]

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
                _run_on(clock, event)

    def _expire(self, event: Happening) -> None:
        for _rule, clock in self._named(event):
            if clock.is_running:
                _finish(clock, Clock.State.EXPIRED, event)

    def _named(self, event: Happening) -> list[tuple[DeadlineRule, Clock]]:
        wanted = event.facts.get("rule"), event.facts.get("ordinal")
        return [
            (rule, clock) for rule in self.rules for clock in self._of(rule) if (clock.rule, clock.ordinal) == wanted
        ]

    def _correct(self, event: Happening) -> None:
        """Move the newest clock whose first day stood in the corrected fact."""
        corrected = event.facts.get("on")
        for rule in self.rules:
            mine = self._of(rule)
            if corrected and mine and rule.fact == event.facts.get("field"):
                self._count_from(rule, mine[-1], date.fromisoformat(corrected))
                _run_on(mine[-1], event)

    def _close(self, event: Happening) -> None:
        lasting = {rule.code for rule in self.rules if rule.outlives_closing}
        for clock in self.clocks:
            if self._is_owed(clock) and clock.rule not in lasting:
                _finish(clock, Clock.State.CANCELLED, event)


def _end_at(clock: Clock, end: Due) -> None:
    clock.nominal_on, clock.due_on, clock.due_at = end.nominal_on, end.due_on, end.due_at
    clock.provisional = end.provisional


def _finish(clock: Clock, state: Clock.State, event: Happening) -> None:
    clock.state, clock.end_event_id, clock.ended_at = state, event.id, event.at


def _run_on(clock: Clock, event: Happening) -> None:
    """Let a clock that had passed run again when its end now lies ahead."""
    if clock.state == Clock.State.EXPIRED and clock.due_at > event.at:
        clock.state, clock.end_event_id, clock.ended_at = Clock.State.RUNNING, None, None


_COLUMNS = [field.attname for field in Clock._meta.concrete_fields if not field.primary_key]


def _facts_of(clock: Clock) -> tuple[Any, ...]:
    return tuple(getattr(clock, name) for name in _COLUMNS)
