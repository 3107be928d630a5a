"""Pages of workers: found by name or number, shown masked, in clear only for a reason."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import NotFound
from casework.audit.keys import SealBroken
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import demand, insist
from casework.offices.paging import page
from casework.staff.models import User
from casework.staff.requests import StaffRequest

from . import accesses, forms, identifiers, operations, queries
from .models import Household, Worker

logger = logging.getLogger(__name__)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people_list(request: StaffRequest) -> HttpResponse:
    """List the workers of one's offices; a search comes by POST, so that no name stands in an address."""
    demand(request.user, "person.read")
    form = forms.SearchWorkers(request.POST or None)
    sought = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    found = queries.search_workers(request.user, sought).select_related("office")
    cursor = request.POST.get("after") or request.GET.get("after")
    workers = page(found, order=("-id",), cursor=cursor)
    return render(
        request,
        "casework/people/list.html",
        {
            "form": form,
            "sought": sought,
            "page": workers,
            "rows": [_row(worker) for worker in workers.rows],
            "may_register": scope.may(request.user, "person.write"),
        },
    )


def _row(worker: Worker) -> dict[str, Any]:
    return {
        "worker": worker,
        "name": identifiers.mask_name(worker.name),
        "id_number": _masked(identifiers.mask_id, worker, "id_number"),
        "phone": _masked(identifiers.mask_phone, worker, "phone"),
    }


def _masked(mask: Callable[[str], str], worker: Worker, name: str) -> str:
    """Return a sealed value as a list shows it; one that somebody changed hides none of the other people."""
    try:
        return mask(getattr(worker, name))
    except SealBroken:
        logger.exception("worker %s: %s cannot be opened", worker.pk, name)
        return _("Cannot be opened: changed past the system")


@login_required
@never_cache
@require_GET
def worker_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a worker's record: masked facts, household, files, accounts, consents and cases."""
    worker = queries.worker_for(request.user, uuid)
    purpose, number = queries.way_to(request.user, worker)
    operations.note_reader(subject=worker, case_number=number, purpose=purpose, by=request.user, at=timezone.now())
    household = queries.household_of(worker)
    writes = queries.may_reach(request.user, "person.write", worker)
    return render(
        request,
        "casework/people/detail.html",
        {
            "worker": worker,
            "label": identifiers.mask_name(worker.name),
            "facts": _facts(worker),
            "household": household,
            "members": _members(household),
            "files": household.hardship_files.order_by("-opened_on") if household else [],
            "accounts": queries.accounts_of(worker),
            "consents": worker.consents.select_related("taken_by").order_by("-given_at"),
            "cases": scope.visible(worker.cases.all(), request.user, "case.read")
            .select_related("office", "handler", "employer")
            .order_by("-id")[:50],
            "writes": writes,
            **_actions(request.user, worker, writes),
        },
    )


def _members(household: Household | None) -> list[dict[str, Any]]:
    return [
        {
            "member": member,
            "name": identifiers.mask_name(member.name),
            "id_number": identifiers.mask_id(member.id_number),
        }
        for member in (household.members.all() if household else ())
    ]


def _actions(user: User, worker: Worker, writes: scope.Answer) -> dict[str, Any]:
    """Return what can be done with a worker's record, each under the name by which the page shows it."""

    def page_of(name: str, route: str, label: str, icon: str, answer: scope.Answer) -> dict[str, Any]:
        return action(name, label, reverse(route, args=[worker.uuid]), answer, icon=icon)

    trail, read = f"{reverse('audit_trail')}?person={worker.uuid}", scope.may(user, "person.read", worker)
    ask, hold = (queries.may_reach(user, act, worker) for act in ("request.take", "hold.place"))
    return {
        "trail": action(
            "trail", _("Trail of this person"), trail, scope.may(user, "audit.read", worker), icon="history"
        ),
        "conflict": page_of(
            "conflict", "worker_conflict", _("Declare a conflict of interest"), "user-cancel", scope.YES
        ),
        "accesses": page_of("accesses", "access_list", _("Who read the data"), "eye", read),
        "ask": page_of("ask", "request_new", _("Request about data"), "user-question", ask),
        "hold": page_of("hold", "hold_new", _("Place a legal hold"), "lock", hold),
        "edit": page_of("edit", "worker_edit", _("Change"), "edit", writes),
    }


