"""Pages of emergency openings (紧急查阅): breaking the glass, the list of who did, ending one and reviewing it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import NotFound
from casework.cases import glass
from casework.cases.models import GlassBreak
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import demand
from casework.offices.paging import page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_moment


class BreakGlass(forms.Form):
    """Which case has to be read now, and why."""

    number = forms.CharField(
        label=gettext_lazy("Case number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class Review(forms.Form):
    """What a supervisor says of an emergency opening."""

    finding = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=GlassBreak.Finding.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@login_required
@require_GET
def glass_list(request: StaffRequest) -> HttpResponse:
    """List one's own emergency openings and those one oversees, open and ended."""
    demand(request.user, "case.break_glass")
    at = timezone.now()
    found = page(glass.glass_breaks_for(request.user), order=("-id",), cursor=request.GET.get("after"))
    facts = {
        "page": found,
        "rows": [{"broken": broken, "is_open": broken.ends_at > at} for broken in found.rows],
        "actions": [
            action(
                "break",
                _("Open a case in an emergency"),
                reverse("glass_break"),
                scope.may(request.user, "case.break_glass"),
                icon="lock-open",
                tone="bad",
            )
        ],
    }
    return render(request, "workflows/glass_list.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def glass_break(request: StaffRequest) -> HttpResponse:
    """Ask for the number and the reason, and open the case for reading."""
    demand(request.user, "case.break_glass")
    form = BreakGlass(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            broken = attempt(form, lambda: glass.break_glass(by=request.user, at=timezone.now(), **form.cleaned_data))
        except NotFound:  # a digit mistyped in a hurry: the reason is not typed twice
            form.add_error("number", _("There is no case of this number."))
        except glass.ReadAlready as error:
            messages.info(request, str(error))
            return redirect("case_detail", form.cleaned_data["number"].strip())
        else:
            if broken is not None:
                return redirect("case_detail", broken.case.number)
    text = _(
        "For a case of another office that has to be read now: somebody is in danger, a period ends today. It stands "
        "open to you for %(hours)s hours, to read and nothing else. The supervisors of both offices hear of it at "
        "once, everything you read is entered, and somebody reviews it."
    ) % {"hours": glass.OPEN_FOR // timedelta(hours=1)}
    trail = [(_("Cases"), reverse("case_list")), (_("Emergency openings"), reverse("glass_list"))]
    back, read_it = reverse("glass_list"), _("Read the case now")
    return form_page(request, form, _("Open a case in an emergency"), trail=trail, back=back, text=text, submit=read_it)


@login_required
@require_http_methods(["GET", "POST"])
def glass_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show an emergency opening: who, why, what was read; say whether it was justified."""
    broken, at = glass.glass_break_for(request.user, uuid), timezone.now()
    answer = glass.may_review(broken, request.user)
    form = Review(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: glass.review_glass(broken=broken, by=request.user, at=at, **facts)):
            messages.success(request, _("The review is recorded."))
            return redirect("glass_detail", uuid)
    is_open = broken.ends_at > at
    context = {
        "broken": broken,
        "is_open": is_open,
        "facts": _facts(broken, linked=bool(scope.may(request.user, "case.read", broken.case))),
        "entries": list(glass.read_through(broken)),
        "form": form if broken.reviewed_by is None and answer else None,
        "answer": answer,
        "end": action(
            "end",
            _("End it now"),
            reverse("glass_end", args=[uuid]),
            scope.YES if request.user.pk == broken.reader_id else answer,
            icon="lock",
            method="post",
            confirm=_("End this emergency opening?"),
        ),
    }
    return render(request, "workflows/glass_detail.html", context, status=422 if form.errors else 200)


def _facts(broken: GlassBreak, *, linked: bool) -> list[dict[str, Any]]:
    until = cn_moment(broken.ends_at)
    if broken.ended_by is not None:
        until = _("%(until)s, ended early by %(who)s") % {"until": until, "who": broken.ended_by}
    url = reverse("case_detail", args=[broken.case.number]) if linked else ""
    facts: list[dict[str, Any]] = [
        {"label": _("Case"), "value": broken.case.number, "url": url},
        {"label": _("Office of the case"), "value": broken.case.office},
        {"label": _("Opened by"), "value": broken.reader},
        {"label": _("Office of the reader"), "value": broken.reader_office},
        {"label": _("Opened at"), "value": cn_moment(broken.opened_at)},
        {"label": _("Open until"), "value": until},
        {"label": _("Reason"), "value": broken.reason, "wide": True},
    ]
    if broken.reviewed_by is not None and broken.reviewed_at is not None:
        facts += [
            {"label": _("Finding"), "value": broken.get_finding_display()},
            {"label": _("Looked into by"), "value": f"{broken.reviewed_by} · {cn_moment(broken.reviewed_at)}"},
            {"label": _("Note"), "value": broken.note, "wide": True},
        ]
    return facts


@login_required
@require_POST
def glass_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End an emergency opening before its time."""
    broken = glass.glass_break_for(request.user, uuid)
    glass.end_glass(broken=broken, by=request.user, at=timezone.now())
    messages.success(request, _("The emergency opening has ended."))
    return redirect("glass_detail", uuid)
