"""The key ring: one file, three kinds of keys, each versioned.

`chain` binds the trail, `digest` makes the keyed hashes that look-ups use, `field` encrypts. A keyed
hash and not a plain one, because all phone numbers of the country can be hashed in an afternoon.

Everything says which key made it. The newest key in use writes, every key of the ring reads, so keys can be
changed beneath a running office: `rotation.py` writes anew what older keys made.
"""

import fcntl
import hashlib
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

logger = logging.getLogger(__name__)

KINDS = ("chain", "digest", "field")
FORMAT = 1
NONCE_BYTES = 12
TAG_BYTES = 16
# What is made with a key names it in one byte.
MOST_KEYS = 255
HASH_LENGTH = 64
# How long a process still opens with a key that has left the ring: for what it had read before.
LINGERS_SECONDS = 60.0


class SealBroken(Exception):
    """A sealed value was changed, moved to another row, or its key is not on the ring."""


class Ring(NamedTuple):
    """The keys as the file held them at one moment."""

    version: tuple[int, int, int]
    keys: dict[str, dict[int, bytes]]
    # Keys that every process knows already and none writes with yet.
    waiting: frozenset[tuple[str, int]]
    # Keys that left the ring lately, and until when they still open.
    gone: dict[tuple[str, int], bytes]
    gone_until: float


_held: dict[str, Ring] = {}


def _ring() -> Ring:
    """Return the ring; a changed file is read anew, one that cannot be read leaves us the keys we have."""
    path = os.fspath(settings.KEYS_FILE)
    held = _held.get(path)
    try:
        version = _version(path)
        if held is not None and held.version == version:
            return held
        ring = _loaded(json.loads(Path(path).read_text()), version, held)
    except FileNotFoundError:
        if held is not None:
            return held
        _make(Path(path))
        return _ring()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        if held is None:
            raise
        logger.exception("the key ring cannot be read: its keys are used as they were")
        return held
    _held[path] = ring
    return ring


def _version(path: str) -> tuple[int, int, int]:
    file = os.stat(path)
    return file.st_ino, file.st_mtime_ns, file.st_size


def _loaded(said: dict[str, Any], version: tuple[int, int, int], before: Ring | None) -> Ring:
    keys = {kind: {int(number): bytes.fromhex(key) for number, key in said[kind].items()} for kind in KINDS}
    gone = {
        (kind, number): key
        for kind, ours in (before.keys if before else {}).items()
        for number, key in ours.items()
        if number not in keys[kind]
    }
    waiting = frozenset((kind, number) for kind, numbers in said.get("waiting", {}).items() for number in numbers)
    return Ring(version, keys, waiting, gone, time.monotonic() + LINGERS_SECONDS)


