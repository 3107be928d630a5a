"""What can happen to an account and its roles, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit import events

events.declare("user.added", _("Account opened"), _("%(actor)s opened the account %(username)s"))
events.declare("user.changed", _("Account changed"), _("%(actor)s changed the account %(username)s: %(fields)s"))
events.declare("user.deactivated", _("Account closed"), _("%(actor)s closed the account %(username)s"))
events.declare("user.password_set", _("Password set"), _("%(actor)s set the password of %(username)s"))
events.declare("user.logged_in", _("Logged in"), _("%(actor)s logged in"))
events.declare("user.logged_out", _("Logged out"), _("%(actor)s logged out"))
events.declare("role.granted", _("Role granted"), _("%(actor)s granted %(username)s the role %(role)s in %(office)s"))
events.declare(
    "role.confirmed", _("Role confirmed"), _("%(actor)s confirmed the role %(role)s of %(username)s in %(office)s")
)
events.declare("role.ended", _("Role ended"), _("%(actor)s ended the role %(role)s of %(username)s in %(office)s"))
