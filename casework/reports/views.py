"""Pages of reports: the figures of a period and office, and the rows behind each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from casework.cases.models import Case, Contact
from casework.offices.doors import demand
from casework.offices.paging import page
from casework.people.identifiers import mask_name
from casework.staff.requests import StaffRequest

from . import forms, queries
from .figures import Frame, Unit, case_type_title


@login_required
@require_GET
def report_list(request: StaffRequest) -> HttpResponse:
    """Show every figure with its value, its definition and the way to its rows."""
    demand(request.user, "report.read")
    form, frame = _asked(request)
    counted = queries.counted(frame) if frame else []
    return render(
        request,
        "casework/reports/list.html",
        {"form": form, "counted": counted, "asked": _address_of(form), "yuan": Unit.YUAN},
        status=200 if frame else 422,
    )


@login_required
@require_GET
def report_rows(request: StaffRequest, code: str) -> HttpResponse:
    """Show the rows a figure was counted from."""
    demand(request.user, "report.read")
    figure = queries.figure_named(code)
    form, frame = _asked(request)
    rows = queries.rows_behind(figure, frame, request.user) if frame else None
    found = page(rows, order=("-id",), cursor=request.GET.get("after")) if rows is not None else None
    return render(
        request,
        "casework/reports/rows.html",
        {
            "form": form,
            "figure": figure,
            "page": found,
            "rows": [_row(row) for row in found.rows] if found else [],
            "back": f"{reverse('report_list')}?{_address_of(form)}",
        },
        status=200 if frame else 422,
    )


def _asked(request: StaffRequest) -> tuple[forms.Period, Frame | None]:
    form = forms.Period(request.GET, user=request.user, today=timezone.localdate())
    if not form.is_valid():
        return form, None
    facts = form.cleaned_data
    return form, queries.frame_for(request.user, facts["first"], form.until, facts["office"])


def _address_of(form: forms.Period) -> str:
    """Return the question as it stands in an address."""
    return urlencode({name: form.data[name] for name in ("first", "last", "office") if form.data.get(name)})


def _row(row: Any) -> dict[str, Any]:
    """Return what the list says of a case, contact or payout."""
    if isinstance(row, Case):
        return {
            "url": reverse("case_detail", args=[row.number]),
            "title": row.number,
            "what": case_type_title(row.case_type),
            "who": row.worker_label,
            "when": row.opened_at,
            "office": row.office,
        }
    if isinstance(row, Contact):
        return {
            "url": reverse("contact_detail", args=[row.uuid]),
            "title": row.get_channel_display(),
            "what": row.get_matter_display(),
            "who": "",
            "when": row.taken_at,
            "office": row.office,
        }
    return {
        "url": reverse("payout_detail", args=[row.uuid]),
        "title": row.claim_line.title,
        "amount": row.amount,
        "what": row.claim_line.case.number if row.claim_line.case else "",
        "who": mask_name(row.payee.name),
        "when": row.paid_at,
        "office": row.office,
    }
