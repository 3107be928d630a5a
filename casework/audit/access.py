"""The register of who read personal data, and for what."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.timezone import localdate

from .models import AccessRecord, Reading

if TYPE_CHECKING:
    from casework.staff.models import User


def keep(
    *, subject: UUID, office: int | None, purpose: Reading, case_number: str = "", by: "User", at: datetime
) -> None:
    """Enter that a person read somebody's data; the same reading on the same day is entered once.

    Args:
        office: the key of the office that the person whose data it is belongs to.
    """
    keep_each(subjects=[(subject, office, case_number)], purpose=purpose, by=by, at=at)


def keep_each(*, subjects: Iterable[tuple[UUID, int | None, str]], purpose: Reading, by: "User", at: datetime) -> None:
    """Enter that a person read the data of several people at once: whose, of which office, on which case ("": none)."""
    day = localdate(at)
    AccessRecord.objects.bulk_create(
        [
            AccessRecord(
                subject=subject, office_id=office, reader=by, case_number=number, purpose=purpose, day=day, read_at=at
            )
            for subject, office, number in subjects
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
