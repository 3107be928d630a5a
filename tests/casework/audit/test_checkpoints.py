"""Checkpoints: when they are made, what they cover, and that they reach places outside the database."""

import json
import socketserver
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from casework.audit import anchor_keys, checkpoints, events, places
from casework.audit.models import Checkpoint, Posting
from casework.audit.operation import operation
from casework.audit.verify import verify
from config import checks
from tests.factories import AT

events.declare("test.checkpoint", "Test")
MINUTE = timedelta(minutes=1)


@operation
def note(*, stream="office:1", by=None, at=AT):
    """Record one event."""
    return events.record(stream, "test.checkpoint", by=by, at=at)


@pytest.fixture
def syslog():
    """Return the address of a real receiver of datagrams, and what it received."""
    received = []

    class Receiver(socketserver.BaseRequestHandler):
        def handle(self):
            received.append(self.request[0].decode())
            came.set()

    came = threading.Event()
    with socketserver.UDPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"udp://127.0.0.1:{server.server_address[1]}", received, came
        server.shutdown()
        thread.join()


@pytest.mark.django_db
class TestWhenDue:
    def test_the_first_event_makes_the_first_one(self):
        assert checkpoints.make_when_due(at=AT) is None
        note(by=None, at=AT)

        made = checkpoints.make_when_due(at=AT)

        assert made.number == 1
        assert [head[:2] for head in made.heads] == [["office:1", 1]]

    def test_the_next_comes_within_five_minutes_and_only_says_what_moved(self):
        note(by=None, at=AT), note(stream="office:2", by=None, at=AT)
        first = checkpoints.make_when_due(at=AT)
        note(by=None, at=AT)

        assert checkpoints.make_when_due(at=AT + 3 * MINUTE) is None
        second = checkpoints.make_when_due(at=AT + 4 * MINUTE)

        assert second.previous == first.root
        assert [head[:2] for head in second.heads] == [["office:1", 2]]
        assert (first.events, second.events) == (2, 3)

    def test_a_thousand_events_do_not_wait(self, settings):
        settings.ANCHOR_EVENTS = 3
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)
        last = [note(by=None, at=AT) for _n in range(3)][-1]

        checkpoints._asked = 0
        checkpoints.after_commit([last])

        assert Checkpoint.objects.count() == 2

    def test_nothing_moved_makes_none(self):
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)

        assert checkpoints.make_when_due(at=AT + timedelta(hours=1)) is None

    def test_without_the_private_key_none_is_made_and_verifying_works(self, settings, tmp_path):
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)
        settings.ANCHOR_KEY_FILE = tmp_path / "of-another-user.json"

        note(by=None, at=AT)

        assert checkpoints.make_when_due(at=AT + timedelta(hours=1)) is None
        assert verify().ok

    def test_a_new_key_signs_and_the_old_one_still_verifies(self, settings, tmp_path):
        settings.ANCHOR_KEY_FILE, settings.ANCHOR_PUBLIC_KEYS_FILE = tmp_path / "key.json", tmp_path / "public.json"
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)
        assert anchor_keys.add_key() == 2
        note(by=None, at=AT)

        assert checkpoints.make_when_due(at=AT + timedelta(hours=1)).key_id == 2
        assert verify().ok

    @pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
    @pytest.mark.parametrize("table", [("casework_checkpoint", "root"), ("casework_posting", "place")])
    def test_the_database_refuses_to_change_one(self, statement, table, settings, tmp_path):
        settings.ANCHOR_PLACES = [f"file://{tmp_path}/"]
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)
        places.send_owed(at=AT)

        name, column = table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(name, column, column))


@pytest.mark.django_db(transaction=True)
def test_an_event_that_appears_after_one_with_a_higher_id_is_not_forgotten():
    """PostgreSQL: the first transaction has its id and is still open while the second is anchored."""
    if connection.vendor != "postgresql":
        assert connection.vendor == "sqlite"  # where one writes at a time
        return
    recorded, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            note(stream="office:slow", by=None, at=AT)
            recorded.set()
            go_on.wait(30)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    recorded.wait(30)
    note(stream="office:fast", by=None, at=AT)
    first = checkpoints.make(at=AT)
    go_on.set()
    writer.join()

    second = checkpoints.make(at=AT + timedelta(minutes=5))

    assert [head[0] for head in first.heads] == ["office:fast"]
    assert [head[0] for head in second.heads] == ["office:slow"]
    # Transaction numbers are the server's: what another database of it is in the middle of is waited for too.
    for _ in range(600):
        somebody_writes = others_are_writing()
        later = checkpoints.make(at=AT + timedelta(minutes=10), forced=True)
        assert later.heads == []
        if later.settled == later.upto or not somebody_writes:
            break
        time.sleep(0.1)
    assert later.settled == later.upto or somebody_writes


