"""Pages of what people ask about their data, and of legal holds."""

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

from casework.audit.models import Reading
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import Trail, attempt, form_page
from casework.offices.doors import demand, insist
from casework.offices.exports import csv_file
from casework.offices.paging import page
from casework.people.identifiers import mask_name
from casework.people.models import Worker
from casework.people.operations import note_reader
from casework.people.queries import may_reach, worker_for
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_date, cn_moment

from . import forms, holds, requests
from .models import DataRequest, LegalHold

GET_POST = require_http_methods(["GET", "POST"])
Kind, Outcome = DataRequest.Kind, DataRequest.Outcome
TONES = {"": "info", Outcome.GRANTED: "good", Outcome.PARTLY: "warn", Outcome.REFUSED: "neutral"}


def _of_person(worker: Worker) -> Trail:
    return [
        (_("People"), reverse("people_list")),
        (mask_name(worker.name), reverse("worker_detail", args=[worker.uuid])),
    ]


# ---- requests --------------------------------------------------------------------------------------------


@login_required
@never_cache
@GET_POST
def request_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Put on record what a person asks about data."""
    worker = worker_for(request.user, uuid)
    insist(may_reach(request.user, "request.take", worker))
    form = forms.TakeRequest(request.POST or None)
    if form.is_bound and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        taken = attempt(form, lambda: requests.take_request(worker=worker, by=request.user, at=at, **facts))
        if taken is not None:
            messages.success(request, _("The request is on record."))
            return redirect("request_detail", taken.uuid)
    text = _("Everybody may read, copy, correct and have deleted what is kept of them; who asks is made sure of first.")
    back = reverse("worker_detail", args=[uuid])
    return form_page(request, form, _("Request about data"), trail=_of_person(worker), back=back, text=text)


@login_required
@never_cache
@require_GET
def request_list(request: StaffRequest) -> HttpResponse:
    """List what people of one's offices ask, what is due first."""
    if not scope.may(request.user, "request.read"):
        demand(request.user, "request.take")
    filters = forms.RequestFilter(request.GET or None)
    chosen = filters.chosen()
    found = requests.requests_visible_to(request.user)
    found = found.filter(kind=chosen["kind"]) if chosen.get("kind") else found
    found, order = (found, ("-id",)) if chosen.get("show") == "all" else (found.filter(outcome=""), ("due_on", "id"))
    shown = page(found, order=order, cursor=request.GET.get("after"))
    rows = [{"request": each, "who": mask_name(each.worker.name), "badge": _badge(each)} for each in shown.rows]
    return render(request, "casework/rights/requests.html", {"page": shown, "rows": rows, "filters": filters})


def _badge(asked: DataRequest) -> dict[str, Any]:
    label = asked.get_outcome_display() or _("Waiting for an answer")
    return {"label": label, "tone": TONES[asked.outcome]}


@login_required
@never_cache
@require_GET
def request_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show one request, and what can be done about it; that it was read is kept."""
    asked = requests.request_for(request.user, uuid)
    note_reader(subject=asked.worker, case_number="", purpose=Reading.PERSON, by=request.user, at=timezone.now())
    return render(
        request,
        "casework/rights/request.html",
        {
            "asked": asked,
            "title": asked.get_kind_display(),
            "badges": [_badge(asked)],
            "due_on": asked.due_on,
            "due_done": not asked.is_open,
            "facts": _facts(request, asked),
            "actions": _actions(request, asked),
            "copy": requests.may_copy(request.user, asked),
        },
    )


def _facts(request: StaffRequest, asked: DataRequest) -> list[dict[str, Any]]:
    readable = may_reach(request.user, "person.read", asked.worker)
    facts: list[dict[str, Any]] = [
        {
            "label": _("Person"),
            "value": mask_name(asked.worker.name),
            "url": reverse("worker_detail", args=[asked.worker.uuid]) if readable else "",
        },
        {"label": _("Office"), "value": asked.office},
        {"label": _("Channel"), "value": asked.get_channel_display()},
        {"label": _("Identity checked by"), "value": asked.get_identity_display()},
        {"label": _("Asked on"), "value": cn_date(asked.asked_on)},
        {"label": _("Taken"), "value": f"{cn_moment(asked.taken_at)} · {asked.taken_by}"},
        {"label": _("In the person's words"), "value": asked.words, "wide": True},
    ]
    if asked.decided_at:
        facts.append({"label": _("Answered"), "value": f"{cn_moment(asked.decided_at)} · {asked.decided_by}"})
        if asked.ground:
            facts.append({"label": _("Ground"), "value": asked.get_ground_display()})
        facts.append({"label": _("What the person is told"), "value": asked.answer, "wide": True})
    if asked.copied_at:
        facts.append({"label": _("Copy handed out"), "value": f"{cn_moment(asked.copied_at)} · {asked.copied_by}"})
    return facts


def _actions(request: StaffRequest, asked: DataRequest) -> list[dict[str, Any]]:
    url, user = reverse("request_decide", args=[asked.uuid]), request.user
    if asked.is_open:
        answer = scope.may(user, requests.act_of(asked, Outcome.GRANTED), asked)
        return [action("decide", _("Answer"), url, answer, icon="message-check", tone="main")]
    return []


@login_required
@never_cache
@GET_POST
def request_decide(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Answer a request."""
    asked = requests.request_for(request.user, uuid)
    demand(request.user, requests.act_of(asked, Outcome.GRANTED), asked)
    form = forms.DecideRequest(request.POST or None)
    if form.is_bound and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if attempt(form, lambda: requests.decide_request(request=asked, by=request.user, at=at, **facts)):
            messages.success(request, _("The request is answered."))
            return redirect("request_detail", uuid)
    here = reverse("request_detail", args=[uuid])
    trail = [(_("Requests about data"), reverse("request_list")), (asked.get_kind_display(), here)]
    return form_page(request, form, _("Answer the request"), trail=trail, back=here, text=_hint(asked))


