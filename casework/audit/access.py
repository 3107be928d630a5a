"""The register of who read personal data in clear."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.timezone import localdate

from .models import AccessRecord

if TYPE_CHECKING:
    from casework.staff.models import User


def keep(*, subject: UUID, purpose: str, case_number: str = "", by: "User", at: datetime) -> None:
    """Enter that a person read somebody's data; the same reading on the same day is entered once."""
    row = AccessRecord(
        subject=subject, reader=by, case_number=case_number, purpose=purpose, day=localdate(at), read_at=at
    )
    AccessRecord.objects.bulk_create([row], ignore_conflicts=True)
