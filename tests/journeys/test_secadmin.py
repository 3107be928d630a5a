"""安澜 and 安宁 say who may do what: what weighs much, one of them grants and the other confirms."""

import pytest

from casework.staff.models import RoleGrant


class TestTwoPeople:
    def test_a_supervisor_is_appointed_by_two(self, desk, city):
        lan, ning, ling = desk("secadmin"), desk("secadmin2"), desk("operator2")
        lan.open("grant_list")
        lan.follow("授予角色")
        lan.press("保存", username="operator2", role="supervisor", office=city.office.pk)
        lan.sees("经第二人确认后生效", "等待第二人确认", "凌云", "该角色由您授予：须由另一名安全管理员确认")
        assert not lan.can_press("确认")
        grant = RoleGrant.objects.latest("id")
        lan.post("grant_confirm", grant.pk, status=403)
        lan.sees("须由另一名安全管理员确认")
        ling.open("audit_trail", status=403)

        ning.open("grant_list")
        ning.sees("等待第二人确认", "凌云", "授权人 安澜")
        ning.press("确认")
        ning.sees("已确认：角色即时生效")
        ling.open("audit_trail")
        ling.sees("审计记录")

    def test_two_confirm_and_one_of_them_is_told(self, desk, city):
        lan, ning, other = desk("secadmin"), desk("secadmin2"), desk("secadmin2")
        lan.open("grant_new")
        lan.press("保存", username="operator2", role="finance", office=city.office.pk)
        for one in (ning, other):
            one.open("grant_list")

        ning.press("确认")
        other.press("确认", status=409)

        other.sees("他人已先行办理", "安宁")

    def test_an_operator_counts_at_once_and_ends_at_once(self, desk, city):
        lan, zhao = desk("secadmin"), desk("finance2")
        lan.open("grant_new")
        lan.press("保存", username="finance2", role="operator", office=city.office.pk)
        lan.sees("已授予。")
        zhao.open("contact_new")
        zhao.sees("登记来电来访")

        lan.open("grant_list")
        lan.press("终止 靳算 热线接线员")
        lan.sees("角色已终止")
        zhao.open("contact_new", status=403)
        lan.go_back()
        lan.press("终止 靳算 热线接线员", status=409)


class TestRefusals:
    def test_nobody_appoints_themselves(self, desk, city):
        lan = desk("secadmin")
        lan.open("grant_new")
        lan.press("保存", status=403, username="secadmin", role="auditor", office=city.office.pk)
        lan.sees("任何人不得为自己办理此项")

    def test_a_name_nobody_has_and_a_role_already_held(self, desk, city):
        lan = desk("secadmin")
        lan.open("grant_new")
        lan.press("保存", status=422, username="nobody", role="operator", office=city.office.pk)
        lan.sees("处需要更正")
        lan.press("保存", status=409, username="operator", role="operator", office=city.office.pk)
        lan.sees("该人员在该工会已有这一角色")

    @pytest.mark.parametrize("page", ["case_list", "people_list", "contact_list", "payout_list", "audit_trail"])
    def test_the_pages_of_work_are_not_hers(self, desk, page):
        lan = desk("secadmin")
        lan.open(page, status=403)
        lan.sees("没有权限", "需要具备角色")

    def test_nor_is_the_configuration(self, desk):
        lan = desk("secadmin")
        lan.open("home")
        assert "系统配置" not in lan.places
        lan.open("staff_list")
        lan.sees("林晓")
        lan.open("staff_new", status=403)
        lan.open("admin:casework_calendarday_add", status=403)
        lan.sees("需要具备角色：系统管理员")
