"""A local rule is refused where it is entered when nothing can be reckoned with it, and never stops a case."""

from datetime import date, datetime

import pytest

from casework.audit.errors import InvalidFacts, NotAllowed
from casework.cases import operations as cases
from casework.deadlines.models import Clock
from casework.deadlines.queries import OfficePlace
from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import WARNINGS, warning
from casework.offices import operations as offices
from casework.offices.models import CalendarDay, DutyShift, LocalParameter
from casework.offices.queries import parameter_or
from casework.offices.roles import Role
from config.sweep import sweep
from tests.factories import AT, a_user, an_office_tree, lin
from workflows import operations as work

pytestmark = pytest.mark.django_db

# By code: what nobody can reckon with, and what everybody can.
VALUES = {
    "warn": (["soon", 3, [1], {"a": 1}, {"4": "x"}, {"4": -1}, {"4": 1.5}, {"4": True}], [{"0": 0, "30": 7}]),
    "warn.GEN.handover": (["soon", -1, 1.5, True, {"4": 1}, 10**9], [0, 4]),
    "warn.GEN.nothing": ([4], []),
    "passed_up.days": (["two", -1, 10**9, True], [0, 5]),
    "call_back.days": (["7", -7, 1.5, True, 10**30, {"days": 7}], [0, 7]),
    "supervision.answer.days": (
        [
            {"length": 60},
            {"length": -1, "unit": "days"},
            {"length": 2, "unit": "hours"},
            {"length": 99, "unit": "years"},
        ],
        [15, {"length": 60, "unit": "days"}],
    ),
    "dispatch.hours": (["four", -4, 10**6], [1, 8]),
    "payout.account_settling_days": (["long", -1, 10**9], [0, 60]),
    "wage.minimum_monthly": (["a lot", -1, 2100.5, True, "NaN", "1e30"], ["2100.00", 2100]),
    "WI.visit.grave_from": (["many", 0, -3, 2.5], [2]),
    "WI.consolation.standard": (
        [5, "500", {"minor": "500"}, {"minor": "500", "serious": "1000", "death": -1}],
        [{"minor": "500", "serious": "1000", "death": "2000"}],
    ),
    "WI.leaving.table": ([5, ["x"], {"medical_months": {"5": 1}}], []),
    "LD.confirmation.bodies": ([7, "peoples", ["the court"], [1]], [["peoples", "township"]]),
    "hardship.rules": ([5, {"colour": "red"}, {"relative_multiple": None}], [{"boundary": "le"}]),
    "hardship.dibao_monthly": (["-5", 12.5, True, "a lot"], ["1062.00"]),
    "hardship.notice.names": (["Full", 1, True, ["masked"]], ["masked", "full"]),
}


@pytest.fixture
def tree():
    return an_office_tree()


def enter(tree, code, value, **days):
    days = {"valid_from": date(2026, 1, 1), **days}
    return offices.set_parameter(code=code, office=tree.county, value=value, source="文件", by=None, at=AT, **days)


class TestAValue:
    @pytest.mark.parametrize(("code", "value"), [(code, bad) for code, (bads, _) in VALUES.items() for bad in bads])
    def test_nobody_can_reckon_with_is_refused_with_words(self, tree, code, value):
        with pytest.raises(InvalidFacts) as refused:
            enter(tree, code, value)

        assert list(refused.value.errors) == ["value"]
        assert all(refused.value.errors["value"])
        assert not LocalParameter.objects.exists()

    @pytest.mark.parametrize(("code", "value"), [(code, good) for code, (_, goods) in VALUES.items() for good in goods])
    def test_that_can_be_read_is_kept(self, tree, code, value):
        assert enter(tree, code, value).value == value

    @pytest.mark.parametrize("code", sorted(code for code, rule in every_rule().items() if rule.parameter))
    def test_may_be_as_long_as_the_rule_itself_and_never_negative(self, tree, code):
        rule = every_rule()[code]

        assert enter(tree, rule.parameter, rule.length).value == rule.length
        with pytest.raises(InvalidFacts):
            enter(tree, rule.parameter, -1)

    @pytest.mark.parametrize("year", [1, 1899, 2101, 9999])
    def test_holds_in_no_year_that_must_be_a_slip(self, tree, year):
        for days in ({"valid_from": date(year, 1, 1)}, {"valid_until": date(year, 12, 31)}):
            with pytest.raises(InvalidFacts) as refused:
                enter(tree, "call_back.days", 7, **days)
            assert list(refused.value.errors) == list(days)

    def test_is_refused_at_its_field_on_the_page(self, client, tree):
        client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))
        typed = {"code": "warn", "office": tree.county.pk, "value": '"soon"', "valid_from": "2026-01-01", "source": "x"}

        answer = client.post("/admin/casework/localparameter/add/", typed)

        assert "value" in answer.context["adminform"].form.errors
        assert "&quot;soon&quot;" in answer.content.decode()


