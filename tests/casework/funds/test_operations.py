from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, NotFound, WrongState
from casework.audit.models import Event
from casework.cases import operations as cases
from casework.cases.models import Case, ClaimLine, Signature
from casework.cases.transitions import SamePerson, sign
from casework.funds import operations, queries
from casework.funds.guards import findings
from casework.funds.models import Fund, Payout, PayoutBatch, Reservation, Source
from casework.funds.money import BadSum
from casework.offices.roles import Role
from casework.people import operations as people
from casework.staff.models import User
from tests.factories import (
    AT,
    a_bank_account,
    a_worker,
    an_office_tree,
    appoint,
    fang,
    gao,
    lin,
    sun,
    zhao,
)
from workflows import operations as work

from .sums import D, a_claim_line, a_due_payout, a_fund, ding, pay, signed

pytestmark = pytest.mark.django_db


def sums(fund: Fund) -> tuple[Decimal, Decimal, Decimal]:
    fund.refresh_from_db()
    return fund.reserved, fund.paid, fund.free


def kinds() -> list[str]:
    return list(
        Event.objects.filter(kind__regex=r"^(fund|money|payout|batch)").order_by("id").values_list("kind", flat=True)
    )


class TestOpenFund:
    def test_refuses_the_same_source_year_and_line_twice(self) -> None:
        a_fund()

        with pytest.raises(operations.FundExists):
            a_fund()

    def test_refuses_who_does_not_manage_money(self) -> None:
        with pytest.raises(NotAllowed):
            a_fund(by=sun())


class TestChangeBudget:
    def test_records_old_and_new(self) -> None:
        fund = a_fund("100.00")

        operations.change_budget(fund=fund, budget=D("250.00"), reason="追加", by=fang(), at=AT)

        event = Event.objects.get(kind="fund.budget_changed")
        assert (event.facts["old"], event.facts["new"]) == ("100.00", "250.00")
        assert "追加" not in event.facts_text

    def test_never_goes_below_what_is_promised(self) -> None:
        fund = a_fund("1000.00")
        operations.reserve(claim_line=a_claim_line("600.00"), by=sun(), at=AT)

        with pytest.raises(InvalidFacts) as refused:
            operations.change_budget(fund=fund, budget=D("599.99"), reason="调减", by=fang(), at=AT)

        assert "budget" in refused.value.errors

    def test_refuses_a_float(self) -> None:
        with pytest.raises(TypeError):
            operations.change_budget(fund=a_fund(), budget=100.0, reason="调减", by=fang(), at=AT)  # type: ignore[arg-type]


class TestReserve:
    def test_keeps_the_money(self) -> None:
        fund, line = a_fund("1000.00"), a_claim_line("600.00")

        operations.reserve(claim_line=line, by=sun(), at=AT)

        assert sums(fund) == (D("600.00"), D("0.00"), D("400.00"))
        assert line.state == ClaimLine.State.RESERVED

    def test_takes_the_nearest_fund_that_has_enough_for_the_programme(self) -> None:
        tree = an_office_tree()
        a_fund("100.00", title="太少")
        a_fund("9000.00", line="medical", title="只付医疗", programmes=["medical"])
        city = a_fund("9000.00", office=tree.city, title="市级")
        a_fund("9000.00", office=tree.province, title="省级")

        kept = operations.reserve(claim_line=a_claim_line("600.00", office=tree.town), by=sun(), at=AT)

        assert kept.fund == city

    def test_never_takes_the_money_of_another_branch_of_the_tree(self) -> None:
        a_fund("9000.00", office=an_office_tree().other_county)

        with pytest.raises(operations.NoFund):
            operations.reserve(claim_line=a_claim_line(), by=sun(), at=AT)

    def test_says_what_is_free_where_when_nobody_has_enough(self) -> None:
        a_fund("100.00", title="区级资金")
        a_fund("250.50", office=an_office_tree().city, title="市级资金")

        with pytest.raises(operations.NoFund) as refused:
            operations.reserve(claim_line=a_claim_line("600.00"), by=sun(), at=AT)

        assert "区级资金 ¥100.00" in str(refused.value)
        assert "市级资金 ¥250.50" in str(refused.value)

    def test_does_not_touch_last_years_money(self) -> None:
        a_fund("9000.00", year=AT.year - 1)

        with pytest.raises(operations.NoFund):
            operations.reserve(claim_line=a_claim_line(), by=sun(), at=AT)

    def test_refuses_more_than_was_claimed(self) -> None:
        a_fund()

        with pytest.raises(BadSum):
            operations.reserve(claim_line=a_claim_line("600.00"), amount=D("600.01"), by=sun(), at=AT)

    def test_refuses_a_second_time(self) -> None:
        fund, line = a_fund("9000.00"), a_claim_line("600.00")
        operations.reserve(claim_line=line, by=sun(), at=AT)

        with pytest.raises(WrongState):
            operations.reserve(claim_line=line, by=sun(), at=AT)

        assert sums(fund)[0] == D("600.00")

    def test_refuses_somebody_of_another_office(self) -> None:
        a_fund()

        with pytest.raises(NotAllowed):
            operations.reserve(claim_line=a_claim_line(), by=zhao(), at=AT)


