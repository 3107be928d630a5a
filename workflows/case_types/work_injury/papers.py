"""The letters of a work injury, and the papers that recognition and consolation need."""

from django.utils.translation import gettext_lazy as _

from casework.documents.papers import BroughtBy, Paper, RequiredPaper

# The version of the notices on the handling of personal data that the visitors bring along.
NOTICE_VERSION = "2026-1"

PAPERS = (
    Paper(
        "WI.recognition",
        _("How to apply for recognition of a work injury"),
        "work_injury/letters/recognition.html",
        "工伤保险条例 第十七条、第十八条",
        asks=(("employer_until", _("The employer applies until")), ("worker_until", _("Worker or union apply until"))),
        by_hand=True,
    ),
    Paper(
        "WI.reminder",
        _("Reminder to apply for recognition of a work injury"),
        "work_injury/letters/reminder.html",
        "工伤保险条例 第十七条第一款、第四款、第五十三条",
        asks=(("accident", _("Day and kind of the accident")), ("until", _("To apply until"))),
        by_hand=True,
    ),
    Paper(
        "WI.safety_advice",
        _("Advice on a hazard at work"),
        "work_injury/letters/safety_advice.html",
        "工会法 第二十五条、第二十七条",
        asks=(("hazard", _("Hazard found")), ("advice", _("What we advise")), ("answer_by", _("Answer asked for by"))),
        by_hand=True,
    ),
    Paper(
        "WI.receipt",
        _("Receipt of the consolation"),
        "work_injury/letters/receipt.html",
        "基层工会经费收支管理办法 (总工办发〔2017〕32号)",
        asks=(("received", _("Money or goods, with their value")),),
        by_hand=True,
    ),
)

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
