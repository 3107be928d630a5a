"""What is done with an errand."""

from datetime import datetime
from typing import TYPE_CHECKING

from casework.audit.operation import operation
from casework.cases.transitions import perform

from .models import Errand

if TYPE_CHECKING:
    from casework.staff.models import User


@operation
def begin(*, case: Errand, by: "User", at: datetime) -> None:
    """Give the errand its first state."""
    perform(case=case, name="open", by=by, at=at)


@operation
def advance(*, case: Errand, by: "User", at: datetime, note: str) -> None:
    """Come one step further."""
    perform(case=case, name="advance", by=by, at=at, text=note)
