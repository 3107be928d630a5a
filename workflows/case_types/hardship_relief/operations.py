"""What people do with an application for hardship relief, in the order of its life."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed
from casework.audit.operation import operation
from casework.cases import operations as cases
from casework.cases.models import ClaimLine, ReturnVisit
from casework.cases.transitions import perform, sign
from casework.documents import operations as documents
from casework.documents.queries import missing as missing_papers
from casework.funds import guards
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.funds.reckoning import in_words
from casework.offices import scope
from casework.offices.models import Level
from casework.offices.roles import Role
from casework.people import operations as people
from casework.people.identifiers import mask_name
from casework.people.models import BankAccount, Consent, HardshipCategory, Purpose
from casework.people.privacy import public_part
from casework.people.queries import accounts_of, consent_to, live_file_of
from workflows.assignment import path_at_level

from . import causes, papers, queries
from .deadlines import PUBLIC_NOTICE, SUPPLEMENT
from .eligibility import Category, Obstacle, Programme, assess, ceiling, goes_above_city, may_sign
from .models import HardshipRelief, HouseholdSurvey, MeansCheck, Objection, PublicNotice

if TYPE_CHECKING:
    from casework.people.models import HardshipFile
    from casework.staff.models import User

Case = HardshipRelief


# What proposes the category, as events name it.
CALCULATION = "hardship_relief.category"


class SecondPersonDecides(NotAllowed):
    """Nobody decides on his own proposal."""

    message = _("You proposed this yourself; somebody else has to decide.")


class LevelNotReached(NotAllowed):
    """The decision belongs to a higher office."""

    message = _("This decision belongs to an office above yours.")


# ---- application and papers ----------------------------------------------------------------------------


@operation
def begin(*, case: Case, by: "User", at: datetime, agrees_to_handling: bool = True, guardian_name: str = "") -> None:
    """Take an application in: its sum, the consents of the applicant, the list of its papers."""
    for purpose in (Purpose.HANDLING, Purpose.SENSITIVE):
        _consent(case, purpose, guardian_name, by=by, at=at)
    _add_line(case, case.amount_requested, by=by, at=at)
    perform(
        case=case,
        name="apply",
        by=by,
        at=at,
        text=case.why_union_applies,
        facts={
            "programme": case.programme,
            "cause": case.cause,
            "amount": str(case.amount_requested),
            "applicant": case.applicant,
        },
    )
    documents.open_checklist(case=case, codes=[paper.code for paper in papers.needed(case)], by=by, at=at)


def _consent(case: Case, purpose: Purpose, guardian: str, *, by: "User", at: datetime) -> Consent:
    """Return the applicant's standing consent to a purpose, or record the one given now."""
    return consent_to(case.worker, purpose) or people.record_consent(
        worker=case.worker, purpose=purpose, guardian_name=guardian, by=by, at=at
    )


def _add_line(case: Case, amount: Decimal, *, by: "User | None", at: datetime) -> ClaimLine:
    return cases.add_claim_line(
        case=case,
        kind="hardship_relief",
        title=_house_words(Programme(case.programme).label),
        amount=amount,
        programme=case.programme,
        cause_key=cause_key(case),
        by=by,
        at=at,
    )


