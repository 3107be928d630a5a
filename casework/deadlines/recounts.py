"""Reckoning again: what a changed calendar or local rule does to open matters; shown first, then decided, then done.

A recount looks through the offices below its own, batch by batch, and keeps a line for every clock whose row would be
another one today. Nothing moves before a person has seen the lines and said so. Then each matter is reckoned again
from its events, in a transaction of its own (`workflows.recounts`, which knows how a case is locked).

# Note [Twice at once]
A batch is reckoned without a lock, and kept only if its recount still stands where the batch began; a matter moves
while the recount's row and its own are locked. So two workers at it, or one that was killed and another that goes on,
leave every line once and none out.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import InvalidFacts, NotFound, Text, WrongState
from casework.audit.operation import operation
from casework.jobs import enqueue
from casework.offices import operations as offices
from casework.offices import scope
from casework.offices.doors import demand
from casework.offices.models import LocalParameter, Office, upwards
from casework.offices.queries import offices_of

from .models import Clock, Recount, RecountLine
from .operations import reckoned, reckoned_contact, recompute, recompute_contact, stream_of
from .queries import PASSED_UP_PARAMETER, WARN_PARAMETER
from .rulebook import every_rule

if TYPE_CHECKING:
    from casework.staff.models import User

logger = logging.getLogger(__name__)

ACT = "deadline.recount"
JOB = "recount"
# Matters looked at, or lines moved, before the recount's row is written or read again.
BATCH = 200

State, Outcome = Recount.State, RecountLine.Outcome
# The clocks a recount is about: they count, or are late and still owed.
OWED = Q(state__in=(Clock.State.RUNNING, Clock.State.SUSPENDED)) | Q(is_late=True)
MOVES = ~Q(old_at=F("new_at"))
# What tells two rows of one clock apart; the office's path is copied, not reckoned.
_NAMES = ("case", "contact", "rule", "ordinal", "office_path")
_COMPARED = [
    field.attname for field in Clock._meta.concrete_fields if not field.primary_key and field.name not in _NAMES
]
# Not this matter's fault: the piece of work is given up, and the next one begins where it stood.
PASSING = (OperationalError, InterfaceError)

# Why a line did not simply move, by the code it keeps.
REASONS: dict[str, Text] = {
    "closed": _("The case was closed meanwhile."),
    "ended": _("The period ended meanwhile."),
    "same": _("It no longer differs: something else has reckoned it again, or the change was taken back."),
    "left": _("The case belongs to another office by now."),
    "other_day": _("Something happened meanwhile: it moved, but not to the day shown before."),
    "error": _("Something unexpected happened; the log of the server says what."),
}


class UnderWay(WrongState):
    """Two recounts of the same offices would each show what the other moves; says which one is in the way."""

    message = _("Deadlines of these offices are being reckoned already.")


class NotWaiting(WrongState):
    """The recount asks for no decision: it still looks, was decided, or has ended."""

    message = _("This reckoning does not wait for a decision now.")


class Over(WrongState):
    """The recount has ended."""

    message = _("This reckoning has ended.")


# ---- beginning and ending ------------------------------------------------------------------------------


@operation
def begin_recount(*, office: Office, why: str, by: "User | None", at: datetime) -> Recount:
    """Begin to reckon the open matters of an office, and of those below it, again; nothing moves yet.

    Args:
        why: what changed, in words.

    Raises:
        InvalidFacts: `why` is empty or too long.
        UnderWay: a recount of one of these offices is not decided or not done yet.
    """
    demand(by, ACT, office)
    longest = Recount._meta.get_field("why").max_length or 0
    if not why.strip():
        raise InvalidFacts({"why": [_now("Say what changed.")]})
    if len(why) > longest:
        raise InvalidFacts({"why": [_now("At most %(count)s characters.") % {"count": longest}]})
    _one_after_the_other(office)
    rival = recounts_over(office).order_by("id").first()
    if rival is not None:
        facts = {"office": rival.office, "why": rival.why, "state": rival.get_state_display()}
        raise UnderWay(
            _now("The deadlines of %(office)s are being reckoned already (%(why)s): %(state)s. End that first.") % facts
        )
    owed = Clock.objects.filter(OWED, scope.within([office.path]))
    counts = owed.aggregate(cases=Count("case", distinct=True), contacts=Count("contact", distinct=True))
    recount = Recount.objects.create(
        office=office,
        office_path=office.path,
        why=why.strip(),
        made_by=by,
        made_at=at,
        to_see=counts["cases"] + counts["contacts"],
    )
    stream = events.office_stream(office)
    events.record(stream, "recount.begun", by=by, at=at, text=recount.why, recount=recount.pk, to_see=recount.to_see)
    enqueue(JOB, recount.pk)
    return recount


def _one_after_the_other(office: Office) -> None:
    """Let one recount of a tree begin at a time: whoever comes second sees the first."""
    list(Office.objects.select_for_update(no_key=True).filter(path=office.path[: Office.steplen]))


def recounts_over(office: Office) -> "QuerySet[Recount]":
    """Return the recounts under way that share an office with this one: of itself, above or below it."""
    shared = scope.within([office.path]) | Q(office_path__in=upwards(office.path))
    return Recount.objects.filter(shared, state__in=Recount.UNDER_WAY).select_related("office")


def reckon_published(*, source: str, by: "User | None", at: datetime) -> None:
    """Begin by itself, in the operation that replaced a year's expected days by the published ones.

    What is under way shows the days of before: it ends, and the new recount shows all of it again.
    """
    for top in Office.objects.filter(depth=1).order_by("path"):
        _one_after_the_other(top)
        for outdated in recounts_over(top).order_by("id"):
            stop_recount(recount=outdated, by=by, at=at)
        begin_recount(office=top, why=source, by=by, at=at)


offices.WHEN_PUBLISHED.append(reckon_published)


@operation
def decide_recount(*, recount: Recount, apply: bool, by: "User", at: datetime) -> Recount:
    """Have the deadlines moved as they were shown, or leave them as they are.

    Raises:
        NotAllowed: the person may not decide this for the office.
        NotWaiting: it does not wait for a decision.
    """
    held = _locked(recount)
    demand(by, ACT, held)
    if held.state != State.READY:
        raise NotWaiting
    found = tally(held)
    held.decided_by, held.state = by, State.MOVING if apply else State.READY
    held.save(update_fields=["decided_by", "state"])
    events.record(
        events.office_stream(held.office_id),
        "recount.decided",
        by=by,
        at=at,
        recount=held.pk,
        apply=apply,
        deadlines=found.deadlines,
        cases=found.cases,
    )
    if apply:
        enqueue(JOB, held.pk)
    else:
        _end(held, State.STOPPED, by, at)
    return held


@operation
def stop_recount(*, recount: Recount, by: "User | None", at: datetime) -> Recount:
    """End a recount as it stands: what has moved stays moved, everything else stays as it is.

    Raises:
        NotAllowed: the person may not decide this for the office.
        Over: it has ended before.
    """
    held = _locked(recount)
    demand(by, ACT, held)
    if not held.is_under_way:
        raise Over
    _end(held, State.STOPPED, by, at)
    return held


@operation
def end_recount(*, recount: Recount, by: None, at: datetime) -> bool:
    """Note that everything has moved, once it has; returns whether it has."""
    held = _locked(recount)
    if held.state != State.MOVING or held.lines.filter(outcome=Outcome.WAITING).exists():
        return False
    _end(held, State.DONE, by, at)
    return True


def _end(held: Recount, state: str, by: "User | None", at: datetime) -> None:
    held.state, held.ended_at = state, at
    held.save(update_fields=["state", "ended_at"])
    found = tally(held)
    events.record(
        events.office_stream(held.office_id),
        "recount.ended",
        by=by,
        at=at,
        recount=held.pk,
        state=state,
        moved=found.moved,
        unchanged=found.unchanged,
        failed=found.failed,
        left=found.waiting,
    )


def _locked(recount: Recount) -> Recount:
    return Recount.objects.select_for_update(no_key=True).get(pk=recount.pk)


# ---- looking -------------------------------------------------------------------------------------------


def look_on(*, recount: Recount, at: datetime, batches: int | None = None) -> bool:
    """Look through open cases and contacts for clocks that would be others today; return whether any are left.

    Args:
        batches: at most so many; without, to the end.
    """
    held = Recount.objects.get(pk=recount.pk)
    while held.state == State.LOOKING and (batches is None or batches > 0):
        subject, keys = _next_of(held)
        lines = _lines_of(held, subject, keys)
        held = keep_batch(recount=held, subject=subject, keys=keys, lines=lines, by=None, at=at)
        batches = None if batches is None else batches - 1
    return held.state == State.LOOKING


def _next_of(recount: Recount) -> tuple[str, list[int]]:
    """Return the keys of the next cases, after the last of them those of contacts."""
    owed = Clock.objects.filter(OWED, scope.within([recount.office_path]))
    for subject, seen in (("case_id", recount.seen_case), ("contact_id", recount.seen_contact)):
        found = owed.filter(**{f"{subject}__gt": seen}).order_by(subject).values_list(subject, flat=True).distinct()
        if keys := list(found[:BATCH]):
            return subject.removesuffix("_id"), keys
    return "", []


@operation
def keep_batch(
    *, recount: Recount, subject: str, keys: list[int], lines: list[RecountLine], by: None, at: datetime
) -> Recount:
    """Keep what was found in a batch, unless somebody else has kept it; return the recount as it now is.

    Args:
        recount: as it was when the batch began.
        subject: "case" or "contact".
        keys: of what was looked at; without any, everything was.
    """
    held = _locked(recount)
    began_here = (held.seen_case, held.seen_contact) == (recount.seen_case, recount.seen_contact)
    if held.state != State.LOOKING or not began_here:
        return held
    if keys:
        RecountLine.objects.bulk_create(lines)
        setattr(held, f"seen_{subject}", keys[-1])
        held.seen += len(keys)
        held.save(update_fields=["seen_case", "seen_contact", "seen"])
    elif held.lines.filter(outcome=Outcome.WAITING).exists():
        held.state = State.READY
        held.save(update_fields=["state"])
    else:
        _end(held, State.DONE, by, at)  # nothing to decide
    return held


def _lines_of(recount: Recount, subject: str, keys: list[int]) -> list[RecountLine]:
    if not keys:
        return []
    related = "case" if subject == "case" else "contact__case"
    clocks = Clock.objects.filter(**{f"{subject}__in": keys}).select_related(related)
    key = attrgetter(f"{subject}_id")
    found: list[RecountLine] = []
    for _key, rows in groupby(clocks.order_by(f"{subject}_id", "rule", "ordinal"), key):
        owed = [clock for clock in rows if clock.is_owed]
        if owed:
            found += _differing(recount, getattr(owed[0], subject), owed)
    return found


def _differing(recount: Recount, subject: Any, owed: list[Clock]) -> list[RecountLine]:
    """Return a line for each of a matter's owed clocks that would be another one today."""
    try:
        course = reckoned(subject) if hasattr(subject, "stream") else reckoned_contact(subject)
    except PASSING:
        raise
    except Exception:  # one matter that cannot be reckoned keeps no other from it
        logger.exception("recount %s cannot reckon the clocks of %s", recount.pk, _name_of(subject))
        return [_line(recount, owed[0], owed[0], outcome=Outcome.FAILED, reason="error")]
    today = _by_name(course.clocks)
    pairs = [(clock, today[_key_of(clock)]) for clock in owed if _key_of(clock) in today]
    return [_line(recount, clock, other) for clock, other in pairs if _differ(clock, other)]


