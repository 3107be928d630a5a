"""Whoever owns the database changes the past in every way there is: `audit verify` says so, and where it begins."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from casework.audit import chain, checkpoints, events, places, triggers
from casework.audit.models import Checkpoint, Event, EventText
from casework.audit.operation import operation
from casework.audit.verify import verify
from tests.factories import AT, lin

events.declare("test.mutation", "Test", "%(actor)s tested %(what)s")
VICTIM = 3


@operation
def note(*, stream="office:9001", kind="test.mutation", by, at, text="", **facts):
    """Record one event."""
    return events.record(stream, kind, by=by, at=at, text=text, principal=by, person=5, **facts)


@pytest.fixture
def anchor(db, tmp_path):
    """Return a file that holds two checkpoints, over six events of one stream and three of another."""
    file, person = tmp_path / "anchors.jsonl", lin()
    for stream, count in (("office:9001", 4), ("office:9002", 3)):
        for number in range(count):
            note(
                stream=stream, by=person, at=AT + timedelta(minutes=number), text=f"说了什么 {number}", what=str(number)
            )
    checkpoints.make(at=AT)
    for number in range(2):
        note(by=person, at=AT + timedelta(hours=1), text="后来", what=f"later {number}")
    checkpoints.make(at=AT + timedelta(minutes=5))
    places.append_missing(file)
    call_command("audit", "verify", anchor=file, texts=True)
    return file


def run(statement, *arguments):
    """Change the tables the way somebody with the database's password would."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, arguments)


def victim(seq=VICTIM, stream="office:9001"):
    return Event.objects.get(stream=stream, seq=seq)


def found(anchor, capsys):
    """Run the command; return the faults it prints. It must exit with an error."""
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("audit", "verify", anchor=anchor, texts=True)
    return re.findall(r"^BROKEN (.*)$", capsys.readouterr().out, re.M)


def first(anchor, capsys):
    return found(anchor, capsys)[0].split(" ")[0].rstrip(":")


TEXTS = {"CharField", "TextField"}


def others(field):
    """Return each value a column could be given: another, a near one, none, and one of another kind."""
    kind = field.get_internal_type()
    if kind in TEXTS:
        return ["x", "", "12", None]
    if kind == "DateTimeField":
        return ["2020-01-01 00:00:00", "2020-01-01 00:00:00.000001", None, *([7, b"x"] if SQLITE else [])]
    if kind == "BinaryField":
        return [bytes(32), b"", None, *(["x" * 32] if SQLITE else [])]
    return [0, 77, -1, None, *(["abc", 2.5, b"\x01"] if SQLITE else [])]


SQLITE = "postgres" not in os.environ.get("DATABASE_URL", "")


@pytest.mark.parametrize("field", Event._meta.concrete_fields, ids=lambda field: field.column)
def test_every_column_changed_every_way(anchor, capsys, field):
    row, tried = victim(), 0
    if field.primary_key:
        EventText.objects.filter(event=row).delete()
    for value in others(field):
        if value == getattr(row, field.attname):
            continue
        try:
            with transaction.atomic():
                run(f"UPDATE casework_event SET {field.column} = %s WHERE id = %s", value, row.pk)  # noqa: S608
                named = {fault.split(" ")[0].rstrip(":") for fault in found(anchor, capsys)}
                assert named & {f"office:9001#{VICTIM}", f"office:9001#{VICTIM + 1}", f"office:9001#{value}"}, value
                tried += 1
                raise TakenBack
        except TakenBack:
            pass
        except DatabaseError:
            continue  # the database has no place for such a value
    assert tried


class TakenBack(Exception):
    """What was tried is rolled back, so that the next way starts from a whole trail."""


