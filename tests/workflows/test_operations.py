"""Opening, working, claiming, giving, taking back: the engine on the toy type."""

from datetime import timedelta

import pytest

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, NotFound, WrongState
from casework.audit.models import Event
from casework.cases.models import CaseTask, HandOver
from casework.cases.operations import offer_handover
from casework.cases.transitions import ConditionNotMet
from casework.deadlines.models import Clock
from casework.offices.roles import Role
from tests.factories import AT, a_user, a_worker, meng
from tests.toy_case_type.models import LostThing
from workflows import operations, queries
from workflows.case_type import UnknownCaseType

LATER = AT + timedelta(hours=1)


def kinds(case):
    """Return the kinds of a case's events in order."""
    return list(Event.objects.filter(stream=case.stream).order_by("seq").values_list("kind", flat=True))


def the_task(case, node):
    """Return the open task of a node."""
    return CaseTask.objects.get(process_id=case.pk, node=node, status__in=("NEW", "ASSIGNED"))


class TestOpenCase:
    def test_gives_number_state_first_task_and_events(self, cast, open_toy):
        case = LostThing.objects.get(pk=open_toy().pk)

        assert case.number == "TY-410105-2026-000001"
        assert (case.state, case.stage, case.worker_label) == ("opened", "intake", "王**")
        assert kinds(case) == ["toy.opened", "task.queued"]
        assert [task.node for task in queries.queue_for(cast.chen)] == ["search"]

    def test_numbers_have_no_gap(self, open_toy):
        assert [open_toy().number[-6:] for _ in range(3)] == ["000001", "000002", "000003"]

    def test_an_unknown_type_is_named(self, cast):
        with pytest.raises(UnknownCaseType):
            operations.open_case(case_type="nothing", by=cast.lin, at=AT)

    def test_says_at_the_field_what_is_wrong_and_keeps_nothing(self, cast, open_toy):
        with pytest.raises(InvalidFacts) as caught:
            open_toy(worker_name="", worker_phone="12", summary="")

        assert set(caught.value.errors) == {"worker_name", "worker_phone", "summary"}
        assert not LostThing.objects.exists()

    def test_an_office_elsewhere_is_not_among_the_choices(self, cast, open_toy):
        with pytest.raises(InvalidFacts) as caught:
            open_toy(office=cast.tree.other_county)

        assert set(caught.value.errors) == {"office"}

    def test_a_worker_known_here_by_id_is_not_entered_twice(self, cast, open_toy):
        wang = a_worker(office=cast.tree.county)

        case = open_toy(worker_id_number=wang.id_number)

        assert case.worker_id == wang.pk


class TestCompleteTask:
    def test_moves_case_and_flow_together(self, cast, open_toy):
        case = open_toy()

        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})

        case = LostThing.objects.get(pk=case.pk)
        assert (case.state, case.stage) == ("found", "handling")
        assert kinds(case)[2:] == ["toy.found", "task.waiting"]
        done = CaseTask.objects.get(process=case, node="search")
        assert (done.status, done.owner, done.finished) == ("DONE", cast.chen, LATER)

    def test_a_second_person_is_told_who_was_faster(self, cast, open_toy):
        case = open_toy()
        task = the_task(case, "search")
        operations.complete_task(task=task, by=cast.chen, at=LATER, data={"found": "yes"})
        other = a_user("cheng", role=Role.MEDIATOR, office=cast.tree.city, display_name="程静")

        with pytest.raises(AlreadyDone) as caught:
            operations.complete_task(task=task, by=other, at=LATER, data={"found": "no"})

        assert (caught.value.who, caught.value.when) == (cast.chen, LATER)
        assert cast.chen.display_name in str(caught.value)

    def test_the_wrong_role_is_refused_with_the_role_it_needs(self, cast, open_toy):
        task = the_task(open_toy(), "search")

        with pytest.raises(NotAllowed, match=r"调解员|Mediator"):
            operations.complete_task(task=task, by=cast.lin, at=LATER, data={"found": "yes"})

        assert Event.objects.filter(stream="security", kind="operation.refused", actor=cast.lin).count() == 1

    def test_another_office_is_refused(self, cast, open_toy):
        task = the_task(open_toy(), "search")

        with pytest.raises(NotAllowed):
            operations.complete_task(task=task, by=cast.zhao, at=LATER, data={"found": "yes"})

    def test_a_condition_gives_its_reason_and_changes_nothing(self, cast, open_toy):
        case = open_toy(thing="")

        with pytest.raises(ConditionNotMet, match="no name"):
            operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})

        assert LostThing.objects.get(pk=case.pk).state == "opened"
        assert the_task(case, "search").status == "NEW"

    def test_bad_input_names_the_field(self, cast, open_toy):
        with pytest.raises(InvalidFacts) as caught:
            operations.complete_task(task=the_task(open_toy(), "search"), by=cast.chen, at=LATER, data={"found": "?"})

        assert set(caught.value.errors) == {"found"}

    def test_loops_and_ends_by_a_human_step(self, cast, open_toy):
        case = open_toy()
        for again in ("on", ""):
            operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "no"})
            operations.complete_task(
                task=the_task(case, "decide"), by=cast.sun, at=LATER, data={"again": again, "reason": "找不到"}
            )

        case = LostThing.objects.get(pk=case.pk)
        assert (case.state, case.outcome, case.outcome_reason) == ("closed", "lost", "找不到")
        assert (case.status, case.finished) == ("DONE", LATER)


