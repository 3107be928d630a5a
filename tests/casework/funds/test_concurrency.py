"""Many at once, on both databases: money is reserved within the fund and paid once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from casework.audit.errors import CaseworkError
from casework.cases.models import ClaimLine
from casework.funds import operations, queries
from casework.funds.models import Fund, Payout, Reservation
from tests.factories import AT, sun
from tests.scale import scale

from .sums import D, a_claim_line, a_due_payout, a_fund, ding, pay

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*work: Callable[[], object]) -> list[object]:
    """Do all the work at the same moment; return what each gave, or the error that refused it."""
    start = Barrier(len(work))

    def run(one: Callable[[], object]) -> object:
        try:
            start.wait()
            return one()
        except (CaseworkError, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_a_fund_with_room_for_a_quarter_gives_exactly_a_quarter() -> None:
    many = scale("concurrent_payouts")
    room, by = many // 4, sun()
    for number in range(scale("fund_rounds")):
        fund = a_fund(f"{room * 100}.00", line=f"round {number}", programmes=[f"round {number}"])
        lines = [a_claim_line("100.00", programme=f"round {number}") for _ in range(many)]

        results = at_once(*(lambda line=line: operations.reserve(claim_line=line, by=by, at=AT) for line in lines))

        assert sum(isinstance(result, Reservation) for result in results) == room
        assert sum(isinstance(result, operations.NoFund) for result in results) == many - room
        fund.refresh_from_db()
        assert (fund.reserved, fund.free) == (D(room * 100), D(0))


def test_raw_inserts_past_every_operation_cannot_overdraw_it_either() -> None:
    many = scale("concurrent_payouts")
    room = many // 4
    fund = a_fund(f"{room}.00")
    lines = [a_claim_line("1.00") for _ in range(many)]

    def insert(line: ClaimLine) -> Reservation:
        with transaction.atomic():
            return Reservation.objects.create(claim_line=line, fund=fund, amount=D("1.00"), made_at=AT)

    results = at_once(*(lambda line=line: insert(line) for line in lines))

    assert sum(isinstance(result, Reservation) for result in results) == room
    assert queries.unbalanced_funds() == []


def test_one_claim_line_is_committed_once() -> None:
    a_fund()
    payout = a_due_payout()
    operations.cancel_payout(payout=payout, reason="换账户", by=ding(), at=AT)
    line, by = payout.claim_line, sun()
    own = [ClaimLine.objects.get(pk=line.pk) for _ in range(scale("concurrent_approvals"))]

    results = at_once(
        *(lambda line=line: operations.commit_payout(claim_line=line, method="cash", by=by, at=AT) for line in own)
    )

    assert sum(isinstance(result, Payout) for result in results) == 1
    assert Payout.objects.exclude(state="cancelled").count() == 1


def test_one_payout_is_paid_once_by_one_of_two() -> None:
    fund = a_fund()
    a_due_payout(a_claim_line("600.00"))
    ding()
    many = scale("concurrent_approvals")
    own = [(Payout.objects.get(), f"V-{number}") for number in range(many)]

    results = at_once(*(lambda payout=payout, voucher=voucher: pay(payout, None, voucher) for payout, voucher in own))

    assert sum(isinstance(result, Payout) for result in results) == 1
    assert Fund.objects.get(pk=fund.pk).paid == D("600.00")
    assert Payout.objects.get().claim_line.signatures.filter(role="payer").count() == 1
