"""What is asked about labour disputes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from casework.audit import events
from casework.audit.errors import Text
from casework.audit.models import Event
from casework.cases.models import ClaimLine
from casework.offices import values
from casework.offices.queries import parameter_or
from casework.people.identifiers import worker_label
from workflows.calculators import Result, title_of, told, worked_out
from workflows.queries import calculations_kept

from .calculators import CALCULATORS
from .models import (
    Cause,
    CollectiveMember,
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


def check_value(code: str, value: Any) -> None:
    """Refuse bodies that do not exist.

    Raises:
        UnreadableValue: says which there are.
    """
    if code == CONFIRMABLE_PARAMETER:
        if not isinstance(value, list):
            raise values.UnreadableValue(_('Give a list of codes, such as ["peoples"].'))
        for body in value:
            values.one_of(body, MediationBody.values)


values.CHECKS.append(check_value)

# What the facts of a case can give by themselves; everything else somebody works out and keeps on the case.
BY_CAUSE: dict[str, tuple[str, ...]] = {
    Cause.DISMISSAL: ("compensation", "unlawful_termination"),
    Cause.TERMINATION: ("compensation",),
}


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


def latest_session(case: LabourDispute) -> MediationSession | None:
    """Return the session that was planned last."""
    return case.sessions.select_related("mediator").order_by("-number").first()


def sitting_mediator(case: LabourDispute) -> "User | None":
    """Return who holds the next session; nobody when that person has left."""
    session = latest_session(case)
    return session.mediator if session is not None and session.mediator.is_active else None


def settlement_of(case: LabourDispute) -> Settlement | None:
    """Return the agreement that stands, in whatever state."""
    return case.settlements.exclude(state=Settlement.State.VOID).first()


def instalments_of(case: LabourDispute) -> "QuerySet[Instalment]":
    """Return the parts of the sums that were agreed, paid or not, in the order of the days."""
    parts = Instalment.objects.filter(claim_line__case=case).exclude(state=Instalment.State.VOID)
    return parts.select_related("claim_line__worker").order_by("due_on", "claim_line_id")


def owed_instalments(case: LabourDispute) -> "QuerySet[Instalment]":
    """Return what the employer still owes, in the order of the days."""
    return instalments_of(case).exclude(state__in=Instalment.AT_REST)


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
    if drafted := _drafted(case):
        known["basis"] = drafted.facts.get("calculators", [])
    return known


def _drafted(case: LabourDispute) -> Event | None:
    """Return the event of the last draft."""
    drafts = Event.objects.filter(stream=case.stream, kind="agreement.drafted").select_related("words")
    return drafts.order_by("-seq").first()


@dataclass(frozen=True)
class ByLaw:
    """A sum the law gives in a dispute, which an agreement may go by.

    Args:
        name: of its calculator, as events name it.
        result: how it came about, where the facts of the case alone give it.
        kept: the same in words, where somebody worked it out and kept it on the case.
    """

    name: str
    title: Text
    amount: Decimal
    law: str
    result: Result | None = None
    kept: str = ""

    def written_down(self) -> str:
        """Return the sum with its steps, for what is sealed beside an event."""
        return told(self.title, self.result) if self.result is not None else self.kept


def sums_by_law(case: LabourDispute, today: date) -> list[ByLaw]:
    """Return what the law gives: by the facts of the case for its cause, and whatever was kept on the case.

    What somebody worked out and kept goes before what the facts give. In a shared dispute the facts are those of
    one worker, so only what was kept counts.
    """
    kept = {
        event.facts["calculator"]: ByLaw(
            event.facts["calculator"],
            title_of(event.facts["calculator"]),
            Decimal(event.facts["amount"]),
            event.facts["law"],
            kept=events.words_of(event),
        )
        for event in calculations_kept(case)
    }
    codes = () if case.workers_count > 1 else BY_CAUSE.get(case.cause, ())
    names = {f"{case.case_type}.{code}" for code in codes} - set(kept)
    return [*_by_facts(case, names, today), *kept.values()]


def _by_facts(case: LabourDispute, names: set[str], today: date) -> list[ByLaw]:
    found = []
    for one in CALCULATORS:
        name = f"{case.case_type}.{one.code}"
        result = worked_out(one, case, today) if name in names else None
        if result is not None and result.amount is not None:
            found.append(ByLaw(name, one.title, result.amount, result.law, result))
    return found


@dataclass(frozen=True)
class Basis:
    """What the law gives beside what an agreement gives, as it was drafted.

    Args:
        titles: of the calculations it went by.
        difference: of the agreement to the law; less than nothing when it gives less.
        words: the steps.
    """

    titles: list[Text]
    by_law: Decimal
    agreed: Decimal
    difference: Decimal
    words: str


def basis_of(case: LabourDispute) -> Basis | None:
    """Return what the agreement that stands went by; nothing when it went by no calculation."""
    draft = _drafted(case)
    if draft is None or not draft.facts.get("calculators"):
        return None
    return Basis(
        [title_of(name) for name in draft.facts["calculators"]],
        Decimal(draft.facts["by_law"]),
        Decimal(draft.facts["amount"]),
        Decimal(draft.facts["difference"]),
        events.words_of(draft),
    )


def is_confirmable(case: LabourDispute) -> bool:
    """Return whether the local court confirms agreements of this mediation body."""
    on = case.in_effect_on or case.received_on
    return case.mediation_body in parameter_or(CONFIRMABLE_PARAMETER, case.office, on, CONFIRMABLE)
