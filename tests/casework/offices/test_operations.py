from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import translation

from casework.audit.errors import InvalidFacts, NotAllowed
from casework.audit.models import Event
from casework.offices import operations, queries
from casework.offices.models import CalendarDay, LocalParameter, Office
from casework.offices.roles import Role
from casework.people import queries as people
from tests.factories import AT, a_user, a_worker, an_employer, an_office_tree, chen, gao, lin, meng, sun, zhao

pytestmark = pytest.mark.django_db


class TestFoundOffice:
    def test_stands_below_the_other(self):
        tree = an_office_tree()
        assert tree.town.path.startswith(tree.county.path)
        assert tree.town.path_upwards == [tree.town.path, tree.county.path, tree.city.path, tree.province.path]
        assert not tree.other_county.path.startswith(tree.county.path)

    def test_needs_a_code_of_its_own(self):
        tree = an_office_tree()
        with pytest.raises(InvalidFacts) as caught:
            operations.found_office(
                code="410105", name="x", level="town", region="410105", below=tree.county, by=None, at=AT
            )
        assert set(caught.value.errors) == {"code"}

    def test_is_the_work_of_the_system_administrator(self):
        tree = an_office_tree()
        facts = {"code": "410105-02", "name": "x", "level": "town", "region": "410105", "below": tree.county, "at": AT}
        with pytest.raises(NotAllowed):
            operations.found_office(**facts, by=sun())
        office = operations.found_office(**facts, by=meng())
        event = Event.objects.latest("id")
        assert (event.kind, event.stream, event.actor) == ("office.founded", f"office:{office.pk}", meng())

    def test_is_named_in_the_readers_language(self):
        office = an_office_tree().county
        assert str(office) == "清源区总工会"
        with translation.override("en"):
            assert str(office) == "Qingyuan Federation"


class TestMoveOffice:
    def test_takes_everything_below_it_along(self):
        tree = an_office_tree()
        worker, employer = a_worker(office=tree.town), an_employer(office=tree.county)
        other = a_worker(office=tree.other_county)
        assert people.search_workers(lin(), "建国").get() == worker
        operations.move_office(office=tree.town, below=tree.other_county, by=None, at=AT)
        for row in (worker, employer, other):
            row.refresh_from_db()
        town, county = Office.objects.get(pk=tree.town.pk), Office.objects.get(pk=tree.county.pk)
        assert town.path.startswith(tree.other_county.path)
        assert (worker.office_path, employer.office_path) == (town.path, county.path)
        assert not people.search_workers(lin(), "建国")
        assert set(people.search_workers(zhao(), "建国")) == {worker, other}
        assert not Office.objects.find_problems()[0]

    def test_rewrites_every_column_that_copies_a_path(self):
        copied = set(operations.copied_paths())
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if field.name.endswith("_path") and field.name != "path":
                    assert (model, field.name) in copied

    def test_leaves_no_path_that_is_nobodys(self):
        tree = an_office_tree()
        for office in tree:
            a_worker(office=office)
            an_employer(office=office)
        operations.move_office(office=tree.county, below=tree.province, by=meng(), at=AT)
        for model, column in operations.copied_paths():
            if hasattr(model, "office"):
                assert not [row for row in model._base_manager.all() if getattr(row, column) != row.office.path]
        for reader in (lin(), chen(), sun()):
            assert queries.offices_visible_to(reader).count() == 2
        assert gao().grants()[0].office_path == Office.objects.get(code="410100").path
        assert queries.offices_visible_to(gao()).count() == 2

    def test_refuses_a_place_within_itself(self):
        tree = an_office_tree()
        for below in (tree.county, tree.town):
            with pytest.raises(operations.CannotMoveThere):
                operations.move_office(office=tree.county, below=below, by=None, at=AT)


