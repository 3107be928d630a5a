"""林晓 answers the hotline of the district: calls all day, and the papers of those who came in person."""

from casework.audit.models import Event
from casework.cases.models import Contact
from config.demo.city import PASSWORD
from workflows.case_types.hardship_relief import papers
from workflows.case_types.hardship_relief import walk as hardship
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.walking import Walk

from .desk import Desk

SUBMIT = "提交，进入下一步"

APPLICATION = {
    "programme": "medical",
    "cause": "illness",
    "amount_requested": "15000.00",
    "agrees_to_handling": True,
    "employer_name": "郑安市红星棉纺厂",
}


def all_papers(case: HardshipRelief) -> list[str]:
    """Return the codes of what this applicant has to bring."""
    return [paper.code for paper in papers.needed(case)]


class TestMorning:
    def test_she_logs_in_and_finds_her_work(self, city):
        lin = Desk()
        lin.open("/")
        assert lin.is_at_the_door

        lin.press("登录", status=200, username="operator", password="wrong")
        lin.sees("用户名与密码不符")
        lin.press("登录", username="operator", password=PASSWORD)

        assert lin.address == "/"
        lin.sees("我的工作", "您手上没有待办任务", "登记来电来访")
        assert {"待领任务", "来电来访", "案件", "人员"} <= set(lin.places)
        assert not {"支付", "审计记录", "工作人员", "角色授权", "系统配置"} & set(lin.places)


class TestCalls:
    def test_a_question_is_answered_on_the_line(self, desk):
        lin = desk("operator")
        lin.open("contact_new")
        lin.press(
            "登记",
            channel="phone",
            matter="consult",
            is_anonymous=True,
            question="试用期被辞退有没有补偿？",
            answer="试用期内单位也须证明不符合录用条件，否则应当支付赔偿金。",
        )

        lin.sees("来电来访已登记", "试用期被辞退有没有补偿？", "否则应当支付赔偿金", "匿名")
        assert not lin.can_press("答复并办结")

    def test_a_question_that_waits_is_answered_by_one_person_only(self, desk):
        lin, ling = desk("operator"), desk("operator2")
        lin.open("contact_new")
        lin.press("登记", channel="visit", matter="consult", question="退休后还能参加职工互助吗？", caller_name="周芳")
        ling.open("contact_list", show="open")
        ling.follow("20")
        lin.sees("退休后还能参加职工互助吗？", "周芳", "承诺答复日期")
        ling.sees("退休后还能参加职工互助吗？")

        ling.press("答复并办结", answer="可以续保至七十周岁。")
        ling.sees("来电来访已答复并办结", "凌云")
        lin.press("答复并办结", status=409, answer="请先向原单位工会了解。")

        lin.sees("他人已先行办理", "凌云", "已答复", "您填写的内容", "答复内容 请先向原单位工会了解。")
        assert Contact.objects.get().answer == "可以续保至七十周岁。"

    def test_a_matter_becomes_a_case_with_the_call_as_its_first_paper(self, desk):
        lin = desk("operator")
        lin.open("contact_new")
        lin.press(
            "登记",
            channel="phone",
            matter="service",
            caller_name="李春梅",
            caller_phone="139 0013 9000",
            question="我透析三年，自付的医药费实在负担不起。",
            opens="hardship_relief",
        )

        lin.sees("先问清楚")
        assert "13900139000" in lin.standing_in("立案", "worker_phone")
        lin.press("立案", status=422, **{**APPLICATION, "worker_id_number": "41010519850312"})
        lin.sees("需要更正", "身份证")
        assert lin.standing_in("立案", "summary") == "我透析三年，自付的医药费实在负担不起。"
        lin.press("立案", worker_id_number="")

        case = HardshipRelief.objects.get()
        lin.sees(f"案件{case.number}已立案", "李春梅", "13900139000", "审查材料")
        lin.follow("12351热线 · ")
        lin.sees("我透析三年，自付的医药费实在负担不起。", case.number)

    def test_an_anonymous_caller_leaves_no_name(self, desk):
        lin = desk("operator")
        lin.open("contact_new")
        lin.press("登记", status=422, matter="consult", question="问题", is_anonymous=True, caller_name="王")

        lin.sees("匿名来电来访不登记姓名和电话")
        assert not Contact.objects.exists()


