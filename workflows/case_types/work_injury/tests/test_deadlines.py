"""The duty to visit, the phone's word, the years of recognition; each against its day."""

from datetime import date, datetime, timedelta

import pytest

from casework.audit.models import Event
from casework.cases.models import Case
from casework.cases.operations import correct_fact
from casework.deadlines.calendar import BEIJING, Calendar
from casework.deadlines.models import Clock
from casework.deadlines.operations import recompute
from casework.deadlines.rules import due
from casework.offices import operations as offices
from tests.factories import AT
from workflows import operations
from workflows.case_types.work_injury import deadlines, recognition_deadlines

from .conftest import verify, visit

# 2026: the holidays of autumn, with their worked weekends (国务院办公厅 2025-11-04).
AUTUMN = Calendar(
    special={
        **{date(2026, 9, day): False for day in (25, 26, 27)},
        **{date(2026, 10, day): False for day in range(1, 8)},
        date(2026, 9, 20): True,
        date(2026, 10, 10): True,
    },
    published=frozenset({2025, 2026}),
    names={},
)


def clock(walk, rule):
    return Clock.objects.get(case=walk.case, rule=rule)


def running(walk):
    return set(Clock.objects.filter(case=walk.case, state="running").values_list("rule", flat=True))


class TestPeriods:
    @pytest.mark.parametrize(
        ("rule", "first", "nominal", "rolled"),
        [
            (recognition_deadlines.EMPLOYER_APPLIES, date(2026, 9, 5), date(2026, 10, 5), date(2026, 10, 8)),
            (recognition_deadlines.WORKER_APPLIES, date(2025, 9, 26), date(2026, 9, 26), date(2026, 9, 28)),
        ],
    )
    def test_to_apply_for_recognition(self, rule, first, nominal, rolled):
        end = due(rule, first, AUTUMN)

        assert (end.nominal_on, end.due_on) == (nominal, rolled)

    def test_of_a_grave_accident_is_counted_in_hours(self):
        told = datetime(2026, 9, 25, 20, 30, tzinfo=BEIJING)

        assert due(deadlines.GRAVE_VISIT, told, AUTUMN).due_at == told + timedelta(hours=24)


class TestVisitDuty:
    def test_begins_with_the_report(self, walk_to):
        walk = walk_to("check_report")

        # reported on a Friday: Monday, Tuesday, Wednesday
        assert clock(walk, "WI.visit.first").due_on == date(2026, 11, 25)
        assert not walk.case.is_urgent

    def test_is_three_days_unless_the_place_says_otherwise(self, walk_to, rule):
        rule("WI.visit.first.days", 5)

        assert clock(walk_to("check_report"), "WI.visit.first").due_on == date(2026, 11, 27)

    @pytest.mark.parametrize("facts", [{"severity": "death"}, {"injured_count": 3}])
    def test_is_a_day_after_a_grave_accident(self, walk_to, facts):
        walk = walk_to("check_report", **facts)

        assert clock(walk, "WI.visit.grave").due_at == AT + timedelta(hours=24)
        assert "WI.visit.first" not in running(walk)
        assert Case.objects.get(pk=walk.case.pk).is_urgent
        assert Event.objects.filter(stream=walk.case.stream, kind="injury.found_grave").exists()

    def test_two_injured_are_not_grave(self, walk_to):
        assert "WI.visit.grave" not in running(walk_to("check_report", injured_count=2))

    def test_how_many_are_grave_is_a_rule_of_the_place(self, walk_to, rule):
        rule("WI.visit.grave_from", 2)

        assert "WI.visit.grave" in running(walk_to("check_report", injured_count=2))

    def test_becomes_a_day_when_the_accident_turns_out_grave(self, walk_to):
        walk = walk_to("check_report")

        verify(walk, injured_count=4)

        assert clock(walk, "WI.visit.first").state == "cancelled"
        assert clock(walk, "WI.visit.grave").state == "running"
        assert Case.objects.get(pk=walk.case.pk).is_urgent

    def test_a_correction_before_the_verification_is_noticed_by_it(self, walk_to, cast):
        walk = walk_to("check_report")
        correct_fact(
            case=walk.case, field="severity", value="death", reason="医院通报死亡。", by=cast["visitor"], at=walk.at
        )

        verify(walk, severity="death")

        assert "WI.visit.grave" in running(walk)

    def test_verified_grave_again_it_counts_once(self, walk_to):
        walk = walk_to("request_consolation", severity="death")

        assert Clock.objects.filter(case=walk.case, rule="WI.visit.grave").count() == 1

    def test_taking_the_verification_back_brings_the_three_days_back(self, walk_to, cast):
        walk = walk_to("check_report")
        verify(walk, injured_count=4)

        operations.take_back(case=walk.case, reason="核错了人数。", by=cast["visitor"], at=walk.at)

        assert "WI.visit.first" in running(walk)
        assert "WI.visit.grave" not in running(walk)

    @pytest.mark.parametrize("consolation", ["ask", "phone", "none"])
    def test_is_kept_by_the_visit(self, walk_to, consolation):
        walk = walk_to("visit", consolation=consolation)
        rule = "WI.visit.grave" if consolation == "phone" else "WI.visit.first"

        visit(walk, consolation)

        assert clock(walk, rule).state == "satisfied"
        assert clock(walk, rule).was_kept

    def test_passed_it_is_still_owed(self, walk_to):
        walk = walk_to("visit")

        walk.clock("WI.visit.first")
        assert clock(walk, "WI.visit.first").is_owed
        visit(walk)

        assert clock(walk, "WI.visit.first").was_kept is False