class TestRows:
    def forget_texts(self):
        EventText.objects.all().delete()

    def test_a_row_deleted(self, anchor, capsys):
        self.forget_texts()
        run("DELETE FROM casework_event WHERE id = %s", victim().pk)

        assert first(anchor, capsys) == f"office:9001#{VICTIM + 1}"

    def test_a_row_put_in(self, anchor, capsys):
        row = victim(6)
        row.pk, row.seq, row.prev_hash = None, 7, row.hash
        row.hash = bytes(32)
        row.save(force_insert=True)

        assert first(anchor, capsys) == "office:9001#7"

    def test_a_row_twice(self, anchor, capsys):
        row = victim()
        row.pk, row.seq = None, 7
        row.save(force_insert=True)

        assert first(anchor, capsys) == "office:9001#7"

    def test_two_rows_swapped(self, anchor, capsys):
        self.forget_texts()
        second, third = victim(2), victim(3)
        for seq, row in ((99, second), (2, third), (3, second)):
            run("UPDATE casework_event SET seq = %s WHERE id = %s", seq, row.pk)

        assert first(anchor, capsys) == "office:9001#2"

    @pytest.mark.parametrize("cut", [1, 5, 6])
    def test_the_tail_cut_together_with_its_head(self, anchor, capsys, cut):
        self.forget_texts()
        left = 6 - cut
        run("DELETE FROM casework_event WHERE stream = 'office:9001' AND seq > %s", left)
        head = bytes(victim(left).hash) if left else b""
        run("UPDATE casework_stream SET head_seq = %s, head_hash = %s WHERE key = 'office:9001'", left, head)

        assert first(anchor, capsys) == f"office:9001#{left + 1}"

    def test_a_stream_removed_with_its_head(self, anchor, capsys):
        self.forget_texts()
        run("DELETE FROM casework_event WHERE stream = 'office:9002'")
        run("DELETE FROM casework_stream WHERE key = 'office:9002'")

        assert first(anchor, capsys) == "office:9002#1"

    @pytest.mark.parametrize("own", ["with", "without"])
    def test_the_chain_rebuilt(self, anchor, capsys, own, monkeypatch):
        if own == "without":
            monkeypatch.setattr(chain.keys, "key_of", lambda kind, number=None: (1, bytes(32)))
        self.rebuild_from(VICTIM)
        monkeypatch.undo()

        # with the key the chain holds: only the next checkpoint knows better
        assert first(anchor, capsys) == ("office:9001#4" if own == "with" else f"office:9001#{VICTIM}")

    def rebuild_from(self, seq):
        self.forget_texts()
        before = bytes(victim(seq - 1).hash)
        for row in Event.objects.filter(stream="office:9001", seq__gte=seq).order_by("seq"):
            row.prev_hash, row.kind = before, "other.kind"
            before = row.hash = chain.link(row)
            run("UPDATE casework_event SET kind = %s, prev_hash = %s, hash = %s WHERE id = %s",
                row.kind, row.prev_hash, row.hash, row.pk)  # fmt: skip
        run("UPDATE casework_stream SET head_hash = %s WHERE key = 'office:9001'", before)

    def test_an_old_copy_of_the_tables_put_in_place(self, anchor, capsys):
        self.forget_texts()
        run("DELETE FROM casework_event WHERE stream = 'office:9001' AND seq > 4")
        run("UPDATE casework_stream SET head_seq = 4, head_hash = %s WHERE key = 'office:9001'", bytes(victim(4).hash))
        run("DELETE FROM casework_checkpoint WHERE number = 2")

        faults = found(anchor, capsys)
        assert faults[0].startswith("checkpoint 2: gone from the database")
        assert faults[1].startswith("office:9001#5")

    def test_everything_removed(self, anchor, capsys):
        self.forget_texts()
        for table in ("checkpoint", "event", "stream"):
            run(f"DELETE FROM casework_{table}")  # noqa: S608

        faults = found(anchor, capsys)
        assert {"office:9001#1:", "office:9002#1:"} <= {fault.split(" ")[0] for fault in faults}


class TestTexts:
    def test_a_flipped_bit(self, anchor, capsys):
        sealed = bytearray(victim().words.ciphertext)
        sealed[-1] ^= 1
        run("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", bytes(sealed), victim().pk)

        assert first(anchor, capsys) == f"office:9001#{VICTIM}"

    def test_two_swapped(self, anchor, capsys):
        texts = [(victim(seq).pk, bytes(victim(seq).words.ciphertext)) for seq in (2, 3)]
        for (row, _own), (_other, sealed) in zip(texts, reversed(texts), strict=True):
            run("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", sealed, row)

        assert [fault.split(" ")[0] for fault in found(anchor, capsys)] == ["office:9001#2", "office:9001#3"]

    def test_one_sealed_anew_for_its_place(self, anchor, capsys):
        sealed = chain.keys.seal(victim().place_of_words, "别的话".encode())
        run("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", sealed, victim().pk)

        assert first(anchor, capsys) == f"office:9001#{VICTIM}"

    def test_one_deleted(self, anchor, capsys):
        run("DELETE FROM casework_eventtext WHERE event_id = %s", victim().pk)

        assert found(anchor, capsys) == [f"office:9001#{VICTIM} (row {victim().pk}): {GONE}"]

    def test_one_destroyed_with_its_person_is_no_fault(self, anchor, capsys):
        victim().words.delete()
        note(by=None, at=AT, kind="worker.disposed", worker="0b0e", disposal=1)

        assert verify(anchor=anchor, texts=True).ok

    def test_a_disposal_of_something_else_explains_nothing(self, anchor, capsys):
        victim().words.delete()
        note(by=None, at=AT, kind="case.disposed", case="LD-410105-2026-000009", disposal=1)

        assert first(anchor, capsys) == f"office:9001#{VICTIM}"