def _line(recount: Recount, old: Clock, new: Clock, **facts: Any) -> RecountLine:
    days = {"old_on": old.due_on, "new_on": new.due_on, "old_at": old.due_at, "new_at": new.due_at}
    return RecountLine(recount=recount, clock=old, **days, **facts)


def _differ(one: Clock, other: Clock) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in _COMPARED)


def _key_of(clock: Clock) -> tuple[str, int]:
    return clock.rule, clock.ordinal


def _by_name(clocks: Iterable[Clock]) -> dict[tuple[str, int], Clock]:
    return {_key_of(clock): clock for clock in clocks}


def _name_of(subject: Any) -> str:
    """Return what a log may say of a matter: no person is known by it."""
    return str(getattr(subject, "number", "")) or f"contact {subject.pk}"


# ---- moving --------------------------------------------------------------------------------------------


def moving(recount: Recount) -> Recount | None:
    """Lock a recount for the running operation and return it as it now is; none when it is to move nothing."""
    held = _locked(recount)
    return held if held.state == State.MOVING else None


def lines_waiting(recount: Recount) -> "QuerySet[RecountLine]":
    """Return the lines that have not moved yet, the oldest first, with what they are about."""
    waiting = recount.lines.filter(outcome=Outcome.WAITING)
    return waiting.select_related("clock__case", "clock__contact").order_by("id")


