"""What can be asked about money: the doors, the lists, and what is free where."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from casework.audit.errors import NotFound
from casework.audit.faults import Fault
from casework.cases.models import Case, ClaimLine, Signature
from casework.offices.models import Office, upwards
from casework.offices.scope import visible

from .models import Fund, Payout, PayoutBatch, Reservation

if TYPE_CHECKING:
    from casework.staff.models import User


# ---- payouts -------------------------------------------------------------------------------------------


def payouts_visible_to(user: "User") -> "QuerySet[Payout]":
    """Return the payouts a person may see."""
    return visible(Payout.objects.all(), user, "payout.read")


def payouts_for(user: "User", *, state: str = "", method: str = "", office: Office | None = None) -> "QuerySet[Payout]":
    """Return the payouts of a list, with all its rows show."""
    found = payouts_visible_to(user).select_related("claim_line__case", "payee", "account", "office", "fund", "batch")
    if state:
        found = found.filter(state=state)
    if method:
        found = found.filter(method=method)
    if office is not None:
        found = found.filter(office_path__startswith=office.path)
    return found


def payout_for(user: "User", uuid: UUID) -> Payout:
    """Return a payout, if the person may see it.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    rows = payouts_for(user).select_related(
        "claim_line__case", "claim_line__worker", "payee", "account", "office", "fund", "batch", "reservation"
    )
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def payouts_of(case: Case) -> "QuerySet[Payout]":
    """Return the payouts of a case; who may read the case may see them."""
    found = Payout.objects.filter(claim_line__case=case).select_related("claim_line", "payee", "fund", "account")
    return found.order_by("id")


def due_count(user: "User") -> int:
    """Return how many payouts wait for the person to pay them."""
    waiting = visible(Payout.objects.all(), user, "payout.pay")
    return waiting.filter(state__in=(Payout.State.DUE, Payout.State.SENT)).count()


def live_payout_of(line: ClaimLine) -> Payout | None:
    """Return the payout of a claim line that is under way or paid."""
    found = Payout.objects.filter(claim_line=line).exclude(state__in=Payout.ENDED_UNPAID)
    return found.select_related("approved_by").first()


def reservation_of(line: ClaimLine) -> Reservation | None:
    """Return the reservation that keeps money for a claim line."""
    return Reservation.objects.filter(claim_line=line, state=Reservation.State.LIVE).select_related("fund").first()


def signatures_of(line: ClaimLine) -> "QuerySet[Signature]":
    """Return who signed what on a claim line, in the order of signing."""
    return line.signatures.select_related("person", "principal").order_by("signed_at", "id")


# ---- batches -------------------------------------------------------------------------------------------


def batches_for(user: "User", *, state: str = "") -> "QuerySet[PayoutBatch]":
    """Return the batches a person may see."""
    found = visible(PayoutBatch.objects.all(), user, "payout.read").select_related("office", "made_by", "released_by")
    return found.filter(state=state) if state else found


def batch_for(user: "User", uuid: UUID) -> PayoutBatch:
    """Return a batch, if the person may see it.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    found = batches_for(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


# ---- funds ---------------------------------------------------------------------------------------------


def funds_for(user: "User", *, year: int | None = None, office: Office | None = None) -> "QuerySet[Fund]":
    """Return the funds a person may see."""
    found = visible(Fund.objects.all(), user, "fund.read").select_related("office")
    if year:
        found = found.filter(year=year)
    if office is not None:
        found = found.filter(office_path__startswith=office.path)
    return found


def fund_for(user: "User", uuid: UUID) -> Fund:
    """Return a fund, if the person may see it.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    found = funds_for(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def movements(fund: Fund) -> "QuerySet[Reservation]":
    """Return what was reserved, released and paid out of a fund."""
    return fund.reservations.select_related("claim_line__case", "made_by")


def funds_that_serve(line: ClaimLine, at: datetime) -> list[Fund]:
    """Return this year's funds that may pay a claim line: of its own office first, then upwards."""
    found = Fund.objects.filter(office_path__in=upwards(line.office_path), year=localtime(at).year)
    return [fund for fund in found.order_by("-office_path", "id") if fund.serves(line.programme)]


def totals(funds: "QuerySet[Fund]") -> dict[str, Decimal]:
    """Return the sums over a list of funds: budget, reserved, paid, free."""
    sums: dict[str, Any] = funds.order_by().aggregate(
        budget=Sum("budget", default=Decimal(0)),
        reserved=Sum("reserved", default=Decimal(0)),
        paid=Sum("paid", default=Decimal(0)),
    )
    return {**sums, "free": sums["budget"] - sums["reserved"] - sums["paid"]}


def unbalanced_funds() -> list[Fund]:
    """Return the funds whose counters are not the sums of their rows; none, unless somebody bypassed the house."""
    kept = Sum("reservations__amount", filter=Q(reservations__state="live"), default=Decimal(0))
    spent = Sum("reservations__amount", filter=Q(reservations__state="spent"), default=Decimal(0))
    rows = Fund.objects.annotate(kept=kept, spent=spent).filter(
        # a difference of half a fen is SQLite's arithmetic
        Q(reserved__gt=F("kept") + HALF_A_FEN)
        | Q(reserved__lt=F("kept") - HALF_A_FEN)
        | Q(paid__gt=F("spent") + HALF_A_FEN)
        | Q(paid__lt=F("spent") - HALF_A_FEN)
    )
    return list(rows.order_by("id"))


def faults_of_funds() -> list[Fault]:
    """Return as faults of the trail which funds' counters are not the sums of their rows."""
    says = gettext_noop("its counters are not the sums of its rows")
    return [Fault(gettext_noop("fund %(fund)s"), says, fund=fund.pk) for fund in unbalanced_funds()]


HALF_A_FEN = Decimal("0.005")
