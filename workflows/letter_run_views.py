"""The pages of letters to many: chosen on the list of cases, written in the background, read one by one, printed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import InvalidFacts
from casework.cases.models import Case
from casework.documents import letters, papers
from casework.documents.files import PDF
from casework.documents.letter_views import as_it_would_look
from casework.documents.letters import MOST, Outcome, State, Tally
from casework.documents.models import LetterRun, LetterRunLine
from casework.documents.papers import Paper, UnknownPaper
from casework.documents.views import as_file
from casework.offices import scope
from casework.offices.attempts import attempt
from casework.offices.doors import demand
from casework.offices.models import Office, upwards
from casework.offices.paging import page
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_moment

from . import forms, queries
from .case_type import all_case_types, case_type

ACT = "letter.issue"
TONES = {State.WRITING: "info", State.DONE: "good", State.STOPPED: "neutral"}
OUTCOME_TONES = {Outcome.ISSUED: "good", Outcome.SKIPPED: "bad"}
# Numbers of cases that are named before a letter goes to them.
NAMED = 20


@login_required
@require_GET
def letter_run_list(request: StaffRequest) -> HttpResponse:
    """List the letters to many of the offices the person writes letters for."""
    demand(request.user, ACT)
    found = page(letters.runs_for(request.user), order=("-id",), cursor=request.GET.get("after"))
    rows = [{"run": run, "title": _heading(run), "tone": TONES[State(run.state)]} for run in found.rows]
    return render(request, "workflows/letter_run_list.html", {"page": found, "rows": rows})


def _heading(run: LetterRun) -> str:
    try:
        return str(papers.find(run.paper)[1].title)
    except UnknownPaper:  # of a type that is no longer installed
        return run.paper


# ---- choosing, and beginning -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Chosen:
    """The cases that were chosen on the list: by its filters, or by their numbers."""

    request: StaffRequest
    filters: str
    numbers: str

    @classmethod
    def of(cls, request: StaffRequest) -> "_Chosen":
        """Read what the list sent: ticked rows, its filters, or what this page has kept of them."""
        sent = request.POST
        filters = sent.get("filters", "") if request.method == "POST" else request.GET.urlencode()
        numbers = sent.get("numbers", "") or ",".join(sent.getlist("picked"))
        return cls(request, filters, numbers.replace("\0", ""))

    @cached_property
    def cases(self) -> QuerySet[Case]:
        """All of them, of every kind."""
        filters = forms.CaseFilter(QueryDict(self.filters) if self.filters.strip("&") else None).chosen()
        numbers = [number for number in self.numbers.split(",") if number][:MOST]
        return queries.cases_to_write_to(self.request.user, at=timezone.now(), numbers=numbers, **filters)

    @cached_property
    def kinds(self) -> list[dict[str, Any]]:
        """How many of each kind, in the order of the kinds."""
        counts = dict(self.cases.order_by().values_list("case_type").annotate(Count("id")))
        return [
            {"slug": kind.slug, "title": kind.title, "count": counts[kind.slug]}
            for kind in all_case_types()
            if kind.slug in counts
        ]

    @property
    def hidden(self) -> dict[str, str]:
        """What the next page has to know."""
        return {"filters": self.filters, "numbers": self.numbers}


@login_required
@require_http_methods(["GET", "POST"])
def letter_run_new(request: StaffRequest) -> HttpResponse:
    """Say to which cases a letter would go, ask which letter and what it says, and begin to write it."""
    demand(request.user, ACT)
    chosen = _Chosen.of(request)
    if "bulk" in request.POST and not chosen.numbers:
        messages.error(request, _("Choose at least one case."))
        return redirect("case_list")
    form = forms.ManyLetters(
        request.POST if "letter" in request.POST else None, letters=_letters(chosen), initial=chosen.hidden
    )
    if form.is_bound and form.is_valid():
        return _write_page(request, chosen, form.cleaned_data["letter"])
    context = {"chosen": chosen, "form": form, "total": sum(kind["count"] for kind in chosen.kinds)}
    return render(request, "workflows/letter_run_new.html", context, status=422 if form.errors else 200)


def _letters(chosen: _Chosen) -> Iterable[tuple[str, list[tuple[str, Any]]]]:
    """Return the letters that can be chosen, by the kind of case they go to."""
    for kind in chosen.kinds:
        known = letters.letters_to_many(kind["slug"])
        facts = {"title": kind["title"], "counter": kind["count"]}
        title = ngettext("%(title)s: %(counter)s case", "%(title)s: %(counter)s cases", kind["count"]) % facts
        yield title, [(f"{kind['slug']}:{paper.code}", paper.title) for paper in known]


def _write_page(request: StaffRequest, chosen: _Chosen, letter: str) -> HttpResponse:
    """Ask what the letter says, beside the letter to the first of the cases; begin once it was said."""
    slug, _colon, code = letter.partition(":")
    paper, cases = papers.paper(slug, code), chosen.cases.filter(case_type=slug)
    seen = _seen(cases)
    sent = request.POST.copy() if "seen" in request.POST else None
    is_same = sent is None or sent["seen"] == seen
    if sent is not None:
        sent["seen"] = seen
    form = forms.WriteManyLetters(sent, paper=paper, initial={**chosen.hidden, "letter": letter, "seen": seen})
    if sent is not None and form.is_valid():
        run = attempt(form, lambda: _begin(request, paper, cases, is_same, form))
        if run is not None:
            return redirect("letter_run_detail", run.uuid)
    count = cases.count()
    context = {
        "form": form,
        "title": paper.title,
        "kind": case_type(slug).title,
        "count": count,
        "numbers": [case.number for case in cases[:NAMED]],
        "more": max(count - NAMED, 0),
        "others": [kind for kind in chosen.kinds if kind["slug"] != slug],
        "submit_label": ngettext("Write %(count)s letter", "Write %(count)s letters", count) % {"count": count},
        "back": f"{reverse('case_list')}?{chosen.filters}" if chosen.filters else reverse("case_list"),
        **_first(request, paper, cases, form),
    }
    return render(request, "workflows/letter_run_write.html", context, status=422 if form.errors else 200)


def _seen(cases: QuerySet[Case]) -> str:
    """Return a mark of exactly these cases."""
    keys = cases.values_list("pk", flat=True)[: MOST + 1]
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()


def _begin(
    request: StaffRequest, paper: Paper, cases: QuerySet[Case], is_same: bool, form: forms.WriteManyLetters
) -> LetterRun:
    """Begin, if the cases are still those that were shown.

    Raises:
        InvalidFacts: others have come, or some are gone.
    """
    if not is_same:
        raise InvalidFacts({"seen": [_("The list has changed since it was shown: look at the number of cases again.")]})
    found = list(cases[: MOST + 1])
    return letters.begin_run(
        office=_office(request, found),
        paper=paper.code,
        cases=found,
        by=request.user,
        at=timezone.now(),
        language=form.cleaned_data["language"],
        **form.facts(),
    )


def _office(request: StaffRequest, cases: list[Case]) -> Office:
    """Return the office the letters belong to: the lowest above all of the cases that the person writes for."""
    held = scope.paths(request.user, scope.ACTS[ACT].roles)
    above = set.intersection(*(set(upwards(path)) for path in {case.office_path for case in cases}))
    lowest = max(above, key=len)
    return Office.objects.get(path=lowest if any(lowest.startswith(path) for path in held) else held[0])


@login_required
@require_POST
def letter_run_preview(request: StaffRequest) -> HttpResponse:
    """Show the letter to the first of the cases as it would look with what has been typed so far."""
    demand(request.user, ACT)
    slug, _colon, code = request.POST.get("letter", "").replace("\0", "").partition(":")
    paper, cases = papers.paper(slug, code), _Chosen.of(request).cases.filter(case_type=slug)
    form = forms.WriteManyLetters(request.POST, paper=paper)
    return render(request, "casework/documents/sheet.html", _first(request, paper, cases, form))


def _first(request: StaffRequest, paper: Paper, cases: QuerySet[Case], form: forms.WriteManyLetters) -> dict[str, Any]:
    case = cases.select_related("office", "worker", "employer").first()
    if case is None:
        return {}
    language = form.so_far()[0]
    return as_it_would_look(request, case=case, paper=paper, language=language, values=form.facts())


# ---- watching, stopping, printing ------------------------------------------------------------------------


@login_required
@require_GET
def letter_run_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show how far the letters have come and what became of each; or the progress alone to a script."""
    run = letters.run_for(request.user, uuid)
    found, works = letters.tally(run), run.state == State.WRITING
    progress = {"run": run, "tally": found, "done": found.lines - found.waiting}
    if request.headers.get("HX-Request"):
        if not works:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "workflows/letter_run_progress.html", progress)
    shown = request.GET.get("show", "")
    lines = run.lines.select_related("case", "letter")
    lines = lines.filter(outcome=shown) if shown in Outcome.values else lines
    listed = page(lines, order=("id",), cursor=request.GET.get("after"))
    context = {
        **progress,
        "title": _heading(run),
        "works": works,
        "badges": [{"label": run.get_state_display(), "tone": TONES[State(run.state)]}],
        "facts": _facts(run),
        "actions": _actions(run, found),
        "filters": _filters(found, shown),
        "page": listed,
        "rows": [_row(line) for line in listed.rows],
    }
    return render(request, "workflows/letter_run_detail.html", context)


