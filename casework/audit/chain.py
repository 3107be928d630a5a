"""How events hang together: each stream is a chain of HMACs. Pure functions."""

import hmac
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from . import keys

GENESIS = bytes(32)


def canonical(facts: Any) -> str:
    """Return the one way these facts are written down."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def moment(value: datetime) -> str:
    """Return the one way a moment is written down: to the microsecond, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(
    *,
    prev_hash: bytes,
    stream: str,
    seq: int,
    kind: str,
    outcome: str,
    actor_id: int | None,
    principal_id: int | None,
    happened_at: datetime,
    recorded_at: datetime,
    request_id: str,
    address: str,
    facts_text: str,
    format: int,
    key_id: int,
    office_id: int | None,
    person_id: int | None,
) -> bytes:
    """Return the hash of an event over every column it has and the hash before it."""
    return hash_of(
        keys.key_of("chain", key_id)[1],
        prev_hash,
        stream,
        seq,
        kind,
        outcome,
        actor_id,
        principal_id,
        moment(happened_at),
        moment(recorded_at),
        request_id,
        address,
        facts_text,
        format,
        key_id,
        office_id,
        person_id,
    )


def hash_of(
    key: bytes,
    prev_hash: bytes,
    stream: str,
    seq: int,
    kind: str,
    outcome: str,
    actor_id: int | None,
    principal_id: int | None,
    happened: str,
    recorded: str,
    request_id: str,
    address: str,
    facts_text: str,
    format: int,
    key_id: int,
    office_id: int | None,
    person_id: int | None,
) -> bytes:
    """Return the hash of an event whose moments are written down already (`moment`).

    Each part is preceded by its length, so that no two different events give the same bytes. Events of format 1 were
    written before events said their office and their person. Verifying asks this for every event there ever was: parts
    that come again and again are written once.
    """
    parts = [
        prev_hash,
        _again(stream),
        _number(seq),
        _again(kind),
        _again(outcome),
        _number(actor_id),
        _number(principal_id),
        _part(happened),
        _part(recorded),
        _part(request_id),
        _again(address),
        _part(facts_text),
        _number(format),
        _number(key_id),
    ]
    if format > 1:
        parts += (_number(office_id), _number(person_id))
    return hmac.digest(key, b"".join(parts), "sha256")


def _part(text: str) -> bytes:
    written = text.encode()
    return len(written).to_bytes(4, "big") + written


@lru_cache(maxsize=1 << 16)
def _again(text: str) -> bytes:
    return _part(text)


# By type, too: a number that somebody made a text of, or a fraction, is another value.
@lru_cache(maxsize=1 << 16, typed=True)
def _number(value: int | None) -> bytes:
    if value is not None and not isinstance(value, int):
        raise TypeError("no number")
    return _part("" if value is None else str(value))
