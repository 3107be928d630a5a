"""Rows of which there may be one: what happens when two people save the same at the same moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


@contextmanager
def saved_once(check: Callable[[], None]) -> Iterator[None]:
    """Save a row that the database keeps unique, after a check that found no other.

    Args:
        check: the same check; asked again when somebody else was faster, it says who.

    Raises:
        CaseworkError: what the check raises now.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check()
        raise
