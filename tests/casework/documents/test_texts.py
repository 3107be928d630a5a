"""The letters of every case: their texts ask for nothing unknown, say what they have to, and can be read back."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document as Word
from pypdf import PdfReader

from casework.documents import composing, filling, operations, papers
from casework.documents.markup import blocks_of
from casework.documents.papers import PAPERS
from tests.casework.documents.reading import shape_of, words
from tests.casework.documents.samples import upload
from tests.factories import AT, an_employer

LANGUAGES = ("zh-hans", "en")

every_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.code)
both_languages = pytest.mark.parametrize("language", LANGUAGES)

FINDINGS = {
    "findings": "2026年9月、10月未支付12名职工工资。",
    "articles": "劳动法 第五十条：工资应当以货币形式按月支付给劳动者本人。",
    "request": "于收到之日起五日内足额支付。",
    "answer_by": "2026年12月11日",
}
TYPED = {
    "notice.missing": {
        "missing": [
            {"title": "身份证复印件", "brought_by": "职工"},
            {"title": "考勤记录", "brought_by": "用人单位"},
        ],
        "due_on": date(2026, 12, 4),
    },
    "notice.acceptance": {"promised_on": "2026年12月11日", "next_step": "三日内与您联系，核实情况。"},
    "notice.declined": {"reason": "不属于工会职责范围。", "advice": "可以向人民法院起诉。"},
    "notice.referred": {"addressee": "清源区人力资源和社会保障局", "reason": "属于劳动保障监察事项。"},
    "notice.closed": {"result": "伞已找到并归还。"},
    "handover.sheet": {"to_office": "临水区总工会", "reason": "用人单位在临水区。"},
    "supervision.reminder": FINDINGS,
    "supervision.opinion": FINDINGS,
    "supervision.proposal": {**FINDINGS, "addressee": "清源区人力资源和社会保障局", "reaction": "逾期未答复。"},
}


@pytest.fixture
def write(case, cast):
    """Put a letter of the case together."""

    def put_together(code, language="zh-hans", **values):
        return composing.compose(
            case=case,
            paper=papers.paper("toy", code),
            number="LT-1",
            by=cast.sun,
            at=AT,
            language=language,
            values={**TYPED.get(code, {}), **values},
        )

    return put_together


class TestTexts:
    @every_paper
    def test_are_made_of_the_same_blocks_in_both_languages(self, paper):
        chinese, english = (papers.built_in_text("", paper.code, one) for one in LANGUAGES)

        assert shape_of(chinese) == shape_of(english)

    @every_paper
    def test_use_what_is_typed_or_passed(self, paper):
        asked = filling.known_names(papers.built_in_text("", paper.code, "zh-hans"))

        assert {name for name, _label in (*paper.asks, *paper.given)} <= asked

    @every_paper
    @both_languages
    def test_have_no_blank_when_everything_is_typed(self, write, case, paper, language):
        case.employer = an_employer()

        composed = write(paper.code, language)

        assert composed.missing == ()
        assert "{{" not in composed.body


class TestMissingPapers:
    """一次性告知书: every paper, who brings it, by when, told once, and a receipt."""

    def test_lists_each_paper_with_its_number_who_brings_it_and_by_when(self, write):
        said = words(write("notice.missing"))

        assert "1 | 身份证复印件 | 职工 | 2026年12月4日" in said
        assert "2 | 考勤记录 | 用人单位 | 2026年12月4日" in said
        assert "只告知一次" in said

    def test_is_told_as_soon_as_possible_without_a_day(self, write):
        said = words(write("notice.missing", due_on=None))

        assert "1 | 身份证复印件 | 职工 | 尽快" in said

    def test_brings_a_receipt_to_sign_on_a_sheet_of_its_own(self, write):
        composed = write("notice.missing")

        kinds = [block.kind for block in blocks_of(composed.source)]
        assert "sign" in kinds[kinds.index("page") :]
        assert composed.as_html().index("（盖章）") < composed.as_html().index("送达回证")

    def test_that_was_given_names_the_missing_papers_of_the_list(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)

        letter = operations.give_notice(case=case, due_on=date(2026, 12, 4), by=cast.lin, at=AT)

        said = composing.Composed.kept(letter.body).source
        assert "身份证" in said
        assert "收入证明" in said
        assert "照片" not in said  # wished for, not needed


class TestLists:
    def test_the_receipt_names_what_came_as_a_file_and_what_came_on_paper(self, case, cast, write):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        operations.attach_document(
            case=case, kind="income", file=upload(), fulfils="income", by=cast.lin, at=AT + timedelta(days=1)
        )
        operations.mark_received(case=case, code="photo", by=cast.lin, at=AT)

        said = words(write("receipt.papers"))

        assert "1 | 照片 | " in said  # it came first
        assert "2 | 收入证明 | " in said
        assert "2026年11月21日" in said
        assert "身份证（由职工提供）" in said

    def test_the_sheet_of_a_hand_over_names_papers_letters_and_deadlines(self, case, cast, write):
        operations.attach_document(case=case, kind="evidence", file=upload(), title="照片", by=cast.lin, at=AT)
        old = operations.issue_letter(case=case, paper="notice.closed", result="错", by=cast.lin, at=AT)
        new = operations.issue_letter(
            case=case, paper="notice.closed", result="对", corrects=old, by=cast.lin, at=AT + timedelta(minutes=5)
        )
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        operations.give_notice(case=case, due_on=date(2026, 12, 4), by=cast.lin, at=AT)

        said = words(write("handover.sheet"))

        assert "转出单位 | 清源区总工会" in said
        assert "转入单位 | 临水区总工会" in said
        assert "1 | 照片 | 证据 | 2026年11月20日" in said
        assert new.number in said
        assert old.number not in said
        clock = case.clocks.get(rule="GEN.supplement.by_day")
        assert f"{clock.title} | 2026年12月4日 | 一次性告知书写明的日期" in said

    def test_reads_no_list_a_text_does_not_ask_for(self, write, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            write("notice.closed")


class TestSupervision:
    """一函两书: facts, articles, what is asked, until when; the chair or a vice-chair signs, the seal is put on it."""

    @pytest.mark.parametrize("code", ["supervision.reminder", "supervision.opinion", "supervision.proposal"])
    def test_states_facts_articles_and_what_is_asked_and_is_signed_and_sealed(self, write, case, code):
        case.employer = an_employer("安河精密制造有限公司")

        said = words(write(code))

        for part in (*FINDINGS.values(), "安河精密制造有限公司", "工会法", "工会主席（副主席）签名"):
            assert part in said, part
        assert papers.paper("toy", code).signed_by == ("office", "seal")

    def test_the_proposal_names_the_opinion_that_went_before(self, write, case, cast):
        opinion = operations.issue_letter(
            case=case, paper="supervision.opinion", by=cast.sun, at=AT - timedelta(days=30), **FINDINGS
        )

        said = words(write("supervision.proposal"))

        assert f"已于2026年10月21日向其发出《工会劳动法律监督意见书》（{opinion.number}）" in said

    def test_their_service_begins_the_periods_of_an_answer(self):
        served = {paper.code: paper.serves for paper in PAPERS if paper.serves}

        assert served == {
            "supervision.opinion": "supervision.opinion_sent",
            "supervision.proposal": "supervision.proposal_sent",
        }


class TestPrinted:
    @pytest.mark.parametrize("code", ["notice.missing", "handover.sheet", "supervision.opinion"])
    def test_can_be_read_back_from_pdf_and_word(self, write, case, code):
        case.employer = an_employer("安河精密制造有限公司")
        composed = write(code)

        pages = PdfReader(BytesIO(composed.as_pdf())).pages
        sheet = Word(BytesIO(composed.as_word()))

        printed = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
        typed = "".join(one.text for one in sheet.paragraphs)
        typed += "".join(cell.text for table in sheet.tables for row in table.rows for cell in row.cells)
        first = words(composed).splitlines()[0].split(" | ")[0]
        for part in ("清源区总工会", first, "依据："):
            assert part in printed, part
            assert part in typed, part

    def test_a_letter_of_forty_pages_prints(self, write):
        rows = [{"title": f"第{number}份材料，" + "说明" * 20, "brought_by": "职工"} for number in range(1, 801)]

        pages = PdfReader(BytesIO(write("notice.missing", missing=rows).as_pdf())).pages

        assert len(pages) > 40
        assert "需要补正的材料" in pages[30].extract_text()  # the head of the table stands on every page
