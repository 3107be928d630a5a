"""Pages of money: funds, payouts and their batches. Each step that changes money has a page of its own.

The page that confirms a payment stands in `workflows.views`, because a paid case goes on from there; it
shows a payout again through `payout_page`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import NotFound
from casework.audit.models import Reading
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import Trail, attempt, form_page
from casework.offices.doors import demand
from casework.offices.paging import count_up_to, page
from casework.people import operations as people
from casework.people.identifiers import mask_name
from casework.people.queries import accounts_of
from casework.staff.door import asks_again
from casework.staff.requests import StaffRequest

from . import forms, guards, operations, queries
from .models import Fund, Payout, PayoutBatch, Reservation
from .programmes import programme_title

PAYOUT_TONES = {
    Payout.State.DUE: "warn",
    Payout.State.BATCHED: "info",
    Payout.State.SENT: "info",
    Payout.State.PAID: "good",
    Payout.State.FAILED: "bad",
    Payout.State.UNKNOWN: "bad",
}
BATCH_TONES = {PayoutBatch.State.OPEN: "warn", PayoutBatch.State.RELEASED: "info", PayoutBatch.State.CLOSED: "good"}
RESERVATION_TONES = {Reservation.State.LIVE: "info", Reservation.State.SPENT: "good"}


# ---- payouts -------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A payout as lists show it: no more of the person than an office needs to tell two apart."""

    payout: Payout
    payee: str
    tone: str
    can_be_batched: bool


def _rows(payouts: list[Payout]) -> list[Row]:
    return [
        Row(
            payout,
            mask_name(payout.payee.name),
            PAYOUT_TONES.get(Payout.State(payout.state), "neutral"),
            payout.state == Payout.State.DUE and payout.method == Payout.Method.BANK,
        )
        for payout in payouts
    ]


@login_required
@require_GET
def payout_list(request: StaffRequest) -> HttpResponse:
    """List payouts by state and office; due bank transfers can be ticked for a batch."""
    demand(request.user, "payout.read")
    form = forms.PayoutFilter(request.GET, user=request.user)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.payouts_for(request.user, **wanted)
    payouts = page(found, order=("-id",), cursor=request.GET.get("after"))
    return render(
        request,
        "casework/funds/payout_list.html",
        {
            "form": form,
            "page": payouts,
            "rows": _rows(payouts.rows),
            "found": _("%(count)s payouts") % {"count": count_up_to(found)},
            "may_batch": scope.may(request.user, "payout.pay"),
            "bulk": [{"label": _("Put into a batch"), "value": "batch"}],
        },
        status=200 if form.is_valid() else 422,
    )


