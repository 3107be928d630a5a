"""方正文 goes to see people: the injured in hospital, households in need, never alone and never with a hand in both."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from casework.cases.models import Signature
from casework.offices.roles import Role
from casework.staff import operations as staff
from workflows.case_types.hardship_relief import walk as hardship
from workflows.case_types.work_injury import walk as injury

SUBMIT = "提交，进入下一步"


def a_picture(name: str) -> SimpleUploadedFile:
    """Return what a phone takes at the bed."""
    picture = BytesIO()
    Image.new("RGB", (24, 16), "white").save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


class TestHospital:
    def test_an_injury_is_verified_and_visited_by_two_with_a_signed_receipt(self, desk, walk, city):
        story = walk("work_injury")
        injury.report(story)
        fang = desk("visitor")
        fang.open("task_queue")
        fang.sees("核实报告", story.case.number)
        fang.press("领取")
        fang.press(SUBMIT, decision="verify", severity="serious", hospital="市第一人民医院", insured="yes")
        story.expect("verified")
        story.until(timezone.now() - timedelta(hours=3))
        injury.ask_for_consolation(story)
        injury.approve(story)

        fang.open("home")
        fang.sees("探视伤者")
        fang.open("case_detail", story.case.number)
        fang.press("添加", file=a_picture("receipt.png"), kind="receipt", title="慰问金签收单")
        fang.sees("慰问金签收单")
        fang.follow("探视伤者")
        assert str(city["visitor"].pk) not in fang.offers(SUBMIT, "companion")
        seen = {
            **injury.FOUND,
            "visited_at": timezone.localtime(timezone.now() - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M"),
            "companion": city["visitor2"].pk,
            "method": "cash",
            "consents": True,
        }
        fang.press(SUBMIT, status=422, **seen)
        fang.sees("处需要更正", "签收")
        receipt = story.case.documents.get(kind="receipt")
        fang.press(SUBMIT, received_by="张建军", receipt=receipt.pk)

        fang.sees("“探视伤者”", "安排下次探视或结束探视")
        story.expect("visited")
        parts = dict(Signature.objects.filter(claim_line__case=story.case).values_list("role", "person__username"))
        assert (parts["visitor1"], parts["visitor2"]) == ("visitor", "visitor2")


class TestHousehold:
    def test_a_survey_is_made_by_two(self, desk, walk, city):
        story = walk("hardship_relief")
        hardship.local_rules(story)
        story.open("operator", **hardship.APPLICATION)
        hardship.complete_papers(story)
        hardship.check_means(story)

        fang = desk("visitor")
        fang.open("task_queue")
        fang.press("领取")
        assert str(city["visitor"].pk) not in fang.offers(SUBMIT, "companion")
        assert str(city["visitor2"].pk) in fang.offers(SUBMIT, "companion")
        today = timezone.localdate().isoformat()
        found = {**hardship.FOUND, "surveyed_on": today, "companion": city["visitor2"].pk}
        fang.press(SUBMIT, status=422, **{**found, "persons": "2", "pupils": "3"})
        fang.sees("处需要更正")
        assert fang.standing_in(SUBMIT, "findings") == hardship.FOUND["findings"]
        fang.press(SUBMIT, persons="3", pupils="1")

        fang.sees("“入户调查”", "已入户调查", "提出类别和金额", "需要具备角色：热线接线员")

    def test_who_surveyed_cannot_review_even_as_a_supervisor(self, desk, walk, city):
        story = walk("hardship_relief")
        hardship.local_rules(story)
        story.open("operator", **hardship.APPLICATION)
        hardship.complete_papers(story)
        hardship.check_means(story)
        hardship.survey_and_propose(story)
        hardship.end_notice(story)
        now = timezone.now()
        grant = staff.grant_role(
            user=city["visitor"], role=Role.SUPERVISOR, office=city.office, by=city["secadmin"], at=now
        )
        staff.confirm_grant(grant=grant, by=city["secadmin2"], at=now)

        fang = desk("visitor")
        fang.open("case_detail", story.case.number)
        fang.follow("县级审核")
        fang.press(SUBMIT, status=403, decision="pass", reason="入户时情况属实，同意。")

        fang.sees("没有权限", "方正文已在本案以“调查人”身份签字", "您填写的内容", "入户时情况属实，同意。")
        story.expect("notice_ended")
        sun = desk("supervisor")
        sun.open("case_detail", story.case.number)
        sun.follow("县级审核")
        sun.press(SUBMIT, decision="pass", reason="材料齐全。")
        story.expect("reviewed")


class TestRefusals:
    def test_money_and_decisions_are_not_his(self, desk, walk):
        story = walk("work_injury")
        injury.report(story)
        story.do("check_report", "visitor", decision="verify", severity="serious", hospital="市一院", insured="yes")
        injury.ask_for_consolation(story)
        fang = desk("visitor")

        fang.post("task_detail", story.task("decide_consolation").pk, status=403, decision="approve")
        fang.sees("需要具备角色：主管")
        fang.open("payout_list", status=403)
        fang.sees("需要具备角色：财务人员、主管、审计员")
        story.expect("consolation_requested")
