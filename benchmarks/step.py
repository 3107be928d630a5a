"""Time one View → View step: ours, stock viewflow with simple-history, and raw SQL writing the same rows.

One run, one PostgreSQL (DATABASE_URL; `./run bench step` starts one that waits for the disk), short rounds in
turning order. Machines differ and so do hours: the ratios are medians of the ratios within each round.

A step is given a person and a task as a list shows it. It reads both again, checks the role, locks the case, moves
its state, finishes the task, makes the next one for another role, says so by a row, and commits. Ours and the floor
also leave two chained events, the sealed words and a clock that started anew; stock copies the process into its
history. Telling each person comes after the commit, in a transaction of its own: it is timed beside, not within.
"""

# ruff: noqa: E402  Django is set up before its models are imported

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

import django

django.setup()

from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from viewflow.workflow.models import Task

from benchmarks import floor
from benchmarks.ours.models import Errand
from benchmarks.stock.flow import StockFlow
from benchmarks.stock.flow import do_step as do_stock
from benchmarks.stock.models import Rights, StockCase, StockUser
from casework.audit import operation
from casework.audit.models import Event, EventText
from casework.cases.models import CaseTask
from casework.offices.roles import Role
from casework.staff.models import User
from notifications import dispatch
from tests.factories import a_user, a_worker, an_office_tree
from workflows import operations

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ROLES = (Role.OPERATOR, Role.MEDIATOR, Role.VISITOR, Role.SUPERVISOR)
STEPS = 7  # the eighth leads to the end, not to another step
NOTE = "双方就拖欠工资的数额和支付期限各自作了说明，调解员宣讲了有关规定，约定下周三继续。" * 5

GOALS = {"floor": 0.15, "stock": 2.0}


class City:
    """The people who do the steps, a step's number to a login."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        tree = an_office_tree()
        self.office = tree.county
        self.people = [a_user(f"bench-{role}", role=role) for role in ROLES]
        self.clerks = [StockUser.objects.get(pk=person.pk) for person in self.people]
        for clerk, role in zip(self.clerks, ROLES, strict=True):
            group = Group.objects.create(name=role)
            group.permissions.add(Permission.objects.get(codename=f"do_{role}"))
            Rights.objects.create(user=clerk).groups.add(group)
        self.workers = [a_worker(f"王建国{number}") for number in range(20)]
        self.opened = 0

    def open_errand(self) -> Any:
        """Open one case of ours."""
        self.opened += 1
        worker = self.workers[self.opened % len(self.workers)]
        return operations.open_case(
            case_type="errand", by=self.people[0], at=BEGIN, office=self.office, worker=worker, summary=NOTE[:80]
        )


def each_step() -> Iterator[tuple[int, datetime]]:
    """Return the steps of one case: a number, and a moment a day after the one before."""
    for number in range(STEPS):
        yield number, BEGIN + timedelta(days=number + 1)


class Clock:
    """Adds up wall and processor time of what runs inside it, and nothing of what prepares it."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0
        self.steps = 0

    def __enter__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_error: object) -> None:
        self.wall += time.perf_counter() - self._wall
        self.cpu += time.process_time() - self._cpu
        self.steps += 1


def ours(city: City, clock: Clock, told: Clock) -> Any:
    """Do the steps of one case of ours; return it."""
    case = city.open_errand()
    committed: list[Event] = []
    operation.AFTER_COMMIT[:] = [committed.extend]
    for number, at in each_step():
        task = CaseTask.objects.get(process_id=case.pk, status="NEW")
        user = User.objects.get(pk=city.people[number % 4].pk)
        with clock:
            operations.complete_task(task=task, by=user, at=at, data={"note": NOTE})
        with told:
            dispatch.dispatch([event.pk for event in committed], at=at)
        committed.clear()
    return case


def stock(city: City, clock: Clock, _told: Clock) -> Any:
    """Do the steps of one case of the stock peer; return it."""
    city.opened += 1
    StockFlow.start.run(number=f"ST-{city.opened}")
    process = StockCase.objects.get(number=f"ST-{city.opened}")
    for number, at in each_step():
        task_id = Task.objects.values_list("pk", flat=True).get(process_id=process.pk, status="NEW")
        user = StockUser.objects.get(pk=city.clerks[number % 4].pk)
        with clock:
            do_stock(task_id, user, at, {"note": NOTE})
    return process


