"""Check the whole trail: every hash, every gap, every head, every trigger, and what the checkpoints say of it.

A chain alone shows that somebody without the key changed something. The checkpoints, kept elsewhere, show it of
somebody who has the key, or who put an older copy of the tables in place.
"""

import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from . import anchors, chain, keys, triggers
from .events import place_of_words
from .keys import SealBroken
from .models import Event, EventText, HasStream

CHUNK = 2000
# The columns of a row as they are read: what is hashed, in its order, then the row's own hash and key.
COLUMNS = (*chain.LINKED, "hash", "id")
PREV_HASH, STREAM, SEQ, KEY, HASH, ID = map(COLUMNS.index, ("prev_hash", "stream", "seq", "key_id", "hash", "id"))


WITHOUT_FRACTION = len("2026-11-20 01:00:00")
NOTHING_SEEN: dict[int, anchors.Seen] = {}


@dataclass
class Report:
    """What a verification found; `faults` names the first bad row of each stream."""

    rows: int = 0
    streams: int = 0
    texts: int = 0
    seconds: float = 0.0
    checkpoints: int = 0
    # Rows that stand in no checkpoint yet: what could still be cut off without anybody noticing.
    younger: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def owners() -> list[type[HasStream]]:
    """Return the models that carry stream heads in a table of their own."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, HasStream) and model._meta.get_field("head_seq").model is model
    ]


def verify(*, anchor: Path | None = None, texts: bool = False) -> Report:
    """Read every event in order, every head and every checkpoint, all as they stood at one moment.

    Args:
        anchor: a file of checkpoints; without, the files of this installation.
        texts: open every sealed text and compare its digest, too.
    """
    report, start = Report(), time.perf_counter()
    with _one_moment():
        known = anchors.known(anchor)
        report.faults += known.faults
        report.checkpoints = known.checkpoints
        _check_chains(report, known)
        if texts:
            _check_texts(report)
    report.faults += [f"trigger {name} is missing" for name in triggers.missing(connection)]
    report.seconds = time.perf_counter() - start
    return report


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment while others go on writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # a transaction of Django's would keep every writer waiting
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def read(statement: str) -> Iterator[Any]:
    """Return the rows of a statement as the database's driver gives them, without holding all of them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def every_event() -> str:
    """Return the statement that reads all rows, stream by stream.

    SQLite: `+` keeps the driver from making a moment of what is read; it is hashed as it is written.
    """
    sign = "" if connection.vendor == "postgresql" else "+"
    columns = ", ".join(sign + name if name in {"happened_at", "recorded_at"} else name for name in COLUMNS)
    return f"SELECT {columns} FROM casework_event ORDER BY stream, seq"  # noqa: S608  our own columns


def _heads() -> dict[str, tuple[int, bytes]]:
    """Return what each stream's head says."""
    heads = {}
    for model in owners():
        before, column = model.stream_column()
        table = model._meta.db_table
        for name, seq, hash in read(f"SELECT {column}, head_seq, head_hash FROM {table} WHERE head_seq <> 0"):  # noqa: S608
            heads[before + str(name)] = seq, bytes(hash)
    return heads


