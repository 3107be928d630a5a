"""Makes the demonstration: an invented city that has been at work for ten months, up to one morning."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.audit import operation
from casework.audit.errors import CaseworkError
from casework.audit.models import Event, Reading
from casework.cases import glass
from casework.cases import operations as cases
from casework.cases.models import Case, Channel, Contact
from casework.deadlines.calendar import BEIJING
from casework.deadlines.general import NEEDS_SOMEBODY
from casework.deadlines.queries import alarmed_clocks, calendar_at, due_clocks
from casework.employers import operations as employers
from casework.employers.models import Employer
from casework.people import operations as people
from casework.people.models import Worker
from casework.staff.models import User
from config.sweep import sweep
from notifications.dispatch import dispatch
from notifications.operations import mark_read, release
from notifications.queries import notifications_of
from workflows import operations

from . import calls, names
from .city import Cast, found_city, refuse_strangers
from .lives import HOME, OFFICES, Life, Plan, Records, in_office_hours, plans
from .timeline import Timeline, Turn

FOUNDED_BEFORE = timedelta(days=300)
CALLS_SINCE = timedelta(days=240)
# What is older has been read.
UNREAD = timedelta(days=2)
SUPERVISED, ENTERPRISES_VISITED = 8, 12
EMERGENCY_BEFORE = timedelta(days=9)
# Contacts that are accepted and finished as petitions (信访工作条例).
PETITIONS = 6
# Of each office: enough for a dispute that ten share.
FEWEST_WORKERS = 20


class TooEarly(CaseworkError):
    """The roles of the city begin on its first day, and rights are asked of today's calendar."""

    message = _("The demonstration cannot stand more than 300 days ahead of today.")


@dataclass(frozen=True)
class Size:
    """How much there is; never fewer cases than stories."""

    workers: int
    employers: int
    cases: int
    contacts: int


FULL = Size(workers=200, employers=60, cases=120, contacts=150)
# Every story and nothing else: for tests of what stories cannot change.
SMALL = Size(workers=0, employers=30, cases=0, contacts=60)


@dataclass(frozen=True)
class Made:
    """What the demonstration holds, and whether it was there before."""

    was_there: bool
    workers: int
    employers: int
    cases: int
    contacts: int


def make_demo(*, on: date, today: date | None = None, size: Size = FULL) -> Made:
    """Make the demonstration as it stands on the morning of a day; one that is there is left as it is.

    It comes whole or not at all: everything happens in one transaction, through the operations people use.

    Args:
        on: the day; the same day makes the same city.
        today: the day by the calendar on the wall.

    Raises:
        NotADemo: there are offices that are not the demonstration's.
        TooEarly: the day lies too far ahead.
    """
    refuse_strangers()
    if was_there := Employer.objects.filter(uscc=names.credit_code(0)).exists():
        return _count(was_there)
    at = datetime.combine(on, time(), BEIJING)
    if today is not None and localdate(at - FOUNDED_BEFORE) > today:
        raise TooEarly
    with _unheard(), transaction.atomic():
        _City(at, size).make()
    return _count(was_there)


def _count(was_there: bool) -> Made:
    rows = (Worker.objects, Employer.objects, Case.objects, Contact.objects)
    return Made(was_there, *(each.count() for each in rows))


@contextmanager
def _unheard() -> Iterator[None]:
    """Tell nobody after the commit: people are told as the months go by, each at his time."""
    listening, operation.AFTER_COMMIT[:] = operation.AFTER_COMMIT[:], []
    try:
        yield
    finally:
        operation.AFTER_COMMIT[:] = listening


