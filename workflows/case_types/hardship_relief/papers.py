"""The papers an application needs, and the letters that go out.

What a letter says comes from the file: the application, the household, the newest survey and what the rules make of
it, the means check, the newest public notice, who signed, the payment. Typed when a letter is written is only what
no record holds yet.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.events import words_of
from casework.audit.models import Event
from casework.cases.models import ClaimLine, Part
from casework.cases.queries import claim_lines_of
from casework.documents.models import LetterSignature
from casework.documents.papers import BroughtBy, Paper, RequiredPaper
from casework.documents.queries import checklist_of
from casework.funds.queries import payouts_of, reservation_of
from casework.offices.queries import UnknownParameter
from casework.people.models import Household
from casework.people.particulars import PARTICULARS, particulars_of
from casework.people.privacy import needs_guardian, public_part
from casework.people.queries import accounts_of, household_of

from . import queries
from .eligibility import BadHousehold, Exclusion, Programme

if TYPE_CHECKING:
    from casework.people.models import HardshipFile

FILE_LAW = "总工发〔2015〕20号 第三条 (先建档、后帮扶、实名制)"
LOCAL = "困难职工建档和帮扶材料 (各地)"

# What every application needs.
_OF_ALL = (
    RequiredPaper("application", _("Application form for aid, signed"), BroughtBy.WORKER, FILE_LAW),
    RequiredPaper(
        "authorisation", _("Authorisation for the check of the household's means, signed"), BroughtBy.WORKER, FILE_LAW
    ),
    RequiredPaper("identity", _("ID card of the applicant"), BroughtBy.WORKER, FILE_LAW),
    RequiredPaper("household_book", _("Pages of the household register"), BroughtBy.WORKER, LOCAL),
    RequiredPaper("income", _("A year's pay record, or the employer's certificate"), BroughtBy.EMPLOYER, LOCAL),
    RequiredPaper("bank_card", _("Bank card of the applicant, with the branch"), BroughtBy.WORKER, FILE_LAW),
)

_DIAGNOSIS = RequiredPaper("diagnosis", _("Diagnosis of a hospital of level two or above"), BroughtBy.AGENCY, LOCAL)
_BILLS = RequiredPaper("bills", _("This year's bills with the self-paid part"), BroughtBy.WORKER, LOCAL)
_SCHOOL = RequiredPaper(
    "school", _("Admission letter or certificate of the school"), BroughtBy.WORKER, "金秋助学 (各地)"
)
_PUPIL = RequiredPaper("pupil_identity", _("ID card of the pupil"), BroughtBy.WORKER, "金秋助学 (各地)")
_CLAIM = RequiredPaper("claim", _("Claim form of the mutual-aid plan"), BroughtBy.WORKER, "职工医疗互助 (各地)")
_DISCHARGE = RequiredPaper(
    "discharge", _("Hospital front page and discharge summary"), BroughtBy.AGENCY, "职工医疗互助 (各地)"
)
_SETTLEMENT = RequiredPaper(
    "settlement", _("Settlement sheet of the medical insurance"), BroughtBy.AGENCY, "职工医疗互助 (各地)"
)
_CONTRACT = RequiredPaper(
    "contract", _("Labour contract of a year or more, or proof of employment"), BroughtBy.EMPLOYER, LOCAL
)

# What each programme needs beside.
_OF_PROGRAMME: dict[str, tuple[RequiredPaper, ...]] = {
    Programme.LIVING: (),
    Programme.MEDICAL: (_DIAGNOSIS, _BILLS),
    Programme.EDUCATION: (_SCHOOL, _PUPIL),
    Programme.MUTUAL_AID: (_CLAIM, _DISCHARGE, _SETTLEMENT, _BILLS),
}

# What only some households can and must bring; the person at the desk puts it on the list.
_OF_SOME = (
    RequiredPaper(
        "dibao", _("Certificate of subsistence aid, not older than a year"), BroughtBy.AGENCY, LOCAL, months=12
    ),
    RequiredPaper("no_income", _("Proof of having no income"), BroughtBy.AGENCY, LOCAL),
    RequiredPaper("accident", _("Proof of the accident or disaster"), BroughtBy.AGENCY, LOCAL),
    RequiredPaper("disability", _("Disability certificate"), BroughtBy.WORKER, LOCAL),
    RequiredPaper("marriage", _("Proof of divorce or of the spouse's death"), BroughtBy.WORKER, LOCAL),
    RequiredPaper("fees", _("Bill of the school fees"), BroughtBy.WORKER, "金秋助学 (各地)"),
)

CHECKLIST = (
    *_OF_ALL,
    _DIAGNOSIS,
    _BILLS,
    _SCHOOL,
    _PUPIL,
    _CLAIM,
    _DISCHARGE,
    _SETTLEMENT,
    _CONTRACT,
    *_OF_SOME,
)

Party = LetterSignature.Party

# What the letters of this type can say, beyond what every letter can.
FACTS: dict[str, str | Promise] = {
    # the application
    "programme": _("Programme"),
    "cause": _("Main cause of the hardship"),
    "amount_requested": _("Amount asked for"),
    "applied_by": _("Applied by"),
    "why_union_applies": _("Why the worker cannot apply"),
    "migrant": _("Migrant worker"),
    "employed_months": _("Months employed here"),
    "pupil": _("Pupil"),
    "settled_on": _("Insurance settled on"),
    "attachments": _("Papers enclosed"),
    # the worker and the household
    **PARTICULARS,
    "members": _("Members of the household"),
    "signers": _("Persons whose means are checked"),
    "account_holder": _("Account holder"),
    "account_bank": _("Bank and branch"),
    "account_number": _("Account number"),
    "account_masked": _("Account"),
    # the means check
    "check_body": _("Authority asked"),
    "check_requested_on": _("Means check requested on"),
    "check_answered_on": _("Means check answered on"),
    "check_answer": _("Answer of the means check"),
    "income_found": _("Income on record"),
    "check_findings": _("Findings of the means check"),
    # the survey, and what the rules make of it
    "surveyed_on": _("Surveyed on"),
    "surveyor": _("Surveyor"),
    "companion": _("Second surveyor"),
    "persons": _("Persons in the household"),
    "idle_adults": _("Adults able to work who neither work nor learn"),
    "pupils": _("Pupils and students"),
    "income": _("Income by kind"),
    "expense": _("Rigid expense by kind"),
    "income_counted": _("Income counted"),
    "expense_counted": _("Rigid expense counted"),
    "accident_expense": _("Expense of the accident after all compensation"),
    "self_paid_medical": _("Medical bills paid by the household itself"),
    "ruled_out": _("Facts that rule the household out"),
    "findings": _("Findings of the survey"),
    "per_head": _("Income per head and month after rigid expense"),
    "dibao": _("Local subsistence line per month"),
    "steps": _("How it was worked out"),
    # the proposal and its public notice
    "category": _("Category"),
    "category_reason": _("Why this category"),
    "amount": _("Amount of the aid"),
    "ceiling_reason": _("Why above the ceiling"),
    "proposed_by": _("Proposed by"),
    "proposed_on": _("Proposed on"),
    "shown": _("What is made public"),
    "first_day": _("First day of the notice"),
    "last_day": _("Last day of the notice"),
    "notice_place": _("Posted at"),
    "objections": _("Objections and their answers"),
    # the decision
    "review_opinion": _("Opinion of the county"),
    "reviewed_by": _("Reviewed by"),
    "reviewed_on": _("Reviewed on"),
    "approval_opinion": _("Opinion of the city"),
    "approved_by": _("Approved by"),
    "approved_on": _("Approved on"),
    "above_opinion": _("Opinion of the office above the city"),
    "above_by": _("Approved above the city by"),
    "above_on": _("Approved above the city on"),
    "approval_letter": _("Approval letter"),
    "reason": _("Reason"),
    # the file and the payment
    "file_number": _("Number of the hardship file"),
    "file_opened_on": _("On file since"),
    "file_category": _("Category of the file"),
    "next_review_on": _("Next review on"),
    "exited_on": _("Left the file on"),
    "exit_reason": _("Reason for leaving the file"),
    "method": _("Method of payment"),
    "paid_on": _("Paid on"),
    "voucher": _("Voucher number"),
    "batch": _("Payment batch"),
    "fund": _("Fund"),
    "fund_source": _("Source of the money"),
}


def _passed(*names: str) -> tuple[tuple[str, str | Promise], ...]:
    """Return what a step of the flow passes though the file knows it as well, with the labels of the file."""
    return tuple((name, FACTS[name]) for name in names)


PAPERS = (
    Paper(
        "hardship.application",
        _("Application for aid in hardship"),
        FILE_LAW,
        by_hand=True,
        signed_by=(Party.WORKER,),
        of_party=True,
    ),
    Paper(
        "hardship.authorisation",
        _("Authorisation to check the household's means"),
        "个人信息保护法 第十三条至第十五条、第十七条、第二十三条、第二十八条至第三十一条；"
        "网络数据安全管理条例 第十二条",
        asks=(("body", _("Body that checks the means, with its contact")),),
        by_hand=True,
        originals=2,
        signed_by=(Party.WORKER, Party.OFFICE),
        of_party=True,
    ),
    Paper(
        "hardship.archive",
        _("Archive form of a worker in hardship"),
        f"{FILE_LAW}；一户一档、依档帮扶",
        by_hand=True,
        originals=3,
        signed_by=(Party.WORKER, Party.OFFICE, Party.SEAL),
    ),
    Paper(
        "hardship.survey",
        _("Record of a household survey"),
        "社会救助暂行办法 (2019) 第十一条 (参照)；一访二看三核四评 (各地)",
        by_hand=True,
        signed_by=(Party.VISITOR, Party.VISITOR, Party.WORKER),
    ),
    Paper(
        "hardship.notice",
        _("Public notice of a proposed aid"),
        "公示制度；个人信息保护法 第二十五条",
        given=_passed("shown", "first_day", "last_day"),
        signed_by=(Party.SEAL,),
        to_many=True,
    ),
    Paper(
        "hardship.approval",
        _("Approval form for aid in hardship"),
        f"{FILE_LAW}；县级审核、市级审批 (各地帮扶资金管理办法)",
        by_hand=True,
        originals=3,
        signed_by=(Party.OFFICE, Party.SEAL),
    ),
    Paper(
        "hardship.approved",
        _("Notice of approved aid"),
        FILE_LAW,
        given=_passed("category", "programme", "amount"),
    ),
    Paper(
        "hardship.refused",
        _("Notice that the aid is refused"),
        "社会救助暂行办法 (2019) 第十一条 (参照)；个人信息保护法 第二十四条",
        given=_passed("reason"),
    ),
    Paper(
        "hardship.receipt",
        _("Receipt of the aid"),
        FILE_LAW,
        by_hand=True,
        signed_by=(Party.WORKER, Party.OFFICE),
    ),
    Paper(
        "hardship.exit",
        _("Notice that the household leaves the hardship file"),
        "动态管理、退出告知 (各地困难职工档案管理办法)",
        by_hand=True,
        serves="file.exit_told",
    ),
)


def needed(case: Any) -> tuple[RequiredPaper, ...]:
    """Return the papers this application needs in any case: of all, of its programme, of migrant workers."""
    return (*_OF_ALL, *_OF_PROGRAMME[case.programme], *((_CONTRACT,) if case.is_migrant else ()))


def further() -> tuple[RequiredPaper, ...]:
    """Return the papers that only some households need."""
    return _OF_SOME


# ---- what the file says --------------------------------------------------------------------------------

INCOME = ("wages", "business", "property_income", "transfers", "basic_pension", "other_income", "union_relief")
EXPENSE = ("illness", "disability", "schooling", "housing", "other_expense")
DECIDED = ("hardship.reviewed", "hardship.passed_up", "hardship.approved")


def facts(case: Any) -> dict[str, Any]:
    """Return what the file of a case says, for its letters."""
    household = household_of(case.worker)
    survey = case.surveys.select_related("surveyor", "companion").last()
    lines = claim_lines_of(case)
    line = lines[-1] if lines else None
    return {
        **_application(case),
        **_people(case, household),
        **_means_check(case),
        **_survey(survey),
        **_assessment(case, survey),
        **_proposal(case, line),
        **_notice(case),
        **_decision(case, line),
        **_file(case, household),
        **_payment(case, line),
    }


def _application(case: Any) -> dict[str, Any]:
    return {
        "programme": case.get_programme_display(),
        "cause": case.get_cause_display(),
        "amount_requested": case.amount_requested,
        "applied_by": case.get_applicant_display(),
        "why_union_applies": case.why_union_applies,
        "migrant": _now("yes") if case.is_migrant else _now("no"),
        "employed_months": case.employed_months or None,
        "pupil": case.pupil_name,
        "settled_on": case.settled_on,
        "reason": case.outcome_reason,
        "attachments": [
            {
                "number": number,
                "title": item.heading,
                "there": _now("enclosed") if item.received_at else _now("to follow"),
            }
            for number, item in enumerate(checklist_of(case), 1)
        ],
    }


def _people(case: Any, household: Household | None) -> dict[str, Any]:
    worker = case.worker
    members = sorted(household.members.all(), key=lambda member: member.pk) if household else []
    account = accounts_of(worker).first()
    return {
        **particulars_of(worker),
        "members": [
            {
                "number": number,
                "name": member.name,
                "relation": member.get_relation_display(),
                "id_number": member.id_number,
                "born_on": member.birth_on,
                "occupation": member.get_occupation_display(),
                "workplace": member.workplace,
                "monthly_income": member.monthly_income,
            }
            for number, member in enumerate(members, 1)
        ],
        "signers": _signers(case, members),
        "account_holder": account.holder_name if account else "",
        "account_bank": account.bank_name if account else "",
        "account_number": account.number if account else "",
        "account_masked": account.masked if account else "",
    }


def _signers(case: Any, members: Iterable[Any]) -> list[dict[str, Any]]:
    """Return whose means are checked, the applicant first; a guardian signs for who is under 14 at the application."""
    on = localdate(case.opened_at)
    people = [(case.worker.name, "", case.worker.id_number, case.worker.birth_on)]
    people += [(each.name, str(each.get_relation_display()), each.id_number, each.birth_on) for each in members]
    return [
        {
            "number": number,
            "name": name,
            "relation": relation,
            "id_number": id_number,
            "guarded": birth_on is not None and needs_guardian(birth_on, on),
        }
        for number, (name, relation, id_number, birth_on) in enumerate(people, 1)
    ]


def _means_check(case: Any) -> dict[str, Any]:
    check = case.means_checks.order_by("id").last()
    return {
        "check_body": check.body if check else "",
        "check_requested_on": check.requested_on if check else None,
        "check_answered_on": check.answered_on if check else None,
        "check_answer": check.get_answer_display() if check else "",
        "income_found": check.income_found if check else None,
        "check_findings": check.findings if check else "",
    }


def _survey(survey: Any) -> dict[str, Any]:
    return {
        "surveyed_on": survey.surveyed_on if survey else None,
        "surveyor": survey.surveyor.display_name if survey else "",
        "companion": survey.companion.display_name if survey else "",
        "persons": survey.persons if survey else None,
        "idle_adults": survey.idle_adults if survey else None,
        "pupils": survey.pupils if survey else None,
        "income": _by_kind(survey, INCOME),
        "expense": _by_kind(survey, EXPENSE),
        "accident_expense": survey.accident_expense if survey else None,
        "self_paid_medical": survey.self_paid_medical if survey else None,
        "findings": survey.findings if survey else "",
    }


def _by_kind(survey: Any, names: Iterable[str]) -> list[dict[str, Any]]:
    if survey is None:
        return []
    return [{"kind": str(survey._meta.get_field(name).verbose_name), "amount": getattr(survey, name)} for name in names]


def _assessment(case: Any, survey: Any) -> dict[str, Any]:
    """Return what the rules of the place say; nothing where they cannot be read, so that a letter goes out still."""
    try:
        assessment = queries.assessment_of(case) if survey else None
        rules = queries.rules_for(case.office, survey.surveyed_on) if survey else None
    except (UnknownParameter, queries.UnreadableRules, BadHousehold):
        assessment = rules = None
    found = assessment.exclusions if assessment else [Exclusion(code) for code in survey.exclusions] if survey else []
    return {
        "ruled_out": _now(", ").join(str(exclusion.label) for exclusion in found),
        "income_counted": assessment.counted_income if assessment else None,
        "expense_counted": assessment.rigid_expense if assessment else None,
        "per_head": assessment.per_head_monthly if assessment else None,
        "dibao": rules.dibao_monthly if rules else None,
        "steps": [str(step) for step in assessment.steps] if assessment else [],
    }


def _proposal(case: Any, line: ClaimLine | None) -> dict[str, Any]:
    return {
        "category": case.get_category_display(),
        "category_reason": case.category_reason,
        "amount": case.amount_proposed,
        "ceiling_reason": case.above_ceiling_reason,
        "proposed_by": _person(line, Part.REQUESTER),
        "proposed_on": _day(line, Part.REQUESTER),
    }


def _notice(case: Any) -> dict[str, Any]:
    """Return the newest public notice: of the household nothing that others do not need in order to object."""
    notice = case.notices.last()
    told = {
        "name": notice.name_text if notice else "",
        "unit": notice.unit_text if notice else "",
        "category": notice.get_category_display() if notice else "",
        "programme": case.get_programme_display() if notice else "",
        "amount": notice.amount if notice else None,
    }
    return {
        "shown": public_part(told),
        "first_day": notice.posted_on if notice else None,
        "last_day": notice.ends_on if notice else None,
        "notice_place": notice.place if notice else "",
        "objections": [
            {"raised_on": each.raised_on, "answer": each.answer} for each in case.objections.all().order_by("id")
        ],
    }


def _decision(case: Any, line: ClaimLine | None) -> dict[str, Any]:
    """Return who decided what on the sum that stands; where it went above the city, the city has agreed before."""
    said = _said(case)
    went_up = "hardship.passed_up" in said
    city = said.get("hardship.passed_up", said.get("hardship.approved", ""))
    return {
        "review_opinion": said.get("hardship.reviewed", ""),
        "reviewed_by": _person(line, Part.APPROVER1),
        "reviewed_on": _day(line, Part.APPROVER1),
        "approval_opinion": city,
        "approved_by": _person(line, Part.APPROVER2),
        "approved_on": _day(line, Part.APPROVER2),
        "above_opinion": said.get("hardship.approved", "") if went_up else "",
        "above_by": _person(line, Part.APPROVER3),
        "above_on": _day(line, Part.APPROVER3),
        "approval_letter": case.approval_letter,
    }


def _said(case: Any) -> dict[str, str]:
    """Return what was said with each decision since the proposal was last returned."""
    kinds = (*DECIDED, "hardship.returned")
    told = Event.objects.filter(stream=case.stream, kind__in=kinds).select_related("words").order_by("seq")
    said: dict[str, str] = {}
    for event in told:
        if event.kind == "hardship.returned":
            said = {}
        else:
            said[event.kind] = words_of(event)
    return said


def _signature(line: ClaimLine | None, part: Part) -> Any:
    return next((each for each in line.signatures.all() if each.role == part), None) if line else None


def _person(line: ClaimLine | None, part: Part) -> str:
    signed = _signature(line, part)
    return signed.person.display_name if signed else ""


def _day(line: ClaimLine | None, part: Part) -> date | None:
    signed = _signature(line, part)
    return localdate(signed.signed_at) if signed else None


def _file(case: Any, household: Household | None) -> dict[str, Any]:
    """Return the file the case belongs to; before the approval the one the household is on, if any."""
    file: HardshipFile | None = case.hardship_file
    if file is None and household is not None:
        file = household.hardship_files.order_by("id").last()
    return {
        "file_number": file.number if file else "",
        "file_opened_on": file.opened_on if file else None,
        "file_category": file.get_category_display() if file else "",
        "next_review_on": file.next_review_on if file else None,
        "exited_on": file.exited_on if file else None,
        "exit_reason": file.exit_reason if file else "",
    }


def _payment(case: Any, line: ClaimLine | None) -> dict[str, Any]:
    of_line = [each for each in payouts_of(case).select_related("batch") if line and each.claim_line_id == line.pk]
    payout = of_line[-1] if of_line else None
    kept = reservation_of(line) if line else None
    fund = payout.fund if payout else kept.fund if kept else None
    return {
        "method": payout.get_method_display() if payout else "",
        "paid_on": localdate(payout.paid_at) if payout and payout.paid_at else None,
        "voucher": payout.voucher_number if payout else "",
        "batch": payout.batch.number if payout and payout.batch else "",
        "fund": fund.title if fund else "",
        "fund_source": fund.get_source_display() if fund else "",
    }
