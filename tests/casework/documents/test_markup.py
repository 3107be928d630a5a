"""The markup of letters: what is read, what stays text, and what becomes of it in HTML and Word."""

from io import BytesIO

import pytest
from docx import Document as Word
from hypothesis import given
from hypothesis import strategies as st

from casework.documents import markup
from casework.documents.markup import Block, Run
from casework.documents.word import word_of

FRAME = {
    "office": "清源区总工会",
    "title": "调解协议书",
    "number": "编号 LT-1",
    "draft": "",
    "corrects": "",
    "basis": "依据：劳动争议调解仲裁法",
    "contact": "案件 LD-1。",
    "close": "清源区总工会（印章）\n2026年11月20日",
}
LETTER = """@to 王小明：

您的申请**已收到**。
第二行

## 事项

1. 第一
2. 第二

| 序号 | 材料 |
| --- | --- |
| 1 | 𠮷䶮 |

@page
@sign 甲方 | 乙方 | 调解员
@small 依据
"""


def words(block):
    return ["".join(run.text for run in line) for line in block.lines]


class TestReading:
    def test_knows_each_kind_of_block(self):
        kinds = [block.kind for block in markup.blocks_of(LETTER)]

        assert kinds == ["to", "paragraph", "heading", "item", "item", "table", "page", "sign", "small"]

    def test_keeps_lines_and_bold_type(self):
        [paragraph] = markup.blocks_of("您的申请**已收到**。\n第二行")

        assert paragraph.lines[0] == (Run("您的申请"), Run("已收到", bold=True), Run("。"))
        assert words(paragraph)[1] == "第二行"

    def test_numbers_items_as_the_list_begins(self):
        assert [block.number for block in markup.blocks_of("3. a\n4. b")] == [3, 4]

    @pytest.mark.parametrize(
        "text",
        [
            "<b>x</b>",
            "[x](http://127.0.0.1/)",
            "![x](file:///etc/passwd)",
            "<http://127.0.0.1/>",
            "`x`",
            "    x",
            "> x",
        ],
    )
    def test_takes_neither_html_nor_links_nor_pictures(self, text):
        [block] = markup.blocks_of(text)

        assert block.kind == "paragraph"
        assert words(block) == [text.strip()]


class TestValues:
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
    def test_are_text_whatever_they_hold(self, value):
        [block] = markup.blocks_of(f"甲{markup.as_text(value)}乙")

        assert "".join(words(block)) == f"甲{value}乙"

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
    def test_stay_in_their_cell(self, value):
        [table] = markup.blocks_of(f"| a | b |\n| --- | --- |\n| x{markup.as_text(value, in_cell=True)}x | y |")

        assert table.rows[1][1] == (Run("y"),)
        assert "".join(run.text for run in table.rows[1][0]) == f"x{value}x"

    def test_keep_their_line_breaks_and_break_no_cell(self):
        [paragraph] = markup.blocks_of(markup.as_text("一\r\n二\n三"))
        cell = markup.as_text("一\n二", in_cell=True)
        [table] = markup.blocks_of(f"| a |\n| --- |\n| {cell} |")

        assert words(paragraph) == ["一", "二", "三"]
        assert table.rows[1][0] == (Run("一; 二"),)

    def test_make_no_line_of_ours(self):
        [block] = markup.blocks_of(markup.as_text("@page"))

        assert block == Block("paragraph", ((Run("@page"),),))


class TestAnnexed:
    def test_is_what_follows_the_first_new_page(self):
        text, annex = markup.annexed(markup.blocks_of("正文\n@page\n附件一\n@page\n附件二"))

        assert [block.kind for block in text] == ["paragraph"]
        assert [block.kind for block in annex] == ["page", "paragraph", "page", "paragraph"]

    def test_is_nothing_where_the_letter_has_one_sheet(self):
        assert markup.annexed(markup.blocks_of("正文"))[1] == []


class TestHtml:
    def test_keeps_the_numbers_of_people_and_firms_whole_and_lets_longer_ones_break(self):
        table = "| 号码 |\n| --- |\n| 410100198503120134 |\n| " + "9" * 50 + " |"

        html = markup.as_html(markup.blocks_of(table))

        assert "<td>410100198503120134</td>" in html
        assert f"<td>{'9' * 24}<wbr>{'9' * 24}<wbr>99</td>" in html

    def test_escapes_every_text(self):
        html = markup.as_html(markup.blocks_of(markup.as_text("<script>alert(1)</script>")))

        assert html == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"

    def test_opens_and_closes_lists_and_repeats_the_head_of_a_table(self):
        html = markup.as_html(markup.blocks_of(LETTER))

        assert "<ol>\n<li>第一</li>\n<li>第二</li>\n</ol>" in html
        assert "<thead><tr><th>序号</th><th>材料</th></tr></thead>" in html
        assert '<div class="signs"><p>甲方</p><p>乙方</p><p>调解员</p></div>' in html


class TestWordFile:
    def test_holds_what_the_letter_holds(self):
        word = Word(BytesIO(word_of(markup.blocks_of(LETTER), FRAME)))

        texts = [paragraph.text for paragraph in word.paragraphs]
        assert texts[:5] == ["清源区总工会", "编号 LT-1", "调解协议书", "王小明：", "您的申请已收到。\n第二行"]
        assert texts[-4:] == ["清源区总工会（印章）", "2026年11月20日", "", "依据"]  # the annex stands behind the seal
        tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables]
        assert tables == [[["序号", "材料"], ["1", "𠮷䶮"]], [["甲方", "乙方", "调解员"]]]

    def test_takes_no_value_for_a_template(self):
        blocks = markup.blocks_of(markup.as_text("{{ 7 * 7 }} {% for x in y %} & <w:p/>"))

        texts = [paragraph.text for paragraph in Word(BytesIO(word_of(blocks, FRAME))).paragraphs]

        assert "{{ 7 * 7 }} {% for x in y %} & <w:p/>" in texts

    def test_marks_a_draft(self):
        word = Word(BytesIO(word_of([], {**FRAME, "number": "", "draft": "草稿，未签发"})))

        assert word.paragraphs[1].text == "草稿，未签发"
