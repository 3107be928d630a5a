"""The app that ties the rooms together: its commands need all of them, and nothing imports it."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GongdaoConfig(AppConfig):
    """Settings, addresses, health and the commands of the whole product; no tables."""

    name = "config"
    verbose_name = "Gongdao"

    def ready(self) -> None:
        """Have the worker sweep every minute, and the checks asked."""
        from . import checks as checks

        post_migrate.connect(schedule_sweep, sender=self, dispatch_uid="config.sweep")


def schedule_sweep(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Enter the worker's standing job, once."""
    from django_q.models import Schedule  # its models are there only when the apps are ready

    Schedule.objects.using(using).get_or_create(
        name="sweep", defaults={"func": "config.sweep.sweep_now", "schedule_type": Schedule.MINUTES, "minutes": 1}
    )
