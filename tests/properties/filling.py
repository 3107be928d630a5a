"""Fill any form of a step the way somebody could: mostly with what it asks for, now and then with nonsense."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate
from hypothesis import strategies as st

WORDS = ("情况属实，材料齐全。", "电话核实，双方无异议。", "按有关规定办理。")
SUMS = ("0.01", "500.00", "1500.00", "18000.00")


def fill(form: forms.Form, draw: Any, at: datetime, only: Iterable[str] = ()) -> dict[str, Any]:
    """Return what somebody typed into a form.

    Args:
        draw: Hypothesis' `data.draw`.
        at: the moment of typing; dates lie around it.
        only: the fields to mend, each with an answer; without, as many as somebody bothers to fill.
    """
    typed = {}
    for name, field in form.fields.items():
        if only:
            if name in only:
                typed[name] = _answer(name, field, draw, at)
            continue
        given = form.get_initial_for_field(field, name)
        if given not in (None, "") and draw(st.integers(0, 3)):
            typed[name] = _as_typed(field.prepare_value(given))
        elif field.required or draw(st.integers(0, 3)):
            typed[name] = _answer(name, field, draw, at)
    if "plan" in typed:
        typed["plan"] = _plan({name: value for name, value in typed.items() if name.startswith("share_")}, draw, at)
    return {name: value for name, value in typed.items() if value is not None}


def _as_typed(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _answer(name: str, field: forms.Field, draw: Any, at: datetime) -> Any:
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        keys = [key for key, _label in _flat(field.choices)]
        return draw(st.lists(st.sampled_from(keys), min_size=1, unique=True)) if keys else []
    if isinstance(field, forms.ModelChoiceField | forms.ChoiceField):
        keys = [key for key, _label in _flat(field.choices) if key not in ("", None)]
        return draw(st.sampled_from(keys)) if keys else None
    if isinstance(field, forms.BooleanField):
        return draw(st.sampled_from(["on", "on", "on", ""]))
    if isinstance(field, forms.DateTimeField):
        hours = draw(st.sampled_from([-1, 24, 26, 48, 100]))
        return (at + timedelta(hours=hours)).isoformat()
    if isinstance(field, forms.DateField):
        return (localdate(at) + timedelta(days=draw(st.sampled_from([0, 0, -1, 1, 7, -30, 400])))).isoformat()
    if isinstance(field, forms.DecimalField):
        return str(max(Decimal(draw(st.sampled_from(SUMS))), field.min_value or Decimal(0)))
    if isinstance(field, forms.IntegerField):
        return str(draw(st.integers(field.min_value or 0, min(field.max_value or 9, 9))))
    return draw(st.sampled_from(WORDS))[: getattr(field, "max_length", None) or 200]


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Return the keys and labels of choices, with groups opened."""
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += label if isinstance(label, list | tuple) else [(getattr(key, "value", key), label)]
    return found


def _plan(shares: dict[str, str], draw: Any, at: datetime) -> str:
    """Return the instalments of an agreement, a day and a sum in each line; mostly they come to what is shared out."""
    total = sum((Decimal(share) for share in shares.values()), Decimal(0))
    first = draw(st.sampled_from([total, total, total / 2, Decimal("1.00")])).quantize(Decimal("0.01"))
    parts = [first, total - first] if first == total / 2 else [first]
    days = [localdate(at) + timedelta(days=10 * number) for number in range(1, len(parts) + 1)]
    return "\n".join(f"{day.isoformat()} {part}" for day, part in zip(days, parts, strict=True))
