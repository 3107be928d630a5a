"""The letters of hardship relief: complete from the file, and a public notice that says no more than it must."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word
from pypdf import PdfReader

from casework.documents import engine, filling
from casework.documents import papers as house
from casework.documents.composing import compose
from casework.offices.queries import UnknownParameter
from casework.people import operations as people
from casework.people.queries import household_of
from tests.factories import AT, a_bank_account, a_worker, an_employer
from workflows.case_type import case_type
from workflows.case_types.hardship_relief import papers, queries
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.walking import Walk

PRINT = engine.print_pdf
LANGUAGES = [code for code, _name in settings.LANGUAGES]
OWN = {paper.code: paper for paper in papers.PAPERS}
TYPED = {"body": "市居民家庭经济状况核对中心（0371-66660000）", "reason": "家庭人均收入高于当地标准。"}
CHILD = "赵小雪"

# What a letter has to say, as its Chinese text says it.
REQUIRED = {
    "hardship.application": "困难情况 家庭成员 刚性支出 真实、完整 授权委托书 公示 退回 申请人（签名）",
    # 个人信息保护法 art. 14, 15, 17, 23, 29-31: who, from whom, what, why, how, how long, which rights, each person
    "hardship.authorisation": (
        "被授权单位 被查询的部门和机构 查询的信息 目的 方式 保存期限 敏感个人信息 有必要 撤回授权 "
        "查阅、复制、更正 单独同意 亲笔签署 不满十四周岁 监护人 不少于三年 退档之日止 联系方式"
    ),
    # domain: the archive fields
    "hardship.archive": (
        "档案编号 困难类别 姓名 性别 民族 政治面貌 出生日期 健康状况 残疾类别 婚姻状况 户口类型 单亲 劳模类型 "
        "工作状态 手机号码 其他联系方式 工作单位 单位性质 企业状况 所属行业 参加工作时间 劳动合同 家庭住址 "
        "户口所在地 住房类型 建筑面积 医保状况 零就业家庭 自救能力 家庭年收入 家庭人口 家庭月人均收入 "
        "刚性支出 主要致困原因 次要致困原因 与户主关系 身份 单位或学校 学历、入学年份、学制 开户银行及支行 "
        "银行账号 所附材料 建档人 审核人 录入人 基层党组织或者行政 基层工会或者办事处 系统工会 公示结果 "
        "一式三份"
    ),
    "hardship.survey": "访： 看： 核： 评： 调查人（签名） 第二调查人（签名） 利害关系 不由系统自动决定",
    "hardship.notice": "公示期 姓名 单位 困难类别 帮扶项目 拟帮扶金额 异议 电话 12351 署名",
    "hardship.approval": (
        "基层工会意见 县（市、区）总工会审核意见 市总工会审批意见 签名、盖章 公示 大写 资金来源 不得为同一人"
    ),
    "hardship.approved": "帮扶金额 大写 实名发放 截留 代领 每年复核 12351",
    "hardship.refused": "理由 查阅和复制 复查 重新申请 街道办事处 不是由系统自动作出",
    "hardship.receipt": "大写 如数收到 截留 领取人（签名） 经办人（签名） 财务（签名） 凭证号",
    "hardship.exit": "退档的理由 重新申请 复核 授权自退档之日起终止 签收",
}


def letter(case, code, by, at, language="zh-hans", **values):
    """Compose a letter with what is typed in it, or passed by the step that issues it."""
    paper = OWN[code]
    wanted = {name: TYPED[name] for name, _label in (*paper.asks, *paper.given) if name in TYPED}
    return compose(case=case, paper=paper, number="LT-1", by=by, at=at, language=language, values={**wanted, **values})


def fresh(walk):
    """Return the case as the database has it."""
    return HardshipRelief.objects.get(pk=walk.case.pk)


@pytest.fixture
def paid(case_walk, cast):
    """A case whose file is full: a household with a child under 14, an objection, a payment; the household left."""
    walk = case_walk
    worker = a_worker("李春梅", address="安河市花园路12号", native_place="河东省临水县")
    asked = {key: value for key, value in way.APPLICATION.items() if not key.startswith(("worker_", "employer_"))}
    walk.open("operator", **{**asked, "worker": worker, "employer": an_employer("郑安市红星棉纺厂")})
    way.complete_papers(walk)
    way.check_means(walk)
    way.survey_and_propose(walk)
    people.add_household_member(
        household=household_of(worker),
        name=CHILD,
        relation="child",
        occupation="student",
        birth_on=date(2016, 5, 1),
        by=cast["operator"],
        at=walk.at,
    )
    way.object_and_answer(walk)
    way.approve_and_pay(walk)
    file = fresh(walk).hardship_file
    people.exit_hardship_file(
        file=file, reason="收入提高，已脱困。", exited_on=file.opened_on, by=cast["operator"], at=walk.at
    )
    walk.case = fresh(walk)
    return walk


class TestTexts:
    @pytest.mark.parametrize("code", OWN)
    def test_say_what_they_have_to(self, code):
        source = house.built_in_text("hardship_relief", code, "zh-hans")

        assert [words for words in REQUIRED[code].split() if words not in source] == []


class TestFacts:
    def test_are_those_that_are_promised(self, paid):
        assert set(papers.facts(paid.case)) == set(papers.FACTS)

    def test_fill_every_letter_in_every_language(self, paid, cast):
        for code in OWN:
            for language in LANGUAGES:
                composed = letter(paid.case, code, cast["operator"], paid.at, language)

                assert composed.missing == (), (code, language)

    def test_of_a_new_application_lack_what_is_not_known_yet(self, walk_to, cast):
        walk = walk_to("check_papers")

        missing = letter(walk.case, "hardship.survey", cast["operator"], walk.at).missing

        assert {"调查人", "第二调查人", "家庭人口", "住址"} <= set(missing)

    def test_speak_the_language_of_the_letter(self, paid, cast):
        source = letter(paid.case, "hardship.approved", cast["operator"], paid.at, "en").source

        assert "Worker in deep hardship" in source
        assert "人民币壹万伍仟元整" in source

    def test_ask_a_guardian_to_sign_for_who_is_under_fourteen(self, paid):
        guarded = {person["name"]: person["guarded"] for person in papers.facts(paid.case)["signers"]}

        assert guarded == {"李春梅": False, "赵大山": False, "赵小雨": False, CHILD: True}

    def test_show_how_the_rules_came_to_their_proposal(self, paid):
        told = papers.facts(paid.case)

        assert (told["per_head"], told["dibao"]) == (Decimal("400.00"), Decimal("1062.00"))
        assert (told["income_counted"], told["expense_counted"]) == (Decimal(37200), Decimal(22800))
        assert any("400.00" in step for step in told["steps"])

    def test_let_a_letter_go_out_where_the_local_rules_cannot_be_read(self, walk_to, cast, monkeypatch):
        walk = walk_to("propose")

        def unknown(office, on):
            raise UnknownParameter(code="hardship.dibao_monthly", place=str(office), on=on, known="")

        monkeypatch.setattr(queries, "rules_for", unknown)
        refused = letter(fresh(walk), "hardship.refused", cast["supervisor"], walk.at)
        survey = letter(fresh(walk), "hardship.survey", cast["visitor"], walk.at)

        assert refused.missing == ()
        assert "最低生活保障标准为" not in refused.source
        assert "须人工核算" in survey.source

    def test_after_a_return_forget_who_had_decided_before(self, walk_to):
        walk = walk_to("approve")
        assert papers.facts(fresh(walk))["reviewed_by"] == "孙明"

        walk.do("approve", "supervisor2", decision="return", reason="请复核自付部分。")

        told = papers.facts(fresh(walk))
        assert [told[name] for name in ("proposed_by", "reviewed_by", "review_opinion", "approved_by")] == [""] * 4
        assert told["amount"] is None

    def test_tell_the_opinion_of_every_level_that_decided(self, walk_to, place, cast):
        walk = walk_to("review", amount="30000.00")
        walk.do("review", "supervisor", decision="pass", reason="情况属实。")
        walk.do("approve", "supervisor2", decision="approve", reason="同意，报上级批准。")

        source = letter(fresh(walk), "hardship.approval", cast["operator"], walk.at).source

        assert "情况属实。" in source
        assert "同意，报上级批准。" in source
        assert "上级工会审批意见" not in source

    def test_name_the_opinion_of_the_office_above_beside_that_of_the_city(self, walk_to, monkeypatch):
        walk = walk_to("approve")
        monkeypatch.setattr(
            papers, "_said", lambda case: {"hardship.passed_up": "市级同意。", "hardship.approved": "省级同意。"}
        )

        told = papers.facts(fresh(walk))

        assert (told["approval_opinion"], told["above_opinion"]) == ("市级同意。", "省级同意。")


class TestPublicNotice:
    # What a notice may speak of: the least of the household, the days, the places.
    ALLOWED = {"shown", "first_day", "last_day", "notice_place", "office", "office_phone"}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_asks_for_nothing_else_of_the_household(self, language):
        assert filling.known_names(house.built_in_text("hardship_relief", "hardship.notice", language)) == self.ALLOWED

    def test_shows_the_masked_name_and_nothing_that_is_private(self, walk_to, cast):
        walk = walk_to("notice", worker=a_worker("李春梅", address="安河市花园路12号"))

        sheet = letter(fresh(walk), "hardship.notice", cast["operator"], walk.at).as_html()

        assert "李**" in sheet
        assert "¥15,000.00" in sheet
        worker = walk.case.worker
        for private in (worker.name, worker.phone, worker.id_number, worker.address, "尿毒症", "重大疾病", "透析"):
            assert private not in sheet

    def test_names_its_first_and_last_day_and_where_to_object(self, walk_to, cast):
        walk = walk_to("notice")
        notice = walk.case.notices.get()

        source = letter(fresh(walk), "hardship.notice", cast["operator"], walk.at).source

        assert f"{notice.posted_on:%Y年}{notice.posted_on.month}月{notice.posted_on.day}日至" in source
        assert f"至{notice.ends_on:%Y年}{notice.ends_on.month}月{notice.ends_on.day}日" in source
        assert "公告栏" in source
        assert "清源区总工会" in source
        assert "0371\\-12351" in source

    def test_after_an_objection_names_the_days_of_the_new_notice(self, walk_to, cast):
        walk = walk_to("notice")
        walk.at += timedelta(days=1)
        walk.door("object", "operator", content="请核实收入。")
        walk.do("answer_objection", "supervisor", decision="reject", answer="已核实，异议不成立。")

        told = papers.facts(fresh(walk))

        assert told["first_day"] == date(2026, 11, 22)
        assert [each["answer"] for each in told["objections"]] == ["已核实，异议不成立。"]


class TestMany:
    @pytest.fixture
    def noticed(self, cast, place):
        """Lead a new household to its public notice: `noticed(3)` with so many more members."""

        def lead(members):
            walk = Walk(kind=case_type("hardship_relief"), cast=cast, office=place.tree.county, at=AT)
            asked = {key: value for key, value in way.APPLICATION.items() if not key.startswith("worker_")}
            worker = a_worker(f"李春{'梅兰竹菊'[members]}")
            a_bank_account(worker)
            walk.open("operator", **{**asked, "worker": worker})
            way.complete_papers(walk)
            way.check_means(walk)
            way.survey_and_propose(walk)
            for number in range(members):
                people.add_household_member(
                    household=household_of(worker),
                    name=f"赵{number}",
                    relation="child",
                    occupation="student",
                    by=cast["operator"],
                    at=walk.at,
                )
            return walk

        return lead

    @pytest.mark.parametrize("code", ["hardship.notice", "hardship.approved"])
    def test_letters_ask_the_database_as_often_for_each_case(self, noticed, cast, code):
        walks = [noticed(0), noticed(3)]
        way.object_and_answer(walks[1])

        def questions(walk):
            case = HardshipRelief.objects.select_related("office", "worker", "employer").get(pk=walk.case.pk)
            with CaptureQueriesContext(connection) as asked:
                letter(case, code, cast["operator"], walk.at)
            return len(asked)

        questions(walks[0])  # what every case of the office shares is kept from the first one on
        assert questions(walks[0]) == questions(walks[1]) <= 20


class TestPrinting:
    def test_gives_a_pdf_of_one_page_to_post(self, walk_to, cast, monkeypatch):
        monkeypatch.setattr("casework.documents.engine.print_pdf", PRINT)
        walk = walk_to("notice")

        pdf = letter(fresh(walk), "hardship.notice", cast["operator"], walk.at).as_pdf()

        assert len(PdfReader(BytesIO(pdf)).pages) == 1

    def test_gives_a_word_file_with_the_household_and_its_sums(self, paid, cast):
        composed = letter(paid.case, "hardship.archive", cast["operator"], paid.at)

        word = Word(BytesIO(composed.as_word()))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]

        account = paid.case.worker.bank_accounts.get()
        for told in (CHILD, "¥31,200.00", "¥18,600.00", "¥400.00", account.number, paid.case.hardship_file.number):
            assert told in cells
