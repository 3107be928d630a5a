"""From 1 December on a year whose notice is not loaded is missed, once a week, until it is loaded."""

from datetime import UTC, date, datetime

import pytest

from casework.audit.models import Event
from casework.offices import operations as offices
from casework.offices.calendar_alarm import calendar_alarm, missing_year
from casework.offices.models import CalendarDay
from casework.offices.operations import HOUSE
from config.sweep import sweep
from notifications.models import Notification
from notifications.operations import sweep as tell_what_was_not_told
from tests.factories import FOUNDED, an_office_tree, meng, sun


def noon(month, day, year=2026):
    return datetime(year, month, day, 4, tzinfo=UTC)


@pytest.fixture
def tree(db):
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    offices.load_calendar(year=2027, by=None, at=FOUNDED)
    return an_office_tree()


def alarms():
    return [event.happened_at.date() for event in Event.objects.filter(kind="calendar.missing").order_by("id")]


def publish(year):
    CalendarDay.objects.filter(day__year=year, region="").update(provisional=False)


class TestMissingYear:
    @pytest.mark.parametrize(
        ("on", "missing"),
        [
            (date(2026, 11, 30), None),
            (date(2026, 12, 1), 2027),
            (date(2026, 12, 31), 2027),
            (date(2027, 1, 1), 2027),
            (date(2027, 11, 30), 2027),
        ],
    )
    def test_is_the_coming_one_from_the_first_of_december_on(self, tree, on, missing):
        assert missing_year(on) == missing

    def test_is_none_once_published(self, tree):
        publish(2027)

        assert missing_year(date(2026, 12, 1)) is missing_year(date(2027, 6, 1)) is None
        assert missing_year(date(2027, 12, 1)) == 2028

    def test_one_day_entered_by_hand_publishes_no_year(self, tree):
        CalendarDay.objects.create(day=date(2027, 3, 8), is_workday=False, name="停工", source="x")

        assert missing_year(date(2026, 12, 1)) == 2027

    def test_days_of_a_region_publish_nothing(self, tree):
        CalendarDay.objects.create(region="450000", day=date(2027, 4, 9), is_workday=False, name="三月三", source="x")

        assert missing_year(date(2026, 12, 1)) == 2027


class TestAlarm:
    def test_sounds_once_a_week_until_the_year_is_loaded(self, tree):
        said = [calendar_alarm(at=noon(11, 30))]
        said += [calendar_alarm(at=noon(12, day)) for day in (1, 1, 2, 7, 8, 9, 14, 15)]
        publish(2027)
        said += [calendar_alarm(at=noon(12, 22)), calendar_alarm(at=noon(1, 5, 2027))]

        assert said == [False, True, False, False, False, True, False, False, True, False, False]
        assert alarms() == [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)]

    def test_begins_with_the_beijing_day(self, tree):
        assert not calendar_alarm(at=datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
        assert calendar_alarm(at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC))

    def test_goes_on_in_the_new_year_and_catches_up(self, tree):
        assert calendar_alarm(at=noon(12, 1))
        assert calendar_alarm(at=noon(1, 20, 2027))
        assert not calendar_alarm(at=noon(1, 21, 2027))

    def test_stands_in_the_stream_of_the_house_and_is_told_to_the_administrators(self, tree):
        meng(), sun()

        sweep(at=noon(12, 1))
        tell_what_was_not_told(at=noon(12, 1))

        event = Event.objects.get(kind="calendar.missing")
        assert (event.stream, event.actor, event.facts["year"]) == (HOUSE, None, 2027)
        assert [one.user for one in Notification.objects.filter(event=event)] == [meng()]

    def test_without_any_office_there_is_nobody_to_tell(self, db):
        assert not calendar_alarm(at=noon(12, 1))

    def test_asks_one_thing_while_nothing_is_missing(self, tree, django_assert_num_queries):
        with django_assert_num_queries(1):
            calendar_alarm(at=noon(11, 30))
