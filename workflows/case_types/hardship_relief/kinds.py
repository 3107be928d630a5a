"""What can happen to a hardship case, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare
from casework.deadlines.kinds import declare_step

declare("hardship.applied", _("Applied"), _("%(actor)s recorded the application for ¥%(amount)s"))
declare("hardship.papers_missing", _("Papers missing"), _("%(actor)s told the applicant once which papers are missing"))
declare("hardship.papers_supplied", _("Papers supplied"), _("%(actor)s received %(received)s more papers"))
declare("hardship.papers_complete", _("Papers complete"), _("%(actor)s found the papers complete"))
declare("hardship.lapsed", _("Application lapsed"), _("The missing papers did not come in time"))
declare(
    "hardship.check_requested",
    _("Means check requested"),
    _("%(actor)s asked for the check, with the applicant's consent"),
)
declare("hardship.means_checked", _("Means check answered"), _("%(actor)s recorded the answer of the means check"))
declare("hardship.surveyed", _("Household surveyed"), _("%(actor)s surveyed the household with a second person"))
declare("hardship.proposed", _("Aid proposed"), _("%(actor)s proposed ¥%(amount)s"))
declare("hardship.decline_proposed", _("Declining proposed"), _("%(actor)s proposed to decline the application"))
declare("hardship.declined", _("Application declined"), _("%(actor)s declined the application"))
declare("hardship.returned", _("Proposal returned"), _("%(actor)s returned the proposal for a new survey"))
declare(
    "hardship.notice_posted",
    _("Public notice posted"),
    _("%(actor)s posted the public notice from %(on)s to %(until)s"),
)
declare("hardship.objected", _("Objection raised"), _("%(actor)s recorded an objection to the public notice"))
declare(
    "hardship.objection_rejected",
    _("Objection rejected"),
    _("%(actor)s rejected the objection; the notice runs again from %(on)s to %(until)s"),
)
declare("hardship.objection_upheld", _("Objection upheld"), _("%(actor)s upheld the objection and refused the aid"))
declare("hardship.notice_ended", _("Public notice over"), _("The public notice ended without an open objection"))
declare("hardship.reviewed", _("Review passed"), _("%(actor)s passed the review"))
declare(
    "hardship.passed_up", _("Passed to the office above"), _("%(actor)s agreed; ¥%(amount)s need the office above too")
)
declare("hardship.approved", _("Aid approved"), _("%(actor)s approved ¥%(amount)s"))
declare("hardship.refused", _("Aid refused"), _("%(actor)s refused the aid"))
declare(
    "hardship.double_aid_explained",
    _("Double aid explained"),
    _("%(actor)s gave the reason for a second aid for the same cause"),
)
declare("hardship.payment_ordered", _("Payment ordered"), _("%(actor)s made the payment due"))
declare("hardship.payment_renewed", _("Payment ordered again"), _("%(actor)s made the payment due again"))
declare("hardship.stopped", _("Payment stopped"), _("%(actor)s stopped the payment and closed the case"))
declare("hardship.paid", _("Aid paid"), _("%(actor)s paid the aid"))
declare("hardship.visited", _("Return visit made"), _("%(actor)s reached the applicant on the return visit"))
declare("hardship.closed", _("Case closed"), _("%(actor)s closed the case"))
declare(
    "hardship.closed_unreached", _("Closed without a return visit"), _("Nobody was reached in time; the case closed")
)

# ---- steps of others, recorded --------------------------------------------------------------------------

declare_step("file.reviewed", _("The household's file was reviewed"))
declare_step("file.exited", _("The household left the file"))
declare_step("file.exit_told", _("The household was told why it left the file"))

declare_step("mutual_aid.discharged", _("The worker left hospital"))
declare_step("mutual_aid.reported", _("The hospital stay was reported to the mutual-aid office"))
declare_step("mutual_aid.settled", _("The medical insurance settled the bill"))
declare_step("mutual_aid.claimed", _("Mutual aid was claimed"))
declare_step("mutual_aid.paid", _("The mutual aid was paid"))
declare_step("mutual_aid.refused", _("The mutual aid was refused"))
