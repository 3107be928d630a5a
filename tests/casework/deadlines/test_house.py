"""Every deadline rule of the house: that something starts and ends it, and the laws that all of them keep."""

import ast
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.audit import events
from casework.deadlines import calendar as days
from casework.deadlines import general, rulebook
from casework.deadlines.calendar import BEIJING
from casework.deadlines.course import Course, Happening
from casework.deadlines.rules import Certainty, Owing, Place, Unit, due
from tests.scale import scale

from .test_calendar import any_day, calendars

ROOT = Path(rulebook.__file__).parent.parent.parent
SLUGS = [app.slug for app in apps.get_app_configs() if hasattr(app, "slug")]
RULES = [pytest.param(rule, id=code) for code, rule in rulebook.every_rule().items()]
OF_DAYS = [rule for rule in rulebook.every_rule().values() if not Unit(rule.unit).counts_hours]
counted = st.sampled_from(OF_DAYS)
# Of the rules that can stand still, and of those that roll, the ones the property is about.
standing_still = st.sampled_from([rule for rule in OF_DAYS if rule.suspended_by])
rolling = st.sampled_from([rule for rule in OF_DAYS if rule.rolls and not rule.opens])
counting_back = st.sampled_from([rule for rule in OF_DAYS if rule.counts_back and rule.unit is Unit.WORKING_DAYS])
forward = st.sampled_from([rule for rule in OF_DAYS if rule.unit is Unit.WORKING_DAYS and not rule.counts_back])
often = settings(max_examples=scale("examples"))


def steps_of_house():
    """Return every kind that can be recorded by hand."""
    found = set(rulebook.proceedings_of_contacts())
    return found.union(*(rulebook.proceedings_of(slug) for slug in SLUGS))


def recorded_kinds():
    """Return patterns of the kinds that the code itself records: `events.record(…, "kind")`, `kind="…"`."""
    found = []
    for root in ("casework", "workflows", "tests/toy_case_type"):
        for file in (ROOT / root).rglob("*.py"):
            if "/tests/" not in str(file).replace("/tests/toy_case_type/", "/toy/"):
                found += _recorded_in(ast.parse(file.read_text()))
    return [re.compile(pattern) for pattern in found]


def _recorded_in(tree):
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        named = [word.value for word in call.keywords if word.arg == "kind"]
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("record", "follow_contact", "_give"):
            named += call.args
        for value in named:
            yield from _texts(value)


def _texts(value):
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
        yield re.escape(value.value)
    elif isinstance(value, ast.JoinedStr):
        parts = [re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in value.values]
        if any(isinstance(part, ast.Constant) and "." in part.value for part in value.values):
            yield "".join(parts)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)


STEPS, RECORDED = steps_of_house(), recorded_kinds()


def happens(kind):
    """Return whether anybody can record such an event."""
    return kind in STEPS or any(pattern.fullmatch(kind) for pattern in RECORDED)


class TestRules:
    @pytest.mark.parametrize("rule", RULES)
    def test_begin_and_move_by_what_somebody_records(self, rule):
        assert sorted(kind for kind in rule.kinds if not happens(kind)) == []

    def test_would_be_found_out(self):
        assert happens("recognition.filed_by_employer")
        assert happens("case.handover_accepted")
        assert not happens("arbitration.forgotten")
        assert not happens("recognition")

    @pytest.mark.parametrize("rule", RULES)
    def test_end_by_something(self, rule):
        assert rule.satisfied_by or rule.cancelled_by

    @pytest.mark.parametrize("rule", RULES)
    def test_that_a_recorded_step_begins_outlive_the_closing(self, rule):
        if set(rule.starts) <= STEPS and rule not in general.CONTACT_RULES:
            assert rule.outlives_closing

    @pytest.mark.parametrize("rule", RULES)
    def test_of_a_place_can_be_changed_by_it(self, rule):
        if rule.certainty is Certainty.CONFIGURABLE:
            assert rule.parameter

    @pytest.mark.parametrize("rule", RULES)
    def test_are_extended_by_the_one_whose_they_are(self, rule):
        if rule.owed_by is Owing.BODY and rule.extension and rule.certainty is Certainty.STATUTORY:
            assert rule.extension.consent == "body"
            assert rule.extension.law

    @pytest.mark.parametrize("rule", RULES)
    def test_name_each_event_once(self, rule):
        assert len(set(rule.event_names.values())) == len(rule.event_names)


class TestSteps:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_are_named_apart_within_their_group(self, slug):
        titles = [(str(step.body), step.title) for step in rulebook.proceedings_of(slug).values()]

        assert len(set(titles)) == len(titles)

    @pytest.mark.parametrize("kind", sorted(STEPS))
    def test_say_who_recorded_them_and_their_day(self, kind):
        assert events.KINDS[kind].title
        assert "%(on)s" in str(events.KINDS[kind].sentence)

    def test_replaced_rules_are_not_followed(self):
        codes = {rule.code for rule in rulebook.rules_of("hardship_relief")}

        assert {"HR.supplement", "GEN.legal_aid.decision"} <= codes
        assert "GEN.supplement" not in codes
        assert "GEN.supplement" in {rule.code for rule in rulebook.rules_of("work_injury")}


class TestLaws:
    @often
    @given(counted, any_day, st.integers(0, 60), calendars())
    def test_later_begun_is_never_sooner_due(self, rule, start, later, calendar):
        first, second = due(rule, start, calendar), due(rule, start + timedelta(days=later), calendar)

        assert first.nominal_on <= second.nominal_on
        assert first.due_on <= second.due_on

    @often
    @given(rolling, any_day, calendars())
    def test_what_rolls_never_ends_on_a_rest_day(self, rule, start, calendar):
        assert calendar.is_working_day(due(rule, start, calendar).due_on)

    @often
    @given(forward, any_day, calendars())
    def test_working_days_are_counted_back_to_the_beginning(self, rule, start, calendar):
        begun = days.roll_forward(start, calendar)

        assert days.working_day_before(due(rule, begun, calendar).due_on, rule.length, calendar) == begun

    @often
    @given(counting_back, any_day, calendars())
    def test_what_is_counted_back_leaves_its_days_until_the_date(self, rule, date_fixed, calendar):
        last = due(rule, date_fixed, calendar).due_on

        assert last < date_fixed
        assert days.working_days_between(last, date_fixed - days.DAY, calendar) == rule.length - 1

    @often
    @given(standing_still, any_day, st.integers(0, 40), st.integers(0, 400), calendars())
    def test_days_of_standing_still_are_added_exactly(self, rule, start, after, long, calendar):
        again = start + timedelta(days=after + long)
        still = due(rule, start, calendar, pauses=[(start + timedelta(days=after), again)])

        assert still.nominal_on - due(rule, start, calendar).nominal_on == timedelta(days=long)

    @often
    @given(counted, st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.dates(date(2026, 1, 1), date(2032, 12, 31)))
    def test_what_is_kept_on_a_day_is_kept_in_time_until_its_end(self, rule, start, done):
        course = Course([rule], Place(days.Calendar()))
        facts = {name: values[0] for name, values in rule.when}
        course.run([Happening(1, rule.starts[0], _noon(start), {**facts, "on": str(start), rule.fact: str(start)})])
        kind = (*rule.satisfied_by, *rule.cancelled_by)[0]

        course.run([Happening(2, kind, _noon(max(start, done)), {"on": str(max(start, done))})])

        ended = course.clocks[0]
        assert not ended.counts
        if rule.satisfied_by:
            assert ended.was_kept is (max(start, done) <= ended.due_on)


def _noon(day):
    return datetime.combine(day, time(12), BEIJING)
