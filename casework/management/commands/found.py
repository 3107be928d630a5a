"""`manage.py found`: what an empty installation needs before the first person can log in.

One office at the top, two security administrators who count at once, a system administrator whose role one of
the two has still to confirm on the pages, the public door, and the calendars of this year and the next.
"""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from casework.audit.errors import CaseworkError, InvalidFacts
from casework.offices import operations as offices
from casework.offices.models import CalendarDay, Level, Office
from casework.staff import operations as staff
from casework.staff.models import User
from casework.staff.operations import NewAccount

# option, question at the terminal
OFFICE = (
    ("code", "Code of the top office (its cases carry it: LD-<code>-2026-000001)"),
    ("name", "Name of the top office"),
    ("level", f"Level ({', '.join(Level.values)})"),
    ("region", "Region code, six digits (GB/T 2260)"),
)
PEOPLE = (
    ("first", "First security administrator"),
    ("second", "Second security administrator, another person"),
    ("system", "System administrator"),
)


class Command(BaseCommand):
    """The first hour of an installation."""

    help = (
        "Founds the top office, two security administrators and a system administrator in an empty database. "
        "Asks for what is not given; without a terminal the three passwords are read from standard input, a line each."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the office and the people."""
        for name, question in OFFICE:
            parser.add_argument(f"--{name}", help=question, choices=Level.values if name == "level" else None)
        parser.add_argument("--name-en", default="", help="Name of the top office in English")
        parser.add_argument("--phone", default="", help="Phone of the top office")
        for name, question in PEOPLE:
            parser.add_argument(f"--{name}", metavar="USERNAME:NAME", help=question)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, check, found."""
        if Office.objects.exists():
            raise CommandError(str(staff.HouseStands.message))
        facts = {name: options[name] or _ask(name, question) for name, question in OFFICE}
        facts |= {"name_en": options["name_en"], "phone": options["phone"]}
        _check(facts)
        people = {name: _account(name, question, options[name]) for name, question in PEOPLE}
        at = timezone.now()
        try:
            with transaction.atomic():
                office, waiting = staff.found_house(office=facts, **people, by=None, at=at)
                staff.open_public_door(by=None, at=at)
                years = _load_calendars(timezone.localdate(at).year)
        except InvalidFacts as error:
            raise CommandError("; ".join(f"{name}: {' '.join(said)}" for name, said in error.errors.items())) from error
        except CaseworkError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Founded {office.name} ({office.code}), calendars of {' and '.join(map(str, years))}.")
        self.stdout.write(
            f"Next: {people['first'].username} or {people['second'].username} logs in and confirms the role of "
            f"{waiting.user.username} under /staff/grants/. Then {waiting.user.username} enters offices and staff, "
            "and the two security administrators grant roles."
        )


def _ask(name: str, question: str) -> str:
    """Ask at the terminal, until there is an answer.

    Raises:
        CommandError: there is no terminal.
    """
    if not sys.stdin.isatty():
        raise CommandError(f"--{name} is missing, and there is no terminal to ask at.")
    answer = ""
    while not answer:
        answer = input(f"{question}: ").strip()
    return answer


def _check(facts: dict[str, str]) -> None:
    """Check the office as a form would.

    Raises:
        CommandError: with each field and what is wrong with it.
    """
    try:
        Office(**facts).clean_fields(exclude=["path", "depth", "numchild", "reports_to"])
    except ValidationError as error:
        said = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise CommandError(said) from error
    region = facts["region"]
    if not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise CommandError("region: six digits, as in GB/T 2260")


def _account(name: str, question: str, given: str | None) -> NewAccount:
    """Return a person's account; the password never stands on the command line.

    Raises:
        CommandError: the option is misspelt, the passwords differ, or the password is too weak.
    """
    text = given or _ask(name, f"{question}, as username:name")
    username, colon, display_name = text.partition(":")
    if not (colon and username.strip() and display_name.strip()):
        raise CommandError(f"--{name} is written as username:name, for instance an.lan:安澜")
    account = NewAccount(username.strip(), display_name.strip(), _password(username.strip()))
    try:
        validate_password(account.password, User(username=account.username, display_name=account.display_name))
    except ValidationError as error:
        raise CommandError(f"{account.username}: {' '.join(error.messages)}") from error
    return account


def _password(username: str) -> str:
    """Read a password: twice at a terminal, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"Password of {username}: ")
    if getpass("Once more: ") != password:
        raise CommandError(f"The two passwords of {username} differ.")
    return password


def _load_calendars(this_year: int) -> list[int]:
    """Enter the calendars of this year and the next, where nobody has."""
    years = [this_year, this_year + 1]
    for year in years:
        if not CalendarDay.objects.filter(region="", day__year=year).exists():
            offices.load_calendar(year=year, by=None, at=timezone.now())
    return years