def _facts(run: LetterRun) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Office"), "value": run.office},
        {"label": _("Begun"), "value": f"{cn_moment(run.made_at)} · {run.made_by}"},
    ]
    return [*facts, {"label": _("Ended"), "value": cn_moment(run.ended_at)}] if run.ended_at else facts


def _actions(run: LetterRun, found: Tally) -> list[dict[str, Any]]:
    """Return what can be done now, each with what exactly will happen."""
    stop = {
        "key": "stop",
        "label": _("Stop"),
        "url": reverse("letter_run_stop", args=[run.uuid]),
        "icon": "player-stop",
        "tone": "bad",
        "confirm": ngettext(
            "The %(count)s letter that waits is not written. What went out stays.",
            "The %(count)s letters that wait are not written. What went out stays.",
            found.waiting,
        )
        % {"count": found.waiting},
    }
    if run.state == State.WRITING:
        return [stop]
    return []


def _filters(found: Tally, shown: str) -> list[dict[str, Any]]:
    choices = [("", _("All"), found.lines)]
    numbers = {Outcome.ISSUED: found.issued, Outcome.SKIPPED: found.skipped, Outcome.WAITING: found.waiting}
    choices += [(outcome.value, str(outcome.label), number) for outcome, number in numbers.items()]
    return [
        {"value": value, "title": title, "number": number, "is_chosen": value == shown}
        for value, title, number in choices
        if number or value == shown
    ]


def _row(line: LetterRunLine) -> dict[str, Any]:
    return {
        "number": line.case.number,
        "letter": line.letter.number if line.letter else "",
        "outcome": line.get_outcome_display(),
        "tone": OUTCOME_TONES.get(Outcome(line.outcome), "neutral"),
        "reason": line.reason,
    }


@login_required
@require_POST
def letter_run_stop(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Stop writing; what went out stays."""
    run = letters.run_for(request.user, uuid)
    letters.end_run(run=run, by=request.user, at=timezone.now(), stop=True)
    messages.success(request, _("No further letter is written."))
    return redirect("letter_run_detail", uuid)


@login_required
@require_POST
def letter_run_print(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Hand out the letters as one PDF to print."""
    run = letters.run_for(request.user, uuid)
    whole = letters.print_run(run=run, by=request.user, at=timezone.now())
    name = f"{_heading(run)} {timezone.localdate(run.made_at):%Y-%m-%d}.pdf"
    return as_file(whole, PDF, name)
