"""How an operation asks for permission: a no leaves it as an error with its reason."""

from typing import TYPE_CHECKING, Any

from casework.audit.errors import NotAllowed

from . import scope

if TYPE_CHECKING:
    from casework.staff.models import User

# What a worker may have done for him through the public door, without an account of his own.
PUBLIC_ACTS = frozenset({"person.write", "employer.write"})


def demand(by: "User | None", act: str, row: Any = None) -> None:
    """Let the clock through, the public door as far as it goes, and everybody else by role and office.

    Raises:
        NotAllowed: with the reason, for the page that asked.
    """
    if by is None or (by.is_public and act in PUBLIC_ACTS):
        return
    answer = scope.may(by, act, row)
    if not answer:
        raise NotAllowed(answer.reason)
