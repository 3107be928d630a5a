"""The walk that the demonstration takes, through every loop to the close."""

from decimal import Decimal

from casework.audit.models import Event
from casework.cases.models import ClaimLine, Signature
from casework.people.queries import household_of, live_file_of
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.models import HardshipRelief


class TestWalk:
    def test_ends_paid_and_closed_with_a_reason(self, case_walk):
        way.walk(case_walk)

        case = HardshipRelief.objects.get(pk=case_walk.case.pk)
        assert (case.state, case.stage, case.outcome) == ("closed", "closed", "paid")
        assert case.outcome_reason
        assert case.hardship_file == live_file_of(household_of(case.worker))

    def test_pays_the_second_line_once_with_every_signature(self, case_walk, place):
        way.walk(case_walk)

        first, second = case_walk.case.claim_lines.order_by("id")
        assert (first.state, second.state) == (ClaimLine.State.WITHDRAWN, ClaimLine.State.PAID)
        assert second.amount == Decimal("14000.00")
        parts = dict(second.signatures.values_list("role", "person__username"))
        assert parts == {
            "surveyor1": "zhou",
            "surveyor2": "xu",
            "requester": "lin",
            "approver1": "sun",
            "approver2": "gao",
            "payer": "fang",
        }
        place.fund.refresh_from_db()
        assert (place.fund.reserved, place.fund.paid) == (Decimal(0), Decimal(14000))

    def test_keeps_the_signatures_of_the_returned_proposal(self, case_walk):
        way.walk(case_walk)

        first = case_walk.case.claim_lines.order_by("id").first()
        assert set(first.signatures.values_list("role", flat=True)) == {
            Signature.Part.SURVEYOR1,
            Signature.Part.SURVEYOR2,
            Signature.Part.REQUESTER,
        }

    def test_issues_each_letter_once_for_each_occasion(self, case_walk):
        way.walk(case_walk)

        papers = list(case_walk.case.letters.order_by("id").values_list("paper", flat=True))
        assert papers == ["notice.missing", *["hardship.notice"] * 3, "hardship.approved"]

    def test_says_nothing_personal_in_the_facts_of_the_trail(self, case_walk):
        way.walk(case_walk)

        facts = " ".join(Event.objects.values_list("facts_text", flat=True))
        assert "李春梅" not in facts
        assert "赵" not in facts

    def test_can_be_walked_twice_in_one_database(self, case_walk):
        way.walk(case_walk)
        way.walk(case_walk)

        assert HardshipRelief.objects.filter(state="closed").count() == 2
