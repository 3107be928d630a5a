"""What moves clocks. They follow the events of their case; nobody writes a due date by hand."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, InvalidFacts, Text, WrongState
from casework.audit.models import Event
from casework.audit.operation import current_unit, in_operation, operation
from casework.audit.rows import Read, insert
from casework.offices import scope
from casework.offices.doors import demand, insist
from casework.offices.roles import Role
from casework.offices.scope import Answer

from . import general
from .calendar import add_months, beijing_date
from .course import REPLAYED, SPECIAL, Course, Happening, pauses_of
from .models import Clock
from .queries import OfficePlace, kinds_moving, promise_among, taken_facts
from .queries import working_days_after as working_days_after
from .rulebook import kinds_of, rules_of
from .rules import BeforeTheLaw, Consent, DeadlineRule, Extension, Place, Unit, demand_in_force, due

if TYPE_CHECKING:
    from casework.offices.models import Office
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


class NotExtendableSo(InvalidFacts, NotExtendable):
    """The period can be extended, but not with these answers; each says why."""


def follow(case: Any, recorded: Iterable[Event], *, at: datetime) -> None:
    """Let the clocks of a locked case follow what was just recorded; at most one read and one write.

    The case's `next_due_*` are set on the object, not saved: the operation that ends now saves the case.
    """
    recorded = list(recorded)
    if any(event.kind in REPLAYED for event in recorded):
        recompute(case=case)
        return
    course = _pass_over(case, recorded)
    if course is not None:
        course.number({_mark(place): event.pk for place, event in enumerate(recorded)})
        _write(course, case.office_path, case_id=case.pk)


def know_clocks(case: Any, clocks: list[Clock]) -> None:
    """Take the clocks of a locked case from an answer to `CLOCKS`, for `follow` and `foresee`."""
    current_unit().kept[Clock, case.stream] = clocks


def foresee(case: Any, recorded: Iterable[Event]) -> None:
    """Move the clocks of a locked case by what was recorded so far, before it is written; one read at most.

    `follow` goes on from here when the operation ends, and writes. What begins anew is reckoned only then.
    """
    recorded = list(recorded)
    if not any(event.kind in REPLAYED for event in recorded):
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
            course = Course(rules_of(case.case_type), OfficePlace(case.office_path), clocks)
        course.run(_happening(event, event.pk or _mark(place)) for place, event in new)
        _point_to_next(case, course)
    kept[Course, case.stream] = course, len(recorded)
    return course


def _mark(place: int) -> int:
    """Return what stands for the key of an event until the database has given it one."""
    return -1 - place


def recompute(*, case: Any) -> list[Clock]:
    """Reckon every clock of a locked case again from all its events, by today's rules, calendar and local values."""
    course = reckoned(case)
    _write(course, case.office_path, case_id=case.pk)
    known = {(clock.rule, clock.ordinal) for clock in course.clocks}
    counting = Clock.objects.filter(case_id=case.pk, state__in=(Clock.State.RUNNING, Clock.State.SUSPENDED))
    # A rule may have changed since: what no event starts any more is no longer owed.
    stray = [clock.pk for clock in counting if (clock.rule, clock.ordinal) not in known]
    if stray:
        Clock.objects.filter(pk__in=stray).update(state=Clock.State.CANCELLED, alarm_at=None)
    _point_to_next(case, course)
    return course.clocks


def reckoned(case: Any) -> Course:
    """Return the course of a case's clocks over all its events, as of now; nothing is written."""
    course = Course(rules_of(case.case_type), OfficePlace(case.office_path))
    course.run(_happening(event) for event in Event.objects.filter(stream=case.stream).order_by("seq"))
    return course


def _matters(case: Any, event: Event) -> bool:
    return event.kind in kinds_of(case.case_type) or event.kind in SPECIAL or _happening(event).closes


def _happening(event: Event, key: int | None = None) -> Happening:
    return Happening(key or event.pk, event.kind, event.happened_at, event.facts, event.actor_id)


def _write(course: Course, office_path: str, **owner: int) -> None:
    """Insert the new rows and update the changed ones, in one statement."""
    rows = []
    for clock in course.changed:
        clock.office_path = office_path
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


