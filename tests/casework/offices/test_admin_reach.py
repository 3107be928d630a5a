"""An administrator of one county configures that county: neither the house nor the neighbours."""

from datetime import date

import pytest

from casework.audit.errors import InvalidFacts, NotAllowed
from casework.offices import operations as offices
from casework.offices.models import Office
from casework.offices.roles import Role
from casework.staff import operations as staff
from casework.staff.models import User
from tests.factories import AT, a_user, an_office_tree, appoint, lin, zhao
from workflows import operations as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return an_office_tree()


@pytest.fixture
def theirs(tree):
    """The system administrator of the other county."""
    return a_user("ren", role=Role.SYSADMIN, office=tree.other_county)


@pytest.fixture
def case(tree):
    facts = {"office": tree.county, "worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞"}
    return work.open_case(case_type="toy", by=lin(), at=AT, **facts)


class TestPages:
    def test_show_rows_of_the_own_offices_only(self, client, case, theirs, tree):
        zhao()
        client.force_login(theirs)
        county = tree.county

        assert case.number not in client.get("/admin/casework/case/").content.decode()
        assert client.get(f"/admin/casework/case/{case.pk}/change/").status_code == 302
        assert county.name not in client.get("/admin/casework/office/").content.decode()
        assert client.get(f"/admin/casework/office/{county.pk}/change/").status_code == 302
        accounts = client.get("/admin/casework/user/").content.decode()
        assert "zhao" in accounts
        assert ">lin<" not in accounts
        for model in ("clock", "event", "rolegrant", "payout", "fund", "document", "letter", "localparameter"):
            assert client.get(f"/admin/casework/{model}/").status_code == 200

    def test_show_the_whole_house_to_who_configures_it(self, client, case, tree):
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))

        assert case.number in client.get("/admin/casework/case/").content.decode()

    @pytest.mark.parametrize(
        ("model", "asked"),
        [
            ("user", {"password__startswith": "argon2"}),
            ("user", {"password__gt": "a"}),
            ("case", {"worker_label__startswith": "王"}),
            ("case", {"worker": "1"}),
            ("event", {"facts_text__contains": "LD"}),
            ("event", {"person": "1"}),
            ("document", {"title__contains": "王"}),
        ],
    )
    def test_answer_no_question_about_what_they_do_not_show(self, client, case, tree, model, asked):
        """Each answer would tell one bit: a few hundred of them a password's hash."""
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))

        assert client.get(f"/admin/casework/{model}/", asked).status_code == 400

    def test_are_filtered_by_what_they_show(self, client, case, tree):
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))

        for model, asked in (
            ("case", {"case_type__exact": "toy"}),
            ("user", {"is_active__exact": "1"}),
            ("event", {"outcome__exact": "done"}),
            ("event", {"kind": "case.opened"}),
            ("calendarday", {"day__year": "2026", "region": ""}),
            ("clock", {"provisional__exact": "0"}),
        ):
            assert client.get(f"/admin/casework/{model}/", asked).status_code == 200, model


class TestTheHouse:
    def test_is_not_configured_from_a_county(self, theirs):
        with pytest.raises(NotAllowed):
            offices.load_calendar(year=2026, by=theirs, at=AT)
        with pytest.raises(NotAllowed):
            offices.set_calendar_day(
                day=date(2026, 12, 1), is_workday=False, name="休息", source="无", by=theirs, at=AT
            )
        with pytest.raises(NotAllowed):
            offices.found_office(
                code="99", name="另一座", level="province", region="990000", below=None, by=theirs, at=AT
            )


class TestOffices:
    @pytest.mark.parametrize("code", ["a/b", "a b", "%", "", "河", "a.b\n"])
    def test_have_a_code_that_stands_in_an_address(self, tree, code):
        for work_on in (
            lambda: offices.change_office(office=tree.county, code=code, by=None, at=AT),
            lambda: offices.found_office(
                code=code, name="新", level="town", region="410105", below=tree.county, by=None, at=AT
            ),
        ):
            with pytest.raises(InvalidFacts) as refused:
                work_on()
            assert list(refused.value.errors) == ["code"]

    @pytest.mark.parametrize("region", ["", "4101", "４１０１０５", "abcdef"])
    def test_have_a_region_of_six_digits(self, tree, region):
        with pytest.raises(InvalidFacts) as refused:
            offices.change_office(office=tree.county, region=region, by=None, at=AT)
        assert list(refused.value.errors) == ["region"]

    def test_do_not_take_each_others_code(self, client, tree):
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))
        facts = {"name": "清源区总工会", "level": "county", "region": "410105", "is_active": "on"}

        answer = client.post(
            f"/admin/casework/office/{tree.county.pk}/change/",
            {**facts, "code": tree.other_county.code, "below": tree.city.pk},
        )

        assert "code" in answer.context["adminform"].form.errors
        assert Office.objects.get(pk=tree.county.pk).code == "410105"


class TestLocalRules:
    @pytest.mark.parametrize("value", ["NaN", "[NaN]", "[" * 100_000, "1" * 5000, "{"])
    def test_are_values_that_can_be_kept(self, client, tree, value):
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))

        answer = client.post(
            "/admin/casework/localparameter/add/",
            {"code": "x", "office": tree.county.pk, "value": value, "valid_from": "2026-01-01", "source": "x"},
        )

        assert "value" in answer.context["adminform"].form.errors


class TestAccounts:
    def test_that_reach_further_are_not_changed_from_below(self, theirs, tree):
        """Whoever could set the password of a colleague with a higher role would hold that role too."""
        both = a_user("both", role=Role.OPERATOR, office=tree.other_county)
        appoint(both, Role.SUPERVISOR, tree.city)
        before = User.objects.get(pk=both.pk).password

        with pytest.raises(staff.WorksElsewhere):
            staff.set_password(user=both, password="一个很长的新密码 2026", by=theirs, at=AT)
        with pytest.raises(staff.WorksElsewhere):
            staff.change_user(user=both, email="x@example.org", by=theirs, at=AT)
        with pytest.raises(staff.WorksElsewhere):
            work.deactivate_user(user=both, by=theirs, at=AT)

        assert User.objects.get(pk=both.pk).password == before
        assert User.objects.get(pk=both.pk).is_active
