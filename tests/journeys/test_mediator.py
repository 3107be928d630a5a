"""陈和 mediates in the district: disputes over pay, from the first call to the employer to the signed agreement."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from casework.deadlines.calendar import BEIJING, roll_forward
from casework.deadlines.queries import calendar_at
from workflows.case_types.labour_dispute.models import LabourDispute
from workflows.walking import Walk

SUBMIT = "提交，进入下一步"

OWED = {
    "worker_name": "王建国",
    "worker_phone": "13800138000",
    "employer_name": "郑安市宏远建筑劳务有限公司",
    "summary": "在工地做木工三个月，工资一直未发，多次讨要无果。",
    "requests": "要求支付拖欠的三个月工资18000元。",
    "cause": "wages",
    "claimed_amount": "18000.00",
    "monthly_wage": "6000.00",
}


def a_dispute(walk: Walk) -> LabourDispute:
    """Open a dispute, as the hotline does."""
    return walk.open("operator", **OWED)


def to_the_draft(walk: Walk) -> LabourDispute:
    """Bring a dispute to the table, where both parties agree."""
    case = a_dispute(walk)
    today = timezone.localdate(walk.at)
    walk.do("check", "mediator", decision="ask", mediation_body="peoples", asked_on=today.isoformat())
    walk.do("answer", "mediator", answer="consents")
    walk.do("decide", "mediator", decision="accept")
    starts, ends = a_morning(walk, today)
    mediator = walk.cast["mediator"].pk
    walk.do("schedule", "mediator", room="第一调解室", mediator=mediator, starts_at=starts, ends_at=ends)
    walk.until(datetime.fromisoformat(ends))
    walk.do("hold", "mediator", result="agreed", worker_attended="on", employer_attended="on", record="同意支付。")
    return case


def a_morning(walk: Walk, after: date) -> tuple[str, str]:
    """Return beginning and end of a session on the next working day."""
    day = roll_forward(after + timedelta(days=1), calendar_at(walk.office.path))
    nine = datetime.combine(day, time(9), BEIJING)
    return nine.isoformat(), (nine + timedelta(hours=2)).isoformat()


def the_agreement(walk: Walk) -> dict[str, str]:
    """Return what the parties agreed on, as it is typed."""
    pays_on = timezone.localdate() + timedelta(days=14)
    return {
        "result": "公司支付王建国工资18000元。",
        "manner": "银行转账至本人工资卡",
        f"share_{walk.case.worker_id}": "18000.00",
        "plan": f"{pays_on.isoformat()} 18000.00",
    }


class TestDay:
    def test_a_dispute_is_taken_from_the_queue_to_the_table(self, desk, walk):
        story = walk("labour_dispute")
        case = a_dispute(story)
        chen = desk("mediator")
        chen.open("task_queue")
        chen.sees(case.number, "王**", "审查事项并征询用人单位意见")
        chen.sees_nothing_of("王建国")
        chen.press("领取")

        chen.sees("王建国", "13800138000", "工资一直未发")
        chen.press(SUBMIT, status=422, decision="ask")
        chen.sees("处需要更正", "调解")
        today = timezone.localdate().isoformat()
        chen.press(SUBMIT, decision="ask", mediation_body="peoples", asked_on=today)
        chen.sees("“审查事项并征询用人单位意见”", "记录用人单位答复")
        chen.press(SUBMIT, answer="consents", note="人事经理电话同意调解。")
        chen.press(SUBMIT, decision="accept")

        starts, ends = a_morning(story, timezone.localdate())
        chen.sees("安排调解会")
        chen.press(
            SUBMIT,
            status=422,
            room="第一调解室",
            mediator=story.cast["mediator"].pk,
            starts_at=starts[:16].replace("09:00", "09:07"),
            ends_at=ends[:16],
        )
        chen.sees("刻钟")
        chen.press(SUBMIT, starts_at=starts[:16])
        chen.sees("召开调解会")
        chen.open("case_detail", case.number)
        chen.sees("陈和", "调解中", "出具了文书")
        story.expect("mediating")

    def test_a_draft_that_came_back_begins_from_what_was_typed(self, desk, walk):
        story = walk("labour_dispute")
        case = to_the_draft(story)
        story.do("draft", "mediator", **the_agreement(story))
        story.do("approve", "supervisor", decision="return", reason="请写明逾期的责任。")

        chen = desk("mediator")
        chen.open("home")
        chen.sees(case.number)
        chen.follow("起草调解协议")
        assert chen.standing_in(SUBMIT, "result") == "公司支付王建国工资18000元。"
        chen.press(SUBMIT, result="公司支付王建国工资18000元；逾期按日万分之五支付违约金。")

        story.expect("drafted")
        chen.sees("审批调解协议", "需要具备角色：主管")


class TestTies:
    def test_who_knows_a_party_steps_back_and_the_case_is_closed_to_him(self, desk, walk):
        story = walk("labour_dispute")
        case = a_dispute(story)
        chen = desk("mediator")
        chen.open("case_detail", case.number)
        chen.press("领取")
        chen.open("case_detail", case.number)
        chen.follow("申报回避")
        chen.press("保存", party="employer", tie="relative", note="公司法定代表人是我表弟。")

        task = story.task("check")
        chen.post("task_detail", task.pk, status=403, decision="decline", reason="不属于劳动争议。")
        chen.sees("回避", "不属于劳动争议。", "您填写的内容")
        cheng = desk("mediator4")
        cheng.open("task_queue")
        cheng.sees(case.number)


class TestPersonalData:
    def test_a_masked_number_is_shown_for_a_reason_and_the_reason_is_kept(self, desk, walk):
        case = walk("labour_dispute").open("operator", **OWED)
        chen, shen = desk("mediator"), desk("auditor")
        chen.open("worker_detail", case.worker.uuid)
        chen.sees("王**", "138****8000")
        chen.sees_nothing_of("13800138000", "王建国")

        chen.open("worker_reveal", case.worker.uuid, "phone")
        chen.sees("您的姓名、查看时间和这一用途")
        chen.press("显示", status=422, reason="")
        chen.sees_nothing_of("13800138000")
        chen.press("显示", reason="约定调解时间")
        chen.sees("13800138000", "仅显示这一次；您的查看已被记录。")

        chen.open("worker_detail", case.worker.uuid)
        chen.sees_nothing_of("13800138000")
        shen.open("audit_trail", actor="mediator")
        shen.sees("陈和说明了理由：查看电话号码", "约定调解时间")
        shen.sees_nothing_of("13800138000")


class TestAnotherDistrict:
    def test_sees_nothing_until_the_case_is_handed_over(self, desk, walk):
        story = walk("labour_dispute")
        case = a_dispute(story)
        chen, zhao = desk("mediator"), desk("mediator2")
        zhao.open("case_detail", case.number, status=404)
        zhao.open("task_queue")
        zhao.sees_nothing_of(case.number)
        zhao.post("task_claim", story.task("check").pk, status=404)

        chen.open("case_detail", case.number)
        chen.follow("转办其他单位")
        chen.press("转办其他单位", to="410103", reason="单位注册地在二七岭区。")
        chen.sees("正在转办其他单位")
        zhao.open("home")
        zhao.sees("其他单位转来的案件", case.number)
        zhao.follow(case.number)
        zhao.press("决定", status=422, decision="return", reason="")
        zhao.sees("退回案件须说明理由")
        zhao.press("决定", decision="accept")

        zhao.sees("已接收", case.number)
        zhao.press("领取")
        zhao.sees("审查事项并征询用人单位意见")
        chen.open("case_detail", case.number)
        chen.sees("赵远", "代表二七岭区总工会接收了案件")
        assert not chen.can_press("领取")