def stream_of(subject: Any) -> Any:
    """Return where what happens to the clocks of a case or contact is recorded."""
    return subject if hasattr(subject, "stream") else events.office_stream(subject.office_id)


def _tell(kind: str, clock: Clock, subject: Any, at: datetime, told: dict[str, Any]) -> None:
    """Record that something is up with a clock; `told` says in whose hands the matter is."""
    facts: dict[str, Any] = {"rule": clock.rule, "ordinal": clock.ordinal, "due_on": clock.due_on.isoformat()}
    facts |= {"office_path": subject.office_path, **told}
    if clock.contact_id is not None:
        facts["contact"] = str(subject.uuid)
    events.record(stream_of(subject), kind, by=None, at=at, **facts)
    if clock.contact_id is not None:
        follow_contact(subject, kind, at, **facts)


@operation
def expire(*, clock: Clock, subject: Any, by: None, at: datetime, told: dict[str, Any] | None = None) -> bool:
    """Note that a clock's end has come; returns whether it had still been running.

    Args:
        subject: the clock's case or contact, locked by the caller.
        told: who has it in hand: `users`, or `role` of the queue.
    """
    running = Clock.objects.filter(pk=clock.pk, state=Clock.State.RUNNING, due_at__lte=at).first()
    if running is None:
        return False
    _tell("clock.expired", running, subject, at, told or {})
    return True


@operation
def ring(*, clock: Clock, subject: Any, by: None, at: datetime, told: dict[str, Any] | None = None) -> bool:
    """Raise a clock's alarm if its time has come: at risk, or still not done; returns whether it did.

    A threshold that was changed, or an alarm set before there were thresholds, is only reckoned anew.

    Args:
        subject, told: as for `expire`.
    """
    held = Clock.objects.filter(pk=clock.pk, alarm_at__lte=at).first()
    if held is None:
        return False
    Course([held.known_rule] if held.known_rule else (), OfficePlace(subject.office_path)).arm(held)
    if held.alarm_at is None or held.alarm_at > at:
        Clock.objects.filter(pk=held.pk).update(alarm_at=held.alarm_at, is_late=held.is_late)
        return False
    _tell("clock.at_risk" if held.is_running else "clock.passed_up", held, subject, at, told or {})
    return True


def may_extend(clock: Clock, subject: Any, by: "User | None") -> Answer:
    """Answer whether somebody may give a clock a later last day, and why not."""
    rule = clock.known_rule
    decides = rule is None or rule.extension is None or rule.extension.consent == Consent.BODY
    may = scope.may(by, "case.move", subject, roles=None if decides else [Role.SUPERVISOR])
    if not may:
        return may
    if rule is None or rule.extension is None or not clock.is_owed:
        return Answer(False, NotExtendable.message, NotExtendable)
    if clock.state == Clock.State.SUSPENDED:
        return Answer(False, _("It stands still; it can be extended when it goes on."))
    return may


def latest_extension(clock: Clock, rule: DeadlineRule, place: Place) -> date | None:
    """Return the last day to which a period may be extended; none where the law names none."""
    extension = rule.extension or Extension()
    if extension.at_most is None:
        return None
    start = clock.started_at if Unit(rule.unit).counts_hours else clock.started_on
    return due(
        place.here(rule, clock.started_on), start, place.calendar, clock.length + extension.at_most, pauses_of(clock)
    ).nominal_on


# Convention: no further than so many months at once, where the law sets no limit; a later day is a slip of the hand.
AT_ONCE = 12


