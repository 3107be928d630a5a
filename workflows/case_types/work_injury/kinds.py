"""What can happen to a case of work injury, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

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
