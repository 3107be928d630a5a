"""Who a worker is, as forms and letters write it: kind and number of ID, sex, birth, where to reach him."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from .models import Worker

# What a form may say of a worker beside the name, with its labels.
PARTICULARS: dict[str, str | Promise] = {
    "id_kind": _("Kind of ID"),
    "id_number": _("ID number"),
    "sex": _("Sex"),
    "born_on": _("Date of birth"),
    "phone": _("Phone"),
    "address": _("Address"),
    "native_place": _("Native place"),
    "member": _("Union member"),
}


def particulars_of(worker: Worker) -> dict[str, Any]:
    """Return the particulars of a worker as plain values, in the reader's language; "" for what is not on record."""
    return {
        "id_kind": worker.get_id_type_display(),
        "id_number": worker.id_number,
        "sex": worker.get_sex_display(),
        "born_on": worker.birth_on,
        "phone": worker.phone,
        "address": worker.address,
        "native_place": worker.native_place,
        "member": _now("yes") if worker.union_member else _now("no"),
    }
