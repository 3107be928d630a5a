"""The alarm that the holidays of a year are not here as published; their notice comes out in November."""

from datetime import date, datetime

from django.utils.timezone import localdate

from casework.audit import events
from casework.audit.models import Event
from casework.audit.operation import operation

from .models import CalendarDay, Office
from .operations import HOUSE
from .queries import published_years
from .roles import Role

# From this day on a year is missed that begins with the next January.
MONTH, DAY = 12, 1
# Days between two alarms.
AGAIN_AFTER = 7


def missing_year(on: date) -> int | None:
    """Return the year whose published national calendar ought to be here on a day and is not."""
    due = on.year + 1 if (on.month, on.day) >= (MONTH, DAY) else on.year
    national = CalendarDay.objects.filter(region="", day__year__in=(on.year, due))
    known = published_years(national.values_list("day__year", "provisional").distinct())
    return next((year for year in sorted({on.year, due}) if year not in known), None)


def calendar_alarm(*, at: datetime) -> bool:
    """Record once a week that a calendar is missing, until it is loaded; return whether it was recorded now.

    For every sweep: it locks nothing while nothing is missing, and of many at once one records.
    """
    return missing_year(localdate(at)) is not None and _record_missing(by=None, at=at)


@operation
def _record_missing(*, by: None, at: datetime) -> bool:
    top = Office.objects.select_for_update(no_key=True).filter(depth=1).order_by("path").first()
    year = missing_year(localdate(at))
    if top is None or year is None:
        return False
    last = Event.objects.filter(kind="calendar.missing").order_by("-id").first()
    if last is not None and last.facts["year"] == year:
        if (localdate(at) - localdate(last.happened_at)).days < AGAIN_AFTER:
            return False
    events.record(HOUSE, "calendar.missing", by=by, at=at, year=year, role=Role.SYSADMIN, office_path=top.path)
    return True
