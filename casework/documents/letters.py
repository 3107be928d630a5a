"""What is done with letters beside issuing them: their texts, signatures and seals, how they went out, many at once."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Max, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pypdf import PdfWriter

from casework.audit import access, events
from casework.audit.errors import CaseworkError, InvalidFacts, NotFound, WrongState
from casework.audit.models import Reading
from casework.audit.operation import operation
from casework.jobs import enqueue, job
from casework.offices import scope
from casework.offices.doors import demand
from casework.offices.models import Office

from . import filling, keeping, operations, papers, queries
from .composing import Composed
from .models import Document, Kind, Letter, LetterDelivery, LetterRun, LetterRunLine, LetterSignature, LetterText
from .papers import Paper

if TYPE_CHECKING:
    from casework.staff.models import User

logger = logging.getLogger(__name__)

Party, Method = LetterSignature.Party, LetterDelivery.Method
State, Outcome = LetterRun.State, LetterRunLine.Outcome

JOB = "letters"
# Letters written by one piece of a job.
PIECE = 20
# Not this letter's fault: the piece of work is given up, and the next one begins where it stood.
PASSING = (OperationalError, InterfaceError, OSError)
# No list of one office is longer; a run beyond it is a slip.
MOST = 5000


class NotSigned(WrongState):
    """Nobody of that part signs this letter."""

    message = _("This letter is not signed by that party.")


class AlreadySigned(WrongState):
    """A party signs once."""

    message = _("This signature has been recorded already.")


class AlreadyServed(WrongState):
    """The day of service is recorded once: periods began with it."""

    message = _("The day of service has been recorded already.")


class NotWriting(WrongState):
    """The run has ended or was stopped."""

    message = _("These letters are no longer being written.")


# ---- texts -----------------------------------------------------------------------------------------------


@operation
def write_text(
    *, office: Office, paper: str, language: str, source: str, why: str, by: "User", at: datetime
) -> LetterText:
    """Write a new version of a letter's text for an office and those below it; an empty one goes back to the house's.

    Raises:
        UnknownPaper: there is no such letter.
        BadText: the text cannot be used; says the line, or which values it may use.
    """
    demand(by, "config.manage", office)
    case_type, chosen = papers.find(paper)
    source = source.replace("\r\n", "\n").strip("\n")
    if source.strip():
        filling.check(source, papers.known_names(case_type, chosen))
    else:
        source = ""
    if not why.strip():
        raise InvalidFacts({"why": [_now("Say what changed, and why.")]})
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)  # two writers, two versions
    held = LetterText.objects.filter(office=office, paper=paper, language=language)
    last = held.aggregate(last=Max("version"))["last"] or 0
    text = LetterText.objects.create(
        office=office,
        paper=paper,
        language=language,
        version=last + 1,
        source=source,
        why=why,
        made_by=by,
        made_at=at,
    )
    facts: dict[str, Any] = {"paper": paper, "language": language, "version": text.version}
    events.record(events.office_stream(office), "letter_text.written", by=by, at=at, **facts)
    return text


# ---- reading ---------------------------------------------------------------------------------------------


def letter_for(user: "User", number: str) -> Letter:
    """Return a letter by its number, with its `heading`, if the person may read its case.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    found = Letter.objects.select_related(
        "case__office", "case__worker", "case__employer", "document", "issued_by", "corrects", "corrected_by"
    ).select_related("text__office")
    letter = found.filter(number=number, case__in=queries.cases_readable_by(user).values("pk")).first()
    if letter is None:
        raise NotFound
    letter.heading = queries.heading_of(letter.case.case_type, letter.paper)
    return letter


