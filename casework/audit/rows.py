"""Rows asked for and written at every step, without having their SQL written anew each time.

Most of what a statement costs here is the ORM making its text: for the few that every step needs, the text
is made once. Values still go through their fields, so sealed columns stay sealed and both databases get what
they understand; model signals are not sent.

# Note [What may be kept]
A text is kept per database vendor and never holds a value: the numbers a `Read` is built with are marks that
only tell at which place each value belongs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from inspect import signature
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models

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
        numbers = [_FIRST_MARK + place for place in range(len(signature(build).parameters))]
        # where the key is a text, the number has become one
        marks = {form: place for place, number in enumerate(numbers) for form in (number, str(number))}
        compiler = build(*numbers).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        annotations = list(compiler.annotation_col_map or ())
        return cls(
            compiler.query.model,
            sql,
            [_Mark(marks[one]) if one in marks else one for one in given],
            [column.target.attname for column in columns[: len(columns) - len(annotations)]],
            annotations,
            [
                (place, column, one)
                for place, (all_of, column) in compiler.get_converters(columns).items()
                for one in all_of
            ],
        )

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        values, database = list(row), _database()
        for place, column, convert in self.converters:
            values[place] = convert(values[place], column, database)
        return dict(zip((*self.names, *self.annotations), values, strict=True))

    def make(self, row: dict[str, Any]) -> Any:
        made = self.model.from_db(connection.alias, self.names, [row.pop(name) for name in self.names])
        made.__dict__.update(row)
        return made


class Read:
    """A question with keys of rows for parameters; answers with the objects of its model.

    Args:
        build: makes the queryset from its keys, given in order; annotations become attributes.
        objects: without, each answer is what the object would hold, by attribute.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any]], *, objects: bool = True) -> None:
        self._build, self._objects = build, objects
        self._texts: dict[str, _Text] = {}

    def __call__(self, *values: Any) -> list[Any]:
        """Ask, and return the answers."""
        return ask(self.of(*values))[0]

    def of(self, *values: Any) -> "Question":
        """Return the question with its keys, to be asked together with others."""
        return Question(self, values)

    def send(self, values: Sequence[Any]) -> Any:
        """Send the question; return the cursor that will hold the answers."""
        text = self._text
        return _execute(text.sql, [values[one.place] if isinstance(one, _Mark) else one for one in text.parameters])

    def receive(self, cursor: Any) -> list[Any]:
        """Read the answers from a cursor and close it."""
        text = self._text
        with cursor:
            found = [text.read(row) for row in cursor.fetchall()]
        return [text.make(row) for row in found] if self._objects else found

    @property
    def _text(self) -> "_Text":
        if connection.vendor not in self._texts:
            self._texts[connection.vendor] = _Text.of(self._build)
        return self._texts[connection.vendor]


class Question(NamedTuple):
    """A question and its keys."""

    read: Read
    values: tuple[Any, ...]


def ask(*questions: Question) -> list[list[Any]]:
    """Ask questions one after the other, where the database lets us in one round trip; return their answers.

    Each sees what was committed when its turn came: what follows a lock is asked when the lock is held.
    """
    with together() if len(questions) > 1 else nullcontext():  # waiting for one alone costs less
        cursors = [question.read.send(question.values) for question in questions]
    return [question.read.receive(cursor) for question, cursor in zip(questions, cursors, strict=True)]


# The updates of which nobody knows yet whether they found their row.
_unproven: ContextVar[list[Any] | None] = ContextVar("unproven", default=None)


class RowChanged(DatabaseError):
    """A row is gone, or no longer holds what was read: something wrote it that did not lock it."""


