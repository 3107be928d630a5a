"""The calendar: examples with their published days, and the laws every count keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines import calendar as days
from casework.deadlines.calendar import BEIJING, Calendar

# National Day and Mid-Autumn of 2026 with their worked weekends (国务院办公厅关于2026年部分节假日安排的通知).
AUTUMN = Calendar(
    special={
        **{date(2026, 9, day): False for day in (25, 26, 27)},
        **{date(2026, 10, day): False for day in range(1, 8)},
        date(2026, 9, 20): True,
        date(2026, 10, 10): True,
    },
    published=frozenset({2026}),
)

any_day = st.dates(date(2020, 1, 1), date(2035, 12, 31))
lengths = st.integers(0, 120)


@st.composite
def calendars(draw):
    """A calendar with rest days and worked weekends strewn over the years."""
    special = draw(st.dictionaries(any_day, st.booleans(), max_size=40))
    return Calendar(special=special, published=frozenset(draw(st.sets(st.integers(2020, 2035), max_size=6))))


class TestIsWorkingDay:
    @pytest.mark.parametrize(
        ("day", "worked"),
        [
            (date(2026, 9, 20), True),  # a Sunday worked for the holiday
            (date(2026, 10, 10), True),  # a Saturday worked
            (date(2026, 9, 25), False),  # a Friday, Mid-Autumn
            (date(2026, 9, 24), True),
            (date(2026, 9, 19), False),  # an ordinary Saturday
        ],
    )
    def test_follows_the_notice_before_the_week(self, day, worked):
        assert AUTUMN.is_working_day(day) is worked

    def test_knows_the_fixed_festivals_of_a_year_without_notice(self):
        assert not AUTUMN.is_working_day(date(2027, 10, 1))
        assert AUTUMN.is_provisional(date(2026, 12, 30), date(2027, 1, 4))
        assert not AUTUMN.is_provisional(date(2026, 12, 30), date(2026, 12, 31))


class TestAddWorkingDays:
    def test_does_not_count_the_first_day_and_skips_rest_days(self):
        assert days.add_working_days(date(2026, 9, 30), 3, AUTUMN) == date(2026, 10, 10)
        assert days.add_working_days(date(2026, 9, 18), 3, AUTUMN) == date(2026, 9, 22)

    @given(any_day, st.integers(1, 60), calendars())
    def test_ends_on_a_working_day_and_counts_back(self, start, length, calendar):
        end = days.add_working_days(start, length, calendar)

        assert calendar.is_working_day(end)
        assert days.working_days_between(start, end, calendar) == length

    @given(any_day, lengths, lengths, calendars())
    def test_adds_up(self, start, one, other, calendar):
        halfway = days.add_working_days(start, one, calendar)

        assert days.add_working_days(halfway, other, calendar) == days.add_working_days(start, one + other, calendar)

    def test_refuses_a_negative_length(self):
        with pytest.raises(ValueError, match="never negative"):
            days.add_working_days(date(2026, 9, 30), -1, AUTUMN)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2025, 9, 20), 12, date(2026, 9, 20)),
            (date(2026, 10, 31), 6, date(2027, 4, 30)),
            (date(2026, 12, 15), 0, date(2026, 12, 15)),
        ],
    )
    def test_ends_on_the_corresponding_day_or_the_last_of_the_month(self, start, months, end):
        assert days.add_months(start, months) == end

    @given(any_day, any_day, st.integers(0, 60))
    def test_never_overtakes(self, one, other, months):
        first, second = sorted((one, other))

        assert days.add_months(first, months) <= days.add_months(second, months)


class TestRollForward:
    def test_leaves_a_worked_weekend_where_it_is(self):
        assert days.roll_forward(date(2026, 10, 10), AUTUMN) == date(2026, 10, 10)
        assert days.roll_forward(date(2026, 10, 1), AUTUMN) == date(2026, 10, 8)

    @given(any_day, calendars())
    def test_gives_the_first_working_day_and_stays_there(self, day, calendar):
        rolled = days.roll_forward(day, calendar)

        assert rolled >= day
        assert calendar.is_working_day(rolled)
        assert days.roll_forward(rolled, calendar) == rolled
        assert not any(calendar.is_working_day(day + number * days.DAY) for number in range((rolled - day).days))


class TestWorkingHours:
    def test_passes_over_the_night_and_the_noon(self):
        friday = datetime(2026, 11, 20, 16, 30, tzinfo=BEIJING)

        assert days.add_working_hours(friday, 4, AUTUMN) == datetime(2026, 11, 23, 12, 0, tzinfo=BEIJING)

    def test_begins_with_the_next_opening(self):
        saturday = datetime(2026, 11, 21, 10, 0, tzinfo=BEIJING)

        assert days.add_working_hours(saturday, 1, AUTUMN) == datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)

    @given(st.integers(0, 330 * 24 * 60), st.integers(0, 30))
    def test_never_goes_back(self, minutes, hours):
        moment = datetime(2026, 1, 1, tzinfo=BEIJING) + timedelta(minutes=minutes)
        end = days.add_working_hours(moment, hours, AUTUMN)

        assert end - moment >= timedelta(hours=hours)
        assert end <= days.add_working_hours(moment, hours + 1, AUTUMN)


class TestBeijingDay:
    def test_is_the_day_in_beijing_whatever_the_zone(self):
        assert days.beijing_date(datetime(2026, 9, 25, 16, 30, tzinfo=UTC)) == date(2026, 9, 26)

    def test_ends_at_midnight_there(self):
        assert days.end_of(date(2026, 9, 25)) == datetime(2026, 9, 25, 16, 0, tzinfo=UTC)

    def test_refuses_a_moment_without_a_zone(self):
        with pytest.raises(ValueError, match="no day"):
            days.beijing_date(datetime(2026, 9, 25))  # noqa: DTZ001


def test_counts_working_days_without_the_first_and_with_the_last():
    assert days.working_days_between(date(2026, 9, 18), date(2026, 10, 12), AUTUMN) == 12