def _facts(worker: Worker) -> list[dict[str, Any]]:
    def sealed(field: str, label: str, mask: str) -> dict[str, Any]:
        return {
            "label": label,
            "value": mask,
            "masked": True,
            "reveal_url": reverse("worker_reveal", args=[worker.uuid, field]) if mask else "",
        }

    return [
        sealed("name", _("Name"), identifiers.mask_name(worker.name)),
        {"label": _("Kind of ID"), "value": worker.get_id_type_display() if worker.id_key else ""},
        sealed("id_number", _("ID number"), identifiers.mask_id(worker.id_number)),
        sealed("phone", _("Phone"), identifiers.mask_phone(worker.phone)),
        sealed("address", _("Address"), "***" if worker.address else ""),
        {"label": _("Sex"), "value": worker.get_sex_display()},
        {"label": _("Year of birth"), "value": worker.birth_on.year if worker.birth_on else ""},
        {"label": _("Native place"), "value": worker.native_place},
        {"label": _("Union member"), "value": _("Yes") if worker.union_member else _("No")},
        {
            "label": _("Employer"),
            "value": worker.employer,
            "url": reverse("employer_detail", args=[worker.employer.uuid]) if worker.employer else "",
        },
        {"label": _("Office"), "value": worker.office},
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def worker_new(request: StaffRequest) -> HttpResponse:
    """Put a worker on record."""
    demand(request.user, "person.write")
    form = forms.RegisterWorker(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        worker = attempt(form, lambda: operations.register_worker(**facts, by=request.user, at=timezone.now()))
        if worker is not None:
            messages.success(request, _("The worker is on record."))
            return redirect("worker_detail", worker.uuid)
    return _form_page(request, form, _("New worker"), reverse("people_list"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def worker_edit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Change a worker's record."""
    worker = _worker_to_write(request, uuid)
    form = forms.EditWorker(request.POST or None, worker=worker)
    if form.is_bound and form.is_valid():
        changes = form.changes()
        done = attempt(
            form, lambda: operations.update_worker(worker=worker, by=request.user, at=timezone.now(), **changes)
        )
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("worker_detail", worker.uuid)
    return _form_page(request, form, _("Change the record"), reverse("worker_detail", args=[uuid]))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def worker_reveal(request: StaffRequest, uuid: UUID, field: str) -> HttpResponse:
    """Ask for a reason, keep it, and show one value in clear, once."""
    worker = queries.worker_for(request.user, uuid)
    labels = {"name": _("Name"), "id_number": _("ID number"), "phone": _("Phone"), "address": _("Address")}
    if field not in operations.REVEALABLE:
        raise NotFound
    form = forms.GiveReason(request.POST or None)
    value = None
    if form.is_bound and form.is_valid():
        value = attempt(
            form,
            lambda: operations.reveal_field(
                worker=worker, field=field, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            ),
        )
    return _reveal_page(request, form, worker, labels[field], value)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account_reveal(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Ask for a reason, keep it, and show an account number in clear, once."""
    account = queries.account_for(request.user, uuid)
    form = forms.GiveReason(request.POST or None)
    value = None
    if form.is_bound and form.is_valid():
        value = attempt(
            form,
            lambda: operations.reveal_account(
                account=account, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            ),
        )
    return _reveal_page(request, form, account.worker, _("Account number"), value)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def member_reveal(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Ask for a reason, keep it, and show the ID number of a household member in clear, once."""
    member = queries.member_for(request.user, uuid)
    form = forms.GiveReason(request.POST or None)
    value = None
    if form.is_bound and form.is_valid():
        value = attempt(
            form,
            lambda: operations.reveal_member_id(
                member=member, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            ),
        )
    return _reveal_page(request, form, member.household.head, _("ID number"), value)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def access_list(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show who read a worker's data, as the worker is told; that the list is handed out is kept."""
    at = timezone.now()
    if request.method == "POST":
        worker = accesses.worker_to_tell(request.user, uuid)
        form = forms.HandOutAccesses(request.POST)
        if form.is_valid():
            asked_by = form.cleaned_data["asked_by"]
            done = attempt(
                form,
                lambda: accesses.hand_out_accesses(worker=worker, asked_by=asked_by, by=request.user, at=at),
            )
            if done is not None:
                messages.success(request, _("That the list was handed out is kept. Print this page."))
                return redirect("access_list", uuid)
    else:
        worker = accesses.look_at_accesses(uuid=uuid, by=request.user, at=at)
        form = forms.HandOutAccesses()
    return render(
        request,
        "casework/people/access_list.html",
        {
            "worker": worker,
            "label": identifiers.mask_name(worker.name),
            "search_url": f"{reverse('audit_reads')}?person={worker.uuid}"
            if scope.may(request.user, "audit.read", worker)
            else "",
            "entries": accesses.accesses_of(worker, timezone.localdate(at)),
            "at": at,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _reveal_page(
    request: StaffRequest, form: forms.GiveReason, worker: Worker, label: str, value: str | None
) -> HttpResponse:
    return render(
        request,
        "casework/people/reveal.html",
        {
            "form": form,
            "worker": worker,
            "who": identifiers.mask_name(worker.name),
            "label": label,
            "facts": [{"label": label, "value": value}] if value is not None else [],
        },
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Add a bank account to a worker."""
    worker = _worker_to_write(request, uuid)
    form = forms.AddBankAccount(request.POST or None)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        account = attempt(
            form, lambda: operations.add_bank_account(worker=worker, by=request.user, at=timezone.now(), **facts)
        )
        if account is not None:
            messages.success(request, _("The account is on record."))
            return redirect("worker_detail", uuid)
    return _form_page(request, form, _("New bank account"), reverse("worker_detail", args=[uuid]))


@login_required
@require_POST
def account_retire(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take a bank account out of use."""
    account = queries.account_for(request.user, uuid)
    operations.retire_bank_account(account=account, by=request.user, at=timezone.now())
    messages.success(request, _("The account is no longer in use."))
    return redirect("worker_detail", account.worker.uuid)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def member_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Add a person to a worker's household; the first one makes the household."""
    worker = _worker_to_write(request, uuid)
    form = forms.AddHouseholdMember(request.POST or None)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        member = attempt(
            form, lambda: operations.add_to_household_of(head=worker, by=request.user, at=timezone.now(), **facts)
        )
        if member is not None:
            messages.success(request, _("The household member is on record."))
            return redirect("worker_detail", uuid)
    return _form_page(request, form, _("New household member"), reverse("worker_detail", args=[uuid]))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def consent_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Record a consent of a worker."""
    worker = _worker_to_write(request, uuid)
    form = forms.TakeConsent(request.POST or None)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        consent = attempt(
            form, lambda: operations.record_consent(worker=worker, by=request.user, at=timezone.now(), **facts)
        )
        if consent is not None:
            messages.success(request, _("The consent is on record."))
            return redirect("worker_detail", uuid)
    return _form_page(request, form, _("New consent"), reverse("worker_detail", args=[uuid]))


@login_required
@require_POST
def consent_withdraw(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Record that a worker took a consent back."""
    consent = queries.consent_for(request.user, uuid)
    operations.withdraw_consent(consent=consent, by=request.user, at=timezone.now())
    messages.success(request, _("The consent is withdrawn."))
    return redirect("worker_detail", consent.worker.uuid)


def _worker_to_write(request: StaffRequest, uuid: UUID) -> Worker:
    worker = queries.worker_for(request.user, uuid)
    insist(queries.may_reach(request.user, "person.write", worker))
    return worker


def _form_page(request: StaffRequest, form: Any, heading: str, back: str) -> HttpResponse:
    return form_page(request, form, heading, trail=[(_("People"), reverse("people_list"))], back=back)
