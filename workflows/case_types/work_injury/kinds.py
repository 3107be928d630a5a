"""What can happen to a case of work injury, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare
from casework.deadlines.kinds import declare_step

declare("injury.reported", _("Injury reported"), _("%(actor)s recorded the report of an injury of %(accident_on)s"))
declare("injury.found_grave", _("Grave accident"), _("A death, or %(injured)s injured: the visit is due within hours"))
declare("injury.verified", _("Report verified"), _("%(actor)s verified the report"))
declare("injury.merged", _("Report merged"), _("%(actor)s closed the report as a second one of case %(other)s"))
declare("injury.declined", _("Report declined"), _("%(actor)s declined the report"))
declare("consolation.requested", _("Consolation requested"), _("%(actor)s asked for a consolation of ¥%(amount)s"))
declare(
    "consolation.phone_approved",
    _("Consolation approved by phone"),
    _("%(actor)s noted that a consolation of ¥%(amount)s was approved by phone"),
)
declare("consolation.waived", _("Visit without consolation"), _("%(actor)s decided on a visit without consolation"))
declare("consolation.approved", _("Consolation approved"), _("%(actor)s approved a consolation of ¥%(amount)s"))
declare("consolation.returned", _("Request returned"), _("%(actor)s returned the request for consolation"))
declare("consolation.refused", _("Consolation refused"), _("%(actor)s refused the consolation"))
declare("consolation.confirmed", _("Phone approval confirmed"), _("%(actor)s confirmed the approval given by phone"))
declare("consolation.rejected", _("Phone approval not confirmed"), _("%(actor)s did not confirm the approval by phone"))
declare("injury.visited", _("Injured visited"), _("%(actor)s visited the injured with a second person"))
declare("injury.unvisited", _("Closed without a visit"), _("%(actor)s closed the case: a visit was not possible"))
declare("injury.follow_up_planned", _("Next visit planned"), _("%(actor)s planned the next visit for %(next_on)s"))
declare("injury.followed_up", _("Follow-up visit made"), _("%(actor)s made visit number %(number)s"))
declare(
    "injury.payment_awaited", _("Visits finished"), _("%(actor)s finished the visits; the consolation is to be paid")
)
declare("injury.visits_finished", _("Visits finished, nothing to pay"), _("%(actor)s finished the visits"))
declare("consolation.paid", _("Consolation paid"), _("The consolation is paid"))
declare("consolation.stopped", _("Payment stopped"), _("%(actor)s stopped the payment of the consolation"))
declare(
    "recognition.filed_by_employer",
    _("Employer applied for recognition"),
    _("The employer applied for recognition on %(on)s"),
)
declare(
    "recognition.filed_by_worker",
    _("Worker or union applied for recognition"),
    _("The worker's side or the union applied for recognition on %(on)s"),
)
declare(
    "injury.return_visit_missed", _("Return visit without success"), _("%(actor)s reached nobody on the return visit")
)
declare("injury.closed", _("Case closed"), _("%(actor)s closed the case"))
declare(
    "injury.closed_unreached",
    _("Closed without a return visit"),
    _("The return visit reached nobody in time; the case closed"),
)

# ---- steps of others, recorded --------------------------------------------------------------------------

declare_step("recognition.papers_told", _("The authority named the missing papers"))
declare_step("recognition.supplemented", _("The missing papers were supplied to the authority"))
declare_step("recognition.accepted", _("The authority accepted the application"))
declare_step("recognition.accepted_as_clear", _("The authority accepted the application as a clear case"))
declare_step("recognition.refused", _("The authority refused the application"))
declare_step("recognition.suspended", _("The authority waits for the finding of a court or another authority"))
declare_step("recognition.resumed", _("The finding the authority waited for is there"))
declare_step("recognition.decided", _("The authority decided on the recognition"))
declare_step("recognition.decision_received", _("The worker received the decision on the recognition"))
declare_step("recognition.hindered", _("The worker's side was held up, through no fault of its own"))
declare_step("recognition.unhindered", _("What held the worker's side up is over"))
declare_step("reconsideration.applied", _("Reconsideration was applied for"))
declare_step("reconsideration.decision_received", _("The worker received the decision of the reconsideration"))
declare_step("recognition.sued", _("The worker sued against the decision"))

declare_step("pay_stop.began", _("The paid treatment began"))
declare_step("pay_stop.ended", _("The paid treatment ended"))
declare_step("appraisal.applied", _("The committee received the application for appraisal"))
declare_step("appraisal.papers_told", _("The committee named the missing papers"))
declare_step("appraisal.concluded", _("The committee drew its conclusion"))
declare_step("appraisal.conclusion_received", _("The worker received the conclusion"))
declare_step("appraisal.second_asked", _("A second appraisal was asked for"))
declare_step("appraisal.second_concluded", _("The province drew the final conclusion"))
declare_step("appraisal.last_conclusion_received", _("The worker received the final conclusion or that of the review"))
declare_step("appraisal.review_asked", _("A review of the appraisal was asked for"))
declare_step("appraisal.review_concluded", _("The review came to its conclusion"))
declare_step("appraisal.ended", _("The appraisal ended without a conclusion"))