class TestRecognition:
    def test_both_periods_count_from_the_accident(self, walk_to):
        walk = walk_to("check_report")

        assert clock(walk, "WI.recognition.employer").nominal_on == date(2026, 12, 18)
        assert clock(walk, "WI.recognition.worker").nominal_on == date(2027, 11, 18)

    def test_a_corrected_day_moves_both(self, walk_to, cast):
        walk = walk_to("visit")
        day = date(2026, 11, 10)

        correct_fact(
            case=walk.case, field="accident_on", value=day, reason="病历记载为10日。", by=cast["visitor"], at=walk.at
        )

        assert clock(walk, "WI.recognition.employer").nominal_on == date(2026, 12, 10)
        assert clock(walk, "WI.recognition.worker").nominal_on == date(2027, 11, 10)

    @pytest.mark.parametrize(
        ("by", "employer", "worker"),
        [
            ("employer", "satisfied", "cancelled"),
            ("worker", "cancelled", "satisfied"),
            ("union", "cancelled", "satisfied"),
        ],
    )
    def test_one_application_ends_both(self, walk_to, by, employer, worker):
        walk = walk_to("visit")

        walk.door("recognition", "visitor", filed_by=by, filed_on="2026-11-19")

        assert clock(walk, "WI.recognition.employer").state == employer
        assert clock(walk, "WI.recognition.worker").state == worker

    def test_applied_for_before_the_report_nothing_is_owed(self, walk_to):
        walk = walk_to("check_report", recognition_by="employer", recognition_on="2026-11-19")

        assert not {"WI.recognition.employer", "WI.recognition.worker"} & running(walk)

    def test_goes_on_after_the_closing(self, walk_to):
        walk = walk_to("return_visit")
        walk.do("return_visit", "operator", reached="yes", satisfaction="satisfied", result="已探视。")

        assert running(walk) == {"WI.recognition.employer", "WI.recognition.worker"}
        assert Case.objects.get(pk=walk.case.pk).next_due_rule == "WI.recognition.employer"

    def test_bites_a_closed_case_without_touching_it(self, walk_to):
        walk = walk_to("return_visit")
        walk.do("return_visit", "operator", reached="yes", satisfaction="satisfied", result="已探视。")

        walk.clock("WI.recognition.worker")

        assert clock(walk, "WI.recognition.worker").state == "expired"
        assert Case.objects.get(pk=walk.case.pk).state == "closed"

    def test_is_not_owed_for_what_is_no_injury(self, walk_to):
        walk = walk_to("check_report")
        walk.do("check_report", "visitor", decision="decline", reason="在家受伤。", advice="可申请医疗互助。")

        assert running(walk) == set()


class TestReckoning:
    @pytest.mark.parametrize("consolation", ["ask", "phone", "none"])
    def test_the_same_comes_out_again(self, walk_to, consolation):
        walk = walk_to("return_visit", consolation=consolation)
        columns = ("rule", "ordinal", "nominal_on", "due_at", "state", "ended_at")
        before = list(Clock.objects.filter(case=walk.case).order_by("rule", "ordinal").values(*columns))

        recompute(case=Case.objects.get(pk=walk.case.pk))

        assert list(Clock.objects.filter(case=walk.case).order_by("rule", "ordinal").values(*columns)) == before

    def test_a_place_with_a_calendar_of_its_own_is_asked(self, walk_to, cast, place):
        offices.set_calendar_day(
            region="410105",
            day=date(2026, 11, 23),
            is_workday=False,
            name="区庆日",
            source="测试",
            by=cast["sysadmin"],
            at=AT,
        )

        assert clock(walk_to("check_report"), "WI.visit.first").due_on == date(2026, 11, 26)
