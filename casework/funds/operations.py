"""What is done with money: funds are opened, sums reserved, payouts committed, batched, released and paid.

Rows are locked in one order: case → fund → claim line → payout → batch. See Note [Money is reserved,
committed, paid, once]: what these operations refuse with a reason, the database refuses as well.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, CaseworkError, InvalidFacts, NotAllowed, WrongState
from casework.audit.models import HasStream
from casework.audit.operation import current_unit, operation
from casework.cases.models import Case, ClaimLine, Signature
from casework.cases.transitions import SamePerson, lock
from casework.offices import scope
from casework.offices.doors import answer_of, demand
from casework.offices.models import Office
from casework.offices.operations import next_number
from casework.offices.roles import Role
from casework.offices.scope import Answer
from casework.people import queries as people
from casework.people.identifiers import worker_label
from casework.people.models import BankAccount

from . import guards, queries
from .models import Fund, GuardOverride, Payout, PayoutBatch, Reservation
from .money import BadSum, money

if TYPE_CHECKING:
    from casework.staff.models import User

# Who must stand on a claim line before its payment: the payer signs with the payment itself.
SIGNED_BEFORE_PAYING = (Signature.Part.REQUESTER, Signature.Part.APPROVER1)
# Payments that a refusal names one by one.
SAID_AT_ONCE = 5


class NoFund(CaseworkError):
    """No fund that may pay this has enough money free; the message says what is free where."""

    message = _("No fund has enough money free.")


class FundExists(CaseworkError):
    """An office has one fund per source, year and budget line."""

    message = _("This office already has a fund of this source, year and budget line.")


class NotReserved(WrongState):
    """Money is paid out of a reservation only."""

    message = _("No money is reserved for this claim line.")


class MissingSignature(WrongState):
    """Somebody has not signed yet whose signature a payment needs."""


class OpenWarnings(CaseworkError):
    """A warning on the payout has no answer yet."""


class SecondPersonNeeded(NotAllowed):
    """The step belongs to somebody other than the one who did the step before."""


class NotAllPayable(NotAllowed):
    """The person may not send off every payment of a batch; says which, and why."""


class NothingToBatch(CaseworkError):
    """None of the chosen payouts can go into a batch."""


class Skipped(NamedTuple):
    """A payout that was left out, and why."""

    payout: Payout
    reason: str | Promise


class Batched(NamedTuple):
    """A new batch, and the payouts that did not get into it."""

    batch: PayoutBatch
    skipped: list[Skipped]


# ---- locking -------------------------------------------------------------------------------------------


def _stream_of(line: ClaimLine) -> HasStream | str:
    """Return where the events of a claim line belong: its case, locked, or else its office."""
    if line.case is None:
        return events.office_stream(line.office_id)
    held = current_unit().owners.get(line.case.stream)
    if isinstance(held, Case):
        line.case = held
    return lock(line.case)


def _lock_fund(pk: int) -> Fund:
    return Fund.objects.select_for_update(no_key=True).get(pk=pk)


def _lock_line(line: ClaimLine) -> None:
    case = line.case
    line.refresh_from_db(from_queryset=ClaimLine.objects.select_for_update(no_key=True))
    line.case = case


def _lock_payout(payout: Payout) -> None:
    line = payout.claim_line
    payout.refresh_from_db(from_queryset=Payout.objects.select_for_update(no_key=True))
    payout.claim_line = line


def _lock_batch(pk: int) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update(no_key=True).get(pk=pk)


def _needs_words(reason: str) -> None:
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why.")]})


# ---- funds ---------------------------------------------------------------------------------------------


@operation
def open_fund(
    *,
    office: Office,
    source: str,
    year: int,
    line: str,
    title: str,
    budget: Decimal,
    programmes: Iterable[str] = (),
    by: "User | None",
    at: datetime,
) -> Fund:
    """Open the fund of one source, year and budget line of an office.

    Args:
        programmes: codes of what it may pay for; none: anything.

    Raises:
        FundExists: the office has this fund already.
    """
    fund = Fund(
        office=office,
        office_path=office.path,
        source=source,
        year=year,
        line=line.strip(),
        title=title.strip(),
        programmes=sorted(programmes),
        budget=money(budget),
    )
    demand(by, "fund.manage", fund)
    if Fund.objects.filter(office=office, source=source, year=year, line=fund.line).exists():
        raise FundExists
    fund.save()
    events.record(
        events.office_stream(office),
        "fund.opened",
        by=by,
        at=at,
        fund=fund.pk,
        title=fund.title,
        source=source,
        year=year,
        budget=str(fund.budget),
    )
    return fund


@operation
def change_budget(*, fund: Fund, budget: Decimal, reason: str, by: "User | None", at: datetime) -> Fund:
    """Raise or lower a fund's budget, never below what is reserved and paid.

    Raises:
        InvalidFacts: no reason, or the budget is too low.
    """
    demand(by, "fund.manage", fund)
    _needs_words(reason)
    fund.refresh_from_db(from_queryset=Fund.objects.select_for_update(no_key=True))
    old, new = fund.budget, money(budget)
    if new < fund.reserved + fund.paid:
        raise InvalidFacts(
            {
                "budget": [
                    _now("¥%(sum)s are reserved or paid; the budget cannot be lower.")
                    % {"sum": f"{fund.reserved + fund.paid:,.2f}"}
                ]
            }
        )
    fund.budget = new
    fund.save(update_fields=["budget"])
    events.record(
        events.office_stream(fund.office_id),
        "fund.budget_changed",
        by=by,
        at=at,
        text=reason.strip(),
        fund=fund.pk,
        title=fund.title,
        old=str(old),
        new=str(new),
    )
    return fund


# ---- reserving -----------------------------------------------------------------------------------------


@operation
def reserve(
    *,
    claim_line: ClaimLine,
    by: "User | None",
    at: datetime,
    amount: Decimal | None = None,
    fund: Fund | None = None,
) -> Reservation:
    """Keep money for a claim line, as its approval does.

    Args:
        amount: what was approved; the whole claim line, if none is given.
        fund: where from; otherwise the nearest office upwards that has a fund with enough money for it.

    Raises:
        NoFund: nobody has enough; says what is free where.
        WrongState: the claim line is not open or approved.
        BadSum: more than was claimed, or nothing.
    """
    stream = _stream_of(claim_line)
    demand(by, "task.take", claim_line)
    wanted = money(claim_line.amount if amount is None else amount)
    if not 0 < wanted <= claim_line.amount:
        raise BadSum(_("Reserve more than nothing and at most what was claimed."))
    chosen = _fund_with(wanted, claim_line, fund, at)
    _lock_line(claim_line)
    if claim_line.state not in (ClaimLine.State.OPEN, ClaimLine.State.APPROVED):
        raise WrongState(
            _now("Money cannot be reserved for a claim line that is “%(state)s”.")
            % {"state": claim_line.get_state_display()}
        )
    kept = Reservation.objects.create(claim_line=claim_line, fund=chosen, amount=wanted, made_by=by, made_at=at)
    claim_line.state = ClaimLine.State.RESERVED
    claim_line.save(update_fields=["state"])
    events.record(
        stream,
        "money.reserved",
        by=by,
        at=at,
        line=claim_line.pk,
        fund=chosen.pk,
        fund_title=chosen.title,
        amount=str(wanted),
    )
    return kept


def _fund_with(wanted: Decimal, line: ClaimLine, fund: Fund | None, at: datetime) -> Fund:
    """Return a locked fund that has the sum free."""
    if fund is None:
        candidates = queries.funds_that_serve(line, at)
    else:
        candidates = [fund] if fund.serves(line.programme) else []
    for candidate in candidates:
        if candidate.free >= wanted:
            locked = _lock_fund(candidate.pk)
            if locked.free >= wanted:
                return locked
    free = _now("; ").join(f"{one.title} ¥{one.free:,.2f}" for one in candidates) or _now("there is no fund")
    raise NoFund(
        _now("No fund has ¥%(wanted)s free for this. Free now: %(free)s.") % {"wanted": f"{wanted:,.2f}", "free": free}
    )


@operation
def release_reservation(*, claim_line: ClaimLine, reason: str, by: "User | None", at: datetime) -> ClaimLine:
    """Set free what was reserved for a claim line that will not be paid (now).

    Raises:
        NotReserved: nothing is.
        WrongState: a payout is under way; cancel it first.
    """
    stream = _stream_of(claim_line)
    demand(by, "task.take", claim_line)
    _needs_words(reason)
    kept = queries.reservation_of(claim_line)
    if kept is None:
        raise NotReserved
    _lock_fund(kept.fund_id)
    _lock_line(claim_line)
    if claim_line.state != ClaimLine.State.RESERVED:
        raise NotReserved
    if queries.live_payout_of(claim_line) is not None:
        raise WrongState(_("A payout of this claim line is under way; cancel it first."))
    kept.state = Reservation.State.RELEASED
    kept.save(update_fields=["state"])
    claim_line.state = ClaimLine.State.APPROVED
    claim_line.save(update_fields=["state"])
    events.record(
        stream,
        "money.released",
        by=by,
        at=at,
        text=reason.strip(),
        line=claim_line.pk,
        fund=kept.fund_id,
        amount=str(kept.amount),
    )
    return claim_line


# ---- payouts -------------------------------------------------------------------------------------------


@operation
def commit_payout(
    *,
    claim_line: ClaimLine,
    method: str,
    by: "User | None",
    at: datetime,
    account: BankAccount | None = None,
) -> Payout:
    """Make the reserved sum of a claim line due to its worker; finance then pays it.

    After a payout failed or was cancelled this makes the next one; its key counts on, so a repeated call can
    never make two.

    Args:
        account: for a bank transfer; the worker's newest account, if none is given.

    Raises:
        AlreadyDone: a payout is under way or paid; says whose and since when.
        NotReserved: no money is kept for the claim line.
        InvalidFacts: no bank account, or somebody else's.
    """
    stream = _stream_of(claim_line)
    demand(by, "task.take", claim_line)
    _lock_line(claim_line)
    live = queries.live_payout_of(claim_line)
    if live is not None:
        raise AlreadyDone(
            _("A payout of this claim line is already under way or paid."),
            who=live.approved_by,
            what=live.get_state_display(),
            when=live.approved_at,
        )
    kept = queries.reservation_of(claim_line)
    if kept is None:
        raise NotReserved
    payout = Payout.objects.create(
        claim_line=claim_line,
        reservation=kept,
        fund=kept.fund,
        office_id=claim_line.office_id,
        office_path=claim_line.office_path,
        method=method,
        amount=kept.amount,
        payee_id=claim_line.worker_id,
        account=_account_for(claim_line, account) if method == Payout.Method.BANK else None,
        idempotency_key=f"{claim_line.uuid}:{claim_line.payouts.count() + 1}",
        approved_by=by,
        approved_at=at,
    )
    _record(
        stream,
        "payout.committed",
        payout,
        by=by,
        at=at,
        method=method,
        role=Role.FINANCE,
        office_path=payout.office_path,
    )
    return payout


def _account_for(line: ClaimLine, account: BankAccount | None) -> BankAccount:
    account = account or people.accounts_of(line.worker).first()
    if account is None:
        raise InvalidFacts({"account": [_now("This person has no bank account on record.")]})
    if account.worker_id != line.worker_id or account.retired_at is not None:
        raise InvalidFacts({"account": [_now("Choose an account of the payee that is in use.")]})
    return account


def _record(
    stream: HasStream | str,
    kind: str,
    payout: Payout,
    *,
    by: "User | None",
    at: datetime,
    text: str = "",
    **facts: Any,
) -> None:
    """Record what happened to a payout, with what every reader wants to know of it."""
    said: dict[str, Any] = {"payout": str(payout.uuid), "line": payout.claim_line_id, "fund": payout.fund_id}
    said["amount"] = str(payout.amount)
    events.record(stream, kind, by=by, at=at, person=payout.payee_id, text=text.strip(), **said, **facts)


def _expect(payout: Payout, *states: str) -> None:
    """Refuse unless the payout is in one of the states.

    Raises:
        AlreadyDone: it is paid; says by whom and when.
        WrongState: it is anything else.
    """
    if payout.state in states:
        return
    if payout.state == Payout.State.PAID:
        payer = payout.claim_line.signatures.filter(role=Signature.Part.PAYER).select_related("person").first()
        raise AlreadyDone(
            _("This has already been paid."),
            who=payer.person if payer else None,
            what=payout.voucher_number,
            when=payout.paid_at,
        )
    raise WrongState(
        _now("This is not possible while the payout is “%(state)s”.") % {"state": payout.get_state_display()}
    )


@operation
def confirm_paid(*, payout: Payout, voucher_number: str, by: "User", at: datetime) -> Payout:
    """Record that the money is paid, with its voucher; the person who does so signs as payer.

    A payment whose result was unknown is settled by it too: the voucher proves that it went through.

    Raises:
        NotAllowed: no finance role here, or the person already has another part in this money (says which).
        MissingSignature: requester or approver has not signed.
        OpenWarnings: a warning has no answer yet.
        AlreadyDone: paid before.
        InvalidFacts: no voucher number.
    """
    line = payout.claim_line
    stream = _stream_of(line)
    _lock_fund(payout.fund_id)
    _lock_line(line)
    _lock_payout(payout)
    check_payable(payout, by, at)
    if not voucher_number.strip():
        raise InvalidFacts({"voucher_number": [_now("Enter the number of the voucher.")]})
    Signature.objects.create(claim_line=line, role=Signature.Part.PAYER, person=by, signed_at=at)
    payout.state, payout.paid_at, payout.voucher_number = Payout.State.PAID, at, voucher_number.strip()
    payout.save(update_fields=["state", "paid_at", "voucher_number"])
    line.state = ClaimLine.State.PAID
    line.save(update_fields=["state"])
    _record(stream, "payout.paid", payout, by=by, at=at, method=payout.method, voucher=payout.voucher_number)
    _close_when_answered(payout, at)
    return payout


def check_payable(payout: Payout, by: "User", at: datetime) -> None:
    """Raise the first reason against this person paying this payout now; see `confirm_paid`."""
    demand(by, "payout.pay", payout)
    _expect(payout, Payout.State.DUE, Payout.State.SENT, Payout.State.UNKNOWN)
    _check_payer(payout, by, at)


def _check_payer(payout: Payout, by: "User", at: datetime) -> None:
    """Raise the first reason against this money, or against this person letting it go."""
    demand(by, "payout.pay", payout)
    signatures = list(payout.claim_line.signatures.all())
    _need_signatures(signatures)
    own = next((signature for signature in signatures if signature.person_id == by.pk), None)
    if own is not None:
        raise SamePerson(
            _now("You already stand on this claim line as “%(part)s”; somebody else has to pay it.")
            % {"part": own.get_role_display()}
        )
    _need_answers(payout, by, at)


def may_pay(payout: Payout, by: "User", at: datetime) -> Answer:
    """Answer whether this person could pay this payout now, and why not."""
    return answer_of(lambda: check_payable(payout, by, at))


def _need_signatures(signatures: list[Signature]) -> None:
    signed = {signature.role for signature in signatures}
    missing = [part for part in SIGNED_BEFORE_PAYING if part not in signed]
    if missing:
        raise MissingSignature(
            _now("Not signed yet: %(parts)s.") % {"parts": _now(", ").join(str(part.label) for part in missing)}
        )


def _need_answers(payout: Payout, payer: "User", at: datetime) -> None:
    found = guards.findings(payout, at)
    unanswered = [finding for finding in found if finding.is_open]
    if unanswered:
        raise OpenWarnings(
            _now("These warnings need an answer first: %(titles)s.")
            % {"titles": _now(", ").join(str(finding.title) for finding in unanswered)}
        )
    if any(finding.answer and finding.answer.made_by_id == payer.pk for finding in found):
        raise SecondPersonNeeded(_("You answered a warning on this payout; somebody else has to pay it."))


@operation
def answer_warning(*, payout: Payout, guard: str, reason: str, by: "User", at: datetime) -> GuardOverride:
    """Answer a warning on a payout with the reason why the money may go out all the same.

    A supervisor does it, never the one who pays.

    Raises:
        WrongState: there is no such warning, or it has its answer.
    """
    stream = _stream_of(payout.claim_line)
    demand(by, "payout.vouch", payout)
    _needs_words(reason)
    _lock_payout(payout)
    _expect(payout, *Payout.MOVING)
    if not any(finding.code == guard and finding.is_open for finding in guards.findings(payout, at)):
        raise WrongState(_("This payout has no such open warning."))
    answered = GuardOverride.objects.create(payout=payout, guard=guard, reason=reason.strip(), made_by=by, made_at=at)
    _record(stream, "payout.guard_overridden", payout, by=by, at=at, text=reason, guard=guard)
    return answered


@operation
def mark_failed(*, payout: Payout, reason: str, by: "User", at: datetime) -> Payout:
    """Record that the bank returned a payment. The money stays reserved, and another payout may be committed."""
    return _end_unpaid(
        payout, Payout.State.FAILED, "payout.failed", (Payout.State.DUE, Payout.State.SENT), reason=reason, by=by, at=at
    )


@operation
def resolve_unknown(*, payout: Payout, reason: str, by: "User", at: datetime) -> Payout:
    """Record that a payment of unknown result was not made after all, and how that was found out."""
    return _end_unpaid(
        payout, Payout.State.FAILED, "payout.resolved", (Payout.State.UNKNOWN,), reason=reason, by=by, at=at
    )


@operation
def cancel_payout(*, payout: Payout, reason: str, by: "User", at: datetime) -> Payout:
    """Take back a payout that has not gone to the bank. The money stays reserved."""
    return _end_unpaid(
        payout,
        Payout.State.CANCELLED,
        "payout.cancelled",
        (Payout.State.DUE, Payout.State.BATCHED),
        reason=reason,
        by=by,
        at=at,
    )


def _end_unpaid(
    payout: Payout, state: str, kind: str, sources: tuple[str, ...], *, reason: str, by: "User", at: datetime
) -> Payout:
    stream = _stream_of(payout.claim_line)
    demand(by, "payout.pay", payout)
    _needs_words(reason)
    _lock_line(payout.claim_line)
    _lock_payout(payout)
    _expect(payout, *sources)
    payout.state, payout.failure_reason = state, reason.strip()
    payout.save(update_fields=["state", "failure_reason"])
    _record(stream, kind, payout, by=by, at=at, text=reason)
    _close_when_answered(payout, at)
    return payout


@operation
def mark_unknown(*, payout: Payout, reason: str, by: "User", at: datetime) -> Payout:
    """Record that nobody knows whether a payment went through; until that is settled it is not repeated."""
    stream = _stream_of(payout.claim_line)
    demand(by, "payout.pay", payout)
    _needs_words(reason)
    _lock_line(payout.claim_line)
    _lock_payout(payout)
    _expect(payout, Payout.State.DUE, Payout.State.SENT)
    payout.state = Payout.State.UNKNOWN
    payout.save(update_fields=["state"])
    _record(stream, "payout.unknown", payout, by=by, at=at, text=reason)
    return payout


# ---- batches -------------------------------------------------------------------------------------------


@operation
def make_batch(*, payouts: Iterable[Payout], by: "User", at: datetime) -> Batched:
    """Put due bank payments into a batch, which another person then releases.

    Payouts that cannot go are left out, each with its reason.

    Raises:
        NothingToBatch: none of them can go.
    """
    wanted = {payout.pk for payout in payouts}
    rows = (
        Payout.objects.select_for_update(of=("self",), no_key=True)
        .select_related("claim_line__worker", "payee", "account", "office")
        .filter(pk__in=wanted)
        .order_by("id")
    )
    fit, skipped = [], []
    for payout in rows:
        why = _why_not_batched(payout, by, at)
        if why:
            skipped.append(Skipped(payout, why))
        else:
            fit.append(payout)
    if not fit:
        reasons = {str(reason): None for _payout, reason in skipped}
        raise NothingToBatch(_now("None of these payouts can go into a batch.") + " " + " ".join(reasons))
    office = _office_over(fit, by)
    batch = PayoutBatch.objects.create(
        number=next_number("PB", office, localtime(at).year),
        office=office,
        office_path=office.path,
        total=sum((payout.amount for payout in fit), Decimal(0)),
        count=len(fit),
        made_by=by,
        made_at=at,
    )
    Payout.objects.filter(pk__in=[payout.pk for payout in fit]).update(batch=batch, state=Payout.State.BATCHED)
    _record_batch("batch.made", batch, by=by, at=at, payouts=[str(payout.uuid) for payout in fit])
    return Batched(batch, skipped)


def _why_not_batched(payout: Payout, by: "User", at: datetime) -> str | Promise:
    answer = scope.may(by, "payout.pay", payout)
    if not answer:
        return answer.reason
    if payout.method != Payout.Method.BANK:
        return _("Only bank transfers go into a batch.")
    if payout.state != Payout.State.DUE:
        return _now("The payout is “%(state)s”.") % {"state": payout.get_state_display()}
    if any(finding.is_open for finding in guards.findings(payout, at)):
        return _("A warning has no answer yet.")
    return ""


def _office_over(payouts: list[Payout], by: "User") -> Office:
    """Return the nearest office of the person's finance roles that stands over all these payouts."""
    over = [
        grant
        for grant in by.grants()
        if grant.role == Role.FINANCE and all(payout.office_path.startswith(grant.office_path) for payout in payouts)
    ]
    if not over:
        raise NothingToBatch(_now("These payouts belong to different finance offices of yours; batch them apart."))
    return Office.objects.get(pk=max(over, key=lambda grant: len(grant.office_path)).office_id)


