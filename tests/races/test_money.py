"""Many reach for one sum, one part or one case at once: the database and the choke point let one through."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from casework.audit.errors import CaseworkError
from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases.models import CaseTask, Signature
from casework.cases.transitions import SamePerson, sign
from casework.funds.models import Payout
from tests.casework.funds.sums import a_claim_line, a_due_payout, a_fund, ding
from tests.factories import AT, fang, gao, lin, sun
from tests.scale import scale
from tests.toy_case_type.models import LostThing
from tests.workflows.test_operations import LATER, the_task
from workflows import operations

pytestmark = pytest.mark.django_db(transaction=True)


class TestPaying:
    def test_a_double_click_pays_once(self, at_once):
        fund = a_fund("100000.00")
        payout = a_due_payout(a_claim_line("600.00"))
        many = scale("concurrent_approvals")

        def click(number):
            client = Client()
            client.force_login((fang(), ding())[number % 2])
            return lambda: client.post(reverse("payout_pay", args=[payout.uuid]), {"voucher_number": f"V-{number}"})

        answers = at_once([click(number) for number in range(many)])

        assert sorted(answer.status_code for answer in answers) == [302] + [409] * (many - 1)
        fund.refresh_from_db()
        assert (fund.paid, fund.reserved) == (payout.amount, 0)
        assert Event.objects.filter(kind="payout.paid").count() == 1
        assert Payout.objects.get().state == Payout.State.PAID

    def test_a_second_live_payout_is_refused_by_the_database(self, at_once):
        a_fund("100000.00")
        payout = a_due_payout()
        columns = {field.attname for field in Payout._meta.concrete_fields} - {"id", "uuid", "reservation_id"}

        def insert(number):
            facts = {name: getattr(payout, name) for name in columns} | {"idempotency_key": f"key-{number}"}
            with transaction.atomic():
                return Payout.objects.create(reservation=None, **facts)

        answers = at_once([partial(insert, number) for number in range(4)])

        assert all(isinstance(answer, IntegrityError) for answer in answers), answers
        assert Payout.objects.count() == 1


class TestSigning:
    def test_one_person_takes_one_part(self, at_once):
        line, person = a_claim_line(), sun()
        parts = (Signature.Part.REQUESTER, Signature.Part.APPROVER1, Signature.Part.APPROVER2, Signature.Part.PAYER)

        answers = at_once(
            [partial(sign, case=None, part=part, person=person, by=person, at=AT, lines=[line]) for part in parts]
        )

        assert sum(isinstance(answer, list) for answer in answers) == 1, answers
        assert all(isinstance(answer, list | SamePerson | IntegrityError) for answer in answers)
        assert Signature.objects.filter(claim_line=line).count() == 1

    def test_one_part_has_one_person(self, at_once):
        line, part = a_claim_line(), Signature.Part.APPROVER1

        answers = at_once(
            [
                partial(sign, case=None, part=part, person=person, by=person, at=AT, lines=[line])
                for person in (sun(), gao(), fang(), lin())
            ]
        )

        assert sum(isinstance(answer, list) for answer in answers) == 1, answers
        assert Signature.objects.filter(claim_line=line).count() == 1


@pytest.mark.parametrize("round_", range(scale("approval_rounds")))
def test_a_step_a_claim_and_a_withdrawal_leave_one_whole_story(cast, open_toy, at_once, round_):
    case = open_toy()
    task, own = the_task(case, "search"), LostThing.objects.get(pk=case.pk)

    answers = at_once(
        [
            partial(operations.complete_task, task=task, by=cast.chen, at=LATER, data={"found": "yes"}),
            partial(operations.claim_task, task=task, by=gao(), at=LATER),
            partial(operations.withdraw_case, case=own, reason="自己找到了", by=cast.lin, at=LATER),
        ]
    )

    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, CaseworkError)], answers
    case = LostThing.objects.get(pk=case.pk)
    assert (case.state, case.outcome, case.status) == ("closed", "withdrawn", "CANCELED")
    assert not CaseTask.objects.filter(process_id=case.pk, status__in=("NEW", "ASSIGNED")).exists()
    seqs = list(Event.objects.filter(stream=case.stream).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, case.head_seq + 1))
    assert verify().faults == []
