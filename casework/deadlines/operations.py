"""What moves clocks. They follow the events of their case; nobody writes a due date by hand."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import NotAllowed, WrongState
from casework.audit.models import Event
from casework.audit.operation import current_unit, in_operation, operation
from casework.audit.rows import Read, insert
from casework.offices import scope
from casework.offices.roles import Role

from . import general
from .course import SPECIAL, TAKEN_BACK, Course, Happening, Measure
from .models import Clock
from .queries import calendar_at, length_of
from .queries import working_days_after as working_days_after
from .rulebook import kinds_of, rules_of

if TYPE_CHECKING:
    from casework.staff.models import User

_WRITTEN = [
    field.name
    for field in Clock._meta.concrete_fields
    if not field.primary_key and field.name not in ("case", "contact", "rule", "ordinal")
]


# The clocks of one case, by its key.
CLOCKS = Read(lambda case: Clock.objects.filter(case_id=case).order_by("ordinal"))


class NotExtendable(WrongState):
    """The law or the rule fixes this period."""

    message = _("This period cannot be extended.")


def follow(case: Any, recorded: Iterable[Event], *, at: datetime) -> None:
    """Let the clocks of a locked case follow what was just recorded; at most one read and one write.

    The case's `next_due_*` are set on the object, not saved: the operation that ends now saves the case.
    """
    recorded = list(recorded)
    if any(event.kind == TAKEN_BACK for event in recorded):
        recompute(case=case)
        return
    course = _pass_over(case, recorded)
    if course is not None:
        course.number({_mark(place): event.pk for place, event in enumerate(recorded)})
        _write(course, case_id=case.pk)


def know_clocks(case: Any, clocks: list[Clock]) -> None:
    """Take the clocks of a locked case from an answer to `CLOCKS`, for `follow` and `foresee`."""
    current_unit().kept[Clock, case.stream] = clocks


def foresee(case: Any, recorded: Iterable[Event]) -> None:
    """Move the clocks of a locked case by what was recorded so far, before it is written; one read at most.

    `follow` goes on from here when the operation ends, and writes. What is taken back is reckoned only then.
    """
    recorded = list(recorded)
    if not any(event.kind == TAKEN_BACK for event in recorded):
        _pass_over(case, recorded)


def _pass_over(case: Any, recorded: list[Event]) -> Course | None:
    """Let the events the clocks have not seen yet pass over them; return their course, none when no clock cares."""
    kept = current_unit().kept if in_operation() else {}
    course, seen = kept.get((Course, case.stream), (None, 0))
    new = [(place, event) for place, event in enumerate(recorded) if place >= seen and _matters(case, event)]
    if new:
        if course is None:
            clocks = kept.pop((Clock, case.stream), None)
            clocks = CLOCKS(case.pk) if clocks is None else clocks
            course = Course(rules_of(case.case_type), _measure(case.office_path), clocks)
        course.run(_happening(event, event.pk or _mark(place)) for place, event in new)
        _point_to_next(case, course)
    kept[Course, case.stream] = course, len(recorded)
    return course


def _mark(place: int) -> int:
    """Return what stands for the key of an event until the database has given it one."""
    return -1 - place


def recompute(*, case: Any) -> list[Clock]:
    """Reckon every clock of a case again from all its events, by today's rules, calendar and local lengths."""
    course = Course(rules_of(case.case_type), _measure(case.office_path))
    course.run(_happening(event) for event in Event.objects.filter(stream=case.stream).order_by("seq"))
    _write(course, case_id=case.pk)
    reckoned = {(clock.rule, clock.ordinal) for clock in course.clocks}
    running = Clock.objects.filter(case_id=case.pk, state=Clock.State.RUNNING)
    # A rule may have changed since: what no event starts any more is no longer owed.
    stray = [clock.pk for clock in running if (clock.rule, clock.ordinal) not in reckoned]
    if stray:
        Clock.objects.filter(pk__in=stray).update(state=Clock.State.CANCELLED)
    _point_to_next(case, course)
    return course.clocks