@operation
def release_batch(*, batch: PayoutBatch, by: "User", at: datetime) -> PayoutBatch:
    """Send a batch to the bank; the person who made it may not.

    Here the money leaves: what holds for paying holds for whoever sends it off, and a warning that came up since the
    batch was made has its answer first.

    Raises:
        SecondPersonNeeded: the maker tried.
        NotAllPayable: the person has another part in one of these payments, or something stands against one.
        AlreadyDone: released before; says by whom and when.
        WrongState: every payout of it was cancelled.
    """
    inside = batch.payouts.filter(state=Payout.State.BATCHED)
    rows = list(inside.select_for_update(no_key=True).order_by("id"))
    _refresh(batch)
    check_releasable(batch, by)
    _demand_payable(inside, by, at)
    batch.state, batch.released_by, batch.released_at = PayoutBatch.State.RELEASED, by, at
    batch.save(update_fields=["state", "released_by", "released_at"])
    Payout.objects.filter(pk__in=[payout.pk for payout in rows]).update(state=Payout.State.SENT)
    _record_batch("batch.released", batch, by=by, at=at, payouts=[str(payout.uuid) for payout in rows])
    return batch


def _demand_payable(payouts: "QuerySet[Payout]", by: "User", at: datetime) -> None:
    """Refuse to send off payments of which one may not be sent off by this person, or by nobody yet."""
    stopped = []
    asked = payouts.select_related("claim_line__case", "claim_line__worker", "payee", "account", "office")
    for payout in asked.prefetch_related("claim_line__signatures"):
        answer = answer_of(partial(_check_payer, payout, by, at))
        if not answer:
            stopped.append(f"{worker_label(payout.payee.name)} ¥{payout.amount:,.2f}: {answer.reason}")
    if stopped:
        more = len(stopped) - SAID_AT_ONCE
        rest = [_now("%(count)s more.") % {"count": more}] if more > 0 else []
        raise NotAllPayable(" ".join([*stopped[:SAID_AT_ONCE], *rest]))


