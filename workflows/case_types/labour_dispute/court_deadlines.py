"""The periods of the courts: suing, the payment order (支付令) and enforcement. Days here are calendar days."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import steps_of
from casework.deadlines.rules import Certainty, DeadlineRule, Owing, Unit

# 劳动争议调解仲裁法 art. 16 opened the payment order to agreements; two years to enforce (民事诉讼法 as of 2008-04-01).
STATUTE, TWO_YEARS_TO_ENFORCE = date(2008, 5, 1), date(2008, 4, 1)

ORDER_LAW = "劳动争议调解仲裁法 第十六条; 民事诉讼法 第二百二十五条至第二百二十八条"
ORDER_OVER = ("payment_order.refused", "payment_order.failed", "payment_order.paid")

ORDER_ACCEPTANCE = DeadlineRule(
    "LD.payment_order.acceptance",
    _("The court says whether it accepts the application for a payment order"),
    5,
    Unit.DAYS,
    starts=("payment_order.applied",),
    satisfied_by=("payment_order.accepted", "payment_order.refused"),
    cancelled_by=("payment_order.issued", "payment_order.failed", "payment_order.paid"),
    law=ORDER_LAW,
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=STATUTE,
)

ORDER_ISSUE = DeadlineRule(
    "LD.payment_order.issue",
    _("The court issues the payment order"),
    15,
    Unit.DAYS,
    starts=("payment_order.accepted",),
    satisfied_by=("payment_order.issued",),
    cancelled_by=ORDER_OVER,
    law=ORDER_LAW,
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=STATUTE,
)

# Neither paid nor objected to in time, the order can be enforced; an objection ends it.
ORDER_PAYMENT = DeadlineRule(
    "LD.payment_order.payment",
    _("The employer pays or objects; silent, the order can be enforced"),
    15,
    Unit.DAYS,
    starts=("payment_order.served",),
    satisfied_by=("payment_order.paid",),
    cancelled_by=("payment_order.failed", "enforcement.applied"),
    law=ORDER_LAW,
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=STATUTE,
)

# The text sets no days, but the way forks here, and workers do not know it.
ORDER_FAILED = DeadlineRule(
    "LD.payment_order.failed",
    _("Tell the worker what is open now: on an agreement a suit at once, without one arbitration first"),
    3,
    Unit.WORKING_DAYS,
    starts=("payment_order.failed", "payment_order.refused"),
    satisfied_by=("worker.advised", "court.sued", "arbitration.received"),
    law="法释〔2020〕26号 第十三条 (期限为惯例)",
    certainty=Certainty.CONVENTION,
    parameter="LD.payment_order.failed.days",
    outlives_closing=True,
)

# Interruption and suspension as for limitation (250, second sentence); the court takes a late application all the same,
# and the debtor has to object (法释〔2022〕11号 第四百八十一条).
ENFORCEMENT = DeadlineRule(
    "LD.enforcement",
    _("Apply for enforcement"),
    2,
    Unit.YEARS,
    starts=("enforcement.performance_due",),
    fixed_ahead=True,
    restarted_by=("employer.claimed", "employer.promised"),
    suspended_by=("limitation.suspended",),
    resumed_by=("limitation.resumed",),
    cancelled_by=("enforcement.applied", "agreement.performed", "payment_order.paid"),
    law="民事诉讼法 第二百五十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=TWO_YEARS_TO_ENFORCE,
    lapses=True,
    once_passed=_(
        "The period has passed. The court takes the application all the same; the employer may object to it."
    ),
)

RULES = (ORDER_ACCEPTANCE, ORDER_ISSUE, ORDER_PAYMENT, ORDER_FAILED, ENFORCEMENT)

PROCEEDINGS = (
    *steps_of(
        _("Court"),
        "court.sued",
        "court.employer_sued",
        "court.annulment_asked",
        "court.award_annulled",
    ),
    *steps_of(
        _("Payment order of the court"),
        "payment_order.applied",
        "payment_order.accepted",
        "payment_order.refused",
        "payment_order.issued",
        "payment_order.served",
        "payment_order.paid",
        "payment_order.failed",
        "worker.advised",
    ),
    *steps_of(_("Enforcement by the court"), "enforcement.performance_due", "enforcement.applied"),
)
