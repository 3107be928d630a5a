"""The little markup letters are written in, and what becomes of it: HTML for the PDF, blocks for the Word file.

Markdown's paragraphs, headings, lists, tables and bold type, as the office's own people can write it, without HTML,
links and pictures; and four lines of our own:

    @to 王小明              the addressee, not indented
    @sign 甲方 | 乙方        places to sign, side by side
    @small Basis: …        a line in small type
    @page                  what follows begins a new page: an annex, which stands behind the office's seal
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

# No HTML, no links, no pictures: nothing in a letter leads outside it.
_READER = MarkdownIt("zero").enable(["heading", "list", "table", "emphasis", "newline", "escape", "entity"])
_OWN = re.compile(r"@(to|sign|small|page)\b[ \t]*(.*)")
# What Markdown reads as markup; a value typed by somebody is always text.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~@&])")


@dataclass(frozen=True)
class Run:
    """Some text in one type."""

    text: str
    bold: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """One block of a letter.

    Args:
        kind: paragraph, heading, item, table, to, sign, small or page.
        lines: of text; a table's cells stand in `rows`, the places to sign in `lines`, one each.
        number: of a numbered item; none for one with a dot.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    number: int | None = None


def as_text(value: str, *, in_cell: bool = False) -> str:
    """Return a value so that the markup reads it as text, whatever it holds; its line breaks stay breaks."""
    escaped = _SPECIAL.sub(r"\\\1", value.replace("\r\n", "\n").replace("\r", "\n"))
    return escaped.replace("\n", "; " if in_cell else "\\\n")


def blocks_of(source: str) -> list[Block]:
    """Return the blocks of a letter's text."""
    found: list[Block] = []
    for part, own in _parts(source):
        found += [own] if own is not None else _Blocks(_READER.parse(part)).found
    return found


def _parts(source: str) -> Iterator[tuple[str, Block | None]]:
    """Take the lines of our own out of what Markdown reads."""
    waiting: list[str] = []
    for line in source.splitlines():
        own = _OWN.fullmatch(line.strip())
        if own is None:
            waiting.append(line)
            continue
        yield "\n".join(waiting), None
        waiting = []
        kind, text = own.groups()
        places = re.split(r"(?<!\\)\|", text) if kind == "sign" else [text]
        # Not every blank: the wide ones before "年" are where the year is written.
        yield "", Block(kind, tuple(_inline(place.strip(" \t")) for place in places))
    yield "\n".join(waiting), None


def _inline(text: str) -> Line:
    return tuple(_runs(_READER.parseInline(text)[0].children or ())[0]) if text else ()


def _runs(tokens: Sequence[Token]) -> list[Line]:
    """Return the lines of an inline text."""
    lines: list[list[Run]] = [[]]
    bold = 0
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            lines.append([])
        elif token.type in ("strong_open", "em_open"):
            bold += 1
        elif token.type in ("strong_close", "em_close"):
            bold -= 1
        elif token.content:
            lines[-1].append(Run(token.content, bool(bold)))
    return [tuple(line) for line in lines]


@dataclass
class _Blocks:
    """The tokens of Markdown, read into blocks."""

    tokens: Sequence[Token]
    found: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        counters: list[int | None] = []
        rows: list[list[Line]] = []
        item = False
        for place, token in enumerate(self.tokens):
            if token.type == "ordered_list_open":
                counters.append(int(token.attrs.get("start", 1)) - 1)
            elif token.type == "bullet_list_open":
                counters.append(None)
            elif token.type in ("ordered_list_close", "bullet_list_close"):
                counters.pop()
            elif token.type == "list_item_open":
                item = True
                if counters[-1] is not None:
                    counters[-1] += 1
            elif token.type == "table_open":
                rows = []
            elif token.type == "tr_open":
                rows.append([])
            elif token.type == "table_close":
                self.found.append(Block("table", rows=tuple(map(tuple, rows))))
            elif token.type == "inline":
                lines = _runs(token.children or ())
                opened = self.tokens[place - 1].type
                if opened in ("th_open", "td_open"):
                    rows[-1].append(lines[0])
                elif opened == "heading_open":
                    self.found.append(Block("heading", tuple(lines)))
                elif counters and item:
                    item = False
                    self.found.append(Block("item", tuple(lines), number=counters[-1]))
                else:
                    self.found.append(Block("paragraph", tuple(lines)))


def annexed(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return what a letter says, and its annexes: what follows the first new page."""
    first = next((place for place, block in enumerate(blocks) if block.kind == "page"), len(blocks))
    return blocks[:first], blocks[first:]


def as_html(blocks: Sequence[Block]) -> str:
    """Return a letter's blocks as HTML; every text in it is escaped."""
    written, open_list = [], ""
    for block in blocks:
        wanted = ("ol" if block.number is not None else "ul") if block.kind == "item" else ""
        if wanted != open_list:
            written += [f"</{open_list}>"] if open_list else []
            start = f' start="{block.number}"' if wanted == "ol" and block.number != 1 else ""
            written += [f"<{wanted}{start}>"] if wanted else []
            open_list = wanted
        written.append(_HTML[block.kind](block))
    return "\n".join([*written, *([f"</{open_list}>"] if open_list else [])])


def _line(line: Line) -> str:
    return "".join(f"<b>{escape(run.text)}</b>" if run.bold else escape(run.text) for run in line)


def _lines(block: Block) -> str:
    return "<br>".join(_line(line) for line in block.lines)


# Numbers of people and firms stand in one piece; what is longer may break, or a table would be wider than its page.
_LONGEST_PIECE = re.compile(r"[!-~]{24}(?=[!-~])")


def _cell(line: Line) -> str:
    pieces = [[escape(piece) for piece in _LONGEST_PIECE.sub(r"\g<0>\0", run.text).split("\0")] for run in line]
    texts = map("<wbr>".join, pieces)
    return "".join(f"<b>{text}</b>" if run.bold else text for run, text in zip(line, texts, strict=True))


def _table(block: Block) -> str:
    head, *rows = ["".join(f"<{cell}>{_cell(one)}</{cell}>" for one in row) for row, cell in _cells(block)]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(block: Block) -> Iterator[tuple[tuple[Line, ...], str]]:
    for number, row in enumerate(block.rows):
        yield row, "td" if number else "th"


def _signs(block: Block) -> str:
    return f'<div class="signs">{"".join(f"<p>{_line(line)}</p>" for line in block.lines)}</div>'


_HTML = {
    "paragraph": lambda block: f"<p>{_lines(block)}</p>",
    "heading": lambda block: f"<h2>{_lines(block)}</h2>",
    "item": lambda block: f"<li>{_lines(block)}</li>",
    "table": _table,
    "to": lambda block: f'<p class="to">{_lines(block)}</p>',
    "small": lambda block: f'<p class="small">{_lines(block)}</p>',
    "sign": _signs,
    "page": lambda block: '<div class="page"></div>',
}
