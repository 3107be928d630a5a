"""What is done to a lost thing."""

from casework.audit.operation import operation
from casework.cases.transitions import perform


@operation
def begin(*, case, by, at):
    """Give the case its first state."""
    perform(case=case, name="open", by=by, at=at)


@operation
def search(*, case, by, at, found):
    """Look for it."""
    perform(case=case, name="find" if found == "yes" else "miss", by=by, at=at)


@operation
def decide(*, case, by, at, again, reason):
    """Look again or give up."""
    if again:
        perform(case=case, name="search_again", by=by, at=at)
    else:
        perform(case=case, name="give_up", by=by, at=at, reason=reason)


@operation
def dispute(*, case, by, at, reason):
    """Say it belongs to somebody else."""
    perform(case=case, name="dispute", by=by, at=at, text=reason)


@operation
def answer(*, case, by, at, reason):
    """Answer the dispute."""
    perform(case=case, name="answer", by=by, at=at, text=reason)


@operation
def close(*, case, by, at):
    """Nobody objected in time: it is returned."""
    perform(case=case, name="close", by=by, at=at)
