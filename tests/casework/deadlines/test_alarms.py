"""Who has to hear of a clock, and when: before its end, at it, and when it is still not done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from casework.deadlines.calendar import BEIJING
from casework.deadlines.course import Course, Happening
from casework.deadlines.rules import Extension, Place, at_risk_from, due

from .test_calendar import AUTUMN
from .test_course import NINE, RECEIVED, after, only
from .test_rules import a_rule

OURS = a_rule(3, "working_days", satisfied_by=("matter.done",), extension=Extension())


def at(day, hour=9, minute=0):
    """Return a moment of November 2026 in Beijing."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


def told(kind, moment, number, **facts):
    return Happening(number, kind, moment, {"rule": "TT.rule", "ordinal": 1, **facts})


def course_of(*happenings, rule=OURS):
    course = Course((rule,), Place(AUTUMN))
    course.run([Happening(1, "matter.received", NINE), *happenings])
    return only(course)


class TestAtRisk:
    @pytest.mark.parametrize(
        ("unit", "length", "from_day"),
        [
            ("working_days", 3, at(5)),  # a short one on its last day
            ("working_days", 5, at(6)),  # 9 November, a working day before
            ("days", 15, at(14)),
            ("days", 30, datetime(2026, 11, 25, 9, tzinfo=BEIJING)),
            ("years", 1, datetime(2027, 10, 3, 9, tzinfo=BEIJING)),
        ],
    )
    def test_begins_at_nine_so_long_before_the_end_as_the_period_is_long(self, unit, length, from_day):
        clock = only(after(RECEIVED, rules=(a_rule(length, unit, satisfied_by=("matter.done",)),)))

        assert clock.alarm_at == from_day

    def test_of_hours_is_the_last_quarter(self):
        rule = a_rule(24, "hours", satisfied_by=("matter.done",))
        moment = datetime(2026, 10, 1, 6, 5, tzinfo=UTC)

        risk = at_risk_from(rule, due(rule, moment, AUTUMN), moment, AUTUMN, 0)

        assert risk == moment + timedelta(hours=18)

    def test_is_now_when_the_time_to_warn_was_before_the_start(self):
        rule = a_rule(0, "days", fact="session_on", satisfied_by=("matter.done",))
        clock = only(after((0, "matter.received", {"session_on": "2026-11-02"}), rules=(rule,)))

        assert clock.alarm_at == clock.started_at

    @pytest.mark.parametrize(
        "over", [{"owed_by": "employer"}, {"owed_by": "body"}, {"satisfied_by": (), "fires": True}]
    )
    def test_is_no_matter_of_ours_when_nobody_of_ours_can_act(self, over):
        assert course_of(rule=replace(OURS, **over)).alarm_at is None

    def test_is_told_once(self):
        clock = course_of(told("clock.at_risk", at(5), 2))

        assert (clock.alarm, clock.alarm_at) == ("at_risk", None)

    def test_is_told_again_after_an_extension(self):
        clock = course_of(told("clock.at_risk", at(5), 2), told("clock.extended", at(5, 10), 3, until="2026-11-20"))

        assert (clock.alarm, clock.alarm_at) == ("", at(20))

    def test_told_before_its_time_by_another_calendar_does_not_count(self):
        clock = course_of(told("clock.at_risk", at(4), 2))

        assert (clock.alarm, clock.alarm_at) == ("", at(5))

    def test_ends_with_the_clock(self):
        clock = course_of(Happening(2, "matter.done", at(4)))

        assert clock.alarm_at is None


class TestBreach:
    OVER = told("clock.expired", at(6, 0), 2)

    def test_goes_up_two_working_days_after_the_end(self):
        clock = course_of(self.OVER)

        assert (clock.state, clock.is_late, clock.alarm) == ("expired", True, "breached")
        assert clock.alarm_at == at(10)

    def test_goes_up_once(self):
        clock = course_of(self.OVER, told("clock.passed_up", at(10), 3))

        assert (clock.alarm, clock.alarm_at, clock.is_late) == ("passed_up", None, True)

    def test_of_others_stays_where_it_is(self):
        clock = course_of(self.OVER, rule=replace(OURS, owed_by="employer"))

        assert (clock.is_late, clock.alarm_at) == (True, None)

    def test_ends_when_it_is_done_late(self):
        clock = course_of(self.OVER, Happening(3, "matter.done", at(9)))

        assert (clock.state, clock.is_late, clock.alarm_at, clock.was_kept) == ("satisfied", False, None, False)

    def test_what_was_done_in_time_and_written_down_later_was_kept(self):
        clock = course_of(self.OVER, Happening(3, "matter.done", at(9), {"on": "2026-11-04"}))

        assert clock.was_kept

    def test_told_too_early_by_another_calendar_does_not_count(self):
        clock = course_of(told("clock.expired", at(5, 12), 2))

        assert (clock.state, clock.is_late) == ("running", False)

    def test_is_lifted_by_an_extension_beyond_today_only(self):
        lifted = course_of(self.OVER, told("clock.extended", at(9), 3, until="2026-11-20"))
        late = course_of(self.OVER, told("clock.extended", at(16), 3, until="2026-11-13"))

        assert (lifted.state, lifted.is_late) == ("running", False)
        assert (late.state, late.is_late, late.due_on) == ("expired", True, date(2026, 11, 13))


class TestPlace:
    def test_says_how_long_people_are_waited_for(self):
        class Patient(Place):
            def warning_of(self, rule, length, on):
                return 2

            def patience(self, on):
                return 5

        course = Course((OURS,), Patient(AUTUMN))
        course.run([Happening(1, "matter.received", NINE)])
        running = only(course).alarm_at
        course.run([TestBreach.OVER])

        assert running == at(3)
        assert only(course).alarm_at == at(13)  # 6, 9, 10, 11 and 12 November are over