class TestPapers:
    def story(self, walk: Walk) -> HardshipRelief:
        hardship.local_rules(walk)
        return walk.open("operator", **hardship.APPLICATION)

    def test_what_is_missing_is_told_once(self, desk, walk):
        case = self.story(walk("hardship_relief"))
        lin = desk("operator")
        lin.open("task_queue")
        lin.sees(case.number)
        lin.press("领取")
        lin.press(SUBMIT, received=all_papers(case)[1:])

        lin.sees("已办完", "补正")
        lin.open("case_detail", case.number)
        lin.sees("以文书", "一次性告知全部缺少的材料")
        lin.open("home")
        lin.sees(case.number)

    def test_two_people_finish_one_step_and_one_of_them_is_told(self, desk, walk):
        case = self.story(walk("hardship_relief"))
        lin, ling = desk("operator"), desk("operator2")
        for one in (lin, ling):
            one.open("case_detail", case.number)
            one.follow("审查材料")

        ling.press(SUBMIT, received=all_papers(case))
        lin.press(SUBMIT, status=409, received=all_papers(case)[1:], remark="缺户口本复印件")

        lin.sees("他人已先行办理", "凌云已于", "办完“审查材料”", "您的这一步没有执行")
        lin.sees("您填写的内容", "缺户口本复印件")
        assert case.task_set.get(node="check_papers").owner.username == "operator2"
        assert HardshipRelief.objects.get().state == "papers_complete"

    def test_a_double_click_does_the_step_once(self, desk, walk):
        case = self.story(walk("hardship_relief"))
        lin = desk("operator")
        lin.open("case_detail", case.number)
        lin.follow("审查材料")
        lin.press(SUBMIT, received=all_papers(case))
        once = Event.objects.filter(stream=case.stream).count()

        lin.go_back()
        lin.press(SUBMIT, status=409, received=all_papers(case))

        lin.sees("林晓已于", "办完“审查材料”", "没有重复保存")
        assert Event.objects.filter(stream=case.stream).exclude(outcome="refused").count() == once

    def test_a_step_is_claimed_by_one_person(self, desk, walk):
        case = self.story(walk("hardship_relief"))
        lin, ling = desk("operator"), desk("operator2")
        lin.open("task_queue")
        ling.open("task_queue")

        ling.press("领取")
        lin.press("领取", status=409)

        lin.sees("凌云已领取该任务")
        lin.open("case_detail", case.number)
        lin.follow("审查材料")
        lin.sees("该任务由凌云办理")
        assert not lin.can_press(SUBMIT)


class TestRefusals:
    def test_money_the_trail_staff_and_roles_are_not_hers(self, desk):
        lin = desk("operator")
        for page, role in (
            ("payout_list", "财务"),
            ("fund_list", "财务"),
            ("audit_trail", "审计员"),
            ("staff_list", "系统管理员"),
            ("grant_list", "安全管理员"),
            ("report_list", "主管"),
        ):
            lin.open(page, status=403)
            lin.sees("没有权限", "需要具备角色", role)

    def test_a_supervisors_step_is_shown_with_its_reason_and_refused(self, desk, walk):
        story = walk("hardship_relief")
        hardship.local_rules(story)
        case = story.open("operator", **hardship.APPLICATION)
        hardship.complete_papers(story)
        hardship.check_means(story)
        hardship.survey_and_propose(story)
        hardship.end_notice(story)
        lin = desk("operator")
        lin.open("case_detail", case.number)
        lin.follow("县级审核")
        lin.sees("需要具备角色：主管")
        assert not lin.can_press(SUBMIT)

        lin.post("task_detail", story.task("review").pk, status=403, decision="pass", reason="情况属实")

        lin.sees("没有权限", "需要具备角色：主管", "您填写的内容", "情况属实")
        story.expect("notice_ended")

    def test_a_case_of_another_office_is_not_there(self, desk, walk):
        case = self.of_the_district(walk)
        liu = desk("operator3")

        for page in ("case_detail", "case_withdraw", "case_correct", "case_take_back", "case_hand_over"):
            liu.open(page, case.number, status=404)
            liu.sees("此地址没有您可以打开的内容")
        liu.post("task_detail", case.task_set.latest("id").pk, status=404)
        liu.open("worker_detail", case.worker.uuid, status=404)
        for page in ("home", "task_queue", "case_list", "people_list"):
            liu.open(page)
            liu.sees_nothing_of(case.number, case.worker_label)

    def of_the_district(self, walk):
        return walk("hardship_relief").open("operator", **hardship.APPLICATION)
