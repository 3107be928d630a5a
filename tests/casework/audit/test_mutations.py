"""Whatever somebody with the database's password does to the trail is found: every column, every way, every row.

What the last anchor covers is found also when the chain was written anew by somebody who holds its key.
"""

import itertools
import json
import secrets
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from casework.audit import chain, checkpoints, keys, triggers
from casework.audit.models import Checkpoint, Event, EventText, Stream
from casework.audit.operation import LINKED
from tests.factories import AT, lin

from .test_trail import note, tamper

VICTIM = 3  # of five: some stand before it, some after
COLUMNS = [field.column for field in Event._meta.local_fields if field.name != "id"]
OTHER = {
    "text": ["x", "", "security", "1"],
    "number": [0, 1, 2, 77, -1],
    "moment": ["2020-01-01 00:00:00+00:00", "2026-11-20 02:03:00.000001+00:00"],
    "bytes": [b"", bytes(32), b"x" * 31],
}


@pytest.fixture
def places(tmp_path, settings):
    file = tmp_path / "anchors.jsonl"
    settings.ANCHOR_PLACES = [f"file://{file}"]
    settings.ANCHOR_KEY_FILE = tmp_path / "key.pem"
    settings.ANCHOR_PUBLIC_KEYS_FILE = tmp_path / "public.json"
    return file


@pytest.fixture
def trail(db, places):
    """Five events in each of two streams, with texts, signed twice; and one that is younger."""
    sign(AT)
    for number in range(5):
        at = AT + timedelta(minutes=number)
        for stream in ("office:901", "office:902"):
            note(stream=stream, by=lin(), at=at, text=f"words {number}", person=7, what=str(number))
        if number == 2:
            sign(at)
    sign(AT + timedelta(hours=1))
    note(stream="office:901", by=None, at=AT + timedelta(hours=2), what="young")
    return Event.objects.filter(stream="office:901").order_by("seq")


def sign(at):
    checkpoints.make_checkpoint(at=at)
    checkpoints.send_on(at=at)


def found(*options):
    """Run the command as somebody would, and return the faults it names; it must fail when there are any."""
    try:
        call_command("audit", "verify", *options)
    except CommandError as error:
        return error.returncode != 0
    return False


def attempt(statement, *arguments):
    """Try to change history; return whether the database let it happen."""
    with triggers.lifted(connection):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, arguments)
        except (IntegrityError, DataError, ProgrammingError):
            return False
    return True


def faults(capsys, *options):
    capsys.readouterr()
    assert found(*options)
    return [line.removeprefix("BROKEN ") for line in capsys.readouterr().out.splitlines() if line.startswith("BROKEN")]


def test_a_whole_trail_is_whole_and_says_what_is_younger(trail, capsys):
    assert not found("--texts")

    assert "1 events are younger than the last anchor." in capsys.readouterr().out


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_changed_in_every_way_is_found(trail, capsys, column):
    victim = trail[VICTIM - 1]
    values = [value for values in OTHER.values() for value in values] + [None]
    before, tried = raw(victim, column), 0
    for value in values:
        with transaction.atomic():
            if not attempt(f"UPDATE casework_event SET {column} = %s WHERE id = %s", value, victim.pk):  # noqa: S608
                continue
            if raw(victim, column) != before:
                tried += 1
                told = faults(capsys)
                assert column == "stream" or any(fault.startswith("office:901#") for fault in told), (value, told)
            transaction.set_rollback(True)
    assert tried, f"no value could be put into {column}"


def raw(event, column):
    """Return what a column holds, and of which type the database says it is."""
    typed = f"typeof({column})" if connection.vendor == "sqlite" else f"CAST(pg_typeof({column}) AS text)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, {typed} FROM casework_event WHERE id = %s", [event.pk])  # noqa: S608
        value, kind = cursor.fetchone()
    return (bytes(value) if isinstance(value, memoryview) else value), kind


# ---- rows ----------------------------------------------------------------------------------------------------------


def delete(*seqs, stream="office:901"):
    for event in Event.objects.filter(stream=stream, seq__in=seqs):
        tamper("DELETE FROM casework_eventtext WHERE event_id = %s", event.pk)
        tamper("DELETE FROM casework_event WHERE id = %s", event.pk)


def set_head(stream="office:901"):
    """Set a head to where its stream ends now, as somebody would who cuts it."""
    last = Event.objects.filter(stream=stream).order_by("-seq").first()
    seq, hash = (last.seq, bytes(last.hash)) if last else (0, b"")
    Stream.objects.filter(key=stream).update(head_seq=seq, head_hash=hash)


