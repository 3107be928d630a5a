"""What is read to be checked is what was hashed, on both databases: `chain.body` writes it, PostgreSQL sends it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.audit import chain, reading, triggers
from casework.audit.models import Event
from casework.audit.verify import verify
from tests.factories import AT
from tests.scale import scale

TYPED = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(TYPED | st.sampled_from("公道调解é\n\x1b"), max_size=40)
KEY = st.none() | st.integers(-(2**63), 2**63 - 1)
# no first and no last day: there are places where it is another year
MOMENT = st.timedeltas(timedelta(days=1), timedelta(days=3_652_000)).map(
    lambda since: datetime(1, 1, 1, tzinfo=UTC) + since
)
EVENT = st.fixed_dictionaries(
    {
        "stream": st.text(TYPED, min_size=1, max_size=64),
        "seq": st.integers(0, 2**31 - 1),
        "kind": TEXT,
        "outcome": st.text(TYPED, max_size=8),
        "happened_at": MOMENT,
        "recorded_at": MOMENT,
        "request_id": st.text(TYPED, max_size=32),
        "address": TEXT,
        "facts_text": TEXT | TEXT.map(lambda text: text * 50),
        "format": st.sampled_from([1, 2, 3]),
        "key_id": st.integers(0, 2**15 - 1),
        "office_id": KEY,
        "person_id": KEY,
        "prev_hash": st.binary(min_size=32, max_size=32),
        "hash": st.binary(min_size=32, max_size=32),
    }
)


def body_of(event):
    said = {name: getattr(event, name) for name in chain.LINKED}
    return chain.body(**said | {name: chain.moment(said[name]) for name in ("happened_at", "recorded_at")})


@pytest.mark.django_db
@settings(max_examples=scale("examples"), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=EVENT)
def test_a_row_is_read_as_it_was_hashed(columns, db):
    if columns["format"] == 1:
        columns |= {"office_id": None, "person_id": None}
    with transaction.atomic():
        event = Event.objects.create(**columns)

        assert list(reading.events()) == [
            (event.stream, event.seq, event.prev_hash, event.hash, event.key_id, event.pk, body_of(event))
        ]
        transaction.set_rollback(True)


BEYOND = ["{:%Y-%m-%d %H:%M:%S.%f}+00 BC", "infinity", "-infinity", "294000-01-01 00:00+00"]


@pytest.mark.django_db
class TestForged:
    """What only somebody with the database's password can write."""

    @pytest.mark.parametrize(("office", "person"), [(7, None), (None, 7), (0, 0)])
    def test_an_event_of_format_1_says_no_office_and_no_person(self, office, person):
        Event.objects.create(
            stream="a", seq=1, happened_at=AT, recorded_at=AT, format=1, key_id=1, office_id=office, person_id=person,
            prev_hash=chain.GENESIS, hash=bytes(32),
        )  # fmt: skip

        (row,) = reading.events()
        assert row[-1] == b""

    @pytest.mark.parametrize("forged", BEYOND)
    @pytest.mark.parametrize("column", ["happened_at", "recorded_at"])
    def test_a_moment_no_clock_of_ours_shows(self, column, forged):
        event = Event(stream="a", seq=1, happened_at=AT, recorded_at=AT, key_id=1, prev_hash=chain.GENESIS)
        event.hash = chain.link(event)
        with connection.cursor() as cursor:
            event.save()
            with triggers.lifted(connection):
                cursor.execute(f"UPDATE casework_event SET {column} = %s", [forged.format(AT)])  # noqa: S608

        assert [fault.says for fault in verify().faults] == ["its content was changed"]

    @pytest.mark.parametrize("length", [0, 31, 33, 64])
    @pytest.mark.parametrize("column", ["hash", "prev_hash"])
    def test_a_hash_of_another_length(self, column, length):
        event = Event(stream="公道", seq=1, happened_at=AT, recorded_at=AT, key_id=1, prev_hash=chain.GENESIS)
        event.hash = chain.link(event)
        setattr(event, column, (getattr(event, column) * 2)[:length])
        event.save()

        (row,) = reading.events()
        assert (row[0], row[1]) == ("公道", 1)
        assert len(verify().faults) == 1

    @pytest.mark.parametrize("column", [field.column for field in Event._meta.concrete_fields if not field.null][1:])
    def test_nothing_where_something_must_stand(self, column):
        event = Event(stream="a", seq=1, happened_at=AT, recorded_at=AT, key_id=1, prev_hash=chain.GENESIS)
        event.hash = chain.link(event)
        event.save()
        if connection.vendor != "postgresql":  # SQLite has no way to let go of a column's NOT NULL
            with triggers.lifted(connection), connection.cursor() as cursor, pytest.raises(IntegrityError):
                cursor.execute(f"UPDATE casework_event SET {column} = NULL")  # noqa: S608
            return
        with triggers.lifted(connection), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE casework_event ALTER COLUMN {column} DROP NOT NULL")
            cursor.execute(f"UPDATE casework_event SET {column} = NULL")  # noqa: S608

        assert any(fault.facts.get("row") == event.pk for fault in verify().faults)
