"""How the inputs of an example are read: each reader takes what stands in the file and says what it cannot read."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.deadlines.calendar import BEIJING

Reader = Callable[[Any], Any]

# Beyond these a number in a file is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 1900, 2199
LARGEST_SUM = Decimal(10) ** 12
LONGEST = 36_600


class BadInput(CaseworkError):
    """An input of an example cannot be read; the message says what is known or how it is written."""

    message = _("This input cannot be read.")


def text(value: Any) -> str:
    """Read words."""
    if not isinstance(value, str):
        raise BadInput(_now("“%(value)s” is no text.") % {"value": value})
    return value


def typed(value: Any) -> str:
    """Read a number that names something as it is typed; a file may have left its quotation marks out."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def truth(value: Any) -> bool:
    """Read yes or no."""
    if not isinstance(value, bool):
        raise BadInput(_now("“%(value)s” is neither true nor false.") % {"value": value})
    return value


def day(value: Any) -> date:
    """Read a day of the calendar."""
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            found = date.fromisoformat(value)
            if FIRST_YEAR <= found.year <= LAST_YEAR:
                return found
    except ValueError:
        pass
    raise BadInput(_now("“%(value)s” is no day; write it as 2026-09-25.") % {"value": value})


def month(value: Any) -> date:
    """Read a month as its first day."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value):
        return day(f"{value}-01")
    raise BadInput(_now("“%(value)s” is no month; write it as 2026-09.") % {"value": value})


def moment(value: Any) -> datetime:
    """Read a moment; without a time zone it is Beijing's."""
    try:
        if isinstance(value, str) and "T" in value:
            found = datetime.fromisoformat(value)
            if FIRST_YEAR <= found.year <= LAST_YEAR:
                return found if found.tzinfo else found.replace(tzinfo=BEIJING)
    except ValueError:
        pass
    raise BadInput(_now("“%(value)s” is no moment; write it as 2026-09-25T16:30+08:00.") % {"value": value})


def when(value: Any) -> date | datetime:
    """Read a day or a moment."""
    return moment(value) if isinstance(value, str) and "T" in value else day(value)


def amount(value: Any) -> Decimal:
    """Read a sum of money or another exact number, never below nothing."""
    try:
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            found = Decimal(value)
            if found.is_finite() and 0 <= found <= LARGEST_SUM:
                return found
    except InvalidOperation:
        pass
    raise BadInput(_now('“%(value)s” is no amount; write it as "8496.00".') % {"value": value})


def whole(value: Any) -> int:
    """Read a whole number, never below nothing."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST:
        return value
    raise BadInput(_now("“%(value)s” is no whole number.") % {"value": value})


def from_to(least: int, most: int) -> Reader:
    """Return a reader of whole numbers between two, both included."""

    def read(value: Any) -> int:
        number = whole(value)
        if not least <= number <= most:
            raise BadInput(
                _now("%(value)s does not lie between %(least)s and %(most)s.")
                % {"value": value, "least": least, "most": most}
            )
        return number

    return read


def one_of(known: Iterable[str]) -> Reader:
    """Return a reader of one word out of those that are known."""
    words = tuple(known)

    def read(value: Any) -> str:
        if value not in words:
            raise BadInput(
                _now("“%(value)s” is not known; known are: %(known)s.") % {"value": value, "known": ", ".join(words)}
            )
        return value

    return read


def list_of(reader: Reader) -> Reader:
    """Return a reader of lists."""

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise BadInput(_now("“%(value)s” is no list.") % {"value": value})
        return [reader(each) for each in value]

    return read


def one_or_list_of(reader: Reader) -> Reader:
    """Return a reader of one value or a list of such."""
    each = list_of(reader)
    return lambda value: each(value) if isinstance(value, list) else reader(value)


def optional(reader: Reader) -> Reader:
    """Return a reader for which nothing (null) is an answer, too."""
    return lambda value: None if value is None else reader(value)


def record(value: Any) -> Mapping[str, Any]:
    """Read a record: names with their values."""
    if not isinstance(value, dict):
        raise BadInput(_now("“%(value)s” is no record of names and values.") % {"value": value})
    return value
