"""Rows asked for and written at every step, without having their SQL written anew each time.

Most of what a statement costs here is the ORM making its text: for the few that every step needs, the text
is made once. Values still go through their fields, so sealed columns stay sealed and both databases get what
they understand; model signals are not sent.

# Note [What may be kept]
A text is kept per database vendor and never holds a value: the numbers a `Read` is built with are marks that
only tell at which place each value belongs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from typing import Any

from django.db import connection, models

_FIRST_MARK = 8_900_000_000_000_000_001


@dataclass(frozen=True)
class _Mark:
    """The place of a value among a text's parameters."""

    place: int


@dataclass(frozen=True)
class _Text:
    """The text of a question, and how its answer is read."""

    model: Any
    sql: str
    parameters: list[Any]
    names: list[str]
    annotations: list[str]
    converters: list[tuple[int, Any, Any]]

    @classmethod
    def of(cls, build: Callable[..., models.QuerySet[Any]]) -> "_Text":
        marks = [_FIRST_MARK + place for place in range(len(signature(build).parameters))]
        compiler = build(*marks).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        annotations = list(compiler.annotation_col_map or ())
        return cls(
            compiler.query.model,
            sql,
            [_Mark(marks.index(one)) if one in marks else one for one in given],
            [column.target.attname for column in columns[: len(columns) - len(annotations)]],
            annotations,
            [
                (place, column, one)
                for place, (all_of, column) in compiler.get_converters(columns).items()
                for one in all_of
            ],
        )

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        values = list(row)
        for place, column, convert in self.converters:
            values[place] = convert(values[place], column, connection)
        return dict(zip((*self.names, *self.annotations), values, strict=True))


class Read:
    """A question with numbers for parameters; answers with the objects of its model.

    Args:
        build: makes the queryset from its numbers, given in order; annotations become attributes.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any]]) -> None:
        self._build = build
        self._texts: dict[str, _Text] = {}

    def __call__(self, *values: int) -> list[Any]:
        """Ask, and return the objects."""
        found = []
        for row in self.rows(*values):
            values_of_model = [row.pop(name) for name in self._text.names]
            one = self._text.model.from_db(connection.alias, self._text.names, values_of_model)
            one.__dict__.update(row)
            found.append(one)
        return found

    def rows(self, *values: int) -> list[dict[str, Any]]:
        """Ask, and return what each object and its annotations would hold, by attribute."""
        text = self._text
        with connection.cursor() as cursor:
            cursor.execute(text.sql, [values[one.place] if isinstance(one, _Mark) else one for one in text.parameters])
            found = cursor.fetchall()
        return [text.read(row) for row in found]

    @property
    def _text(self) -> "_Text":
        if connection.vendor not in self._texts:
            self._texts[connection.vendor] = _Text.of(self._build)
        return self._texts[connection.vendor]


def insert(objects: Sequence[models.Model], *, unique: Iterable[str] = (), changed: Sequence[str] = ()) -> None:
    """Insert new objects of one model by one statement; give them their keys.

    Args:
        unique: columns of a unique constraint; a row that stands there already takes the `changed` columns instead.
    """
    model = type(objects[0])
    fields = _fields(model)
    text = _insert_text(model, len(objects), tuple(unique), tuple(changed), connection.vendor)
    values = [field.get_db_prep_save(field.pre_save(one, add=True), connection) for one in objects for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        keys = cursor.fetchall()
    for one, (key,) in zip(objects, keys, strict=True):
        one.pk, one._state.adding, one._state.db = key, False, connection.alias


def update(one: models.Model, names: Iterable[str], **expected: Any) -> bool:
    """Write these fields of an object's row: one statement for each table of its model that holds some.

    Args:
        expected: what other columns must still hold for the row to be written.

    Returns whether every row was there, with what was expected.
    """
    tables: dict[type[models.Model], list[Any]] = {}
    for name in sorted(names):
        field = type(one)._meta.get_field(name)
        tables.setdefault(field.model, []).append(field)
    written = True
    for model, fields in tables.items():
        held = {name: value for name, value in expected.items() if type(one)._meta.get_field(name).model is model}
        values = [field.get_db_prep_save(field.pre_save(one, add=False), connection) for field in fields]
        text = _update_text(model, tuple(field.column for field in fields), tuple(held), connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(text, [*values, one.pk, *held.values()])
            written = written and cursor.rowcount == 1
    return written


def _fields(model: type[models.Model]) -> list[Any]:
    """Return the columns a new row is given; the database gives it its key, unless that is another row's."""
    return [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


@lru_cache(maxsize=256)
def _insert_text(
    model: type[models.Model], rows: int, unique: tuple[str, ...], changed: tuple[str, ...], _vendor: str
) -> str:
    names = [_quote(field.column) for field in _fields(model)]
    one_row = f"({', '.join(['%s'] * len(names))})"
    text = f"INSERT INTO {_quote(model._meta.db_table)} ({', '.join(names)}) VALUES {', '.join([one_row] * rows)}"  # noqa: S608
    if unique:
        columns = {name: _quote(model._meta.get_field(name).column) for name in (*unique, *changed)}  # type: ignore[union-attr]
        moved = ", ".join(f"{columns[name]} = excluded.{columns[name]}" for name in changed)
        text += f" ON CONFLICT ({', '.join(columns[name] for name in unique)}) DO UPDATE SET {moved}"
    return f"{text} RETURNING {_quote(model._meta.pk.column)}"


@lru_cache(maxsize=256)
def _update_text(model: type[models.Model], columns: tuple[str, ...], expected: tuple[str, ...], _vendor: str) -> str:
    written = ", ".join(f"{_quote(column)} = %s" for column in columns)
    asked = " AND ".join(f"{_quote(column)} = %s" for column in (model._meta.pk.column, *expected))
    return f"UPDATE {_quote(model._meta.db_table)} SET {written} WHERE {asked}"  # noqa: S608  columns, not values
