"""What is done with papers: taken in, asked for, handed out, written."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import access, events, keys
from casework.audit.errors import InvalidFacts, NotFound, WrongState
from casework.audit.models import Reading
from casework.audit.operation import operation
from casework.offices.doors import demand
from casework.offices.operations import next_number
from casework.templatetags.gongdao import cn_date

from . import files, papers, queries, resealing
from .composing import compose
from .files import Content
from .models import ChecklistItem, Document, Kind, Letter

if TYPE_CHECKING:
    from casework.staff.models import User

LETTER_SERIES = "LT"
# The letter that tells, once, of every missing paper.
NOTICE = "notice.missing"


class AlreadyReceived(WrongState):
    """The paper is there already."""

    message = _("This paper has already been received.")


class NothingMissing(WrongState):
    """There is nothing to tell."""

    message = _("No required paper is missing.")


class AlreadyTold(WrongState):
    """Missing papers are told once, all together (一次性告知)."""

    message = _("The worker has already been told of every missing paper; it is told once only.")


class MissingValues(WrongState):
    """A letter would go out with blanks; says what the file lacks."""

    def __init__(self, labels: Iterable[str]) -> None:
        super().__init__(_now("The file lacks: %(what)s.") % {"what": _now(", ").join(labels)})


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
    dated_on: date | None = None,
) -> Document:
    """Take a file into a case or contact.

    Args:
        file: an upload, or anything with `read()` and a `name`.
        title: what it is; without one, the file's own name.
        fulfils: code of the checklist's paper that this is.
        dated_on: the day of that paper, for one that grows old.

    Raises:
        FileRefused: it is empty, too large, of another kind, damaged or dangerous.
        ClosedCase: nothing is added to a closed case.
    """
    subject = contact if case is None else case.lock()
    demand(by, "document.write", subject)
    if kind not in Kind.values:
        raise InvalidFacts({"kind": [str(_("There is no such kind of paper."))]})
    content = files.checked(file)
    title = title.strip() or files.title_from(getattr(file, "name", "")) or str(Kind(kind).label)
    document = _keep(content, case=case, contact=contact, kind=kind, title=title, by=by, at=at)
    stream = events.office_stream(contact.office_id) if case is None else case
    events.record(stream, "document.attached", by=by, at=at, person=subject.worker_id, document=document.pk, paper=kind)
    if fulfils:
        mark_received(case=case, code=fulfils, document=document, dated_on=dated_on, by=by, at=at)
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
    document.file.name = document.file.storage.save(resealing.name_of(name, sealed), ContentFile(sealed))
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
        office=worker.office_id if worker else subject.office_id,
        purpose=document.case.read_for(by, Reading.DOCUMENT) if document.case else Reading.DOCUMENT,
        case_number=number.get("case", ""),
        by=by,
        at=at,
    )
    facts = {"document": document.pk, **number}
    stream = events.office_stream(subject.office_id)
    events.record(stream, "document.downloaded", by=by, at=at, person=subject.worker_id, **facts)
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
    number = ChecklistItem.objects.filter(case_id=case.pk, code__startswith="further-").count() + 1
    item = ChecklistItem.objects.create(
        case_id=case.pk, code=f"further-{number}", title=title, brought_by=brought_by, required=required
    )
    events.record(case, "checklist.asked", by=by, at=at, code=item.code)
    return item


@operation
def mark_received(
    *,
    case: Any,
    code: str,
    by: "User | None",
    at: datetime,
    document: Document | None = None,
    dated_on: date | None = None,
) -> ChecklistItem:
    """Note that a paper on the list is there; one that has grown old makes room for a newer one.

    Args:
        dated_on: the day of the paper: how long it proves what it says is counted from it.

    Raises:
        ClosedCase: nothing is added to a closed case.
        NotFound: the list has no such paper.
        AlreadyReceived: it was there before, and still counts.
        InvalidFacts: its day lies ahead, or it has grown old already.
    """
    case.lock()
    demand(by, "document.write", case)
    item = ChecklistItem.objects.filter(case_id=case.pk, code=code).first()
    if item is None:
        raise NotFound
    today = localdate(at)
    if item.is_there(today):
        raise AlreadyReceived
    item.valid_until = _valid_until(case, code, dated_on, today)
    item.received_at, item.document = at, document
    item.save(update_fields=["received_at", "document", "valid_until"])
    facts: dict[str, Any] = {"document": document.pk} if document else {}
    if item.valid_until:
        facts["valid_until"] = item.valid_until.isoformat()
    events.record(case, "checklist.received", by=by, at=at, code=code, **facts)
    if item.required and not queries.missing(case, today):
        events.record(case, "checklist.completed", by=by, at=at)
    return item


def _valid_until(case: Any, code: str, dated_on: date | None, today: date) -> date | None:
    """Return the last day on which a paper of this day still counts; none for one that does not grow old."""
    if dated_on is None:
        return None
    if dated_on > today:
        raise InvalidFacts({"dated_on": [_now("This day lies in the future.")]})
    until = queries.last_day_of(case, code, dated_on)
    if until is not None and until < today:
        raise InvalidFacts(
            {"dated_on": [_now("It counted until %(day)s only: ask for a newer one.") % {"day": cn_date(until)}]}
        )
    return until


@operation
def give_notice(
    *, case: Any, by: "User", at: datetime, due_on: date | None = None, language: str = "", blanks: bool = True
) -> Letter:
    """Tell the worker, once and in writing, of every paper that is missing (一次性告知书).

    Args:
        blanks: as for `issue_letter`.

    Raises:
        ClosedCase: nobody waits for papers any more.
        NothingMissing: every required paper is there.
        AlreadyTold: all of them have been told before.
        MissingValues: the file lacks something and no blanks are wanted.
    """
    case.lock()
    demand(by, "notice.give", case)
    items = queries.missing(case, localdate(at))
    check_notice(items)
    told = queries.told_as_missing(case, localdate(at), language)
    letter = issue_letter(
        case=case, paper=NOTICE, language=language, missing=told, due_on=due_on, blanks=blanks, by=by, at=at
    )
    ChecklistItem.objects.filter(pk__in=[item.pk for item in items]).update(told_at=at, due_on=due_on)
    codes = [item.code for item in items]
    until: dict[str, Any] = {"named": due_on is not None, **({"due_on": due_on.isoformat()} if due_on else {})}
    events.record(case, "checklist.notice_given", by=by, at=at, number=letter.number, missing=codes, **until)
    return letter


def check_notice(missing: list[ChecklistItem]) -> None:
    """Refuse to tell a worker of missing papers when nobody need be told.

    Raises:
        NothingMissing: every required paper is there.
        AlreadyTold: all of them have been told before.
    """
    if not missing:
        raise NothingMissing
    if all(item.is_told for item in missing):
        raise AlreadyTold


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
    blanks: bool = True,
    **values: Any,
) -> Letter:
    """Write a letter, number it in the office's series of the year, and keep it as it went out.

    Args:
        paper: code of one of the type's or the general letters.
        corrects: the letter it replaces.
        blanks: what the file does not have may be left blank, to be filled in by hand.
        values: plain values the letter's text uses, beside what the file says.

    Raises:
        UnknownPaper: the type has no such letter.
        MissingValues: the file lacks something and no blanks are wanted.
        AlreadyCorrected: the letter to be replaced was replaced before.
        NotFound: the letter to be replaced is another case's.
    """
    case.lock()
    demand(by, "letter.issue", case)
    chosen = papers.paper(case.case_type, paper)
    if corrects is not None:
        check_correction(case, corrects)
    number = next_number(LETTER_SERIES, case.office, localdate(at).year)
    composed = compose(
        case=case, paper=chosen, number=number, by=by, at=at, language=language, corrects=corrects, values=values
    )
    if composed.missing and not blanks:
        raise MissingValues(composed.missing)
    content = Content(composed.as_pdf(), files.PDF)
    document = _keep(content, case=case, kind=Kind.LETTER, title=f"{chosen.title} {number}", by=by, at=at)
    letter = Letter.objects.create(
        case_id=case.pk,
        paper=chosen.code,
        number=number,
        language=composed.language,
        body=composed.keep(),
        text=composed.text,
        originals=chosen.originals,
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


def check_correction(case: Any, corrects: Letter) -> None:
    """Raise why a letter cannot be replaced by a new one.

    Raises:
        NotFound: it is another case's.
        AlreadyCorrected: it was replaced before.
    """
    if corrects.case_id != case.pk:
        raise NotFound
    if Letter.objects.filter(corrects=corrects).exists():
        raise AlreadyCorrected
