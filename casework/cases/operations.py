"""Writes on contacts and on what every case has, whatever its type."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, DateField, DecimalField, IntegerField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import access, events
from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, WrongState
from casework.audit.events import office_stream
from casework.audit.models import Event, Reading
from casework.audit.operation import operation
from casework.deadlines import general
from casework.deadlines import operations as clocks
from casework.deadlines.calendar import beijing_date
from casework.deadlines.models import Clock
from casework.deadlines.queries import OfficePlace, suits, taken_facts
from casework.deadlines.rulebook import proceedings_of, proceedings_of_contacts, rules_of
from casework.offices import retention
from casework.offices.doors import demand
from casework.offices.models import Office
from casework.offices.roles import Role
from casework.people import queries as people

from .models import Case, CaseLink, ClaimLine, Contact, Draft, HandOver, ReturnVisit
from .transitions import lock

if TYPE_CHECKING:
    from casework.people.models import Worker
    from casework.staff.models import User


class ContactClosed(AlreadyDone):
    """The contact was already answered or became a case: says by whom."""

    message = _("This contact has already been answered or has become a case.")


class HandOverPending(WrongState):
    """The case is already on its way to another office."""

    message = _("The case is already on its way to another office.")


class MoneyReserved(WrongState):
    """A case does not move with money that is reserved: the office whose fund it is pays it, or frees it."""

    message = _("Money is reserved for this case: it is paid or freed before the case goes to another office.")


@operation
def take_contact(
    *,
    office: Office,
    channel: str,
    matter: str,
    question: str,
    by: "User",
    at: datetime,
    caller_name: str = "",
    caller_phone: str = "",
    is_anonymous: bool = False,
    worker: "Worker | None" = None,
    answer: str = "",
    promised_on: date | None = None,
) -> Contact:
    """Record a call, visit, letter or message; with an answer it is closed at once."""
    contact = Contact(
        office=office,
        office_path=office.path,
        channel=channel,
        matter=matter,
        question=question,
        answer=answer,
        is_anonymous=is_anonymous,
        caller_name="" if is_anonymous else caller_name,
        caller_phone="" if is_anonymous else caller_phone,
        caller_phone_key=people.phone_key(caller_phone) if caller_phone and not is_anonymous else "",
        worker=worker,
        taken_by=by,
        taken_at=at,
        promised_on=promised_on,
        answered_at=at if answer else None,
        answered_by=by if answer else None,
    )
    demand(by, "contact.take", contact)
    contact.save()
    stream = office_stream(office)
    facts = {"contact": str(contact.uuid), "channel": channel, **taken_facts(contact)}
    events.record(stream, "contact.taken", by=by, at=at, person=contact.worker_id, **facts)
    if not answer:
        _promise(contact, by=by, at=at)
    else:
        events.record(stream, "contact.answered", by=by, at=at, person=contact.worker_id, **facts)
    return contact


def _promise(contact: Contact, *, by: "User", at: datetime) -> None:
    """Promise the caller a day: the one agreed on, or the service promise of the matter's class."""
    clock = clocks.promise(contact=contact, by=by, at=at)
    if contact.promised_on is None and clock is not None:
        contact.promised_on = clock.due_on
        contact.save(update_fields=["promised_on"])


def lock_contact(pk: int) -> Contact:
    """Lock a contact's row for this operation and return it as it is now."""
    return Contact.objects.select_for_update(no_key=True).get(pk=pk)


def _open_contact(contact: Contact) -> Contact:
    locked = lock_contact(contact.pk)
    if locked.case is not None:
        raise ContactClosed(who=locked.case.opened_by, what=locked.case.number, when=locked.case.opened_at)
    if not locked.is_open:
        raise ContactClosed(who=locked.answered_by, what=_now("Answered"), when=locked.answered_at)
    return locked


@operation
def answer_contact(*, contact: Contact, answer: str, by: "User", at: datetime) -> Contact:
    """Answer a contact and close it."""
    contact = _open_contact(contact)
    demand(by, "contact.take", contact)
    facts = taken_facts(contact)
    contact.answer, contact.answered_at, contact.answered_by = answer, at, by
    contact.save(update_fields=["answer", "answered_at", "answered_by"])
    clocks.follow_contact(contact, "contact.answered", at, **facts)
    stream = office_stream(contact.office_id)
    said = {"contact": str(contact.uuid), **facts}
    events.record(stream, "contact.answered", by=by, at=at, person=contact.worker_id, **said)
    return contact


