"""Contacts and cases. A case is the process: one row is its legal state, its flow and its stream head."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import GET_STATE, ConcurrentTransitionMixin, FSMField
from viewflow.workflow.fields import TaskReferenceField
from viewflow.workflow.models import AbstractProcess, AbstractTask

from casework.audit.errors import NotFound, WrongState
from casework.audit.models import Event, HasStream, Reading
from casework.audit.operation import current_unit, in_operation
from casework.audit.rows import Question, Read, ask, update
from casework.audit.sealed import KeyedHashField, Opened, SealedTextField
from casework.audit.shredding import DESTROYED
from casework.deadlines import operations as clocks
from casework.offices import scope
from casework.offices.retention import Retention
from casework.offices.roles import Role
from casework.people.models import PHONE_HASH

from . import kinds as kinds
from .moves import ANY_OTHER_STATE, CLOSED, condition, move

if TYPE_CHECKING:
    from casework.staff.models import User

OPEN_TASK = ("NEW", "ASSIGNED")
WORKING = (Role.OPERATOR, Role.MEDIATOR, Role.VISITOR, Role.SUPERVISOR)


class Channel(models.TextChoices):
    """How somebody reached the union."""

    PHONE = "phone", _("Hotline 12351")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")
    ONLINE = "online", _("Online")
    HOSPITAL = "hospital", _("Hospital")
    PATROL = "patrol", _("Found on a visit")


class MatterClass(models.TextChoices):
    """The five classes of the hotline (domain 4.2)."""

    CONSULT = "consult", _("Question")
    SERVICE = "service", _("Service and help")
    PETITION = "petition", _("Petition or complaint")
    LEGAL_AID = "legal_aid", _("Legal aid")
    OPINION = "opinion", _("Opinion or suggestion")


class Stage(models.TextChoices):
    """The stepper of every case."""

    INTAKE = "intake", _("Intake")
    HANDLING = "handling", _("Handling")
    APPROVAL = "approval", _("Approval")
    PAYOUT = "payout", _("Payout")
    RETURN_VISIT = "return_visit", _("Return visit")
    CLOSED = "closed", _("Closed")


class NoReason(WrongState):
    """A case would be closed without a word why."""

    message = _("A case is closed with a reason.")


class Scoped(models.Model):
    """A row that belongs to an office; `office_path` is copied so that a list is one index scan."""

    office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    office_path = models.CharField(max_length=255, editable=False)

    class Meta:
        abstract = True


class Contact(Scoped):
    """A call, visit, letter or message. Most end with an answer; some become a case."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices, default=Channel.PHONE)
    matter = models.CharField(_("matter"), max_length=16, choices=MatterClass.choices, default=MatterClass.CONSULT)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    caller_name = SealedTextField(_("name of the caller"))
    caller_phone = SealedTextField(_("phone of the caller"))
    caller_phone_key = KeyedHashField(of="caller_phone", purpose=PHONE_HASH, blank=True, db_index=True)
    worker = models.ForeignKey(
        "casework.Worker", models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("worker")
    )
    question = SealedTextField(_("what was asked or told"))
    answer = SealedTextField(_("answer given"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken at"))
    promised_on = models.DateField(_("answer promised by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, related_name="contacts", verbose_name=_("case")
    )

    SHREDDED: ClassVar[dict[str, Any]] = {"caller_phone_key": ""}

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["office_path", "-taken_at", "-id"], name="contact_by_office")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.taken_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether the caller still waits for an answer."""
        return self.answered_at is None and self.case_id is None


class ConflictOfInterest(Scoped):
    """What binds somebody of the staff to a worker or an employer: it keeps him out of their cases (回避).

    The office is where the person works: its supervisors oversee him.

    # Note [Who has a tie stays out]
    Arbitrators stand aside who are next of kin of a party, have an interest in the matter or another relation that
    may bear on a fair award (劳动争议调解仲裁法 art. 33); officials with a direct interest stand aside from petitions
    (信访工作条例 art. 28) and from the recognition of work injuries (工伤保险条例 arts. 20, 27). Of a union's own
    staff in every kind of case no law says so: here it holds by analogy, and that a former colleague or somebody of
    the same village counts is our convention.
    """

    class Tie(models.TextChoices):
        """What binds the person to the party."""

        RELATIVE = "relative", _("Relative of a party")
        COLLEAGUE = "colleague", _("Former colleague of a party")
        SAME_VILLAGE = "same_village", _("From the same village as a party")
        OWN_INTEREST = "own_interest", _("Own interest in the matter")
        OTHER = "other", _("Another tie")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts", verbose_name=_("person")
    )
    worker = models.ForeignKey(
        "casework.Worker", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    employer = models.ForeignKey(
        "casework.Employer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employer")
    )
    tie = models.CharField(_("tie"), max_length=16, choices=Tie.choices)
    note = SealedTextField(_("remark"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.CheckConstraint(
                condition=Q(worker=None, employer__isnull=False) | Q(worker__isnull=False, employer=None),
                name="conflict_with_one_party",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | ~Q(ended_by=F("person")), name="nobody_ends_their_own"
            ),
            models.UniqueConstraint(
                fields=["person", "worker"], condition=Q(ended_at=None), name="conflict_with_worker_once"
            ),
            models.UniqueConstraint(
                fields=["person", "employer"], condition=Q(ended_at=None), name="conflict_with_employer_once"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "-id"], name="conflict_by_office")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.tie}"

    @property
    def is_live(self) -> bool:
        """Whether it still keeps the person out."""
        return self.ended_at is None

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return f"conflict:{self.uuid}"

    def belongs_to(self, user: "User") -> bool:
        """Return whether it is the person's own."""
        return self.person_id == user.pk

    def keeps_out(self, person: "User") -> str:
        """Say why the person stays out."""
        return _now("Conflict of interest of %(person)s (%(tie)s): somebody else has to do this.") % {
            "person": person.display_name,
            "tie": self.get_tie_display(),
        }


# The ties of one person that stand, by the account's key.
TIES = Read(lambda person: ConflictOfInterest.objects.filter(person_id=person, ended_at=None))


def ties_of(person: "User") -> list[ConflictOfInterest]:
    """Return what binds a person to parties: read once in an operation, and once for a page."""
    if in_operation():
        kept = current_unit().kept
        key = ("ties", person.pk)
        if key not in kept:
            kept[key] = TIES(person.pk)
        return kept[key]
    if not hasattr(person, "_ties"):
        know_ties(person, TIES(person.pk))
    return person._ties  # type: ignore[attr-defined]


def know_ties(person: "User", ties: list[ConflictOfInterest]) -> None:
    """Take a person's ties as they were just read: by this operation under its locks, or for this page."""
    if in_operation():
        current_unit().kept["ties", person.pk] = ties
    else:
        person._ties = ties  # type: ignore[attr-defined]


def forget_ties(person: "User") -> None:
    """Have the ties read again: they were changed in this operation."""
    current_unit().kept.pop(("ties", person.pk), None)
    person.__dict__.pop("_ties", None)


def case_models() -> "list[type[Case]]":
    """Return the models of the case types."""
    models: list[Any] = apps.get_models()
    return [model for model in models if issubclass(model, Case) and model is not Case]


def concerning(workers: Collection[int], employers: Collection[int]) -> Q:
    """Return the condition of the cases of one of these workers, alone or among others, or against one of these."""
    found = Q(worker__in=workers) | Q(employer__in=employers)
    for kind in case_models() if workers else ():
        for path in kind.SHARED_BY:
            found |= Q(pk__in=kind._default_manager.filter(**{f"{path}__in": workers}).values("pk"))
    return found


def concerning_ties(ties: Iterable[ConflictOfInterest]) -> Q:
    """Return the condition of the cases that one of these ties keeps its person out of."""
    parties = [(tie.worker_id, tie.employer_id) for tie in ties]
    return concerning([one for one, _other in parties if one], [one for _other, one in parties if one])


@condition(_("Money of this case is reserved or paid; finance has to settle it first."))
def no_money_moving(case: "Case") -> bool:
    """No sum of the case is reserved or paid."""
    return not case.claim_lines.filter(state__in=(ClaimLine.State.RESERVED, ClaimLine.State.PAID)).exists()


@condition(_("The last step of this case cannot be taken back."))
def last_step_can_go_back(case: "Case") -> bool:
    """The type lets the present state go back."""
    return case.state in case.TAKE_BACK


class Case(HasStream, ConcurrentTransitionMixin, Scoped, AbstractProcess):
    """A matter the union handles. Each case type adds its own columns in a subclass.

    The state changes through `transitions.perform` only; the database refuses a new state whose event is
    not there. A case is born without a state and gets its first one by its first transition.
    """

    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case_type = models.SlugField(_("type"), max_length=40, editable=False)
    state = FSMField(_("state"), default="", protected=True, max_length=40, blank=True)
    stage = models.CharField(_("stage"), max_length=16, choices=Stage.choices, default=Stage.INTAKE, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("first asked")
    )
    opened_at = models.DateTimeField(_("opened at"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    worker = models.ForeignKey("casework.Worker", models.PROTECT, related_name="cases", verbose_name=_("worker"))
    worker_label = models.CharField(_("worker"), max_length=60, editable=False)
    employer = models.ForeignKey(
        "casework.Employer", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("employer")
    )
    summary = SealedTextField(_("what happened"))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    next_due_on = models.DateField(_("next due"), null=True, editable=False)
    next_due_at = models.DateTimeField(null=True, editable=False)
    next_due_rule = models.CharField(max_length=60, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=32, blank=True, editable=False)
    outcome_reason = SealedTextField(_("reason"), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    SHREDDED: ClassVar[dict[str, Any]] = {"worker_label": DESTROYED}

    # What each type says of itself: the stage of every state, the states a step may be taken back from and
    # to, the facts that may be corrected, the days among them that may be yet to come, how its cases can end, by which
    # ways further workers belong to a case, and how long its cases are kept afterwards.
    STAGES: ClassVar[dict[str, str]] = {}
    TAKE_BACK: ClassVar[dict[str, str]] = {}
    CORRECTABLE: ClassVar[tuple[str, ...]] = ("summary", "is_urgent")
    MAY_LIE_AHEAD: ClassVar[tuple[str, ...]] = ()
    SHARED_BY: ClassVar[tuple[str, ...]] = ()
    State: ClassVar[type[models.TextChoices]]
    Outcome: ClassVar[type[models.TextChoices]]
    RETENTION: ClassVar[Retention] = Retention("case", _("Cases"), 10, _("the closing of the case"))

    # Not viewflow's manager: its querysets drop earlier filters, and with them the office scope.
    objects = models.Manager()

    # The day that the open tasks of a locked case carry.
    _tasks_due_at: datetime | None = None

    # viewflow's code sets these on a process; as plain attributes they satisfy it and store nothing
    data = seed = artifact = parent_task = None

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["office_path", "-id"], name="case_by_office"),
            models.Index(
                fields=["next_due_at", "id"], name="case_by_due", condition=Q(closed_at=None, next_due_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(outcome=""), name="closed_case_has_outcome"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(stage="closed"), name="closed_case_is_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **more: Any) -> "Case":
        """Load a case and remember what the database holds, so that the unit writes what changed."""
        case = super().from_db(db, field_names, values, **more)
        case.remember()
        return case

    def remember(self) -> None:
        """Take the present values as what the database holds."""
        self._held = dict(self.__dict__)

    def lock(self) -> "Case":
        """Lock the row for this operation and bring this very object up to date; the second call is free.

        Raises:
            NotFound: there is no such case.
        """
        self.lock_and_ask()
        return self

    def lock_and_ask(self, *also: Question) -> list[list[Any]]:
        """Lock the row as `lock` does, and return the answers to questions that need the lock held.

        Raises:
            NotFound: there is no such case.
        """
        unit = current_unit()
        if unit.owners.get(self.stream) is self:
            return ask(*also) if also else []
        found, *answers = ask(_locking(type(self)).of(self.pk), *also)
        if not found:
            raise NotFound
        fresh = found[0]
        self.clock_read = fresh.pop("clock_read")
        field: Any
        for field in type(self)._meta.concrete_fields:
            if field.is_relation and field.is_cached(self):
                if getattr(field.get_cached_value(self), "pk", None) != fresh[field.attname]:
                    field.delete_cached_value(self)
        self.__dict__.update(fresh)
        self._tasks_due_at = self.next_due_at
        self.remember()
        self._update_initial_state()  # the optimistic check of django-fsm-2 starts from what was just read
        unit.touch(self)
        return answers

    def days_counted(self) -> dict[str, date | None]:
        """Return the days periods count from, by the fact that names them; a correction that moves one moves them."""
        days = {name: getattr(self, name) for name in self.CORRECTABLE}
        return {name: day for name, day in days.items() if isinstance(self._meta.get_field(name), models.DateField)}

    @property
    def person_id(self) -> int | None:  # type: ignore[override]
        """Return whose matter its events are."""
        return self.worker_id

    @property
    def stream(self) -> str:
        """Return the key of the case's stream."""
        return f"case:{self.number}"

    @classmethod
    def stream_column(cls) -> tuple[str, str]:
        """Return how `stream` is made, for raw SQL."""
        return "case:", "number"

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return self.number

    @property
    def is_closed(self) -> bool:
        """Whether the case is closed; a closed case never changes."""
        return self.closed_at is not None

    def tie_with(self, user: "User") -> str:
        """Return what keeps a person with a conflict of interest out of this case; "" when nothing does."""
        ties = ties_of(user)
        tie = next((tie for tie in ties if self.is_of(tie)), None)
        return tie.keeps_out(user) if tie else ""

    def is_of(self, tie: ConflictOfInterest) -> bool:
        """Return whether the tie is to a party of this case; further workers are asked of the database."""
        if tie.employer_id:
            return tie.employer_id == self.employer_id
        if tie.worker_id == self.worker_id:
            return True
        return self.pk is not None and Case.objects.filter(concerning_ties([tie]), pk=self.pk).exists()

    @property
    def state_title(self) -> str:
        """Return the name of the state in the reader's language; one the type no longer knows reads as its code."""
        known = getattr(type(self), "State", None)
        return str(known(self.state).label) if known and self.state in known.values else self.state

    @classmethod
    def also_visible(cls, path: str) -> Q:
        """Let the office that handed a case over go on reading it."""
        gone = HandOver.objects.filter(from_path__startswith=path, decision=HandOver.Decision.ACCEPTED)
        return Q(pk__in=gone.values("case_id"))

    @classmethod
    def opened_to(cls, user: Any, act: str) -> Q:
        """Let who broke the glass read the case until it closes again; no other act is opened by it."""
        if act not in GlassBreak.OPENS:
            return Q(pk__in=[])
        return Q(pk__in=GlassBreak.still_open().filter(reader=user).values("case_id"))

    def glass_of(self, user: Any) -> "GlassBreak | None":
        """Return the break-glass by which a person reads the case now; none for who reaches it by an office."""
        if any(self.office_path.startswith(path) for path in scope.paths(user, scope.READERS)):
            return None
        return GlassBreak.still_open().filter(reader=user, case_id=self.pk).first()

    def read_for(self, user: Any, purpose: Reading) -> Reading:
        """Return what a person's reading of the case is entered as: as what it is, unless she broke the glass."""
        return Reading.BREAK_GLASS if self.glass_of(user) else purpose

    def end(self, *, at: datetime, outcome: str, reason: str) -> None:
        """Note how the case ended; called by the transitions that lead to “closed”.

        Raises:
            NoReason: nobody said why.
        """
        if not reason.strip():
            raise NoReason
        self.outcome, self.outcome_reason, self.closed_at = outcome, reason, at

    @property
    def outcome_title(self) -> str:
        """Return the name of the outcome in the reader's language."""
        return str(type(self).Outcome(self.outcome).label) if self.outcome else ""

    @move(
        source=ANY_OTHER_STATE,
        target=CLOSED,
        kind="case.withdrawn",
        title=_("Withdraw"),
        roles=WORKING,
        conditions=[no_money_moving],
        needs_reason=True,
    )
    def withdraw(self, *, at: datetime, reason: str) -> None:
        """Close the case because the worker no longer wants it pursued."""
        self.end(at=at, outcome="withdrawn", reason=reason)

    @move(
        source="*",
        target=GET_STATE(lambda case, **_facts: case.TAKE_BACK[case.state]),
        kind="step.taken_back",
        title=_("Take the last step back"),
        roles=WORKING,
        conditions=[last_step_can_go_back, no_money_moving],
        needs_reason=True,
    )
    def take_back(self, *, at: datetime) -> None:
        """Return to the state before the last step; the step is done again."""

    def changed_fields(self) -> list[str]:
        """Return the names of the columns whose value is no longer what the database holds."""
        held, now = self._held, self.__dict__
        changed = []
        for field in self._meta.concrete_fields:
            name = field.attname
            if name not in now or field.primary_key or now[name] == held.get(name, models.NOT_PROVIDED):
                continue
            if isinstance(now[name], Opened) and now[name].sealed == held.get(name):
                continue  # read, not changed
            changed.append(field.name)
        return changed

    def close_unit(self, events: list[Event], at: datetime) -> None:
        """Let the clocks follow what happened, then write the row: one UPDATE, two when the type's columns changed."""
        clocks.follow(self, events, at=at)
        if self.next_due_at != self._tasks_due_at:
            self.task_set.filter(status__in=OPEN_TASK).update(due_at=self.next_due_at)
        changed = self.changed_fields()
        if changed:
            # the state is always named: a save without it would drop a transition silently
            update(self, {*changed, "state"}, state=self._held["state"])
            self._update_initial_state()
            self.remember()

    def reckon_clocks(self) -> None:
        """Let the clocks follow what the operation has recorded so far: the task it makes next carries their day."""
        clocks.foresee(self, current_unit().noted(self.stream))
        self._tasks_due_at = self.next_due_at  # a flow of this house has one open task at a time


@cache
def _locking(model: type[Case]) -> Read:
    """Return the question that locks the row of a case and reads it, with the database's clock."""
    rows = ("self",) if model is Case else ("self", "case_ptr")
    queryset = model._default_manager.select_for_update(of=rows, no_key=True)
    locked = queryset.annotate(clock_read=Now())  # type: ignore[no-redef]
    return Read(lambda pk: locked.filter(pk=pk), objects=False)


class HandOver(models.Model):
    """A case on its way to another office: offered, then accepted or returned with a reason."""

    class Decision(models.TextChoices):
        """What the receiving office said."""

        PENDING = "pending", _("Waiting for the office")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    from_office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+")
    from_path = models.CharField(max_length=255)
    to_office = models.ForeignKey("casework.Office", models.PROTECT, related_name="+")
    to_path = models.CharField(max_length=255)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    decision = models.CharField(max_length=16, choices=Decision.choices, default=Decision.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decision="pending"), name="one_pending_handover")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_path} → {self.to_path}"


class GlassBreak(models.Model):
    """A case of another office opened for reading, in an emergency and for hours (紧急查阅); somebody reviews it."""

    class Finding(models.TextChoices):
        """What the review says."""

        JUSTIFIED = "justified", _("Justified")
        UNJUSTIFIED = "unjustified", _("Not justified")

    # What it opens: reading, and nothing else.
    OPENS: ClassVar[frozenset[str]] = frozenset({"case.read", "person.read", "person.reveal"})

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="glass_breaks", verbose_name=_("case"))
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reader"))
    reader_office = models.ForeignKey(
        "casework.Office", models.PROTECT, related_name="+", verbose_name=_("office of the reader")
    )
    reason = SealedTextField(_("reason"))
    opened_at = models.DateTimeField(_("opened at"))
    ends_at = models.DateTimeField(_("open until"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    finding = models.CharField(_("finding"), max_length=16, choices=Finding.choices, blank=True)
    note = SealedTextField(_("note"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)

    class Meta:
        verbose_name = _("emergency opening")
        verbose_name_plural = _("emergency openings")
        indexes = [models.Index(fields=["reader", "ends_at"], name="glass_of_reader")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=models.F("opened_at")), name="glass_period_in_order"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("reader")),
                name="nobody_reviews_their_own_glass",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, finding="") | (Q(reviewed_by__isnull=False) & ~Q(finding="")),
                name="reviewed_glass_has_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reader_id}"

    @classmethod
    def still_open(cls) -> "models.QuerySet[GlassBreak]":
        """Return those open now, as with `User.grants`; each ends by itself."""
        at = timezone.now()
        return cls.objects.filter(opened_at__lte=at, ends_at__gt=at)

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return str(self.uuid)


class StepField(TaskReferenceField):
    """Which node of which flow a task belongs to; none when its case type is not installed (viewflow would raise)."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Return the node."""
        try:
            return super().from_db_value(value, expression, connection)
        except LookupError:
            return None


class CaseTask(AbstractTask):
    """One step of a case's flow. The copied columns make a queue page one index scan."""

    flow_task = StepField(_("step"))
    process = models.ForeignKey(Case, models.PROTECT, related_name="task_set", related_query_name="task")
    came_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="led_to")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="case_tasks"
    )
    node = models.CharField(max_length=60)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, blank=True)
    case_number = models.CharField(max_length=40)
    case_type = models.CharField(max_length=40)
    worker_label = models.CharField(max_length=60)
    office_path = models.CharField(max_length=255)
    due_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)

    SHREDDED: ClassVar[dict[str, Any]] = {"worker_label": DESTROYED}

    objects: ClassVar[models.Manager["CaseTask"]] = models.Manager()

    # Columns of the abstract task this house does not use: rights are scope.may's, waiting is the clocks'.
    # (Its generic key to a permission's object cannot be taken away; its two columns stay empty.)
    data = seed = artifact = None
    previous = scheduled = external_task_id = None
    owner_permission = None

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["role", "due_at", "id"], name="task_queue", condition=Q(status="NEW", owner=None) & ~Q(role="")
            ),
            models.Index(
                fields=["office_path", "role", "due_at"],
                name="task_queue_office",
                condition=Q(status="NEW", owner=None) & ~Q(role=""),
            ),
            models.Index(fields=["owner", "due_at", "id"], name="task_mine", condition=Q(status="ASSIGNED")),
            models.Index(fields=["process", "id"], name="task_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.node}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in OPEN_TASK

    def belongs_to(self, user: "User") -> bool:
        """Return whether the person has it in hand."""
        return self.owner_id is not None and self.owner_id == user.pk

    def kept_from(self, user: "User") -> str:
        """Return who else has it in hand, in words; "" when nobody has."""
        if self.owner is None or self.owner_id == user.pk:
            return ""
        return _now("This task belongs to %(owner)s.") % {"owner": self.owner.display_name}

    def tie_with(self, user: "User") -> str:
        """Return what keeps a person with a conflict of interest out of its case; "" when nothing does."""
        return self.process.tie_with(user) if ties_of(user) else ""

    @property
    def refusal_subject(self) -> str:
        """Return what a refusal event says it was about."""
        return f"{self.case_number}/{self.pk}"


class ClaimLine(Scoped):
    """One sum for one person: of a case, decided, signed for and paid once."""

    class State(models.TextChoices):
        """Where the sum stands."""

        OPEN = "open", pgettext_lazy("claim line", "Open")
        APPROVED = "approved", _("Approved")
        RESERVED = "reserved", _("Reserved")
        PAID = "paid", _("Paid")
        SETTLED = "settled", _("Settled")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("claim line", "Withdrawn")

    UNFINISHED = (State.OPEN, State.APPROVED, State.RESERVED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="claim_lines")
    worker = models.ForeignKey("casework.Worker", models.PROTECT, related_name="claim_lines")
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    programme = models.CharField(_("programme"), max_length=40, blank=True)
    cause_key = models.CharField(_("cause"), max_length=80, blank=True, db_index=True)

    # A cause may name a child by its keyed digest; a title may name anybody.
    SHREDDED: ClassVar[dict[str, Any]] = {"title": "", "cause_key": ""}

    class Meta:
        verbose_name = _("claim line")
        verbose_name_plural = _("claim lines")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="claim_line_not_negative")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    def tie_with(self, user: "User") -> str:
        """Return what keeps a person with a conflict of interest from this money; "" when nothing does."""
        ties = ties_of(user)
        own = next((tie for tie in ties if tie.worker_id == self.worker_id), None)
        if own is not None:
            return own.keeps_out(user)
        return self.case.tie_with(user) if ties and self.case is not None else ""


