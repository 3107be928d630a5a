"""What people do in a labour dispute, in the order of its life."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.audit.models import Event
from casework.audit.operation import operation
from casework.cases import operations as cases
from casework.cases.models import ClaimLine, ReturnVisit
from casework.cases.transitions import lock, perform
from casework.deadlines import operations as clocks
from casework.deadlines.calendar import beijing_date
from casework.deadlines.models import Clock
from casework.deadlines.queries import calendar_at
from casework.deadlines.rules import due
from casework.documents import letters
from casework.documents import operations as documents
from casework.documents.models import Document
from casework.offices.scope import HasConflict
from casework.people import operations as people
from casework.people import queries as find_people
from casework.people.models import IdType, Worker
from casework.templatetags.gongdao import cn_moment, cn_time

from . import papers, queries
from .deadlines import LIMITATION
from .models import (
    Booking,
    Cause,
    CollectiveMember,
    EmployerAnswer,
    Instalment,
    LabourDispute,
    MediationSession,
    ReferredTo,
    Settlement,
    agreement_of,
    is_performed_in_full,
)
from .sharing import share_out

if TYPE_CHECKING:
    from casework.staff.models import User

Case = LabourDispute


class MediatorDecides(NotAllowed):
    """Who mediated does not approve."""

    message = _("You mediated in this case; another supervisor has to decide on the agreement.")


class NoSession(WrongState):
    """There is no session to hold."""

    message = _("No session is scheduled.")


class DoubleBooked(InvalidFacts):
    """The room or the mediator is taken at that hour."""


# ---- intake --------------------------------------------------------------------------------------------


@operation
def begin(*, case: Case, by: "User", at: datetime, members: Iterable[dict[str, Any]] = ()) -> None:
    """Take an application in: the workers it is about, the limitation, the list of papers."""
    perform(
        case=case,
        name="receive",
        by=by,
        at=at,
        facts={"received_on": case.received_on.isoformat(), "cause": case.cause, "oral": case.is_oral},
    )
    _watch_limitation(case, by=by, at=at)
    _add_members(case, list(members), by=by, at=at)
    documents.open_checklist(case=case, by=by, at=at)


@operation
def corrected(*, case: Case, field: str, by: "User", at: datetime) -> None:
    """Say of the limitation what holds by the corrected facts and was not said before; the correction moves it."""
    lock(case)
    if field in ("cause", "received_on", "limitation_started_on", "employed_until"):
        told = Event.objects.filter(stream=case.stream, kind__startswith="limitation.")
        _watch_limitation(case, [(event.kind, event.facts) for event in told], by=by, at=at)


def _watch_limitation(
    case: Case, told: Collection[tuple[str, dict[str, Any]]] = (), *, by: "User", at: datetime
) -> None:
    """Start the year of limitation; an application inside it makes it count anew, a later one is warned of.

    Args:
        told: what was recorded of it before.
    """
    start = case.limitation_counts_from
    if start is None:
        return
    if not any(kind == "limitation.started" for kind, _facts in told):
        events.record(case, "limitation.started", by=by, at=at, limitation_started_on=start.isoformat())
    last = due(LIMITATION, start, calendar_at(case.office_path)).due_on
    facts: dict[str, Any] = {"on": case.received_on.isoformat(), "why": "application"}
    if case.received_on > last:
        if ("limitation.passed", {"ended_on": last.isoformat()}) not in told:
            events.record(case, "limitation.passed", by=by, at=at, ended_on=last.isoformat())
    elif case.received_on >= start and ("limitation.interrupted", facts) not in told:
        events.record(case, "limitation.interrupted", by=by, at=at, **facts)


def _interrupt_limitation(case: Case, why: str, *, by: "User | None", at: datetime) -> None:
    """Let the limitation count anew, if it still runs (企业劳动争议协商调解规定 art. 31)."""
    if Clock.objects.filter(case_id=case.pk, rule=LIMITATION.code, state=Clock.State.RUNNING).exists():
        on = beijing_date(at).isoformat()
        events.record(case, "limitation.interrupted", by=by, at=at, on=on, why=why)


def _add_members(case: Case, members: list[dict[str, Any]], *, by: "User", at: datetime) -> None:
    """Put further workers on the list; the one who applied stands first on it and speaks for the others."""
    if not members:
        return
    there = list(case.members.values_list("worker_id", flat=True))
    new = []
    if not there:
        new.append(CollectiveMember(case=case, worker=case.worker, number=1, is_representative=True, joined_at=at))
        there.append(case.worker_id)
    for line, member in enumerate(members, 1):
        worker = _worker_of(case, member, line, by=by, at=at)
        if worker.pk in there:
            raise InvalidFacts({"members": [_now("Line %(number)s: already on the list.") % {"number": line}]})
        there.append(worker.pk)
        new.append(
            CollectiveMember(
                case=case,
                worker=worker,
                number=len(there),
                is_representative=member["is_representative"],
                joined_at=at,
            )
        )
    CollectiveMember.objects.bulk_create(new)
    case.workers_count = len(there)
    events.record(case, "member.joined", by=by, at=at, count=len(members), workers=case.workers_count)


def _worker_of(case: Case, member: dict[str, Any], line: int, *, by: "User", at: datetime) -> Worker:
    """Return a worker of the list: known by the ID number, or put on record now."""
    number = member["id_number"]
    known = find_people.worker_with_id(by, IdType.RESIDENT, number) if number else None
    if known is not None:
        return known
    try:
        return people.register_worker(
            office=case.office,
            name=member["name"],
            id_number=number,
            phone=member["phone"],
            employer=case.employer,
            by=by,
            at=at,
        )
    except people.DuplicateWorker as error:
        said = _now("Line %(number)s: %(reason)s") % {"number": line, "reason": error}
        raise InvalidFacts({"members": [said]}) from error


@operation
def change_members(
    *,
    case: Case,
    members: list[dict[str, Any]],
    representatives: Iterable[CollectiveMember],
    by: "User",
    at: datetime,
) -> None:
    """Add workers to the dispute and record who represents them."""
    lock(case)
    _stand_for(case, by)
    chosen = [member.pk for member in representatives]
    case.members.update(is_representative=False)
    case.members.filter(pk__in=chosen).update(is_representative=True)
    _add_members(case, members, by=by, at=at)
    count = case.members.filter(is_representative=True).count()
    events.record(case, "member.representatives", by=by, at=at, count=count)


def _stand_for(case: Case, person: "User") -> None:
    """Who does the first step handles the case."""
    if case.handler_id is None:
        case.handler = person


@operation
def check_matter(
    *,
    case: Case,
    decision: str,
    by: "User",
    at: datetime,
    mediation_body: str = "",
    asked_on: date | None = None,
    to_body: str = "",
    reason: str = "",
) -> None:
    """Say whether the matter is a labour dispute for this body; if so, the employer is asked."""
    lock(case)
    _stand_for(case, by)
    if decision == "decline":
        _decline(case, reason, by=by, at=at)
    elif decision == "refer":
        facts = {"to_body": to_body}
        perform(
            case=case, name="refer_elsewhere", by=by, at=at, text=reason, to_body=to_body, reason=reason, facts=facts
        )
        _write_referral(case, to_body, reason, (), by=by, at=at)
    else:
        asked_on = _past("asked_on", asked_on, at)
        facts = {"on": asked_on.isoformat(), "body": mediation_body}
        perform(case=case, name="ask_employer", by=by, at=at, body=mediation_body, on=asked_on, facts=facts)


def _decline(case: Case, reason: str, *, by: "User", at: datetime) -> None:
    """Close with a reason, in writing, and say what the worker can do instead."""
    perform(case=case, name="decline", by=by, at=at, text=reason, reason=reason)
    with translation.override(settings.LANGUAGE_CODE):
        advice = _now(
            "Apply for labour arbitration within the period of limitation; the union's legal aid helps with it."
        )
    documents.issue_letter(case=case, paper="notice.declined", reason=reason, advice=advice, by=by, at=at)


@operation
def record_answer(*, case: Case, answer: str, by: "User", at: datetime, note: str = "") -> None:
    """Record whether the employer consents to mediation."""
    lock(case)
    _stand_for(case, by)
    perform(case=case, name="record_answer", by=by, at=at, text=note, answer=answer, facts={"answer": answer})
    if answer != EmployerAnswer.CONSENTS:
        _interrupt_limitation(case, "mediation_refused", by=by, at=at)


@operation
def employer_silent(*, case: Case, by: None, at: datetime) -> None:
    """Take the employer's silence as its answer: unwilling."""
    silent = EmployerAnswer.SILENT.value
    perform(case=case, name="record_answer", by=by, at=at, answer=silent, facts={"answer": silent})
    _interrupt_limitation(case, "mediation_refused", by=by, at=at)