class TestClockDue:
    def test_ends_a_wait_and_closes_the_case(self, cast, open_toy):
        case = open_toy()
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        clock = Clock.objects.get(case=case, rule="TY.objection")

        moved = operations.clock_due(clock=clock, by=None, at=clock.due_at)
        again = operations.clock_due(clock=clock, by=None, at=clock.due_at)

        case = LostThing.objects.get(pk=case.pk)
        assert (moved, again, case.state, case.status) == (True, False, "closed", "DONE")
        assert kinds(case)[-2:] == ["clock.expired", "toy.closed"]

    def test_a_door_opened_by_a_person_stops_it(self, cast, open_toy):
        case = open_toy()
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        clock = Clock.objects.get(case=case, rule="TY.objection")

        operations.open_door(
            task=the_task(case, "objections"), door="dispute", by=cast.lin, at=LATER, data={"reason": "是我的"}
        )

        assert not operations.clock_due(clock=clock, by=None, at=clock.due_at)
        case = LostThing.objects.get(pk=case.pk)
        assert case.state == "disputed"
        assert the_task(case, "answer").status == "ASSIGNED"
        operations.complete_task(task=the_task(case, "answer"), by=cast.chen, at=LATER, data={"reason": "不是他的"})
        assert Clock.objects.filter(case=case, rule="TY.objection", state="running").count() == 1

    def test_a_door_the_step_has_not_is_not_found(self, cast, open_toy):
        with pytest.raises(NotFound):
            operations.open_door(task=the_task(open_toy(), "search"), door="dispute", by=cast.lin, at=LATER, data={})


class TestGivingTasks:
    def test_a_claimed_task_leaves_every_other_queue(self, cast, open_toy):
        task = the_task(open_toy(), "search")
        other = a_user("cheng", role=Role.MEDIATOR, display_name="程静")

        operations.claim_task(task=task, by=cast.chen, at=LATER)

        assert list(queries.tasks_for(cast.chen)) == [task]
        assert not queries.queue_for(other).exists()
        with pytest.raises(AlreadyDone, match=cast.chen.display_name):
            operations.claim_task(task=task, by=other, at=LATER)

    def test_released_it_is_in_the_queue_again(self, cast, open_toy):
        task = the_task(open_toy(), "search")
        operations.claim_task(task=task, by=cast.chen, at=LATER)

        operations.release_task(task=task, by=cast.chen, at=LATER)

        assert list(queries.queue_for(cast.chen)) == [task]

    def test_only_somebody_of_the_role_can_be_given_it(self, cast, open_toy):
        task = the_task(open_toy(), "search")

        with pytest.raises(NotAllowed):
            operations.reassign_task(task=task, to=cast.lin, by=cast.sun, at=LATER)
        operations.reassign_task(task=task, to=cast.chen, by=cast.sun, at=LATER)

        assert list(queries.tasks_for(cast.chen)) == [task]

    def test_a_closed_account_leaves_its_tasks_in_the_queue(self, cast, open_toy):
        case = open_toy()
        operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)
        admin = meng()

        given_back = operations.deactivate_user(user=cast.chen, by=admin, at=LATER)

        assert given_back == 1
        assert the_task(case, "search").owner is None