@login_required
@require_GET
def payout_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a payout: what and for whom, who signed, the warnings, and what can be done."""
    payout = queries.payout_for(request.user, uuid)
    number = payout.claim_line.case.number if payout.claim_line.case else ""
    facts: dict[str, Any] = {"subject": payout.payee, "case_number": number, "purpose": Reading.PAYOUT}
    people.note_reader(by=request.user, at=timezone.now(), **facts)
    return payout_page(request, payout, forms.Pay())


def payout_page(request: StaffRequest, payout: Payout, form: forms.Pay) -> HttpResponse:
    """Answer with the page of a payout, the form to confirm the payment on it."""
    now = timezone.now()
    return render(
        request,
        "casework/funds/payout_detail.html",
        {
            "payout": payout,
            "badges": [
                {
                    "label": payout.get_state_display(),
                    "tone": PAYOUT_TONES.get(Payout.State(payout.state), "neutral"),
                }
            ],
            "facts": _facts(payout),
            "signatures": queries.signatures_of(payout.claim_line),
            "findings": guards.findings(payout, now),
            "may_answer": scope.may(request.user, "payout.vouch", payout),
            "is_moving": payout.state in Payout.MOVING,
            "pay_answer": operations.may_pay(payout, request.user, now),
            "can_be_paid": payout.state in (Payout.State.DUE, Payout.State.SENT, Payout.State.UNKNOWN),
            "form": form,
            "actions": _actions(request, payout),
        },
        status=422 if form.errors else 200,
    )


def _facts(payout: Payout) -> list[dict[str, Any]]:
    line, account = payout.claim_line, payout.account
    facts: list[dict[str, Any]] = [
        {"label": _("For"), "value": line.title},
        {"label": _("Programme"), "value": programme_title(line.programme)},
        {
            "label": _("Case"),
            "value": line.case.number if line.case else "",
            "url": reverse("case_detail", args=[line.case.number]) if line.case else "",
        },
        {
            "label": _("Payee"),
            "value": mask_name(payout.payee.name),
            "url": reverse("worker_detail", args=[payout.payee.uuid]),
        },
        {"label": _("Office"), "value": payout.office},
        {"label": _("Fund"), "value": f"{payout.fund.title} {payout.fund.year}"},
        {"label": _("Method of payment"), "value": payout.get_method_display()},
    ]
    if account is not None:
        facts.append({"label": _("Bank account"), "value": account.masked, "masked": True})
    if payout.batch is not None:
        facts.append(
            {
                "label": _("Batch"),
                "value": payout.batch.number,
                "url": reverse("batch_detail", args=[payout.batch.uuid]),
            }
        )
    if payout.voucher_number:
        facts.append({"label": _("Voucher number"), "value": payout.voucher_number})
    if payout.failure_reason:
        facts.append({"label": _("Why it ended unpaid"), "value": payout.failure_reason, "wide": True})
    return facts


@dataclass(frozen=True)
class Step:
    """Something finance does to a payout on a page of its own: from which states, and what the page says."""

    title: str | Promise
    explanation: str | Promise
    icon: str
    sources: tuple[str, ...]
    work: Callable[..., Any]
    tone: str = ""


def _release(*, payout: Payout, **facts: Any) -> Any:
    return operations.release_reservation(claim_line=payout.claim_line, **facts)


STEPS: dict[str, Step] = {
    "fail": Step(
        gettext_lazy("Record as failed"),
        gettext_lazy("The bank returned the money. It stays reserved, and you can pay again to the right account."),
        "x",
        (Payout.State.DUE, Payout.State.SENT),
        operations.mark_failed,
        "bad",
    ),
    "unknown": Step(
        gettext_lazy("Result unknown"),
        gettext_lazy("Nobody knows whether the money arrived. Until that is settled it will not be paid again."),
        "help-circle",
        (Payout.State.DUE, Payout.State.SENT),
        operations.mark_unknown,
    ),
    "resolve": Step(
        gettext_lazy("It was not paid"),
        gettext_lazy("You found out that the money did not go out. If it did, confirm the payment with its voucher."),
        "search",
        (Payout.State.UNKNOWN,),
        operations.resolve_unknown,
        "bad",
    ),
    "cancel": Step(
        gettext_lazy("Cancel the payout"),
        gettext_lazy("The payout is taken back before it goes to the bank. The money stays reserved."),
        "ban",
        (Payout.State.DUE, Payout.State.BATCHED),
        operations.cancel_payout,
        "bad",
    ),
    "release": Step(
        gettext_lazy("Release the money"),
        gettext_lazy("The sum is free again in its fund, and the claim line waits for another decision."),
        "lock-open",
        Payout.ENDED_UNPAID,
        _release,
        "bad",
    ),
}


def _actions(request: StaffRequest, payout: Payout) -> list[dict[str, Any]]:
    """Return what can be done to a payout in its state, with the reason where this person may not."""
    answer = scope.may(request.user, "payout.pay", payout)
    ended = payout.state in Payout.ENDED_UNPAID
    # An older payout that came to nothing offers no steps once another one has taken its place.
    if ended and (
        queries.live_payout_of(payout.claim_line) is not None or queries.reservation_of(payout.claim_line) is None
    ):
        return []
    steps = [
        action(
            name, step.title, reverse("payout_step", args=[payout.uuid, name]), answer, icon=step.icon, tone=step.tone
        )
        for name, step in STEPS.items()
        if payout.state in step.sources
    ]
    if ended:
        again = reverse("payout_again", args=[payout.uuid])
        steps.insert(0, action("again", _("Pay again"), again, answer, icon="refresh", tone="main"))
    return steps


@login_required
@require_http_methods(["GET", "POST"])
@asks_again
def payout_step(request: StaffRequest, uuid: UUID, name: str) -> HttpResponse:
    """Do a step on a payout that needs its reason: failed, unknown, not paid after all, cancelled, released."""
    payout = queries.payout_for(request.user, uuid)
    step = STEPS.get(name)
    if step is None:
        raise NotFound
    demand(request.user, "payout.pay", payout)
    form = forms.Reason(request.POST if request.method == "POST" else None)
    return _work(
        request,
        form,
        lambda reason: step.work(payout=payout, reason=reason, by=request.user, at=timezone.now()),
        heading=step.title,
        text=step.explanation,
        back=reverse("payout_detail", args=[uuid]),
        trail=_payout_trail(payout),
    )


@login_required
@require_http_methods(["GET", "POST"])
@asks_again
def payout_warning(request: StaffRequest, uuid: UUID, guard: str) -> HttpResponse:
    """Answer a warning on a payout."""
    payout = queries.payout_for(request.user, uuid)
    finding = next((one for one in guards.findings(payout, timezone.now()) if one.code == guard), None)
    if finding is None:
        raise NotFound
    form = forms.Reason(request.POST if request.method == "POST" else None)
    return _work(
        request,
        form,
        lambda reason: operations.answer_warning(
            payout=payout, guard=guard, reason=reason, by=request.user, at=timezone.now()
        ),
        heading=finding.title,
        text=finding.text,
        back=reverse("payout_detail", args=[uuid]),
        trail=_payout_trail(payout),
    )


@login_required
@require_http_methods(["GET", "POST"])
@asks_again
def payout_again(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Commit another payout for a claim line whose last one came to nothing."""
    payout = queries.payout_for(request.user, uuid)
    demand(request.user, "payout.pay", payout)
    form = forms.Commit(
        request.POST if request.method == "POST" else None,
        accounts=accounts_of(payout.payee),
        initial={"method": payout.method},
    )
    return _work(
        request,
        form,
        lambda method, account: operations.commit_payout(
            claim_line=payout.claim_line, method=method, account=account, by=request.user, at=timezone.now()
        ),
        heading=_("Pay again"),
        text=_("A new payout is made from the money that is still reserved."),
        back=reverse("payout_detail", args=[uuid]),
        trail=_payout_trail(payout),
        to=lambda made: reverse("payout_detail", args=[made.uuid]),
    )


