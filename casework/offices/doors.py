"""How operations and pages ask for permission: a no leaves as an error with its reason, or is told as an answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from casework.audit.errors import CaseworkError, NotAllowed

from . import scope
from .scope import YES, Answer

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


def answer_of(check: Callable[[], object]) -> Answer:
    """Answer what a check says by raising: yes, or no with the first reason."""
    try:
        check()
    except CaseworkError as error:
        return Answer(False, error.message)
    return YES
