"""A letter put together: the office's text, the file's values, the sheet around them; as PDF, as Word, as a page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import pgettext

from casework.offices.models import upwards
from casework.templatetags.gongdao import cn_date

from . import engine, filling, keeping, markup, papers, queries
from .models import Letter, LetterText
from .papers import Paper
from .word import word_of

if TYPE_CHECKING:
    from casework.staff.models import User


@dataclass(frozen=True)
class Composed:
    """A letter as it is written: what is kept of it, and what it can be printed from.

    Args:
        source: the text with its values, in the letters' markup.
        frame: what stands around it.
        missing: labels of the values the text wanted and the file does not have.
        lacking: their names.
        values: what was typed or passed by the flow, for a letter that corrects this one.
        text: the office's version it was written by; none: the one that comes with the house.
    """

    language: str
    source: str
    frame: dict[str, str]
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = field(default=(), compare=False)
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)
    text: LetterText | None = field(default=None, compare=False)

    @property
    def body(self) -> SafeString:
        """Return what stands before the seal as HTML; every value in it is escaped."""
        return self._parts[0]

    @property
    def annex(self) -> SafeString:
        """Return what is annexed behind the seal as HTML; every value in it is escaped."""
        return self._parts[1]

    @property
    def _parts(self) -> tuple[SafeString, SafeString]:
        body, annex = map(markup.as_html, markup.annexed(markup.blocks_of(self.source)))
        return mark_safe(body), mark_safe(annex)  # noqa: S308  the markup escapes all text

    def as_html(self) -> str:
        """Return the whole sheet."""
        context = {"language": self.language, "body": self.body, "annex": self.annex}
        frame = {**self.frame, "close": self.frame["close"].splitlines()}
        return render_to_string("letters/frame.html", {**context, **frame})

    def as_pdf(self) -> bytes:
        """Return the letter as PDF."""
        return engine.print_pdf(self.as_html())

    def as_word(self) -> bytes:
        """Return the letter as a Word file."""
        return word_of(markup.blocks_of(self.source), self.frame)

    def keep(self) -> str:
        """Return what an issued letter keeps of itself, sealed, to be written out again at any time."""
        kept = {"language": self.language, "source": self.source, "frame": self.frame, "values": self.values}
        return keeping.written(kept)

    @classmethod
    def kept(cls, body: str) -> "Composed":
        """Return a letter from what it keeps."""
        return cls(**keeping.read(body))


def text_of(paper: Paper, case_type: str, office_path: str, language: str) -> tuple[str, LetterText | None]:
    """Return the text of a letter at an office: the newest version of the nearest office upwards, else the house's."""
    versions = LetterText.objects.filter(paper=paper.code, language=language, office__path__in=upwards(office_path))
    newest = versions.order_by("-office__depth", "-version").first()
    if newest is not None and newest.source:
        return newest.source, newest
    return papers.built_in_text(case_type, paper.code, language), newest


def compose(
    *,
    case: Any,
    paper: Paper,
    number: str,
    by: "User | None",
    at: datetime,
    language: str = "",
    corrects: Letter | None = None,
    values: Mapping[str, Any],
) -> Composed:
    """Put a letter together; without a number it is a draft and says so.

    Raises:
        BadText: the text cannot be used.
        UnknownPaper: there is no text in this language.
    """
    language = language or settings.LANGUAGE_CODE
    source, text = text_of(paper, case.case_type, case.office_path, language)
    with translation.override(language):
        known = papers.known_names(case.case_type, paper)
        lists = _lists(case, filling.known_names(source), localdate(at))
        facts = {**_facts(case, by, at), **lists, **papers.facts_about(queries.typed_case(case)), **values}
        filled = filling.fill(source, {name: facts.get(name) for name in known}, language)
        frame = _frame(case, paper, number, by, at, corrects)
        missing = tuple(label_of(name, known) for name in filled.missing)
    return Composed(language, filled.source, frame, missing, tuple(filled.missing), filling.plain(values), text)


def _facts(case: Any, by: "User | None", at: datetime) -> dict[str, Any]:
    return {
        "office": str(case.office),
        "office_phone": case.office.phone,
        "case_number": case.number,
        "opened_on": localdate(case.opened_at),
        "issued_on": localdate(at),
        "worker": case.worker.name,
        "employer": case.employer.name if case.employer else "",
        "handled_by": by.display_name if by else "",
        "summary": case.summary,
    }


