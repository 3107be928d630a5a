"""The pages of recounts: begin one, watch it, see who would move, decide; what became of each line."""

from collections.abc import Iterable, Iterator
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
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount, RecountLine
from casework.deadlines.recounts import REASONS, Outcome, State, Tally
from casework.deadlines.rules import Unit
from casework.offices import scope
from casework.offices.attempts import attempt
from casework.offices.calendar_alarm import missing_year
from casework.offices.doors import demand
from casework.offices.exports import csv_file
from casework.offices.paging import page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_date, cn_moment

from . import forms, queries
from .recounts import Hands, hands_of, holders_of

TONES = {
    State.LOOKING: "info",
    State.READY: "warn",
    State.MOVING: "info",
    State.DONE: "good",
    State.STOPPED: "neutral",
}
OUTCOME_TONES = {Outcome.MOVED: "good", Outcome.FAILED: "bad"}


@login_required
@require_http_methods(["GET", "POST"])
def recount_list(request: StaffRequest) -> HttpResponse:
    """List the recounts of the offices the person reaches, or begin one."""
    demand(request.user, recounts.ACT)
    at = timezone.now()
    known = {"office": queries.home_office(request.user), **request.GET.dict()}
    form = forms.RecountForm(request.POST if request.method == "POST" else None, by=request.user, initial=known)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        begun = attempt(form, lambda: recounts.begin_recount(**facts, by=request.user, at=at))
        if begun is not None:
            return redirect("recount_detail", begun.pk)
    found = page(recounts.recounts_for(request.user), order=("-id",), cursor=request.GET.get("after"))
    context = {
        "form": form,
        "page": found,
        "rows": [{"recount": recount, "tone": TONES[State(recount.state)]} for recount in found.rows],
        "missing_year": missing_year(timezone.localdate(at)),
    }
    return render(request, "workflows/recount_list.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def recount_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a recount has come, who would move, and what can be done; or its progress alone to a script."""
    recount = recounts.recount_for(request.user, pk)
    found = recounts.tally(recount)
    works = recount.state in (State.LOOKING, State.MOVING)
    if request.headers.get("HX-Request"):
        if not works:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "workflows/recount_progress.html", _progress(recount, found))
    hands = hands_of(recount, but=request.user) if recount.state == State.READY else None
    shown = request.GET.get("show", "")
    lines = page(_lines(recount, shown), order=("id",), cursor=request.GET.get("after"))
    return render(
        request,
        "workflows/recount_detail.html",
        {
            "recount": recount,
            "works": works,
            "badges": [{"label": recount.get_state_display(), "tone": TONES[State(recount.state)]}],
            "facts": _facts(recount),
            "sentence": _sentence(recount, found, hands),
            "tally": found,
            "hands": hands,
            "actions": _actions(recount, found, hands),
            "filters": _filters(recount, found, shown),
            "page": lines,
            "rows": _rows(lines.rows, request),
            "missing_year": missing_year(timezone.localdate(timezone.now())),
            **(_progress(recount, found) if works else {}),
        },
    )


@login_required
@require_POST
def recount_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Apply a recount, leave everything as it is, or stop it."""
    recount, at = recounts.recount_for(request.user, pk), timezone.now()
    decision = request.POST.get("decision", "")
    if decision == "stop":
        recounts.stop_recount(recount=recount, by=request.user, at=at)
        messages.success(request, _("The reckoning is stopped."))
    elif decision in ("apply", "leave"):
        recounts.decide_recount(recount=recount, apply=decision == "apply", by=request.user, at=at)
        said = _("The deadlines are being moved.") if decision == "apply" else _("Everything stays as it is.")
        messages.success(request, said)
    else:
        raise NotFound
    return redirect("recount_detail", pk)


@login_required
@require_GET
def recount_lines(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out every line of a recount as a file: numbers of cases and days, no person."""
    recount = recounts.recount_for(request.user, pk)
    head = [_("Case or contact"), _("Deadline"), _("Rule"), _("So far"), _("From now on"), _("Outcome"), _("Reason")]
    return csv_file(request, f"recount-{pk}", head, _exported(recount))


