"""What a step costs, in statements to the database, BEGIN and COMMIT included.

The engine's share is counted everywhere: what a step reads and writes of its own (a survey, a letter, words sealed
beside the event, columns of the case type) is the step's, not the engine's.
"""

import re
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit import operation
from casework.audit.models import Event
from casework.cases.models import CaseTask
from casework.deadlines.queries import calendar_at
from casework.staff.models import User
from config.demo.city import found_city
from notifications import dispatch
from tests.factories import AT
from workflows import operations
from workflows.case_type import all_case_types, case_type
from workflows.walking import Walk

STEP, GATEWAY, DISPATCH = 12, 3, 8
ENGINE = {
    "casework_case",
    "casework_casetask",
    "casework_event",
    "casework_clock",
    "casework_rolegrant",
    "casework_conflictofinterest",
}

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Cost:
    """One step of a walk: its node, its statements, and those of telling people afterwards."""

    node: str
    statements: list[str]
    told: list[str]

    @property
    def gateways(self) -> int:
        made = [one for one in self.statements if one.startswith('INSERT INTO "casework_casetask"')]
        return len(made) - 1

    @property
    def of_the_engine(self) -> list[str]:
        """The statements that take the step whatever it is about."""
        return [one for one in self.statements if one in ("BEGIN", "COMMIT", "BEGIN IMMEDIATE") or table(one) in ENGINE]


def table(statement: str) -> str:
    """Return the table a statement reads first or writes."""
    found = re.search(r'(?:FROM|INTO|UPDATE) "?(\w+)"?', statement)
    return found.group(1) if found else ""


@pytest.fixture
def walked(monkeypatch):
    """Walk a case of a type and return what every step of it cost; each person comes with nothing loaded."""
    costs: list[Cost] = []
    complete = operations.complete_task

    def measured(*, task, by, at, data):
        task, by = CaseTask.objects.get(pk=task.pk), User.objects.get(pk=by.pk)
        committed: list[Event] = []
        monkeypatch.setattr(operation, "AFTER_COMMIT", [committed.extend])
        with CaptureQueriesContext(connection) as step:
            done = complete(task=task, by=by, at=at, data=data)
        ids = [event.pk for event in committed]
        with CaptureQueriesContext(connection) as told:
            dispatch.dispatch(ids[:1], at=at)
        dispatch.dispatch(ids, at=at)
        costs.append(Cost(task.node, [one["sql"] for one in step], [one["sql"] for one in told]))
        return done

    def walk(slug):
        city = found_city(at=AT)
        kind = case_type(slug)
        calendar_at(city.office.path)  # kept: no step reads it
        monkeypatch.setattr(operations, "complete_task", measured)
        kind.walk(Walk(kind=kind, cast=city, office=city.office, at=AT))
        return costs

    return walk


@pytest.mark.parametrize("slug", [kind.slug for kind in all_case_types()])
def test_no_step_of_a_walk_costs_more_than_promised(walked, slug):
    for cost in walked(slug):
        allowed = STEP + GATEWAY * cost.gateways

        assert len(cost.of_the_engine) <= allowed, f"{cost.node}: " + "\n".join(cost.of_the_engine)
        assert len(cost.told) <= DISPATCH, f"{cost.node}: " + "\n".join(cost.told)


def test_a_step_with_a_transition_its_event_and_a_clock_costs_no_more_than_promised_in_all(walked):
    (step,) = walked("toy")

    assert step.node == "search"
    assert any('"casework_clock"' in one for one in step.statements if one.startswith("INSERT"))
    assert len(step.statements) <= STEP + GATEWAY * step.gateways, "\n".join(step.statements)
