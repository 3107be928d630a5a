"""Periods that stand still and go on (中止), that lapse, open, or count back; and the days one by one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines import calendar as days
from casework.deadlines.rules import BeforeTheLaw, DeadlineRule, Extension, Passed, counted_days, demand_in_force, due

from .test_calendar import AUTUMN, any_day, calendars
from .test_course import after, only
from .test_rules import a_rule

LIMITATION = a_rule(
    1,
    "years",
    fact="knew_on",
    restarted_by=("limitation.interrupted",),
    suspended_by=("limitation.suspended",),
    resumed_by=("limitation.resumed",),
    lapses=True,
)
KNEW = (0, "matter.received", {"knew_on": "2025-06-01"})


def on(day, kind):
    return (0, kind, {"on": day})


def limitation(*happenings):
    return only(after(KNEW, *happenings, rules=(LIMITATION,)))


class TestStandingStill:
    def test_adds_the_days_between(self):
        clock = limitation(on("2026-01-11", "limitation.suspended"), on("2026-02-10", "limitation.resumed"))

        assert (clock.nominal_on, clock.state) == (date(2026, 7, 1), "running")
        assert clock.pauses == [["2026-01-11", "2026-02-10"]]

    def test_is_not_due_and_rings_nobody_meanwhile(self):
        clock = limitation(on("2026-01-11", "limitation.suspended"))

        assert (clock.state, clock.alarm_at, clock.is_owed) == ("suspended", None, True)

    def test_does_not_bite_first(self):
        course = after(KNEW, on("2026-01-11", "limitation.suspended"), rules=(LIMITATION,))

        assert course.next_due is None

    def test_adds_up(self):
        clock = limitation(
            on("2026-01-11", "limitation.suspended"),
            on("2026-02-10", "limitation.resumed"),
            on("2026-03-01", "limitation.suspended"),
            on("2026-03-11", "limitation.resumed"),
        )

        assert clock.nominal_on == date(2026, 7, 11)

    def test_goes_on_only_when_the_last_of_two_causes_ends(self):
        rule = a_rule(
            45, "days", suspended_by=("court.asked", "notice.began"), resumed_by=("court.said", "notice.ended")
        )
        told = [(0, "matter.received", {"on": "2026-01-01"}), on("2026-01-11", "court.asked")]
        told += [on("2026-01-15", "notice.began"), on("2026-01-21", "court.said")]

        still = only(after(*told, rules=(rule,)))
        gone_on = only(after(*told, on("2026-01-31", "notice.ended"), rules=(rule,)))

        assert (still.state, still.pauses) == ("suspended", [["2026-01-11", None, "notice.began"]])
        assert (gone_on.state, gone_on.nominal_on) == ("running", date(2026, 3, 7))
        assert gone_on.pauses == [["2026-01-11", "2026-01-31"]]

    def test_does_not_go_on_by_the_end_of_what_did_not_hold(self):
        rule = a_rule(
            45, "days", suspended_by=("court.asked", "notice.began"), resumed_by=("court.said", "notice.ended")
        )

        clock = only(
            after(
                on("2026-01-01", "matter.received"),
                on("2026-01-11", "court.asked"),
                on("2026-01-12", "notice.ended"),
                rules=(rule,),
            )
        )

        assert clock.state == "suspended"

    def test_has_an_end_for_each_cause_or_one_for_all(self):
        with pytest.raises(ValueError, match="own end"):
            a_rule(suspended_by=("a.b", "a.c", "a.d"), resumed_by=("a.e", "a.f"))

    def test_is_forgotten_when_the_whole_period_counts_anew(self):
        clock = limitation(
            on("2026-01-11", "limitation.suspended"),
            on("2026-02-10", "limitation.resumed"),
            on("2026-03-01", "limitation.interrupted"),
        )

        assert (clock.nominal_on, clock.pauses) == (date(2027, 3, 1), [])

    def test_of_working_days_leaves_those_days_out(self):
        end = due(a_rule(3, "working_days"), date(2026, 9, 21), AUTUMN, pauses=[(date(2026, 9, 23), date(2026, 9, 28))])

        # 22 September, then 28 and 29: 23 and 24 stood still, 25 to 27 were the feast
        assert end.due_on == date(2026, 9, 29)

    def test_needs_a_way_on(self):
        with pytest.raises(ValueError, match="go on"):
            a_rule(suspended_by=("matter.stopped",))

    def test_is_nothing_for_hours(self):
        with pytest.raises(ValueError, match="hours"):
            a_rule(24, "hours", suspended_by=("matter.stopped",), resumed_by=("matter.resumed",))


class TestStandingStillAndMore:
    AWARD = a_rule(
        45,
        "days",
        rolls=False,
        extension=Extension(at_most=15),
        restarted_by=("matter.renewed",),
        satisfied_by=("matter.done",),
        suspended_by=("matter.stopped",),
        resumed_by=("matter.resumed",),
    )
    BEGUN = (0, "matter.received", {"on": "2026-01-01"})
    LONGER = (0, "clock.extended", {"rule": AWARD.code, "ordinal": 1, "until": "2026-03-02"})
    STILL = (on("2026-01-11", "matter.stopped"), on("2026-01-21", "matter.resumed"))

    def award(self, *happenings):
        return only(after(self.BEGUN, *happenings, rules=(self.AWARD,)))

    def test_extended_it_is_longer_by_what_it_stood_still_afterwards(self):
        assert self.award(self.LONGER).nominal_on == date(2026, 3, 2)
        assert self.award(self.LONGER, *self.STILL).nominal_on == date(2026, 3, 12)

    def test_extended_afterwards_it_ends_on_the_day_that_was_decided(self):
        assert self.award(*self.STILL, self.LONGER).nominal_on == date(2026, 3, 2)

    def test_extended_in_working_days_it_is_longer_by_those_it_stood_still(self):
        rule = replace(self.AWARD, length=5, unit="working_days")
        told = [(0, "matter.received", {"on": "2026-11-02"})]
        told += [(0, "clock.extended", {"rule": rule.code, "ordinal": 1, "until": "2026-11-13"})]
        told += [on("2026-11-05", "matter.stopped"), on("2026-11-10", "matter.resumed")]

        # 5, 6 and 9 November stood still
        assert only(after(*told, rules=(rule,))).nominal_on == date(2026, 11, 18)

    def test_an_extension_counts_no_more_once_all_of_it_begins_anew(self):
        clock = self.award(self.LONGER, *self.STILL, on("2026-02-01", "matter.renewed"))

        assert (clock.nominal_on, clock.extended_until, clock.pauses) == (date(2026, 3, 18), None, [])

    def test_stands_still_only_from_its_first_day_on(self):
        early = self.award(on("2025-12-01", "matter.stopped"), on("2026-01-11", "matter.resumed"))
        first = self.award(on("2026-01-01", "matter.stopped"), on("2026-01-11", "matter.resumed"))
        over = self.award(on("2025-12-01", "matter.stopped"), on("2025-12-11", "matter.resumed"))

        # the 11th is its first day
        assert early.nominal_on == first.nominal_on == date(2026, 2, 24)
        assert over.nominal_on == self.award().nominal_on

    @pytest.mark.parametrize(("day", "state"), [("2026-02-15", "suspended"), ("2026-02-16", "expired")])
    def test_what_stopped_it_in_time_may_be_told_when_its_end_was_noted(self, day, state):
        expired = (120, "clock.expired", {"rule": self.AWARD.code, "ordinal": 1})

        clock = self.award(expired, on(day, "matter.stopped"))

        assert clock.state == state
        assert clock.is_late == (state == "expired")

    def test_a_right_that_stood_still_before_it_was_lost_goes_on(self):
        told = [(900, "clock.expired", {"rule": LIMITATION.code, "ordinal": 1})]
        told += [on("2026-03-01", "limitation.suspended"), on("2026-04-01", "limitation.resumed")]

        clock = limitation(*told)

        assert (clock.state, clock.nominal_on) == ("running", date(2026, 7, 2))


class TestLapsing:
    def test_what_comes_after_the_end_changes_nothing(self):
        late = limitation(on("2026-06-02", "limitation.interrupted"))
        in_time = limitation(on("2026-06-01", "limitation.interrupted"))

        assert late.nominal_on == date(2026, 6, 1)
        assert in_time.nominal_on == date(2027, 6, 1)

    def test_does_not_stand_still_after_the_end(self):
        assert limitation(on("2026-06-02", "limitation.suspended")).state == "running"

    def test_counts_the_last_of_several_interruptions(self):
        clock = limitation(on("2025-12-01", "limitation.interrupted"), on("2026-05-06", "limitation.interrupted"))

        assert clock.nominal_on == date(2027, 5, 6)


class TestOpening:
    def test_is_the_day_after_the_count_and_does_not_roll(self):
        end = due(a_rule(1, "years", opens=True), date(2026, 3, 20), AUTUMN)

        assert (end.nominal_on, end.due_on) == (date(2027, 3, 21), date(2027, 3, 21))
        assert end.due_at == days.end_of(date(2027, 3, 21))


class TestCountingBack:
    @pytest.mark.parametrize(
        ("unit", "length", "last"),
        [
            # 10 (a worked Saturday), 9 and 8 October, then 30 and 29 September
            ("working_days", 5, date(2026, 9, 29)),
            ("working_days", 3, date(2026, 10, 8)),
            ("days", 3, date(2026, 10, 9)),
        ],
    )
    def test_gives_the_last_day_before_a_date(self, unit, length, last):
        assert due(a_rule(length, unit, counts_back=True), date(2026, 10, 12), AUTUMN).due_on == last


class TestBeforeTheLaw:
    RULE = a_rule(since=date(2008, 5, 1))

    def test_names_the_law_and_since_when_it_holds(self):
        with pytest.raises(BeforeTheLaw, match=r"民法典 203.*2008-05-01"):
            demand_in_force(self.RULE, date(2008, 4, 30))

    def test_lets_its_first_day_pass(self):
        demand_in_force(self.RULE, date(2008, 5, 1))


class TestCountedDays:
    def test_are_numbered_and_say_why_one_was_passed_over(self):
        rule = a_rule(3, "working_days")
        first = date(2026, 9, 18)

        counted = counted_days(rule, first, due(rule, first, AUTUMN), AUTUMN)

        assert [(one.day.day, one.number, one.passed) for one in counted] == [
            (19, None, Passed.REST),
            (20, 1, None),
            (21, 2, None),
            (22, 3, None),
        ]

    def test_of_calendar_days_count_rest_days_too_and_name_those_that_move_the_end(self):
        rule = a_rule(15)
        first = date(2026, 9, 22)

        counted = counted_days(rule, first, due(rule, first, AUTUMN), AUTUMN)

        assert [one.number for one in counted] == [*range(1, 16), None]
        assert [one.passed for one in counted[-2:]] == [Passed.ROLLED, None]

    def test_of_a_year_show_only_its_end(self):
        rule = a_rule(1, "years")

        counted = counted_days(rule, date(2025, 10, 3), due(rule, date(2025, 10, 3), AUTUMN), AUTUMN)

        assert [one.day.day for one in counted] == [3, 4, 5, 6, 7, 8]
        assert {one.number for one in counted} == {None}

    @given(
        start=any_day, length=st.integers(1, 40), unit=st.sampled_from(["days", "working_days"]), calendar=calendars()
    )
    def test_number_as_many_days_as_the_period_has(self, start, length, unit, calendar):
        rule = a_rule(length, unit)
        end = due(rule, start, calendar)

        numbers = [one.number for one in counted_days(rule, start, end, calendar) if one.number]

        assert numbers == list(range(1, length + 1))


class TestLaws:
    @given(start=any_day, length=st.integers(0, 60), calendar=calendars())
    def test_counting_back_what_was_counted_gives_the_start_again(self, start, length, calendar):
        start = days.roll_forward(start, calendar)

        assert days.working_day_before(days.add_working_days(start, length, calendar), length, calendar) == start

    @given(
        start=any_day,
        later=st.integers(0, 30),
        length=st.integers(0, 60),
        unit=st.sampled_from(["days", "working_days", "months", "years"]),
        calendar=calendars(),
    )
    def test_who_starts_later_is_never_due_earlier(self, start, later, length, unit, calendar):
        rule: DeadlineRule = a_rule(min(length, 5) if unit == "years" else length, unit)

        first, second = due(rule, start, calendar), due(rule, start + timedelta(days=later), calendar)

        assert (first.nominal_on, first.due_at) <= (second.nominal_on, second.due_at)

    @given(start=any_day, length=st.integers(0, 60), calendar=calendars())
    def test_a_rolled_end_is_no_rest_day(self, start, length, calendar):
        assert calendar.is_working_day(due(a_rule(length), start, calendar).due_on)

    @given(
        start=any_day, length=st.integers(1, 60), gap=st.integers(0, 30), still=st.integers(0, 30), calendar=calendars()
    )
    def test_days_that_stood_still_are_added_exactly(self, start, length, gap, still, calendar):
        since = start + timedelta(days=gap)
        pause = (since, since + timedelta(days=still))

        bare, paused = (due(a_rule(length), start, calendar, pauses=pauses) for pauses in ((), (pause,)))

        assert paused.nominal_on - bare.nominal_on == timedelta(days=still)
