"""What is asked about labour disputes."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from casework.cases.models import ClaimLine
from casework.offices import scope
from casework.offices.queries import UnknownParameter, parameter
from casework.people.identifiers import worker_label

from .compensation import Reckoning, Service, economic_compensation
from .models import (
    Cause,
    CollectiveMember,
    ConflictOfInterest,
    Instalment,
    LabourDispute,
    MediationBody,
    MediationSession,
    Settlement,
)

if TYPE_CHECKING:
    from casework.people.models import Worker
    from casework.staff.models import User

# 人民调解法 art. 33 speaks of people's mediation committees; which other bodies the local court accepts is its own
# practice, so a place may name more in the local parameter.
CONFIRMABLE = (MediationBody.PEOPLES,)
CONFIRMABLE_PARAMETER = "LD.confirmation.bodies"

# The average monthly wage of the place in the year before, as published; no value of it is built in.
AVERAGE_WAGE_PARAMETER = "LD.average_wage"


def members_of(case: LabourDispute) -> "QuerySet[CollectiveMember]":
    """Return the workers of a shared dispute, in the order of their list; none when one worker stands alone."""
    return case.members.select_related("worker").order_by("number")


def member_label(member: CollectiveMember) -> str:
    """Return how a worker of the list is told apart: number and masked name."""
    return f"{member.number}. {worker_label(member.worker.name)}"


def workers_of(case: LabourDispute) -> "list[tuple[Worker, str]]":
    """Return whom an agreement may give something to, each with a label."""
    members = [(member.worker, member_label(member)) for member in members_of(case)]
    return members or [(case.worker, case.worker_label)]


def is_free_of_ties(case: Any, person: "User | None") -> scope.Answer:
    """Answer whether a person may work on the case, or has declared a tie to a party."""
    tie = ConflictOfInterest.objects.filter(case=case.pk, user=person).first() if person is not None else None
    if tie is None:
        return scope.Answer(True)
    return scope.Answer(
        False,
        _("You have declared a conflict of interest in this case (%(tie)s).") % {"tie": tie.get_kind_display()},
    )


def latest_session(case: LabourDispute) -> MediationSession | None:
    """Return the session that was planned last."""
    return case.sessions.select_related("mediator").order_by("-number").first()


def sitting_mediator(case: LabourDispute) -> "User | None":
    """Return who holds the next session; nobody when that person has left or has a tie to a party."""
    session = latest_session(case)
    if session is None or not session.mediator.is_active or not is_free_of_ties(case, session.mediator):
        return None
    return session.mediator


def settlement_of(case: LabourDispute) -> Settlement | None:
    """Return the agreement that stands, in whatever state."""
    return case.settlements.exclude(state=Settlement.State.VOID).first()


def owed_instalments(case: LabourDispute) -> "QuerySet[Instalment]":
    """Return what the employer still owes, in the order of the days."""
    owed = Instalment.objects.filter(claim_line__case=case).exclude(state__in=Instalment.AT_REST)
    return owed.select_related("claim_line__worker").order_by("due_on", "claim_line_id")


def instalment_label(instalment: Instalment) -> str:
    """Return how an instalment is told apart."""
    return _("%(due_on)s: %(amount)s yuan for %(worker)s") % {
        "due_on": instalment.due_on.isoformat(),
        "amount": number_format(instalment.amount, 2),
        "worker": worker_label(instalment.claim_line.worker.name),
    }


def next_due_on(case: LabourDispute) -> date | None:
    """Return the day of the next instalment nobody has recorded yet."""
    due = Instalment.objects.filter(claim_line__case=case, state=Instalment.State.DUE)
    return due.order_by("due_on").values_list("due_on", flat=True).first()


def last_draft(case: LabourDispute) -> dict[str, Any]:
    """Return what the mediator wrote last, to begin a new draft with."""
    draft = case.settlements.order_by("-number").first()
    if draft is None:
        return {}
    lines = list(ClaimLine.objects.filter(case=case, dispute_instalments__isnull=False).distinct().order_by("-id"))
    known: dict[str, Any] = {"result": draft.result, "manner": draft.manner, "other_duty": draft.other_duty}
    latest: dict[int, ClaimLine] = {}
    for line in lines:
        latest.setdefault(line.worker_id, line)
    known |= {f"share_{worker}": line.amount for worker, line in latest.items()}
    by_day: dict[date, Decimal] = {}
    for part in Instalment.objects.filter(claim_line__in=latest.values()).order_by("due_on"):
        by_day[part.due_on] = by_day.get(part.due_on, Decimal(0)) + part.amount
    known["plan"] = "\n".join(f"{day.isoformat()} {amount}" for day, amount in by_day.items())
    return known


def compensation_by_law(case: LabourDispute) -> Reckoning | None:
    """Return what the law gives for a contract that ended; nothing when a fact or the local average is missing."""
    first, last = case.employed_from, case.employed_until
    if case.cause not in (Cause.DISMISSAL, Cause.TERMINATION) or not (first and last and case.monthly_wage):
        return None
    try:
        average = Decimal(str(parameter(AVERAGE_WAGE_PARAMETER, case.office, last)))
    except UnknownParameter:
        return None
    return economic_compensation(Service.between(first, last), case.monthly_wage, average)


def is_confirmable(case: LabourDispute) -> bool:
    """Return whether the local court confirms agreements of this mediation body."""
    try:
        bodies = parameter(CONFIRMABLE_PARAMETER, case.office, case.in_effect_on or case.received_on)
    except UnknownParameter:
        bodies = CONFIRMABLE
    return case.mediation_body in bodies