@operation
def note_contact_reader(*, contact: Contact, by: "User", at: datetime) -> None:
    """Keep that a person read who called and what was told: one row per person and day."""
    _keep_contact_reader(contact, by, at)


@operation
def reveal_contact(*, contact: Contact, reason: str, by: "User", at: datetime) -> Contact:
    """Show who called and what was told to somebody who did not take it, for that day; keep who asked and why.

    Raises:
        InvalidFacts: no reason was given.
    """
    demand(by, "contact.read", contact)
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why you need it.")]})
    _keep_contact_reader(contact, by, at)
    stream = office_stream(contact.office_id)
    facts: dict[str, Any] = {"contact": str(contact.uuid)}
    events.record(stream, "contact.revealed", by=by, at=at, text=reason.strip(), person=contact.worker_id, **facts)
    return contact


def _keep_contact_reader(contact: Contact, by: "User", at: datetime) -> None:
    worker = contact.worker or (contact.case.worker if contact.case else None)
    number = contact.case.number if contact.case else ""
    subject = worker or contact
    office = subject.office_id
    access.keep(subject=subject.uuid, office=office, purpose=Reading.CONTACT, case_number=number, by=by, at=at)


@operation
def reveal_case(*, case: Case, reason: str, by: "User", at: datetime) -> Case:
    """Show a case in clear to somebody who does not work on it, for that day; keep who asked and why.

    Raises:
        InvalidFacts: no reason was given.
    """
    demand(by, "case.read", case)
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why you need it.")]})
    worker, number = case.worker, case.number
    purpose = case.read_for(by, Reading.SHOWN)
    access.keep(subject=worker.uuid, office=worker.office_id, purpose=purpose, case_number=number, by=by, at=at)
    stream, words = office_stream(case.office_id), reason.strip()
    events.record(stream, "case.revealed", by=by, at=at, text=words, person=worker.pk, case=number)
    return case


@operation
def attach_contact(*, contact: Contact, case: Case, by: "User", at: datetime) -> Contact:
    """Make the contact the first paper of the case that came of it."""
    contact = _open_contact(contact)
    demand(by, "contact.take", contact)
    contact.case = case
    contact.save(update_fields=["case"])
    clocks.follow_contact(contact, "contact.became_case", at)
    events.record(case, "contact.became_case", by=by, at=at, contact=str(contact.uuid), case=case.number)
    return contact


@operation
def add_claim_line(
    *,
    case: Case,
    kind: str,
    title: str,
    amount: Decimal,
    by: "User | None",
    at: datetime,
    worker: "Worker | None" = None,
    programme: str = "",
    cause_key: str = "",
) -> ClaimLine:
    """Add a sum for one person to a case."""
    if not isinstance(amount, Decimal):
        raise TypeError("money is a Decimal")
    lock(case)
    line = ClaimLine.objects.create(
        case=case,
        office_id=case.office_id,
        office_path=case.office_path,
        worker_id=worker.pk if worker else case.worker_id,
        kind=kind,
        title=title,
        amount=amount,
        programme=programme,
        cause_key=cause_key,
    )
    events.record(case, "claim_line.added", by=by, at=at, line=line.pk, claim=kind, amount=str(amount))
    return line


@operation
def settle_claim_lines(*, case: Case, state: str, by: "User | None", at: datetime) -> int:
    """Bring the unfinished claim lines of a case to an end that moves no union money.

    Args:
        state: settled (the employer performed), refused or withdrawn.
    """
    lock(case)
    lines = case.claim_lines.filter(state__in=(ClaimLine.State.OPEN, ClaimLine.State.APPROVED))
    return lines.update(state=state)


@operation
def record_return_visit(
    *,
    case: Case,
    reached: str,
    by: "User",
    at: datetime,
    satisfaction: str = "",
    note: str = "",
) -> ReturnVisit:
    """Write down the follow-up talk with the worker."""
    lock(case)
    visit = ReturnVisit.objects.create(
        case=case, reached=reached, satisfaction=satisfaction, note=note, visited_by=by, visited_at=at
    )
    events.record(case, "return_visit.made", by=by, at=at, reached=reached, satisfaction=satisfaction)
    return visit


