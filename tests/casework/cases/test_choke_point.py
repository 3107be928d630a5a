"""No state without its event: every way around the choke point is refused by the database itself."""

from datetime import timedelta

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from casework.audit import events
from casework.audit.errors import NotAllowed, WrongState
from casework.audit.models import Event
from casework.audit.operation import NoOperation
from casework.audit.verify import verify
from casework.cases.models import Case
from casework.cases.transitions import UnknownTransition, may_perform, perform
from tests.factories import AT
from tests.toy_case_type.models import LostThing

LATER = AT + timedelta(hours=1)


@pytest.fixture
def case(open_toy):
    return LostThing.objects.get(pk=open_toy().pk)


def state_of(case):
    """Return what the database says."""
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


class TestBypasses:
    """Each leaves the case as it was."""

    def refused(self, case, act):
        with pytest.raises((IntegrityError, ConcurrentTransition)), transaction.atomic():
            act()
        assert state_of(case) == "opened"

    def test_update(self, case):
        self.refused(case, lambda: Case.objects.filter(pk=case.pk).update(state="found"))

    def test_update_with_a_raised_head(self, case):
        self.refused(case, lambda: Case.objects.filter(pk=case.pk).update(state="found", head_seq=case.head_seq + 1))

    def test_bulk_update(self, case):
        case.__dict__["state"] = "found"
        self.refused(case, lambda: Case.objects.bulk_update([case], ["state"]))

    def test_save_of_a_set_attribute(self, case):
        case.__dict__["state"] = "found"
        self.refused(case, lambda: case.save(update_fields=["state"]))

    def test_plain_assignment(self, case):
        with pytest.raises(AttributeError):
            case.state = "found"

    def test_constructor(self, case):
        copy = LostThing(
            number="TY-410105-2026-999999",
            case_type="toy",
            state="closed",
            office=case.office,
            office_path=case.office_path,
            opened_by=case.opened_by,
            opened_at=AT,
            worker=case.worker,
            worker_label="王**",
            flow_class=case.flow_class,
        )

        self.refused(case, copy.save)

    def test_fixture(self, case):
        fixture = serializers.serialize("json", [Case.objects.get(pk=case.pk)]).replace('"opened"', '"found"')

        self.refused(case, lambda: [row.save() for row in serializers.deserialize("json", fixture)])

    def test_raw_sql(self, case):
        def act():
            with connection.cursor() as cursor:
                cursor.execute("UPDATE casework_case SET state = 'found' WHERE id = %s", [case.pk])

        self.refused(case, act)

    def test_the_state_machine_called_alone(self, case):
        case.find(at=LATER)

        self.refused(case, case.save)


class TestPerform:
    def test_records_where_from_and_where_to(self, case, cast):
        event = perform(case=case, name="find", by=cast.chen, at=LATER)

        assert event.facts == {"from": "opened", "to": "found"}
        assert (state_of(case), event.actor, event.happened_at) == ("found", cast.chen, LATER)

    def test_takes_a_stale_object_as_it_is_now(self, case, cast):
        stale = LostThing.objects.get(pk=case.pk)
        perform(case=case, name="find", by=cast.chen, at=LATER)

        with pytest.raises(WrongState):
            perform(case=stale, name="miss", by=cast.chen, at=LATER)
        assert stale.state == "found"

    def test_wrong_state_not_allowed_and_unknown_are_three_errors(self, case, cast):
        with pytest.raises(WrongState):
            perform(case=case, name="answer", by=cast.chen, at=LATER)
        with pytest.raises(NotAllowed):
            perform(case=case, name="find", by=cast.zhao, at=LATER)
        with pytest.raises(UnknownTransition):
            perform(case=case, name="fly", by=cast.chen, at=LATER)

    def test_the_clock_may_only_what_is_the_clocks(self, case, cast):
        with pytest.raises(NotAllowed):
            perform(case=case, name="find", by=None, at=LATER)

    def test_a_refusal_is_in_the_security_stream_and_nothing_else_is(self, case, cast):
        before = Event.objects.filter(stream=case.stream).count()

        with pytest.raises(NotAllowed):
            perform(case=case, name="find", by=cast.zhao, at=LATER)

        refusal = Event.objects.get(stream="security", kind="operation.refused", actor=cast.zhao)
        assert (refusal.outcome, refusal.facts["subject"]) == ("refused", case.number)
        assert Event.objects.filter(stream=case.stream).count() == before

    def test_a_question_gives_the_reason(self, case, cast):
        answer = may_perform(case, "answer", cast.chen)

        assert not answer
        assert "Answer" in str(answer.reason)

    def test_outside_an_operation_nothing_can_be_recorded(self, case, cast):
        with pytest.raises(NoOperation):
            events.record(case, "toy.found", by=cast.chen, at=LATER)

    def test_the_machine_alone_refuses_an_unlawful_transition(self, case):
        with pytest.raises(TransitionNotAllowed):
            case.answer(at=LATER)

    def test_the_trail_stays_whole(self, case, cast):
        perform(case=case, name="find", by=cast.chen, at=LATER)

        assert verify().faults == []
