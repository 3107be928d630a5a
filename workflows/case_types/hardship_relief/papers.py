"""The papers an application needs, and the letters that go out."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.documents.papers import BroughtBy, Paper, RequiredPaper

from .eligibility import Programme

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
    RequiredPaper("dibao", _("Certificate of subsistence aid, not older than a year"), BroughtBy.AGENCY, LOCAL),
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

PAPERS = (
    Paper(
        "hardship.notice",
        _("Public notice of a proposed aid"),
        "letters/hardship_notice.html",
        "公示制度；个人信息保护法 第二十五条",
    ),
    Paper(
        "hardship.approved",
        _("Notice of approved aid"),
        "letters/hardship_approved.html",
        FILE_LAW,
    ),
    Paper(
        "hardship.refused",
        _("Notice that the aid is refused"),
        "letters/hardship_refused.html",
        "社会救助暂行办法 (2019) 第十一条 (参照)",
    ),
)


def needed(case: Any) -> tuple[RequiredPaper, ...]:
    """Return the papers this application needs in any case: of all, of its programme, of migrant workers."""
    return (*_OF_ALL, *_OF_PROGRAMME[case.programme], *((_CONTRACT,) if case.is_migrant else ()))


def further() -> tuple[RequiredPaper, ...]:
    """Return the papers that only some households need."""
    return _OF_SOME
