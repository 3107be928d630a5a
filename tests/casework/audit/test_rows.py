"""Statements whose text is kept: the values are the objects' own, sealed where the field seals."""

from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.audit import rows
from casework.audit.rows import Read, RowChanged
from casework.offices.models import CalendarDay
from casework.people.models import Worker
from casework.staff.models import RoleGrant, User
from tests.factories import AT, a_user, a_worker, an_office_tree

pytestmark = pytest.mark.django_db

DAYS = Read(lambda first, last: CalendarDay.objects.filter(pk__gte=first, pk__lte=last).order_by("pk"))


def a_day(number: int, **over) -> CalendarDay:
    return CalendarDay(**{"day": AT.date().replace(day=number), "is_workday": True, "name": "x", "source": "x"} | over)


class TestRead:
    def test_answers_with_the_models_objects(self):
        days = CalendarDay.objects.bulk_create(a_day(number) for number in range(1, 6))

        found = DAYS(days[1].pk, days[3].pk)

        assert found == days[1:4]
        assert [one.day for one in found] == [one.day for one in days[1:4]]
        assert not found[0]._state.adding

    def test_gives_annotations_as_attributes(self):
        user = a_user("somebody")

        (grant,) = Read(lambda pk: RoleGrant.placed().filter(user_id=pk))(user.pk)

        assert grant.office_path == an_office_tree().county.path

    def test_keeps_sealed_columns_sealed_until_they_are_read(self):
        worker = a_worker(phone="19900000001")

        (found,) = Read(lambda pk: Worker.objects.filter(pk=pk))(worker.pk)

        assert isinstance(found.__dict__["phone"], bytes)
        assert found.phone == worker.phone

    def test_asks_several_questions_one_after_the_other(self):
        days = CalendarDay.objects.bulk_create(a_day(number) for number in range(1, 4))

        one, many = rows.ask(DAYS.of(days[0].pk, days[0].pk), DAYS.of(days[0].pk, days[2].pk))

        assert (one, many) == (days[:1], days)


class TestInsert:
    def test_gives_the_objects_their_keys_by_one_statement(self):
        days = [a_day(1), a_day(2)]

        with CaptureQueriesContext(connection) as asked:
            rows.insert(days)

        assert len(asked) == 1
        assert list(CalendarDay.objects.order_by("day")) == days

    def test_changes_the_row_that_stands_there(self):
        rows.insert([a_day(1)])

        rows.insert([a_day(1, name="国庆", is_workday=False)], unique=("region", "day"), changed=("name",))

        (day,) = CalendarDay.objects.all()
        assert (day.name, day.is_workday) == ("国庆", True)

    def test_seals_what_its_field_seals(self):
        worker = Worker(name="王", office=an_office_tree().county, phone="19900000002", registered_at=AT)
        worker.office_path, worker.name_folded = worker.office.path, "王"

        rows.insert([worker])

        with connection.cursor() as cursor:
            cursor.execute("SELECT phone FROM casework_worker WHERE id = %s", [worker.pk])
            assert b"19900000002" not in bytes(cursor.fetchone()[0])
        assert Worker.objects.get(pk=worker.pk).phone == "19900000002"


class TestUpdate:
    def test_writes_the_named_columns_only(self):
        user = a_user("somebody")
        user.display_name, user.language = "新名字", "en"

        rows.update(user, ["display_name"])

        fresh = User.objects.get(pk=user.pk)
        assert (fresh.display_name, fresh.language) == ("新名字", "zh-hans")

    @pytest.mark.parametrize("within", [rows.together, nullcontext])
    def test_says_when_the_row_no_longer_holds_what_was_read(self, within):
        user = a_user("somebody")
        user.display_name = "新名字"

        with pytest.raises(RowChanged), transaction.atomic(), within():
            rows.update(user, ["display_name"], language="en")

        assert User.objects.get(pk=user.pk).display_name == "somebody"

    def test_says_when_the_row_is_gone(self):
        with pytest.raises(RowChanged):
            rows.update(CalendarDay(pk=-1, name="x"), ["name"])
