"""Migrations come to the very tables, indexes, constraints and triggers that the tests run on."""

import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

# Tables of packages are theirs: what years of their own migrations came to is not ours to compare.
OURS = ("casework", "notifications", "workflows.case_types", "tests.toy_case_type")
# SQLite gives some rules no name; Django then counts them.
UNNAMED = ("__", "fk_")


def our_tables() -> set[str]:
    """Return the tables of the models of this tree."""
    return {model._meta.db_table for model in apps.get_models() if model.__module__.startswith(OURS)}


def described(one: Any) -> dict[str, Any]:
    """Return all that a database says of its tables: columns, constraints and indexes, triggers."""
    found: dict[str, Any] = {}
    with one.cursor() as cursor:
        for table in our_tables() & set(one.introspection.table_names(cursor)):
            for column in one.introspection.get_table_description(cursor, table):
                found[table, "column", column.name] = (column.type_code, column.display_size, column.null_ok)
            for name, rule in one.introspection.get_constraints(cursor, table).items():
                found[table, "rule", tuple(rule["columns"]) if name.startswith(UNNAMED) else name] = rule
        cursor.execute(
            "SELECT tgrelid::regclass::text || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            if one.vendor == "postgresql"
            else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
        found |= {("trigger", name): told for name, told in cursor.fetchall()}
        if one.vendor == "postgresql":
            cursor.execute("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint")
            rules = [row for row in cursor.fetchall() if row[0] in our_tables()]
            found |= {(table, "says", name): told for table, name, told in rules}
    return found


@pytest.fixture
def migrated(transactional_db, tmp_path):
    """A database of its own that was migrated from nothing by the command."""
    name = f"{connection.settings_dict['NAME']}_migrated"
    server = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    if connection.vendor == "postgresql":
        said = {key: connection.settings_dict[key.upper()] for key in ("user", "password", "host", "port")}
        owner = psycopg.connect(
            dbname="postgres", **{key: value for key, value in said.items() if value}, autocommit=True
        )
        owner.execute(f'CREATE DATABASE "{name}"')
    else:
        server, name = "sqlite://", str(tmp_path / "migrated.sqlite3")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"{server}/{name}"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"], cwd=settings.BASE_DIR, env=environment, check=True
    )
    other = connection.copy()
    other.settings_dict = {**connection.settings_dict, "NAME": name}
    yield other
    other.close()
    if connection.vendor == "postgresql":
        owner.execute(f'DROP DATABASE "{name}"')
        owner.close()


def test_migrations_come_to_what_the_models_say(migrated):
    said, made = described(connection), described(migrated)

    assert len(said) > 1000
    assert {key: (said.get(key), made.get(key)) for key in said | made if said.get(key) != made.get(key)} == {}
