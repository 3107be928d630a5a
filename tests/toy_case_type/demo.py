"""The toy in every state."""

from workflows.walking import Walk, story

from .models import LostThing

State, Outcome = LostThing.State, LostThing.Outcome


def _search(walk: Walk, found: str) -> None:
    walk.open(thing="伞", summary="一把黑伞丢在食堂。")
    walk.do("search", "mediator", found=found)


@story(State.OPENED, days=1)
def opened(walk: Walk) -> None:
    """Somebody has to look for it."""
    walk.open(thing="书", summary="一本书丢在车间。")


@story(State.FOUND, days=1)
def found(walk: Walk) -> None:
    """It was found."""
    _search(walk, "yes")


@story(State.MISSED, days=1)
def missed(walk: Walk) -> None:
    """It was not found."""
    _search(walk, "no")


@story(State.DISPUTED, days=1)
def disputed(walk: Walk) -> None:
    """Somebody else wants it."""
    _search(walk, "yes")
    walk.door("dispute", "operator", reason="有人说是他的。")


@story(State.CLOSED, outcome=Outcome.RETURNED, days=6)
def returned(walk: Walk) -> None:
    """Nobody objected."""
    _search(walk, "yes")
    walk.clock("TY.objection")


@story(State.CLOSED, outcome=Outcome.LOST, days=2)
def lost(walk: Walk) -> None:
    """Given up."""
    _search(walk, "no")
    walk.do("decide", "supervisor", reason="找不到了。")


@story(State.CLOSED, outcome=Outcome.WITHDRAWN, days=1)
def withdrawn(walk: Walk) -> None:
    """He found it himself."""
    walk.open(thing="帽子", summary="一顶帽子不见了。")
    walk.withdraw("operator", "自己找到了。")


STORIES = (opened, found, missed, disputed, returned, lost, withdrawn)