@contextmanager
def together() -> Iterator[None]:
    """Send statements without waiting for each one's answer; PostgreSQL does them in their order all the same.

    What counts rows by the ORM (`update()`, `delete()`) must stay outside: it would read its number too early.
    """
    if connection.vendor != "postgresql" or _unproven.get() is not None:
        yield
        return
    connection.ensure_connection()
    cursors: list[Any] = []
    token = _unproven.set(cursors)
    try:
        with connection.wrap_database_errors, connection.connection.pipeline():
            yield
    finally:
        _unproven.reset(token)
    for cursor in cursors:
        _prove(cursor)


def _prove(cursor: Any) -> None:
    with cursor:
        if cursor.rowcount != 1:
            raise RowChanged


def _database() -> Any:
    """Return the connection itself: asked for every value, the way through Django's proxy adds up."""
    return connections[DEFAULT_DB_ALIAS]


def _execute(text: str, values: Sequence[Any]) -> Any:
    """Run a statement on a cursor of its own, kept prepared where the connection allows it (`prepare_threshold`)."""
    database = _database()
    if database.vendor == "postgresql" and not database.queries_logged:
        database.ensure_connection()
        cursor = database.make_cursor(_cursor_class()(database.connection))
    else:
        cursor = database.cursor()
    cursor.execute(text, values)
    return cursor


@cache
def _cursor_class() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor  # its driver is there with PostgreSQL only

    return ServerBindingCursor


def insert(objects: Sequence[models.Model], *, unique: Iterable[str] = (), changed: Sequence[str] = ()) -> None:
    """Insert new objects of one model by one statement, and give them their keys.

    Args:
        unique: columns of a unique constraint; a row that stands there already takes the `changed` columns instead,
            or stays as it is without any, and no object is told its key.
    """
    model, database = type(objects[0]), _database()
    fields = _fields(model)
    text = _insert_text(model, len(objects), tuple(unique), tuple(changed), database.vendor)
    values = [field.get_db_prep_save(field.pre_save(one, add=True), database) for one in objects for field in fields]
    with _execute(text, values) as cursor:
        if _has_own_key(model) and not unique:
            for one, (key,) in zip(objects, cursor.fetchall(), strict=True):
                one.pk = key
    for one in objects:
        one._state.adding, one._state.db = False, database.alias


def update(one: models.Model, names: Iterable[str], **expected: Any) -> None:
    """Write these fields of an object's row: one statement for each table of its model that holds some.

    Args:
        expected: what other columns must still hold for the row to be written.

    Raises:
        RowChanged: a row is gone or holds something else; `together` raises it at its end.
    """
    database = _database()
    tables: dict[type[models.Model], list[Any]] = {}
    for name in sorted(names):
        field = type(one)._meta.get_field(name)
        tables.setdefault(field.model, []).append(field)
    for model, fields in tables.items():
        held = {name: value for name, value in expected.items() if type(one)._meta.get_field(name).model is model}
        values = [field.get_db_prep_save(field.pre_save(one, add=False), database) for field in fields]
        text = _update_text(model, tuple(field.column for field in fields), tuple(held), database.vendor)
        cursor = _execute(text, [*values, one.pk, *held.values()])
        unproven = _unproven.get()
        if unproven is None:
            _prove(cursor)
        else:
            unproven.append(cursor)


def _has_own_key(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField)


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """Return the columns a new row is given; the database gives it its key, unless that is another row's."""
    return [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]


def _quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


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
        text += f" ON CONFLICT ({', '.join(columns[name] for name in unique)}) DO "
        text += f"UPDATE SET {moved}" if moved else "NOTHING"
    elif _has_own_key(model):
        text += f" RETURNING {_quote(model._meta.pk.column)}"
    return text


@lru_cache(maxsize=256)
def _update_text(model: type[models.Model], columns: tuple[str, ...], expected: tuple[str, ...], _vendor: str) -> str:
    written = ", ".join(f"{_quote(column)} = %s" for column in columns)
    asked = " AND ".join(f"{_quote(column)} = %s" for column in (model._meta.pk.column, *expected))
    return f"UPDATE {_quote(model._meta.db_table)} SET {written} WHERE {asked}"  # noqa: S608  columns, not values
