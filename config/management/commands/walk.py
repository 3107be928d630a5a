"""`manage.py walk`: takes one new case of each type from intake to its close and shows every step."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from casework.audit.errors import CaseworkError
from config.demo.city import found_city
from notifications import operations as notifications
from notifications.models import Notification
from workflows.case_type import all_case_types, case_type
from workflows.walking import Surprise, Walk


class Command(BaseCommand):
    """The main job, end to end, on the console."""

    help = "Walks one new case of each type to its close through the real operations; exits 1 on any surprise."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one type only, and a moment to begin at."""
        parser.add_argument("--type", help="the slug of one case type")
        parser.add_argument("--at", help="when the walk begins (ISO 8601); now, if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk."""
        at = _moment(options["at"])
        try:
            kinds = [case_type(options["type"])] if options["type"] else all_case_types()
            cast = found_city(at=at)
        except CaseworkError as error:
            raise CommandError(str(error)) from error
        surprises = []
        for kind in kinds:
            self.stdout.write(f"\n== {kind.prefix} {kind.title} ==")
            walk = Walk(kind=kind, cast=cast, office=cast.office, at=at, say=self.stdout.write)
            try:
                kind.walk(walk)
                walk.expect("closed")
                if not (walk.case.outcome and walk.case.outcome_reason):
                    raise Surprise(f"{walk.case.number} is closed without an outcome and a reason")
            except (CaseworkError, Surprise) as error:
                surprises.append(f"{kind.slug}: {error}")
                self.stdout.write(f"    SURPRISE {error}")
            self._tell_notifications(walk)
        if surprises:
            raise CommandError(f"{len(surprises)} of {len(kinds)} walks went wrong: " + "; ".join(surprises))
        self.stdout.write(f"\n{len(kinds)} cases walked to their close.")

    def _tell_notifications(self, walk: Walk) -> None:
        """Tell who was told what, from the rows."""
        notifications.sweep(at=walk.at)
        told = Notification.objects.filter(event__stream=walk.case.stream).select_related("user").order_by("id")
        for row in told:
            place = f"#{row.seq}" if row.seq else f"from {timezone.localtime(row.not_before):%Y-%m-%d %H:%M} on"
            self.stdout.write(f"    told {row.user.username} {place}: {row.kind}")


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    moment = parse_datetime(text)
    if moment is None:
        raise CommandError(f"{text!r} is no moment; write it as 2026-11-20T09:00")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