class TestTakeBack:
    @pytest.fixture
    def found(self, cast, open_toy):
        case = open_toy()
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        return case

    def test_the_doer_does_the_step_again(self, cast, found):
        operations.take_back(case=found, reason="看错了", by=cast.chen, at=LATER)

        case = LostThing.objects.get(pk=found.pk)
        assert (case.state, case.stage) == ("opened", "intake")
        assert kinds(case)[-2:] == ["step.taken_back", "task.queued"]
        assert not Clock.objects.filter(case=case, rule="TY.objection", state="running").exists()
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "no"})

    def test_somebody_else_may_not(self, cast, found):
        with pytest.raises(NotAllowed):
            operations.take_back(case=found, reason="看错了", by=cast.lin, at=LATER)

    def test_after_a_working_day_only_a_supervisor_may(self, cast, found):
        next_week = LATER + timedelta(days=5)

        with pytest.raises(operations.NothingToTakeBack, match=r"supervisor|主管|working day|工作日"):
            operations.take_back(case=found, reason="看错了", by=cast.chen, at=next_week)
        operations.take_back(case=found, reason="看错了", by=cast.sun, at=next_week)

        assert LostThing.objects.get(pk=found.pk).state == "opened"

    def test_needs_a_reason(self, cast, found):
        with pytest.raises(WrongState):
            operations.take_back(case=found, reason=" ", by=cast.chen, at=LATER)


class TestWithdraw:
    def test_ends_flow_tasks_and_case_with_the_reason(self, cast, open_toy):
        case = open_toy()

        operations.withdraw_case(case=case, reason="自己找到了", by=cast.lin, at=LATER)

        case = LostThing.objects.get(pk=case.pk)
        assert (case.state, case.outcome, case.outcome_reason) == ("closed", "withdrawn", "自己找到了")
        assert (case.status, queries.open_tasks(case)) == ("CANCELED", [])

    def test_a_closed_case_never_changes(self, cast, open_toy):
        case = open_toy()
        operations.withdraw_case(case=case, reason="自己找到了", by=cast.lin, at=LATER)

        with pytest.raises(WrongState):
            operations.withdraw_case(case=case, reason="再来一次", by=cast.lin, at=LATER)


class TestHandOver:
    @pytest.fixture
    def offer(self, cast, open_toy):
        return offer_handover(case=open_toy(), to=cast.tree.other_county, reason="单位在那边", by=cast.lin, at=LATER)

    def test_accepted_it_moves_and_the_old_office_goes_on_reading(self, cast, offer):
        operations.decide_handover(offer=offer, accept=True, by=cast.zhao, at=LATER)

        case = LostThing.objects.get(number=offer.case.number)
        assert case.office == cast.tree.other_county
        assert [task.node for task in queries.queue_for(cast.zhao)] == ["search"]
        assert not queries.queue_for(cast.chen).exists()
        assert queries.case_for(cast.lin, case.number) == case
        with pytest.raises(NotAllowed):
            operations.withdraw_case(case=case, reason="不是我们的了", by=cast.lin, at=LATER)

    def test_returned_it_stays_with_the_reason_in_the_trail(self, cast, offer):
        operations.decide_handover(offer=offer, accept=False, reason="不归我们管", by=cast.zhao, at=LATER)

        case = LostThing.objects.get(number=offer.case.number)
        assert case.office == cast.tree.county
        assert queries.timeline(case)[0].words == "不归我们管"

    def test_nobody_decides_for_the_other_office(self, cast, offer):
        with pytest.raises(NotAllowed):
            operations.decide_handover(offer=offer, accept=True, by=cast.chen, at=LATER)
        assert HandOver.objects.get(pk=offer.pk).decision == "pending"
