"""`manage.py check_examples FILE`: worked examples through the real rules; says what did not come out."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.audit.errors import CaseworkError
from casework.examples.checking import check_file


class Command(BaseCommand):
    """What a lawyer worked out by hand, against what the house works out; needs nothing in the database."""

    help = "Checks a file of worked examples against the rules, prints every miss, and exits 1 when there is one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", type=Path, help="JSON; docs/reference/examples.md lists the names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and say."""
        try:
            checked = check_file(options["file"])
        except CaseworkError as error:
            raise CommandError(str(error)) from error
        for miss in checked.misses:
            self.stdout.write(f"MISS {miss.label}")
            for reason in miss.reasons:
                self.stdout.write(f"     {reason}")
        self.stdout.write(f"{checked.passed} passed, {len(checked.misses)} failed")
        if checked.misses:
            raise CommandError(f"{len(checked.misses)} examples did not come out as the file says")