def rebuild(key=None, stream="office:901"):
    """Write the chain of a stream anew from what its rows say now, and its head."""
    before = chain.GENESIS
    own = keys.key_of
    for event in Event.objects.filter(stream=stream).order_by("seq"):
        event.prev_hash = before
        facts = {name: getattr(event, name) for name in LINKED}
        facts["happened_at"], facts["recorded_at"] = event.happened_at, event.recorded_at
        facts.pop("prev_hash")
        moments = (chain.moment(facts.pop("happened_at")), chain.moment(facts.pop("recorded_at")))
        before = chain.hash_of(
            key or own("chain", event.key_id)[1],
            before,
            event.stream,
            event.seq,
            event.kind,
            event.outcome,
            event.actor_id,
            event.principal_id,
            *moments,
            event.request_id,
            event.address,
            event.facts_text,
            event.format,
            event.key_id,
            event.office_id,
            event.person_id,
        )
        tamper(
            "UPDATE casework_event SET prev_hash = %s, hash = %s WHERE id = %s",
            bytes(event.prev_hash),
            before,
            event.pk,
        )
    set_head(stream)


def change(kind="other.kind"):
    tamper("UPDATE casework_event SET kind = %s WHERE stream = 'office:901' AND seq = %s", kind, VICTIM)


def duplicate():
    columns = ", ".join(column for column in COLUMNS if column not in ("seq",))
    tamper(
        f"INSERT INTO casework_event (seq, {columns}) SELECT 7, {columns} FROM casework_event "  # noqa: S608
        "WHERE stream = 'office:901' AND seq = %s",
        VICTIM,
    )


def swap():
    for seq, new in ((2, 99), (VICTIM, 2), (99, VICTIM)):
        tamper("UPDATE casework_event SET seq = %s WHERE stream = 'office:901' AND seq = %s", new, seq)


def renumber():
    delete(2)
    for seq in range(3, 7):
        tamper("UPDATE casework_event SET seq = %s WHERE stream = 'office:901' AND seq = %s", seq - 1, seq)


def in_turn(*acts):
    def act():
        for one in acts:
            one()

    return act


def cut(*seqs):
    return in_turn(lambda: delete(*seqs), set_head)


def remove_stream():
    delete(*range(1, 7))
    tamper("DELETE FROM casework_stream WHERE key = 'office:901'")


def restore_old_copy():
    """Bring back how everything stood when the second checkpoint was made: rows, heads and checkpoints."""
    for stream in ("office:901", "office:902"):
        delete(*range(4, 7), stream=stream)
        set_head(stream)
    tamper("DELETE FROM casework_checkpoint WHERE number > 1")


def rebuild_with_key():
    change()
    rebuild()


def rebuild_without_key():
    change()
    rebuild(secrets.token_bytes(32))


ROWS = {
    "change": (change, "office:901#3"),
    "delete": (lambda: delete(VICTIM), "office:901#4"),
    "delete and renumber": (in_turn(renumber, set_head), "office:901#2"),
    "insert (a copy at the end)": (duplicate, "office:901#7"),
    "duplicate with its head": (in_turn(duplicate, set_head), "office:901#7"),
    "swap": (swap, "office:901#2"),
    "cut by one beyond the anchor's": (cut(6, 5), "office:901#4"),
    "cut by five": (cut(6, 5, 4, 3, 2), "office:901#1"),
    "cut whole": (cut(*range(1, 7)), "office:901#0"),
    "remove a stream": (remove_stream, "office:901#0"),
    "rebuild without the key": (rebuild_without_key, "office:901#1"),
    "rebuild with the key": (rebuild_with_key, "office:901#5"),
    "restore an old copy": (restore_old_copy, "office:901#3"),
}


@pytest.mark.parametrize("way", ROWS)
def test_every_way_with_rows_is_found_and_the_first_bad_one_named(trail, capsys, way):
    act, first = ROWS[way]

    act()

    told = faults(capsys)
    assert any(fault.startswith((f"{first} ", f"{first}:")) for fault in told), told


def test_a_cut_without_anchors_is_not_claimed_to_be_seen(trail, settings, capsys):
    settings.ANCHOR_PLACES = []
    cut(6)()

    assert not found()
    assert "No anchor was read" in capsys.readouterr().out


# ---- texts ---------------------------------------------------------------------------------------------------------


