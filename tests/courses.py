"""Courses of deadlines without a database: what happened on which day, told as people would tell it."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from casework.deadlines.calendar import BEIJING
from casework.deadlines.course import EXPIRED, Course, Happening
from casework.deadlines.models import Clock
from casework.deadlines.rules import DeadlineRule, Place
from tests.casework.deadlines.test_calendar import AUTUMN


def course(rules: Iterable[DeadlineRule], *happened: tuple[Any, ...]) -> Course:
    """Let steps pass over rules in the autumn of 2026, and what is due expire meanwhile, as the sweep does.

    Args:
        happened: kind and day of each step, perhaps with facts; "told" among them is the day it was recorded.
    """
    passing = Course(rules, Place(AUTUMN))
    for number, (kind, day, *more) in enumerate(happened, 1):
        facts = {"on": day, **(more[0] if more else {})}
        at = datetime.combine(date.fromisoformat(facts.pop("told", day)), time(12), BEIJING)
        for clock in [clock for clock in passing.clocks if clock.is_running and clock.due_at <= at]:
            passing.run([Happening(None, EXPIRED, clock.due_at, {"rule": clock.rule, "ordinal": clock.ordinal})])
        passing.run([Happening(number, kind, at, facts, 1)])
    return passing


def clock(passed: Course, rule: str) -> Clock:
    """Return the newest clock of a rule."""
    return [each for each in passed.clocks if each.rule == rule][-1]


def last_day(passed: Course, rule: str) -> str:
    """Return the day on which the newest clock of a rule ends."""
    return clock(passed, rule).due_on.isoformat()
