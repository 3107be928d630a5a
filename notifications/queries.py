"""What a person's inbox holds, for the pages and for the sockets of a whole web process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from casework.staff import logins
from casework.staff.models import LoginSession, User

from .models import Inbox, Notification
from .wording import message

# So much one socket gets at a time; what is left comes with the next round.
ROUND = 100


def inbox_of(user: User) -> Inbox:
    """Return a person's inbox; who was never told anything has an empty one."""
    return Inbox.objects.filter(user=user).first() or Inbox(user=user)


def notifications_of(user: User) -> QuerySet[Notification]:
    """Return a person's notifications with what their words need; what is held back is not yet among them."""
    return Notification.objects.filter(user=user, seq__isnull=False).select_related("event__actor")


def held_back(at: datetime) -> QuerySet[Notification]:
    """Return what was held back until a moment that has come, in the order in which it is to be told."""
    return Notification.objects.filter(seq=None, not_before__lte=at).order_by("not_before", "id")


def messages_since(user: User, seq: int) -> list[dict[str, Any]]:
    """Return the next messages after a number, in order; at most one round of them."""
    rows = notifications_of(user).filter(seq__gt=seq).order_by("seq")[:ROUND]
    return [message(row, user.language) for row in rows]


@dataclass(frozen=True)
class Place:
    """Where an open socket stands: whose it is, what let him in, and the last number it has got."""

    user_id: int
    session_key: str
    credential: str
    got: int | None


@dataclass
class News:
    """What there is for one socket."""

    revoked: bool
    last_seq: int
    unread: int
    messages: list[dict[str, Any]] = field(default_factory=list)


# The left joins keep a socket in the answer whose account, session or inbox is gone: that is news, too.
NEWS = """
WITH place (number, user_id, session_key, got) AS (VALUES {places})
SELECT place.number, account.is_active, account.password, account.language, login.session_key,
       COALESCE(inbox.last_seq, 0), COALESCE(inbox.read_seq, 0), notification.id
FROM place
LEFT JOIN {account} account ON account.id = place.user_id
LEFT JOIN {login} login ON login.session_key = place.session_key AND login.is_open AND login.last_used > %s
     AND login.since > %s
LEFT JOIN {inbox} inbox ON inbox.user_id = place.user_id
LEFT JOIN {notification} notification ON notification.user_id = place.user_id
     AND notification.seq > CAST(place.got AS bigint) AND notification.seq <= CAST(place.got AS bigint) + {round}
ORDER BY place.number, notification.seq
"""


def news(places: Sequence[Place], at: datetime) -> list[News]:
    """Return the news of many sockets, in their order: one query, and one more when there is any."""
    sql = NEWS.format(
        places=", ".join(["(%s, %s, %s, %s)"] * len(places)),
        account=User._meta.db_table,
        login=LoginSession._meta.db_table,
        inbox=Inbox._meta.db_table,
        notification=Notification._meta.db_table,
        round=ROUND,
    )
    values: list[Any] = []
    for number, place in enumerate(places):
        values += [number, place.user_id, place.session_key, place.got]
    values += [connection.ops.adapt_datetimefield_value(at - logins.IDLE)]
    values += [connection.ops.adapt_datetimefield_value(at - logins.AT_MOST)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    rows = _rows({line[-1] for line in found} - {None})
    answer: dict[int, News] = {}
    for number, is_active, password, language, session_key, last_seq, read_seq, row in found:
        revoked = not is_active or session_key is None or password != places[number].credential
        one = answer.setdefault(number, News(revoked, last_seq, last_seq - read_seq))
        if row is not None and not revoked:
            one.messages.append(message(rows[row], language))
    return [answer[number] for number in range(len(places))]


def _rows(ids: set[int]) -> dict[int, Notification]:
    """Return the notifications of these ids with what their words need."""
    return Notification.objects.select_related("event__actor").in_bulk(ids) if ids else {}
