"""Check the whole trail: every hash, every gap, every head, every trigger, and what the checkpoints say of it.

A chain alone shows that somebody without the key changed something. The checkpoints, kept elsewhere, show it of
somebody who has the key, or who put an older copy of the tables in place.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from . import anchors, chain, keys, reading, triggers
from .events import KINDS
from .faults import CHANGED, IN_STREAM, ROW, Fault
from .keys import SealBroken
from .models import Event, EventText, HasStream
from .reading import CHUNK, Row

ENDS = _("the stream ends here and its head says %(head)s")
# What the head of each stream says: how many events, and the hash of the last.
Heads = dict[str, tuple[int, bytes]]
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
    faults: list[Fault] = field(default_factory=list)

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


def verify_on(*, after: str, counted: int, most: int) -> tuple[Report, str]:
    """Read some streams more, as they now stand; return what was found and the last stream, "" at the end.

    So that a worker can leave off. What is missing altogether is found at the end.

    Args:
        after: the stream where the piece before ended; "" for the first.
        counted: the rows of all pieces before.
        most: about so many rows.
    """
    report, start = Report(), time.perf_counter()
    with _one_moment():
        known = anchors.known(None)
        heads = _heads()
        report.streams = len(heads)
        last = _end_of_piece(after, most)
        seen = _check_chains(report, known, heads, reading.events(after=after, upto=last))
        if not last:
            report.faults += known.faults
            report.checkpoints = known.checkpoints
            seen = {stream for (stream,) in reading.read("SELECT DISTINCT stream FROM casework_event")}
            _check_missing(report, known, heads, seen, counted + report.rows)
    if not last:
        report.faults += _missing_triggers()
    report.seconds = time.perf_counter() - start
    return report, last


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
        heads = _heads()
        report.streams = len(heads)
        seen = _check_chains(report, known, heads, reading.events())
        _check_missing(report, known, heads, seen, report.rows)
        if texts:
            _check_texts(report)
    report.faults += _missing_triggers()
    report.seconds = time.perf_counter() - start
    return report


def _missing_triggers() -> list[Fault]:
    return [Fault("", _("trigger %(name)s is missing"), name=name) for name in triggers.missing(connection)]


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


def _heads() -> Heads:
    """Return what each stream's head says."""
    heads = {}
    for model in owners():
        before, column = model.stream_column()
        table = model._meta.db_table
        for name, seq, hash in reading.read(f"SELECT {column}, head_seq, head_hash FROM {table} WHERE head_seq <> 0"):  # noqa: S608
            heads[before + str(name)] = seq, bytes(hash)
    return heads


def _end_of_piece(after: str, most: int) -> str:
    """Return the stream that holds the last of so many rows, or "" when none follows it."""
    ends = reading.read(
        "SELECT stream, (SELECT max(stream) FROM casework_event) FROM casework_event WHERE stream > %s"
        " ORDER BY stream, seq LIMIT 1 OFFSET %s",
        after,
        most - 1,
    )
    return next((stream for stream, last in ends if stream != last), "")


def _check_chains(report: Report, known: anchors.Known, heads: Heads, rows: Iterator[Row]) -> set[str]:
    """Go through events, stream by stream; return the streams that were seen."""
    said = known.heads
    hashed = _Hashed()
    stream, seq, before, last, broken = None, 0, chain.GENESIS, 0, False
    awaited: dict[int, anchors.Seen] = {}

    def end() -> None:
        """Compare a stream that was read to its end with its head and its checkpoints."""
        if stream is None or broken:
            return
        covered = max(awaited, default=0)
        if covered > seq:
            says, number = _("the row is gone, checkpoint %(number)s saw it"), awaited[covered].number
            report.faults.append(Fault(IN_STREAM, says, stream=stream, seq=seq + 1, number=number))
        elif stream not in heads:
            report.faults.append(Fault(IN_STREAM, _("events without a head"), stream=stream, seq=seq))
        elif heads[stream] != (seq, before):
            report.faults.append(Fault(IN_STREAM, ENDS, stream=stream, seq=seq, head=heads[stream][0]))

    seen: set[str] = set()
    for row in rows:
        name, number, prev_hash, hash, key_id, id, body = row
        report.rows += 1
        if name != stream:
            end()
            stream, seq, before, last, broken = name, 0, chain.GENESIS, 0, False
            awaited = said.get(name, NOTHING_SEEN)
            seen.add(name)
        elif broken:
            continue
        fault = None
        if number != seq + 1 or prev_hash != before or id <= last or hashed[key_id](body) != hash:
            fault = _fault(row, seq, before, hashed)
        elif number in awaited:
            fault = awaited[number].differs(hash, id)
        if fault:
            broken = True
            report.faults.append(fault.at(ROW, stream=name, seq=number, row=id))
        seq, before, last = number, hash, id
    end()
    return seen


