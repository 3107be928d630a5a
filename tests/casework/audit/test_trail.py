"""The trail: chained, append-only, and `verify` names the first row that was touched."""

import hmac
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from casework.audit import chain, events, triggers
from casework.audit.keys import SealBroken, seal, unseal
from casework.audit.models import Event, EventText
from casework.audit.operation import operation
from casework.audit.verify import verify
from tests.factories import AT, lin

events.declare("test.happened", "Test", "%(actor)s tested %(what)s")


@operation
def note(*, stream="office:1", by, at, text="", **facts):
    """Record one event."""
    return events.record(stream, "test.happened", by=by, at=at, text=text, **facts)


@pytest.fixture
def trail(db):
    """Five events in one stream, two in another."""
    for number in range(5):
        note(by=None, at=AT + timedelta(minutes=number), what=str(number))
    for number in range(2):
        note(stream="office:2", by=None, at=AT, what=str(number))
    return Event.objects.filter(stream="office:1").order_by("seq")


def tamper(statement, *arguments):
    """Change history the way somebody with the database's password would: triggers out of the way first."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


class TestChain:
    @pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 600])
    def test_verifying_hashes_as_writing_does(self, length):
        said, key = bytes(range(256)) * 3, bytes(range(32))

        assert chain.hashing(key)(said[:length]) == hmac.digest(key, said[:length], "sha256")


class TestRecord:
    def test_numbers_and_chains_a_stream(self, trail):
        rows = list(trail)

        assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
        assert [bytes(row.prev_hash) for row in rows[1:]] == [bytes(row.hash) for row in rows[:-1]]

    def test_seals_what_was_typed(self, db):
        event = note(by=None, at=AT, text="王小明的电话")

        assert "王小明" not in event.facts_text
        assert "王小明".encode() not in bytes(EventText.objects.get(event=event).ciphertext)
        assert events.words_of(Event.objects.get(pk=event.pk)) == "王小明的电话"

    def test_an_unknown_kind_is_refused(self, db):
        @operation
        def wrong(*, by, at):
            events.record("office:1", "test.never_declared", by=by, at=at)

        with pytest.raises(events.UnknownKind):
            wrong(by=None, at=AT)

    def test_a_failing_operation_leaves_no_event(self, db):
        @operation
        def fails(*, by, at):
            note(by=by, at=at)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails(by=None, at=AT)
        assert not Event.objects.filter(kind="test.happened").exists()

    def test_nested_operations_share_one_transaction_and_one_insert(self, db, django_assert_max_num_queries):
        @operation
        def outer(*, by, at):
            note(by=by, at=at, what="1")
            note(by=by, at=at, what="2")

        outer(by=None, at=AT)
        with django_assert_max_num_queries(5):  # savepoint of the test, head, insert, head, release
            outer(by=None, at=AT)

    def test_says_itself_in_the_readers_language(self, db):
        event = note(by=lin(), at=AT, what="x")

        assert events.sentence(event) == "林静 tested x"


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE casework_event SET kind = 'x'",
            "DELETE FROM casework_event",
            "UPDATE casework_eventtext SET ciphertext = ciphertext",
        ],
    )
    def test_the_database_refuses(self, trail, statement):
        note(by=None, at=AT, text="words")

        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_truncating_is_refused(self, trail):
        if connection.vendor != "postgresql":
            assert connection.vendor == "sqlite"  # has no TRUNCATE
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("TRUNCATE casework_event CASCADE")

    def test_every_trigger_is_there(self, db):
        assert triggers.missing(connection) == []


class TestVerify:
    def test_finds_a_whole_trail_whole(self, trail):
        report = verify()

        assert report.ok
        assert report.rows >= 7

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("kind", "other.kind"),
            ("outcome", "refused"),
            ("happened_at", "2020-01-01 00:00:00+00:00"),
            ("recorded_at", "2020-01-01 00:00:00+00:00"),
            ("request_id", "x"),
            ("address", "10.0.0.1"),
            ("facts_text", '{"what":"9"}'),
            ("format", 1),
            ("office_id", 7),
            ("person_id", 7),
        ],
    )
    def test_names_the_row_whose_column_was_changed(self, trail, column, value):
        victim = trail[2]

        tamper(f"UPDATE casework_event SET {column} = %s WHERE id = %s", value, victim.pk)  # noqa: S608

        report = verify()
        assert [fault.split(" ")[0] for fault in report.faults] == ["office:1#3"]

    def test_sees_a_row_taken_out(self, trail):
        tamper("DELETE FROM casework_event WHERE id = %s", trail[2].pk)

        assert verify().faults[0].startswith("office:1#4")

    def test_sees_a_cut_tail_by_the_head(self, trail):
        tamper("DELETE FROM casework_event WHERE id = %s", trail[4].pk)

        assert "office:1#4" in verify().faults[0]

    def test_sees_two_rows_swapped(self, trail):
        second, third = trail[1], trail[2]
        tamper("UPDATE casework_event SET seq = 99 WHERE id = %s", second.pk)
        tamper("UPDATE casework_event SET seq = 2 WHERE id = %s", third.pk)
        tamper("UPDATE casework_event SET seq = 3 WHERE id = %s", second.pk)

        assert verify().faults[0].startswith("office:1#2")

    def test_sees_a_whole_stream_removed(self, trail):
        tamper("DELETE FROM casework_event WHERE stream = 'office:2'")

        assert any("office:2" in fault for fault in verify().faults)

    def test_sees_a_missing_trigger(self, trail):
        with connection.cursor() as cursor:
            on = " ON casework_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER casework_event_no_update{on}")
        try:
            assert verify().faults == ["trigger casework_event_no_update is missing"]
        finally:
            triggers.install(connection)

    def test_the_command_exits_with_an_error(self, trail, capsys):
        call_command("audit", "verify")
        assert "The trail is whole" in capsys.readouterr().out

        tamper("DELETE FROM casework_event WHERE id = %s", trail[2].pk)

        with pytest.raises(CommandError, match="1 fault"):
            call_command("audit", "verify")


class TestSeal:
    def test_opens_only_in_its_place(self):
        sealed = seal("worker.phone:1", b"13800000000")

        assert unseal("worker.phone:1", sealed) == b"13800000000"
        with pytest.raises(SealBroken):
            unseal("worker.phone:2", sealed)

    def test_a_flipped_bit_is_noticed(self):
        sealed = bytearray(seal("worker.phone:1", b"13800000000"))
        sealed[-1] ^= 1

        with pytest.raises(SealBroken):
            unseal("worker.phone:1", bytes(sealed))