def _hint(asked: DataRequest) -> str:
    """Return what has to be done, or is done next, by the kind of request."""
    return {
        Kind.ACCESS: _("When it is granted, a copy of everything that is kept can be handed out once."),
        Kind.CORRECTION: _("Correct the person's record, or the fact on the case, before you grant this."),
        Kind.WITHDRAWAL: _("Record the withdrawal at the consent, on the person's page, before you grant this."),
        Kind.ERASURE: _(
            "When it is granted, all that is kept of the person stands on the list of what is due; "
            "two people destroy it."
        ),
        Kind.EXPLANATION: _("Say which data are kept, what for, and for how long."),
    }[Kind(asked.kind)]


@login_required
@require_POST
def request_copy(request: StaffRequest, uuid: UUID) -> Any:
    """Hand out, once, what the office holds of the person."""
    asked = requests.request_for(request.user, uuid)
    lines = requests.hand_out_copy(request=asked, by=request.user, at=timezone.now())
    head = (_("Record"), _("Fact"), _("What it says"))
    return csv_file(request, f"{_('Copy of data')} {timezone.localdate():%Y-%m-%d}", head, lines)


# ---- holds -----------------------------------------------------------------------------------------------


@login_required
@never_cache
@GET_POST
def hold_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Keep a person's files, or one case, beyond their time."""
    worker = worker_for(request.user, uuid)
    cases = scope.visible(worker.cases.all(), request.user, "hold.place").order_by("-id")
    if not cases.exists():
        demand(request.user, "hold.place", worker)
    form = forms.PlaceHold(request.POST or None, cases=cases)
    if form.is_bound and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        if attempt(form, lambda: holds.place_hold(worker=worker, by=request.user, at=at, **facts)):
            messages.success(request, _("The legal hold is in force."))
            return redirect("hold_list")
    text = _("While a hold is in force nothing it covers is destroyed, whatever its period.")
    back = reverse("worker_detail", args=[uuid])
    return form_page(request, form, _("Place a legal hold"), trail=_of_person(worker), back=back, text=text)


@login_required
@never_cache
@require_GET
def hold_list(request: StaffRequest) -> HttpResponse:
    """List the legal holds of one's offices, the latest first."""
    demand(request.user, "disposal.read")
    shown = page(holds.holds_visible_to(request.user), order=("-id",), cursor=request.GET.get("after"))
    rows = [_hold_row(request, hold) for hold in shown.rows]
    return render(request, "casework/rights/holds.html", {"page": shown, "rows": rows})


def _hold_row(request: StaffRequest, hold: LegalHold) -> dict[str, Any]:
    lift = action(
        f"lift-{hold.pk}",
        _("Lift"),
        reverse("hold_lift", args=[hold.uuid]),
        scope.may(request.user, "hold.place", hold),
        icon="lock-open",
    )
    return {"hold": hold, "who": mask_name(hold.worker.name), "lift": lift}


@login_required
@never_cache
@GET_POST
def hold_lift(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Lift a legal hold, with the reason."""
    hold = holds.hold_for(request.user, uuid)
    demand(request.user, "hold.place", hold)
    form = forms.ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason, at = form.cleaned_data["reason"], timezone.now()
        if attempt(form, lambda: holds.lift_hold(hold=hold, reason=reason, by=request.user, at=at)):
            messages.success(request, _("The legal hold is lifted."))
            return redirect("hold_list")
    what = hold.case.number if hold.case else _("Everything of the person")
    text = _("%(who)s · %(what)s · placed on %(on)s: %(reason)s") % {
        "who": mask_name(hold.worker.name),
        "what": what,
        "on": cn_date(hold.placed_at),
        "reason": hold.reason,
    }
    trail = [(_("Disposal of files"), reverse("disposal_list")), (_("Legal holds"), reverse("hold_list"))]
    return form_page(request, form, _("Lift a legal hold"), trail=trail, back=reverse("hold_list"), text=text)
