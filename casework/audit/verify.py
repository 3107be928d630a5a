"""Check the whole trail: every hash, every gap, every head, every trigger."""

import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

from . import chain, triggers
from .keys import SealBroken
from .models import Event, HasStream
from .operation import LINKED

CHUNK = 5000


@dataclass
class Report:
    """What a verification found; `faults` names the first bad row of each stream."""

    rows: int = 0
    streams: int = 0
    seconds: float = 0.0
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


def verify() -> Report:
    """Read every event in order and every head once.

    A changed, swapped, added or removed row breaks its stream's chain; a cut tail breaks the head.
    """
    report, start = Report(), time.perf_counter()
    heads = {owner.stream: (owner.head_seq, bytes(owner.head_hash)) for model in owners() for owner in _heads(model)}
    seen: dict[str, tuple[int, bytes]] = {}
    broken: set[str] = set()
    for event in _events():
        report.rows += 1
        stream = event["stream"]
        if stream in broken:
            continue
        seq, before = seen.get(stream, (0, chain.GENESIS))
        fault = _fault(event, seq, before)
        if fault:
            broken.add(stream)
            report.faults.append(f"{stream}#{event['seq']} (row {event['id']}): {fault}")
        seen[stream] = event["seq"], bytes(event["hash"])
    for stream, head in heads.items():
        if stream not in broken and head != seen.get(stream, (0, b"")):
            at = seen.get(stream, (0, b""))[0]
            report.faults.append(f"{stream}#{at}: the stream ends here and its head says {head[0]}")
    report.faults += [f"{stream}: events without a head" for stream in seen.keys() - heads.keys()]
    report.faults += [f"trigger {name} is missing" for name in triggers.missing(connection)]
    report.streams, report.seconds = len(heads), time.perf_counter() - start
    return report


def _heads(model: type[HasStream]) -> Iterator[Any]:
    return model._default_manager.filter(head_seq__gt=0).iterator(chunk_size=CHUNK)


def _events() -> Iterator[dict[str, Any]]:
    columns = ("id", "hash", *LINKED)
    return iter(Event.objects.order_by("stream", "seq").values(*columns).iterator(chunk_size=CHUNK))


def _fault(event: dict[str, Any], seq: int, before: bytes) -> str:
    if event["seq"] != seq + 1:
        return f"number {seq + 1} is missing" if event["seq"] > seq + 1 else "a number stands twice"
    if bytes(event["prev_hash"]) != before:
        return "it does not follow the row before it"
    try:
        expected = chain.link(**{name: event[name] for name in LINKED})
    except SealBroken as error:
        return str(error)
    return "" if hmac.compare_digest(expected, bytes(event["hash"])) else "its content was changed"