@operation
def decide(*, case: Case, decision: str, by: "User", at: datetime, reason: str = "") -> None:
    """Accept the dispute for mediation, or decline it; the worker learns it in writing either way."""
    lock(case)
    _stand_for(case, by)
    if decision == "decline":
        _decline(case, reason, by=by, at=at)
        return
    perform(case=case, name="accept", by=by, at=at, facts={"on": beijing_date(at).isoformat()})
    with translation.override(settings.LANGUAGE_CODE):
        body = case.get_mediation_body_display()
    documents.issue_letter(case=case, paper=papers.ACCEPTANCE.code, body=body, by=by, at=at)


# ---- mediation -----------------------------------------------------------------------------------------


@operation
def extend_mediation(*, case: Case, until: date, reason: str, consented: bool, by: "User", at: datetime) -> None:
    """Let the mediation go on beyond its fifteen days, as both parties have agreed (art. 29)."""
    lock(case)
    clock = Clock.objects.filter(case_id=case.pk, rule="LD.mediation.from_acceptance").order_by("ordinal").last()
    if clock is None:
        raise clocks.NotExtendable
    if until <= clock.nominal_on:
        raise InvalidFacts({"until": [_now("Later than %(day)s.") % {"day": clock.nominal_on.isoformat()}]})
    clocks.extend(clock=clock, subject=case, until=until, reason=reason, consented=consented, by=by, at=at)


