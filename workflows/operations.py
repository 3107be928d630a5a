"""What people do with cases and tasks. Every page, import, walk and due clock comes through here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import PROCESS, STATUS

from casework.audit import access, events
from casework.audit.errors import AlreadyDone, NotAllowed, NotFound, WrongState
from casework.audit.models import Event, Reading
from casework.audit.operation import operation
from casework.audit.rows import Read
from casework.cases import conflicts
from casework.cases import operations as cases
from casework.cases.models import (
    OPEN_TASK,
    Case,
    CaseTask,
    ClaimLine,
    ConflictOfInterest,
    Contact,
    HandOver,
    know_ties,
)
from casework.cases.transitions import lock, locked, locked_with, perform, unsign
from casework.deadlines import operations as clocks
from casework.deadlines.models import Clock
from casework.documents import queries as documents
from casework.employers import operations as employers
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.offices import scope
from casework.offices.doors import demand, insist
from casework.offices.operations import next_number
from casework.offices.roles import Role
from casework.people import operations as people
from casework.people import queries as find_people
from casework.people.identifiers import worker_label
from casework.people.models import Worker
from casework.staff import operations as staff
from casework.staff.models import GRANTS
from casework.staff.queries import holders_of

from . import calculators
from .case_type import CaseType, case_type
from .flows import Door, announce
from .forms import cleaned

if TYPE_CHECKING:
    from casework.employers.models import Employer
    from casework.offices.models import Office
    from casework.staff.models import User


# Intake answers that become records of their own, not columns of the case.
PEOPLE_OF_INTAKE = (
    "worker",
    "worker_name",
    "worker_id_type",
    "worker_id_number",
    "worker_phone",
    "employer",
    "employer_name",
)


class NotYours(NotAllowed):
    """The task belongs to somebody else."""


class NothingToTakeBack(WrongState):
    """No step of this case can be taken back now."""

    message = _("There is no step that can be taken back now.")


# ---- opening -------------------------------------------------------------------------------------------


@operation
def open_case(
    *, case_type: "str | CaseType", by: "User", at: datetime, contact: Contact | None = None, **facts: Any
) -> Any:
    """Open a case: check the facts with the type's intake form, save worker and case, start the flow.

    Args:
        case_type: the type's slug, or the type.
        contact: the contact that becomes the first paper of the case.
        facts: the intake form's fields.

    Raises:
        UnknownCaseType: no such type.
        InvalidFacts: the form's field errors.
        NotAllowed: the person may not open cases in this office.
    """
    kind = _type(case_type)
    form = kind.intake_form(data=_as_typed(facts), by=by, at=at)
    data = cleaned(form)
    office = data.pop("office")
    case = kind.model(office=office, office_path=office.path)
    demand(by, "case.open", case)
    worker, employer = _worker(data, office, by=by, at=at), _employer(data, office, by=by, at=at)
    data = {name: value for name, value in data.items() if name not in PEOPLE_OF_INTAKE}
    case.number = next_number(kind.prefix, office, localtime(at).year)
    case.case_type, case.flow_class = kind.slug, kind.flow
    case.opened_by, case.opened_at, case.created = by, at, at
    case.worker, case.worker_label, case.employer = worker, worker_label(worker.name), employer
    for name in [field.name for field in case._meta.concrete_fields if field.name in data]:
        setattr(case, name, data.pop(name))
    case.save()
    lock(case)
    kind.begin(case=case, by=by, at=at, **data)
    if contact is not None:
        cases.attach_contact(contact=contact, case=case, by=by, at=at)
    kind.flow.start.begin(case, by=by, at=at)
    return case


def _type(named: "str | CaseType") -> CaseType:
    return case_type(named) if isinstance(named, str) else named


def _as_typed(facts: dict[str, Any]) -> dict[str, Any]:
    """Turn facts given as objects into what the form's inputs would hold."""
    typed: dict[str, Any] = {}
    for name, value in facts.items():
        key = {"office": "code", "worker": "uuid", "employer": "uuid"}.get(name)
        typed[name] = getattr(value, key) if key and hasattr(value, key) else getattr(value, "pk", value)
    return typed


