"""Funds, what is reserved in them, payouts and their batches.

# Note [Money is reserved, committed, paid, once]
A sum lies free in a fund, is reserved for a claim line when it is approved, and leaves the fund when its
payout is paid: budget = free + reserved + paid. Reservations and payouts are rows; the triggers of
`triggers.py` move the fund's counters with them, and a CHECK refuses an overdraft, so two people cannot
spend the same money and no code, script or administrator can. One live payout per claim line is a unique
index. A payment whose result is not known is neither repeated nor forgotten until a person settles it.
"""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.audit.sealed import SealedTextField
from casework.cases.models import Case, ClaimLine, Scoped, concerning_ties, ties_of

from . import kinds as kinds

if TYPE_CHECKING:
    from casework.staff.models import User


class Source(models.TextChoices):
    """Where the money of a fund comes from; each is accounted for by itself."""

    CENTRAL = "central", _("Central special fund")
    FISCAL = "fiscal", _("Local government's matching money")
    SUPERIOR = "superior", _("Grant from the union above")
    UNION = "union", _("Union's own money")
    DONATION = "donation", _("Donations")
    INTEREST = "interest", pgettext_lazy("money", "Interest")
    OTHER = "other", _("Other lawful source")


class Fund(Scoped):
    """The money of one source, year and budget line of an office.

    `reserved` and `paid` are moved by the database together with reservations and payouts, by nothing else.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.CharField(pgettext_lazy("money", "source"), max_length=16, choices=Source.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    line = models.CharField(_("budget line"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    programmes = models.JSONField(
        _("programmes"), default=list, blank=True, help_text=_("What it may pay for; none chosen: anything.")
    )
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False)
    paid = models.DecimalField(_("paid"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(fields=["office", "source", "year", "line"], name="fund_once_per_line"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="fund_reserved_not_negative"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="fund_paid_not_negative"),
            # rounded, because SQLite adds decimals as floats
            models.CheckConstraint(
                condition=Q(budget__gte=Round(F("reserved") + F("paid"), precision=2)), name="fund_not_overdrawn"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "year"], name="fund_by_office")]

    def __str__(self) -> str:
        return f"{self.title} {self.year}"

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return f"fund:{self.uuid}"

    @property
    def free(self) -> Decimal:
        """Return what is neither reserved nor paid."""
        return self.budget - self.reserved - self.paid

    def serves(self, programme: str) -> bool:
        """Return whether the fund may pay for a programme."""
        return not self.programmes or programme in self.programmes


class Reservation(models.Model):
    """A sum of a fund kept for one claim line."""

    class State(models.TextChoices):
        """Whether the sum is kept, gone out, or free again."""

        LIVE = "live", pgettext_lazy("reservation", "Kept")
        SPENT = "spent", _("Paid out")
        RELEASED = "released", pgettext_lazy("reservation", "Released")

    claim_line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="reservations", verbose_name=_("claim line"))
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="reservations", verbose_name=_("fund"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reserved by")
    )
    made_at = models.DateTimeField(_("reserved at"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["claim_line"], condition=~Q(state="released"), name="one_reservation_per_claim_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["live", "spent", "released"]), name="reservation_known_state"
            ),
        ]
        indexes = [models.Index(fields=["fund", "-id"], name="reservation_by_fund")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class PayoutBatch(Scoped):
    """Bank payments that go out together: made by one person, released by another."""

    class State(models.TextChoices):
        """How far the batch is."""

        OPEN = "open", _("Waiting for release")
        RELEASED = "released", _("At the bank")
        CLOSED = "closed", pgettext_lazy("payment batch", "Closed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    count = models.PositiveIntegerField(_("payouts"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("payment batch", "made by"),
    )
    made_at = models.DateTimeField(pgettext_lazy("payment batch", "made at"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("payment batch", "released by"),
    )
    released_at = models.DateTimeField(pgettext_lazy("payment batch", "released at"), null=True)
    closed_at = models.DateTimeField(pgettext_lazy("payment batch", "closed at"), null=True)

    class Meta:
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("made_by")), name="batch_released_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_by__isnull=False, released_at__isnull=False),
                name="batch_sent_after_release",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "-id"], name="batch_by_office")]

    def __str__(self) -> str:
        return self.number

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return f"batch:{self.number}"

    def tie_with(self, user: "User") -> str:
        """Return what keeps a person with a conflict of interest from one of its payments; "" when nothing does."""
        for tie in ties_of(user):
            cases = Case.objects.filter(concerning_ties([tie])).values("pk")
            if self.payouts.filter(Q(payee=tie.worker_id) | Q(claim_line__case__in=cases)).exists():
                return tie.keeps_out(user)
        return ""


class Payout(Scoped):
    """One payment of one claim line to one person."""

    class State(models.TextChoices):
        """Where the payment stands."""

        DUE = "due", pgettext_lazy("payout", "Due")
        BATCHED = "batched", _("In a batch")
        SENT = "sent", _("At the bank")
        PAID = "paid", _("Paid")
        FAILED = "failed", pgettext_lazy("payout", "Failed")
        UNKNOWN = "unknown", _("Result unknown")
        CANCELLED = "cancelled", pgettext_lazy("payout", "Cancelled")

    class Method(models.TextChoices):
        """How the person is paid."""

        BANK = "bank", _("Bank transfer")
        CASH = "cash", _("Cash against signature")
        GOODS = "goods", _("Goods")

    # States that end a payout without money: after one of them the claim line may get another payout.
    ENDED_UNPAID = (State.FAILED, State.CANCELLED)
    # States in which nobody has an answer yet.
    MOVING = (State.DUE, State.BATCHED, State.SENT, State.UNKNOWN)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    claim_line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="payouts", verbose_name=_("claim line"))
    reservation = models.ForeignKey(Reservation, models.PROTECT, related_name="payouts", verbose_name=_("reservation"))
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payouts", verbose_name=_("fund"))
    method = models.CharField(_("method of payment"), max_length=8, choices=Method.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    payee = models.ForeignKey("casework.Worker", models.PROTECT, related_name="payouts", verbose_name=_("payee"))
    account = models.ForeignKey(
        "casework.BankAccount",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payouts",
        verbose_name=_("bank account"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DUE)
    idempotency_key = models.CharField(max_length=80, unique=True, editable=False)
    batch = models.ForeignKey(
        PayoutBatch, models.PROTECT, null=True, blank=True, related_name="payouts", verbose_name=_("batch")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("committed by")
    )
    approved_at = models.DateTimeField(_("committed at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    voucher_number = models.CharField(_("voucher number"), max_length=60, blank=True)
    failure_reason = SealedTextField(_("why it ended unpaid"))

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.UniqueConstraint(
                fields=["claim_line"],
                condition=~Q(state__in=["failed", "cancelled"]),
                name="one_live_payout_per_claim_line",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "batched", "sent", "paid", "failed", "unknown", "cancelled"]),
                name="payout_known_state",
            ),
            models.CheckConstraint(
                condition=Q(method="bank", account__isnull=False) | (~Q(method="bank") & Q(account__isnull=True)),
                name="payout_by_bank_has_account",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | (Q(paid_at__isnull=False) & ~Q(voucher_number="")),
                name="payout_paid_has_voucher",
            ),
            models.CheckConstraint(
                condition=~Q(state="batched") | Q(batch__isnull=False), name="payout_batched_has_batch"
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "state", "-id"], name="payout_by_office"),
            models.Index(fields=["state", "-id"], name="payout_by_state"),
            models.Index(fields=["state", "paid_at"], name="payout_by_day", condition=Q(state="paid")),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return f"payout:{self.uuid}"

    def tie_with(self, user: "User") -> str:
        """Return what keeps a person with a conflict of interest from this money; "" when nothing does."""
        return self.claim_line.tie_with(user) if ties_of(user) else ""


class GuardOverride(models.Model):
    """A warning on a payout that somebody answered with a reason."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="overrides", verbose_name=_("payout"))
    guard = models.CharField(_("payment warning"), max_length=40)
    reason = SealedTextField(_("reason"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    made_at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("answered warning")
        verbose_name_plural = _("answered warnings")
        constraints = [models.UniqueConstraint(fields=["payout", "guard"], name="one_answer_per_warning")]

    def __str__(self) -> str:
        return self.guard
