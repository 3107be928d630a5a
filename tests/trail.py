"""Watches, in every test, that nothing is written without its event: by a request, a job or a command of the product.

Two rules. What is written is written inside an operation, because an operation is one transaction with its events; and
an operation that wrote anything recorded something. Tables that are no records of the office are free, each with its
reason. Beside that a ledger is kept of the routes that were sent something and recorded it: a whole run that leaves out
one that ought to is red (`routes_left_out`).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from casework.audit import operation

# What is no record of the office, and why no event says that it was written.
FREE = {
    "casework_event": "the trail itself",
    "casework_eventtext": "the trail itself",
    "casework_stream": "the heads of the trail",
    "casework_checkpoint": "the trail itself: the heads, signed",
    "casework_posting": "the trail itself: where a checkpoint has gone",
    "casework_accessrecord": "the register of who read what: a row of it is the record",
    "casework_draft": "what somebody is still typing is not said yet",
    "casework_recount": "how far a reckoning has come; that it began, was decided on and ended are events",
    "casework_recountline": "what a reckoning is going to say",
    "casework_verification": "how far a check of the trail has come; that it began, was stopped and ended are events",
    "casework_attemptlog": "counts what is tried; the lock that comes of it is an event",
    "casework_loginsession": "when a browser was last used; that it logged in and out is an event",
    "django_session": "a browser's login; that it logged in and out is an event",
    "django_content_type": "Django's own list of models",
    "notifications_dispatched": "which events people have been told of",
    "notifications_inbox": "marks of what was read",
    "notifications_notification": "what people were told: each row names its event",
    "notifications_sweepmark": "how far the sweep has come",
    "django_q_ormq": "the queue: a job is a name and the key of a row",
    "django_q_task": "what the worker did",
    "django_q_schedule": "when the worker does it again",
}
# What can be sent something without any record being changed, and why.
WRITES_NO_RECORD = {
    "calculator": "reckons; what is kept of it is kept by the step that keeps it",
    "draft": "what somebody is still typing is not said yet",
    "notification_read": "a read mark",
    "policy_breach": "a report of the browser, which goes to the log",
    "set_language": "a cookie",
    "letter_preview": "shows what has been typed so far",
    "letter_correct_preview": "shows what has been typed so far",
    "letter_run_preview": "shows what has been typed so far",
    "checklist_notice_preview": "shows what has been typed so far",
    "text_preview": "shows what has been typed so far",
}
# Pages that only show something.
READS = {
    "audit_export",
    "audit_reads",
    "audit_trail",
    "batch_detail",
    "batch_list",
    "calculator_list",
    "case_detail",
    "case_list",
    "conflict_list",
    "contact_list",
    "deadline_board",
    "deadline_export",
    "deadline_list",
    "disposal_detail",
    "disposal_list",
    "document_download",
    "employer_detail",
    "employer_list",
    "fund_detail",
    "fund_list",
    "glass_list",
    "grant_list",
    "healthz",
    "hold_list",
    "home",
    "letter_detail",
    "letter_run_detail",
    "letter_run_list",
    "letter_word",
    "notification_list",
    "notification_since",
    "payout_detail",
    "payout_list",
    "people_list",
    "readyz",
    "recount_detail",
    "recount_lines",
    "recount_list",
    "report_list",
    "report_rows",
    "request_detail",
    "request_list",
    "staff_detail",
    "staff_list",
    "task_queue",
    "text_list",
    "verification_detail",
    "worker_detail",
}
WRITE = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass
class Watch:
    """What was seen so far: what is wrong, and whether anything was recorded."""

    faults: list[str] = field(default_factory=list)
    recorded: bool = False


_watched: ContextVar[Watch | None] = ContextVar("watched", default=None)
_written: WeakKeyDictionary[operation.Unit, set[str]] = WeakKeyDictionary()


class WrittenWithoutEvent(AssertionError):
    """Something was changed and the trail does not say so."""


def _note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    found, watched = WRITE.match(str(sql)), _watched.get()
    if found and watched is not None and found[1] not in FREE:
        unit = operation._unit.get()
        if unit is None:
            watched.faults.append(f"{found[1]} was written outside an operation: {str(sql)[:120]}")
        else:
            _written.setdefault(unit, set()).add(found[1])
    return execute(sql, params, many, context)


@contextmanager
def watched(what: str) -> Iterator[Watch]:
    """Watch what is written meanwhile.

    Raises:
        WrittenWithoutEvent: something was, and no event says so.
    """
    watch = _watched.get()
    if watch is not None:
        yield watch
        return
    watch = Watch()
    token = _watched.set(watch)
    try:
        with connection.execute_wrapper(_note):
            yield watch
    finally:
        _watched.reset(token)
    if watch.faults:
        raise WrittenWithoutEvent(f"{what}: " + "; ".join(watch.faults))


def watching_operations(write: Callable[..., Any]) -> Callable[..., Any]:
    """Return `Unit.write`, asking first whether an operation that wrote something has an event to write."""

    @wraps(write)
    def asked(unit: operation.Unit, at: Any) -> Any:
        tables, watch = _written.pop(unit, set()), _watched.get()
        if watch is not None:
            watch.recorded = watch.recorded or bool(unit.notes)
            if tables and not unit.notes:
                watch.faults.append(f"{', '.join(sorted(tables))} were written by an operation that recorded nothing")
        return write(unit, at)

    return asked


def watching_requests(answer: Callable[..., Any], ledger: Path) -> Callable[..., Any]:
    """Return the test client's way to an answer, watched; what it did is entered into a ledger of this process."""

    @wraps(answer)
    def watched_answer(handler: Any, environ: dict[str, Any]) -> Any:
        method = environ["REQUEST_METHOD"]
        with watched(f"{method} {environ['PATH_INFO']}") as watch:
            response = answer(handler, environ)
        match = getattr(response.wsgi_request, "resolver_match", None)
        if method not in ("GET", "HEAD", "OPTIONS") and match and watch.recorded and response.status_code < 400:
            with ledger.open("a") as lines:
                lines.write(f"{match.view_name}\n")
        return response

    return watched_answer


def watching_commands(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return the way into a command; those of the product are watched."""

    @wraps(execute)
    def watched_command(command: Any, *args: Any, **options: Any) -> Any:
        ours = command.__class__.__module__.split(".")[0] in ("casework", "config", "workflows", "notifications")
        if not ours:
            return execute(command, *args, **options)
        with watched(command.__class__.__module__):
            return execute(command, *args, **options)

    return watched_command


def watching_jobs(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a worker runs, watched."""

    @wraps(work)
    def watched_work(name: str, pk: int) -> Any:
        with watched(f"job {name}"):
            return work(name, pk)

    return watched_work


def routes_left_out(ledgers: Iterable[Path]) -> list[str]:
    """Return the routes of the product that can be sent something, and of which no test has seen it recorded."""
    seen = {name for ledger in ledgers for name in ledger.read_text().split()}
    return sorted(set(_named(get_resolver().url_patterns)) - seen - READS - WRITES_NO_RECORD.keys())


def _named(patterns: Iterable[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from _named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name
