"""The toy's state machine: looked for, found or given up, called back, closed."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from casework.audit.events import declare
from casework.cases.models import Case, Stage
from casework.cases.moves import condition, move

for code in ("opened", "searched", "found", "missed", "closed", "given_up", "disputed", "answered"):
    declare(f"toy.{code}", f"Toy {code}")


@condition("The thing has no name.")
def has_a_name(case: "LostThing") -> bool:
    """The thing is named."""
    return bool(case.thing)


class LostThing(Case):
    """A case about something lost."""

    class State(models.TextChoices):
        """Where the search stands."""

        OPENED = "opened", "Opened"
        FOUND = "found", "Found"
        MISSED = "missed", "Missed"
        DISPUTED = "disputed", "Disputed"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        """How it ended."""

        RETURNED = "returned", "Returned"
        LOST = "lost", "Lost"
        WITHDRAWN = "withdrawn", "Withdrawn"

    STAGES: ClassVar = {
        "opened": Stage.INTAKE,
        "found": Stage.HANDLING,
        "missed": Stage.HANDLING,
        "disputed": Stage.APPROVAL,
        "closed": Stage.CLOSED,
    }
    TAKE_BACK: ClassVar = {"found": "opened"}
    CORRECTABLE: ClassVar = (*Case.CORRECTABLE, "thing")

    thing = models.CharField(max_length=40, blank=True)

    @move(source="", target=State.OPENED, kind="toy.opened", title="Open")
    def open(self, *, at: datetime) -> None:
        """Begin."""

    @move(source=State.OPENED, target=State.FOUND, kind="toy.found", title="Find", conditions=[has_a_name])
    def find(self, *, at: datetime) -> None:
        """Find it."""

    @move(source=State.OPENED, target=State.MISSED, kind="toy.missed", title="Miss")
    def miss(self, *, at: datetime) -> None:
        """Not find it."""

    @move(source=State.MISSED, target=State.OPENED, kind="toy.searched", title="Search again")
    def search_again(self, *, at: datetime) -> None:
        """Look once more."""

    @move(source=State.FOUND, target=State.DISPUTED, kind="toy.disputed", title="Dispute", needs_reason=True)
    def dispute(self, *, at: datetime) -> None:
        """Somebody else says it is his."""

    @move(source=State.DISPUTED, target=State.FOUND, kind="toy.answered", title="Answer")
    def answer(self, *, at: datetime) -> None:
        """Decide whose it is."""

    @move(source=State.FOUND, target=State.CLOSED, kind="toy.closed", title="Close", by_clock=True)
    def close(self, *, at: datetime, outcome: str = "returned", reason: str = "returned to its owner") -> None:
        """Close."""
        self.end(at=at, outcome=outcome, reason=reason)

    @move(source=State.MISSED, target=State.CLOSED, kind="toy.given_up", title="Give up", roles=["supervisor"])
    def give_up(self, *, at: datetime, reason: str) -> None:
        """Stop looking."""
        self.end(at=at, outcome="lost", reason=reason)
