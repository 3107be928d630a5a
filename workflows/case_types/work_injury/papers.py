"""The letters of a work injury, and the papers that recognition and consolation need.

What a letter says comes from the file: the report, the clocks of recognition, the newest visit, the consolation and
who signed for it. Typed when a letter is written is only what no record holds yet.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.events import words_of
from casework.audit.models import Event
from casework.cases.models import CaseLink, ClaimLine, Part
from casework.cases.queries import claim_lines_of
from casework.deadlines.queries import clocks_of
from casework.documents.models import Letter, LetterSignature
from casework.documents.papers import BroughtBy, Paper, RequiredPaper
from casework.documents.queries import checklist_of
from casework.employers import particulars as employers
from casework.funds.queries import payouts_of, reservation_of
from casework.people.particulars import PARTICULARS, particulars_of
from casework.reports.figures import case_type_title

from . import queries
from .appraisal_deadlines import PAY_STOP
from .models import Circumstance, Severity
from .recognition_deadlines import EMPLOYER_APPLIES, WORKER_APPLIES

# The version of the notices on the handling of personal data that the visitors bring along.
NOTICE_VERSION = "2026-1"

VISITOR, WORKER, EMPLOYER = (
    LetterSignature.Party.VISITOR,
    LetterSignature.Party.WORKER,
    LetterSignature.Party.EMPLOYER,
)
OFFICE, SEAL = LetterSignature.Party.OFFICE, LetterSignature.Party.SEAL

PAPERS = (
    Paper(
        "WI.visit",
        _("Record of a visit to an injured worker"),
        "工会法 第二十七条；工伤探视制度 (有伤即报、逢伤必探)",
        by_hand=True,
        signed_by=(VISITOR, VISITOR, WORKER),
    ),
    Paper(
        "WI.recognition",
        _("How to apply for recognition of a work injury"),
        "工伤保险条例 第十四条、第十五条、第十七条至第二十条、第五十五条；工伤认定办法 第四条至第八条、第十七条",
        by_hand=True,
    ),
    Paper(
        "WI.reminder",
        _("Reminder to apply for recognition of a work injury"),
        "工伤保险条例 第十七条第一款、第四款、第五十三条、第六十二条",
        by_hand=True,
        signed_by=(SEAL,),
    ),
    Paper(
        "WI.application",
        _("Application for recognition of a work injury"),
        "工伤保险条例 第十七条、第十八条；工伤认定办法 第五条、第六条、第七条",
        asks=(
            ("addressee", _("Social-insurance authority")),
            ("applicant", _("Applicant (worker, next of kin or union)")),
            ("relation", _("Relation of the applicant to the injured")),
        ),
        by_hand=True,
        originals=2,
        signed_by=(WORKER, EMPLOYER),
        of_party=True,
    ),
    Paper(
        "WI.safety_advice",
        _("Advice on a hazard at work"),
        "工会法 第二十五条、第二十七条；安全生产法 第六十条",
        asks=(("advice", _("What we advise")), ("answer_by", _("Answer asked for by"))),
        by_hand=True,
        originals=2,
        signed_by=(SEAL,),
    ),
    Paper(
        "WI.approval",
        _("Approval form for a consolation"),
        "基层工会经费收支管理办法 (总工办发〔2017〕32号)；实名审批、签收 (各地工会经费管理办法)",
        by_hand=True,
        signed_by=(OFFICE, SEAL),
    ),
    Paper(
        "WI.receipt",
        _("Receipt of the consolation"),
        "基层工会经费收支管理办法 (总工办发〔2017〕32号)",
        by_hand=True,
        signed_by=(WORKER, VISITOR),
    ),
    Paper(
        "WI.appraisal",
        _("How to have the ability to work appraised"),
        "工伤保险条例 第二十一条至第二十八条、第三十三条；劳动能力鉴定管理办法 (人社部令第55号, 2025)",
        by_hand=True,
    ),
)

# What the letters of this type can say, beyond what every letter can.
FACTS: dict[str, str | Promise] = {
    "reported_at": _("Report taken at"),
    "channel": _("How it was reported"),
    "circumstance": _("How it happened"),
    "accident_on": _("Day of the accident or diagnosis"),
    "accident_place": _("Place of the accident"),
    "injured_part": _("Injured part of the body"),
    "diagnosis": _("Diagnosis"),
    "disease": _("Occupational disease"),
    "severity": _("Severity"),
    "injured_count": _("Injured in the same accident"),
    "hospital": _("Name of the hospital"),
    "ward": _("Ward and bed"),
    "admitted_on": _("Admitted on"),
    "job": _("Job"),
    "user_unit": _("Unit actually worked for"),
    "insured": _("Insured against work injury"),
    "recognition_by": _("Recognition applied for by"),
    "recognition_on": _("Recognition applied for on"),
    "employer_until": _("The employer applies until"),
    "worker_until": _("Worker or union apply until"),
    "pay_stop_until": _("Paid treatment ends on"),
    "grade": _("Grade of disability"),
    "attachments": _("Papers enclosed"),
    "opened_cases": _("Cases opened from this one"),
    **PARTICULARS,
    **employers.PARTICULARS,
    "visit_number": _("Number of the visit"),
    "visit_kind": _("Kind of visit"),
    "visited_at": _("Visited at"),
    "visit_place": _("Place of the visit"),
    "visitor": _("Visitor"),
    "companion": _("Second visitor"),
    "findings": _("Findings of the visit"),
    "needs": _("Needs of the worker and the family"),
    "costs_paid_by": _("Treatment paid by"),
    "pay_continued": _("Wages during the treatment"),
    "hazard": _("Hazard found"),
    "advice_number": _("Number of the advice on the hazard"),
    "next_visit_on": _("Next visit on"),
    "gift_value": _("Value brought along"),
    "goods": _("Goods brought along"),
    "received_by": _("Received and signed by"),
    "amount": _("Amount of the consolation"),
    "standard": _("Standard of the place"),
    "method": _("Consolation by"),
    "request_reason": _("Reason of the request"),
    "requested_by": _("Requested by"),
    "requested_on": _("Requested on"),
    "decision_reason": _("Opinion of the approver"),
    "approved_by": _("Approved by"),
    "approved_on": _("Approved on"),
    "phone_approved_by": _("Approved by phone by"),
    "phone_approved_at": _("Approved by phone at"),
    "fund": _("Fund"),
    "fund_source": _("Source of the money"),
    "voucher": _("Voucher number"),
}

# What the authority asks for beside the papers of every application, by what happened (工伤认定申请表 填表说明).
PROOF_OF: dict[str, str | Promise] = {
    Circumstance.VIOLENCE: _("Proof of the police or other proof of the violence"),
    Circumstance.TRIP: _("Proof of the business trip; of the police where somebody is missing"),
    Circumstance.COMMUTING: _("Finding of the traffic police (accident on the way)"),
    Circumstance.SUDDEN_ILLNESS: _("The hospital's record of the rescue, with the hour of death"),
    Circumstance.RESCUE: _("Proof of the civil affairs office or another authority of the rescue"),
}
# The papers of the case's list that go to the authority, in the order of 工伤认定办法 art. 6.
ENCLOSED = ("employment", "diagnosis", "identity", "accident_report")

FILING = "工伤保险条例 第十八条; 工伤认定办法 第六条"
ACCOUNTS = "实名审批、签收 (各地工会经费管理办法)"

CHECKLIST = (
    RequiredPaper("identity", _("Copy of the worker's ID"), BroughtBy.WORKER, FILING),
    RequiredPaper(
        "diagnosis",
        _("Medical diagnosis, or certificate of an occupational disease"),
        BroughtBy.AGENCY,
        FILING,
    ),
    RequiredPaper(
        "employment",
        _("Contract or other proof of employment, also of the mere fact"),
        BroughtBy.WORKER,
        FILING,
    ),
    RequiredPaper("application", _("Application for recognition of the injury"), BroughtBy.EMPLOYER, FILING),
    RequiredPaper(
        "accident_report",
        _("Report or record of the accident"),
        BroughtBy.EMPLOYER,
        "工伤认定办法 第六条",
        required=False,
    ),
    RequiredPaper(
        "traffic",
        _("Finding of the traffic police (accident on the way)"),
        BroughtBy.AGENCY,
        "工伤保险条例 第十四条第六项",
        required=False,
    ),
    RequiredPaper(
        "death",
        _("Death certificate, and proof of kinship of who receives"),
        BroughtBy.AGENCY,
        "工伤保险条例 第三十九条",
        required=False,
    ),
    RequiredPaper(
        "bank_card", _("Bank card of the worker, with the branch"), BroughtBy.WORKER, ACCOUNTS, required=False
    ),
    RequiredPaper("receipt", _("Signed receipt of the consolation"), BroughtBy.UNION, ACCOUNTS, required=False),
)


# ---- what the file says --------------------------------------------------------------------------------

ASKED = ("consolation.requested", "consolation.phone_approved")
GRANTED = ("consolation.approved", "consolation.confirmed")
LOST = (ClaimLine.State.REFUSED, ClaimLine.State.WITHDRAWN)


def facts(case: Any) -> dict[str, Any]:
    """Return what the file of a case says, for its letters."""
    return {
        **_report(case),
        **particulars_of(case.worker),
        **employers.particulars_of(case.employer),
        **_visit(case),
        **_consolation(case),
    }


def _report(case: Any) -> dict[str, Any]:
    until = {clock.rule: clock.due_on for clock in reversed(clocks_of(case))}  # what still runs, comes last and wins
    is_disease = case.circumstance == Circumstance.DISEASE
    opened = case.links.filter(why=CaseLink.Why.OPENED_FROM).select_related("other")
    advice = Letter.objects.filter(case_id=case.pk, paper="WI.safety_advice").order_by("-id")
    return {
        "reported_at": case.opened_at,
        "channel": case.get_channel_display(),
        "circumstance": case.get_circumstance_display(),
        "accident_on": case.accident_on,
        "accident_place": case.accident_place,
        "injured_part": case.injured_part,
        "diagnosis": case.diagnosis,
        "disease": case.diagnosis if is_disease else "",
        "severity": case.get_severity_display(),
        "injured_count": case.injured_count,
        "hospital": case.hospital,
        "ward": case.ward,
        "admitted_on": case.admitted_on,
        "job": case.job,
        "user_unit": case.user_unit,
        "insured": case.get_insured_display(),
        "recognition_by": case.get_recognition_by_display(),
        "recognition_on": case.recognition_on,
        "employer_until": until.get(EMPLOYER_APPLIES.code),
        "worker_until": until.get(WORKER_APPLIES.code),
        "pay_stop_until": until.get(PAY_STOP.code),
        "grade": queries.grade_noted(case),
        "attachments": _attachments(case),
        "opened_cases": _now(", ").join(
            f"{link.other.number} {case_type_title(link.other.case_type)}" for link in opened
        ),
        "advice_number": advice.values_list("number", flat=True).first() or "",
    }


def _visit(case: Any) -> dict[str, Any]:
    """Return the newest visit; what was brought along, and the hazard, of the newest that had any."""
    visits = list(case.visits.select_related("visitor", "companion"))
    last = visits[-1] if visits else None
    brought = next((visit for visit in reversed(visits) if visit.gift_value), None)
    return {
        "visit_number": last.number if last else None,
        "visit_kind": (_now("First visit") if last.number == 1 else _now("Follow-up visit")) if last else "",
        "visited_at": last.visited_at if last else None,
        "visit_place": last.place if last else "",
        "visitor": last.visitor.display_name if last else "",
        "companion": last.companion.display_name if last else "",
        "findings": last.findings if last else "",
        "needs": _now(", ").join(last.need_titles) if last else "",
        "costs_paid_by": last.get_costs_paid_by_display() if last else "",
        "pay_continued": last.get_pay_continued_display() if last else "",
        "hazard": next((visit.hazard for visit in reversed(visits) if visit.hazard), ""),
        "next_visit_on": case.next_visit_on,
        "gift_value": brought.gift_value if brought else None,
        "goods": brought.goods if brought else "",
        "received_by": brought.received_by if brought else "",
    }


def _consolation(case: Any) -> dict[str, Any]:
    """Return the sum that stands, with who asked for it and who approved it; nothing of one refused or withdrawn."""
    line = next((line for line in reversed(claim_lines_of(case)) if line.state not in LOST), None)
    asked, granted = _told(case) if line else (None, None)
    signed = {each.role: each for each in line.signatures.all()} if line else {}
    payout = (
        next((each for each in reversed(payouts_of(case)) if each.claim_line_id == line.pk), None) if line else None
    )
    kept = reservation_of(line) if line else None
    fund = kept.fund if kept else payout.fund if payout else None

    def person(part: Part) -> str:
        return signed[part].person.display_name if part in signed else ""

    def day(part: Part) -> date | None:
        return localdate(signed[part].signed_at) if part in signed else None

    phoned = line is not None and case.phone_approver is not None
    return {
        "amount": line.amount if line else None,
        "standard": Decimal(asked.facts["standard"]) if asked else None,
        "method": case.get_consolation_method_display() if line else "",
        "request_reason": words_of(asked) if asked else "",
        "requested_by": person(Part.REQUESTER),
        "requested_on": day(Part.REQUESTER),
        "decision_reason": words_of(granted) if granted else "",
        "approved_by": person(Part.APPROVER1),
        "approved_on": day(Part.APPROVER1),
        "phone_approved_by": case.phone_approver.display_name if phoned else "",
        "phone_approved_at": case.phone_approved_at if phoned else None,
        "fund": fund.title if fund else "",
        "fund_source": fund.get_source_display() if fund else "",
        "voucher": payout.voucher_number if payout else "",
    }


def _told(case: Any) -> tuple[Event | None, Event | None]:
    """Return the newest request and the approval that followed it."""
    told = Event.objects.filter(stream=case.stream, kind__in=(*ASKED, *GRANTED)).select_related("words")
    newest = list(told.order_by("-seq"))
    asked = next((event for event in newest if event.kind in ASKED), None)
    granted = newest[0] if newest and newest[0].kind in GRANTED else None
    return asked, granted


def _attachments(case: Any) -> list[dict[str, Any]]:
    """Return what goes to the authority with the application, and whether it is there."""
    there = {item.code: item for item in checklist_of(case)}
    codes = [*ENCLOSED, *(["traffic"] if case.circumstance == Circumstance.COMMUTING else [])]
    codes += ["death"] if case.severity == Severity.DEATH else []
    rows = [(there[code].heading, there[code].received_at is not None) for code in codes if code in there]
    if case.circumstance in PROOF_OF and "traffic" not in codes:
        rows.append((str(PROOF_OF[case.circumstance]), False))
    return [
        {"number": number, "title": title, "there": _now("enclosed") if is_there else _now("to follow")}
        for number, (title, is_there) in enumerate(rows, 1)
    ]
