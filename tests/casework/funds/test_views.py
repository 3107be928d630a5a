from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.funds import operations
from casework.funds.models import Fund, Payout, PayoutBatch
from tests.factories import AT, a_bank_account, a_worker, an_office_tree, fang, lin, meng, sun, zhao

from .sums import D, a_claim_line, a_due_payout, a_fund, ding, pay

pytestmark = pytest.mark.django_db


def page_of(user: Any, name: str, *args: Any, language: str = "zh-hans", **query: Any) -> Any:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def send(user: Any, name: str, *args: Any, **data: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


class TestPayoutList:
    def test_shows_what_is_due_without_the_payees_whole_name(self) -> None:
        a_fund()
        a_due_payout(a_claim_line("600.00"))

        text = page_of(fang(), "payout_list").content.decode()

        assert "¥600.00" in text
        assert "王**" in text
        assert "王建国" not in text

    def test_filters_by_state(self) -> None:
        a_fund()
        pay(a_due_payout(a_claim_line("111.00")))
        a_due_payout(a_claim_line("222.00"))

        text = page_of(fang(), "payout_list", state="paid").content.decode()

        assert "¥111.00" in text
        assert "¥222.00" not in text

    def test_offers_no_boxes_to_who_may_not_pay(self) -> None:
        a_fund()
        a_due_payout()

        assert 'name="picked"' in page_of(fang(), "payout_list").content.decode()
        assert 'name="picked"' not in page_of(sun(), "payout_list").content.decode()

    def test_opens_to_those_who_read_payouts_only(self) -> None:
        assert page_of(lin(), "payout_list").status_code == 403

    def test_costs_the_same_number_of_queries_however_long(self, django_assert_num_queries: Any) -> None:
        a_fund("90000.00")
        a_due_payout()
        client = Client()
        client.force_login(fang())
        client.get(reverse("payout_list"))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("payout_list"))
        for _ in range(6):
            a_due_payout()

        with django_assert_num_queries(len(few)):
            client.get(reverse("payout_list"))


class TestPayoutPage:
    def test_another_offices_payout_does_not_exist(self) -> None:
        a_fund()
        payout = a_due_payout()

        assert page_of(zhao(), "payout_detail", payout.uuid).status_code == 404

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_shows_who_signed_and_the_form_to_pay(self, language: str) -> None:
        a_fund()
        payout = a_due_payout()

        text = page_of(fang(), "payout_detail", payout.uuid, language=language).content.decode()

        assert sun().display_name in text
        assert 'name="voucher_number"' in text

    def test_says_why_somebody_cannot_pay(self) -> None:
        a_fund()
        payout = a_due_payout()

        text = page_of(sun(), "payout_detail", payout.uuid).content.decode()

        assert 'name="voucher_number"' not in text
        assert "g-reason" in text

    def test_shows_a_warning_to_answer_to_a_supervisor(self) -> None:
        a_fund()
        line = a_claim_line()
        payout = a_due_payout(line, account=a_bank_account(line.worker, holder_name="李明"))
        address = reverse("payout_warning", args=[payout.uuid, "holder_differs"])

        assert address in page_of(sun(), "payout_detail", payout.uuid).content.decode()
        assert address not in page_of(fang(), "payout_detail", payout.uuid).content.decode()

    def test_takes_the_answer(self) -> None:
        a_fund()
        line = a_claim_line()
        payout = a_due_payout(line, account=a_bank_account(line.worker, holder_name="李明"))

        answer = send(sun(), "payout_warning", payout.uuid, "holder_differs", reason="监护人账户")

        assert answer.status_code == 302
        assert operations.may_pay(Payout.objects.get(), fang(), AT)


class TestSteps:
    def test_a_failed_payment_is_recorded_with_its_reason(self) -> None:
        a_fund()
        payout = a_due_payout()

        send(fang(), "payout_step", payout.uuid, "fail", reason="账号有误")

        payout.refresh_from_db()
        assert (payout.state, payout.failure_reason) == ("failed", "账号有误")

    def test_a_step_without_its_reason_says_so_at_the_field(self) -> None:
        a_fund()
        payout = a_due_payout()

        answer = send(fang(), "payout_step", payout.uuid, "cancel", reason="")

        assert answer.status_code == 422
        assert 'id="id_reason_error"' in answer.content.decode()

    def test_a_step_out_of_time_is_a_conflict_that_loses_nothing(self) -> None:
        a_fund()
        payout = pay(a_due_payout())

        answer = send(fang(), "payout_step", payout.uuid, "fail", reason="账号有误")

        assert answer.status_code == 409
        assert "账号有误" in answer.content.decode()

    def test_an_unknown_step_is_not_found(self) -> None:
        a_fund()

        assert page_of(fang(), "payout_step", a_due_payout().uuid, "steal").status_code == 404

    def test_paying_again_offers_the_payees_accounts_only(self) -> None:
        a_fund()
        payout = a_due_payout()
        other = a_bank_account(a_worker("李明"))
        send(fang(), "payout_step", payout.uuid, "fail", reason="账号有误")

        text = page_of(fang(), "payout_again", payout.uuid).content.decode()
        assert str(payout.account.uuid) in text
        assert str(other.uuid) not in text
        answer = send(fang(), "payout_again", payout.uuid, method="cash", account="")

        assert answer.status_code == 302
        assert Payout.objects.filter(state="due", method="cash").count() == 1

    def test_an_ended_payout_offers_nothing_once_another_took_its_place(self) -> None:
        a_fund()
        payout = a_due_payout()
        operations.mark_failed(payout=payout, reason="账号有误", by=fang(), at=AT)
        again = reverse("payout_again", args=[payout.uuid])
        assert again in page_of(fang(), "payout_detail", payout.uuid).content.decode()

        operations.commit_payout(claim_line=payout.claim_line, method="cash", by=fang(), at=AT)

        assert again not in page_of(fang(), "payout_detail", payout.uuid).content.decode()


