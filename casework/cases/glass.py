"""Opening a case of another office in an emergency (紧急查阅): by its number, for hours, to read and nothing else.

Whoever reads everything at all may break the glass, and everybody who answers for the case or for the reader hears of
it at once. The right ends by itself: no job has to run for it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, CaseworkError, InvalidFacts, NotAllowed, NotFound, WrongState
from casework.audit.models import AccessRecord, Event, Outcome
from casework.audit.operation import operation
from casework.offices import scope
from casework.offices.doors import demand, insist
from casework.offices.models import Office
from casework.offices.roles import Role
from casework.staff.models import User

from .models import Case, GlassBreak
from .transitions import lock

Finding = GlassBreak.Finding

# For how long a case stays open: our convention, long enough for a talk at the window, shorter than a working day.
OPEN_FOR = timedelta(hours=4)
# Numbers one person may try within an hour, right or wrong: our convention.
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)
# Whoever keeps the house's keys reads nobody's case, whatever other role he holds.
NEVER = (Role.SYSADMIN, Role.SECADMIN)


class TooManyTries(CaseworkError):
    """Numbers were tried one after the other."""

    message = _("You have opened or tried too many cases within an hour. Ring the office that handles the case.")


class ReadAlready(WrongState):
    """No glass stands between the person and the case."""

    message = _("You can read this case already.")


class OwnGlass(NotAllowed):
    """Nobody reviews what he did himself."""

    message = _("Somebody else reviews an emergency opening of your own.")


class NotOpen(WrongState):
    """It has ended already."""

    message = _("This emergency opening has ended already.")


@operation
def break_glass(*, number: str, reason: str, by: User, at: datetime) -> GlassBreak:
    """Open a case of another office for reading, for some hours; the supervisors of both offices hear of it.

    Raises:
        NotAllowed: the person reads no cases at all, or administers the house.
        InvalidFacts: no reason was given.
        TooManyTries: within the hour.
        NotFound: there is no case of this number.
        ReadAlready: no glass has to be broken.
    """
    demand(by, "case.break_glass")
    if scope.paths(by, NEVER):
        raise NotAllowed(_now("Administrators of the system open no cases."))
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why you need it.")]})
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # tries are counted one after the other
    if _tries(by, at - TRIES_WITHIN) >= TRIES:
        raise TooManyTries
    case = Case.objects.filter(number=number.strip()).first()
    if case is None:
        raise NotFound
    if scope.visible(Case.objects.filter(pk=case.pk), by, "case.read").exists():
        raise ReadAlready
    lock(case)
    desk = _desk_of(by)
    broken = GlassBreak.objects.create(
        case=case,
        reader=by,
        reader_office=desk,
        reason=reason.strip(),
        opened_at=at,
        ends_at=at + OPEN_FOR,
    )
    events.record(
        case,
        "case.glass_broken",
        by=by,
        at=at,
        text=reason.strip(),
        glass=str(broken.uuid),
        hours=OPEN_FOR // timedelta(hours=1),
        overseen_from=_overseen_from(by, desk),
    )
    return broken


def _tries(user: User, since: datetime) -> int:
    """Return how many numbers a person tried: the refusals of the trail, and the cases that were opened."""
    refused = Event.objects.filter(
        actor=user,
        kind="operation.refused",
        outcome=Outcome.REFUSED,
        happened_at__gt=since,
        facts_text__contains=f'"error":"{NotFound.__name__}","operation":"{break_glass.__name__}"',
    )
    return refused.count() + GlassBreak.objects.filter(reader=user, opened_at__gt=since).count()


def _desk_of(user: User) -> Office:
    """Return the office a person reads cases for: the lowest, for it is the one that answers for him."""
    return Office.objects.get(path=max(scope.paths(user, scope.READERS), key=len))


def _overseen_from(user: User, desk: Office) -> str:
    """Return the path of the office whose supervisors answer for the reader; nobody oversees himself."""
    if desk.path in scope.paths(user, [Role.SUPERVISOR]) and len(desk.path) > Office.steplen:
        return desk.path[: -Office.steplen]
    return desk.path


@operation
def end_glass(*, broken: GlassBreak, by: User, at: datetime) -> GlassBreak:
    """End a break-glass before its time: the reader who is done, or a supervisor of either office.

    Raises:
        NotOpen: it has ended.
    """
    case, broken = _locked(broken)
    if by.pk != broken.reader_id:
        insist(may_review(broken, by))
    if broken.ends_at <= at:
        raise NotOpen
    _end(broken, by, at)
    events.record(case, "case.glass_ended", by=by, at=at, glass=str(broken.uuid))
    return broken


@operation
def review_glass(*, broken: GlassBreak, finding: str, note: str = "", by: User, at: datetime) -> GlassBreak:
    """Say whether a break-glass was justified; one that was not ends at once.

    Raises:
        OwnGlass: the reviewer broke it himself.
        AlreadyDone: somebody has reviewed it.
        InvalidFacts: no finding, or none that needs no word why.
    """
    case, broken = _locked(broken)
    if by.pk == broken.reader_id:
        raise OwnGlass
    insist(may_review(broken, by))
    if broken.reviewed_by is not None:
        raise AlreadyDone(who=broken.reviewed_by, what=broken.get_finding_display(), when=broken.reviewed_at)
    if finding not in Finding.values:
        raise InvalidFacts({"finding": [_now("Choose one of the values shown.")]})
    if finding == Finding.UNJUSTIFIED and not note.strip():
        raise InvalidFacts({"note": [_now("Say why it was not justified.")]})
    if finding == Finding.UNJUSTIFIED and broken.ends_at > at:
        _end(broken, by, at)
    broken.finding, broken.note = finding, note.strip()
    broken.reviewed_by, broken.reviewed_at = by, at
    broken.save(update_fields=["finding", "note", "reviewed_by", "reviewed_at"])
    facts: dict[str, Any] = {"glass": str(broken.uuid), "finding": finding}
    events.record(case, "case.glass_reviewed", by=by, at=at, text=note.strip(), **facts)
    return broken


def _locked(broken: GlassBreak) -> tuple[Case, GlassBreak]:
    """Lock the case and return it with the break-glass as it is now."""
    case = lock(Case.objects.get(pk=broken.case_id))
    return case, GlassBreak.objects.select_related("case", "reader_office", "reviewed_by").get(pk=broken.pk)


def _end(broken: GlassBreak, by: User, at: datetime) -> None:
    broken.ends_at, broken.ended_by = at, by
    broken.save(update_fields=["ends_at", "ended_by"])


def may_review(broken: GlassBreak, user: User) -> scope.Answer:
    """Answer whether a person may review a break-glass: a supervisor of the case's office or of the reader's."""
    if user.pk == broken.reader_id:
        return scope.Answer(False, OwnGlass.message)
    answer = scope.may(user, "case.review_glass", broken.case)
    return answer or scope.may(user, "case.review_glass", Office(path=broken.reader_office.path))


# ---- reading ---------------------------------------------------------------------------------------------


def glass_breaks_for(user: User) -> "QuerySet[GlassBreak]":
    """Return the break-glasses a person may know of: her own, and those she oversees from either side."""
    held = scope.paths(user, scope.ACTS["audit.read"].roles)
    known = Q(reader=user) | scope.within(held, "case__office_path") | scope.within(held, "reader_office__path")
    found = GlassBreak.objects.select_related("case__office", "reader", "reader_office", "reviewed_by", "ended_by")
    return found.filter(known)


def glass_break_for(user: User, uuid: UUID) -> GlassBreak:
    """Return one of them.

    Raises:
        NotFound: there is none, or the person has nothing to do with it.
    """
    broken = glass_breaks_for(user).filter(uuid=uuid).first()
    if broken is None:
        raise NotFound
    return broken


def read_through(broken: GlassBreak) -> "QuerySet[AccessRecord]":
    """Return what the reader read of the case while it stood open."""
    days = [localdate(broken.opened_at), localdate(broken.ends_at)]
    entries = AccessRecord.objects.filter(reader=broken.reader_id, case_number=broken.case.number, day__range=days)
    return entries.order_by("read_at", "id")
