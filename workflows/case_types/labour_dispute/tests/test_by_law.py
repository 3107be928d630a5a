"""What the law gives, beside what is agreed: proposed at the draft, decided by a person, shown to who approves."""

from datetime import date

import pytest
from django.urls import reverse

from casework.audit import events
from casework.audit.errors import InvalidFacts
from casework.audit.models import Event
from casework.offices.operations import set_parameter
from tests.factories import AT, an_office_tree
from workflows import operations
from workflows.case_types.labour_dispute import queries

DISMISSED = {
    "cause": "dismissal",
    "employed_from": "2023-01-16",
    "employed_until": "2026-08-15",
    "monthly_wage": "6500.00",
}
COMPENSATION, DAMAGES = "labour_dispute.compensation", "labour_dispute.unlawful_termination"


@pytest.fixture
def average(db):
    """The city has entered last year's average wage."""
    return set_parameter(
        code="LD.average_wage",
        office=an_office_tree().city,
        value="9000",
        valid_from=date(2026, 7, 1),
        source="市统计局",
        by=None,
        at=AT,
    )


def facts_of(dispute, kind):
    """Return the facts of the last event of a kind, its words aside, and its words."""
    event = Event.objects.filter(stream=dispute.case.stream, kind=kind).order_by("-seq").first()
    return {name: value for name, value in event.facts.items() if name != "text"}, events.words_of(event)


def keep(dispute, who, calculator, **data):
    """Have somebody work out a sum and keep it."""
    operations.keep_calculation(
        case=dispute.case, calculator=f"labour_dispute.{calculator}", data=data, by=dispute.cast[who], at=dispute.at
    )


class TestSumsByLaw:
    def test_of_a_dismissal_are_compensation_and_damages(self, dispute, average):
        dispute.agreed(**DISMISSED)

        found = {one.name: str(one.amount) for one in queries.sums_by_law(dispute.case, dispute.today)}

        assert found == {COMPENSATION: "26000.00", DAMAGES: "52000.00"}

    def test_of_a_term_that_ended_are_the_compensation_alone(self, dispute, average):
        dispute.agreed(**{**DISMISSED, "cause": "termination"})

        assert [one.name for one in queries.sums_by_law(dispute.case, dispute.today)] == [COMPENSATION]

    @pytest.mark.parametrize("missing", ["employed_from", "monthly_wage"])
    def test_need_every_fact(self, dispute, average, missing):
        dispute.agreed(**{**DISMISSED, missing: ""})

        assert queries.sums_by_law(dispute.case, dispute.today) == []

    def test_need_the_value_of_the_place(self, dispute):
        dispute.agreed(**DISMISSED)

        assert queries.sums_by_law(dispute.case, dispute.today) == []

    def test_of_a_shared_dispute_are_what_somebody_kept(self, dispute, average):
        dispute.agreed(members="赵一\n钱二", **DISMISSED)
        assert queries.sums_by_law(dispute.case, dispute.today) == []

        keep(dispute, "mediator", "wages", monthly_wage="6000", months="2")

        assert [(one.name, str(one.amount)) for one in queries.sums_by_law(dispute.case, dispute.today)] == [
            ("labour_dispute.wages", "12000.00")
        ]

    def test_that_were_kept_go_before_those_of_the_facts_and_the_last_one_counts(self, dispute, average):
        dispute.agreed(**DISMISSED)
        asked = {"began_on": "2023-01-16", "ended_on": "2026-08-15", "average_wage": "9000"}
        for wage in ("6000", "6200"):
            keep(dispute, "mediator", "compensation", monthly_wage=wage, **asked)

        found = {one.name: str(one.amount) for one in queries.sums_by_law(dispute.case, dispute.today)}

        assert found == {DAMAGES: "52000.00", COMPENSATION: "24800.00"}


