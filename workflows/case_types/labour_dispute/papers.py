"""The letters of a labour dispute, the papers it needs, and what its file says in them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from casework.documents.models import ChecklistItem, Document
from casework.documents.papers import BroughtBy, Paper, RequiredPaper
from casework.documents.queries import documents_of
from casework.employers import particulars as employers
from casework.people import particulars as people

from . import queries
from .models import CollectiveMember, Instalment, LabourDispute, MediationSession

PARTIES = ("worker", "employer")
MEDIATION = (*PARTIES, "mediator")

APPLICATION = Paper(
    "LD.application",
    _("Record of an application for mediation"),
    "劳动争议调解仲裁法 第十二条; 企业劳动争议协商调解规定 第二十一条",
    by_hand=True,
    signed_by=("worker", "office"),
)
INQUIRY = Paper(
    "LD.inquiry",
    _("Inquiry whether the employer consents to mediation"),
    "企业劳动争议协商调解规定 第十条、第二十二条",
    by_hand=True,
)
ACCEPTANCE = Paper(
    "LD.acceptance",
    _("Notice of acceptance for mediation"),
    "企业劳动争议协商调解规定 第二十二条、第二十九条; 劳动争议调解仲裁法 第十四条",
)
SESSION = Paper(
    "LD.session",
    _("Invitation to a mediation session"),
    "企业劳动争议协商调解规定 第二十四条",
    asks=(("addressee", _("Party invited")),),
    by_hand=True,
)
RECORD = Paper(
    "LD.record",
    _("Record of the mediation"),
    "劳动争议调解仲裁法 第十三条; 企业劳动争议协商调解规定 第三十二条",
    asks=(("present", _("Who was present, for whom, and with which powers")),),
    by_hand=True,
    signed_by=MEDIATION,
)
AGREEMENT = Paper(
    "LD.agreement",
    _("Mediation agreement"),
    "劳动争议调解仲裁法 第十四条; 企业劳动争议协商调解规定 第二十六条",
    originals=3,
    signed_by=(*MEDIATION, "seal"),
)
REMINDER = Paper(
    "LD.reminder",
    _("Reminder to perform the agreement"),
    "劳动争议调解仲裁法 第十四条、第十六条; 企业劳动争议协商调解规定 第三十二条",
    asks=(("perform_by", _("To be performed by")),),
    by_hand=True,
)
REVIEW = Paper(
    "LD.review",
    _("Joint application for review of the agreement by the commission"),
    "企业劳动争议协商调解规定 第二十七条; 劳动人事争议仲裁办案规则 第七十四条",
    asks=(("addressee", _("Arbitration commission")),),
    by_hand=True,
    signed_by=PARTIES,
    of_party=True,
)
CONFIRMATION = Paper(
    "LD.confirmation",
    _("Joint application for confirmation of the agreement by the court"),
    "民事诉讼法 第二百零五条; 人民调解法 第三十三条",
    asks=(("addressee", _("Court")),),
    by_hand=True,
    signed_by=PARTIES,
    of_party=True,
)
PAYMENT_ORDER = Paper(
    "LD.payment_order",
    _("Application for a payment order"),
    "劳动争议调解仲裁法 第十六条; 民事诉讼法 第二百二十五条",
    asks=(("addressee", _("Court")),),
    by_hand=True,
    signed_by=("worker",),
    of_party=True,
)
FAILURE = Paper(
    "LD.failure",
    _("Record that mediation failed, and notice that arbitration is open"),
    "企业劳动争议协商调解规定 第三十条; 劳动争议调解仲裁法 第五条、第二十七条",
    originals=3,
    signed_by=(*MEDIATION, "seal"),
)
REFERRAL = Paper(
    "LD.referral",
    _("Letter of referral with list of evidence"),
    "企业劳动争议协商调解规定 第三十条; 首问首办制",
    given=(
        ("addressee", _("Body the matter is referred to")),
        ("reason", _("Reason")),
        ("evidence", _("Papers handed over")),
    ),
)
ARBITRATION = Paper(
    "LD.arbitration",
    _("Application for labour arbitration"),
    "劳动争议调解仲裁法 第二十八条; 劳动人事争议仲裁办案规则 第二十九条",
    asks=(
        ("addressee", _("Arbitration commission")),
        ("employer_head", _("Legal representative or head of the employer, and post")),
        ("witnesses", _("Witnesses, each with name and address; “none” if there are none")),
    ),
    by_hand=True,
    originals=2,
    signed_by=("worker",),
    of_party=True,
)
AUTHORISATION = Paper(
    "LD.authorisation",
    _("Authorisation of a representative"),
    "劳动争议调解仲裁法 第二十四条",
    asks=(
        ("agent", _("Who is authorised: name, sex, ID number, work unit and post, phone")),
        ("powers", _("Powers: general, or which special ones")),
    ),
    by_hand=True,
    signed_by=("worker",),
    of_party=True,
)
WORKERS = Paper(
    "LD.workers",
    _("List of the workers and choice of representatives"),
    "劳动争议调解仲裁法 第七条; 劳动人事争议仲裁办案规则 第六十三条",
    by_hand=True,
    signed_by=("worker",),
    of_party=True,
)

PAPERS = (
    APPLICATION,
    INQUIRY,
    ACCEPTANCE,
    SESSION,
    RECORD,
    AGREEMENT,
    REMINDER,
    REVIEW,
    CONFIRMATION,
    PAYMENT_ORDER,
    FAILURE,
    REFERRAL,
    ARBITRATION,
    AUTHORISATION,
    WORKERS,
)

EMPLOYER_PROVES = "劳动争议调解仲裁法 第六条、第三十九条"

CHECKLIST = (
    RequiredPaper("identity", _("Copy of the worker's ID"), BroughtBy.WORKER, "劳动人事争议仲裁办案规则 第二十九条"),
    RequiredPaper(
        "application", _("Application, or the record of the oral one"), BroughtBy.WORKER, "劳动争议调解仲裁法 第十二条"
    ),
    RequiredPaper(
        "employment",
        _("Contract, pay slips, work card or other proof of employment"),
        BroughtBy.WORKER,
        "劳社部发〔2005〕12号 第二条",
    ),
    RequiredPaper(
        "employer",
        _("Registration details of the employer"),
        BroughtBy.UNION,
        "劳动人事争议仲裁办案规则 第二十九条",
        required=False,
    ),
    RequiredPaper("payroll", _("Pay roll and attendance record"), BroughtBy.EMPLOYER, EMPLOYER_PROVES, required=False),
    RequiredPaper(
        "dismissal",
        _("Notice of dismissal and notice to the union"),
        BroughtBy.EMPLOYER,
        EMPLOYER_PROVES,
        required=False,
    ),
    RequiredPaper(
        "authorisation",
        _("Authorisation of a representative, with matters and powers"),
        BroughtBy.WORKER,
        "劳动争议调解仲裁法 第二十四条",
        required=False,
    ),
    RequiredPaper(
        "list_of_workers",
        _("List of the workers with signatures (collective case)"),
        BroughtBy.WORKER,
        "劳动争议调解仲裁法 第七条",
        required=False,
    ),
)

# What the file of a dispute says in its letters, beside what every letter can say. A letter is the parties' own paper:
# who they are stands in it in clear. What the record does not hold is left blank, to be filled in by hand.
FACTS: dict[str, str | Promise] = {
    **people.PARTICULARS,
    **employers.PARTICULARS,
    "employer_head": _("Legal representative or head of the employer, and post"),
    "cause": _("Cause"),
    "requests": _("What the worker asks for"),
    "claimed_amount": _("Amount claimed"),
    "employed_from": _("Employed from"),
    "employed_until": _("Employed until"),
    "monthly_wage": _("Monthly wage"),
    "received_on": _("Application received on"),
    "accepted_on": _("Accepted on"),
    "mediation_body": _("Mediation body"),
    "mediators": _("Mediators"),
    "session": _("Session planned last"),
    "sessions": _("Sessions that were held"),
    "failure": _("Why it failed"),
    "result": _("What was agreed"),
    "manner": _("Manner of performance"),
    "other_duty": _("What else the employer has to do"),
    "amount": _("Sum that was agreed"),
    "performance_until": _("Last day of performance"),
    "in_effect_on": _("In effect since"),
    "instalments": _("Instalments"),
    "paid_amount": _("Paid so far"),
    "unpaid_amount": _("Not paid yet"),
    "breached_amount": _("Recorded as not performed"),
    "workers_count": _("Workers concerned"),
    "members": _("Workers of the case"),
    "representatives": _("Representatives"),
    "evidence": _("Evidence"),
    "silence_until": _("Last day of the employer's answer"),
    "free_after": _("Last day of the fifteen days from receipt"),
    "mediation_until": _("Last day of the mediation"),
    "limitation_until": _("Last day of the limitation"),
    "review_until": _("Last day to apply for arbitration review"),
    "confirmation_until": _("Last day to apply for judicial confirmation"),
}

# The dates above that are the ends of periods, by the rule they follow.
PERIODS = {
    "silence_until": "LD.employer_silence",
    "free_after": "LD.mediation.from_receipt",
    "mediation_until": "LD.mediation.from_acceptance",
    "limitation_until": "LD.limitation",
    "review_until": "LD.arbitration_review",
    "confirmation_until": "LD.judicial_confirmation",
}

# What a paper of the list proves, for the list of evidence; of other papers the party says it.
PROVES: dict[str, str | Promise] = {
    "identity": _("Who the worker is"),
    "application": _("That mediation was applied for, and when"),
    "employment": _("That there is an employment relationship"),
    "employer": _("Who the employer is"),
    "payroll": _("Working hours, and pay received and owed"),
    "dismissal": _("That the contract was ended, when and why"),
    "authorisation": _("Who represents the worker, in what and with which powers"),
    "list_of_workers": _("Who the workers are, and who represents them"),
}


def facts(case: LabourDispute) -> dict[str, Any]:
    """Return what the file of a dispute says, for its letters, by the names of `FACTS`."""
    return {
        **_parties(case),
        **_matter(case),
        **_sessions(case),
        **_agreement(case),
        **_workers(case),
        **_periods(case),
        "evidence": evidence_rows(reversed(documents_of(case))),
    }


def _parties(case: LabourDispute) -> dict[str, Any]:
    return {
        **people.particulars_of(case.worker),
        **employers.particulars_of(case.employer),
        "employer_head": None,  # no record holds it
    }


def _matter(case: LabourDispute) -> dict[str, Any]:
    return {
        "cause": case.get_cause_display(),
        "requests": case.requests or case.summary,
        "claimed_amount": case.claimed_amount,
        "employed_from": case.employed_from,
        "employed_until": case.employed_until,
        "monthly_wage": case.monthly_wage,
        "received_on": case.received_on,
        "accepted_on": case.accepted_on,
        "mediation_body": case.get_mediation_body_display(),
        "failure": case.get_failure_display(),
        "workers_count": case.workers_count,
    }


def _sessions(case: LabourDispute) -> dict[str, Any]:
    State = MediationSession.State
    planned = list(case.sessions.exclude(state=State.CANCELLED).select_related("mediator").order_by("number"))
    rows = [
        {
            "number": session.number,
            "room": session.room,
            "mediator": session.mediator.display_name,
            "starts_at": session.starts_at,
            "held_at": session.held_at,
            "outcome": None if session.state == State.PLANNED else str(session.get_state_display()),
            "record": session.record,
        }
        for session in planned
    ]
    return {
        "session": rows[-1] if rows else None,
        "sessions": [row for row in rows if row["held_at"]],
        "mediators": _named(dict.fromkeys(str(row["mediator"]) for row in rows)),
    }


def _named(names: Iterable[str]) -> str:
    return pgettext("between two names", ", ").join(names)


def _agreement(case: LabourDispute) -> dict[str, Any]:
    settlement = queries.settlement_of(case)
    parts = list(queries.instalments_of(case))
    State = Instalment.State
    return {
        "result": settlement.result if settlement else None,
        "manner": settlement.manner if settlement else None,
        "other_duty": settlement.other_duty if settlement else None,
        "amount": settlement.amount if settlement else None,
        "performance_until": parts[-1].due_on if parts else None,
        "in_effect_on": case.in_effect_on,
        "instalments": [
            {
                "worker": part.claim_line.worker.name,
                "due_on": part.due_on,
                "amount": part.amount,
                "state": str(part.get_state_display()),
                "performed_on": part.performed_on,
                "is_paid": part.state == State.PERFORMED,
            }
            for part in parts
        ],
        "paid_amount": _sum(parts, State.PERFORMED),
        "unpaid_amount": _sum(parts, State.DUE, State.BREACHED),
        "breached_amount": _sum(parts, State.BREACHED),
    }


def _sum(parts: list[Instalment], *states: str) -> Decimal | None:
    return sum((part.amount for part in parts if part.state in states), Decimal(0)) or None


def _workers(case: LabourDispute) -> dict[str, Any]:
    """Return the list of workers of a shared dispute; none when one worker stands alone."""
    members = list(queries.members_of(case))
    shares: dict[int, Decimal] = {}
    for part in queries.instalments_of(case) if members else ():
        worker = part.claim_line.worker_id
        shares[worker] = shares.get(worker, Decimal(0)) + part.amount
    return {
        "members": [_member(member, shares.get(member.worker_id)) for member in members],
        "representatives": _named(member.worker.name for member in members if member.is_representative),
    }


def _member(member: CollectiveMember, share: Decimal | None) -> dict[str, Any]:
    return {
        **people.particulars_of(member.worker),
        "number": member.number,
        "name": member.worker.name,
        "is_representative": member.is_representative,
        "share": share,
    }


def _periods(case: LabourDispute) -> dict[str, Any]:
    clocks = case.clocks.filter(rule__in=PERIODS.values()).order_by("ordinal")
    ends = dict(clocks.values_list("rule", "due_on"))  # of several the last one
    return {name: ends.get(rule) for name, rule in PERIODS.items()}


def evidence_rows(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Return the rows of a list of evidence: what each paper is, who brought it, what it proves where that is known."""
    chosen = list(documents)
    items = ChecklistItem.objects.filter(document__in=[document.pk for document in chosen])
    asked = {item.document_id: item for item in items}
    rows = []
    for document in chosen:
        item = asked.get(document.pk)
        rows.append(
            {
                "title": document.title,
                "kind": str(document.get_kind_display()),
                "source": str(item.get_brought_by_display()) if item else None,
                "proves": str(PROVES[item.code]) if item and item.code in PROVES else None,
            }
        )
    return rows