class Part(models.TextChoices):
    """The parts people sign for."""

    SURVEYOR1 = "surveyor1", _("Surveyor")
    SURVEYOR2 = "surveyor2", _("Second surveyor")
    VISITOR1 = "visitor1", _("Visitor")
    VISITOR2 = "visitor2", _("Second visitor")
    MEDIATOR = "mediator", _("Mediator")
    REQUESTER = "requester", _("Requester")
    APPROVER1 = "approver1", _("Approver")
    APPROVER2 = "approver2", _("Second approver")
    APPROVER3 = "approver3", _("Third approver")
    PAYER = "payer", _("Payer")


class Signature(models.Model):
    """Who stood for what on a claim line. One person, one part: the constraints hold for everybody."""

    Part = Part

    claim_line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="signatures")
    role = models.CharField(_("part"), max_length=16, choices=Part.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(fields=["claim_line", "person"], name="one_part_per_person"),
            models.UniqueConstraint(fields=["claim_line", "role"], name="one_person_per_part"),
            models.CheckConstraint(condition=Q(role__in=Part.values), name="known_part"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_line_id} {self.role}"


class ReturnVisit(models.Model):
    """The follow-up talk after a case was settled or paid (回访)."""

    class Reached(models.TextChoices):
        """Whether the worker could be reached."""

        YES = "yes", _("Reached")
        NO = "no", _("Not reached")

    class Satisfaction(models.TextChoices):
        """What the worker said of the service."""

        SATISFIED = "satisfied", _("Satisfied")
        FAIR = "fair", _("Fair")
        DISSATISFIED = "dissatisfied", _("Dissatisfied")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="return_visits")
    reached = models.CharField(_("reached"), max_length=8, choices=Reached.choices)
    satisfaction = models.CharField(_("satisfaction"), max_length=16, choices=Satisfaction.choices, blank=True)
    note = SealedTextField(_("note"))
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    visited_at = models.DateTimeField()

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")

    def __str__(self) -> str:
        return f"{self.case_id} {self.reached}"


class CaseLink(models.Model):
    """Two cases that belong together: opened from, reopened as, same incident."""

    class Why(models.TextChoices):
        """How the second case came from the first."""

        OPENED_FROM = "opened_from", _("Opened from")
        REOPENED = "reopened", _("Reopened as")
        SAME_MATTER = "same_matter", _("Same matter")

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    why = models.CharField(_("why"), max_length=16, choices=Why.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.other_id}"


class Draft(models.Model):
    """What somebody typed and has not sent yet; sealed, one per person and form."""

    KEY_LENGTH: ClassVar[int] = 80

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    key = models.CharField(max_length=KEY_LENGTH)
    content = SealedTextField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.key}"
