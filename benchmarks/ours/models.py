"""An errand: eight states in a row, each left by one transition."""

from datetime import datetime
from itertools import pairwise
from typing import ClassVar

from django.db import models
from django_fsm import GET_STATE

from casework.audit.events import declare
from casework.cases.models import Case, Stage
from casework.cases.moves import move

declare("errand.opened", "Errand opened")
declare("errand.advanced", "Errand advanced")

WAY = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "closed"]
NEXT = dict(pairwise(WAY))


class Errand(Case):
    """A case that is passed on eight times."""

    class State(models.TextChoices):
        """How far it has come."""

        FIRST = "first", "First"
        SECOND = "second", "Second"
        THIRD = "third", "Third"
        FOURTH = "fourth", "Fourth"
        FIFTH = "fifth", "Fifth"
        SIXTH = "sixth", "Sixth"
        SEVENTH = "seventh", "Seventh"
        EIGHTH = "eighth", "Eighth"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", "Done"
        WITHDRAWN = "withdrawn", "Withdrawn"

    STAGES: ClassVar = {state: Stage.CLOSED if state == "closed" else Stage.HANDLING for state in WAY}

    @move(source="", target=State.FIRST, kind="errand.opened", title="Open")
    def open(self, *, at: datetime) -> None:
        """Begin."""

    @move(
        source=WAY[:-1],
        target=GET_STATE(lambda case, **_facts: NEXT[case.state]),
        kind="errand.advanced",
        title="Advance",
    )
    def advance(self, *, at: datetime) -> None:
        """Come one state further; the last one ends it."""
        if NEXT[self.state] == "closed":
            self.end(at=at, outcome="done", reason="done")