def _payout_trail(payout: Payout) -> Trail:
    return [
        (_("Payouts"), reverse("payout_list")),
        (payout.claim_line.title, reverse("payout_detail", args=[payout.uuid])),
    ]


# ---- batches -------------------------------------------------------------------------------------------


@login_required
@require_POST
def batch_make(request: StaffRequest) -> HttpResponse:
    """Put the ticked payouts into a batch; say how many, and why the others were left out."""
    demand(request.user, "payout.pay")
    # no number of ours is longer than a column holds
    picked = [int(text) for text in request.POST.getlist("picked") if re.fullmatch("[0-9]{1,18}", text)]
    payouts = list(queries.payouts_visible_to(request.user).filter(pk__in=picked)[:MOST_AT_ONCE])
    if not payouts:
        messages.warning(request, _("Tick the payouts that are to go into the batch."))
        return redirect("payout_list")
    try:
        batch, skipped = operations.make_batch(payouts=payouts, by=request.user, at=timezone.now())
    except operations.NothingToBatch as error:
        messages.error(request, str(error))
        return redirect("payout_list")
    messages.success(
        request,
        ngettext("Batch %(number)s holds %(count)d payout.", "Batch %(number)s holds %(count)d payouts.", batch.count)
        % {"number": batch.number, "count": batch.count},
    )
    for payout, reason in skipped:
        messages.warning(
            request,
            _("Left out: %(title)s ¥%(amount)s. %(reason)s")
            % {"title": payout.claim_line.title, "amount": f"{payout.amount:,.2f}", "reason": reason},
        )
    return redirect("batch_detail", batch.uuid)


# As many as one page of the list can tick.
MOST_AT_ONCE = 200


@login_required
@require_GET
def batch_list(request: StaffRequest) -> HttpResponse:
    """List the batches."""
    demand(request.user, "payout.read")
    form = forms.BatchFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    batches = page(queries.batches_for(request.user, state=state), order=("-id",), cursor=request.GET.get("after"))
    rows = [{"batch": batch, "tone": BATCH_TONES[PayoutBatch.State(batch.state)]} for batch in batches.rows]
    return render(request, "casework/funds/batch_list.html", {"form": form, "page": batches, "rows": rows})


