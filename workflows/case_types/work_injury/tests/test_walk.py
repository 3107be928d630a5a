"""The walk that the demonstration takes: a returned request, two visits, cash against signature."""

from decimal import Decimal

from casework.audit.models import Event
from casework.cases.models import ClaimLine, Signature
from casework.people.models import Consent
from workflows.case_types.work_injury import walk as way
from workflows.case_types.work_injury.models import WorkInjury


class TestWalk:
    def test_ends_consoled_and_closed_with_a_reason(self, case_walk):
        way.walk(case_walk)

        case = WorkInjury.objects.get(pk=case_walk.case.pk)
        assert (case.state, case.stage, case.outcome) == ("closed", "closed", "consoled")
        assert case.outcome_reason
        assert case.employer_has_filed

    def test_pays_the_second_line_once_with_every_signature(self, case_walk, place):
        way.walk(case_walk)

        first, second = case_walk.case.claim_lines.order_by("id")
        assert (first.state, second.state) == (ClaimLine.State.WITHDRAWN, ClaimLine.State.PAID)
        assert second.amount == Decimal("1000.00")
        assert dict(second.signatures.values_list("role", "person__username")) == {
            "requester": "lin",
            "approver1": "sun",
            "visitor1": "zhou",
            "visitor2": "xu",
            "payer": "fang",
        }
        place.fund.refresh_from_db()
        assert (place.fund.reserved, place.fund.paid) == (Decimal(0), Decimal(1000))

    def test_keeps_the_signature_of_the_returned_request(self, case_walk):
        way.walk(case_walk)

        first = case_walk.case.claim_lines.order_by("id").first()
        assert set(first.signatures.values_list("role", flat=True)) == {Signature.Part.REQUESTER}

    def test_keeps_both_visits_with_what_they_found(self, case_walk):
        way.walk(case_walk)

        first, second = WorkInjury.objects.get(pk=case_walk.case.pk).visits.all()
        assert (first.number, second.number) == (1, 2)
        assert (first.gift_value, second.gift_value) == (Decimal("1000.00"), Decimal(0))
        assert first.receipt.title == "慰问金签收单"
        assert [photo.title for photo in first.photos.all()] == ["病房探视照片"]
        assert (first.has_hazard, second.has_hazard) == (True, False)
        assert first.need_titles == ["法律帮助", "康复与重返岗位"]

    def test_notes_the_consent_given_at_the_bedside(self, case_walk):
        way.walk(case_walk)

        given = Consent.objects.filter(worker=case_walk.case.worker).values_list("purpose", flat=True)
        assert sorted(given) == ["handling", "sensitive"]

    def test_says_nothing_personal_in_the_facts_of_the_trail(self, case_walk):
        way.walk(case_walk)

        facts = " ".join(Event.objects.values_list("facts_text", flat=True))
        for word in ("张建军", "手外科", "断指", "冲压"):
            assert word not in facts

    def test_can_be_walked_twice_in_one_database(self, case_walk, new_walk):
        way.walk(case_walk)
        way.walk(new_walk())

        assert WorkInjury.objects.filter(state="closed").count() == 2
