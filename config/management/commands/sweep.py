"""`manage.py sweep`: due clocks, events nobody was told of, steps in error. The worker does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.sweep import sweep


class Command(BaseCommand):
    """One round of what the worker does every minute."""

    help = "Lets due clocks act and dispatches what a crash left; exits 1 when a step is in error."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once."""
        done = sweep(at=timezone.now())
        self.stdout.write(
            f"{done.clocks} clocks were due, {done.moved} of them moved a case; {done.alarms} alarms; "
            f"{done.events} events dispatched"
        )
        for error in done.errors:
            self.stdout.write(f"ERROR {error}")
        if done.errors:
            raise CommandError(f"{len(done.errors)} errors")
