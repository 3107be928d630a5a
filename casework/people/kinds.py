"""What can happen to a worker's records, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit import events

events.declare("worker.registered", _("Worker registered"), _("%(actor)s registered a worker"))
events.declare(
    "worker.updated",
    _("Worker's record changed"),
    _("%(actor)s changed a worker's record: %(fields)s"),
    about="casework.Worker",
)
events.declare("worker.revealed", _("Personal data shown"), _("%(actor)s gave a reason: %(purpose)s"))
events.declare(
    "access_list.handed_out", _("List of readers handed out"), _("%(actor)s handed out who read a person's data")
)
events.declare("household.formed", _("Household recorded"), _("%(actor)s recorded a household"))
events.declare("household.member_added", _("Household member added"), _("%(actor)s added a household member"))
events.declare("hardship_file.opened", _("Hardship file opened"), _("%(actor)s opened the hardship file %(number)s"))
events.declare(
    "hardship_file.reviewed",
    _("Hardship file reviewed"),
    _("%(actor)s reviewed the hardship file %(number)s"),
    about="casework.HardshipFile",
)
events.declare("hardship_file.exited", _("Hardship file closed"), _("%(actor)s closed the hardship file %(number)s"))
events.declare("account.added", _("Bank account added"), _("%(actor)s added the bank account ending in %(last4)s"))
events.declare(
    "account.retired", _("Bank account retired"), _("%(actor)s retired the bank account ending in %(last4)s")
)
events.declare("consent.recorded", _("Consent recorded"), _("%(actor)s recorded a consent: %(purpose)s"))
events.declare("consent.withdrawn", _("Consent withdrawn"), _("%(actor)s recorded a withdrawn consent: %(purpose)s"))
