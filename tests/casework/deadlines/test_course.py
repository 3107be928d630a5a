"""The course of clocks: which events move them, and that replaying gives the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.course import Course, Happening
from casework.deadlines.models import Clock
from casework.deadlines.rules import Extension, Place

from .test_calendar import AUTUMN
from .test_rules import a_rule

NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
RULE = a_rule(
    3,
    "working_days",
    satisfied_by=("matter.done",),
    cancelled_by=("matter.dropped",),
    restarted_by=("matter.renewed",),
    extension=Extension(),
)
LASTING = a_rule(1, "years", outlives_closing=True, fact="accident_on")


HERE = Place(AUTUMN)


def after(*happenings, rules=(RULE,)):
    course = Course(rules, HERE)
    course.run(
        Happening(number, kind, NINE + timedelta(days=day), facts, actor=1)
        for number, (day, kind, facts) in enumerate(happenings, start=1)
    )
    return course


def only(course):
    [clock] = course.clocks
    return clock


RECEIVED = (0, "matter.received", {})


class TestStart:
    def test_counts_from_the_day_of_the_event(self):
        clock = only(after(RECEIVED))

        assert (clock.started_on, clock.due_on, clock.state) == (date(2026, 11, 2), date(2026, 11, 5), "running")
        assert clock.start_event_id == 1

    def test_changes_nothing_while_it_runs(self):
        assert only(after(RECEIVED, (1, "matter.received", {}))).due_on == date(2026, 11, 5)

    def test_begins_a_second_one_when_the_first_has_ended(self):
        course = after(RECEIVED, (1, "matter.done", {}), (2, "matter.received", {}))

        assert [(clock.ordinal, clock.state) for clock in course.clocks] == [(1, "satisfied"), (2, "running")]

    def test_ignores_what_it_has_seen(self):
        course = after(RECEIVED, (1, "matter.done", {}))
        course.run([Happening(1, "matter.received", NINE, {}, 1)])

        assert len(course.clocks) == 1


class TestEnd:
    def test_is_done(self):
        clock = only(after(RECEIVED, (2, "matter.done", {})))

        assert (clock.state, clock.end_event_id, clock.was_kept) == ("satisfied", 2, True)

    def test_is_done_late(self):
        expired = {"rule": "TT.rule", "ordinal": 1}
        clock = only(after(RECEIVED, (4, "clock.expired", expired), (6, "matter.done", {})))

        assert (clock.state, clock.was_kept) == ("satisfied", False)

    def test_is_no_longer_owed(self):
        clock = only(after(RECEIVED, (2, "matter.dropped", {})))

        assert (clock.state, clock.was_kept) == ("cancelled", None)

    def test_ends_with_the_case_unless_it_outlives_it(self):
        lasting = a_rule(1, "years", outlives_closing=True, satisfied_by=("matter.done",))
        closed = (2, "case.closed", {"to": "closed"})

        assert only(after(RECEIVED, closed)).state == "cancelled"
        assert only(after(RECEIVED, closed, rules=(lasting,))).state == "running"

    def test_passed_and_unanswered_is_still_owed(self):
        clock = only(after(RECEIVED, (4, "clock.expired", {"rule": "TT.rule", "ordinal": 1})))

        assert clock.state == "expired"
        assert clock.was_kept is False


class TestChange:
    def test_counts_anew_from_an_interruption(self):
        clock = only(after(RECEIVED, (1, "matter.renewed", {})))

        assert (clock.started_on, clock.due_on, clock.ordinal) == (date(2026, 11, 3), date(2026, 11, 6), 1)

    def test_is_extended(self):
        extended = {"rule": "TT.rule", "ordinal": 1, "until": "2026-11-14"}
        clock = only(after(RECEIVED, (1, "clock.extended", extended)))

        assert (clock.nominal_on, clock.due_on) == (date(2026, 11, 14), date(2026, 11, 16))
        assert clock.extended_until == date(2026, 11, 14)

    def test_an_extension_never_makes_it_shorter(self):
        received = (0, "matter.received", {"received_on": "2026-11-02"})
        extended = (1, "clock.extended", {"rule": "TT.rule", "ordinal": 1, "until": "2026-11-10"})
        corrected = (2, "facts.corrected", {"field": "received_on", "on": "2026-11-16"})
        rule = replace(RULE, fact="received_on")

        clock = only(after(received, extended, corrected, rules=(rule,)))

        assert (clock.started_on, clock.nominal_on) == (date(2026, 11, 16), date(2026, 11, 19))
        assert clock.extended_until is None

    def test_a_correction_leaves_alone_what_is_told_after_it_and_what_says_another_day(self):
        rule = replace(LASTING, starts=("matter.received", "work.ended"))
        corrected = (1, "facts.corrected", {"field": "accident_on", "on": "2026-04-01"})
        later = (2, "matter.received", {"accident_on": "2026-05-01"})
        other = (0, "work.ended", {"on": "2026-06-01"})

        assert only(after(corrected, later, rules=(rule,))).started_on == date(2026, 5, 1)
        assert only(after(other, corrected, rules=(rule,))).started_on == date(2026, 6, 1)

    def test_follows_a_corrected_fact(self):
        received = (0, "matter.received", {"accident_on": "2026-03-01"})
        corrected = (1, "facts.corrected", {"field": "accident_on", "on": "2026-04-01"})

        assert only(after(received, rules=(LASTING,))).nominal_on == date(2027, 3, 1)
        assert only(after(received, corrected, rules=(LASTING,))).nominal_on == date(2027, 4, 1)

    def test_runs_again_when_a_correction_moves_its_end_ahead(self):
        rule = a_rule(3, "working_days", fact="accident_on", satisfied_by=("matter.done",))
        received = (0, "matter.received", {"accident_on": "2026-10-20"})
        expired = (0, "clock.expired", {"rule": "TT.rule", "ordinal": 1})
        corrected = (1, "facts.corrected", {"field": "accident_on", "on": "2026-11-02"})

        assert only(after(received, expired, corrected, rules=(rule,))).state == "running"

    def test_goes_back_with_a_step_taken_back(self):
        accepted = (1, "matter.done", {"from": "received", "to": "accepted"})
        back = (2, "step.taken_back", {"from": "accepted", "to": "received"})

        assert only(after(RECEIVED, accepted, back)).state == "running"

    def test_is_cancelled_when_the_step_that_started_it_is_taken_back(self):
        received = (0, "matter.received", {"from": "", "to": "received"})
        back = (1, "step.taken_back", {"from": "received", "to": ""})

        clock = only(after(received, back))

        assert (clock.state, clock.end_event_id) == ("cancelled", 2)


class TestRight:
    """A right that lapses: what interrupts it is often told long after it happened."""

    RIGHT = a_rule(10, "days", lapses=True, restarted_by=("matter.claimed",), cancelled_by=("matter.done",))
    PASSED = (11, "clock.expired", {"rule": "TT.rule", "ordinal": 1})

    def told(self, *happenings):
        return only(after(RECEIVED, *happenings, rules=(self.RIGHT,)))

    def test_counts_anew_from_a_claim_told_later(self):
        clock = self.told((8, "matter.claimed", {"on": "2026-11-05"}))

        assert (clock.started_on, clock.nominal_on) == (date(2026, 11, 5), date(2026, 11, 15))

    def test_counts_from_the_latest_claim_whatever_is_told_first(self):
        clock = self.told((8, "matter.claimed", {"on": "2026-11-09"}), (9, "matter.claimed", {"on": "2026-11-04"}))

        assert clock.started_on == date(2026, 11, 9)

    def test_lives_again_by_a_claim_that_was_in_time_though_its_end_was_noted(self):
        clock = self.told(self.PASSED, (12, "matter.claimed", {"on": "2026-11-10"}))

        assert (clock.state, clock.nominal_on, clock.end_event_id) == ("running", date(2026, 11, 20), None)

    def test_is_lost_by_a_claim_that_came_too_late(self):
        clock = self.told(self.PASSED, (14, "matter.claimed", {}))

        assert (clock.state, clock.nominal_on) == ("expired", date(2026, 11, 12))

    def test_that_was_used_does_not_live_again(self):
        clock = self.told((3, "matter.done", {}), (5, "matter.claimed", {"on": "2026-11-04"}))

        assert clock.state == "cancelled"


class TestSince:
    def test_nothing_begins_before_its_law(self):
        young = a_rule(3, since=date(2026, 11, 3))

        assert after(RECEIVED, rules=(young,)).clocks == []
        assert only(after((1, "matter.received", {}), rules=(young,))).is_running

    def test_a_younger_law_keeps_no_older_one_from_beginning(self):
        old, young = a_rule(3), replace(a_rule(5), code="TT.young", since=date(2027, 1, 1))

        assert [clock.rule for clock in after(RECEIVED, rules=(old, young)).clocks] == ["TT.rule"]


class TestNextDue:
    def test_is_the_one_that_bites_first_by_the_bare_count(self):
        sooner = replace(a_rule(2), code="TT.sooner")

        course = after(RECEIVED, rules=(RULE, sooner))

        assert course.next_due.rule == "TT.sooner"

    def test_is_none_when_all_is_done(self):
        assert after(RECEIVED, (1, "matter.done", {})).next_due is None


_events = st.lists(
    st.one_of(
        st.sampled_from(["matter.received", "matter.done", "matter.dropped", "matter.renewed"]).map(
            lambda kind: (kind, {})
        ),
        st.integers(1, 3).map(lambda number: ("clock.expired", {"rule": "TT.rule", "ordinal": number})),
        st.tuples(st.integers(1, 3), st.dates(date(2026, 12, 1), date(2027, 1, 31))).map(
            lambda pair: ("clock.extended", {"rule": "TT.rule", "ordinal": pair[0], "until": pair[1].isoformat()})
        ),
    ),
    max_size=12,
)


@given(_events)
def test_one_by_one_gives_what_all_at_once_gives(events):
    happenings = [
        Happening(number, kind, NINE + timedelta(hours=number), facts, 1)
        for number, (kind, facts) in enumerate(events, start=1)
    ]
    at_once = Course((RULE,), HERE)
    at_once.run(happenings)

    clocks: list[Clock] = []
    for event in happenings:
        step = Course((RULE,), HERE, clocks)
        step.run([event])
        step.run([event])
        clocks = step.clocks

    def told(found):
        return [
            {field.attname: getattr(clock, field.attname) for field in Clock._meta.concrete_fields} for clock in found
        ]

    assert told(clocks) == told(at_once.clocks)
    assert all(clock.due_on >= clock.nominal_on >= clock.started_on for clock in clocks)