@operation
def read_letter(*, number: str, by: "User", at: datetime) -> Letter:
    """Return a letter to somebody who reads it on a page, and keep that it was read.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    letter = letter_for(by, number)
    _keep_reader(letter, by, at)
    return letter


@operation
def hand_out_word(*, number: str, by: "User", at: datetime) -> tuple[Letter, bytes]:
    """Return a letter as a Word file, as it was issued, and keep that it was handed out.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    letter = letter_for(by, number)
    _keep_reader(letter, by, at)
    facts: dict[str, Any] = {"letter": letter.pk, "number": letter.number, "case": letter.case.number}
    stream = events.office_stream(letter.case.office_id)
    events.record(stream, "letter.downloaded", by=by, at=at, person=letter.case.worker_id, **facts)
    return letter, Composed.kept(letter.body).as_word()


def _keep_reader(letter: Letter, by: "User", at: datetime) -> None:
    worker, number = letter.case.worker, letter.case.number
    purpose = letter.case.read_for(by, Reading.DOCUMENT)
    access.keep(subject=worker.uuid, office=worker.office_id, purpose=purpose, case_number=number, by=by, at=at)


# ---- signatures and seals --------------------------------------------------------------------------------


@operation
def record_signature(
    *,
    letter: Letter,
    party: str,
    name: str,
    signed_on: date,
    by: "User",
    at: datetime,
    scan: Document | None = None,
    file: Any = None,
    worker: Any = None,
) -> LetterSignature:
    """Record that a party signed a letter, or that the seal was put on it.

    Args:
        worker: of a collective case, which one.
        scan: the paper of the case that shows it.
        file: instead of that, an upload that does; it is kept with the letter.

    Raises:
        NotSigned: the letter is not for that party to sign.
        AlreadySigned: it has signed.
        InvalidFacts: the day lies ahead or before the letter, or the scan is no paper of the case.
        FileRefused: the upload cannot be kept.
    """
    case = letter.case.lock()
    demand(by, "letter.issue", case)
    chosen = papers.paper(case.case_type, letter.paper)
    if party not in chosen.signed_by:
        raise NotSigned
    held = letter.signatures.filter(party=party, worker=worker).count()
    if held >= (1 if worker is not None else chosen.signed_by.count(party)):
        raise AlreadySigned
    _check_day("signed_on", signed_on, localdate(letter.issued_at), localdate(at))
    scan = _shown_by("scan", scan, file, letter=letter, case=case, kind=Kind.LETTER, by=by, at=at)
    signature = LetterSignature.objects.create(
        letter=letter,
        party=party,
        place=held + 1,
        worker=worker,
        name=name,
        signed_on=signed_on,
        scan=scan,
        recorded_by=by,
        recorded_at=at,
    )
    facts: dict[str, Any] = {"letter": letter.pk, "paper": letter.paper, "number": letter.number, "party": party}
    events.record(case, "letter.signed", by=by, at=at, on=signed_on.isoformat(), **facts)
    return signature


def unsigned(letter: Letter, parties: Iterable[str] = ()) -> list[str]:
    """Return the parties whose signature on a letter is not recorded yet; one that signs twice, twice."""
    wanted = Counter(parties or papers.paper(letter.case.case_type, letter.paper).signed_by)
    signed = Counter(letter.signatures.values_list("party", flat=True))
    return list((wanted - signed).elements())


# ---- delivery --------------------------------------------------------------------------------------------


@operation
def send_letter(
    *,
    letter: Letter,
    method: str,
    addressee: str,
    sent_on: date,
    by: "User",
    at: datetime,
    tracking: str = "",
    proof: Document | None = None,
    file: Any = None,
) -> LetterDelivery:
    """Record that a letter went out; what is handed over is served with that.

    Args:
        proof: the paper of the case that shows it.
        file: instead of that, an upload that does; it becomes a paper of the case.

    Raises:
        InvalidFacts: the day lies ahead or before the letter, the number of the post is missing, or the proof is no
            paper of the case.
        FileRefused: the upload cannot be kept.
    """
    case = letter.case.lock()
    demand(by, "letter.issue", case)
    _check_day("sent_on", sent_on, localdate(letter.issued_at), localdate(at))
    if method == Method.POSTED and not tracking.strip():
        raise InvalidFacts({"tracking": [_now("Give the number of the post, by which it can be traced.")]})
    proof = _shown_by("proof", proof, file, letter=letter, case=case, kind=Kind.RECEIPT, by=by, at=at)
    delivery = LetterDelivery.objects.create(
        letter=letter,
        method=method,
        addressee=addressee,
        tracking=tracking.strip(),
        sent_on=sent_on,
        proof=proof,
        recorded_by=by,
        recorded_at=at,
    )
    facts: dict[str, Any] = {"letter": letter.pk, "paper": letter.paper, "number": letter.number, "method": method}
    events.record(case, "letter.sent", by=by, at=at, on=sent_on.isoformat(), **facts)
    if method == Method.HANDED:
        _served(delivery, sent_on, by=by, at=at)
    return delivery