def _house_words(words: str | Promise) -> str:
    """Return words in the house's language: what is kept or printed does not depend on who is logged in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


def cause_key(case: Case) -> str:
    """Return what makes two aids one: the same programme for the same cause in the same year, and the same pupil."""
    key = f"{case.programme}:{case.cause}:{localdate(case.opened_at).year}"
    return f"{key}:{causes.pupil(case)}" if case.pupil_name else key


def _line(case: Case) -> ClaimLine:
    """Return the sum the case is about now; see Note [A returned proposal starts with a new claim line]."""
    return case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).get()


@operation
def check_papers(
    *, case: Case, by: "User", at: datetime, received: list[str], also_needed: list[str], remark: str = ""
) -> None:
    """Take the papers in; tell what is missing once, in one letter, or find everything there."""
    documents.open_checklist(case=case, codes={*received, *also_needed}, by=by, at=at)
    missing = _take_papers(case, received, by=by, at=at)
    if missing:
        perform(case=case, name="miss_papers", by=by, at=at, text=remark, facts={"missing": missing})
        until = queries.last_day_of(SUPPLEMENT, case, localdate(at))
        documents.give_notice(case=case, due_on=until, by=by, at=at)
    else:
        perform(case=case, name="complete_papers", by=by, at=at, text=remark)


@operation
def supplement(*, case: Case, by: "User", at: datetime, received: list[str], remark: str = "") -> None:
    """Take missing papers in; while some are still missing the clock of the notice runs on."""
    missing = _take_papers(case, received, by=by, at=at)
    if missing:
        events.record(
            case, "hardship.papers_supplied", by=by, at=at, text=remark, received=len(received), missing=missing
        )
    else:
        perform(case=case, name="complete_papers", by=by, at=at, text=remark)


def _take_papers(case: Case, received: list[str], *, by: "User", at: datetime) -> list[str]:
    """Note what came, and return the codes of what is still missing."""
    for code in received:
        documents.mark_received(case=case, code=code, by=by, at=at)
    return [item.code for item in missing_papers(case, localdate(at))]


@operation
def lapse(*, case: Case, at: datetime, by: "User | None" = None) -> None:
    """Close an application whose missing papers did not come in time."""
    reason = _house_words(_("The missing papers were told in writing and did not come in time."))
    _refuse_in_writing(case, reason, by=by, at=at)
    perform(case=case, name="lapse", by=by, at=at, text=reason, reason=reason)


# ---- means and survey ----------------------------------------------------------------------------------


@operation
def request_check(
    *, case: Case, by: "User", at: datetime, body: str, consents: bool = True, guardian_name: str = ""
) -> None:
    """Ask an authority about the household's income and property, with its authorisation on record."""
    consent = _consent(case, Purpose.MEANS_CHECK, guardian_name, by=by, at=at)
    MeansCheck.objects.create(case=case, body=body, consent=consent, requested_on=localdate(at), requested_by=by)
    perform(case=case, name="request_check", by=by, at=at, text=body)


@operation
def record_check(
    *, case: Case, by: "User", at: datetime, answer: str, income_found: Decimal | None = None, findings: str = ""
) -> None:
    """Record what the authority answered."""
    check = case.means_checks.latest("id")
    check.answered_on, check.answered_by = localdate(at), by
    check.answer, check.income_found, check.findings = answer, income_found, findings
    check.save()
    perform(case=case, name="answer_check", by=by, at=at, text=findings, facts={"answer": answer})


@operation
def survey(
    *, case: Case, by: "User", at: datetime, companion: "User", surveyed_on: date, findings: str, **found: Any
) -> None:
    """Record what two people found in the household; both sign for it.

    Raises:
        InvalidFacts: the day is yet to come or before the application, or the companion is the surveyor.
    """
    errors = {}
    if surveyed_on > localdate(at):
        errors["surveyed_on"] = [_now("This day is yet to come.")]
    if surveyed_on < localdate(case.opened_at):
        errors["surveyed_on"] = [_now("This day is before the application.")]
    if Obstacle.SURVEY_NEEDS_TWO in may_sign([by.pk, companion.pk]).reasons:
        errors["companion"] = [_now("Two people survey: choose another person.")]
    if errors:
        raise InvalidFacts(errors)
    people.form_household(head=case.worker, by=by, at=at)
    HouseholdSurvey.objects.create(
        case=case, surveyor=by, companion=companion, surveyed_on=surveyed_on, findings=findings, **found
    )
    perform(
        case=case,
        name="survey",
        by=by,
        at=at,
        text=findings,
        facts={"on": surveyed_on.isoformat(), "companion": companion.pk},
    )
    sign(case=case, part="surveyor2", person=companion, by=by, at=at)


# ---- proposal ------------------------------------------------------------------------------------------


@operation
def propose(
    *,
    case: Case,
    by: "User",
    at: datetime,
    decision: str,
    category: str = "",
    amount: Decimal = Decimal(0),
    category_reason: str = "",
    above_ceiling_reason: str = "",
    other_aid_reason: str = "",
) -> None:
    """Propose a category and an amount, or to decline; what the rules say stands beside it in the trail."""
    said, steps = _by_the_rules(case, "" if decision == "decline" else category)
    if decision == "decline":
        perform(
            case=case,
            name="propose_decline",
            by=by,
            at=at,
            text="\n\n".join(filter(None, (category_reason, steps))),
            facts=said,
            category_reason=category_reason,
            who=by,
        )
        return
    line = _line(case)
    line.amount = amount
    line.save(update_fields=["amount"])
    perform(
        case=case,
        name="propose",
        by=by,
        at=at,
        text="\n\n".join(filter(None, (category_reason, above_ceiling_reason, other_aid_reason, steps))),
        facts={**said, "amount": str(amount), "line": line.pk},
        category=category,
        category_reason=category_reason,
        amount=amount,
        ceiling_reason="\n".join(filter(None, (above_ceiling_reason, other_aid_reason))),
        who=by,
    )


