"""A labour dispute: its state machine, and what belongs to it."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.audit.sealed import SealedTextField
from casework.cases.models import Case, ClaimLine, Stage
from casework.cases.moves import condition, move
from casework.deadlines.calendar import beijing_date
from casework.documents import letters
from casework.documents.models import Letter
from casework.offices.retention import Retention
from casework.offices.roles import Role

from . import collective, limitation
from . import kinds as kinds

MEDIATORS = (Role.MEDIATOR,)
SUPERVISORS = (Role.SUPERVISOR,)
OPERATORS = (Role.OPERATOR,)


class Cause(models.TextChoices):
    """What the dispute is about: the classes of the statistical yearbook, and two that laws name beside them."""

    WAGES = "wages", _("Labour remuneration")
    SOCIAL_INSURANCE = "social_insurance", _("Social insurance and benefits")
    CONTRACT_CHANGE = "contract_change", _("Change of the contract")
    DISMISSAL = "dismissal", _("Dismissal or resignation")
    TERMINATION = "termination", _("End of the contract's term")
    RELATIONSHIP = "relationship", _("Existence of an employment relationship")
    INJURY = "injury", _("Costs of a work injury")
    OTHER = "other", _("Other")


class MediationBody(models.TextChoices):
    """Who mediates; it decides which routes are open after an agreement."""

    ENTERPRISE = "enterprise", _("Enterprise mediation committee")
    PEOPLES = "peoples", _("People's mediation committee")
    TOWNSHIP = "township", _("Township or street mediation body")
    UNION_CENTRE = "union_centre", _("Union mediation centre")


class EmployerAnswer(models.TextChoices):
    """What the employer said to mediation."""

    CONSENTS = "consents", pgettext_lazy("the employer, to mediation", "Consents")
    REFUSES = "refuses", _("Refuses")
    SILENT = "silent", _("Kept silent")


class Failure(models.TextChoices):
    """Why a mediation came to nothing."""

    NOT_AGREED = "not_agreed", _("The parties did not agree")
    TIMED_OUT = "timed_out", _("The period of mediation ran out")
    NOT_SIGNED = "not_signed", _("A party refused to sign")
    NOT_PERFORMED = "not_performed", _("The agreement was not performed")


class ReferredTo(models.TextChoices):
    """Where a worker is sent when mediation is not, or no longer, the way."""

    ARBITRATION = "arbitration", _("Labour arbitration commission")
    LEGAL_AID = "legal_aid", _("Legal aid of the union")
    COURT = "court", _("Court")
    PAYMENT_ORDER = "payment_order", _("Court, for a payment order")
    INSPECTION = "inspection", _("Labour inspection")
    OTHER = "other", _("Another body")


@condition(_("The employer has not consented; without both sides there is no mediation."))
def employer_consents(case: "LabourDispute") -> bool:
    """The employer is willing (企业劳动争议协商调解规定 art. 22)."""
    return case.employer_answer == EmployerAnswer.CONSENTS


def agreement_of(case: "LabourDispute") -> Letter | None:
    """Return the agreement as it was last printed for signing."""
    return Letter.objects.filter(case_id=case.pk, paper="LD.agreement", corrected_by=None).order_by("-id").first()


@condition(_("The agreement lacks a signature or the seal; record them on the letter first."))
def is_signed_and_sealed(case: "LabourDispute") -> bool:
    """Both parties and the mediator have signed, and the body's seal is on it (调解仲裁法 art. 14)."""
    letter = agreement_of(case)
    return letter is not None and not letters.unsigned(letter)


@condition(_("A collective case needs three to five representatives; record them first."))
def is_represented(case: "LabourDispute") -> bool:
    """A collective case has its representatives."""
    if not case.is_collective:
        return True
    return collective.is_represented(case.workers_count, case.members.filter(is_representative=True).count())


@condition(_("Something of the agreement is still to be performed."))
def is_performed_in_full(case: "LabourDispute") -> bool:
    """Every instalment was paid and every other duty done."""
    owing = Instalment.objects.filter(claim_line__case=case).exclude(state__in=Instalment.AT_REST)
    undone = case.settlements.exclude(other_duty_asked=False).filter(
        state=Settlement.State.IN_EFFECT, other_done_on=None
    )
    return not owing.exists() and not undone.exists()


