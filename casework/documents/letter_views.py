"""Pages of letters: written with the letter beside the form, read as they went out, signed, sent and served."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import CaseworkError, InvalidFacts, NotFound, Text
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import Trail, attempt
from casework.offices.doors import demand
from casework.people import operations as people
from casework.staff.requests import StaffRequest
from casework.templatetags.gongdao import cn_moment

from . import files, forms, letters, markup, operations, papers, queries
from .composing import Composed, compose, label_of
from .models import Letter, LetterDelivery, LetterSignature
from .papers import Paper
from .views import as_file

GET_POST = require_http_methods(["GET", "POST"])
ACT = "letter.issue"


# ---- writing ---------------------------------------------------------------------------------------------


def as_it_would_look(
    request: StaffRequest,
    *,
    case: Any,
    paper: Paper,
    language: str,
    values: dict[str, Any],
    corrects: Letter | None = None,
) -> dict[str, Any]:
    """Return a letter that is being written, and what the file lacks for it; or why it cannot be shown."""
    at = timezone.now()
    people.note_reader(subject=case.worker, case_number=case.number, by=request.user, at=at)
    facts: dict[str, Any] = {"case": case, "paper": paper, "language": language, "corrects": corrects}
    try:
        letter = compose(number="", by=request.user, at=at, values=values, **facts)
    except InvalidFacts as error:
        return {"problem": error.said}
    except CaseworkError as error:
        return {"problem": str(error)}
    return {"letter": letter, "lacks": _lacks(request, case, paper, letter)}


def _lacks(request: StaffRequest, case: Any, paper: Paper, letter: Composed) -> list[dict[str, str]]:
    """Return what the file does not have, in the reader's language, and where each is filled in.

    What the form itself asks for is not lacking: it is typed there.
    """
    known, asked = papers.known_names(case.case_type, paper), dict(paper.asks)
    wholes = dict.fromkeys(name.partition(".")[0] for name in letter.lacking)
    found = [(whole, whole.partition(" ")[0]) for whole in wholes]
    correctable = queries.typed_case(case).CORRECTABLE
    return [
        {"label": label_of(whole, known), **_way_to(request, case, fact, correctable)}
        for whole, fact in found
        if fact not in asked
    ]


def _way_to(request: StaffRequest, case: Any, fact: str, correctable: Collection[str]) -> dict[str, str]:
    """Return the page on which a fact is filled in; none for what only a step of the case can add."""
    user, employer = request.user, case.employer
    if fact in papers.OF_WORKER and scope.may(user, "person.write", case.worker):
        return {"url": reverse("worker_edit", args=[case.worker.uuid]), "way": _("Fill it in at the worker's record")}
    if fact in papers.OF_EMPLOYER and employer and scope.may(user, "employer.write", employer):
        return {"url": reverse("employer_edit", args=[employer.uuid]), "way": _("Fill it in at the employer's record")}
    if fact in correctable and scope.may(user, "case.correct", case):
        return {"url": reverse("case_correct", args=[case.number]), "way": _("Fill it in by correcting the case")}
    return {}


@dataclass
class _Desk:
    """A letter that somebody writes: the form beside the letter as it would look.

    Args:
        issue: issues the letter with the language, the leave for blanks and the values of the form.
        addresses: its own, and the one that shows it with what has been typed so far.
        known: values beside those of the form: told by the list of papers, or kept by the letter that is corrected.
    """

    request: StaffRequest
    case: Any
    paper: Paper
    form: forms.WriteLetter | forms.TellMissing
    issue: Callable[..., Letter]
    addresses: list[str]
    known: dict[str, Any] = field(default_factory=dict)
    corrects: Letter | None = None

    def page(self, trail: Trail, *, heading: Text, back: str) -> HttpResponse:
        """Issue the letter, or show the form."""
        if self.form.is_bound and self.form.is_valid():
            letter = attempt(self.form, self._issue)
            if letter is not None:
                messages.success(self.request, _("The letter %(number)s is issued.") % {"number": letter.number})
                return redirect("letter_detail", letter.number)
        shown = self._shown()
        if not shown.get("lacks"):
            self.form.fields.pop("blanks")
        facts = {
            "heading": heading,
            "trail": trail,
            "form": self.form,
            "action": self.addresses[0],
            "preview_url": self.addresses[1],
            "cancel_url": back,
            "submit_label": _("Issue the letter"),
            **shown,
        }
        return render(
            self.request, "casework/documents/letter_write.html", facts, status=422 if self.form.errors else 200
        )

    def answer(self) -> HttpResponse:
        """Show the letter with what has been typed so far: to a script as a part of the page, else as PDF."""
        shown = self._shown()
        if self.request.headers.get("HX-Request"):
            return render(self.request, "casework/documents/sheet.html", shown)
        if "letter" not in shown:
            raise CaseworkError(shown["problem"])
        return as_file(shown["letter"].as_pdf(), files.PDF, files.download_name(str(self.paper.title), files.PDF))

    def _issue(self) -> Letter:
        language, values = self.form.so_far()
        try:
            return self.issue(language=language, blanks=self.form.cleaned_data["blanks"], **values)
        except operations.MissingValues as error:
            told = _("The file lacks what is listed beside the letter: fill it in, or tick this.")
            raise InvalidFacts({"blanks": [told]}) from error

    def _shown(self) -> dict[str, Any]:
        language, values = self.form.so_far()
        return as_it_would_look(
            self.request,
            case=self.case,
            paper=self.paper,
            language=language,
            values={**self.known, **values},
            corrects=self.corrects,
        )


def _case(request: StaffRequest, number: str) -> Any:
    case = queries.case_for(request.user, number)
    demand(request.user, ACT, case)
    return case


def _case_trail(case: Any) -> Trail:
    return [(_("Cases"), reverse("case_list")), (case.number, reverse("case_detail", args=[case.number]))]


@login_required
@GET_POST
def letter_issue(request: StaffRequest, number: str, paper: str) -> HttpResponse:
    """Write a letter by hand and issue it."""
    desk = _by_hand(request, number, paper)
    back = reverse("case_detail", args=[number])
    return desk.page(_case_trail(desk.case), heading=desk.paper.title, back=back)


@login_required
@require_POST
def letter_preview(request: StaffRequest, number: str, paper: str) -> HttpResponse:
    """Show a letter as it would look; nothing is kept."""
    return _by_hand(request, number, paper).answer()


def _by_hand(request: StaffRequest, number: str, code: str) -> _Desk:
    case = _case(request, number)
    paper = papers.paper(case.case_type, code)
    if not paper.by_hand:
        raise papers.UnknownPaper

    def issue(**facts: Any) -> Letter:
        return operations.issue_letter(case=case, paper=code, by=request.user, at=timezone.now(), **facts)

    form = forms.WriteLetter(_sent(request), paper=paper)
    addresses = [reverse(name, args=[number, code]) for name in ("letter_issue", "letter_preview")]
    return _Desk(request, case, paper, form, issue, addresses)


def _sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


@login_required
@GET_POST
def checklist_notice(request: StaffRequest, number: str) -> HttpResponse:
    """Tell the worker, once, of every missing paper."""
    desk = _notice(request, number)
    back = reverse("case_detail", args=[number])
    return desk.page(_case_trail(desk.case), heading=desk.paper.title, back=back)


@login_required
@require_POST
def checklist_notice_preview(request: StaffRequest, number: str) -> HttpResponse:
    """Show the notice as it would look; nothing is kept."""
    return _notice(request, number).answer()


def _notice(request: StaffRequest, number: str) -> _Desk:
    case, at = _case(request, number), timezone.now()
    paper = papers.paper(case.case_type, operations.NOTICE)
    demand(request.user, "notice.give", case)
    operations.check_notice(queries.missing(case, timezone.localdate(at)))
    form = forms.TellMissing(_sent(request))

    def issue(**facts: Any) -> Letter:
        return operations.give_notice(case=case, by=request.user, at=timezone.now(), **facts)

    addresses = [reverse(name, args=[number]) for name in ("checklist_notice", "checklist_notice_preview")]
    told = queries.told_as_missing(case, timezone.localdate(at), form.so_far()[0])
    return _Desk(request, case, paper, form, issue, addresses, known={"missing": told})


@login_required
@GET_POST
def letter_correct(request: StaffRequest, number: str) -> HttpResponse:
    """Issue a letter that replaces a wrong one: the same paper, with what was typed the first time."""
    desk = _correction(request, number)
    trail = [*_case_trail(desk.case), (number, reverse("letter_detail", args=[number]))]
    return desk.page(trail, heading=_("Correct the letter %(number)s") % {"number": number}, back=trail[-1][1])


@login_required
@require_POST
def letter_correct_preview(request: StaffRequest, number: str) -> HttpResponse:
    """Show the correction as it would look; nothing is kept."""
    return _correction(request, number).answer()


def _correction(request: StaffRequest, number: str) -> _Desk:
    letter = letters.letter_for(request.user, number)
    case = letter.case
    demand(request.user, ACT, case)
    operations.check_correction(case, letter)
    paper = papers.paper(case.case_type, letter.paper)
    told = Composed.kept(letter.body).values
    asked = dict(paper.asks)
    form = forms.WriteLetter(_sent(request), paper=paper, initial={**told, "language": letter.language})
    # What the flow passed and the file does not tell by itself; the file may have been corrected since.
    known = {
        name: told[name] for name in told if name not in asked and name not in papers.facts_of_type(case.case_type)
    }

    def issue(**facts: Any) -> Letter:
        facts = {**known, **facts}
        return operations.issue_letter(
            case=case, paper=paper.code, corrects=letter, by=request.user, at=timezone.now(), **facts
        )

    addresses = [reverse(name, args=[number]) for name in ("letter_correct", "letter_correct_preview")]
    return _Desk(request, case, paper, form, issue, addresses, known=known, corrects=letter)


# ---- a letter that went out ------------------------------------------------------------------------------


@login_required
@require_GET
def letter_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show a letter as it went out, who signed it, how it was sent and when it was served."""
    return _letter_page(request, letters.read_letter(number=number, by=request.user, at=timezone.now()))


