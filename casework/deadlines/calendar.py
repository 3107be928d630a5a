"""Counting days as the law does. Pure functions: no database, no clock.

The day something starts is not counted (民法典 201). Months and years end on the corresponding day, or on the
last of the month where there is none (202). A period whose last day is a rest day ends on the next working day
and runs to midnight (203). The day is the Beijing day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from casework.offices.days import add_months as add_months
from casework.offices.days import full_months as full_months

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)

# Festivals with a fixed day (全国年节及纪念日放假办法 2): known for every year, also before its notice is out.
FIXED_FESTIVALS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))


@dataclass(frozen=True)
class Calendar:
    """The rest days of a place.

    Args:
        special: days that differ from the week's usual course; true for one that is worked (调休).
        published: the years whose holiday notice is out; a day of any other year is provisional.
        names: what the special days are called.
    """

    special: Mapping[date, bool] = field(default_factory=dict)
    published: frozenset[int] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on the day."""
        known = self.special.get(day)
        if known is not None:
            return known
        if day.year not in self.published and (day.month, day.day) in FIXED_FESTIVALS:
            return False
        return day.weekday() < 5

    def is_provisional(self, first: date, last: date) -> bool:
        """Return whether a year between two days, both included, has no published notice yet."""
        return any(year not in self.published for year in range(first.year, last.year + 1))


def beijing_date(moment: datetime) -> date:
    """Return the day a moment belongs to.

    Raises:
        ValueError: the moment does not say its time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no day")
    return moment.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """Return the moment a day ends: its 24:00."""
    return datetime.combine(day + DAY, time(), BEIJING)


def opening(day: date, calendar: Calendar) -> datetime:
    """Return the moment the offices open on a day."""
    return datetime.combine(day, calendar.hours[0][0], BEIJING)


def roll_forward(day: date, calendar: Calendar) -> date:
    """Return the day itself when it is worked, or the first working day after it."""
    while not calendar.is_working_day(day):
        day += DAY
    return day


def add_calendar_days(start: date, days: int) -> date:
    """Return the last day of a period of days; the start is not counted."""
    _not_negative(days)
    return start + days * DAY


def working_days_after(start: date, calendar: Calendar) -> Iterator[date]:
    """Yield the working days after a day, without end."""
    while True:
        start = roll_forward(start + DAY, calendar)
        yield start


def add_working_days(start: date, days: int, calendar: Calendar, pauses: Iterable[tuple[date, date]] = ()) -> date:
    """Return the last day of a period of working days; the start is not counted.

    Args:
        pauses: days in which the period stood still, each pair with the day on which it went on, which counts.
    """
    _not_negative(days)
    still = list(pauses)
    running = (
        day for day in working_days_after(start, calendar) if not any(first <= day < again for first, again in still)
    )
    counted = list(islice(running, days))
    return counted[-1] if counted else start


def working_day_before(end: date, days: int, calendar: Calendar) -> date:
    """Return the working day so many working days before a day: counting back what `add_working_days` adds."""
    _not_negative(days)
    while days:
        end -= DAY
        days -= calendar.is_working_day(end)
    return end


def days_in(pauses: Iterable[tuple[date, date]]) -> int:
    """Return how many days a period stood still: from the first day of each pause until the day it went on."""
    return sum(max((again - first).days, 0) for first, again in pauses)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Count the working days after the start, up to the end and including it."""
    return sum(calendar.is_working_day(start + number * DAY) for number in range(1, (end - start).days + 1))


def add_working_hours(start: datetime, hours: int, calendar: Calendar) -> datetime:
    """Return the moment at which so many office hours have passed."""
    _not_negative(hours)
    moment, left = start.astimezone(BEIJING), timedelta(hours=hours)
    day = moment.date()
    while True:
        for opens, closes in calendar.hours if calendar.is_working_day(day) else ():
            begins = max(moment, datetime.combine(day, opens, BEIJING))
            ends = datetime.combine(day, closes, BEIJING)
            if begins < ends and left <= ends - begins:
                return begins + left
            left -= max(ends - begins, timedelta(0))
        day += DAY


def _not_negative(length: int) -> None:
    if length < 0:
        raise ValueError("a period is never negative")


def next_office_hour(moment: datetime, calendar: Calendar) -> datetime:
    """Return the moment itself when offices work then, else the one at which they next begin to.

    Raises:
        ValueError: the moment does not say its time zone.
    """
    day = beijing_date(moment)
    while True:
        for opens, closes in calendar.hours if calendar.is_working_day(day) else ():
            if moment < datetime.combine(day, closes, BEIJING):
                return max(moment, datetime.combine(day, opens, BEIJING))
        day += DAY
