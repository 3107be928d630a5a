"""`manage.py audit`: check the trail and say where it was touched; make a checkpoint and keep it outside."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.audit import anchor_keys, checkpoints, places
from casework.audit.verify import verify
from casework.funds.queries import faults_of_funds


class Command(BaseCommand):
    """Checks of the trail, and its checkpoints."""

    help = (
        "verify: checks every chain and checkpoint, names the first broken row, exits 1 on a fault. anchor: makes one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        what = parser.add_subparsers(dest="what", required=True)
        verifying = what.add_parser("verify", help="check every chain and every checkpoint")
        verifying.add_argument("--anchor", type=Path, metavar="FILE", help="checkpoints kept elsewhere")
        verifying.add_argument("--texts", action="store_true", help="open every sealed text, name those gone")
        anchoring = what.add_parser("anchor", help="make a checkpoint now and append what FILE lacks")
        anchoring.add_argument("file", type=Path, metavar="FILE")
        anchoring.add_argument("--due", action="store_true", help="only when one is due: for a timer")
        what.add_parser("key", help="make the next pair of signing keys")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["what"] == "anchor":
            self._anchor(options["file"], due=options["due"])
        elif options["what"] == "key":
            self.stdout.write(f"Key {anchor_keys.add_key()} signs from now on.")
        else:
            self._verify(options["anchor"], texts=options["texts"])

    def _anchor(self, file: Path, *, due: bool) -> None:
        at = timezone.now()
        if not anchor_keys.can_sign():
            raise CommandError("the private key of the checkpoints is not for this system user")
        if due:
            checkpoints.make_when_due(at=at)
        else:
            checkpoints.make(at=at, forced=True)
        try:
            appended = places.append_missing(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{appended} checkpoints appended to {file}")

    def _verify(self, anchor: Path | None, *, texts: bool) -> None:
        report = verify(anchor=anchor, texts=texts)
        report.faults += faults_of_funds()
        rate = report.rows / report.seconds if report.seconds else 0
        self.stdout.write(
            f"{report.rows} events in {report.streams} streams checked in {report.seconds:.2f} s ({rate:,.0f} rows/s)"
        )
        if texts:
            self.stdout.write(f"{report.texts} texts opened")
        self.stdout.write(f"{report.checkpoints} checkpoints; {report.younger} rows are younger than the last anchor")
        for fault in report.faults:
            self.stdout.write(f"BROKEN {fault}")
        if not report.ok:
            raise CommandError(f"{len(report.faults)} faults in the trail")
        self.stdout.write("The trail is whole.")
