"""The arithmetic of figures: shares, averages, totals, and what is counted apart. Pure.

Sums are in yuan, or in ten thousands of them (万元) as the reports write; what cannot be divided is nothing.
"""

from collections.abc import Hashable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from casework.funds.reckoning import to_fen
from casework.templatetags.gongdao import NOTHING

# 万元
TEN_THOUSAND = 10_000


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Return a share in percent with two decimals, half up; nothing where there is nothing to divide by."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


def in_words(share: Decimal | None) -> str:
    """Write a share as reports print it; never 100 % of nothing."""
    return NOTHING if share is None else f"{share}%"


def total(parts: Iterable[Decimal]) -> Decimal:
    """Return what the parts come to, rounded once."""
    return to_fen(sum(parts, Decimal(0)))


def adds_up(parts: Iterable[Decimal], printed: Decimal) -> bool:
    """Return whether the parts of a printed figure come to it."""
    return total(parts) == to_fen(printed)


def average_yuan(amount_wan: Decimal, count: int) -> Decimal | None:
    """Return the yuan each one got of a sum in ten thousands; nothing where nobody got any."""
    return to_fen(amount_wan * TEN_THOUSAND / count) if count else None


def person_times(people: Iterable[Hashable]) -> int:
    """Count everybody every time (人次)."""
    return sum(1 for _person in people)


def persons(people: Iterable[Hashable]) -> int:
    """Count everybody once (人)."""
    return len(set(people))
