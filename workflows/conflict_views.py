"""The pages on which conflicts of interest are declared, read and ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casework.cases import conflicts
from casework.employers.queries import employer_for
from casework.offices.attempts import Trail, attempt, form_page
from casework.offices.doors import insist
from casework.offices.paging import page
from casework.people.identifiers import worker_label
from casework.people.queries import worker_for
from casework.staff.requests import StaffRequest

from . import forms, operations, queries, tables

GET_POST = require_http_methods(["GET", "POST"])


@login_required
@require_GET
def conflict_list(request: StaffRequest) -> HttpResponse:
    """Show one's own conflicts of interest, and those of the people of one's offices."""
    filters = forms.ConflictFilter(request.GET or None)
    found = queries.search_conflicts(request.user, **filters.chosen())
    shown = page(found, order=("-id",), cursor=request.GET.get("after"))
    rows = tables.conflict_rows(shown.rows, request.user)
    return render(request, "workflows/conflicts.html", {"page": shown, "rows": rows, "filters": filters})


@login_required
@GET_POST
def conflict_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End a conflict of interest, with the reason."""
    conflict = conflicts.conflict_for(request.user, uuid)
    if request.method == "GET":
        insist(conflicts.may_end(conflict, request.user))
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason, at = form.cleaned_data["reason"], timezone.now()
        if attempt(form, lambda: conflicts.end_conflict(conflict=conflict, reason=reason, by=request.user, at=at)):
            messages.success(request, _("The conflict of interest is ended."))
            return redirect("conflict_list")
    said = tables.conflict_row(conflict, request.user)
    text = _("%(person)s · %(party)s · %(tie)s") % {name: said[name] for name in ("person", "party", "tie")}
    trail = [(_("Conflicts of interest"), reverse("conflict_list"))]
    text = f"{text} · {conflict.note}" if conflict.note else text
    heading = _("End a conflict of interest")
    return form_page(request, form, heading, trail=trail, back=reverse("conflict_list"), text=text)


@login_required
@GET_POST
def case_conflict(request: StaffRequest, number: str) -> HttpResponse:
    """Declare a conflict of interest with a party of a case."""
    case = queries.case_for(request.user, number)
    parties = {"worker": case.worker, **({"employer": case.employer} if case.employer else {})}
    trail = [(_("Cases"), reverse("case_list")), (number, reverse("case_detail", args=[number]))]
    return _declare(request, parties, trail)


@login_required
@GET_POST
def worker_conflict(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Declare a conflict of interest with a worker."""
    worker = worker_for(request.user, uuid)
    here = (worker_label(worker.name), reverse("worker_detail", args=[uuid]))
    return _declare(request, {"worker": worker}, [(_("People"), reverse("people_list")), here])


@login_required
@GET_POST
def employer_conflict(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Declare a conflict of interest with an employer."""
    employer = employer_for(request.user, uuid)
    here = (employer.name, reverse("employer_detail", args=[uuid]))
    return _declare(request, {"employer": employer}, [(_("Employers"), reverse("employer_list")), here])


def _declare(request: StaffRequest, parties: dict[str, Any], trail: Trail) -> HttpResponse:
    """Ask what binds whom to which party, and record it; a form of its own page, below the page it came from."""
    back = trail[-1][1]
    form = forms.ConflictForm(request.POST if request.method == "POST" else None, parties=parties, by=request.user)
    if form.is_bound and form.is_valid():
        facts, at = form.facts(), timezone.now()
        if attempt(form, lambda: operations.declare_conflict(by=request.user, at=at, **facts)):
            messages.success(request, _("The conflict of interest is declared; open steps are handed back."))
            return redirect(back)
    text = _(
        "Whoever has a tie to a party stays out of all its cases: claims no step, does none, "
        "approves and pays nothing. "
        "Steps in hand go back to their queues. A supervisor ends it, with the reason."
    )
    return form_page(request, form, _("Declare a conflict of interest"), trail=trail, back=back, text=text)
