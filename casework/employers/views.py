"""Pages of employers."""

from collections.abc import Callable
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
from django.views.decorators.http import require_GET, require_http_methods

from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import demand
from casework.offices.paging import page
from casework.people import operations as people
from casework.people import queries as workers
from casework.staff.requests import StaffRequest

from . import forms, operations, queries
from .models import Employer


@login_required
@require_GET
def employer_list(request: StaffRequest) -> HttpResponse:
    """List employers, by name or code."""
    demand(request.user, "employer.read")
    form = forms.SearchEmployers(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = queries.search_employers(request.user, wanted.get("q", ""))
    if wanted.get("supervised"):
        found = found.filter(is_key_supervised=True)
    return render(
        request,
        "casework/employers/list.html",
        {
            "form": form,
            "page": page(found.select_related("office"), order=("-id",), cursor=request.GET.get("after")),
            "may_register": scope.may(request.user, "employer.write"),
        },
    )


@login_required
@require_GET
def employer_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show an employer: facts, close supervision, visits, and the cases against it that one may read."""
    employer = queries.employer_for(request.user, uuid)
    writes = scope.may(request.user, "employer.write", employer)
    return render(
        request,
        "casework/employers/detail.html",
        {
            "employer": employer,
            "facts": [
                {"label": _("Unified social credit code"), "value": employer.uscc},
                {"label": _("Region code"), "value": employer.region},
                {"label": _("Address"), "value": employer.address},
                {"label": _("Contact person"), "value": employer.contact_person},
                {"label": _("Phone"), "value": employer.phone},
                {"label": _("Kept by"), "value": employer.office},
            ],
            "supervisions": queries.supervisions_of(employer),
            "visits": queries.visits_to(employer)[:20],
            "cases": scope.visible(employer.cases.all(), request.user, "case.read")
            .select_related("office", "handler", "employer")
            .order_by("-id")[:50],
            "actions": _actions(employer, writes, scope.may(request.user, "employer.write")),
        },
    )


def _actions(employer: Employer, writes: scope.Answer, visits: scope.Answer) -> list[dict[str, Any]]:
    def page_of(name: str, label: str, icon: str, answer: scope.Answer) -> dict[str, Any]:
        return action(name, label, reverse(name, args=[employer.uuid]), answer, icon=icon)

    supervision = (
        page_of("supervision_end", _("End close supervision"), "eye-off", writes)
        if employer.is_key_supervised
        else page_of("supervision_start", _("Put under close supervision"), "eye", writes)
    )
    return [
        page_of("visit_new", _("Record a visit"), "building", visits),
        supervision,
        page_of("employer_conflict", _("Declare a conflict of interest"), "user-cancel", scope.YES),
        page_of("employer_edit", _("Change"), "edit", writes),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def employer_new(request: StaffRequest) -> HttpResponse:
    """Put an employer on record."""
    demand(request.user, "employer.write")
    form = forms.RegisterEmployer(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        employer = attempt(form, lambda: operations.register_employer(**facts, by=request.user, at=timezone.now()))
        if employer is not None:
            messages.success(request, _("The employer is on record."))
            return redirect("employer_detail", employer.uuid)
    return _form_page(request, form, _("New employer"), reverse("employer_list"))


@login_required
@require_http_methods(["GET", "POST"])
def employer_edit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Change an employer's record."""
    employer = queries.employer_for(request.user, uuid)
    demand(request.user, "employer.write", employer)
    known = {name: getattr(employer, name) for name in forms.DescribeEmployer.base_fields}
    form = forms.DescribeEmployer(request.POST or None, initial=known)
    return _work(request, employer, form, _("Change the record"), operations.update_employer)


@login_required
@require_http_methods(["GET", "POST"])
def supervision_start(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Put an employer under close supervision."""
    employer = queries.employer_for(request.user, uuid)
    demand(request.user, "employer.write", employer)
    form = forms.Supervise(request.POST or None, initial={"since_on": timezone.localdate()})
    return _work(request, employer, form, _("Put under close supervision"), operations.start_supervision)


@login_required
@require_http_methods(["GET", "POST"])
def supervision_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take an employer off the list of close supervision."""
    employer = queries.employer_for(request.user, uuid)
    demand(request.user, "employer.write", employer)
    form = forms.EndSupervision(request.POST or None, initial={"until_on": timezone.localdate()})
    return _work(request, employer, form, _("End close supervision"), operations.end_supervision)


@login_required
@require_http_methods(["GET", "POST"])
def visit_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Record a visit to an enterprise."""
    employer = queries.employer_for(request.user, uuid)
    demand(request.user, "employer.write")
    form = forms.RecordVisit(request.POST or None, initial={"visited_on": timezone.localdate()})
    return _work(request, employer, form, _("Record a visit"), operations.record_enterprise_visit)


@login_required
@require_http_methods(["GET", "POST"])
def worker_employer(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Say where a worker works."""
    worker = workers.worker_for(request.user, uuid)
    form = forms.ChooseEmployer(request.POST or None)
    if form.is_bound and form.is_valid():
        employer = form.cleaned_data["employer"]
        done = attempt(
            form,
            lambda: people.update_worker(worker=worker, employer=employer, by=request.user, at=timezone.now()),
        )
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("worker_detail", uuid)
    return _form_page(request, form, _("Employer of the worker"), reverse("worker_detail", args=[uuid]))


def _work(
    request: StaffRequest, employer: Employer, form: django_forms.Form, heading: str, work: Callable[..., Any]
) -> HttpResponse:
    """Show a form about an employer, or do what it says and return to the employer."""
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        done = attempt(form, lambda: work(employer=employer, by=request.user, at=timezone.now(), **facts))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("employer_detail", employer.uuid)
    return _form_page(request, form, heading, reverse("employer_detail", args=[employer.uuid]))


def _form_page(request: StaffRequest, form: django_forms.Form, heading: str, back: str) -> HttpResponse:
    return form_page(request, form, heading, trail=[(_("Employers"), reverse("employer_list"))], back=back)
