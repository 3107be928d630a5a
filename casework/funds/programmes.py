"""What money is paid for. The general programmes stand here; a case type brings its own.

An `AppConfig` with an attribute `programmes` (code → title) adds to them; nothing here is edited for it.
"""

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GENERAL: dict[str, str | Promise] = {
    "living": _("Living aid"),
    "medical": _("Medical aid"),
    "education": _("Education aid"),
    "mutual_aid": _("Mutual medical aid"),
    "warmth": _("Festival warmth"),
}


def programmes() -> dict[str, str | Promise]:
    """Return every programme: code → title."""
    known = dict(GENERAL)
    for config in apps.get_app_configs():
        known.update(getattr(config, "programmes", {}))
    return known


def programme_title(code: str) -> str:
    """Return the name of a programme in the reader's language; a code nobody knows any more reads as itself."""
    return str(programmes().get(code, code)) if code else str(_("No programme"))
