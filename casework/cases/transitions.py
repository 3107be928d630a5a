"""The choke point: every state change of every case goes through `perform()`.

lock the case → state → conditions → permission → distinct people → change → event. Pages, imports, bulk
actions and due clocks all come here; the state-machine library's own checks are questions it asks.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import CaseworkError, NotAllowed, WrongState
from casework.audit.models import Event
from casework.audit.operation import current_unit, operation
from casework.audit.rows import Question
from casework.offices import scope
from casework.offices.doors import answer_of, insist
from casework.offices.scope import Answer, HasConflict

from .models import Case, ClaimLine, Signature
from .moves import Move

if TYPE_CHECKING:
    from casework.staff.models import User


class UnknownTransition(CaseworkError):
    """The type of this case knows no such transition."""

    message = _("This kind of case knows no such step.")


class ConditionNotMet(WrongState):
    """The state would allow the step, a condition does not; the message is the condition's reason."""


class SamePerson(NotAllowed):
    """Somebody who already has a part in this money may not take a second one."""

    message = _("You already have a part in this case's money and cannot take another.")


APPROVALS = (Signature.Part.APPROVER1, Signature.Part.APPROVER2, Signature.Part.APPROVER3)
# What makes somebody a maker of a case, beside opening it and standing for a part of its money.
MADE_BY = {
    "facts.corrected": _("%(person)s corrected facts of this case; somebody else has to approve."),
    "task.reassigned": _("%(person)s chose who works on this case; somebody else has to approve."),
}


def lock(case: Case) -> Case:
    """Lock the case's row for this operation and bring this very object up to date.

    The one object matters: viewflow's activation holds it too, and a second copy would save stale values.
    Within an operation the second call is free.

    Raises:
        NotFound: there is no such case.
    """
    return case.lock()


def locked(model: type[Case], pk: int, number: str) -> Any:
    """Return the case of this number, of its own type and locked: the object the operation already holds, if any."""
    return locked_with(model, pk, number)[0]


def locked_with(model: type[Case], pk: int, number: str, *also: Question) -> tuple[Any, list[list[Any]]]:
    """Return the case as `locked` does, and the answers to questions that need the lock held."""
    held = current_unit().owners.get(f"case:{number}")
    case: Any = held if held is not None else model(pk=pk, number=number)
    return case, case.lock_and_ask(*also)


def move_of(case: Case, name: str) -> tuple[Any, Move]:
    """Return a transition's method and what the house adds to it.

    Raises:
        UnknownTransition: the case's type has none of that name.
    """
    method = getattr(case, name, None)
    known = getattr(method, "_django_fsm", None)
    if known is None:
        raise UnknownTransition
    chosen = known.get_transition(case.state) or next(iter(known.transitions.values()))
    return method, chosen.custom["move"]


def may_perform(case: Case, name: str, by: "User | None") -> Answer:
    """Answer whether the transition could be done now, and why not: state, conditions, permission."""
    return answer_of(lambda: check(case, name, by))


def check(case: Case, name: str, by: "User | None") -> None:
    """Raise the first reason against a transition.

    Raises:
        NotAllowed: the person may not, or nobody was named and no clock may.
        WrongState: the state does not allow it, or a condition does not hold.
    """
    method, asked = move_of(case, name)
    if by is not None:
        insist(scope.may(by, "case.move", case, roles=asked.roles or None))
    if not method._django_fsm.has_transition(case.state):
        raise WrongState(
            _now("“%(title)s” is not possible while the case is “%(state)s”.")
            % {"title": asked.title, "state": case.state_title}
        )
    for needed in asked.conditions:
        if not needed(case):
            raise ConditionNotMet(needed.reason)
    if by is None and not asked.by_clock:
        raise NotAllowed(_("This step needs a person."))


@operation
def perform(
    *,
    case: Case,
    name: str,
    by: "User | None",
    at: datetime,
    text: str = "",
    facts: dict[str, Any] | None = None,
    **arguments: Any,
) -> Event:
    """Do one transition of a case; the only way its state changes.

    Args:
        text: the reason or remark in words; sealed beside the event.
        facts: codes and dates for the event.
        arguments: what the transition's method takes, beside `at`.

    Raises:
        UnknownTransition, WrongState, NotAllowed, SamePerson.
    """
    lock(case)
    check(case, name, by)
    method, asked = move_of(case, name)
    if asked.needs_reason and not text.strip():
        raise WrongState(_("This step needs a reason."))
    source = case.state
    if asked.signs and by is not None:
        sign(case=case, part=asked.signs, person=by, by=by, at=at)
    method(at=at, **arguments)
    case.stage = case.STAGES[case.state]
    return events.record(
        case, asked.kind, by=by, at=at, text=text, **{"from": source, "to": case.state, **(facts or {})}
    )


@operation
def sign(
    *,
    case: Case | None,
    part: str,
    person: "User",
    by: "User | None",
    at: datetime,
    principal: "User | None" = None,
    lines: Iterable[ClaimLine] | None = None,
) -> list[Signature]:
    """Have a person stand for a part on the unfinished claim lines of a case, or on these lines of none.

    Raises:
        SamePerson: the person already has a part on one of them, or approves what she entered, changed or assigned.
        HasConflict: the person has a tie to a party.
    """
    if lines is None:
        lines = case.claim_lines.filter(state__in=ClaimLine.UNFINISHED) if case else ()
    lines = list(lines)
    for line in lines:
        if tie := line.tie_with(person):
            raise HasConflict(tie)
    if case is not None and part in APPROVALS and (made := _made(case, person)):
        raise SamePerson(made)
    held = Signature.objects.filter(claim_line__in=lines, person=person).first() if lines else None
    if held:
        raise SamePerson(
            _now("%(person)s already stands in this case as “%(part)s” and cannot also be “%(other)s”.")
            % {
                "person": person.display_name,
                "part": held.get_role_display(),
                "other": Signature.Part(part).label,
            }
        )
    return Signature.objects.bulk_create(
        Signature(claim_line=line, role=part, person=person, principal=principal, signed_at=at) for line in lines
    )


def _made(case: Case, person: "User") -> str:
    """Say what a person had to do with the making of a case, so that she does not approve it; "" when nothing."""
    if case.opened_by_id == person.pk:
        return _now("%(person)s opened this case; somebody else has to approve.") % {"person": person.display_name}
    done = Event.objects.filter(stream=case.stream, actor=person, kind__in=MADE_BY).order_by("seq").first()
    return str(MADE_BY[done.kind]) % {"person": person.display_name} if done else ""


@operation
def unsign(*, case: Case, signed_at: datetime, by: "User | None", at: datetime) -> int:
    """Lift what was signed in a step that is taken back, so that the step can be done, and signed, again."""
    lock(case)
    held = Signature.objects.filter(claim_line__case=case, signed_at=signed_at)
    signed = list(held.order_by("id").values_list("claim_line_id", "role", "person_id"))
    if signed:
        held.delete()
        events.record(case, "claim_line.unsigned", by=by, at=at, signatures=[list(one) for one in signed])
    return len(signed)