@operation
def record_service(
    *,
    delivery: LetterDelivery,
    served_on: date,
    by: "User",
    at: datetime,
    proof: Document | None = None,
    file: Any = None,
) -> LetterDelivery:
    """Record the day on which a letter reached its addressee; the periods that hang on it begin.

    Raises:
        AlreadyServed: it is recorded.
        InvalidFacts: the day lies ahead or before the letter was sent, or the proof is no paper of the case.
        FileRefused: the upload cannot be kept.
    """
    case = delivery.letter.case.lock()
    demand(by, "letter.issue", case)
    delivery = LetterDelivery.objects.select_related("letter__case").get(pk=delivery.pk)
    delivery.letter.case = case
    if delivery.served_on is not None:
        raise AlreadyServed
    _check_day("served_on", served_on, delivery.sent_on, localdate(at))
    proof = _shown_by("proof", proof, file, letter=delivery.letter, case=case, kind=Kind.RECEIPT, by=by, at=at)
    delivery.proof = proof or delivery.proof
    _served(delivery, served_on, by=by, at=at)
    return delivery


def _served(delivery: LetterDelivery, served_on: date, *, by: "User", at: datetime) -> None:
    delivery.served_on = served_on
    delivery.save(update_fields=["served_on", "proof"])
    letter = delivery.letter
    case, on = letter.case, served_on.isoformat()
    facts: dict[str, Any] = {"letter": letter.pk, "paper": letter.paper, "number": letter.number}
    events.record(case, "letter.served", by=by, at=at, on=on, **facts)
    kind = papers.paper(case.case_type, letter.paper).serves
    if kind:
        events.record(case, kind, by=by, at=at, on=on, **facts)


def _check_day(field: str, day: date, earliest: date, today: date) -> None:
    if day > today:
        raise InvalidFacts({field: [_now("This day lies in the future.")]})
    if day < earliest:
        raise InvalidFacts({field: [_now("Not before %(day)s.") % {"day": earliest.isoformat()}]})


def _shown_by(
    field: str, chosen: Document | None, file: Any, *, letter: Letter, case: Any, kind: str, by: "User", at: datetime
) -> Document | None:
    """Return the paper that shows what is recorded: one of the case, or an upload that becomes one."""
    if chosen is not None and file is not None:
        raise InvalidFacts({field: [_now("Choose a paper of the case or send a file, not both.")]})
    if chosen is not None and chosen.case_id != case.pk:
        raise InvalidFacts({field: [_now("This is no paper of the case.")]})
    if file is None:
        return chosen
    title = f"{queries.heading_of(case.case_type, letter.paper)} {letter.number}"
    return operations.attach_document(case=case, kind=kind, file=file, title=title, by=by, at=at)


# ---- one letter to many ----------------------------------------------------------------------------------


