"""`manage.py audit`: check the trail and say where it was touched; sign it; make the keys it is signed with."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.audit import anchors, checkpoints, places
from casework.audit.models import AnchorPlace
from casework.audit.verify import Report, texts, verify
from casework.funds.queries import unbalanced_funds


class Command(BaseCommand):
    """Checks and signs the trail."""

    help = "verify: checks every chain and checkpoint, names the first broken row of each stream, exits 1 on a fault."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        asked = parser.add_subparsers(dest="what", required=True)
        check = asked.add_parser("verify", help="check every chain, head, trigger and checkpoint")
        check.add_argument("--anchor", type=Path, help="a file of checkpoints, instead of the configured one")
        check.add_argument("--texts", action="store_true", help="open every free text, too")
        make = asked.add_parser("anchor", help="sign the heads now and send them to their places")
        make.add_argument("file", type=Path, nargs="?", help="a file that gets every checkpoint it lacks, too")
        asked.add_parser("newkey", help="make a pair of signing keys, the newest from now on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        match options["what"]:
            case "verify":
                self._verify(options["anchor"], with_texts=options["texts"])
            case "anchor":
                self._anchor(options["file"])
            case "newkey":
                self.stdout.write(f"Key {anchors.add_key()} signs from now on: {settings.ANCHOR_KEY_FILE}")

    def _verify(self, file: Path | None, *, with_texts: bool) -> None:
        found = _read(file) if file else _read_configured()
        report = verify(found)
        report.faults += [f"fund {fund.pk}: its counters are not the sums of its rows" for fund in unbalanced_funds()]
        report.faults += texts() if with_texts else []
        self._tell(report)
        if not report.ok:
            raise CommandError(f"{len(report.faults)} faults in the trail")
        self.stdout.write("The trail is whole.")

    def _tell(self, report: Report) -> None:
        rate = report.rows / report.seconds if report.seconds else 0
        self.stdout.write(
            f"{report.rows} events in {report.streams} streams checked in {report.seconds:.2f} s ({rate:,.0f} rows/s)"
        )
        if report.younger is None:
            self.stdout.write("No anchor was read: a tail that was cut off together with its head would not show.")
        else:
            self.stdout.write(f"{report.younger} events are younger than the last anchor.")
        for fault in report.faults:
            self.stdout.write(f"BROKEN {fault}")

    def _anchor(self, file: Path | None) -> None:
        now = timezone.now()
        made = checkpoints.make_checkpoint(at=now)
        checkpoints.send_on(at=now, places=[*settings.ANCHOR_PLACES, *([f"file://{file.resolve()}"] if file else [])])
        if made is None:
            self.stdout.write("Nothing was signed: no head moved, or the signing key is not here.")
        else:
            self.stdout.write(f"Checkpoint {made.number} covers {made.events} events.")


def _read_configured() -> anchors.Anchors | None:
    """Read the first configured place that is a file; what it was sent and has no more is a fault."""
    for place in settings.ANCHOR_PLACES:
        file, sent = places.file_of(place), AnchorPlace.objects.filter(name=place).first()
        if file is None or (sent is None and not file.exists()):
            continue
        found = _read(file)
        if sent is not None and not found.faults and found.last < sent.upto:
            found.faults.append(f"anchor {found.last + 1}: it was sent to {file} and is there no more")
        return found
    return None


def _read(file: Path) -> anchors.Anchors:
    if not file.exists():
        raise CommandError(f"{file}: there is no such file")
    return anchors.read(anchors.lines_of(file))
