"""`manage.py audit verify`: check the trail and say where it was touched."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.audit.verify import verify
from casework.funds.queries import unbalanced_funds


class Command(BaseCommand):
    """Checks of the trail."""

    help = "Checks every chain of events, names the first broken row of each stream, exits 1 on a fault."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        report = verify()
        report.faults += [f"fund {fund.pk}: its counters are not the sums of its rows" for fund in unbalanced_funds()]
        rate = report.rows / report.seconds if report.seconds else 0
        self.stdout.write(
            f"{report.rows} events in {report.streams} streams checked in {report.seconds:.2f} s ({rate:,.0f} rows/s)"
        )
        for fault in report.faults:
            self.stdout.write(f"BROKEN {fault}")
        if not report.ok:
            raise CommandError(f"{len(report.faults)} faults in the trail")
        self.stdout.write("The trail is whole.")
