"""A letter as a Word file, for those who have to put something beside it before it goes out.

docxtpl fills the house's own sheet, which is made here once, so that no binary file has to be kept. It works in a
sandbox too: the sheet's loops see blocks of text and nothing else.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate, RichText
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .markup import Block, Line, annexed

WESTERN, CHINESE = "Times New Roman", "FangSong"
RED = RGBColor(0xBB, 0, 0)


def word_of(blocks: Sequence[Block], frame: Mapping[str, str]) -> bytes:
    """Return a letter as a Word file.

    Args:
        frame: what stands around the text: office, number, draft, title, corrects, basis, contact, close (lines).
    """
    text, annex = annexed(blocks)
    template = DocxTemplate(BytesIO(_sheet()))
    template.render(
        {
            **frame,
            "close": frame["close"].splitlines(),
            "text": [_told(block) for block in text],
            "annex": [_told(block) for block in annex],
        },
        jinja_env=ImmutableSandboxedEnvironment(autoescape=True),
        autoescape=True,
    )
    written = BytesIO()
    template.save(written)
    return written.getvalue()


def _told(block: Block) -> dict[str, Any]:
    """Return a block as the sheet's loops read it."""
    head, *rows = block.rows or ((),)
    mark = "" if block.kind != "item" else f"{block.number}. " if block.number is not None else "· "
    return {
        "kind": block.kind,
        "text": _rich(block.lines, mark),
        "places": [_rich((line,)) for line in block.lines],
        "head": [_rich((cell,), bold=True) for cell in head],
        "rows": [[_rich((cell,)) for cell in row] for row in rows],
    }


def _rich(lines: Sequence[Line], mark: str = "", *, bold: bool = False) -> RichText:
    text = RichText(mark) if mark else RichText()
    for number, line in enumerate(lines):
        if number:
            text.add("\n")
        for run in line:
            text.add(run.text, bold=run.bold or bold)
    return text


@lru_cache(maxsize=1)
def _sheet() -> bytes:
    """Return the empty sheet: A4, the office in red on top, and loops where the letter goes."""
    sheet = Document()
    section = sheet.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    normal = sheet.styles["Normal"]
    normal.font.name, normal.font.size = WESTERN, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    normal.paragraph_format.space_after = Pt(6)

    def line(
        text: str, *, align: Any = None, size: int = 14, bold: bool = False, red: bool = False, indent: int = 0
    ) -> None:
        paragraph = sheet.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.first_line_indent = Pt(indent)
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), bold
        if red:
            run.font.color.rgb = RED

    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    _when("office", sheet, lambda: line("{{ office }}", align=centre, size=20, bold=True, red=True))
    _when("draft", sheet, lambda: line("{{ draft }}", align=centre, size=12, red=True))
    _when("number", sheet, lambda: line("{{ number }}", align=right, size=11))
    line("{{ title }}", align=centre, size=20, bold=True)
    _when("corrects", sheet, lambda: line("{{ corrects }}", indent=28))

    def told(blocks: str) -> None:
        sheet.add_paragraph("{%p for block in " + blocks + " %}")
        for kind, write in (
            ("paragraph", lambda: line("{{r block.text }}", indent=28)),
            ("to", lambda: line("{{r block.text }}")),
            ("heading", lambda: line("{{r block.text }}", size=15, bold=True)),
            ("item", lambda: line("{{r block.text }}", indent=28)),
            ("small", lambda: line("{{r block.text }}", size=11)),
            ("table", lambda: _table(sheet)),
            ("sign", lambda: _signs(sheet)),
            ("page", lambda: sheet.add_paragraph().add_run().add_break(WD_BREAK.PAGE)),
        ):
            _when(f"block.kind == '{kind}'", sheet, write)
        sheet.add_paragraph("{%p endfor %}")

    told("text")
    _when("basis", sheet, lambda: line("{{ basis }}", size=11))
    line("{{ contact }}", size=11)
    sheet.add_paragraph("{%p for one in close %}")
    line("{{ one }}", align=right)
    sheet.add_paragraph("{%p endfor %}")
    told("annex")
    written = BytesIO()
    sheet.save(written)
    return written.getvalue()


def _when(condition: str, sheet: Any, write: Any) -> None:
    sheet.add_paragraph("{%p if " + condition + " %}")
    write()
    sheet.add_paragraph("{%p endif %}")


def _table(sheet: Any) -> None:
    """A table with as many columns as the letter's: its first row stands again on every page."""
    table = sheet.add_table(rows=4, cols=3, style="Table Grid")
    head, begin, row, end = table.rows
    repeated = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)
    for cells, inner in ((head.cells, "block.head"), (row.cells, "row")):
        cells[0].text, cells[1].text, cells[2].text = (
            "{%tc for cell in " + inner + " %}",
            "{{r cell }}",
            "{%tc endfor %}",
        )
    begin.cells[0].text, end.cells[0].text = "{%tr for row in block.rows %}", "{%tr endfor %}"


def _signs(sheet: Any) -> None:
    """The places to sign, side by side."""
    table = sheet.add_table(rows=1, cols=3)
    cells = table.rows[0].cells
    cells[0].text, cells[1].text, cells[2].text = "{%tc for place in block.places %}", "{{r place }}", "{%tc endfor %}"
