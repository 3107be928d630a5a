"""Steps that others take and periods hang on: a commission accepts, a court issues, an employer answers.

Nobody at the union does them, so no flow leads to them; whoever works on the matter records that they happened, also
after the case is closed: the periods of arbitration begin when the union's own work has failed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from casework.audit import events


@dataclass(frozen=True)
class Proceeding:
    """A step that can be recorded.

    Args:
        kind: the event it makes; its title is what the step is called.
        body: whose step it is; the list of steps is grouped by it.
        when: facts the matter must have, as those of a rule: a petition's steps are for petitions.
        after: a step that must have begun a period before: only an opinion can be reviewed.
        through: the operation by which it is done here, where the step changes a record of ours too; called with the
            case, the day (`on`), the note, `by` and `at`.
    """

    kind: str
    body: str | Promise
    when: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    after: str = ""
    through: Callable[..., object] | None = None

    @property
    def title(self) -> str:
        """Return what the step is called."""
        return events.title(self.kind)

    def suits(self, facts: Mapping[str, Any], begun: Collection[str]) -> bool:
        """Return whether it is a step of such a matter, and its turn has come.

        Args:
            facts: those of the matter.
            begun: the kinds that begin the periods there are.
        """
        fits = all(facts.get(name) in values for name, values in self.when)
        return fits and (not self.after or self.after in begun)


def steps_of(
    body: str | Promise, *kinds: str, when: tuple[tuple[str, tuple[Any, ...]], ...] = ()
) -> tuple[Proceeding, ...]:
    """Return the steps of one body, in the order in which they usually come."""
    return tuple(Proceeding(kind, body, when) for kind in kinds)
