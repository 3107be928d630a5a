"""What was signed outside the database: how a checkpoint is written down, signed, and read back from its file.

Verifying needs the public keys only. The private key may belong to another account of the machine than the one the
house runs as: then nobody who breaks into the house can sign a history of his own.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from . import chain

NOTHING = bytes(32)


class NoSigningKey(Exception):
    """There is no private key here: somebody else signs."""


def root_of(said: dict[str, Any]) -> bytes:
    """Return the root of a checkpoint: a hash over everything it says, the root before it among that."""
    return hashlib.sha256(chain.canonical(said).encode()).digest()


def sign(root: bytes) -> tuple[int, bytes]:
    """Return the number of the key in use, and its signature of a root.

    Raises:
        NoSigningKey: the private key is not here.
    """
    _make_keys_once()
    file = Path(settings.ANCHOR_KEY_FILE)
    try:
        secret = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise NoSigningKey(str(file)) from error
    if not isinstance(secret, Ed25519PrivateKey):
        raise NoSigningKey(f"{file} holds no Ed25519 key")
    public = secret.public_key().public_bytes_raw()
    for number, known in public_keys().items():
        if known.public_bytes_raw() == public:
            return number, secret.sign(root)
    raise NoSigningKey(f"{file} is the private part of no key in {settings.ANCHOR_PUBLIC_KEYS_FILE}")


def public_keys() -> dict[int, Ed25519PublicKey]:
    """Return the public keys by number; none where no key was ever made."""
    file = Path(settings.ANCHOR_PUBLIC_KEYS_FILE)
    return _public_keys(file, file.stat().st_mtime_ns) if file.exists() else {}


@lru_cache(maxsize=4)
def _public_keys(file: Path, _changed: int) -> dict[int, Ed25519PublicKey]:
    known = json.loads(file.read_text())
    return {int(number): Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for number, key in known.items()}


def add_key() -> int:
    """Make a pair of keys, the newest from now on, and return its number; the older public ones stay."""
    secret = Ed25519PrivateKey.generate()
    known = {number: key.public_bytes_raw().hex() for number, key in public_keys().items()}
    number = max(known, default=0) + 1
    known[number] = secret.public_key().public_bytes_raw().hex()
    plain = serialization.NoEncryption()
    pem = secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    _write(Path(settings.ANCHOR_PUBLIC_KEYS_FILE), json.dumps(known, indent=1).encode(), 0o644)
    _write(Path(settings.ANCHOR_KEY_FILE), pem, 0o600)
    return number


def _make_keys_once() -> None:
    """On a machine that has neither file (a first run) make both; where one is here, the other is kept elsewhere."""
    if not Path(settings.ANCHOR_KEY_FILE).exists() and not Path(settings.ANCHOR_PUBLIC_KEYS_FILE).exists():
        add_key()


def _write(file: Path, content: bytes, mode: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
        opened.write(content)
    draft.replace(file)


@dataclass
class Anchors:
    """Checkpoints read back from where they were sent: up to where each stream was signed, and what is wrong.

    Args:
        heads: of each stream the number and the hash of the last event that was signed.
    """

    last: int = 0
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    roots: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(lines: Iterable[str]) -> Anchors:
    """Read checkpoints as they stand in a file; the first that was touched is named, and nothing after it counts."""
    found, known = Anchors(), public_keys()
    for line in lines:
        if fault := _take(found, line, known):
            found.faults.append(f"anchor {found.last + 1}: {fault}")
            break
    return found


def _take(found: Anchors, line: str, known: dict[int, Ed25519PublicKey]) -> str:
    try:
        said = json.loads(line)
        root, signature = bytes.fromhex(said.pop("root")), bytes.fromhex(said.pop("signature"))
        heads = {str(stream): (int(seq), bytes.fromhex(hash)) for stream, seq, hash in said["heads"]}
        number, previous, key = said["number"], bytes.fromhex(said["previous"]), known.get(said["key"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the line cannot be read"
    if number != found.last + 1:
        return f"it is missing, number {number} stands in its place"
    if previous != (found.roots[-1] if found.roots else NOTHING):
        return "it does not follow the one before it"
    if root != root_of(said):
        return "its content was changed"
    if key is None:
        return f"its key {said['key']} is not known here"
    try:
        key.verify(signature, root)
    except InvalidSignature:
        return "its signature is not ours"
    found.last = number
    found.roots.append(root)
    found.heads |= heads
    return ""


def lines_of(file: Path) -> Iterator[str]:
    """Yield the lines of a file of checkpoints; a last one that was cut off while it was written is left out."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        for line in opened:
            if line.endswith("\n"):
                yield line