def _check_missing(report: Report, known: anchors.Known, heads: Heads, seen: set[str], rows: int) -> None:
    """Look for streams that heads or checkpoints name and that are not there; say how many rows are younger."""
    said = known.heads
    for stream in said.keys() - seen:
        number = max(one.number for one in said[stream].values())
        says = _("the whole stream is gone, checkpoint %(number)s saw it")
        report.faults.append(Fault(IN_STREAM, says, stream=stream, seq=1, number=number))
    for stream in heads.keys() - seen - said.keys():
        report.faults.append(Fault(IN_STREAM, ENDS, stream=stream, seq=0, head=heads[stream][0]))
    report.younger = max(0, rows - sum(max(seqs) for seqs in said.values()))


def _fault(row: Row, seq: int, before: bytes, hashed: "_Hashed") -> Fault:
    """Return what is wrong with a row that does not follow number `seq` with hash `before`, or was changed."""
    _stream, number, prev_hash, _hash, key_id, _id, _body = row
    if isinstance(number, int) and number > seq + 1:
        return Fault("", _("number %(missing)s is missing"), missing=seq + 1)
    if isinstance(number, int) and number < seq + 1:
        return Fault("", _("a number stands twice"))
    if number == seq + 1 and prev_hash != before:
        return Fault("", _("it does not follow the row before it"))
    if hashed[key_id] is _without_key:
        return Fault("", _("key chain/%(key)s is not on the ring"), key=key_id)
    return Fault("", CHANGED)


class _Hashed(dict[Any, Callable[[bytes], Any]]):
    """What hashes a body, by the number of the key."""

    def __missing__(self, number: Any) -> Callable[[bytes], Any]:
        try:
            self[number] = chain.hashing(keys.key_of("chain", number)[1])
        except SealBroken:
            self[number] = _without_key
        return self[number]


def _without_key(_body: bytes) -> object:
    """Hash with a key that is not there: to nothing a column can hold."""
    return object()


def _check_texts(report: Report) -> None:
    """Open every sealed text: it must belong to its event and be what the event's digest says."""
    for text in EventText.objects.select_related("event").order_by("event_id").iterator(chunk_size=CHUNK):
        report.texts += 1
        event: Event = text.event
        try:
            plain = keys.unseal(event.place_of_words, bytes(text.ciphertext)).decode()
            whole = keys.witnessed(str(event.facts.get("text")), "event.text", plain)
        except (SealBroken, ValueError, TypeError, IndexError, AttributeError):
            whole = False
        if not whole:
            report.faults.append(_of_text(event, _("its text was changed")))
    destroyed = _Destroyed()
    gone = Event.objects.filter(words=None, facts_text__contains='"text":').order_by("pk")
    for event in gone.iterator(chunk_size=CHUNK):
        if event.facts.get("text") and not destroyed.explains(event):
            report.faults.append(_of_text(event, _("its text is gone, and no disposal tells of it")))


def _of_text(event: Event, says: str) -> Fault:
    return Fault(ROW, says, stream=event.stream, seq=event.seq, row=event.pk)


class _Destroyed:
    """What was destroyed, as the trail itself tells it: a text may be gone that belonged to it, and no other."""

    def __init__(self) -> None:
        self.people: set[int] = set()
        self.named: set[str] = set()
        said = Event.objects.filter(kind__in=[kind.code for kind in KINDS.values() if kind.destroys])
        for person, facts in said.values_list("person_id", "facts_text").iterator(chunk_size=CHUNK):
            told = json.loads(facts)
            if person and "worker" in told:
                self.people.add(person)
            self.named |= {str(told[name]) for name in ("case", "contact", "file", "worker") if name in told}

    def explains(self, event: Event) -> bool:
        """Return whether an event is of a stream, of a person or about something that was destroyed."""
        if event.person_id in self.people or event.stream.partition(":")[2] in self.named:
            return True
        return any(value in self.named for value in event.facts.values() if isinstance(value, str))
