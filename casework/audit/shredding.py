"""What is emptied of a row when it is destroyed: every sealed text, and what its model names beside them.

The row stays, with its key, its amounts, days and states: figures and the trail go on standing on it. What a model
keeps of a person in clear it names in a class attribute `SHREDDED`, by column, with what takes its place; a row that
says nothing else is `WHOLE_ROW` and goes. A text column that is named nowhere fails a test.
"""

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models.fields.reverse_related import ManyToOneRel

from .sealed import SealedTextField

# What stands where a name stood; the house's language, whoever reads it.
DESTROYED = "已销毁"
# Of a model whose rows are deleted.
WHOLE_ROW = "row"


class Belonging(NamedTuple):
    """A model whose rows belong to those of another one, and the way from them to it."""

    model: type[models.Model]
    path: str


def emptied(model: type[models.Model]) -> dict[str, Any]:
    """Return the columns of a model that hold personal data, each with what takes its place."""
    sealed = [field.name for field in model._meta.local_concrete_fields if isinstance(field, SealedTextField)]
    named = vars(model).get("SHREDDED", {})
    return dict.fromkeys(sealed, "") | ({} if named == WHOLE_ROW else named)


def is_deleted(model: type[models.Model]) -> bool:
    """Return whether the rows of a model go as a whole."""
    return vars(model).get("SHREDDED") == WHOLE_ROW


def references(model: type[models.Model], to: type[models.Model]) -> list[str]:
    """Return the columns by which rows of a model refer to those of another."""
    return [
        field.name for field in model._meta.local_concrete_fields if field.is_relation and field.related_model is to
    ]


@cache
def belongings(owner: type[models.Model], *others: type[models.Model]) -> tuple[Belonging, ...]:
    """Return the models whose rows refer to those of an owner, however far: by every way there is to them.

    Args:
        others: models, with those derived from them, that are matters of their own and end the way.
    """
    return tuple(_follow(owner, others))


def _follow(owner: type[models.Model], others: tuple[type[models.Model], ...]) -> Iterator[Belonging]:
    waiting: deque[tuple[type[models.Model], str, frozenset[type[models.Model]]]] = deque()
    waiting.append((owner, "", frozenset({owner})))
    while waiting:
        model, path, passed = waiting.popleft()
        for relation in model._meta.get_fields(include_parents=False, include_hidden=True):
            if not isinstance(relation, ManyToOneRel):  # one to one is one of them
                continue
            found: Any = relation.related_model
            if found in passed or issubclass(found, others):
                continue
            way = f"{relation.field.name}__{path}" if path else relation.field.name
            yield Belonging(found, way)
            waiting.append((found, way, passed | {found}))


def shred(row: models.Model, *others: type[models.Model]) -> None:
    """Empty a row and all that belongs to it.

    Args:
        others: what ends the way, as in `belongings`.
    """
    model = type(row)
    _empty(model, model._base_manager.filter(pk=row.pk))
    for found in belongings(model, *others):
        _empty(found.model, found.model._base_manager.filter(**{found.path: row.pk}))


def _empty(model: type[models.Model], rows: "models.QuerySet[Any]") -> None:
    if is_deleted(model):
        rows.delete()
    elif columns := emptied(model):
        rows.update(**columns)
