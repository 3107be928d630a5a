"""The periods of the appraisal (劳动能力鉴定) and of the paid treatment before it (停工留薪期)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import steps_of
from casework.deadlines.rules import Certainty, Consent, DeadlineRule, Extension, Owing, Unit

# 工伤保险条例; 劳动能力鉴定管理办法 (令55号), which serves within fifteen days where the older measure took twenty.
REGULATIONS, MEASURE = date(2004, 1, 1), date(2025, 7, 1)

ASKED = ("appraisal.applied", "appraisal.second_asked", "appraisal.review_asked")
CONCLUDED = ("appraisal.concluded", "appraisal.second_concluded", "appraisal.review_concluded")

PAY_STOP = DeadlineRule(
    "WI.pay_stop",
    _("Paid treatment: the employer pays the wage as before"),
    12,
    Unit.MONTHS,
    starts=("pay_stop.began",),
    cancelled_by=("pay_stop.ended", *CONCLUDED),
    law="工伤保险条例 第三十三条第一款、第二款",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.BODY, at_most=12, law="工伤保险条例 第三十三条第二款 (设区的市级劳动能力鉴定委员会)"),
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=REGULATIONS,
    rolls=False,
)

NOTICE = DeadlineRule(
    "WI.appraisal.notice",
    _("The committee names every missing paper, once"),
    5,
    Unit.WORKING_DAYS,
    starts=("appraisal.applied",),
    satisfied_by=("appraisal.papers_told",),
    cancelled_by=("appraisal.concluded", "appraisal.ended"),
    law="劳动能力鉴定管理办法 第十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=MEASURE,
)

# The second appraisal and the review keep to the same time (29).
CONCLUSION = DeadlineRule(
    "WI.appraisal.conclusion",
    _("The committee draws its conclusion"),
    60,
    Unit.DAYS,
    starts=ASKED,
    satisfied_by=CONCLUDED,
    cancelled_by=("appraisal.ended",),
    law="工伤保险条例 第二十五条第二款、第二十九条; 劳动能力鉴定管理办法 第十条",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.BODY, at_most=30, law="工伤保险条例 第二十五条第二款"),
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=REGULATIONS,
)

SERVICE = DeadlineRule(
    "WI.appraisal.service",
    _("The committee serves its conclusion"),
    15,
    Unit.DAYS,
    starts=CONCLUDED,
    satisfied_by=("appraisal.conclusion_received", "appraisal.last_conclusion_received"),
    law="劳动能力鉴定管理办法 第十七条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=MEASURE,
)

# To the province's committee, whose conclusion is final.
SECOND = DeadlineRule(
    "WI.appraisal.second",
    _("Ask for a second appraisal"),
    15,
    Unit.DAYS,
    starts=("appraisal.conclusion_received",),
    cancelled_by=("appraisal.second_asked",),
    law="工伤保险条例 第二十六条; 劳动能力鉴定管理办法 第十九条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=REGULATIONS,
    lapses=True,
)

# No deadline, but the first day on which it may be asked for, when the injury has got worse or better.
REVIEW = DeadlineRule(
    "WI.appraisal.review",
    _("A review of the appraisal may be asked for"),
    1,
    Unit.YEARS,
    starts=CONCLUDED,
    restarted_by=CONCLUDED,
    cancelled_by=("appraisal.review_asked",),
    law="工伤保险条例 第二十八条; 劳动能力鉴定管理办法 第二十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=REGULATIONS,
    opens=True,
)

RULES = (PAY_STOP, NOTICE, CONCLUSION, SERVICE, SECOND, REVIEW)

PROCEEDINGS = (
    *steps_of(_("Paid treatment (停工留薪期)"), "pay_stop.began", "pay_stop.ended"),
    *steps_of(
        _("Appraisal committee"),
        "appraisal.applied",
        "appraisal.papers_told",
        "appraisal.concluded",
        "appraisal.conclusion_received",
        "appraisal.second_asked",
        "appraisal.second_concluded",
        "appraisal.last_conclusion_received",
        "appraisal.review_asked",
        "appraisal.review_concluded",
        "appraisal.ended",
    ),
)
