"""Who gets the next step: rules a flow names, each a plain function of the case."""

from typing import TYPE_CHECKING, Any

from casework.cases.models import Case
from casework.offices.models import Office

if TYPE_CHECKING:
    from casework.staff.models import User


def handler(case: Any) -> "User | None":
    """Give it to the person who handles the case; without one, or when she has left, to the queue."""
    return case.handler if case.handler and case.handler.is_active else None


def first_asked(case: Any) -> "User | None":
    """Give it to the person who opened the case (首问首办制)."""
    return case.opened_by if case.opened_by.is_active else None


def path_at_level(case: Case, level: str) -> str:
    """Return the path of the office of a level above the case's office, or the highest there is.

    A step of a level the tree does not have goes to the top: somebody must be able to do it.
    """
    upwards = case.office.path_upwards
    found = Office.objects.filter(path__in=upwards, level=level).order_by("-depth").values_list("path", flat=True)
    return found.first() or upwards[-1]
