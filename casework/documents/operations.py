"""What is done with papers: taken in, asked for, handed out, written."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.audit import access, events, keys
from casework.audit.errors import InvalidFacts, NotFound, WrongState
from casework.audit.operation import operation
from casework.offices.doors import demand
from casework.offices.operations import next_number

from . import engine, files, papers, queries
from .files import Content
from .models import ChecklistItem, Document, Kind, Letter

if TYPE_CHECKING:
    from casework.staff.models import User

LETTER_SERIES = "LT"


class ClosedCase(WrongState):
    """Nothing is added to a closed case."""

    message = _("The case is closed; no paper can be added to it.")


class AlreadyReceived(WrongState):
    """The paper is there already."""

    message = _("This paper has already been received.")


class NothingMissing(WrongState):
    """There is nothing to tell."""

    message = _("No required paper is missing.")


class AlreadyTold(WrongState):
    """Missing papers are told once, all together (一次性告知)."""

    message = _("The worker has already been told of every missing paper; it is told once only.")


class AlreadyCorrected(WrongState):
    """A letter is replaced once; the next correction corrects the newer letter."""

    message = _("This letter has already been corrected by a newer one.")


# ---- files ---------------------------------------------------------------------------------------------


@operation
def attach_document(
    *,
    case: Any = None,
    contact: Any = None,
    kind: str,
    file: Any,
    by: "User | None",
    at: datetime,
    title: str = "",
    fulfils: str = "",
) -> Document:
    """Take a file into a case or contact.

    Args:
        file: an upload, or anything with `read()` and a `name`.
        title: what it is; without one, the file's own name.
        fulfils: code of the checklist's paper that this is.

    Raises:
        FileRefused: it is empty, too large, of another kind, damaged or dangerous.
        ClosedCase: nothing is added to a closed case.
    """
    subject = contact if case is None else case.lock()
    demand(by, "document.write", subject)
    if case is not None and case.is_closed:
        raise ClosedCase
    if kind not in Kind.values:
        raise InvalidFacts({"kind": [str(_("There is no such kind of paper."))]})
    content = files.checked(file)
    title = title.strip() or files.title_from(getattr(file, "name", "")) or str(Kind(kind).label)
    document = _keep(content, case=case, contact=contact, kind=kind, title=title, by=by, at=at)
    stream = events.office_stream(contact.office_id) if case is None else case
    events.record(stream, "document.attached", by=by, at=at, document=document.pk, paper=kind)
    if fulfils:
        mark_received(case=case, code=fulfils, document=document, by=by, at=at)
    return document


def _keep(content: Content, *, title: str, at: datetime, by: "User | None", **facts: Any) -> Document:
    """Encrypt a file, store it under a random name and note it.

    The file is written before the commit: after a rollback an unreadable file without a row is left, never a row
    without its file.
    """
    document = Document(
        title=title[: files.MAX_TITLE],
        size=len(content.data),
        content_type=content.content_type,
        sha256=hashlib.sha256(content.data).hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
        **facts,
    )
    name = secrets.token_hex(16)
    sealed = keys.seal(document.place, content.data)
    document.file.name = document.file.storage.save(f"documents/{name[:2]}/{name}", ContentFile(sealed))
    document.save()
    return document


@operation
def hand_out(*, uuid: UUID, by: "User", at: datetime) -> tuple[Document, bytes]:
    """Return a paper and its content to somebody who may read it, and keep that it was handed out.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    document = queries.document_for(by, uuid)
    subject: Any = document.case or document.contact
    number: dict[str, Any] = {"case": document.case.number} if document.case else {}
    worker = subject.worker
    access.keep(
        subject=worker.uuid if worker else document.uuid,
        purpose="document",
        case_number=number.get("case", ""),
        by=by,
        at=at,
    )
    events.record(
        events.office_stream(subject.office_id), "document.downloaded", by=by, at=at, document=document.pk, **number
    )
    return document, queries.content_of(document)


# ---- the list of papers --------------------------------------------------------------------------------