class TestParameter:
    def set(self, office, value, valid_from, valid_until=None):
        return operations.set_parameter(
            code="minimum.living",
            office=office,
            value=value,
            valid_from=valid_from,
            valid_until=valid_until,
            source="文件",
            by=None,
            at=AT,
        )

    def test_is_the_nearest_places_newest_in_force(self):
        tree = an_office_tree()
        self.set(tree.province, "800", date(2024, 1, 1))
        self.set(tree.city, "900", date(2025, 1, 1), date(2026, 1, 1))
        self.set(tree.city, "950", date(2025, 7, 1), date(2026, 1, 1))
        self.set(tree.other_county, "1", date(2024, 1, 1))
        days = ("2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01", "2025-12-31", "2026-01-01")
        told = [queries.parameter("minimum.living", tree.town, date.fromisoformat(day)) for day in days]
        assert told == ["800", "900", "900", "950", "950", "800"]

    def test_that_nobody_entered_says_what_is_known(self):
        tree = an_office_tree()
        with pytest.raises(queries.UnknownParameter, match=r"minimum\.living"):
            queries.parameter("minimum.living", tree.town, date(2026, 1, 1))
        self.set(tree.other_county, "1", date(2024, 1, 1))
        with pytest.raises(queries.UnknownParameter, match=r"临水区总工会 2024-01-01"):
            queries.parameter("minimum.living", tree.town, date(2026, 1, 1))

    def test_of_the_same_day_is_corrected_and_both_stand_in_the_trail(self):
        tree = an_office_tree()
        self.set(tree.city, "900", date(2025, 1, 1))
        self.set(tree.city, "901", date(2025, 1, 1))
        assert LocalParameter.objects.get().value == "901"
        assert [e.facts["value"] for e in Event.objects.filter(kind="parameter.set").order_by("id")] == ["900", "901"]

    def test_costs_one_query(self, django_assert_num_queries):
        tree = an_office_tree()
        self.set(tree.province, 1, date(2024, 1, 1))
        with django_assert_num_queries(1):
            queries.parameter("minimum.living", tree.town, date(2026, 1, 1))

    def test_refuses_an_end_before_its_beginning(self):
        with pytest.raises(InvalidFacts):
            self.set(an_office_tree().city, "900", date(2025, 1, 1), date(2025, 1, 1))


class TestLoadCalendar:
    def test_of_a_published_year_is_the_notices(self):
        operations.load_calendar(year=2026, by=None, at=AT)
        known = {row.day: row for row in CalendarDay.objects.all()}
        assert not any(row.provisional for row in known.values())
        worked = sorted(f"{row.day:%m-%d}" for row in known.values() if row.is_workday)
        assert worked == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
        rest = {date(2026, 2, 15) + timedelta(days=number) for number in range(9)}
        assert rest <= {row.day for row in known.values() if not row.is_workday}
        assert known[date(2026, 9, 25)].name == "中秋节"

    def test_of_a_year_without_a_notice_is_provisional(self):
        operations.load_calendar(year=2027, by=meng(), at=AT)
        rows = CalendarDay.objects.filter(day__year=2027)
        assert rows.count() == 13
        assert all(row.provisional and not row.is_workday for row in rows)
        assert date(2027, 2, 6) in {row.day for row in rows}

    def test_again_replaces_the_country_and_leaves_regions_alone(self):
        operations.load_calendar(year=2027, by=None, at=AT)
        facts = {"is_workday": False, "name": "三月三", "source": "自治区文件", "by": None, "at": AT}
        operations.set_calendar_day(day=date(2027, 4, 9), region="450000", **facts)
        operations.load_calendar(year=2027, by=None, at=AT)
        assert CalendarDay.objects.filter(region="").count() == 13
        assert CalendarDay.objects.filter(region="450000").count() == 1

    def test_of_an_unknown_year_is_refused(self):
        with pytest.raises(operations.NoCalendarYet):
            operations.load_calendar(year=2099, by=None, at=AT)

    def test_is_not_for_everybody(self):
        with pytest.raises(NotAllowed):
            operations.load_calendar(year=2026, by=sun(), at=AT)


class TestDuty:
    def test_is_planned(self):
        tree = an_office_tree()
        shift = operations.plan_duty(
            office=tree.county, user=lin(), starts_at=AT, ends_at=AT + timedelta(hours=8), by=meng(), at=AT
        )
        assert shift.user == lin()
        with pytest.raises(InvalidFacts):
            operations.plan_duty(office=tree.county, user=lin(), starts_at=AT, ends_at=AT, by=meng(), at=AT)


class TestNextNumber:
    def test_counts_by_series_office_and_year_without_a_gap(self):
        tree = an_office_tree()
        given = [operations.next_number("HF", tree.county, 2026) for _ in range(3)]
        assert given == [f"HF-410105-2026-{number:06d}" for number in (1, 2, 3)]
        assert operations.next_number("HF", tree.county, 2027) == "HF-410105-2027-000001"
        assert operations.next_number("LT", tree.county, 2026) == "LT-410105-2026-000001"
        assert operations.next_number("HF", tree.city, 2026) == "HF-410100-2026-000001"


class TestOfficesVisibleTo:
    def test_are_ones_own_and_those_below(self):
        tree = an_office_tree()
        assert list(queries.offices_visible_to(lin())) == [tree.county, tree.town]
        assert list(queries.offices_visible_to(a_user(role=None))) == []

    def test_to_act_for_are_those_of_the_role(self):
        user = a_user(role=Role.OPERATOR)
        assert queries.offices_where(user, (Role.OPERATOR,)).count() == 2
        assert queries.offices_where(user, (Role.FINANCE,)).count() == 0
