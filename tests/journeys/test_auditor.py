"""沈明 reads everything of the province and changes nothing."""

import pytest

from casework.audit.models import Event
from casework.cases import operations as cases
from casework.funds.models import Fund, Payout
from casework.people.models import Worker

from .test_finance import to_the_payment


@pytest.fixture
def case(walk):
    """A case whose money is due."""
    story = walk("hardship_relief")
    to_the_payment(story)
    return story.case


def as_it_stands(case):
    """Return what a reader could have changed."""
    case.refresh_from_db()
    return (
        case.state,
        case.summary,
        list(case.task_set.order_by("id").values_list("node", "status", "owner")),
        list(Payout.objects.values_list("state", "voucher_number")),
        list(Fund.objects.order_by("id").values_list("budget", "reserved", "paid")),
        list(Worker.objects.order_by("id").values_list("name", "native_place")),
        Event.objects.exclude(outcome="refused").count(),
    )


class TestReading:
    def test_he_reads_cases_money_contacts_and_the_trail_of_all(self, desk, case):
        shen = desk("auditor")
        shen.open("home")
        assert {"案件", "支付", "资金账户", "统计报表", "审计记录"} <= set(shen.places)
        assert "登记来电来访" not in shen.places
        shen.open("case_list")
        shen.sees(case.number, "李**")
        shen.open("case_detail", case.number)
        shen.sees("仅对经办人员显示", "办理记录", "第二审批人 · 苏衡")
        shen.sees_nothing_of("李春梅", "尿毒症")
        shen.open("audit_trail", case=case.number)
        shen.sees("林晓提交支付", "苏衡批准", "方正文", "公示期满，没有未答复的异议")
        shen.open("audit_trail", kind="role.confirmed")
        shen.sees("安宁确认 supervisor 在 410105 的角色")
        for page in ("payout_list", "fund_list", "contact_list", "people_list", "employer_list", "report_list"):
            shen.open(page)

    def test_a_refusal_is_in_the_trail_too(self, desk, case):
        desk("visitor").post("task_claim", case.task_set.latest("id").pk, status=403)
        shen = desk("auditor")
        shen.open("audit_trail", actor="visitor")

        shen.sees("方正文的操作被拒绝")


class TestChangingNothing:
    def test_every_button_he_could_think_of_is_refused(self, desk, case, city):
        contact = cases.take_contact(
            office=city.office,
            channel="phone",
            matter="consult",
            question="问一下",
            by=city["operator"],
            at=case.opened_at,
        )
        payout, worker, fund = Payout.objects.get(), case.worker, Fund.objects.first()
        task = case.task_set.latest("id")
        account = worker.bank_accounts.get()
        before = as_it_stands(case)
        shen = desk("auditor")

        for page, args, answers in (
            ("task_claim", [task.pk], {}),
            ("task_release", [task.pk], {}),
            ("task_door", [task.pk, "stop"], {"reason": "停"}),
            ("case_withdraw", [case.number], {"reason": "撤"}),
            ("case_take_back", [case.number], {"reason": "撤"}),
            ("case_correct", [case.number], {"fact": "is_urgent", "value": "是", "reason": "改"}),
            ("case_hand_over", [case.number], {"to": "410103", "reason": "转"}),
            ("case_new", ["hardship_relief"], {"worker_name": "张三"}),
            ("contact_new", [], {"question": "问"}),
            ("contact_detail", [contact.uuid], {"answer": "答"}),
            ("payout_pay", [payout.uuid], {"voucher_number": "1"}),
            ("payout_step", [payout.uuid, "cancel"], {"reason": "不付"}),
            ("batch_make", [], {"picked": [payout.pk]}),
            ("fund_open", [], {"title": "小金库"}),
            ("fund_budget", [fund.uuid], {"budget": "1", "reason": "减"}),
            ("worker_new", [], {"name": "张三"}),
            ("worker_edit", [worker.uuid], {"name": "张三"}),
            ("account_new", [worker.uuid], {"number": "1"}),
            ("account_retire", [account.uuid], {}),
            ("consent_new", [worker.uuid], {"purpose": "publishing"}),
            ("document_upload", [case.number], {"kind": "photo"}),
            ("staff_new", [], {"username": "x"}),
            ("staff_deactivate", [city["operator"].uuid], {}),
            ("grant_new", [], {"username": "auditor"}),
        ):
            # Accounts are not even there.
            status = {"staff_deactivate": 404}.get(page, 403)
            shen.post(page, *args, status=status, **answers)
            shen.sees({403: "没有权限", 404: "未找到"}[status])
        assert as_it_stands(case) == before

    def test_no_page_offers_him_a_step(self, desk, case):
        shen = desk("auditor")
        shen.open("case_detail", case.number)
        for button in ("领取", "添加", "已收到", "提交，进入下一步"):
            assert not shen.can_press(button), button
        shen.open("payout_detail", Payout.objects.get().uuid)
        shen.sees("需要具备角色：财务人员")
        assert not shen.can_press("款项已支付")
