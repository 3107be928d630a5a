"""Pages on which an administrator writes what the letters say: what counts where, the text, its versions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import CaseworkError, InvalidFacts, NotFound
from casework.offices import scope
from casework.offices.attempts import attempt
from casework.offices.doors import demand
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.staff.requests import StaffRequest

from . import filling, forms, letters, papers, sampling, versions
from .composing import Composed, basis_of, has_close, seal_of, text_of
from .papers import Paper

ACT = "config.manage"


@login_required
@require_GET
def text_list(request: StaffRequest) -> HttpResponse:
    """List every letter with what counts for it at an office: its own text, that of one above, or the house's."""
    demand(request.user, ACT)
    offices = offices_where(request.user, scope.ACTS[ACT].roles)
    chosen = forms.OfficeOfTexts(request.GET or None, offices=offices)
    office = chosen.chosen().get("office") or offices.first()
    if office is None:
        raise NotFound
    context = {"chosen": chosen, "office": office, "many": len(offices) > 1, "groups": versions.texts_at(office)}
    return render(request, "casework/documents/text_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def text_edit(request: StaffRequest, office: str, paper: str, language: str) -> HttpResponse:
    """Show what a letter says at an office, and write a new version of it."""
    place, case_type, chosen = _text(request, office, paper, language)
    present, counts = text_of(chosen, case_type, place.path, language)
    form = forms.TextOfLetter(request.POST if request.method == "POST" else None, initial={"source": present})
    if form.is_bound and form.is_valid():
        source = "" if "back" in request.POST else form.cleaned_data["source"]
        facts = {"office": place, "paper": paper, "language": language, "why": form.cleaned_data["why"]}
        at = timezone.now()
        text = attempt(form, lambda: _write(source, "back" in request.POST, by=request.user, at=at, **facts))
        if text is not None:
            messages.success(request, _("Version %(version)s counts from now on.") % {"version": text.version})
            return redirect(request.path)
    shown = form.data.get("source", "") if form.is_bound else present
    house = papers.built_in_text(case_type, paper, language)
    context = {
        "office": place,
        "paper": chosen,
        "language": language,
        "other_languages": [code for code in versions.LANGUAGES if code != language],
        "form": form,
        "counts": versions.Counts(chosen, language, counts),
        "is_the_houses": present == house,
        "names": versions.names_for(case_type, chosen),
        "versions": versions.versions_of(office=place, paper=paper, language=language, house=house),
        "preview_url": reverse("text_preview", args=[office, paper, language]),
        **_shown(place, case_type, chosen, language, shown),
    }
    status = 422 if form.errors else 200
    return render(request, "casework/documents/text_edit.html", context, status=status)


def _write(source: str, back: bool, **facts: Any) -> Any:
    """Write a version; an empty text is the way back to the house's and must be meant so."""
    if not back and not source.strip():
        raise InvalidFacts({"source": [_("A letter without a text says nothing.")]})
    return letters.write_text(source=source, **facts)


@login_required
@require_POST
def text_preview(request: StaffRequest, office: str, paper: str, language: str) -> HttpResponse:
    """Show a text that is being written as a letter, with made-up values: who writes it reads no case."""
    place, case_type, chosen = _text(request, office, paper, language)
    shown = _shown(place, case_type, chosen, language, request.POST.get("source", ""))
    return render(request, "casework/documents/sheet.html", shown)


def _text(request: StaffRequest, office: str, paper: str, language: str) -> tuple[Office, str, Paper]:
    """Return the office, the type of case and the letter that an address names."""
    demand(request.user, ACT)
    place = offices_where(request.user, scope.ACTS[ACT].roles).filter(code=office).first()
    if place is None or language not in versions.LANGUAGES:
        raise NotFound
    return place, *papers.find(paper)


def _shown(office: Office, case_type: str, paper: Paper, language: str, source: str) -> dict[str, Any]:
    """Return the letter that a text makes, or what is wrong with the text."""
    try:
        filling.check(source, papers.known_names(case_type, paper))
        return {"letter": _sample(office, case_type, paper, language, source)}
    except InvalidFacts as error:
        return {"problem": error.said}
    except CaseworkError as error:
        return {"problem": str(error)}


def _sample(office: Office, case_type: str, paper: Paper, language: str, source: str) -> Composed:
    with translation.override(language):
        values = sampling.samples(source, papers.known_names(case_type, paper), timezone.now())
        filled = filling.fill(source, values, language)
        frame = {
            "office": "" if paper.of_party else str(office),
            "title": str(paper.title),
            "draft": _("Sample with made-up values"),
            "number": "",
            "corrects": "",
            "basis": basis_of(paper),
            "contact": "",
            "close": seal_of(office) if has_close(paper) else "",
        }
    return Composed(language, filled.source, frame)
