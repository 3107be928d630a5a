"""Checking the trail from its page: a worker reads it piece by piece; it can be watched, stopped and resumed.

# Note [A piece once]
A piece is read without a lock, and kept only if its check still stands where the piece began. So two workers at it, or
one that was killed and another that goes on, count no event twice and leave none out.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.audit import events, verify
from casework.audit.errors import NotFound, WrongState
from casework.audit.faults import Fault, in_words
from casework.audit.models import Event, Verification
from casework.audit.operation import operation
from casework.cases.models import Case
from casework.funds.queries import faults_of_funds
from casework.jobs import enqueue, job
from casework.offices import scope
from casework.offices.doors import demand, reaches_whole_house
from casework.offices.models import Office

if TYPE_CHECKING:
    from casework.staff.models import User

logger = logging.getLogger(__name__)

ACT = "audit.read"
JOB = "verification"
# Events of one piece: some seconds of work.
PIECE = 250_000
# What nobody has gone on with for so long, the sweep goes on with.
IDLE = timedelta(minutes=5)
# Faults that are kept; who needs more asks `manage.py audit verify`.
MOST_KEPT = 200

State = Verification.State


class CheckUnderWay(WrongState):
    """Each check reads everything: one at a time."""

    message = _("The trail is being checked already. Wait for that, or stop it first.")


class NotRunning(WrongState):
    """The check has ended or was stopped."""

    message = _("This check is not under way.")


class NotStopped(WrongState):
    """Only what was stopped is resumed."""

    message = _("This check was not stopped.")


# ---- beginning, stopping, resuming ---------------------------------------------------------------------


@operation
def begin_verification(*, by: "User", at: datetime) -> Verification:
    """Begin to check the whole trail.

    Raises:
        CheckUnderWay: it is being checked already.
    """
    demand(by, ACT)
    _one_at_a_time()
    to_read = Event.objects.count()
    verification = Verification.objects.create(made_by=by, made_at=at, read_at=at, to_read=to_read)
    facts: dict[str, Any] = {"verification": verification.pk, "to_read": to_read}
    events.record(events.SECURITY, "verification.begun", by=by, at=at, **facts)
    enqueue(JOB, verification.pk)
    return verification


@operation
def stop_verification(*, verification: Verification, by: "User", at: datetime) -> None:
    """Stop a check; it can be resumed.

    Raises:
        NotRunning: it is not under way.
    """
    demand(by, ACT)
    held = _locked(verification)
    if held.state != State.RUNNING:
        raise NotRunning
    held.state, held.ended_at = State.STOPPED, at
    held.save(update_fields=["state", "ended_at"])
    events.record(events.SECURITY, "verification.stopped", by=by, at=at, **_progress(held))


@operation
def resume_verification(*, verification: Verification, by: "User", at: datetime) -> None:
    """Go on with a check that was stopped, where it stood.

    Raises:
        NotStopped: it was not.
        CheckUnderWay: another one is under way.
    """
    demand(by, ACT)
    _one_at_a_time()
    held = _locked(verification)
    if held.state != State.STOPPED:
        raise NotStopped
    held.state, held.read_at, held.ended_at = State.RUNNING, at, None
    held.save(update_fields=["state", "read_at", "ended_at"])
    events.record(events.SECURITY, "verification.resumed", by=by, at=at, **_progress(held))
    enqueue(JOB, held.pk)


def _one_at_a_time() -> None:
    """Let one check begin at a time: whoever comes second sees the first."""
    list(Office.objects.select_for_update(no_key=True).filter(depth=1))
    if Verification.objects.filter(state=State.RUNNING).exists():
        raise CheckUnderWay


def _locked(verification: Verification) -> Verification:
    return Verification.objects.select_for_update(no_key=True).get(pk=verification.pk)


def _progress(held: Verification) -> dict[str, Any]:
    return {"verification": held.pk, "rows": held.rows, "to_read": held.to_read, "faults": held.faults}


# ---- reading -------------------------------------------------------------------------------------------


@job(JOB)
def go_on(pk: int, at: datetime) -> bool:
    """Read a piece of the trail; return whether there is more."""
    return read_on(verification=Verification.objects.get(pk=pk), at=at)


def verifications_to_go_on(at: datetime) -> int:
    """Read a piece for every check that a worker left unfinished; return how many there were.

    A piece that fails is logged and tried again by the next sweep; it keeps nothing else from being swept.
    """
    found = list(Verification.objects.filter(state=State.RUNNING, read_at__lte=at - IDLE))
    for verification in found:
        try:
            read_on(verification=verification, at=at)
        except Exception:
            logger.exception("check %s of the trail cannot go on, the next sweep tries again", verification.pk)
    return len(found)


def read_on(*, verification: Verification, at: datetime, most: int = PIECE) -> bool:
    """Read about so many events more; return whether any are left."""
    if verification.state != State.RUNNING:
        return False
    report, last = verify.verify_on(after=verification.after, counted=verification.rows, most=most)
    if not last:
        report.faults += faults_of_funds()
    held = _keep_piece(verification=verification, report=report, last=last, by=None, at=at)
    return held.state == State.RUNNING


@operation
def _keep_piece(
    *, verification: Verification, report: verify.Report, last: str, by: None, at: datetime
) -> Verification:
    """Keep what a piece found, see Note [A piece once]; return the check as it now is."""
    held = _locked(verification)
    if held.state != State.RUNNING or (held.after, held.rows) != (verification.after, verification.rows):
        return held
    held.after, held.read_at = last, at
    held.rows += report.rows
    held.faults += len(report.faults)
    held.faults_text = json.dumps([*held.kept_faults, *map(Fault.kept, report.faults)][:MOST_KEPT], ensure_ascii=False)
    if not last:
        held.state, held.ended_at = State.BROKEN if held.faults else State.DONE, at
        held.checkpoints, held.younger = report.checkpoints, report.younger
        events.record(events.SECURITY, "verification.ended", by=by, at=at, **_progress(held))
    held.save()
    return held


# ---- what can be asked ---------------------------------------------------------------------------------


def verifications_for(user: "User") -> "QuerySet[Verification]":
    """Return the checks of the trail; who reads it may know how it stands with it."""
    found = Verification.objects.select_related("made_by")
    return found if scope.may(user, ACT) else found.none()


def verification_for(user: "User", pk: int) -> Verification:
    """Return one check.

    Raises:
        NotFound: there is none.
    """
    found = verifications_for(user).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def faults_for(user: "User", verification: Verification) -> tuple[list[str], int]:
    """Return the faults in what the person may read, in words, and how many there are elsewhere; two queries."""
    kept = verification.kept_faults
    if not reaches_whole_house(user, ACT):
        streams = {facts.get("stream", "") for _where, _says, facts in kept}
        hers = _streams_of(user, streams)
        kept = [fault for fault in kept if fault[2].get("stream") in hers]
    return [in_words(fault) for fault in kept], verification.faults - len(kept)


def _streams_of(user: "User", streams: set[str]) -> set[str]:
    """Return those of some streams that belong to the offices and cases whose trail the person reads."""
    cases = Case.objects.filter(number__in=[stream.removeprefix("case:") for stream in streams])
    offices = Office.objects.filter(scope.within(scope.paths(user, scope.ACTS[ACT].roles), "path"))
    numbers = scope.visible(cases, user, ACT).values_list("number", flat=True)
    return {f"case:{number}" for number in numbers} | {
        events.office_stream(key) for key in offices.values_list("pk", flat=True)
    }
