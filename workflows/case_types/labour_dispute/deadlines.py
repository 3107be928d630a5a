"""The periods of a labour dispute, each with its article."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines import general
from casework.deadlines.rules import Consent, DeadlineRule, Extension, Owing

from . import arbitration_deadlines, court_deadlines, employer_deadlines

# What ends the office's own periods before they are kept.
ENDINGS = ("dispute.declined", "dispute.referred", "case.withdrawn", "dispute.closed")
FAILURES = ("mediation.failed", "mediation.timed_out", "agreement.refused")

# In force since: 劳动争议调解仲裁法, 人民调解法, the provisions on enterprise mediation (令17号).
MEDIATION_LAW, PEOPLES_MEDIATION, PROVISIONS = date(2008, 5, 1), date(2011, 1, 1), date(2012, 1, 1)

# What makes the year of limitation count anew: the claim itself, relief sought, a promise to perform (调解仲裁法 27(2);
# 办案规则 27), and the eight events of 企业劳动争议协商调解规定 31, which the steps of mediation record as the first.
INTERRUPTIONS = (
    "limitation.interrupted",
    "employer.claimed",
    "employer.promised",
    "negotiation.requested",
    "negotiation.refused",
    "negotiation.failed",
    "settlement.broken",
    "inspection.complained",
    "arbitration.received",
    "payment_order.applied",
    "court.sued",
)

# Warns and never refuses: the time-bar is the employer's to plead in arbitration (法释〔2025〕12号 第二十条). Pay
# has no limit while the worker is employed and one year from the end of the employment (27(4)); see limitation.py.
LIMITATION = DeadlineRule(
    "LD.limitation",
    _("Limitation of arbitration"),
    1,
    "years",
    starts=("limitation.started", "employment.ended"),
    restarted_by=INTERRUPTIONS,
    suspended_by=("limitation.suspended",),
    resumed_by=("limitation.resumed",),
    fact="limitation_started_on",
    cancelled_by=("agreement.performed", "arbitration.awarded", "arbitration.settled"),
    law="劳动争议调解仲裁法 第二十七条",
    certainty="statutory",
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=MEDIATION_LAW,
    lapses=True,
    once_passed=_("The period has passed. That bars nothing here: the employer has to plead it in arbitration."),
)

MEDIATION = (
    DeadlineRule(
        "LD.acceptance",
        _("Accept or decline in writing"),
        3,
        "working_days",
        starts=("case.opened",),
        fact="received_on",
        satisfied_by=("dispute.accepted", "dispute.declined", "dispute.referred"),
        cancelled_by=("case.withdrawn",),
        law="企业劳动争议协商调解规定 第二十二条",
        certainty="statutory",
        since=PROVISIONS,
    ),
    # The text says 日 where it elsewhere says 工作日, so calendar days; what is counted is the employer's silence.
    DeadlineRule(
        "LD.employer_silence",
        _("Employer's silence counts as refusal"),
        5,
        "days",
        starts=("employer.asked",),
        cancelled_by=("employer.answered", *ENDINGS),
        law="企业劳动争议协商调解规定 第十条、第三十一条",
        certainty="convention",
        fires=True,
        owed_by=Owing.EMPLOYER,
        since=PROVISIONS,
    ),
    # Two clocks run: the worker is free to go to arbitration at the first of them. Nobody breaks a duty when it passes,
    # for both sides may have agreed to go on (29): nothing satisfies it, and it is not passed up.
    DeadlineRule(
        "LD.mediation.from_receipt",
        _("Agreement, counted from receipt; after it the worker may go to arbitration"),
        15,
        "days",
        starts=("case.opened",),
        fact="received_on",
        cancelled_by=("agreement.in_effect", *FAILURES, *ENDINGS),
        law="劳动争议调解仲裁法 第十四条第三款",
        certainty="statutory",
        since=MEDIATION_LAW,
    ),
    DeadlineRule(
        "LD.mediation.from_acceptance",
        _("Agreement, counted from acceptance; after it the mediation counts as failed"),
        15,
        "days",
        starts=("dispute.accepted",),
        satisfied_by=("agreement.in_effect",),
        cancelled_by=(*FAILURES, *ENDINGS),
        law="企业劳动争议协商调解规定 第二十九条",
        certainty="statutory",
        fires=True,
        extension=Extension(Consent.BOTH_SIDES, law="企业劳动争议协商调解规定 第二十九条"),
        since=PROVISIONS,
    ),
    DeadlineRule(
        "LD.session",
        _("Hold the session"),
        0,
        "days",
        starts=("session.scheduled",),
        restarted_by=("session.scheduled",),
        fact="session_on",
        satisfied_by=("session.agreed", "session.adjourned", "mediation.failed"),
        cancelled_by=("mediation.timed_out", *ENDINGS),
        law="调解员与当事人约定的时间",
        certainty="convention",
        rolls=False,
    ),
    LIMITATION,
    DeadlineRule(
        "LD.arbitration_review",
        _("Joint application for arbitration review"),
        15,
        "days",
        starts=("agreement.in_effect",),
        fact="in_effect_on",
        cancelled_by=("route.taken", "agreement.performed", "agreement.broken"),
        law="企业劳动争议协商调解规定 第二十七条; 劳动人事争议仲裁办案规则 第七十四条",
        certainty="statutory",
        outlives_closing=True,
        owed_by=Owing.WORKER,
        since=PROVISIONS,
        lapses=True,
    ),
    DeadlineRule(
        "LD.judicial_confirmation",
        _("Joint application for judicial confirmation"),
        30,
        "days",
        starts=("agreement.in_effect",),
        when=(("confirmable", (True,)),),
        fact="in_effect_on",
        cancelled_by=("route.taken", "agreement.performed", "agreement.broken"),
        law="民事诉讼法 第二百零五条; 人民调解法 第三十三条",
        certainty="statutory",
        outlives_closing=True,
        owed_by=Owing.WORKER,
        since=PEOPLES_MEDIATION,
        lapses=True,
    ),
    DeadlineRule(
        "LD.instalment",
        _("Next instalment"),
        0,
        "days",
        starts=("instalment.awaited",),
        restarted_by=("instalment.awaited",),
        cancelled_by=("agreement.performed", "agreement.broken", *ENDINGS),
        law="调解协议约定的履行期限; 劳动争议调解仲裁法 第十五条",
        certainty="statutory",
        rolls=False,
        owed_by=Owing.EMPLOYER,
        since=MEDIATION_LAW,
    ),
    DeadlineRule(
        "LD.failure",
        _("Record the failure and tell the worker in writing"),
        3,
        "working_days",
        starts=(*FAILURES, "agreement.broken"),
        satisfied_by=("failure.recorded",),
        cancelled_by=("case.withdrawn",),
        law="企业劳动争议协商调解规定 第三十条",
        certainty="convention",
        parameter="LD.failure.days",
        since=PROVISIONS,
    ),
    # An attempt that reaches nobody keeps the clock running: it is what ends the case then.
    replace(
        general.return_visit("LD", "agreement.performed"),
        satisfied_by=("dispute.closed",),
        cancelled_by=("case.withdrawn",),
    ),
)

RULES = (*MEDIATION, *employer_deadlines.RULES, *arbitration_deadlines.RULES, *court_deadlines.RULES)

PROCEEDINGS = (
    *employer_deadlines.PROCEEDINGS,
    *arbitration_deadlines.PROCEEDINGS,
    *court_deadlines.PROCEEDINGS,
)
