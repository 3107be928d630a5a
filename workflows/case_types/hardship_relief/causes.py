"""What makes two education aids one is the pupil, too: the name stands in the claim line's cause as a keyed hash."""

from collections import Counter

from django.db.models import QuerySet

from casework.audit import keys, rotation, rows
from casework.audit.keys import SealBroken
from casework.cases.models import ClaimLine

from .models import HardshipRelief

TABLE = "casework_claimline.cause_key"
LENGTH = 16
# programme, cause, year
PARTS_BEFORE = 3


def pupil(case: HardshipRelief) -> str:
    """Return what stands for the pupil in a cause."""
    return keys.digest("hardship.pupil", case.pupil_name)[:LENGTH]


def _pupil_in(line: ClaimLine) -> str:
    return ":".join(line.cause_key.split(":")[PARTS_BEFORE:])


def _lines(after: int = 0) -> "QuerySet[ClaimLine]":
    """Return the claim lines whose cause names a pupil."""
    found = ClaimLine.objects.filter(kind="hardship_relief", pk__gt=after, cause_key__regex="^[^:]*:[^:]*:[^:]*:.")
    return found.order_by("pk")


def _renew(after: int, most: int) -> rotation.Renewed:
    some = list(_lines(after).select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    old = [line for line in some if rotation.number_of(_pupil_in(line)) != keys.key_of("digest")[0]]
    cases = HardshipRelief._base_manager.in_bulk([line.case_id for line in old])
    done, broken = 0, []
    for line in old:
        before = line.cause_key
        try:
            line.cause_key = ":".join([*before.split(":")[:PARTS_BEFORE], pupil(cases[line.case_id])])
        except SealBroken as error:
            broken.append(f"{TABLE} {line.pk}: {error}")
            continue
        rows.update(line, ["cause_key"], cause_key=before)
        done += 1
    return rotation.Renewed(some[-1].pk if some else None, done, tuple(broken))


def _in_use() -> rotation.KeyUse:
    return Counter(("digest", rotation.number_of(_pupil_in(line))) for line in _lines())


PLACE = rotation.Place(TABLE, _renew, _in_use, lambda: iter(()))