def _of_one_matter(recount: Recount, clock: Clock) -> list[RecountLine]:
    """Return the waiting lines of the case or contact a clock belongs to."""
    matter = Q(clock__case=clock.case_id) if clock.case_id else Q(clock__contact=clock.contact_id)
    return list(recount.lines.filter(matter, outcome=Outcome.WAITING).select_related("clock").order_by("id"))


@operation
def move(
    *, recount: Recount, clock: Clock, subject: Any, by: "User | None", at: datetime, told: dict[str, Any]
) -> list[RecountLine]:
    """Reckon a matter's clocks again and say of each of its lines what became of it; return those that moved.

    Args:
        recount, subject: locked by the caller.
        clock: one of the matter's.
        told: who has it in hand: `users`, or `role` of the queue.
    """
    lines = _of_one_matter(recount, clock)
    if not subject.office_path.startswith(recount.office_path):
        _settle(lines, Outcome.UNCHANGED, "left")
    elif not any(line.clock.is_owed for line in lines):
        _settle(lines, Outcome.UNCHANGED, "closed" if getattr(subject, "is_closed", False) else "ended")
    else:
        is_case = hasattr(subject, "stream")
        today = _by_name(recompute(case=subject) if is_case else recompute_contact(contact=subject))
        for line in lines:
            _move_to(line, today.get(_key_of(line.clock)))
    RecountLine.objects.bulk_update(lines, ["new_on", "new_at", "outcome", "reason"])
    moved = [line for line in lines if line.outcome == Outcome.MOVED and line.moves]
    if moved:
        _tell(recount, moved, subject, by=by, at=at, told=told)
    return moved


