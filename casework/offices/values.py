"""What the value of a local rule has to look like: asked when one is entered, so that no case finds it out.

A room that goes by local values adds a check of its codes to `CHECKS`. A code that no check knows may hold anything.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError

# Each is called with a code and its value, and raises what is wrong with a value of its own codes.
CHECKS: list[Callable[[str, Any], None]] = []

# No sum of a place is larger: ten digits before the point, as in every field for a sum.
LARGEST_SUM = Decimal("9999999999.99")


class UnreadableValue(CaseworkError):
    """Nothing can be reckoned with the value; the message says how it is written."""

    message = _("Nothing can be reckoned with this value.")


def demand_readable(code: str, value: Any) -> None:
    """Refuse a value that its rule could not go by.

    Raises:
        UnreadableValue: with what is wrong, or how such a value is written.
    """
    for check in CHECKS:
        check(code, value)


def is_readable(code: str, value: Any) -> bool:
    """Return whether a rule can go by a value; one that came in another way than by `set_parameter` may be anything."""
    try:
        demand_readable(code, value)
    except CaseworkError:
        return False
    return True


def whole(value: Any, most: int, least: int = 0) -> int:
    """Return a whole number.

    Raises:
        UnreadableValue: it is none, or lies outside.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UnreadableValue(
            _now("Give a whole number from %(least)s to %(most)s, without quotation marks.")
            % {"least": least, "most": most}
        )
    return value


def a_sum(value: Any) -> Decimal:
    """Return a sum in yuan, which is written as a text so that no decimal is lost.

    Raises:
        UnreadableValue: it is none, or a number with a point.
    """
    try:
        found = None if isinstance(value, float | bool) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        found = None
    if found is None or not found.is_finite() or not 0 <= found <= LARGEST_SUM:
        raise UnreadableValue(_now('Give a sum in yuan as a text, such as "1062.00".'))
    return found


def one_of(value: Any, known: Iterable[str]) -> str:
    """Return a word out of some.

    Raises:
        UnreadableValue: it is none of them; says which there are.
    """
    known = list(known)
    if not isinstance(value, str) or value not in known:
        raise UnreadableValue(
            _now("Give one of these: %(known)s.") % {"known": ", ".join(f'"{word}"' for word in known)}
        )
    return value