class _City:
    """The city while it is being made."""

    def __init__(self, at: datetime, size: Size) -> None:
        self.at, self.size = at, size
        self.chance = Random(at.date().isoformat())  # noqa: S311
        self.cast: Cast
        self.now = at - FOUNDED_BEFORE + timedelta(hours=9)
        self.heard = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    def make(self) -> None:
        """Found it, put people and firms on record, and let ten months pass."""
        self.cast = found_city(at=self.now)
        coming = plans(cast=self.cast, count=self.size.cases, today=self.at.date(), chance=self.chance)
        firms = self._register_employers()
        workers = self._register_workers(firms, [plan.troupe.office.code for plan in coming] + [HOME])
        self.heard = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        timeline = Timeline(ends=self.at, meanwhile=self._go_on)
        neighbour = next(one for one in reversed(workers) if one.office.code == HOME)
        workers.remove(neighbour)  # she has no case: nobody's work stops for it
        records = Records(workers, firms)
        lived: list[Life] = []
        for plan in coming:
            timeline.add(plan.begins, _life(plan, records, lived))
        self._plan_calls(timeline, self.size.contacts - sum(plan.by_contact for plan in coming))
        self._plan_inspections(timeline, firms)
        self._plan_conflict(timeline, neighbour)
        self._plan_emergency(timeline)
        timeline.play()
        self._go_on(self.at)
        self._tell()
        sweep(at=self.at)
        self._read_the_old()

    # ---- people and firms ------------------------------------------------------------------------------

    def _share(self, count: int) -> list[str]:
        """Return the code of the office for each of so many records: most at the county of the published logins."""
        shares = (0.66, 0.22, 0.12)
        codes = [code for code, share in zip(OFFICES, shares, strict=True) for _n in range(int(count * share))]
        return sorted(codes + [HOME] * (count - len(codes)), key=list(OFFICES).index)

    def _a_minute_later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def _operator(self, code: str) -> User:
        return self.cast[OFFICES[code].get("operator", "operator")]

    def _register_employers(self) -> list[Employer]:
        made = []
        known = names.firms(self.size.employers, self.chance)
        for number, (code, (name, uscc)) in enumerate(zip(self._share(len(known)), known, strict=True)):
            made.append(
                employers.register_employer(
                    name=name,
                    office=self.cast.offices[code],
                    uscc=uscc,
                    region=code[:6],
                    address=f"郑安市{self.chance.choice(names.STREETS)}{self.chance.randrange(1, 300)}号",
                    phone=f"0371-66{number:06d}",
                    contact_person=self.chance.choice(names.SURNAMES) + self.chance.choice(("经理", "主任", "厂长")),
                    by=self._operator(code),
                    at=self._a_minute_later(),
                )
            )
        return made

    def _register_workers(self, firms: list[Employer], needed: list[str]) -> list[Worker]:
        """Put a worker on record for each case to come, at its office, and others."""
        made = []
        codes = needed + [code for code in OFFICES for _n in range(FEWEST_WORKERS - needed.count(code))]
        codes += self._share(max(self.size.workers - len(codes), 0))
        known = names.people(len(codes), self.at.date(), self.chance)
        for code, person in zip(self.chance.sample(codes, len(codes)), known, strict=True):
            office = self.cast.offices[code]
            near = [firm for firm in firms if firm.office_id == office.pk]
            made.append(
                people.register_worker(
                    name=person.name,
                    office=office,
                    id_number=person.id_number,
                    phone=person.phone,
                    sex=person.sex,
                    birth_on=person.birth_on,
                    address=person.address,
                    union_member=self.chance.random() < 0.6,
                    native_place=person.native_place,
                    employer=self.chance.choice(near) if self.chance.random() < 0.7 else None,
                    by=self._operator(code),
                    at=self._a_minute_later(),
                )
            )
        return made

    # ---- what happens beside the cases -----------------------------------------------------------------

    def _plan_calls(self, timeline: Timeline, count: int) -> None:
        """Have people ask: most are answered at once, some later, the last ones still wait."""
        for number in range(count):
            code = self.chance.choices(tuple(OFFICES), (6, 3, 1))[0]
            before = timedelta(days=1 + number) if number < 6 else CALLS_SINCE * self.chance.random()
            calendar = calendar_at(self.cast.offices[code].path)
            begins = in_office_hours(
                self.at - before - timedelta(hours=self.chance.randrange(2, 14)), self.chance, calendar
            )
            pace = self.chance.choice(("at once", "at once", "at once", "later"))
            pace = "waits" if number < 10 else "petition" if number < 10 + PETITIONS else pace
            timeline.add(begins, self._call(code, pace, Random(self.chance.random())))  # noqa: S311

    def _call(self, code: str, pace: str, chance: Random) -> Callable[[Turn], None]:
        def tell(turn: Turn) -> None:
            by, calendar = self._operator(code), calendar_at(self.cast.offices[code].path)
            asked = chance.choice([one for one in calls.CALLS if pace != "petition" or one.matter == "petition"])
            channels = (Channel.PHONE, Channel.VISIT, Channel.ONLINE, Channel.LETTER)
            is_anonymous = pace != "petition" and chance.random() < 0.2
            caller, _sex = names.a_name(chance)
            contact = cases.take_contact(
                office=self.cast.offices[code],
                channel=chance.choices(channels, (8, 3, 3, 1))[0],
                matter=asked.matter,
                question=asked.question,
                is_anonymous=is_anonymous,
                caller_name="" if is_anonymous else caller,
                caller_phone="" if is_anonymous else f"1990372{chance.randrange(10_000):04d}",
                answer=asked.answer if pace == "at once" else "",
                by=by,
                at=turn.moment,
            )

            def later(days: int) -> datetime:
                turn.until(in_office_hours(turn.moment + timedelta(days=days), chance, calendar))
                return turn.moment

            def note(kind: str, days: int) -> None:
                at = later(days)
                cases.record_contact_proceeding(contact=contact, kind=kind, on=localdate(at), by=by, at=at)

            needs_somebody = asked.matter in NEEDS_SOMEBODY and pace != "at once"
            if needs_somebody and chance.random() < 0.8:
                note("contact.dispatched", 0)
            if pace == "petition":
                note("petition.accepted", chance.randrange(2, 9))
                note("petition.opinion_given", chance.randrange(12, 40))
            if pace in ("later", "petition"):
                at = later(chance.randrange(3))
                cases.answer_contact(contact=contact, answer=asked.answer, by=by, at=at)
                if needs_somebody and not is_anonymous and chance.random() < 0.8:
                    note("contact.called_back", chance.randrange(3))
            if pace == "petition" and chance.random() < 0.5:
                note("petition.review_asked", chance.randrange(3, 20))

        return tell

    def _plan_inspections(self, timeline: Timeline, firms: list[Employer]) -> None:
        """Put some employers under close supervision, and visit some."""
        for number in range(SUPERVISED + ENTERPRISES_VISITED):
            firm, by = self.chance.choice(firms), self.cast["supervisor"]
            before = CALLS_SINCE * self.chance.random() + timedelta(days=2)
            begins = in_office_hours(self.at - before, self.chance, calendar_at(firm.office_path))
            if number < SUPERVISED:
                firm, by = firms[number], self.cast["supervisor"]
                timeline.add(begins, _supervise(firm, by, self.chance.choice(calls.SUPERVISION_REASONS)))
            else:
                timeline.add(begins, _inspect(firm, by, self.chance.choice(calls.VISIT_FINDINGS)))

    def _plan_conflict(self, timeline: Timeline, neighbour: Worker) -> None:
        """Have a mediator declare that she is of the same village as a worker."""
        person = self.cast["mediator"]
        begins = in_office_hours(self.at - timedelta(days=20), Random(0), calendar_at(neighbour.office_path))  # noqa: S311

        def tell(turn: Turn) -> None:
            declare = operations.declare_conflict
            declare(person=person, worker=neighbour, tie="same_village", note="同村邻居。", by=person, at=turn.moment)

        timeline.add(begins, tell)

    def _plan_emergency(self, timeline: Timeline) -> None:
        """Have a mediator of another county read a case that cannot wait; a supervisor reviews it the next day."""
        path = self.cast.offices[HOME].path
        begins = in_office_hours(self.at - EMERGENCY_BEFORE, Random(0), calendar_at(path))  # noqa: S311

        def tell(turn: Turn) -> None:
            reader, case = self.cast["mediator2"], Case.objects.filter(office_path=path, closed_at=None).last()
            if case is None:
                return
            broken = glass.break_glass(number=case.number, reason=calls.EMERGENCY, by=reader, at=turn.moment)
            read = {"subject": case.worker, "case_number": case.number, "purpose": Reading.BREAK_GLASS}
            people.note_reader(by=reader, at=turn.moment, **read)
            turn.until(turn.moment + timedelta(minutes=50))
            glass.end_glass(broken=broken, by=reader, at=turn.moment)
            turn.until(in_office_hours(turn.moment + timedelta(days=1), Random(0), calendar_at(path)))  # noqa: S311
            facts = {"finding": glass.Finding.JUSTIFIED, "note": calls.EMERGENCY_REVIEWED}
            glass.review_glass(broken=broken, by=self.cast["supervisor"], at=turn.moment, **facts)

        timeline.add(begins, tell)

    # ---- time passes -----------------------------------------------------------------------------------

    def _go_on(self, moment: datetime) -> None:
        """Let the clocks act that are due by a moment, and tell people, by the hour, of what has happened."""
        if (moment.date(), moment.hour) != (self.now.date(), self.now.hour):
            self._tell()
        ringing = [
            (clock.alarm_at, clock, operations.clock_rings) for clock in alarmed_clocks(moment) if clock.alarm_at
        ]
        ending = [(clock.due_at, clock, operations.clock_due) for clock in due_clocks(moment)]
        for when, clock, act in sorted([*ringing, *ending], key=lambda one: one[0]):
            self.now = max(when, self.now)
            act(clock=clock, by=None, at=self.now)
        self.now = moment

    def _tell(self) -> None:
        release(at=self.now)
        news = list(Event.objects.filter(pk__gt=self.heard).order_by("pk").values_list("pk", flat=True))
        if news:
            dispatch(news, at=self.now)
            self.heard = news[-1]

    def _read_the_old(self) -> None:
        for user in self.cast.values():
            old = notifications_of(user).filter(created_at__lt=self.at - UNREAD).order_by("-seq").first()
            if old is not None:
                mark_read(user=user, upto=old.seq or 0)


def _life(plan: Plan, records: Records, lived: list[Life]) -> Callable[[Turn], None]:
    return lambda turn: Life(plan=plan, turn=turn, records=records, lived=lived).live()


def _supervise(firm: Employer, by: User, reason: str) -> Callable[[Turn], None]:
    def tell(turn: Turn) -> None:
        on = localdate(turn.moment)
        employers.start_supervision(employer=firm, reason=reason, since_on=on, by=by, at=turn.moment)

    return tell


def _inspect(firm: Employer, by: User, findings: str) -> Callable[[Turn], None]:
    def tell(turn: Turn) -> None:
        on = localdate(turn.moment)
        employers.record_enterprise_visit(employer=firm, visited_on=on, findings=findings, by=by, at=turn.moment)

    return tell
