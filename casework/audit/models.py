"""Events and their streams. Nothing here is ever updated; the database refuses it (triggers.py)."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import rows


class Outcome(models.TextChoices):
    """Whether the thing was done, or refused."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class HasStream(models.Model):
    """A row that carries the head of its own event stream (a case, or a `Stream` row).

    The head is moved by `audit.operation` only, together with the events that moved it.
    """

    head_seq = models.PositiveIntegerField(default=0, editable=False)
    head_hash = models.BinaryField(max_length=32, default=b"", editable=False)

    # The database's clock, read by the statement that locked the row.
    clock_read: datetime | None = None

    class Meta:
        abstract = True

    # Whose events these are: the office, and the person whose matter it is (their keys); none: of nobody in particular.
    office_id: int | None = None
    person_id: int | None = None

    @property
    def stream(self) -> str:
        """Return the key of the stream."""
        raise NotImplementedError

    @classmethod
    def stream_column(cls) -> tuple[str, str]:
        """Return what the keys of these streams begin with and the column that holds the rest, for raw SQL."""
        raise NotImplementedError

    def lock(self) -> "HasStream":
        """Lock the row for the running operation and bring this very object up to date."""
        raise NotImplementedError

    def close_unit(self, events: "list[Event]", at: datetime) -> None:
        """Write the row at the end of an operation that recorded `events` on its stream."""
        rows.update(self, ("head_seq", "head_hash"))


# What the keys of the streams of offices begin with.
OFFICE = "office:"


class Stream(HasStream):
    """Head of a stream that has no row of its own: an office's, or the security stream."""

    key = models.CharField(max_length=64, primary_key=True)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return self.key

    @property
    def office_id(self) -> int | None:  # type: ignore[override]
        """Return the office whose stream it is."""
        office = self.key.removeprefix(OFFICE)
        return int(office) if office != self.key and office.isdecimal() else None

    @property
    def stream(self) -> str:
        """Return the key of the stream."""
        return self.key

    @classmethod
    def stream_column(cls) -> tuple[str, str]:
        """Return that the key stands as it is."""
        return "", "key"


class Event(models.Model):
    """One thing that happened. `hash` is an HMAC over every column and the previous hash of the stream."""

    FORMAT: ClassVar[int] = 2

    stream = models.CharField(_("stream"), max_length=64)
    seq = models.PositiveIntegerField(_("number in stream"))
    kind = models.CharField(_("kind"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("actor")
    )
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    request_id = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=45, blank=True)
    facts_text = models.TextField(default="{}")
    format = models.PositiveSmallIntegerField(default=FORMAT)
    key_id = models.PositiveSmallIntegerField()
    # The office it happened in and the person it is about, by their keys: what the trail is searched by. No foreign
    # keys, because the trail stands below every other record and outlives it.
    office_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once_per_stream")]
        # Each ends in the order of the trail's page, so that a period is a part of the index, too.
        indexes = [
            models.Index(fields=["-happened_at", "-id"], name="event_when"),
            models.Index(fields=["kind", "-happened_at", "-id"], name="event_kind"),
            models.Index(fields=["actor", "-happened_at", "-id"], name="event_actor"),
            models.Index(fields=["office_id", "-happened_at", "-id"], name="event_office"),
            models.Index(
                fields=["person_id", "-happened_at", "-id"],
                name="event_person",
                condition=models.Q(person_id__isnull=False),
            ),
            models.Index(fields=["-happened_at", "-id"], name="event_refused", condition=models.Q(outcome="refused")),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.kind}"

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts as they were recorded."""
        return json.loads(self.facts_text)

    @property
    def place_of_words(self) -> str:
        """Return what its sealed text is bound to."""
        return f"{self.stream}#{self.seq}"


class EventText(models.Model):
    """The free text of an event, sealed. It can be shredded; the digest in the facts keeps the chain valid."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="words")
    ciphertext = models.BinaryField()

    class Meta:
        verbose_name = _("text of an event")
        verbose_name_plural = _("texts of events")

    def __str__(self) -> str:
        return f"#{self.pk}"


class AttemptLog(models.Model):
    """When something was last tried, by a keyed digest of who tries what: see `limits.py`."""

    key = models.CharField(max_length=64, primary_key=True)
    moments = models.TextField(default="[]")
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("log of attempts")
        verbose_name_plural = _("logs of attempts")

    def __str__(self) -> str:
        return self.key[:8]


