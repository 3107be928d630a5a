"""Pages of every list: by key, not by number, so that the thousandth page costs what the first one does.

A cursor is the order's values of the row where a page ended. It is nothing secret and stands in addresses: order
lists by dates, ids and codes, never by anything personal.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP

M = TypeVar("M", bound=models.Model)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list and where it goes on, in both directions; "" where it does not."""

    rows: list[M]
    next_cursor: str = ""
    previous_cursor: str = ""


class Counted(NamedTuple):
    """How many there are, or that there are more than anybody wants to count."""

    number: int
    is_capped: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_capped else str(self.number)


@dataclass(frozen=True)
class _Key:
    """One column of an order."""

    name: str
    field: "models.Field[Any, Any]"
    descending: bool

    def expression(self, backwards: bool) -> Any:
        descending = self.descending != backwards
        # Empty values stand last, so that reading backwards they stand first.
        nulls = {"nulls_first" if backwards else "nulls_last": True} if self.field.null else {}
        return F(self.name).desc(**nulls) if descending else F(self.name).asc(**nulls)

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, backwards: bool) -> Q | None:
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backwards else None
        found = Q(**{f"{self.name}__{'lt' if self.descending != backwards else 'gt'}": value})
        return found | Q(**{f"{self.name}__isnull": True}) if self.field.null and not backwards else found

    def value_of(self, row: models.Model) -> Any:
        value: Any = row
        for part in self.name.split(LOOKUP_SEP):
            value = getattr(value, part)
        return value


def page(
    queryset: "QuerySet[M]", *, order: tuple[str, ...], cursor: str | None = None, size: int = PAGE_SIZE
) -> "Page[M]":
    """Return one page of a list, in one query.

    Args:
        order: names as for `order_by`; the last one must be unique ("-id"). Empty values come last.
        cursor: what a former page gave; one that cannot be read means the first page.
    """
    keys = [_key(queryset, name) for name in order]
    backwards, values = _read(keys, cursor)
    if values:
        queryset = queryset.filter(_after(keys, values, backwards))
    rows = list(queryset.order_by(*(key.expression(backwards) for key in keys))[: size + 1])
    there_is_more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    goes_on, came_from = (bool(values), there_is_more) if backwards else (there_is_more, bool(values))
    return Page(
        rows,
        _write(keys, rows[-1], "n") if goes_on else "",
        _write(keys, rows[0], "p") if came_from else "",
    )


def count_up_to(queryset: "QuerySet[Any]", limit: int = 1000) -> Counted:
    """Count rows, but never more than `limit` of them."""
    number = queryset.order_by()[: limit + 1].count()
    return Counted(min(number, limit), number > limit)


def _key(queryset: "QuerySet[Any]", name: str) -> _Key:
    plain = name.removeprefix("-")
    annotation = queryset.query.annotations.get(plain)
    if annotation is not None:
        return _Key(plain, annotation.output_field, name.startswith("-"))
    model: Any = queryset.model
    *path, last = plain.split(LOOKUP_SEP)
    for part in path:
        model = model._meta.get_field(part).related_model
    try:
        field = model._meta.pk if last == "pk" else model._meta.get_field(last)
    except FieldDoesNotExist:
        # "owner_id" is a column without being a field's name
        field = next(field for field in model._meta.concrete_fields if field.attname == last)
    return _Key(plain, field, name.startswith("-"))


def _after(keys: list[_Key], values: list[Any], backwards: bool) -> Q:
    """Return "later than these values in the order": equal in the first columns, beyond in the next one."""
    found = Q(pk__in=[])
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, backwards)
        if beyond is not None:
            found |= equal & beyond
        equal &= key.equal(value)
    first, value = keys[0], values[0]
    if value is not None and not first.field.null:
        # Says nothing new, but lets an index begin at the right place: with OR alone it would be read from its start.
        found &= Q(**{f"{first.name}__{'lte' if first.descending != backwards else 'gte'}": value})
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _write(keys: list[_Key], row: models.Model, direction: str) -> str:
    text = json.dumps([direction, *(_plain(key.value_of(row)) for key in keys)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(keys: list[_Key], cursor: str | None) -> tuple[bool, list[Any]]:
    """Return the direction and the values of a cursor; no values when it is none of ours."""
    if not cursor:
        return False, []
    try:
        direction, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if direction not in ("n", "p") or len(values) != len(keys):
            return False, []
        read = [_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, binascii.Error, ValidationError):
        return False, []
    return direction == "p", read


def _value(key: _Key, value: Any) -> Any:
    if value is None and key.field.null:
        return None
    if not isinstance(value, str | int | float) or value != value:
        raise ValueError("not a value of an order")
    found = key.field.to_python(value)
    if isinstance(found, datetime):
        if found.tzinfo is None:
            raise ValueError("not a moment")
        found = found.astimezone(UTC)  # the first and the last day of the calendar have none everywhere
    if found is None or (isinstance(found, int) and not -(2**63) <= found < 2**63):
        raise ValueError("not a value of this column")
    if isinstance(found, str) and "\0" in found.encode().decode():  # half a sign is none that can be written down
        raise ValueError("not a text")
    return found
