"""The clocks of a hardship case. No national text fixes their lengths: each place may set its own."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from casework.deadlines import general
from casework.deadlines.rules import Certainty, DeadlineRule, Extension, Owing, Unit

from . import aid_deadlines

PRACTICE = "困难职工帮扶工作流程 (各地工会)"
ENDINGS = ("case.withdrawn", "hardship.lapsed", "hardship.declined", "hardship.refused", "hardship.objection_upheld")

PAPERS = DeadlineRule(
    "HR.papers",
    _("Check of the papers"),
    5,
    Unit.WORKING_DAYS,
    starts=("hardship.applied",),
    satisfied_by=("hardship.papers_complete", "hardship.papers_missing"),
    cancelled_by=ENDINGS,
    law="一次性告知制、限时办结制",
    certainty=Certainty.CONVENTION,
    parameter="hardship.papers.days",
)

# This and the public notice are periods of others; nothing the office does keeps them, so nothing satisfies them.
SUPPLEMENT = DeadlineRule(
    "HR.supplement",
    _("Supply of the missing papers"),
    15,
    Unit.WORKING_DAYS,
    starts=("hardship.papers_missing",),
    cancelled_by=("hardship.papers_complete", *ENDINGS),
    law="一次性告知制",
    certainty=Certainty.CONVENTION,
    parameter="hardship.supplement.days",
    fires=True,
    extension=Extension(),
    owed_by=Owing.WORKER,
)

MEANS_CHECK = DeadlineRule(
    "HR.means_check",
    _("Answer of the means check"),
    15,
    Unit.WORKING_DAYS,
    starts=("hardship.check_requested",),
    satisfied_by=("hardship.means_checked",),
    cancelled_by=ENDINGS,
    law="社会救助暂行办法 (2019) 第十一条、第四十八条 (参照)",
    certainty=Certainty.CONVENTION,
    parameter="hardship.means_check.days",
    extension=Extension(),
    owed_by=Owing.BODY,
)

SURVEY = DeadlineRule(
    "HR.survey",
    _("Survey of the household"),
    10,
    Unit.WORKING_DAYS,
    starts=("hardship.means_checked", "hardship.returned"),
    satisfied_by=("hardship.surveyed",),
    cancelled_by=ENDINGS,
    law=PRACTICE,
    certainty=Certainty.CONVENTION,
    parameter="hardship.survey.days",
    extension=Extension(),
)

PROPOSAL = DeadlineRule(
    "HR.proposal",
    _("Proposal and public notice"),
    5,
    Unit.WORKING_DAYS,
    starts=("hardship.surveyed",),
    satisfied_by=("hardship.notice_posted", "hardship.declined", "hardship.returned"),
    cancelled_by=ENDINGS,
    law=PRACTICE,
    certainty=Certainty.CONVENTION,
    parameter="hardship.proposal.days",
)

PUBLIC_NOTICE = DeadlineRule(
    "HR.public_notice",
    _("Public notice"),
    5,
    Unit.WORKING_DAYS,
    starts=("hardship.notice_posted", "hardship.objection_rejected"),
    cancelled_by=("hardship.notice_ended", "hardship.objected", *ENDINGS),
    law="公示制度 (各地5个工作日或7日)",
    certainty=Certainty.CONFIGURABLE,
    parameter="hardship.public_notice.days",
    fires=True,
)

OBJECTION = DeadlineRule(
    "HR.objection",
    _("Answer to the objection"),
    5,
    Unit.WORKING_DAYS,
    starts=("hardship.objected",),
    satisfied_by=("hardship.objection_rejected", "hardship.objection_upheld"),
    cancelled_by=ENDINGS,
    law="公示制度",
    certainty=Certainty.CONVENTION,
    parameter="hardship.objection.days",
    extension=Extension(),
)

REVIEW = DeadlineRule(
    "HR.review",
    _("Review by the county"),
    10,
    Unit.WORKING_DAYS,
    starts=("hardship.notice_ended",),
    satisfied_by=("hardship.reviewed", "hardship.refused", "hardship.returned"),
    cancelled_by=ENDINGS,
    law="县级审核、市级审批 (各地帮扶资金管理办法)",
    certainty=Certainty.CONFIGURABLE,
    parameter="hardship.review.days",
)

APPROVAL = DeadlineRule(
    "HR.approval",
    _("Approval by the city"),
    10,
    Unit.WORKING_DAYS,
    starts=("hardship.reviewed",),
    satisfied_by=("hardship.approved", "hardship.refused", "hardship.returned"),
    cancelled_by=ENDINGS,
    law="县级审核、市级审批 (各地帮扶资金管理办法)",
    certainty=Certainty.CONFIGURABLE,
    parameter="hardship.approval.days",
    extension=Extension(),
)

PAYMENT = DeadlineRule(
    "HR.payment",
    _("Payment"),
    15,
    Unit.WORKING_DAYS,
    starts=("hardship.approved",),
    satisfied_by=("hardship.paid",),
    cancelled_by=("hardship.stopped", "case.withdrawn"),
    law="总工发〔2015〕20号 第三条 (先建档、后帮扶、实名制)",
    certainty=Certainty.CONVENTION,
    parameter="hardship.payment.days",
    extension=Extension(),
)

# An attempt that reaches nobody keeps the clock running: it is what ends the case then.
RETURN_VISIT = replace(general.return_visit("HR", "hardship.paid"), satisfied_by=("hardship.visited",))

RULES = (
    PAPERS,
    SUPPLEMENT,
    MEANS_CHECK,
    SURVEY,
    PROPOSAL,
    PUBLIC_NOTICE,
    OBJECTION,
    REVIEW,
    APPROVAL,
    PAYMENT,
    RETURN_VISIT,
    *aid_deadlines.RULES,
)

PROCEEDINGS = aid_deadlines.PROCEEDINGS

# The flow waits for the missing papers by its own rule.
REPLACES = (general.SUPPLEMENT, general.SUPPLEMENT_BY_DAY)
