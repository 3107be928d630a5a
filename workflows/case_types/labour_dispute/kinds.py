"""What can happen in a labour dispute, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("limitation.started", _("Limitation runs"), _("The limitation period runs from %(limitation_started_on)s"))
declare("limitation.interrupted", _("Limitation interrupted"), _("The limitation period counts anew from %(on)s"))
declare("limitation.suspended", _("Limitation stands still"), _("The limitation period stands still since %(on)s"))
declare("limitation.resumed", _("Limitation goes on"), _("The limitation period goes on since %(on)s"))
declare(
    "limitation.passed",
    _("Limitation passed"),
    _("The limitation period ended on %(ended_on)s; it bars nothing unless the employer pleads it in arbitration"),
)
declare("member.joined", _("Workers joined"), _("%(actor)s added %(count)s workers to the case"))
declare("member.representatives", _("Representatives chosen"), _("%(actor)s recorded %(count)s representatives"))
declare("conflict.declared", _("Conflict of interest declared"), _("%(actor)s declared a conflict of interest"))
declare("employer.asked", _("Employer asked"), _("%(actor)s asked the employer on %(on)s whether it consents"))
declare("employer.answered", _("Employer's answer"), _("The employer's answer was recorded"))
declare("dispute.accepted", _("Accepted for mediation"), _("%(actor)s accepted the dispute for mediation"))
declare("dispute.declined", _("Declined"), _("%(actor)s declined the dispute and told the worker in writing"))
declare("dispute.referred", _("Referred"), _("%(actor)s referred the worker to the competent body"))
declare("session.scheduled", _("Session scheduled"), _("%(actor)s scheduled session %(session)s for %(session_on)s"))
declare("session.adjourned", _("Session adjourned"), _("Session %(session)s was adjourned"))
declare("session.agreed", _("Agreed in session"), _("The parties agreed in session %(session)s"))
declare("mediation.failed", _("Mediation failed"), _("The mediation failed"))
declare(
    "mediation.timed_out",
    _("Mediation timed out"),
    _("No agreement within the period of mediation; it counts as failed"),
)
declare("agreement.drafted", _("Agreement drafted"), _("%(actor)s drafted the agreement over %(amount)s yuan"))
declare("agreement.returned", _("Agreement returned"), _("%(actor)s returned the draft of the agreement"))
declare("agreement.approved", _("Agreement approved"), _("%(actor)s approved the agreement"))
declare("agreement.in_effect", _("Agreement in effect"), _("Signed and stamped: in effect since %(in_effect_on)s"))
declare("agreement.refused", _("Signature refused"), _("A party refused to sign the agreement"))
declare("route.taken", _("Confirmation applied for"), _("%(actor)s recorded the joint application of both parties"))
declare("instalment.awaited", _("Instalment due"), _("The next instalment is due on %(on)s"))
declare("instalment.performed", _("Instalment performed"), _("%(actor)s recorded %(amount)s yuan as performed"))
declare("instalment.breached", _("Instalment not performed"), _("%(actor)s recorded a breach over %(amount)s yuan"))
declare("agreement.performed", _("Agreement performed"), _("The agreement is performed in full"))
declare("agreement.broken", _("Agreement not performed"), _("%(actor)s gave up waiting for performance"))
declare("failure.recorded", _("Failure recorded"), _("%(actor)s recorded the failure and told the worker in writing"))
declare("return_visit.missed", _("Return visit missed"), _("%(actor)s could not reach the worker"))
declare("dispute.closed", _("Dispute closed"), _("The dispute was closed"))
