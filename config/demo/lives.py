"""The cases of the demonstration: which story is told when, where and by whom, and how it is lived."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from casework.cases import operations as cases
from casework.cases.models import CaseLink, Channel, Contact, MatterClass
from casework.deadlines.calendar import BEIJING, Calendar, beijing_date
from casework.deadlines.queries import calendar_at
from casework.employers.models import Employer
from casework.offices.models import Office
from casework.people.models import Worker
from workflows import operations
from workflows.case_type import CaseType, all_case_types
from workflows.walking import Story, Walk

from .city import Cast
from .timeline import Turn

if TYPE_CHECKING:
    from casework.staff.models import User

OPENS, CLOSES = time(8, 30), time(17, 30)
# No step takes longer, so that five of them fit into a day: what a story's `days` counts with.
QUICKEST, SLOWEST = 20, 90
# What a story says of people and firms when nobody is on record.
INVENTED = ("worker_name", "worker_phone", "employer_name")
# How far back the stories of closed cases may lie, in working days.
LONG_AGO = 150

# Who works in the place of whom: the district does what the county of the published logins does, and the other way
# round, so that a story of two offices stays one; the street has an operator and a mediator of its own.
OFFICES: dict[str, dict[str, str]] = {
    "410105": {},
    "410103": {
        "operator": "operator3",
        "mediator": "mediator2",
        "visitor": "visitor3",
        "visitor2": "visitor4",
        "supervisor": "supervisor3",
        "finance": "finance2",
    },
    "410105001": {"operator": "operator4", "mediator": "mediator3"},
}
HOME = "410105"


class Troupe(Mapping[str, "User"]):
    """The people of the city as one office sees them: a story's “mediator” is the mediator there."""

    def __init__(self, cast: Cast, code: str) -> None:
        there = OFFICES[code]
        back = {name: role for role, name in there.items()} if code == "410103" else {}
        self.cast, self.swapped = cast, {**there, **back}
        self.office = cast.offices[code]

    def __getitem__(self, login: str) -> "User":
        return self.cast[self.swapped.get(login, login)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cast)

    def __len__(self) -> int:
        return len(self.cast)


@dataclass(frozen=True)
class Plan:
    """A case to come: its story, its beginning, its office, and what it begins with."""

    kind: CaseType
    story: Story
    begins: datetime
    troupe: Troupe
    chance: Random
    by_contact: bool
    is_linked: bool = False


class Records:
    """The people and firms on record, by office."""

    def __init__(self, workers: list[Worker], employers: list[Employer]) -> None:
        self._workers = _by_office(workers)
        self._without_case = _by_office(workers)
        self._employers = _by_office(employers)

    def worker(self, office: Office) -> Worker:
        """Return a worker of the office who has no case yet."""
        return self._without_case[office.pk].pop()

    def colleagues(self, office: Office, count: int, chance: Random) -> list[Worker]:
        """Return workers of the office, as far as there are so many, who can be told apart by their ID numbers."""
        there = [worker for worker in self._workers[office.pk] if worker.id_number]
        return chance.sample(there, min(count, len(there)))

    def employer(self, office: Office, chance: Random) -> Employer:
        """Return an employer of the office; a few are named again and again."""
        there = self._employers[office.pk]
        return there[int(len(there) * chance.random() ** 2)]


def _by_office(rows: Iterable[Any]) -> dict[int, list[Any]]:
    there: dict[int, list[Any]] = {}
    for row in rows:
        there.setdefault(row.office_id, []).append(row)
    return there


def plans(*, cast: Cast, count: int, today: date, chance: Random) -> list[Plan]:
    """Return the plans of so many cases: every story once, the rest late, under way, or long closed."""
    told = [(kind, story) for kind in all_case_types() for story in kind.stories]
    closed = [one for one in told if one[1].outcome]
    standing = [one for one in told if not one[1].outcome]
    again = [one for one in told if one[1].cases == 1]
    made = []

    def plan(one: tuple[CaseType, Story], age: int, code: str, latest: int = 30, is_linked: bool = False) -> None:
        kind, story = one
        day = _working_days_before(today, age, calendar_at(cast.offices[HOME].path))
        begins = datetime.combine(day, time(9), BEIJING) + timedelta(minutes=chance.randrange(latest))
        own = Random(chance.random())  # noqa: S311
        made.append(Plan(kind, story, begins, Troupe(cast, code), own, chance.random() < 0.5, is_linked))

    for one in standing:
        plan(one, one[1].days, HOME)
    for one in closed:
        plan(one, one[1].days + chance.randrange(LONG_AGO), chance.choice(tuple(OFFICES)))
    for number in range(count - sum(story.cases for _kind, story in told)):
        code = chance.choices(tuple(OFFICES), (5, 3, 2))[0]
        if number % 5 < 2:
            late = chance.choice(standing)
            plan(late, late[1].days + chance.randrange(8, 25), code, 300)
        elif number % 5 == 2:
            under_way = chance.choice([one for one in again if one[1].days > 3])
            plan(under_way, chance.randrange(2, under_way[1].days), code, 300)
        else:
            ended = chance.choice([one for one in again if one[1].outcome])
            plan(ended, ended[1].days + chance.randrange(LONG_AGO), code, 300, is_linked=number % 10 == 3)
    return made


