"""Where checkpoints go, outside the database: each place is one class, chosen by how its address begins.

    file:///var/log/gongdao/anchors.jsonl   appended to, whole lines, on the disk before it counts as sent
    file:///var/log/gongdao/                the same, one file for each trail
    udp://loghost:514  tcp://loghost:601  unix:///dev/log    syslog: one short line with root and signature
    mailto:auditor@example.org              the same line by e-mail

What a place did not take is owed to it until it does: the next sweep tries again.
"""

import fcntl
import json
import logging
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Max

from .chain import canonical
from .checkpoints import body
from .models import Checkpoint, Posting

logger = logging.getLogger(__name__)

# Facility 13, log audit; severity 5, notice (RFC 5424).
SYSLOG_PRIORITY = 13 * 8 + 5
PATIENCE_SECONDS = 3.0


class UnknownPlace(ValueError):
    """An address in ANCHOR_PLACES that begins like no place we know."""


class Place(Protocol):
    """Somewhere a checkpoint is kept."""

    name: str

    def send(self, owed: list[Checkpoint]) -> Iterator[Checkpoint]:
        """Send what is owed, in order; return each when the place has it."""
        ...


def line_of(checkpoint: Checkpoint) -> str:
    """Return a checkpoint as the line of a file: everything it says, so that the file verifies by itself."""
    return canonical({**body(checkpoint), "root": checkpoint.root, "signature": checkpoint.signature})


def brief(checkpoint: Checkpoint) -> str:
    """Return what fits into a datagram: enough to recognise the checkpoint and its signer."""
    said = {name: getattr(checkpoint, name) for name in ("number", "events", "root", "signature", "previous")}
    return canonical({**said, "key": checkpoint.key_id})


class File:
    """A file that is only ever appended to. Each machine has its own, and each holds every checkpoint."""

    def __init__(self, address: str) -> None:
        self.path = Path(urlsplit(address).path)
        self.folder = address.endswith("/")
        self.name = f"{socket.gethostname()}:{self.path}"

    def file(self) -> Path | None:
        """Return the file; none while there is no trail to name it after."""
        if not self.folder:
            return self.path
        first = Checkpoint.objects.filter(number=1).values_list("previous", flat=True).first()
        return self.path / f"{first[:16]}.jsonl" if first else None

    def send(self, owed: list[Checkpoint]) -> Iterator[Checkpoint]:
        """Append what the file lacks."""
        file = self.file()
        if file is not None:
            append_missing(file)
            yield from owed


class Syslog:
    """A syslog receiver: by datagram, by TCP, or the machine's own."""

    def __init__(self, address: str) -> None:
        self.address, self.name = urlsplit(address), address

    def send(self, owed: list[Checkpoint]) -> Iterator[Checkpoint]:
        """Send a line for each."""
        with self._connected() as receiver:
            for checkpoint in owed:
                # RFC 3164 without a time: the receiver's clock is the better witness
                line = f"<{SYSLOG_PRIORITY}>gongdao: checkpoint {brief(checkpoint)}".encode()
                receiver.sendall(line + b"\n" if receiver.type == socket.SOCK_STREAM else line)
                yield checkpoint

    def _connected(self) -> socket.socket:
        if self.address.scheme == "tcp":
            return socket.create_connection((self.address.hostname, self.address.port or 601), PATIENCE_SECONDS)
        unix = self.address.scheme == "unix"
        receiver = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_DGRAM)
        receiver.settimeout(PATIENCE_SECONDS)
        try:
            receiver.connect(self.address.path if unix else (self.address.hostname, self.address.port or 514))
        except OSError:
            receiver.close()
            raise
        return receiver


class Mail:
    """Somebody's mailbox."""

    def __init__(self, address: str) -> None:
        self.to, self.name = address.removeprefix("mailto:"), address

    def send(self, owed: list[Checkpoint]) -> Iterator[Checkpoint]:
        """Send one message with a line for each."""
        lines = "\n".join(map(brief, owed))
        send_mail(f"gongdao checkpoint {owed[-1].number}", lines, None, [self.to])
        yield from owed


KINDS: dict[str, Any] = {"file": File, "udp": Syslog, "tcp": Syslog, "unix": Syslog, "mailto": Mail}


def place_at(address: str) -> Place:
    """Return the place with this address.

    Raises:
        UnknownPlace: nothing of ours is addressed so.
    """
    scheme = urlsplit(address).scheme
    if scheme not in KINDS:
        raise UnknownPlace(address)
    return KINDS[scheme](address)


def places() -> list[Place]:
    """Return the places of this installation."""
    return [place_at(address) for address in settings.ANCHOR_PLACES]


def send_owed(*, at: datetime) -> list[str]:
    """Send to each place what it has not got; return the names of those that took it not."""
    failed = []
    for place in places():
        sent = Posting.objects.filter(place=place.name).aggregate(last=Max("checkpoint"))["last"] or 0
        owed = list(Checkpoint.objects.filter(number__gt=sent).order_by("number"))
        if not owed:
            continue
        try:
            for checkpoint in place.send(owed):
                Posting.objects.bulk_create(
                    [Posting(checkpoint=checkpoint, place=place.name, posted_at=at)], ignore_conflicts=True
                )
        except (OSError, ValueError):  # SMTPException is an OSError
            logger.exception("checkpoints did not reach %s, the next sweep tries again", place.name)
            failed.append(place.name)
    return failed


def append_missing(file: Path) -> int:
    """Append the checkpoints a file lacks, whoever else is appending; return how many."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(descriptor, "r+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        missing = list(Checkpoint.objects.filter(number__gt=_last_number(out)).order_by("number"))
        for checkpoint in missing:
            out.write(line_of(checkpoint).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return len(missing)


def _last_number(file: Any) -> int:
    """Return the number of the last checkpoint in a file; a line torn by a crash is ended, and counts for nothing."""
    size, reach = file.seek(0, os.SEEK_END), 1 << 16
    while True:
        begin = file.seek(max(0, size - reach))
        *lines, torn = file.read().split(b"\n")
        whole = [line for line in (lines if begin == 0 else lines[1:]) if line.startswith(b"{") and line.endswith(b"}")]
        if whole or begin == 0:
            break
        reach *= 4
    if torn:
        file.write(b"\n")
    return json.loads(whole[-1])["number"] if whole else 0
