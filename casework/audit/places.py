"""The places outside the database that checkpoints are sent to, each by its address.

`file:///var/log/gongdao/anchors.jsonl` appends a line, which holds the heads and proves itself. `syslog://host:port`
(or `syslog:///dev/log`) sends a short one to the system's log or another machine's: number, root and signature, enough
to show that the file was not changed. `mailto:audit@example.org` sends the same short one by e-mail.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.core.mail import send_mail

# <14>: facility user, severity informational (RFC 3164).
PRIORITY = b"<14>gongdao: "
SYSLOG_PORT = 514
PATIENCE_SECONDS = 5


def send(place: str, line: str) -> None:
    """Send a checkpoint to a place.

    Raises:
        OSError: the place cannot be reached; also for an address that is none.
    """
    address = urlsplit(place)
    way = PLACES.get(address.scheme)
    if way is None:
        raise OSError(f"{address.scheme}: is no place")
    way(place, line)


def file_of(place: str) -> Path | None:
    """Return the file that a place is, if it is one."""
    address = urlsplit(place)
    return Path(address.path) if address.scheme == "file" else None


def _append(place: str, line: str) -> None:
    """Append to a file, and wait until the disk has it."""
    path = urlsplit(place).path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        file.write(f"{line}\n".encode())
        os.fsync(file.fileno())


def _syslog(place: str, line: str) -> None:
    """Send to a syslog receiver: another machine's by UDP, this one's by its socket."""
    address = urlsplit(place)
    family = socket.AF_INET if address.hostname else socket.AF_UNIX
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.settimeout(PATIENCE_SECONDS)
        sender.connect((address.hostname, address.port or SYSLOG_PORT) if address.hostname else address.path)
        sender.send(PRIORITY + short(line).encode())


def _mail(place: str, line: str) -> None:
    try:
        send_mail("Gongdao: checkpoint of the trail", short(line), None, [urlsplit(place).path])
    except SMTPException as error:
        raise OSError(type(error).__name__) from error


def short(line: str) -> str:
    """Return a checkpoint without its heads: they may be too many for one message."""
    said = json.loads(line)
    return " ".join(f"{name}={said[name]}" for name in ("number", "made_at", "events", "root", "signature"))


PLACES: dict[str, Callable[[str, str], None]] = {"file": _append, "syslog": _syslog, "mailto": _mail}
