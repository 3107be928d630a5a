"""When offices work next: until then nobody is told what can wait."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines import calendar as days
from casework.deadlines.calendar import BEIJING, Calendar

from .test_calendar import AUTUMN, calendars

FIRST = datetime(2020, 1, 1, tzinfo=UTC)

moments = st.timedeltas(timedelta(0), timedelta(days=15 * 365)).map(lambda passed: FIRST + passed)


def beijing(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


class TestNextOfficeHour:
    @pytest.mark.parametrize(
        ("moment", "opens"),
        [
            (beijing(8, 3), beijing(8, 9)),  # a Thursday's night
            (beijing(8, 9), beijing(8, 9)),
            (beijing(8, 11, 59), beijing(8, 11, 59)),
            (beijing(8, 12), beijing(8, 13, 30)),  # the lunch break
            (beijing(8, 13, 30), beijing(8, 13, 30)),
            (beijing(8, 17, 30), beijing(9, 9)),
            (beijing(9, 20), beijing(10, 9)),  # the Saturday is worked (调休)
            (beijing(10, 10), beijing(10, 10)),
            (beijing(10, 18), beijing(12, 9)),  # the Sunday is not
            (beijing(30, 18, month=9), beijing(8, 9)),  # National Day, seven days
        ],
    )
    def test_is_now_or_when_the_doors_open(self, moment: datetime, opens: datetime) -> None:
        assert days.next_office_hour(moment, AUTUMN) == opens

    def test_is_reckoned_by_the_clock_of_beijing(self) -> None:
        assert days.next_office_hour(datetime(2026, 10, 7, 23, tzinfo=UTC), AUTUMN) == beijing(8, 9)

    def test_knows_the_fixed_festivals_of_a_year_without_notice(self) -> None:
        new_year = datetime(2027, 1, 1, 10, tzinfo=BEIJING)

        assert days.next_office_hour(new_year, AUTUMN) == datetime(2027, 1, 4, 9, tzinfo=BEIJING)

    def test_refuses_a_moment_without_a_time_zone(self) -> None:
        with pytest.raises(ValueError, match="belongs to no day"):
            days.next_office_hour(beijing(8, 3).replace(tzinfo=None), AUTUMN)

    @given(moments, calendars())
    def test_lies_in_office_hours_and_never_before(self, moment: datetime, calendar: Calendar) -> None:
        opens = days.next_office_hour(moment, calendar)
        local = opens.astimezone(BEIJING)

        assert opens >= moment
        assert calendar.is_working_day(local.date())
        assert any(begins <= local.time() < ends for begins, ends in calendar.hours)
        assert days.next_office_hour(opens, calendar) == opens

    @given(moments, moments, calendars())
    def test_comes_no_earlier_for_what_comes_later(self, one: datetime, other: datetime, calendar: Calendar) -> None:
        first, second = sorted((one, other))

        assert days.next_office_hour(first, calendar) <= days.next_office_hour(second, calendar)

    @given(st.dates(date(2020, 1, 1), date(2035, 6, 30)), calendars())
    def test_every_working_day_opens_for_what_came_in_its_night(self, day: date, calendar: Calendar) -> None:
        midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)

        assert (days.next_office_hour(midnight, calendar).date() == day) == calendar.is_working_day(day)
