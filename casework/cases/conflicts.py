"""Conflicts of interest: who is bound to which worker or employer, and stays out of their cases.

See Note [Who has a tie stays out].
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, NotFound
from casework.audit.once import saved_once
from casework.audit.operation import operation
from casework.employers.models import Employer
from casework.offices import scope
from casework.offices.doors import demand, insist
from casework.offices.roles import Role
from casework.people.models import Worker
from casework.staff.models import PUBLIC, RoleGrant, User
from casework.staff.queries import desk_of, holders_of

from .models import Case, ConflictOfInterest, concerning_ties, forget_ties


class AlreadyDeclared(AlreadyDone):
    """A conflict of interest is declared once."""

    message = _("This conflict of interest has already been declared.")


class OwnConflict(NotAllowed):
    """Nobody ends a conflict of interest of their own."""

    message = _("It is your own conflict of interest; another supervisor has to end it.")


@operation
def declare_conflict(
    *,
    person: User,
    tie: str,
    by: User,
    at: datetime,
    worker: Worker | None = None,
    employer: Employer | None = None,
    note: str = "",
) -> ConflictOfInterest:
    """Record what binds a person to a worker or an employer; one says it of oneself, or a supervisor of her people.

    What the person has in hand of theirs is handed back by `workflows.operations.declare_conflict`.

    Raises:
        NotAllowed: it is about somebody else, whose supervisor one is not.
        AlreadyDeclared: it stands already; says by whom and since when.
        InvalidFacts: another tie without words.
    """
    party = worker or employer
    if party is None or (worker and employer):
        raise TypeError("a conflict of interest is with a worker or with an employer")
    desk = desk_of(person)
    office = desk.pk if desk else party.office_id
    conflict = ConflictOfInterest(
        person=person,
        worker=worker,
        employer=employer,
        tie=tie,
        note=note.strip(),
        office_id=office,
        office_path=desk.path if desk else party.office_path,
        declared_by=by,
        declared_at=at,
    )
    demand(by, "conflict.declare", conflict)
    if tie == ConflictOfInterest.Tie.OTHER and not conflict.note:
        raise InvalidFacts({"note": [_now("Say what binds the person to the party.")]})
    _refuse_second(conflict)
    with saved_once(lambda: _refuse_second(conflict)):
        conflict.save()
    forget_ties(person)
    _record("conflict.declared", conflict, conflict.note, by=by, at=at, tie=tie, users=[person.pk])
    return conflict


def _refuse_second(conflict: ConflictOfInterest) -> None:
    """Refuse a conflict of interest that stands already."""
    same = {"person": conflict.person, "worker": conflict.worker, "employer": conflict.employer}
    known = live_conflicts().filter(**same).first()
    if known is not None:
        raise AlreadyDeclared(who=known.declared_by, what=known.get_tie_display(), when=known.declared_at)


@operation
def end_conflict(*, conflict: ConflictOfInterest, reason: str, by: User, at: datetime) -> ConflictOfInterest:
    """End a conflict of interest that no longer stands, or never did; a supervisor does it, never for herself.

    Raises:
        NotAllowed: no supervisor of the person.
        OwnConflict: it is her own.
        AlreadyDone: it was ended before; says by whom and when.
        InvalidFacts: no reason.
    """
    held = ConflictOfInterest.objects.select_for_update(no_key=True, of=("self",)).get(pk=conflict.pk)
    insist(may_end(held, by))
    if not held.is_live:
        raise AlreadyDone(who=held.ended_by, what=held.get_tie_display(), when=held.ended_at)
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why.")]})
    held.ended_by, held.ended_at = by, at
    held.save(update_fields=["ended_by", "ended_at"])
    forget_ties(held.person)
    _record("conflict.ended", held, reason.strip(), by=by, at=at, users=[held.person_id])
    return held


def may_end(conflict: ConflictOfInterest, user: User) -> scope.Answer:
    """Answer whether a person may end a conflict of interest: a supervisor, and never her own."""
    answer = scope.may(user, "conflict.end", conflict)
    if answer and conflict.belongs_to(user):
        return scope.Answer(False, OwnConflict.message, OwnConflict)
    return answer


def _record(kind: str, conflict: ConflictOfInterest, text: str, *, by: User, at: datetime, **facts: Any) -> None:
    party = {"worker": conflict.worker_id} if conflict.worker_id else {"employer": conflict.employer_id}
    said = {"conflict": str(conflict.uuid), "owner": conflict.person_id, **party, **facts}
    stream = events.office_stream(conflict.office_id)
    events.record(stream, kind, by=by, at=at, person=conflict.worker_id, text=text, **said)


# ---- what is asked -------------------------------------------------------------------------------------


def live_conflicts() -> "QuerySet[ConflictOfInterest]":
    """Return the conflicts of interest that stand."""
    return ConflictOfInterest.objects.filter(ended_at=None)


def conflicts_visible_to(user: User) -> "QuerySet[ConflictOfInterest]":
    """Return a person's own conflicts of interest, and those of the people of the offices she oversees."""
    overseen = scope.visible(ConflictOfInterest.objects.all(), user, "conflict.read")
    found = ConflictOfInterest.objects.filter(Q(person=user) | Q(pk__in=overseen.values("pk")))
    return found.select_related("person", "worker", "employer", "office", "declared_by", "ended_by")


def conflict_for(user: User, uuid: UUID) -> ConflictOfInterest:
    """Return a conflict of interest, if the person may read it.

    Raises:
        NotFound: there is none, or it is of somebody of another office.
    """
    found = conflicts_visible_to(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def people_overseen(user: User) -> "QuerySet[User]":
    """Return of whom a person may declare a conflict of interest: of herself, and as a supervisor of her people."""
    held = scope.paths(user, scope.ACTS["conflict.declare"].roles)
    theirs = RoleGrant.objects.filter(scope.within(held, "office__path")).values("user")
    found = User.objects.filter(Q(pk=user.pk) | Q(pk__in=theirs), is_active=True).exclude(username=PUBLIC)
    return found.order_by("display_name", "pk")


def tied_people(case: Case) -> "QuerySet[User]":
    """Return who stays out of a case."""
    own = live_conflicts().filter(Q(worker=case.worker_id) | Q(employer=case.employer_id, employer__isnull=False))
    people = set(own.values_list("person", flat=True))
    for path in type(case).SHARED_BY:
        shared = type(case).objects.filter(pk=case.pk).values(path)
        people.update(live_conflicts().filter(worker__in=shared).values_list("person", flat=True))
    return User.objects.filter(pk__in=people)


def untied_holders(case: Case, role: Role, on: date) -> "QuerySet[User]":
    """Return who holds a role where a case is and has no tie to a party of it, by name."""
    return holders_of(role, case.office_path, on).exclude(pk__in=tied_people(case)).order_by("display_name")


def lock_cases_of(conflict: ConflictOfInterest) -> list[int]:
    """Lock the open cases a conflict is about, in the order of their ids, so that nobody claims there meanwhile."""
    theirs = Case.objects.filter(concerning_ties([conflict]), closed_at=None)
    return list(theirs.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