def _make(path: Path) -> None:
    """Write the first ring."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.new")
    _write(draft, {kind: {"1": secrets.token_hex(32)} for kind in KINDS})
    try:
        os.link(draft, path)  # fails when another process was first: then its ring is the ring
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(draft: Path, said: dict[str, Any]) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _changing() -> Iterator[dict[str, Any]]:
    """Change what the file says, one process at a time; readers see the file before or the file after."""
    _ring()
    path = Path(settings.KEYS_FILE)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said, owner = json.loads(path.read_text()), path.stat()
        yield said
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.unlink(missing_ok=True)
        _write(draft, said)
        if (os.geteuid(), os.getegid()) != (owner.st_uid, owner.st_gid):
            os.chown(draft, owner.st_uid, owner.st_gid)
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def add(kind: str) -> int:
    """Make the next key of a kind and return its number; nothing is made with it before `take_in_use`.

    Raises:
        OverflowError: there were 255 keys of this kind.
    """
    with _changing() as said:
        number = max(map(int, said[kind])) + 1
        if number > MOST_KEYS:
            raise OverflowError(f"there were {MOST_KEYS} keys of {kind}")
        said[kind][str(number)] = secrets.token_hex(32)
        said.setdefault("waiting", {}).setdefault(kind, []).append(number)
    return number


def take_in_use(kind: str) -> int:
    """Have everything new made with the newest key of a kind; return its number."""
    with _changing() as said:
        said.setdefault("waiting", {}).pop(kind, None)
        return max(map(int, said[kind]))


def drop(kind: str, number: int) -> None:
    """Take a key off the ring; what it had sealed is lost, so ask `rotation.in_use` first."""
    with _changing() as said:
        del said[kind][str(number)]


def numbers(kind: str) -> list[int]:
    """Return the numbers of the keys of a kind, the oldest first."""
    return sorted(_ring().keys[kind])


def key_of(kind: str, number: int | None = None) -> tuple[int, bytes]:
    """Return (number, key) of a kind; without a number, the newest in use.

    Raises:
        SealBroken: the ring holds no such key.
    """
    ring = _ring()
    keys = ring.keys[kind]
    if number is None:
        number = max(one for one in keys if (kind, one) not in ring.waiting)
    if number in keys:
        return number, keys[number]
    if (kind, number) in ring.gone and time.monotonic() < ring.gone_until:
        return number, ring.gone[kind, number]
    raise SealBroken(f"key {kind}/{number} is not on the ring")


# ---- keyed hashes ----------------------------------------------------------------------------------------


def digest(purpose: str, value: str, number: int | None = None) -> str:
    """Keyed hash of a value, at most 64 signs; `purpose` ("worker.phone") keeps columns from being compared.

    It begins with the number of its key ("2:…"); those of the first key do not.
    """
    number, key = key_of("digest", number)
    found = _hmac(key, purpose, value)
    return found if number == 1 else f"{number}:{found}"[:HASH_LENGTH]


def digests(purpose: str, value: str) -> list[str]:
    """Return every keyed hash a value may be found under: one, and more while the key is being changed."""
    return [digest(purpose, value, number) for number in numbers("digest")]


def witness(purpose: str, value: str) -> str:
    """Keyed hash of a text that stands elsewhere and may be shredded there.

    It is made with a key of the trail: these stay, because they verify what was written with them.
    """
    number, key = key_of("chain")
    return f"chain/{number}:{_hmac(key, purpose, value)}"


def witnessed(said: str, purpose: str, value: str) -> bool:
    """Return whether a witness speaks of this text. The first ones were made with the first key of look-ups.

    Raises:
        SealBroken: its key is not on the ring.
    """
    maker, colon, found = said.rpartition(":")
    kind, _, number = maker.partition("/") if colon else ("digest", "", "1")
    if kind not in KINDS or not number.isdecimal():
        return False
    return hmac.compare_digest(_hmac(key_of(kind, int(number))[1], purpose, value), found)


def _hmac(key: bytes, purpose: str, value: str) -> str:
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


# ---- sealing ---------------------------------------------------------------------------------------------


def seal(aad: str, plain: bytes) -> bytes:
    """Encrypt with AES-256-GCM; `aad` ("casework_worker.phone:<uuid>") binds the value to its place."""
    number, key = key_of("field")
    nonce = os.urandom(NONCE_BYTES)
    return bytes([FORMAT, number]) + nonce + AESGCM(key).encrypt(nonce, plain, aad.encode())


def unseal(aad: str, sealed: bytes) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        SealBroken: the value was changed or belongs elsewhere.
    """
    if len(sealed) < 2 + NONCE_BYTES + TAG_BYTES or sealed[0] != FORMAT:
        raise SealBroken(f"what stands in {_column(aad)} was not sealed by us")
    _, key = key_of("field", sealed[1])
    nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, aad.encode())
    except InvalidTag as error:
        raise SealBroken(f"sealed value does not belong to {_column(aad)}") from error


def _column(aad: str) -> str:
    return aad.split(":")[0]


def is_old(sealed: bytes) -> bool:
    """Return whether an older key than the one in use sealed this."""
    return len(sealed) > 1 and sealed[1] != key_of("field")[0]


def resealed(aad: str, sealed: bytes) -> bytes:
    """Return the same value sealed with the key in use.

    Raises:
        SealBroken: it was changed or belongs elsewhere.
    """
    return seal(aad, unseal(aad, sealed))
