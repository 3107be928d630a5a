"""Nobody approves what is his own: every way of being in a case × every approval of every case type (trust A6)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from casework.audit.errors import NotAllowed
from casework.cases.models import ConflictOfInterest, Signature
from casework.cases.transitions import APPROVALS
from casework.offices.roles import TWO_PERSON_ROLES, Role
from casework.staff import operations as staff
from casework.staff.models import User
from config.demo.city import Cast, found_city
from tests.factories import AT
from workflows import operations
from workflows.case_type import all_case_types, case_type
from workflows.case_types.hardship_relief.demo import helped_by_the_province
from workflows.case_types.work_injury.demo import kin_consoled
from workflows.walking import Walk

Tie = ConflictOfInterest.Tie
# One tie is tried at every approval, the others once a walk.
OTHER_TIES = {str(tie) for tie in Tie if tie != Tie.RELATIVE}
# How many sign an approval before money moves, and before a mediated agreement is signed.
APPROVERS = {"labour_dispute": 1, "work_injury": 1, "hardship_relief": 2}


class Tried(Exception):
    """The attempt is over: everything it did is rolled back."""


def approvals_of(case: Any) -> list[Signature]:
    return list(Signature.objects.filter(claim_line__case_id=case.pk, role__in=APPROVALS).order_by("id"))


def appoint(cast: Cast, person: User, role: Role) -> User:
    """Give a person a role of the whole tree, with a second administrator's word where it needs one."""
    top = next(office for office in cast.offices.values() if office.depth == 1)
    grant = staff.grant_role(user=person, role=role, office=top, by=cast["secadmin"], at=AT)
    if role in TWO_PERSON_ROLES:
        staff.confirm_grant(grant=grant, by=cast["secadmin2"], at=AT)
    return User.objects.get(pk=person.pk)


class Checked(Walk):
    """A walk in which, before each approval, everybody tries who may not give it."""

    tries: list[tuple[str, str]]
    stranger: User

    def do(self, node: str, who: str, **data: Any) -> None:
        if self.task(node).role == Role.SUPERVISOR and self._approves(node, self.cast[who], data):
            assert self._approves(node, self._stranger(), data), "who has nothing to do with the case may approve"
            for name, prepare in self.ways().items():
                if name.partition(" of ")[0] not in OTHER_TIES or name not in {tried for _node, tried in self.tries}:
                    self._try(name, prepare, node, data)
        super().do(node, who, **data)

    def _approves(self, node: str, person: User, data: dict[str, Any]) -> bool:
        """Return whether this step, done by this person, signs an approval."""
        before, after = len(approvals_of(self.case)), 0
        with suppress(Tried), transaction.atomic():
            operations.complete_task(task=self.task(node), by=person, at=self.at, data=data)
            after = len(approvals_of(self.case))
            raise Tried
        return after > before

    def ways(self) -> dict[str, Callable[[], User]]:
        """Return every way of being in the case, each making its person a supervisor of the whole tree."""
        ways: dict[str, Callable[[], User]] = {
            "entered": lambda: appoint(self.cast, self.case.opened_by, Role.SUPERVISOR),
            "edited": self._edited,
            "assigned": self._assigned,
        }
        employer = self.case.employer
        for tie in Tie:
            ways[f"{tie} of the worker"] = lambda tie=tie: self._tied(tie, worker=self.case.worker)  # type: ignore[misc]
            if employer is not None:
                ways[f"{tie} of the employer"] = lambda tie=tie: self._tied(tie, employer=employer)  # type: ignore[misc]
        for signature in Signature.objects.filter(claim_line__case_id=self.case.pk).select_related("person"):
            ways[f"signed as {signature.role}"] = lambda held=signature.person: (  # type: ignore[misc]
                held
                if any(grant.role == Role.SUPERVISOR for grant in held.grants())
                else appoint(self.cast, held, Role.SUPERVISOR)
            )
        return ways

    def _stranger(self) -> User:
        """Return a supervisor who has nothing to do with the case, but that she was asked for this approval."""
        (task,) = self.open_tasks()
        return User.objects.get(pk=task.owner_id or self.stranger.pk)

    def _edited(self) -> User:
        person = self._stranger()
        facts = {"field": "is_urgent", "value": not self.case.is_urgent, "reason": "核对后更正"}
        operations.correct_fact(case=type(self.case).objects.get(pk=self.case.pk), by=person, at=self.at, **facts)
        return person

    def _assigned(self) -> User:
        person = self._stranger()
        (task,) = self.open_tasks()
        operations.reassign_task(task=task, to=self.cast["supervisor4"], by=person, at=self.at)
        operations.reassign_task(task=task, to=person, by=person, at=self.at)
        return person

    def _tied(self, tie: str, **party: Any) -> User:
        person = self._stranger()
        operations.declare_conflict(person=person, tie=tie, note="同乡会同事", by=person, at=self.at, **party)
        return person

    def _try(self, name: str, prepare: Callable[[], User], node: str, data: dict[str, Any]) -> None:
        with suppress(Tried), transaction.atomic():
            person = prepare()
            before = len(approvals_of(self.case))
            with pytest.raises(NotAllowed):
                operations.complete_task(task=self.task(node), by=person, at=self.at, data=data)
            assert len(approvals_of(self.case)) == before, f"{name} approved at {node}"
            self.tries.append((node, name))
            raise Tried


@pytest.fixture
def checked(db):
    """Walk a case of a type to its close; everybody who may not approve has tried."""

    def walk(slug: str, tell: Callable[[Walk], None] | None = None) -> Checked:
        city, kind = found_city(at=AT), case_type(slug)
        walk = Checked(kind=kind, cast=city, office=city.office, at=AT)
        walk.tries = []
        lone = staff.add_user(username="lone", display_name="龙一", by=city["sysadmin"], at=AT)
        walk.stranger = appoint(city, lone, Role.SUPERVISOR)
        (tell or kind.walk)(walk)
        return walk

    return walk


@pytest.mark.parametrize("slug", [kind.slug for kind in all_case_types() if kind.slug != "toy"])
def test_nobody_approves_what_is_their_own_and_exactly_so_many_approve(checked, slug):
    as_told(checked(slug), APPROVERS[slug])


def test_a_sum_beyond_the_city_is_approved_by_exactly_three(checked):
    as_told(checked("hardship_relief", helped_by_the_province), 3)


def test_an_approval_by_phone_is_signed_by_whoever_gave_it_if_she_may(checked):
    as_told(checked("work_injury", kin_consoled), 1)


def as_told(walk: Checked, needed: int) -> None:
    """Check who approved, and that everybody else was refused."""
    approvals = approvals_of(walk.case)
    tried = {name for _node, name in walk.tries}
    assert {"entered", "edited", "assigned", *(f"{tie} of the worker" for tie in Tie)} <= tried
    assert walk.case.employer is None or {f"{tie} of the employer" for tie in Tie} <= tried
    assert any(name.startswith("signed as") for name in tried)
    assert len({node for node, _name in walk.tries}) == needed
    lines = {signature.claim_line_id for signature in approvals}
    for line in lines:
        of_line = [signature for signature in approvals if signature.claim_line_id == line]
        assert len(of_line) == len({signature.person_id for signature in of_line}) == needed
    makers = {walk.case.opened_by_id} | set(
        Signature.objects.filter(claim_line__case_id=walk.case.pk)
        .exclude(role__in=APPROVALS)
        .values_list("person", flat=True)
    )
    assert not makers & {signature.person_id for signature in approvals}
