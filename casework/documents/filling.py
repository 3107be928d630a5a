"""How a letter's text takes its values: in a sandbox that sees plain values and reaches for nothing.

A text is written by the office's own people and may be wrong; a value is typed by anybody and may be hostile. So the
text can neither include files nor call anything, and a value is text, whatever it holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casework.audit.errors import InvalidFacts
from casework.templatetags.gongdao import cn_date, cn_moment, money

from . import markup

PLAIN = (str, int, Decimal, date, datetime, type(None))
# What stands where a value is missing, wide enough to be filled in by hand.
BLANK = "＿＿＿＿＿＿"
# A letter of five hundred pages is a mistake in its text.
LONGEST = 1_000_000
# What could make a letter endless, look into something, or pull in another text. Sums are the calculators' business.
_FORBIDDEN = (
    *(nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Macro, nodes.CallBlock, nodes.Call),
    *(nodes.Mul, nodes.Pow, nodes.Mod, nodes.Div, nodes.FloorDiv, nodes.Add, nodes.Sub),
)

# What a text may know of its loop: the number of the row, and whether it is the first or the last.
_OF_A_LOOP = ("index", "first", "last")


class NotPlain(TypeError):
    """A letter was given an object; texts see plain values only, so that nothing can be called."""


class BadText(InvalidFacts):
    """The text of a letter cannot be used: says where and why."""

    message = _("The text of this letter cannot be used.")


@dataclass
class Filled:
    """A text with its values in it, and the values it wanted and did not find."""

    source: str
    missing: list[str] = field(default_factory=list)


def plain(value: Any) -> Any:
    """Return a value if a letter may hold it.

    Raises:
        NotPlain: it is, or contains, an object.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if not isinstance(value, PLAIN):
        raise NotPlain(f"a letter cannot hold {type(value).__name__}")
    return str.__str__(value) if isinstance(value, str) else value


class _Blank:
    """A value that is not there: false where the text asks for it, a blank line where it is printed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())

    def __getattr__(self, name: str) -> "_Blank":
        if name.startswith("_"):
            raise AttributeError(name)
        return _Blank(f"{self.name}.{name}")

    def __str__(self) -> str:
        return BLANK

    def _never(self, other: object) -> bool:
        """Compare: what is not there is neither before nor after anything."""
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never


class _Sandbox(ImmutableSandboxedEnvironment):
    """No loader, no globals, no filters but ours."""

    def __init__(self) -> None:
        super().__init__(
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=StrictUndefined,
        )
        self.globals.clear()
        self.tests = {
            name: self.tests[name] for name in ("defined", "undefined", "none", "equalto", "eq", "ne", "gt", "lt")
        }
        self.filters = {
            "day": lambda value: value if isinstance(value, _Blank) else cn_date(value),
            "moment": lambda value: value if isinstance(value, _Blank) else cn_moment(value),
            "money": lambda value: value if isinstance(value, _Blank) else money(value),
            "in_words": lambda value: value if isinstance(value, _Blank) else in_words(value),
            "cell": lambda value: value if isinstance(value, _Blank) else _Cell(value),
            "length": len,
        }

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Let a text read what a mapping holds and where its loop stands, and nothing of any other object."""
        return isinstance(obj, Mapping | _Blank) or (isinstance(obj, LoopContext) and attr in _OF_A_LOOP)

    def is_safe_callable(self, obj: Any) -> bool:
        """Refuse every call."""
        return False


class _Cell(str):
    """A value for the cell of a table, where a line cannot break."""


def known_names(source: str) -> set[str]:
    """Return the names of the values a text asks for.

    Raises:
        BadText: it cannot be read.
    """
    return meta.find_undeclared_variables(tree_of(source))


def _bad(why: str) -> BadText:
    return BadText({"source": [_now("The text does what no letter may: %(why)s") % {"why": why}]})