@operation
def link_cases(*, case: Case, other: Case, why: str, by: "User", at: datetime) -> CaseLink:
    """Tie two cases together; both timelines say so."""
    for one in sorted((case, other), key=lambda row: row.pk):
        lock(one)
    demand(by, "case.link", case)
    if other.glass_of(by):
        raise NotAllowed(_("A case that is open to you in an emergency is read, and not linked."))
    link, made = CaseLink.objects.get_or_create(
        case=case, other=other, defaults={"why": why, "made_by": by, "made_at": at}
    )
    if made:
        events.record(case, "case.linked", by=by, at=at, other=other.number, why=why)
        events.record(other, "case.linked", by=by, at=at, other=case.number, why=why)
    return link


@operation
def offer_handover(*, case: Case, to: Office, reason: str, by: "User", at: datetime) -> HandOver:
    """Offer the case to another office; it keeps its number, and this office goes on reading it."""
    lock(case)
    demand(by, "case.hand_over", case)
    check_movable(case)
    if to.pk == case.office_id:
        raise WrongState(_("The case is already with this office."))
    if case.handovers.filter(decision=HandOver.Decision.PENDING).exists():
        raise HandOverPending
    offer = HandOver.objects.create(
        case=case,
        from_office_id=case.office_id,
        from_path=case.office_path,
        to_office=to,
        to_path=to.path,
        offered_by=by,
        offered_at=at,
    )
    events.record(
        case,
        "case.handover_offered",
        by=by,
        at=at,
        text=reason,
        offer=offer.pk,
        to_office=to.pk,
        to_name=to.name,
        role=Role.SUPERVISOR,
        office_path=to.path,
    )
    return offer


def check_movable(case: Case) -> None:
    """Raise the reason why a case cannot go to another office now.

    Raises:
        MoneyReserved: money is reserved for it.
    """
    if case.claim_lines.filter(state=ClaimLine.State.RESERVED).exists():
        raise MoneyReserved


@operation
def decide_handover(*, offer: HandOver, accept: bool, by: "User", at: datetime, reason: str = "") -> HandOver:
    """Accept a case another office offers, or return it with a reason; its unfinished sums move with it.

    Raises:
        NotAllowed: the person does not belong to the receiving office.
        WrongState: somebody has already decided, no reason was given for returning it, or the case was closed
            or had money reserved since it was offered.
    """
    case = lock(offer.case)
    offer = HandOver.objects.select_related("to_office", "from_office").get(pk=offer.pk)
    if offer.decision != HandOver.Decision.PENDING:
        raise WrongState(_("This hand-over has already been decided."))
    closed_at = case.closed_at if accept else None  # one that was closed meanwhile can still be returned
    receiver = Case(office_id=offer.to_office_id, office_path=offer.to_path, closed_at=closed_at)
    demand(by, "case.hand_over", receiver)
    if not accept and not reason.strip():
        raise WrongState(_("Returning a case needs a reason."))
    if accept:
        check_movable(case)
    offer.decision = HandOver.Decision.ACCEPTED if accept else HandOver.Decision.RETURNED
    offer.decided_by, offer.decided_at = by, at
    offer.save(update_fields=["decision", "decided_by", "decided_at"])
    if accept:
        case.office, case.office_path, case.handler = offer.to_office, offer.to_path, None
        moving = case.claim_lines.filter(state__in=ClaimLine.UNFINISHED)
        moving.update(office=offer.to_office, office_path=offer.to_path)
    events.record(
        case,
        "case.handover_accepted" if accept else "case.handover_returned",
        by=by,
        at=at,
        text=reason,
        to_name=offer.to_office.name,
        from_name=offer.from_office.name,
        changes=events.changes({"office": offer.from_office.name}, {"office": case.office.name}),
        users=[offer.offered_by_id],
    )
    return offer