def _check_chains(report: Report, known: anchors.Known) -> None:
    """Go through all events, stream by stream."""
    heads, said = _heads(), known.heads
    report.streams = len(heads)
    check = _Check()
    stream, seq, before, last, broken = None, 0, chain.GENESIS, 0, False
    awaited: dict[int, anchors.Seen] = {}

    def end() -> None:
        """Compare a stream that was read to its end with its head and its checkpoints."""
        if stream is None or broken:
            return
        covered = max(awaited, default=0)
        if covered > seq:
            report.faults.append(f"{stream}#{seq + 1}: the row is gone, checkpoint {awaited[covered].number} saw it")
        elif stream not in heads:
            report.faults.append(f"{stream}#{seq}: events without a head")
        elif heads[stream] != (seq, before):
            report.faults.append(f"{stream}#{seq}: the stream ends here and its head says {heads[stream][0]}")

    seen = set()
    for row in read(every_event()):
        if row[STREAM] != stream:
            end()
            stream, seq, before, last, broken = row[STREAM], 0, chain.GENESIS, 0, False
            awaited = said.get(stream, NOTHING_SEEN)
            seen.add(stream)
        elif broken:
            report.rows += 1
            continue
        fault = "" if check.passes(row, seq, before, last) else check.fault(row, seq, before)
        seq, before, last = row[SEQ], row[HASH], row[ID]
        if not fault and seq in awaited:
            fault = awaited[seq].differs(before, last)
        if fault:
            broken = True
            report.faults.append(f"{stream}#{seq} (row {last}): {fault}")
        report.rows += 1
    end()
    for stream in said.keys() - seen:
        number = max(one.number for one in said[stream].values())
        report.faults.append(f"{stream}#1: the whole stream is gone, checkpoint {number} saw it")
    for stream in heads.keys() - seen - said.keys():
        report.faults.append(f"{stream}#0: the stream ends here and its head says {heads[stream][0]}")
    report.younger = max(0, report.rows - sum(max(seqs) for seqs in said.values()))


class _Check:
    """Checks one row after the other; a class, so that what every row needs is at hand."""

    def __init__(self) -> None:
        self.moment = _as_written if connection.vendor == "postgresql" else _as_sqlite_wrote
        self.keys: dict[int, bytes] = {}

    def passes(self, row: Any, seq: int, before: bytes, last: int) -> bool:
        """Return whether a row follows number `seq` with hash `before` and key `last`, and says what was hashed."""
        try:
            prev_hash, stream, number, kind, outcome, actor, principal, happened, recorded, *rest, hash, key = row
            request, address, facts, form, key_id, office, person = rest
            moment = self.moment
            made = chain.body(
                prev_hash,
                stream,
                number,
                kind,
                outcome,
                actor,
                principal,
                moment(happened),
                moment(recorded),
                request,
                address,
                facts,
                form,
                key_id,
                office,
                person,
            )
            return (
                number == seq + 1
                and prev_hash == before
                and key > last
                and hmac.digest(self._key(key_id), made, "sha256") == hash
                and (form != 1 or (office is None and person is None))
            )
        except (SealBroken, TypeError, ValueError, AttributeError, OverflowError):
            return False

    def fault(self, row: Any, seq: int, before: bytes) -> str:
        """Return what is wrong with a row that does not pass."""
        try:
            if row[SEQ] != seq + 1:
                return f"number {seq + 1} is missing" if row[SEQ] > seq + 1 else "a number stands twice"
            if row[PREV_HASH] != before:
                return "it does not follow the row before it"
            self._key(row[KEY])
        except SealBroken as error:
            return str(error)
        except (TypeError, ValueError):  # a value of a kind this column never holds
            pass
        return "its content was changed"

    def _key(self, number: int) -> bytes:
        if number not in self.keys:
            self.keys[number] = keys.key_of("chain", number)[1]
        return self.keys[number]


def _as_written(value: Any) -> str:
    # what PostgreSQL gives is in UTC already: Django's connections speak it
    return value.isoformat(timespec="microseconds")[:-6] + "Z"


def _as_sqlite_wrote(value: str) -> str:
    return f"{value[:10]}T{value[11:]}Z" if len(value) > WITHOUT_FRACTION else f"{value[:10]}T{value[11:]}.000000Z"


def _check_texts(report: Report) -> None:
    """Open every sealed text: it must belong to its event and be what the event's digest says."""
    for text in EventText.objects.select_related("event").order_by("event_id").iterator(chunk_size=CHUNK):
        report.texts += 1
        event: Event = text.event
        try:
            plain = keys.unseal(place_of_words(event), bytes(text.ciphertext)).decode()
            whole = keys.witnessed(str(event.facts.get("text")), "event.text", plain)
        except (SealBroken, ValueError, TypeError, IndexError, AttributeError):
            whole = False
        if not whole:
            report.faults.append(f"{event} (row {event.pk}): its text was changed")
