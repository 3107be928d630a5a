"""What the database itself refuses, on both databases, whatever the code does.

Each room that needs it keeps its triggers in a module; the app names these modules in its configuration
(`triggers = ("audit.triggers", …)`), so a case type may bring its own. One function installs them all: the first
migration calls it and so does every `post_migrate`, because SQLite drops a table's triggers when a
migration rebuilds the table. A system check and `audit verify` fail when one is missing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps

REFUSED = {
    "casework_event": ("UPDATE", "DELETE", "TRUNCATE"),
    "casework_eventtext": ("UPDATE",),  # a text may be shredded, never rewritten
    "casework_checkpoint": ("UPDATE", "DELETE", "TRUNCATE"),
    "casework_posting": ("UPDATE", "DELETE", "TRUNCATE"),
    "casework_accessrecord": ("UPDATE", "DELETE", "TRUNCATE"),
}


class Trigger(NamedTuple):
    """One trigger: its name, its table, and the statements that make it on each database."""

    name: str
    table: str
    postgresql: tuple[str, ...]
    sqlite: tuple[str, ...]
    # Tables it looks into beside its own: it is made when all are there, after the last migration.
    needs: tuple[str, ...] = ()

    def fits(self, tables: Iterable[str]) -> bool:
        """Return whether a database that has these tables ought to have it."""
        return {self.table, *self.needs} <= set(tables)


def refusing(table: str, verb: str, message: str) -> Trigger:
    """Return the trigger that refuses every UPDATE, DELETE or TRUNCATE of a table's rows."""
    name = f"{table}_no_{verb.lower()}"
    level = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    return Trigger(
        name,
        table,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}()",
        ),
        ()
        if verb == "TRUNCATE"
        else (f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",),
    )


class Rule(NamedTuple):
    """When the database says no, and what it says."""

    when: str
    message: str


def guarding(name: str, table: str, event: str, *rules: Rule, needs: tuple[str, ...] = ()) -> Trigger:
    """Make a trigger that runs before a change and refuses it when one of the rules holds."""
    code = "USING ERRCODE = 'integrity_constraint_violation'"
    raises = " ".join(f"IF {rule.when} THEN RAISE EXCEPTION '{rule.message}' {code}; END IF;" for rule in rules)
    aborts = " ".join(f"SELECT RAISE(ABORT, '{rule.message}') WHERE {rule.when};" for rule in rules)
    returned = "OLD" if event == "DELETE" else "NEW"
    return Trigger(
        name,
        table,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {raises} RETURN {returned}; END $$",
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
        (f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {aborts} END",),
        needs,
    )


TRIGGERS = tuple(
    refusing(table, verb, f"{table} refuses {verb}: history is append-only")
    for table, verbs in REFUSED.items()
    for verb in verbs
)


def all_triggers() -> list[Trigger]:
    """Return the triggers of every room and type."""
    sources = [f"{app.name}.{module}" for app in apps.get_app_configs() for module in getattr(app, "triggers", ())]
    return [trigger for source in sources for trigger in import_module(source).TRIGGERS]


def install(connection: Any) -> None:
    """Make every trigger whose table exists, anew."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            if not trigger.fits(tables):
                continue
            _drop(cursor, connection.vendor, trigger)
            for statement in getattr(trigger, connection.vendor):
                cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take every trigger away; only a migration, and a test that does what nobody may, have a reason to."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            if trigger.table in tables:
                _drop(cursor, connection.vendor, trigger)


def _drop(cursor: Any, vendor: str, trigger: Trigger) -> None:
    on = f" ON {trigger.table}" if vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


def missing(connection: Any) -> list[str]:
    """Return the names of triggers the database ought to have, for the tables it has, and has not."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
        tables = set(connection.introspection.table_names(cursor))
    wanted = [t.name for t in all_triggers() if t.fits(tables) and getattr(t, connection.vendor)]
    return [name for name in wanted if name not in present]


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Take the triggers away and put them back: for a test that does to the database what nobody may."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)
