"""The clocks that any case can meet: missing papers, legal aid, supervision letters, group incidents."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import translation

from casework.audit.models import Event
from casework.cases.operations import record_proceeding
from casework.deadlines import general
from casework.deadlines.explanation import explain
from casework.deadlines.models import Clock
from casework.documents import operations as documents
from casework.documents.queries import missing
from casework.offices import operations as offices
from tests.courses import clock
from tests.courses import course as told
from tests.factories import AT, FOUNDED, a_worker, an_office_tree, lin
from workflows.operations import open_case

course = partial(told, general.RULES)


@pytest.fixture
def case(db):
    """A toy's case in the year of a published calendar."""
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    tree = an_office_tree()
    return open_case(
        case_type="toy", by=lin(), at=AT, office=tree.county, worker=a_worker(), summary="一把伞", thing="伞"
    )


class TestLegalAid:
    def test_is_decided_in_seven_days_and_a_lawyer_assigned_in_three(self):
        passed = course(("legal_aid.applied", "2026-09-22"), ("legal_aid.granted", "2026-09-24"))

        assert clock(passed, "GEN.legal_aid.decision").nominal_on == date(2026, 9, 29)
        assert clock(passed, "GEN.legal_aid.decision").was_kept
        assert clock(passed, "GEN.legal_aid.assignment").due_on == date(2026, 9, 28)

    def test_begins_anew_with_what_was_missing(self):
        passed = course(
            ("legal_aid.applied", "2026-09-14"),
            ("legal_aid.papers_told", "2026-09-15"),
            ("legal_aid.supplemented", "2026-09-22"),
        )

        assert clock(passed, "GEN.legal_aid.notice").state == "cancelled"
        assert clock(passed, "GEN.legal_aid.decision").due_on == date(2026, 9, 29)


class TestSupervision:
    def test_the_employer_has_fifteen_working_days_to_answer(self):
        passed = course(("supervision.opinion_sent", "2026-09-21"))

        assert clock(passed, "GEN.supervision.answer").due_on == date(2026, 10, 19)

    def test_unanswered_the_proposal_goes_to_the_government(self):
        passed = course(
            ("supervision.complained", "2026-08-26"),
            ("supervision.taken_up", "2026-08-28"),
            ("supervision.opinion_sent", "2026-08-31"),
            ("supervision.proposal_sent", "2026-09-23"),
            ("supervision.filed", "2026-09-28"),
        )

        assert {each.rule: str(each.state) for each in passed.clocks} == {
            "GEN.supervision.scope": "satisfied",
            "GEN.supervision.answer": "cancelled",
            "GEN.supervision.filing": "satisfied",
        }


def test_the_unions_own_steps_are_recorded_under_a_title_that_does_not_deny_them(case, client):
    """Legal aid, supervision and the report of a group incident are no steps of another body."""
    client.force_login(lin())
    page, english = reverse("case_proceeding", args=[case.number]), {"accept-language": "en"}

    detail = client.get(reverse("case_detail", args=[case.number]), headers=english).content.decode()
    told = client.get(page, headers=english).content.decode()

    assert page in detail
    assert "Record what became of it" in detail
    assert "Record what became of it</h1>" in told
    assert "another body" not in detail + told


def test_a_place_may_count_other_days(case):
    """Nanchang gives the employer sixty days to answer, others fifteen working days."""
    offices.set_parameter(
        code="supervision.answer.days",
        office=an_office_tree().city,
        value={"length": 60, "unit": "days"},
        valid_from=date(2026, 1, 1),
        source="南昌市工会劳动法律监督办法",
        by=None,
        at=FOUNDED,
    )

    record_proceeding(case=case, kind="supervision.opinion_sent", on=AT.date(), by=lin(), at=AT)

    found = Clock.objects.get(case=case, rule="GEN.supervision.answer")
    assert found.nominal_on == AT.date() + timedelta(days=60)
    with translation.override("en"):
        assert explain(found, case.office_path).formula.startswith("60 days from")


class TestGroupIncident:
    def test_goes_up_within_two_hours_of_being_recorded(self, case):
        record_proceeding(case=case, kind="incident.group", on=AT.date(), by=lin(), at=AT)

        found = Clock.objects.get(case=case, rule="GEN.incident.report")
        assert found.due_at == AT + timedelta(hours=2)
        assert found.known_rule.is_urgent

    def test_faster_where_the_place_says_so(self, case):
        offices.set_parameter(
            code="incident.report.hours",
            office=an_office_tree().city,
            value=1,
            valid_from=date(2026, 1, 1),
            source="市总应急预案",
            by=None,
            at=FOUNDED,
        )

        record_proceeding(case=case, kind="incident.group", on=AT.date(), by=lin(), at=AT)

        assert Clock.objects.get(case=case, rule="GEN.incident.report").due_at == AT + timedelta(hours=1)


@pytest.fixture
def incomplete(case):
    """A case that lacks two papers."""
    for title in ("工资条", "考勤表"):
        documents.ask_for_paper(case=case, title=title, brought_by="worker", by=lin(), at=AT)
    return case


class TestMissingPapers:
    def test_are_brought_by_the_day_the_notice_names(self, incomplete):
        documents.give_notice(case=incomplete, due_on=date(2026, 12, 5), by=lin(), at=AT)

        [clock] = Clock.objects.filter(case=incomplete, rule__startswith="GEN.supplement")
        assert (clock.rule, clock.due_on) == ("GEN.supplement.by_day", date(2026, 12, 5))

    def test_are_brought_within_fifteen_working_days_where_it_names_none(self, incomplete):
        documents.give_notice(case=incomplete, by=lin(), at=AT)

        [clock] = Clock.objects.filter(case=incomplete, rule__startswith="GEN.supplement")
        assert (clock.rule, clock.due_on) == ("GEN.supplement", date(2026, 12, 11))

    def test_are_there_when_the_last_of_them_came(self, incomplete):
        documents.give_notice(case=incomplete, by=lin(), at=AT)
        for item in missing(incomplete, AT.date()):
            assert Clock.objects.get(case=incomplete, rule="GEN.supplement").is_running
            documents.mark_received(case=incomplete, code=item.code, by=lin(), at=AT + timedelta(days=1))

        assert Clock.objects.get(case=incomplete, rule="GEN.supplement").was_kept
        assert Event.objects.filter(stream=incomplete.stream, kind="checklist.completed").count() == 1
