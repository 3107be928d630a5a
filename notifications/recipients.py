"""Who hears of an event.

A rule names an audience by the event's kind; a case type adds its own rules in its app configuration:
`notifies = {"agreement.drafted": ("supervisor",)}`. Kinds without a rule tell nobody: the timeline has them.

The words of a rule:

- `owner`: the person whose step it is (fact `owner`);
- `users`: the people the event names (fact `users`);
- `handler`, `opened_by`: the case's own;
- `role`: everybody with the role of the fact `role` at the office of the fact `office_path` (else the case's),
  or, where it has nobody of that role, at the nearest office above;
- `supervisor`: the same, with the role supervisor;
- `above`: the supervisors of the nearest office above that one which has any;
- `duty`: whoever is on duty when it happens, at the office or the nearest above where somebody is who may read it;
- `reader_office`: the supervisors who answer for somebody of another office (fact `overseen_from`), who cannot read it;
- `invited`: like `role`, for an office that is asked to take a case over and so cannot read it yet.

What starts a period of hours, and every alarm of such a period, also goes to `duty` and `supervisor`, whatever its
rule says. Nobody hears of what he did himself, nor of a case or contact he may not read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import F, Q

from casework.audit.models import Event, Outcome
from casework.cases.models import Case
from casework.deadlines import general
from casework.deadlines.rulebook import every_rule, rules_of
from casework.offices import scope
from casework.offices.models import DutyShift, Office, upwards
from casework.offices.roles import Role
from casework.staff.models import RoleGrant, User

Rule = tuple[str, ...]

AUDIENCES = frozenset(
    {"owner", "users", "handler", "opened_by", "role", "supervisor", "above", "duty", "invited", "reader_office"}
)
URGENT: Rule = ("duty", "supervisor")

CLOCK = "clock."
ALARMS = frozenset({"clock.at_risk", "clock.expired", "clock.passed_up"})

RULES: dict[str, Rule] = {
    "task.queued": ("role",),
    "task.assigned": ("owner",),
    "task.reassigned": ("owner",),
    "task.released": ("role",),
    "case.stepped_back": ("supervisor",),
    "case.nobody_able": ("supervisor", "above"),
    "case.handover_offered": ("invited",),
    "case.handover_accepted": ("users",),
    "case.handover_returned": ("users",),
    "case.linked": ("handler",),
    "case.glass_broken": ("supervisor", "reader_office"),
    "facts.corrected": ("handler",),
    "step.taken_back": ("handler",),
    "clock.at_risk": ("users", "role"),
    "clock.expired": ("users", "role", "supervisor"),
    "clock.passed_up": ("above", "supervisor"),
    "clock.moved": ("users", "role", "handler"),
    "clock.extended": ("handler",),
    "incident.group": URGENT,
    "calendar.missing": ("role",),
    "conflict.declared": ("users",),
    "conflict.ended": ("users",),
    "payout.committed": ("role",),
    "payout.paid": ("handler",),
    "payout.failed": ("handler",),
    "payout.unknown": ("handler",),
}


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return the rules of the house and of every installed case type; what starts a period of hours has one, too."""
    known: dict[str, Rule] = {kind: () for rule in every_rule().values() if rule.is_urgent for kind in rule.starts}
    known.update(RULES)
    for app in apps.get_app_configs():
        known.update(getattr(app, "notifies", {}))
    return known


def is_urgent(event: Event, case: Case | None) -> bool:
    """Return whether the event is about a period of hours: it starts one, or it happened to one."""
    facts = event.facts
    if event.kind.startswith(CLOCK):
        rule = every_rule().get(facts.get("rule", ""))
        return rule is not None and rule.is_urgent
    followed = general.CONTACT_RULES if case is None else rules_of(case.case_type)
    return any(rule.is_urgent and rule.starts_with(event.kind, facts) for rule in followed)


@dataclass(frozen=True)
class Seat:
    """People of a role, at an office or the nearest one above that has any."""

    role: str
    office_path: str


@dataclass(frozen=True)
class Audience:
    """Whom one event addresses, before anybody is looked up."""

    event: Event
    case: Case | None
    office_path: str
    is_urgent: bool
    people: frozenset[int] = frozenset()
    seats: frozenset[Seat] = frozenset()
    invited: frozenset[Seat] = frozenset()
    calls_duty: bool = False

    def listeners(self, staff: "Staff") -> list[User]:
        """Return those who are told, in the order of their ids."""
        guests = {user.pk: user for seat in self.invited for user in staff.at(seat)}
        members = {user.pk: user for seat in self.seats for user in staff.at(seat)}
        members.update((pk, staff.people[pk]) for pk in self.people if pk in staff.people)
        heard = guests | {pk: user for pk, user in members.items() if self.may_reach(user)}
        heard.update((user.pk, user) for user in self._on_duty(staff))
        return [heard[pk] for pk in sorted(heard) if pk != self.event.actor_id]

    def may_reach(self, user: User) -> bool:
        """Return whether the person may read what the event is about."""
        if self.case is not None:
            return may_read(user, self.case)
        if "contact" in self.event.facts:
            return bool(scope.may(user, "contact.read", Office(path=self.office_path)))
        return True

    def _on_duty(self, staff: "Staff") -> list[User]:
        """Return who is called: somebody on duty who may not read it is nobody, and the office above is asked."""
        called = staff.on_duty(self.office_path, self.event.happened_at) if self.calls_duty else iter(())
        able = ([user for user in users if self.may_reach(user)] for users in called)
        return next(filter(None, able), [])


