"""The keys of checkpoints: who signs needs the private one, which may belong to another system user; who verifies,
the public one only.

Two files, each {"1": hex, "2": hex}. Both are made at the first use when neither is there. Old public keys stay: they
verify what was signed with them.
"""

import json
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

# What is signed says what it is, so that no other signature of this key could pass for a checkpoint's.
CONTEXT = b"gongdao checkpoint "


class NoSigningKey(Exception):
    """The private key is not here, or not for this system user."""


def can_sign() -> bool:
    """Return whether this process may make checkpoints."""
    try:
        newest()
    except NoSigningKey:
        return False
    return True


def newest() -> int:
    """Return the number of the key in use.

    Raises:
        NoSigningKey: there is none for this system user.
    """
    return max(_private())


def sign(number: int, root: str) -> str:
    """Return the signature of a root, in hex."""
    return _private()[number].sign(CONTEXT + bytes.fromhex(root)).hex()


def signed(number: int, root: str, signature: str) -> bool:
    """Return whether the signature is that of a key we know, over this root."""
    try:
        _public()[number].verify(bytes.fromhex(signature), CONTEXT + bytes.fromhex(root))
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return False
    return True


def add_key() -> int:
    """Make the next pair of keys, which signs from now on; return its number."""
    private, public = (_read(Path(path)) for path in (settings.ANCHOR_KEY_FILE, settings.ANCHOR_PUBLIC_KEYS_FILE))
    number = max(map(int, public), default=0) + 1
    key = Ed25519PrivateKey.generate()
    public[str(number)] = key.public_key().public_bytes_raw().hex()
    private[str(number)] = key.private_bytes_raw().hex()
    # the public one first: a checkpoint whose key nobody knows would look forged
    _write(Path(settings.ANCHOR_PUBLIC_KEYS_FILE), public, 0o644)
    _write(Path(settings.ANCHOR_KEY_FILE), private, 0o600)
    _parsed.cache_clear()
    return number


def _private() -> dict[int, Ed25519PrivateKey]:
    file, public = Path(settings.ANCHOR_KEY_FILE), Path(settings.ANCHOR_PUBLIC_KEYS_FILE)
    try:
        if not file.exists() and not public.exists():
            add_key()
        return {
            number: Ed25519PrivateKey.from_private_bytes(key) for number, key in _parsed(file, _version(file)).items()
        }
    except OSError as error:
        raise NoSigningKey(str(file)) from error


def _public() -> dict[int, Ed25519PublicKey]:
    file = Path(settings.ANCHOR_PUBLIC_KEYS_FILE)
    if not file.exists():
        return {}
    return {number: Ed25519PublicKey.from_public_bytes(key) for number, key in _parsed(file, _version(file)).items()}


def _version(file: Path) -> int:
    return file.stat().st_mtime_ns


@lru_cache(maxsize=8)
def _parsed(file: Path, _written: int) -> dict[int, bytes]:
    return {int(number): bytes.fromhex(key) for number, key in _read(file).items()}


def _read(file: Path) -> dict[str, str]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, keys: dict[str, str], mode: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as out:
        json.dump(keys, out, indent=1)
    draft.replace(file)
