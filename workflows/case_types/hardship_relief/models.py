"""A hardship case: applied, checked, surveyed, published, reviewed, approved, paid, visited, closed.

# Note [A returned proposal starts with a new claim line]
Who surveyed, asked and approved stand on the claim line, one person for one part, once. When a proposal is
returned, its line is withdrawn with the signatures it has, and the next survey signs a new one: the old
signatures stay true of what they were given for.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import SealedTextField
from casework.audit.shredding import DESTROYED
from casework.cases.models import Case, ClaimLine, Stage, no_money_moving
from casework.cases.moves import condition, move
from casework.offices.retention import Retention
from casework.offices.roles import Role

from . import kinds as kinds
from .eligibility import Category, Programme
from .queries import other_file_of_household

HELPERS = (Role.OPERATOR, Role.VISITOR)


class Cause(models.TextChoices):
    """What brought the household into hardship (致困原因)."""

    ILLNESS = "illness", _("Serious illness")
    DISABILITY = "disability", _("Disability")
    SCHOOLING = "schooling", _("Cost of schooling")
    ACCIDENT = "accident", _("Accident or disaster")
    LOST_WORK = "lost_work", _("Lost work or unpaid wages")
    LOW_INCOME = "low_income", _("Low income")


class Applicant(models.TextChoices):
    """Who applied."""

    WORKER = "worker", _("The worker applies")
    UNION = "union", _("The union applies for a worker who cannot")


@condition(_("A claim line of the case is not paid yet."))
def everything_paid(case: "HardshipRelief") -> bool:
    """Every sum of the case is paid, refused or withdrawn."""
    return not case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists()


@condition(_("No money is reserved for this case."))
def money_reserved(case: "HardshipRelief") -> bool:
    """The approved sum is reserved in a fund."""
    return case.claim_lines.filter(state=ClaimLine.State.RESERVED).exists()


@condition(_("Somebody of this household is on another hardship file; one household has one file."))
def one_file_only(case: "HardshipRelief") -> bool:
    """Nobody of the household stands on another live file."""
    return other_file_of_household(case.worker) is None


@condition(_("An objection to the public notice is not answered yet."))
def objections_answered(case: "HardshipRelief") -> bool:
    """Every objection has its answer."""
    return not case.objections.filter(upheld=None).exists()


@condition(_("There is no proposal yet."))
def has_a_proposal(case: "HardshipRelief") -> bool:
    """A person proposed a category and an amount."""
    return bool(case.category) and case.amount_proposed is not None


class HardshipRelief(Case):
    """An application for aid to a household in hardship (困难职工帮扶)."""

    class State(models.TextChoices):
        """Where the application stands, in the order of its life."""

        APPLIED = "applied", _("Applied")
        PAPERS_MISSING = "papers_missing", _("Papers missing")
        PAPERS_COMPLETE = "papers_complete", _("Papers complete")
        CHECK_REQUESTED = "check_requested", _("Means check requested")
        MEANS_CHECKED = "means_checked", _("Means checked")
        SURVEYED = "surveyed", _("Household surveyed")
        PROPOSED = "proposed", _("Aid proposed")
        DECLINE_PROPOSED = "decline_proposed", _("Declining proposed")
        NOTICED = "noticed", _("Public notice running")
        OBJECTED = "objected", _("Objection to be answered")
        NOTICE_ENDED = "notice_ended", _("Public notice over")
        RETURNED = "returned", _("Returned for a new survey")
        REVIEWED = "reviewed", _("Review passed")
        PASSED_UP = "passed_up", _("With the office above")
        APPROVED = "approved", _("Approved")
        PAYING = "paying", _("Payment under way")
        PAID = "paid", _("Paid")
        RETURN_VISIT = "return_visit", _("Return visit done")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        """How the application ended."""

        PAID = "paid", _("Aid paid")
        REFUSED = "refused", _("Aid refused")
        DECLINED = "declined", _("Declined: in no category")
        EXCLUDED = "excluded", _("Declined: ruled out")
        LAPSED = "lapsed", _("Lapsed: papers not supplied")
        STOPPED = "stopped", _("Payment stopped")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    STAGES: ClassVar[dict[str, str]] = {
        State.APPLIED: Stage.INTAKE,
        State.PAPERS_MISSING: Stage.INTAKE,
        State.PAPERS_COMPLETE: Stage.INTAKE,
        State.CHECK_REQUESTED: Stage.HANDLING,
        State.MEANS_CHECKED: Stage.HANDLING,
        State.SURVEYED: Stage.HANDLING,
        State.RETURNED: Stage.HANDLING,
        State.PROPOSED: Stage.APPROVAL,
        State.DECLINE_PROPOSED: Stage.APPROVAL,
        State.NOTICED: Stage.APPROVAL,
        State.OBJECTED: Stage.APPROVAL,
        State.NOTICE_ENDED: Stage.APPROVAL,
        State.REVIEWED: Stage.APPROVAL,
        State.PASSED_UP: Stage.APPROVAL,
        State.APPROVED: Stage.PAYOUT,
        State.PAYING: Stage.PAYOUT,
        State.PAID: Stage.RETURN_VISIT,
        State.RETURN_VISIT: Stage.RETURN_VISIT,
        State.CLOSED: Stage.CLOSED,
    }
    # A request, a notice and a decision have left the house; only work on the desk goes back.
    TAKE_BACK: ClassVar[dict[str, str]] = {
        State.MEANS_CHECKED: State.CHECK_REQUESTED,
        State.SURVEYED: State.MEANS_CHECKED,
        State.PROPOSED: State.SURVEYED,
        State.DECLINE_PROPOSED: State.SURVEYED,
    }
    RETENTION: ClassVar[Retention] = Retention(
        "case.hardship_relief", _("Hardship relief"), 10, _("the closing of the case")
    )
    CORRECTABLE: ClassVar[tuple[str, ...]] = (*Case.CORRECTABLE, "cause", "is_migrant", "employed_months", "settled_on")

    programme = models.CharField(_("programme"), max_length=16, choices=Programme.choices)
    cause = models.CharField(_("main cause of the hardship"), max_length=16, choices=Cause.choices)
    amount_requested = models.DecimalField(_("amount asked for"), max_digits=14, decimal_places=2)
    applicant = models.CharField(_("applied by"), max_length=8, choices=Applicant.choices, default=Applicant.WORKER)
    why_union_applies = SealedTextField(_("why the worker cannot apply"))
    is_migrant = models.BooleanField(_("migrant worker"), default=False)
    employed_months = models.PositiveSmallIntegerField(_("months employed here"), default=0)
    pupil_name = SealedTextField(_("pupil"))
    settled_on = models.DateField(_("insurance settled on"), null=True, blank=True)
    category = models.CharField(_("category"), max_length=12, choices=Category.choices, blank=True)
    category_reason = SealedTextField(_("why not the category of the rules"))
    amount_proposed = models.DecimalField(_("amount proposed"), max_digits=14, decimal_places=2, null=True, blank=True)
    above_ceiling_reason = SealedTextField(_("why more than the ceiling"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    approval_letter = models.CharField(_("number of the approval letter"), max_length=60, blank=True)
    hardship_file = models.ForeignKey(
        "casework.HardshipFile", models.PROTECT, null=True, related_name="cases", verbose_name=_("hardship file")
    )

    class Meta:
        verbose_name = _("hardship case")
        verbose_name_plural = _("hardship cases")
        constraints = [
            models.CheckConstraint(condition=Q(amount_requested__gt=0), name="hardship_asks_for_money"),
            models.CheckConstraint(
                condition=Q(amount_proposed=None) | Q(amount_proposed__gt=0), name="hardship_proposes_money"
            ),
        ]

    # ---- papers ----------------------------------------------------------------------------------------

    @move(source="", target=State.APPLIED, kind="hardship.applied", title=_("Record the application"))
    def apply(self, *, at: datetime) -> None:
        """Take the application in."""

    @move(
        source=State.APPLIED,
        target=State.PAPERS_MISSING,
        kind="hardship.papers_missing",
        title=_("Tell which papers are missing"),
        roles=HELPERS,
    )
    def miss_papers(self, *, at: datetime) -> None:
        """Wait for the papers the applicant was told of."""

    @move(
        source=[State.APPLIED, State.PAPERS_MISSING],
        target=State.PAPERS_COMPLETE,
        kind="hardship.papers_complete",
        title=_("Find the papers complete"),
        roles=HELPERS,
    )
    def complete_papers(self, *, at: datetime) -> None:
        """Have every paper that the application needs."""

    @move(
        source=State.PAPERS_MISSING,
        target=State.CLOSED,
        kind="hardship.lapsed",
        title=_("Let the application lapse"),
        roles=HELPERS,
        by_clock=True,
    )
    def lapse(self, *, at: datetime, reason: str) -> None:
        """Close an application whose papers did not come."""
        self.end(at=at, outcome=self.Outcome.LAPSED, reason=reason)

    # ---- means and survey ------------------------------------------------------------------------------

    @move(
        source=State.PAPERS_COMPLETE,
        target=State.CHECK_REQUESTED,
        kind="hardship.check_requested",
        title=_("Request the means check"),
        roles=HELPERS,
    )
    def request_check(self, *, at: datetime) -> None:
        """Ask the authority about income and property, with the household's consent."""

    @move(
        source=State.CHECK_REQUESTED,
        target=State.MEANS_CHECKED,
        kind="hardship.means_checked",
        title=_("Record the answer of the means check"),
        roles=HELPERS,
    )
    def answer_check(self, *, at: datetime) -> None:
        """Have the authority's answer."""

    @move(
        source=[State.MEANS_CHECKED, State.RETURNED],
        target=State.SURVEYED,
        kind="hardship.surveyed",
        title=_("Survey the household"),
        roles=[Role.VISITOR],
        signs="surveyor1",
    )
    def survey(self, *, at: datetime) -> None:
        """Have seen the household, two people together."""

    # ---- proposal and public notice --------------------------------------------------------------------

    @move(
        source=State.SURVEYED,
        target=State.PROPOSED,
        kind="hardship.proposed",
        title=_("Propose the aid"),
        roles=HELPERS,
        signs="requester",
    )
    def propose(
        self, *, at: datetime, category: str, category_reason: str, amount: Decimal, ceiling_reason: str, who: Any
    ) -> None:
        """Propose a category and an amount."""
        self.category, self.category_reason = category, category_reason
        self.amount_proposed, self.above_ceiling_reason, self.proposed_by = amount, ceiling_reason, who

    @move(
        source=State.SURVEYED,
        target=State.DECLINE_PROPOSED,
        kind="hardship.decline_proposed",
        title=_("Propose to decline"),
        roles=HELPERS,
        needs_reason=True,
    )
    def propose_decline(self, *, at: datetime, category_reason: str, who: Any) -> None:
        """Propose to decline; a supervisor decides."""
        self.category, self.category_reason, self.proposed_by = Category.NONE, category_reason, who

    @move(
        source=State.DECLINE_PROPOSED,
        target=State.CLOSED,
        kind="hardship.declined",
        title=_("Decline the application"),
        roles=[Role.SUPERVISOR],
        needs_reason=True,
    )
    def decline(self, *, at: datetime, outcome: str, reason: str) -> None:
        """Close an application that fits no category or is ruled out."""
        self.end(at=at, outcome=outcome, reason=reason)

    @move(
        source=State.PROPOSED,
        target=State.NOTICED,
        kind="hardship.notice_posted",
        title=_("Post the public notice"),
        roles=HELPERS,
        conditions=[has_a_proposal],
    )
    def post_notice(self, *, at: datetime) -> None:
        """Make the proposal public, so that others can object."""

    @move(
        source=State.NOTICED,
        target=State.OBJECTED,
        kind="hardship.objected",
        title=_("Record an objection"),
        roles=[*HELPERS, Role.SUPERVISOR],
        needs_reason=True,
    )
    def raise_objection(self, *, at: datetime) -> None:
        """Stop at an objection until it is answered."""

    @move(
        source=State.OBJECTED,
        target=State.NOTICED,
        kind="hardship.objection_rejected",
        title=_("Reject the objection"),
        roles=[Role.SUPERVISOR],
        conditions=[objections_answered],
        needs_reason=True,
    )
    def reject_objection(self, *, at: datetime) -> None:
        """Let the notice run again from the beginning."""

    @move(
        source=State.OBJECTED,
        target=State.CLOSED,
        kind="hardship.objection_upheld",
        title=_("Uphold the objection"),
        roles=[Role.SUPERVISOR],
        conditions=[objections_answered],
        needs_reason=True,
    )
    def uphold_objection(self, *, at: datetime, reason: str) -> None:
        """Refuse the aid because the objection is right."""
        self.end(at=at, outcome=self.Outcome.REFUSED, reason=reason)

    @move(
        source=State.NOTICED,
        target=State.NOTICE_ENDED,
        kind="hardship.notice_ended",
        title=_("End the public notice"),
        roles=[Role.SUPERVISOR],
        conditions=[objections_answered],
        by_clock=True,
    )
    def end_notice(self, *, at: datetime) -> None:
        """Go on when nobody has objected."""

    # ---- decision --------------------------------------------------------------------------------------

    @move(
        source=[State.DECLINE_PROPOSED, State.NOTICE_ENDED, State.REVIEWED, State.PASSED_UP],
        target=State.RETURNED,
        kind="hardship.returned",
        title=_("Return for a new survey"),
        roles=[Role.SUPERVISOR],
        needs_reason=True,
    )
    def send_back(self, *, at: datetime) -> None:
        """Have the household surveyed anew; the proposal falls with its signatures."""
        self.category, self.category_reason, self.above_ceiling_reason = "", "", ""
        self.amount_proposed = self.proposed_by = None

    @move(
        source=State.NOTICE_ENDED,
        target=State.REVIEWED,
        kind="hardship.reviewed",
        title=_("Pass the review"),
        roles=[Role.SUPERVISOR],
        conditions=[has_a_proposal, objections_answered],
        signs="approver1",
    )
    def review(self, *, at: datetime) -> None:
        """Agree as the office that knows the household."""

    @move(
        source=State.REVIEWED,
        target=State.PASSED_UP,
        kind="hardship.passed_up",
        title=_("Agree and pass to the office above"),
        roles=[Role.SUPERVISOR],
        conditions=[has_a_proposal],
        signs="approver2",
    )
    def pass_up(self, *, at: datetime) -> None:
        """Agree to a sum that needs a higher office too."""

    @move(
        source=State.REVIEWED,
        target=State.APPROVED,
        kind="hardship.approved",
        title=_("Approve"),
        roles=[Role.SUPERVISOR],
        conditions=[has_a_proposal, one_file_only],
        signs="approver2",
    )
    def approve(self, *, at: datetime) -> None:
        """Approve the aid."""

    @move(
        source=State.PASSED_UP,
        target=State.APPROVED,
        kind="hardship.approved",
        title=_("Approve as the office above"),
        roles=[Role.SUPERVISOR],
        conditions=[has_a_proposal, one_file_only],
        signs="approver3",
    )
    def approve_above(self, *, at: datetime, letter: str) -> None:
        """Approve a sum above the city's limit, or record the letter that does."""
        self.approval_letter = letter

    @move(
        source=[State.NOTICE_ENDED, State.REVIEWED, State.PASSED_UP],
        target=State.CLOSED,
        kind="hardship.refused",
        title=_("Refuse"),
        roles=[Role.SUPERVISOR],
        needs_reason=True,
    )
    def refuse(self, *, at: datetime, reason: str) -> None:
        """Refuse the aid, with the reason the applicant is told."""
        self.end(at=at, outcome=self.Outcome.REFUSED, reason=reason)

    # ---- payment, return visit, close ------------------------------------------------------------------

    @move(
        source=State.APPROVED,
        target=State.PAYING,
        kind="hardship.payment_ordered",
        title=_("Order the payment"),
        roles=[*HELPERS, Role.SUPERVISOR],
        conditions=[money_reserved],
    )
    def order_payment(self, *, at: datetime) -> None:
        """Make the reserved sum due."""

    @move(
        source=[State.APPROVED, State.PAYING],
        target=State.CLOSED,
        kind="hardship.stopped",
        title=_("Stop the payment"),
        roles=[Role.SUPERVISOR],
        conditions=[no_money_moving],
        needs_reason=True,
    )
    def stop(self, *, at: datetime, reason: str) -> None:
        """Close an approved case whose money cannot or must not be paid any more."""
        self.end(at=at, outcome=self.Outcome.STOPPED, reason=reason)

    @move(
        source=State.PAYING,
        target=State.PAID,
        kind="hardship.paid",
        title=_("Confirm that everything is paid"),
        roles=[Role.FINANCE],
        conditions=[everything_paid],
    )
    def confirm_paid(self, *, at: datetime) -> None:
        """Have paid every sum of the case."""

    @move(
        source=State.PAID,
        target=State.RETURN_VISIT,
        kind="hardship.visited",
        title=_("Make the return visit"),
        roles=HELPERS,
    )
    def make_return_visit(self, *, at: datetime) -> None:
        """Have asked the household whether the aid came and helped."""

    @move(
        source=State.RETURN_VISIT,
        target=State.CLOSED,
        kind="hardship.closed",
        title=_("Close the case"),
        roles=[*HELPERS, Role.SUPERVISOR],
        conditions=[everything_paid],
        needs_reason=True,
    )
    def close(self, *, at: datetime, reason: str) -> None:
        """Close the case after its return visit."""
        self.end(at=at, outcome=self.Outcome.PAID, reason=reason)

    @move(
        source=State.PAID,
        target=State.CLOSED,
        kind="hardship.closed_unreached",
        title=_("Close without a return visit"),
        roles=[Role.SUPERVISOR],
        conditions=[everything_paid],
        by_clock=True,
    )
    def close_unreached(self, *, at: datetime, reason: str) -> None:
        """Close a paid case whose applicant could not be reached in time."""
        self.end(at=at, outcome=self.Outcome.PAID, reason=reason)

    @property
    def sum_proposed(self) -> Decimal:
        """Return the amount proposed; nothing before there is a proposal."""
        return self.amount_proposed or Decimal(0)

    # ---- what the case page shows ----------------------------------------------------------------------

    def facts_of_type(self, clear: bool) -> list[dict[str, Any]]:
        """Return what the case page tells beside what every case has; what was typed only to who works on it."""
        facts: list[dict[str, Any]] = [
            {"label": _("Programme"), "value": self.get_programme_display()},
            {"label": _("Main cause"), "value": self.get_cause_display()},
            {"label": _("Amount asked for"), "value": f"¥{self.amount_requested:,.2f}"},
            {"label": _("Applied by"), "value": self.get_applicant_display()},
        ]
        if self.category:
            facts.append({"label": _("Category"), "value": self.get_category_display()})
        if self.amount_proposed is not None:
            facts.append({"label": _("Amount proposed"), "value": f"¥{self.amount_proposed:,.2f}"})
        if self.approval_letter:
            facts.append({"label": _("Approval letter"), "value": self.approval_letter})
        if self.hardship_file is not None:
            facts.append({"label": _("Hardship file"), "value": self.hardship_file.number})
        if clear and self.pupil_name:
            facts.append({"label": _("Pupil"), "value": self.pupil_name})
        if clear and self.category_reason:
            facts.append({"label": _("Why this category"), "value": self.category_reason, "wide": True})
        if clear and self.above_ceiling_reason:
            facts.append({"label": _("Why above the ceiling"), "value": self.above_ceiling_reason, "wide": True})
        return facts


