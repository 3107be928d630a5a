"""The ways the house says no. Each is a different answer, and each carries its reason.

A subclass stands beside the function that raises it; its `message` is what people read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class CaseworkError(Exception):
    """Something the rules of the office do not let happen."""

    message: Text = _("This cannot be done.")
    # What had been typed when it was refused, each answer with the name its form gives it; a page may know it.
    typed: Sequence[Mapping[str, object]] = ()

    def __init__(self, message: Text | None = None, **facts: object) -> None:
        if message is not None:
            self.message = message
        self.facts = facts
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(CaseworkError):
    """The person may not do this (403)."""

    message = _("You are not allowed to do this.")


class WrongState(CaseworkError):
    """The thing is not in a state in which this can be done (409)."""

    message = _("This cannot be done in the present state.")


class AlreadyDone(WrongState):
    """Somebody else was faster (409): says who did what, and when."""

    message = _("This has already been done.")

    def __init__(
        self, message: Text | None = None, *, who: object = None, what: str = "", when: datetime | None = None
    ):
        super().__init__(message)
        self.who, self.what, self.when = who, what, when


class NotFound(CaseworkError):
    """There is no such thing, or none that this person may know of (404)."""

    message = _("Not found.")


class InvalidFacts(CaseworkError):
    """What was typed does not pass the form; `errors` names each field and what is wrong with it (422)."""

    message = _("Some answers need attention.")

    def __init__(self, errors: dict[str, list[str]], message: Text | None = None) -> None:
        super().__init__(message)
        self.errors = errors

    @property
    def said(self) -> str:
        """What is wrong, without the fields, for a page that has none of them."""
        return " ".join(str(text) for texts in self.errors.values() for text in texts)

    def __str__(self) -> str:
        said = "; ".join(f"{field}: {', '.join(map(str, texts))}" for field, texts in self.errors.items())
        return f"{self.message} {said}"