@operation
def schedule_session(
    *,
    case: Case,
    room: str,
    mediator: "User",
    starts_at: datetime,
    ends_at: datetime,
    by: "User",
    at: datetime,
) -> MediationSession:
    """Fix room, mediator and hour of the next session.

    Raises:
        DoubleBooked: the room or the mediator is taken at that hour.
        HasConflict: the mediator has a tie to a party.
    """
    lock(case)
    _stand_for(case, by)
    if tie := case.tie_with(mediator):
        raise HasConflict(tie)
    if starts_at < at:
        raise InvalidFacts({"starts_at": [_now("This hour has passed.")]})
    _cancel_planned(case)
    last = queries.latest_session(case)
    session = MediationSession.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        office=case.office,
        room=room,
        mediator=mediator,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    _book(session)
    facts = {
        "session": session.number,
        "session_on": beijing_date(starts_at).isoformat(),
        "starts_at": starts_at.isoformat(),
        "users": [mediator.pk],
    }
    perform(case=case, name="schedule", by=by, at=at, facts=facts)
    return session


def _cancel_planned(case: Case) -> None:
    """Cancel a session that will not be held, and give its room and mediator free."""
    planned = case.sessions.filter(state=MediationSession.State.PLANNED)
    Booking.objects.filter(session__in=planned).delete()
    planned.update(state=MediationSession.State.CANCELLED)


def _book(session: MediationSession) -> None:
    """Take every quarter of an hour of the room and of the mediator; see Note [Double booking]."""
    resources = [f"room:{session.office_id}:{session.room.casefold()}", f"person:{session.mediator_id}"]
    quarters = []
    quarter = session.starts_at
    while quarter < session.ends_at:
        quarters.append(quarter)
        quarter += Booking.QUARTER
    wanted = Booking.objects.filter(resource__in=resources, starts_at__in=quarters)
    # A case that was withdrawn leaves its bookings behind: nothing else in its closing knows of them.
    wanted.filter(session__case__closed_at__isnull=False).delete()
    if not wanted.exists():
        rows = [Booking(session=session, resource=one, starts_at=when) for one in resources for when in quarters]
        try:
            with transaction.atomic():
                Booking.objects.bulk_create(rows)
            return
        except IntegrityError:
            pass  # somebody else was faster by this moment: say who, below
    taken = wanted.select_related("session__mediator").first()
    raise DoubleBooked(_taken(taken) if taken else {"starts_at": [_now("Room or mediator is taken at that hour.")]})


def _taken(booking: Booking) -> dict[str, list[str]]:
    """Say what is taken, and until when, beside the input it is about."""
    facts = {
        "room": booking.session.room,
        "mediator": booking.session.mediator.display_name,
        "from": cn_moment(booking.session.starts_at),
        "until": cn_time(booking.session.ends_at),
    }
    if booking.resource.startswith("room:"):
        return {"room": [_now("%(room)s is taken from %(from)s until %(until)s.") % facts]}
    return {"mediator": [_now("%(mediator)s has a session from %(from)s until %(until)s.") % facts]}