def raw(city: City, clock: Clock, _told: Clock) -> Any:
    """Do the steps of one case of ours by SQL alone; return it."""
    case = city.open_errand()
    for number, at in each_step():
        task_id = CaseTask.objects.values_list("pk", flat=True).get(process_id=case.pk, status="NEW")
        with clock:
            floor.do_step(city.raw, task_id, case.pk, city.people[number % 4].pk, at, NOTE)
    return case


PEERS: dict[str, Callable[[City, Clock, Clock], Any]] = {"floor": raw, "ours": ours, "stock": stock}


def rounds(city: City, number: int, cases: int) -> Iterator[dict[str, Clock]]:
    """Run the peers in turning order; yield the clocks of each round."""
    names = list(PEERS)
    for index in range(number):
        clocks = {name: Clock() for name in (*names, "telling")}
        for name in names[index % 3 :] + names[: index % 3]:
            for _ in range(cases):
                PEERS[name](city, clocks[name], clocks["telling"])
        yield clocks


def rows_of(case: Any) -> dict[str, int]:
    """Count what a case left in each table."""
    return {
        "events": Event.objects.filter(stream=case.stream).count(),
        "words": EventText.objects.filter(event__stream=case.stream).count(),
        "tasks": CaseTask.objects.filter(process_id=case.pk).count(),
        "clocks": case.clocks.count(),
        "head": Errand.objects.get(pk=case.pk).head_seq,
    }


def report(measured: list[dict[str, Clock]]) -> bool:
    """Print what was measured; return whether the goals are met."""
    wall = {name: [one[name].wall / one[name].steps for one in measured] for name in measured[0]}
    cpu = {name: [one[name].cpu / one[name].steps for one in measured] for name in measured[0]}
    print(f"{'peer':8} {'steps/s':>8} {'ms/step':>8} {'CPU ms':>8} {'× floor':>8} {'× stock':>8}")
    ratio = {}
    for name in PEERS:
        ratio[name] = {
            other: statistics.median(theirs / mine for theirs, mine in zip(wall[other], wall[name], strict=True))
            for other in ("floor", "stock")
        }
        took = statistics.median(wall[name])
        print(
            f"{name:8} {1 / took:8.0f} {took * 1000:8.2f} {statistics.median(cpu[name]) * 1000:8.2f} "
            f"{ratio[name]['floor']:8.3f} {ratio[name]['stock']:8.2f}"
        )
    telling = statistics.median(wall["telling"])
    print(f"telling people after a step of ours: {telling * 1000:.2f} ms")
    met = all(ratio["ours"][name] >= goal for name, goal in GOALS.items())
    goals = ", ".join(f"≥ {goal} × {name}" for name, goal in GOALS.items())
    print(f"goals {'met' if met else 'MISSED'}: {goals}")
    return met


def main() -> int:
    """Run the benchmark on an empty database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cases", type=int, default=4, help="cases of each peer in a round, seven steps each")
    chosen = parser.parse_args()
    if connection.vendor != "postgresql":
        print("step: DATABASE_URL must name a PostgreSQL; ./run bench step starts one.")
        return 2
    call_command("migrate", run_syncdb=True, verbosity=0)
    city = City(floor.connect(connection.settings_dict))
    for _ in rounds(city, 2, 1):
        pass  # imports, plans and caches
    left = [rows_of(PEERS[name](city, Clock(), Clock())) for name in ("ours", "floor")]
    if left[0] != left[1]:
        print(f"step: the floor does not leave what ours leaves: {left}")
        return 2
    measured = list(rounds(city, chosen.rounds, chosen.cases))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        print(f"PostgreSQL {cursor.fetchone()[0]}, Python {sys.version.split()[0]}, Django {django.__version__}")
    print(f"{chosen.rounds} rounds × {chosen.cases} cases × {STEPS} steps of each peer")
    return 0 if report(measured) else 1


if __name__ == "__main__":
    raise SystemExit(main())
