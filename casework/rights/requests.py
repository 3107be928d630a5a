"""What is done about a person's request: taken, answered within its days, and a copy of the data handed out.

Who took a request grants it; to refuse one, wholly or in part, and to have data deleted takes a supervisor.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import access, events
from casework.audit.errors import AlreadyDone, InvalidFacts, NotFound, WrongState
from casework.audit.models import Reading
from casework.audit.operation import operation
from casework.audit.shredding import belongings, references
from casework.cases.models import Case, ClaimLine, Contact
from casework.deadlines.calendar import add_working_days
from casework.deadlines.queries import calendar_for
from casework.documents.models import Letter, LetterRunLine
from casework.documents.queries import typed_case
from casework.offices import scope
from casework.offices.doors import answer_of, demand, insist
from casework.offices.queries import parameter_or
from casework.offices.values import CHECKS, whole
from casework.people.accesses import accesses_of
from casework.people.models import HardshipFile, NamePiece, Worker
from casework.people.queries import may_reach
from casework.templatetags.gongdao import cn_date, cn_moment

from . import standing
from .models import DataRequest, DisposalLine, LegalHold

if TYPE_CHECKING:
    from casework.staff.models import User

# Working days for an answer: our convention. The law says "in time" and names no number (个人信息保护法 art. 45, 50).
ANSWERED_WITHIN = 15
ANSWER_PARAMETER = "request.answer.working_days"
LONGEST = 60

Kind, Outcome, Ground = DataRequest.Kind, DataRequest.Outcome, DataRequest.Ground


def _check(code: str, value: object) -> None:
    if code == ANSWER_PARAMETER:
        whole(value, LONGEST, 1)


CHECKS.append(_check)


class MustBeKept(WrongState):
    """What the person wants deleted has to be kept; says what keeps it."""

    def __init__(self, obstacles: Iterable[standing.Obstacle]) -> None:
        said = " ".join(obstacle.text for obstacle in obstacles)
        super().__init__(_now("This cannot be deleted now. %(why)s") % {"why": said})


class NoCopyGranted(WrongState):
    """A copy is handed out on a request to read and copy that was granted."""

    message = _("A copy is handed out when a request to read and copy was granted.")


class NothingWithdrawn(WrongState):
    """A withdrawal is granted by recording it on the consent itself."""

    message = _("No consent of this person was withdrawn since: record it on the person's page first.")


@operation
def take_request(
    *,
    worker: Worker,
    kind: str,
    channel: str,
    identity: str,
    words: str,
    asked_on: date,
    by: "User",
    at: datetime,
) -> DataRequest:
    """Put a person's request about data on record, with the day by which it is answered.

    Raises:
        InvalidFacts: it says nothing, or was asked on a day to come.
    """
    insist(may_reach(by, "request.take", worker))
    errors = {}
    if not words.strip():
        errors["words"] = [_now("Say what is asked.")]
    if asked_on > localdate(at):
        errors["asked_on"] = [_now("This day is yet to come.")]
    if errors:
        raise InvalidFacts(errors)
    days = parameter_or(ANSWER_PARAMETER, worker.office, localdate(at), ANSWERED_WITHIN)
    request = DataRequest.objects.create(
        worker=worker,
        office=worker.office,
        office_path=worker.office_path,
        kind=kind,
        channel=channel,
        identity=identity,
        words=words.strip(),
        asked_on=asked_on,
        due_on=add_working_days(asked_on, days, calendar_for(worker.office)),
        taken_by=by,
        taken_at=at,
    )
    _record("request.taken", request, by=by, at=at, channel=channel, identity=identity, due_on=request.due_on)
    return request


def act_of(request: DataRequest, outcome: str) -> str:
    """Return the act that an answer is: a refusal and a deletion are a supervisor's."""
    granted = outcome == Outcome.GRANTED and request.kind != Kind.ERASURE
    return "request.answer" if granted else "request.decide"


