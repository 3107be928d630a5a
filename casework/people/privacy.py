"""Who has to agree, and what may become public. Pure rules (个人信息保护法)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from . import identifiers

# Below this age a guardian consents (个人信息保护法 art. 28, 31).
GUARDIAN_BELOW = 14

# What a public notice (公示) needs so that others can object, and nothing else (art. 6, 25): our convention.
PUBLIC_FIELDS = ("name", "unit", "category", "programme", "amount")


def needs_guardian(birth_on: date, on: date) -> bool:
    """Return whether a person is under 14 on a day, so that a guardian has to consent."""
    return identifiers.age(birth_on, on) < GUARDIAN_BELOW


def public_part(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a record may stand on a public notice; a field nobody thought of stays back."""
    return {name: value for name, value in record.items() if name in PUBLIC_FIELDS}


def kept_back(record: Mapping[str, Any]) -> list[str]:
    """Return the names of what of a record never becomes public."""
    return [name for name in record if name not in PUBLIC_FIELDS]
