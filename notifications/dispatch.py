"""From an event to the rows that tell people of it: after the commit, in a transaction of its own.

Nothing here is part of the trail, so nothing here is an `@operation`: telling people changes no record.
A dispatch costs eight statements, BEGIN and COMMIT included, however many events it takes at once.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from casework.audit.models import Event
from casework.cases.models import Case
from casework.staff.models import User

from . import hints
from .models import Dispatched, Inbox, Notification
from .recipients import Audience, Staff, audiences, rules

logger = logging.getLogger(__name__)

AT_ONCE = 500

# Where a fact of an event leads; without one of these, to the case.
PAGES = (("task", "task_detail"), ("offer", "handover_decide"))

CLAIM = """
INSERT INTO {dispatched} (event_id, dispatched_at) VALUES {rows}
ON CONFLICT DO NOTHING RETURNING event_id
"""
# One statement locks the inboxes in the order of their rows here, makes missing ones and moves the numbers.
NUMBERS = """
INSERT INTO {inbox} (user_id, last_seq, read_seq) VALUES {rows}
ON CONFLICT (user_id) DO UPDATE SET last_seq = {inbox}.last_seq + excluded.last_seq
RETURNING user_id, last_seq
"""


def after_commit(event_ids: list[int]) -> None:
    """Tell people of what was just committed; called in the process that committed it.

    Whatever goes wrong here, the work is committed and the answer to it must go out: the failure is logged,
    and the sweep finds the events.
    """
    try:
        dispatch(event_ids, at=timezone.now())
    except Exception:
        logger.exception("dispatch failed, the sweep will take up events %s", event_ids)


def dispatch(event_ids: Sequence[int], *, at: datetime) -> int:
    """Make the notifications of these events and hint at them; return how many were made.

    An event somebody else has dispatched, or is dispatching, is left alone.
    """
    made = 0
    for start in range(0, len(event_ids), AT_ONCE):
        told = _dispatch(event_ids[start : start + AT_ONCE], at)
        made += sum(told.values())
        hints.tell(told)
    return made


def _dispatch(event_ids: Sequence[int], at: datetime) -> Counter[int]:
    """Tell the recipients of some events; return how many notifications each person got."""
    events = list(Event.objects.filter(pk__in=event_ids, kind__in=rules()).order_by("pk"))
    if not events:
        return Counter()
    addressed = audiences(events, _cases(events))
    staff = Staff(addressed, at)
    listeners = [(one, one.listeners(staff)) for one in addressed]
    with transaction.atomic():
        mine = _claim(events, at)
        letters = [(one, user) for one, users in listeners if one.event.pk in mine for user in users]
        told = Counter(user.pk for _, user in letters)
        _deliver(letters, _numbers(told), at)
    return told


def _cases(events: Iterable[Event]) -> dict[str, Case]:
    """Return the cases of the events by stream."""
    numbers = {event.stream.removeprefix("case:") for event in events if event.stream.startswith("case:")}
    if not numbers:
        return {}
    columns = ("number", "case_type", "state", "office_path", "handler_id", "opened_by_id")
    return {case.stream: case for case in Case.objects.filter(number__in=numbers).only(*columns)}


def _claim(events: Sequence[Event], at: datetime) -> set[int]:
    """Take the events nobody has taken; a dispatcher that is at it is waited for."""
    moment = connection.ops.adapt_datetimefield_value(at)
    sql = CLAIM.format(dispatched=Dispatched._meta.db_table, rows=_places(len(events), 2))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for event in events for value in (event.pk, moment)])
        return {row[0] for row in cursor.fetchall()}


def _numbers(told: Counter[int]) -> dict[int, int]:
    """Move each inbox on by what its owner gets; return the last number before that, by person."""
    if not told:
        return {}
    sql = NUMBERS.format(inbox=Inbox._meta.db_table, rows=_places(len(told), 3))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for pk in sorted(told) for value in (pk, told[pk], 0)])
        return {pk: last - told[pk] for pk, last in cursor.fetchall()}


def _places(rows: int, columns: int) -> str:
    """Return the placeholders of a VALUES list."""
    row = f"({', '.join(['%s'] * columns)})"
    return ", ".join([row] * rows)


def _deliver(letters: Iterable[tuple[Audience, User]], numbers: dict[int, int], at: datetime) -> None:
    """Insert the notifications, numbered in the order of the events."""
    rows = []
    for one, user in letters:
        numbers[user.pk] += 1
        rows.append(
            Notification(
                user=user,
                seq=numbers[user.pk],
                event=one.event,
                kind=one.event.kind,
                case_number=one.case.number if one.case else "",
                case_type=one.case.case_type if one.case else "",
                link=_page(one),
                created_at=at,
            )
        )
    if rows:
        Notification.objects.bulk_create(rows)


def _page(one: Audience) -> str:
    """Return the address of the page on which the reader can act, or see what happened."""
    for fact, name in PAGES:
        if fact in one.event.facts:
            return reverse(name, args=[one.event.facts[fact]])
    return reverse("case_detail", args=[one.case.number]) if one.case else ""
