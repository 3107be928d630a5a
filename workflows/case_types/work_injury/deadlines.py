"""The periods of a work injury: the union's own duty to visit; recognition and appraisal stand in their own modules."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from casework.deadlines import general
from casework.deadlines.rules import Certainty, DeadlineRule, Extension, Unit

from . import appraisal_deadlines, recognition_deadlines

# No national text says within how many days a visit is due (探视时限由各地规定); every place may set its own.
VISITING = "有伤即报、逢伤必探 (各地工伤探视工作规范)"

FIRST_VISIT = DeadlineRule(
    "WI.visit.first",
    _("First visit"),
    3,
    Unit.WORKING_DAYS,
    starts=("injury.reported",),
    when=(("grave", (False,)),),
    satisfied_by=("injury.visited",),
    cancelled_by=("injury.found_grave",),
    law=VISITING,
    certainty=Certainty.CONFIGURABLE,
    parameter="WI.visit.first.days",
)

GRAVE_VISIT = DeadlineRule(
    "WI.visit.grave",
    _("First visit after a death or with several injured"),
    24,
    Unit.HOURS,
    starts=("injury.found_grave",),
    satisfied_by=("injury.visited",),
    law=VISITING,
    certainty=Certainty.CONFIGURABLE,
    parameter="WI.visit.grave.hours",
)

PHONE_CONFIRMATION = DeadlineRule(
    "WI.phone_confirmation",
    _("Confirmation of an approval by phone"),
    1,
    Unit.WORKING_DAYS,
    starts=("consolation.phone_approved",),
    satisfied_by=("consolation.confirmed", "consolation.rejected"),
    law="慰问金先电话审批、后补手续 (各地工会经费管理办法)",
    certainty=Certainty.CONVENTION,
    parameter="WI.phone_confirmation.days",
)

NEXT_STEP = DeadlineRule(
    "WI.next_step",
    _("Plan the next visit, or finish"),
    5,
    Unit.WORKING_DAYS,
    starts=("injury.visited", "injury.followed_up"),
    satisfied_by=("injury.follow_up_planned", "injury.payment_awaited", "injury.visits_finished", "consolation.paid"),
    law="探后必访 (各地工伤探视工作规范)",
    certainty=Certainty.CONVENTION,
    parameter="WI.next_step.days",
)

FOLLOW_UP = DeadlineRule(
    "WI.follow_up",
    _("Planned visit"),
    0,
    Unit.DAYS,
    starts=("injury.follow_up_planned",),
    fact="next_on",
    satisfied_by=("injury.followed_up",),
    cancelled_by=("injury.payment_awaited", "injury.visits_finished", "consolation.paid"),
    law="探后必访 (各地工伤探视工作规范)",
    certainty=Certainty.CONVENTION,
    rolls=False,
    extension=Extension(),
)

PAYMENT = DeadlineRule(
    "WI.payment",
    _("Payment of the consolation"),
    10,
    Unit.WORKING_DAYS,
    starts=("injury.payment_awaited",),
    satisfied_by=("consolation.paid",),
    cancelled_by=("consolation.stopped",),
    law="基层工会经费收支管理办法 (总工办发〔2017〕32号)",
    certainty=Certainty.CONVENTION,
    parameter="WI.payment.days",
    extension=Extension(),
)

# An attempt that reaches nobody keeps the clock running: it is what ends the case then.
RETURN_VISIT = replace(
    general.return_visit("WI", "consolation.paid", "consolation.stopped", "injury.visits_finished"),
    satisfied_by=("injury.closed",),
)

RULES = (
    FIRST_VISIT,
    GRAVE_VISIT,
    PHONE_CONFIRMATION,
    NEXT_STEP,
    FOLLOW_UP,
    PAYMENT,
    RETURN_VISIT,
    *recognition_deadlines.RULES,
    *appraisal_deadlines.RULES,
)

PROCEEDINGS = (*recognition_deadlines.PROCEEDINGS, *appraisal_deadlines.PROCEEDINGS)
