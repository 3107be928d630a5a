"""Pages of papers and letters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.offices.attempts import attempt
from casework.offices.doors import demand
from casework.staff.requests import StaffRequest

from . import files, forms, operations, papers, queries

GET_POST = require_http_methods(["GET", "POST"])


@login_required
@GET_POST
def document_upload(request: StaffRequest, number: str) -> HttpResponse:
    """Take a file into a case."""
    case = queries.case_for(request.user, number)
    demand(request.user, "document.write", case)
    form = forms.Upload(request.POST or None, request.FILES or None, case=case)
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
    response = _file(content, document.content_type, content_disposition_header(True, name))
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _file(content: bytes, content_type: str, disposition: str | None) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def checklist_received(request: StaffRequest, number: str, code: str) -> HttpResponse:
    """Note that a paper of the list is there, on paper."""
    case = queries.case_for(request.user, number)
    operations.mark_received(case=case, code=code, by=request.user, at=timezone.now())
    messages.success(request, _("The paper is marked as received."))
    return redirect("case_detail", number)


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


@login_required
@GET_POST
def checklist_notice(request: StaffRequest, number: str) -> HttpResponse:
    """Tell the worker, once, of every missing paper."""
    case = queries.case_for(request.user, number)
    demand(request.user, "letter.issue", case)
    form = forms.TellMissing(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        letter = attempt(form, lambda: operations.give_notice(case=case, by=request.user, at=timezone.now(), **facts))
        if letter is not None:
            messages.success(request, _("The letter %(number)s is issued.") % {"number": letter.number})
            return redirect("case_detail", number)
    return _form_page(
        request,
        case,
        form,
        _("Notice of missing papers"),
        items=queries.missing(case),
        submit_label=_("Issue the letter"),
    )


@login_required
@GET_POST
def letter_issue(request: StaffRequest, number: str, paper: str) -> HttpResponse:
    """Write a letter by hand and issue it."""
    case, form = _letter_form(request, number, paper)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        letter = attempt(
            form,
            lambda: operations.issue_letter(case=case, paper=paper, by=request.user, at=timezone.now(), **facts),
        )
        if letter is not None:
            messages.success(request, _("The letter %(number)s is issued.") % {"number": letter.number})
            return redirect("case_detail", number)
    return _letter_page(request, case, paper, form)


@login_required
@require_POST
def letter_preview(request: StaffRequest, number: str, paper: str) -> HttpResponse:
    """Show a letter as it would look; nothing is kept."""
    case, form = _letter_form(request, number, paper)
    if not form.is_valid():
        return _letter_page(request, case, paper, form)
    now: datetime = timezone.now()
    pdf = queries.preview_letter(case=case, paper=paper, by=request.user, at=now, **form.cleaned_data)
    return _file(pdf, files.PDF, "inline")


def _letter_form(request: StaffRequest, number: str, paper: str) -> tuple[Any, forms.WriteLetter]:
    case = queries.case_for(request.user, number)
    demand(request.user, "letter.issue", case)
    chosen = papers.paper(case.case_type, paper)
    if not chosen.by_hand:
        raise papers.UnknownPaper
    return case, forms.WriteLetter(request.POST or None, paper=chosen)


def _letter_page(request: StaffRequest, case: Any, paper: str, form: forms.WriteLetter) -> HttpResponse:
    heading = str(papers.paper(case.case_type, paper).title)
    preview_url = reverse("letter_preview", args=[case.number, paper])
    action = reverse("letter_issue", args=[case.number, paper])
    return _form_page(
        request, case, form, heading, preview_url=preview_url, action=action, submit_label=_("Issue the letter")
    )


def _form_page(request: StaffRequest, case: Any, form: django_forms.Form, heading: str, **context: Any) -> HttpResponse:
    facts = {
        "case": case,
        "form": form,
        "heading": heading,
        "cancel_url": reverse("case_detail", args=[case.number]),
        **context,
    }
    return render(request, "casework/documents/form.html", facts, status=422 if form.errors else 200)
