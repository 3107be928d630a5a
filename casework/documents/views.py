"""Pages of papers and letters."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.offices.attempts import attempt
from casework.offices.doors import demand
from casework.offices.exports import to_keep
from casework.staff.requests import StaffRequest

from . import files, forms, operations, queries

GET_POST = require_http_methods(["GET", "POST"])


@login_required
@GET_POST
def document_upload(request: StaffRequest, number: str) -> HttpResponse:
    """Take a file into a case."""
    case = queries.case_for(request.user, number)
    demand(request.user, "document.write", case)
    form = forms.Upload(request.POST or None, request.FILES or None, case=case, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        done = attempt(form, lambda: operations.attach_document(case=case, by=request.user, at=timezone.now(), **facts))
        if done is not None:
            messages.success(request, _("The paper is in the case."))
            return redirect("case_detail", number)
    return _form_page(request, case, form, _("Add a paper"), submit_label=_("Add"))


@login_required
@require_GET
def document_download(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Hand a paper out, as a file and nothing a browser would run."""
    document, content = operations.hand_out(uuid=uuid, by=request.user, at=timezone.now())
    name = files.download_name(document.title, document.content_type)
    return as_file(content, document.content_type, name)


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Answer with a file that nobody keeps on the way and no browser runs."""
    return to_keep(HttpResponse(content, content_type=content_type), name)


@login_required
@require_POST
def checklist_received(request: StaffRequest, number: str, code: str) -> HttpResponse:
    """Note that a paper of the list is there, on paper; one that grows old with its date."""
    case = queries.case_for(request.user, number)
    form: django_forms.Form = forms.Receive(request.POST) if code in queries.months_of(case) else django_forms.Form({})
    if form.is_valid():
        facts: dict[str, Any] = {"case": case, "code": code, **form.cleaned_data}
        done = attempt(form, lambda: operations.mark_received(by=request.user, at=timezone.now(), **facts))
        if done is not None:
            messages.success(request, _("The paper is marked as received."))
            return redirect("case_detail", number)
    return _form_page(request, case, form, queries.title_of_paper(case, code), submit_label=_("Received"))


@login_required
@GET_POST
def checklist_ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask for a further paper."""
    case = queries.case_for(request.user, number)
    demand(request.user, "document.write", case)
    form = forms.AskForPaper(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        done = attempt(form, lambda: operations.ask_for_paper(case=case, by=request.user, at=timezone.now(), **facts))
        if done is not None:
            messages.success(request, _("The paper is on the list."))
            return redirect("case_detail", number)
    return _form_page(request, case, form, _("Ask for a further paper"))


def _form_page(request: StaffRequest, case: Any, form: django_forms.Form, heading: str, **context: Any) -> HttpResponse:
    facts = {
        "case": case,
        "form": form,
        "heading": heading,
        "cancel_url": reverse("case_detail", args=[case.number]),
        **context,
    }
    return render(request, "casework/documents/form.html", facts, status=422 if form.errors else 200)
