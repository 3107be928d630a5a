"""What can happen to a clock, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("clock.extended", _("Deadline extended"), _("%(actor)s moved a deadline to %(until)s"))
declare("clock.expired", _("Deadline passed"), _("The deadline “%(rule)s” has passed (%(due_on)s)"))
declare("clock.at_risk", _("Deadline at risk"), _("The deadline “%(rule)s” ends on %(due_on)s"))
declare("clock.passed_up", _("Told to the office above"), _("The deadline “%(rule)s” of %(due_on)s is still not kept"))
declare("deadline.exported", _("Deadlines exported"), _("%(actor)s exported a list of %(count)s deadlines"))
declare("clock.moved", _("Deadlines reckoned again"), _("%(actor)s had deadlines reckoned again: %(count)s moved"))
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
