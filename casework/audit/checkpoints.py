"""Checkpoints: at most five minutes or a thousand events apart, the heads that moved are signed and sent elsewhere.

The chain alone cannot show that its end was cut off, or that somebody who holds its key wrote it anew. What was signed
and sent away can: nobody takes it back.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from . import anchors, chain
from .models import AnchorPlace, Checkpoint, Event, SignedHead
from .places import send

logger = logging.getLogger(__name__)

AFTER = timedelta(minutes=5)
AFTER_EVENTS = 1_000
# PostgreSQL gives a key before its transaction commits, so an event may come to light behind younger ones. So far back
# is looked again; a transaction that ends later than so many others is cut off by the database's timeouts long before.
LOOK_BACK = 10_000


def checkpoint_if_due(at: datetime) -> Checkpoint | None:
    """Make a checkpoint where one is due, and send every place what it lacks; the minute's sweep does this."""
    made = make_checkpoint(at=at) if is_due(at) else None
    send_on(at=at)
    return made


def after_commit(event_ids: list[int]) -> None:
    """Make a checkpoint when a thousand events have come; whatever fails, the sweep tries again."""
    if not event_ids or event_ids[0] // AFTER_EVENTS == (event_ids[-1] + 1) // AFTER_EVENTS:
        return
    try:
        at = timezone.now()
        make_checkpoint(at=at)
        send_on(at=at)
    except Exception:
        logger.exception("no checkpoint could be made, the sweep will try again")


def is_due(at: datetime) -> bool:
    """Return whether there are events no checkpoint covers, and it is time: five minutes, or a thousand of them."""
    last = _last()
    newest = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    waiting = newest - (last.upto if last else 0)
    return waiting > 0 and (last is None or waiting >= AFTER_EVENTS or at - last.made_at >= AFTER)


def make_checkpoint(*, at: datetime) -> Checkpoint | None:
    """Sign the heads that moved since the last checkpoint; none when none did, or when somebody else signs.

    Somebody who makes one at the same moment is faster or slower: there is one of each number.
    """
    try:
        with transaction.atomic():
            return _make(at)
    except anchors.NoSigningKey:
        return None
    except IntegrityError:
        return None


def _make(at: datetime) -> Checkpoint | None:
    last = _last()
    newest = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    moved = _moved((last.upto if last else 0) - LOOK_BACK, newest)
    if not moved:
        return None
    signed = dict(SignedHead.objects.filter(stream__in=moved).values_list("stream", "seq"))
    heads = sorted((stream, seq, hash.hex()) for stream, (seq, hash) in moved.items() if seq > signed.get(stream, 0))
    if not heads:
        return None
    checkpoint = Checkpoint(
        number=last.number + 1 if last else 1,
        made_at=at,
        upto=newest,
        events=(last.events if last else 0) + sum(seq - signed.get(stream, 0) for stream, seq, _hash in heads),
        heads=chain.canonical(heads),
        previous=bytes(last.root) if last else anchors.NOTHING,
    )
    known = anchors.public_keys()
    checkpoint.key_id = max(known, default=1)
    checkpoint.root = anchors.root_of(_said(checkpoint))
    key_id, checkpoint.signature = anchors.sign(bytes(checkpoint.root))
    if key_id != checkpoint.key_id:
        raise anchors.NoSigningKey(f"the newest key is {checkpoint.key_id}, here is the private part of {key_id}")
    checkpoint.save(force_insert=True)
    SignedHead.objects.bulk_create(
        [SignedHead(stream=stream, seq=seq) for stream, seq, _hash in heads],
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=["seq"],
    )
    return checkpoint


def _last() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-number").first()


def _moved(after: int, upto: int) -> dict[str, tuple[int, bytes]]:
    """Return the newest event of each stream among those between two keys: its number and its hash."""
    found: dict[str, tuple[int, bytes]] = {}
    rows = Event.objects.filter(pk__gt=after, pk__lte=upto).order_by("stream", "seq")
    for stream, seq, hash in rows.values_list("stream", "seq", "hash").iterator():
        found[stream] = seq, bytes(hash)
    return found


def _said(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what a checkpoint says, as it is signed."""
    return {
        "number": checkpoint.number,
        "made_at": chain.moment(checkpoint.made_at),
        "upto": checkpoint.upto,
        "events": checkpoint.events,
        "heads": json.loads(checkpoint.heads),
        "previous": bytes(checkpoint.previous).hex(),
        "key": checkpoint.key_id,
    }


def line_of(checkpoint: Checkpoint) -> str:
    """Return a checkpoint as one line of JSON, which proves itself."""
    proof = {"root": bytes(checkpoint.root).hex(), "signature": bytes(checkpoint.signature).hex()}
    return chain.canonical(_said(checkpoint) | proof)


def send_on(*, at: datetime, places: Iterable[str] | None = None) -> None:
    """Send each place the checkpoints it lacks, in their order; one that cannot be reached is tried again later."""
    for name in settings.ANCHOR_PLACES if places is None else places:
        place, _new = AnchorPlace.objects.get_or_create(name=name)
        for checkpoint in Checkpoint.objects.filter(number__gt=place.upto).order_by("number"):
            try:
                send(name, line_of(checkpoint))
            except OSError as error:
                why = type(error).__name__
                logger.error("checkpoint %s did not reach one of its places (%s)", checkpoint.number, why)
                AnchorPlace.objects.filter(pk=name).update(tried_at=at, error=why)
                break
            AnchorPlace.objects.filter(pk=name, upto__lt=checkpoint.number).update(
                upto=checkpoint.number, tried_at=at, error=""
            )


def is_stale(at: datetime) -> bool:
    """Return whether events have waited for twice the promised time to be signed and to reach every place."""
    last = _last()
    overdue = at - 2 * AFTER
    waiting = Event.objects.filter(pk__gt=last.upto if last else 0, recorded_at__lt=overdue)
    if waiting.exists():
        return True
    behind = AnchorPlace.objects.filter(name__in=settings.ANCHOR_PLACES, upto__lt=last.number if last else 0)
    return bool(last and last.made_at < overdue and behind.exists())