def _by_the_rules(case: Case, decided: str) -> tuple[dict[str, Any], str]:
    """Return the category the rules propose beside the one decided, with the rules' source and date; and the steps.

    What the household has stands in the steps alone, which are sealed.
    """
    facts: dict[str, Any] = {"calculator": CALCULATION, "category": decided or Category.NONE.value}
    survey = case.surveys.last()
    if survey is None:
        return facts, ""
    home, rules = queries.household_found(case, survey), queries.rules_for(case.office, survey.surveyed_on)
    with translation.override(settings.LANGUAGE_CODE):
        assessment = assess(home, rules, case.programme)
        steps = assessment.steps
        if decided:
            steps += ceiling(case.programme, decided, home, rules).steps
        words = in_words(steps)
    facts |= {
        "proposed": assessment.category.value,
        "law": rules.law,
        "since": rules.since.isoformat() if rules.since else "",
    }
    return facts, words


@operation
def confirm_decline(*, case: Case, by: "User", at: datetime, decision: str, reason: str) -> None:
    """Decline an application as proposed, or have the household surveyed again.

    Raises:
        SecondPersonDecides: the one who proposed it wants to decide.
    """
    if case.proposed_by_id == by.pk:
        raise SecondPersonDecides
    if decision == "return":
        _send_back(case, reason, by=by, at=at)
        return
    assessment = queries.assessment_of(case)
    excluded = assessment is not None and assessment.is_excluded
    outcome = Case.Outcome.EXCLUDED if excluded else Case.Outcome.DECLINED
    _refuse_in_writing(case, reason, by=by, at=at)
    perform(case=case, name="decline", by=by, at=at, text=reason, outcome=outcome, reason=reason)


def _refuse_in_writing(case: Case, reason: str, *, by: "User | None", at: datetime) -> None:
    """Tell the applicant the no and its reason, and let the sum go."""
    documents.issue_letter(case=case, paper="hardship.refused", reason=reason, by=by, at=at)
    cases.settle_claim_lines(case=case, state=ClaimLine.State.REFUSED, by=by, at=at)


def _send_back(case: Case, reason: str, *, by: "User", at: datetime) -> None:
    """Return a proposal; see Note [A returned proposal starts with a new claim line]."""
    cases.settle_claim_lines(case=case, state=ClaimLine.State.WITHDRAWN, by=by, at=at)
    perform(case=case, name="send_back", by=by, at=at, text=reason)
    _add_line(case, case.amount_requested, by=by, at=at)


# ---- public notice -------------------------------------------------------------------------------------


@operation
def post_notice(
    *, case: Case, by: "User", at: datetime, place: str, consents: bool = True, guardian_name: str = ""
) -> None:
    """Make the proposal public for the period of the place, with the applicant's consent."""
    consent = _consent(case, Purpose.PUBLISHING, guardian_name, by=by, at=at)
    notice = _hang_out(case, place, consent, by=by, at=at)
    perform(case=case, name="post_notice", by=by, at=at, facts=_period(notice))


def _hang_out(case: Case, place: str, consent: Consent, *, by: "User", at: datetime) -> PublicNotice:
    """Write a notice with its first and last day: the least that lets others object."""
    today = localdate(at)
    masked = queries.names_are_masked(case.office, today)
    notice = PublicNotice.objects.create(
        case=case,
        posted_on=today,
        ends_on=queries.last_day_of(PUBLIC_NOTICE, case, today),
        place=place,
        name_text=mask_name(case.worker.name) if masked else case.worker.name,
        unit_text=case.employer.name if case.employer else "",
        category=case.category,
        amount=case.sum_proposed,
        consent=consent,
    )
    told = {
        "name": notice.name_text,
        "unit": notice.unit_text,
        "category": _house_words(Category(notice.category).label),
        "programme": _house_words(Programme(case.programme).label),
        "amount": notice.amount,
    }
    documents.issue_letter(
        case=case,
        paper="hardship.notice",
        shown=public_part(told),
        first_day=notice.posted_on,
        last_day=notice.ends_on,
        by=by,
        at=at,
    )
    return notice


def _period(notice: PublicNotice) -> dict[str, Any]:
    return {"notice": notice.pk, "on": notice.posted_on.isoformat(), "until": notice.ends_on.isoformat()}


