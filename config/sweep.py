"""What the office does again and again: let due clocks act, tell people what a crash kept from them.

Everything asked of the database, nothing remembered: run it twice, or on many workers at once, and the
second run finds nothing to do.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from casework.audit.errors import CaseworkError
from casework.cases.models import CaseTask
from casework.deadlines import queries as clocks
from notifications import operations as notifications
from workflows import operations


@dataclass
class Swept:
    """What a sweep did, and what it could not do."""

    clocks: int = 0
    moved: int = 0
    events: int = 0
    errors: list[str] = field(default_factory=list)


def sweep_now() -> str:
    """Sweep at this moment: the worker's job, run every minute; returns what it says in the list of jobs."""
    done = sweep(at=timezone.now())
    return f"{done.clocks} clocks, {done.moved} moved, {done.events} told, {len(done.errors)} errors"


def sweep(*, at: datetime) -> Swept:
    """Let every due clock act and dispatch what was not dispatched; each clock in a transaction of its own."""
    done = Swept()
    for clock in clocks.due_clocks(at):
        try:
            done.moved += operations.clock_due(clock=clock, by=None, at=at)
            done.clocks += 1
        except CaseworkError as error:
            done.errors.append(f"clock {clock.pk} {clock.rule}: {error}")
    done.events = notifications.sweep(at=at)
    done.errors += [f"task {task.pk} of {task.case_number}" for task in CaseTask.objects.filter(status="ERROR")]
    return done
