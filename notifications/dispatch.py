"""From an event to the rows that tell people of it: after the commit, in a transaction of its own.

Nothing here is part of the trail, so nothing here is an `@operation`: telling people changes no record.
A dispatch costs eight statements, BEGIN and COMMIT included, however many events it takes at once. It costs one more
when duty is called, one when something outside a case does not say its office, and the reading of a calendar that
nobody has read for half a minute when a clock speaks.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from casework.audit.events import office_stream
from casework.audit.models import Event
from casework.cases.models import Case
from casework.offices.models import Office
from casework.staff.models import User

from . import hints
from .holding import opening
from .models import Dispatched, Inbox, Notification
from .recipients import Audience, Staff, audiences, rules

logger = logging.getLogger(__name__)

AT_ONCE = 500

# Where a fact of an event leads; without one of these, to its case, else to its contact.
PAGES = (("task", "task_detail"), ("offer", "handover_decide"), ("glass", "glass_detail"))

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


def after_commit(events: list[Event]) -> None:
    """Tell people of what was just committed; called in the process that committed it.

    Whatever goes wrong here, the work is committed and the answer to it must go out: the failure is logged,
    and the sweep finds the events.
    """
    event_ids = [event.pk for event in events]
    try:
        if not any(event.kind in rules() for event in events):
            return
        dispatch(event_ids, at=timezone.now())
    except Exception:
        logger.exception("dispatch failed, the sweep will take up events %s", event_ids)


def dispatch(event_ids: Sequence[int], *, at: datetime) -> int:
    """Make the notifications of these events and hint at them; return how many came into an inbox.

    An event somebody else has dispatched, or is dispatching, is left alone. What has to wait until the offices
    open is made without a number; `operations.release` gives it one.
    """
    made = 0
    for start in range(0, len(event_ids), AT_ONCE):
        told = _dispatch(event_ids[start : start + AT_ONCE], at)
        made += told.total()
        hints.tell(told)
    return made


def _dispatch(event_ids: Sequence[int], at: datetime) -> Counter[int]:
    """Tell the recipients of some events; return how many notifications came to each person."""
    events = list(Event.objects.filter(pk__in=event_ids, kind__in=rules()).order_by("pk"))
    if not events:
        return Counter()
    addressed = audiences(events, cases_of(events), offices_of(events))
    staff, held_until = Staff(addressed, at), opening(at)
    letters = [
        letter for one in addressed for letter in _letters(one, one.listeners(staff), at=at, not_before=held_until(one))
    ]
    with transaction.atomic():
        mine = _claim(events, at)
        letters = [letter for letter in letters if letter.event_id in mine]
        told = number(letter for letter in letters if letter.not_before is None)
        if letters:
            Notification.objects.bulk_create(letters)
    return told


def cases_of(events: Iterable[Event]) -> dict[str, Case]:
    """Return the cases of some events by stream."""
    numbers = {event.stream.removeprefix("case:") for event in events if event.stream.startswith("case:")}
    if not numbers:
        return {}
    columns = ("number", "case_type", "state", "office_path", "handler_id", "opened_by_id")
    return {case.stream: case for case in Case.objects.filter(number__in=numbers).only(*columns)}


def offices_of(events: Iterable[Event]) -> dict[str, str]:
    """Return the paths of the offices in whose own streams events stand that do not say their place, by stream."""
    streams = {event.stream for event in events if event.stream.startswith("office:") and not _says_place(event)}
    if not streams:
        return {}
    offices = Office.objects.filter(pk__in=[stream.removeprefix("office:") for stream in streams])
    return {office_stream(pk): path for pk, path in offices.values_list("pk", "path")}


def _says_place(event: Event) -> bool:
    return bool(event.facts.get("office_path"))


def _letters(
    one: Audience, readers: Iterable[User], *, at: datetime, not_before: datetime | None
) -> Iterator[Notification]:
    """Yield the notifications of an event, one for each reader, without their numbers."""
    for user in readers:
        yield Notification(
            user=user,
            event=one.event,
            kind=one.event.kind,
            case_number=one.case.number if one.case else "",
            case_type=one.case.case_type if one.case else "",
            link=_page(one),
            created_at=at,
            not_before=not_before,
        )


def number(letters: Iterable[Notification]) -> Counter[int]:
    """Give notifications the next numbers of their inboxes, in their order; return how many each person got.

    The inboxes stay locked until the transaction ends, so that the numbers are committed without a gap.
    """
    letters = list(letters)
    told = Counter(letter.user_id for letter in letters)
    last = _last_numbers(told)
    for letter in letters:
        last[letter.user_id] += 1
        letter.seq = last[letter.user_id]
    return told


def _claim(events: Sequence[Event], at: datetime) -> set[int]:
    """Take the events nobody has taken; a dispatcher that is at it is waited for."""
    moment = connection.ops.adapt_datetimefield_value(at)
    sql = CLAIM.format(dispatched=Dispatched._meta.db_table, rows=_places(len(events), 2))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for event in events for value in (event.pk, moment)])
        return {row[0] for row in cursor.fetchall()}


def _last_numbers(told: Counter[int]) -> dict[int, int]:
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


def _page(one: Audience) -> str:
    """Return the address of the page on which the reader can act, or see what happened."""
    for fact, name in PAGES:
        if fact in one.event.facts:
            return reverse(name, args=[one.event.facts[fact]])
    if one.case:
        return reverse("case_detail", args=[one.case.number])
    contact = one.event.facts.get("contact")
    # older events named a contact by its key, which is no address
    return reverse("contact_detail", args=[contact]) if isinstance(contact, str) else ""