class TestDraft:
    def test_proposes_the_compensation_and_a_person_decides(self, dispute, average):
        dispute.agreed(**DISMISSED)

        form = dispute.task("draft").flow_task.form_class(case=dispute.case, by=dispute.cast["mediator"])

        assert [name for name, _label in form.fields["basis"].choices] == [COMPENSATION, DAMAGES]
        assert form.initial["basis"] == [COMPENSATION]
        assert not form.fields["basis"].required

    def test_records_what_it_went_by_and_how_far_it_differs(self, dispute, average):
        dispute.agreed(**DISMISSED)

        dispute.draft("10000.00", "14500.00", shares={dispute.case.worker_id: "24500.00"}, basis=[COMPENSATION])

        facts, words = facts_of(dispute, "agreement.drafted")
        assert facts["calculators"] == [COMPENSATION]
        assert (facts["amount"], facts["by_law"], facts["difference"]) == ("24500.00", "26000.00", "-1500.00")
        assert facts["law"] == "劳动合同法 第四十七条"
        assert "6500.00 × 4" in words
        assert "6500" not in str(facts)

    def test_adds_up_what_was_chosen(self, dispute):
        dispute.agreed(cause="wages")
        keep(dispute, "mediator", "wages", monthly_wage="6000", months="2")
        keep(dispute, "mediator", "overtime", monthly_wage="6000", restday="16")

        dispute.draft(basis=["labour_dispute.wages", "labour_dispute.overtime"])

        facts, words = facts_of(dispute, "agreement.drafted")
        # 12,000.00 and 6,000 ÷ 21.75 ÷ 8 × 32 = 1,103.45
        assert (facts["by_law"], facts["difference"]) == ("13103.45", "4896.55")
        assert "拖欠工资" in words or "Unpaid wages" in words

    def test_may_go_by_nothing(self, dispute, average):
        dispute.agreed(**DISMISSED)

        dispute.draft()

        facts, words = facts_of(dispute, "agreement.drafted")
        assert (facts["calculators"], words) == ([], "")
        assert "by_law" not in facts

    def test_cannot_go_by_compensation_and_damages_at_once(self, dispute, average):
        dispute.agreed(**DISMISSED)

        with pytest.raises(InvalidFacts, match="basis"):
            dispute.draft(basis=[COMPENSATION, DAMAGES])

    def test_that_was_returned_begins_with_what_was_chosen(self, dispute, average):
        dispute.agreed(**DISMISSED)
        dispute.draft(basis=[DAMAGES])
        dispute.do("approve", "supervisor", decision="return", reason="请核实。")

        form = dispute.task("draft").flow_task.form_class(case=dispute.case, by=dispute.cast["mediator"])

        assert form.initial["basis"] == [DAMAGES]


class TestPages:
    def test_the_draft_shows_the_steps_and_the_way_to_work_out_more(self, dispute, average, client):
        dispute.agreed(**DISMISSED)
        client.force_login(dispute.cast["mediator"])

        words = client.get(reverse("task_detail", args=[dispute.task("draft").pk])).content.decode()

        assert "6500.00 × 4" in words
        assert "劳动合同法 第四十七条" in words
        assert f"?case={dispute.case.number}" in words

    def test_who_approves_sees_the_law_beside_the_agreement(self, dispute, average, client):
        dispute.agreed(**DISMISSED)
        dispute.draft("10000.00", "14500.00", shares={dispute.case.worker_id: "24500.00"}, basis=[COMPENSATION])
        client.force_login(dispute.cast["supervisor"])

        words = client.get(reverse("task_detail", args=[dispute.task("approve").pk])).content.decode()

        for said in ("¥26,000.00", "¥24,500.00", "-¥1,500.00", "6500.00 × 4"):
            assert said in words

    def test_a_calculator_begins_with_the_facts_of_the_dispute(self, dispute, average, client):
        dispute.agreed(**DISMISSED)
        client.force_login(dispute.cast["mediator"])

        address = reverse("calculator", args=["labour_dispute", "compensation"])
        words = client.get(f"{address}?case={dispute.case.number}").content.decode()

        for said in ('value="2023-01-16"', 'value="2026-08-15"', 'value="6500.00"', 'value="9000"', "市统计局"):
            assert said in words
