"""The app of records and rules."""

from typing import Any, ClassVar

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .audit import triggers


class CaseworkConfig(AppConfig):
    """What a case is: one Django app whose rooms are plain packages with one migration history."""

    name = "casework"
    verbose_name = _("Casework")
    triggers: ClassVar[tuple[str, ...]] = (
        "audit.triggers",
        "staff.triggers",
        "documents.triggers",
        "cases.triggers",
        "funds.triggers",
        "rights.triggers",
    )
    sealed: ClassVar[tuple[str, ...]] = ("documents.resealing", "staff.recovery")
    examples: ClassVar[str] = "examples.general"

    def ready(self) -> None:
        """Have the triggers made after every migration, and checked."""
        from .audit.checkpoints import after_commit
        from .audit.operation import AFTER_COMMIT

        if after_commit not in AFTER_COMMIT:
            AFTER_COMMIT.append(after_commit)
        post_migrate.connect(install_triggers, dispatch_uid="casework.triggers")
        register(check_triggers, Tags.database)


def install_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the triggers anew: a migration on SQLite drops those of every table it rebuilds."""
    if hasattr(sender, "triggers"):
        triggers.install(connections[using])


def check_triggers(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report triggers the database has not: what they refuse would go through."""
    gone = [name for using in databases or () for name in triggers.missing(connections[using])]
    if not gone:
        return []
    return [
        Warning(  # no error: it would keep `migrate` from mending it
            f"The database lacks triggers: {', '.join(gone)}",
            hint="Run `manage.py migrate`: it makes them anew.",
            id="casework.W001",
        )
    ]