def _worker(data: dict[str, Any], office: "Office", *, by: "User", at: datetime) -> Worker:
    """Return the worker chosen, or known by this ID number here, or put on record now."""
    if data["worker"]:
        return data["worker"]
    if data["worker_id_number"]:
        known = find_people.worker_with_id(by, data["worker_id_type"], data["worker_id_number"])
        if known is not None:
            return known
    return people.register_worker(
        office=office,
        name=data["worker_name"],
        id_type=data["worker_id_type"],
        id_number=data["worker_id_number"],
        phone=data["worker_phone"],
        by=by,
        at=at,
    )


def _employer(data: dict[str, Any], office: "Office", *, by: "User", at: datetime) -> Any:
    if data["employer"] or not data["employer_name"]:
        return data["employer"]
    return employers.register_employer(office=office, name=data["employer_name"], by=by, at=at)


# ---- working on tasks ----------------------------------------------------------------------------------


# A task of a case, and whether a person has a conflict of interest with anybody at all: hardly anybody has.
_TASK = Read(
    lambda pk, case, person: CaseTask.objects.filter(pk=pk, process_id=case).annotate(
        is_tied=Exists(conflicts.live_conflicts().filter(person_id=person))
    )
)


def _hold(task: CaseTask, by: "User | None" = None) -> tuple[Any, CaseTask]:
    """Lock the task's case, then read the task again: the order that keeps two people apart.

    Args:
        by: who is about to do the task; the same round trip brings what that will need: roles, ties and clocks.

    Raises:
        AlreadyDone: somebody finished or cancelled it; says who and when.
        NotFound: there is no such task.
    """
    questions = [_TASK.of(task.pk, task.process_id, by.pk if by is not None else 0)]
    if by is not None:
        questions.append(clocks.CLOCKS.of(task.process_id))
        questions += [GRANTS.of(by.pk)] if not by.knows_grants else []
    model = case_type(task.case_type).model
    case, (found, *more) = locked_with(model, task.process_id, task.case_number, *questions)
    if not found:
        raise NotFound
    if by is not None:
        clocks.know_clocks(case, more[0])
        if more[1:]:
            by.know_grants(more[1])
        if not found[0].is_tied:
            know_ties(by, [])
        _at_hand(case, by)
    fresh = found[0]
    fresh.process = case
    if not fresh.is_open:
        raise AlreadyDone(already(fresh), who=fresh.owner, what=str(fresh.flow_task.task_title), when=fresh.finished)
    return case, fresh


def _at_hand(case: Any, person: "User") -> None:
    """Spare the flow the question who the handler is when it is the person who is here."""
    for name in ("handler", "opened_by"):
        if getattr(case, f"{name}_id") == person.pk:
            setattr(case, name, person)


def already(task: CaseTask) -> str:
    """Say who did a task that is no longer open, and when."""
    facts = {
        "who": task.owner.display_name if task.owner else _now("The clock"),
        "what": task.flow_task.task_title,
        "when": date_format(localtime(task.finished), "SHORT_DATETIME_FORMAT") if task.finished else "",
    }
    if task.status == STATUS.DONE:
        return _now("%(who)s already finished “%(what)s” at %(when)s.") % facts
    return _now("“%(what)s” is no longer open: the case moved on at %(when)s.") % facts


def may_work(task: CaseTask, by: "User | None") -> scope.Answer:
    """Answer whether the person may do this task now, and why not."""
    return _may("task.work", task, by)


def may_take(task: CaseTask, person: "User | None") -> scope.Answer:
    """Answer whether this very person may have the task, whoever has it now, and what the step asks beyond it."""
    return _may("task.take", task, person) and _asked_by_step(task, person)


def _may(act: str, task: CaseTask, person: "User | None") -> scope.Answer:
    if not task.role:
        return scope.Answer(False, _("This step needs no person: the case waits."))
    return scope.may(person, act, task, roles=[task.role])


def _asked_by_step(task: CaseTask, person: "User | None") -> scope.Answer:
    only_if = getattr(task.flow_task, "only_if", None)
    return only_if(task.process, person) if only_if else scope.YES


def _require_work(task: CaseTask, by: "User") -> None:
    answer = may_work(task, by) and _asked_by_step(task, by)
    if not answer:
        raise NotYours(answer.reason)


