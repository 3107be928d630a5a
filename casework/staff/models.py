"""Accounts and roles. A person is deactivated, never deleted: the trail names them for ever."""

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.audit.rows import Read
from casework.audit.sealed import SealedTextField
from casework.offices.models import Office
from casework.offices.roles import TWO_PERSON_ROLES, Role

from . import kinds as kinds

# The account the public door acts as. It has no password and no login form lets it in.
PUBLIC = "public"


class Grant(NamedTuple):
    """A role in force: what, and where."""

    role: Role
    office_id: int
    office_path: str
    office_level: str


class User(AbstractBaseUser):
    """A person with an account."""

    _grants: list[Any]  # each with the path and level of its office: see `RoleGrant.placed`
    _in_force: dict[date, list[Grant]]

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Use small letters, digits, dots and dashes."))],
        error_messages={"unique": _("This username is taken.")},
    )
    display_name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = SealedTextField(_("phone"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(_("is active"), default=True)
    deactivated_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    # The trail says who logged in when; a column beside it would be written without an event.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = BaseUserManager["User"]()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.display_name

    def grants(self, at: datetime | None = None) -> list[Grant]:
        """Return the roles in force at a moment (now, if none is given); one query per instance."""
        if not self.is_active or self.pk is None:
            return []
        if not self.knows_grants:
            self.know_grants(GRANTS(self.pk))
        on = timezone.localdate(at)
        if on not in self._in_force:
            self._in_force[on] = [
                Grant(Role(row.role), row.office_id, row.office_path, row.office_level)
                for row in self._grants
                if row.counts_on(on)
            ]
        return list(self._in_force[on])

    @property
    def knows_grants(self) -> bool:
        """Whether the person's roles have been read."""
        return hasattr(self, "_grants")

    def know_grants(self, rows: list[Any]) -> None:
        """Take the person's roles from rows that were read for many people at once, by `RoleGrant.placed`."""
        self._grants, self._in_force = rows, {}

    def forget_grants(self) -> None:
        """Have the roles read again: they were changed in this process."""
        self.__dict__.pop("_grants", None)

    def has_role(self, role: Role) -> bool:
        """Return whether the person holds a role anywhere."""
        return any(grant.role == role for grant in self.grants())

    @property
    def is_public(self) -> bool:
        """Return whether this is the account the public door acts as."""
        return self.username == PUBLIC

    @property
    def is_staff(self) -> bool:
        """Return whether the configuration pages open: to system administrators only."""
        return self.has_role(Role.SYSADMIN)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question, asked by the configuration pages only."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Django's question, asked by the configuration pages only."""
        return self.is_staff


class SecondFactor(models.Model):
    """The authenticator app of a person: its secret, sealed, and the last code that was taken, so that none is again.

    It counts from when its first code was typed (`confirmed_at`).
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    uuid = models.UUIDField(default=uuid4, editable=False)
    secret = SealedTextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return f"#{self.pk}"


class RecoveryCode(models.Model):
    """A code for whoever has lost the authenticator app; each is taken once, and stands here as a keyed digest."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"


# What a browser calls itself by, the more particular first: most of them also claim to be Chrome and Safari.
BROWSERS = (
    *(("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl")),
)
MACHINES = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


class LoginSession(models.Model):
    """A browser that somebody logged in with: since when, when last used, and when it was last asked for a code.

    `is_open`: what was asked for at the login was given; a session that still waits for its code opens no page.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="login_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField(_("since"))
    last_used = models.DateTimeField(_("last used"))
    address = models.CharField(_("address"), max_length=45, blank=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    factor_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        indexes = [models.Index(fields=["last_used"], name="login_last_used")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def browser(self) -> str:
        """Return the browser and its machine in two words, as far as it says them."""
        found = (next((word for sign, word in words if sign in self.agent), "") for words in (BROWSERS, MACHINES))
        return " · ".join(filter(None, found)) or self.agent[:40]


class RoleGrant(models.Model):
    """A role given to a person in an office and those below it. `valid_until` is exclusive.

    # Note [Two people appoint]
    Supervisors, finance and administrators decide about money, rights and history. Their appointment counts
    only when a second person has confirmed it, and nobody appoints or confirms themselves. The database
    holds it too, so that no import, script or administrator gets around it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="role_grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    office = models.ForeignKey(Office, models.PROTECT, related_name="role_grants", verbose_name=_("office"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="grant_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")), name="nobody_appoints_themselves"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user")), name="nobody_confirms_themselves"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(granted_by__isnull=True) | ~Q(confirmed_by=F("granted_by")),
                name="two_people_appoint",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "office"],
                condition=Q(valid_until__isnull=True),
                name="one_open_grant_of_a_role",
            ),
        ]
        indexes = [models.Index(fields=["role", "office"], name="grant_role_office")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.office}"

    @classmethod
    def placed(cls) -> "models.QuerySet[RoleGrant]":
        """Return the grants, each with the path and level of its office."""
        return cls.objects.annotate(office_path=F("office__path"), office_level=F("office__level"))

    @property
    def needs_confirmation(self) -> bool:
        """Return whether a second person has still to confirm it."""
        return self.role in TWO_PERSON_ROLES and self.confirmed_by_id is None

    def counts_on(self, on: date) -> bool:
        """Return whether the role is in force on a day."""
        started = self.valid_from <= on and (self.valid_until is None or on < self.valid_until)
        return started and not self.needs_confirmation


# The grants of one person, by the account's key.
GRANTS = Read(lambda user: RoleGrant.placed().filter(user_id=user))
