"""When the trail cannot be written, nothing else is; and in production the application's role cannot alter it."""

from pathlib import Path

import pytest
from django.conf import settings as product
from django.db import ProgrammingError, connection, transaction

from casework.audit import events, operation
from casework.audit.models import Event
from casework.audit.operation import TrailNotWritten
from config import health
from tests.factories import AT

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


@pytest.mark.django_db
class TestGrants:
    def test_the_application_works_and_cannot_alter_the_trail(self):
        if connection.vendor != "postgresql":
            assert connection.vendor == "sqlite"  # has no roles: the triggers stand alone
            return
        note(by=None, at=AT)
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE trail_app")
            cursor.execute("CREATE ROLE trail_anchor")
            statements = GRANTS.read_text().replace("BEGIN;", "").replace("COMMIT;", "")
            for name in ("app", "anchor"):
                statements = statements.replace(f':"{name}"', f"trail_{name}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statements.replace("%", "%%"))
            cursor.execute("SET LOCAL ROLE trail_app")
            for table in TRAIL:
                for statement in (
                    f"UPDATE {table} SET {'number' if table == 'casework_checkpoint' else 'id'} = 1",  # noqa: S608
                    f"DELETE FROM {table}",  # noqa: S608
                    f"TRUNCATE {table}",
                    f"DROP TRIGGER {table}_no_update ON {table}",
                    f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                    f"DROP TABLE {table}",
                ):
                    with pytest.raises(ProgrammingError), transaction.atomic():
                        cursor.execute(statement)
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute("UPDATE casework_eventtext SET ciphertext = ciphertext")

        note(by=None, at=AT)

        assert Event.objects.filter(kind="test.fault").count() == 2
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