@operation
def complete_task(*, task: CaseTask, by: "User", at: datetime, data: dict[str, Any]) -> CaseTask:
    """Do a step: check what was typed with the node's form, call its operation, move the flow on.

    Args:
        data: the form's fields; files are uploaded before and passed as document ids.

    Raises:
        AlreadyDone: somebody was faster.
        NotYours: the task is another person's or another role's.
        InvalidFacts: the form's field errors.
        WrongState, NotAllowed: the choke point's reasons.
    """
    case, task = _hold(task, by)
    node = task.flow_task
    if not hasattr(node, "form_class"):
        raise NotAllowed(_("This step needs no person: the case waits."))
    _require_work(task, by)
    facts = cleaned(node.form_class(data=data, case=case, by=by))
    if case.handler_id is None and task.role != "supervisor":
        case.handler = by
    task.owner = by
    node.perform(case=case, by=by, at=at, **facts)
    _leave(task, by=by, at=at)
    return task


@operation
def open_door(*, task: CaseTask, door: str, by: "User", at: datetime, data: dict[str, Any]) -> CaseTask:
    """End a step another way than its own form: an objection during the notice, for instance.

    Raises:
        NotFound: the step has no such door.
    """
    case, task = _hold(task)
    chosen: Door | None = task.flow_task.door(door)
    if chosen is None or chosen.rule:
        raise NotFound
    insist(scope.may(by, "case.move", case, roles=chosen.roles or None))
    facts = cleaned(chosen.form_class(data=data, case=case, by=by)) if chosen.form_class else {}
    chosen.perform(case=case, by=by, at=at, **facts)
    task.owner = by
    _leave(task, by=by, at=at)
    return task


@operation
def clock_due(*, clock: Clock, by: None = None, at: datetime) -> bool:
    """Let a due clock act: it expires, and if the case waits for it the flow goes on.

    Returns whether the flow moved. Calling it again for the same clock changes nothing.
    """
    subject, tasks = lock_subject(clock)
    if not clocks.expire(clock=clock, subject=subject, told=in_hand(subject, tasks), by=by, at=at):
        return False
    for task in tasks:
        door = getattr(task.flow_task, "clock_door", lambda _rule: None)(clock.rule)
        if door is not None:
            door.perform(case=subject, by=by, at=at)
            _leave(task, by=by, at=at)
            return True
    return False


@operation
def clock_rings(*, clock: Clock, by: None = None, at: datetime) -> bool:
    """Raise the alarm of a clock that is at risk, or late beyond patience; returns whether somebody has to be told."""
    subject, tasks = lock_subject(clock)
    return clocks.ring(clock=clock, subject=subject, told=in_hand(subject, tasks), by=by, at=at)


def lock_subject(clock: Clock) -> tuple[Any, list[CaseTask]]:
    """Lock the case or contact a clock belongs to; return it with the steps it stands at."""
    if clock.case is None:
        return cases.lock_contact(clock.contact_id), []  # type: ignore[arg-type]  # a clock has one of the two
    case = locked(case_type(clock.case.case_type).model, clock.case.pk, clock.case.number)
    tasks = list(CaseTask.objects.filter(process=case, status__in=OPEN_TASK).select_related("owner"))
    for task in tasks:
        task.process = case
    return case, tasks


def in_hand(subject: Any, tasks: list[CaseTask]) -> dict[str, Any]:
    """Say who has a matter in hand: the owners of its steps, else the role that is to take one, else who took it."""
    owners = sorted({task.owner_id for task in tasks if task.owner_id})
    if owners:
        return {"users": owners}
    queued = next((task for task in tasks if task.role), None)
    if queued is not None:
        return {"role": queued.role, "office_path": queued.office_path}
    person = subject.handler_id if isinstance(subject, Case) else subject.taken_by_id
    return {"users": [person]} if person else {}


@operation
def extend_clock(*, clock: Clock, until: date, reason: str, by: "User", at: datetime, consented: bool = False) -> Event:
    """Give a clock of a case or contact a later last day.

    Raises:
        NotAllowed, NotExtendable: as `clocks.extend` says.
    """
    subject, _tasks = lock_subject(clock)
    return clocks.extend(clock=clock, subject=subject, until=until, reason=reason, consented=consented, by=by, at=at)


