"""Who an employer is, as forms and letters write it: its code, where it sits, how to reach it."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Employer

# What a form may say of an employer beside the name, with its labels.
PARTICULARS: dict[str, str | Promise] = {
    "employer_code": _("Unified social credit code"),
    "employer_address": _("Address of the employer"),
    "employer_phone": _("Phone of the employer"),
    "employer_contact": _("Contact person of the employer"),
}


def particulars_of(employer: Employer | None) -> dict[str, Any]:
    """Return the particulars of an employer as plain values; "" for what is not on record."""
    if employer is None:
        return dict.fromkeys(PARTICULARS, "")
    return {
        "employer_code": employer.uscc or "",
        "employer_address": employer.address,
        "employer_phone": employer.phone,
        "employer_contact": employer.contact_person,
    }
