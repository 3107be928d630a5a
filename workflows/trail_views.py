"""The pages of the trail: what happened, searched and taken away."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from casework.audit import events
from casework.audit.models import Event
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.doors import demand
from casework.offices.exports import csv_file
from casework.offices.paging import Counted, page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_moment

from . import forms, operations, queries, tables
from .verification_views import begin_action

ACT = "audit.read"


@login_required
@require_GET
def audit_trail(request: StaffRequest) -> HttpResponse:
    """Show the trail to supervisors and auditors, by case, person, office, kind, time; keep whose words they read."""
    demand(request.user, ACT)
    filters = forms.TrailFilter(request.GET or None, user=request.user)
    events_found = queries.trail_for(request.user, **filters.chosen())
    found = page(events_found, order=queries.TRAIL_ORDER, cursor=request.GET.get("after"))
    lines = queries.in_words(found.rows)
    spoken = [line.event for line in lines if line.words]
    if spoken:
        operations.note_trail_reader(shown=spoken, by=request.user, at=timezone.now())
    asked = request.GET.copy()
    asked.pop("after", None)
    facts = {
        "page": found,
        "entries": tables.entries(lines, with_case=True),
        "filters": filters,
        "export_url": f"{reverse('audit_export')}?{asked.urlencode()}",
        "actions": _beside(),
    }
    return render(request, "workflows/audit_trail.html", facts)


@login_required
@require_GET
def audit_reads(request: StaffRequest) -> HttpResponse:
    """Show supervisors and auditors who read personal data: by person, reader, purpose, office, case and time."""
    demand(request.user, ACT)
    filters = forms.ReadsFilter(request.GET or None, user=request.user)
    found = queries.reads_for(request.user, **filters.chosen())
    reads = page(found, order=queries.READS_ORDER, cursor=request.GET.get("after"))
    facts = {"page": reads, "filters": filters, "rows": tables.read_rows(reads.rows, request.user)}
    return render(request, "workflows/audit_reads.html", facts)


def _beside() -> list[dict[str, Any]]:
    """Return what stands beside the search of the trail."""
    return [
        action("reads", _("Who read personal data"), reverse("audit_reads"), scope.YES, icon="eye"),
        action("checks", _("Checks of the trail"), reverse("verification_list"), scope.YES, icon="list-check"),
        begin_action(),
    ]


@login_required
@require_GET
def audit_export(request: StaffRequest) -> HttpResponse:
    """Hand out what the trail says as a file; that somebody took it is an event itself."""
    demand(request.user, ACT)
    chosen = forms.TrailFilter(request.GET or None, user=request.user).chosen()
    found, counted = queries.trail_to_export(queries.trail_for(request.user, **chosen))
    operations.note_trail_export(count=counted.number, filters=sorted(chosen), by=request.user, at=timezone.now())
    head = [
        _("Happened at"),
        _("Recorded at"),
        _("Where"),
        _("Number"),
        _("Kind of event"),
        _("Event"),
        _("Before → after"),
        _("Username"),
    ]
    return csv_file(request, "audit", [*head, _("Outcome")], _exported(found, counted))


def _exported(found: "QuerySet[Event]", counted: Counted) -> Iterator[list[Any]]:
    for line in queries.in_words_one_by_one(found):
        event = line.event
        yield [
            cn_moment(event.happened_at),
            cn_moment(event.recorded_at),
            event.stream.removeprefix("case:"),
            event.seq,
            events.title(event.kind),
            line.sentence,
            "; ".join(map(str, line.changes)),
            event.actor.username if event.actor else "",
            event.get_outcome_display(),
        ]
    if counted.is_capped:
        yield [_("These are the latest %(count)s events only: choose a period.") % {"count": counted.number}]