def test_a_text_flipped_swapped_or_put_in_anothers_place_is_found(trail, capsys):
    texts = list(EventText.objects.order_by("pk")[:2])
    one, other = (bytes(text.ciphertext) for text in texts)

    for place in (0, 1, 5, len(one) // 2, len(one) - 1):
        flipped = one[:place] + bytes([one[place] ^ 1]) + one[place + 1 :]
        tamper("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", flipped, texts[0].pk)
        assert len(faults(capsys, "--texts")) == 1, place
    tamper("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", other, texts[0].pk)
    assert "cannot be opened" in faults(capsys, "--texts")[0]
    event = texts[0].event
    forged = keys.seal(f"{event.stream}#{event.seq}", b"other words")
    tamper("UPDATE casework_eventtext SET ciphertext = %s WHERE event_id = %s", forged, texts[0].pk)
    assert "another text" in faults(capsys, "--texts")[0]


# ---- checkpoints and their file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["made_at", "upto", "events", "heads", "previous", "root", "key_id", "signature"])
def test_a_checkpoint_of_the_database_cannot_be_changed(trail, column):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE casework_checkpoint SET {column} = {column}")  # noqa: S608


def test_checkpoints_taken_out_or_replaced_in_the_database_are_found(trail, capsys):
    with transaction.atomic():
        tamper("DELETE FROM casework_checkpoint WHERE number = 2")
        assert faults(capsys)[0].startswith("checkpoint 2")
        transaction.set_rollback(True)
    tamper("UPDATE casework_checkpoint SET root = %s WHERE number = 1", bytes(32))
    assert faults(capsys)[0].startswith("checkpoint 1")


def rewritten(lines, change):
    return [change(number, json.loads(line)) for number, line in enumerate(lines)]


def with_value(name, value):
    def change(lines):
        said = json.loads(lines[0])
        said[name] = value
        return [json.dumps(said), *lines[1:]]

    return change


FILE = {
    **{
        f"{name} changed": (with_value(name, value), "anchor 1")
        for name, value in {
            "number": 2,
            "made_at": "2020-01-01T00:00:00.000000Z",
            "upto": 1,
            "events": 1,
            "heads": [],
            "previous": "00" * 31 + "01",
            "key": 7,
            "root": "00" * 32,
            "signature": "00" * 64,
        }.items()
    },
    "first removed": (lambda lines: lines[1:], "anchor 1"),
    "last removed": (lambda lines: lines[:-1], "anchor 2"),
    "all removed": (lambda lines: [], "anchor 1"),
    "turned round": (lambda lines: lines[::-1], "anchor 1"),
    "one twice": (lambda lines: [lines[0], *lines], "anchor 2"),
    "no JSON": (lambda lines: ["x", *lines], "anchor 1"),
    "no object": (lambda lines: ["[]", *lines], "anchor 1"),
}


@pytest.mark.parametrize("way", FILE)
def test_a_touched_file_of_anchors_is_found(trail, places, capsys, way):
    touch, first = FILE[way]
    lines = places.read_text().splitlines()
    assert len(lines) == 2

    places.write_text("".join(f"{line}\n" for line in touch(lines)))

    told = faults(capsys)
    assert any(fault.startswith(first) for fault in told), told


def test_a_file_signed_by_another_key_is_found(trail, places, settings, tmp_path, capsys):
    settings.ANCHOR_KEY_FILE, settings.ANCHOR_PUBLIC_KEYS_FILE = tmp_path / "forger.pem", tmp_path / "forgers.json"
    tamper("DELETE FROM casework_checkpoint")
    tamper("DELETE FROM casework_signedhead")
    rebuild_with_key()
    places.unlink()
    tamper("DELETE FROM casework_anchorplace")
    sign(AT)
    settings.ANCHOR_PUBLIC_KEYS_FILE = tmp_path / "public.json"

    assert faults(capsys)[0].startswith("anchor 1: its signature is not ours")


def test_the_last_line_cut_off_by_a_crash_is_no_fault(trail, places):
    with places.open("a") as file:
        file.write('{"number": 3, "hea')

    assert not found()


def test_every_head_was_covered(trail):
    heads = [tuple(head[:2]) for one in Checkpoint.objects.all() for head in json.loads(one.heads)]

    assert {("office:901", 3), ("office:901", 5), ("office:902", 3), ("office:902", 5)} <= set(heads)
    assert len(heads) == len(set(heads))
    assert list(itertools.pairwise(sorted(Checkpoint.objects.values_list("events", flat=True))))
    assert triggers.missing(connection) == []
