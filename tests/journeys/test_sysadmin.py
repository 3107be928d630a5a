"""席建 keeps the house in order: calendar, local rules, accounts. Whom the cases are about he never sees."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from casework.offices.models import CalendarDay, LocalParameter
from config.demo.city import PASSWORD
from workflows.case_types.hardship_relief import walk as hardship

from .desk import Desk
from .test_finance import to_the_payment


class TestConfiguring:
    def test_a_day_of_typhoon_is_no_working_day_and_moves_what_is_due(self, desk, city):
        xi = desk("sysadmin")
        xi.open("home")
        assert "系统配置" in xi.places
        day = timezone.localdate() + timedelta(days=3)
        xi.open("admin:casework_calendarday_add")
        xi.press("保存", day=day.isoformat(), name="台风停工", source="市政府通告", is_workday=False, region="410100")

        made = CalendarDay.objects.get(name="台风停工")
        assert (made.day, made.is_workday, made.region) == (day, False, "410100")
        xi.open("admin:casework_calendarday_changelist")
        xi.sees("台风停工")
        shen = desk("auditor")
        shen.open("audit_trail", actor="sysadmin")
        shen.sees("席建", "特殊日")

    def test_a_local_rule_holds_from_its_day_on(self, desk, city):
        xi = desk("sysadmin")
        xi.open("admin:casework_localparameter_add")
        xi.press(
            "保存",
            code="hardship.dibao_monthly",
            office=city.offices["4101"].pk,
            value='"1100.00"',
            valid_from=date(timezone.localdate().year + 1, 1, 1).isoformat(),
            source="市民政局通知",
        )

        assert LocalParameter.objects.get(source="市民政局通知").value == "1100.00"
        xi.open("admin:casework_localparameter_changelist")
        xi.sees("hardship.dibao_monthly")

    def test_a_rule_nobody_knows_is_refused_where_it_was_typed(self, desk, city):
        xi = desk("sysadmin")
        xi.open("admin:casework_localparameter_add")
        xi.press("保存", code="", office=city.offices["4101"].pk, value="1", source="—")

        xi.sees("请更正以下错误", "这个字段是必填项")
        assert not LocalParameter.objects.filter(source="—").exists()


class TestPersonalData:
    @pytest.mark.parametrize("page", ["case_list", "people_list", "contact_list", "payout_list", "audit_trail"])
    def test_the_pages_of_work_are_not_his(self, desk, page):
        xi = desk("sysadmin")
        xi.open(page, status=403)
        xi.sees("没有权限", "需要具备角色")

    def test_no_page_of_the_configuration_names_anybody(self, desk, walk):
        story = walk("hardship_relief")
        to_the_payment(story)
        worker = story.case.worker
        personal = ("李春梅", "李**", "尿毒症", "赵大山", worker.bank_accounts.get().number)
        xi = desk("sysadmin")
        xi.open("case_detail", story.case.number, status=404)
        xi.open("worker_detail", worker.uuid, status=404)
        xi.open("admin:index")
        looked_at = 0
        for model in admin.site._registry:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            xi.open(f"{name}_changelist")
            xi.sees_nothing_of(*personal)
            for row in model._base_manager.order_by("-pk")[:3]:
                xi.open(f"{name}_change", row.pk)
                xi.sees_nothing_of(*personal)
                looked_at += 1
        assert looked_at > 20


class TestAccounts:
    def test_he_opens_an_account_and_cannot_give_it_a_role(self, desk):
        xi = desk("sysadmin")
        xi.open("staff_list")
        xi.follow("新开账号")
        xi.press(
            "保存",
            username="xiaowu",
            display_name="吴小雨",
            password="rain-on-the-river-9",
            password_again="rain-on-the-river-9",
        )
        xi.sees("账号已开通。授予角色后才能使用。", "吴小雨", "尚未授予角色")
        xi.open("grant_new", status=403)
        xi.sees("需要具备角色：安全管理员")

        wu = Desk()
        wu.open("login")
        wu.press("登录", username="xiaowu", password="rain-on-the-river-9")
        wu.sees("我的工作")
        wu.open("case_list", status=403)
        wu.sees("需要具备角色")

    def test_who_left_is_out_at_once_and_her_tasks_are_back(self, desk, walk, city):
        case = walk("hardship_relief").open("operator", **hardship.APPLICATION)
        lin, ling, xi = desk("operator"), desk("operator2"), desk("sysadmin")
        lin.open("task_queue")
        lin.press("领取")
        ling.open("task_queue")
        ling.sees_nothing_of(case.number)

        xi.open("staff_detail", city["operator"].uuid)
        xi.press("停用账号")
        xi.sees("1")
        lin.open("home")
        assert lin.is_at_the_door
        lin.press("登录", username="operator", password=PASSWORD)
        lin.sees("用户名与密码不符")

        ling.open("task_queue")
        ling.sees(case.number)
        ling.press("领取")
        ling.sees("审查材料")
        xi.open("staff_list", closed="on")
        xi.sees("林晓")

    def test_what_somebody_sends_after_that_is_not_done(self, desk, walk, city):
        story = walk("hardship_relief")
        case = story.open("operator", **hardship.APPLICATION)
        lin, xi = desk("operator"), desk("sysadmin")
        lin.open("case_detail", case.number)
        lin.follow("审查材料")
        xi.open("staff_detail", city["operator"].uuid)
        xi.press("停用账号")

        lin.press("提交，进入下一步", received=[])
        assert lin.is_at_the_door
        story.expect("applied")

    def test_nobody_closes_their_own_account(self, desk, city):
        xi = desk("sysadmin")
        xi.post("staff_deactivate", city["sysadmin"].uuid, status=403)
        xi.sees("任何人不得为自己办理此项")
        xi.open("home")
        xi.sees("我的工作")
