"""What is sealed belongs to its row and column: what was moved or changed beneath us is noticed when it is read."""

import itertools
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from casework.audit.events import words_of
from casework.audit.keys import SealBroken
from casework.audit.models import Event, EventText
from casework.audit.sealed import SealedTextField
from casework.documents import operations as documents
from casework.documents.models import Document
from casework.documents.queries import content_of
from casework.people import operations as people
from casework.people.models import Worker
from tests.casework.documents import samples
from tests.factories import AT, a_worker
from tests.workflows.conftest import cast, open_toy

__all__ = ["cast", "open_toy"]

pytestmark = pytest.mark.django_db

SEALED = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.local_concrete_fields
    if isinstance(field, SealedTextField)
]


def lying(worker, column):
    """Return the bytes that lie in a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM casework_worker WHERE id = %s", [worker.pk])  # noqa: S608
        return bytes(cursor.fetchone()[0])


def lay(worker, column, sealed):
    """Put bytes into a column, as somebody with the database in his hands does."""
    with connection.cursor() as cursor:
        value = connection.Database.Binary(sealed)
        cursor.execute(f"UPDATE casework_worker SET {column} = %s WHERE id = %s", [value, worker.pk])  # noqa: S608


def read(worker, column):
    return getattr(Worker.objects.get(pk=worker.pk), column)


def a_row(model, number):
    """Return an unsaved row with a number for all that may tell it from others."""
    row = model()
    for one in model._meta.concrete_fields:
        if one.primary_key or (one.attname == "uuid" and not row.uuid):
            setattr(row, one.attname, number)
    return row


def refused_to(read, *args):
    """Return whether a reading is refused."""
    try:
        read(*args)
    except SealBroken:
        return True
    return False


class TestEveryColumn:
    def test_binds_its_table_its_name_and_its_row(self):
        places = [field.place(row) for model, field in SEALED for row in (a_row(model, 1), a_row(model, 2))]

        assert len(set(places)) == len(places) == 2 * len(SEALED)
        assert len(SEALED) > 40


class TestAValue:
    def test_of_another_row_does_not_open(self):
        one, other = a_worker(address="清源路1号"), a_worker(address="清源路2号")
        ours, theirs = lying(one, "address"), lying(other, "address")
        lay(one, "address", theirs)
        lay(other, "address", ours)

        assert refused_to(read, one, "address")
        assert refused_to(read, other, "address")

    def test_of_another_column_does_not_open(self):
        columns = ("id_number", "phone", "address")
        worker = a_worker(address="清源路1号")
        held = {column: lying(worker, column) for column in columns}

        for source, target in itertools.permutations(columns, 2):
            lay(worker, target, held[source])
            assert refused_to(read, worker, target), (source, target)
            lay(worker, target, held[target])
            assert not refused_to(read, worker, target)

    def test_with_any_bit_flipped_does_not_open(self):
        worker = a_worker(phone="19900005678")
        held = lying(worker, "phone")

        for place, bit in itertools.product(range(len(held)), range(8)):
            flipped = bytearray(held)
            flipped[place] ^= 1 << bit
            lay(worker, "phone", bytes(flipped))
            assert refused_to(read, worker, "phone"), (place, bit)

    def test_cut_or_longer_does_not_open(self):
        worker = a_worker(phone="19900005678")
        held = lying(worker, "phone")

        for other in (*(held[:length] for length in range(1, len(held))), held + b"\0", held + held, b"19900005678"):
            lay(worker, "phone", other)
            assert refused_to(read, worker, "phone"), other

    def test_that_was_emptied_is_found_by_its_keyed_hash(self):
        worker = a_worker()
        lay(worker, "phone", b"")

        with pytest.raises(CommandError, match="1 things"):
            call_command("keys", "check")

    def test_exchanged_together_with_its_keyed_hash_does_not_open(self):
        one, other = a_worker(), a_worker()
        Worker.objects.filter(pk=other.pk).update(id_key="")
        Worker.objects.filter(pk=one.pk).update(id_key=other.id_key)
        lay(one, "id_number", lying(other, "id_number"))

        assert refused_to(read, one, "id_number")


def test_files_exchanged_or_changed_do_not_open(cast, open_toy):
    case = open_toy()
    ours, theirs = (
        documents.attach_document(case=case, kind="income", file=samples.upload(), by=cast.lin, at=AT) for _ in range(2)
    )
    path = Path(ours.file.path)
    held = path.read_bytes()
    Document.objects.filter(pk=ours.pk).update(file=theirs.file.name)
    assert refused_to(content_of, Document.objects.get(pk=ours.pk))
    Document.objects.filter(pk=ours.pk).update(file=ours.file.name)

    for place in (0, 1, 2, len(held) // 2, len(held) - 1):
        path.write_bytes(held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :])
        assert refused_to(content_of, Document.objects.get(pk=ours.pk)), place


def test_texts_of_two_events_exchanged_do_not_open(cast):
    events = []
    for reason in ("核对", "错了"):
        people.reveal_field(worker=a_worker(), field="phone", reason=reason, by=cast.lin, at=AT)
        events.append(Event.objects.latest("id"))
    held = [bytes(EventText.objects.get(event=event).ciphertext) for event in events]
    EventText.objects.filter(event__in=events).delete()
    EventText.objects.bulk_create(
        EventText(event=event, ciphertext=sealed) for event, sealed in zip(events, reversed(held), strict=True)
    )

    assert all(refused_to(words_of, event) for event in events)
