"""Clocks: one row per running or ended period. Every column can be reckoned again from the case's events."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import checks as checks
from . import kinds as kinds
from .rulebook import every_rule
from .rules import DeadlineRule


class Clock(models.Model):
    """One period of one case or contact: from when, by which rule, until when, and how it ended."""

    class State(models.TextChoices):
        """What became of it."""

        RUNNING = "running", _("Running")
        SATISFIED = "satisfied", _("Done")
        CANCELLED = "cancelled", _("No longer owed")
        EXPIRED = "expired", _("Passed")

    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, related_name="clocks", db_index=False, verbose_name=_("case")
    )
    contact = models.ForeignKey(
        "casework.Contact", models.PROTECT, null=True, related_name="clocks", db_index=False, verbose_name=_("contact")
    )
    rule = models.CharField(_("rule"), max_length=60)
    ordinal = models.PositiveSmallIntegerField(_("number"), default=1)
    started_on = models.DateField(_("first day"))
    started_at = models.DateTimeField(_("started at"))
    length = models.PositiveSmallIntegerField(_("length"))
    extended_until = models.DateField(_("extended until"), null=True)
    nominal_on = models.DateField(_("last day by count"))
    due_on = models.DateField(_("last day"))
    due_at = models.DateTimeField(_("due"))
    provisional = models.BooleanField(_("provisional"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RUNNING)
    start_event = models.ForeignKey("casework.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    end_event = models.ForeignKey("casework.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["case", "rule", "ordinal"], name="clock_once_per_case"),
            models.UniqueConstraint(fields=["contact", "rule", "ordinal"], name="clock_once_per_contact"),
            models.CheckConstraint(
                condition=Q(case=None, contact__isnull=False) | Q(case__isnull=False, contact=None),
                name="clock_of_case_or_contact",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("nominal_on")), name="clock_rolls_forward"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(state="running"))]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_on}"

    @property
    def known_rule(self) -> DeadlineRule | None:
        """Return the rule it follows, none when its type is no longer installed."""
        return every_rule().get(self.rule)

    @property
    def title(self) -> str:
        """Return what people call it."""
        return str(self.known_rule.title) if self.known_rule else self.rule

    @property
    def is_running(self) -> bool:
        """Whether it still counts."""
        return self.state == self.State.RUNNING

    def is_owed_under(self, rule: DeadlineRule | None) -> bool:
        """Return whether somebody still has to do what the rule asks: it runs, or it passed and nothing was done."""
        late = self.state == self.State.EXPIRED and rule is not None and bool(rule.satisfied_by) and not rule.fires
        return self.is_running or late

    @property
    def is_owed(self) -> bool:
        """Whether it still asks something of somebody."""
        return self.is_owed_under(self.known_rule)

    @property
    def was_kept(self) -> bool | None:
        """Whether it was done in time; none while that is open, or when it was no longer owed."""
        if self.state == self.State.SATISFIED and self.ended_at is not None:
            return self.ended_at < self.due_at
        return False if self.state == self.State.EXPIRED else None
