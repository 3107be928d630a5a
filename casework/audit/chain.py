"""How events hang together: each stream is a chain of HMACs. Pure functions."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from . import keys

GENESIS = bytes(32)


def canonical(facts: dict[str, Any]) -> str:
    """Return the one way these facts are written down."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _moment(value: datetime) -> str:
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
    """Return the hash of an event over every column it has and the hash before it.

    Each part is preceded by its length, so that no two different events give the same bytes. Events of format 1 were
    written before events said their office and their person.
    """
    parts: tuple[str, ...] = (
        stream,
        str(seq),
        kind,
        outcome,
        str(actor_id or ""),
        str(principal_id or ""),
        _moment(happened_at),
        _moment(recorded_at),
        request_id,
        address,
        facts_text,
        str(format),
        str(key_id),
    )
    if format > 1:
        parts += (str(office_id or ""), str(person_id or ""))
    body = b"".join(len(part).to_bytes(4, "big") + part for part in (text.encode() for text in parts))
    return hmac.new(keys.key_of("chain", key_id)[1], prev_hash + body, hashlib.sha256).digest()
