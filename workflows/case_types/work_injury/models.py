"""A work injury: its state machine, and the visits that belong to it.

# Note [Who asks does not visit]
Who asked for the money, who approved it and who handed it over are different people, on every claim line. So
the request is the operator's step and the visit that of two visitors: an office with two visitors can keep it.

# Note [A returned request starts with a new claim line]
When a request is returned, its claim line is withdrawn with the signature it has, and the next request signs a
new one: the old signature stays true of what it was given for.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import SealedTextField
from casework.cases.models import Case, Channel, ClaimLine, Stage
from casework.cases.moves import condition, move
from casework.funds.models import Payout
from casework.offices.retention import Retention
from casework.offices.roles import Role

from . import kinds as kinds

OPERATORS = (Role.OPERATOR,)
VISITORS = (Role.VISITOR,)
SUPERVISORS = (Role.SUPERVISOR,)


class Severity(models.TextChoices):
    """How grave the injury is; the standard of consolation goes by it."""

    MINOR = "minor", _("Minor injury")
    SERIOUS = "serious", _("Serious injury")
    DEATH = "death", _("Death")


class Circumstance(models.TextChoices):
    """How it happened: the cases of 工伤保险条例 art. 14 and 15."""

    AT_WORK = "at_work", _("Accident at work, because of the work")
    BEFORE_AFTER = "before_after", _("Accident while preparing or finishing work")
    VIOLENCE = "violence", _("Violence because of one's duty")
    DISEASE = "disease", _("Occupational disease")
    TRIP = "trip", _("Hurt or missing on a business trip")
    COMMUTING = "commuting", _("Traffic accident on the way to or from work")
    SUDDEN_ILLNESS = "sudden_illness", _("Sudden illness at work, death within 48 hours")
    RESCUE = "rescue", _("Rescue in the public interest")
    OTHER = "other", _("Other")


class Insured(models.TextChoices):
    """Whether the employer had insured the worker against work injuries."""

    YES = "yes", _("Insured")
    NO = "no", _("Not insured")
    UNKNOWN = "unknown", _("Not known yet")


class FiledBy(models.TextChoices):
    """Who applied for recognition of the injury (工伤认定申请)."""

    EMPLOYER = "employer", _("The employer")
    WORKER = "worker", _("The worker or next of kin")
    UNION = "union", _("The union")


class Need(models.TextChoices):
    """What the injured and the family need."""

    LEGAL = "legal", _("Legal help")
    MONEY = "money", _("Help with money")
    PSYCHOLOGICAL = "psychological", _("Psychological help")
    FAMILY = "family", _("Help for the family")
    INSURANCE = "insurance", _("Insurance and mutual-aid claims")
    REHABILITATION = "rehabilitation", _("Rehabilitation and return to work")


class CostsPaidBy(models.TextChoices):
    """Who pays for the treatment at the time of a visit."""

    FUND = "fund", _("The insurance fund")
    EMPLOYER = "employer", _("The employer")
    WORKER = "worker", _("The worker")
    UNKNOWN = "unknown", _("Not known")


class PayContinued(models.TextChoices):
    """Whether the employer goes on paying wages during the treatment (停工留薪期)."""

    YES = "yes", _("Paid as before")
    NO = "no", _("Not paid")
    UNKNOWN = "unknown", _("Not known")


@condition(_("A sum of this case is not settled yet."))
def nothing_unfinished(case: "WorkInjury") -> bool:
    """No claim line is open, approved or reserved."""
    return not case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists()


@condition(_("There is no consolation to be paid."))
def something_to_pay(case: "WorkInjury") -> bool:
    """A sum of the case waits for its payment."""
    return case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists()


@condition(_("No consolation of this case is paid."))
def something_paid(case: "WorkInjury") -> bool:
    """The case has a sum that is paid."""
    return case.has_paid


@condition(_("The consolation of this case is paid; confirm the payment instead."))
def nothing_paid(case: "WorkInjury") -> bool:
    """No sum of the case is paid."""
    return not case.has_paid


class WorkInjury(Case):
    """A report that somebody was injured at work, and what the union does about it."""

    class State(models.TextChoices):
        """Where the case stands, in the order of its life."""

        REPORTED = "reported", _("Reported")
        VERIFIED = "verified", _("Verified")
        CONSOLATION_REQUESTED = "consolation_requested", _("Consolation requested")
        RETURNED = "returned", _("Request returned")
        APPROVED = "approved", _("Consolation approved, to be visited")
        PHONE_APPROVED = "phone_approved", _("Approved by phone, to be visited")
        NO_CONSOLATION = "no_consolation", _("To be visited without consolation")
        PHONE_VISITED = "phone_visited", _("Visited, approval to be confirmed")
        VISITED = "visited", _("Visited")
        FOLLOW_UP = "follow_up", _("Next visit planned")
        PAYING = "paying", _("Payment under way")
        PAID = "paid", _("Consolation paid")
        RETURN_VISIT = "return_visit", _("Return visit to be made")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        """How a case can end."""

        CONSOLED = "consoled", _("Visited, consolation paid")
        VISITED = "visited", _("Visited")
        UNVISITED = "unvisited", _("Could not be visited")
        MERGED = "merged", _("Merged with another report")
        DECLINED = "declined", _("Declined: no work injury, or out of scope")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # The money is approved before the visit, so a case goes from approval back to handling.
    STAGES: ClassVar[dict[str, str]] = {
        State.REPORTED: Stage.INTAKE,
        State.VERIFIED: Stage.HANDLING,
        State.CONSOLATION_REQUESTED: Stage.APPROVAL,
        State.RETURNED: Stage.APPROVAL,
        State.APPROVED: Stage.HANDLING,
        State.PHONE_APPROVED: Stage.HANDLING,
        State.NO_CONSOLATION: Stage.HANDLING,
        State.PHONE_VISITED: Stage.APPROVAL,
        State.VISITED: Stage.HANDLING,
        State.FOLLOW_UP: Stage.HANDLING,
        State.PAYING: Stage.PAYOUT,
        State.PAID: Stage.RETURN_VISIT,
        State.RETURN_VISIT: Stage.RETURN_VISIT,
        State.CLOSED: Stage.CLOSED,
    }
    # A visit was made or not; approvals are signed and have money reserved. What is left is work on the desk.
    TAKE_BACK: ClassVar[dict[str, str]] = {
        State.VERIFIED: State.REPORTED,
        State.CONSOLATION_REQUESTED: State.VERIFIED,
        State.NO_CONSOLATION: State.VERIFIED,
        State.FOLLOW_UP: State.VISITED,
    }
    RETENTION: ClassVar[Retention] = Retention(
        "case.work_injury",
        _("Work injuries"),
        10,
        _("the closing of the case"),
        _(
            "Our convention for the union's own record of visits. The file of the recognition is kept for 50 years by "
            "the authority (Measures for the Recognition of Work Injuries, art. 24)."
        ),
    )
    # Where somebody worked and lay in hospital says who it was.
    SHREDDED: ClassVar[dict[str, Any]] = {"hospital": "", "job": "", "user_unit": ""}
    CORRECTABLE: ClassVar[tuple[str, ...]] = (
        *Case.CORRECTABLE,
        "severity",
        "injured_count",
        "accident_on",
        "accident_place",
        "circumstance",
        "injured_part",
        "diagnosis",
        "hospital",
        "ward",
        "admitted_on",
        "job",
        "user_unit",
        "insured",
    )

    channel = models.CharField(_("how it was reported"), max_length=16, choices=Channel.choices, default=Channel.PHONE)
    circumstance = models.CharField(_("how it happened"), max_length=16, choices=Circumstance.choices)
    accident_on = models.DateField(_("day of the accident or diagnosis"))
    accident_place = SealedTextField(_("place of the accident"))
    injured_part = SealedTextField(_("injured part of the body"))
    diagnosis = SealedTextField(_("diagnosis"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    injured_count = models.PositiveSmallIntegerField(_("injured in the same accident"), default=1)
    hospital = models.CharField(_("hospital"), max_length=120, blank=True)
    ward = SealedTextField(_("ward and bed"))
    admitted_on = models.DateField(_("admitted on"), null=True, blank=True)
    job = models.CharField(_("job"), max_length=60, blank=True)
    user_unit = models.CharField(_("unit actually worked for"), max_length=120, blank=True)
    insured = models.CharField(
        _("insured against work injury"), max_length=8, choices=Insured.choices, default=Insured.UNKNOWN
    )
    recognition_by = models.CharField(
        _("recognition applied for by"), max_length=8, choices=FiledBy.choices, blank=True
    )
    recognition_on = models.DateField(_("recognition applied for on"), null=True, blank=True)
    consolation_method = models.CharField(
        _("consolation by"), max_length=8, choices=Payout.Method.choices, blank=True, editable=False
    )
    consolation_account = models.ForeignKey(
        "casework.BankAccount",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("bank account"),
    )
    phone_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by phone by"),
    )
    phone_approved_at = models.DateTimeField(_("approved by phone at"), null=True, editable=False)
    next_visit_on = models.DateField(_("next visit on"), null=True, editable=False)

    class Meta:
        verbose_name = _("work injury case")
        verbose_name_plural = _("work injury cases")
        constraints = [
            models.CheckConstraint(condition=Q(injured_count__gte=1), name="injury_of_somebody"),
            models.CheckConstraint(
                condition=Q(recognition_by="", recognition_on=None)
                | (~Q(recognition_by="") & Q(recognition_on__isnull=False, recognition_on__gte=F("accident_on"))),
                name="injury_recognition_in_order",
            ),
            models.CheckConstraint(
                condition=Q(phone_approver=None, phone_approved_at=None)
                | Q(phone_approver__isnull=False, phone_approved_at__isnull=False),
                name="injury_phone_approval_whole",
            ),
        ]

    @property
    def has_paid(self) -> bool:
        """Whether a sum of the case is paid."""
        return self.claim_lines.filter(state=ClaimLine.State.PAID).exists()

    @property
    def employer_has_filed(self) -> bool:
        """Whether the employer applied for recognition."""
        return self.recognition_by == FiledBy.EMPLOYER

    # ---- report and verification -----------------------------------------------------------------------

    @move(source="", target=State.REPORTED, kind="injury.reported", title=_("Record the report"))
    def report(self, *, at: datetime) -> None:
        """Take the report in; with it the duty to visit begins."""

    @move(
        source=State.REPORTED,
        target=State.VERIFIED,
        kind="injury.verified",
        title=_("Verify the report"),
        roles=VISITORS,
    )
    def verify(self, *, at: datetime) -> None:
        """Know that the injury happened and is ours to look after."""

    @move(
        source=State.REPORTED,
        target=State.CLOSED,
        kind="injury.merged",
        title=_("Merge with another report"),
        roles=VISITORS,
        needs_reason=True,
    )
    def merge(self, *, at: datetime, reason: str) -> None:
        """Close a second report of an injury that another case looks after."""
        self.end(at=at, outcome=self.Outcome.MERGED, reason=reason)

    @move(
        source=State.REPORTED,
        target=State.CLOSED,
        kind="injury.declined",
        title=_("Decline the report"),
        roles=VISITORS,
        needs_reason=True,
    )
    def decline(self, *, at: datetime, reason: str) -> None:
        """Close a report of something that is no work injury, or not in our charge."""
        self.end(at=at, outcome=self.Outcome.DECLINED, reason=reason)

    # ---- consolation -----------------------------------------------------------------------------------

    @move(
        source=[State.VERIFIED, State.RETURNED],
        target=State.CONSOLATION_REQUESTED,
        kind="consolation.requested",
        title=_("Ask for a consolation"),
        roles=OPERATORS,
        conditions=[something_to_pay],
        signs="requester",
    )
    def request(self, *, at: datetime, given_by: str) -> None:
        """Ask a supervisor for money or goods to bring along."""
        self.consolation_method = given_by

    @move(
        source=[State.VERIFIED, State.RETURNED],
        target=State.PHONE_APPROVED,
        kind="consolation.phone_approved",
        title=_("Note an approval by phone"),
        roles=OPERATORS,
        conditions=[something_to_pay],
        signs="requester",
    )
    def approve_by_phone(self, *, at: datetime, given_by: str, approver: Any, phoned_at: datetime) -> None:
        """Go ahead on a supervisor's word; the supervisor still has to sign."""
        self.consolation_method, self.phone_approver, self.phone_approved_at = given_by, approver, phoned_at

    @move(
        source=[State.VERIFIED, State.RETURNED],
        target=State.NO_CONSOLATION,
        kind="consolation.waived",
        title=_("Visit without consolation"),
        roles=OPERATORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def waive(self, *, at: datetime) -> None:
        """Have the injured visited without money or goods."""

    @move(
        source=State.CONSOLATION_REQUESTED,
        target=State.APPROVED,
        kind="consolation.approved",
        title=_("Approve the consolation"),
        roles=SUPERVISORS,
        conditions=[something_to_pay],
        signs="approver1",
    )
    def approve(self, *, at: datetime) -> None:
        """Approve the sum; the money is reserved with it."""

    @move(
        source=State.CONSOLATION_REQUESTED,
        target=State.RETURNED,
        kind="consolation.returned",
        title=_("Return the request"),
        roles=SUPERVISORS,
        needs_reason=True,
    )
    def send_back(self, *, at: datetime) -> None:
        """Have the request made anew; see Note [A returned request starts with a new claim line]."""

    @move(
        source=State.CONSOLATION_REQUESTED,
        target=State.NO_CONSOLATION,
        kind="consolation.refused",
        title=_("Refuse the consolation"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def refuse(self, *, at: datetime) -> None:
        """Refuse the money; the visit is owed all the same."""

    @move(
        source=State.PHONE_APPROVED,
        target=State.APPROVED,
        kind="consolation.confirmed",
        title=_("Confirm the approval by phone"),
        roles=SUPERVISORS,
        signs="approver1",
    )
    def confirm(self, *, at: datetime) -> None:
        """Sign for what was approved by phone, before the visit."""

    @move(
        source=State.PHONE_APPROVED,
        target=State.NO_CONSOLATION,
        kind="consolation.rejected",
        title=_("Do not confirm the approval by phone"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def reject(self, *, at: datetime) -> None:
        """Refuse what is said to have been approved by phone, before the visit."""

    @move(
        source=State.PHONE_VISITED,
        target=State.VISITED,
        kind="consolation.confirmed",
        title=_("Confirm the approval by phone"),
        roles=SUPERVISORS,
        signs="approver1",
    )
    def confirm_after_visit(self, *, at: datetime) -> None:
        """Sign for what was approved by phone, after the visit."""

    @move(
        source=State.PHONE_VISITED,
        target=State.VISITED,
        kind="consolation.rejected",
        title=_("Do not confirm the approval by phone"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def reject_after_visit(self, *, at: datetime) -> None:
        """Refuse what is said to have been approved by phone, after the visit."""

    # ---- visits ----------------------------------------------------------------------------------------

    @move(
        source=[State.APPROVED, State.NO_CONSOLATION],
        target=State.VISITED,
        kind="injury.visited",
        title=_("Visit the injured"),
        roles=VISITORS,
        signs="visitor1",
    )
    def visit(self, *, at: datetime) -> None:
        """Have seen the injured or the family, two people together."""

    @move(
        source=State.PHONE_APPROVED,
        target=State.PHONE_VISITED,
        kind="injury.visited",
        title=_("Visit the injured"),
        roles=VISITORS,
        signs="visitor1",
    )
    def visit_unconfirmed(self, *, at: datetime) -> None:
        """Have seen the injured before the supervisor signed."""

    @move(
        source=[State.APPROVED, State.PHONE_APPROVED, State.NO_CONSOLATION],
        target=State.CLOSED,
        kind="injury.unvisited",
        title=_("Close without a visit"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def give_up(self, *, at: datetime, reason: str) -> None:
        """Close a case whose injured cannot be visited any more."""
        self.end(at=at, outcome=self.Outcome.UNVISITED, reason=reason)

    @move(
        source=State.VISITED,
        target=State.FOLLOW_UP,
        kind="injury.follow_up_planned",
        title=_("Plan the next visit"),
        roles=VISITORS,
    )
    def plan_follow_up(self, *, at: datetime, on: date) -> None:
        """Visit again on a day."""
        self.next_visit_on = on

    @move(
        source=State.FOLLOW_UP,
        target=State.VISITED,
        kind="injury.followed_up",
        title=_("Make the follow-up visit"),
        roles=VISITORS,
    )
    def follow_up(self, *, at: datetime) -> None:
        """Have seen the injured again."""
        self.next_visit_on = None

    @move(
        source=[State.VISITED, State.FOLLOW_UP],
        target=State.PAYING,
        kind="injury.payment_awaited",
        title=_("Finish the visits, with a consolation to be paid"),
        roles=VISITORS,
        conditions=[something_to_pay],
        needs_reason=True,
    )
    def await_payment(self, *, at: datetime) -> None:
        """Be done visiting, while finance still has to pay."""
        self.next_visit_on = None

    @move(
        source=[State.VISITED, State.FOLLOW_UP],
        target=State.RETURN_VISIT,
        kind="injury.visits_finished",
        title=_("Finish the visits, with nothing to be paid"),
        roles=VISITORS,
        conditions=[nothing_unfinished, nothing_paid],
        needs_reason=True,
    )
    def finish_without_money(self, *, at: datetime) -> None:
        """Be done visiting; there was no consolation."""
        self.next_visit_on = None

    # ---- payment, return visit, close ------------------------------------------------------------------

    @move(
        source=[State.VISITED, State.FOLLOW_UP, State.PAYING],
        target=State.PAID,
        kind="consolation.paid",
        title=_("Confirm that the consolation is paid"),
        roles=(Role.FINANCE, *VISITORS),
        conditions=[nothing_unfinished, something_paid],
    )
    def confirm_paid(self, *, at: datetime) -> None:
        """Have visited and paid."""
        self.next_visit_on = None

    @move(
        source=State.PAYING,
        target=State.RETURN_VISIT,
        kind="consolation.stopped",
        title=_("Stop the payment"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def stop_payment(self, *, at: datetime) -> None:
        """Give up a payment that cannot or must not be made any more."""

    @move(
        source=State.PAID,
        target=State.RETURN_VISIT,
        kind="injury.return_visit_missed",
        title=_("Note that nobody was reached"),
        roles=OPERATORS,
    )
    def miss_return_visit(self, *, at: datetime) -> None:
        """Have rung in vain; it is tried again until the clock ends it."""

    @move(
        source=[State.PAID, State.RETURN_VISIT],
        target=State.CLOSED,
        kind="injury.closed",
        title=_("Close after the return visit"),
        roles=OPERATORS,
        conditions=[nothing_unfinished],
        needs_reason=True,
    )
    def close(self, *, at: datetime, reason: str) -> None:
        """Close the case after its return visit."""
        self._end_visited(at, reason)

    @move(
        source=[State.PAID, State.RETURN_VISIT],
        target=State.CLOSED,
        kind="injury.closed_unreached",
        title=_("Close without a return visit"),
        roles=SUPERVISORS,
        conditions=[nothing_unfinished],
        by_clock=True,
    )
    def close_unreached(self, *, at: datetime, reason: str) -> None:
        """Close a case where nobody could be reached in time."""
        self._end_visited(at, reason)

    def _end_visited(self, at: datetime, reason: str) -> None:
        outcome = self.Outcome.CONSOLED if self.has_paid else self.Outcome.VISITED
        self.end(at=at, outcome=outcome, reason=reason)

    # ---- what the case page shows ----------------------------------------------------------------------

    def facts_of_type(self, clear: bool) -> list[dict[str, Any]]:
        """Return what the case page tells beside what every case has; medical facts only to who works on it."""
        hidden = _now("Shown to who works on the case.")
        last = self.visits.last()
        open_facts: list[tuple[str, Any]] = [
            (_now("How it was reported"), self.get_channel_display()),
            (_now("How it happened"), self.get_circumstance_display()),
            (_now("Day of the accident or diagnosis"), self.accident_on),
            (_now("Severity"), self.get_severity_display()),
            (_now("Injured in the same accident"), self.injured_count),
            (_now("Job"), self.job),
            (_now("Unit actually worked for"), self.user_unit),
            (_now("Name of the hospital"), self.hospital),
            (_now("Admitted on"), self.admitted_on),
            (_now("Insured against work injury"), self.get_insured_display()),
            (_now("Recognition applied for by"), self.get_recognition_by_display()),
            (_now("Recognition applied for on"), self.recognition_on),
            (_now("Consolation by"), self.get_consolation_method_display()),
            (_now("Approved by phone by"), self.phone_approver.display_name if self.phone_approver else ""),
            (_now("Visits made"), last.number if last else ""),
            (_now("Next visit on"), self.next_visit_on),
        ]
        sealed: list[tuple[str, str]] = [
            (_now("Ward and bed"), self.ward),
            (_now("Place of the accident"), self.accident_place),
            (_now("Injured part of the body"), self.injured_part),
            (_now("Diagnosis"), self.diagnosis),
            (_now("Findings of the last visit"), last.findings if last else ""),
        ]
        told = [{"label": label, "value": value} for label, value in open_facts if value not in ("", None)]
        return [*told, *({"label": label, "value": value if clear else hidden} for label, value in sealed if value)]


class InjuryVisit(models.Model):
    """What two people saw and heard at the bedside or in the family, and what they brought along."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(WorkInjury, models.PROTECT, related_name="visits", verbose_name=_("case"))
    number = models.PositiveSmallIntegerField(_("number of the visit"))
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("visitor"))
    companion = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("second visitor")
    )
    visited_at = models.DateTimeField(_("visited at"))
    place = SealedTextField(_("place of the visit"))
    findings = SealedTextField(_("findings of the visit"))
    needs = models.JSONField(_("needs"), default=list, blank=True)
    costs_paid_by = models.CharField(
        _("treatment paid by"), max_length=8, choices=CostsPaidBy.choices, default=CostsPaidBy.UNKNOWN
    )
    pay_continued = models.CharField(
        _("wages during the treatment"), max_length=8, choices=PayContinued.choices, default=PayContinued.UNKNOWN
    )
    has_hazard = models.BooleanField(_("a hazard was found"), default=False)
    hazard = SealedTextField(_("hazard, and the advice given"))
    gift_value = models.DecimalField(_("value brought along"), max_digits=14, decimal_places=2, default=Decimal(0))
    goods = SealedTextField(_("goods brought along"))
    received_by = SealedTextField(_("received and signed by"))
    receipt = models.ForeignKey(
        "casework.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("receipt")
    )
    photos = models.ManyToManyField("casework.Document", blank=True, related_name="+", verbose_name=_("photos"))

    class Meta:
        verbose_name = _("visit to an injured worker")
        verbose_name_plural = _("visits to injured workers")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="injury_visit_numbered"),
            models.CheckConstraint(condition=~Q(visitor=F("companion")), name="injury_visit_by_two_people"),
            models.CheckConstraint(condition=Q(gift_value__gte=0), name="injury_gift_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"

    @property
    def need_titles(self) -> list[str]:
        """Return the needs found, in the reader's language."""
        return [str(Need(code).label) for code in self.needs if code in Need.values]
