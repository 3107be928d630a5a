"""Every example rule and every deadline rule: its own examples come out, and it is found because its app brings it."""

from datetime import date

import pytest
from django.apps import apps
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import BeforeTheLaw, DeadlineRule, Extension, Unit
from casework.examples import periods, rule
from casework.examples.checking import check, rule_for, setting_of
from casework.examples.periods import EXTENDED_UNTIL, NothingBegins, Passed, UnknownEvent, passed, reckoned
from casework.examples.reading import BadInput
from casework.examples.rule import ExampleRule, Question, Sample, TwiceTheSameExample, every_example, rule_examples

OURS = ("casework.", "workflows.case_types.")
CALENDAR = setting_of({}).calendar
EXAMPLES = [pytest.param(one, id=one.code) for one in every_example().values()]
RULES = [pytest.param(one, id=one.code) for one in every_rule().values()]


def vector_of(example, sample):
    area = example.area or "anything"
    return {"area": area, "input": dict(sample.given), "expected": dict(sample.expected)}


class TestExampleRules:
    @pytest.mark.parametrize("example", EXAMPLES)
    def test_bring_a_law_and_examples_that_come_out(self, example):
        assert example.law
        assert example.title
        assert example.samples, f"{example.code} has no example"
        for sample in example.samples:
            assert check(vector_of(example, sample), setting_of({})) is None

    @pytest.mark.parametrize("example", EXAMPLES)
    def test_answer_their_own_examples(self, example):
        for sample in example.samples:
            vector = vector_of(example, sample)
            names = frozenset(vector["input"]), frozenset(vector["expected"])

            assert rule_for(vector["area"], *names) is example

    @pytest.mark.parametrize("example", EXAMPLES)
    def test_say_only_results_they_declare(self, example):
        for sample in example.samples:
            given = {name: value for name, value in sample.given.items() if name != "calendar_years_loaded"}
            got = example.work_out(Question(example.read(given), frozenset(), CALENDAR))

            assert [name for name in got if not example.answers(name)] == []

    def test_of_a_new_type_are_found_without_a_word_elsewhere(self):
        assert every_example()["toy.reward"].work_out.__module__ == "tests.toy_case_type.examples"
        assert rule_examples()["TY.objection"]

    def test_have_codes_of_their_own(self, monkeypatch):
        every_example.cache_clear()
        monkeypatch.setattr("tests.toy_case_type.examples.EXAMPLES", (every_example()["toy.reward"],) * 2)
        every_example.cache_clear()

        with pytest.raises(TwiceTheSameExample, match="toy"):
            every_example()

        monkeypatch.undo()
        every_example.cache_clear()

    def test_of_an_app_without_any_are_none(self, monkeypatch):
        for app in apps.get_app_configs():
            if hasattr(app, "examples"):
                monkeypatch.setattr(app, "examples", "nowhere", raising=False)

        assert rule._brought("EXAMPLES") == []

    def test_that_names_more_of_the_inputs_wins(self):
        found = rule_for("labour_dispute", frozenset({"knew", "months"}), frozenset({"nominal"}))
        other = rule_for("labour_dispute", frozenset({"received", "months"}), frozenset({"nominal"}))

        assert (found.code, other.code) == ("labour_dispute.limitation", "period.months")


class TestDeadlineRules:
    @pytest.mark.parametrize("one", RULES)
    def test_have_an_example_worked_out_by_hand(self, one):
        assert rule_examples().get(one.code), f"write one into RULE_EXAMPLES beside the rules of {one.code}"

    @pytest.mark.parametrize("one", [example for examples in rule_examples().values() for example in examples])
    def test_come_out_as_worked_out_by_hand(self, one):
        vector = {"rule": one.code, "events": dict(one.events), "expected": dict(one.expected), "on": one.on}

        assert one.expected
        assert check(vector, setting_of({})) is None

    def test_of_the_examples_exist(self):
        assert rule_examples().keys() <= every_rule().keys()

    @pytest.mark.parametrize("one", RULES)
    def test_say_every_result_from_their_first_event_alone(self, one):
        at = "2026-09-23T10:00" if Unit(one.unit).counts_hours else "2026-09-23"
        got = reckoned(one, passed(one, {one.start_name: at}), CALENDAR)

        assert set(got) == set(periods.RESULTS)
        assert got["state"] == "running"


def a_rule(**more):
    """Return a rule of ten days that can be interrupted, stand still, be extended, kept and cancelled."""
    return DeadlineRule(
        "X.rule",
        "…",
        more.pop("length", 10),
        more.pop("unit", "days"),
        starts=("x.begun",),
        law="…",
        certainty="convention",
        restarted_by=("x.interrupted",),
        suspended_by=("x.suspended",),
        resumed_by=("x.resumed",),
        satisfied_by=("x.kept",),
        cancelled_by=("x.dropped",),
        extension=Extension(),
        **more,
    )


def of(one, on=None, **events):
    return reckoned(one, passed(one, events), CALENDAR, on=on)


