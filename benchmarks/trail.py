"""Time the page of the trail over many events, beside a read of as many rows by their primary keys.

A trail of three years is made by the database itself: cases of twenty events, spread over the offices so that few have
much and many have little, one county that closed after the first tenth, one event in a hundred a refusal. The hashes
are noise; nothing here verifies them. Then the page is asked for as people ask: each question many times in turning
order with the floor, each time another case, person or clerk. The whole page is timed, from the request to the answer
with every sentence worded. PostgreSQL only; `./run bench trail` starts one, ten million events take a quarter of an
hour and eight gigabytes of disk.
"""

# ruff: noqa: E402  Django is set up before its models are imported

import argparse
import itertools
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from casework.audit import events
from casework.audit.models import Event
from casework.offices.models import Level, Office
from casework.offices.roles import Role
from casework.people.models import Worker
from casework.staff.models import RoleGrant, User
from tests.factories import a_worker
from tests.logins import open_login

BEGIN = datetime(2023, 11, 1, tzinfo=UTC)
DAYS = 1095
GOAL = 200.0
CITIES, COUNTIES, TOWNS, CLERKS = 10, 10, 10, 2_000
A_CASE = 20
SUPERVISORS = ("city", "county", "quiet county", "closed county", "town")
DEEP = 20  # how many times "next page" is pressed

FILL = """
INSERT INTO casework_event (stream, seq, kind, outcome, actor_id, happened_at, recorded_at, request_id, address,
  facts_text, format, key_id, office_id, person_id, prev_hash, hash)
SELECT
  CASE WHEN refused THEN 'security' ELSE 'case:BB-' || office || '-' || lpad(file::text, 9, '0') END,
  CASE WHEN refused THEN i ELSE i / %(cases)s + 1 END,
  CASE WHEN refused THEN 'operation.refused' ELSE kinds[1 + floor(cardinality(kinds) * power(chance, 3))::int] END,
  CASE WHEN refused THEN 'refused' ELSE 'done' END,
  CASE WHEN i %% 5 = 0 AND NOT refused THEN NULL
    ELSE %(clerk)s + (office * 17 + i %% 13) %% %(clerks)s END,
  moment, moment + interval '3 milliseconds', md5(i::text), '10.0.0.1',
  CASE WHEN refused THEN '{"error":"NotAllowed","operation":"withdraw_case","subject":"BB-' || file || '"}'
    ELSE '{"amount":"' || (i %% 9000) || '.00","field":"summary","on":"2026-11-20","task":' || i || '}' END,
  2, 1, office, %(person)s + file, sha256(i::text::bytea), sha256((-i)::text::bytea)
FROM (
  SELECT i, i %% %(cases)s AS file, i %% 100 = 7 AS refused, random() AS chance,
    %(begin)s + i * (interval '1 day' * %(days)s / %(rows)s) AS moment,
    CASE WHEN i > %(rows)s / 10 AND place BETWEEN %(closed)s AND %(closed)s + %(towns)s THEN %(closed)s - 1
      ELSE place END AS office
  FROM (
    SELECT i, %(office)s + floor(%(offices)s * power(((i %% %(cases)s) * 7919 %% 100003) / 100003.0, 2))::int AS place
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) i
  ) placed
) made, (SELECT %(kinds)s::text[] AS kinds) known
"""


def found_offices() -> list[Office]:
    """Found a province with its cities, counties and towns, the tree's order being the order of the keys."""
    made: list[Office] = []

    def add(path: str, level: Level, below: int) -> None:
        code = str(len(made) + 1)
        made.append(
            Office(code=code, name=f"总工会{code}", level=level, region="410000", path=path, depth=len(path) // 4,
                   numchild=below)
        )  # fmt: skip

    add("0001", Level.PROVINCE, CITIES)
    for city in range(1, CITIES + 1):
        add(f"0001{city:04d}", Level.CITY, COUNTIES)
        for county in range(1, COUNTIES + 1):
            add(f"0001{city:04d}{county:04d}", Level.COUNTY, TOWNS)
            for town in range(1, TOWNS + 1):
                add(f"0001{city:04d}{county:04d}{town:04d}", Level.TOWN, 0)
    return Office.objects.bulk_create(made)


def appoint(username: str, role: Role, office: Office, first: User, second: User) -> User:
    """Give somebody a role that two others give."""
    user = User.objects.create(username=username, display_name=username, language="zh-hans")
    RoleGrant.objects.create(
        user=user, role=role, office=office, valid_from=BEGIN.date(), granted_by=first, confirmed_by=second
    )
    return user


