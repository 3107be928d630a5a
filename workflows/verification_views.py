"""The pages of checks of the trail: begin one, watch it, stop it, resume it; what it found."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import NotFound
from casework.audit.models import Verification
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.doors import demand
from casework.offices.paging import page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_moment

from . import verification as checks

State = Verification.State
TONES = {State.RUNNING: "info", State.STOPPED: "neutral", State.DONE: "good", State.BROKEN: "bad"}


def begin_action() -> dict[str, Any]:
    """Return the button that has the trail checked."""
    url = reverse("verification_list")
    return action("verify", _("Check the trail"), url, scope.YES, icon="shield-check", method="post", tone="main")


@login_required
@require_http_methods(["GET", "POST"])
def verification_list(request: StaffRequest) -> HttpResponse:
    """List the checks of the trail, or begin one."""
    demand(request.user, checks.ACT)
    if request.method == "POST":
        begun = checks.begin_verification(by=request.user, at=timezone.now())
        return redirect("verification_detail", begun.pk)
    found = page(checks.verifications_for(request.user), order=("-id",), cursor=request.GET.get("after"))
    context = {
        "page": found,
        "rows": [{"check": check, "tone": TONES[State(check.state)]} for check in found.rows],
        "actions": [begin_action()],
    }
    return render(request, "workflows/verification_list.html", context)


@login_required
@require_GET
def verification_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a check has come and what it found; or its progress alone to a script."""
    demand(request.user, checks.ACT)
    check = checks.verification_for(request.user, pk)
    works = check.state == State.RUNNING
    progress = {"check": check, "done": check.rows, "of": max(check.rows, check.to_read, 1)}
    if request.headers.get("HX-Request"):
        if not works:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "workflows/verification_progress.html", progress)
    faults, elsewhere = checks.faults_for(request.user, check)
    context = {
        **progress,
        "works": works,
        "badges": [{"label": check.get_state_display(), "tone": TONES[State(check.state)]}],
        "sentence": _sentence(check),
        "facts": _facts(check),
        "actions": _actions(check),
        "faults": faults,
        "elsewhere": elsewhere,
    }
    return render(request, "workflows/verification_detail.html", context)


@login_required
@require_POST
def verification_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a check, or resume it."""
    demand(request.user, checks.ACT)
    check, at = checks.verification_for(request.user, pk), timezone.now()
    decision = request.POST.get("decision", "")
    if decision == "stop":
        checks.stop_verification(verification=check, by=request.user, at=at)
        messages.success(request, _("The check is stopped."))
    elif decision == "resume":
        checks.resume_verification(verification=check, by=request.user, at=at)
        messages.success(request, _("The check goes on where it stood."))
    else:
        raise NotFound
    return redirect("verification_detail", pk)


def _actions(check: Verification) -> list[dict[str, Any]]:
    """Return what can be decided now."""
    url = reverse("verification_decide", args=[check.pk])
    choices = {
        State.RUNNING: ("stop", _("Stop"), "player-stop", "bad"),
        State.STOPPED: ("resume", _("Resume"), "player-play", "main"),
    }
    if check.state not in choices:
        return [begin_action()]
    value, label, icon, tone = choices[State(check.state)]
    one = action(value, label, url, scope.YES, icon=icon, method="post", tone=tone)
    return [{**one, "name": "decision", "value": value}]


def _sentence(check: Verification) -> str:
    if check.state == State.RUNNING:
        return _("The trail is being read, stream by stream. You can leave this page.")
    if check.state == State.STOPPED:
        return _("The check was stopped; it can go on where it stood.")
    if check.state == State.DONE:
        return _("No event was changed, taken out or put in, and nothing is missing that a checkpoint has seen.")
    return ngettext("%(count)s fault was found.", "%(count)s faults were found.", check.faults) % {
        "count": check.faults
    }


def _facts(check: Verification) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Begun"), "value": f"{cn_moment(check.made_at)} · {check.made_by}"},
        {"label": _("Events read"), "value": f"{check.rows} / {check.to_read}"},
        {"label": _("Faults"), "value": str(check.faults)},
    ]
    if check.state in (State.DONE, State.BROKEN):
        facts += [
            {"label": _("Checkpoints"), "value": str(check.checkpoints)},
            {"label": _("Events in no checkpoint yet"), "value": str(check.younger)},
        ]
    if check.ended_at:
        facts.append({"label": _("Ended"), "value": cn_moment(check.ended_at)})
    return facts