def _exported(recount: Recount) -> Iterator[list[Any]]:
    lines = recount.lines.select_related("clock__case", "clock__contact").order_by("id")
    for line in lines.iterator(chunk_size=recounts.BATCH):
        clock = line.clock
        name = clock.case.number if clock.case else str(clock.contact and clock.contact.uuid)
        ends = [_end(clock, line.old_on, line.old_at), _end(clock, line.new_on, line.new_at)]
        yield [name, clock.title, clock.rule, *ends, _outcome(line), _reason(line)]


def _progress(recount: Recount, found: Tally) -> dict[str, Any]:
    """Return how far it has come."""
    if recount.state == State.LOOKING:
        done, of = recount.seen, max(recount.seen, recount.to_see)
        said = ngettext("%(done)s of %(of)s case or contact", "%(done)s of %(of)s cases and contacts", of)
    else:
        done, of = found.lines - found.waiting, found.lines
        said = ngettext("%(done)s of %(of)s deadline", "%(done)s of %(of)s deadlines", of)
    return {"recount": recount, "done": done, "of": max(of, 1), "progress": said % {"done": done, "of": of}}


def _facts(recount: Recount) -> list[dict[str, Any]]:
    made_by = recount.made_by or _("by itself")
    facts: list[dict[str, Any]] = [
        {"label": _("Office"), "value": recount.office},
        {"label": _("Begun"), "value": f"{cn_moment(recount.made_at)} · {made_by}"},
    ]
    if recount.decided_by:
        facts.append({"label": _("Decided by"), "value": recount.decided_by})
    if recount.ended_at:
        facts.append({"label": _("Ended"), "value": cn_moment(recount.ended_at)})
    return facts


def _sentence(recount: Recount, found: Tally, hands: Hands | None) -> str:
    """Say what comes of it, or what came of it."""
    if recount.state == State.LOOKING:
        return _("Every open case and contact is looked at. Nothing moves before somebody has decided.")
    if recount.state == State.MOVING:
        return _("The deadlines are being moved, one case after the other. You can leave this page.")
    if recount.state == State.READY:
        return " ".join(filter(None, (_would_move(found, hands), _renewed(found))))
    if not found.lines:
        return _("Nothing would move.")
    said = _listed(
        _(", "),
        (ngettext("%(count)s deadline moved", "%(count)s deadlines moved", found.moved), found.moved),
        (ngettext("%(count)s only reckoned anew", "%(count)s only reckoned anew", found.anew), found.anew),
        (ngettext("%(count)s no longer differed", "%(count)s no longer differed", found.unchanged), found.unchanged),
        (ngettext("%(count)s failed", "%(count)s failed", found.failed), found.failed),
        (ngettext("%(count)s stays as it was", "%(count)s stay as they were", found.waiting), found.waiting),
    )
    return _("%(counts)s.") % {"counts": said}


def _listed(between: str, *counted: tuple[str, int]) -> str:
    """Join what there is any of, each with its number."""
    return between.join(text % {"count": number} for text, number in counted if number)


def _would_move(found: Tally, hands: Hands | None) -> str:
    if not found.deadlines:
        return _("No deadline would move.")
    people, queues = (len(hands.people), len(hands.queues)) if hands else (0, 0)
    facts = {
        "deadlines": ngettext("%(count)s deadline", "%(count)s deadlines", found.deadlines)
        % {"count": found.deadlines},
        "matters": _listed(
            _(" and "),
            (ngettext("%(count)s case", "%(count)s cases", found.cases), found.cases),
            (ngettext("%(count)s contact", "%(count)s contacts", found.contacts), found.contacts),
        ),
        "told": _listed(
            _(" and "),
            (ngettext("%(count)s person", "%(count)s people", people), people),
            (ngettext("%(count)s queue", "%(count)s queues", queues), queues),
        ),
    }
    if not facts["told"]:
        return _("%(deadlines)s of %(matters)s would move; nobody else has them in hand.") % facts
    return _("%(deadlines)s of %(matters)s would move; %(told)s would be told.") % facts


def _renewed(found: Tally) -> str:
    if not found.renewed:
        return ""
    return ngettext(
        "%(count)s keeps its day and is only reckoned anew: it is warned of at another time, or no longer provisional.",
        "%(count)s keep their day and are only reckoned anew: they are warned of at another time, or no longer "
        "provisional.",
        found.renewed,
    ) % {"count": found.renewed}


