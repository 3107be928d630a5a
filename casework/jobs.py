"""Work a page does not wait for: the one seam to whatever runs it (django-q2, its queue in our own database).

A job is a name and the key of a row: "go on with that". It may run twice, or be lost with its machine: what it does
is written to the row as it goes, and the sweep goes on with what nobody does.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone

logger = logging.getLogger(__name__)

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


class JobFailed(Exception):
    """A job has failed: which, and by what kind of error."""


@contextmanager
def in_confidence(name: str) -> Iterator[None]:
    """Let out of a job no more than the kind of an error.

    What runs the jobs keeps the message of an error in its table and writes it into the log, and a message may quote
    what somebody typed (config/logs.py).

    Raises:
        JobFailed: instead of any error.
    """
    try:
        yield
    except Exception as error:
        logger.exception("job %s failed", name)
        raise JobFailed(f"{name}: {type(error).__module__}.{type(error).__qualname__}") from None


def work(name: str, pk: int) -> bool:
    """Do a piece of a job, and have the next one done after what else waits: what a worker runs."""
    with in_confidence(f"{name} {pk}"):
        more = JOBS[name](pk, timezone.now())
    if more:
        enqueue(name, pk)
    return more