class Staff:
    """The people whom some events address, with their roles: read by one query, by two when duty is called.

    Args:
        people: ids of further people to read.
    """

    def __init__(self, audiences: Iterable[Audience], at: datetime, people: Iterable[int] = ()) -> None:
        audiences = list(audiences)
        self.at_moment = at
        self.people: dict[int, User] = {}
        self.shifts = _shifts([audience for audience in audiences if audience.calls_duty])
        further = {*people, *(shift.user_id for shift in self.shifts)}
        wanted = Q(user__in=further) if further else Q()
        for audience in audiences:
            if audience.people:
                wanted |= Q(user__in=audience.people)
            for seat in audience.seats | audience.invited:
                holders = RoleGrant.objects.filter(role=seat.role, office__path__in=upwards(seat.office_path))
                wanted |= Q(user__in=holders.values("user"))
        if wanted:
            grants = RoleGrant.placed().filter(wanted, user__is_active=True).select_related("user")
            self._take(grants)

    def _take(self, grants: Iterable[RoleGrant]) -> None:
        held: dict[int, list[RoleGrant]] = {}
        for grant in grants:
            self.people.setdefault(grant.user_id, grant.user)
            held.setdefault(grant.user_id, []).append(grant)
        for pk, user in self.people.items():
            user.know_grants(held[pk])

    def at(self, seat: Seat) -> list[User]:
        """Return who holds a seat: everybody at the nearest office that has anybody."""
        for path in upwards(seat.office_path):
            holders = [
                user
                for user in self.people.values()
                if any(grant.role == seat.role and grant.office_path == path for grant in user.grants(self.at_moment))
            ]
            if holders:
                return holders
        return []

    def on_duty(self, office_path: str, moment: datetime) -> Iterator[list[User]]:
        """Yield who is on duty at a moment, at an office and then at each above it."""
        there = [shift for shift in self.shifts if shift.starts_at <= moment < shift.ends_at]
        for path in upwards(office_path):
            here = {shift.user_id for shift in there if shift.office_path == path}
            yield [self.people[pk] for pk in sorted(here) if pk in self.people]


def _shifts(audiences: Sequence[Audience]) -> list[Any]:
    """Return the shifts in which something happened that duty is called for, each with the path of its office."""
    if not audiences:
        return []
    moments = [audience.event.happened_at for audience in audiences]
    paths = {path for audience in audiences for path in upwards(audience.office_path)}
    shifts = DutyShift.objects.filter(office__path__in=paths, starts_at__lte=max(moments), ends_at__gt=min(moments))
    return list(shifts.annotate(office_path=F("office__path")))


def may_read(user: User, case: Case) -> bool:
    """Return whether the person may read the case, also because his office once handed it over."""
    if scope.may(user, "case.read", case):
        return True
    return scope.visible(Case.objects.filter(pk=case.pk), user, "case.read").exists()


def audience(event: Event, case: Case | None, rule: Rule, office_path: str = "") -> Audience:
    """Read a rule for one event.

    Args:
        office_path: of the office in whose own stream it stands, where the event does not say its place itself.
    """
    facts = event.facts
    path = facts.get("office_path") or (case.office_path if case else office_path)
    urgent = is_urgent(event, case)
    if urgent and (event.kind in ALARMS or not event.kind.startswith(CLOCK)):
        rule = (*rule, *URGENT)
    people: set[int] = set()
    seats: set[Seat] = set()
    invited: set[Seat] = set()
    for word in rule:
        if word in ("role", "invited") and facts.get("role") and path:
            (seats if word == "role" else invited).add(Seat(facts["role"], path))
        elif word == "reader_office" and facts.get("overseen_from"):
            invited.add(Seat(Role.SUPERVISOR, facts["overseen_from"]))
        elif word == "supervisor":
            seats.add(Seat(Role.SUPERVISOR, path))
        elif word == "above":
            seats.add(Seat(Role.SUPERVISOR, path[: -Office.steplen]))
        else:
            people.update(_named(word, facts, case))
    return Audience(
        event, case, path, urgent, frozenset(people), frozenset(seats), frozenset(invited), calls_duty="duty" in rule
    )


def _named(word: str, facts: dict[str, Any], case: Case | None) -> Iterator[int]:
    """Yield the ids of the people a word names."""
    if word == "users":
        yield from facts.get("users", ())
    elif word == "owner" and facts.get("owner"):
        yield facts["owner"]
    elif word in ("handler", "opened_by") and case is not None and getattr(case, f"{word}_id"):
        yield getattr(case, f"{word}_id")


def audiences(events: Iterable[Event], cases: dict[str, Case], offices: dict[str, str]) -> list[Audience]:
    """Read the rules for events that have one.

    Args:
        cases: the cases the events belong to, by stream.
        offices: the paths of offices, by their own streams.
    """
    known = rules()
    return [
        audience(event, cases.get(event.stream), known[event.kind], offices.get(event.stream, ""))
        for event in events
        if event.kind in known and event.outcome == Outcome.DONE
    ]
