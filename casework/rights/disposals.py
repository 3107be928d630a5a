"""Destroying files whose time is over: proposed by one person, confirmed by another, done file by file in the
background.

A file is emptied, not deleted: its row, key, amounts, days and states stay, so that figures and the trail go on
standing. The texts of its events go, their digests stay in the chain (`audit.shredding`, docs/why/retention.md).

# Note [Killed at any moment]
A file is emptied in one transaction with its event. Its papers are files outside the database: they go in a second
one, when the first is committed, so that nothing lies destroyed that no event tells of. A line says which of the two
is done; whoever goes on begins there, and a paper that is gone already is no error.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError
from django.db.models import Count, Model, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events, shredding
from casework.audit.errors import InvalidFacts, NotAllowed, NotFound, WrongState
from casework.audit.models import EventText
from casework.audit.operation import operation
from casework.cases.models import Case, ClaimLine, Contact
from casework.documents.models import Document, LetterRun
from casework.jobs import enqueue, job
from casework.offices import scope
from casework.offices.doors import demand, insist
from casework.offices.models import Office, upwards
from casework.people.models import HardshipFile, Worker

from . import standing
from .due import Due, due_for
from .models import DisposalBatch, DisposalLine

if TYPE_CHECKING:
    from casework.staff.models import User

logger = logging.getLogger(__name__)

PROPOSE, CONFIRM = "disposal.propose", "disposal.confirm"
JOB = "disposal"
# Files of one piece of work: some seconds.
PIECE = 20
# Files of one disposal: what a second person can look through.
MOST = 500

State, Outcome = DisposalBatch.State, DisposalLine.Outcome
# Not this file's fault: the piece of work is given up, and the next one begins where it stood.
PASSING = (OperationalError, InterfaceError)
# What ends the way from a person: matters of their own, destroyed by their own lines.
MATTERS = (Case, Contact, ClaimLine, HardshipFile)


class SecondPersonConfirms(NotAllowed):
    """Destroying takes two people."""

    message = _("You proposed this yourself; somebody else has to confirm it.")


class DisposalWentOn(WrongState):
    """The disposal is not in a state for this: it was confirmed, stopped or ended meanwhile."""

    message = _("This disposal has gone on meanwhile; look at it again.")


# ---- proposing and deciding ------------------------------------------------------------------------------


@operation
def propose_disposal(*, picked: Iterable[str], by: "User", at: datetime) -> DisposalBatch:
    """Propose to destroy files that are due; nothing is destroyed before a second person has confirmed it.

    Args:
        picked: files by what the list of what is due calls them ("case:12").

    Raises:
        InvalidFacts: none, or too many, one that is not due (any more), or of offices that no grant reaches together.
    """
    demand(by, PROPOSE)
    wanted = list(dict.fromkeys(picked))
    if not wanted:
        raise InvalidFacts({"picked": [_now("Choose at least one file.")]})
    if len(wanted) > MOST:
        raise InvalidFacts({"picked": [_now("At most %(count)s at once.") % {"count": MOST}]})
    _one_after_the_other(by)
    found = due_for(by, wanted, act=PROPOSE, on=localdate(at))
    if len(found) < len(wanted):
        raise InvalidFacts({"picked": [_now("The list has changed since it was shown: look at it again.")]})
    office = _office_above(by, found)
    batch = DisposalBatch.objects.create(office=office, office_path=office.path, proposed_by=by, proposed_at=at)
    DisposalLine.objects.bulk_create(
        DisposalLine(batch=batch, rule=due.rule, kept_until=due.until, **{due.subject_name: due.subject})
        for due in found
    )
    _record("disposal.proposed", batch, by=by, at=at, count=len(found))
    return batch


def _one_after_the_other(by: "User") -> None:
    """Let one proposal of a tree be made at a time: whoever comes second finds what the first has taken."""
    tops = {path[: Office.steplen] for path in scope.paths(by, scope.ACTS[PROPOSE].roles)}
    list(Office.objects.select_for_update(no_key=True).filter(path__in=tops).order_by("path"))


def _office_above(by: "User", found: list[Due]) -> Office:
    """Return the office a disposal belongs to, whose supervisors confirm it: the lowest above all of its files.

    Raises:
        InvalidFacts: the person reaches the files by grants apart from each other, and no office above them all.
    """
    above = set.intersection(*(set(upwards(due.office_path)) for due in found))
    lowest = max(above, key=len, default="")
    if not any(lowest.startswith(path) for path in scope.paths(by, scope.ACTS[PROPOSE].roles)):
        raise InvalidFacts({"picked": [_now("These files belong to offices apart: propose those of one at a time.")]})
    return Office.objects.get(path=lowest)


@operation
def confirm_disposal(*, batch: DisposalBatch, by: "User", at: datetime) -> DisposalBatch:
    """Confirm as a second person what another has proposed: from now on it is destroyed.

    Raises:
        SecondPersonConfirms: it is one's own proposal.
        DisposalWentOn: it does not wait for this.
    """
    held = _locked(batch)
    insist(may_confirm(held, by))
    if held.state != State.PROPOSED:
        raise DisposalWentOn
    held.state, held.confirmed_by, held.confirmed_at = State.RUNNING, by, at
    held.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _record("disposal.confirmed", held, by=by, at=at, count=held.lines.count())
    enqueue(JOB, held.pk)
    return held


@operation
def drop_disposal(*, batch: DisposalBatch, by: "User", at: datetime) -> DisposalBatch:
    """End a disposal that was not confirmed, or was stopped: what is left of it stays."""
    held = _locked(batch)
    demand(by, PROPOSE, held)
    if held.state not in (State.PROPOSED, State.STOPPED):
        raise DisposalWentOn
    held.lines.filter(outcome=Outcome.WAITING).update(outcome=Outcome.KEPT, reason="dropped", ended_at=at)
    # What was destroyed but for its papers is finished all the same: nobody can take it back.
    if held.lines.filter(outcome=Outcome.SHREDDED).exists():
        held.state = State.RUNNING
        enqueue(JOB, held.pk)
    else:
        held.state, held.ended_at = State.DROPPED, at
    held.save(update_fields=["state", "ended_at"])
    _record("disposal.dropped", held, by=by, at=at)
    return held


@operation
def stop_disposal(*, batch: DisposalBatch, by: "User", at: datetime) -> DisposalBatch:
    """Stop a disposal where it stands; what is destroyed stays destroyed."""
    held = _locked(batch)
    demand(by, PROPOSE, held)
    if held.state != State.RUNNING:
        raise DisposalWentOn
    held.state = State.STOPPED
    held.save(update_fields=["state"])
    _record("disposal.stopped", held, by=by, at=at)
    return held


@operation
def resume_disposal(*, batch: DisposalBatch, by: "User", at: datetime) -> DisposalBatch:
    """Let a stopped disposal go on; who proposed it cannot, as with confirming."""
    held = _locked(batch)
    insist(may_confirm(held, by))
    if held.state != State.STOPPED:
        raise DisposalWentOn
    held.state = State.RUNNING
    held.save(update_fields=["state"])
    _record("disposal.resumed", held, by=by, at=at)
    enqueue(JOB, held.pk)
    return held


def may_confirm(batch: DisposalBatch, user: "User") -> scope.Answer:
    """Answer whether a person may be the second one of a disposal."""
    answer = scope.may(user, CONFIRM, batch)
    if answer and batch.proposed_by_id == user.pk:
        return scope.Answer(False, SecondPersonConfirms.message, SecondPersonConfirms)
    return answer


def _locked(batch: DisposalBatch) -> DisposalBatch:
    return DisposalBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)


def _record(kind: str, batch: DisposalBatch, *, by: "User | None", at: datetime, **facts: Any) -> None:
    events.record(events.office_stream(batch.office_id), kind, by=by, at=at, disposal=batch.pk, **facts)


# ---- destroying ------------------------------------------------------------------------------------------


@job(JOB)
def go_on(pk: int, at: datetime) -> bool:
    """Do a piece of a disposal; return whether there is more to do."""
    return carry_on(batch=DisposalBatch.objects.get(pk=pk), at=at, most=PIECE)


def disposals_to_go_on(at: datetime) -> int:
    """Do a piece of every disposal that nobody goes on with; return how many there were."""
    found = list(DisposalBatch.objects.filter(state=State.RUNNING).order_by("id"))
    for batch in found:
        try:
            carry_on(batch=batch, at=at, most=PIECE)
        except Exception:  # one that cannot go on keeps nothing else from being swept
            logger.exception("disposal %s cannot go on, the next sweep tries again", batch.pk)
    return len(found)


def carry_on(*, batch: DisposalBatch, at: datetime, most: int | None = None) -> bool:
    """Destroy files of a disposal one by one; return whether there is more that can be done now.

    A file that cannot be destroyed keeps no other: its line says so. Papers that cannot be reached are left to the
    next sweep.
    """
    if DisposalBatch.objects.get(pk=batch.pk).state != State.RUNNING:
        return False
    unfinished = batch.lines.filter(outcome__in=(Outcome.WAITING, Outcome.SHREDDED)).order_by("id")
    went_on = False
    for pk in list(unfinished.values_list("pk", flat=True)[:most]):
        if not _shred(batch, pk, at):
            return False
        went_on = _remove_papers(pk, batch, at) or went_on
    return not end_disposal(batch=batch, by=None, at=at) and went_on


def _shred(batch: DisposalBatch, line: int, at: datetime) -> bool:
    """Empty one file, or note why not; return whether the disposal goes on."""
    try:
        return shred_line(line=line, batch=batch, by=None, at=at)
    except PASSING:
        raise
    except Exception:  # one file that cannot be destroyed keeps no other from it
        logger.exception("disposal %s cannot destroy line %s", batch.pk, line)
        note_failure(line=line, batch=batch, by=None, at=at)
        return True


def _remove_papers(line: int, batch: DisposalBatch, at: datetime) -> bool:
    """Delete the papers of one file; return whether that was possible."""
    try:
        remove_papers(line=line, batch=batch, by=None, at=at)
    except PASSING:
        raise
    except Exception:  # the place where papers lie does not answer
        logger.exception("disposal %s cannot delete the papers of line %s", batch.pk, line)
        return False
    return True


@operation
def shred_line(*, line: int, batch: DisposalBatch, by: None, at: datetime) -> bool:
    """Empty what a line is about, unless something has come in the way; return whether the disposal is still running.

    It is done in the name of who confirmed it.
    """
    held = _locked(batch)
    if held.state != State.RUNNING:
        return False
    row = DisposalLine.objects.select_related("contact", "file__household__head", "worker").get(pk=line)
    if row.outcome != Outcome.WAITING:
        return True  # another worker was faster
    subject = _lock(row)
    obstacles = standing.in_the_way(subject, standing.Periods(localdate(at)), asked=row.rule == standing.ASKED)
    if obstacles:
        _settle(row, Outcome.KEPT, at, obstacles[0].code)
        _record("disposal.kept", held, by=held.confirmed_by, at=at, line=row.pk, reason=obstacles[0].code)
        return True
    people = _people_of(subject)
    texts = _destroy(subject, people)
    _settle(row, Outcome.SHREDDED, at)
    _tell(held, row, subject, texts=texts, at=at)
    for worker in people:
        if not isinstance(subject, Worker) and not standing.last_things_of(worker):
            _take_along(held, worker, at)
    return True


def _lock(row: DisposalLine) -> Any:
    """Lock what a line is about, and the people it belongs to: a hold locks the same rows."""
    subject = row.subject
    model = type(subject)
    locked = model._default_manager.select_for_update(no_key=True, of=("self",)).select_related("office")
    subject = locked.get(pk=subject.pk)
    keys = [worker.pk for worker in _people_of(subject)]
    list(Worker.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    return subject


def _people_of(subject: Any) -> list[Worker]:
    """Return whose data a file holds."""
    if isinstance(subject, Case):
        return standing.people_of(subject)
    if isinstance(subject, Contact):
        return [subject.worker] if subject.worker else []
    return [subject.household.head] if isinstance(subject, HardshipFile) else [subject]


def _destroy(subject: Any, people: list[Worker]) -> int:
    """Empty a file and the texts of its events; return how many texts there were."""
    if isinstance(subject, Worker):
        return _destroy_person(subject)
    texts = _texts_of(subject, people)
    count = texts.count()
    texts.delete()
    shredding.shred(subject)
    if isinstance(subject, Case):
        _empty_runs(subject)
    return count


def _texts_of(subject: Any, people: list[Worker]) -> "QuerySet[EventText]":
    """Return the texts of the events that tell of a file: of its own stream, and of others that name it."""
    if isinstance(subject, Case):
        naming = Q(event__person_id__in=[worker.pk for worker in people])
        naming &= Q(event__facts_text__contains=f'"{subject.number}"')
        return EventText.objects.filter(Q(event__stream=subject.stream) | naming)
    stream = events.office_stream(subject.office_id)
    return EventText.objects.filter(event__stream=stream, event__facts_text__contains=f'"{subject.uuid}"')


def _empty_runs(case: Case) -> None:
    """Empty the words of letters to many whose cases are all destroyed, this one the last of them."""
    runs = LetterRun.objects.filter(lines__case=case).exclude(state=LetterRun.State.WRITING)
    alive = Case.objects.exclude(Q(pk=case.pk) | Q(pk__in=standing.gone("case")))
    LetterRun.objects.filter(pk__in=runs.exclude(lines__case__in=alive).values("pk")).update(values="")


def _destroy_person(worker: Worker) -> int:
    texts = EventText.objects.filter(event__person_id=worker.pk)
    count = texts.count()
    texts.delete()
    shredding.shred(worker, *MATTERS)
    return count


def _take_along(batch: DisposalBatch, worker: Worker, at: datetime) -> None:
    """Destroy a person's record with the last of the matters it was kept for."""
    if DisposalLine.objects.filter(worker=worker, outcome__in=DisposalLine.GONE).exists():
        return
    own = DisposalLine.objects.filter(worker=worker, outcome=Outcome.WAITING).first()
    row = own or DisposalLine(batch=batch, worker=worker, rule="person")
    row.outcome, row.ended_at = Outcome.DONE, at
    row.save()
    texts = _destroy_person(worker)
    _tell(batch, row, worker, texts=texts, at=at)