class TestReleaseReservation:
    def test_frees_the_money(self) -> None:
        fund, line = a_fund("1000.00"), a_claim_line("600.00")
        operations.reserve(claim_line=line, by=sun(), at=AT)

        operations.release_reservation(claim_line=line, reason="本人放弃", by=sun(), at=AT)

        assert sums(fund) == (D("0.00"), D("0.00"), D("1000.00"))
        assert line.state == ClaimLine.State.APPROVED

    def test_refuses_while_a_payout_is_under_way(self) -> None:
        a_fund()
        payout = a_due_payout()

        with pytest.raises(WrongState):
            operations.release_reservation(claim_line=payout.claim_line, reason="本人放弃", by=sun(), at=AT)

    def test_refuses_when_nothing_is_reserved(self) -> None:
        with pytest.raises(operations.NotReserved):
            operations.release_reservation(claim_line=a_claim_line(), reason="本人放弃", by=sun(), at=AT)


class TestCommitPayout:
    def test_makes_the_reserved_sum_due_to_the_worker(self) -> None:
        a_fund()
        payout = a_due_payout(a_claim_line("600.00"))

        assert (payout.state, payout.amount, payout.payee) == ("due", D("600.00"), payout.claim_line.worker)

    def test_happens_once_however_often_it_is_asked(self) -> None:
        a_fund()
        payout = a_due_payout()

        with pytest.raises(AlreadyDone) as refused:
            operations.commit_payout(claim_line=payout.claim_line, method="bank", by=sun(), at=AT)

        assert refused.value.who == sun()
        assert Payout.objects.count() == 1

    def test_needs_a_reservation(self) -> None:
        with pytest.raises(operations.NotReserved):
            operations.commit_payout(claim_line=a_claim_line(), method="cash", by=sun(), at=AT)

    def test_asks_for_an_account_when_the_bank_is_to_pay(self) -> None:
        a_fund()
        line = a_claim_line()
        operations.reserve(claim_line=line, by=sun(), at=AT)

        with pytest.raises(InvalidFacts) as refused:
            operations.commit_payout(claim_line=line, method="bank", by=sun(), at=AT)

        assert "account" in refused.value.errors

    def test_refuses_the_account_of_somebody_else(self) -> None:
        a_fund()

        with pytest.raises(InvalidFacts):
            a_due_payout(account=a_bank_account(a_worker("李明")))


