"""Read the trail to check it: every row beside what its hash is made of, the fastest way its database has.

# Note [The row as PostgreSQL sends it]
`COPY ... (FORMAT BINARY)` sends each value preceded by its length, and so does `chain.body`: asked for the parts of a
body in their order, PostgreSQL sends the body itself, and nothing is left to do here but to hash it. It sends one row
per message, after a head and before an end, and does not wait for us between them. What we compare ourselves comes
first, in values of a fixed length, so that all of it stands at fixed places; a hash of another length is none, and is
sent as `NO_HASH`. `tests/casework/audit/test_reading.py` holds both bodies to be the same.
"""

import struct
from collections.abc import Iterator
from typing import Any

from django.db import connection

from . import chain

CHUNK = 2000
MAY_BE_NULL = ("actor_id", "principal_id", "office_id", "person_id")
NO_HASH = "decode(repeat('ff', 32), 'hex')"
WITHOUT_FRACTION = len("2026-11-20 01:00:00")
COPY_HEAD = len(b"PGCOPY\n\xff\r\n\0") + 8
# How many values follow, and each value after its length: id, seq, key_id, format, hash, prev_hash; then the length
# of the stream. The body begins with prev_hash.
FRONT = struct.Struct(">h 4xq 4xi 4xh 4xh 4x32s 4x32s i")
BODY = FRONT.size - struct.calcsize(">32s i")
# How the body of format 2 ends where that of format 1 has ended already: no office and no person.
OF_NOBODY = bytes(8)


# One event as it is checked: its stream, its number there, the hash before it, its own hash, the number of the key, its
# id, and its body, which is b"" when the columns hold what no event ever held. A plain tuple: there are millions.
Row = tuple[str, int, bytes, bytes, int, int, bytes]


def read(statement: str, *values: Any) -> Iterator[Any]:
    """Return the rows of a statement as the database's driver gives them, without holding all of them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def events(*, after: str = "", upto: str = "") -> Iterator[Row]:
    """Return all events, stream by stream, or those of the streams after one and up to another."""
    bounds = {"stream > %s": after, "stream <= %s": upto}
    where = " AND ".join(bound for bound, stream in bounds.items() if stream) or "1 = 1"
    values = [stream for stream in bounds.values() if stream]
    return (_copied if connection.vendor == "postgresql" else _selected)(where, values)


def _copied(where: str, values: list[str]) -> Iterator[Row]:
    """Return the rows as PostgreSQL sends them, to be read to their end: breaking off would break the transaction."""
    front = FRONT.unpack_from
    with connection.cursor() as cursor, cursor.copy(_copy_text(where), values) as sent:
        head: bytes | None = None
        for one in sent:
            row = bytes(one)
            if head is None:
                head, row = row[:COPY_HEAD], row[COPY_HEAD:]
            if len(row) < FRONT.size:
                continue  # the head alone, or the end
            _count, id, seq, key_id, format, hash, prev_hash, length = front(row)
            body = row[BODY:]
            if format == 1:
                body = body.removesuffix(OF_NOBODY) if body.endswith(OF_NOBODY) else b""
            stream = row[FRONT.size : FRONT.size + length].decode(errors="replace")
            yield stream, seq, prev_hash, hash, key_id, id, body


def _copy_text(where: str) -> str:
    numbers = {"id": "int8", "seq": "int4", "key_id": "int2", "format": "int2"}
    ours = (*(f"coalesce({name}, 0)::{kind}" for name, kind in numbers.items()), _a_hash("hash"))
    columns = ", ".join((*ours, *map(_said, chain.LINKED)))
    events = f"SELECT {columns} FROM casework_event AS event WHERE {where} ORDER BY event.stream, event.seq"  # noqa: S608
    return f"COPY ({events}) TO STDOUT (FORMAT BINARY)"


def _said(name: str) -> str:
    """Return what PostgreSQL is asked for so that it says a column as `chain.body` does."""
    if name == "prev_hash":
        return _a_hash(name)
    if name.endswith("_at"):
        # to_char says a year before Christ as if it were one of ours
        moment = f"""to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        return f"CASE WHEN {name} >= '0001-01-01 00:00:00+00' THEN {moment} ELSE '' END"
    # no other may be NULL: its length is sent as -1 then, which no body says
    return f"coalesce({name}::text, '')" if name in MAY_BE_NULL else f"{name}::text"


def _a_hash(name: str) -> str:
    return f"CASE octet_length({name}) WHEN 32 THEN {name} ELSE {NO_HASH} END"


def _selected(where: str, values: list[str]) -> Iterator[Row]:
    """Return the rows as SQLite gives them, their bodies made here."""
    columns = ", ".join(map(_stored, (*chain.LINKED, "hash", "id")))
    statement = f"SELECT {columns} FROM casework_event WHERE {where} ORDER BY stream, seq"  # noqa: S608
    for *said, hash, id in read(statement, *values):
        prev_hash, stream, seq = said[:3]
        format, key_id, office, person = said[-4:]
        body = b""
        try:
            if format != 1 or (office is None and person is None):
                body = chain.body(*said)
        except (TypeError, ValueError, AttributeError, OverflowError):
            pass  # a value of a kind this column never holds
        yield stream, seq, prev_hash, hash, key_id, id, body


def _stored(name: str) -> str:
    """Return what SQLite is asked for so that a column comes as `chain.body` takes it."""
    if not name.endswith("_at"):
        return name
    end = f"CASE length({name}) WHEN {WITHOUT_FRACTION} THEN '.000000Z' ELSE 'Z' END"
    return f"CASE typeof({name}) WHEN 'text' THEN replace({name}, ' ', 'T') || {end} END"
