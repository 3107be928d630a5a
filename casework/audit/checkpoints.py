"""Checkpoints: what the trail looked like at a moment, signed, so that a copy elsewhere shows any change of the past.

A checkpoint is no event: it would need the next checkpoint, for ever. It is made by the minute's sweep when four
minutes passed, after a commit when a thousand events came, or by `manage.py audit anchor` of another system user.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from . import anchor_keys
from .chain import canonical, moment
from .models import Checkpoint, Event

logger = logging.getLogger(__name__)

# At most five minutes lie between two; the sweep that would be late comes a minute after this one.
APART = timedelta(minutes=4)
# What is older than this and stands in no checkpoint, or in none that was sent, is an alarm.
STALE = timedelta(minutes=7)

MOVED = """
SELECT e.stream, latest.first, e.seq, e.hash FROM casework_event e
JOIN (SELECT stream, MIN(seq) AS first, MAX(seq) AS seq FROM casework_event
      WHERE id > %s AND id <= %s GROUP BY stream) latest
ON e.stream = latest.stream AND e.seq = latest.seq ORDER BY e.stream
"""


def body(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what a checkpoint's root is made of: every column but the root and the signature."""
    return {
        "number": checkpoint.number,
        "made_at": moment(checkpoint.made_at),
        "previous": checkpoint.previous,
        "events": checkpoint.events,
        "upto": checkpoint.upto,
        "horizon": checkpoint.horizon,
        "settled": checkpoint.settled,
        "key": checkpoint.key_id,
        "heads": checkpoint.heads,
    }


def root_of(said: dict[str, Any]) -> str:
    """Return the root of what a checkpoint says."""
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def latest() -> Checkpoint | None:
    """Return the newest checkpoint."""
    return Checkpoint.objects.order_by("-number").first()


def make_when_due(*, at: datetime) -> Checkpoint | None:
    """Make a checkpoint when the last one is four minutes old or a thousand events came since, and anything moved."""
    newest = Event.objects.aggregate(newest=Max("id"))["newest"]
    last = latest()
    if newest is None or not anchor_keys.can_sign():
        return None
    if last is not None and at - last.made_at < APART and newest - last.upto < settings.ANCHOR_EVENTS:
        return None
    return make(at=at)


def make(*, at: datetime, forced: bool = False) -> Checkpoint | None:
    """Make a checkpoint now; none when nothing moved, or when somebody else was faster.

    Args:
        forced: also when nothing moved, as proof that nothing did.

    Raises:
        NoSigningKey: the private key is not for this system user.
    """
    with transaction.atomic():
        last = latest()
        came, heads, looked = _moved(last)
        if not heads and not forced:
            return None
        one = Checkpoint(
            number=last.number + 1 if last else 1,
            made_at=at,
            previous=last.root if last else secrets.token_hex(32),
            heads_text=canonical(heads),  # type: ignore[arg-type]
            events=(last.events if last else 0) + came,
            key_id=anchor_keys.newest(),
            **looked,
        )
        one.root = root_of(body(one))
        one.signature = anchor_keys.sign(one.key_id, one.root)
        try:
            with transaction.atomic():
                one.save(force_insert=True)
        except IntegrityError:
            return None
    return one


def _moved(last: Checkpoint | None) -> tuple[int, list[list[Any]], dict[str, int]]:
    """Return how many events came, the heads they moved, and what was looked at.

    PostgreSQL gives events their ids when they are inserted and shows them when they are committed: an event may
    appear long after one with a higher id. So each checkpoint keeps `upto`, the highest id it saw, and `horizon`, the
    transaction number nobody had then. When every transaction below that number has ended, nothing can appear at or
    below that `upto` any more: it is `settled`. The next checkpoint looks at all events above what is settled and
    leaves out the heads that the checkpoints since then have said already; what is committed while it looks has a
    higher id than `upto` and is the next one's. On SQLite, where one writes at a time, everything is settled at once.
    """
    settled = last.settled if last else 0
    said: dict[str, int] = {}
    recent = list(Checkpoint.objects.filter(upto__gt=settled).order_by("number"))
    for one in recent:
        said |= {stream: seq for stream, seq, _hash in one.heads}
    upto = Event.objects.aggregate(upto=Max("id"))["upto"] or 0
    running, horizon = _transactions()
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [settled, upto])
        found = [row for row in cursor.fetchall() if row[2] > said.get(row[0], 0)]
    heads = [[stream, seq, bytes(hash).hex()] for stream, _first, seq, hash in found]
    came = sum(seq - max(said.get(stream, 0), first - 1) for stream, first, seq, _hash in found)
    done = [one.upto for one in recent if one.horizon <= running]
    if running == horizon:
        done.append(upto)
    return came, heads, {"upto": upto, "horizon": horizon, "settled": max([settled, *done])}


def _transactions() -> tuple[int, int]:
    """Return the number of the oldest transaction that still runs, and the first number nobody has yet."""
    if connection.vendor != "postgresql":
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint "
            "FROM pg_current_snapshot() now"
        )
        return cursor.fetchone()


_asked = 0


def after_commit(events: list[Event]) -> None:
    """See to it that a checkpoint is made when a thousand events came; the sweep sends it on."""
    global _asked
    newest = events[-1].pk
    if abs(newest - _asked) < settings.ANCHOR_EVENTS:
        return
    try:
        last = latest()
        _asked = last.upto if last else 0
        if newest - _asked >= settings.ANCHOR_EVENTS and (made := make_when_due(at=timezone.now())):
            _asked = made.upto
    except Exception:
        logger.exception("no checkpoint could be made, the sweep will try again")


def stale(at: datetime) -> bool:
    """Return whether events wait for a checkpoint, or checkpoints for their places, longer than they may."""
    last = latest()
    waiting = Event.objects.filter(recorded_at__lt=at - STALE)
    if waiting.filter(id__gt=last.upto if last else 0).exists():
        return True
    old = (
        Checkpoint.objects.filter(made_at__lt=at - STALE).annotate(places=Count("postings")).order_by("-number").first()
    )
    return old is not None and old.places < min(2, len(settings.ANCHOR_PLACES))
