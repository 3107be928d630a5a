"""Legal holds: what a person's files are kept for beyond their time, and when that ends."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, InvalidFacts, NotFound, WrongState
from casework.audit.operation import operation
from casework.cases.models import Case
from casework.offices import scope
from casework.offices.doors import demand
from casework.people.models import Worker

from . import standing
from .models import LegalHold

if TYPE_CHECKING:
    from casework.staff.models import User


class NothingLeft(WrongState):
    """A hold keeps what is there."""

    message = _("What the hold would keep has been destroyed already.")


@operation
def place_hold(*, worker: Worker, reason: str, by: "User", at: datetime, case: Case | None = None) -> LegalHold:
    """Keep a person's files, or one case, from being destroyed until somebody lifts the hold.

    Raises:
        InvalidFacts: no reason was given.
        NothingLeft: the case, or the person's record, was destroyed.
    """
    subject = worker if case is None else case
    demand(by, "hold.place", subject)
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why.")]})
    # Whoever destroys holds the same rows: either the hold is seen there, or it finds the file gone.
    if case is not None:
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    Worker.objects.select_for_update(no_key=True).get(pk=worker.pk)
    name = "worker" if case is None else "case"
    if standing.gone(name).filter(**{name: subject.pk}).exists():
        raise NothingLeft
    hold = LegalHold.objects.create(
        worker=worker,
        case=case,
        office=subject.office,
        office_path=subject.office_path,
        reason=reason.strip(),
        placed_by=by,
        placed_at=at,
    )
    _record("hold.placed", hold, by=by, at=at)
    return hold


@operation
def lift_hold(*, hold: LegalHold, reason: str, by: "User", at: datetime) -> LegalHold:
    """Lift a hold, with the reason.

    Raises:
        AlreadyDone: it was lifted before.
        InvalidFacts: no reason was given.
    """
    held = LegalHold.objects.select_for_update(no_key=True).get(pk=hold.pk)
    demand(by, "hold.place", held)
    if held.lifted_at is not None:
        raise AlreadyDone(who=held.lifted_by, what="hold.lifted", when=held.lifted_at)
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why.")]})
    held.lift_reason, held.lifted_by, held.lifted_at = reason.strip(), by, at
    held.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    _record("hold.lifted", held, by=by, at=at)
    return held


def _record(kind: str, hold: LegalHold, *, by: "User", at: datetime) -> None:
    facts: dict[str, Any] = {"hold": str(hold.uuid)} | ({"case": hold.case.number} if hold.case else {})
    stream = events.office_stream(hold.office_id)
    events.record(stream, kind, by=by, at=at, person=hold.worker_id, **facts)


def holds_visible_to(user: "User") -> "QuerySet[LegalHold]":
    """Return the holds of the offices a person oversees."""
    found = scope.visible(LegalHold.objects.all(), user, "disposal.read")
    return found.select_related("worker", "case", "office", "placed_by", "lifted_by")


def hold_for(user: "User", uuid: Any) -> LegalHold:
    """Return one hold.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    found = holds_visible_to(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found
