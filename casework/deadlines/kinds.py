"""What can happen to a clock, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit.events import declare

declare("clock.extended", _("Deadline extended"), _("%(actor)s moved a deadline to %(until)s"))
declare("clock.expired", _("Deadline passed"), _("The deadline “%(rule)s” has passed (%(due_on)s)"))
