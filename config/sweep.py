"""What the office does again and again: let due clocks act, go on with what a crash left, tell people of it.

Everything asked of the database, nothing remembered: run it twice, or on many workers at once, and the
second run finds nothing to do.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework.audit import checkpoints
from casework.audit.errors import CaseworkError
from casework.audit.limits import forget_old
from casework.audit.places import send_owed
from casework.cases.models import CaseTask
from casework.cases.operations import forget_old_drafts
from casework.deadlines import queries as clocks
from casework.deadlines.models import Clock
from casework.deadlines.recounts import PASSING
from casework.documents.letters import runs_to_go_on as letter_runs_to_go_on
from casework.jobs import in_confidence
from casework.offices.calendar_alarm import calendar_alarm
from casework.rights.disposals import disposals_to_go_on
from casework.staff.logins import forget_dead_logins
from notifications import operations as notifications
from workflows import operations
from workflows.recounts import recounts_to_go_on
from workflows.verification import verifications_to_go_on

logger = logging.getLogger(__name__)


@dataclass
class Swept:
    """What a sweep did, and what it could not do."""

    clocks: int = 0
    moved: int = 0
    alarms: int = 0
    events: int = 0
    recounts: int = 0
    letters: int = 0
    disposals: int = 0
    verifications: int = 0
    checkpoints: int = 0
    errors: list[str] = field(default_factory=list)


def sweep_now() -> str:
    """Sweep at this moment: the worker's job, run every minute; returns what it says in the list of jobs."""
    with in_confidence("sweep"):
        done = sweep(at=timezone.now())
    told = f"{done.clocks} clocks, {done.moved} moved, {done.alarms} alarms, {done.events} told"
    return f"{told}, {len(done.errors)} errors"


def sweep(*, at: datetime) -> Swept:
    """Let every due clock act, raise what alarms are due, go on with what was begun, tell what was not told.

    Each clock in a transaction of its own. What is due goes first: after days without a sweep nobody is warned of
    what has passed meanwhile.
    """
    done = Swept()
    for clock in clocks.due_clocks(at):
        with _noting(done, clock):
            done.moved += operations.clock_due(clock=clock, by=None, at=at)
            done.clocks += 1
    for clock in clocks.alarmed_clocks(at):
        with _noting(done, clock):
            done.alarms += operations.clock_rings(clock=clock, by=None, at=at)
    done.recounts = recounts_to_go_on(at)
    done.letters = letter_runs_to_go_on(at)
    done.disposals = disposals_to_go_on(at)
    done.verifications = verifications_to_go_on(at)
    calendar_alarm(at=at)
    done.events = notifications.sweep(at=at)
    _anchor(done, at)
    forget_dead_logins(at)
    forget_old_drafts(at)
    forget_old(at)
    done.errors += [f"task {task.pk} of {task.case_number}" for task in CaseTask.objects.filter(status="ERROR")]
    return done


def _anchor(done: Swept, at: datetime) -> None:
    """Make a checkpoint when one is due, and send what is owed when what was swept is committed."""
    done.checkpoints = bool(checkpoints.make_when_due(at=at))
    transaction.on_commit(lambda: done.errors.extend(f"no checkpoint reached {name}" for name in send_owed(at=at)))


@contextmanager
def _noting(done: Swept, clock: Clock) -> Iterator[None]:
    """Let one clock that cannot act keep no other from acting."""
    try:
        yield
    except CaseworkError as error:
        done.errors.append(f"clock {clock.pk} {clock.rule}: {error}")
    except PASSING:
        raise
    except Exception as error:
        logger.exception("clock %s %s cannot act, the next sweep tries again", clock.pk, clock.rule)
        done.errors.append(f"clock {clock.pk} {clock.rule}: {type(error).__name__}")
