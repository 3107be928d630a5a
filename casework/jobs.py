"""Work a page does not wait for: the one seam to whatever runs it (django-q2, its queue in our own database).

A job is a name and the key of a row: "go on with that". It may run twice, or be lost with its machine: what it does
is written to the row as it goes, and the sweep goes on with what nobody does.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

# Does a piece of the work on a row and returns whether there is more of it.
Job = Callable[[int, datetime], bool]

JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Make a function the job of a name."""

    def know(function: Job) -> Job:
        JOBS[name] = function
        return function

    return know


def enqueue(name: str, pk: int) -> None:
    """Have a worker do the next piece of a job; within a transaction, once that is committed."""
    from django_q.tasks import async_task  # its models are there only when the apps are ready

    async_task("casework.jobs.work", name, pk)


def work(name: str, pk: int) -> bool:
    """Do a piece of a job, and have the next one done after what else waits: what a worker runs."""
    more = JOBS[name](pk, timezone.now())
    if more:
        enqueue(name, pk)
    return more