@operation
def hold_session(*, case: Case, result: str, record: str, by: "User", at: datetime) -> MediationSession:
    """Record a session and its result: agreed, adjourned or failed.

    Raises:
        NoSession: none is scheduled.
    """
    lock(case)
    _stand_for(case, by)
    session = queries.latest_session(case)
    if session is None or session.state == MediationSession.State.CANCELLED:
        raise NoSession
    session.state, session.record, session.held_at, session.mediator = result, record, at, by
    session.save(update_fields=["state", "record", "held_at", "mediator"])
    session.bookings.filter(starts_at__gt=at).delete()
    name = {"agreed": "agree", "adjourned": "adjourn", "failed": "fail"}[result]
    perform(case=case, name=name, by=by, at=at, text=record, facts={"session": session.number})
    if result == "failed":
        _interrupt_limitation(case, "mediation_failed", by=by, at=at)
    return session


@operation
def time_out(*, case: Case, by: None, at: datetime) -> None:
    """Let the mediation fail because its period is over; the worker is free to go to arbitration."""
    lock(case)
    _cancel_planned(case)
    perform(case=case, name="time_out", by=by, at=at)
    _interrupt_limitation(case, "mediation_timed_out", by=by, at=at)


# ---- agreement -----------------------------------------------------------------------------------------


@operation
def draft_agreement(
    *,
    case: Case,
    result: str,
    manner: str,
    plan: list[tuple[date, Decimal]],
    shares: dict[int, Decimal],
    by: "User",
    at: datetime,
    other_duty: str = "",
    basis: Collection[str] = (),
) -> Settlement:
    """Put the agreement into words, sums and instalments; an older draft becomes void.

    Args:
        basis: names of the calculations it goes by; what they come to, and how far it differs, stands in the trail.
        shares: key of each worker who gets something, and how much.
        plan: day and amount of each instalment; together they make up the shares.
    """
    lock(case)
    _stand_for(case, by)
    _void_drafts(case)
    workers = {worker.pk: worker for worker, _label in queries.workers_of(case)}
    total = sum(shares.values(), Decimal(0))
    settlement = Settlement.objects.create(
        case=case,
        number=case.settlements.count() + 1,
        result=result,
        manner=manner,
        other_duty=other_duty,
        other_duty_asked=bool(other_duty),
        amount=total,
        drafted_by=by,
        drafted_at=at,
    )
    with translation.override(settings.LANGUAGE_CODE):
        title = str(Cause(case.cause).label)
    instalments = []
    for worker, parts in share_out(shares, plan).items():
        line = cases.add_claim_line(
            case=case, kind=case.cause, title=title, amount=shares[worker], worker=workers[worker], by=by, at=at
        )
        instalments += [
            Instalment(claim_line=line, number=number, due_on=on, amount=amount)
            for number, (on, amount) in enumerate(parts, 1)
        ]
    Instalment.objects.bulk_create(instalments)
    facts, words = _against_the_law(case, basis, total, at)
    facts |= {"settlement": settlement.pk, "amount": str(total)}
    perform(case=case, name="draft", by=by, at=at, text=words, facts=facts)
    return settlement


def _against_the_law(case: Case, basis: Collection[str], total: Decimal, at: datetime) -> tuple[dict[str, Any], str]:
    """Return the calculations an agreement goes by and how far it differs from them, and their steps in words."""
    with translation.override(settings.LANGUAGE_CODE):
        chosen = [one for one in queries.sums_by_law(case, beijing_date(at)) if one.name in basis] if basis else []
        words = "\n\n".join(one.written_down() for one in chosen)
    facts: dict[str, Any] = {"calculators": [one.name for one in chosen]}
    if chosen:
        by_law = sum((one.amount for one in chosen), Decimal(0))
        facts |= {
            "by_law": str(by_law),
            "difference": str(total - by_law),
            "law": "; ".join(dict.fromkeys(one.law for one in chosen)),
        }
    return facts, words


def _void_drafts(case: Case) -> None:
    """Make an agreement that was not signed void, with its sums."""
    case.settlements.exclude(state=Settlement.State.VOID).update(state=Settlement.State.VOID)
    _drop_lines(case, case.claim_lines.filter(state__in=ClaimLine.UNFINISHED))