@login_required
@require_GET
def letter_word(request: StaffRequest, number: str) -> HttpResponse:
    """Hand a letter out as a Word file."""
    letter, content = letters.hand_out_word(number=number, by=request.user, at=timezone.now())
    name = files.download_name(f"{letter.heading} {letter.number}", files.DOCX)
    return as_file(content, files.DOCX, name)


@login_required
@require_POST
def letter_sign(request: StaffRequest, number: str, party: str) -> HttpResponse:
    """Record that somebody signed a letter, or that the seal was put on it."""
    letter, papers_there = _letter(request, number)
    form = forms.Sign(request.POST, request.FILES, **papers_there, auto_id=f"{party}_%s")

    def sign() -> LetterSignature:
        return letters.record_signature(letter=letter, party=party, by=request.user, at=timezone.now(), **form.facts())

    return _recorded(request, letter, party, form, sign, _("The signature is recorded."))


@login_required
@require_POST
def letter_send(request: StaffRequest, number: str) -> HttpResponse:
    """Record how a letter went out."""
    letter, papers_there = _letter(request, number)
    form = forms.Send(request.POST, request.FILES, **papers_there, auto_id="send_%s")

    def send() -> LetterDelivery:
        return letters.send_letter(letter=letter, by=request.user, at=timezone.now(), **form.facts())

    return _recorded(request, letter, "send", form, send, _("The delivery is recorded."))