def _matters(case: Any, event: Event) -> bool:
    return event.kind in kinds_of(case.case_type) or event.kind in SPECIAL or _happening(event).closes


def _happening(event: Event, key: int | None = None) -> Happening:
    return Happening(key or event.pk, event.kind, event.happened_at, event.facts, event.actor_id)


def _measure(office_path: str) -> Measure:
    calendar = cache(lambda: calendar_at(office_path))
    return lambda rule, on: (length_of(rule, office_path, on), calendar())


def _write(course: Course, **owner: int) -> None:
    """Insert the new rows and update the changed ones, in one statement."""
    rows = []
    for clock in course.changed:
        # No key on any of them: rows with and without one would be two statements.
        values = {name: getattr(clock, name) for name in ("rule", "ordinal", *_ATTNAMES)}
        rows.append(Clock(**values, **owner))
    if rows:
        subject = next(iter(owner)).removesuffix("_id")
        insert(rows, unique=(subject, "rule", "ordinal"), changed=_WRITTEN)


_ATTNAMES = [Clock._meta.get_field(name).attname for name in _WRITTEN]  # type: ignore[union-attr]


def _point_to_next(case: Any, course: Course) -> None:
    first = course.next_due
    case.next_due_on = first.nominal_on if first else None
    case.next_due_at = first.due_at if first else None
    case.next_due_rule = first.rule if first else ""


@operation
def expire(*, clock: Clock, case: Any, by: None, at: datetime) -> bool:
    """Note that a clock's end has come; returns whether it had still been running.

    Args:
        case: the clock's case, locked by the caller.
    """
    running = Clock.objects.filter(pk=clock.pk, case_id=case.pk, state=Clock.State.RUNNING, due_at__lte=at).first()
    if running is None:
        return False
    facts: dict[str, Any] = {"rule": running.rule, "ordinal": running.ordinal, "due_on": running.due_on.isoformat()}
    events.record(case, "clock.expired", by=by, at=at, **facts)
    return True


@operation
def extend(*, clock: Clock, case: Any, until: date, reason: str, by: "User", at: datetime) -> Event:
    """Give a clock a later last day, for a reason; a supervisor decides.

    Args:
        case: the clock's case, locked by the caller.

    Raises:
        NotAllowed: the person is no supervisor of the case's office.
        NotExtendable: the rule does not allow it, the clock has ended, no reason was given, or the day is not later.
    """
    answer = scope.may(by, "case.move", case, roles=[Role.SUPERVISOR])
    if not answer:
        raise NotAllowed(answer.reason)
    held = Clock.objects.get(pk=clock.pk, case_id=case.pk)
    rule = held.known_rule
    if rule is None or not rule.extendable or not held.is_owed:
        raise NotExtendable
    if not reason.strip():
        raise NotExtendable(_("An extension needs a reason."))
    if until <= held.nominal_on:
        raise NotExtendable(_now("The new day must be later than %(day)s.") % {"day": held.nominal_on.isoformat()})
    facts: dict[str, Any] = {"rule": held.rule, "ordinal": held.ordinal, "until": until.isoformat()}
    return events.record(case, "clock.extended", by=by, at=at, text=reason, **facts)


# ---- promises to callers -------------------------------------------------------------------------------


@operation
def promise(*, contact: Any, by: "User | None", at: datetime) -> Clock | None:
    """Start the service promise of an unanswered contact, by the class of its matter (限时办结)."""
    return _follow_contact(contact, "contact.taken", at, matter=contact.matter)


@operation
def keep_promise(*, contact: Any, by: "User | None", at: datetime) -> Clock | None:
    """Note that the caller has the answer, or that the contact became a case."""
    return _follow_contact(contact, "contact.answered", at)


def _follow_contact(contact: Any, kind: str, at: datetime, **facts: Any) -> Clock | None:
    course = Course(general.CONTACT_RULES, _measure(contact.office_path), Clock.objects.filter(contact_id=contact.pk))
    course.run([Happening(None, kind, at, facts)])
    _write(course, contact_id=contact.pk)
    return course.clocks[-1] if course.clocks else None
