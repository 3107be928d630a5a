"""What a worker asks about pay on the phone: the forms' answers, and what is refused at its field."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from tests.factories import an_office_tree
from workflows.calculators import calculator, calculators_of, worked_out
from workflows.case_type import case_type
from workflows.case_types.labour_dispute.calculators import FinalAward

TODAY = date(2026, 11, 20)
ENDED = {"began_on": "2019-03-11", "ended_on": "2025-05-20", "monthly_wage": "5480.00", "average_wage": "7890.00"}


def ask(code, **data):
    """Work something out in the county: the result, or the errors by field."""
    chosen = calculator(case_type("labour_dispute"), code)
    form = chosen.form(data, office=an_office_tree().county, today=TODAY)
    return chosen.reckon(**form.facts()) if form.is_valid() else form.errors


@pytest.mark.django_db
class TestAnswers:
    @pytest.mark.parametrize(
        ("code", "data", "amount"),
        [
            ("compensation", ENDED, "35620.00"),
            ("unlawful_termination", ENDED, "71240.00"),
            (
                "double_wage",
                {"hired_on": "2025-03-01", "contract_on": "2025-07-01", "monthly_wage": "6000"},
                "18000.00",
            ),
            ("double_wage", {"hired_on": "2025-03-01", "until_on": "2025-05-31", "monthly_wage": "6000"}, "12000.00"),
            ("overtime", {"monthly_wage": "4350", "workday": "4", "holiday": "1.5"}, "262.50"),
            ("wages", {"monthly_wage": "6525", "months": "2", "days": "5", "paid": "3000"}, "11550.00"),
            ("late_pay", {"owed": "8000", "percent": "75"}, "6000.00"),
            ("daily_pay", {"monthly_wage": "8700"}, "400.00"),
        ],
    )
    def test_are_sums_with_their_steps(self, code, data, amount):
        result = ask(code, **data)

        assert result.amount == Decimal(amount)
        assert result.sentence
        assert all(step.law for step in result.steps)

    def test_an_exempt_time_is_left_out(self):
        asked = {"hired_on": "2025-03-01", "until_on": "2025-04-30", "monthly_wage": "6600"}
        window = {"because": "force_majeure", "exempt_from": "2025-04-01", "exempt_until": "2025-04-30"}

        assert ask("double_wage", **asked).amount == Decimal("6600.00")
        assert ask("double_wage", **asked, **window).amount == Decimal("0.00")

    def test_the_pay_day_comes_before_a_festival(self):
        result = ask("pay_day", agreed_on="2026-10-02")

        assert result.code == "2026-09-30"
        assert result.amount is None

    def test_the_items_of_an_award_are_tested_one_by_one(self):
        asked = {"minimum_wage": "2500", "asked_on": "2026-11-20"}

        final = ask("final_award", items="加班费 30000\n经济补偿 12,500.50\n", **asked)
        other = ask("final_award", items="加班费 30000.01", **asked)

        assert (final.code, len(final.steps)) == ("final", 3)
        assert other.code == "not_final"


def test_a_final_award_says_of_which_claims_it_may_be():
    """调解仲裁法 47 covers the claims it lists, and no others."""
    with translation.override("en"):
        told = str(FinalAward.base_fields["items"].help_text)

    assert "47" in told


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "data", "field"),
        [
            ("compensation", {**ENDED, "ended_on": "2019-03-10"}, "ended_on"),
            ("compensation", {**ENDED, "average_wage": ""}, "average_wage"),
            ("compensation", {**ENDED, "monthly_wage": "-1"}, "monthly_wage"),
            ("compensation", {**ENDED, "monthly_wage": "a lot"}, "monthly_wage"),
            ("compensation", {**ENDED, "began_on": "0019-03-11"}, "began_on"),
            ("double_wage", {"hired_on": "2025-03-01", "until_on": "2025-02-01", "monthly_wage": "1"}, "until_on"),
            (
                "double_wage",
                {"hired_on": "2025-03-01", "monthly_wage": "1", "because": "by_law"},
                "exempt_from",
            ),
            (
                "double_wage",
                {"hired_on": "2025-03-01", "monthly_wage": "1", "because": "by_law"}
                | {"exempt_from": "2025-05-02", "exempt_until": "2025-05-01"},
                "exempt_until",
            ),
            ("overtime", {"monthly_wage": "5000"}, "workday"),
            ("wages", {"monthly_wage": "5000"}, "months"),
            ("late_pay", {"owed": "8000", "percent": "49"}, "percent"),
            ("final_award", {"items": "加班费 很多", "minimum_wage": "2500", "asked_on": "2026-11-20"}, "items"),
            ("final_award", {"items": "加班费 NaN", "minimum_wage": "2500", "asked_on": "2026-11-20"}, "items"),
            ("final_award", {"items": "1\n" * 21, "minimum_wage": "2500", "asked_on": "2026-11-20"}, "items"),
        ],
    )
    def test_stand_at_their_field(self, code, data, field):
        assert field in ask(code, **data)


class TestByACase:
    def test_a_sum_is_worked_out_when_the_case_knows_enough(self, dispute):
        dispute.agreed(monthly_wage="6000.00", employed_from="2026-01-05")
        found = {one.code: worked_out(one, dispute.case, TODAY) for one in calculators_of(case_type("labour_dispute"))}

        assert found["daily_pay"].amount == Decimal("275.86")
        assert found["double_wage"].amount > 0
        assert found["overtime"] is None
        assert found["compensation"] is None
