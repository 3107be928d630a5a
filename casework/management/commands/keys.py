"""`manage.py keys`: make, use, change and drop keys. Whoever administers the machine may; no page can."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from casework.audit import keys, rotation
from casework.audit.errors import CaseworkError


class Command(BaseCommand):
    """The keys of this installation."""

    help = "list, add, use, rotate, check and drop keys of the ring (docs/howto/rotate-the-keys.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="what each key is needed for")
        adding = what.add_parser("add", help="make the next key of a kind; what is new is made with it")
        adding.add_argument("kind", choices=keys.KINDS)
        adding.add_argument("--waiting", action="store_true", help="not before `keys use`: several machines")
        using = what.add_parser("use", help="make what is new with the newest key of a kind")
        using.add_argument("kind", choices=keys.KINDS)
        rotating = what.add_parser("rotate", help="write anew what older keys made; may be killed and begun again")
        rotating.add_argument("--batch", type=int, default=rotation.AT_ONCE, metavar="N", help="rows of a transaction")
        what.add_parser("check", help="open everything; exits 1 when something cannot be opened")
        dropping = what.add_parser("drop", help="take a key off the ring that nothing needs")
        dropping.add_argument("kind", choices=keys.KINDS)
        dropping.add_argument("number", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            getattr(self, f"_{options['what']}")(options)
        except CaseworkError as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        used = rotation.in_use()
        for kind in keys.KINDS:
            newest = keys.key_of(kind)[0]
            for number in keys.numbers(kind):
                note = "" if number < newest else "  in use" if number == newest else "  waiting"
                self.stdout.write(f"{kind} {number}: {used[kind, number]}{note}")

    def _add(self, options: dict[str, Any]) -> None:
        number = rotation.add_key(kind=options["kind"], by=None, at=timezone.now())
        self.stdout.write(f"Key {number} of {options['kind']} is on the ring.")
        if not options["waiting"]:
            self._use(options)

    def _use(self, options: dict[str, Any]) -> None:
        rotation.settle()
        number = rotation.take_key_in_use(kind=options["kind"], by=None, at=timezone.now())
        self.stdout.write(f"What is new is made with key {number} of {options['kind']} from now on.")

    def _rotate(self, options: dict[str, Any]) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch: at least 1")
        done = rotation.rotate(most=options["batch"], now=timezone.now, tell=self._tell)
        for fault in sorted(done.broken):
            self.stderr.write(f"BROKEN {fault}")
        self.stdout.write(f"{done.done} rows were written anew.")
        if done.left:
            said = ", ".join(f"{many} under {kind} {number}" for (kind, number), many in sorted(done.left.items()))
            raise CommandError(f"left: {said}")
        self.stdout.write("Nothing is left under older keys.")

    def _tell(self, place: str, done: int) -> None:
        self.stdout.write(f"{done:>9} {place}")
        self.stdout.flush()

    def _check(self, options: dict[str, Any]) -> None:
        faults = [fault for place in rotation.places() for fault in place.broken()]
        for fault in faults:
            self.stdout.write(f"BROKEN {fault}")
        if faults:
            raise CommandError(f"{len(faults)} things cannot be opened")
        self.stdout.write("Everything can be opened.")

    def _drop(self, options: dict[str, Any]) -> None:
        rotation.drop_key(kind=options["kind"], number=options["number"], by=None, at=timezone.now())
        self.stdout.write(f"Key {options['number']} of {options['kind']} is off the ring.")
