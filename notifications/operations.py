"""What changes an inbox beside the dispatch: reading it, and the sweep.

The sweep finds what a crash left, and brings what was held back over a night or a rest day.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least

from casework.audit.models import Event
from casework.staff.models import User

from . import hints
from .dispatch import cases_of, dispatch, number, offices_of
from .holding import clocks_of, matters, opening
from .models import Inbox, Notification, SweepMark
from .queries import held_back
from .recipients import Staff, audience, rules

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
    """Release what was held back, and dispatch the events that nobody has: a crash before it loses nothing.

    Idempotent, and safe beside other sweeps and dispatchers. An event whose dispatch fails is logged, holds
    the mark back and is tried again by the next sweep; the others go out.

    Returns:
        how many notifications came into an inbox.
    """
    return _release_if_possible(at) + _dispatch_missed(at)


def release(*, at: datetime) -> int:
    """Bring what was held back and whose time has come into the inboxes; return how much that was.

    In the order of the moments it was held back to. Dropped instead is what is no longer so, and what its reader
    may no longer read; where it is night again (nothing swept in the morning) it goes on waiting.
    """
    released = 0
    while held_back(at).exists():
        with transaction.atomic():
            # One sweep at a time holds the oldest; the others wait for it here, then find the next.
            rows = held_back(at).select_related("event").select_for_update(of=("self",), no_key=True)
            told = _release(list(rows[:AT_ONCE]), at)
        hints.tell(told)
        released += told.total()
    return released


def _release(rows: list[Notification], at: datetime) -> Counter[int]:
    """Number, postpone or drop locked notifications; return how many came to each person."""
    events = [row.event for row in rows]
    cases, offices = cases_of(events), offices_of(events)
    clocks = clocks_of((event, cases.get(event.stream)) for event in events)
    staff, held_until = Staff((), at, people={row.user_id for row in rows}), opening(at)
    ready, waiting, dropped = [], [], []
    for row in rows:
        place = row.event.stream
        one = audience(row.event, cases.get(place), (), offices.get(place, ""))
        reader = staff.people.get(row.user_id)
        if reader is None or not one.may_reach(reader) or not matters(one, clocks):
            dropped.append(row.pk)
        elif not_before := held_until(one):
            row.not_before = not_before
            waiting.append(row)
        else:
            row.created_at = at
            ready.append(row)
    told = number(ready)
    Notification.objects.bulk_update([*ready, *waiting], ["seq", "created_at", "not_before"])
    Notification.objects.filter(pk__in=dropped).delete()
    return told


def _release_if_possible(at: datetime) -> int:
    """Release; a failure is logged and keeps no event from being dispatched."""
    try:
        return release(at=at)
    except Exception:
        logger.exception("the release of what was held back failed, the next sweep tries again")
        return 0


def _dispatch_missed(at: datetime) -> int:
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
