"""What `manage.py check` asks of an installation beyond Django's own questions.

Each question stands for a trap that a setting can lead into, found by running these very packages. Those with
`deploy=True` are asked by `check --deploy` only.
"""

import os
import stat
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from casework.audit import places


@register(Tags.security, deploy=True)
def check_source_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Remind of the link that users of a running instance are owed (AGPL-3.0, section 13)."""
    if settings.SOURCE_URL:
        return []
    return [
        Warning(
            "SOURCE_URL is empty: people who use this installation cannot find the source it runs.",
            hint="Set it to where that very source, with your changes, can be fetched (docs/howto/run-it.md).",
            id="config.W001",
        )
    ]


@register(Tags.database)
def check_transactions(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find settings under which concurrent steps fail half-way or wait for one another without need."""
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    faults: list[CheckMessage] = []
    if database["ENGINE"].endswith("sqlite3") and options.get("transaction_mode") != "IMMEDIATE":
        faults.append(
            Error(
                "SQLite begins transactions as DEFERRED: of two that write at the same moment one fails half-way.",
                hint="Set OPTIONS['transaction_mode'] = 'IMMEDIATE' (docs/why/sqlite.md).",
                id="config.E001",
            )
        )
    if database.get("ATOMIC_REQUESTS"):
        faults.append(
            Error(
                "ATOMIC_REQUESTS is set: every page would hold the write lock, and refusals could not be recorded.",
                hint="Leave it unset: each operation opens its own transaction (docs/why/one-operation.md).",
                id="config.E002",
            )
        )
    if "lock_timeout" in str(options.get("options", "")):
        faults.append(
            Error(
                "lock_timeout stands in the connection's options, which PgBouncer refuses.",
                hint="ALTER ROLE … SET lock_timeout (docs/howto/run-it.md).",
                id="config.E003",
            )
        )
    return faults


@register()
def check_channel_layer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find channel layers that lose messages or sockets."""
    backend = str(settings.CHANNEL_LAYERS["default"]["BACKEND"])
    if backend.startswith("channels_redis.core."):
        return [
            Error(
                "channels-redis' queue layer drops idle sockets (redis-py 8) and loses what a slow reader misses.",
                hint="Use channels_redis.pubsub.RedisPubSubChannelLayer (docs/why/real-time.md).",
                id="config.E004",
            )
        ]
    if backend.endswith(".InMemoryChannelLayer") and int(os.environ.get("WEB_CONCURRENCY") or 1) > 1:
        return [
            Warning(
                "Several web processes and no Redis: each hears of another's news by asking, two seconds later.",
                hint="Set REDIS_URL.",
                id="config.W002",
            )
        ]
    return []


@register()
def check_viewflow(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find viewflow's pages among the apps: only its engine is used."""
    if "viewflow" not in settings.INSTALLED_APPS:
        return []
    return [
        Error(
            "The app `viewflow` is installed: its pages need inline styles and know no office, its files stop "
            "collectstatic.",
            hint="Install `viewflow.workflow` alone (docs/why/own-shell.md).",
            id="config.E005",
        )
    ]


@register(Tags.security, deploy=True)
def check_keys_file(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Ask for the key ring, and that nobody else reads it: a ring made anew by mistake opens nothing that is sealed."""
    if not settings.KEYS_FILE.exists():
        return [
            Error(
                "KEYS_FILE names no file: the first page would make a new ring, which opens nothing sealed before.",
                hint="Restore the ring; on a new installation run `manage.py found` first.",
                id="config.E006",
            )
        ]
    if stat.S_IMODE(settings.KEYS_FILE.stat().st_mode) & 0o077:
        return [
            Error(
                "KEYS_FILE can be read by others, too.",
                hint=f"chmod 600 {settings.KEYS_FILE}",
                id="config.E007",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_anchor_places(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Ask for two places outside the database: one alone can be lost, or belong to whoever rewrites the trail."""
    try:
        places.places()
    except places.UnknownPlace as error:
        return [Error(f"ANCHOR_PLACES names a place we do not know: {error}", id="config.E008")]
    if len(settings.ANCHOR_PLACES) > 1:
        return []
    return [
        Warning(
            "Checkpoints of the trail go to fewer than two places outside the database.",
            hint="Set ANCHOR_PLACES to an append-only file and a syslog server (docs/howto/run-it.md).",
            id="config.W003",
        )
    ]