def _drop_lines(case: Case, lines: Any) -> None:
    """Take sums out of an agreement that does not come into effect for them."""
    dropped = [line.pk for line in lines]
    Instalment.objects.filter(claim_line__in=dropped).update(state=Instalment.State.VOID)
    case.claim_lines.filter(pk__in=dropped).update(state=ClaimLine.State.WITHDRAWN)


@operation
def approve_agreement(*, case: Case, decision: str, by: "User", at: datetime, reason: str = "") -> None:
    """Approve the draft for signing, or return it to the mediator.

    Raises:
        MediatorDecides: the supervisor drafted the agreement or held a session.
    """
    lock(case)
    settlement = _settlement(case)
    if settlement.drafted_by_id == by.pk or case.sessions.filter(mediator=by, held_at__isnull=False).exists():
        raise MediatorDecides
    facts = {"settlement": settlement.pk}
    if decision == "return":
        perform(case=case, name="return_draft", by=by, at=at, text=reason, facts=facts)
        return
    perform(case=case, name="approve", by=by, at=at, text=reason, facts=facts)
    settlement.state, settlement.approved_by, settlement.approved_at = Settlement.State.APPROVED, by, at
    settlement.save(update_fields=["state", "approved_by", "approved_at"])
    _write_agreement(case, settlement, by=by, at=at)


def _settlement(case: Case) -> Settlement:
    """Return the agreement that stands.

    Raises:
        WrongState: there is none.
    """
    settlement = queries.settlement_of(case)
    if settlement is None:
        raise WrongState(_("There is no agreement."))
    return settlement


def _write_agreement(case: Case, settlement: Settlement, *, by: "User", at: datetime) -> None:
    """Print the agreement for signing: three originals."""
    instalments = [
        {"worker": part.claim_line.worker.name, "due_on": part.due_on, "amount": part.amount}
        for part in queries.owed_instalments(case)
    ]
    with translation.override(settings.LANGUAGE_CODE):
        body = case.get_mediation_body_display()
    documents.issue_letter(
        case=case,
        paper=papers.AGREEMENT.code,
        body=body,
        requests=case.requests or case.summary,
        result=settlement.result,
        manner=settlement.manner,
        other_duty=settlement.other_duty,
        amount=settlement.amount,
        instalments=instalments,
        by=by,
        at=at,
    )


@operation
def sign_agreement(
    *,
    case: Case,
    result: str,
    by: "User",
    at: datetime,
    signed_on: date | None = None,
    consenting: Iterable[CollectiveMember] = (),
    reason: str = "",
) -> None:
    """Record that the agreement was signed and stamped, and is in effect; or that a party refused.

    Args:
        consenting: of a shared dispute, the workers who consent; the sums of the others are taken out.
    """
    lock(case)
    _stand_for(case, by)
    settlement = _settlement(case)
    if result == "refused":
        perform(case=case, name="refuse_signature", by=by, at=at, text=reason, facts={"settlement": settlement.pk})
        _void_drafts(case)
        _interrupt_limitation(case, "mediation_failed", by=by, at=at)
        return
    signed_on = _past("signed_on", signed_on, at)
    if settlement.approved_at and signed_on < beijing_date(settlement.approved_at):
        raise InvalidFacts({"signed_on": [_now("The agreement was approved later than that.")]})
    _keep_consenting(case, list(consenting), at)
    lines = case.claim_lines.filter(state__in=ClaimLine.UNFINISHED)
    settlement.amount = sum(lines.values_list("amount", flat=True), Decimal(0))
    settlement.state, settlement.in_effect_on = Settlement.State.IN_EFFECT, signed_on
    settlement.save(update_fields=["amount", "state", "in_effect_on"])
    facts = {
        "in_effect_on": signed_on.isoformat(),
        "settlement": settlement.pk,
        "amount": str(settlement.amount),
        "confirmable": queries.is_confirmable(case),
    }
    _sign_letter(case, signed_on, by=by, at=at)
    perform(case=case, name="sign", by=by, at=at, on=signed_on, facts=facts)
    _await_next(case, by=by, at=at)