@condition(_("A sum of this case is not settled yet."))
def nothing_unfinished(case: "LabourDispute") -> bool:
    """No claim line is open."""
    return not case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists()


class LabourDispute(Case):
    """A dispute between a worker, or several, and their employer."""

    class State(models.TextChoices):
        """Where the dispute stands."""

        RECEIVED = "received", _("Application received")
        ASKED = "asked", _("Employer asked")
        ANSWERED = "answered", _("Employer's answer known")
        ACCEPTED = "accepted", _("Accepted for mediation")
        MEDIATING = "mediating", _("Mediating")
        ADJOURNED = "adjourned", _("Adjourned")
        AGREED = "agreed", _("Agreed in session")
        DRAFTED = "drafted", _("Agreement drafted")
        RETURNED = "returned", _("Draft returned")
        APPROVED = "approved", _("Agreement approved")
        PERFORMING = "performing", _("In effect, being performed")
        PERFORMED = "performed", _("Performed")
        RETURN_VISIT = "return_visit", _("Return visit to be repeated")
        FAILED = "failed", _("Mediation without result")
        FAILURE_RECORDED = "failure_recorded", _("Failure recorded")
        CLOSED = "closed", _("Case closed")

    class Outcome(models.TextChoices):
        """How a dispute can end."""

        PERFORMED = "performed", _("Agreement performed")
        DECLINED = "declined", _("Declined")
        REFERRED = "referred", _("Referred to the competent body")
        FAILED = "failed", _("Mediation failed, referred")
        NOT_PERFORMED = "not_performed", _("Agreement not performed, referred")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    STAGES: ClassVar[dict[str, str]] = {
        State.RECEIVED: Stage.INTAKE,
        State.ASKED: Stage.INTAKE,
        State.ANSWERED: Stage.INTAKE,
        State.ACCEPTED: Stage.HANDLING,
        State.MEDIATING: Stage.HANDLING,
        State.ADJOURNED: Stage.HANDLING,
        State.AGREED: Stage.HANDLING,
        State.DRAFTED: Stage.APPROVAL,
        State.RETURNED: Stage.APPROVAL,
        State.APPROVED: Stage.APPROVAL,
        State.PERFORMING: Stage.PAYOUT,
        State.PERFORMED: Stage.RETURN_VISIT,
        State.RETURN_VISIT: Stage.RETURN_VISIT,
        State.FAILED: Stage.HANDLING,
        State.FAILURE_RECORDED: Stage.HANDLING,
        State.CLOSED: Stage.CLOSED,
    }
    # Acceptance is not among them: both parties have been told. Neither is approval: the approver has signed.
    TAKE_BACK: ClassVar[dict[str, str]] = {
        State.ASKED: State.RECEIVED,
        State.ANSWERED: State.ASKED,
        State.MEDIATING: State.ACCEPTED,
        State.AGREED: State.MEDIATING,
        State.DRAFTED: State.AGREED,
    }
    RETENTION: ClassVar[Retention] = Retention(
        "case.labour_dispute",
        _("Labour disputes"),
        10,
        _("the closing of the case"),
        _(
            "Our convention, after the ten years of the files of arbitration (rules of procedure of labour "
            "arbitration, art. 24); no law was found for the files of mediation."
        ),
    )
    CORRECTABLE: ClassVar[tuple[str, ...]] = (
        *Case.CORRECTABLE,
        "cause",
        "received_on",
        "limitation_started_on",
        "employed_from",
        "employed_until",
        "monthly_wage",
        "claimed_amount",
        "is_migrant_worker",
    )
    SHARED_BY: ClassVar[tuple[str, ...]] = ("members__worker",)
    MAY_LIE_AHEAD: ClassVar[tuple[str, ...]] = ("employed_until",)

    cause = models.CharField(_("cause"), max_length=24, choices=Cause.choices)
    requests = SealedTextField(_("what the worker asks for"))
    claimed_amount = models.DecimalField(_("amount claimed"), max_digits=14, decimal_places=2, null=True, blank=True)
    received_on = models.DateField(_("application received on"))
    is_oral = models.BooleanField(_("applied orally, written down on the spot"), default=False)
    limitation_started_on = models.DateField(_("knew of it since"), null=True, blank=True)
    is_employed = models.BooleanField(_("still employed there"), default=True)
    employed_from = models.DateField(_("employed from"), null=True, blank=True)
    employed_until = models.DateField(_("employed until"), null=True, blank=True)
    monthly_wage = models.DecimalField(_("monthly wage"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_migrant_worker = models.BooleanField(_("migrant worker"), default=False)
    workers_count = models.PositiveIntegerField(_("workers concerned"), default=1, editable=False)
    mediation_body = models.CharField(_("mediation body"), max_length=16, choices=MediationBody.choices, blank=True)
    employer_asked_on = models.DateField(_("employer asked on"), null=True, editable=False)
    employer_answer = models.CharField(
        _("employer's answer"), max_length=16, choices=EmployerAnswer.choices, blank=True, editable=False
    )
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    in_effect_on = models.DateField(_("in effect since"), null=True, editable=False)
    failure = models.CharField(_("why it failed"), max_length=16, choices=Failure.choices, blank=True, editable=False)
    referred_to = models.CharField(
        _("referred to"), max_length=16, choices=ReferredTo.choices, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("labour dispute")
        verbose_name_plural = _("labour disputes")
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_amount=None) | Q(claimed_amount__gte=0), name="dispute_claim_not_negative"
            ),
            models.CheckConstraint(condition=Q(workers_count__gte=1), name="dispute_has_a_worker"),
        ]

    @property
    def is_collective(self) -> bool:
        """Whether it is a collective case: ten workers or more."""
        return collective.is_collective(self.workers_count)

    def facts_of_type(self, clear: bool) -> list[dict[str, Any]]:
        """Return what the case page shows beside the facts every case has."""
        hidden = _now("Shown to who works on the case.")
        facts: list[tuple[str, Any]] = [
            (_now("Cause"), self.get_cause_display()),
            (_now("Application received on"), self.received_on),
            (_now("Workers concerned"), self.workers_count),
            (_now("Collective case"), _now("yes") if self.is_collective else _now("no")),
            (_now("Amount claimed"), self.claimed_amount),
            (_now("Knew of it since"), self.limitation_started_on),
            (_now("Mediation body"), self.get_mediation_body_display()),
            (_now("Employer's answer"), self.get_employer_answer_display()),
            (_now("Accepted on"), self.accepted_on),
            (_now("In effect since"), self.in_effect_on),
            (_now("Why it failed"), self.get_failure_display()),
            (_now("Referred to"), self.get_referred_to_display()),
        ]
        told = [{"label": label, "value": value} for label, value in facts if value not in ("", None)]
        return [
            *told,
            {"label": _now("What the worker asks for"), "value": self.requests if clear else hidden, "wide": True},
        ]

    @property
    def limitation_counts_from(self) -> date | None:
        """Return the day from which the year of limitation counts; none while nothing runs."""
        return limitation.starts_on(
            is_about_pay=self.cause == Cause.WAGES,
            knew_on=self.limitation_started_on,
            is_employed=self.is_employed,
            employed_until=self.employed_until,
        )

    def days_counted(self) -> dict[str, date | None]:
        """Return the days periods count from: that of the limitation follows from several facts."""
        return {**super().days_counted(), "limitation_started_on": self.limitation_counts_from}

    # ---- intake ------------------------------------------------------------------------------------------

    @move(source="", target=State.RECEIVED, kind="case.opened", title=_("Receive"))
    def receive(self, *, at: datetime) -> None:
        """Take the application in."""

    @move(
        source=State.RECEIVED, target=State.ASKED, kind="employer.asked", title=_("Ask the employer"), roles=MEDIATORS
    )
    def ask_employer(self, *, at: datetime, body: str, on: date) -> None:
        """Ask the employer whether it consents to mediation."""
        self.mediation_body, self.employer_asked_on, self.employer_answer = body, on, ""

    @move(
        source=State.ASKED,
        target=State.ANSWERED,
        kind="employer.answered",
        title=_("Record the employer's answer"),
        roles=MEDIATORS,
        by_clock=True,
    )
    def record_answer(self, *, at: datetime, answer: str) -> None:
        """Note what the employer said; silence is an answer too."""
        self.employer_answer = answer

    @move(
        source=State.ANSWERED,
        target=State.ACCEPTED,
        kind="dispute.accepted",
        title=_("Accept for mediation"),
        roles=MEDIATORS,
        conditions=[employer_consents, is_represented],
    )
    def accept(self, *, at: datetime) -> None:
        """Accept the dispute: both sides are willing, it is in scope."""
        self.accepted_on = beijing_date(at)

    @move(
        source=[State.RECEIVED, State.ANSWERED],
        target=State.CLOSED,
        kind="dispute.declined",
        title=_("Decline"),
        roles=MEDIATORS,
        needs_reason=True,
    )
    def decline(self, *, at: datetime, reason: str) -> None:
        """Decline in writing; the worker learns why and where else to go."""
        self.end(at=at, outcome=self.Outcome.DECLINED, reason=reason)

    @move(
        source=State.RECEIVED,
        target=State.CLOSED,
        kind="dispute.referred",
        title=_("Refer to the competent body"),
        roles=MEDIATORS,
        needs_reason=True,
    )
    def refer_elsewhere(self, *, at: datetime, to_body: str, reason: str) -> None:
        """Send the worker to the body that is competent."""
        self.referred_to = to_body
        self.end(at=at, outcome=self.Outcome.REFERRED, reason=reason)

    # ---- mediation ---------------------------------------------------------------------------------------

    @move(
        source=[State.ACCEPTED, State.ADJOURNED],
        target=State.MEDIATING,
        kind="session.scheduled",
        title=_("Schedule a session"),
        roles=MEDIATORS,
    )
    def schedule(self, *, at: datetime) -> None:
        """Fix room, mediator and hour of a session."""

    @move(source=State.MEDIATING, target=State.ADJOURNED, kind="session.adjourned", title=_("Adjourn"), roles=MEDIATORS)
    def adjourn(self, *, at: datetime) -> None:
        """End a session without a result; another one follows."""

    @move(source=State.MEDIATING, target=State.AGREED, kind="session.agreed", title=_("Agree"), roles=MEDIATORS)
    def agree(self, *, at: datetime) -> None:
        """The parties agree."""

    @move(
        source=State.MEDIATING,
        target=State.FAILED,
        kind="mediation.failed",
        title=_("Mediation failed"),
        roles=MEDIATORS,
        needs_reason=True,
    )
    def fail(self, *, at: datetime) -> None:
        """The parties do not agree."""
        self.failure = Failure.NOT_AGREED

    @move(
        source=[State.ACCEPTED, State.MEDIATING, State.ADJOURNED],
        target=State.FAILED,
        kind="mediation.timed_out",
        title=_("Mediation timed out"),
        roles=MEDIATORS,
        by_clock=True,
    )
    def time_out(self, *, at: datetime) -> None:
        """The period of mediation ran out without an agreement: it counts as failed."""
        self.failure = Failure.TIMED_OUT

    # ---- agreement ---------------------------------------------------------------------------------------

    @move(
        source=[State.AGREED, State.RETURNED],
        target=State.DRAFTED,
        kind="agreement.drafted",
        title=_("Draft the agreement"),
        roles=MEDIATORS,
        signs="mediator",
    )
    def draft(self, *, at: datetime) -> None:
        """Put the agreement into words and sums."""

    @move(
        source=State.DRAFTED,
        target=State.RETURNED,
        kind="agreement.returned",
        title=_("Return the draft"),
        roles=SUPERVISORS,
        needs_reason=True,
    )
    def return_draft(self, *, at: datetime) -> None:
        """Send the draft back to the mediator."""

    @move(
        source=State.DRAFTED,
        target=State.APPROVED,
        kind="agreement.approved",
        title=_("Approve the agreement"),
        roles=SUPERVISORS,
        signs="approver1",
    )
    def approve(self, *, at: datetime) -> None:
        """Approve the agreement for signing."""

    @move(
        source=State.APPROVED,
        target=State.PERFORMING,
        kind="agreement.in_effect",
        title=_("Sign the agreement"),
        roles=MEDIATORS,
        conditions=[is_signed_and_sealed],
    )
    def sign(self, *, at: datetime, on: date) -> None:
        """Both sides and the mediator have signed, the body has stamped: it is in effect (调解仲裁法 art. 14)."""
        self.in_effect_on = on

    @move(
        source=State.APPROVED,
        target=State.FAILED,
        kind="agreement.refused",
        title=_("A party refuses to sign"),
        roles=MEDIATORS,
        needs_reason=True,
    )
    def refuse_signature(self, *, at: datetime) -> None:
        """A party no longer wants the agreement."""
        self.failure = Failure.NOT_SIGNED

    # ---- performance -------------------------------------------------------------------------------------

    @move(
        source=State.PERFORMING,
        target=State.PERFORMED,
        kind="agreement.performed",
        title=_("Performed in full"),
        roles=MEDIATORS,
        conditions=[is_performed_in_full],
    )
    def complete(self, *, at: datetime) -> None:
        """The employer has done everything it promised."""

    @move(
        source=State.PERFORMING,
        target=State.FAILED,
        kind="agreement.broken",
        title=_("Give up waiting for performance"),
        roles=MEDIATORS,
        needs_reason=True,
    )
    def give_up(self, *, at: datetime) -> None:
        """The employer does not perform; the worker goes on to a payment order or arbitration."""
        self.failure = Failure.NOT_PERFORMED

    # ---- the end -----------------------------------------------------------------------------------------

    @move(
        source=State.FAILED,
        target=State.FAILURE_RECORDED,
        kind="failure.recorded",
        title=_("Record the failure"),
        roles=MEDIATORS,
    )
    def record_failure(self, *, at: datetime) -> None:
        """Record the failure, signed by both sides; the worker is told in writing that arbitration is open."""

    @move(
        source=State.FAILURE_RECORDED,
        target=State.CLOSED,
        kind="dispute.referred",
        title=_("Refer and close"),
        roles=MEDIATORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def refer(self, *, at: datetime, to_body: str, reason: str) -> None:
        """Hand the worker on with the list of evidence, and close."""
        is_broken = self.failure == Failure.NOT_PERFORMED
        self.referred_to = to_body
        self.end(at=at, outcome=self.Outcome.NOT_PERFORMED if is_broken else self.Outcome.FAILED, reason=reason)

    @move(
        source=[State.PERFORMED, State.RETURN_VISIT],
        target=State.RETURN_VISIT,
        kind="return_visit.missed",
        title=_("Worker not reached"),
        roles=OPERATORS,
    )
    def miss_visit(self, *, at: datetime) -> None:
        """The worker could not be reached; the visit is tried again."""

    @move(
        source=[State.PERFORMED, State.RETURN_VISIT],
        target=State.CLOSED,
        kind="dispute.closed",
        title=_("Close the dispute"),
        roles=OPERATORS,
        conditions=[nothing_unfinished],
        by_clock=True,
        needs_reason=True,
    )
    def close(self, *, at: datetime, reason: str) -> None:
        """Close the dispute: performed, and the worker was asked."""
        self.end(at=at, outcome=self.Outcome.PERFORMED, reason=reason)


class CollectiveMember(models.Model):
    """One worker of a dispute that several share."""

    case = models.ForeignKey(LabourDispute, models.PROTECT, related_name="members", verbose_name=_("case"))
    worker = models.ForeignKey("casework.Worker", models.PROTECT, related_name="+", verbose_name=_("worker"))
    number = models.PositiveIntegerField(_("number"))
    is_representative = models.BooleanField(_("representative"), default=False)
    joined_at = models.DateTimeField(_("joined at"))
    consent_at = models.DateTimeField(_("consented to the agreement at"), null=True)

    class Meta:
        verbose_name = _("worker of the case")
        verbose_name_plural = _("workers of the case")
        constraints = [
            models.UniqueConstraint(fields=["case", "worker"], name="member_once"),
            models.UniqueConstraint(fields=["case", "number"], name="member_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class MediationSession(models.Model):
    """A meeting of the parties with a mediator, in a room, at an hour."""

    class State(models.TextChoices):
        """What became of it."""

        PLANNED = "planned", _("Planned")
        ADJOURNED = "adjourned", _("Adjourned")
        AGREED = "agreed", _("Agreed")
        FAILED = "failed", _("Session without result")
        CANCELLED = "cancelled", _("Cancelled")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(LabourDispute, models.PROTECT, related_name="sessions", verbose_name=_("case"))
    number = models.PositiveIntegerField(_("number"))
    office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    room = models.CharField(_("room"), max_length=60)
    mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mediation_sessions", verbose_name=_("mediator")
    )
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PLANNED)
    record = SealedTextField(_("record of the session"))
    held_at = models.DateTimeField(_("held at"), null=True)

    class Meta:
        verbose_name = _("mediation session")
        verbose_name_plural = _("mediation sessions")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="session_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class Booking(models.Model):
    """A quarter of an hour of a room or a mediator.

    # Note [Double booking]
    Two sessions overlap exactly when they share a quarter of an hour, so a unique key on resource and quarter is
    an exclusion constraint that both databases understand: whoever comes second is refused by the database, with
    no lock on rooms or people.
    """

    QUARTER: ClassVar[timedelta] = timedelta(minutes=15)

    session = models.ForeignKey(
        MediationSession, models.CASCADE, related_name="bookings", verbose_name=pgettext_lazy("of mediation", "session")
    )
    resource = models.CharField(_("room or person"), max_length=100)
    starts_at = models.DateTimeField(_("quarter beginning at"))

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [models.UniqueConstraint(fields=["resource", "starts_at"], name="booked_once")]

    def __str__(self) -> str:
        return f"{self.resource} {self.starts_at:%Y-%m-%d %H:%M}"


class Settlement(models.Model):
    """An agreement of the parties: drafted, approved, signed; a redrafted one makes the older void."""

    class State(models.TextChoices):
        """Where the agreement stands."""

        DRAFTED = "drafted", _("Drafted")
        APPROVED = "approved", _("Approved")
        IN_EFFECT = "in_effect", _("In effect")
        VOID = "void", _("Void")

    class Route(models.TextChoices):
        """What gives an agreement the force of a judgment."""

        REVIEW = "review", _("Arbitration review")
        CONFIRMATION = "confirmation", _("Judicial confirmation")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(LabourDispute, models.PROTECT, related_name="settlements", verbose_name=_("case"))
    number = models.PositiveIntegerField(_("number"))
    result = SealedTextField(_("what was agreed"))
    manner = SealedTextField(_("manner of performance"))
    other_duty = SealedTextField(_("what else the employer has to do"))
    other_duty_asked = models.BooleanField(default=False, editable=False)
    other_done_on = models.DateField(_("other duty done on"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DRAFTED)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    in_effect_on = models.DateField(_("in effect since"), null=True)
    route = models.CharField(
        pgettext_lazy("an agreement", "confirmed by"), max_length=16, choices=Route.choices, blank=True
    )
    route_on = models.DateField(_("applied for on"), null=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="settlement_number_once"),
            models.UniqueConstraint(fields=["case"], condition=~Q(state="void"), name="one_settlement_per_case"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="settlement_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_effect") | Q(in_effect_on__isnull=False, approved_by__isnull=False),
                name="settlement_in_effect_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class Instalment(models.Model):
    """A part of a worker's sum, due on a day."""

    class State(models.TextChoices):
        """Whether it was paid."""

        DUE = "due", _("Not due or not recorded yet")
        PERFORMED = "performed", _("Performed")
        BREACHED = "breached", _("Not performed")
        VOID = "void", _("Void")

    AT_REST = (State.PERFORMED, State.VOID)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    claim_line = models.ForeignKey(
        "casework.ClaimLine", models.PROTECT, related_name="dispute_instalments", verbose_name=_("claim line")
    )
    number = models.PositiveIntegerField(_("number"))
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DUE)
    performed_on = models.DateField(_("performed on"), null=True)
    proof = models.ForeignKey("casework.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("proof"))
    note = SealedTextField(_("note"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(fields=["claim_line", "number"], name="instalment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(state="performed") | Q(performed_on__isnull=False), name="performed_instalment_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_line_id}/{self.number}"
