"""孙慎 answers for the district: drafts and proposals come to her desk, and she reads how everything came about."""

from datetime import timedelta

from django.utils import timezone

from workflows.case_types.hardship_relief import walk as hardship

from .test_mediator import OWED, a_dispute, the_agreement, to_the_draft

SUBMIT = "提交，进入下一步"


class TestDraft:
    def test_is_returned_with_a_reason_and_comes_back_mended(self, desk, walk):
        story = walk("labour_dispute")
        case = to_the_draft(story)
        story.do("draft", "mediator", **the_agreement(story))
        sun, chen = desk("supervisor"), desk("mediator")
        sun.open("home")
        sun.sees("等待您所在岗位领取", "审批调解协议", case.number)
        sun.follow("审批调解协议")
        sun.sees("公司支付王建国工资18000元。")

        sun.press(SUBMIT, status=422, decision="return", reason="")
        sun.sees("处需要更正", "理由")
        sun.press(SUBMIT, decision="return", reason="请写明逾期付款的责任。")
        sun.sees("“审批调解协议”", "草案退回")

        chen.open("home")
        chen.follow("起草调解协议")
        chen.press(SUBMIT, result="公司支付王建国工资18000元；逾期按日万分之五支付违约金。")
        sun.open("task_queue")
        sun.press("领取")
        sun.sees("逾期按日万分之五支付违约金")
        sun.press(SUBMIT, decision="approve")
        story.expect("approved")

    def test_two_supervisors_decide_and_one_of_them_is_told(self, desk, walk):
        story = walk("labour_dispute")
        case = to_the_draft(story)
        story.do("draft", "mediator", **the_agreement(story))
        sun, su = desk("supervisor"), desk("supervisor2")
        for one in (sun, su):
            one.open("case_detail", case.number)
            one.follow("审批调解协议")

        su.press(SUBMIT, decision="approve")
        sun.press(SUBMIT, status=409, decision="return", reason="第二期的日期请再与公司确认。")

        sun.sees("苏衡已于", "办完“审批调解协议”", "您填写的内容", "第二期的日期请再与公司确认。")
        story.expect("approved")


class TestOversight:
    def test_she_reads_the_history_and_the_trail_of_her_district_only(self, desk, walk, city):
        story, theirs = walk("labour_dispute"), walk("labour_dispute")
        case = to_the_draft(story)
        story.do("draft", "mediator", **the_agreement(story))
        story.do("approve", "supervisor", decision="return", reason="请补写第一期。")
        theirs.office = city.offices["410103"]
        foreign = theirs.open("operator3", **OWED)
        sun = desk("supervisor")

        sun.open("case_detail", case.number)
        sun.sees("办理记录", "林晓立案", "请补写第一期。", "已办步骤", "召开调解会 · 陈和")
        sun.open("audit_trail")
        sun.sees("审计记录", case.number)
        sun.sees_nothing_of(foreign.number)
        sun.press("查询", case=case.number, actor="mediator")
        sun.sees("陈和受理了该争议")
        assert "林晓" not in sun.text
        sun.press("查询", case=foreign.number, actor="")
        sun.sees("还没有办理记录")
        sun.open("case_detail", foreign.number, status=404)

    def test_she_gives_a_task_of_somebody_to_somebody_else(self, desk, walk, city):
        story = walk("labour_dispute")
        case = a_dispute(story)
        chen, sun = desk("mediator"), desk("supervisor")
        chen.open("task_queue")
        chen.press("领取")

        sun.open("case_detail", case.number)
        sun.follow("审查事项并征询用人单位意见")
        sun.sees("需要具备角色：调解员。", "经办人")
        assert set(sun.offers("转交", "person")) == {"mediator", "mediator4"}
        sun.press("转交", person="mediator4")

        sun.sees("任务已转交给程静")
        chen.press(SUBMIT, status=403, decision="decline", reason="不属于受理范围。")
        chen.sees("该任务由程静办理", "不属于受理范围。")
        assert story.task("check").owner == city["mediator4"]

    def test_she_takes_a_step_back_that_its_doer_no_longer_can(self, desk, walk):
        story = walk("hardship_relief")
        hardship.local_rules(story)
        case = story.open("operator", **hardship.APPLICATION)
        hardship.complete_papers(story)
        hardship.check_means(story)
        lin, sun = desk("operator"), desk("supervisor")

        lin.open("case_detail", case.number)
        lin.sees("已超过一个工作日，须由主管撤回")
        lin.post("case_take_back", case.number, status=409, reason="核对结果录错了。")
        lin.sees("已超过一个工作日", "您填写的内容", "理由 核对结果录错了。")
        sun.open("case_detail", case.number)
        sun.follow("撤回上一步")
        sun.press("撤回上一步", reason="核对结果录错了，请重新登记。")

        sun.sees("撤回了上一步")
        sun.sees_nothing_of("核对结果录错了，请重新登记。")
        sun.open("case_reveal", case.number)
        sun.press("显示", reason="复查撤回的步骤")
        sun.sees("核对结果录错了，请重新登记。")
        story.expect("check_requested")
        assert [task.node for task in story.open_tasks()] == ["record_check"]

    def test_she_sees_what_is_late_and_the_figures(self, desk, walk):
        story = walk("labour_dispute")
        case = a_dispute(story)
        sun = desk("supervisor")

        sun.open("case_list", open_only="on")
        sun.sees(case.number, "已逾期")
        sun.open("report_list", since=(timezone.localdate() - timedelta(days=90)).isoformat())
        sun.sees("受理案件")


class TestRefusals:
    def test_what_belongs_to_an_office_above_is_not_hers(self, desk, walk):
        story = walk("hardship_relief")
        hardship.local_rules(story)
        story.open("operator", **hardship.APPLICATION)
        hardship.complete_papers(story)
        hardship.check_means(story)
        hardship.survey_and_propose(story)
        hardship.end_notice(story)
        story.do("review", "supervisor", decision="pass")
        sun = desk("supervisor")

        sun.open("case_detail", story.case.number)
        sun.sees("市级审批")
        sun.post("task_detail", story.task("approve").pk, status=403, decision="approve", reason="同意")
        sun.sees("这属于其他单位", "管辖不到", "同意")
        story.expect("reviewed")

    def test_she_reads_money_and_pays_none(self, desk):
        sun = desk("supervisor")
        sun.open("fund_list")
        sun.sees("区总工会慰问资金")
        sun.open("fund_open", status=403)
        sun.sees("需要具备角色：财务人员")
        sun.open("grant_list", status=403)
        sun.sees("需要具备角色：安全管理员")
