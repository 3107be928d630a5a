"""The state machine: every state can be reached and left, every move says what it is."""

import pytest
from django.db import IntegrityError, transaction

from casework.audit.events import KINDS
from casework.cases.models import Stage
from casework.cases.transitions import may_perform
from casework.deadlines.rulebook import rules_of
from workflows.case_types.labour_dispute.models import LabourDispute, Settlement

State = LabourDispute.State


def moves():
    """Return every transition of the type as (name, source, target, move)."""
    return [
        (method.__name__, source, transition.target, transition.custom["move"])
        for name in dir(LabourDispute)
        if hasattr(method := getattr(LabourDispute, name, None), "_django_fsm")
        for source, transition in method._django_fsm.transitions.items()
    ]


class TestStateMachine:
    def test_every_state_has_a_stage(self):
        assert set(LabourDispute.STAGES) == set(State.values)
        assert LabourDispute.STAGES["closed"] == Stage.CLOSED

    def test_every_state_is_reached_and_all_but_the_last_are_left(self):
        own = [move for move in moves() if move[0] not in ("withdraw", "take_back")]

        assert {target for _name, _source, target, _move in own} == set(State.values)
        assert {source for _name, source, _target, _move in own} == set(State.values) - {"closed"} | {""}

    def test_every_move_records_a_declared_kind(self):
        assert {move.kind for *_rest, move in moves()} <= KINDS.keys()

    def test_only_named_moves_belong_to_the_clock(self):
        by_clock = {name for name, *_rest, move in moves() if move.by_clock}

        assert by_clock == {"record_answer", "time_out", "close"}

    def test_a_step_goes_back_to_a_state_that_leads_there(self):
        leads = {(source, target) for _name, source, target, _move in moves()}

        assert all((before, state) in leads for state, before in LabourDispute.TAKE_BACK.items())

    def test_every_clock_a_flow_waits_for_fires(self):
        flow = LabourDispute._meta.app_config.flow
        waited = {door.rule for node in flow.instance.nodes() for door in getattr(node, "doors", ()) if door.rule}

        assert waited == {rule.code for rule in rules_of("labour_dispute") if rule.fires}

    def test_a_reason_is_needed_for_every_bad_end(self):
        needing = {name for name, *_rest, move in moves() if move.needs_reason}

        assert {"decline", "refer_elsewhere", "fail", "refuse_signature", "give_up", "refer", "close"} <= needing

    def test_a_no_says_why(self, dispute, cast):
        dispute.answered("refuses")

        answer = may_perform(dispute.case, "accept", cast["mediator"])
        assert (answer.allowed, bool(answer.reason)) == (False, True)
        assert not may_perform(dispute.case, "accept", cast["operator"])


class TestConstraints:
    def test_who_drafted_does_not_approve_even_past_the_operations(self, dispute, cast):
        dispute.drafted()

        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.update(approved_by=cast["mediator"])

    def test_a_case_has_one_agreement_that_stands(self, dispute, cast):
        dispute.drafted()

        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.create(
                case=dispute.case, number=2, amount=0, drafted_by=cast["mediator"], drafted_at=dispute.at
            )


class TestFactsOfType:
    def test_hides_what_the_worker_asks_for_from_others(self, dispute):
        dispute.received(requests="支付三个月工资。")

        clear = {fact["label"]: fact["value"] for fact in dispute.case.facts_of_type(True)}
        masked = {fact["label"]: fact["value"] for fact in dispute.case.facts_of_type(False)}
        assert "支付三个月工资。" in clear.values()
        assert "支付三个月工资。" not in masked.values()