@operation
def correct_fact(*, case: Case, field: str, value: Any, reason: str, by: "User", at: datetime) -> Case:
    """Correct a wrong fact of a case; old and new value and the reason stay in the trail, clocks follow.

    Raises:
        WrongState: the case is closed, no reason was given, or the type does not let this field be corrected.
        InvalidFacts: a day lies in the future that cannot, or the new value does not fit the other facts.
    """
    lock(case)
    demand(by, "case.correct", case)
    if not reason.strip():
        raise WrongState(_("A correction needs a reason."))
    if field not in case.CORRECTABLE:
        raise WrongState(_("This fact cannot be corrected here."))
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day and value > beijing_date(at) and field not in case.MAY_LIE_AHEAD:
        raise InvalidFacts({"value": [_now("This day lies in the future.")]})
    old, counted = getattr(case, field), case.days_counted()
    setattr(case, field, value)
    try:
        case.validate_constraints()
    except ValidationError as error:
        raise InvalidFacts({"value": [_now("This does not fit the other facts of the case.")]}) from error
    dates: dict[str, Any] = {"on": value.isoformat()} if is_day else {}
    # what the periods count from may follow from several facts
    moved = {name: day.isoformat() for name, day in case.days_counted().items() if day and day != counted[name]}
    if _is_plain(case._meta.get_field(field)):
        said, dates["changes"] = reason, events.changes({field: old}, {field: value})
    else:
        said = f"{old} → {value}\n{reason}"
    events.record(case, "facts.corrected", by=by, at=at, text=said, field=field, moved=moved, **dates)
    return case


def _is_plain(column: Any) -> bool:
    """Return whether a fact is a code, a day, a number or a yes: anything else somebody has typed, and it is sealed."""
    return bool(column.choices) or isinstance(column, DateField | BooleanField | DecimalField | IntegerField)


@operation
def record_proceeding(*, case: Case, kind: str, on: date, by: "User", at: datetime, note: str = "") -> Event:
    """Record what somebody else did in the matter of a case and periods hang on, also when it is closed.

    Args:
        kind: one of the steps that the type of the case knows.
        on: the day it happened, or for which it was fixed.

    Raises:
        InvalidFacts: the day lies in the future, or before the law of a period it would begin.
        NotNow: no period begins, ends or stands still by it.
        AlreadyDone: the same step of the same day is recorded already.
    """
    lock(case)
    demand(by, "case.move", case)
    step, held = proceedings_of(case.case_type).get(kind), list(Clock.objects.filter(case_id=case.pk))
    if step is None or not suits(step, case, held):
        raise clocks.NotNow
    rules, place = rules_of(case.case_type), OfficePlace(case.office_path)
    clocks.demand_new(case, kind, on)
    clocks.demand_proceeding(rules, place, held, kind, at, on=on.isoformat())
    if step.through is not None:
        step.through(case=case, on=on, note=note, by=by, at=at)
    return events.record(case, kind, by=by, at=at, text=note, on=on.isoformat())


@operation
def record_contact_proceeding(
    *, contact: Contact, kind: str, on: date, by: "User", at: datetime, note: str = ""
) -> Event:
    """Record what happened to a petition, or to another contact; as `record_proceeding` for a case."""
    contact = lock_contact(contact.pk)
    demand(by, "contact.take", contact)
    step, held = proceedings_of_contacts().get(kind), list(Clock.objects.filter(contact_id=contact.pk))
    if step is None or not suits(step, contact, held):
        raise clocks.NotNow
    facts: dict[str, Any] = {"on": on.isoformat(), "contact": str(contact.uuid), "matter": contact.matter}
    clocks.demand_new(contact, kind, on)
    clocks.demand_proceeding(general.CONTACT_RULES, OfficePlace(contact.office_path), held, kind, at, **facts)
    event = events.record(clocks.stream_of(contact), kind, by=by, at=at, text=note, **facts)
    clocks.follow_contact(contact, kind, at, **facts)
    return event


@operation
def save_draft(*, key: str, content: str, by: "User", at: datetime) -> Draft:
    """Keep what somebody is typing; no event: a draft is nobody's business but the writer's."""
    draft, _made = Draft.objects.get_or_create(owner=by, key=key, defaults={"saved_at": at})
    draft.content, draft.saved_at = content, at
    draft.save(update_fields=["content", "saved_at"])
    return draft


@operation
def drop_draft(*, key: str, by: "User", at: datetime) -> None:
    """Forget a draft whose form was sent."""
    Draft.objects.filter(owner=by, key=key).delete()


def forget_old_drafts(at: datetime) -> int:
    """Forget the drafts that nobody has gone on with for their period; the sweep does this. Returns how many."""
    deleted, _each = Draft.objects.filter(saved_at__lt=at - timedelta(days=retention.DRAFT.length)).delete()
    return deleted
