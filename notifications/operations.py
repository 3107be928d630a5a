"""What changes an inbox beside the dispatch: reading it, and the sweep that finds what a crash left."""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Least

from casework.audit.models import Event
from casework.staff.models import User

from . import hints
from .dispatch import dispatch
from .models import Inbox, SweepMark
from .recipients import rules

logger = logging.getLogger(__name__)

AT_ONCE = 200
# Longer than any transaction may live: an event with a smaller id cannot appear after that.
SETTLED_AFTER = timedelta(minutes=10)


def mark_read(*, user: User, upto: int) -> None:
    """Note that the person has read everything up to a number; a smaller one than before changes nothing."""
    wanted = Least(F("last_seq"), Value(upto))
    if Inbox.objects.filter(user=user, read_seq__lt=wanted).update(read_seq=wanted):
        hints.tell({user.pk})  # the person's other windows


def sweep(*, at: datetime) -> int:
    """Dispatch the events that nobody has: a crash between commit and dispatch loses nothing.

    Idempotent, and safe beside other sweeps and dispatchers. An event whose dispatch fails is logged, holds
    the mark back and is tried again by the next sweep; the others go out.

    Returns:
        how many notifications were made.
    """
    mark, _ = SweepMark.objects.get_or_create(pk=1)
    made, last, failed = 0, mark.upto, []
    while events := _undispatched(last):
        for start in events:
            try:
                made += dispatch([start], at=at)
            except Exception:
                logger.exception("dispatch of event %s failed", start)
                failed.append(start)
        last = events[-1]
    settled = Event.objects.filter(pk__gt=mark.upto, recorded_at__lt=at - SETTLED_AFTER).order_by("-pk")
    reached = settled.values_list("pk", flat=True).first() or mark.upto
    reached = min([reached, *(pk - 1 for pk in failed)])
    SweepMark.objects.filter(pk=1, upto__lt=reached).update(upto=reached)
    return made


def _undispatched(after: int) -> list[int]:
    """Return the next events that somebody ought to hear of and nobody has been told of."""
    missed = Event.objects.filter(pk__gt=after, kind__in=rules(), dispatched=None).order_by("pk")
    return list(missed.values_list("pk", flat=True)[:AT_ONCE])
