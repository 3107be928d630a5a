"""`manage.py demo`: an invented city with its people, cases and money, to look around in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from casework.audit.errors import CaseworkError
from config.demo.making import make_demo


class Command(BaseCommand):
    """The city, made through the operations people use; a second run changes nothing."""

    help = "Makes an invented city that stands on the morning of a day; refuses a database somebody works with."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day."""
        parser.add_argument("--at", metavar="DATE", help="the day on which the city stands (2026-11-20); today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or find it."""
        today = timezone.localdate()
        begun = time.monotonic()
        try:
            made = make_demo(on=_day(options["at"]) if options["at"] else today, today=today)
        except CaseworkError as error:
            raise CommandError(str(error)) from error
        what = f"{made.cases} cases, {made.workers} workers, {made.employers} employers, {made.contacts} contacts"
        if made.was_there:
            self.stdout.write(f"The demonstration is there: {what}. Nothing was changed.")
        else:
            self.stdout.write(f"Made in {time.monotonic() - begun:.0f} s: {what}.")


def _day(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{text!r} is no day; write it as 2026-11-20")
    return day
