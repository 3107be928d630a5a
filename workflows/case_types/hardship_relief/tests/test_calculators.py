"""What somebody in hardship asks: the forms' answers, what the case fills in, and what a proposal keeps of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from casework.audit import events
from casework.audit.models import Event
from casework.offices.operations import set_parameter
from tests.factories import AT
from workflows import operations
from workflows.calculators import calculator
from workflows.case_type import case_type
from workflows.case_types.hardship_relief.queries import RULES_PARAMETER

TODAY = date(2026, 11, 20)
HOME = {"persons": "3", "income": "48000", "rigid_expense": "22000", "dibao": "1062", "asked_on": "2026-11-20"}


@pytest.fixture
def work_out(place):
    """Return a function that works something out in the county: the result, or the errors by field."""

    def ask(code, **data):
        chosen = calculator(case_type("hardship_relief"), code)
        form = chosen.form(data, office=place.tree.county, today=TODAY)
        return chosen.reckon(**form.facts()) if form.is_valid() else form.errors

    return ask


class TestCategory:
    @pytest.mark.parametrize(
        ("home", "category"),
        [
            ({}, "deep"),
            ({"income": "60234"}, "relative"),
            # 98,464 − 22,000 is exactly twice the line
            ({"income": "98463.99"}, "relative"),
            ({"income": "98464"}, "none"),
            # 60,000 + 9,000 relief, less 2,400 basic pension and 22,000: 1,238.89 a head and month
            ({"income": "60000", "union_relief": "9000", "basic_pension": "2400"}, "relative"),
            ({"income": "120000", "accident_expense": "97000"}, "sudden"),
            ({"exclusions": ["car"]}, "none"),
            ({"is_migrant": "on", "employed_months": "14", "is_member": "on"}, "migrant"),
            ({"is_migrant": "on", "employed_months": "11", "is_member": "on"}, "none"),
            ({"idle_adults": "1", "minimum_wage": "2200"}, "relative"),
        ],
    )
    def test_is_proposed_with_its_steps(self, work_out, home, category):
        result = work_out("category", **{**HOME, **home})

        assert result.code == category
        assert result.sentence
        assert all(step.law for step in result.steps)

    @pytest.fixture
    def own_rules(self, place, cast):
        set_parameter(
            code=RULES_PARAMETER,
            office=place.tree.county,
            value={"boundary": "le", "minimum_wage_monthly": "1900"},
            valid_from=date(2026, 3, 1),
            source="清工发〔2026〕3号",
            by=cast["sysadmin"],
            at=AT,
        )

    @pytest.mark.usefixtures("own_rules")
    def test_follows_the_rules_of_the_place_and_names_their_documents(self, work_out, place):
        # 38,232 ÷ 36 is exactly the line of 1,062.00
        at_the_line = {**HOME, "income": "38232", "rigid_expense": "0"}

        result = work_out("category", **at_the_line)
        form = calculator(case_type("hardship_relief"), "category").form(office=place.tree.county, today=TODAY)

        assert result.code == "deep"
        assert result.law == "测试; 清工发〔2026〕3号"
        assert form.initial["minimum_wage"] == Decimal("1900")

    @pytest.mark.usefixtures("own_rules")
    def test_a_line_that_was_typed_over_does_not_bear_the_name_of_the_places_document(self, work_out):
        assert work_out("category", **{**HOME, "dibao": "1100"}).law == "清工发〔2026〕3号"

    def test_a_sum_too_large_for_a_household_is_refused_at_its_field(self, work_out):
        assert "income" in work_out("category", **{**HOME, "income": "99999999999"})

    @pytest.mark.parametrize(
        ("home", "field"),
        [
            ({"persons": "0"}, "persons"),
            ({"income": ""}, "income"),
            ({"basic_pension": "50000"}, "basic_pension"),
            ({"idle_adults": "4"}, "idle_adults"),
            ({"dibao": "0"}, "dibao"),
        ],
    )
    def test_what_does_not_fit_together_is_said_at_its_field(self, work_out, home, field):
        assert field in work_out("category", **{**HOME, **home})

    def test_begins_with_what_the_survey_found(self, walk_to, client):
        walk = walk_to("propose")
        client.force_login(walk.cast["operator"])
        survey = walk.case.surveys.last()

        address = reverse("calculator", args=["hardship_relief", "category"])
        words = client.get(f"{address}?case={walk.case.number}").content.decode()

        assert f'name="persons" value="{survey.persons}"' in words
        assert 'name="dibao" value="1062.00"' in words


class TestCeiling:
    @pytest.mark.parametrize(
        ("data", "amount"),
        [
            ({"programme": "living", "category": "deep"}, "12744.00"),
            ({"programme": "education", "category": "deep", "pupils": "2"}, "21240.00"),
            ({"programme": "medical", "category": "deep", "self_paid_medical": "17500"}, "17500.00"),
            ({"programme": "living", "category": "sudden", "accident_expense": "80000"}, "10000.00"),
        ],
    )
    def test_is_a_sum_with_who_decides_on_it(self, work_out, data, amount):
        result = work_out("ceiling", dibao="1062", asked_on="2026-11-20", **data)

        assert result.amount == Decimal(amount)
        assert "第五条" in result.law or data["category"] == "sudden"
        assert str(result.steps[-1].verdict)

    def test_says_when_a_category_already_has_its_one_kind_of_aid(self, work_out):
        asked = {"programme": "living", "dibao": "1062", "asked_on": "2026-11-20", "others": ["medical"]}

        once = work_out("ceiling", category="deep", **asked)
        twice = work_out("ceiling", category="relative", **asked)

        assert len(twice.steps) == len(once.steps) + 1
        assert len(str(twice.sentence)) > len(str(once.sentence))


class TestProposal:
    def facts(self, walk, kind):
        event = Event.objects.get(stream=walk.case.stream, kind=kind)
        return {name: value for name, value in event.facts.items() if name != "text"}, events.words_of(event)

    def test_keeps_what_the_rules_proposed_beside_what_was_decided(self, walk_to):
        walk = walk_to("propose")
        walk.do(
            "propose", "operator", decision="propose", category="relative", amount="1000", category_reason="有车位。"
        )

        facts, words = self.facts(walk, "hardship.proposed")
        assert facts["calculator"] == "hardship_relief.category"
        assert (facts["proposed"], facts["category"]) == ("deep", "relative")
        assert (facts["law"], facts["since"]) == ("测试", "2026-01-01")
        assert words.startswith("有车位。")
        assert "÷ 12" in words
        assert "18600.00 × (1)" in words

    def test_keeps_no_income_of_the_household_among_its_facts(self, walk_to):
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="propose", category="deep", amount="1000")

        facts, words = self.facts(walk, "hardship.proposed")
        income = walk.case.surveys.last().wages
        assert str(income) in words
        assert str(income) not in str(facts)
        assert "per_head" not in facts

    def test_keeps_it_of_a_no_as_well(self, walk_to):
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="decline", category="deep", category_reason="不符合条件。")

        facts, words = self.facts(walk, "hardship.decline_proposed")
        assert (facts["proposed"], facts["category"]) == ("deep", "none")
        assert words.startswith("不符合条件。")

    def test_a_calculation_can_be_kept_on_the_case(self, walk_to):
        walk = walk_to("propose")

        operations.keep_calculation(
            case=walk.case, calculator="hardship_relief.category", data=HOME, by=walk.cast["operator"], at=walk.at
        )

        facts, words = self.facts(walk, "calculation.kept")
        assert facts["result"] == "deep"
        assert "48000" in words
        assert "48000" not in str(facts)
