"""Workers and what is kept about them. Names are in clear; ID, phone, card and address are sealed."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import KeyedHashField, SealedTextField
from casework.audit.shredding import DESTROYED, WHOLE_ROW
from casework.offices.models import Office

from . import identifiers
from . import kinds as kinds

# What keyed hashes are for; of one purpose, those of two tables can be compared.
ID_HASH, PHONE_HASH, ACCOUNT_HASH = "worker.id", "worker.phone", "account.number"


class IdType(models.TextChoices):
    """The paper a person is identified by."""

    RESIDENT = "resident", _("Resident ID card")
    HMT_RESIDENCE = "hmt_residence", _("Residence permit for Hong Kong, Macao and Taiwan residents")
    HM_PERMIT = "hm_permit", _("Mainland travel permit for Hong Kong and Macao residents")
    TW_PERMIT = "tw_permit", _("Mainland travel permit for Taiwan residents")
    FOREIGNER = "foreigner", _("Foreigner's permanent residence card")
    PASSPORT = "passport", _("Passport")


class Sex(models.TextChoices):
    """Sex, as the ID card says it."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")


class Worker(models.Model):
    """A person whose rights the union looks after."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    name_folded = models.CharField(max_length=60, editable=False)
    id_type = models.CharField(_("kind of ID"), max_length=16, choices=IdType.choices, default=IdType.RESIDENT)
    id_number = SealedTextField(_("ID number"))
    id_key = KeyedHashField(of="id_number", purpose=ID_HASH, blank=True)
    phone = SealedTextField(_("phone"))
    phone_key = KeyedHashField(of="phone", purpose=PHONE_HASH, blank=True, db_index=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    address = SealedTextField(_("address"))
    union_member = models.BooleanField(_("is a union member"), default=False)
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    employer = models.ForeignKey(
        "casework.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name=_("employer"),
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, db_index=True, editable=False)
    registered_at = models.DateTimeField(_("registered at"), editable=False)

    SHREDDED: ClassVar[dict[str, Any]] = {
        "name": DESTROYED,
        "name_folded": "",
        "id_key": "",
        "phone_key": "",
        "birth_on": None,
        "native_place": "",
    }

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        constraints = [
            models.UniqueConstraint(
                fields=["id_key", "id_type"], condition=~Q(id_key=""), name="worker_once_per_id_number"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NamePiece(models.Model):
    """A character of a worker's name, or two in a row: what a search for part of a name looks up.

    # Note [Names are searched by their pieces]
    Chinese names have two to four characters and are searched by any part of them. Trigram indexes cannot find
    fewer than three characters and a `LIKE` reads the whole table. A row per character and per pair is found by
    one index on both databases, in the order of the list.
    """

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="name_pieces", db_index=False)
    piece = models.CharField(max_length=2)

    SHREDDED: ClassVar[str] = WHOLE_ROW

    class Meta:
        verbose_name = _("piece of a name")
        verbose_name_plural = _("pieces of names")
        constraints = [models.UniqueConstraint(fields=["piece", "worker"], name="name_piece_once")]
        indexes = [models.Index(fields=["worker"], name="name_piece_worker")]

    def __str__(self) -> str:
        return self.piece


class Household(models.Model):
    """The people a worker lives and keeps house with; hardship is measured by household."""

    head = models.ForeignKey(Worker, models.PROTECT, related_name="headed_households", verbose_name=_("head"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, db_index=True, editable=False)
    formed_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [models.UniqueConstraint(fields=["head"], name="one_household_per_head")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Relation(models.TextChoices):
    """How a household member is related to its head."""

    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    GRANDPARENT = "grandparent", _("Grandparent")
    GRANDCHILD = "grandchild", _("Grandchild")
    SIBLING = "sibling", _("Brother or sister")
    OTHER = "other", _("Other relative")


class Occupation(models.TextChoices):
    """What a household member does."""

    EMPLOYED = "employed", _("In work")
    STUDENT = "student", _("At school")
    UNEMPLOYED = "unemployed", _("Out of work")
    RETIRED = "retired", _("Retired")
    UNABLE = "unable", _("Unable to work")
    MINOR = "minor", _("Below school age")


class HouseholdMember(models.Model):
    """A member of a household besides its head."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="members", verbose_name=_("household"))
    name = models.CharField(_("name"), max_length=60)
    relation = models.CharField(_("relation to the head"), max_length=12, choices=Relation.choices)
    id_number = SealedTextField(_("ID number"))
    id_key = KeyedHashField(of="id_number", purpose=ID_HASH, blank=True, db_index=True)
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    occupation = models.CharField(_("occupation"), max_length=12, choices=Occupation.choices)
    workplace = models.CharField(_("workplace or school"), max_length=100, blank=True)
    monthly_income = models.DecimalField(_("monthly income"), max_digits=14, decimal_places=2, default=0)

    SHREDDED: ClassVar[dict[str, Any]] = {"name": DESTROYED, "id_key": "", "birth_on": None, "workplace": ""}

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = [models.CheckConstraint(condition=Q(monthly_income__gte=0), name="member_income_not_negative")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class HardshipCategory(models.TextChoices):
    """The categories of hardship (困难职工档案)."""

    DEEP = "deep", _("Worker in deep hardship")
    RELATIVE = "relative", _("Worker in relative hardship")
    SUDDEN = "sudden", _("Worker in hardship by accident")
    MIGRANT = "migrant", _("Migrant worker in hardship")


class HardshipFile(models.Model):
    """The file of a household in hardship (建档立卡): opened once, reviewed yearly, exited with a reason."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="hardship_files", verbose_name=_("household"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    category = models.CharField(_("category"), max_length=12, choices=HardshipCategory.choices)
    opened_on = models.DateField(_("opened on"))
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(_("next review on"))
    exited_on = models.DateField(_("exited on"), null=True, blank=True)
    exit_reason = SealedTextField(_("reason of the exit"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, db_index=True, editable=False)

    class Meta:
        verbose_name = _("hardship file")
        verbose_name_plural = _("hardship files")
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(exited_on__isnull=True), name="one_live_file_per_household"
            ),
            models.CheckConstraint(
                condition=Q(exited_on__isnull=True) | Q(exited_on__gte=F("opened_on")), name="file_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Return whether the household is still on file."""
        return self.exited_on is None


class BankAccount(models.Model):
    """An account to pay a worker to. A changed account is a new row, so that payments keep what they used."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="bank_accounts", verbose_name=_("worker"))
    holder_name = models.CharField(_("account holder"), max_length=60)
    bank_name = models.CharField(_("bank and branch"), max_length=100)
    number = SealedTextField(_("account number"))
    number_key = KeyedHashField(of="number", purpose=ACCOUNT_HASH, db_index=True)
    last4 = models.CharField(_("last four digits"), max_length=4, editable=False)
    changed_at = models.DateTimeField(_("entered at"), editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True, editable=False)

    # Out of use, because several emptied accounts of one worker would be the same account.
    SHREDDED: ClassVar[dict[str, Any]] = {
        "holder_name": DESTROYED,
        "bank_name": "",
        "number_key": "",
        "last4": "",
        "retired_at": Coalesce("retired_at", Now()),
    }

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "number_key"],
                condition=Q(retired_at__isnull=True),
                name="account_once_per_worker",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} ****{self.last4}"

    @property
    def masked(self) -> str:
        """Return what pages show of it without a reason."""
        return f"{self.bank_name} {identifiers.mask_card(self.number)}"


class Purpose(models.TextChoices):
    """What a consent is for (个人信息保护法 art. 13, 23, 25, 29, 31)."""

    HANDLING = "handling", _("Handling the matter")
    SENSITIVE = "sensitive", _("Sensitive data")
    MEANS_CHECK = "means_check", _("Asking other bodies about income and property")
    SHARING = "sharing", _("Passing data to another body")
    PUBLISHING = "publishing", _("Public notice")


class Consent(models.Model):
    """A consent somebody gave for one purpose, on one version of the notice."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="consents", verbose_name=_("worker"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    notice_version = models.CharField(_("version of the notice"), max_length=20)
    given_at = models.DateTimeField(_("given at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    guardian_name = SealedTextField(_("guardian"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["worker", "purpose", "-given_at"], name="consent_latest")]

    def __str__(self) -> str:
        return self.get_purpose_display()
