"""How events hang together: each stream is a chain of HMACs. Pure functions."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import keys

if TYPE_CHECKING:
    from .models import Event

GENESIS = bytes(32)
# What `body` is made of, in its order.
LINKED = (
    "prev_hash",
    "stream",
    "seq",
    "kind",
    "outcome",
    "actor_id",
    "principal_id",
    "happened_at",
    "recorded_at",
    "request_id",
    "address",
    "facts_text",
    "format",
    "key_id",
    "office_id",
    "person_id",
)
# What precedes a moment: its length, which is always this one.
MOMENT = "\0\0\0\x1b"


def canonical(facts: dict[str, Any]) -> str:
    """Return the one way these facts are written down."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def moment(value: datetime) -> str:
    """Return the one way a moment is written down: UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


# Kept: a chain says the same stream, kind and person over and over, and whole trails are hashed by these.


@lru_cache(maxsize=1 << 14)
def _text(value: str) -> bytes:
    """Return a part preceded by its length."""
    part = value.encode()
    return len(part).to_bytes(4, "big") + part


@lru_cache(maxsize=1 << 14)
def _number(value: int | None) -> bytes:
    return _text("" if value is None else str(value))


@lru_cache(maxsize=1 << 14)
def _what(kind: str, outcome: str, actor_id: int | None, principal_id: int | None) -> bytes:
    return _text(kind) + _text(outcome) + _number(actor_id) + _number(principal_id)


@lru_cache(maxsize=1 << 14)
def _whose(format: int, key_id: int, office_id: int | None, person_id: int | None) -> bytes:
    # events of format 1 were written before events said their office and their person
    place = b"" if format == 1 else _number(office_id) + _number(person_id)
    return _number(format) + _number(key_id) + place


def body(
    prev_hash: bytes,
    stream: str,
    seq: int,
    kind: str,
    outcome: str,
    actor_id: int | None,
    principal_id: int | None,
    happened_at: str,
    recorded_at: str,
    request_id: str,
    address: str,
    facts_text: str,
    format: int,
    key_id: int,
    office_id: int | None,
    person_id: int | None,
) -> bytes:
    """Return what the hash of an event is made of: the hash before it and every column it has.

    Each part is preceded by its length, so that no two different events give the same bytes.
    """
    facts, request = facts_text.encode(), request_id.encode()
    parts = (
        prev_hash,
        _text(stream),
        _number(seq),
        _what(kind, outcome, actor_id, principal_id),
        f"{MOMENT}{happened_at}{MOMENT}{recorded_at}".encode(),
        len(request).to_bytes(4, "big"),
        request,
        _text(address),
        len(facts).to_bytes(4, "big"),
        facts,
        _whose(format, key_id, office_id, person_id),
    )
    return b"".join(parts)


def hashing(key: bytes) -> Callable[[bytes], bytes]:
    """Return what hashes a body under a key: HMAC-SHA-256, of which the key's own part is worked once (RFC 2104)."""
    block = key.ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def hashed(said: bytes) -> bytes:
        within, whole = inner.copy(), outer.copy()
        within.update(said)
        whole.update(within.digest())
        return whole.digest()

    return hashed


def link(event: "Event") -> bytes:
    """Return the hash that binds an event to the one before it."""
    said = {name: getattr(event, name) for name in LINKED}
    said |= {name: moment(said[name]) for name in ("happened_at", "recorded_at")}
    return hmac.digest(keys.key_of("chain", event.key_id)[1], body(**said), "sha256")