@operation
def extend(
    *, clock: Clock, subject: Any, until: date, reason: str, by: "User", at: datetime, consented: bool = False
) -> Event:
    """Give a clock a later last day, for a reason and with the consent the law asks for.

    Args:
        subject: the clock's case or contact, locked by the caller.
        consented: both parties, the head, or the other body have agreed, as the rule asks.

    Raises:
        NotAllowed: the person may not decide or record this.
        NotExtendable: the rule does not allow it, or the clock has ended.
        NotExtendableSo: reason or consent is missing, the day is not later, or later than the law allows.
    """
    held = Clock.objects.get(pk=clock.pk)
    rule = held.known_rule
    insist(may_extend(held, subject, by))
    if rule is None or rule.extension is None:
        raise NotExtendable
    if not reason.strip():
        raise NotExtendableSo({"reason": [_now("An extension needs a reason.")]})
    if rule.extension.consent != Consent.OFFICE and not consented:
        raise NotExtendableSo({"consented": [str(CONSENTS[Consent(rule.extension.consent)])]})
    wrong = _wrong_with(until, held, rule, OfficePlace(subject.office_path), beijing_date(at))
    if wrong:
        raise NotExtendableSo({"until": [wrong]})
    facts: dict[str, Any] = {"rule": held.rule, "ordinal": held.ordinal, "until": until.isoformat()}
    facts |= {"consent": str(rule.extension.consent), "office_path": subject.office_path}
    facts["changes"] = events.changes({"due_on": held.due_on}, {"due_on": until})
    if held.contact_id is not None:
        facts["contact"] = str(subject.uuid)
    event = events.record(stream_of(subject), "clock.extended", by=by, at=at, text=reason, **facts)
    if held.contact_id is not None:
        course = follow_contact(subject, "clock.extended", at, **facts)
        promised = promise_among(course.clocks)
        if promised is not None and promised.rule == held.rule:
            subject.promised_on = promised.due_on  # what the caller is told from now on
            subject.save(update_fields=["promised_on"])
    return event


def _wrong_with(until: date, clock: Clock, rule: DeadlineRule, place: Place, today: date) -> str:
    """Say why a period is not extended to a day; nothing when it may be."""
    extension = rule.extension or Extension()
    if until <= clock.nominal_on:
        return _now("The new day must be later than %(day)s.") % {"day": clock.nominal_on.isoformat()}
    if until < today and extension.consent != Consent.BODY:
        return _now("The new day lies in the past; nobody can decide on it any more.")
    latest, furthest = latest_extension(clock, rule, place), add_months(max(clock.nominal_on, today), AT_ONCE)
    if latest is None and until > furthest:
        return _now("At once it is extended to %(day)s at most.") % {"day": furthest.isoformat()}
    if latest is not None and until > latest:
        allowed = {"law": extension.law or rule.law, "day": latest.isoformat()}
        return _now("%(law)s allows %(day)s at the latest.") % allowed
    return ""


# What is missing where the law asks for more than the office's own decision.
CONSENTS: dict[Consent, Text] = {
    Consent.BOTH_SIDES: _("Both parties have to agree to the extension."),
    Consent.HEAD: _("The head of the office has to approve the extension."),
    Consent.BODY: _("The body whose period it is decides on the extension; record it once it has."),
}


# ---- what happens elsewhere ------------------------------------------------------------------------------


class NotNow(WrongState):
    """The step would start, stop or end no period of this matter."""

    message = _("This would start or end no deadline of this matter now.")


def demand_proceeding(
    rules: Iterable[DeadlineRule], place: Place, clocks: Iterable[Clock], kind: str, at: datetime, **facts: Any
) -> None:
    """Refuse a step of others that no period waits for, or whose day cannot be.

    Args:
        clocks: of the case or contact; the step is tried on copies of them.
        facts: those its event will have, with the day as `on`.

    Raises:
        NotNow: nothing starts with it, nothing it could end is owed, or by its day it changes nothing.
        InvalidFacts: the day lies ahead, where no date is fixed by the step, before the law of all that it moves, or
            before what it would be the end of.
    """
    held, on, today = list(clocks), date.fromisoformat(facts["on"]), beijing_date(at)
    starting = [rule for rule in rules if kind in rule.starts]
    moved = [rule for rule in rules if kind in kinds_moving(rule, held)]
    if not moved:
        raise NotNow
    if on > today and not any(rule.fixed_ahead for rule in starting):
        raise InvalidFacts({"on": [_now("This day lies in the future.")]})
    if all(rule.since is not None and on < rule.since for rule in moved):
        try:
            demand_in_force(moved[0], on)
        except BeforeTheLaw as error:
            raise InvalidFacts({"on": [str(error)]}) from error
    course = Course(rules, place, map(copy, held))
    course.run([Happening(None, kind, at, facts)])
    if not course.changed:
        raise NotNow
    # a period whose first day is fixed beforehand, a hearing, may be over before that day
    ahead = {rule.code for rule in rules if rule.fixed_ahead or rule.counts_back}
    for clock in course.changed:
        if clock.state == Clock.State.SATISFIED and clock.started_on > on and clock.rule not in ahead:
            said = {"title": clock.title, "day": clock.started_on.isoformat()}
            raise InvalidFacts({"on": [_now("“%(title)s”, which this would be the end of, began on %(day)s.") % said]})


