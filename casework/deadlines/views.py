"""The board of deadlines: what presses, the forecast, and the list behind every number of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from casework.offices.calendar_alarm import missing_year
from casework.offices.doors import demand
from casework.offices.exports import csv_file
from casework.offices.models import Office
from casework.offices.paging import count_up_to, page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_time

from . import board, forms, operations
from .board import Board, Deadline, Line, Sight, Standing
from .explanation import owing_titles
from .rules import DeadlineRule, Owing, Unit


@login_required
@require_GET
def deadline_board(request: StaffRequest) -> HttpResponse:
    """Show what presses by office, person and kind, and the forecast of ten working days."""
    demand(request.user, "deadline.read")
    filters = forms.BoardFilter(request.GET or None, user=request.user)
    chosen = filters.chosen()
    seen = board.sight_for(request.user, timezone.now(), **chosen)
    shown, here = board.board(seen), _here(**chosen)
    return render(
        request,
        "casework/deadlines/board.html",
        {
            "filters": filters,
            "board": shown,
            "total": _cells(shown.total, here),
            "tables": _tables(shown, here),
            "ahead": [(day, _address(here, since=day.first, until=day.last)) for day in shown.ahead],
            "soon": Standing.SOON,
            "missing_year": missing_year(seen.today),
            "most": board.MOST,
        },
    )


def _here(office: Office | None = None, owed_by: str = "") -> dict[str, Any]:
    """Return the filters of the board as they stand in an address."""
    return ({"office": office.code} if office else {}) | ({"owed_by": owed_by} if owed_by else {})


def _address(filters: dict[str, Any], **more: Any) -> str:
    """Return the address of the list behind a number."""
    return f"{reverse('deadline_list')}?{urlencode(filters | more)}"


def _cells(pressing: board.Pressing, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the three numbers of a line, each with the way to its rows."""
    standings = (Standing.OVERDUE, Standing.AT_RISK, Standing.SOON)
    return [
        {
            "title": standing.label,
            "tone": {Standing.OVERDUE: "bad", Standing.AT_RISK: "warn"}.get(standing, ""),
            "number": number,
            "url": _address(filters, state=standing.value),
        }
        for standing, number in zip(standings, pressing, strict=True)
    ]


def _tables(shown: Board, here: dict[str, Any]) -> list[dict[str, Any]]:
    matters = forms.matter_of_rules()
    return [
        _table("offices", _("By office"), _("Office"), [_office_line(line, here) for line in shown.offices]),
        _table("people", _("By person"), _("In the hands of"), [_person_line(line, here) for line in shown.people]),
        _table("rules", _("By kind"), _("Deadline"), [_rule_line(line, here, matters) for line in shown.rules]),
    ]