@operation
def raise_objection(*, case: Case, by: "User", at: datetime, content: str, objector: str = "") -> None:
    """Record what somebody says against the notice; nothing goes on before it is answered."""
    notice = case.notices.latest("id")
    objection = Objection.objects.create(
        case=case, notice=notice, raised_on=localdate(at), objector=objector, content=content, recorded_by=by
    )
    perform(case=case, name="raise_objection", by=by, at=at, text=content, facts={"objection": objection.pk})


@operation
def answer_objection(*, case: Case, by: "User", at: datetime, decision: str, answer: str) -> None:
    """Answer the open objection: the aid is refused, or the notice runs again from its first day.

    Raises:
        SecondPersonDecides: the one who proposed the aid wants to decide.
    """
    if case.proposed_by_id == by.pk:
        raise SecondPersonDecides
    objection = case.objections.get(upheld=None)
    objection.upheld = decision == "uphold"
    objection.answer, objection.answered_by, objection.answered_at = answer, by, at
    objection.save()
    said = {"objection": objection.pk}
    if objection.upheld:
        _refuse_in_writing(case, answer, by=by, at=at)
        perform(case=case, name="uphold_objection", by=by, at=at, text=answer, facts=said, reason=answer)
        return
    before = objection.notice
    notice = _hang_out(case, before.place, before.consent, by=by, at=at)
    perform(case=case, name="reject_objection", by=by, at=at, text=answer, facts={**said, **_period(notice)})


@operation
def end_notice(*, case: Case, at: datetime, by: "User | None" = None) -> None:
    """Take the notice down when its last day has passed and nobody objected."""
    perform(case=case, name="end_notice", by=by, at=at)


# ---- decision ------------------------------------------------------------------------------------------


@operation
def review(*, case: Case, by: "User", at: datetime, decision: str, reason: str = "") -> None:
    """Review a proposal as the county: pass it to the city, return it, or refuse."""
    if decision == "pass":
        perform(case=case, name="review", by=by, at=at, text=reason)
    else:
        _say_no(case, decision, reason, by=by, at=at)


def _say_no(case: Case, decision: str, reason: str, *, by: "User", at: datetime) -> None:
    if decision == "return":
        _send_back(case, reason, by=by, at=at)
        return
    _refuse_in_writing(case, reason, by=by, at=at)
    perform(case=case, name="refuse", by=by, at=at, text=reason, reason=reason)


@operation
def approve(
    *, case: Case, by: "User", at: datetime, decision: str, reason: str = "", double_aid_reason: str = ""
) -> None:
    """Decide as the city: approve and reserve, or agree and pass up what is above the city's limit.

    Raises:
        LevelNotReached: the person's office is below the city.
        NoFund: no fund has the money free.
    """
    _demand_level(case, Level.CITY, by)
    if decision != "approve":
        _say_no(case, decision, reason, by=by, at=at)
    elif goes_above_city(case.sum_proposed, queries.rules_for(case.office, localdate(at))):
        perform(case=case, name="pass_up", by=by, at=at, text=reason, facts={"amount": str(case.sum_proposed)})
        _explain_double_aid(case, double_aid_reason, by=by, at=at)
    else:
        perform(case=case, name="approve", by=by, at=at, text=reason, facts={"amount": str(case.sum_proposed)})
        _grant(case, double_aid_reason, by=by, at=at)


@operation
def approve_above(
    *,
    case: Case,
    by: "User",
    at: datetime,
    decision: str,
    reason: str = "",
    double_aid_reason: str = "",
    letter: str = "",
) -> None:
    """Decide as the office above the city, or record its letter as a second person beside the city's.

    Raises:
        LevelNotReached: the person's office is below the one that decides.
    """
    _demand_level(case, Level.PROVINCE, by)
    if decision != "approve":
        _say_no(case, decision, reason, by=by, at=at)
        return
    facts = {"amount": str(case.sum_proposed), "letter": letter}
    perform(case=case, name="approve_above", by=by, at=at, text=reason, facts=facts, letter=letter)
    _grant(case, double_aid_reason, by=by, at=at)


def _demand_level(case: Case, level: str, by: "User") -> None:
    """Refuse whose office does not reach the level that decides; where the tree lacks it, the highest office does."""
    deciding = Case(office_path=path_at_level(case, level))
    if not scope.may(by, "task.take", deciding, roles=[Role.SUPERVISOR]):
        raise LevelNotReached


def _explain_double_aid(case: Case, reason: str, *, by: "User", at: datetime) -> None:
    if reason:
        events.record(case, "hardship.double_aid_explained", by=by, at=at, text=reason)


