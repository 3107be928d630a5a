"""A sum as people check it: what it came to, the law it rests on, and every step that led there.

Pure: no database, no clock. Amounts are yuan as `Decimal`, exact until the end of the sum; `to_fen` rounds once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from casework.audit.errors import Text
from casework.templatetags.gongdao import cn_date
from casework.templatetags.gongdao import money as in_yuan

from .money import CENT, BadSum

# So much of a number that is no sum of money is shown: a part of a month may have no end.
SHOWN = Decimal("0.0001")


class Unit(StrEnum):
    """What a number of a reckoning counts."""

    YUAN = "yuan"
    MONTHS = "months"
    DAYS = "days"
    HOURS = "hours"
    PERCENT = "percent"
    TIMES = "times"


@dataclass(frozen=True)
class Step:
    """One line of a reckoning.

    Args:
        words: what it is.
        value: what came out, in the unit; a day where a day came out; none where only the verdict matters.
        formula: how it was got, in numbers.
        verdict: what it means, where that is not the number.
        law: the article of this line.
    """

    words: Text
    value: Decimal | date | None = None
    formula: str = ""
    law: str = ""
    unit: Unit = Unit.YUAN
    verdict: Text = ""

    @property
    def shown(self) -> str:
        """Return what came out as people write it, in the reader's language."""
        said = "" if self.value is None else written(self.value, self.unit)
        return " · ".join(filter(None, (said, str(self.verdict))))

    def __str__(self) -> str:
        told = _now(": ").join(filter(None, (str(self.words), self.shown)))
        because = _now("; ").join(filter(None, (self.formula, self.law)))
        return _now("%(told)s (%(because)s)") % {"told": told, "because": because} if because else told


@dataclass(frozen=True)
class Reckoning:
    """A sum, the article it rests on, and how it came about."""

    amount: Decimal
    law: str
    steps: tuple[Step, ...]


def to_fen(amount: Decimal | Fraction) -> Decimal:
    """Round a sum to the fen, half up; the one rounding of a sum, at its end."""
    if isinstance(amount, Fraction):
        fen, left = divmod(abs(amount) * 100, 1)
        rounded = Decimal(fen + (left >= Fraction(1, 2))) * CENT
        return -rounded if amount < 0 else rounded
    return amount.quantize(CENT, ROUND_HALF_UP)


def exact(amount: Decimal) -> Decimal:
    """Return a sum to reckon with: not negative, of whatever precision; an average wage may have more than two places.

    Raises:
        TypeError: it is a float, which cannot hold money, or no number at all.
        BadSum: it is negative, or not a number.
    """
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    if not amount.is_finite() or amount < 0:
        raise BadSum
    return amount


def written(value: Decimal | date, unit: Unit = Unit.YUAN) -> str:
    """Write what a reckoning came to, with its unit, in the reader's language."""
    if isinstance(value, date):
        return cn_date(value)
    if unit is Unit.YUAN:
        return in_yuan(to_fen(value))
    number, plural = plain(value), 1 if value == 1 else 2
    words = {
        Unit.MONTHS: ngettext("%s month", "%s months", plural),
        Unit.DAYS: ngettext("%s day", "%s days", plural),
        Unit.HOURS: ngettext("%s hour", "%s hours", plural),
        Unit.PERCENT: "%s %%",
        Unit.TIMES: _now("%s times"),
    }
    return words[unit] % number


def plain(value: Decimal) -> str:
    """Write a number without trailing zeros: 4, 0.5, 21.75."""
    return f"{value.quantize(SHOWN).normalize():f}"


def in_words(steps: tuple[Step, ...]) -> str:
    """Write a reckoning down, a line for each step, for what is kept beside an event."""
    return "\n".join(str(step) for step in steps)
