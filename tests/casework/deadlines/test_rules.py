"""Rules: when a period ends, and what may not be written down as one."""

from datetime import UTC, date, datetime

import pytest

from casework.deadlines.rules import BadLength, DeadlineRule, due

from .test_calendar import AUTUMN


def a_rule(length=15, unit="days", **over):
    facts = {"starts": ("matter.received",), "law": "民法典 203", "certainty": "statutory", **over}
    return DeadlineRule("TT.rule", "Rule", length, unit, **facts)


class TestDue:
    @pytest.mark.parametrize(
        ("unit", "length", "start", "nominal", "rolled"),
        [
            ("days", 15, date(2026, 9, 22), date(2026, 10, 7), date(2026, 10, 8)),
            ("days", 15, date(2026, 9, 25), date(2026, 10, 10), date(2026, 10, 10)),
            ("working_days", 5, date(2026, 9, 21), date(2026, 9, 29), date(2026, 9, 29)),
            ("years", 1, date(2025, 9, 20), date(2026, 9, 20), date(2026, 9, 20)),
            ("months", 12, date(2025, 10, 3), date(2026, 10, 3), date(2026, 10, 8)),
        ],
    )
    def test_gives_the_bare_count_and_the_day_after_rest_days(self, unit, length, start, nominal, rolled):
        end = due(a_rule(length, unit), start, AUTUMN)

        assert (end.nominal_on, end.due_on, end.provisional) == (nominal, rolled, False)

    def test_runs_to_midnight_in_beijing(self):
        assert due(a_rule(1), date(2026, 11, 18), AUTUMN).due_at == datetime(2026, 11, 19, 16, tzinfo=UTC)

    def test_keeps_a_rest_day_when_the_rule_does_not_roll(self):
        assert due(a_rule(rolls=False), date(2026, 9, 22), AUTUMN).due_on == date(2026, 10, 7)

    def test_is_provisional_where_the_notice_is_not_out(self):
        assert due(a_rule(6, "months"), date(2026, 7, 1), AUTUMN).provisional

    def test_counts_hours_to_the_minute(self):
        end = due(a_rule(24, "hours"), datetime(2026, 10, 1, 6, 5, tzinfo=UTC), AUTUMN)

        assert end.due_at == datetime(2026, 10, 2, 6, 5, tzinfo=UTC)
        assert end.due_on == date(2026, 10, 2)

    def test_refuses_a_day_where_hours_count(self):
        with pytest.raises(TypeError, match="moment"):
            due(a_rule(24, "hours"), date(2026, 10, 1), AUTUMN)

    def test_takes_the_length_of_the_place(self):
        assert due(a_rule(), date(2026, 11, 1), AUTUMN, length=2).nominal_on == date(2026, 11, 3)


class TestDeadlineRule:
    def test_takes_a_length_of_the_place_and_its_unit(self):
        rule = a_rule(5, "working_days")

        assert (rule.with_length(7).length, rule.with_length(7).unit) == (7, "working_days")
        held = rule.with_length({"length": 7, "unit": "days"})
        assert (held.length, held.unit, held.code) == (7, "days", rule.code)

    @pytest.mark.parametrize(
        "value",
        [
            "7",
            True,
            -1,
            7.0,
            [7],
            {"length": 7},
            {"length": 7, "unit": "weeks"},
            {"length": "7", "unit": "days"},
            {"length": 7, "unit": ["days"]},
            {"length": 7, "unit": "hours"},
            {"length": 7, "unit": "days", "more": 1},
        ],
    )
    def test_says_how_a_length_is_written(self, value):
        with pytest.raises(BadLength):
            a_rule(5, "working_days").with_length(value)

    def test_refuses_an_unknown_unit(self):
        with pytest.raises(ValueError, match="weeks"):
            a_rule(2, "weeks")

    def test_refuses_a_kind_where_a_tuple_belongs(self):
        with pytest.raises(TypeError, match="tuple"):
            a_rule(satisfied_by="matter.done")

    def test_starts_only_with_the_facts_it_asks_for(self):
        rule = a_rule(when=(("severity", ("death", "many")),))

        assert rule.starts_with("matter.received", {"severity": "death"})
        assert not rule.starts_with("matter.received", {"severity": "light"})

    def test_counts_from_the_named_fact_before_the_day_of_the_event(self):
        moment = datetime(2026, 9, 25, 16, 30, tzinfo=UTC)

        assert a_rule(fact="accident_on").first_day({"accident_on": "2026-09-05"}, moment) == date(2026, 9, 5)
        assert a_rule().first_day({"on": "2026-09-06"}, moment) == date(2026, 9, 6)
        assert a_rule().first_day({}, moment) == date(2026, 9, 26)
