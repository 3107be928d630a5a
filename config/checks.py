"""What `manage.py check --deploy` asks of an installation beyond Django's own questions."""

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


@register(Tags.security, deploy=True)
def check_anchor_places(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Ask for two places outside the database: one alone can be lost, or belong to whoever rewrites the trail."""
    try:
        places.places()
    except places.UnknownPlace as error:
        return [Error(f"ANCHOR_PLACES names a place we do not know: {error}", id="config.E001")]
    if len(settings.ANCHOR_PLACES) > 1:
        return []
    return [
        Warning(
            "Checkpoints of the trail go to fewer than two places outside the database.",
            hint="Set ANCHOR_PLACES to an append-only file and a syslog server (docs/howto/run-it.md).",
            id="config.W002",
        )
    ]
