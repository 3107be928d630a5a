"""Requests of people about their data, holds on files, and what is destroyed by whom."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import SealedTextField
from casework.cases.models import Scoped

from . import kinds as kinds


class DataRequest(Scoped):
    """What a person asked of the office about data it holds of them (个人信息保护法 art. 44-50)."""

    class Kind(models.TextChoices):
        """What is asked."""

        ACCESS = "access", _("Read and copy (art. 45)")
        CORRECTION = "correction", _("Correct or complete (art. 46)")
        ERASURE = "erasure", _("Delete (art. 47)")
        EXPLANATION = "explanation", _("Explain the rules (art. 48)")
        WITHDRAWAL = "withdrawal", _("Withdraw a consent (art. 15)")

    class Channel(models.TextChoices):
        """How it reached the office."""

        VISIT = "visit", _("Visit")
        PHONE = "phone", _("Phone")
        LETTER = "letter", _("Letter")
        ONLINE = "online", _("Online")

    class Identity(models.TextChoices):
        """How the office made sure who asks."""

        PAPER = "paper", _("Identity paper seen")
        CALLED_BACK = "called_back", _("Called back at the number on record")
        AGENT = "agent", _("Agent with written authority, paper seen")
        GUARDIAN = "guardian", _("Guardian, paper seen")
        KIN = "kin", _("Close relative of a person who died (art. 49), papers seen")

    class Outcome(models.TextChoices):
        """What the office answered."""

        GRANTED = "granted", _("Granted")
        PARTLY = "partly", _("Granted in part")
        REFUSED = "refused", _("Refused")

    class Ground(models.TextChoices):
        """Why a request is refused, wholly or in part, each with its article."""

        LEGAL_PERIOD = "legal_period", _("A period that a law fixes has not ended (art. 47)")
        NEEDED = "needed", _("The data are still needed for what they were collected for (art. 47)")
        TECHNICAL = "technical", _("It cannot be done technically; the data are only stored (art. 47)")
        SECRECY = "secrecy", _("A law asks for secrecy (art. 18, 45)")
        OTHERS = "others", _("The data are also those of somebody else (art. 45)")
        NOT_WRONG = "not_wrong", _("The data were checked and are right (art. 46)")
        IDENTITY = "identity", _("Who asks could not be made sure of (art. 50)")
        NONE_HELD = "none_held", _("The office holds no such data")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    worker = models.ForeignKey(
        "casework.Worker", models.PROTECT, related_name="data_requests", verbose_name=_("worker")
    )
    kind = models.CharField(_("request"), max_length=16, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    identity = models.CharField(_("identity"), max_length=16, choices=Identity.choices)
    words = SealedTextField(_("what is asked"))
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("answer due by"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken at"))
    outcome = models.CharField(_("answer"), max_length=16, choices=Outcome.choices, blank=True)
    ground = models.CharField(_("ground of the refusal"), max_length=16, choices=Ground.choices, blank=True)
    answer = SealedTextField(_("reason and answer"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # The copy is handed out once; whoever wants another one asks again.
    copied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("copy handed out by")
    )
    copied_at = models.DateTimeField(_("copy handed out at"), null=True)

    class Meta:
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        indexes = [
            models.Index(fields=["office_path", "due_on", "id"], name="request_waiting", condition=Q(outcome="")),
            models.Index(fields=["office_path", "-id"], name="request_by_office"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=("partly", "refused")) | ~Q(ground=""), name="request_refused_on_a_ground"
            ),
            models.CheckConstraint(
                condition=Q(copied_at=None, copied_by=None)
                | Q(kind="access", outcome__in=("granted", "partly"), copied_at__isnull=False, copied_by__isnull=False),
                name="request_copied_when_granted",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    @property
    def is_open(self) -> bool:
        """Whether the person still waits for an answer."""
        return not self.outcome

    def belongs_to(self, user: Any) -> bool:
        """Return whether a person took it: he answers it, as far as no supervisor is needed."""
        return self.taken_by_id == user.pk

    def is_late(self, on: date) -> bool:
        """Whether the answer was due before a day."""
        return self.is_open and self.due_on < on


class LegalHold(Scoped):
    """Why a person's files, or one case, must not be destroyed for now: a lawsuit, an inspection, an inquiry."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    worker = models.ForeignKey("casework.Worker", models.PROTECT, related_name="holds", verbose_name=_("worker"))
    # Of one case of theirs only; none: everything that is kept of the person.
    case = models.ForeignKey("casework.Case", models.PROTECT, null=True, related_name="holds", verbose_name=_("case"))
    reason = SealedTextField(_("reason"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"))
    lift_reason = SealedTextField(_("reason for lifting it"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        indexes = [models.Index(fields=["worker"], name="hold_in_force", condition=Q(lifted_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_lifted_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DisposalBatch(Scoped):
    """Files that are destroyed together: proposed by one person, confirmed by another."""

    class State(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", _("Waits for a second person")
        RUNNING = "running", _("Being destroyed")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not carried out")

    UNDER_WAY = (State.PROPOSED, State.RUNNING, State.STOPPED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        indexes = [models.Index(fields=["office_path", "-id"], name="disposal_by_office")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="disposal_takes_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "dropped"))
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="disposal_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether something may still come of it."""
        return self.state in self.UNDER_WAY


class DisposalLine(models.Model):
    """One file that is destroyed: of a case, a contact, a household in hardship, or a person; what became of it."""

    class Outcome(models.TextChoices):
        """What was done."""

        WAITING = "waiting", _("Waiting")
        SHREDDED = "shredded", _("Destroyed but for its papers")
        DONE = "done", _("Destroyed")
        KEPT = "kept", _("Kept")
        FAILED = "failed", _("Not destroyed")

    # Destroyed, or about to be: a file stands in one such line at most.
    GONE = (Outcome.SHREDDED, Outcome.DONE)
    BINDING = (Outcome.WAITING, *GONE)
    SUBJECTS: ClassVar[tuple[str, ...]] = ("case", "contact", "file", "worker")

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="lines")
    case = models.ForeignKey("casework.Case", models.PROTECT, null=True, related_name="disposals")
    contact = models.ForeignKey("casework.Contact", models.PROTECT, null=True, related_name="disposals")
    file = models.ForeignKey("casework.HardshipFile", models.PROTECT, null=True, related_name="disposals")
    worker = models.ForeignKey("casework.Worker", models.PROTECT, null=True, related_name="disposals")
    # By which period, and the last day on which it was to be kept; a person asked for it: by the request.
    rule = models.CharField(_("period"), max_length=60)
    kept_until = models.DateField(_("kept until"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("line of a disposal")
        verbose_name_plural = _("lines of disposals")
        indexes = [models.Index(fields=["batch", "outcome", "id"], name="disposal_line_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, contact=None, file=None, worker=None)
                | Q(case=None, contact__isnull=False, file=None, worker=None)
                | Q(case=None, contact=None, file__isnull=False, worker=None)
                | Q(case=None, contact=None, file=None, worker__isnull=False),
                name="disposal_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=[subject],
                    condition=Q(outcome__in=("waiting", "shredded", "done")),
                    name=f"{subject}_destroyed_once",
                )
                for subject in ("case", "contact", "file", "worker")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.subject_name} {getattr(self, self.subject_name + '_id')}"

    @property
    def subject_name(self) -> str:
        """Return which of the four it is about."""
        return next(name for name in self.SUBJECTS if getattr(self, f"{name}_id") is not None)

    @property
    def subject(self) -> Any:
        """Return what it is about."""
        return getattr(self, self.subject_name)
