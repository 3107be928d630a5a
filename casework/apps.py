"""The app of records and rules."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """What a case is: one Django app whose rooms are plain packages with one migration history."""

    name = "casework"
    verbose_name = _("Casework")