def _table(key: str, title: str, column: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    more = max(len(lines) - board.SHOWN, 0)
    return {"key": key, "title": title, "column": column, "lines": lines[: board.SHOWN], "more": more}


def _office_line(line: Line, here: dict[str, Any]) -> dict[str, Any]:
    office = line.subject
    if office is None:  # its path was moved a moment ago
        return {"title": "—", "cells": _cells(line.pressing, here)}
    filters = here | {"office": office.code}
    below = "" if line.alone else f"{reverse('deadline_board')}?{urlencode(filters)}"
    if line.alone:
        filters["alone"] = "on"
    under = _("The office itself") if line.alone else ""
    return {"title": office, "url": below, "under": under, "cells": _cells(line.pressing, filters)}


def _person_line(line: Line, here: dict[str, Any]) -> dict[str, Any]:
    person = line.subject
    if person is None:
        return {
            "title": pgettext("in whose hands", "nobody yet"),
            "cells": _cells(line.pressing, here | {"nobody": "on"}),
        }
    return {"title": person, "cells": _cells(line.pressing, here | {"person": person.username})}


def _rule_line(line: Line, here: dict[str, Any], matters: dict[str, str]) -> dict[str, Any]:
    rule = line.subject
    if not isinstance(rule, DeadlineRule):  # of a type that is no longer installed
        return {"title": rule, "cells": _cells(line.pressing, here)}
    under = f"{matters.get(rule.code, rule.code)} · {rule.law}"
    return {"title": rule.title, "under": under, "cells": _cells(line.pressing, here | {"rule": rule.code})}


# ---- the list ------------------------------------------------------------------------------------------


@login_required
@require_GET
def deadline_list(request: StaffRequest) -> HttpResponse:
    """Show the deadlines that fit the filters, the one that ends first on top."""
    filters, seen, chosen = _asked(request)
    found = board.deadlines(seen, **chosen)
    shown = page(found, order=("due_at", "id"), cursor=request.GET.get("after"))
    asked = {name: value for name, value in request.GET.items() if name in filters.fields and value}
    return render(
        request,
        "casework/deadlines/list.html",
        {
            "filters": filters,
            "page": shown,
            "rows": [_row(deadline, seen) for deadline in board.named(shown.rows)],
            "found": count_up_to(found),
            "export_url": f"{reverse('deadline_export')}?{urlencode(asked)}",
        },
    )


@login_required
@require_GET
def deadline_export(request: StaffRequest) -> HttpResponse:
    """Hand the whole list out as a file; that somebody took it is an event of the office."""
    _filters, seen, chosen = _asked(request)
    found = board.deadlines(seen, **chosen)
    operations.note_export(office=seen.office, count=found.count(), by=request.user, at=seen.at)
    head = [
        _("Deadline"),
        pgettext("a day", "Due"),
        _("Hour"),
        _("State"),
        _("Case number"),
        _("Worker"),
        _("In the hands of"),
        _("Office"),
        _("Who has to act"),
        _("Law"),
    ]
    return csv_file(request, "deadlines", head, _exported(board.named_one_by_one(found), seen))


def _exported(deadlines: Iterator[Deadline], seen: Sight) -> Iterator[list[Any]]:
    for deadline in deadlines:
        row = _row(deadline, seen)
        yield [
            row["title"],
            deadline.clock.due_on.isoformat(),
            cn_time(row["due"]) if row["counts_hours"] else "",
            row["state"],
            row["number"],
            row["worker"],
            str(row["person"] or ""),
            str(row["office"] or ""),
            row["owed_by"],
            row["law"],
        ]


def _asked(request: StaffRequest) -> tuple[forms.DeadlineFilter, Sight, dict[str, Any]]:
    """Return the filters of the list, what they look at, and the rest of what was chosen."""
    demand(request.user, "deadline.read")
    filters = forms.DeadlineFilter(request.GET or None, user=request.user)
    chosen = filters.chosen()
    where = {name: chosen.pop(name) for name in ("office", "alone", "owed_by") if name in chosen}
    return filters, board.sight_for(request.user, timezone.now(), **where), chosen


def _row(deadline: Deadline, seen: Sight) -> dict[str, Any]:
    """Return what the list says of a deadline."""
    clock, rule = deadline.clock, deadline.rule
    is_case = clock.case_number is not None
    badges = _badges(clock, seen)
    late = [str(Standing.OVERDUE.label)] if clock.is_late else []
    counts_hours = rule is not None and Unit(rule.unit).counts_hours
    return {
        "title": clock.title,
        "law": rule.law if rule else "",
        "is_ours": rule is None or rule.owed_by == Owing.OFFICE,
        "owed_by": str(owing_titles()[Owing(rule.owed_by)]) if rule else "",
        "due": clock.due_at if counts_hours else clock.due_on,
        "counts_hours": counts_hours,
        "is_still": clock.state == clock.State.SUSPENDED,
        "badges": badges,
        "state": _(", ").join([*late, *(str(badge["label"]) for badge in badges)]),
        "number": clock.case_number if is_case else "",
        "url": reverse("case_detail", args=[clock.case_number])
        if is_case
        else reverse("contact_detail", args=[clock.contact_uuid]),
        "worker": clock.worker_label if is_case else "",
        "person": deadline.person,
        "office": deadline.office,
    }


def _badges(clock: Any, seen: Sight) -> list[dict[str, Any]]:
    """Return what a due date does not say by itself."""
    warned = clock.alarm == clock.Alarm.AT_RISK or (clock.alarm_at is not None and clock.alarm_at <= seen.at)
    found = []
    if clock.state == clock.State.SUSPENDED:
        found.append({"label": Standing.STILL.label, "tone": "", "icon": "player-pause"})
    elif clock.is_running and warned and seen.at < clock.due_at:
        found.append({"label": Standing.AT_RISK.label, "tone": "warn", "icon": "alarm"})
    if clock.provisional:
        found.append({"label": Standing.PROVISIONAL.label, "tone": "", "icon": "calendar-question"})
    return found
