"""Several people do one task at once: exactly one does, the others are told who it was."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.errors import AlreadyDone, WrongState
from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases.models import CaseTask
from casework.cases.transitions import perform
from casework.deadlines.models import Clock
from casework.offices.roles import Role
from tests.factories import AT, a_user
from tests.scale import scale
from tests.toy_case_type.models import LostThing
from tests.workflows.test_operations import LATER, the_task
from workflows import operations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(cast):
    """As many mediators as the scale says, of one office."""
    return [a_user(f"med{number}", role=Role.MEDIATOR) for number in range(scale("concurrent_approvals"))]


@pytest.fixture(params=range(scale("approval_rounds")))
def task(request, open_toy):
    """The open step of a new case, once per round."""
    return the_task(open_toy(), "search")


class TestOneTask:
    def test_is_finished_once(self, task, people, at_once):
        finish = [
            partial(operations.complete_task, task=task, by=person, at=LATER, data={"found": "yes"})
            for person in people
        ]

        answers = at_once(finish)

        winners = [answer for answer in answers if isinstance(answer, CaseTask)]
        losers = [answer for answer in answers if isinstance(answer, AlreadyDone)]
        assert (len(winners), len(losers)) == (1, len(people) - 1), answers
        assert {loser.who for loser in losers} == {winners[0].owner}
        stream = f"case:{task.case_number}"
        assert Event.objects.filter(stream=stream, kind="toy.found").count() == 1
        assert CaseTask.objects.filter(process=task.process_id, node="objections").count() == 1

    def test_is_claimed_once(self, task, people, at_once):
        answers = at_once([partial(operations.claim_task, task=task, by=person, at=LATER) for person in people])

        assert sum(isinstance(answer, CaseTask) for answer in answers) == 1, answers
        assert sum(isinstance(answer, AlreadyDone) for answer in answers) == len(people) - 1

    def test_over_http_one_is_led_on_and_the_others_get_a_conflict(self, task, people, at_once):
        def post(person):
            client = Client()
            client.force_login(person)
            return lambda: client.post(reverse("task_detail", args=[task.pk]), {"found": "yes"}).status_code

        answers = at_once([post(person) for person in people])

        assert sorted(answers) == [302] + [409] * (len(people) - 1)

    def test_the_same_person_twice_does_it_once(self, cast, task, at_once):
        finish = partial(operations.complete_task, task=task, by=cast.chen, at=LATER, data={"found": "yes"})

        answers = at_once([finish] * 2)

        assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyDone", "CaseTask"]


class TestOneCase:
    def test_moves_once(self, open_toy, people, at_once):
        number = open_toy().number

        def move(person):
            case = LostThing.objects.get(number=number)
            return lambda: perform(case=case, name="find", by=person, at=LATER)

        answers = at_once([move(person) for person in people])

        assert sum(isinstance(answer, Event) for answer in answers) == 1, answers
        assert sum(isinstance(answer, WrongState) for answer in answers) == len(people) - 1
        assert verify().faults == []

    def test_a_clock_acts_once_beside_a_person(self, cast, open_toy, at_once):
        case = open_toy()
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        clock = Clock.objects.select_related("case").get(case=case, rule="TY.objection")
        wait = the_task(case, "objections")

        answers = at_once(
            [
                partial(operations.clock_due, clock=clock, by=None, at=clock.due_at),
                partial(operations.clock_due, clock=clock, by=None, at=clock.due_at),
                partial(
                    operations.open_door,
                    task=wait,
                    door="dispute",
                    by=cast.lin,
                    at=clock.due_at,
                    data={"reason": "是我的"},
                ),
            ]
        )

        kinds = list(Event.objects.filter(stream=case.stream).values_list("kind", flat=True))
        assert kinds.count("toy.closed") + kinds.count("toy.disputed") == 1, answers
        assert not [
            answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, WrongState)
        ]
        assert verify().faults == []

    def test_numbers_of_cases_opened_at_once_have_no_gap(self, cast, open_toy, at_once):
        open_toy()

        answers = at_once([lambda: open_toy().number for _ in range(5)])

        assert sorted(answer[-6:] for answer in answers) == ["000002", "000003", "000004", "000005", "000006"]
        assert LostThing.objects.filter(opened_at=AT).count() == 6
