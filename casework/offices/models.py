"""Offices of the union tree, and what differs from place to place: parameters, rest days, duty."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from . import kinds as kinds


class Level(models.TextChoices):
    """Where in the union's hierarchy an office stands (工会法 art. 10, 11)."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    TOWN = "town", _("Town or street")
    ENTERPRISE = "enterprise", _("Enterprise")


class Office(MP_Node):
    """A union body. Its place in the tree is its `path`; rows that belong to it carry a copy as `office_path`."""

    steplen = 4
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    region = models.CharField(_("region code"), max_length=6, help_text=_("Six digits, GB/T 2260."))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    reports_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_by",
        verbose_name=_("also reports to"),
        help_text=_("A second line, for reporting only: the industrial union above, for instance."),
    )
    is_active = models.BooleanField(_("is active"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.name_en if self.name_en and not (translation.get_language() or "").startswith("zh") else self.name

    @property
    def office_path(self) -> str:
        """Return its place, under the name every row under scope has for it."""
        return self.path

    @property
    def path_upwards(self) -> list[str]:
        """Return the paths of the office and of those above it, the nearest first."""
        return upwards(self.path)


def upwards(path: str) -> list[str]:
    """Return the paths of the office that a path stands for and of those above it, the nearest first."""
    return [path[:end] for end in range(len(path), 0, -Office.steplen)]


class LocalParameter(models.Model):
    """A rule of a place for a time: an amount, a limit, a length. `valid_until` is exclusive."""

    code = models.CharField(_("code"), max_length=64)
    office = models.ForeignKey(Office, models.PROTECT, related_name="parameters", verbose_name=_("place"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    value = models.JSONField(_("value"))
    source = models.CharField(_("source"), max_length=200, help_text=_("The document that says so."))

    class Meta:
        verbose_name = _("local parameter")
        verbose_name_plural = _("local parameters")
        constraints = [
            models.UniqueConstraint(fields=["code", "office", "valid_from"], name="parameter_once_per_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="parameter_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"


class CalendarDay(models.Model):
    """A day the holiday notice names: a rest day, or a weekend that is worked (调休)."""

    region = models.CharField(_("region code"), max_length=6, blank=True, help_text=_("Empty: the whole country."))
    day = models.DateField(_("day"))
    is_workday = models.BooleanField(_("is a working day"))
    name = models.CharField(_("name"), max_length=60)
    source = models.CharField(_("source"), max_length=200)
    provisional = models.BooleanField(
        _("provisional"), default=False, help_text=_("Expected by law, not yet in a published notice.")
    )

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="calendar_day_once_per_region")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DutyShift(models.Model):
    """Who is on duty in an office, from when to when."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="shifts", verbose_name=_("office"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts", verbose_name=_("on duty"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty shifts")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_period_in_order"),
        ]
        indexes = [models.Index(fields=["office", "starts_at"], name="shift_office")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class NumberCounter(models.Model):
    """The last number given in one series of one office and year."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    series = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")
        constraints = [models.UniqueConstraint(fields=["office", "series", "year"], name="counter_once_per_year")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
