"""What is done to a case, a contact or a fund now and then, each on its page: the history tells who did it."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from casework.audit.models import Event
from casework.cases.models import CaseLink, Contact
from casework.deadlines.models import Clock
from casework.funds.models import Fund

from .desk import Desk
from .test_mediator import a_dispute


def recorded(kind: str) -> tuple[str, str]:
    """Return who did the last thing of a kind, and on which stream it stands."""
    event = Event.objects.filter(kind=kind).latest("id")
    return event.actor.username, event.stream


def fill_in(person: Desk, **answers: object) -> None:
    """Answer the form of the page, the one whose fields are asked for."""
    sheet = next(sheet for sheet in person._sheets() if set(answers) <= set(sheet.controls))
    for name, value in answers.items():
        sheet.answer(name, value)
    to = sheet.form.get("action") or person.address
    person._take(person.client.post(to, sheet.sent, follow=True), 200)


class TestCase:
    def test_two_of_one_matter_are_linked(self, desk, walk):
        story = walk("labour_dispute")
        first, second = a_dispute(story), a_dispute(story)
        lin = desk("operator")

        lin.open("case_link", first.number)
        fill_in(lin, number=second.number, why="same_matter")

        assert CaseLink.objects.get(case=first).other_id == second.pk
        assert recorded("case.linked")[0] == "operator"
        for number, other in ((first.number, second.number), (second.number, first.number)):
            lin.open("case_detail", number)
            lin.sees(other)

    def test_what_somebody_else_did_is_recorded(self, desk, walk):
        case = a_dispute(walk("labour_dispute"))
        chen = desk("mediator")

        chen.open("case_proceeding", case.number)
        fill_in(chen, kind="supervision.complained", on=timezone.localdate().isoformat())

        assert recorded("supervision.complained") == ("mediator", case.stream)

    def test_it_is_withdrawn(self, desk, walk):
        case = a_dispute(walk("labour_dispute"))
        lin = desk("operator")

        lin.open("case_withdraw", case.number)
        fill_in(lin, reason="工资已经拿到，不再申请。")

        lin.sees("工资已经拿到，不再申请。")
        case.refresh_from_db()
        assert case.is_closed
        assert recorded("case.withdrawn") == ("operator", case.stream)
        lin.open("case_withdraw", case.number, status=409)


class TestClock:
    def test_it_is_extended_within_the_law(self, desk, walk):
        lin, sun = desk("operator"), desk("supervisor")
        contact = a_petition(lin)
        lin.open("contact_proceeding", contact.uuid)
        fill_in(lin, kind="petition.accepted", on=timezone.localdate().isoformat())
        assert recorded("petition.accepted")[0] == "operator"
        clock = Clock.objects.get(contact=contact, rule="GEN.petition.finish")

        sun.open("clock_extend", clock.pk)
        later = clock.nominal_on + timedelta(days=10)
        fill_in(sun, until=later.isoformat(), reason="情况复杂，需向多家单位核实。", consented=True)

        clock.refresh_from_db()
        assert clock.nominal_on == later
        assert recorded("clock.extended")[0] == "supervisor"

    def test_the_operator_does_not_extend_it(self, desk):
        lin = desk("operator")
        contact = a_petition(lin)
        lin.open("contact_proceeding", contact.uuid)
        fill_in(lin, kind="petition.accepted", on=timezone.localdate().isoformat())
        clock = Clock.objects.get(contact=contact, rule="GEN.petition.finish")

        day = (clock.nominal_on + timedelta(days=10)).isoformat()
        lin.post("clock_extend", clock.pk, status=403, until=day, reason="忙", consented="on")

        lin.sees("没有权限")


def a_petition(lin: Desk) -> Contact:
    """Take a petition that waits for its answer."""
    lin.post("contact_new", status=200, office="410105", channel="letter", matter="petition", question="反映厂里欠薪")
    return Contact.objects.latest("id")


class TestTask:
    def test_several_are_claimed_at_once_and_one_goes_back(self, desk, walk):
        story = walk("labour_dispute")
        cases = [a_dispute(story), a_dispute(story)]
        chen = desk("mediator")

        tasks = [case.task_set.get(status="NEW", role="mediator") for case in cases]
        chen.post("task_bulk_claim", status=200, picked=[task.pk for task in tasks])
        assert {case.task_set.get(pk=task.pk).owner.username for case, task in zip(cases, tasks, strict=True)} == {
            "mediator"
        }
        assert recorded("task.claimed")[0] == "mediator"

        chen.open("task_detail", tasks[0].pk)
        chen.press("退回待领")

        assert cases[0].task_set.get(pk=tasks[0].pk).owner is None
        assert recorded("task.released") == ("mediator", cases[0].stream)


class TestFund:
    def test_its_budget_is_changed(self, desk):
        fund = Fund.objects.filter(office__code="4101").first()
        jin = desk("finance")

        jin.open("fund_budget", fund.uuid)
        fill_in(jin, budget=str(fund.budget + 1000), reason="市里追加")

        fund_now = Fund.objects.get(pk=fund.pk)
        assert fund_now.budget == fund.budget + Decimal(1000)
        assert recorded("fund.budget_changed")[0] == "finance"