def demand_new(subject: Any, kind: str, on: date) -> None:
    """Refuse a step of others that stands in the history of a case or contact already.

    Raises:
        AlreadyDone: says who recorded it, and when.
    """
    stream = getattr(stream_of(subject), "stream", stream_of(subject))
    about = None if hasattr(subject, "stream") else str(subject.uuid)
    told = Event.objects.filter(stream=stream, kind=kind, facts_text__contains=about or on.isoformat())
    for event in told.select_related("actor").order_by("id"):
        if (event.facts.get("on"), event.facts.get("contact")) == (on.isoformat(), about):
            raise AlreadyDone(
                _("This step of this day is recorded already."),
                who=event.actor,
                what=events.title(kind),
                when=event.recorded_at,
            )


# ---- exports -------------------------------------------------------------------------------------------


@operation
def note_export(*, office: "Office", count: int, by: "User", at: datetime) -> Event:
    """Record that somebody took a list of so many deadlines away, in the stream of the office he looked at."""
    demand(by, "deadline.read", office)
    return events.record(events.office_stream(office), "deadline.exported", by=by, at=at, count=count)


# ---- promises to callers -------------------------------------------------------------------------------


@operation
def promise(*, contact: Any, by: "User | None", at: datetime) -> Clock | None:
    """Start the periods of an unanswered contact: the service promise of its matter (限时办结), a petition's own."""
    course = follow_contact(contact, "contact.taken", at, **taken_facts(contact))
    return promise_among(course.clocks)


def follow_contact(contact: Any, kind: str, at: datetime, /, **facts: Any) -> Course:
    """Let the clocks of a locked contact follow what was just recorded of it."""
    clocks = Clock.objects.filter(contact_id=contact.pk).order_by("ordinal")
    course = Course(general.CONTACT_RULES, OfficePlace(contact.office_path), clocks)
    course.run([Happening(None, kind, at, facts)])
    _write(course, contact.office_path, contact_id=contact.pk)
    return course


def recompute_contact(*, contact: Any) -> list[Clock]:
    """Reckon every clock of a locked contact again from all that happened to it."""
    course = reckoned_contact(contact)
    _write(course, contact.office_path, contact_id=contact.pk)
    return course.clocks


def reckoned_contact(contact: Any) -> Course:
    """Return the course of a contact's clocks over all its events, as of now; nothing is written."""
    course = Course(general.CONTACT_RULES, OfficePlace(contact.office_path))
    course.run(happenings_of(contact))
    return course


def happenings_of(contact: Any) -> list[Happening]:
    """Return what happened to a contact: its events stand in its office's stream, and in that of the case it became."""
    streams = [events.office_stream(contact.office_id), *([f"case:{contact.case.number}"] if contact.case_id else [])]
    told = Event.objects.filter(stream__in=streams, happened_at__gte=contact.taken_at, kind__in=_CONTACT_KINDS)
    named = (str(contact.uuid), contact.pk)
    # an office's stream is long: the database leaves out most of it, and the facts themselves decide
    told = told.filter(Q(facts_text__contains=named[0]) | Q(facts_text__contains=f'"contact":{named[1]}'))
    mine = [event for event in told.order_by("id") if event.facts.get("contact") in named]
    return [Happening(None, event.kind, event.happened_at, event.facts) for event in mine]


_CONTACT_KINDS = SPECIAL | {kind for rule in general.CONTACT_RULES for kind in rule.kinds}
