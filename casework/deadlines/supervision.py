"""The periods of the union's supervision of labour law (工会劳动法律监督) and of its letters (一函两书).

The day limits of the national measure (总工办发〔2021〕9号) were not found: every one of these is a rule of the place.
"""

from django.utils.translation import gettext_lazy as _

from .proceedings import steps_of
from .rules import Certainty, DeadlineRule, Owing, Unit

SCOPE = DeadlineRule(
    "GEN.supervision.scope",
    _("Tell in writing whether a complaint is within the union's supervision"),
    5,
    Unit.WORKING_DAYS,
    starts=("supervision.complained",),
    satisfied_by=("supervision.taken_up", "supervision.out_of_scope_told"),
    law="浙江省工会劳动法律监督条例 (2016) 第十七条",
    certainty=Certainty.CONFIGURABLE,
    parameter="supervision.scope.days",
    outlives_closing=True,
)

# Sixty days in Nanchang; without an answer, or with a refusal, the union may write to the government (第二十三条).
ANSWER = DeadlineRule(
    "GEN.supervision.answer",
    _("The employer answers the union's opinion (意见书)"),
    15,
    Unit.WORKING_DAYS,
    starts=("supervision.opinion_sent",),
    satisfied_by=("supervision.answered",),
    cancelled_by=("supervision.proposal_sent",),
    law="工会法 第二十三条; 浙江省工会劳动法律监督条例 (2016) 第二十二条",
    certainty=Certainty.CONFIGURABLE,
    parameter="supervision.answer.days",
    outlives_closing=True,
    owed_by=Owing.EMPLOYER,
)

FILING = DeadlineRule(
    "GEN.supervision.filing",
    _("The government files the union's proposal (建议书)"),
    5,
    Unit.WORKING_DAYS,
    starts=("supervision.proposal_sent",),
    satisfied_by=("supervision.filed", "supervision.not_filed"),
    law="工会法 第二十三条; 浙江省工会劳动法律监督条例 (2016) 第二十三条 (时限由各地规定)",
    certainty=Certainty.CONFIGURABLE,
    parameter="supervision.filing.days",
    outlives_closing=True,
    owed_by=Owing.BODY,
)

RULES = (SCOPE, ANSWER, FILING)

PROCEEDINGS = (
    *steps_of(
        _("Supervision of labour law by the union"),
        "supervision.complained",
        "supervision.taken_up",
        "supervision.out_of_scope_told",
        "supervision.opinion_sent",
        "supervision.answered",
        "supervision.proposal_sent",
        "supervision.filed",
        "supervision.not_filed",
    ),
)