class TestConfirmPaid:
    def test_moves_the_money_out_of_the_fund(self) -> None:
        fund = a_fund("1000.00")
        payout = a_due_payout(a_claim_line("600.00"))

        pay(payout)

        assert sums(fund) == (D("0.00"), D("600.00"), D("400.00"))
        assert payout.claim_line.state == ClaimLine.State.PAID
        assert Reservation.objects.get().state == Reservation.State.SPENT
        assert payout.claim_line.signatures.get(role=Signature.Part.PAYER).person == fang()

    def test_tells_the_whole_story_in_events(self) -> None:
        a_fund()
        pay(a_due_payout())

        assert kinds() == ["fund.opened", "money.reserved", "payout.committed", "payout.paid"]

    def test_refuses_a_second_time_and_says_who_paid(self) -> None:
        fund = a_fund()
        payout = a_due_payout(a_claim_line("600.00"))
        pay(payout)

        with pytest.raises(AlreadyDone) as refused:
            pay(Payout.objects.get(), by=ding())

        assert (refused.value.who, refused.value.when) == (fang(), AT)
        assert sums(fund)[1] == D("600.00")

    def test_refuses_who_approved(self) -> None:
        a_fund()
        payout = a_due_payout()
        appoint(sun(), "finance", an_office_tree().county)

        with pytest.raises(SamePerson) as refused:
            pay(payout, by=sun())

        assert str(Signature.Part.APPROVER1.label) in str(refused.value)

    def test_refuses_without_the_finance_role(self) -> None:
        a_fund()

        with pytest.raises(NotAllowed):
            pay(a_due_payout(), by=gao())

    @pytest.mark.parametrize("part", [Signature.Part.REQUESTER, Signature.Part.APPROVER1])
    def test_refuses_while_somebody_has_not_signed(self, part: Signature.Part) -> None:
        a_fund()
        line = a_claim_line()
        other = {Signature.Part.REQUESTER: Signature.Part.APPROVER1, Signature.Part.APPROVER1: Signature.Part.REQUESTER}
        sign(case=None, part=other[part], person=lin(), by=lin(), at=AT, lines=[line])
        operations.reserve(claim_line=line, by=sun(), at=AT)
        payout = operations.commit_payout(claim_line=line, method="cash", by=sun(), at=AT)

        with pytest.raises(operations.MissingSignature) as refused:
            pay(payout)

        assert str(part.label) in str(refused.value)

    def test_asks_for_the_voucher(self) -> None:
        a_fund()

        with pytest.raises(InvalidFacts) as refused:
            pay(a_due_payout(), voucher="  ")

        assert "voucher_number" in refused.value.errors

    def test_says_beforehand_what_it_would_refuse(self) -> None:
        a_fund()
        payout = a_due_payout()

        assert operations.may_pay(payout, fang(), AT)
        assert not operations.may_pay(payout, sun(), AT)


class TestWhenThePaymentDoesNotArrive:
    def test_a_failed_payment_keeps_its_money_and_may_be_paid_again(self) -> None:
        fund = a_fund("1000.00")
        payout = a_due_payout(a_claim_line("600.00"))
        operations.mark_failed(payout=payout, reason="账号有误", by=fang(), at=AT)
        assert sums(fund) == (D("600.00"), D("0.00"), D("400.00"))

        again = operations.commit_payout(claim_line=payout.claim_line, method="cash", by=fang(), at=AT)
        pay(again)

        assert sums(fund) == (D("0.00"), D("600.00"), D("400.00"))
        assert again.idempotency_key != payout.idempotency_key

    def test_a_payment_of_unknown_result_is_never_repeated_blindly(self) -> None:
        a_fund()
        payout = a_due_payout()
        operations.mark_unknown(payout=payout, reason="银行无回单", by=fang(), at=AT)

        with pytest.raises(AlreadyDone):
            operations.commit_payout(claim_line=payout.claim_line, method="bank", by=fang(), at=AT)
        with pytest.raises(WrongState):
            operations.mark_failed(payout=payout, reason="重付", by=fang(), at=AT)
        with pytest.raises(WrongState):
            operations.cancel_payout(payout=payout, reason="重付", by=fang(), at=AT)

    def test_an_unknown_payment_found_unpaid_may_be_paid_again(self) -> None:
        a_fund()
        payout = a_due_payout()
        operations.mark_unknown(payout=payout, reason="银行无回单", by=fang(), at=AT)

        operations.resolve_unknown(payout=payout, reason="银行书面确认未付", by=fang(), at=AT)
        again = operations.commit_payout(claim_line=payout.claim_line, method="cash", by=fang(), at=AT)

        assert again.state == Payout.State.DUE

    def test_an_unknown_payment_found_paid_is_confirmed_by_its_voucher(self) -> None:
        a_fund()
        payout = a_due_payout()
        operations.mark_unknown(payout=payout, reason="银行无回单", by=fang(), at=AT)

        assert pay(payout).state == Payout.State.PAID

    def test_every_such_step_needs_its_reason(self) -> None:
        a_fund()
        payout = a_due_payout()

        for step in (operations.mark_failed, operations.mark_unknown, operations.cancel_payout):
            with pytest.raises(InvalidFacts):
                step(payout=payout, reason=" ", by=fang(), at=AT)

    def test_a_cancelled_payout_lets_the_money_go(self) -> None:
        fund = a_fund("1000.00")
        payout = a_due_payout(a_claim_line("600.00"))

        operations.cancel_payout(payout=payout, reason="本人放弃", by=fang(), at=AT)
        operations.release_reservation(claim_line=payout.claim_line, reason="本人放弃", by=sun(), at=AT)

        assert sums(fund) == (D("0.00"), D("0.00"), D("1000.00"))

    def test_the_reason_stays_out_of_the_facts(self) -> None:
        a_fund()
        operations.mark_failed(payout=a_due_payout(), reason="户名王建国不符", by=fang(), at=AT)

        assert "王建国" not in Event.objects.get(kind="payout.failed").facts_text