def check_releasable(batch: PayoutBatch, by: "User") -> None:
    """Raise the first reason against this person releasing this batch now; see `release_batch`."""
    demand(by, "payout.pay", batch)
    if batch.released_by is not None:
        raise AlreadyDone(_("This batch has already been released."), who=batch.released_by, when=batch.released_at)
    if batch.state != PayoutBatch.State.OPEN:
        raise WrongState(_("Every payout of this batch was cancelled."))
    if batch.made_by_id == by.pk:
        raise SecondPersonNeeded(_("You made this batch; somebody else has to release it."))


def may_release(batch: PayoutBatch, by: "User") -> Answer:
    """Answer whether this person could release this batch now, and why not."""
    return answer_of(lambda: check_releasable(batch, by))


def _refresh(batch: PayoutBatch) -> None:
    batch.refresh_from_db(from_queryset=PayoutBatch.objects.select_for_update(no_key=True))


def _close_when_answered(payout: Payout, at: datetime) -> None:
    """Keep the payout's batch true: what it still holds, and that it is closed once every payment has its result."""
    if payout.batch_id is None:
        return
    batch = _lock_batch(payout.batch_id)
    if payout.state == Payout.State.CANCELLED:
        left = batch.payouts.exclude(state=Payout.State.CANCELLED)
        batch.count = left.count()
        batch.total = left.aggregate(total=Sum("amount", default=Decimal(0)))["total"]
        batch.save(update_fields=["count", "total"])
    if batch.state != PayoutBatch.State.CLOSED and not batch.payouts.filter(state__in=Payout.MOVING).exists():
        batch.state, batch.closed_at = PayoutBatch.State.CLOSED, at
        batch.save(update_fields=["state", "closed_at"])
        _record_batch("batch.closed", batch, by=None, at=at)


def _record_batch(
    kind: str, batch: PayoutBatch, *, by: "User | None", at: datetime, payouts: list[str] | None = None
) -> None:
    facts: dict[str, Any] = {"batch": str(batch.uuid), "number": batch.number, "count": batch.count}
    if payouts is not None:
        facts["payouts"] = payouts
    stream = events.office_stream(batch.office_id)
    events.record(stream, kind, by=by, at=at, total=f"{batch.total:.2f}", **facts)
