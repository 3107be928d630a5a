"""The roles a person can hold in an office."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be appointed to do, in one office and those below it."""

    OPERATOR = "operator", _("Hotline operator")
    MEDIATOR = "mediator", _("Mediator")
    VISITOR = "visitor", _("Visitor")
    SUPERVISOR = "supervisor", _("Supervisor")
    FINANCE = "finance", _("Finance officer")
    AUDITOR = "auditor", _("Auditor")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")


# Three powers (三权分立, GB/T 22239-2019 8.1.4.2): who runs the system, who grants the rights, and who reads what both
# did. Who holds one holds no other role: a system administrator who also worked cases would read what he keeps running,
# and an auditor would check himself.
APART = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})

# Who decides about money, rights and history logs in with a second factor.
NEEDS_FACTOR = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})

# Appointing to one of these takes two people, neither of them the one appointed.
TWO_PERSON_ROLES = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})
