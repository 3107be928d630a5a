"""Who read a worker's data, when and for what, as the worker may ask (个人信息保护法 art. 44, 45, 48).

Whether the worker is told the names of the readers or their offices only is the place's to say, by a parameter: the
law gives a right to know how data are handled, and is silent on which of an office's people handled them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _now

from casework.audit import access, events
from casework.audit.errors import InvalidFacts, NotFound
from casework.audit.models import AccessRecord, Reading
from casework.audit.operation import operation
from casework.offices import values
from casework.offices.doors import demand
from casework.offices.models import Office
from casework.offices.queries import parameter_or
from casework.offices.scope import may
from casework.staff.models import RoleGrant, User

from .models import Worker

# "person" or "office": how readers stand on the list.
READERS_PARAMETER = "privacy.access_list.readers"
PERSON, OFFICE = "person", "office"


def check_value(code: str, value: Any) -> None:
    """Refuse a way of naming readers that does not exist.

    Raises:
        UnreadableValue: it is neither.
    """
    if code == READERS_PARAMETER:
        values.one_of(value, (PERSON, OFFICE))


values.CHECKS.append(check_value)


@dataclass(frozen=True)
class Access:
    """One line of the list: on a day somebody read the data, for a purpose, on a case or on none."""

    day: date
    reader: str
    office: str
    purpose: str
    case_number: str


def worker_to_tell(user: User, uuid: UUID) -> Worker:
    """Return a worker whose office the person works for; an office that only had a case of his does not answer this.

    Raises:
        NotFound: there is none, or he belongs to another office.
    """
    worker = Worker.objects.select_related("office").filter(uuid=uuid).first()
    if worker is None or not may(user, "person.read", worker):
        raise NotFound
    return worker


@operation
def look_at_accesses(*, uuid: UUID, by: User, at: datetime) -> Worker:
    """Return a worker whose readers somebody wants to see, and keep that he looked.

    Raises:
        NotFound: there is none, or he belongs to another office.
    """
    worker = worker_to_tell(by, uuid)
    access.keep(subject=worker.uuid, office=worker.office_id, purpose=Reading.ACCESS_LIST, by=by, at=at)
    return worker


@operation
def hand_out_accesses(*, worker: Worker, asked_by: str, by: User, at: datetime) -> int:
    """Keep that a worker was told who read his data; return how many lines the list has.

    Args:
        asked_by: who asked, and how it was made sure who that is (art. 50); sealed.

    Raises:
        InvalidFacts: nobody is named.
    """
    demand(by, "person.read", worker)
    if not asked_by.strip():
        raise InvalidFacts({"asked_by": [_now("Say who asked.")]})
    count = AccessRecord.objects.filter(subject=worker.uuid).count()
    facts: dict[str, Any] = {"worker": str(worker.uuid), "count": count}
    stream = events.office_stream(worker.office)
    events.record(stream, "access_list.handed_out", by=by, at=at, person=worker.pk, text=asked_by.strip(), **facts)
    return count


def accesses_of(worker: Worker, on: date) -> list[Access]:
    """Return who read a worker's data, the latest first, the readers named as the place has it on a day."""
    rows = list(
        AccessRecord.objects.filter(subject=worker.uuid).select_related("reader").order_by("-day", "-read_at", "-id")
    )
    named = parameter_or(READERS_PARAMETER, worker.office, on, PERSON) == PERSON
    desks = _desks(rows)
    return [
        Access(
            row.day,
            row.reader.display_name if named else "",
            desks(row.reader_id, row.day),
            str(row.get_purpose_display()),
            row.case_number,
        )
        for row in rows
    ]


def _desks(rows: list[AccessRecord]) -> Callable[[int, date], str]:
    """Return what says for which office a reader worked on a day: the lowest of his roles then; two queries."""
    found: Iterable[Any] = RoleGrant.placed().filter(user__in={row.reader_id for row in rows}).order_by("user_id")
    held = {user: list(grants) for user, grants in groupby(found, key=lambda grant: grant.user_id)}
    offices = Office.objects.in_bulk({grant.office_id for grants in held.values() for grant in grants})

    def desk(user: int, day: date) -> str:
        then = [grant for grant in held.get(user, ()) if grant.counts_on(day)]
        return str(offices[max(then, key=lambda grant: len(grant.office_path)).office_id]) if then else ""

    return desk
