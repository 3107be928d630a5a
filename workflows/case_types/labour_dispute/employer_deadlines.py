"""The periods of what is tried with the employer beside mediation: negotiating, asking why, having it inspected."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.deadlines.proceedings import steps_of
from casework.deadlines.rules import Certainty, Consent, DeadlineRule, Extension, Owing, Unit

# 企业劳动争议协商调解规定 (令17号); 劳动保障监察条例 (国务院令第423号).
PROVISIONS, INSPECTION_LAW = date(2012, 1, 1), date(2004, 12, 1)

NEGOTIATION_OVER = ("settlement.reached", "negotiation.refused", "negotiation.failed")

# The text says 日 where it elsewhere says 工作日, so calendar days.
NEGOTIATION_ANSWER = DeadlineRule(
    "LD.negotiation.answer",
    _("The employer answers whether it negotiates; silent, it refuses"),
    5,
    Unit.DAYS,
    starts=("negotiation.requested",),
    cancelled_by=("negotiation.term_agreed", *NEGOTIATION_OVER, "agreement.in_effect"),
    law="企业劳动争议协商调解规定 第十条、第三十一条第一项",
    certainty=Certainty.CONVENTION,
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
    since=PROVISIONS,
)

# The parties agree on the day in writing; it may lie ahead, and nothing is counted from it.
NEGOTIATION_TERM = DeadlineRule(
    "LD.negotiation.term",
    _("Last day of the negotiation, as agreed"),
    0,
    Unit.DAYS,
    starts=("negotiation.term_agreed",),
    restarted_by=("negotiation.term_agreed",),
    cancelled_by=(*NEGOTIATION_OVER, "agreement.in_effect"),
    law="企业劳动争议协商调解规定 第十条、第三十一条第二项、第三项",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=PROVISIONS,
    rolls=False,
    fixed_ahead=True,
)

# The law wants an answer in writing and names no days.
DISMISSAL_ANSWER = DeadlineRule(
    "LD.dismissal.answer",
    _("The employer answers the union in writing on the dismissal"),
    15,
    Unit.WORKING_DAYS,
    starts=("dismissal.questioned",),
    satisfied_by=("dismissal.answered",),
    cancelled_by=("settlement.reached", "agreement.in_effect"),
    law="工会法 第二十二条; 劳动合同法 第四十三条 (期限由各地规定)",
    certainty=Certainty.CONFIGURABLE,
    parameter="LD.dismissal.answer.days",
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
)

INSPECTION = DeadlineRule(
    "LD.inspection",
    _("Labour inspection closes its investigation"),
    60,
    Unit.WORKING_DAYS,
    starts=("inspection.filed",),
    satisfied_by=("inspection.decided",),
    law="劳动保障监察条例 第十七条",
    certainty=Certainty.STATUTORY,
    extension=Extension(Consent.BODY, at_most=30, law="劳动保障监察条例 第十七条"),
    outlives_closing=True,
    owed_by=Owing.BODY,
    since=INSPECTION_LAW,
)

# By the bare count: no text lets this end roll.
INSPECTION_LOOK_BACK = DeadlineRule(
    "LD.inspection.look_back",
    _("Report the violation to labour inspection; later it is not looked into"),
    2,
    Unit.YEARS,
    starts=("violation.ended",),
    cancelled_by=("inspection.complained", "inspection.filed"),
    law="劳动保障监察条例 第二十条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    owed_by=Owing.WORKER,
    since=INSPECTION_LAW,
    rolls=False,
    lapses=True,
)

RULES = (NEGOTIATION_ANSWER, NEGOTIATION_TERM, DISMISSAL_ANSWER, INSPECTION, INSPECTION_LOOK_BACK)

PROCEEDINGS = (
    *steps_of(
        _("Worker and employer"),
        "negotiation.requested",
        "negotiation.term_agreed",
        "negotiation.refused",
        "negotiation.failed",
        "settlement.reached",
        "settlement.broken",
        "employer.claimed",
        "employer.promised",
        "employment.ended",
    ),
    *steps_of(_("Limitation"), "limitation.suspended", "limitation.resumed"),
    *steps_of(_("Dismissal"), "dismissal.questioned", "dismissal.answered"),
    *steps_of(
        _("Labour inspection"),
        "violation.ended",
        "inspection.complained",
        "inspection.filed",
        "inspection.decided",
    ),
)