def _settle(lines: Iterable[RecountLine], outcome: str, reason: str) -> None:
    for line in lines:
        line.outcome, line.reason = outcome, reason


def _move_to(line: RecountLine, today: Clock | None) -> None:
    """Say what became of a line: its clock as it was until now stands in it, as it is today beside it."""
    if today is None or not line.clock.is_owed:
        line.outcome, line.reason = Outcome.UNCHANGED, "ended"
    elif not _differ(line.clock, today):
        line.outcome, line.reason = Outcome.UNCHANGED, "same"
    else:
        line.outcome, line.reason = Outcome.MOVED, "" if today.due_at == line.new_at else "other_day"
        line.new_on, line.new_at = today.due_on, today.due_at


def _tell(
    recount: Recount, moved: list[RecountLine], subject: Any, *, by: "User | None", at: datetime, told: dict[str, Any]
) -> None:
    """Record on the matter that its deadlines moved; one that moved alone is named, so that the news can say it."""
    facts: dict[str, Any] = {"recount": recount.pk, "count": len(moved), "office_path": subject.office_path, **told}
    if len(moved) == 1:
        (line,) = moved
        facts |= {"rule": line.clock.rule, "ordinal": line.clock.ordinal, "due_on": line.new_on.isoformat()}
        facts["changes"] = events.changes({"due_on": line.old_on}, {"due_on": line.new_on})
    if not hasattr(subject, "stream"):
        facts["contact"] = str(subject.uuid)
    events.record(stream_of(subject), "clock.moved", by=by, at=at, text=recount.why, **facts)


