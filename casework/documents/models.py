"""Papers of cases and contacts: files, the list of what is needed, letters that went out."""

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

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["case", "issued_at"], name="letter_of_case")]

    # Its name in the reader's language; `queries.letters_of` fills it in.
    heading: str

    def __str__(self) -> str:
        return self.number


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

    class Meta:
        verbose_name = _("paper needed")
        verbose_name_plural = _("papers needed")
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="paper_once_per_case")]

    # Its name in the reader's language; `queries.checklist_of` fills it in.
    heading: str

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"

    @property
    def is_missing(self) -> bool:
        """Whether the case cannot go on without it."""
        return self.required and self.received_at is None
