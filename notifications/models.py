"""Inboxes and what lies in them. The socket is a hint; these tables are the truth.

# Note [One number per person]
Every notification of a person has the next number of that person's inbox, given under the inbox row's lock
and committed with it. So the numbers have no gaps and appear in order, and "everything after N" is exact.
Ids would not do: the database does not commit them in order, and a reader of "id > last" misses rows.
The lock is on the inbox and not on the account, which every event of that person refers to.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Inbox(models.Model):
    """The head of one person's notifications: how many there are, and up to where they were read."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="inbox", verbose_name=_("person")
    )
    last_seq = models.PositiveBigIntegerField(_("last number"), default=0)
    read_seq = models.PositiveBigIntegerField(_("read up to"), default=0)

    class Meta:
        verbose_name = _("inbox")
        verbose_name_plural = _("inboxes")
        constraints = [models.CheckConstraint(condition=Q(read_seq__lte=F("last_seq")), name="read_what_is_there")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.read_seq}/{self.last_seq}"

    @property
    def unread(self) -> int:
        """Return how many notifications the person has not read."""
        return self.last_seq - self.read_seq


class Notification(models.Model):
    """One person told of one event. It holds no words: they are made when it is read, in the reader's language."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications", verbose_name=_("person")
    )
    seq = models.PositiveBigIntegerField(_("number"), null=True)
    event = models.ForeignKey("casework.Event", models.PROTECT, related_name="+", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=64)
    case_number = models.CharField(_("case"), max_length=40, blank=True)
    case_type = models.CharField(_("type of case"), max_length=40, blank=True)
    link = models.CharField(_("page"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"))
    # Held back over a night or a rest day: it gets its number, and so its place in the inbox, when that is over.
    not_before = models.DateTimeField(_("not before"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "seq"], name="notification_numbers"),
            models.UniqueConstraint(fields=["event", "user"], name="told_once_of_an_event"),
            models.CheckConstraint(
                condition=Q(seq__isnull=False) | Q(not_before__isnull=False), name="held_back_until_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["not_before", "id"], name="held_back", condition=Q(seq=None))]

    def __str__(self) -> str:
        return f"{self.user_id}#{self.seq} {self.kind}"


class Dispatched(models.Model):
    """This event's recipients were told. Inserting the row is claiming the work: only one can."""

    event = models.OneToOneField("casework.Event", models.PROTECT, primary_key=True, related_name="dispatched")
    dispatched_at = models.DateTimeField(_("dispatched at"))

    class Meta:
        verbose_name = _("dispatched event")
        verbose_name_plural = _("dispatched events")

    def __str__(self) -> str:
        return str(self.event_id)


class SweepMark(models.Model):
    """How far the sweep has looked: every event up to here that somebody must hear of has been dispatched.

    It bounds the sweep, and it keeps a rule added today from telling people about last year.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    upto = models.PositiveBigIntegerField(_("up to event"), default=0)

    class Meta:
        verbose_name = _("sweep mark")
        verbose_name_plural = _("sweep marks")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_sweep_mark")]

    def __str__(self) -> str:
        return str(self.upto)