@operation
def note_failure(*, recount: Recount, clock: Clock, by: None, at: datetime) -> None:
    """Note that a matter could not be reckoned again; the others go on."""
    lines = _of_one_matter(_locked(recount), clock)
    _settle(lines, Outcome.FAILED, "error")
    RecountLine.objects.bulk_update(lines, ["outcome", "reason"])


# ---- what can be asked ---------------------------------------------------------------------------------


def recounts_for(user: "User") -> "QuerySet[Recount]":
    """Return the recounts of the offices in which the person may decide on them."""
    found = scope.visible(Recount.objects.all(), user, ACT)
    return found.select_related("office", "made_by", "decided_by")


def recount_for(user: "User", pk: int) -> Recount:
    """Return one recount.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    found = recounts_for(user).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def unfinished() -> "QuerySet[Recount]":
    """Return the recounts that have something to do and wait for nobody."""
    return Recount.objects.filter(state__in=(State.LOOKING, State.MOVING)).order_by("id")


@dataclass(frozen=True)
class Tally:
    """What the lines of a recount come to.

    Args:
        deadlines, cases, contacts: those that move, or have moved.
        renewed: those that keep their end, and are only warned of otherwise or no longer provisional.
        moved, anew, unchanged, failed, waiting: all lines by what became of them; `anew` are renewed ones.
    """

    deadlines: int
    cases: int
    contacts: int
    renewed: int
    moved: int
    anew: int
    unchanged: int
    failed: int
    waiting: int

    @property
    def lines(self) -> int:
        """Return how many lines there are."""
        return self.moved + self.anew + self.unchanged + self.failed + self.waiting


def tally(recount: Recount) -> Tally:
    """Count the lines of a recount, in one query."""
    became = {outcome: Q(outcome=outcome) for outcome in Outcome.values}
    became |= {"moved": became["moved"] & MOVES, "anew": became["moved"] & ~MOVES}
    counts = recount.lines.aggregate(
        deadlines=Count("pk", filter=MOVES),
        cases=Count("clock__case", distinct=True, filter=MOVES),
        contacts=Count("clock__contact", distinct=True, filter=MOVES),
        renewed=Count("pk", filter=~MOVES & ~Q(outcome=Outcome.FAILED)),
        **{outcome: Count("pk", filter=which) for outcome, which in became.items()},
    )
    return Tally(**counts)


def changed_by_parameter(row: LocalParameter) -> "QuerySet[Clock]":
    """Return the owed clocks that a local value may change: their length, their warning, or who hears when."""
    codes = [rule.code for rule in every_rule().values() if rule.parameter == row.code]
    if row.code.startswith(f"{WARN_PARAMETER}."):
        codes.append(row.code.removeprefix(f"{WARN_PARAMETER}."))
    about = Q(rule__in=codes, started_on__gte=row.valid_from)
    if row.code == WARN_PARAMETER:
        about = Q(state=Clock.State.RUNNING, started_on__gte=row.valid_from)
    elif row.code == PASSED_UP_PARAMETER:
        about = Q(is_late=True)
    return Clock.objects.filter(OWED, about, scope.within([row.office.path]))


def changed_by_days(region: str, first: date, last: date) -> "QuerySet[Clock]":
    """Return the owed clocks of a region that run over one of these days."""
    over = Q(started_on__lte=last, due_on__gte=first) | Q(due_on__lte=last, started_on__gte=first)
    return Clock.objects.filter(OWED, over, office_path__in=offices_of(region).values("path"))
