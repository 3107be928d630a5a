"""What can happen to a clock, as the trail names it."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from casework.audit.events import Kind, declare

declare("clock.extended", _("Deadline extended"), _("%(actor)s moved a deadline to %(until)s"), about="casework.Clock")
declare("clock.expired", _("Deadline passed"), _("The deadline “%(rule)s” has passed (%(due_on)s)"))
declare("clock.at_risk", _("Deadline at risk"), _("The deadline “%(rule)s” ends on %(due_on)s"))
declare("clock.passed_up", _("Told to the office above"), _("The deadline “%(rule)s” of %(due_on)s is still not kept"))
declare("deadline.exported", _("Deadlines exported"), _("%(actor)s exported a list of %(count)s deadlines"))
declare(
    "clock.moved",
    _("Deadlines reckoned again"),
    _("%(actor)s had deadlines reckoned again: %(count)s moved"),
    about="casework.Clock",
)
declare("recount.begun", _("Reckoning begun"), _("%(actor)s began to reckon the deadlines of the office again"))
declare(
    "recount.decided",
    _("Reckoning decided on"),
    _("%(actor)s decided on the reckoning: %(deadlines)s deadlines of %(cases)s cases"),
)
declare(
    "recount.ended",
    _("Reckoning ended"),
    _("The reckoning has ended: %(moved)s moved, %(left)s left as they were, %(failed)s failed"),
)


def declare_step(code: str, title: str | Promise) -> Kind:
    """Declare a step of others, or of the office outside any flow: who recorded it, and the day it happened."""
    return declare(code, title, format_lazy(_("%(actor)s recorded for %(on)s: {step}"), step=title))


declare_step("legal_aid.applied", _("Legal aid was applied for"))
declare_step("legal_aid.papers_told", _("The applicant for legal aid was told of every missing paper"))
declare_step("legal_aid.supplemented", _("The papers for legal aid were supplied"))
declare_step("legal_aid.granted", _("Legal aid was granted"))
declare_step("legal_aid.refused", _("Legal aid was refused"))
declare_step("legal_aid.assigned", _("A lawyer was assigned"))

declare_step("supervision.complained", _("Somebody complained to the union's supervision"))
declare_step("supervision.taken_up", _("The union took the complaint up"))
declare_step("supervision.out_of_scope_told", _("The worker was told in writing: not within the union's supervision"))
declare_step("supervision.opinion_sent", _("The union sent its opinion (意见书) to the employer"))
declare_step("supervision.answered", _("The employer answered the union's opinion"))
declare_step("supervision.proposal_sent", _("The union sent its proposal (建议书) to the government"))
declare_step("supervision.filed", _("The government filed the union's proposal"))
declare_step("supervision.not_filed", _("The government did not file the union's proposal, with reasons"))

declare_step("incident.group", _("A group incident: ten people or more"))
declare_step("incident.reported_up", _("The incident was reported to the office above"))

declare_step("contact.dispatched", _("The matter was passed on to the office that handles it"))
declare_step("contact.called_back", _("The caller was called back"))

declare_step("petition.received", _("Another organ passed the petition on to this office"))
declare_step("petition.objected", _("This office objected: the petition is for another organ"))
declare_step("petition.accepted", _("The petition was accepted, and the petitioner told in writing"))
declare_step("petition.declined", _("The petition was not accepted, and the petitioner told why in writing"))
declare_step(
    "petition.redirected", _("The petitioner was shown the legal path in writing: arbitration, suit or another")
)
declare_step("petition.opinion_given", _("The petitioner received the written opinion"))
declare_step("petition.withdrawn", _("The petitioner withdrew the petition"))
declare_step("petition.review_asked", _("The petitioner asked for a review"))
declare_step("petition.reviewed", _("The petitioner received the opinion of the review"))
declare_step("petition.second_review_asked", _("The petitioner asked for the second review"))
declare_step("petition.reviewed_again", _("The petitioner received the opinion of the second review"))