class TestBatch:
    def make(self, *amounts: str) -> PayoutBatch:
        payouts = [a_due_payout(a_claim_line(amount)) for amount in amounts]
        return operations.make_batch(payouts=payouts, by=fang(), at=AT).batch

    def test_holds_the_payouts_and_their_sum(self) -> None:
        a_fund()

        batch = self.make("100.10", "200.20")

        assert (batch.count, batch.total, batch.office) == (2, D("300.30"), an_office_tree().county)
        assert set(batch.payouts.values_list("state", flat=True)) == {"batched"}

    def test_leaves_out_what_cannot_go_and_says_why(self) -> None:
        a_fund()
        bank, cash = a_due_payout(), a_due_payout(method="cash")

        made = operations.make_batch(payouts=[bank, cash], by=fang(), at=AT)

        assert made.batch.count == 1
        assert [skipped.payout for skipped in made.skipped] == [cash]

    def test_refuses_when_nothing_can_go(self) -> None:
        a_fund()

        with pytest.raises(operations.NothingToBatch):
            operations.make_batch(payouts=[a_due_payout(method="cash")], by=fang(), at=AT)

    def test_is_not_released_by_its_maker(self) -> None:
        a_fund()
        batch = self.make("100.00")

        with pytest.raises(operations.SecondPersonNeeded):
            operations.release_batch(batch=batch, by=fang(), at=AT)

    def test_goes_to_the_bank_once(self) -> None:
        a_fund()
        batch = self.make("100.00")
        operations.release_batch(batch=batch, by=ding(), at=AT)

        with pytest.raises(AlreadyDone) as refused:
            operations.release_batch(batch=PayoutBatch.objects.get(), by=ding(), at=AT)

        assert refused.value.who == ding()
        assert Payout.objects.get().state == Payout.State.SENT

    def test_is_not_released_by_who_has_another_part_in_it(self) -> None:
        a_fund()
        batch = self.make("100.00", "200.00")
        appoint(sun(), Role.FINANCE, an_office_tree().county)  # the approver of these sums

        with pytest.raises(operations.NotAllPayable) as refused:
            operations.release_batch(batch=batch, by=User.objects.get(username="sun"), at=AT)

        assert "¥100.00" in str(refused.value)
        assert "王建国" not in str(refused.value)
        assert set(Payout.objects.values_list("state", flat=True)) == {"batched"}

    def test_is_not_released_over_a_warning_that_came_up_since(self) -> None:
        a_fund()
        batch = self.make("100.00")
        account = Payout.objects.get().account
        assert account is not None
        a_bank_account(a_worker("李春梅"), number=account.number, holder_name="李春梅")

        with pytest.raises(operations.NotAllPayable):
            operations.release_batch(batch=batch, by=ding(), at=AT)
        operations.answer_warning(
            payout=Payout.objects.get(), guard="account_shared", reason="夫妻共用账户", by=sun(), at=AT
        )
        operations.release_batch(batch=batch, by=ding(), at=AT)

    def test_a_payout_in_it_is_not_paid_before_the_release(self) -> None:
        a_fund()
        self.make("100.00")

        with pytest.raises(WrongState):
            pay(Payout.objects.get())

    def test_is_closed_when_the_last_result_is_in(self) -> None:
        a_fund()
        batch = self.make("100.00", "200.00")
        operations.release_batch(batch=batch, by=ding(), at=AT)
        first, second = Payout.objects.order_by("id")

        pay(first)
        batch.refresh_from_db()
        assert batch.state == PayoutBatch.State.RELEASED
        operations.mark_failed(payout=second, reason="账号有误", by=fang(), at=AT)

        batch.refresh_from_db()
        assert batch.state == PayoutBatch.State.CLOSED

    def test_shrinks_when_a_payout_is_cancelled_and_ends_with_the_last(self) -> None:
        a_fund()
        batch = self.make("100.00", "200.00")
        first, second = Payout.objects.order_by("id")

        operations.cancel_payout(payout=first, reason="本人放弃", by=fang(), at=AT)
        batch.refresh_from_db()
        assert (batch.count, batch.total) == (1, D("200.00"))
        operations.cancel_payout(payout=second, reason="本人放弃", by=fang(), at=AT)

        batch.refresh_from_db()
        assert batch.state == PayoutBatch.State.CLOSED
        with pytest.raises(WrongState):
            operations.release_batch(batch=batch, by=ding(), at=AT)


