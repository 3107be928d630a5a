"""The app that tells people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Listens to what was committed; nothing in the house calls it."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Take a place after every commit."""
        from casework.audit.operation import AFTER_COMMIT

        from . import checks as checks
        from .dispatch import after_commit

        if after_commit not in AFTER_COMMIT:
            AFTER_COMMIT.append(after_commit)
