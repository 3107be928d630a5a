"""Who hears of an event.

A rule names an audience by the event's kind; a case type adds its own rules in its app configuration:
`notifies = {"agreement.drafted": ("supervisor",)}`. Kinds without a rule tell nobody: the timeline has them.

The words of a rule:

- `owner`: the person whose step it is (fact `owner`);
- `users`: the people the event names (fact `users`);
- `handler`, `opened_by`: the case's own;
- `role`: everybody with the role of the fact `role` at the office of the fact `office_path` (else the case's),
  or, where it has nobody of that role, at the nearest office above;
- `supervisor`: the same, with the role supervisor at the case's office;
- `invited`: like `role`, for an office that is asked to take a case over and so cannot read it yet.

Nobody hears of what he did himself, nor of a case he may not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Q

from casework.audit.models import Event, Outcome
from casework.cases.models import Case
from casework.offices import scope
from casework.offices.models import upwards
from casework.offices.roles import Role
from casework.staff.models import RoleGrant, User

Rule = tuple[str, ...]

AUDIENCES = frozenset({"owner", "users", "handler", "opened_by", "role", "supervisor", "invited"})

RULES: dict[str, Rule] = {
    "task.queued": ("role",),
    "task.assigned": ("owner",),
    "task.reassigned": ("owner",),
    "task.released": ("role",),
    "case.handover_offered": ("invited",),
    "case.handover_accepted": ("users",),
    "case.handover_returned": ("users",),
    "case.linked": ("handler",),
    "facts.corrected": ("handler",),
    "step.taken_back": ("handler",),
    "clock.expired": ("handler",),
    "clock.extended": ("handler",),
    "payout.committed": ("role",),
    "payout.paid": ("handler",),
    "payout.failed": ("handler",),
    "payout.unknown": ("handler",),
}


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return the rules of the house and of every installed case type."""
    known = dict(RULES)
    for app in apps.get_app_configs():
        known.update(getattr(app, "notifies", {}))
    return known


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
    people: frozenset[int]
    seats: frozenset[Seat]
    invited: frozenset[Seat]

    def listeners(self, staff: "Staff") -> list[User]:
        """Return those who are told, in the order of their ids."""
        guests = {user.pk: user for seat in self.invited for user in staff.at(seat)}
        members = {user.pk: user for seat in self.seats for user in staff.at(seat)}
        members.update((pk, staff.people[pk]) for pk in self.people if pk in staff.people)
        heard = guests | {pk: user for pk, user in members.items() if self.case is None or may_read(user, self.case)}
        return [heard[pk] for pk in sorted(heard) if pk != self.event.actor_id]


class Staff:
    """The people whom some events address, with their roles, read by one query."""

    def __init__(self, audiences: Iterable[Audience], at: datetime) -> None:
        self.at_moment = at
        self.people: dict[int, User] = {}
        wanted = Q()
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


def may_read(user: User, case: Case) -> bool:
    """Return whether the person may read the case, also because his office once handed it over."""
    if scope.may(user, "case.read", case):
        return True
    return scope.visible(Case.objects.filter(pk=case.pk), user, "case.read").exists()


def audience(event: Event, case: Case | None, rule: Rule) -> Audience:
    """Read a rule for one event."""
    facts = event.facts
    path = facts.get("office_path") or (case.office_path if case else "")
    people: set[int] = set()
    seats: set[Seat] = set()
    invited: set[Seat] = set()
    for word in rule:
        if word in ("role", "invited") and facts.get("role") and path:
            (seats if word == "role" else invited).add(Seat(facts["role"], path))
        elif word == "supervisor" and case is not None:
            seats.add(Seat(Role.SUPERVISOR, case.office_path))
        else:
            people.update(_named(word, facts, case))
    return Audience(event, case, frozenset(people), frozenset(seats), frozenset(invited))


def _named(word: str, facts: dict[str, Any], case: Case | None) -> Iterator[int]:
    """Yield the ids of the people a word names."""
    if word == "users":
        yield from facts.get("users", ())
    elif word == "owner" and facts.get("owner"):
        yield facts["owner"]
    elif word in ("handler", "opened_by") and case is not None and getattr(case, f"{word}_id"):
        yield getattr(case, f"{word}_id")


def audiences(events: Iterable[Event], cases: dict[str, Case]) -> list[Audience]:
    """Read the rules for events that have one.

    Args:
        cases: the cases the events belong to, by stream.
    """
    known = rules()
    return [
        audience(event, cases.get(event.stream), known[event.kind])
        for event in events
        if event.kind in known and event.outcome == Outcome.DONE
    ]
