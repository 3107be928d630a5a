"""What the database refuses by itself: every write here goes past the operations."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from casework.cases.models import Signature
from casework.funds import operations
from casework.funds.models import Fund, Payout, Reservation
from casework.offices import operations as offices
from tests.factories import AT, an_office_tree, fang, lin, sun

from .sums import D, a_claim_line, a_due_payout, a_fund, pay, signed

pytestmark = pytest.mark.django_db


def refuses(work: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def a_reservation(amount: str = "600.00", fund: Fund | None = None, **over: Any) -> Reservation:
    fund = fund or Fund.objects.first() or a_fund()
    facts = {"claim_line": a_claim_line(amount), "fund": fund, "amount": D(amount), "made_at": AT}
    return Reservation.objects.create(**facts | over)


class TestReservation:
    def test_moves_the_counter_by_itself(self) -> None:
        fund = a_fund("1000.00")

        a_reservation("0.10", fund)
        a_reservation("0.20", fund)

        fund.refresh_from_db()
        assert fund.reserved == D("0.30")

    def test_takes_the_last_fen_and_no_more(self) -> None:
        fund = a_fund("0.30")
        a_reservation("0.10", fund)
        a_reservation("0.20", fund)

        refuses(lambda: a_reservation("0.01", fund))

    def test_cannot_be_born_spent(self) -> None:
        refuses(lambda: a_reservation(state="spent"))

    def test_cannot_be_spent_without_a_paid_payout(self) -> None:
        kept = a_reservation()

        refuses(lambda: Reservation.objects.filter(pk=kept.pk).update(state="spent"))

    def test_cannot_change_its_sum(self) -> None:
        kept = a_reservation()

        refuses(lambda: Reservation.objects.filter(pk=kept.pk).update(amount=D("1.00")))

    def test_cannot_come_back_to_life(self) -> None:
        kept = a_reservation()
        Reservation.objects.filter(pk=kept.pk).update(state="released")

        refuses(lambda: Reservation.objects.filter(pk=kept.pk).update(state="live"))

    def test_cannot_be_released_under_a_payout(self) -> None:
        a_fund()
        payout = a_due_payout()

        refuses(lambda: Reservation.objects.filter(pk=payout.reservation_id).update(state="released"))

    def test_is_one_per_claim_line(self) -> None:
        kept = a_reservation()

        refuses(lambda: a_reservation(claim_line=kept.claim_line))

    def test_cannot_be_deleted(self) -> None:
        kept = a_reservation()

        refuses(lambda: Reservation.objects.filter(pk=kept.pk)._raw_delete("default"))


class TestPayout:
    def raw(self, kept: Reservation, **over: Any) -> Payout:
        line = kept.claim_line
        facts = {
            "claim_line": line,
            "reservation": kept,
            "fund": kept.fund,
            "office": line.office,
            "office_path": line.office_path,
            "method": "cash",
            "amount": kept.amount,
            "payee": line.worker,
            "idempotency_key": str(line.uuid),
            "approved_at": AT,
        }
        return Payout.objects.create(**facts | over)

    def test_needs_its_reservation(self) -> None:
        kept = a_reservation()

        refuses(lambda: self.raw(kept, amount=D("1.00")))
        refuses(lambda: self.raw(kept, claim_line=a_claim_line()))
        refuses(lambda: self.raw(kept, fund=a_fund(line="other")))

    def test_is_one_per_claim_line(self) -> None:
        kept = a_reservation()
        self.raw(kept)

        refuses(lambda: self.raw(kept, idempotency_key="another"))

    def test_has_one_key(self) -> None:
        kept, other = a_reservation(), a_reservation()
        self.raw(kept, idempotency_key="same")

        refuses(lambda: self.raw(other, idempotency_key="same"))

    def test_is_not_paid_without_its_signatures(self) -> None:
        payout = self.raw(a_reservation())
        paid = {"state": "paid", "paid_at": AT, "voucher_number": "V-1"}

        refuses(lambda: Payout.objects.filter(pk=payout.pk).update(**paid))
        signed(payout.claim_line)
        refuses(lambda: Payout.objects.filter(pk=payout.pk).update(**paid))
        Signature.objects.create(claim_line=payout.claim_line, role="payer", person=fang(), signed_at=AT)

        assert Payout.objects.filter(pk=payout.pk).update(**paid) == 1
        fund = payout.fund
        fund.refresh_from_db()
        assert (fund.reserved, fund.paid) == (D("0.00"), D("600.00"))

    def test_is_not_born_paid_without_its_signatures(self) -> None:
        kept = a_reservation()

        refuses(lambda: self.raw(kept, state="paid", paid_at=AT, voucher_number="V-1"))

    def test_is_not_signed_by_one_person_twice(self) -> None:
        line = signed(a_claim_line())

        refuses(lambda: Signature.objects.create(claim_line=line, role="payer", person=sun(), signed_at=AT))
        refuses(lambda: Signature.objects.create(claim_line=line, role="requester", person=fang(), signed_at=AT))

    def test_is_not_paid_without_a_voucher(self) -> None:
        a_fund()
        payout = a_due_payout()
        Signature.objects.create(claim_line=payout.claim_line, role="payer", person=fang(), signed_at=AT)

        refuses(lambda: Payout.objects.filter(pk=payout.pk).update(state="paid", paid_at=AT))

    @pytest.mark.parametrize(
        "change",
        [{"state": "due"}, {"state": "failed"}, {"voucher_number": "V-2"}, {"amount": D("1.00")}, {"paid_at": None}],
    )
    def test_never_changes_once_paid(self, change: dict[str, Any]) -> None:
        a_fund()
        payout = pay(a_due_payout())

        refuses(lambda: Payout.objects.filter(pk=payout.pk).update(**change))

    def test_follows_its_office_even_when_paid(self) -> None:
        a_fund()
        payout = pay(a_due_payout())
        tree = an_office_tree()

        offices.move_office(office=tree.county, below=tree.province, by=None, at=AT)

        payout.refresh_from_db()
        tree.county.refresh_from_db()
        assert payout.office_path == tree.county.path

    @pytest.mark.parametrize("name", ["payee", "claim_line", "account"])
    def test_keeps_for_whom_it_is(self, name: str) -> None:
        a_fund()
        payout, other = a_due_payout(), a_due_payout()

        refuses(lambda: Payout.objects.filter(pk=payout.pk).update(**{name: getattr(other, name)}))

    def test_cannot_be_deleted(self) -> None:
        a_fund()
        payout = a_due_payout()

        refuses(lambda: Payout.objects.filter(pk=payout.pk)._raw_delete("default"))

    def test_by_bank_has_an_account(self) -> None:
        kept = a_reservation()

        refuses(lambda: self.raw(kept, method="bank"))


class TestBatch:
    def test_is_not_released_by_its_maker(self) -> None:
        a_fund()
        batch = operations.make_batch(payouts=[a_due_payout()], by=fang(), at=AT).batch
        mine = {"state": "released", "released_by": fang(), "released_at": AT}

        refuses(lambda: type(batch).objects.filter(pk=batch.pk).update(**mine))

    def test_is_not_released_by_nobody(self) -> None:
        a_fund()
        batch = operations.make_batch(payouts=[a_due_payout()], by=fang(), at=AT).batch

        refuses(lambda: type(batch).objects.filter(pk=batch.pk).update(state="released"))


class TestFund:
    def test_is_never_overdrawn_by_a_smaller_budget(self) -> None:
        fund = a_fund("1000.00")
        operations.reserve(claim_line=a_claim_line("600.00"), by=lin(), at=AT)

        refuses(lambda: Fund.objects.filter(pk=fund.pk).update(budget=D("599.99")))

    def test_cannot_be_deleted(self) -> None:
        fund = a_fund()

        refuses(lambda: Fund.objects.filter(pk=fund.pk)._raw_delete("default"))