def _actions(recount: Recount, found: Tally, hands: Hands | None) -> list[dict[str, Any]]:
    """Return what can be decided now, each with what exactly will happen."""
    url = reverse("recount_decide", args=[recount.pk])

    def decide(value: str, label: str, confirm: str, **more: Any) -> dict[str, Any]:
        return {
            "key": value,
            "label": label,
            "url": url,
            "name": "decision",
            "value": value,
            "confirm": confirm,
            **more,
        }

    if recount.state == State.READY:
        what = " ".join(filter(None, (_would_move(found, hands), _renewed(found))))
        return [
            decide("apply", _("Move them"), what, tone="main", icon="check"),
            decide("leave", _("Leave as it is"), _("Everything stays as it is. It can be begun again."), icon="x"),
        ]
    if recount.state == State.LOOKING:
        return [
            decide("stop", _("Stop"), _("Nothing has moved yet, and nothing will."), tone="bad", icon="player-stop")
        ]
    if recount.state == State.MOVING:
        what = _("What has moved stays moved; the rest stays as it is.")
        return [decide("stop", _("Stop"), what, tone="bad", icon="player-stop")]
    return []


def _lines(recount: Recount, shown: str) -> Any:
    lines = recount.lines.select_related("clock__case", "clock__contact")
    if shown in Outcome.values:
        return lines.filter(outcome=shown)
    return lines.exclude(recounts.MOVES) if shown == "same" else lines.filter(recounts.MOVES)


def _filters(recount: Recount, found: Tally, shown: str) -> list[dict[str, Any]]:
    """Return the lists that have something in them: what moves, what keeps its day, and what became of it."""
    choices = [("", _("Deadlines that move"), found.deadlines), ("same", _("Only reckoned anew"), found.renewed)]
    if recount.state not in (State.LOOKING, State.READY) or found.failed:
        counts = {
            Outcome.MOVED: found.moved + found.anew,
            Outcome.UNCHANGED: found.unchanged,
            Outcome.FAILED: found.failed,
        }
        counts[Outcome.WAITING] = found.waiting
        choices += [(outcome.value, str(outcome.label), number) for outcome, number in counts.items()]
    return [
        {"value": value, "title": title, "number": number, "is_chosen": value == shown}
        for value, title, number in choices
        if number or value == shown
    ]


def _rows(lines: Iterable[RecountLine], request: StaffRequest) -> list[dict[str, Any]]:
    lines = list(lines)
    holders = holders_of(lines)
    return [
        {
            **_matter(line.clock, request),
            "title": line.clock.title,
            "old": _end(line.clock, line.old_on, line.old_at),
            "new": _end(line.clock, line.new_on, line.new_at) if line.moves else "",
            "holder": holders[line.pk],
            "outcome": _outcome(line),
            "tone": OUTCOME_TONES.get(Outcome(line.outcome), "neutral"),
            "reason": _reason(line),
        }
        for line in lines
    ]


def _matter(clock: Clock, request: StaffRequest) -> dict[str, Any]:
    """Return what a line calls its case or contact, and the way there for who may read it."""
    if clock.case is not None:
        may_read = scope.may(request.user, "case.read", clock.case)
        return {"name": clock.case.number, "url": reverse("case_detail", args=[clock.case.number]) if may_read else ""}
    contact: Any = clock.contact
    may_read = scope.may(request.user, "contact.read", contact)
    name = f"{contact.get_channel_display()} {cn_moment(contact.taken_at)}"
    return {"name": name, "url": reverse("contact_detail", args=[contact.uuid]) if may_read else ""}


def _end(clock: Clock, on: Any, at: Any) -> str:
    rule = clock.known_rule
    return cn_moment(at) if rule is not None and Unit(rule.unit).counts_hours else cn_date(on)


def _outcome(line: RecountLine) -> str:
    if line.outcome == Outcome.MOVED and not line.moves:
        return _("Reckoned anew")
    return str(line.get_outcome_display())


def _reason(line: RecountLine) -> str:
    return str(REASONS.get(line.reason, line.reason))
