"""Recognition and appraisal: the periods as the authority's and the committee's steps come in."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import translation

from casework.deadlines.models import Clock
from casework.deadlines.operations import NotExtendable
from casework.deadlines.rulebook import rules_of
from tests.courses import clock, last_day
from tests.courses import course as told
from workflows import operations

REPORTED = ("injury.reported", "2026-09-05", {"accident_on": "2026-09-05", "grave": False})


course = partial(told, rules_of("work_injury"))


class TestRecognition:
    def test_the_employer_may_come_late_and_the_worker_not(self):
        passed = course(REPORTED, ("recognition.filed_by_employer", "2026-10-09"))

        assert last_day(passed, "WI.recognition.employer") == "2026-10-08"
        assert clock(passed, "WI.recognition.employer").was_kept is False
        assert clock(passed, "WI.recognition.worker").state == "cancelled"

    def test_the_application_starts_the_days_of_the_authority(self):
        passed = course(REPORTED, ("recognition.filed_by_worker", "2026-09-10"))

        assert last_day(passed, "WI.recognition.acceptance") == "2026-09-28"
        assert last_day(passed, "WI.recognition.notice") == "2026-09-28"

    def test_which_begin_anew_with_what_was_missing(self):
        passed = course(
            REPORTED,
            ("recognition.filed_by_worker", "2026-09-10"),
            ("recognition.papers_told", "2026-09-14"),
            ("recognition.supplemented", "2026-09-18"),
        )

        assert clock(passed, "WI.recognition.notice").was_kept
        assert last_day(passed, "WI.recognition.acceptance") == "2026-10-08"

    def test_the_decision_waits_for_a_court_and_goes_on(self):
        passed = course(
            ("recognition.accepted", "2026-09-07"),
            ("recognition.suspended", "2026-09-17"),
            ("recognition.resumed", "2026-10-17"),
        )

        # sixty days end on 6 November; thirty more
        assert clock(passed, "WI.recognition.decision").nominal_on == date(2026, 12, 6)
        assert last_day(passed, "WI.recognition.decision") == "2026-12-07"

    def test_a_clear_case_is_decided_in_fifteen_days(self):
        passed = course(("recognition.accepted_as_clear", "2026-09-18"), ("recognition.decided", "2026-10-08"))

        assert clock(passed, "WI.recognition.clear_decision").was_kept
        assert not [each for each in passed.clocks if each.rule == "WI.recognition.decision"]

    def test_the_decision_can_be_contested_either_way(self):
        passed = course(("recognition.decided", "2026-08-25"), ("recognition.decision_received", "2026-09-02"))

        assert clock(passed, "WI.recognition.service").was_kept
        assert last_day(passed, "WI.reconsideration") == "2026-11-02"
        assert clock(passed, "WI.suit").nominal_on == date(2027, 3, 2)

    def test_so_can_the_refusal_of_the_application(self):
        passed = course(REPORTED, ("recognition.filed_by_worker", "2026-09-10"), ("recognition.refused", "2026-09-18"))

        assert clock(passed, "WI.recognition.acceptance").was_kept
        assert last_day(passed, "WI.reconsideration") == "2026-11-17"
        assert last_day(passed, "WI.suit") == "2027-03-18"

    def test_accepted_after_all_there_is_nothing_to_contest_until_the_decision(self):
        told = ("recognition.refused", "2026-09-18"), ("recognition.accepted", "2026-09-25")

        passed = course(*told, ("recognition.decided", "2026-10-20"), ("recognition.decision_received", "2026-10-22"))

        contests = [each for each in passed.clocks if each.rule == "WI.reconsideration"]
        assert [(each.state, each.started_on) for each in contests] == [
            ("cancelled", date(2026, 9, 18)),
            ("running", date(2026, 10, 22)),
        ]

    def test_after_the_reconsideration_there_are_fifteen_days_to_sue(self):
        passed = course(
            ("recognition.decision_received", "2026-08-03"),
            ("reconsideration.applied", "2026-09-01"),
            ("reconsideration.decision_received", "2026-09-21"),
        )

        assert clock(passed, "WI.reconsideration").state == "cancelled"
        assert clock(passed, "WI.suit").state == "cancelled"
        assert last_day(passed, "WI.suit.after_reconsideration") == "2026-10-08"

    def test_the_year_stands_still_while_the_worker_is_held_up(self):
        passed = course(REPORTED, ("recognition.hindered", "2026-09-10"), ("recognition.unhindered", "2026-10-10"))

        assert clock(passed, "WI.recognition.worker").nominal_on == date(2027, 10, 5)


class TestAppraisal:
    def test_a_second_one_is_asked_for_within_fifteen_days(self):
        passed = course(
            ("appraisal.applied", "2026-07-10"),
            ("appraisal.concluded", "2026-09-08"),
            ("appraisal.conclusion_received", "2026-09-21"),
        )

        assert clock(passed, "WI.appraisal.conclusion").was_kept
        assert clock(passed, "WI.appraisal.service").was_kept
        assert last_day(passed, "WI.appraisal.second") == "2026-10-08"

    def test_the_province_has_the_same_sixty_days(self):
        passed = course(
            ("appraisal.conclusion_received", "2026-08-31"),
            ("appraisal.second_asked", "2026-09-02"),
        )

        assert clock(passed, "WI.appraisal.second").state == "cancelled"
        assert clock(passed, "WI.appraisal.conclusion").nominal_on == date(2026, 11, 1)

    def test_a_review_opens_the_day_after_a_year(self):
        passed = course(("appraisal.concluded", "2026-03-20"))

        assert last_day(passed, "WI.appraisal.review") == "2027-03-21"

    def test_a_final_conclusion_lets_the_year_begin_anew(self):
        passed = course(("appraisal.concluded", "2026-03-20"), ("appraisal.second_concluded", "2026-06-01"))

        assert last_day(passed, "WI.appraisal.review") == "2027-06-02"

    def test_graded_the_worker_is_no_longer_paid_for_the_treatment(self):
        began = course(("pay_stop.began", "2025-10-03"))
        graded = course(("pay_stop.began", "2025-10-03"), ("appraisal.concluded", "2026-09-01"))

        assert last_day(began, "WI.pay_stop") == "2026-10-03"
        assert clock(graded, "WI.pay_stop").state == "cancelled"

    def test_before_its_measure_it_was_served_by_another_rule(self):
        passed = course(("appraisal.concluded", "2025-06-30"))

        assert {each.rule for each in passed.clocks} == {"WI.appraisal.review"}


class TestOnACase:
    @pytest.fixture
    def seen(self, walk_to):
        return walk_to("plan_next")

    def of(self, walk, rule):
        return Clock.objects.filter(case=walk.case, rule=rule).latest("ordinal")

    def test_the_union_applies_and_the_authority_decides(self, seen):
        seen.door("recognition", "visitor", filed_by="union", filed_on=seen.at.date().isoformat())
        seen.record("recognition.accepted", "visitor")
        seen.at += timedelta(days=20)
        seen.record("recognition.decided", "visitor")

        assert self.of(seen, "WI.recognition.acceptance").was_kept
        assert self.of(seen, "WI.recognition.decision").was_kept
        assert self.of(seen, "WI.recognition.service").is_running

    def test_after_the_closing_an_application_is_a_step_like_others(self, walk_to):
        walk = walk_to("return_visit")
        walk.do("return_visit", "operator", reached="yes", satisfaction="satisfied", result="已探视。")

        walk.record("recognition.filed_by_worker", "visitor")

        assert self.of(walk, "WI.recognition.worker").was_kept
        assert self.of(walk, "WI.recognition.acceptance").is_running

    def test_the_city_may_double_the_paid_treatment_and_no_more(self, seen, cast):
        seen.record("pay_stop.began", "visitor", date(2026, 11, 10))
        clock = self.of(seen, "WI.pay_stop")
        facts = {"clock": clock, "reason": "伤情严重，市劳动能力鉴定委员会确认。", "by": cast["visitor"], "at": seen.at}

        with translation.override("en"), pytest.raises(NotExtendable, match="at the latest"):
            operations.extend_clock(until=date(2028, 11, 11), consented=True, **facts)
        operations.extend_clock(until=date(2028, 11, 10), consented=True, **facts)

        assert self.of(seen, "WI.pay_stop").due_on == date(2028, 11, 10)