@login_required
@require_POST
def letter_served(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Record the day on which a letter reached its addressee."""
    letter, papers_there = _letter(request, number)
    delivery = letter.deliveries.filter(pk=pk).first()
    if delivery is None:
        raise NotFound
    form = forms.Serve(request.POST, request.FILES, **papers_there, auto_id=f"served_{pk}_%s")

    def serve() -> LetterDelivery:
        return letters.record_service(delivery=delivery, by=request.user, at=timezone.now(), **form.facts())

    return _recorded(request, letter, f"served-{pk}", form, serve, _("The service is recorded."))


def _letter(request: StaffRequest, number: str) -> tuple[Letter, dict[str, Any]]:
    """Return a letter, and the papers of its case among which a proof may be."""
    letter = letters.letter_for(request.user, number)
    return letter, _papers_there(letter)


def _papers_there(letter: Letter) -> dict[str, Any]:
    return {"documents": queries.documents_of(letter.case), "is_closed": letter.case.is_closed}


def _recorded(
    request: StaffRequest, letter: Letter, key: str, form: Any, work: Callable[[], object], said: str
) -> HttpResponse:
    """Record something of a letter; a form that has to be mended stands open on the letter's page."""
    if form.is_valid() and attempt(form, work) is not None:
        messages.success(request, said)
        return redirect("letter_detail", letter.number)
    return _letter_page(request, letter, {key: form})


def _letter_page(request: StaffRequest, letter: Letter, typed: dict[str, Any] | None = None) -> HttpResponse:
    """Show a letter; the forms that were sent and have to be mended stand in the place of fresh ones."""
    typed = typed or {}
    case = letter.case
    paper = papers.papers_of(case.case_type).get(letter.paper)
    answer = scope.may(request.user, ACT, case)
    there = _papers_there(letter)
    replaced = getattr(letter, "corrected_by", None)
    shown = Composed.kept(letter.body)
    context = {
        "subject": letter,
        "case": case,
        "letter": shown,
        "replaced_by": replaced,
        "facts": _facts(letter),
        "answer": answer,
        "parties": _parties(request, letter, paper, there, typed),
        "deliveries": _deliveries(letter, there, typed),
        "send": typed.get("send") or forms.Send(**there, initial=_to_send(shown), auto_id="send_%s"),
        "sends": "send" in typed,
        "correct": action(
            "correct",
            _("Issue a corrected letter"),
            reverse("letter_correct", args=[letter.number]),
            answer,
            icon="edit",
        ),
    }
    return render(request, "casework/documents/letter_detail.html", context, status=422 if typed else 200)


def _facts(letter: Letter) -> list[dict[str, Any]]:
    version = letter.text
    text = _("The text that comes with the house")
    if version is not None and version.source:
        text = _("Version %(version)s of %(office)s") % {"version": version.version, "office": version.office}
    by = letter.issued_by or _("by itself")
    return [
        {"label": _("Number"), "value": letter.number},
        {"label": _("Issued"), "value": f"{cn_moment(letter.issued_at)} · {by}"},
        {"label": _("Case"), "value": letter.case.number, "url": reverse("case_detail", args=[letter.case.number])},
        {"label": _("Text"), "value": text},
        {"label": _("Originals"), "value": str(letter.originals)},
        *(
            [{"label": _("Replaces"), "value": old.number, "url": reverse("letter_detail", args=[old.number])}]
            if (old := letter.corrects)
            else []
        ),
    ]


def _parties(
    request: StaffRequest, letter: Letter, paper: Paper | None, there: dict[str, Any], typed: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return who has to sign and who has, each with the form by which it is recorded."""
    signatures: dict[str, list[LetterSignature]] = {}
    for signature in letter.signatures.select_related("scan", "recorded_by").order_by("id"):
        signatures.setdefault(signature.party, []).append(signature)
    names = {
        letters.Party.WORKER: letter.case.worker.name,
        letters.Party.OFFICE: request.user.display_name,
        letters.Party.SEAL: str(letter.case.office),
    }
    wanted = dict.fromkeys((*(paper.signed_by if paper else ()), *signatures))
    return [
        {
            "party": party,
            "title": letters.Party(party).label,
            "signatures": signatures.get(party, []),
            "form": None
            if len(signatures.get(party, [])) >= (paper.signed_by.count(party) if paper else 0)
            else typed.get(party) or forms.Sign(**there, initial=_to_sign(names, party), auto_id=f"{party}_%s"),
            "is_open": party in typed,
        }
        for party in wanted
    ]


def _to_sign(names: dict[Any, str], party: str) -> dict[str, Any]:
    return {"name": names.get(party, ""), "signed_on": timezone.localdate()}


def _to_send(letter: Composed) -> dict[str, Any]:
    """Return what is known before a delivery is recorded: the addressee the letter itself names."""
    blocks = markup.blocks_of(letter.source)
    named = next((block for block in blocks if block.kind == "to"), None)
    addressee = "".join(run.text for line in named.lines for run in line) if named else ""
    return {"addressee": addressee.rstrip("：: ")[:120], "sent_on": timezone.localdate()}


def _deliveries(letter: Letter, there: dict[str, Any], typed: dict[str, Any]) -> list[dict[str, Any]]:
    found = letter.deliveries.select_related("proof", "recorded_by").order_by("id")
    return [
        {
            "delivery": delivery,
            "form": None
            if delivery.served_on
            else typed.get(f"served-{delivery.pk}") or forms.Serve(**there, auto_id=f"served_{delivery.pk}_%s"),
            "is_open": f"served-{delivery.pk}" in typed,
        }
        for delivery in found
    ]
