"""What may wait until the offices open, until when, and what nobody needs to be told any more when they do."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from django.db.models import F

from casework.audit.models import Event
from casework.cases.models import Case
from casework.deadlines.calendar import next_office_hour
from casework.deadlines.models import Clock
from casework.deadlines.queries import calendar_at

from .recipients import CLOCK, Audience

DONE = frozenset({Clock.State.SATISFIED, Clock.State.CANCELLED})
# What an alarm says is no longer so when its clock has come to one of these.
NO_LONGER_SO = {
    "clock.at_risk": DONE | {Clock.State.SUSPENDED, Clock.State.EXPIRED},
    "clock.expired": DONE | {Clock.State.SUSPENDED, Clock.State.RUNNING},
    "clock.passed_up": DONE | {Clock.State.SUSPENDED, Clock.State.RUNNING},
}

# One clock: of which case (its key) or contact (its uuid), by which rule, which of them.
Name = tuple[int | str, str, int]


def opening(at: datetime) -> Callable[[Audience], datetime | None]:
    """Return what says until when an event's news wait at a moment; none for what is told at once.

    What happened to a clock waits, and what a clock did: a period ends at midnight, and so does the step it takes. What
    is about hours never waits. The calendar is that of the event's office.
    """
    opens = cache(lambda office_path: next_office_hour(at, calendar_at(office_path)))

    def held_until(one: Audience) -> datetime | None:
        of_a_clock = one.event.kind.startswith(CLOCK) or one.event.actor_id is None
        if one.is_urgent or not of_a_clock or opens(one.office_path) <= at:
            return None
        return opens(one.office_path)

    return held_until


def matters(one: Audience, clocks: dict[Name, Clock]) -> bool:
    """Return whether what was held back is still so: nobody is woken up for what is done.

    Args:
        clocks: as `clocks_of` returns them; of a clock that is not among them everything still matters.
    """
    clock = clocks.get(_name(one.event, one.case))
    if clock is None:
        return True
    if clock.state in NO_LONGER_SO.get(one.event.kind, DONE):
        return False
    # A clock that was given more time warns again when that runs out.
    return one.event.kind != "clock.at_risk" or clock.due_on.isoformat() <= one.event.facts.get("due_on", "9999")


def clocks_of(happened: Iterable[tuple[Event, Case | None]]) -> dict[Name, Clock]:
    """Return the clocks some events speak of: one query for those of cases, one for those of contacts."""
    names = {_name(event, case) for event, case in happened}
    rules = {rule for _of, rule, _ordinal in names}
    cases = {of for of, _rule, _ordinal in names if isinstance(of, int)}
    contacts = {of for of, _rule, _ordinal in names if isinstance(of, str) and of}
    of_cases = Clock.objects.filter(case__in=cases, rule__in=rules)
    of_contacts = Clock.objects.filter(contact__uuid__in=contacts, rule__in=rules).annotate(uuid=F("contact__uuid"))
    known: dict[Name, Clock] = {(clock.case_id or "", clock.rule, clock.ordinal): clock for clock in of_cases}
    known.update({(str(clock.uuid), clock.rule, clock.ordinal): clock for clock in of_contacts})
    return known


def _name(event: Event, case: Case | None) -> Name:
    facts = event.facts
    of = case.pk if case is not None else facts.get("contact", "")
    return of, facts.get("rule", ""), facts.get("ordinal", 0)