def _sign_letter(case: Case, signed_on: date, *, by: "User", at: datetime) -> None:
    """Record on the agreement the signatures and the seal (调解仲裁法 art. 14) not recorded one by one before.

    Of a shared dispute the consent of each worker stands beside it; on the agreement their representatives sign.
    """
    letter = agreement_of(case)
    if letter is None:
        return  # the choke point says what is lacking
    letter.case = case  # the object this operation holds
    signers = {
        "worker": case.worker.name,
        "employer": case.employer.name if case.employer else "",
        "mediator": by.display_name,
        "seal": str(case.office),
    }
    for party in letters.unsigned(letter):
        letters.record_signature(letter=letter, party=party, name=signers[party], signed_on=signed_on, by=by, at=at)


def _keep_consenting(case: Case, consenting: list[CollectiveMember], at: datetime) -> None:
    """Bind those who consent, and leave the others out (办案规则 art. 63: a settlement needs their consent).

    Raises:
        InvalidFacts: nothing would be left of the agreement.
    """
    if not case.members.exists():
        return
    case.members.filter(pk__in=[member.pk for member in consenting]).update(consent_at=at)
    bound = [member.worker_id for member in consenting]
    lines = case.claim_lines.filter(state__in=ClaimLine.UNFINISHED)
    if lines and not lines.filter(worker__in=bound).exists():
        raise InvalidFacts({"consenting": [_now("None of them gets anything by this agreement.")]})
    _drop_lines(case, lines.exclude(worker__in=bound))


def _await_next(case: Case, *, by: "User", at: datetime) -> None:
    """Say which instalment is due next, for its clock."""
    on = queries.next_due_on(case)
    if on is not None:
        events.record(case, "instalment.awaited", by=by, at=at, on=on.isoformat())


# ---- performance ---------------------------------------------------------------------------------------


@operation
def record_route(*, case: Case, route: str, applied_on: date, by: "User", at: datetime) -> None:
    """Record that both parties applied for arbitration review or judicial confirmation."""
    lock(case)
    _stand_for(case, by)
    settlement = _settlement(case)
    settlement.route, settlement.route_on = route, _past("applied_on", applied_on, at)
    settlement.save(update_fields=["route", "route_on"])
    events.record(case, "route.taken", by=by, at=at, route=route, on=applied_on.isoformat())


@operation
def record_performance(
    *,
    case: Case,
    result: str,
    by: "User",
    at: datetime,
    instalments: Iterable[Instalment] = (),
    other_duty_done: bool = False,
    performed_on: date | None = None,
    proof: Document | None = None,
    note: str = "",
) -> None:
    """Record what the employer paid or did, or failed to; with the last of it the agreement is performed."""
    lock(case)
    _stand_for(case, by)
    chosen = list(queries.owed_instalments(case).filter(pk__in=[part.pk for part in instalments]))
    if result == "broken":
        queries.owed_instalments(case).update(state=Instalment.State.BREACHED)
        perform(case=case, name="give_up", by=by, at=at, text=note, facts={"settlement": _settlement(case).pk})
        _interrupt_limitation(case, "agreement_not_performed", by=by, at=at)
        return
    if result == "breached":
        _note_breach(case, chosen, proof, note, by=by, at=at)
    else:
        performed_on = _past("performed_on", performed_on, at)
        _note_payment(case, chosen, performed_on, proof, note, by=by, at=at)
        if other_duty_done:
            case.settlements.filter(state=Settlement.State.IN_EFFECT).update(other_done_on=performed_on)
    if is_performed_in_full(case):
        perform(case=case, name="complete", by=by, at=at)
    else:
        _await_next(case, by=by, at=at)


def _note_payment(
    case: Case,
    instalments: list[Instalment],
    on: date,
    proof: Document | None,
    note: str,
    *,
    by: "User",
    at: datetime,
) -> None:
    """Mark instalments as performed; a sum with nothing left to pay is settled."""
    for part in instalments:
        part.state, part.performed_on = Instalment.State.PERFORMED, on
        part.proof, part.note, part.recorded_by = proof, note, by
        part.save(update_fields=["state", "performed_on", "proof", "note", "recorded_by"])
    lines = {part.claim_line_id for part in instalments}
    open_lines = set(queries.owed_instalments(case).values_list("claim_line_id", flat=True))
    case.claim_lines.filter(pk__in=lines - open_lines).update(state=ClaimLine.State.SETTLED)
    _record_parts(case, "instalment.performed", instalments, proof, note, by=by, at=at, performed_on=on.isoformat())