class TestBatches:
    def test_the_ticked_payouts_become_a_batch(self) -> None:
        a_fund()
        bank, cash = a_due_payout(), a_due_payout(method="cash")

        answer = send(fang(), "batch_make", picked=[bank.pk, cash.pk, "x", "²", "9" * 25], bulk="batch")

        batch = PayoutBatch.objects.get()
        assert answer.url == reverse("batch_detail", args=[batch.uuid])
        assert batch.count == 1

    def test_ticking_nothing_says_so(self) -> None:
        assert send(fang(), "batch_make", bulk="batch").status_code == 302
        assert not PayoutBatch.objects.exists()

    def test_another_person_releases_it(self) -> None:
        a_fund()
        batch = operations.make_batch(payouts=[a_due_payout()], by=fang(), at=AT).batch
        address = reverse("batch_release", args=[batch.uuid])

        assert f'action="{address}"' not in page_of(fang(), "batch_detail", batch.uuid).content.decode()
        assert send(fang(), "batch_release", batch.uuid).status_code == 403
        assert f'action="{address}"' in page_of(ding(), "batch_detail", batch.uuid).content.decode()
        assert send(ding(), "batch_release", batch.uuid).status_code == 302
        assert send(ding(), "batch_release", batch.uuid).status_code == 409
        assert batch.number in page_of(fang(), "batch_list").content.decode()


class TestFunds:
    def test_are_listed_with_what_is_free(self) -> None:
        a_fund("1000.00")
        operations.reserve(claim_line=a_claim_line("600.00"), by=sun(), at=AT)

        text = page_of(fang(), "fund_list").content.decode()

        assert "¥1,000.00" in text
        assert "¥400.00" in text

    def test_show_their_movements(self) -> None:
        fund = a_fund("1000.00")
        operations.reserve(claim_line=a_claim_line("600.00"), by=sun(), at=AT)

        assert "生活救助" in page_of(fang(), "fund_detail", fund.uuid).content.decode()

    def test_another_offices_fund_does_not_exist(self) -> None:
        fund = a_fund(office=an_office_tree().other_county)

        assert page_of(fang(), "fund_detail", fund.uuid).status_code == 404

    def test_are_opened_by_finance(self) -> None:
        facts = {
            "office": an_office_tree().county.code,
            "source": "union",
            "year": 2026,
            "line": "relief",
            "title": "困难帮扶",
            "programmes": ["living"],
            "budget": "1000.00",
        }

        assert send(sun(), "fund_open", **facts).status_code == 403
        assert send(fang(), "fund_open", **facts).status_code == 302
        twice = send(fang(), "fund_open", **facts)

        assert twice.status_code == 422
        assert "困难帮扶" in twice.content.decode()
        assert Fund.objects.get().budget == D("1000.00")

    def test_a_budget_too_low_says_so_at_the_field(self) -> None:
        fund = a_fund("1000.00")
        operations.reserve(claim_line=a_claim_line("600.00"), by=sun(), at=AT)

        answer = send(fang(), "fund_budget", fund.uuid, budget="599.99", reason="调减")

        assert answer.status_code == 422
        assert 'id="id_budget_error"' in answer.content.decode()
        assert "调减" in answer.content.decode()


class TestAdmin:
    @pytest.mark.parametrize("name", ["fund", "payout", "payoutbatch", "reservation"])
    def test_money_is_looked_at_there_and_never_changed(self, name: str) -> None:
        a_fund()
        operations.make_batch(payouts=[a_due_payout()], by=fang(), at=AT)

        assert page_of(meng(), f"admin:casework_{name}_changelist").status_code == 200
        assert page_of(meng(), f"admin:casework_{name}_add").status_code == 403
        assert "王建国" not in page_of(meng(), f"admin:casework_{name}_changelist").content.decode()
