"""What can happen to an office, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit import events

events.declare("office.founded", _("Office founded"), _("%(actor)s entered the office %(code)s"))
events.declare(
    "office.moved",
    _("Office moved"),
    _("%(actor)s moved the office %(code)s below %(below)s"),
    about="casework.Office",
)
events.declare(
    "office.changed",
    _("Office changed"),
    _("%(actor)s changed the office %(code)s: %(fields)s"),
    about="casework.Office",
)
events.declare(
    "parameter.set",
    _("Parameter set"),
    _("%(actor)s set %(code)s from %(valid_from)s on"),
    about="casework.LocalParameter",
)
events.declare("calendar.loaded", _("Calendar loaded"), _("%(actor)s loaded the calendar of %(year)s"))
events.declare(
    "calendar.changed",
    _("Special day changed"),
    _("%(actor)s changed the special day %(day)s"),
    about="casework.CalendarDay",
)
events.declare(
    "calendar.missing",
    _("Calendar missing"),
    _("The holidays of %(year)s are not loaded as published: deadlines that reach into it are provisional"),
)
events.declare("duty.planned", _("Duty planned"), _("%(actor)s planned duty from %(starts_at)s to %(ends_at)s"))