def _note_breach(
    case: Case, instalments: list[Instalment], proof: Document | None, note: str, *, by: "User", at: datetime
) -> None:
    """Mark instalments as not performed; they are still owed, and the limitation counts anew."""
    for part in instalments:
        part.state, part.proof, part.note, part.recorded_by = Instalment.State.BREACHED, proof, note, by
        part.save(update_fields=["state", "proof", "note", "recorded_by"])
    _record_parts(case, "instalment.breached", instalments, proof, note, by=by, at=at)
    _interrupt_limitation(case, "agreement_not_performed", by=by, at=at)


def _record_parts(
    case: Case,
    kind: str,
    instalments: list[Instalment],
    proof: Document | None,
    note: str,
    *,
    by: "User",
    at: datetime,
    **facts: Any,
) -> None:
    amount = sum((part.amount for part in instalments), Decimal(0))
    facts |= {"instalments": [part.pk for part in instalments], "amount": str(amount)}
    if proof is not None:
        facts["document"] = proof.pk
    events.record(case, kind, by=by, at=at, text=note, **facts)


# ---- the end -------------------------------------------------------------------------------------------


@operation
def record_failure(
    *, case: Case, record: str, by: "User", at: datetime, worker_signed: bool = False, employer_signed: bool = False
) -> None:
    """Record the failure with the signatures of both sides, and tell the worker that arbitration is open."""
    lock(case)
    _stand_for(case, by)
    facts = {"worker_signed": worker_signed, "employer_signed": employer_signed, "failure": case.failure}
    perform(case=case, name="record_failure", by=by, at=at, text=record, facts=facts)
    with translation.override(settings.LANGUAGE_CODE):
        why = case.get_failure_display()
    documents.issue_letter(case=case, paper=papers.FAILURE.code, why=why, by=by, at=at)


@operation
def refer(
    *,
    case: Case,
    to_body: str,
    reason: str,
    by: "User",
    at: datetime,
    evidence: Iterable[Document] = (),
) -> None:
    """Hand the worker on with the list of evidence, and close the case; what was not paid stays refused."""
    lock(case)
    _stand_for(case, by)
    evidence = list(evidence)
    cases.settle_claim_lines(case=case, state=ClaimLine.State.REFUSED, by=by, at=at)
    facts = {"to_body": to_body, "documents": [document.pk for document in evidence]}
    perform(case=case, name="refer", by=by, at=at, text=reason, to_body=to_body, reason=reason, facts=facts)
    _write_referral(case, to_body, reason, evidence, by=by, at=at)


def _write_referral(
    case: Case, to_body: str, reason: str, evidence: Iterable[Document], *, by: "User", at: datetime
) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        addressee = str(ReferredTo(to_body).label)
        listed = papers.evidence_rows(evidence)
    documents.issue_letter(
        case=case, paper=papers.REFERRAL.code, addressee=addressee, reason=reason, evidence=listed, by=by, at=at
    )


@operation
def visit_worker(*, case: Case, reached: str, by: "User", at: datetime, satisfaction: str = "", note: str = "") -> None:
    """Record the return visit; a worker who was reached closes the case, another one is tried again."""
    lock(case)
    cases.record_return_visit(case=case, reached=reached, satisfaction=satisfaction, note=note, by=by, at=at)
    if reached == ReturnVisit.Reached.YES:
        _close(case, _("The agreement was performed in full; the worker was asked."), note, by=by, at=at)
    else:
        perform(case=case, name="miss_visit", by=by, at=at, text=note)


@operation
def close_unreached(*, case: Case, by: None, at: datetime) -> None:
    """Close a performed case whose worker could not be reached in time."""
    _close(case, _("The agreement was performed in full; the worker could not be reached in time."), by=by, at=at)


def _close(case: Case, why: Any, note: str = "", *, by: "User | None", at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        reason = f"{why}\n{note}".strip()
    perform(case=case, name="close", by=by, at=at, text=reason, reason=reason)


def _past(field: str, day: date | None, at: datetime) -> date:
    """Return a day that something happened on.

    Raises:
        InvalidFacts: none was given, or it lies ahead.
    """
    if day is None:
        raise InvalidFacts({field: [_now("This is needed here.")]})
    if day > beijing_date(at):
        raise InvalidFacts({field: [_now("This day lies in the future.")]})
    return day
