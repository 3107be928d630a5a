"""The pages on which people move clocks: extending one, and recording what a commission, court or employer did."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.cases import operations as cases
from casework.deadlines import operations as clocks
from casework.deadlines.explanation import explain
from casework.deadlines.queries import proceedings_open_to
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import demand
from casework.staff.requests import StaffRequest

from . import forms, operations, queries

GET_POST = require_http_methods(["GET", "POST"])


@login_required
@GET_POST
def clock_extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a clock a later last day."""
    clock, subject = queries.clock_for(request.user, pk)
    if request.method == "GET":
        demand(request.user, "case.move", subject)
    told = explain(clock, subject.office_path)
    data = request.POST if request.method == "POST" else None
    form = forms.ExtensionForm(data, clock=clock)
    answer = clocks.may_extend(clock, subject, request.user)
    if data is not None and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if attempt(form, lambda: operations.extend_clock(clock=clock, by=request.user, at=at, **facts)) is not None:
            messages.success(request, _("The deadline “%(title)s” is extended.") % {"title": told.title})
            return redirect(_page_of(subject))
    text = " ".join(filter(None, (str(answer.reason), told.formula, told.extension)))
    heading = _("Extend: %(title)s") % {"title": told.title}
    return form_page(request, form, heading, trail=_trail(subject), back=_page_of(subject), text=text)


@login_required
@GET_POST
def case_proceeding(request: StaffRequest, number: str) -> HttpResponse:
    """Record a step that periods of a case hang on, the union's own outside its flow or somebody else's."""
    case = queries.case_for(request.user, number)
    demand(request.user, "case.move", case)
    return _proceeding(request, case, partial(cases.record_proceeding, case=case))


@login_required
@GET_POST
def contact_proceeding(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Record what happened to a petition, or to another contact that waits."""
    contact = queries.contact_for(request.user, uuid)
    demand(request.user, "contact.take", contact)
    return _proceeding(request, contact, partial(cases.record_contact_proceeding, contact=contact))


def _proceeding(request: StaffRequest, subject: Any, record: Callable[..., Any]) -> HttpResponse:
    # many of the steps are the union's own: legal aid, supervision, the report of a group incident
    heading = _("Record what became of it")
    text = _("A step of this office, or of somebody else: deadlines begin, end or stand still by it.")
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = forms.ProceedingForm(data, steps=proceedings_open_to(subject), on=timezone.localdate(now))
    if data is not None and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: record(**facts, by=request.user, at=now)) is not None:
            messages.success(request, _("Recorded; the deadlines have followed."))
            return redirect(_page_of(subject))
    return form_page(request, form, heading, trail=_trail(subject), back=_page_of(subject), text=text)


def _page_of(subject: Any) -> str:
    if hasattr(subject, "stream"):
        return reverse("case_detail", args=[subject.number])
    return reverse("contact_detail", args=[subject.uuid])


def _trail(subject: Any) -> list[tuple[str, str]]:
    if hasattr(subject, "stream"):
        return [(_("Cases"), reverse("case_list")), (subject.number, _page_of(subject))]
    return [(_("Contacts"), reverse("contact_list")), (_("Contact"), _page_of(subject))]