@operation
def begin_run(
    *, office: Office, paper: str, cases: Iterable[Any], by: "User", at: datetime, language: str = "", **values: Any
) -> LetterRun:
    """Begin to write one letter to many: the same paper for each of these cases, in the background.

    Args:
        cases: those the person chose; all of one type, all in the office's reach.

    Raises:
        InvalidFacts: no case, too many, or of several types.
    """
    demand(by, "letter.issue", office)
    chosen = list(dict.fromkeys(cases))
    if not chosen:
        raise InvalidFacts({"cases": [_now("Choose at least one case.")]})
    if len(chosen) > MOST:
        raise InvalidFacts({"cases": [_now("At most %(most)s letters at once.") % {"most": MOST}]})
    types = {case.case_type for case in chosen}
    if len(types) > 1:
        raise InvalidFacts({"cases": [_now("Choose cases of one kind: their letters differ.")]})
    papers.paper(types.pop(), paper)
    for case in chosen:
        demand(by, "letter.issue", case)
    run = LetterRun.objects.create(
        office=office,
        office_path=office.path,
        paper=paper,
        language=language or settings.LANGUAGE_CODE,
        values=keeping.written(filling.plain(values)),
        made_by=by,
        made_at=at,
    )
    LetterRunLine.objects.bulk_create(LetterRunLine(run=run, case_id=case.pk) for case in chosen)
    facts: dict[str, Any] = {"run": run.pk, "paper": paper, "letters": len(chosen)}
    events.record(events.office_stream(office), "letters.begun", by=by, at=at, **facts)
    transaction.on_commit(lambda: enqueue(JOB, run.pk))
    return run


def letters_to_many(case_type: str) -> list[Paper]:
    """Return the letters that can be written to many cases of a type at once."""
    return [paper for paper in papers.papers_of(case_type).values() if paper.by_hand or paper.to_many]


def runs_for(user: "User") -> "QuerySet[LetterRun]":
    """Return the letters to many of the offices the person writes letters for."""
    return scope.visible(LetterRun.objects.select_related("office", "made_by"), user, "letter.issue")