class TestGuards:
    def codes(self, payout: Payout) -> list[str]:
        return [finding.code for finding in findings(payout, AT)]

    def test_nothing_stands_against_an_ordinary_payout(self) -> None:
        a_fund()

        assert self.codes(a_due_payout()) == []

    def test_an_account_that_two_people_use(self) -> None:
        a_fund()
        payout = a_due_payout()
        assert payout.account is not None
        a_bank_account(a_worker("李明"), number=payout.account.number)

        assert self.codes(payout) == ["account_shared"]

    def test_an_account_in_another_name(self) -> None:
        a_fund()
        line = a_claim_line()
        payout = a_due_payout(line, account=a_bank_account(line.worker, holder_name="李明"))

        assert self.codes(payout) == ["holder_differs"]

    def test_an_account_that_replaced_another_a_week_ago(self) -> None:
        a_fund()
        line = a_claim_line()
        a_bank_account(line.worker, at=AT - timedelta(days=400))
        payout = a_due_payout(line, account=a_bank_account(line.worker, at=AT - timedelta(days=7)))

        assert self.codes(payout) == ["account_replaced"]

    def test_an_account_that_replaced_another_long_ago(self) -> None:
        a_fund()
        line = a_claim_line()
        a_bank_account(line.worker, at=AT - timedelta(days=400))
        payout = a_due_payout(line, account=a_bank_account(line.worker, at=AT - timedelta(days=31)))

        assert self.codes(payout) == []

    def test_the_same_cause_at_another_office(self) -> None:
        a_fund()
        worker = a_worker()
        a_claim_line(worker=worker, office=an_office_tree().other_county, cause_key="medical:2026")
        payout = a_due_payout(a_claim_line(worker=worker, cause_key="medical:2026"))

        assert self.codes(payout) == ["double_subsidy"]

    def test_the_same_cause_in_the_same_household(self) -> None:
        a_fund()
        wife, husband = a_worker("李梅"), a_worker("王建国")
        household = people.form_household(head=husband, by=None, at=AT)
        people.add_household_member(
            household=household,
            name=wife.name,
            relation="spouse",
            occupation="employed",
            id_number=wife.id_number,
            by=None,
            at=AT,
        )
        a_claim_line(worker=husband, cause_key="education:child:2026")
        payout = a_due_payout(a_claim_line(worker=wife, cause_key="education:child:2026"))

        assert self.codes(payout) == ["double_subsidy"]

    def test_a_refused_sum_is_no_subsidy(self) -> None:
        a_fund()
        worker = a_worker()
        a_claim_line(worker=worker, cause_key="medical:2026", state=ClaimLine.State.REFUSED)
        payout = a_due_payout(a_claim_line(worker=worker, cause_key="medical:2026"))

        assert self.codes(payout) == []

    def test_an_open_warning_stops_the_payment_until_a_supervisor_answers(self) -> None:
        a_fund()
        line = a_claim_line()
        payout = a_due_payout(line, account=a_bank_account(line.worker, holder_name="李明"))
        with pytest.raises(operations.OpenWarnings):
            pay(payout)

        operations.answer_warning(payout=payout, guard="holder_differs", reason="监护人账户", by=sun(), at=AT)

        assert pay(payout).state == Payout.State.PAID

    def test_the_payer_does_not_answer_his_own_warning(self) -> None:
        a_fund()
        line = a_claim_line()
        payout = a_due_payout(line, account=a_bank_account(line.worker, holder_name="李明"))
        with pytest.raises(NotAllowed):
            operations.answer_warning(payout=payout, guard="holder_differs", reason="监护人账户", by=fang(), at=AT)

        appoint(fang(), "supervisor", an_office_tree().county)
        fang_again = type(fang()).objects.get(pk=fang().pk)
        operations.answer_warning(payout=payout, guard="holder_differs", reason="监护人账户", by=fang_again, at=AT)

        with pytest.raises(operations.SecondPersonNeeded):
            pay(payout, by=fang_again)
        assert pay(payout, by=ding()).state == Payout.State.PAID