class MeansCheck(models.Model):
    """A question to the authority that knows income and property, and its answer (家庭经济状况核对)."""

    class Answer(models.TextChoices):
        """What the authority said."""

        AGREES = "agrees", _("Agrees with what was declared")
        DIFFERS = "differs", _("Differs from what was declared")
        NOTHING = "nothing", _("Nothing on record")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipRelief, models.PROTECT, related_name="means_checks", verbose_name=_("case"))
    body = models.CharField(_("authority asked"), max_length=100)
    consent = models.ForeignKey("casework.Consent", models.PROTECT, related_name="+", verbose_name=_("consent"))
    requested_on = models.DateField(_("requested on"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answer recorded by")
    )
    answer = models.CharField(_("answer"), max_length=12, choices=Answer.choices, blank=True)
    income_found = models.DecimalField(_("income on record"), max_digits=14, decimal_places=2, null=True, blank=True)
    findings = SealedTextField(_("what was found"))

    class Meta:
        verbose_name = _("means check")
        verbose_name_plural = _("means checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=F("requested_on")), name="means_check_in_order"
            ),
            models.CheckConstraint(condition=Q(answered_on=None) | ~Q(answer=""), name="means_check_has_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.requested_on}"


def _yuan(label: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )


class HouseholdSurvey(models.Model):
    """What two people found in a household: income, rigid expense, what rules it out (入户调查)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipRelief, models.PROTECT, related_name="surveys", verbose_name=_("case"))
    surveyed_on = models.DateField(_("surveyed on"))
    surveyor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("surveyor"))
    companion = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("second surveyor")
    )
    persons = models.PositiveSmallIntegerField(_("persons in the household"))
    idle_adults = models.PositiveSmallIntegerField(_("adults able to work who neither work nor learn"), default=0)
    pupils = models.PositiveSmallIntegerField(_("pupils and students"), default=0)
    wages = _yuan(_("wages"))
    business = _yuan(_("net income from business"))
    property_income = _yuan(_("net income from property"))
    transfers = _yuan(_("pensions and transfers"))
    basic_pension = _yuan(_("of these: basic pension of residents"))
    other_income = _yuan(_("other income"))
    union_relief = _yuan(_("relief already given by unions"))
    illness = _yuan(_("expense of illness"))
    disability = _yuan(_("expense of disability"))
    schooling = _yuan(_("expense of schooling"))
    housing = _yuan(_("expense of housing"))
    other_expense = _yuan(_("other rigid expense"))
    accident_expense = _yuan(_("expense of the accident after all compensation"))
    self_paid_medical = _yuan(_("medical bills paid by the household itself"))
    exclusions = models.JSONField(_("facts that rule the household out"), default=list, blank=True)
    findings = SealedTextField(_("findings of the survey"))

    class Meta:
        verbose_name = _("household survey")
        verbose_name_plural = _("household surveys")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(surveyor=F("companion")), name="survey_by_two_people"),
            models.CheckConstraint(condition=Q(persons__gte=1), name="survey_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.surveyed_on}"


class PublicNotice(models.Model):
    """The proposal, made public where people know the household (公示): the least that lets others object."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipRelief, models.PROTECT, related_name="notices", verbose_name=_("case"))
    posted_on = models.DateField(_("posted on"))
    ends_on = models.DateField(_("last day of the notice"))
    place = models.CharField(_("posted at"), max_length=200)
    name_text = models.CharField(_("name as published"), max_length=60)
    unit_text = models.CharField(_("workplace as published"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    consent = models.ForeignKey("casework.Consent", models.PROTECT, related_name="+", verbose_name=_("consent"))

    SHREDDED: ClassVar[dict[str, Any]] = {"place": "", "name_text": DESTROYED, "unit_text": ""}

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("posted_on")), name="public_notice_runs"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.posted_on}"

    def is_running_on(self, day: date) -> bool:
        """Return whether the notice hangs on a day."""
        return self.posted_on <= day <= self.ends_on


class Objection(models.Model):
    """What somebody said against a public notice, and the answer."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipRelief, models.PROTECT, related_name="objections", verbose_name=_("case"))
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name=_("public notice"))
    raised_on = models.DateField(_("raised on"))
    objector = SealedTextField(_("objector"))
    content = SealedTextField(_("objection"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    upheld = models.BooleanField(_("upheld"), null=True)
    answer = SealedTextField(_("answer"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answer given by")
    )
    answered_at = models.DateTimeField(_("answer given at"), null=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld=None, answered_at=None) | Q(upheld__isnull=False, answered_at__isnull=False),
                name="objection_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.raised_on}"
