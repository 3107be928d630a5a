"""How a case type declares its transitions: a state-machine transition plus what the house adds to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django_fsm import transition

ANY_OTHER_STATE = "+"
CLOSED = "closed"


@dataclass(frozen=True)
class Condition:
    """Something that must hold before a transition, with the sentence that is shown when it does not."""

    holds: Callable[[Any], bool]
    reason: str | Promise

    def __call__(self, case: Any) -> bool:
        """Answer for the state-machine library."""
        return self.holds(case)


def condition(reason: str | Promise) -> Callable[[Callable[[Any], bool]], Condition]:
    """Make a function of the case a condition; `reason` says what is missing."""
    return lambda holds: Condition(holds, reason)


@dataclass(frozen=True)
class Move:
    """What the house adds to a transition of the state machine."""

    kind: str
    title: str | Promise
    roles: tuple[str, ...] = ()
    by_clock: bool = False
    signs: str = ""
    needs_reason: bool = False
    conditions: tuple[Condition, ...] = field(default_factory=tuple)


def move(
    *,
    source: str | Iterable[str],
    target: Any,
    kind: str,
    title: str | Promise,
    roles: Iterable[str] = (),
    conditions: Iterable[Condition] = (),
    by_clock: bool = False,
    signs: str = "",
    needs_reason: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a transition on a case type's model.

    Args:
        source: state or states it may start from; `ANY_OTHER_STATE` for all but the target.
        target: the state it leads to.
        kind: the event it records.
        title: what a button says.
        roles: who may do it; empty: whoever may move cases.
        conditions: all must hold; the first that does not gives the reason.
        by_clock: a due clock may do it without a person.
        signs: the part the doer signs for on every unfinished claim line of the case.
        needs_reason: refused without a reason in words.
    """
    asked = tuple(conditions)
    return transition(
        "state",
        source=source if isinstance(source, str) else list(source),
        target=target,
        conditions=list(asked),
        custom={"move": Move(kind, title, tuple(roles), by_clock, signs, needs_reason, asked)},
    )
