"""`manage.py reference`: writes the generated pages of docs/reference anew; `--check` names the stale ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import reference


class Command(BaseCommand):
    """The documentation that the code writes itself."""

    help = "Writes docs/reference from the code; with --check, exits 1 when a page is stale."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to check only."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or check."""
        if options["check"]:
            if found := reference.stale():
                raise CommandError(f"stale: {', '.join(found)}; run ./run docs")
            self.stdout.write("Every generated page is as the code says.")
            return
        for name in reference.write():
            self.stdout.write(f"wrote docs/reference/{name}")
