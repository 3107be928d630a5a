"""What can happen to an account and its roles, as the trail names it."""

from django.utils.translation import gettext_lazy as _

from casework.audit import events

events.declare("user.added", _("Account opened"), _("%(actor)s opened the account %(username)s"))
events.declare(
    "user.changed",
    _("Account changed"),
    _("%(actor)s changed the account %(username)s: %(fields)s"),
    about="casework.User",
)
events.declare("user.deactivated", _("Account closed"), _("%(actor)s closed the account %(username)s"))
events.declare("user.password_set", _("Password set"), _("%(actor)s set the password of %(username)s"))
events.declare("user.logged_in", _("Logged in"), _("%(actor)s logged in"))
events.declare("user.logged_out", _("Logged out"), _("%(actor)s logged out"))
events.declare("role.granted", _("Role granted"), _("%(actor)s granted %(username)s the role %(role)s in %(office)s"))
events.declare(
    "role.confirmed", _("Role confirmed"), _("%(actor)s confirmed the role %(role)s of %(username)s in %(office)s")
)
events.declare("role.ended", _("Role ended"), _("%(actor)s ended the role %(role)s of %(username)s in %(office)s"))
events.declare("user.login_failed", _("Login failed"), _("Somebody failed to log in as %(username)s"))
events.declare(
    "user.login_locked", _("Login locked"), _("The login of %(username)s was locked after too many wrong passwords")
)
events.declare("user.unlocked", _("Login unlocked"), _("%(actor)s unlocked the login of %(username)s"))
events.declare("user.logins_ended", _("Logins ended"), _("%(actor)s ended every login of %(username)s"))
events.declare("factor.begun", _("Second factor begun"), _("%(actor)s began to set up a second factor"))
events.declare("factor.set_up", _("Second factor set up"), _("%(actor)s set up a second factor"))
events.declare("factor.answered", _("Code given"), _("%(actor)s gave a code of the second factor"))
events.declare("factor.failed", _("Wrong code"), _("%(actor)s gave a wrong code of the second factor"))
events.declare("factor.recovery_used", _("Recovery code used"), _("%(actor)s used a recovery code"))
events.declare("factor.codes_renewed", _("Recovery codes renewed"), _("%(actor)s made new recovery codes"))
events.declare("factor.reset", _("Second factor reset"), _("%(actor)s reset the second factor of %(username)s"))
