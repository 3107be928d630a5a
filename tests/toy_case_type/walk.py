"""One lost thing from loss to return."""

from workflows.walking import Walk


def walk(walk: Walk) -> None:
    """Find it and wait until nobody objects."""
    walk.open(thing="伞", summary="一把黑伞丢在食堂。")
    walk.do("search", "mediator", found="yes")
    walk.clock("TY.objection")
    walk.expect("closed")
