"""An example rule is a value: which inputs it answers to, what it says, by which law, and the function that says it.

An app brings its own in a module named by its attribute `examples`, with a tuple `EXAMPLES` and, for its deadline
rules, a tuple `RULE_EXAMPLES`; the app registry finds them, and nothing else is edited for a new case type.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from casework.deadlines.calendar import Calendar
from casework.deadlines.rules import Certainty

from . import reading
from .reading import BadInput, Reader

EVERY_AREA = ""

# In the name of a result, the place of a day: "age_on_<date>".
DATE = "<date>"


@dataclass(frozen=True)
class Question:
    """What an example asks: its inputs, read; the results it names; the calendar and values that hold for its file."""

    given: Mapping[str, Any]
    asked: frozenset[str] = frozenset()
    calendar: Calendar = field(default_factory=Calendar)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.given[name]

    def __contains__(self, name: object) -> bool:
        return name in self.given

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return an input, or something else where it was not given."""
        return self.given.get(name, otherwise)

    def asked_days(self, name: str) -> dict[str, date]:
        """Return the results asked for whose name holds a day, with that day."""
        before, found = name.removesuffix(DATE), {}
        for one in sorted(one for one in self.asked if one.startswith(before)):
            try:
                found[one] = reading.day(one.removeprefix(before))
            except BadInput as error:
                raise BadInput(f"{one}: {error}") from None
        return found


@dataclass(frozen=True)
class Sample:
    """One worked example of a rule: its inputs and results as they stand in a file."""

    given: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class ExampleRule:
    """One kind of example.

    Args:
        code: unique in the house ("labour_money.compensation").
        area: the area of the examples it answers ("labour_money"); `EVERY_AREA`: of any.
        title: what it works out.
        law: the text it rests on.
        reads: the inputs it needs, each with its reader.
        returns: the results it knows; `<date>` in a name stands for any day.
        work_out: the function; it calls the pure rules, those the product itself goes by wherever a step does.
        samples: at least one example, with what must come out.
        may_read: inputs it takes where they are given; one of them must be where `reads` is empty.
        rest: the reader of every other input, whatever it is called; none: there is no other.
        certainty: how well the rule is founded.
    """

    code: str
    area: str
    title: str
    law: str
    reads: Mapping[str, Reader]
    returns: tuple[str, ...]
    work_out: Callable[[Question], Mapping[str, Any]]
    samples: tuple[Sample, ...]
    may_read: Mapping[str, Reader] = field(default_factory=dict)
    rest: Reader | None = None
    certainty: Certainty = Certainty.STATUTORY

    def fits(self, names: frozenset[str]) -> bool:
        """Return whether inputs of these names are such as this rule takes."""
        known = self.reads.keys() | self.may_read.keys()
        others = names - known
        if others and self.rest is None:
            return False
        return self.reads.keys() <= names and bool(names)

    def answers(self, name: str) -> bool:
        """Return whether it knows a result."""
        return any(re.fullmatch(_pattern(known), name) for known in self.returns)

    @property
    def how_special(self) -> tuple[bool, bool, int]:
        """Return what decides between rules that fit: the one that names more of the inputs wins."""
        return self.area != EVERY_AREA, self.rest is None, len(self.reads)

    @property
    def inputs(self) -> str:
        """Return its inputs in words: those it needs, then in brackets those it may get."""
        needed = [*self.reads, *(["…"] if self.rest else [])]
        return ", ".join([*needed, *(f"[{name}]" for name in self.may_read)])

    def read(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs of an example as the function takes them.

        Raises:
            BadInput: names the input and what is wrong with it.
        """
        found = {}
        for name, value in inputs.items():
            reader = self.reads.get(name) or self.may_read.get(name) or self.rest
            try:
                found[name] = reader(value) if reader else value
            except BadInput as error:
                raise BadInput(f"{name}: {error}") from None
        return found


def _pattern(name: str) -> str:
    return re.escape(name).replace(re.escape(DATE), r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class RuleExample:
    """One worked example of a deadline rule: what happened when, and what must come out.

    Args:
        code: of the rule.
        events: days, lists of days or moments by the names the rule gives them.
        expected: the results, as they stand in a file.
        on: the day on which it is asked; none: right after the last event.
    """

    code: str
    events: Mapping[str, Any]
    expected: Mapping[str, Any]
    on: str | None = None


class TwiceTheSameExample(Exception):
    """Two example rules of the house have one code."""


def _brought(name: str) -> list[Any]:
    found: list[Any] = []
    for app in apps.get_app_configs():
        where = getattr(app, "examples", None)
        module = f"{app.name}.{where}"
        if where and find_spec(module):
            found += getattr(import_module(module), name, ())
    return found


@cache
def every_example() -> dict[str, ExampleRule]:
    """Return all example rules of the house by code.

    Raises:
        TwiceTheSameExample: two of them have one code.
    """
    found: dict[str, ExampleRule] = {}
    for rule in _brought("EXAMPLES"):
        if rule.code in found:
            raise TwiceTheSameExample(rule.code)
        found[rule.code] = rule
    return found


@cache
def rule_examples() -> dict[str, tuple[RuleExample, ...]]:
    """Return the worked examples of every deadline rule that has some, by the rule's code."""
    found: dict[str, tuple[RuleExample, ...]] = {}
    for example in _brought("RULE_EXAMPLES"):
        made = example if isinstance(example, RuleExample) else RuleExample(*example)
        found[made.code] = (*found.get(made.code, ()), made)
    return found
