"""Walk a case through its flow as the people of the office would: for `manage.py walk`, the demo and the tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from casework.audit.models import Event
from casework.cases import operations as cases
from casework.cases.models import OPEN_TASK, CaseTask, HandOver
from casework.deadlines.calendar import BEIJING, add_working_days, beijing_date
from casework.deadlines.models import Clock
from casework.deadlines.queries import calendar_at
from casework.funds.models import Payout
from casework.offices import operations as offices
from casework.offices.models import Office
from casework.offices.queries import parameters_on

from . import operations
from .case_type import CaseType

if TYPE_CHECKING:
    from casework.staff.models import User

A_WHILE = timedelta(minutes=20)
T = TypeVar("T")


class Surprise(Exception):
    """The case did not go the way it should have."""


@dataclass(frozen=True)
class Story:
    """A way for a case of a type to come to a state, told for the demonstration; it stops there.

    Args:
        tell: leads one new case there.
        state: where it leaves the case.
        outcome: how the case ended, when it is closed.
        days: the working days it takes at the most, with five steps a day.
        cases: how many cases it opens.
    """

    tell: "Callable[[Walk], None]"
    state: str
    outcome: str
    days: int
    cases: int = 1

    def __call__(self, walk: "Walk") -> None:
        """Tell it."""
        self.tell(walk)

    @property
    def name(self) -> str:
        """Return what the story is called."""
        return self.tell.__name__


def story(state: str, *, days: int, outcome: str = "", cases: int = 1) -> "Callable[[Callable[[Walk], None]], Story]":
    """Make a function a story of its type; see `Story`."""
    return lambda tell: Story(tell, str(state), str(outcome), days, cases)


class Walk:
    """One case on its way, and the people who work on it.

    Args:
        kind: the type of case.
        cast: login name → person.
        office: where the case is opened.
        at: when the walk begins; each step takes a while, a clock as long as it takes.
        say: where each step is told; called with the words.
        chance: decides what a story leaves open; the same chance tells the same story.
    """

    def __init__(
        self,
        *,
        kind: CaseType,
        cast: "Mapping[str, User]",
        office: Office,
        at: datetime,
        say: Callable[[str], None] = lambda _words: None,
        chance: Random | None = None,
    ) -> None:
        self.kind, self.cast, self.office, self.at, self.say = kind, cast, office, at, say
        self.chance = chance or Random(0)  # noqa: S311  picks words and hours, no secrets
        self.case: Any = None
        self._told = 0

    def open(self, who: str = "operator", **facts: Any) -> Any:
        """Open the case with these facts; the worker and the office have defaults."""
        facts = {"office": self.office, "worker_name": "王建国", **facts}
        self.case = operations.open_case(case_type=self.kind, by=self.cast[who], at=self.at, **facts)
        self._tell(f"{who} opens {self.case.number}")
        return self.case

    def do(self, node: str, who: str, **data: Any) -> None:
        """Have somebody do the open step of this node."""
        operations.complete_task(task=self.task(node), by=self._person(who), at=self.at, data=data)
        self._tell(f"{who} does {node}")

    def door(self, name: str, who: str, **data: Any) -> None:
        """Have somebody end a waiting step by another door."""
        for task in self.open_tasks():
            if getattr(task.flow_task, "door", lambda _name: None)(name):
                operations.open_door(task=task, door=name, by=self._person(who), at=self.at, data=data)
                self._tell(f"{who} opens the door {name}")
                return
        raise Surprise(f"{self.case.number}: no open step has a door {name!r}")

    def clock(self, rule: str) -> None:
        """Let time pass until this clock is due, and let it act."""
        clock = Clock.objects.filter(case=self.case, rule=rule, state=Clock.State.RUNNING).order_by("ordinal").last()
        if clock is None:
            raise Surprise(f"{self.case.number}: no clock {rule} is running")
        self.until(max(self.at, clock.due_at))
        operations.clock_due(clock=clock, by=None, at=self.at)
        self._tell(f"the clock {rule} is due")

    def pay(self, who: str = "finance", **data: Any) -> None:
        """Have finance confirm every due payout of the case."""
        waiting = Payout.objects.filter(claim_line__case=self.case, state=Payout.State.DUE).order_by("id")
        if not waiting:
            raise Surprise(f"{self.case.number}: nothing is due for payment")
        for number, payout in enumerate(waiting, 1):
            operations.pay(
                payout=payout, voucher_number=f"{self.case.number}/{number}", by=self._person(who), at=self.at, **data
            )
        self._tell(f"{who} pays")

    def withdraw(self, who: str, reason: str) -> None:
        """Have the case closed because the worker no longer wants it."""
        operations.withdraw_case(case=self.case, reason=reason, by=self._person(who), at=self.at)
        self._tell(f"{who} withdraws the case")

    def take_back(self, who: str, reason: str) -> None:
        """Have the last step taken back."""
        operations.take_back(case=self.case, reason=reason, by=self._person(who), at=self.at)
        self._tell(f"{who} takes the last step back")

    def correct(self, who: str, fact: str, value: Any, reason: str) -> None:
        """Have a wrong fact corrected."""
        by = self._person(who)
        operations.correct_fact(case=self.case, field=fact, value=value, reason=reason, by=by, at=self.at)
        self._tell(f"{who} corrects {fact}")

    def record(self, kind: str, who: str, on: date | None = None, note: str = "") -> None:
        """Have somebody record what a commission, a court, an authority or the employer did; today, unless said."""
        by = self._person(who)
        on = on or beijing_date(self.at)
        cases.record_proceeding(case=self.case, kind=kind, on=on, note=note, by=by, at=self.at)
        self._tell(f"{who} records {kind}")

    def keep(self, who: str, calculator: str, **data: Any) -> None:
        """Have somebody work out what the law gives, and keep it on the case."""
        name = f"{self.kind.slug}.{calculator}"
        by = self._person(who)
        operations.keep_calculation(case=self.case, calculator=name, data=data, by=by, at=self.at)
        self._tell(f"{who} keeps the calculation {name}")

    def local_value(self, code: str, value: Any) -> None:
        """Enter a value of the invented place, unless it has one."""
        today = beijing_date(self.at)
        if code in parameters_on([code], self.office, today):
            return
        offices.set_parameter(
            code=code,
            office=self.office,
            value=value,
            valid_from=today.replace(month=1, day=1),
            source="演示数据 (按全国通行口径)",
            by=self.cast["sysadmin"],
            at=self.at,
        )

    def offer(self, who: str, to: str, reason: str) -> HandOver:
        """Have the case offered to the office of somebody else."""
        office = Office.objects.get(pk=self.cast[to].grants()[0].office_id)
        by = self._person(who)
        offer = cases.offer_handover(case=self.case, to=office, reason=reason, by=by, at=self.at)
        self._tell(f"{who} offers the case to {office.code}")
        return offer

    def answer_offer(self, offer: HandOver, who: str, *, accept: bool, reason: str = "") -> None:
        """Have the other office take the case, or return it."""
        by = self._person(who)
        operations.decide_handover(offer=offer, accept=accept, reason=reason, by=by, at=self.at)
        self._tell(f"{who} {'accepts' if accept else 'returns'} the case")

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return self.chance.choice(choices)

    def colleagues(self, count: int) -> list[str]:
        """Return lines of a list of workers who share the matter: name, and what else is known."""
        return [f"工友{number:02d}" for number in range(1, count + 1)]

    def wait(self, working_days: int) -> None:
        """Let working days pass; the next step is in the morning."""
        day = add_working_days(beijing_date(self.at), working_days, calendar_at(self.office.path))
        self.until(max(self.at, datetime.combine(day, time(8, 40), BEIJING)))

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        self.at = moment

    def pause(self) -> datetime:
        """Return when the next step is done."""
        return self.at + A_WHILE

    def expect(self, state: str) -> None:
        """Check where the case is.

        Raises:
            Surprise: it is somewhere else.
        """
        self.case = type(self.case).objects.get(pk=self.case.pk)
        if self.case.state != state:
            raise Surprise(f"{self.case.number} is {self.case.state!r}, expected {state!r}")

    def task(self, node: str) -> CaseTask:
        """Return the open step of a node.

        Raises:
            Surprise: the case does not wait there.
        """
        for task in self.open_tasks():
            if task.node == node:
                return task
        there = ", ".join(task.node for task in self.open_tasks()) or "nothing"
        raise Surprise(f"{self.case.number}: {node!r} is not open, but {there}")

    def open_tasks(self) -> list[CaseTask]:
        """Return what the case waits for."""
        return list(CaseTask.objects.filter(process_id=self.case.pk, status__in=OPEN_TASK).select_related("owner"))

    def _person(self, who: str) -> "User":
        self.until(self.pause())
        return self.cast[who]

    def _tell(self, words: str) -> None:
        """Tell the step with the codes beside the words: events, state, clocks."""
        events = Event.objects.filter(stream=self.case.stream, seq__gt=self._told).order_by("seq")
        kinds = [event.kind for event in events]
        self._told += len(kinds)
        self.case = type(self.case).objects.get(pk=self.case.pk)
        clocks = Clock.objects.filter(case=self.case, state=Clock.State.RUNNING).order_by("due_at")
        running = ", ".join(f"{clock.rule}→{clock.due_on}" for clock in clocks) or "none"
        self.say(f"{self.at:%Y-%m-%d %H:%M}  {words}")
        self.say(f"    events {', '.join(kinds) or 'none'} · state {self.case.state} · clocks {running}")
