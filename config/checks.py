"""What `manage.py check --deploy` asks of an installation beyond Django's own questions."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


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