def _grant(case: Case, double_aid_reason: str, *, by: "User", at: datetime) -> None:
    """Put the household on file, keep the money and, where there is an account, make it due."""
    case.hardship_file = _put_on_file(case, by=by, at=at)
    _explain_double_aid(case, double_aid_reason, by=by, at=at)
    line = _line(case)
    funds.reserve(claim_line=line, by=by, at=at)
    documents.issue_letter(
        case=case,
        paper="hardship.approved",
        category=_house_words(Category(case.category).label),
        programme=_house_words(Programme(case.programme).label),
        amount=line.amount,
        by=by,
        at=at,
    )
    account = accounts_of(case.worker).first()
    if account is None:
        return
    payout = _commit(line, account, by=by, at=at)
    if double_aid_reason and guards.subsidies_elsewhere(line):
        funds.answer_warning(payout=payout, guard="double_subsidy", reason=double_aid_reason, by=by, at=at)
    perform(case=case, name="order_payment", by=by, at=at)


def _put_on_file(case: Case, *, by: "User", at: datetime) -> "HardshipFile":
    """Open the household's file, or count this approval as its review: one household, one file (依档帮扶)."""
    household = people.form_household(head=case.worker, by=by, at=at)
    category, today = HardshipCategory(case.category), localdate(at)
    file = live_file_of(household)
    if file is None:
        return people.open_hardship_file(household=household, category=category, opened_on=today, by=by, at=at)
    return people.review_hardship_file(file=file, category=category, reviewed_on=today, by=by, at=at)


def _commit(line: ClaimLine, account: BankAccount, *, by: "User", at: datetime) -> Payout:
    return funds.commit_payout(claim_line=line, method=Payout.Method.BANK, account=account, by=by, at=at)


# ---- payment, return visit, close ----------------------------------------------------------------------


@operation
def order_payment(*, case: Case, by: "User", at: datetime, account: BankAccount) -> None:
    """Make the reserved sum due, now that there is an account to pay it to."""
    _commit(_line(case), account, by=by, at=at)
    perform(case=case, name="order_payment", by=by, at=at)


@operation
def order_payment_again(*, case: Case, by: "User", at: datetime, account: BankAccount) -> None:
    """Make the sum due again after a payment failed or was cancelled.

    Raises:
        AlreadyDone: a payment is under way.
        NoFund: finance has freed the money, and no fund has it free any more.
    """
    line = _line(case)
    if line.state == ClaimLine.State.APPROVED:  # finance has freed the money meanwhile; the approval still stands
        funds.reserve(claim_line=line, by=by, at=at)
    payout = _commit(line, account, by=by, at=at)
    events.record(case, "hardship.payment_renewed", by=by, at=at, payout=str(payout.uuid))


@operation
def stop(*, case: Case, by: "User", at: datetime, reason: str) -> None:
    """Close an approved case whose money cannot or must not be paid any more, and free the money.

    Raises:
        WrongState: a payment is under way; finance has to cancel it first.
    """
    line = _line(case)
    if line.state == ClaimLine.State.RESERVED:
        funds.release_reservation(claim_line=line, reason=reason, by=by, at=at)
    cases.settle_claim_lines(case=case, state=ClaimLine.State.REFUSED, by=by, at=at)
    perform(case=case, name="stop", by=by, at=at, text=reason, reason=reason)


@operation
def confirm_paid(*, case: Case, by: "User", at: datetime) -> None:
    """Go on to the return visit once every sum of the case is paid."""
    perform(case=case, name="confirm_paid", by=by, at=at)


@operation
def visit(*, case: Case, by: "User", at: datetime, reached: str, satisfaction: str = "", note: str = "") -> None:
    """Write the return visit down; when nobody was reached it is tried again until the clock ends it."""
    cases.record_return_visit(case=case, reached=reached, satisfaction=satisfaction, note=note, by=by, at=at)
    if reached == ReturnVisit.Reached.YES:
        perform(case=case, name="make_return_visit", by=by, at=at, facts={"satisfaction": satisfaction})


@operation
def close(*, case: Case, by: "User", at: datetime, reason: str) -> None:
    """Close the case with its result in words."""
    perform(case=case, name="close", by=by, at=at, text=reason, reason=reason)


@operation
def close_unreached(*, case: Case, at: datetime, by: "User | None" = None) -> None:
    """Close a paid case whose applicant could not be reached in time."""
    reason = _house_words(_("The applicant could not be reached in time; the aid is paid."))
    perform(case=case, name="close_unreached", by=by, at=at, text=reason, reason=reason)