class TestAValueThatCameInOtherwise:
    """Imported, or entered before it was asked for: it counts as not there."""

    @pytest.fixture(autouse=True)
    def nonsense(self, tree):
        rows = [
            LocalParameter(code=code, office=tree.county, valid_from=date(2020, 1, 1), value=bads[0], source="旧")
            for code, (bads, _) in VALUES.items()
        ]
        for row in rows:
            row.save()

    def test_leaves_the_rules_their_own_lengths_and_warnings(self, tree):
        place, on = OfficePlace(tree.county.path), AT.date()
        for rule in every_rule().values():
            assert place.here(rule, on) == rule
            assert place.warning_of(rule, rule.length, on) == warning(WARNINGS, rule, rule.length)
        assert place.patience(on) == 2
        assert parameter_or("WI.visit.grave_from", tree.county, on, 3) == 3

    def test_stops_neither_a_case_nor_the_sweep(self, tree):
        facts = {"worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞"}
        case = work.open_case(case_type="toy", office=tree.county, by=lin(), at=AT, **facts)
        cases.record_proceeding(case=case, kind="supervision.complained", on=AT.date(), by=lin(), at=AT)
        cases.take_contact(office=tree.county, channel="phone", matter="service", question="问", by=lin(), at=AT)
        late = datetime(2027, 6, 1, 9, tzinfo=AT.tzinfo)

        assert Clock.objects.filter(case=case).count() == 1
        assert sweep(at=late).errors == []
        assert Clock.objects.filter(state="expired").count() >= 2


class TestASpecialDay:
    def enter(self, by, day=date(2026, 12, 1), region="410105"):
        return offices.set_calendar_day(day=day, region=region, is_workday=False, name="x", source="x", by=by, at=AT)

    @pytest.mark.parametrize("region", ["4101", "zz", "４１０１０５"])
    def test_is_of_a_region_of_six_digits(self, tree, region):
        with pytest.raises(InvalidFacts) as refused:
            self.enter(None, region=region)
        assert list(refused.value.errors) == ["region"]

    @pytest.mark.parametrize("year", [1, 9999])
    def test_lies_in_no_year_that_must_be_a_slip(self, tree, year):
        with pytest.raises(InvalidFacts) as refused:
            self.enter(None, day=date(year, 1, 1))
        assert list(refused.value.errors) == ["day"]

    def test_is_entered_by_who_configures_every_office_it_holds_for(self, tree):
        ren = a_user("ren", role=Role.SYSADMIN, office=tree.other_county)

        assert self.enter(ren, region=tree.other_county.region)
        for region in (tree.county.region, "410000", "450000"):
            with pytest.raises(NotAllowed):
                self.enter(ren, region=region)
        assert CalendarDay.objects.count() == 1


def test_a_time_on_duty_lies_in_no_year_that_must_be_a_slip(client, tree):
    client.force_login(a_user("meng", role=Role.SYSADMIN, office=tree.province))
    typed = {"office": tree.county.pk, "user": lin().pk, "starts_at_1": "08:00", "ends_at_1": "08:00"}

    answer = client.post(
        "/admin/casework/dutyshift/add/", typed | {"starts_at_0": "0001-01-01", "ends_at_0": "9999-12-31"}
    )

    assert {"starts_at", "ends_at"} <= set(answer.context["adminform"].form.errors)
    assert not DutyShift.objects.exists()
