"""Values of letters kept as text and read back as what they were: a day stays a day, a sum a sum."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_READ: dict[str, Callable[[str], Any]] = {
    "__moment__": datetime.fromisoformat,
    "__day__": date.fromisoformat,
    "__sum__": Decimal,
}


def written(values: Any) -> str:
    """Return plain values as a text.

    Raises:
        TypeError: one of them is none that a letter may hold.
    """
    return json.dumps(values, default=_marked, ensure_ascii=False)


def read(text: str) -> Any:
    """Return the values of a text that `written` made."""
    return json.loads(text, object_hook=_unmarked)


def _marked(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"__moment__": value.isoformat()}
    if isinstance(value, date):
        return {"__day__": value.isoformat()}
    if isinstance(value, Decimal):
        return {"__sum__": str(value)}
    raise TypeError(f"a letter cannot keep {type(value).__name__}")


def _unmarked(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        mark, value = next(iter(found.items()))
        if mark in _READ:
            return _READ[mark](value)
    return found
