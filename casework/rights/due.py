"""What is due to be destroyed: reckoned when somebody looks, from the periods of today; nothing is kept of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from casework.audit.shredding import DESTROYED
from casework.cases.models import Case, ClaimLine, Contact, case_models
from casework.offices import retention, scope
from casework.offices.models import LocalParameter
from casework.offices.retention import Retention
from casework.people.identifiers import mask_name
from casework.people.models import HardshipFile, Worker
from casework.templatetags.gongdao import cn_moment

from . import standing
from .standing import Periods

if TYPE_CHECKING:
    from casework.staff.models import User

# Files that one list shows; what is destroyed makes room for the next ones.
SHOWN = 50
# Rows looked at for one list: of most of them the period of the place has ended, or it has entered longer ones.
LOOKED_AT = 500


@dataclass(frozen=True)
class Due:
    """A file that can be destroyed.

    Args:
        subject: the case, contact, hardship file or worker.
        rule: by which period, or that the person asked for it.
        until: the last day on which it was to be kept; none: the person asked for it.
    """

    subject: Any
    subject_name: str
    rule: str
    until: date | None

    @property
    def key(self) -> str:
        """Return what a list calls it."""
        return f"{self.subject_name}:{self.subject.pk}"

    @property
    def office_path(self) -> str:
        """Return where it belongs."""
        return self.subject.office_path

    @property
    def label(self) -> str:
        """Return what people know it by."""
        return label_of(self.subject)


def label_of(subject: Any) -> str:
    """Return what people know a file by; of a person no more than lists show."""
    if isinstance(subject, Case | HardshipFile):
        return subject.number
    if isinstance(subject, Contact):
        return f"{subject.get_channel_display()} {cn_moment(subject.taken_at)}"
    return mask_name(subject.name)


def due_for(
    user: "User", keys: Iterable[str] | None = None, *, act: str = "disposal.read", on: date, most: int = SHOWN
) -> list[Due]:
    """Return what is due in the offices of a person, what has been due longest first within each kind.

    Args:
        keys: of these only, as a list called them; all, if none are named.
        most: of each kind.
    """
    wanted = None if keys is None else _keys_of(keys)
    periods = Periods(on)
    found: list[Due] = []
    for name, candidates in CANDIDATES.items():
        if wanted is not None and not wanted[name]:
            continue
        rows = scope.visible(candidates(on), user, act).exclude(pk__in=standing.bound(name))
        rows = rows if wanted is None else rows.filter(pk__in=wanted[name])
        limit = most if wanted is None else len(wanted[name])
        found += islice(_due_among(name, rows, periods), limit)
    return found


def _keys_of(keys: Iterable[str]) -> dict[str, list[int]]:
    wanted: dict[str, list[int]] = {name: [] for name in CANDIDATES}
    for key in keys:
        name, _colon, number = key.partition(":")
        if name in wanted and number.isdecimal() and len(number) < 19:
            wanted[name].append(int(number))
    return wanted


def _due_among(name: str, rows: "QuerySet[Any]", periods: Periods) -> Iterator[Due]:
    """Yield those of some rows that nothing keeps, by the precise periods of their offices."""
    asked_for = set(standing.erasure_granted().values_list("worker", flat=True))
    for row in rows[:LOOKED_AT]:
        asked = _owner_of(name, row) in asked_for
        if not standing.in_the_way(row, periods, asked=asked):
            until, rule = periods.of(row)
            over = until < periods.on
            yield Due(row, name, rule.code if over else standing.ASKED, until if over else None)


def _owner_of(name: str, row: Any) -> int | None:
    return row.household.head_id if name == "file" else row.pk if name == "worker" else row.worker_id


# ---- which rows are worth a closer look ------------------------------------------------------------------


def _begun_before(rule: Retention, on: date) -> date:
    """Return before which day a period began that may have ended: by the shortest that any place has entered."""
    entered = LocalParameter.objects.filter(code=rule.parameter).values_list("value", flat=True)
    shortest = min([rule.length, *(value for value in entered if isinstance(value, int) and value > 0)])
    if rule.unit == retention.DAYS:
        return on - timedelta(days=shortest)
    year = on.year - shortest
    return on.replace(year=year, day=min(on.day, 28)) + timedelta(days=4)  # a few too many do no harm


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _cases(on: date) -> "QuerySet[Any]":
    ended = Q(worker__in=standing.erasure_granted())
    paid = ClaimLine.objects.filter(case=OuterRef("pk"), state__in=standing.PAID)
    for model in case_models():
        before = _midnight(_begun_before(model.RETENTION, on))
        ended |= Q(case_type=model._meta.app_label, closed_at__lt=before)
    by_law = Q(closed_at__lt=_midnight(_begun_before(retention.MONEY, on))) | ~Exists(paid)
    found = Case.objects.filter(ended, by_law, closed_at__isnull=False)
    return found.select_related("office").order_by("closed_at", "pk")


def _contacts(on: date) -> "QuerySet[Any]":
    before = _midnight(_begun_before(retention.CONTACT, on))
    ended = Q(answered_at__lt=before) | Q(worker__in=standing.erasure_granted(), answered_at__isnull=False)
    return Contact.objects.filter(ended, case=None).select_related("office", "worker").order_by("answered_at", "pk")


def _files(on: date) -> "QuerySet[Any]":
    ended = Q(exited_on__lt=_begun_before(retention.HARDSHIP_FILE, on))
    ended |= Q(household__head__in=standing.erasure_granted(), exited_on__isnull=False)
    found = HardshipFile.objects.filter(ended).select_related("office", "household__head")
    return found.order_by("exited_on", "pk")


def _workers(on: date) -> "QuerySet[Any]":
    ended = Q(registered_at__lt=_midnight(_begun_before(retention.PERSON, on))) | Q(pk__in=standing.erasure_granted())
    on_file = Case.objects.filter(worker=OuterRef("pk")).exclude(pk__in=standing.gone("case"))
    waiting = Contact.objects.filter(worker=OuterRef("pk")).exclude(pk__in=standing.gone("contact"))
    found = Worker.objects.filter(ended, ~Exists(on_file), ~Exists(waiting)).exclude(name=DESTROYED)
    return found.select_related("office").order_by("registered_at", "pk")


CANDIDATES: dict[str, Callable[[date], "QuerySet[Any]"]] = {
    "case": _cases,
    "contact": _contacts,
    "file": _files,
    "worker": _workers,
}
