"""Rows of which there may be one: what happens when two people save the same at the same moment."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction

from . import keys


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


def hold_while_keys_change(purpose: str, value: str) -> None:
    """Have whoever enters the same value wait for this transaction, as long as it may stand under two keyed hashes.

    The database keeps a hash unique, so the same value under the old key and under the new one would pass it. Then
    only the look-up for both finds the other row, and only when it was committed. On SQLite writers wait anyway.
    """
    if connection.vendor == "postgresql" and len(found := keys.digests(purpose, value)) > 1:
        oldest = hashlib.sha256(found[0].encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(oldest[:8], "big", signed=True)])
