"""What an injured worker asks: the forms' answers, what the case fills in, and what a visit's plan keeps of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from casework.audit import events
from casework.audit.errors import InvalidFacts
from casework.audit.models import Event
from casework.offices.models import LocalParameter
from workflows.calculators import calculator
from workflows.case_type import case_type
from workflows.case_types.work_injury import queries
from workflows.case_types.work_injury.calculators import (
    LEAVING_PARAMETER,
    NATIONAL_INCOME_PARAMETER,
    POOL_AVERAGE_PARAMETER,
)

TODAY = date(2026, 11, 20)
WAGES = {"own_wage": "5350.00", "pool_average": "7420.00"}


@pytest.fixture
def work_out(place):
    """Return a function that works something out in the county: the result, or the errors by field."""

    def ask(code, **data):
        chosen = calculator(case_type("work_injury"), code)
        data = {name: value for name, value in data.items() if value is not None}
        form = chosen.form(data, office=place.tree.county, today=TODAY)
        return chosen.reckon(**form.facts()) if form.is_valid() else form.errors

    return ask


class TestAnswers:
    @pytest.mark.parametrize(
        ("code", "data", "amount"),
        [
            ("disability", {"grade": "7", "asked_on": "2026-11-20", **WAGES}, "69550.00"),
            ("disability", {"grade": "1", "asked_on": "2026-11-20", "is_uninsured": "on", **WAGES}, "144450.00"),
            ("nursing", {"level": "most", "pool_average": "7420", "asked_on": "2026-11-20"}, "2968.00"),
            ("treatment", {"injured_on": "2026-01-15", "monthly_pay": "6000", "until_on": "2026-04-26"}, "20200.00"),
            (
                "leaving",
                {"grade": "8", "table": "330000", "average_wage": "7500", "left_on": "2026-11-20"},
                "105000.00",
            ),
            (
                "leaving",
                {"grade": "8", "table": "410000", "average_wage": "7500", "left_on": "2026-11-20"},
                "270000.00",
            ),
            (
                "death",
                {"died_on": "2026-03-02", "own_wage": "6100", "spouse": "on", "others": "3", "alone": "1"}
                | {"pool_average": "7420"},
                "1174560.00",
            ),
            (
                "missing",
                {"missing_since": "2026-03-02", "monthly_pay": "6800", "own_wage": "6400", "spouse": "on"},
                "20400.00",
            ),
        ],
    )
    def test_are_sums_with_their_steps(self, work_out, code, data, amount):
        result = work_out(code, **data)

        assert result.amount == Decimal(amount)
        assert result.sentence
        assert all(step.law for step in result.steps)

    @pytest.mark.parametrize("grade", ["0", "11"])
    def test_a_grade_that_does_not_exist_is_told_which_do(self, work_out, grade):
        for code in ("disability", "leaving"):
            refused = work_out(code, grade=grade, asked_on="2026-11-20", table="410000", average_wage="7500", **WAGES)
            assert "10" in refused["grade"][0]

    def test_the_gravest_grades_get_nothing_on_leaving(self, work_out):
        refused = work_out("leaving", grade="3", table="410000", average_wage="7500", left_on="2026-11-20")

        assert "grade" in refused

    def test_the_national_income_is_filled_in_for_the_years_that_are_published(self, work_out, place):
        given = {"own_wage": "6100", "pool_average": "7420"}

        assert work_out("death", died_on="2025-03-02", **given).amount == Decimal("1128280.00")
        refused = work_out("death", died_on="2031-03-02", **given)
        assert "national_income" in refused
        form = calculator(case_type("work_injury"), "death").form(
            office=place.tree.county, today=TODAY, initial={"died_on": date(2031, 3, 2)}
        )
        assert "2023, 2024, 2025" in form.fields["national_income"].help_text

    def test_a_national_income_that_was_entered_holds_for_its_year_alone(self, work_out, rule):
        rule(NATIONAL_INCOME_PARAMETER, "60000")

        assert work_out("missing", missing_since="2026-03-02", monthly_pay="6800", own_wage="6400").steps[
            -1
        ].value == Decimal("600000.00")
        assert work_out("missing", missing_since="2025-03-02", monthly_pay="6800", own_wage="6400").steps[
            -1
        ].value == Decimal("541880.00")

    def test_a_place_may_have_a_table_of_its_own(self, work_out, rule, place):
        months = {str(grade): 3 for grade in range(5, 11)}
        rule(LEAVING_PARAMETER, {"medical_months": months, "employment_months": months})

        form = calculator(case_type("work_injury"), "leaving").form(office=place.tree.county, today=TODAY)
        result = work_out("leaving", grade="9", table="here", average_wage="7000", left_on="2026-11-20")

        assert form.initial["table"] == "here"
        assert result.amount == Decimal("42000.00")
        assert result.law.endswith("测试")

    def test_a_table_nobody_can_read_is_refused_at_its_field(self, work_out, place):
        LocalParameter.objects.create(  # as an import might have brought it
            code=LEAVING_PARAMETER,
            office=place.tree.county,
            value={"medical_months": {"5": 1}},
            valid_from=date(2026, 1, 1),
            source="测试",
        )

        assert "table" in work_out("leaving", grade="9", table="here", average_wage="7000", left_on="2026-11-20")

    def test_a_province_whose_text_nobody_has_read_is_told_whose_were(self, place):
        place.tree.county.region = "510100"

        form = calculator(case_type("work_injury"), "leaving").form(office=place.tree.county, today=TODAY)

        assert "Zhejiang" in form.fields["table"].help_text
        assert "table" not in form.initial

    def test_the_table_of_the_province_is_chosen_and_names_its_text(self, place):
        form = calculator(case_type("work_injury"), "leaving").form(office=place.tree.county, today=TODAY)

        assert form.initial["table"] == "410000"
        assert "河南省工伤保险条例" in str(form)

    def test_there_are_not_more_lone_dependants_than_dependants(self, work_out):
        assert "alone" in work_out("death", died_on="2026-03-02", others="1", alone="2", pool_average="1", own_wage="1")


class TestPlan:
    def plan(self, walk, **data):
        walk.do("plan_next", "visitor", decision="plan", next_visit_on="2026-12-15", **data)

    def noted(self, walk):
        event = Event.objects.filter(stream=walk.case.stream, kind="injury.follow_up_planned").latest("seq")
        return {name: value for name, value in event.facts.items() if name != "text"}, events.words_of(event)

    def test_needs_no_grade(self, walk_to):
        walk = walk_to("plan_next")
        self.plan(walk)

        assert "grade" not in self.noted(walk)[0]

    def test_notes_a_grade_alone(self, walk_to):
        walk = walk_to("plan_next")
        self.plan(walk, grade="7")

        facts, _words = self.noted(walk)
        assert facts["grade"] == 7
        assert "calculator" not in facts
        assert queries.grade_noted(walk.case) == 7

    def test_shows_what_the_grade_gives_before_it_is_told(self, walk_to):
        walk = walk_to("plan_next")

        with pytest.raises(InvalidFacts) as refused:
            self.plan(walk, grade="7", **WAGES)

        assert set(refused.value.errors) == {"told"}

    def test_keeps_what_the_worker_was_told_and_the_wages_sealed(self, walk_to):
        walk = walk_to("plan_next")
        self.plan(walk, grade="7", told="now", **WAGES)

        facts, words = self.noted(walk)
        assert facts["calculator"] == "work_injury.disability"
        assert (facts["grade"], facts["amount"], facts["told"]) == (7, "69550.00", True)
        assert "第三十七条" in facts["law"]
        assert "5350.00 × 13" in words
        assert "5350" not in str(facts)

    def test_finishing_keeps_it_too(self, walk_to):
        walk = walk_to("plan_next")
        walk.do("plan_next", "visitor", decision="finish", reason="伤情稳定。", grade="9", told="later", **WAGES)

        event = Event.objects.filter(stream=walk.case.stream, kind__in=queries.GRADE_NOTED).latest("seq")
        assert (event.facts["grade"], event.facts["told"]) == (9, False)
        assert events.words_of(event).startswith("伤情稳定。")

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"grade": "11"}, "grade"),
            ({"own_wage": "5000"}, "grade"),
            ({"grade": "7", "own_wage": "5000"}, "pool_average"),
        ],
    )
    def test_asks_for_what_is_missing(self, walk_to, data, field):
        walk = walk_to("plan_next")

        with pytest.raises(InvalidFacts) as refused:
            self.plan(walk, **data)

        assert field in refused.value.errors

    def test_begins_with_the_grade_and_the_wage_of_the_place(self, walk_to, rule):
        rule(POOL_AVERAGE_PARAMETER, "7420")
        walk = walk_to("plan_next")
        self.plan(walk, grade="7")
        visit = walk.task("follow_up").flow_task.form_class(case=walk.case, by=walk.cast["visitor"])

        plan = walk.task("follow_up").flow_task.flow_class.instance.node("plan_next").form_class(case=walk.case)

        assert visit.initial["grade"] == 7
        assert (plan.initial["grade"], plan.initial["pool_average"]) == (7, Decimal("7420"))
        assert "测试" in plan.fields["pool_average"].help_text

    def test_after_a_death_there_is_no_grade(self, walk_to):
        walk = walk_to("plan_next", severity="death")

        form = walk.task("plan_next").flow_task.form_class(case=walk.case)

        assert "grade" not in form.fields

    def test_the_page_shows_the_sum_with_its_steps(self, walk_to, client):
        walk = walk_to("plan_next")
        client.force_login(walk.cast["visitor"])
        data = {"decision": "plan", "next_visit_on": "2026-12-15", "grade": "7", **WAGES}

        answer = client.post(reverse("task_detail", args=[walk.task("plan_next").pk]), data)

        words = answer.content.decode()
        assert answer.status_code == 422
        assert "5350.00 × 13" in words
        assert "¥69,550.00" in words


class TestOnTheCase:
    def test_the_day_of_the_accident_is_known(self, walk_to, client):
        walk = walk_to("plan_next")
        client.force_login(walk.cast["visitor"])

        address = reverse("calculator", args=["work_injury", "treatment"])
        words = client.get(f"{address}?case={walk.case.number}").content.decode()

        assert f'value="{walk.case.accident_on.isoformat()}"' in words