class Reading(models.TextChoices):
    """What somebody read personal data for, or in which way."""

    CASE = "case", _("Worked on the case")
    LOOK = "look", _("Looked at the case without working on it")
    SHOWN = "shown", _("Gave a reason and had the case shown")
    BREAK_GLASS = "break_glass", _("Opened a case of another office in an emergency")
    PERSON = "person", _("Opened the person's record")
    NAME = "name", _("Had the name shown")
    ID_NUMBER = "id_number", _("Had the ID number shown")
    PHONE = "phone", _("Had the phone number shown")
    ADDRESS = "address", _("Had the address shown")
    ACCOUNT_NUMBER = "account_number", _("Had the account number shown")
    MEMBER_ID = "member_id", _("Had the ID number of a household member shown")
    CONTACT = "contact", _("Read what a caller told")
    DOCUMENT = "document", _("Read a paper or a letter")
    PRINT = "print", _("Printed letters")
    PAYOUT = "payout", _("Looked at a payout")
    ACCESS_LIST = "access_list", _("Looked at who read the data")
    COPY = "copy", _("Handed the person a copy of the data")
    TRAIL = "trail", _("Read in the trail what was typed")


class AccessRecord(models.Model):
    """Somebody read a person's data: one row per person, case, reader, purpose and day."""

    subject = models.UUIDField(_("whose data"))
    # The office the person belonged to; no foreign key, as in an event.
    office_id = models.BigIntegerField(null=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reader"), db_index=False
    )
    case_number = models.CharField(_("case"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=64, choices=Reading.choices)
    day = models.DateField(_("day"))
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "reader", "case_number", "purpose", "day"], name="access_once_a_day"
            )
        ]
        # Each ends in the order of the trail's page, as those of the events do.
        indexes = [
            models.Index(fields=["-read_at", "-id"], name="access_when"),
            models.Index(fields=["subject", "-read_at", "-id"], name="access_subject"),
            models.Index(fields=["reader", "-read_at", "-id"], name="access_reader"),
            models.Index(fields=["purpose", "-read_at", "-id"], name="access_purpose"),
            models.Index(fields=["office_id", "-read_at", "-id"], name="access_office"),
            models.Index(fields=["case_number", "-read_at", "-id"], name="access_case"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.purpose}"


class Checkpoint(models.Model):
    """The heads that moved since the one before, bound to it and signed: what the trail looked like at a moment.

    `root` is the SHA-256 over all else the row says (`checkpoints.body`), the previous root included; the first one's
    previous root is chance, and names the trail.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    made_at = models.DateTimeField(_("made at"))
    previous = models.CharField(max_length=64)
    heads_text = models.TextField()  # [[stream, seq, hash], ...]
    events = models.PositiveIntegerField(_("events"))
    # Which events were looked at: `checkpoints._moved` says what these three are for.
    upto = models.BigIntegerField()
    horizon = models.BigIntegerField()
    settled = models.BigIntegerField()
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_id = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def heads(self) -> list[tuple[str, int, str]]:
        """Return the heads that moved: stream, number in it, hash."""
        return json.loads(self.heads_text)


class Posting(models.Model):
    """A checkpoint has reached a place outside the database."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="postings")
    place = models.CharField(_("place"), max_length=300)
    posted_at = models.DateTimeField(_("arrived there at"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [models.UniqueConstraint(fields=["checkpoint", "place"], name="posted_once")]

    def __str__(self) -> str:
        return f"#{self.checkpoint_id} {self.place}"


class Verification(models.Model):
    """One reading of the whole trail, asked for on its page: how far it has come, and what it found."""

    class State(models.TextChoices):
        """How far it has come."""

        RUNNING = "running", _("Being checked")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("The trail is whole")
        BROKEN = "broken", _("Faults were found")

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("begun at"))
    read_at = models.DateTimeField(_("last read at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RUNNING)
    # Where a worker goes on: after this stream.
    after = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(_("events read"), default=0)
    to_read = models.PositiveBigIntegerField(_("events to read"), default=0)
    checkpoints = models.PositiveIntegerField(_("checkpoints"), default=0)
    younger = models.PositiveBigIntegerField(_("events in no checkpoint yet"), default=0)
    faults = models.PositiveIntegerField(_("faults"), default=0)
    faults_text = models.TextField(default="[]")  # the first of them, as `Fault.kept` says

    class Meta:
        verbose_name = _("check of the trail")
        verbose_name_plural = _("checks of the trail")
        constraints = [
            # Each reads everything: a second one at the same time would only keep the first from getting on.
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="running"), name="one_verification_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def kept_faults(self) -> list[Any]:
        """Return the faults as they were kept."""
        return json.loads(self.faults_text)
