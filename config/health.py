"""What a load balancer and a monitor ask: does this process live, and can it work."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.audit import checkpoints, triggers
from casework.audit.models import Event
from casework.audit.operation import prove_writable
from casework.offices.calendar_alarm import missing_year
from notifications.models import SweepMark
from notifications.recipients import rules

logger = logging.getLogger(__name__)

# The sweep runs every minute: an event that waits longer than three has nobody to send it.
DISPATCH_WITHIN = timedelta(minutes=3)


class NotReady(Exception):
    """A part this process needs is missing."""


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs; asks nothing of anybody."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether each part works; 503 when one does not. The reason stands in the log, not on the page.

    A warning is for people, not for the load balancer: the process works.
    """
    at = timezone.now()
    parts = {name: _try(name, check, at) for name, check in CHECKS.items()}
    status = 200 if set(parts.values()) == {"ok"} else 503
    if status == 200:
        parts |= {name: warning if check(at) else "ok" for name, (warning, check) in WARNINGS.items()}
    return JsonResponse(parts, status=status)


def _try(name: str, check: Callable[[datetime], None], at: datetime) -> str:
    try:
        check(at)
    except Exception:  # whatever it is, the answer to the question is no
        logger.warning("not ready: %s", name, exc_info=True)
        return "failed"
    return "ok"


def _database(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations(at: datetime) -> None:
    _migrated()


@cache
def _migrated() -> bool:
    """Kept once true: reading the migrations takes long, and none is ever taken back under a running process."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady
    return True


def _triggers(at: datetime) -> None:
    if triggers.missing(connection):
        raise NotReady


def _dispatch(at: datetime) -> None:
    mark = SweepMark.objects.filter(pk=1).values_list("upto", flat=True).first() or 0
    waiting = Event.objects.filter(pk__gt=mark, kind__in=rules(), dispatched=None)
    if waiting.filter(recorded_at__lt=at - DISPATCH_WITHIN).exists():
        raise NotReady


def _trail(at: datetime) -> None:
    prove_writable(at)


def _redis(at: datetime) -> None:
    if settings.REDIS_URL:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as server:
            server.ping()


CHECKS: dict[str, Callable[[datetime], None]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "dispatch": _dispatch,
    "trail": _trail,
    "redis": _redis,
}

# name: (what it says, whether it says so)
WARNINGS: dict[str, tuple[str, Callable[[datetime], object]]] = {
    "anchors": ("stale", checkpoints.stale),
    "calendar": ("missing", lambda at: missing_year(timezone.localdate(at))),
}