def _working_days_before(day: date, number: int, calendar: Calendar) -> date:
    while number:
        day -= timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day


class Life(Walk):
    """A story as it is lived: among the others, in office hours, by the people of one office."""

    cast: Troupe

    def __init__(self, *, plan: Plan, turn: Turn, records: Records, lived: "list[Life]") -> None:
        super().__init__(
            kind=plan.kind, cast=plan.troupe, office=plan.troupe.office, at=plan.begins, chance=plan.chance
        )
        self.plan, self.turn, self.records, self.lived = plan, turn, records, lived
        self.earlier = self._earlier() if plan.is_linked else None
        self.worker = self.earlier.case.worker if self.earlier else records.worker(self.office)

    def live(self) -> None:
        """Tell the story; perhaps somebody then takes up the next step."""
        self.plan.story(self)
        self.expect(self.plan.story.state)
        self.lived.append(self)
        if self.chance.random() < 0.5:
            self._take_up()

    def open(self, who: str = "operator", **facts: Any) -> Any:
        """Open the case for somebody on record, half the time from a contact."""
        worker, earlier = self.worker, self.earlier
        employer = earlier.case.employer if earlier else worker.employer
        employer = employer or self.records.employer(self.office, self.chance)
        facts = {name: value for name, value in facts.items() if name not in INVENTED}
        if self.plan.by_contact and self.case is None:
            facts["contact"] = self._contact(worker, who, facts["summary"])
        super().open(who, **{"worker": worker, "employer": employer, **facts})
        if earlier is not None:
            why = CaseLink.Why.OPENED_FROM
            cases.link_cases(case=earlier.case, other=self.case, why=why, by=self.cast[who], at=self.at)
        return self.case

    def _earlier(self) -> "Life | None":
        """Return a closed case of another type at this office, from which the new one comes."""
        for other in self.lived:
            if other.office == self.office and other.kind != self.kind and other.case.is_closed:
                self.lived.remove(other)
                return other
        return None

    def _contact(self, worker: Worker, who: str, told: str) -> Contact:
        channel = self.chance.choices((Channel.PHONE, Channel.VISIT, Channel.ONLINE, Channel.LETTER), (6, 3, 2, 1))[0]
        contact = cases.take_contact(
            office=self.office,
            channel=channel,
            matter=self.chance.choice((MatterClass.SERVICE, MatterClass.PETITION, MatterClass.LEGAL_AID)),
            question=told,
            caller_name=worker.name,
            caller_phone=worker.phone,
            worker=worker,
            by=self.cast[who],
            at=self.at,
        )
        self.until(self.at + timedelta(minutes=self.chance.randrange(5, 20)))
        return contact

    def colleagues(self, count: int) -> list[str]:
        """Return lines about workers on record at the same office."""
        people = self.records.colleagues(self.office, count + 1, self.chance)
        others = [one for one in people if one != self.worker][:count]
        return [f"{one.name} {one.id_number} {one.phone}" for one in others]

    def _take_up(self) -> None:
        """Have one of the people who may claim the next step claim it."""
        for task in self.open_tasks():
            task.process = self.case
            for login in (task.role, "supervisor2", "supervisor4"):
                person = self.cast[login] if task.role and task.owner is None else None
                if person is not None and operations.may_take(task, person):
                    self.until(self.pause())
                    operations.claim_task(task=task, by=person, at=self.at)
                    return

    def until(self, moment: datetime) -> None:
        """Let the others go on until it is this story's moment."""
        self.at = self.turn.until(moment)

    def pause(self) -> datetime:
        """Return when the next step is done: a while later, in office hours."""
        return in_office_hours(self.at, self.chance, calendar_at(self.office.path))

    def _tell(self, words: str) -> None:
        self.case = type(self.case).objects.get(pk=self.case.pk)


def in_office_hours(moment: datetime, chance: Random, calendar: Calendar) -> datetime:
    """Return a moment a while later at which somebody is at work."""
    later = (moment + timedelta(minutes=chance.randrange(QUICKEST, SLOWEST))).astimezone(BEIJING)
    day = beijing_date(later)
    if later.time() > CLOSES:
        day += timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    if day == later.date() and later.time() >= OPENS:
        return later
    return datetime.combine(day, OPENS, BEIJING) + timedelta(minutes=chance.randrange(10, 60))