def _leave(task: CaseTask, *, by: "User | None", at: datetime) -> None:
    """Finish the task's row and let the flow make the next steps."""
    activation = task.flow_task.activation_class.on(task, by=by, at=at)
    activation.finish()
    activation.activate_next()


@operation
def claim_task(*, task: CaseTask, by: "User", at: datetime) -> CaseTask:
    """Take a task out of the queue."""
    case, task = _hold(task)
    if task.owner_id == by.pk:
        return task
    if task.owner is not None:
        raise AlreadyDone(
            _now("%(owner)s has already claimed this task.") % {"owner": task.owner.display_name},
            who=task.owner,
            what=str(task.flow_task.task_title),
        )
    _require_work(task, by)
    return _give(case, task, by, "task.claimed", by=by, at=at)


@operation
def release_task(*, task: CaseTask, by: "User", at: datetime) -> CaseTask:
    """Put one's own task back into the queue."""
    case, task = _hold(task)
    demand(by, "task.assign", task)
    return _give(case, task, None, "task.released", by=by, at=at)


@operation
def reassign_task(*, task: CaseTask, to: "User", by: "User", at: datetime) -> CaseTask:
    """Give a task to somebody else; a supervisor does it, or its owner passes it on."""
    case, task = _hold(task)
    demand(by, "task.assign", task)
    insist(may_take(task, to))
    return _give(case, task, to, "task.reassigned", by=by, at=at)


def _give(case: Any, task: CaseTask, to: "User | None", kind: str, *, by: "User", at: datetime) -> CaseTask:
    before, task.owner, task.status = task.owner_id, to, STATUS.ASSIGNED if to else STATUS.NEW
    task.save(update_fields=["owner", "status"])
    facts: dict[str, Any] = {"task": task.pk, "node": task.node}
    facts["changes"] = events.changes({"owner": before}, {"owner": to and to.pk})
    if to is None:
        facts |= {"role": task.role, "office_path": task.office_path}
    else:
        facts["owner"] = to.pk
        if task.role != "supervisor":
            case.handler = to
    events.record(case, kind, by=by, at=at, **facts)
    return task


# ---- the case as a whole -------------------------------------------------------------------------------


@operation
def withdraw_case(*, case: Any, reason: str, by: "User", at: datetime) -> Any:
    """Close a case because the worker no longer wants it pursued; open tasks and sums end with it."""
    lock(case)
    demand(by, "case.move", case)
    if not case.is_closed:
        cases.settle_claim_lines(case=case, state=ClaimLine.State.WITHDRAWN, by=by, at=at)
    perform(case=case, name="withdraw", by=by, at=at, text=reason, reason=reason)
    end_flow(case=case, by=by, at=at)
    return case


@operation
def end_flow(*, case: Any, by: "User | None", at: datetime) -> None:
    """Cancel what is still open and end the flow of a case that was closed off its path."""
    lock(case)
    cancel_open_tasks(case, at)
    case.status, case.finished = PROCESS.CANCELED, at


def cancel_open_tasks(case: Any, at: datetime) -> int:
    """Cancel every open task of a locked case."""
    return case.task_set.filter(status__in=OPEN_TASK).update(status=STATUS.CANCELED, finished=at)


def step_to_take_back(case: Any, by: "User", at: datetime) -> CaseTask:
    """Return the step that this person may take back now.

    A step goes back by its doer within a working day, by a supervisor later, and only while no letter, no
    money and no later step followed it.

    Raises:
        NothingToTakeBack: with the reason.
    """
    last = (
        case.task_set.filter(status=STATUS.DONE, flow_task_type="HUMAN").select_related("owner").order_by("-id").first()
    )
    if last is None or not _led_here(case, last):
        raise NothingToTakeBack
    if case.task_set.filter(status__in=OPEN_TASK, node=last.node).exists():
        # left by a door that led back to it (an extension, for instance): the state is an earlier step's
        raise NothingToTakeBack
    if documents.letters_since(case, last.finished).exists():
        raise NothingToTakeBack(_("A letter went out after the last step; it cannot be taken back."))
    if last.owner_id != by.pk:
        demand(by, "task.assign", case)
    elif at > clocks.working_days_after(case.office, last.finished, 1) and not scope.may(by, "task.assign", case):
        raise NothingToTakeBack(_("More than a working day has passed; a supervisor can still take it back."))
    return last


