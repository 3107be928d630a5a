"""The key ring: one file, three kinds of keys, each versioned.

`chain` binds the trail, `digest` makes the keyed hashes that look-ups use, `field` encrypts. A keyed
hash and not a plain one, because all phone numbers of the country can be hashed in an afternoon.
"""

import hashlib
import hmac
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = 1
NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value was changed, moved to another row, or its key is not on the ring."""


def _new_ring() -> dict[str, dict[str, str]]:
    return {kind: {"1": secrets.token_hex(32)} for kind in ("chain", "digest", "field")}


def _load(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(_new_ring(), file, indent=1)
        try:
            os.link(draft, path)  # fails when another process was first: then its ring is the ring
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text())


@lru_cache(maxsize=4)
def _ring(path: Path) -> dict[str, dict[int, bytes]]:
    return {
        kind: {int(number): bytes.fromhex(key) for number, key in keys.items()} for kind, keys in _load(path).items()
    }


def key_of(kind: str, number: int | None = None) -> tuple[int, bytes]:
    """Return (number, key) of a kind; without a number, the newest, which is the one in use.

    Raises:
        SealBroken: the ring holds no such key.
    """
    keys = _ring(Path(settings.KEYS_FILE))[kind]
    number = max(keys) if number is None else number
    if number not in keys:
        raise SealBroken(f"key {kind}/{number} is not on the ring")
    return number, keys[number]


def digest(purpose: str, value: str) -> str:
    """Keyed hash of a value, 64 hex digits; `purpose` ("worker.phone") keeps columns from being compared."""
    key = min(_ring(Path(settings.KEYS_FILE))["digest"].items())[1]
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


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
    if len(sealed) < 2 + NONCE_BYTES or sealed[0] != FORMAT:
        raise SealBroken(f"sealed value of {aad.split(':')[0]} has no form we know")
    _, key = key_of("field", sealed[1])
    nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, aad.encode())
    except InvalidTag as error:
        raise SealBroken(f"sealed value does not belong to {aad.split(':')[0]}") from error