@operation
def open_checklist(
    *, case: Any, by: "User | None", at: datetime, codes: Collection[str] | None = None
) -> list[ChecklistItem]:
    """Put the papers the type asks for on the case's list; those already there stay as they are.

    Args:
        codes: which of them this case needs; all, if none are named.
    """
    case.lock()
    there = set(ChecklistItem.objects.filter(case_id=case.pk).values_list("code", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        new = [
            ChecklistItem(
                case_id=case.pk,
                code=paper.code,
                title=str(paper.title),
                brought_by=paper.brought_by,
                required=paper.required,
            )
            for paper in papers.checklist_of_type(case.case_type)
            if paper.code not in there and (codes is None or paper.code in codes)
        ]
    if new:
        ChecklistItem.objects.bulk_create(new)
        events.record(case, "checklist.opened", by=by, at=at, items=len(new), codes=[item.code for item in new])
    return queries.checklist_of(case)


@operation
def ask_for_paper(
    *, case: Any, title: str, brought_by: str, by: "User", at: datetime, required: bool = True
) -> ChecklistItem:
    """Put a further paper on the case's list, beyond those of its type."""
    case.lock()
    demand(by, "document.write", case)
    if case.is_closed:
        raise ClosedCase
    number = ChecklistItem.objects.filter(case_id=case.pk, code__startswith="further-").count() + 1
    item = ChecklistItem.objects.create(
        case_id=case.pk, code=f"further-{number}", title=title, brought_by=brought_by, required=required
    )
    events.record(case, "checklist.asked", by=by, at=at, code=item.code)
    return item


@operation
def mark_received(
    *, case: Any, code: str, by: "User | None", at: datetime, document: Document | None = None
) -> ChecklistItem:
    """Note that a paper on the list is there.

    Raises:
        ClosedCase: nothing is added to a closed case.
        NotFound: the list has no such paper.
        AlreadyReceived: it was there before.
    """
    case.lock()
    demand(by, "document.write", case)
    if case.is_closed:
        raise ClosedCase
    item = ChecklistItem.objects.filter(case_id=case.pk, code=code).first()
    if item is None:
        raise NotFound
    if item.received_at is not None:
        raise AlreadyReceived
    item.received_at, item.document = at, document
    item.save(update_fields=["received_at", "document"])
    facts: dict[str, Any] = {"document": document.pk} if document else {}
    events.record(case, "checklist.received", by=by, at=at, code=code, **facts)
    if item.required and not queries.missing(case):
        events.record(case, "checklist.completed", by=by, at=at)
    return item


@operation
def give_notice(*, case: Any, by: "User", at: datetime, due_on: date | None = None, language: str = "") -> Letter:
    """Tell the worker, once and in writing, of every paper that is missing (一次性告知书).

    Raises:
        ClosedCase: nobody waits for papers any more.
        NothingMissing: every required paper is there.
        AlreadyTold: all of them have been told before.
    """
    case.lock()
    if case.is_closed:
        raise ClosedCase
    items = queries.missing(case)
    if not items:
        raise NothingMissing
    if all(item.told_at for item in items):
        raise AlreadyTold
    with translation.override(language or settings.LANGUAGE_CODE):
        told = [
            {"title": item.heading, "brought_by": str(item.get_brought_by_display())} for item in queries.missing(case)
        ]
    letter = issue_letter(
        case=case, paper="notice.missing", language=language, missing=told, due_on=due_on, by=by, at=at
    )
    ChecklistItem.objects.filter(pk__in=[item.pk for item in items]).update(told_at=at, due_on=due_on)
    codes = [item.code for item in items]
    until: dict[str, Any] = {"named": due_on is not None, **({"due_on": due_on.isoformat()} if due_on else {})}
    events.record(case, "checklist.notice_given", by=by, at=at, number=letter.number, missing=codes, **until)
    return letter


# ---- letters -------------------------------------------------------------------------------------------


@operation
def issue_letter(
    *,
    case: Any,
    paper: str,
    by: "User | None",
    at: datetime,
    language: str = "",
    corrects: Letter | None = None,
    **values: Any,
) -> Letter:
    """Write a letter, number it in the office's series of the year, and keep it as it went out.

    Args:
        paper: code of one of the type's or the general letters.
        corrects: the letter it replaces.
        values: plain values the letter's template shows.

    Raises:
        UnknownPaper: the type has no such letter.
        AlreadyCorrected: the letter to be replaced was replaced before.
        NotFound: the letter to be replaced is another case's.
    """
    case.lock()
    demand(by, "letter.issue", case)
    chosen = papers.paper(case.case_type, paper)
    if corrects is not None:
        _check_correction(case, corrects)
    language = language or settings.LANGUAGE_CODE
    number = next_number(LETTER_SERIES, case.office, localdate(at).year)
    html = queries.compose(
        case=case, paper=chosen, number=number, by=by, at=at, language=language, corrects=corrects, values=values
    )
    content = Content(engine.print_pdf(html), files.PDF)
    document = _keep(content, case=case, kind=Kind.LETTER, title=f"{chosen.title} {number}", by=by, at=at)
    letter = Letter.objects.create(
        case_id=case.pk,
        paper=chosen.code,
        number=number,
        language=language,
        body=html,
        document=document,
        issued_by=by,
        issued_at=at,
        corrects=corrects,
    )
    facts: dict[str, Any] = {"letter": letter.pk, "paper": chosen.code, "number": number}
    if corrects is None:
        events.record(case, "letter.issued", by=by, at=at, **facts)
    else:
        events.record(case, "letter.corrected", by=by, at=at, old=corrects.number, **facts)
    return letter


def _check_correction(case: Any, corrects: Letter) -> None:
    if corrects.case_id != case.pk:
        raise NotFound
    if Letter.objects.filter(corrects=corrects).exists():
        raise AlreadyCorrected
