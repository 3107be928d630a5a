"""Employers, the visits paid to them, and close supervision."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.audit.sealed import SealedTextField
from casework.offices.models import Office

from . import kinds as kinds


class Employer(models.Model):
    """A body that employs workers. Its record is open to every office: the same employer meets many."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True, null=True, blank=True)
    region = models.CharField(_("region code"), max_length=6, blank=True, help_text=_("Six digits, GB/T 2260."))
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=60, blank=True)
    is_key_supervised = models.BooleanField(_("under close supervision"), default=False, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, db_index=True, editable=False)
    registered_at = models.DateTimeField(_("registered at"), editable=False)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        constraints = [models.CheckConstraint(condition=~Q(uscc=""), name="employer_code_null_when_unknown")]

    def __str__(self) -> str:
        return self.name


class KeySupervision(models.Model):
    """A period in which an employer stands on the list of those under close supervision (重点监管)."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="supervisions", verbose_name=_("employer"))
    reason = models.CharField(_("reason"), max_length=200)
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("close supervision")
        verbose_name_plural = _("close supervision")
        constraints = [
            models.UniqueConstraint(
                fields=["employer"], condition=Q(until_on__isnull=True), name="one_open_supervision_per_employer"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")), name="supervision_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since_on}"


class EnterpriseVisit(models.Model):
    """A visit of the union to an enterprise, and what was found."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="visits", verbose_name=_("employer"))
    visited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("visited by")
    )
    visited_on = models.DateField(_("visited on"))
    findings = SealedTextField(_("findings"))

    class Meta:
        verbose_name = _("enterprise visit")
        verbose_name_plural = _("enterprise visits")

    def __str__(self) -> str:
        return f"{self.visited_on}"