def _settle(row: DisposalLine, outcome: str, at: datetime, reason: str = "") -> None:
    row.outcome, row.reason, row.ended_at = outcome, reason, at
    row.save(update_fields=["outcome", "reason", "ended_at"])


def _tell(batch: DisposalBatch, row: DisposalLine, subject: Any, *, texts: int, at: datetime) -> None:
    """Record that a file was destroyed: in the stream of its office, because a closed case's own never moves again."""
    facts: dict[str, Any] = {"disposal": batch.pk, "line": row.pk, "rule": row.rule, "texts": texts}
    facts |= {"proposed_by": batch.proposed_by_id, "kept_until": row.kept_until and row.kept_until.isoformat()}
    if isinstance(subject, Case):
        facts |= {"case": subject.number, "person": subject.worker_id}
    elif isinstance(subject, Contact):
        facts |= {"contact": str(subject.uuid), "person": subject.worker_id}
    elif isinstance(subject, HardshipFile):
        facts |= {"file": str(subject.uuid), "number": subject.number, "person": subject.household.head_id}
    else:
        facts |= {"worker": str(subject.uuid), "person": subject.pk}
    kind = f"{row.subject_name}.disposed"
    events.record(events.office_stream(subject.office_id), kind, by=batch.confirmed_by, at=at, **facts)


