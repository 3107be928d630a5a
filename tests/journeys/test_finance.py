"""金账 pays what others have decided: with a voucher, once, and never what she had a part in."""

from django.utils import timezone

from casework.funds.models import Payout
from casework.offices.roles import Role
from casework.staff import operations as staff
from workflows.case_types.hardship_relief import walk as hardship
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.walking import Walk

SUBMIT = "提交，进入下一步"
PAID = "款项已支付"


def to_the_approval(walk: Walk) -> HardshipRelief:
    """Bring an application to the desk of the city."""
    hardship.local_rules(walk)
    walk.open("operator", **hardship.APPLICATION)
    hardship.complete_papers(walk)
    hardship.check_means(walk)
    hardship.survey_and_propose(walk)
    hardship.end_notice(walk)
    walk.do("review", "supervisor", decision="pass", reason="材料齐全，情况属实。")
    hardship.this_years_fund(walk)
    return walk.case


def to_the_payment(walk: Walk) -> Payout:
    """Bring an application to where its money is due."""
    to_the_approval(walk)
    walk.do("approve", "supervisor2", decision="approve", reason="同意。")
    hardship.order_payment(walk)
    return Payout.objects.get()


class TestPaying:
    def test_a_payout_is_confirmed_with_its_voucher_and_the_case_goes_on(self, desk, walk):
        story = walk("hardship_relief")
        payout = to_the_payment(story)
        jin = desk("finance")
        jin.open("home")
        jin.sees("1笔待支付")
        jin.follow("笔待支付")
        jin.sees("李**", "¥15,000.00", "银行转账")
        jin.sees_nothing_of("李春梅")

        jin.open("payout_detail", payout.uuid)
        jin.sees(
            "谁签了名" if "谁签了名" in jin.text else "审批人",
            "申请人（经办） 林晓",
            "调查人 方正文",
            "审批人 孙慎",
            "第二审批人 苏衡",
        )
        jin.press(PAID, status=422, voucher_number="")
        jin.press(PAID, voucher_number="2026-11-0387")

        jin.sees("已确认支付", "已支付", "2026-11-0387", "付款人 金账")
        story.expect("paid")

    def test_nothing_is_paid_twice(self, desk, walk):
        story = walk("hardship_relief")
        payout = to_the_payment(story)
        jin, jing = desk("finance"), desk("finance2")
        for one in (jin, jing):
            one.open("payout_detail", payout.uuid)

        jing.press(PAID, voucher_number="A-1")
        jin.press(PAID, status=409, voucher_number="B-2")
        jin.sees("该笔款项已支付", "靳算", "A-1", "您填写的内容", "B-2")
        jing.go_back()
        jing.press(PAID, status=409, voucher_number="A-1")

        payout.refresh_from_db()
        assert (payout.state, payout.voucher_number) == (Payout.State.PAID, "A-1")
        assert payout.claim_line.signatures.filter(role="payer").count() == 1

    def test_a_batch_is_made_by_one_and_released_by_another(self, desk, walk):
        to_the_payment(walk("hardship_relief"))
        jin, jing = desk("finance"), desk("finance2")
        jin.open("payout_list", state="due")
        jin.press("列入批次", picked=[Payout.objects.get().pk])
        jin.sees("共1笔支付", "您制单，须由他人复核放行")
        assert not jin.can_press("复核放行")
        jin.post("batch_release", Payout.objects.get().batch.uuid, status=403)
        jin.sees("该批次由您制单，须由他人复核放行。")

        jing.open("batch_list")
        jing.follow(Payout.objects.get().batch.number)
        jing.press("复核放行")
        jing.sees("批次已放行")
        assert Payout.objects.get().state == Payout.State.SENT


class TestTwoParts:
    def test_who_approved_as_a_supervisor_cannot_pay(self, desk, walk, city):
        story = walk("hardship_relief")
        to_the_approval(story)
        now = timezone.now()
        office = city.offices["4101"]
        grant = staff.grant_role(user=city["finance"], role=Role.SUPERVISOR, office=office, by=city["secadmin"], at=now)
        staff.confirm_grant(grant=grant, by=city["secadmin2"], at=now)
        jin, jing = desk("finance"), desk("finance2")
        jin.open("task_queue")
        jin.press("领取")
        jin.press(SUBMIT, decision="approve", reason="同意。")
        story.until(timezone.now())
        hardship.order_payment(story)
        payout = Payout.objects.get()

        jin.open("payout_detail", payout.uuid)
        jin.sees("您已作为“第二审批人”在该款项上签名，须由他人支付")
        assert not jin.can_press(PAID)
        jin.post("payout_pay", payout.uuid, status=403, voucher_number="C-3")
        jin.sees("须由他人支付", "C-3")
        jing.open("payout_detail", payout.uuid)
        jing.press(PAID, voucher_number="C-3")
        story.expect("paid")

    def test_a_payer_decides_nothing(self, desk, walk):
        story = walk("hardship_relief")
        to_the_approval(story)
        jin = desk("finance")
        jin.open("task_queue")
        jin.sees_nothing_of(story.case.number)
        jin.open("task_detail", story.task("approve").pk)
        jin.sees("需要具备角色：主管")
        assert not jin.can_press(SUBMIT)

        jin.post("task_detail", story.task("approve").pk, status=403, decision="approve")
        jin.post("case_withdraw", story.case.number, status=403, reason="不要了")
        jin.open("contact_new", status=403)
        jin.open("audit_trail", status=403)
        story.expect("reviewed")
