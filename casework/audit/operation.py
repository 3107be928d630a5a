"""One decorator for every write: one transaction, one set of events, one way out.

The outermost `@operation` opens the transaction. Operations called inside it belong to it: no savepoint,
no second commit. When it ends, all events it recorded are chained and inserted by one statement, each
stream's owner (a case) is written by one more, and after the commit the hooks are told the events.
When it raises, everything is rolled back, and a refusal is noted in the security stream.
"""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from . import chain, keys, rows
from .context import origin
from .errors import CaseworkError, InvalidFacts
from .keys import SealBroken
from .models import Event, EventText, HasStream, Outcome, Stream

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Called after the commit with the events it made; a failure in one never reaches the caller.
AFTER_COMMIT: list[Callable[[list[Event]], None]] = []


class TrailNotWritten(CaseworkError):
    """The trail cannot take the event, so the change it belongs to does not happen (503)."""

    message = _("The audit trail cannot be written at the moment, so nothing was changed. Please try again later.")


class NoOperation(RuntimeError):
    """Something was recorded outside an operation: no transaction would hold the change and its event together."""


class Unit:
    """What one operation has touched so far."""

    def __init__(self) -> None:
        self.owners: dict[str, HasStream] = {}
        self.notes: list[tuple[Event, str]] = []
        # What a room keeps until the operation ends, under a key of its own.
        self.kept: dict[Any, Any] = {}
        self._last: list[Callable[[], None]] = []

    def at_last(self, write: Callable[[], None]) -> None:
        """Have something written at the end, in the same round trip as the rows themselves."""
        self._last.append(write)

    def note(self, stream: HasStream | str, event: Event, text: str) -> None:
        """Keep an event until the operation ends."""
        if isinstance(stream, HasStream):
            self.touch(stream)
        self.notes.append((event, text))

    def noted(self, stream: str) -> list[Event]:
        """Return what was recorded on a stream so far; its events have no keys and numbers yet."""
        return [event for event, _ in self.notes if event.stream == stream]

    def touch(self, owner: HasStream) -> None:
        """Have a row written at the end, once, from this one object."""
        if self.owners.setdefault(owner.stream, owner) is not owner:
            raise NoOperation(f"two objects stand for {owner.stream} in one operation")

    def write(self, at: datetime) -> list[Event]:
        """Chain and insert the events, then write the rows whose heads they moved."""
        events = [event for event, _ in self.notes]
        with _or_nothing():
            self._lock_heads({event.stream for event in events} - self.owners.keys())
            for event in events:
                _append(self.owners[event.stream], event)
            if events:
                rows.insert(events)
        with rows.together():
            for write in self._last:
                write()
            _seal_texts([(event, text) for event, text in self.notes if text])
            for owner in self.owners.values():
                owner.close_unit([event for event in events if event.stream == owner.stream], at)
        return events

    def _lock_heads(self, missing: set[str]) -> None:
        """Lock the heads that are not a case's own row, in the order of their keys."""
        if not missing:
            return
        found = _heads(missing)
        absent = missing - {stream.key for stream in found}
        if absent:
            with rows.together():
                rows.insert([Stream(key=key) for key in sorted(absent)], unique=("key",))
                found = _heads(missing)
        for stream in found:
            stream.clock_read = stream.now
            self.owners[stream.key] = stream


# no_key: a plain FOR UPDATE would also stop rows that refer to the head
_HEAD = rows.Read(lambda key: Stream.objects.select_for_update(no_key=True).annotate(now=Now()).filter(key=key))


def _heads(streams: set[str]) -> list[Any]:
    """Lock heads in the order of their keys, and return those that are there."""
    return [head for found in rows.ask(*map(_HEAD.of, sorted(streams))) for head in found]


@contextmanager
def _or_nothing() -> Iterator[None]:
    """Let what cannot enter the trail not happen: the transaction is given up, and somebody is told."""
    try:
        yield
    except (OperationalError, ProgrammingError, OSError, SealBroken) as error:
        logger.exception("the trail cannot be written, so nothing is")
        raise TrailNotWritten from error


def _append(owner: HasStream, event: Event) -> None:
    """Give the event its place at the end of its stream."""
    if owner.clock_read is None:
        raise NoOperation(f"{owner.stream} was not locked before it was written")
    event.seq = owner.head_seq + 1
    event.recorded_at = owner.clock_read
    event.key_id = keys.key_of("chain")[0]
    event.prev_hash = bytes(owner.head_hash) or chain.GENESIS
    event.hash = chain.link(event)
    owner.head_seq, owner.head_hash = event.seq, event.hash


def _seal_texts(texts: list[tuple[Event, str]]) -> None:
    if texts:
        rows.insert(
            [EventText(event=event, ciphertext=keys.seal(event.place_of_words, text.encode())) for event, text in texts]
        )


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current_unit() -> Unit:
    """Return the running operation's unit.

    Raises:
        NoOperation: no operation is running.
    """
    unit = _unit.get()
    if unit is None:
        raise NoOperation("record() outside an operation")
    return unit


def in_operation() -> bool:
    """Return whether an operation is running."""
    return _unit.get() is not None


def prove_writable(at: datetime) -> None:
    """Write an event the way every operation does and take it back.

    Raises:
        TrailNotWritten: it could not be written; nothing else can be either.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
        unit = Unit()
        # Long enough for a page of its own: a full disk shows.
        facts = chain.canonical({"proof": "x" * 8192})
        event = Event(stream="proof", kind="trail.proved", happened_at=at, facts_text=facts)
        unit.note("proof", event, "")
        unit.write(at)
        transaction.set_rollback(True)


def _telling(events: list[Event]) -> Callable[[], None]:
    def tell() -> None:
        for hook in AFTER_COMMIT:
            hook(events)

    return tell


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one operation of the office: keyword-only, `by=` and `at=` from outside."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _unit.get() is not None:
            return function(*args, **kwargs)
        by, at = kwargs["by"], kwargs["at"]
        unit = Unit()
        try:
            with transaction.atomic():
                token = _unit.set(unit)  # in here: a transaction that cannot begin leaves no operation running
                try:
                    result = function(*args, **kwargs)
                    written = unit.write(at)  # type: ignore[arg-type]
                finally:
                    _unit.reset(token)  # neither a refusal nor what follows the commit is part of this operation
                if written:
                    transaction.on_commit(_telling(written), robust=True)
            return result
        except (InvalidFacts, TrailNotWritten):
            raise
        except CaseworkError as error:
            _record_refusal(function.__name__, error, by=by, at=at, about=kwargs)  # type: ignore[arg-type]
            raise

    return run


def _record_refusal(name: str, error: CaseworkError, *, by: Any, at: datetime, about: dict[str, Any]) -> None:
    """Note a refusal after the rollback, in a transaction of its own."""
    unit = Unit()
    subject = next((value for value in about.values() if hasattr(value, "refusal_subject")), None)
    facts = {"operation": name, "error": type(error).__name__, "subject": subject.refusal_subject if subject else ""}
    place = origin.get()
    with transaction.atomic():
        unit.note(
            "security",
            Event(
                stream="security",
                office_id=getattr(subject, "office_id", None),
                person_id=getattr(subject, "person_id", None),
                kind="operation.refused",
                outcome=Outcome.REFUSED,
                actor=by,
                happened_at=at,
                request_id=place.request_id,
                address=place.address,
                facts_text=chain.canonical(facts),
            ),
            "",
        )
        unit.write(at)