def _led_here(case: Any, step: CaseTask) -> bool:
    """Return whether the step brought the case from the state it would return to: several may lead to one state."""
    recorded = Event.objects.filter(stream=case.stream, happened_at=step.finished).order_by("-seq")
    moves = [event.facts for event in recorded if "to" in event.facts]
    return bool(moves) and (moves[0]["from"], moves[0]["to"]) == (case.TAKE_BACK.get(case.state), case.state)


@operation
def take_back(*, case: Any, reason: str, by: "User", at: datetime) -> CaseTask:
    """Take the last step back: the case returns to the state before it, and the step is open again."""
    lock(case)
    demand(by, "case.take_back", case)
    last = step_to_take_back(case, by, at)
    perform(case=case, name="take_back", by=by, at=at, text=reason, facts={"task": last.pk, "node": last.node})
    unsign(case=case, signed_at=last.finished, by=by, at=at)
    cancel_open_tasks(case, at)
    last.process, last.status = case, STATUS.REVIVED
    last.save(update_fields=["status"])
    again = last.flow_task.activation_class.on(last, by=by, at=at)
    return last.flow_task._create(again, last.token).task


@operation
def correct_fact(*, case: Any, field: str, value: Any, reason: str, by: "User", at: datetime) -> Any:
    """Correct a wrong fact of a case, and draw what the type lets follow from it.

    Raises:
        WrongState, InvalidFacts: as `cases.correct_fact` says.
    """
    cases.correct_fact(case=case, field=field, value=value, reason=reason, by=by, at=at)
    follow = case_type(case.case_type).corrected
    if follow is not None:
        follow(case=case, field=field, by=by, at=at)
    return case


@operation
def decide_handover(*, offer: HandOver, accept: bool, by: "User", at: datetime, reason: str = "") -> HandOver:
    """Accept or return a case another office offers; accepted, its open tasks move to this office's queues."""
    case = locked(case_type(offer.case.case_type).model, offer.case_id, offer.case.number)
    offer.case = case
    offer = cases.decide_handover(offer=offer, accept=accept, by=by, at=at, reason=reason)
    if accept:
        for task in case.task_set.filter(status__in=OPEN_TASK):
            task.process, task.office_path = case, case.office_path
            task.owner, task.status = None, STATUS.NEW
            task.save(update_fields=["office_path", "owner", "status"])
            if task.role:
                announce(case, task, by=by, at=at)
    return offer


@operation
def open_linked_case(*, case: Any, case_type: str, why: str, by: "User", at: datetime, **facts: Any) -> Any:
    """Open a case of another type (or again) that comes from this one; common facts are carried over."""
    common = {"worker": case.worker, "employer": case.employer, "office": case.office}
    new = open_case(case_type=case_type, by=by, at=at, **{**common, **facts})
    cases.link_cases(case=case, other=new, why=why, by=by, at=at)
    return new


@operation
def pay(*, payout: Payout, voucher_number: str, by: "User", at: datetime) -> Payout:
    """Confirm a payout as paid; when it was the last of its case, the case's payment step is done."""
    case = payout.claim_line.case
    if case is None:
        return funds.confirm_paid(payout=payout, voucher_number=voucher_number, by=by, at=at)
    case = locked(case_type(case.case_type).model, case.pk, case.number)
    payout.claim_line.case = case
    paid = funds.confirm_paid(payout=payout, voucher_number=voucher_number, by=by, at=at)
    if not case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists():
        for task in case.task_set.filter(status__in=OPEN_TASK):
            door = getattr(task.flow_task, "door", lambda _name: None)("paid")
            if door is not None:
                task.process, task.owner = case, by
                door.perform(case=case, by=by, at=at)
                _leave(task, by=by, at=at)
    return paid


# ---- calculations --------------------------------------------------------------------------------------