@pytest.mark.django_db
def test_an_event_that_is_committed_while_a_checkpoint_looks_is_the_next_ones(monkeypatch):
    looked = checkpoints._transactions

    def and_meanwhile():
        note(stream="office:meanwhile", by=None, at=AT)
        return looked()

    note(stream="office:before", by=None, at=AT)
    monkeypatch.setattr(checkpoints, "_transactions", and_meanwhile)
    first = checkpoints.make(at=AT)
    monkeypatch.undo()
    second = checkpoints.make(at=AT + timedelta(minutes=5))

    assert [[head[0] for head in one.heads] for one in (first, second)] == [["office:before"], ["office:meanwhile"]]
    assert verify().faults == []


def others_are_writing():
    """Return whether anybody else of the server, in whatever database, is in the middle of writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid())"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestPlaces:
    def test_two_get_each_checkpoint_once(self, settings, tmp_path, syslog):
        address, received, came = syslog
        settings.ANCHOR_PLACES = [f"file://{tmp_path}/anchors.jsonl", address]
        note(by=None, at=AT)
        made = checkpoints.make_when_due(at=AT)

        assert places.send_owed(at=AT) == places.send_owed(at=AT) == []

        assert came.wait(10)
        assert len(received) == 1
        assert received[0].startswith("<109>gongdao: checkpoint ")
        assert made.root in received[0]
        assert made.signature in received[0]
        lines = (tmp_path / "anchors.jsonl").read_text().splitlines()
        assert [json.loads(line)["root"] for line in lines] == [made.root]
        assert Posting.objects.count() == 2

    def test_what_a_place_did_not_take_is_owed_to_it(self, settings, tmp_path, caplog):
        settings.ANCHOR_PLACES = [f"unix://{tmp_path}/nobody", f"file://{tmp_path}/anchors.jsonl"]
        note(by=None, at=AT)
        checkpoints.make_when_due(at=AT)

        assert places.send_owed(at=AT) == [f"unix://{tmp_path}/nobody"]
        assert any(record.levelname == "ERROR" for record in caplog.records)
        assert checkpoints.stale(AT + timedelta(minutes=8))

        settings.ANCHOR_PLACES = [f"file://{tmp_path}/second.jsonl", f"file://{tmp_path}/anchors.jsonl"]
        assert places.send_owed(at=AT) == []
        assert (tmp_path / "second.jsonl").read_text() == (tmp_path / "anchors.jsonl").read_text()

    def test_by_mail(self, settings, mailoutbox):
        settings.ANCHOR_PLACES = ["mailto:auditor@example.org"]
        note(by=None, at=AT)
        made = checkpoints.make_when_due(at=AT)

        places.send_owed(at=AT)

        assert made.root in mailoutbox[0].body

    def test_a_line_torn_by_a_crash_is_written_again(self, tmp_path):
        file = tmp_path / "anchors.jsonl"
        for minute in range(2):
            note(by=None, at=AT)
            checkpoints.make(at=AT + minute * MINUTE)
        places.append_missing(file)
        whole = file.read_bytes()
        file.write_bytes(whole[:-40])

        assert places.append_missing(file) == 1
        assert verify(anchor=file).ok

    def test_fewer_than_two_is_warned_of(self, settings, tmp_path):
        settings.ANCHOR_PLACES = [f"file://{tmp_path}/a"]
        assert [one.id for one in checks.check_anchor_places(None)] == ["config.W003"]
        settings.ANCHOR_PLACES = [f"file://{tmp_path}/a", "pigeon://roof"]
        assert [one.id for one in checks.check_anchor_places(None)] == ["config.E008"]
        settings.ANCHOR_PLACES = [f"file://{tmp_path}/a", "udp://127.0.0.1:514"]
        assert checks.check_anchor_places(None) == []

    def test_anchoring_without_the_key_is_refused(self, settings, tmp_path):
        checkpoints.make(at=AT, forced=True)
        settings.ANCHOR_KEY_FILE = tmp_path / "of-another-user.json"

        with pytest.raises(CommandError):
            call_command("audit", "anchor", str(tmp_path / "x"))
