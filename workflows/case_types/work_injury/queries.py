"""What is asked about work injuries: the rules of the place, who may visit, which other report it is."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.audit.models import Event
from casework.cases.conflicts import untied_holders
from casework.cases.models import ClaimLine, Signature
from casework.deadlines.models import Clock
from casework.offices import scope, values
from casework.offices.queries import parameter_or, parameters_on
from casework.offices.roles import Role

from .deadlines import GRAVE_VISIT
from .models import Severity, WorkInjury

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from casework.staff.models import User

# What a place has ruled: yuan by severity, as texts; and from how many injured on an accident is grave.
STANDARD_PARAMETER = "WI.consolation.standard"
GRAVE_PARAMETER = "WI.visit.grave_from"

# No national text fixes a sum. Local rules stay at or below 2,000 yuan for one occasion (Anhui 2025), so these
# do as well until a place enters its own.
STANDARD: Mapping[str, str] = {Severity.MINOR: "500", Severity.SERIOUS: "1000", Severity.DEATH: "2000"}
GRAVE_FROM = 3

# The steps that may note a grade of disability among their facts.
GRADE_NOTED = (
    "injury.visited",
    "injury.followed_up",
    "injury.follow_up_planned",
    "injury.payment_awaited",
    "injury.visits_finished",
    "consolation.paid",
)


class UnreadableStandard(CaseworkError):
    """The standard of consolation was entered wrongly; the message says what cannot be read."""

    message = _("The local standard of consolation cannot be read.")


# ---- rules of the place --------------------------------------------------------------------------------


MOST_INJURED = 1000


def check_value(code: str, value: Any) -> None:
    """Refuse a standard of consolation that lacks a sum, and a number of injured that is none.

    Raises:
        UnreadableStandard, UnreadableValue: say what is wrong.
    """
    if code == STANDARD_PARAMETER:
        for severity in Severity.values:
            _sum_in(value, severity)
    elif code == GRAVE_PARAMETER:
        values.whole(value, MOST_INJURED, least=1)


values.CHECKS.append(check_value)


def standard_amount(case: WorkInjury, on: date) -> Decimal:
    """Return what the place gives for an injury of this severity.

    Raises:
        UnreadableStandard: what was entered is no sum, or lacks this severity.
    """
    row = parameters_on([STANDARD_PARAMETER], case.office, on).get(STANDARD_PARAMETER)
    return _sum_in(row.value if row else STANDARD, case.severity)


def _sum_in(stored: Any, severity: str) -> Decimal:
    try:
        entered = stored[severity]
        if isinstance(entered, float | bool):
            raise TypeError
        amount = Decimal(entered).quantize(Decimal("0.01"))
        if not 0 < amount <= values.LARGEST_SUM:
            raise ValueError
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise UnreadableStandard(
            _now("“%(code)s” has no sum for “%(severity)s”; write it as a text in yuan.")
            % {"code": STANDARD_PARAMETER, "severity": severity}
        ) from error
    return amount


def is_grave(case: WorkInjury, on: date) -> bool:
    """Return whether the accident is grave: somebody died, or so many are injured."""
    return case.severity == Severity.DEATH or case.injured_count >= parameter_or(
        GRAVE_PARAMETER, case.office, on, GRAVE_FROM
    )


def is_hurried(case: WorkInjury) -> bool:
    """Return whether the visit is already due within hours."""
    return Clock.objects.filter(case_id=case.pk, rule=GRAVE_VISIT.code).exists()


# ---- people --------------------------------------------------------------------------------------------


def _unfinished(case: Any) -> "QuerySet[ClaimLine]":
    return ClaimLine.objects.filter(case_id=case.pk, state__in=ClaimLine.UNFINISHED)


def sum_to_bring(case: Any) -> ClaimLine | None:
    """Return the consolation that is asked for or approved and not settled yet."""
    return _unfinished(case).order_by("-id").first()


def has_no_part(case: Any, person: "User | None") -> scope.Answer:
    """Answer whether a person has no part yet in the consolation; see Note [Who asks does not visit]."""
    held = None
    if person is not None:
        held = Signature.objects.filter(claim_line__in=_unfinished(case), person=person).first()
    if held is None:
        return scope.Answer(True)
    return scope.Answer(
        False,
        _now("You already stand on this consolation as “%(part)s”; somebody else has to do this step.")
        % {"part": held.get_role_display()},
    )


def possible_companions(case: Any, visitor: "User | None", on: date) -> "QuerySet[User]":
    """Return who may go along on a visit: visitors who reach the case's office."""
    found = untied_holders(case, Role.VISITOR, on)
    return found.exclude(pk=visitor.pk) if visitor else found


def companions_without_part(case: Any, visitor: "User | None", on: date) -> "QuerySet[User]":
    """Return who may go along when money is brought: nobody who asked for it or approved it."""
    signed = Signature.objects.filter(claim_line__in=_unfinished(case)).values("person")
    return possible_companions(case, visitor, on).exclude(pk__in=signed)


def possible_approvers(case: Any, requester: "User | None", on: date) -> "QuerySet[User]":
    """Return who may approve by phone: supervisors who reach the case's office."""
    found = untied_holders(case, Role.SUPERVISOR, on)
    return found.exclude(pk=requester.pk) if requester else found


def visitor_in_charge(case: Any) -> "User | None":
    """Give a visit to the visitor who handles the case; without one, or when she has left, to the queue."""
    handler = case.handler
    return handler if handler and scope.may(handler, "task.take", case, roles=[Role.VISITOR]) else None


def visitor_without_part(case: Any) -> "User | None":
    """Give the first visit to the visitor in charge, unless she has a part in the money already."""
    visitor = visitor_in_charge(case)
    return visitor if visitor and has_no_part(case, visitor) else None


def phone_approver(case: Any) -> "User | None":
    """Give the confirmation to who approved by phone; when that person has left, to the supervisors' queue."""
    approver = case.phone_approver
    return approver if approver and scope.may(approver, "task.take", case, roles=[Role.SUPERVISOR]) else None


# ---- the grade -----------------------------------------------------------------------------------------


def grade_noted(case: Any) -> int | None:
    """Return the grade of disability that was noted last on a visit or when the next one was planned."""
    noted = Event.objects.filter(stream=case.stream, kind__in=GRADE_NOTED).order_by("-seq")
    return next((event.facts["grade"] for event in noted if event.facts.get("grade")), None)


# ---- other reports -------------------------------------------------------------------------------------


def other_reports(case: Any, reader: "User | None") -> "QuerySet[WorkInjury]":
    """Return the cases this report may be a second one of: readable, not itself, not merged away."""
    found = scope.visible(WorkInjury.objects.all(), reader, "case.read")
    return found.exclude(pk=case.pk).exclude(outcome=WorkInjury.Outcome.MERGED)


def likely_same(case: Any, reader: "User | None") -> list[str]:
    """Return the numbers of reports that may well be of the same injury: same worker, or same employer and day."""
    known = other_reports(case, reader)
    same = known.filter(worker=case.worker_id)
    if case.employer_id:
        same |= known.filter(employer=case.employer_id, accident_on=case.accident_on)
    return list(same.order_by("-id").values_list("number", flat=True)[:5])