@operation
def keep_calculation(*, case: Any, calculator: str, data: Mapping[str, Any], by: "User", at: datetime) -> Event:
    """Keep on a case what the law gives: the result as facts, what was typed and every step sealed beside them.

    Args:
        calculator: its name, the type and the code ("labour_dispute.overtime").
        data: the answers of its form.

    Raises:
        UnknownCalculator: there is none of that name.
        InvalidFacts: the form's field errors.
        ClosedCase: the case is closed.
    """
    chosen = calculators.named(calculator)
    lock(case)
    demand(by, "calculation.keep", case)
    form = chosen.form(data, office=case.office, today=localtime(at).date())
    cleaned(form)
    with translation.override(settings.LANGUAGE_CODE):
        result = chosen.reckon(**form.facts())
        text = calculators.told(chosen.title, result, form)
    facts: dict[str, Any] = {"calculator": calculator, "law": result.law}
    facts |= {"result": result.code} if result.amount is None else {"amount": str(result.amount)}
    return events.record(case, "calculation.kept", by=by, at=at, text=text, **facts)


# ---- people --------------------------------------------------------------------------------------------


@operation
def declare_conflict(
    *,
    person: "User",
    tie: str,
    by: "User",
    at: datetime,
    worker: Worker | None = None,
    employer: "Employer | None" = None,
    note: str = "",
) -> ConflictOfInterest:
    """Record what binds a person to a worker or an employer, and take their open cases out of the person's hands.

    Raises:
        NotAllowed, AlreadyDeclared, InvalidFacts: as `conflicts.declare_conflict` says.
    """
    party: dict[str, Any] = {"worker": worker, "employer": employer}
    conflict = conflicts.declare_conflict(person=person, tie=tie, note=note, by=by, at=at, **party)
    concerned = Case.objects.filter(pk__in=conflicts.lock_cases_of(conflict))
    held = concerned.filter(Q(handler=person) | Q(task__owner=person, task__status__in=OPEN_TASK))
    for pk, number, slug in held.order_by("pk").values_list("pk", "number", "case_type").distinct():
        _step_back(locked(case_type(slug).model, pk, number), person, by=by, at=at)
    return conflict


def _step_back(case: Any, person: "User", *, by: "User", at: datetime) -> None:
    """Give back what a person with a tie has in hand of a case; whoever supervises it is told."""
    if case.handler_id == person.pk:
        case.handler = None
    events.record(case, "case.stepped_back", by=by, at=at, owner=person.pk)
    for task in case.task_set.filter(owner=person, status__in=OPEN_TASK).order_by("pk"):
        task.process = case
        _give(case, task, None, "task.released", by=by, at=at)
        able = holders_of(Role(task.role), task.office_path, localtime(at).date())
        if not any(may_take(task, one) for one in able.exclude(pk=person.pk)):
            events.record(case, "case.nobody_able", by=by, at=at, task=task.pk, node=task.node)


@operation
def deactivate_user(*, user: "User", by: "User", at: datetime) -> int:
    """Close an account; its open tasks go back to their queues in the same step."""
    tasks = list(CaseTask.objects.filter(owner=user, status__in=OPEN_TASK).order_by("process_id", "id"))
    for task in tasks:
        case, held = _hold(task)
        _give(case, held, None, "task.released", by=by, at=at)
        if case.handler_id == user.pk:
            case.handler = None
    staff.deactivate_user(user=user, by=by, at=at)
    return len(tasks)


# ---- the trail ---------------------------------------------------------------------------------------------------


@operation
def note_trail_export(*, count: int, filters: Sequence[str], by: "User", at: datetime) -> None:
    """Record that somebody took so many events of the trail away, and by which filters they were chosen."""
    demand(by, "audit.read")
    events.record(events.SECURITY, "trail.exported", by=by, at=at, count=count, filters=", ".join(filters))


@operation
def note_trail_reader(*, shown: Iterable[Event], by: "User", at: datetime) -> None:
    """Keep whose data somebody read in what people typed beside events: one row per person, case and day.

    Args:
        shown: the events whose words stand in clear before the reader.
    """
    told = list(shown)
    workers = Worker.objects.in_bulk({event.person_id for event in told} - {None})
    subjects: set[tuple[UUID, int | None, str]] = set()
    for event in told:
        number = event.stream.removeprefix("case:") if event.stream.startswith("case:") else ""
        if (worker := workers.get(event.person_id or 0)) is not None:
            subjects.add((worker.uuid, worker.office_id, number))
        elif "contact" in event.facts:
            subjects.add((UUID(event.facts["contact"]), event.office_id, number))
    access.keep_each(subjects=sorted(subjects, key=str), purpose=Reading.TRAIL, by=by, at=at)