def _lists(case: Any, asked: Collection[str], on: date) -> dict[str, Any]:
    """Return the lists of a case that a text asks for, as of a day: nothing is read for the others."""
    return {name: rows(case, on) for name, rows in _LISTS.items() if name in asked}


def _documents(case: Any, _on: date) -> list[dict[str, Any]]:
    """Return what is on file, and what was received on paper alone, in the order it came."""
    items = queries.checklist_of(case)
    brought = {item.document_id: str(item.get_brought_by_display()) for item in items}
    rows = [
        {
            "title": document.title,
            "kind": str(document.get_kind_display()),
            "source": brought.get(document.pk),
            "received_on": localdate(document.uploaded_at),
        }
        for document in reversed(queries.documents_of(case))
    ]
    rows += [
        {
            "title": item.heading,
            "kind": _now("on paper"),
            "source": str(item.get_brought_by_display()),
            "received_on": localdate(item.received_at),
        }
        for item in items
        if item.received_at is not None and item.document_id is None
    ]
    return sorted(rows, key=lambda row: row["received_on"])


def _still_missing(case: Any, on: date) -> list[dict[str, Any]]:
    return queries.told_as_missing(case, on, translation.get_language())


def _letters(case: Any, _on: date) -> list[dict[str, Any]]:
    """Return the letters that hold, in the order they went out."""
    return [
        {
            "paper": letter.paper,
            "number": letter.number,
            "title": letter.heading,
            "issued_on": localdate(letter.issued_at),
        }
        for letter in reversed(queries.letters_of(case))
        if getattr(letter, "corrected_by", None) is None
    ]


def _clocks(case: Any, _on: date) -> list[dict[str, Any]]:
    """Return the periods that run, the one that ends first on top; their rules are a room above this one."""
    running = [clock for clock in case.clocks.order_by("due_at", "id") if clock.is_running]
    return [
        {"title": clock.title, "due_on": clock.due_on, "law": clock.known_rule.law if clock.known_rule else None}
        for clock in running
    ]


_LISTS = {"documents": _documents, "still_missing": _still_missing, "letters": _letters, "clocks": _clocks}


def _frame(
    case: Any, paper: Paper, number: str, by: "User | None", at: datetime, corrects: Letter | None
) -> dict[str, str]:
    contact = [_now("Case %(number)s.") % {"number": case.number}]
    if case.office.phone:
        contact.append(_now("Questions: %(phone)s.") % {"phone": case.office.phone})
    close = [seal_of(case.office)]
    close += [_now("Handled by %(person)s") % {"person": by.display_name}] if by else []
    close.append(cn_date(at))
    numbered = " ".join((pgettext("number of a letter", "No."), number)) if number else ""
    if paper.of_party:
        contact = [_now("Written with the help of %(office)s.") % {"office": case.office}, contact[0], numbered]
    replaced = {"number": corrects.number} if corrects else {}
    return {
        "office": "" if paper.of_party else str(case.office),
        "title": str(paper.title),
        "number": "" if paper.of_party else numbered,
        "draft": "" if number else _now("Draft, not issued"),
        "corrects": _now("This letter replaces letter %(number)s, which no longer holds.") % replaced
        if replaced
        else "",
        "basis": basis_of(paper),
        "contact": " ".join(filter(None, contact)),
        "close": "\n".join(close) if has_close(paper) else "",
    }


def has_close(paper: Paper) -> bool:
    """Whether the office closes a letter below its text.

    Where a party and the seal stand together, as under an agreement, the text has the places for both.
    """
    return not paper.of_party and not {"worker", "seal"} <= set(paper.signed_by)


def basis_of(paper: Paper) -> str:
    """Return the line that names the articles a letter rests on."""
    return " ".join((_now("Basis:"), paper.law)) if paper.law else ""


def seal_of(office: Any) -> str:
    """Return the line where an office puts its seal."""
    return " ".join((str(office), _now("(seal)")))


def label_of(name: str, known: Mapping[str, str | Promise]) -> str:
    """Return what a missing value is called: the label of its name, and which part of it where it is a list."""
    first, _dot, part = name.partition(".")
    first, _space, number = first.partition(" ")
    label = str(known.get(first, first))
    return " ".join(filter(None, (label, number, part)))