GONE = "its text is gone, and no disposal tells of it"
CHECKPOINT = [field.column for field in Checkpoint._meta.concrete_fields]


class TestCheckpoints:
    @pytest.mark.parametrize("column", CHECKPOINT)
    def test_every_column_of_a_row(self, anchor, capsys, column):
        new = {"made_at": "2020-01-01 00:00:00", "heads_text": "[]"}.get(column, "77")
        run(f"UPDATE casework_checkpoint SET {column} = %s WHERE number = 2", new)  # noqa: S608

        assert found(anchor, capsys)[0].startswith("checkpoint ")

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_row_removed(self, anchor, capsys, number):
        run("DELETE FROM casework_checkpoint WHERE number = %s", number)

        assert any(fault.startswith(f"checkpoint {number}: gone") for fault in found(anchor, capsys))

    def lines(self, anchor, change):
        lines = anchor.read_text().splitlines(keepends=True)
        anchor.write_text("".join(change(lines)))

    @pytest.mark.parametrize(
        "change",
        [
            lambda lines: lines[1:],
            lambda lines: lines[::-1],
            lambda lines: [lines[0], lines[1].replace('"made_at":"2', '"made_at":"1')],
            lambda lines: [lines[0].replace("office:9001", "office:7"), lines[1]],
            lambda lines: [lines[0], lines[1][:-9]],
            lambda lines: [lines[0], "nonsense\n", lines[1]],
            lambda lines: [lines[0], lines[0], lines[1]],
        ],
        ids=["first removed", "reordered", "changed", "head changed", "torn", "put in", "twice"],
    )
    def test_a_line_of_the_file(self, anchor, capsys, change):
        self.lines(anchor, change)

        assert str(anchor) in found(anchor, capsys)[0]

    def test_the_last_line_removed_of_a_file_that_has_had_it(self, anchor, capsys, settings):
        settings.ANCHOR_PLACES = [f"file://{anchor}"]
        assert places.send_owed(at=AT) == []
        assert verify().ok
        self.lines(anchor, lambda lines: lines[:1])

        assert "checkpoint 2 was sent there and is gone" in found(None, capsys)[0]

    def test_the_file_removed(self, anchor, capsys, settings):
        settings.ANCHOR_PLACES = [f"file://{anchor}"]
        places.send_owed(at=AT)
        anchor.unlink()

        assert "not there" in found(None, capsys)[0]

    def test_signed_by_another_key(self, anchor, capsys, settings, tmp_path):
        settings.ANCHOR_KEY_FILE, settings.ANCHOR_PUBLIC_KEYS_FILE = tmp_path / "own.json", tmp_path / "public.json"

        assert all("not signed" in fault for fault in found(anchor, capsys)[:2] if "checkpoint" in fault)

    def test_rows_younger_than_the_anchor_are_counted(self, anchor, capsys):
        note(by=None, at=AT, what="new")
        capsys.readouterr()

        call_command("audit", "verify", anchor=anchor)

        assert "1 rows are younger" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_command_itself_exits_with_an_error(anchor):
    EventText.objects.all().delete()

    def command():
        name = connection.settings_dict["NAME"]
        server = os.environ["DATABASE_URL"].rpartition("/")[0] if connection.vendor == "postgresql" else "sqlite://"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"{server}/{name}",
        }
        return subprocess.run(
            [sys.executable, "manage.py", "audit", "verify", "--anchor", str(anchor)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    whole = command()
    run("DELETE FROM casework_event WHERE id = %s", victim().pk)
    broken = command()

    assert whole.returncode == 0, whole.stderr
    assert broken.returncode == 1
    assert f"BROKEN office:9001#{VICTIM + 1}" in broken.stdout
