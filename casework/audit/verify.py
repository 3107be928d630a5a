"""Check the whole trail: every hash, every gap, every head, every trigger, and what was signed outside the database."""

import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from . import chain, keys, triggers
from .anchors import Anchors
from .keys import SealBroken
from .models import Checkpoint, Event, EventText, HasStream
from .operation import LINKED

CHUNK = 5000
MOMENTS = ("happened_at", "recorded_at")
# The database writes a moment down as `chain.moment` does: Python would take longer for it than for all the rest.
WRITTEN = {
    "postgresql": """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "sqlite": "replace(substr({0} || CASE WHEN length({0}) = 19 THEN '.000000' ELSE '' END, 1, 26), ' ', 'T') || 'Z'",
}
Head = tuple[int, bytes]


@dataclass
class Report:
    """What a verification found; `faults` names the first bad row of each stream.

    `younger`: how many events no anchor covers yet; none: there is no anchor at all.
    """

    rows: int = 0
    streams: int = 0
    seconds: float = 0.0
    younger: int | None = None
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


def verify(anchors: Anchors | None = None, *, progress: Callable[[int], object] = lambda rows: None) -> Report:
    """Read every event in order and every head once.

    A changed, swapped, added or removed row breaks its stream's chain; a cut tail breaks the head. What was rebuilt
    with its head, by somebody who has the keys, breaks the anchors: they were signed elsewhere.

    Args:
        anchors: what was signed outside the database.
        progress: told how many rows have been read, again and again.
    """
    report, start = Report(), time.perf_counter()
    heads = {owner.stream: (owner.head_seq, bytes(owner.head_hash)) for model in owners() for owner in _heads(model)}
    anchored = anchors.heads if anchors else {}
    ends = _read_on(report, anchored, progress)
    for stream, head in heads.items():
        end = ends.get(stream, (0, b""))
        if end is not None and head != end:
            report.faults.append(f"{stream}#{end[0]}: the stream ends here and its head says {head[0]}")
    report.faults += [f"{stream}: events without a head" for stream in ends.keys() - heads.keys()]
    for stream, (seq, _hash) in anchored.items():
        end = ends.get(stream, (0, b""))
        if end is not None and end[0] < seq:
            report.faults.append(f"{stream}#{end[0]}: the stream ends here and was signed up to {seq}")
    report.faults += [f"trigger {name} is missing" for name in triggers.missing(connection)]
    if anchors:
        report.faults += [*anchors.faults, *_compare(anchors)]
        report.younger = report.rows - sum(seq for seq, _hash in anchored.values())
    report.streams, report.seconds = len(heads), time.perf_counter() - start
    return report


def _read_on(report: Report, anchored: Mapping[str, Head], progress: Callable[[int], object]) -> dict[str, Head | None]:
    """Read every event; return where each stream ends, and nothing for one whose first bad row was named."""
    ends: dict[str, Head | None] = {}
    stream: Any = None
    last, before, signed = 0, chain.GENESIS, (0, b"")
    key_of = cache(lambda number: keys.key_of("chain", number)[1])
    for rows in _events():
        for row in rows:
            if row[3] != stream:
                stream, last, before = row[3], 0, chain.GENESIS
                signed = anchored.get(stream, (0, b""))
            elif ends[stream] is None:
                continue
            if fault := _fault(row, last, before, signed, key_of):
                report.faults.append(f"{stream}#{row[4]} (row {row[0]}): {fault}")
                ends[stream] = None
                continue
            last, before = row[4], bytes(row[1])
            ends[stream] = last, before
        report.rows += len(rows)
        progress(report.rows)
    return ends


def _fault(row: Any, last: int, before: bytes, signed: Head, key_of: Callable[[int], bytes]) -> str:
    """Return what is wrong with an event that follows another; "" when nothing is."""
    _row, found, prev_hash, _stream, seq, *_rest = row
    try:
        if seq != last + 1:
            return f"number {last + 1} is missing" if seq > last + 1 else "a number stands twice"
        if bytes(prev_hash) != before:
            return "it does not follow the row before it"
        if not hmac.compare_digest(chain.hash_of(key_of(row[15]), before, *row[3:]), bytes(found)):
            return "its content was changed"
    except SealBroken as error:
        return str(error)
    except (AttributeError, TypeError, ValueError):
        return "a column holds what it cannot hold"
    if seq == signed[0] and bytes(found) != signed[1]:
        return "another event was signed in its place"
    return ""


def _compare(anchors: Anchors) -> Iterator[str]:
    """Compare the checkpoints of the database with what was sent away; yield the first that differs."""
    kept = list(Checkpoint.objects.order_by("number").values_list("number", "root"))
    for (number, root), signed in zip(kept, anchors.roots, strict=False):
        if bytes(root) != signed:
            yield f"checkpoint {number}: another one was sent away"
            return
    if len(kept) < len(anchors.roots):
        yield f"checkpoint {len(kept) + 1}: it was sent away, and the database has it no more"


def _heads(model: type[HasStream]) -> Iterator[Any]:
    return model._default_manager.filter(head_seq__gt=0).iterator(chunk_size=CHUNK)


def _events() -> Iterator[list[tuple[Any, ...]]]:
    """Yield all events, stream by stream in their order, some thousand at a time.

    Each is its key, its hash, and what that is made of, in the order of `chain.hash_of`.
    """
    written = WRITTEN[connection.vendor]
    columns = ", ".join(written.format(name) if name in MOMENTS else name for name in LINKED)
    sql = f"SELECT id, hash, {columns} FROM {Event._meta.db_table} ORDER BY stream, seq"  # noqa: S608  our own names
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def texts() -> Iterator[str]:
    """Open every free text and compare it with the digest its event keeps; yield what is wrong."""
    for text in EventText.objects.select_related("event").order_by("pk").iterator(chunk_size=CHUNK):
        event = text.event
        try:
            words = keys.unseal(f"{event.stream}#{event.seq}", bytes(text.ciphertext)).decode()
        except (SealBroken, ValueError):
            yield f"{event.stream}#{event.seq} (row {event.pk}): its text cannot be opened"
            continue
        if event.facts.get("text") != keys.digest("event.text", words):
            yield f"{event.stream}#{event.seq} (row {event.pk}): another text stands in its place"
