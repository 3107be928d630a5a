"""Steps that others take and periods hang on: a commission accepts, a court issues, an employer answers.

Nobody at the union does them, so no flow leads to them; whoever works on the matter records that they happened, also
after the case is closed: the periods of arbitration begin when the union's own work has failed.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from casework.audit import events


@dataclass(frozen=True)
class Proceeding:
    """A step that can be recorded.

    Args:
        kind: the event it makes; its title is what the step is called.
        body: whose step it is; the list of steps is grouped by it.
    """

    kind: str
    body: str | Promise

    @property
    def title(self) -> str:
        """Return what the step is called."""
        return events.title(self.kind)


def steps_of(body: str | Promise, *kinds: str) -> tuple[Proceeding, ...]:
    """Return the steps of one body, in the order in which they usually come."""
    return tuple(Proceeding(kind, body) for kind in kinds)
