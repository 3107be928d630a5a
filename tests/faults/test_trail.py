"""When the trail cannot be written, nothing else is; and in production the application's role cannot alter it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as product
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from casework.audit import events, operation
from casework.audit.models import Event
from casework.audit.operation import TrailNotWritten
from casework.cases.models import Contact
from config import health
from tests.factories import AT
from tests.workflows.conftest import cast

__all__ = ["cast"]

events.declare("test.fault", "Test")
GRANTS = Path(product.BASE_DIR) / "deploy" / "postgresql" / "grants.sql"
TRAIL = ("casework_event", "casework_checkpoint", "casework_posting", "casework_accessrecord")


@operation.operation
def note(*, by, at):
    """Record one event."""
    events.record("office:9001", "test.fault", by=by, at=at)


@pytest.mark.django_db
class TestNoKey:
    @pytest.fixture(autouse=True)
    def key_ring_that_cannot_be_read(self, settings, tmp_path):
        (tmp_path / "file").write_text("")
        settings.KEYS_FILE = tmp_path / "file" / "keys.json"

    def test_nothing_is_written_and_somebody_is_told(self, caplog):
        with pytest.raises(TrailNotWritten):
            note(by=None, at=AT)

        assert not Event.objects.filter(kind="test.fault").exists()
        assert any(record.levelname == "ERROR" for record in caplog.records)

    def test_readyz_shows_it(self):
        with pytest.raises(TrailNotWritten):
            health._trail(AT)


@contextmanager
def locked() -> Iterator[None]:
    """Have somebody else hold the table of the trail (PostgreSQL) or the whole file (SQLite)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET lock_timeout = '300ms'")
            with psycopg.connect(**login_of()) as other:
                other.execute("LOCK TABLE casework_event IN EXCLUSIVE MODE")
                yield
                other.rollback()
            cursor.execute("RESET lock_timeout")
        else:
            cursor.execute("PRAGMA busy_timeout = 300")
            other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
            other.close()
            cursor.execute("PRAGMA busy_timeout = 20000")


@contextmanager
def full() -> Iterator[None]:
    """Let no row of the trail find room: PostgreSQL says so itself, SQLite's file may not grow."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("""
                CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER no_room BEFORE INSERT ON casework_event FOR EACH ROW EXECUTE FUNCTION no_room()
            """)
            yield
            cursor.execute("DROP TRIGGER no_room ON casework_event; DROP FUNCTION no_room()")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            yield
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [locked, full])
class TestStopped:
    """What stops the trail stops the office, and whoever typed keeps what was typed (GB/T 22239, 8.1.4.3 d)."""

    def test_a_page_says_so_and_keeps_what_was_typed(self, broken, client, cast, caplog):
        client.force_login(cast.lin)
        told = "单位拖欠工资三个月。" * 360
        before = Event.objects.count()

        with broken():
            response = client.post(
                reverse("contact_new"),
                {"office": "410105", "channel": "phone", "matter": "consult", "question": told},
            )

        assert response.status_code == 503
        assert told in response.content.decode()
        assert not operation.in_operation()
        assert not Contact.objects.exists()
        assert Event.objects.count() == before
        assert any(record.levelname == "ERROR" for record in caplog.records)

    def test_a_watcher_sees_it_at_the_next_look(self, broken, client):
        assert client.get(reverse("readyz")).json()["trail"] == "ok"

        with broken():
            response = client.get(reverse("readyz"))

        assert response.status_code == 503
        assert response.json()["trail"] == "failed"


def login_of(**other: str) -> dict[str, str]:
    """Return how one connects to the tests' PostgreSQL: as their owner, or as somebody else."""
    said = {name: connection.settings_dict[name.upper()] for name in ("user", "password", "host", "port")}
    return {
        **{name: str(value) for name, value in said.items() if value},
        "dbname": str(connection.settings_dict["NAME"]),
        **other,
    }


@pytest.fixture
def second_logins(transactional_db) -> Iterator[dict[str, str]]:
    """The two logins of production, with the grants that `deploy/` gives them; PostgreSQL alone has any."""
    names = {who: f"{connection.settings_dict['NAME']}_{who}" for who in ("app", "anchor")}
    statements = GRANTS.read_text()
    for who, name in names.items():
        statements = statements.replace(f':"{who}"', f'"{name}"')
    # The tests' own database is made without migrations, and the grants name their table.
    MigrationRecorder(connection).ensure_schema()
    with psycopg.connect(**login_of(), autocommit=True) as owner, ExitStack() as made:
        made.callback(owner.execute, "DROP TABLE django_migrations")
        for name in names.values():
            owner.execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'of-the-tests'")
            made.callback(owner.execute, f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')
        owner.execute(statements)
        yield names


@pytest.mark.django_db(transaction=True)
class TestSecondLogin:
    def test_the_application_works_and_cannot_alter_the_trail(self, request):
        if connection.vendor != "postgresql":
            assert connection.vendor == "sqlite"  # has no logins: the triggers stand alone
            return
        app = request.getfixturevalue("second_logins")["app"]
        owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
        connection.close()
        connection.settings_dict |= {"USER": app, "PASSWORD": "of-the-tests"}
        try:
            note(by=None, at=AT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT session_user, current_setting('lock_timeout')")
                assert cursor.fetchone() == (app, "10s")
                cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = session_user::regrole")
                assert cursor.fetchone() == (0,)
                for statement in forbidden():
                    with (
                        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                        transaction.atomic(),
                    ):
                        cursor.execute(statement)
            note(by=None, at=AT)
        finally:
            connection.close()
            connection.settings_dict |= owner

        assert Event.objects.filter(kind="test.fault").count() == 2

    def test_the_signer_reads_what_it_signs_and_nothing_else(self, request):
        if connection.vendor != "postgresql":
            assert connection.vendor == "sqlite"
            return
        name = request.getfixturevalue("second_logins")["anchor"]
        with psycopg.connect(**login_of(user=name, password="of-the-tests"), autocommit=True) as signer:
            assert signer.execute("SELECT count(*) FROM casework_event").fetchone() == (0,)
            for statement in ("SELECT * FROM casework_worker", "SELECT * FROM casework_eventtext", *forbidden()):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    signer.execute(statement)


def forbidden() -> Iterator[str]:
    """Return every way to alter the trail."""
    for table in TRAIL:
        column = "number" if table == "casework_checkpoint" else "id"
        yield f"UPDATE {table} SET {column} = {column}"  # noqa: S608  our own tables
        yield f"DELETE FROM {table}"  # noqa: S608
        yield f"TRUNCATE {table}"
        yield f"DROP TRIGGER {table}_no_update ON {table}"
        yield f"ALTER TABLE {table} DISABLE TRIGGER ALL"
        yield f"DROP TABLE {table}"
    yield "UPDATE casework_eventtext SET ciphertext = ciphertext"
    yield "SET session_replication_role = replica"
