"""The periods of a household on file, and of mutual medical aid (职工医疗互助), which go on when the case is closed.

All of them are rules of the place: no national text was found.
"""

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import Proceeding, steps_of
from casework.deadlines.rules import Certainty, DeadlineRule, Extension, Owing, Unit
from casework.people.files import REVIEW_PARAMETER, REVIEWED_AFTER

from . import files

# ---- the file ------------------------------------------------------------------------------------------

# Half-yearly in some places. Each review starts the next year; an approval counts as a review.
FILE_REVIEW = DeadlineRule(
    "HR.file.review",
    _("Yearly review of the household's file"),
    REVIEWED_AFTER,
    Unit.MONTHS,
    starts=("hardship.approved", "file.reviewed"),
    satisfied_by=("file.reviewed",),
    cancelled_by=("file.exited",),
    law="动态管理、逐年复核 (各地困难职工档案管理办法)",
    certainty=Certainty.CONFIGURABLE,
    parameter=REVIEW_PARAMETER,
    extension=Extension(),
    outlives_closing=True,
)

EXIT_NOTICE = DeadlineRule(
    "HR.file.exit_notice",
    _("Tell the household why it leaves the file, and that it may apply again"),
    5,
    Unit.WORKING_DAYS,
    starts=("file.exited",),
    satisfied_by=("file.exit_told",),
    law="退出告知 (各地困难职工档案管理办法)",
    certainty=Certainty.CONVENTION,
    parameter="hardship.file.exit_notice.days",
    outlives_closing=True,
)

# ---- mutual medical aid --------------------------------------------------------------------------------

MUTUAL_AID_REPORT = DeadlineRule(
    "HR.mutual_aid.report",
    _("Report the hospital stay to the mutual-aid office"),
    10,
    Unit.DAYS,
    starts=("mutual_aid.discharged",),
    satisfied_by=("mutual_aid.reported",),
    cancelled_by=("mutual_aid.claimed",),
    law="职工医疗互助办法 (安庆市2024; 各地规定)",
    certainty=Certainty.CONFIGURABLE,
    parameter="mutual_aid.report.days",
    outlives_closing=True,
    owed_by=Owing.WORKER,
)

MUTUAL_AID_CLAIM = DeadlineRule(
    "HR.mutual_aid.claim",
    _("Claim mutual aid; later the claim is lost"),
    2,
    Unit.YEARS,
    starts=("mutual_aid.settled",),
    cancelled_by=("mutual_aid.claimed",),
    law="职工医疗互助办法 (安庆市2024; 各地规定)",
    certainty=Certainty.CONFIGURABLE,
    parameter="mutual_aid.claim.years",
    outlives_closing=True,
    owed_by=Owing.WORKER,
    lapses=True,
)

# Inside the officer's limit it is paid the day it is claimed.
MUTUAL_AID_PAYMENT = DeadlineRule(
    "HR.mutual_aid.payment",
    _("Pay the mutual aid that is inside the officer's limit"),
    0,
    Unit.DAYS,
    starts=("mutual_aid.claimed",),
    satisfied_by=("mutual_aid.paid", "mutual_aid.refused"),
    law="当日办结 (职工互助保障服务承诺)",
    certainty=Certainty.CONFIGURABLE,
    parameter="mutual_aid.payment.days",
    extension=Extension(),
    outlives_closing=True,
)

RULES = (FILE_REVIEW, EXIT_NOTICE, MUTUAL_AID_REPORT, MUTUAL_AID_CLAIM, MUTUAL_AID_PAYMENT)

FILE = _("Hardship file")

PROCEEDINGS = (
    Proceeding("file.reviewed", FILE, after="hardship.approved", through=files.review_file),
    Proceeding("file.exited", FILE, after="hardship.approved", through=files.exit_file),
    *steps_of(FILE, "file.exit_told"),
    *steps_of(
        _("Mutual medical aid"),
        "mutual_aid.discharged",
        "mutual_aid.reported",
        "mutual_aid.settled",
        "mutual_aid.claimed",
        "mutual_aid.paid",
        "mutual_aid.refused",
    ),
)