@operation
def remove_papers(*, line: int, batch: DisposalBatch, by: None, at: datetime) -> None:
    """Delete the papers of a file that was emptied; those that are gone already count too."""
    held = _locked(batch)
    row = DisposalLine.objects.select_related("case", "contact").get(pk=line)
    if row.outcome != Outcome.SHREDDED:
        return
    papers = list(_papers_of(row.subject))
    for paper in papers:
        paper.file.storage.delete(str(paper.file.name))
    Document.objects.filter(pk__in=[paper.pk for paper in papers]).update(file="")
    _settle(row, Outcome.DONE, at)
    _record("papers.disposed", held, by=held.confirmed_by, at=at, line=row.pk, count=len(papers))


def _papers_of(subject: Model) -> "QuerySet[Document]":
    """Return the papers of a case or contact whose content still lies somewhere."""
    ways = [way.path for way in shredding.belongings(type(subject)) if way.model is Document]
    found = Q(pk__in=[])
    for path in ways:
        found |= Q(**{path: subject.pk})
    return Document.objects.filter(found).exclude(file="").order_by("pk")


@operation
def note_failure(*, line: int, batch: DisposalBatch, by: None, at: datetime) -> None:
    """Note that a file could not be destroyed; the others go on."""
    held = _locked(batch)
    row = DisposalLine.objects.get(pk=line)
    if row.outcome == Outcome.WAITING:
        _settle(row, Outcome.FAILED, at, "error")
        _record("disposal.kept", held, by=held.confirmed_by, at=at, line=row.pk, reason="error")


