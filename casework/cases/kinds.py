"""The kinds of events that every case has."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("contact.taken", _("Contact taken"), _("%(actor)s took a contact (%(channel)s)"))
declare("contact.answered", _("Contact answered"), _("%(actor)s answered the contact and closed it"))
declare("case.revealed", _("Case shown"), _("%(actor)s gave a reason and had case %(case)s shown in clear"))
declare("contact.revealed", _("Contact shown"), _("%(actor)s gave a reason and had a contact shown in clear"))
declare("contact.became_case", _("Contact became a case"), _("The contact became case %(case)s"))
declare("case.opened", _("Case opened"), _("%(actor)s opened the case"))
declare("case.withdrawn", _("Case withdrawn"), _("%(actor)s closed the case as withdrawn"))
declare("case.linked", _("Cases linked"), _("%(actor)s linked case %(other)s"))
declare("case.handover_offered", _("Hand-over offered"), _("%(actor)s offered the case to %(to_name)s"))
declare("case.handover_accepted", _("Hand-over accepted"), _("%(actor)s accepted the case for %(to_name)s"))
declare("case.handover_returned", _("Hand-over returned"), _("%(actor)s returned the case to %(from_name)s"))
declare(
    "case.glass_broken",
    _("Case opened in an emergency"),
    _("%(actor)s of another office opened the case in an emergency, to read it for %(hours)s hours"),
)
declare("case.glass_ended", _("Emergency opening ended"), _("%(actor)s ended the emergency opening early"))
declare(
    "case.glass_reviewed", _("Emergency opening reviewed"), _("%(actor)s reviewed the emergency opening: %(finding)s")
)
declare("calculation.kept", _("Calculation kept"), _("%(actor)s kept a calculation on the case: %(calculation)s"))
# whose facts: the type's of the case
declare("facts.corrected", _("Fact corrected"), _("%(actor)s corrected: %(field)s"))
declare("step.taken_back", _("Step taken back"), _("%(actor)s took the last step back"))
declare("task.queued", _("Task waiting"), _("The step “%(title)s” waits for %(role_name)s"))
declare("task.assigned", _("Task assigned"), _("The step “%(title)s” was given to %(owner_name)s"))
declare("task.claimed", _("Task claimed"), _("%(actor)s claimed the step “%(title)s”"))
declare("task.released", _("Task released"), _("%(actor)s put the step “%(title)s” back into the queue"))
declare("task.reassigned", _("Task reassigned"), _("%(actor)s gave the step “%(title)s” to %(owner_name)s"))
declare("task.waiting", _("Waiting"), _("The case waits: “%(title)s”"))
declare("claim_line.added", _("Claim line added"), _("%(actor)s added a claim line of %(amount)s"))
declare("claim_line.unsigned", _("Signatures lifted"), _("The signatures of the step taken back are lifted"))
declare("return_visit.made", _("Return visit made"), _("%(actor)s made the return visit"))
declare(
    "conflict.declared",
    _("Conflict of interest declared"),
    _("%(actor)s declared a conflict of interest of %(owner_name)s"),
)
declare(
    "conflict.ended", _("Conflict of interest ended"), _("%(actor)s ended a conflict of interest of %(owner_name)s")
)
declare(
    "case.stepped_back",
    _("Stepped back from a case"),
    _("%(owner_name)s stepped back from the case because of a conflict of interest"),
)
declare(
    "case.nobody_able",
    _("Nobody else for a step"),
    _("Nobody else holds the role for the step “%(title)s”: a supervisor has to find somebody"),
)