class TestPeriods:
    def test_count_anew_from_the_last_interruption_in_time(self):
        got = of(a_rule(), begun="2026-03-02", interrupted=["2026-03-20", "2026-03-10"])

        assert (got["nominal"], got["interrupted"], got["state"]) == (date(2026, 3, 30), True, "running")

    def test_that_lapse_are_not_revived(self):
        got = of(a_rule(lapses=True), begun="2026-03-02", interrupted="2026-03-13")

        assert (got["state"], got["interrupted"], got["expired_on"]) == ("expired", False, date(2026, 3, 12))

    def test_are_longer_by_what_they_stood_still(self):
        got = of(a_rule(), begun="2026-03-02", suspended="2026-03-05", resumed="2026-03-09")

        assert (got["nominal"], got["suspended_days"]) == (date(2026, 3, 16), 4)
        assert len(got["counted_days"]) == 10
        assert date(2026, 3, 5) not in got["counted_days"]
        assert date(2026, 3, 9) in got["counted_days"]

    def test_stand_still_until_the_cause_is_gone(self):
        assert of(a_rule(), begun="2026-03-02", suspended="2026-03-05")["state"] == "suspended"

    def test_are_kept_cancelled_or_passed(self):
        assert of(a_rule(), begun="2026-03-02", kept="2026-03-12")["state"] == "satisfied"
        assert of(a_rule(), begun="2026-03-02", dropped="2026-03-12")["state"] == "cancelled"
        assert of(a_rule(), begun="2026-03-02", on=date(2026, 3, 11))["state"] == "running"
        assert of(a_rule(), begun="2026-03-02", on=date(2026, 3, 12))["state"] == "expired"

    def test_are_extended_as_soon_as_they_run(self):
        got = of(a_rule(), begun="2026-03-02", kept="2026-03-16", **{EXTENDED_UNTIL: "2026-03-15"})

        assert (got["nominal"], got["rolled"], got["state"]) == (date(2026, 3, 15), date(2026, 3, 16), "satisfied")
        assert got["counted_days"] is None

    def test_that_open_say_the_first_day_on_which_something_may_be_done(self):
        opens = DeadlineRule(
            "X.opens", "…", 1, "years", starts=("x.begun",), law="…", certainty="convention", opens=True
        )

        assert of(opens, begun="2025-03-20")["earliest"] == date(2026, 3, 21)
        assert of(a_rule(), begun="2026-03-02")["earliest"] is None

    def test_begin_with_their_law(self):
        one = a_rule(since=date(2026, 3, 2))

        assert of(one, begun="2026-03-02")["nominal"] == date(2026, 3, 12)
        with translation.override("en"), pytest.raises(BeforeTheLaw, match="2026-03-02"):
            of(one, begun="2026-03-01")

    def test_of_hours_want_a_moment(self):
        one = DeadlineRule("X.hours", "…", 5, "hours", starts=("x.begun",), law="…", certainty="convention")

        assert of(one, begun="2026-03-02T22:00")["due_at"].isoformat() == "2026-03-03T03:00:00+08:00"
        with pytest.raises(BadInput):
            of(one, begun="2026-03-02")

    def test_want_to_begin_and_know_their_events(self):
        with translation.override("en"):
            with pytest.raises(NothingBegins, match="begun"):
                of(a_rule(), kept="2026-03-02")
            with pytest.raises(UnknownEvent, match="begun, interrupted, suspended, resumed, kept, dropped"):
                of(a_rule(), finished="2026-03-02")

    def test_take_the_whole_code_of_an_event_for_its_name(self):
        assert of(a_rule(), **{"x.begun": "2026-03-02", "x.kept": "2026-03-03"})["state"] == "satisfied"

    def test_that_nobody_may_extend_know_no_extension(self):
        fixed = DeadlineRule("X.fixed", "…", 5, "days", starts=("x.begun",), law="…", certainty="convention")

        with pytest.raises(UnknownEvent):
            of(fixed, begun="2026-03-02", **{EXTENDED_UNTIL: "2026-03-15"})

    @given(
        st.dates(date(2010, 1, 1), date(2025, 12, 31)), st.integers(0, 300), st.sampled_from(["days", "working_days"])
    )
    def test_count_as_many_days_as_they_are_long(self, start, length, unit):
        got = reckoned(a_rule(length=length, unit=unit), [Passed("x.begun", start)], CALENDAR)

        assert len(got["counted_days"]) == length
        assert start not in got["counted_days"]
        assert got["nominal"] == (got["counted_days"][-1] if length else start)


class TestQuestions:
    def test_read_each_input_and_say_which_one_is_wrong(self):
        def nothing(question):
            return {}

        one = ExampleRule("x", "x", "…", "…", {"n": rule.reading.whole}, ("r",), nothing, (Sample({}, {}),))

        assert one.read({"n": 3}) == {"n": 3}
        with pytest.raises(BadInput, match="n: "):
            one.read({"n": "three"})

    def test_find_the_days_in_the_names_of_results(self):
        question = Question({}, frozenset({"age_on_2026-01-31", "birth"}))

        assert question.asked_days("age_on_<date>") == {"age_on_2026-01-31": date(2026, 1, 31)}
