"""What people do about a work injury, in the order of its life."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now

from casework.audit import events
from casework.audit.errors import InvalidFacts, WrongState
from casework.audit.operation import operation
from casework.cases import operations as cases
from casework.cases.models import CaseLink, ClaimLine, ReturnVisit
from casework.cases.transitions import lock, perform, sign
from casework.documents import operations as documents
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.people import operations as people
from casework.people.models import Purpose
from casework.people.queries import consent_to
from workflows.calculators import calculator, name_of
from workflows.calculators import told as written_down
from workflows.case_type import case_type

from . import papers, queries
from .models import FiledBy, InjuryVisit, Insured, WorkInjury

if TYPE_CHECKING:
    from casework.documents.models import Document
    from casework.people.models import BankAccount
    from casework.staff.models import User

Case = WorkInjury
State = WorkInjury.State


class AlreadyFiled(WrongState):
    """Recognition is applied for once."""


# ---- report and verification ---------------------------------------------------------------------------


@operation
def begin(*, case: Case, by: "User", at: datetime) -> None:
    """Take a report in: the duty to visit begins, and the periods to apply for recognition run."""
    grave = queries.is_grave(case, localdate(at))
    perform(
        case=case,
        name="report",
        by=by,
        at=at,
        facts={
            "accident_on": case.accident_on.isoformat(),
            "severity": case.severity,
            "injured": case.injured_count,
            "channel": case.channel,
            "grave": grave,
        },
    )
    if grave:
        _hurry(case, by=by, at=at)
    if case.recognition_by:
        _record_filing(case, by=by, at=at)
    documents.open_checklist(case=case, by=by, at=at)


def _hurry(case: Case, *, by: "User", at: datetime) -> None:
    """Let the visit be due within hours and the supervisors know."""
    case.is_urgent = True
    events.record(case, "injury.found_grave", by=by, at=at, severity=case.severity, injured=case.injured_count)


def _record_filing(case: Case, *, by: "User", at: datetime) -> None:
    side = "employer" if case.recognition_by == FiledBy.EMPLOYER else "worker"
    on = str(case.recognition_on)
    events.record(case, f"recognition.filed_by_{side}", by=by, at=at, on=on, filed_by=case.recognition_by)


@operation
def check_report(
    *,
    case: Case,
    by: "User",
    at: datetime,
    decision: str,
    severity: str = "",
    injured_count: int = 1,
    hospital: str = "",
    insured: str = "",
    reason: str = "",
    advice: str = "",
    other: Case | None = None,
) -> None:
    """Find out what happened: an injury to look after, a second report of one, or neither."""
    lock(case)
    if decision == "merge":
        _merge(case, other, reason, by=by, at=at)
        return
    if decision == "decline":
        _decline(case, reason, advice, by=by, at=at)
        return
    case.severity, case.injured_count = severity or case.severity, injured_count
    case.hospital, case.insured = hospital, insured or case.insured
    case.handler = by
    facts = {"severity": case.severity, "injured": case.injured_count}
    perform(case=case, name="verify", by=by, at=at, text=reason, facts=facts)
    if queries.is_grave(case, localdate(at)) and not queries.is_hurried(case):
        _hurry(case, by=by, at=at)


def _merge(case: Case, other: Case | None, reason: str, *, by: "User", at: datetime) -> None:
    """Close a second report, tied to the case that goes on."""
    if other is None:
        raise InvalidFacts({"number": [_now("Enter the number of the case that goes on.")]})
    cases.link_cases(case=case, other=other, why=CaseLink.Why.SAME_MATTER, by=by, at=at)
    facts = {"other": other.number}
    perform(case=case, name="merge", by=by, at=at, text=reason, facts=facts, reason=reason)


def _decline(case: Case, reason: str, advice: str, *, by: "User", at: datetime) -> None:
    """Close with a reason, in writing, and say where else to go."""
    documents.issue_letter(case=case, paper="notice.declined", reason=reason, advice=advice, by=by, at=at)
    perform(case=case, name="decline", by=by, at=at, text=reason, reason=reason)


# ---- consolation ---------------------------------------------------------------------------------------


@operation
def request_consolation(
    *,
    case: Case,
    by: "User",
    at: datetime,
    decision: str,
    amount: Decimal | None = None,
    method: str = "",
    reason: str = "",
    approver: "User | None" = None,
    phoned_at: datetime | None = None,
) -> None:
    """Ask for the consolation, note that it was approved by phone, or send the visitors without one."""
    lock(case)
    if decision == "none":
        cases.settle_claim_lines(case=case, state=ClaimLine.State.WITHDRAWN, by=by, at=at)
        perform(case=case, name="waive", by=by, at=at, text=reason)
        return
    if amount is None:
        raise InvalidFacts({"amount": [_now("Enter an amount.")]})
    line = _line_over(case, amount, by=by, at=at)
    standard = queries.standard_amount(case, localdate(at))
    said = {"amount": str(amount), "standard": str(standard), "line": line.pk, "method": method}
    if decision == "ask":
        perform(case=case, name="request", by=by, at=at, text=reason, facts=said, given_by=method)
        return
    if approver is None or phoned_at is None:
        raise InvalidFacts({"approver": [_now("Who approved by phone, and when?")]})
    if phoned_at > at:
        raise InvalidFacts({"phoned_at": [_now("This moment is yet to come.")]})
    perform(
        case=case,
        name="approve_by_phone",
        by=by,
        at=at,
        text=reason,
        facts={**said, "on": localdate(phoned_at).isoformat(), "approver": approver.pk, "users": [approver.pk]},
        given_by=method,
        approver=approver,
        phoned_at=phoned_at,
    )
    funds.reserve(claim_line=line, by=by, at=at)


def _line_over(case: Case, amount: Decimal, *, by: "User", at: datetime) -> ClaimLine:
    """Return a claim line over the sum: the one that a step taken back has left, or a new one."""
    line = queries.sum_to_bring(case)
    if line is None:
        with translation.override(settings.LANGUAGE_CODE):
            title = _now("Consolation for a work injury")
        return cases.add_claim_line(
            case=case,
            kind="injury_consolation",
            title=title,
            amount=amount,
            programme="consolation",
            cause_key=cause_key(case),
            by=by,
            at=at,
        )
    line.amount, line.cause_key = amount, cause_key(case)
    line.save(update_fields=["amount", "cause_key"])
    return line


def cause_key(case: Case) -> str:
    """Return what makes two consolations one: the same accident, by its day."""
    return f"injury:{case.accident_on.isoformat()}"


@operation
def decide_consolation(*, case: Case, by: "User", at: datetime, decision: str, reason: str = "") -> None:
    """Approve the consolation and keep the money for it, return the request, or refuse it."""
    lock(case)
    line = queries.sum_to_bring(case)
    if decision == "return":
        cases.settle_claim_lines(case=case, state=ClaimLine.State.WITHDRAWN, by=by, at=at)
        perform(case=case, name="send_back", by=by, at=at, text=reason)
    elif decision == "refuse":
        cases.settle_claim_lines(case=case, state=ClaimLine.State.REFUSED, by=by, at=at)
        perform(case=case, name="refuse", by=by, at=at, text=reason)
    else:
        facts = {"amount": str(line.amount), "line": line.pk} if line else {}
        perform(case=case, name="approve", by=by, at=at, text=reason, facts=facts)
        if line:
            funds.reserve(claim_line=line, by=by, at=at)


@operation
def confirm_phone_approval(*, case: Case, by: "User", at: datetime, decision: str, reason: str = "") -> None:
    """Sign for what was approved by phone, or say that it was not; before the visit or after it."""
    lock(case)
    after = "_after_visit" if case.state == State.PHONE_VISITED else ""
    if decision == "reject":
        _let_go(case, reason, ClaimLine.State.REFUSED, by=by, at=at)
        perform(case=case, name=f"reject{after}", by=by, at=at, text=reason)
        return
    perform(case=case, name=f"confirm{after}", by=by, at=at, text=reason)
    if after:
        _make_due(case, by=by, at=at)


def _let_go(case: Case, reason: str, state: str, *, by: "User", at: datetime) -> None:
    """Free what is reserved, and end the claim lines of the case.

    Raises:
        WrongState: a payment is under way; finance has to cancel it first.
    """
    for line in case.claim_lines.filter(state=ClaimLine.State.RESERVED):
        funds.release_reservation(claim_line=line, reason=reason, by=by, at=at)
    cases.settle_claim_lines(case=case, state=state, by=by, at=at)


def _make_due(case: Case, *, by: "User", at: datetime) -> None:
    """Hand the consolation over to finance for settling."""
    for line in case.claim_lines.filter(state=ClaimLine.State.RESERVED):
        funds.commit_payout(
            claim_line=line, method=case.consolation_method, account=case.consolation_account, by=by, at=at
        )


# ---- visits --------------------------------------------------------------------------------------------


@operation
def visit(
    *,
    case: Case,
    by: "User",
    at: datetime,
    companion: "User",
    visited_at: datetime,
    method: str = "",
    account: "BankAccount | None" = None,
    goods: str = "",
    received_by: str = "",
    receipt: "Document | None" = None,
    consents: bool = False,
    grade: int | None = None,
    **found: Any,
) -> None:
    """Record the first visit: two people, what they found, what they brought; both sign for the consolation."""
    lock(case)
    case.handler = by
    line = queries.sum_to_bring(case)
    brought = {}
    if line is not None:
        case.consolation_method = method
        case.consolation_account = account if method == Payout.Method.BANK else None
        brought = {"gift_value": line.amount, "goods": goods, "received_by": received_by, "receipt": receipt}
    if consents:
        _note_consent(case, by=by, at=at)
    made = _write_visit(case, companion, visited_at, {**found, **brought}, by=by, at=at)
    unconfirmed = case.state == State.PHONE_APPROVED
    perform(
        case=case,
        name="visit_unconfirmed" if unconfirmed else "visit",
        by=by,
        at=at,
        text=made.findings,
        facts=_said(made, grade),
    )
    sign(case=case, part="visitor2", person=companion, by=by, at=at)
    if not unconfirmed:
        _make_due(case, by=by, at=at)


def _note_consent(case: Case, *, by: "User", at: datetime) -> None:
    for purpose in (Purpose.HANDLING, Purpose.SENSITIVE):
        if consent_to(case.worker, purpose) is None:
            people.record_consent(
                worker=case.worker, purpose=purpose, notice_version=papers.NOTICE_VERSION, by=by, at=at
            )


def _write_visit(
    case: Case, companion: "User", visited_at: datetime, found: dict[str, Any], *, by: "User", at: datetime
) -> InjuryVisit:
    """Keep the record of a visit under its number.

    Raises:
        InvalidFacts: the moment is yet to come or before the accident, or the companion is the visitor.
    """
    errors = {}
    if visited_at > at:
        errors["visited_at"] = [_now("This moment is yet to come.")]
    if localdate(visited_at) < case.accident_on:
        errors["visited_at"] = [_now("This is before the accident.")]
    if companion == by:
        errors["companion"] = [_now("Two people visit: choose another person.")]
    if errors:
        raise InvalidFacts(errors)
    photos: Iterable[Document] = found.pop("photos", ())
    made = InjuryVisit.objects.create(
        case=case,
        number=case.visits.count() + 1,
        visitor=by,
        companion=companion,
        visited_at=visited_at,
        has_hazard=bool(found.get("hazard")),
        **found,
    )
    made.photos.set(photos)
    return made


def _said(made: InjuryVisit, grade: int | None) -> dict[str, Any]:
    noted = {"grade": grade} if grade else {}
    return noted | {
        "visit": made.pk,
        "number": made.number,
        "companion": made.companion_id,
        "needs": made.needs,
        "visited_on": localdate(made.visited_at).isoformat(),
    }


@operation
def give_up(*, case: Case, by: "User", at: datetime, reason: str) -> None:
    """Close a case whose injured cannot be visited any more; what was reserved is free again."""
    lock(case)
    _let_go(case, reason, ClaimLine.State.WITHDRAWN, by=by, at=at)
    perform(case=case, name="give_up", by=by, at=at, text=reason, reason=reason)


@operation
def plan_next(
    *,
    case: Case,
    by: "User",
    at: datetime,
    decision: str,
    next_visit_on: date | None = None,
    reason: str = "",
    grade: int | None = None,
    own_wage: Decimal | None = None,
    pool_average: Decimal | None = None,
    minimum_wage: Decimal | None = None,
    told: str = "",
) -> None:
    """Plan another visit, or finish: then the consolation is settled, or the return visit follows at once.

    Args:
        grade: of disability, once it is appraised.
        own_wage, pool_average, minimum_wage: what the grade's benefits are reckoned by; the trail keeps the sum,
            and the wages sealed.
        told: "now" when the worker was told what the grade gives, "later" when not yet.
    """
    lock(case)
    noted, words = _benefits(case, grade, own_wage, pool_average, minimum_wage, told)
    text = "\n\n".join(filter(None, (reason, words)))
    if decision == "finish":
        _finish(case, text, noted, by=by, at=at)
        return
    if next_visit_on is None or next_visit_on < localdate(at):
        raise InvalidFacts({"next_visit_on": [_now("Choose a day from today on.")]})
    facts = {**noted, "next_on": next_visit_on.isoformat()}
    perform(case=case, name="plan_follow_up", by=by, at=at, text=text, facts=facts, on=next_visit_on)


def _benefits(
    case: Case,
    grade: int | None,
    own_wage: Decimal | None,
    pool_average: Decimal | None,
    minimum_wage: Decimal | None,
    told: str,
) -> tuple[dict[str, Any], str]:
    """Return what is noted of a grade, and, once the wages are known, what it gives, with its steps in words."""
    if grade is None:
        return {}, ""
    if own_wage is None or pool_average is None:
        return {"grade": grade}, ""
    kind = case_type(case.case_type)
    chosen = calculator(kind, "disability")
    with translation.override(settings.LANGUAGE_CODE):
        result = chosen.reckon(
            grade=grade,
            own_wage=own_wage,
            pool_average=pool_average,
            minimum_wage=minimum_wage,
            is_uninsured=case.insured == Insured.NO,
        )
        words = written_down(chosen.title, result)
    noted = {
        "grade": grade,
        "calculator": name_of(kind, chosen),
        "amount": str(result.amount),
        "law": result.law,
        "told": told == "now",
    }
    return noted, words


@operation
def finish_visits(*, case: Case, by: "User", at: datetime, reason: str) -> None:
    """Be done visiting; where the case goes depends on whether finance still has to pay, has paid, or need not."""
    lock(case)
    _finish(case, reason, {}, by=by, at=at)


def _finish(case: Case, text: str, facts: dict[str, Any], *, by: "User", at: datetime) -> None:
    if queries.sum_to_bring(case) is not None:
        name = "await_payment"
    elif case.has_paid:
        name = "confirm_paid"
    else:
        name = "finish_without_money"
    perform(case=case, name=name, by=by, at=at, text=text, facts=facts)


@operation
def visit_again(
    *,
    case: Case,
    by: "User",
    at: datetime,
    companion: "User",
    visited_at: datetime,
    grade: int | None = None,
    **found: Any,
) -> None:
    """Record a follow-up visit; afterwards the next one is planned, or the visits are finished."""
    lock(case)
    case.handler = by
    made = _write_visit(case, companion, visited_at, found, by=by, at=at)
    perform(case=case, name="follow_up", by=by, at=at, text=made.findings, facts=_said(made, grade))


@operation
def record_recognition(*, case: Case, by: "User", at: datetime, filed_by: str, filed_on: date) -> None:
    """Record that recognition of the injury was applied for, by whom and when.

    Raises:
        AlreadyFiled: it was recorded before.
        InvalidFacts: the day is yet to come or before the accident.
    """
    lock(case)
    if case.recognition_by:
        raise AlreadyFiled(
            _now("%(who)s applied for recognition on %(day)s.")
            % {"who": case.get_recognition_by_display(), "day": case.recognition_on}
        )
    if filed_on > localdate(at):
        raise InvalidFacts({"filed_on": [_now("This day is yet to come.")]})
    if filed_on < case.accident_on:
        raise InvalidFacts({"filed_on": [_now("This is before the accident.")]})
    case.recognition_by, case.recognition_on = filed_by, filed_on
    _record_filing(case, by=by, at=at)


# ---- payment, return visit, close ----------------------------------------------------------------------


@operation
def confirm_paid(*, case: Case, by: "User", at: datetime) -> None:
    """Go on to the return visit once the consolation is paid."""
    perform(case=case, name="confirm_paid", by=by, at=at)


@operation
def stop_payment(*, case: Case, by: "User", at: datetime, reason: str) -> None:
    """Give up a payment that cannot or must not be made any more, and free the money.

    Raises:
        WrongState: a payment is under way; finance has to cancel it first.
    """
    lock(case)
    _let_go(case, reason, ClaimLine.State.REFUSED, by=by, at=at)
    perform(case=case, name="stop_payment", by=by, at=at, text=reason)


@operation
def return_visit(
    *, case: Case, by: "User", at: datetime, reached: str, satisfaction: str = "", note: str = "", result: str = ""
) -> None:
    """Ask how it was and close; when nobody was reached it is tried again until the clock ends it."""
    lock(case)
    cases.record_return_visit(case=case, reached=reached, satisfaction=satisfaction, note=note, by=by, at=at)
    if reached == ReturnVisit.Reached.YES:
        facts = {"satisfaction": satisfaction}
        perform(case=case, name="close", by=by, at=at, text=result, facts=facts, reason=result)
    elif case.state == State.PAID:
        perform(case=case, name="miss_return_visit", by=by, at=at)


@operation
def close_unreached(*, case: Case, at: datetime, by: "User | None" = None) -> None:
    """Close a case whose worker could not be reached in time."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _now("The injured was visited; on the return visit nobody could be reached in time.")
    perform(case=case, name="close_unreached", by=by, at=at, text=reason, reason=reason)
