"""Time `audit verify` beside a plain read of the same rows, and appending with many writers beside a raw insert.

One run, one database (DATABASE_URL; `./run bench audit` starts a PostgreSQL that waits for the disk; without one, or
with a sqlite:// address, SQLite), rounds in turning order. The ratios are medians of the ratios within each round.
"""

# ruff: noqa: E402  Django is set up before its models are imported

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from casework.audit import chain, checkpoints, events, keys
from casework.audit.models import Event, Stream
from casework.audit.operation import operation
from casework.audit.reading import read
from casework.audit.verify import verify

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
GOALS = {"rows/s": 100_000, "× plain read": 3.0, "appended/s": 300}
A_STREAM = 20
FACTS = {"task": 12345, "node": "mediate", "from": "accepted", "to": "mediating", "due": "2026-11-20"}

events.declare("bench.happened", "Benchmark")


def fill(rows: int) -> None:
    """Write a trail as long as asked for, in streams of the length of a case's."""
    for begin in range(0, rows, 20_000):
        made, heads = [], []
        for first in range(begin, min(rows, begin + 20_000), A_STREAM):
            head = chain.GENESIS
            stream = f"bench:{first:09d}"
            for seq in range(1, A_STREAM + 1):
                at = BEGIN + timedelta(seconds=first + seq, microseconds=seq)
                one = Event(
                    stream=stream, seq=seq, kind="bench.happened", happened_at=at, recorded_at=at, request_id="a" * 32,
                    address="10.0.0.1", facts_text=chain.canonical(FACTS | {"n": seq}), key_id=keys.key_of("chain")[0],
                    office_id=7, person_id=first + 1, prev_hash=head,
                )  # fmt: skip
                head = one.hash = chain.link(one)
                made.append(one)
            heads.append(Stream(key=stream, head_seq=A_STREAM, head_hash=head))
        Event.objects.bulk_create(made, batch_size=1_000)
        Stream.objects.bulk_create(heads, batch_size=1_000)


def plain() -> int:
    """Read the same rows and do nothing with them: no moments either, making them is slow on PostgreSQL."""
    columns = (*chain.LINKED, "hash", "id")
    asked = ", ".join(f"CAST({name} AS text)" if name.endswith("_at") else name for name in columns)
    return sum(1 for _row in read(f"SELECT {asked} FROM casework_event ORDER BY stream, seq"))


def checked() -> int:
    """Verify."""
    report = verify()
    if not report.ok:
        raise SystemExit(f"audit: the trail is broken: {report.faults[:3]}")
    return report.rows


def timed(what: Callable[[], int]) -> tuple[float, float, int]:
    """Return the wall and processor seconds something took, and its rows."""
    wall, cpu = time.perf_counter(), time.process_time()
    rows = what()
    return time.perf_counter() - wall, time.process_time() - cpu, rows


@operation
def append(*, stream: str, by: Any, at: datetime) -> None:
    """Record one event."""
    events.record(stream, "bench.happened", by=by, at=at, **FACTS)


def raw_insert(number: int) -> None:
    """Insert as wide a row, chained to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_event (stream, seq, kind, outcome, happened_at, recorded_at, request_id, address,"
            " facts_text, format, key_id, prev_hash, hash) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [f"raw:{number}", 1, "bench.happened", "done", BEGIN, BEGIN, "", "", chain.canonical(FACTS), 2, 1,
             chain.GENESIS, chain.GENESIS],
        )  # fmt: skip


def writers(count: int, each: int, write: Callable[[int], None]) -> float:
    """Return how many a second come from so many writers at once, each with its connection open already."""
    ready = threading.Barrier(count + 1)

    def run(writer: int) -> None:
        write(count * each + writer)
        ready.wait()
        for number in range(each):
            write(writer * each + number)
        connection.close()

    threads = [threading.Thread(target=run, args=[writer]) for writer in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return count * each / (time.perf_counter() - start)


def main() -> int:
    """Run the benchmark on an empty database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--each", type=int, default=50)
    chosen = parser.parse_args()
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill(chosen.rows)
    checkpoints.make(at=BEGIN)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rounds = []
    plain(), checked()
    for number in range(chosen.rounds):
        order = (plain, checked) if number % 2 else (checked, plain)
        rounds.append({what.__name__: timed(what) for what in order})
    rate = statistics.median(one["checked"][2] / one["checked"][0] for one in rounds)
    ratio = statistics.median(one["checked"][0] / one["plain"][0] for one in rounds)
    print(f"{connection.vendor}, Python {sys.version.split()[0]}, {chosen.rows} rows, {chosen.rounds} rounds")
    for name in ("plain", "checked"):
        wall = statistics.median(one[name][0] for one in rounds)
        cpu = statistics.median(one[name][1] for one in rounds)
        print(f"{name:8} {wall:7.3f} s wall {cpu:7.3f} s CPU {rounds[0][name][2] / wall:10,.0f} rows/s")
    print(f"verify: {rate:,.0f} rows/s, {ratio:.2f} × the plain read")
    appended = writers(chosen.writers, chosen.each, lambda number: append(stream=f"append:{number}", by=None, at=BEGIN))
    raw = writers(chosen.writers, chosen.each, raw_insert)
    print(
        f"append: {appended:,.0f}/s with {chosen.writers} writers, {appended / raw:.2f} × a raw insert ({raw:,.0f}/s)"
    )
    met = rate >= GOALS["rows/s"] and ratio <= GOALS["× plain read"] and appended >= GOALS["appended/s"]
    print(f"goals {'met' if met else 'MISSED'}: ≥ 100,000 rows/s, ≤ 3 × the plain read, ≥ 300 appended/s")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
