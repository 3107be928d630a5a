"""Every list costs the same number of questions however long it is, and goes on where its page ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.audit.models import Event, Reading
from casework.cases import operations as cases
from casework.cases.models import CaseTask
from casework.deadlines import recounts
from casework.funds import operations as funds
from casework.people import operations as people
from notifications import dispatch
from tests.casework.funds.sums import a_due_payout, a_fund
from tests.factories import (
    AT,
    a_user,
    a_worker,
    an_employer,
    an_office_tree,
    fang,
    lin,
    meng,
    sun,
    the_security_administrators,
)
from tests.scale import scale
from workflows import operations, verification

FEW = 5
NOVEMBER = "first=2026-11-01&last=2026-11-30"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class List:
    """A list page, who reads it, and how to have one more row on it."""

    name: str
    reader: Callable[[], Any]
    add: Callable[[int], Any]
    arguments: tuple[str, ...] = ()
    question: str = ""

    @property
    def address(self) -> str:
        return f"{reverse(self.name, args=self.arguments)}?{self.question}"


def chen() -> Any:
    return a_user("chen", role="mediator", display_name="陈和")


def toy(number: int) -> Any:
    """Open a toy case; its mediator has a step in the queue, and hears of it."""
    case = operations.open_case(
        case_type="toy",
        by=lin(),
        at=AT + timedelta(minutes=number),
        office=an_office_tree().county,
        worker_name="王小明",
        summary="丢了一把伞",
        thing="伞",
    )
    event = Event.objects.get(stream=case.stream, kind="task.queued")
    chen()
    dispatch.dispatch([event.pk], at=AT)
    return case


def own_task(number: int) -> None:
    task = CaseTask.objects.get(process_id=toy(number).pk, node="search")
    operations.claim_task(task=task, by=chen(), at=AT)


def contact(number: int) -> None:
    facts = {"channel": "phone", "matter": "consult", "question": "加班费怎么算？"}
    cases.take_contact(office=an_office_tree().county, by=lin(), at=AT + timedelta(minutes=number), **facts)


def payout(number: int) -> Any:
    if not number:
        a_fund("900000.00")
    return a_due_payout()


def batch(number: int) -> None:
    funds.make_batch(payouts=[payout(number)], by=fang(), at=AT)


def fund(number: int) -> None:
    a_fund(line=f"line {number}", title=f"资金{number}")


def account(number: int) -> None:
    a_user(f"someone{number}")


def recount(number: int) -> None:
    begun = recounts.begin_recount(office=an_office_tree().county, why="停工", by=sun(), at=AT)
    recounts.stop_recount(recount=begun, by=sun(), at=AT)


def reading(number: int) -> None:
    people.note_reader(subject=a_worker(f"王{number}"), purpose=Reading.PERSON, case_number="", by=lin(), at=AT)


def check(number: int) -> None:
    verification.read_on(verification=verification.begin_verification(by=sun(), at=AT), at=AT)


LISTS = (
    List("home", chen, own_task),
    List("task_queue", chen, toy),
    List("case_list", lin, toy),
    List("contact_list", lin, contact),
    List("people_list", lin, lambda number: a_worker(f"王{number}")),
    List("employer_list", lin, lambda number: an_employer(f"安河{number}公司")),
    List("payout_list", fang, payout),
    List("batch_list", fang, batch),
    List("fund_list", fang, fund),
    List("notification_list", chen, toy),
    List("audit_trail", sun, toy),
    List("audit_reads", sun, reading),
    List("verification_list", sun, check),
    List("staff_list", meng, account),
    List("grant_list", lambda: the_security_administrators()[0], account),
    List("deadline_list", sun, contact),
    List("recount_list", sun, recount),
    List("report_rows", sun, contact, ("contact.taken",), NOVEMBER),
    List("report_rows", sun, toy, ("case.opened",), NOVEMBER),
)


def cost_of(client: Any, address: str) -> tuple[int, Any]:
    """Return how many questions a page asks, and the page."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(asked), answer


def test_the_figures_cost_the_same_however_much_they_count(client):
    client.force_login(sun())
    address = f"{reverse('report_list')}?{NOVEMBER}"
    toy(0)
    client.get(address)
    few, _answer = cost_of(client, address)
    for number in range(1, FEW):
        toy(number)
        contact(number)

    assert cost_of(client, address)[0] <= few


@pytest.mark.parametrize("one", LISTS, ids=[" ".join((one.name, *one.arguments)) for one in LISTS])
def test_a_list_costs_the_same_when_it_is_long_and_its_pages_hold_every_row_once(client, one):
    for number in range(FEW):
        one.add(number)
    client.force_login(one.reader())
    client.get(one.address)  # what is read once and kept
    few, _answer = cost_of(client, one.address)

    many = scale("list_rows")
    for number in range(FEW, many):
        one.add(number)
    client.get(one.address)  # a login writes down now and then that it is used
    first, answer = cost_of(client, one.address)
    rows, costs = list(answer.context["page"].rows), [first]
    assert answer.context["page"].next_cursor
    while cursor := answer.context["page"].next_cursor:
        cost, answer = cost_of(client, f"{one.address}&after={cursor}")
        costs.append(cost)
        rows += answer.context["page"].rows

    assert max(costs) <= few
    keys = [row.pk for row in rows]
    assert len(set(keys)) == len(keys) >= many
