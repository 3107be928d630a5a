"""What can happen to an employer's record, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit import events

events.declare("employer.registered", _("Employer registered"), _("%(actor)s registered an employer"))
events.declare(
    "employer.updated",
    _("Employer's record changed"),
    _("%(actor)s changed an employer: %(fields)s"),
    about="casework.Employer",
)
events.declare(
    "employer.supervision_started",
    _("Close supervision started"),
    _("%(actor)s put an employer under close supervision from %(on)s"),
)
events.declare(
    "employer.supervision_ended",
    _("Close supervision ended"),
    _("%(actor)s ended an employer's close supervision on %(on)s"),
)
events.declare("employer.visited", _("Enterprise visited"), _("%(actor)s recorded a visit to an enterprise"))
