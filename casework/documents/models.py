"""Papers of cases and contacts: files, the list of what is needed, letters that went out."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import SealedTextField

from . import kinds as kinds
from .papers import BroughtBy


class Kind(models.TextChoices):
    """What a paper is."""

    IDENTITY = "identity", _("Identity paper")
    EVIDENCE = "evidence", _("Evidence")
    APPLICATION = "application", _("Application")
    MEDICAL = "medical", _("Medical paper")
    INCOME = "income", _("Proof of income or expense")
    AGREEMENT = "agreement", _("Agreement or contract")
    RECEIPT = "receipt", _("Receipt or voucher")
    PHOTO = "photo", _("Photo")
    LETTER = "letter", _("Letter of the office")
    OTHER = "other", _("Other paper")


class Document(models.Model):
    """A file, encrypted at rest under a random name. Its title is what somebody typed, so it is sealed too."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, related_name="documents", verbose_name=_("case")
    )
    contact = models.ForeignKey(
        "casework.Contact", models.PROTECT, null=True, related_name="documents", verbose_name=_("contact")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    title = SealedTextField(_("title"))
    file = models.FileField(_("file"), max_length=120)
    size = models.PositiveIntegerField(_("size"))
    content_type = models.CharField(_("type of file"), max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    uploaded_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, contact__isnull=False) | Q(case__isnull=False, contact=None),
                name="document_of_case_or_contact",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def place(self) -> str:
        """Return what the encrypted content is bound to."""
        return f"{self._meta.db_table}.file:{self.uuid}"


class LetterText(models.Model):
    """What an office writes in one of its letters: a version of the text, in one language, from then on.

    A version never changes; the newest of the nearest office upwards counts. An empty one goes back to the text that
    comes with the house.
    """

    office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    paper = models.CharField(_("letter"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"))
    source = models.TextField(_("text"), blank=True)
    why = models.CharField(_("what changed, and why"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        constraints = [
            models.UniqueConstraint(fields=["office", "paper", "language", "version"], name="letter_text_version")
        ]

    def __str__(self) -> str:
        return f"{self.paper} {self.language} {self.version}"


class Letter(models.Model):
    """A letter that went out. It never changes; a wrong one is replaced by a new one that names it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="letters", verbose_name=_("case"))
    paper = models.CharField(_("letter"), max_length=60)
    number = models.CharField(_("number"), max_length=40, unique=True)
    language = models.CharField(_("language"), max_length=10)
    body = SealedTextField(_("text"))
    document = models.OneToOneField(Document, models.PROTECT, related_name="letter", verbose_name=_("file"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"))
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    # The office's own version of the text; none: the one that comes with the house.
    text = models.ForeignKey(LetterText, models.PROTECT, null=True, related_name="+", verbose_name=_("version"))
    originals = models.PositiveSmallIntegerField(_("originals"), default=1)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["case", "issued_at"], name="letter_of_case")]

    # Its name in the reader's language; `queries.letters_of` fills it in.
    heading: str

    def __str__(self) -> str:
        return self.number


class LetterSignature(models.Model):
    """Somebody signed a letter, or a seal was put on it, on paper; recorded with the scan that shows it."""

    class Party(models.TextChoices):
        """Who signs."""

        WORKER = "worker", _("Worker")
        EMPLOYER = "employer", _("Employer")
        MEDIATOR = "mediator", _("Mediator")
        VISITOR = "visitor", _("Visitor")
        OFFICE = "office", _("Office, for it")
        SEAL = "seal", _("Seal of the office")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="signatures", verbose_name=_("letter"))
    party = models.CharField(_("party"), max_length=12, choices=Party.choices)
    # Two visitors, two surveyors: the second of a party has place 2.
    place = models.PositiveSmallIntegerField(_("place"), default=1)
    # Of a collective case each worker signs.
    worker = models.ForeignKey("casework.Worker", models.PROTECT, null=True, related_name="+", verbose_name=_("worker"))
    name = SealedTextField(_("signed by"))
    signed_on = models.DateField(_("signed on"))
    scan = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name=_("scan"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("signature on a letter")
        verbose_name_plural = _("signatures on letters")
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "party", "place"], name="place_is_signed_once", condition=Q(worker=None)
            ),
            models.UniqueConstraint(fields=["letter", "party", "worker"], name="worker_signs_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.party}"


class LetterDelivery(models.Model):
    """One way a letter went to somebody, and when it was served: periods begin with that day."""

    class Method(models.TextChoices):
        """How it went."""

        HANDED = "handed", _("Handed over")
        POSTED = "posted", _("Posted")
        EMAILED = "emailed", _("E-mailed")
        PUBLISHED = "published", _("Published")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="deliveries", verbose_name=_("letter"))
    method = models.CharField(_("how"), max_length=12, choices=Method.choices)
    addressee = SealedTextField(_("to"))
    tracking = models.CharField(_("number of the post"), max_length=40, blank=True)
    sent_on = models.DateField(_("sent on"))
    served_on = models.DateField(_("served on"), null=True)
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name=_("proof of service"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    SHREDDED: ClassVar[dict[str, Any]] = {"tracking": ""}

    class Meta:
        verbose_name = _("delivery of a letter")
        verbose_name_plural = _("deliveries of letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(served_on=None) | Q(served_on__gte=models.F("sent_on")), name="served_after_it_was_sent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.method}"


class LetterRun(models.Model):
    """One letter to many: the same paper for a list of cases, written one by one in the background."""

    class State(models.TextChoices):
        """How far it has come."""

        WRITING = "writing", _("Being written")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, editable=False)
    paper = models.CharField(_("letter"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    values = SealedTextField(_("values"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WRITING)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("letter to many")
        verbose_name_plural = _("letters to many")

    def __str__(self) -> str:
        return f"{self.paper} {self.made_at:%Y-%m-%d}"


class LetterRunLine(models.Model):
    """One case of a letter to many, and what became of it."""

    class Outcome(models.TextChoices):
        """What was done."""

        WAITING = "waiting", _("Waiting")
        ISSUED = "issued", _("Issued")
        SKIPPED = "skipped", _("Not issued")

    run = models.ForeignKey(LetterRun, models.CASCADE, related_name="lines")
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="+", verbose_name=_("case"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    SHREDDED: ClassVar[dict[str, Any]] = {"reason": ""}

    letter = models.OneToOneField(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))

    class Meta:
        verbose_name = _("letter of many")
        verbose_name_plural = _("letters of many")
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="one_letter_a_case")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.case_id}"


class ChecklistItem(models.Model):
    """One paper a case needs: who brings it, and whether it is there."""

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="checklist", db_index=False)
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("paper"), max_length=120)
    brought_by = models.CharField(_("brought by"), max_length=16, choices=BroughtBy.choices)
    required = models.BooleanField(_("required"), default=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    received_at = models.DateTimeField(_("received at"), null=True)
    told_at = models.DateTimeField(_("told at"), null=True)
    due_on = models.DateField(_("due"), null=True)
    # The last day on which the paper still proves what it says; none: it does not grow old.
    valid_until = models.DateField(_("valid until"), null=True)

    # What somebody asked for beyond the papers of the type, in his words.
    SHREDDED: ClassVar[dict[str, Any]] = {"title": ""}

    class Meta:
        verbose_name = _("paper needed")
        verbose_name_plural = _("papers needed")
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="paper_once_per_case")]

    # Its name in the reader's language; `queries.checklist_of` fills it in.
    heading: str

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"

    def is_there(self, on: date) -> bool:
        """Whether it was received and still proves what it says on a day."""
        return self.received_at is not None and (self.valid_until is None or on <= self.valid_until)

    def is_missing(self, on: date) -> bool:
        """Whether the case cannot go on without it on a day."""
        return self.required and not self.is_there(on)

    @property
    def is_told(self) -> bool:
        """Whether it was told as missing; one that grew old after it was received is to be told again."""
        return self.told_at is not None and (self.received_at is None or self.received_at < self.told_at)