@operation
def decide_request(
    *, request: DataRequest, outcome: str, answer: str, by: "User", at: datetime, ground: str = ""
) -> DataRequest:
    """Answer a request. What is refused, wholly or in part, is refused with its ground and reason (art. 50).

    A granted request to delete puts everything of the person on the list of what is due: two people destroy it. What
    is corrected, and a consent that is withdrawn, is entered on the person's own page or case.

    Raises:
        AlreadyDone: it was answered before.
        InvalidFacts: the ground or the reason is missing.
        MustBeKept: an open matter, a legal hold or a law keeps what would be deleted.
        NothingWithdrawn: a withdrawal is granted that nobody has entered.
    """
    held = _locked(request)
    _demand(by, act_of(held, outcome), held)
    if not held.is_open:
        raise AlreadyDone(who=held.decided_by, what="request.decided", when=held.decided_at)
    if errors := _lacking(outcome, ground, answer):
        raise InvalidFacts(errors)
    if outcome == Outcome.GRANTED:
        _demand_done(held, at)
        ground = ""
    held.outcome, held.ground, held.answer = outcome, ground, answer.strip()
    held.decided_by, held.decided_at = by, at
    held.save(update_fields=["outcome", "ground", "answer", "decided_by", "decided_at"])
    _record("request.decided", held, by=by, at=at, outcome=outcome, ground=ground)
    return held


def _lacking(outcome: str, ground: str, answer: str) -> dict[str, list[str]]:
    if outcome not in Outcome.values:
        return {"outcome": [_now("Choose one of the values shown.")]}
    if outcome == Outcome.GRANTED:
        return {}
    errors = {}
    if ground not in Ground.values:
        errors["ground"] = [_now("Choose on what ground; the person is told it.")]
    if not answer.strip():
        errors["answer"] = [_now("Give the reason: the person is told it.")]
    return errors


def _demand_done(request: DataRequest, at: datetime) -> None:
    """Ask of what is granted that it can be done, or was."""
    if request.kind == Kind.ERASURE:
        obstacles = standing.of_everything(request.worker, standing.Periods(localdate(at)))
        if obstacles:
            raise MustBeKept(obstacles)
    if request.kind == Kind.WITHDRAWAL:
        since = request.worker.consents.filter(withdrawn_at__date__gte=request.asked_on)
        if not since.exists():
            raise NothingWithdrawn


@operation
def hand_out_copy(*, request: DataRequest, by: "User", at: datetime) -> list["Line"]:
    """Return what the office holds of a person, and keep that it was handed out (art. 45); once for one request.

    Raises:
        NoCopyGranted: nobody has asked for it, or it was not granted.
        AlreadyDone: it was handed out before.
    """
    held = _locked(request)
    _demand_copy(held, by)
    held.copied_by, held.copied_at = by, at
    held.save(update_fields=["copied_by", "copied_at"])
    access.keep(subject=held.worker.uuid, office=held.worker.office_id, purpose=Reading.COPY, by=by, at=at)
    _record("request.copy_given", held, by=by, at=at)
    return [*copy_of(held.worker), *_readers_of(held.worker, localdate(at))]


def may_copy(user: "User", request: DataRequest) -> scope.Answer:
    """Answer whether the copy can be handed out now."""
    return answer_of(lambda: _demand_copy(request, user))


def _demand_copy(request: DataRequest, by: "User") -> None:
    _demand(by, "request.answer", request)
    if request.kind != Kind.ACCESS or request.outcome not in (Outcome.GRANTED, Outcome.PARTLY):
        raise NoCopyGranted
    if request.copied_at is not None:
        raise AlreadyDone(who=request.copied_by, what="request.copy_given", when=request.copied_at)


def _demand(by: "User", act: str, request: DataRequest) -> None:
    """Ask for the right to an act, and that who took the request still serves people."""
    demand(by, "request.take")
    demand(by, act, request)


def _locked(request: DataRequest) -> DataRequest:
    locked = DataRequest.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("worker__office", "office").get(pk=request.pk)


