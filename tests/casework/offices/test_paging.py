import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.offices.models import CalendarDay, LocalParameter
from casework.offices.paging import count_up_to, page
from casework.staff.models import User
from tests.factories import an_office_tree
from tests.scale import scale

pytestmark = pytest.mark.django_db


def days(count: int) -> list[CalendarDay]:
    first = datetime(2026, 1, 1, tzinfo=UTC).date()
    return CalendarDay.objects.bulk_create(
        CalendarDay(day=first + timedelta(days=number), is_workday=number % 2 == 0, name="x", source="x")
        for number in range(count)
    )


def walk(queryset, **how):
    """Read a list to its end and back to its start."""
    there, cursor = [], None
    while True:
        found = page(queryset, cursor=cursor, **how)
        there.append(found.rows)
        if not found.next_cursor:
            break
        cursor = found.next_cursor
    back = [found.rows]
    while found.previous_cursor:
        found = page(queryset, cursor=found.previous_cursor, **how)
        back.append(found.rows)
    return there, back[::-1]


class TestPage:
    def test_goes_through_every_row_once_and_back(self):
        rows = days(7)
        there, back = walk(CalendarDay.objects.all(), order=("-day", "-id"), size=3)
        assert [len(part) for part in there] == [3, 3, 1]
        assert [row for part in there for row in part] == rows[::-1]
        assert back == there

    def test_with_rows_that_share_the_first_value(self):
        rows = days(7)
        there, back = walk(CalendarDay.objects.all(), order=("is_workday", "-id"), size=2)
        assert [row for part in there for row in part] == sorted(rows, key=lambda row: (row.is_workday, -row.pk))
        assert back == there

    @settings(
        max_examples=scale("examples"), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.one_of(st.none(), st.integers(1, 3)), max_size=9), st.integers(1, 4), st.booleans())
    def test_with_empty_values_which_come_last(self, ends, size, descending):
        User.objects.all().delete()
        moments = [end and datetime(2026, 1, end, tzinfo=UTC) for end in ends]
        users = [User.objects.create(username=f"u{n}", deactivated_at=at) for n, at in enumerate(moments)]
        order = ("-deactivated_at" if descending else "deactivated_at", "id")
        there, back = walk(User.objects.all(), order=order, size=size)
        known = [user for user in users if user.deactivated_at]
        known.sort(key=lambda user: user.deactivated_at, reverse=descending)
        expected = known + [user for user in users if not user.deactivated_at]
        assert [row for part in there for row in part] == expected
        assert back == there

    def test_orders_by_columns_of_another_table(self):
        tree = an_office_tree()
        for office in tree[:3]:
            LocalParameter.objects.create(
                code="x", office=office, valid_from=datetime(2026, 1, 1, tzinfo=UTC), value=1, source="x"
            )
        there, back = walk(LocalParameter.objects.select_related("office"), order=("-office__path", "id"), size=1)
        assert [part[0].office for part in there] == list(tree[:3])[::-1]
        assert back == there

    @pytest.mark.parametrize(
        "cursor",
        ["x", "!!", "====", "bnVsbA", "WyJuIl0", "WyJuIiwxLDJd", "WyJuIiwieCIsMV0", "WyJuIixbXSwxXQ", "IiI", "é", "\0"],
    )
    def test_that_cannot_be_read_is_the_first_page(self, cursor):
        rows = days(3)
        assert page(CalendarDay.objects.all(), order=("day", "id"), cursor=cursor, size=2).rows == rows[:2]

    @given(cursor=st.text(max_size=40))
    @settings(
        max_examples=scale("examples"), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_never_fails_whatever_stands_in_the_address(self, cursor):
        page(CalendarDay.objects.all(), order=("day", "id"), cursor=cursor)

    @given(
        direction=st.sampled_from("np"),
        first=st.one_of(
            st.text(st.characters(), max_size=5),  # halves of signs among them
            st.datetimes(timezones=st.timezones()).map(str),
            st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-20T00:00:00"]),
            st.integers() | st.floats() | st.booleans() | st.none(),
        ),
        last=st.integers() | st.text(max_size=3),
    )
    @settings(
        max_examples=scale("examples"), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_never_fails_whatever_was_made_to_look_like_a_cursor(self, direction, first, last):
        said = json.dumps([direction, first, last]).encode()
        cursor = base64.urlsafe_b64encode(said).decode()
        for order in (("username", "id"), ("-deactivated_at", "id"), ("uuid", "-id")):
            page(User.objects.all(), order=order, cursor=cursor)

    def test_is_one_query_at_any_place(self, django_assert_num_queries):
        days(6)
        cursor = page(CalendarDay.objects.all(), order=("day", "id"), size=2).next_cursor
        for where in (None, cursor):
            with django_assert_num_queries(1):
                page(CalendarDay.objects.all(), order=("day", "id"), cursor=where, size=2)

    def test_does_not_lose_its_place_when_rows_come_and_go(self):
        rows = days(6)
        first = page(CalendarDay.objects.all(), order=("day", "id"), size=3)
        rows[2].delete()
        second = page(CalendarDay.objects.all(), order=("day", "id"), cursor=first.next_cursor, size=3)
        assert second.rows == rows[3:]


class TestCountUpTo:
    def test_stops_at_the_limit(self):
        days(5)
        assert str(count_up_to(CalendarDay.objects.all(), 5)) == "5"
        assert str(count_up_to(CalendarDay.objects.all(), 4)) == "4+"
