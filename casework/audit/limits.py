"""At most so many times in so long: one count for all processes, kept in the database, exact under a race.

A count is no record of the office, so nothing here is an operation: what a limit leads to (a login that was locked) is
an event of whoever asked. Whom it counts stands nowhere in clear: keys are keyed digests.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from . import keys
from .models import AttemptLog

FORGOTTEN_AFTER = timedelta(days=1)


class Limit(NamedTuple):
    """So many times within so long."""

    most: int
    within: timedelta


def key_of(purpose: str, who: str, part: str = "") -> str:
    """Return the key of a count; with a part (an address) it begins as the one without it does."""
    begin = keys.digest(f"limit.{purpose}", who)[:40]
    return f"{begin}:{keys.digest('limit.part', part)[:20]}" if part else begin


def take(limits: Mapping[str, Limit], at: datetime) -> bool:
    """Count one more try under each of these keys, unless one of them is used up: then none is counted.

    Returns:
        whether it may be tried.
    """
    with transaction.atomic():
        logs = _locked(sorted(limits), at)
        recent = {log.key: _within(log, limits[log.key], at) for log in logs}
        if any(len(recent[key]) >= limit.most for key, limit in limits.items()):
            return False
        for log in logs:
            log.moments, log.last_at = json.dumps([*recent[log.key], at.timestamp()]), at
            log.save(update_fields=["moments", "last_at"])
    return True


def forget(begin: str) -> None:
    """Forget what was counted under a key, and under those that begin with it."""
    AttemptLog.objects.filter(key__startswith=begin).delete()


def forget_old(at: datetime) -> None:
    """Forget what no limit looks back to any more."""
    AttemptLog.objects.filter(last_at__lt=at - FORGOTTEN_AFTER).delete()


def _locked(wanted: list[str], at: datetime) -> list[AttemptLog]:
    """Lock the counts in the order of their keys, making those that are not there."""
    AttemptLog.objects.bulk_create([AttemptLog(key=key, last_at=at) for key in wanted], ignore_conflicts=True)
    return list(AttemptLog.objects.select_for_update().filter(key__in=wanted).order_by("key"))


def _within(log: AttemptLog, limit: Limit, at: datetime) -> list[float]:
    since = (at - limit.within).timestamp()
    return [moment for moment in json.loads(log.moments) if moment > since]
