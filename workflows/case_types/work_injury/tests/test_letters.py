"""The letters of a work injury: complete from the file, with what the law asks each of them to say."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from casework.cases import operations as cases
from casework.cases.models import CaseLink
from casework.documents import engine
from casework.documents import operations as documents
from casework.documents import papers as house
from casework.documents.composing import compose
from tests.factories import a_worker, an_employer
from workflows.case_types.work_injury import papers
from workflows.case_types.work_injury import walk as way
from workflows.case_types.work_injury.models import WorkInjury

from .conftest import verify, visit

PRINT = engine.print_pdf
LANGUAGES = [code for code, _name in settings.LANGUAGES]
OWN = {paper.code: paper for paper in papers.PAPERS}
HAZARD = "三号冲压机光电保护装置失效，已口头建议停机检修。"
TYPED = {
    "addressee": "安河市人力资源和社会保障局",
    "applicant": "张建军",
    "relation": "本人",
    "advice": "停机检修，恢复光电保护装置。",
    "answer_by": "2026年12月1日",
}

# What the law asks a letter to say, as its Chinese text says it.
REQUIRED = {
    # domain: the fields of a visit record
    "WI.visit": (
        "报告时间 报告渠道 就诊医院 病区 入院日期 姓名 证件类型、号码 联系电话 工会会员 籍贯 用人单位 "
        "实际用工单位 劳务派遣 工种或岗位 工龄 事故地点 经过与原因 受伤部位 诊断 工伤保险 医疗费支付方 "
        "停工留薪期工资 30日 1年 需求 慰问金 签收 两人 探视次数 诊断 下次探视 另立的案件 安全隐患 安全建议"
    ),
    # 工伤保险条例 art. 14-20, 33, 55; 工伤认定办法 art. 4-8, 17, 22
    "WI.recognition": (
        "30日内 1年内 近亲属、工会组织 由该用人单位负担 事实劳动关系 一次性告知 15日内 60日内 20日内 举证责任 "
        "行政复议 行政诉讼 不属于本人或者其近亲属自身的原因"
    ),
    # 工伤保险条例 art. 17(1), (2), (4), 19(2), 33, 62
    "WI.reminder": "30日内 第四款 由该用人单位负担 工会组织 举证责任 原工资福利待遇不变 第六十二条",
    # the national form (工伤认定办法 art. 26)
    "WI.application": (
        "申请人 与受伤害职工关系 职工姓名 性别 出生日期 身份证件号码 联系电话 家庭地址 工作单位 "
        "职业、工种或工作岗位 参加工作时间 事故时间、地点及主要原因 诊断时间 受伤害部位 职业病名称 "
        "接触职业病危害岗位、时间 受伤害经过简述 申请事项 用人单位意见 社会保险行政部门审查资料和受理意见 "
        "所附材料"
    ),
    # 工会法 art. 25, 27; 安全生产法 art. 60
    "WI.safety_advice": "第二十五条 第六十条 及时研究答复 撤离危险场所 必须有工会参加",
    "WI.approval": "申请事由 审批意见 财务意见 大写 资金来源 慰问标准 不得为同一人 实名签收",
    "WI.receipt": "大写 与职工关系 同行探视人 品名、数量 如数收讫",
    # 工伤保险条例 art. 21-28, 33; 劳动能力鉴定管理办法 (2025)
    "WI.appraisal": (
        "停工留薪期 不得超过12个月 设区的市级劳动能力鉴定委员会 5个工作日内 3名或者5名专家 60日内 延长30日 "
        "15日内送达 15日内，向省 最终结论 1年后 不属于劳动争议 十个伤残等级"
    ),
}


def letter(case, code, by, at, language="zh-hans"):
    """Compose a letter with what is typed in it."""
    paper = OWN[code]
    values = {name: TYPED[name] for name, _label in paper.asks}
    return compose(case=case, paper=paper, number="LT-1", by=by, at=at, language=language, values=values)


def fresh(walk):
    """Return the case as the database has it."""
    return WorkInjury.objects.get(pk=walk.case.pk)


@pytest.fixture
def visited(case_walk, place):
    """A case whose file is full: everything known of the worker, a gift approved and handed over, a hazard found."""
    walk = case_walk
    worker = a_worker("张建军", address="安河市花园路12号", native_place="河东省临水县", union_member=True)
    employer = an_employer(address="安河市创业路8号", phone="0371-65550000", contact_person="刘主管")
    report = {key: value for key, value in way.REPORT.items() if not key.startswith(("worker_", "employer_"))}
    days = {"accident_on": "2026-11-18", "admitted_on": "2026-11-18"}
    walk.open("operator", **{**report, **days, "worker": worker, "employer": employer, "user_unit": "鼎盛机械二厂"})
    verify(walk, hospital="市第一人民医院")
    way.ask_for_consolation(walk)
    way.approve(walk)
    way.visit(walk, hazard=HAZARD, method="goods", goods="牛奶2箱、水果1箱")
    walk.case = fresh(walk)
    return walk


class TestTexts:
    @pytest.mark.parametrize("code", OWN)
    def test_say_what_the_law_asks_for(self, code):
        source = house.built_in_text("work_injury", code, "zh-hans")

        assert [words for words in REQUIRED[code].split() if words not in source] == []


class TestFacts:
    def test_are_those_that_are_promised(self, visited):
        assert set(papers.facts(visited.case)) == set(papers.FACTS)

    def test_fill_every_letter_in_every_language(self, visited, cast):
        for code in OWN:
            for language in LANGUAGES:
                composed = letter(visited.case, code, cast["visitor"], visited.at, language)

                assert composed.missing == (), (code, language)

    def test_name_the_last_days_by_the_clocks(self, visited, cast):
        source = letter(visited.case, "WI.reminder", cast["visitor"], visited.at).source

        assert "至2026年12月18日止" in source
        assert "2027年11月18日前" in source

    def test_tell_who_applied_once_somebody_did(self, visited, cast):
        before = letter(visited.case, "WI.visit", cast["visitor"], visited.at).source
        visited.door("recognition", "visitor", filed_by="union", filed_on="2026-11-20")
        after = letter(fresh(visited), "WI.visit", cast["visitor"], visited.at).source

        assert "尚未提出" in before
        assert "尚未提出" not in after
        assert "工会已于2026年11月20日提出" in after

    def test_of_a_second_visit_keep_the_gift_and_the_hazard_of_the_first(self, visited):
        way.visit_again(visited)

        told = papers.facts(fresh(visited))
        assert (told["visit_number"], told["visit_kind"]) == (2, "后续探视")
        assert (told["gift_value"], told["goods"], told["hazard"]) == (Decimal(1000), "牛奶2箱、水果1箱", HAZARD)

    def test_of_a_new_report_lack_the_visit(self, walk_to, cast):
        walk = walk_to("check_report")

        missing = letter(walk.case, "WI.visit", cast["visitor"], walk.at).missing

        assert {"探视地点", "第二探视员"} <= set(missing)
        assert "住址" not in missing  # what the record may lack leaves its place empty, for the pen

    def test_of_a_returned_request_are_not_told(self, walk_to, cast):
        walk = walk_to("decide_consolation")
        walk.do("decide_consolation", "supervisor", decision="return", reason="请按标准重提。")

        told = papers.facts(fresh(walk))
        assert (told["amount"], told["requested_by"], told["standard"]) == (None, "", None)

    def test_name_who_asked_and_who_approved(self, visited):
        told = papers.facts(visited.case)

        assert (told["requested_by"], told["approved_by"]) == ("林静", "孙明")
        assert (told["approved_on"], told["decision_reason"]) == (date(2026, 11, 20), "同意按标准慰问。")
        assert (told["standard"], told["fund"], told["method"]) == (Decimal(1000), "慰问资金", "实物")

    def test_of_an_approval_by_phone_name_the_moment_and_no_approver(self, walk_to, cast):
        walk = walk_to("visit", consolation="phone")

        source = letter(fresh(walk), "WI.approval", cast["visitor"], walk.at).source

        assert "孙明于2026年11月20日" in source
        assert "□同意" in source

    def test_tell_the_advice_and_the_cases_that_followed(self, visited, cast):
        advice = documents.issue_letter(
            case=visited.case,
            paper="WI.safety_advice",
            by=cast["visitor"],
            at=visited.at,
            **{name: TYPED[name] for name, _label in OWN["WI.safety_advice"].asks},
        )
        other = visited.case
        visited.open("operator", circumstance="at_work", accident_on="2026-11-19", severity="minor", summary="另案。")
        cases.link_cases(
            case=other, other=visited.case, why=CaseLink.Why.OPENED_FROM, by=cast["operator"], at=visited.at
        )

        told = papers.facts(WorkInjury.objects.get(pk=other.pk))
        assert told["advice_number"] == advice.number
        assert told["opened_cases"] == f"{visited.case.number} 工伤探视"


class TestAttachments:
    @pytest.mark.parametrize(
        ("facts", "last"),
        [
            ({"circumstance": "at_work"}, "accident_report"),
            ({"circumstance": "commuting"}, "traffic"),
            ({"circumstance": "commuting", "severity": "death"}, "death"),
            ({"circumstance": "violence"}, "violence"),
            ({"circumstance": "sudden_illness", "severity": "death"}, "sudden_illness"),
        ],
    )
    def test_follow_what_happened(self, walk_to, facts, last):
        walk = walk_to("check_report", **facts)
        titles = {paper.code: str(paper.title) for paper in papers.CHECKLIST}
        titles |= {str(code): str(title) for code, title in papers.PROOF_OF.items()}

        rows = papers.facts(fresh(walk))["attachments"]

        assert rows[-1]["title"] == titles[last]
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))

    def test_say_which_are_there(self, walk_to, cast):
        walk = walk_to("check_report")
        before = {row["title"]: row["there"] for row in papers.facts(fresh(walk))["attachments"]}
        documents.mark_received(case=walk.case, code="diagnosis", by=cast["operator"], at=walk.at)
        after = {row["title"]: row["there"] for row in papers.facts(fresh(walk))["attachments"]}

        changed = {title for title, there in after.items() if before[title] != there}
        assert changed == {str(next(paper.title for paper in papers.CHECKLIST if paper.code == "diagnosis"))}


class TestPrinting:
    def test_of_the_receipt_writes_the_sum_in_characters_that_cannot_be_altered(self, visited, cast):
        source = letter(visited.case, "WI.receipt", cast["visitor"], visited.at).source

        assert "人民币壹仟元整" in source
        assert "¥1,000\\.00" in source

    def test_gives_a_pdf_and_a_word_file_with_the_same_words(self, visited, cast, monkeypatch):
        monkeypatch.setattr("casework.documents.engine.print_pdf", PRINT)
        composed = letter(visited.case, "WI.visit", cast["visitor"], visited.at)

        word = Word(BytesIO(composed.as_word()))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]

        assert composed.as_pdf().startswith(b"%PDF")
        for told in ("2026年11月18日", "冲压车间三号机位", "右手食指、中指末节离断伤", HAZARD):
            assert any(told in cell for cell in cells), told

    def test_asks_the_database_as_often_for_many_visits_as_for_one(self, visited):
        def questions():
            case = fresh(visited)
            with CaptureQueriesContext(connection) as asked:
                papers.facts(case)
            return len(asked)

        questions()
        once = questions()
        way.visit_again(visited)
        way.visit_again(visited)

        assert questions() == once


class TestHostileValues:
    def test_are_text_in_cells_too(self, walk_to, cast):
        walk = walk_to("visit", consolation="none")
        visit(walk, "none", findings="| 假 | 单元格 |\n## 假标题 {{ office }}")

        composed = letter(fresh(walk), "WI.visit", cast["visitor"], walk.at)

        assert "假标题</h2>" not in composed.body
        assert "| 假 | 单元格 |; ## 假标题 {{ office }}" in composed.body