def run_for(user: "User", uuid: UUID) -> LetterRun:
    """Return one letter to many.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    run = runs_for(user).filter(uuid=uuid).first()
    if run is None:
        raise NotFound
    return run


@dataclass(frozen=True)
class Tally:
    """How many letters of a run were issued, were not, and are still to be written."""

    issued: int
    skipped: int
    waiting: int

    @property
    def lines(self) -> int:
        """All of them."""
        return self.issued + self.skipped + self.waiting


def tally(run: LetterRun) -> Tally:
    """Return how far a run has come; one query."""
    counts = dict(run.lines.order_by().values_list("outcome").annotate(Count("id")))
    return Tally(*(counts.get(outcome, 0) for outcome in (Outcome.ISSUED, Outcome.SKIPPED, Outcome.WAITING)))


@job(JOB)
def go_on(pk: int, at: datetime) -> bool:
    """Write a piece of a run; return whether there is more."""
    return write_on(run=LetterRun.objects.get(pk=pk), at=at, most=PIECE)


def runs_to_go_on(at: datetime) -> int:
    """Write a piece of every run that a worker left unfinished; return how many there were.

    A piece that fails is logged and tried again by the next sweep; it keeps nothing else from being swept.
    """
    found = list(LetterRun.objects.filter(state=State.WRITING).select_related("made_by").order_by("id"))
    for run in found:
        try:
            write_on(run=run, at=at, most=PIECE)
        except Exception:
            logger.exception("letters %s cannot be written on, the next sweep tries again", run.pk)
    return len(found)


def write_on(*, run: LetterRun, at: datetime, most: int | None = None) -> bool:
    """Write letters of a run, each in a transaction of its own; return whether any are left.

    A letter that cannot be written keeps no other from being written: its line says why.
    """
    waiting = run.lines.filter(outcome=Outcome.WAITING).order_by("id").values_list("pk", flat=True)
    for pk in waiting[:most] if most else waiting:
        try:
            if not _write_line(line=pk, run=run, by=run.made_by, at=at):
                return False
        except CaseworkError as error:
            _skip_line(line=pk, why=str(error), by=None, at=at)
        except PASSING:
            raise
        except Exception:  # one letter that cannot be written keeps no other from it
            logger.exception("letter of line %s", pk)
            _skip_line(
                line=pk, why=_now("Something unexpected happened; the log of the server says what."), by=None, at=at
            )
    return not end_run(run=run, by=None, at=at)


@operation
def _write_line(*, line: int, run: LetterRun, by: "User", at: datetime) -> bool:
    """Issue the letter of one line; return whether the run is still being written."""
    held = LetterRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if held.state != State.WRITING:
        return False
    row = LetterRunLine.objects.select_related("case").get(pk=line)
    if row.outcome != Outcome.WAITING:
        return True  # another worker was faster
    row.letter = operations.issue_letter(
        case=queries.typed_case(row.case),
        paper=held.paper,
        language=held.language,
        by=by,
        at=at,
        blanks=False,
        **keeping.read(held.values),
    )
    row.outcome = Outcome.ISSUED
    row.save(update_fields=["outcome", "letter"])
    return True


@operation
def _skip_line(*, line: int, why: str, by: None, at: datetime) -> None:
    """Note why a line has no letter, unless somebody was faster: that a person was not written to is told, too."""
    row = LetterRunLine.objects.select_for_update(no_key=True, of=("self",)).select_related("run", "case").get(pk=line)
    if row.outcome != Outcome.WAITING:
        return
    row.outcome, row.reason = Outcome.SKIPPED, why[:300]
    row.save(update_fields=["outcome", "reason"])
    facts: dict[str, Any] = {"run": row.run_id, "paper": row.run.paper, "case": row.case.number}
    events.record(events.office_stream(row.run.office_id), "letters.left_out", by=by, at=at, text=row.reason, **facts)


@operation
def end_run(*, run: LetterRun, by: "User | None", at: datetime, stop: bool = False) -> bool:
    """End a run that has nothing left, or stop one; return whether it has ended.

    Raises:
        NotWriting: it is to be stopped and has ended.
    """
    held = LetterRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    found = tally(held)
    if stop:
        demand(by, "letter.issue", held)
        if held.state != State.WRITING:
            raise NotWriting
    elif held.state != State.WRITING or found.waiting:
        return held.state != State.WRITING
    held.state, held.ended_at = (State.STOPPED if stop else State.DONE), at
    held.save(update_fields=["state", "ended_at"])
    facts: dict[str, Any] = {"run": held.pk, "issued": found.issued, "skipped": found.skipped, "stopped": stop}
    events.record(events.office_stream(held.office_id), "letters.ended", by=by, at=at, **facts)
    return True


def print_run(*, run: LetterRun, by: "User", at: datetime) -> bytes:
    """Return the letters of a run as one PDF to print, in the order of its list; that they were printed is an event.

    Thousands of letters take a while to read, and no transaction waits for that: the event is there first.

    Raises:
        NotFound: none has been issued.
    """
    issued = _note_printed(run=run, by=by, at=at)
    documents = Document.objects.in_bulk(issued)
    whole, written = PdfWriter(), BytesIO()
    for pk in issued:
        whole.append(BytesIO(queries.content_of(documents[pk])))
    whole.write(written)
    return written.getvalue()


@operation
def _note_printed(*, run: LetterRun, by: "User", at: datetime) -> list[int]:
    """Keep that the letters of a run are printed; return their documents, in the order of its list."""
    demand(by, "letter.issue", run)
    lines = run.lines.filter(outcome=Outcome.ISSUED).order_by("id")
    rows = list(lines.values_list("letter__document", "case__worker__uuid", "case__worker__office", "case__number"))
    issued = [document for document, *_subject in rows]
    if not issued:
        raise NotFound
    subjects = [(worker, office, number) for _document, worker, office, number in rows]
    access.keep_each(subjects=subjects, purpose=Reading.PRINT, by=by, at=at)
    events.record(events.office_stream(run.office_id), "letters.printed", by=by, at=at, run=run.pk, letters=len(issued))
    return issued