@operation
def end_disposal(*, batch: DisposalBatch, by: None, at: datetime) -> bool:
    """Note that nothing is left to do, once nothing is; return whether the disposal has ended."""
    held = _locked(batch)
    found = tally(held)
    if held.state != State.RUNNING or found.waiting:
        return held.state != State.RUNNING
    held.state, held.ended_at = State.DONE, at
    held.save(update_fields=["state", "ended_at"])
    _record("disposal.ended", held, by=None, at=at, done=found.done, kept=found.kept, failed=found.failed)
    return True


# ---- what can be asked -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """What the lines of a disposal come to; what waits for its papers to go still waits."""

    waiting: int
    done: int
    kept: int
    failed: int

    @property
    def total(self) -> int:
        """All lines."""
        return self.waiting + self.done + self.kept + self.failed


def tally(batch: DisposalBatch) -> Tally:
    """Return how many lines have come to what."""
    counts = dict(batch.lines.order_by().values_list("outcome").annotate(Count("id")))
    waiting = counts.get(Outcome.WAITING, 0) + counts.get(Outcome.SHREDDED, 0)
    return Tally(waiting, counts.get(Outcome.DONE, 0), counts.get(Outcome.KEPT, 0), counts.get(Outcome.FAILED, 0))


def disposals_for(user: "User") -> "QuerySet[DisposalBatch]":
    """Return the disposals of the offices a person oversees."""
    found = scope.visible(DisposalBatch.objects.all(), user, "disposal.read")
    return found.select_related("office", "proposed_by", "confirmed_by")


def disposal_for(user: "User", uuid: Any) -> DisposalBatch:
    """Return one disposal.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    found = disposals_for(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found
