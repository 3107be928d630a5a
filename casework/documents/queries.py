"""What can be asked about papers, and who may see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation

from casework.audit import keys
from casework.audit.errors import NotFound
from casework.offices import scope
from casework.offices.days import add_months

from . import papers
from .models import ChecklistItem, Document, Kind, Letter
from .papers import Paper

if TYPE_CHECKING:
    from casework.staff.models import User


def _cases() -> "QuerySet[Any]":
    # by name: cases are a room above this one
    return apps.get_model("casework", "Case")._default_manager.all()


def _contacts() -> "QuerySet[Any]":
    return apps.get_model("casework", "Contact")._default_manager.all()


def cases_readable_by(user: "User") -> "QuerySet[Any]":
    """Return the cases whose papers the person may read."""
    return scope.visible(_cases(), user, "case.read")


def case_for(user: "User", number: str) -> Any:
    """Return a case by its number, if the person may read it.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    readable = cases_readable_by(user)
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
    readable = Q(case__in=cases_readable_by(user).values("pk"))
    readable |= Q(contact__in=scope.visible(_contacts(), user, "contact.read").values("pk"))
    found = Document.objects.select_related("case__worker", "contact__worker").filter(readable, uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def content_of(document: Document) -> bytes:
    """Return a paper's content in clear.

    Raises:
        SealBroken: its file was changed or exchanged.
    """
    name = str(document.file.name)
    try:
        with document.file.storage.open(name) as file:
            return keys.unseal(document.place, file.read())
    except FileNotFoundError:  # sealed anew under another name since its row was read, or truly gone
        document.refresh_from_db(fields=["file"])
        if document.file.name == name:
            raise
        return content_of(document)


def documents_of(case: Any) -> list[Document]:
    """Return the papers of a case, the newest first, without the office's own letters."""
    found = Document.objects.filter(case_id=case.pk).exclude(kind=Kind.LETTER)
    return list(found.select_related("uploaded_by").order_by("-id"))


def documents_of_contact(contact: Any) -> list[Document]:
    """Return the papers of a contact, the newest first."""
    return list(Document.objects.filter(contact_id=contact.pk).select_related("uploaded_by").order_by("-id"))


def letters_of(case: Any) -> list[Letter]:
    """Return the letters of a case, the newest first, each with its `heading`."""
    found = Letter.objects.filter(case_id=case.pk).select_related("issued_by", "corrects", "corrected_by")
    letters = list(found.order_by("-id"))
    for letter in letters:
        letter.heading = heading_of(case.case_type, letter.paper)
    return letters


def heading_of(case_type: str, code: str) -> str:
    """Return the name of a letter in the reader's language; one that no longer exists reads as its code."""
    known = papers.papers_of(case_type)
    return str(known[code].title) if code in known else code


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


def missing(case: Any, on: date) -> list[ChecklistItem]:
    """Return the required papers that are not there on a day: never brought, or grown old."""
    return [item for item in checklist_of(case) if item.is_missing(on)]


def told_as_missing(case: Any, on: date, language: str = "") -> list[dict[str, str]]:
    """Return the missing papers as their notice lists them, in its language."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return [{"title": item.heading, "brought_by": str(item.get_brought_by_display())} for item in missing(case, on)]


def title_of_paper(case: Any, code: str) -> str:
    """Return the name of a paper of a case's list in the reader's language; of none, its code."""
    return next((item.heading for item in checklist_of(case) if item.code == code), code)


def months_of(case: Any) -> dict[str, int]:
    """Return for how many months after its day each paper counts that grows old, by its code."""
    return {paper.code: paper.months for paper in papers.checklist_of_type(case.case_type) if paper.months}


def last_day_of(case: Any, code: str, dated_on: date) -> date | None:
    """Return the last day on which a paper still proves what it says; none for one that does not grow old."""
    months = months_of(case).get(code)
    return add_months(dated_on, months) if months else None