@login_required
@require_GET
def batch_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a batch and its payouts; each is confirmed on its own page when the bank has answered."""
    batch = queries.batch_for(request.user, uuid)
    inside = queries.payouts_for(request.user).filter(batch=batch)
    payouts = page(inside, order=("id",), cursor=request.GET.get("after"))
    release = action(
        "release",
        pgettext("payment batch", "Release"),
        reverse("batch_release", args=[uuid]),
        operations.may_release(batch, request.user),
        icon="send",
        method="post",
        tone="main",
        confirm=_("Send %(count)s payouts, ¥%(total)s in all, to the bank?")
        % {"count": batch.count, "total": f"{batch.total:,.2f}"},
    )
    return render(
        request,
        "casework/funds/batch_detail.html",
        {
            "batch": batch,
            "badges": [{"label": batch.get_state_display(), "tone": BATCH_TONES[PayoutBatch.State(batch.state)]}],
            "facts": [
                {"label": _("Office"), "value": batch.office},
                {"label": pgettext("payment batch", "Made by"), "value": batch.made_by},
                {"label": pgettext("payment batch", "Released by"), "value": batch.released_by},
            ],
            "page": payouts,
            "rows": _rows(payouts.rows),
            "release": release if batch.state == PayoutBatch.State.OPEN else None,
        },
    )


@login_required
@require_POST
@asks_again
def batch_release(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Send a batch to the bank."""
    batch = queries.batch_for(request.user, uuid)
    operations.release_batch(batch=batch, by=request.user, at=timezone.now())
    messages.success(request, _("The batch is released."))
    return redirect("batch_detail", uuid)


# ---- funds ---------------------------------------------------------------------------------------------


@login_required
@require_GET
def fund_list(request: StaffRequest) -> HttpResponse:
    """List funds with what is free, reserved and paid."""
    demand(request.user, "fund.read")
    form = forms.FundFilter(request.GET, user=request.user)
    found = queries.funds_for(request.user, **(form.cleaned_data if form.is_valid() else {}))
    return render(
        request,
        "casework/funds/fund_list.html",
        {
            "form": form,
            "page": page(found, order=("-year", "-id"), cursor=request.GET.get("after")),
            "totals": queries.totals(found),
            "open_action": action(
                "fund_open", _("Open a fund"), reverse("fund_open"), scope.may(request.user, "fund.manage"), icon="plus"
            ),
        },
        status=200 if form.is_valid() else 422,
    )


@login_required
@require_GET
def fund_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a fund: its sums, and every reservation that moved them."""
    fund = queries.fund_for(request.user, uuid)
    moved = page(queries.movements(fund), order=("-id",), cursor=request.GET.get("after"))
    answer = scope.may(request.user, "fund.manage", fund)
    return render(
        request,
        "casework/funds/fund_detail.html",
        {
            "fund": fund,
            "facts": [
                {"label": _("Office"), "value": fund.office},
                {"label": _("Source of the money"), "value": fund.get_source_display()},
                {"label": _("Year"), "value": str(fund.year)},
                {"label": _("Budget line"), "value": fund.line},
                {"label": _("May pay for"), "value": _pays_for(fund)},
            ],
            "page": moved,
            "rows": [
                {"kept": kept, "tone": RESERVATION_TONES.get(Reservation.State(kept.state), "neutral")}
                for kept in moved.rows
            ],
            "actions": [
                action("fund_budget", _("Change the budget"), reverse("fund_budget", args=[uuid]), answer, icon="edit")
            ],
        },
    )


def _pays_for(fund: Fund) -> str:
    return _(", ").join(programme_title(code) for code in fund.programmes) or _("Anything")


@login_required
@require_http_methods(["GET", "POST"])
def fund_open(request: StaffRequest) -> HttpResponse:
    """Open a fund."""
    demand(request.user, "fund.manage")
    form = forms.OpenFund(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"year": timezone.localdate().year},
    )
    return _work(
        request,
        form,
        lambda **facts: operations.open_fund(by=request.user, at=timezone.now(), **facts),
        heading=_("Open a fund"),
        back=reverse("fund_list"),
        trail=[(_("Funds"), reverse("fund_list"))],
        to=lambda fund: reverse("fund_detail", args=[fund.uuid]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def fund_budget(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Change the budget of a fund."""
    fund = queries.fund_for(request.user, uuid)
    demand(request.user, "fund.manage", fund)
    form = forms.ChangeBudget(request.POST if request.method == "POST" else None, initial={"budget": fund.budget})
    return _work(
        request,
        form,
        lambda **facts: operations.change_budget(fund=fund, by=request.user, at=timezone.now(), **facts),
        heading=_("Change the budget"),
        back=reverse("fund_detail", args=[uuid]),
        trail=[(_("Funds"), reverse("fund_list")), (fund.title, reverse("fund_detail", args=[uuid]))],
    )


def _work(
    request: StaffRequest,
    form: django_forms.Form,
    work: Callable[..., Any],
    *,
    heading: str | Promise,
    back: str,
    trail: Trail,
    text: str | Promise = "",
    to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Show a form, or do what it says and go on to where the result is seen."""
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        done = attempt(form, lambda: work(**facts))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect(to(done) if to else back)
    return form_page(request, form, heading, trail=trail, back=back, text=text)