def fill(rows: int, offices: list[Office], closed: Office, clerks: list[User], person: int) -> None:
    """Write the trail; its indexes are made afterwards."""
    indexes = Event._meta.indexes
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Event, index)
    # the first ones happen most
    kinds = sorted(kind for kind in events.KINDS if kind != "operation.refused")
    random.Random(7).shuffle(kinds)
    facts: dict[str, Any] = {
        "rows": rows, "cases": max(1, rows // A_CASE), "kinds": kinds, "begin": BEGIN, "days": DAYS,
        "office": offices[0].pk, "offices": len(offices), "closed": closed.pk, "towns": TOWNS,
        "clerk": clerks[0].pk, "clerks": len(clerks), "person": person,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for first in range(0, rows, 250_000):
            cursor.execute(FILL, {**facts, "first": first, "last": min(rows, first + 250_000) - 1})
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Event, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE casework_event")


def places(offices: list[Office]) -> tuple[Office, Office, Office, Office]:
    """Return a county that has much, one that closed, one that has little, and a town of the first."""
    counties = [office for office in offices if office.level == Level.COUNTY]
    return counties[1], counties[25], counties[-1], offices[offices.index(counties[1]) + 1]


def make(rows: int) -> None:
    """Make the offices, the people and the trail."""
    offices = found_offices()
    clerks = User.objects.bulk_create(
        [User(username=f"clerk{number}", display_name=f"办事员{number}") for number in range(CLERKS)]
    )
    county, closed, quiet, town = places(offices)
    worker = a_worker("王建国", office=town, by=None)
    appoint("auditor", Role.AUDITOR, offices[0], *clerks[:2])
    for name, office in zip(SUPERVISORS, (offices[1], county, quiet, closed, town), strict=True):
        appoint(name, Role.SUPERVISOR, office, *clerks[:2])
    fill(rows, offices, closed, clerks, worker.pk)


class Asking:
    """The people who look at the trail, and what they ask."""

    def __init__(self, rows: int) -> None:
        self.rows, self.chance = rows, random.Random(11)
        if not Event.objects.exists():
            make(rows)
        self.offices = list(Office.objects.order_by("path"))
        self.clerks = list(User.objects.filter(username__startswith="clerk"))
        self.county, self.closed, self.quiet, self.leaf = places(self.offices)
        self.worker = Worker.objects.get()
        self.root, *others = (self._browser(User.objects.get(username=name)) for name in ("auditor", *SUPERVISORS))
        self.supervisors = dict(zip(SUPERVISORS, others, strict=True))

    def _browser(self, user: User) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(user)
        open_login(None, _Request(client), user)
        return client

    def _event(self) -> Event:
        # the next one there is: keys have gaps where a filling was broken off
        return Event.objects.filter(pk__gte=self.chance.randrange(1, self.rows)).order_by("pk")[0]

    def questions(self) -> dict[str, Callable[[], tuple[Client, dict[str, str]]]]:
        """Return what is asked: by whom, and with which filters, others each time."""
        month = lambda: {"since": str(start := self._day()), "until": str(start + timedelta(days=30))}  # noqa: E731
        kind = lambda: {"kind": self._event().kind}  # noqa: E731
        rare = sorted(Event.objects.values_list("kind", flat=True).distinct(), key=self._frequency)[0]
        asked: dict[str, Callable[[], tuple[Client, dict[str, str]]]] = {
            "everything": lambda: (self.root, {}),
            "a case": lambda: (self.root, {"case": self._case()}),
            "a person": lambda: (self.root, {"person": str(self.worker.uuid)}),
            "a clerk": lambda: (self.root, {"actor": self.chance.choice(self.clerks).username}),
            "a kind": lambda: (self.root, kind()),
            "the rarest kind": lambda: (self.root, {"kind": rare}),
            "refusals": lambda: (self.root, {"outcome": "refused"}),
            "a month": lambda: (self.root, month()),
            "a month, a kind": lambda: (self.root, {**month(), **kind()}),
            "a month, a clerk": lambda: (self.root, {**month(), "actor": self.chance.choice(self.clerks).username}),
            "an office": lambda: (self.root, {"office": self._office()}),
            "an office, a kind": lambda: (self.root, {"office": self._office(), **kind()}),
            "a town, the rarest kind": lambda: (self.root, {"office": self.leaf.code, "kind": rare}),
            "a county, a month, refusals": lambda: (
                self.root,
                {**month(), "office": self.county.code, "outcome": "refused"},
            ),
            "an office, a clerk": lambda: (
                self.root,
                {"office": self._office(), "actor": self.chance.choice(self.clerks).username},
            ),
        }
        for name, client in self.supervisors.items():
            asked[f"supervisor: {name}"] = lambda client=client: (client, {})
            asked[f"supervisor: {name}, a kind"] = lambda client=client: (client, kind())
            asked[f"supervisor: {name}, a month"] = lambda client=client: (client, month())
            asked[f"supervisor: {name}, refusals"] = lambda client=client: (client, {"outcome": "refused"})
            asked[f"supervisor: {name}, the rarest kind"] = lambda client=client: (client, {"kind": rare})
        deep = self._deep(self.root, {}), self._deep(self.supervisors["county"], {})
        asked[f"everything, page {DEEP}"] = lambda: (self.root, deep[0])
        asked[f"supervisor: county, page {DEEP}"] = lambda: (self.supervisors["county"], deep[1])
        return asked

    def _frequency(self, kind: str) -> int:
        return Event.objects.filter(kind=kind).count()

    def _day(self) -> date:
        return BEGIN.date() + timedelta(days=self.chance.randrange(DAYS - 30))

    def _office(self) -> str:
        return self.chance.choice(self.offices).code

    def _case(self) -> str:
        while (event := self._event()).stream == "security":
            pass
        return event.stream.removeprefix("case:")

    def _deep(self, client: Client, filters: dict[str, str]) -> dict[str, str]:
        cursor = ""
        for _page in range(DEEP - 1):
            text = client.get("/audit/", {**filters, "after": cursor}).content.decode()
            found = re.search(r'after=([^"&]+)" rel="next"', text)
            if found is None:
                raise SystemExit("trail: there are too few events for a deep page")
            cursor = found[1]
        return {**filters, "after": cursor}


class _Request:
    """What the entering of a login looks at."""

    def __init__(self, client: Client) -> None:
        self.session = client.session


def floor(keys: list[int]) -> None:
    """Read as many rows by their primary keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM casework_event WHERE id = ANY(%s)", [keys])
        cursor.fetchall()


def timed(what: Callable[[], object]) -> float:
    """Return the milliseconds something took."""
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1000


def rounds(asking: Asking, count: int) -> Iterator[tuple[str, float, float, int]]:
    """Ask everything in turning order; yield the question, its time, the floor's, and the rows it found."""
    asked = list(asking.questions().items())
    for number in range(count):
        for name, question in asked[number % len(asked) :] + asked[: number % len(asked)]:
            client, filters = question()
            keys = [asking.chance.randrange(1, asking.rows) for _row in range(51)]
            answers: list[Any] = []
            took = timed(lambda: answers.append(client.get("/audit/", filters)))  # noqa: B023  called at once
            if answers[0].status_code != 200:
                raise SystemExit(f"trail: {name} was answered with {answers[0].status_code}")
            yield name, took, timed(lambda: floor(keys)), answers[0].content.count(b"g-timeline-entry")  # noqa: B023


def percentile(times: list[float], part: float) -> float:
    """Return the time that this part of all tries did not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def main() -> int:
    """Run the benchmark on an empty database, or on one it has filled before."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    if connection.vendor != "postgresql":
        print("trail: DATABASE_URL must name a PostgreSQL; ./run bench trail starts one.")
        return 2
    call_command("migrate", run_syncdb=True, verbosity=0)
    start = time.perf_counter()
    asking = Asking(chosen.rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('casework_event'), pg_indexes_size('casework_event')")
        whole, indexes = cursor.fetchone()
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    print(f"PostgreSQL {version}, Python {sys.version.split()[0]}, Django {django.__version__}")
    print(
        f"{chosen.rows:,} events in {len(asking.offices):,} offices made in {time.perf_counter() - start:.0f} s: "
        f"{whole / 2**30:.1f} GiB, {indexes / 2**30:.1f} of them indexes; {chosen.rounds} rounds"
    )
    for _warm in itertools.islice(rounds(asking, 1), 100):
        pass
    found: dict[str, list[tuple[float, float, int]]] = {}
    for name, took, beside, rows in rounds(asking, chosen.rounds):
        found.setdefault(name, []).append((took, beside, rows))
    print(f"{'milliseconds':42} {'p50':>8} {'p95':>8} {'rows':>5} {'floor p50':>10}")
    for name, times in found.items():
        mine, beside, rows = (list(column) for column in zip(*times, strict=True))
        print(
            f"{name:42} {percentile(mine, 0.5):8.1f} {percentile(mine, 0.95):8.1f} {statistics.mean(rows):5.0f} "
            f"{percentile(beside, 0.5):10.2f}"
        )
    slow = [name for name, times in found.items() if percentile([took for took, *_ in times], 0.95) > GOAL]
    print(f"goal {'MISSED by ' + ', '.join(slow) if slow else 'met'}: p95 ≤ {GOAL:.0f} ms for every question")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
