"""What can be asked about papers, and who may see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.timezone import localdate

from casework.audit import keys
from casework.audit.errors import NotFound
from casework.offices import scope

from . import engine, papers
from .models import ChecklistItem, Document, Kind, Letter
from .papers import Paper

if TYPE_CHECKING:
    from casework.staff.models import User


def _cases() -> "QuerySet[Any]":
    # by name: cases are a room above this one
    return apps.get_model("casework", "Case")._default_manager.all()


def _contacts() -> "QuerySet[Any]":
    return apps.get_model("casework", "Contact")._default_manager.all()


def case_for(user: "User", number: str) -> Any:
    """Return a case by its number, if the person may read it.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    readable = scope.visible(_cases(), user, "case.read")
    case = readable.select_related("office", "worker", "employer").filter(number=number).first()
    if case is None:
        raise NotFound
    return case


def typed_case(case: Any) -> Any:
    """Return a case as its own type, whose columns its letters speak of."""
    if type(case)._meta.app_label == case.case_type:
        return case
    for relation in type(case)._meta.related_objects:
        if relation.one_to_one and relation.related_model._meta.app_label == case.case_type:
            return relation.related_model._default_manager.get(pk=case.pk)
    return case


def document_for(user: "User", uuid: UUID) -> Document:
    """Return a paper, if the person may read the case or contact it belongs to.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    readable = Q(case__in=scope.visible(_cases(), user, "case.read").values("pk"))
    readable |= Q(contact__in=scope.visible(_contacts(), user, "contact.read").values("pk"))
    found = Document.objects.select_related("case__worker", "contact__worker").filter(readable, uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def content_of(document: Document) -> bytes:
    """Return a paper's content in clear."""
    with document.file.open("rb") as file:
        return keys.unseal(document.place, file.read())


def documents_of(case: Any) -> list[Document]:
    """Return the papers of a case, the newest first, without the office's own letters."""
    found = Document.objects.filter(case_id=case.pk).exclude(kind=Kind.LETTER)
    return list(found.select_related("uploaded_by").order_by("-id"))


def documents_of_contact(contact: Any) -> list[Document]:
    """Return the papers of a contact, the newest first."""
    return list(Document.objects.filter(contact_id=contact.pk).select_related("uploaded_by").order_by("-id"))


def letters_of(case: Any) -> list[Letter]:
    """Return the letters of a case, the newest first, each with its `heading`."""
    found = Letter.objects.filter(case_id=case.pk).select_related("document", "issued_by", "corrects", "corrected_by")
    letters = list(found.order_by("-id"))
    known = papers.papers_of(case.case_type)
    for letter in letters:
        letter.heading = str(known[letter.paper].title) if letter.paper in known else letter.paper
    return letters


def letters_since(case: Any, moment: datetime) -> "QuerySet[Letter]":
    """Return the letters that went out with a step or after it."""
    return Letter.objects.filter(case_id=case.pk, issued_at__gte=moment)


def letters_by_hand(case: Any) -> list[Paper]:
    """Return the letters that the case page offers."""
    return [paper for paper in papers.papers_of(case.case_type).values() if paper.by_hand]


def checklist_of(case: Any) -> list[ChecklistItem]:
    """Return the papers a case needs, in the type's order, each with its `heading` in the reader's language."""
    known = {paper.code: paper for paper in papers.checklist_of_type(case.case_type)}
    items = list(ChecklistItem.objects.filter(case_id=case.pk).select_related("document").order_by("id"))
    for item in items:
        item.heading = str(known[item.code].title) if item.code in known else item.title
    return items


def missing(case: Any) -> list[ChecklistItem]:
    """Return the required papers that are not there yet."""
    return [item for item in checklist_of(case) if item.is_missing]


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
) -> str:
    """Return the text of a letter as HTML; without a number it is a draft and says so."""
    language = language or settings.LANGUAGE_CODE
    with translation.override(language):
        facts = {
            **values,
            "language": language,
            "title": str(paper.title),
            "law": paper.law,
            "number": number,
            "is_draft": not number,
            "corrects": corrects.number if corrects else "",
            "issued_on": localdate(at),
            "office": str(case.office),
            "office_phone": case.office.phone,
            "case_number": case.number,
            "opened_on": localdate(case.opened_at),
            "worker": case.worker.name,
            "employer": case.employer.name if case.employer else "",
            "signed_by": by.display_name if by else "",
        }
    return engine.write(paper.template, facts, language)


def preview_letter(*, case: Any, paper: str, by: "User", at: datetime, language: str = "", **values: Any) -> bytes:
    """Return a letter as it would look, as PDF; nothing is kept and no number is used."""
    chosen = papers.paper(case.case_type, paper)
    html = compose(case=case, paper=chosen, number="", by=by, at=at, language=language, values=values)
    return engine.print_pdf(html)
