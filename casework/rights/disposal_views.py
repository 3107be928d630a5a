"""Pages of what is due to be destroyed, and of disposals: proposed, confirmed, watched."""

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
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from casework.audit.errors import InvalidFacts, NotFound
from casework.offices import retention, scope
from casework.offices.actions import action
from casework.offices.doors import demand
from casework.offices.paging import page
from casework.offices.retention import Retention
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_date, cn_moment

from . import disposals, standing
from .disposals import Outcome, State
from .due import due_for, label_of
from .models import DisposalBatch, DisposalLine

TONES = {
    State.PROPOSED: "info",
    State.RUNNING: "info",
    State.STOPPED: "warn",
    State.DONE: "good",
    State.DROPPED: "neutral",
}
LINE_TONES = {Outcome.SHREDDED: "info", Outcome.DONE: "good", Outcome.KEPT: "warn", Outcome.FAILED: "bad"}
STEPS: dict[str, Callable[..., DisposalBatch]] = {
    "confirm": disposals.confirm_disposal,
    "drop": disposals.drop_disposal,
    "stop": disposals.stop_disposal,
    "resume": disposals.resume_disposal,
}


def _subject_title(name: str) -> str:
    return {"case": _("Case"), "contact": _("Contact"), "file": _("Hardship file"), "worker": _("Person")}[name]


@login_required
@never_cache
@require_GET
def disposal_list(request: StaffRequest) -> HttpResponse:
    """Show what is due, the disposals so far, and the periods everything is kept for."""
    demand(request.user, "disposal.read")
    due = due_for(request.user, on=timezone.localdate())
    shown = page(disposals.disposals_for(request.user), order=("-id",), cursor=request.GET.get("after"))
    return render(
        request,
        "casework/rights/disposals.html",
        {
            "due": [
                {
                    "key": each.key,
                    "kind": _subject_title(each.subject_name),
                    "label": each.label,
                    "office": each.subject.office,
                    "until": each.until,
                    "rule": _rule_title(each.rule),
                }
                for each in due
            ],
            "propose": scope.may(request.user, disposals.PROPOSE),
            "page": shown,
            "rows": [{"batch": batch, "tone": TONES[State(batch.state)]} for batch in shown.rows],
            "rules": [{"rule": rule, "length": _length(rule)} for rule in standing.every_rule()],
        },
    )


def _length(rule: Retention) -> str:
    if rule.unit == retention.DAYS:
        return ngettext("%(count)s day", "%(count)s days", rule.length) % {"count": rule.length}
    return ngettext("%(count)s year", "%(count)s years", rule.length) % {"count": rule.length}


def _rule_title(code: str) -> str:
    """Return what a line names as its period; of a case type that is no longer installed, its code."""
    if code == standing.ASKED:
        return _("The person asked for it")
    known = {rule.code: str(rule.what) for rule in standing.every_rule()}
    return known.get(code, code)


@login_required
@require_POST
def disposal_propose(request: StaffRequest) -> HttpResponse:
    """Propose to destroy what was ticked."""
    demand(request.user, disposals.PROPOSE)
    picked = request.POST.getlist("picked")
    try:
        batch = disposals.propose_disposal(picked=picked, by=request.user, at=timezone.now())
    except InvalidFacts as error:
        messages.error(request, error.said)
        return redirect("disposal_list")
    messages.success(request, _("It is proposed; somebody else has to confirm it."))
    return redirect("disposal_detail", batch.uuid)


@login_required
@never_cache
@require_GET
def disposal_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a disposal, how far it is and what became of each file; or the progress alone to a script."""
    batch = disposals.disposal_for(request.user, uuid)
    tally, works = disposals.tally(batch), batch.state == State.RUNNING
    progress = {"batch": batch, "tally": tally, "done": tally.total - tally.waiting}
    if request.headers.get("HX-Request"):
        if not works:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "casework/rights/disposal_progress.html", progress)
    lines = batch.lines.select_related("case", "contact", "file", "worker")
    shown = page(lines, order=("id",), cursor=request.GET.get("after"))
    return render(
        request,
        "casework/rights/disposal.html",
        {
            **progress,
            "works": works,
            "badges": [{"label": batch.get_state_display(), "tone": TONES[State(batch.state)]}],
            "facts": _facts(batch),
            "actions": _actions(request, batch, tally),
            "page": shown,
            "rows": [_row(line) for line in shown.rows],
        },
    )


def _facts(batch: DisposalBatch) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Office"), "value": batch.office},
        {"label": _("Proposed"), "value": f"{cn_moment(batch.proposed_at)} · {batch.proposed_by}"},
    ]
    if batch.confirmed_at:
        facts.append({"label": _("Confirmed"), "value": f"{cn_moment(batch.confirmed_at)} · {batch.confirmed_by}"})
    return [*facts, {"label": _("Ended"), "value": cn_moment(batch.ended_at)}] if batch.ended_at else facts


def _actions(request: StaffRequest, batch: DisposalBatch, tally: disposals.Tally) -> list[dict[str, Any]]:
    """Return what can be done now, each with what exactly will happen."""
    second = disposals.may_confirm(batch, request.user)
    either = scope.may(request.user, disposals.PROPOSE, batch)

    def step(key: str, label: str, answer: scope.Answer, icon: str, tone: str, confirm: str) -> dict[str, Any]:
        url = reverse("disposal_step", args=[batch.uuid, key])
        return action(key, label, url, answer, icon=icon, method="post", tone=tone, confirm=confirm)

    count = {"count": tally.waiting}
    destroyed = ngettext(
        "The personal data and papers of %(count)s file are destroyed. Nobody can bring them back.",
        "The personal data and papers of %(count)s files are destroyed. Nobody can bring them back.",
        tally.waiting,
    )
    confirm = step("confirm", _("Confirm"), second, "check", "bad", destroyed % count)
    resume = step("resume", _("Go on"), second, "player-play", "bad", destroyed % count)
    kept = _("What waits is kept, and stands on the list of what is due again.")
    drop = step("drop", _("Do not carry out"), either, "x", "", kept)
    stopped = _("What waits stays for now; what is destroyed stays destroyed.")
    stop = step("stop", _("Stop"), either, "player-stop", "bad", stopped)
    found = {State.PROPOSED: [confirm, drop], State.RUNNING: [stop], State.STOPPED: [resume, drop]}
    return found.get(State(batch.state), [])


def _row(line: DisposalLine) -> dict[str, Any]:
    return {
        "kind": _subject_title(line.subject_name),
        "label": label_of(line.subject),
        "rule": _rule_title(line.rule),
        "until": cn_date(line.kept_until) if line.kept_until else "",
        "outcome": line.get_outcome_display(),
        "tone": LINE_TONES.get(Outcome(line.outcome), "neutral"),
        "reason": standing.REASONS.get(line.reason, line.reason),
    }


@login_required
@require_POST
def disposal_step(request: StaffRequest, uuid: UUID, step: str) -> HttpResponse:
    """Confirm, drop, stop or resume a disposal."""
    batch = disposals.disposal_for(request.user, uuid)
    if step not in STEPS:
        raise NotFound
    STEPS[step](batch=batch, by=request.user, at=timezone.now())
    return redirect("disposal_detail", uuid)
