"""The letters of a labour dispute, and the papers it needs."""

from django.utils.translation import gettext_lazy as _

from casework.documents.papers import BroughtBy, Paper, RequiredPaper

INQUIRY = Paper(
    "LD.inquiry",
    _("Inquiry whether the employer consents to mediation"),
    "labour_dispute/letters/inquiry.html",
    "企业劳动争议协商调解规定 第二十二条",
    asks=(("matter", _("What the worker asks for")), ("answer_by", _("Answer asked for by"))),
    by_hand=True,
)
ACCEPTANCE = Paper(
    "LD.acceptance",
    _("Notice of acceptance for mediation"),
    "labour_dispute/letters/acceptance.html",
    "企业劳动争议协商调解规定 第二十二条、第二十九条",
)
SESSION = Paper(
    "LD.session",
    _("Invitation to a mediation session"),
    "labour_dispute/letters/session.html",
    "企业劳动争议协商调解规定 第二十四条",
    asks=(("addressee", _("Party invited")), ("place_and_hour", _("Place and hour")), ("mediator", _("Mediator"))),
    by_hand=True,
)
AGREEMENT = Paper(
    "LD.agreement",
    _("Mediation agreement"),
    "labour_dispute/letters/agreement.html",
    "劳动争议调解仲裁法 第十四条; 企业劳动争议协商调解规定 第二十六条",
)
REMINDER = Paper(
    "LD.reminder",
    _("Reminder to perform the agreement"),
    "labour_dispute/letters/reminder.html",
    "企业劳动争议协商调解规定 第三十二条",
    asks=(("owed", _("What is owed")), ("perform_by", _("To be performed by"))),
    by_hand=True,
)
REVIEW = Paper(
    "LD.review",
    _("Joint application for arbitration review"),
    "labour_dispute/letters/review.html",
    "企业劳动争议协商调解规定 第二十七条; 劳动人事争议仲裁办案规则 第七十四条",
    asks=(("addressee", _("Arbitration commission")), ("terms", _("What was agreed"))),
    by_hand=True,
)
CONFIRMATION = Paper(
    "LD.confirmation",
    _("Joint application for judicial confirmation"),
    "labour_dispute/letters/confirmation.html",
    "民事诉讼法 第二百零五条",
    asks=(("addressee", _("Court")), ("terms", _("What was agreed"))),
    by_hand=True,
)
PAYMENT_ORDER = Paper(
    "LD.payment_order",
    _("Application for a payment order"),
    "labour_dispute/letters/payment_order.html",
    "劳动争议调解仲裁法 第十六条; 民事诉讼法 第二百二十五条",
    asks=(("addressee", _("Court")), ("owed", _("What is owed, and by which agreement"))),
    by_hand=True,
)
FAILURE = Paper(
    "LD.failure",
    _("Notice that mediation has ended without result"),
    "labour_dispute/letters/failure.html",
    "企业劳动争议协商调解规定 第三十条",
)
REFERRAL = Paper(
    "LD.referral",
    _("Letter of referral with list of evidence"),
    "labour_dispute/letters/referral.html",
    "企业劳动争议协商调解规定 第三十条; 首问首办制",
)

PAPERS = (
    INQUIRY,
    ACCEPTANCE,
    SESSION,
    AGREEMENT,
    REMINDER,
    REVIEW,
    CONFIRMATION,
    PAYMENT_ORDER,
    FAILURE,
    REFERRAL,
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
