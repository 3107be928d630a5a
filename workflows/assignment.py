"""Who gets the next step: rules a flow names, each a plain function of the case."""

from typing import TYPE_CHECKING, Any

from casework.cases.models import Case
from casework.offices import scope
from casework.offices.models import Office
from casework.offices.roles import Role

if TYPE_CHECKING:
    from casework.staff.models import User


def handler(case: Any) -> "User | None":
    """Give it to the person who handles the case; without one, or when she has left, to the queue."""
    return case.handler if case.handler and case.handler.is_active else None


def first_asked(case: Any) -> "User | None":
    """Give it to the operator who opened the case (首问首办制); another opener's goes to the queue."""
    opened_by = case.opened_by
    return opened_by if scope.may(opened_by, "task.take", case, roles=[Role.OPERATOR]) else None


def path_at_level(case: Case, level: str) -> str:
    """Return the path of the office of a level above the case's office, or the highest there is.

    A step of a level the tree does not have goes to the top: somebody must be able to do it.
    """
    upwards = case.office.path_upwards
    found = Office.objects.filter(path__in=upwards, level=level).order_by("-depth").values_list("path", flat=True)
    return found.first() or upwards[-1]