def _record(kind: str, request: DataRequest, *, by: "User", at: datetime, **facts: Any) -> None:
    said: dict[str, Any] = {"request": str(request.uuid), "asked": request.kind}
    said |= {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    stream = events.office_stream(request.office_id)
    events.record(stream, kind, by=by, at=at, person=request.worker_id, **said)


# ---- what can be asked -----------------------------------------------------------------------------------


def requests_visible_to(user: "User") -> "models.QuerySet[DataRequest]":
    """Return the requests of the offices a person oversees, and while she serves people those she took herself."""
    overseen = scope.visible(DataRequest.objects.all(), user, "request.read")
    own = models.Q(taken_by=user) if scope.may(user, "request.take") else models.Q()
    found = DataRequest.objects.filter(own | models.Q(pk__in=overseen.values("pk")))
    return found.select_related("worker", "office", "taken_by", "decided_by", "copied_by")


def request_for(user: "User", uuid: Any) -> DataRequest:
    """Return one request, if the person may read it.

    Raises:
        NotFound: there is none, or it is another office's.
    """
    found = requests_visible_to(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


# ---- the copy --------------------------------------------------------------------------------------------

# A record, a fact of it, and what it says.
Line = tuple[str, str, str]
# The office's own notes about what it does with the data, and what is the same in another form.
LEFT_OUT: tuple[type[models.Model], ...] = (DataRequest, LegalHold, DisposalLine, NamePiece, LetterRunLine)
LEFT_OUT_COLUMNS: dict[type[models.Model], tuple[str, ...]] = {Letter: ("body",)}


def copy_of(worker: Worker) -> Iterator[Line]:
    """Yield what is held of a person, record by record: his own, of his household, and of his cases.

    Of a case that is another's, only the rows that name him. What others told in confidence is left out: a model says
    so by `ABOUT_OTHERS`.
    """
    yield from _lines(worker)
    seen: set[tuple[type[models.Model], int]] = set()
    for model, path in belongings(Worker, Case, Contact, ClaimLine, HardshipFile):
        yield from _rows(model, models.Q(**{path: worker.pk}), seen)
    for file in standing.files_of(worker).order_by("pk"):
        yield from _lines(file)
    for contact in worker.contacts.filter(case=None).order_by("pk"):
        yield from _lines(contact)
        yield from _rows_of(Contact, contact.pk, worker)
    for case in standing.cases_of(worker).order_by("pk"):
        if case.worker_id == worker.pk:
            yield from _lines(typed_case(case))
        yield from _rows_of(Case, case.pk, worker, own=case.worker_id == worker.pk)


def _rows_of(owner: type[models.Model], key: int, worker: Worker, *, own: bool = True) -> Iterator[Line]:
    """Yield the rows of a matter: those that name this person, and of one's own matter those that name nobody."""
    seen: set[tuple[type[models.Model], int]] = set()
    for model, path in belongings(owner):
        if issubclass(model, Case):
            continue
        naming = references(model, Worker)
        if not own and not naming:
            continue
        mine = models.Q()
        for name in naming:
            mine |= models.Q(**{name: worker.pk}) | (models.Q(**{name: None}) if own else models.Q())
        yield from _rows(model, models.Q(**{path: key}) & mine, seen)


def _rows(model: type[models.Model], found: models.Q, seen: set[tuple[type[models.Model], int]]) -> Iterator[Line]:
    """Yield the rows of a model that are found, unless they were seen on another way to them."""
    if model in LEFT_OUT or getattr(model, "ABOUT_OTHERS", False):
        return
    for row in model._base_manager.filter(found).order_by("pk"):
        if (model, row.pk) not in seen:
            seen.add((model, row.pk))
            yield from _lines(row)


def _readers_of(worker: Worker, on: date) -> Iterator[Line]:
    """Yield who read the data, as the list says it that a person may ask for."""
    for entry in accesses_of(worker, on):
        said = [entry.reader, entry.office, entry.purpose, entry.case_number]
        yield _now("Who read the data"), cn_date(entry.day), " · ".join(word for word in said if word)


def _lines(row: Any) -> Iterator[Line]:
    """Yield the facts of a row that have a name people read; what the house needs to find it again has none."""
    left_out = LEFT_OUT_COLUMNS.get(type(row), ())
    for field in row._meta.concrete_fields:
        if not isinstance(field._verbose_name, Promise | str) or field.name in left_out:
            continue
        if isinstance(field, models.FileField) or (field.is_relation and field.name not in ("employer", "office")):
            continue
        words = _words(row, field)
        if words:
            yield str(row._meta.verbose_name), str(field.verbose_name), words


def _words(row: Any, field: Any) -> str:
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.name)
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    if isinstance(value, datetime):
        return cn_moment(value)
    if isinstance(value, date):
        return cn_date(value)
    return "" if value is None else str(value)