class TestOfACase:
    @pytest.fixture
    def payout(self) -> Payout:
        a_fund()
        case = work.open_case(
            case_type="toy",
            office=an_office_tree().county,
            worker_name="王小明",
            summary="丢了一把伞",
            thing="伞",
            by=lin(),
            at=AT,
        )
        line = cases.add_claim_line(
            case=case, kind="relief", title="生活救助", amount=D("600.00"), programme="living", by=lin(), at=AT
        )
        return a_due_payout(line, method="cash")

    def test_every_step_stands_on_the_cases_own_stream(self, payout: Payout) -> None:
        work.pay(payout=payout, voucher_number="V-1", by=fang(), at=AT)

        case = Case.objects.get()
        told = list(Event.objects.filter(stream=case.stream).order_by("seq").values_list("kind", flat=True))
        assert told[-4:] == ["claim_line.added", "money.reserved", "payout.committed", "payout.paid"]
        assert case.head_seq == len(told)

    def test_a_freshly_read_payout_finds_its_case(self, payout: Payout) -> None:
        operations.mark_failed(payout=Payout.objects.get(), reason="未领取", by=fang(), at=AT)

        assert Event.objects.filter(kind="payout.failed", stream=Case.objects.get().stream).count() == 1

    def test_costs_a_bounded_number_of_queries(self, payout: Payout, django_assert_max_num_queries: Any) -> None:
        by, fresh = fang(), Payout.objects.get()
        by.grants()

        with django_assert_max_num_queries(28):
            work.pay(payout=fresh, voucher_number="V-1", by=by, at=AT)


class TestScope:
    def test_money_of_another_office_does_not_exist(self) -> None:
        tree = an_office_tree()
        other = a_fund(office=tree.other_county)
        a_fund()
        payout = a_due_payout()

        assert list(queries.funds_for(fang())) == [payout.fund]
        with pytest.raises(NotFound):
            queries.fund_for(fang(), other.uuid)
        assert not queries.payouts_for(zhao())
        with pytest.raises(NotFound):
            queries.payout_for(zhao(), payout.uuid)


class TestTotals:
    def test_add_up(self) -> None:
        a_fund("1000.00")
        a_fund("500.00", line="other", source=Source.DONATION)
        pay(a_due_payout(a_claim_line("300.00")))
        operations.reserve(claim_line=a_claim_line("200.00"), by=sun(), at=AT)

        assert queries.totals(queries.funds_for(fang())) == {
            "budget": D("1500.00"),
            "reserved": D("200.00"),
            "paid": D("300.00"),
            "free": D("1000.00"),
        }
        assert queries.unbalanced_funds() == []

    def test_a_counter_somebody_moved_by_hand_is_found(self) -> None:
        fund = a_fund("1000.00")
        signed(a_claim_line())
        Fund.objects.filter(pk=fund.pk).update(paid=D("1.00"))

        assert queries.unbalanced_funds() == [fund]
