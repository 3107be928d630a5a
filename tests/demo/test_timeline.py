"""Stories side by side."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from config.demo.timeline import Timeline

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def at(hour):
    return NINE + timedelta(hours=hour)


@pytest.fixture
def told():
    return []


@pytest.fixture
def story(told):
    def make(name, *hours):
        def tell(turn):
            told.append((turn.moment, name))
            for hour in hours:
                turn.until(at(hour))
                told.append((turn.moment, name))

        return tell

    return make


class TestTimeline:
    def test_tells_in_the_order_of_time(self, told, story):
        timeline = Timeline(ends=at(9), meanwhile=lambda _moment: None)
        timeline.add(at(1), story("second", 4))
        timeline.add(at(0), story("first", 2, 5))

        timeline.play()

        assert told == [
            (at(0), "first"),
            (at(1), "second"),
            (at(2), "first"),
            (at(4), "second"),
            (at(5), "first"),
        ]

    def test_breaks_off_at_the_end(self, told, story):
        timeline = Timeline(ends=at(3), meanwhile=lambda _moment: None)
        timeline.add(at(0), story("one", 3, 4))
        timeline.add(at(5), story("too late"))

        timeline.play()

        assert told == [(at(0), "one"), (at(3), "one")]

    def test_says_each_moment_before_it_comes(self, told, story):
        timeline = Timeline(ends=at(9), meanwhile=lambda moment: told.append((moment, "meanwhile")))
        timeline.add(at(0), story("one"))

        timeline.play()

        assert told == [(at(0), "meanwhile"), (at(0), "one")]

    def test_ends_all_with_the_error_of_one(self, told, story):
        def broken(turn):
            raise ValueError("no such office")

        timeline = Timeline(ends=at(9), meanwhile=lambda _moment: None)
        timeline.add(at(0), story("one", 2))
        timeline.add(at(1), broken)

        with pytest.raises(ValueError, match="no such office"):
            timeline.play()

        assert told == [(at(0), "one")]

    def test_shares_one_connection(self, told):
        def ask(turn):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                told.append(cursor.fetchone()[0])

        timeline = Timeline(ends=at(9), meanwhile=lambda _moment: None)
        timeline.add(at(0), ask)

        timeline.play()

        assert told == [1]
