"""How operations and pages ask for permission: a no leaves as an error with its reason, or is told as an answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, NotAllowed

from . import scope
from .models import Office
from .scope import YES, Answer

if TYPE_CHECKING:
    from casework.staff.models import User

# What a worker may have done for him through the public door, without an account of his own.
PUBLIC_ACTS = frozenset({"person.write", "employer.write"})


def demand(by: "User | None", act: str, row: Any = None) -> None:
    """Let the clock through, the public door as far as it goes, and everybody else as `scope.may` answers.

    Nobody gets past the stage of a matter: what is closed is closed to the clock, too.

    Raises:
        NotAllowed, ClosedCase, HasConflict: with the reason, for the page that asked.
    """
    if by is None or (by.is_public and act in PUBLIC_ACTS):
        insist(scope.in_stage(act, row))
    else:
        insist(scope.may(by, act, row))


def insist(answer: Answer) -> None:
    """Raise a no as the error it is."""
    if not answer:
        raise answer.refusal(answer.reason)


class NeedsWholeHouse(NotAllowed):
    """The act concerns every office, and the person's role does not reach them all."""

    message = _("This concerns every office: it needs your role at the top of the tree.")


def reaches_whole_house(by: "User", act: str) -> bool:
    """Return whether a person holds the role of an act at the top of the tree."""
    return any(len(path) == Office.steplen for path in scope.paths(by, scope.ACTS[act].roles))


def demand_whole_house(by: "User | None", act: str) -> None:
    """Let the clock through, and who holds the role of an act at the top of the tree.

    Raises:
        NotAllowed: without the role.
        NeedsWholeHouse: with the role in an office further down only.
    """
    demand(by, act)
    if by is not None and not reaches_whole_house(by, act):
        raise NeedsWholeHouse


def answer_of(check: Callable[[], object]) -> Answer:
    """Answer what a check says by raising: yes, or no with the first reason."""
    try:
        check()
    except CaseworkError as error:
        return Answer(False, error.message, type(error))
    return YES
