"""An operation happens whole or not at all, wherever it breaks; what follows the commit is made up for."""

import pytest
from django.db import DatabaseError, connection

from casework.audit import operation as audit_operation
from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases.models import CaseTask
from notifications import operations as notifications
from notifications.models import Notification
from tests.toy_case_type.models import LostThing
from tests.workflows.conftest import cast, open_toy
from tests.workflows.test_operations import LATER, the_task
from workflows import operations

__all__ = ["cast", "open_toy"]


class Crash(DatabaseError):
    """The machine stopped here."""


class Breaks:
    """Lets a number of writes through, then fails: the fault between any two statements of an operation."""

    def __init__(self, after):
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            if self.left == 0:
                raise Crash
            self.left -= 1
        return execute(sql, params, many, context)


def picture():
    """Return everything a step of the toy writes."""
    return (
        list(LostThing.objects.order_by("id").values_list("state", "head_seq", "next_due_at")),
        list(CaseTask.objects.order_by("id").values_list("node", "status", "owner_id")),
        list(Event.objects.order_by("id").values_list("stream", "seq", "kind")),
    )


@pytest.mark.django_db(transaction=True)
class TestBreakBetweenAnyTwoWrites:
    def test_of_a_step_leaves_nothing_behind(self, cast, open_toy):
        task = the_task(open_toy(), "search")
        before, broken = picture(), 0

        while True:
            try:
                with connection.execute_wrapper(Breaks(after=broken)):
                    operations.complete_task(task=task, by=cast.chen, at=LATER, data={"found": "yes"})
                break
            except Crash:
                broken += 1
                assert picture() == before

        assert broken >= 5, "the step writes task, next task, event, clock and case"
        assert LostThing.objects.get().state == "found"
        assert verify().faults == []

    def test_of_opening_leaves_nothing_behind(self, cast, open_toy):
        open_toy()
        before, broken = picture(), 0

        while True:
            try:
                with connection.execute_wrapper(Breaks(after=broken)):
                    number = open_toy().number
                break
            except Crash:
                broken += 1
                assert picture() == before

        assert broken >= 5
        assert number.endswith("000002"), "a broken opening took no number"
        assert verify().faults == []


@pytest.mark.django_db(transaction=True)
class TestTrailThatCannotBeWritten:
    def test_stops_the_change_it_belongs_to(self, cast, open_toy):
        case = open_toy()

        def full(execute, sql, params, many, context):
            if "casework_event" in sql and sql.lstrip().upper().startswith("INSERT"):
                raise Crash
            return execute(sql, params, many, context)

        with pytest.raises(Crash), connection.execute_wrapper(full):
            operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})

        assert LostThing.objects.get().state == "opened"
        assert the_task(case, "search").status == "NEW"


@pytest.mark.django_db(transaction=True)
class TestCrashAfterTheCommit:
    def test_the_sweep_tells_what_was_not_told_and_only_once(self, cast, open_toy, monkeypatch):
        monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [])  # the process died before it told anybody
        case = open_toy()
        assert not Notification.objects.filter(event__stream=case.stream).exists()

        told = [notifications.sweep(at=LATER), notifications.sweep(at=LATER)]

        assert told[0] > 0
        assert told[1] == 0
        assert Notification.objects.filter(user=cast.chen, event__stream=case.stream).count() == 1

    def test_a_hook_that_fails_reaches_nobody(self, cast, open_toy, monkeypatch, caplog):
        def fails(events):
            raise RuntimeError("no")

        monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [fails])

        assert open_toy().number
        assert "no" in caplog.text
