"""Whatever people do with money, in any order: nothing is lost, made or paid twice."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from casework.audit.errors import CaseworkError
from casework.cases.models import ClaimLine
from casework.funds import operations, queries
from casework.funds.models import Fund, Payout
from tests.factories import AT, fang, lin, sun
from tests.scale import scale

from .sums import a_claim_line, a_fund, ding, signed

SUMS = st.decimals("0.01", "400.00", places=2)
ENDINGS = (
    operations.mark_failed,
    operations.mark_unknown,
    operations.resolve_unknown,
    operations.cancel_payout,
)


class Money(RuleBasedStateMachine):
    """One fund of ¥1,000, any number of claim lines."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        a_fund("1000.00")
        self.lines: list[ClaimLine] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def one_of(self, number: int) -> ClaimLine | None:
        return ClaimLine.objects.get(pk=self.lines[number % len(self.lines)].pk) if self.lines else None

    def try_to(self, work: Any, **facts: Any) -> None:
        """Do it; a reasoned no is an answer like another, an error of the database is not."""
        with suppress(CaseworkError):
            work(**facts, at=AT)

    @rule(amount=SUMS)
    def claim(self, amount: Decimal) -> None:
        self.lines.append(signed(a_claim_line(str(amount))))

    @rule(number=st.integers(0, 50))
    def reserve(self, number: int) -> None:
        if line := self.one_of(number):
            self.try_to(operations.reserve, claim_line=line, by=sun())

    @rule(number=st.integers(0, 50))
    def release(self, number: int) -> None:
        if line := self.one_of(number):
            self.try_to(operations.release_reservation, claim_line=line, reason="不再需要", by=sun())

    @rule(number=st.integers(0, 50))
    def commit(self, number: int) -> None:
        if line := self.one_of(number):
            self.try_to(operations.commit_payout, claim_line=line, method="cash", by=sun())

    @rule(number=st.integers(0, 50))
    def pay(self, number: int) -> None:
        if (line := self.one_of(number)) and (payout := line.payouts.order_by("-id").first()):
            self.try_to(operations.confirm_paid, payout=payout, voucher_number="V", by=fang())

    @rule(number=st.integers(0, 50), ending=st.sampled_from(ENDINGS))
    def end(self, number: int, ending: Any) -> None:
        if (line := self.one_of(number)) and (payout := line.payouts.order_by("-id").first()):
            self.try_to(ending, payout=payout, reason="银行退回", by=ding())

    @rule(budget=st.decimals("0.00", "2000.00", places=2))
    def change_budget(self, budget: Decimal) -> None:
        self.try_to(operations.change_budget, fund=Fund.objects.get(), budget=budget, reason="调整", by=fang())

    @invariant()
    def nothing_is_lost_or_made(self) -> None:
        fund = Fund.objects.get()
        kept = fund.reservations.filter(state="live").aggregate(total=Sum("amount", default=Decimal(0)))["total"]
        paid = Payout.objects.filter(state="paid").aggregate(total=Sum("amount", default=Decimal(0)))["total"]
        assert (fund.reserved, fund.paid) == (kept, paid)
        assert fund.free + fund.reserved + fund.paid == fund.budget
        assert fund.free >= 0
        assert queries.unbalanced_funds() == []

    @invariant()
    def lines_and_payouts_agree(self) -> None:
        for line in ClaimLine.objects.prefetch_related("payouts", "reservations", "signatures"):
            live = [payout for payout in line.payouts.all() if payout.state not in Payout.ENDED_UNPAID]
            kept = [one.state for one in line.reservations.all() if one.state != "released"]
            assert len(live) <= 1
            assert kept == {"reserved": ["live"], "paid": ["spent"]}.get(line.state, [])
            paid = [payout for payout in live if payout.state == "paid"]
            assert bool(paid) == (line.state == "paid") == ("payer" in {one.role for one in line.signatures.all()})


@pytest.mark.django_db
def test_money_keeps_its_laws() -> None:
    for person in (lin, sun, fang, ding):
        person()

    run_state_machine_as_test(
        Money, settings=settings(max_examples=scale("machine_examples"), stateful_step_count=scale("machine_steps"))
    )