def check(source: str, known: Iterable[str]) -> None:
    """Raise what is wrong with a text before anybody is sent a letter by it.

    Args:
        known: names of the values the letter can have.

    Raises:
        BadText: with the line, or the names it may use.
    """
    unknown = sorted(known_names(source) - set(known))
    if unknown:
        facts = {"names": ", ".join(unknown), "known": ", ".join(sorted(known))}
        raise BadText({"source": [_now("The text asks for %(names)s. It may use: %(known)s.") % facts]})
    fill(source, {})


def fill(source: str, values: Mapping[str, Any], language: str = "") -> Filled:
    """Put values into a text.

    Raises:
        NotPlain: a value is an object.
        BadText: the text cannot be read, or does what no letter may.
    """
    filled = Filled("")

    def printed(value: Any) -> str:
        if isinstance(value, _Blank):
            if value.name not in filled.missing:
                filled.missing.append(value.name)
            return BLANK
        if isinstance(value, date | datetime):
            value = cn_moment(value) if isinstance(value, datetime) else cn_date(value)
        return markup.as_text(str(value), in_cell=isinstance(value, _Cell))

    names = known_names(source)
    given = {str(name): _or_blank(str(name), plain(value)) for name, value in values.items()}
    given |= {name: _Blank(name) for name in names - given.keys()}
    environment = _environment().overlay(finalize=printed)
    try:
        with translation.override(language or translation.get_language()):
            filled.source = environment.from_string(source).render(given)
    except (TemplateError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise _bad(str(error)) from error
    if len(filled.source) > LONGEST:
        raise BadText({"source": [_now("The letter would be longer than any letter is.")]})
    return filled


def _or_blank(name: str, value: Any) -> Any:
    if value is None or value == "":
        return _Blank(name)
    if isinstance(value, dict):
        return {key: _or_blank(f"{name}.{key}", inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_or_blank(f"{name} {number}", inner) for number, inner in enumerate(value, 1)]
    return value


@lru_cache(maxsize=1)
def _environment() -> _Sandbox:
    return _Sandbox()


@lru_cache(maxsize=256)
def tree_of(source: str) -> nodes.Template:
    """Return a text as its parts.

    Raises:
        BadText: it cannot be read, or does what no letter may.
    """
    try:
        tree = _environment().parse(source)
        # Before anything looks closer: to find its names the reader would work sums out.
        for forbidden in tree.find_all(_FORBIDDEN):
            facts = {"line": forbidden.lineno, "what": type(forbidden).__name__.lower()}
            raise BadText({"source": [_now("Line %(line)s: “%(what)s” is not for letters.") % facts]})
        meta.find_undeclared_variables(tree)  # names that are no filter or test are found here
    except TemplateSyntaxError as error:
        facts = {"line": error.lineno, "why": error.message}
        raise BadText({"source": [_now("Line %(line)s: %(why)s") % facts]}) from error
    return tree


# ---- sums in words ---------------------------------------------------------------------------------------

_DIGITS, _UNITS, _GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")


def in_words(amount: Decimal | int) -> str:
    """Return a sum in the characters that cannot be altered: 人民币壹仟贰佰元伍角整 (支付结算办法 annex 1).

    Raises:
        TypeError: the sum is a float.
        ValueError: it is negative, finer than a fen, or beyond the range of a payment.
    """
    if not isinstance(amount, Decimal | int):
        raise TypeError("money is a Decimal")
    cents = Decimal(amount) * 100
    if cents != int(cents) or not 0 <= cents < 10**17:
        raise ValueError("no sum of money")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    words += f"{_DIGITS[fen]}分" if fen else "整"
    return f"人民币{words if cents else '零元整'}"


def _whole(number: int) -> str:
    """Write a whole number by groups of four digits, one zero for however many stand in a row."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    written, zero = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group:
            written += "零" if written and (zero or group < 1000) else ""
            written += _group(group) + _GROUPS[place]
        zero = not group
    return written


def _group(group: int) -> str:
    written, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            written += ("零" if zero and written else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return written
