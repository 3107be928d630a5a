"""Carrying a recount on: its looking, and the moving of what was decided, one locked case or contact after the other.

A job does a piece at a time and leaves the worker to others in between; the sweep goes on with what nobody does.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now

from casework.audit.operation import operation
from casework.cases.models import OPEN_TASK, Case, CaseTask, Contact
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount, RecountLine
from casework.jobs import job
from casework.offices.models import Office
from casework.offices.roles import Role
from casework.staff.models import User as Account

from . import operations

if TYPE_CHECKING:
    from casework.staff.models import User

logger = logging.getLogger(__name__)

# Batches of one piece: some seconds of work.
PIECE = 5


# ---- carrying on ---------------------------------------------------------------------------------------


@job(recounts.JOB)
def go_on(pk: int, at: datetime) -> bool:
    """Do a piece of a recount; return whether there is more to do before somebody has to decide."""
    return _carry(Recount.objects.get(pk=pk), at, PIECE)


def recounts_to_go_on(at: datetime) -> int:
    """Do a piece of every recount that has something to do; return how many there were.

    A piece that fails is logged and tried again by the next sweep; it keeps nothing else from being swept.
    """
    found = list(recounts.unfinished())
    for recount in found:
        try:
            _carry(recount, at, PIECE)
        except Exception:
            logger.exception("recount %s cannot go on, the next sweep tries again", recount.pk)
    return len(found)


def carry_through(*, recount: Recount, at: datetime) -> Recount:
    """Go on in this very process until somebody has to decide, or the end; return the recount as it then is."""
    _carry(recount, at, None)
    return Recount.objects.get(pk=recount.pk)


def _carry(recount: Recount, at: datetime, batches: int | None) -> bool:
    looking = recounts.look_on(recount=recount, at=at, batches=batches)
    return looking or move_on(recount=recount, at=at, batches=batches)


def move_on(*, recount: Recount, at: datetime, batches: int | None = None) -> bool:
    """Move the deadlines somebody decided to move, matter by matter; return whether any are left.

    Args:
        batches: at most so many; without, to the end.
    """
    held = Recount.objects.select_related("decided_by").get(pk=recount.pk)
    while held.state == Recount.State.MOVING and (batches is None or batches > 0):
        waiting = list(recounts.lines_waiting(held)[: recounts.BATCH])
        if not waiting:
            return not recounts.end_recount(recount=held, by=None, at=at)
        matters = {(line.clock.case_id, line.clock.contact_id): line.clock for line in waiting}
        for clock in matters.values():
            if not _move_or_note(held, clock, at):
                return False
        batches = None if batches is None else batches - 1
    return held.state == Recount.State.MOVING


def _move_or_note(recount: Recount, clock: Clock, at: datetime) -> bool:
    """Move one matter; return whether the recount is to move on. A matter that cannot be moved keeps no other."""
    try:
        return move_matter(recount=recount, clock=clock, by=recount.decided_by, at=at)
    except recounts.PASSING:
        raise
    except Exception:
        logger.exception("recount %s cannot move clock %s", recount.pk, clock.pk)
        recounts.note_failure(recount=recount, clock=clock, by=None, at=at)
        return True


@operation
def move_matter(*, recount: Recount, clock: Clock, by: "User | None", at: datetime) -> bool:
    """Reckon the clocks of a case or contact again; return whether the recount is still moving."""
    held = recounts.moving(recount)
    if held is None:
        return False
    subject, tasks = operations.lock_subject(clock)
    told = operations.in_hand(subject, tasks)
    recounts.move(recount=held, clock=clock, subject=subject, told=told, by=by, at=at)
    return True


# ---- in whose hands ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hands:
    """Who is told that deadlines moved: people, and the queues of offices; with how many matters each."""

    people: list[tuple[Account, int]]
    queues: list[tuple[Role, Office, int]]


# A case or contact, by its kind and key.
Matter = tuple[str, int | None]


def hands_of(recount: Recount, *, but: "User") -> Hands:
    """Return who will be told of what moves: whoever has it in hand, and the handlers; five queries.

    Args:
        but: who decides; nobody is told of what he does himself.
    """
    people: Counter[int] = Counter()
    queues: Counter[tuple[str, str]] = Counter()
    for told, handler in _in_hand(recount.lines.filter(recounts.MOVES)).values():
        people.update({*told.get("users", ()), handler} - {but.pk, None})
        if "role" in told:
            queues[told["role"], told["office_path"]] += 1
    accounts = Account.objects.filter(is_active=True).in_bulk(people)
    offices = {office.path: office for office in Office.objects.filter(path__in={path for _role, path in queues})}
    return Hands(
        sorted(
            ((accounts[pk], number) for pk, number in people.items() if pk in accounts),
            key=lambda one: (-one[1], one[0].display_name),
        ),
        sorted(
            ((Role(role), offices[path], number) for (role, path), number in queues.items() if path in offices),
            key=lambda one: (-one[2], one[1].path, one[0]),
        ),
    )


def holders_of(lines: Iterable[RecountLine]) -> dict[int, str]:
    """Return by line who has its matter in hand: people by name, a queue by its role; four queries."""
    lines = list(lines)
    held = _in_hand(RecountLine.objects.filter(pk__in=[line.pk for line in lines]))
    users = {pk for told, _handler in held.values() for pk in told.get("users", ())}
    names = dict(Account.objects.filter(pk__in=users).values_list("pk", "display_name"))
    found = {}
    for line in lines:
        told, _handler = held.get(_matter_of(line.clock), ({}, None))
        role = [str(Role(told["role"]).label)] if "role" in told else []
        found[line.pk] = _now(", ").join([names[pk] for pk in told.get("users", ()) if pk in names] or role)
    return found


def _matter_of(clock: Clock) -> Matter:
    return ("case", clock.case_id) if clock.case_id else ("contact", clock.contact_id)


def _in_hand(lines: "QuerySet[RecountLine]") -> dict[Matter, tuple[dict[str, Any], int | None]]:
    """Return who has each matter of some lines in hand, as its event would say it, and its handler; three queries."""
    cases = Case.objects.filter(pk__in=lines.filter(clock__case__isnull=False).values("clock__case"))
    contacts = Contact.objects.filter(pk__in=lines.filter(clock__contact__isnull=False).values("clock__contact"))
    tasks: dict[int, list[CaseTask]] = {}
    for task in CaseTask.objects.filter(process__in=cases.values("pk"), status__in=OPEN_TASK):
        tasks.setdefault(task.process_id, []).append(task)
    found: dict[Matter, tuple[dict[str, Any], int | None]] = {}
    for case in cases.only("pk", "number", "state", "handler"):
        found["case", case.pk] = operations.in_hand(case, tasks.get(case.pk, [])), case.handler_id
    for contact in contacts.only("pk", "taken_by"):
        found["contact", contact.pk] = operations.in_hand(contact, []), None
    return found
