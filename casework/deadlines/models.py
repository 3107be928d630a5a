"""Clocks: one row per running or ended period. Every column can be reckoned again from the case's events."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import checks as checks
from . import kinds as kinds
from .rulebook import every_rule
from .rules import DeadlineRule, Due


class Clock(models.Model):
    """One period of one case or contact: from when, by which rule, until when, and how it ended."""

    class State(models.TextChoices):
        """What became of it."""

        RUNNING = "running", _("Running")
        SUSPENDED = "suspended", _("Stands still")
        SATISFIED = "satisfied", _("Done")
        CANCELLED = "cancelled", _("No longer owed")
        EXPIRED = "expired", _("Passed")

    class Alarm(models.TextChoices):
        """What people were told of it."""

        AT_RISK = "at_risk", _("At risk")
        BREACHED = "breached", _("Breached")
        PASSED_UP = "passed_up", _("Told to the office above")

    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, related_name="clocks", db_index=False, verbose_name=_("case")
    )
    contact = models.ForeignKey(
        "casework.Contact", models.PROTECT, null=True, related_name="clocks", db_index=False, verbose_name=_("contact")
    )
    # Of the case or contact, copied so that a board is one index scan.
    office_path = models.CharField(max_length=255, editable=False)
    rule = models.CharField(_("rule"), max_length=60)
    ordinal = models.PositiveSmallIntegerField(_("number"), default=1)
    started_on = models.DateField(_("first day"))
    started_at = models.DateTimeField(_("started at"))
    length = models.PositiveSmallIntegerField(_("length"))
    extended_until = models.DateField(_("extended until"), null=True)
    # When it stood still: pairs of first day and the day it went on, which is none while it still stands.
    pauses = models.JSONField(_("stood still"), default=list)
    nominal_on = models.DateField(_("last day by count"))
    due_on = models.DateField(_("last day"))
    due_at = models.DateTimeField(_("due"))
    provisional = models.BooleanField(_("provisional"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RUNNING)
    start_event = models.ForeignKey("casework.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    end_event = models.ForeignKey("casework.Event", models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    is_late = models.BooleanField(_("is late"), default=False)
    alarm = models.CharField(_("last alarm"), max_length=12, choices=Alarm.choices, blank=True)
    alarm_at = models.DateTimeField(_("next alarm"), null=True)

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
        indexes = [
            models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(state="running")),
            models.Index(fields=["alarm_at", "id"], name="clock_alarm", condition=Q(alarm_at__isnull=False)),
            models.Index(
                fields=["office_path", "due_at", "id"],
                name="clock_board",
                condition=Q(state__in=("running", "suspended")) | Q(is_late=True),
            ),
            # Of the whole house, whose path cuts nothing off.
            models.Index(fields=["due_at", "id"], name="clock_ahead", condition=Q(state="running") | Q(is_late=True)),
        ]

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
    def end(self) -> Due:
        """Return when it ends, as the rules reckon it."""
        return Due(self.nominal_on, self.due_on, self.due_at, self.provisional)

    @property
    def is_running(self) -> bool:
        """Whether it still counts on."""
        return self.state == self.State.RUNNING

    @property
    def counts(self) -> bool:
        """Whether it has not ended: it runs, or stands still."""
        return self.state in (self.State.RUNNING, self.State.SUSPENDED)

    def is_owed_under(self, rule: DeadlineRule | None) -> bool:
        """Return whether somebody still has to do what the rule asks: it runs, or it passed and nothing was done.

        What passes by itself is not owed any more: a door that its end opens, a right that is lost with it.
        """
        if self.state != self.State.EXPIRED or rule is None:
            return self.counts
        return bool(rule.satisfied_by) and not rule.fires and not rule.lapses

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


class Recount(models.Model):
    """One new reckoning of open cases, after a calendar or a local rule changed: first shown, then done."""

    class State(models.TextChoices):
        """How far it has come."""

        LOOKING = "looking", _("Looking through the cases")
        READY = "ready", _("Waiting for a decision")
        MOVING = "moving", _("Moving the deadlines")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    UNDER_WAY = (State.LOOKING, State.READY, State.MOVING)

    office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, editable=False)
    why = models.CharField(_("what changed"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.LOOKING)
    # Nobody: it began by itself, when a calendar was loaded without a person.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("begun at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    # Where a job that was interrupted goes on.
    seen_case = models.BigIntegerField(default=0)
    seen_contact = models.BigIntegerField(default=0)
    seen = models.PositiveIntegerField(_("looked at"), default=0)
    to_see = models.PositiveIntegerField(_("to look at"), default=0)

    class Meta:
        verbose_name = _("new reckoning")
        verbose_name_plural = _("new reckonings")
        constraints = [
            # Two at once over the same offices would each show what the other is moving.
            models.UniqueConstraint(
                fields=["office"], condition=Q(state__in=("looking", "ready", "moving")), name="one_recount_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M} {self.why}"

    @property
    def is_under_way(self) -> bool:
        """Whether it still looks, waits for its decision, or moves."""
        return self.state in self.UNDER_WAY


class RecountLine(models.Model):
    """A deadline that a new reckoning changes: from which end to which, and what became of it.

    Where both ends are the same only its warning changes, or that it is no longer provisional.
    """

    class Outcome(models.TextChoices):
        """What was done."""

        WAITING = "waiting", _("Waiting")
        MOVED = "moved", _("Moved")
        UNCHANGED = "unchanged", _("No longer differs")
        FAILED = "failed", _("Failed")

    recount = models.ForeignKey(Recount, models.CASCADE, related_name="lines")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+", verbose_name=_("clock"))
    old_on = models.DateField(_("last day so far"))
    new_on = models.DateField(_("new last day"))
    # The moments: a period of hours moves within its day.
    old_at = models.DateTimeField(_("due so far"))
    new_at = models.DateTimeField(_("newly due"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("deadline that moves")
        verbose_name_plural = _("deadlines that move")
        constraints = [models.UniqueConstraint(fields=["recount", "clock"], name="recount_line_once")]

    def __str__(self) -> str:
        return f"{self.old_on} → {self.new_on}"

    @property
    def moves(self) -> bool:
        """Whether its end is another one."""
        return self.old_at != self.new_at
