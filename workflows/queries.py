"""What people see of cases and tasks. Every read is scoped here; viewflow's own querysets are never used."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    DateTimeField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import CaseworkError, NotFound
from casework.audit.keys import SealBroken
from casework.audit.models import AccessRecord, Event, Reading
from casework.cases import conflicts
from casework.cases import operations as cases
from casework.cases.models import (
    OPEN_TASK,
    Case,
    CaseTask,
    Channel,
    ConflictOfInterest,
    Contact,
    GlassBreak,
    HandOver,
    Signature,
    concerning_ties,
    ties_of,
)
from casework.cases.transitions import may_perform
from casework.deadlines.board import ON_BOARD, at_risk
from casework.deadlines.models import Clock
from casework.deadlines.rulebook import every_rule
from casework.offices import scope
from casework.offices.doors import answer_of, reaches_whole_house
from casework.offices.models import Office
from casework.offices.paging import Counted, count_up_to
from casework.people.models import Purpose
from casework.people.queries import worker_for
from casework.rights.standing import REASONS
from casework.staff.models import User as Account
from casework.staff.queries import desk_of
from casework.templatetags.gongdao import cn_date, money, shown

from . import operations
from .calculators import title_of
from .case_type import CaseType, all_case_types, case_type

if TYPE_CHECKING:
    from casework.staff.models import User

# What the pages of the trail list.
R = TypeVar("R", Event, AccessRecord)

WORKED = scope.ACTS["task.work"].roles
# A role people hold, or the part they take in a case's money: the codes never mean different things.
ROLE_TITLES: dict[str, str | Promise] = {**dict(Signature.Part.choices), **dict(scope.Role.choices)}


# ---- tasks -----------------------------------------------------------------------------------------------


def tasks_for(user: "User") -> QuerySet[CaseTask]:
    """Return the person's own open tasks, the clock that bites first on top."""
    return _told_why(CaseTask.objects.filter(owner=user, status="ASSIGNED")).order_by("due_at", "id")


def queue_for(user: "User") -> QuerySet[CaseTask]:
    """Return the tasks the person may claim: of her roles, in her offices and below, of nobody she has a tie to."""
    mine = Q(pk__in=[])
    for role in WORKED:
        mine |= Q(role=role) & scope.within(scope.paths(user, [role]))
    found = CaseTask.objects.filter(mine, status="NEW", owner=None)
    if ties := ties_of(user):
        found = found.exclude(process__in=Case.objects.filter(concerning_ties(ties)))
    return _told_why(found).order_by("due_at", "id")


def _told_why(tasks: QuerySet[CaseTask]) -> QuerySet[CaseTask]:
    """Add by which rule each task is due; the task itself carries the day only."""
    return tasks.annotate(due_rule=F("process__next_due_rule"))


def task_for(user: "User", pk: int) -> CaseTask:
    """Return a task of a case the person may read, with its case.

    Raises:
        NotFound: there is none, or it is of a case she may not know of.
    """
    visible = scope.visible(Case.objects.all(), user, "case.read")
    task = CaseTask.objects.select_related("owner").filter(pk=pk, process__in=visible).first()
    if task is None:
        raise NotFound
    task.process = typed(task.process_id, task.case_type)
    return task


def able_people(task: CaseTask, office: Office) -> list[Account]:
    """Return who could be given a task: holders of its role who reach its office, by name."""
    above = [path for path in office.path_upwards if task.office_path.startswith(path)]
    people = Account.objects.filter(role_grants__role=task.role, role_grants__office__path__in=above, is_active=True)
    return [person for person in people.distinct().order_by("display_name") if operations.may_take(task, person)]


# ---- cases -----------------------------------------------------------------------------------------------


def typed(pk: int, slug: str) -> Any:
    """Return a case as an object of its own type."""
    model = case_type(slug).model
    return model.objects.select_related("worker", "employer", "office", "handler", "opened_by").get(pk=pk)


def cases_visible_to(user: "User") -> QuerySet[Case]:
    """Return the cases the person may read."""
    return scope.visible(Case.objects.all(), user, "case.read")


def case_for(user: "User", number: str) -> Any:
    """Return a case the person may read, as an object of its own type.

    Raises:
        NotFound: there is none of that number, or it belongs to another office.
    """
    found = cases_visible_to(user).filter(number=number).values_list("pk", "case_type").first()
    if found is None:
        raise NotFound
    return typed(*found)


def search_cases(
    user: "User",
    *,
    at: datetime,
    slug: str = "",
    stage: str = "",
    text: str = "",
    mine: bool = False,
    open_only: bool = False,
    late: bool = False,
    near: bool = False,
    by_due: bool = False,
) -> QuerySet[Case]:
    """Return the visible cases that fit the filters of the list.

    Args:
        at: the moment as of which something is at risk.
        late, near: open cases with a deadline that is overdue, or at risk.
        by_due: open cases only, to be sorted by `bites_at`: when the next of their deadlines ends.
    """
    found = cases_visible_to(user).select_related("office", "handler")
    if late:
        found = found.filter(_has_clock(Q(is_late=True)), closed_at=None)
    if near:
        found = found.filter(_has_clock(at_risk(at)), closed_at=None)
    if by_due:
        # The column again, known to hold a day: so a page begins where the one before it ended, by the index.
        bites_at = ExpressionWrapper(F("next_due_at"), output_field=DateTimeField())
        found = found.filter(closed_at=None, next_due_at__isnull=False).annotate(bites_at=bites_at)
    if slug:
        found = found.filter(case_type=slug)
    if stage:
        found = found.filter(stage=stage)
    if mine:
        found = found.filter(Q(handler=user) | Q(opened_by=user))
    if open_only:
        found = found.filter(closed_at=None)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(employer__name__icontains=text))
    return found


def cases_to_write_to(user: "User", *, at: datetime, numbers: Iterable[str] = (), **filters: Any) -> QuerySet[Case]:
    """Return the cases that get one letter together: those of these numbers, else those that fit the list's filters.

    Cases that the person may only read are left out.
    """
    named = set(numbers)
    found = cases_visible_to(user).filter(number__in=named) if named else search_cases(user, at=at, **filters)
    return found.filter(scope.within(scope.paths(user, scope.ACTS["letter.issue"].roles))).order_by("id")


def _has_clock(condition: Q) -> Exists:
    return Exists(Clock.objects.filter(condition, case=OuterRef("pk")))


@dataclass(frozen=True)
class Pressing:
    """How much of somebody's own presses: cases overdue, cases at risk, callers who wait for the answer."""

    late: Counted
    near: Counted
    contacts: Counted

    def __bool__(self) -> bool:
        return bool(self.late.number or self.near.number or self.contacts.number)


def pressing_of(user: "User", at: datetime) -> Pressing:
    """Return what presses of the person's own cases and contacts; each number is one of a list's filters."""
    return Pressing(
        late=count_up_to(search_cases(user, at=at, mine=True, late=True), 99),
        near=count_up_to(search_cases(user, at=at, mine=True, near=True), 99),
        contacts=count_up_to(search_contacts(user, at=at, show="mine"), 99),
    )


def state_titles() -> dict[tuple[str, str], str | Promise]:
    """Return the name of every state of every type."""
    return {(kind.slug, state): label for kind in all_case_types() for state, label in kind.model.State.choices}


def handovers_for(user: "User") -> QuerySet[HandOver]:
    """Return the cases other offices offer to the person's offices."""
    mine = scope.within(scope.paths(user, scope.ACTS["case.hand_over"].roles), "to_path")
    offers = HandOver.objects.filter(mine, decision=HandOver.Decision.PENDING, case__closed_at=None)
    return offers.select_related("case", "from_office", "to_office", "offered_by").order_by("offered_at", "id")


def pending_offer(case: Case) -> HandOver | None:
    """Return the offer of an open case that waits for the other office's answer, if there is one."""
    if case.is_closed:
        return None
    offers = case.handovers.filter(decision=HandOver.Decision.PENDING)
    return offers.select_related("to_office", "from_office").first()


def contacts_visible_to(user: "User") -> QuerySet[Contact]:
    """Return the contacts the person may read."""
    return scope.visible(Contact.objects.all(), user, "contact.read")


def search_contacts(user: "User", *, at: datetime, show: str = "") -> QuerySet[Contact]:
    """Return the visible contacts that fit the list's filter, each with the rule and day of what bites first.

    Args:
        show: "open", those that wait for an answer; "mine", those among them that the person took; "late", those
            that waited longer than was promised or the law allows; all others show all.
    """
    waiting = Q(answered_at=None, case=None)
    passed = Exists(Clock.objects.filter(contact=OuterRef("pk"), is_late=True))
    filters = {
        "open": waiting,
        "mine": waiting & Q(taken_by=user),
        "late": Q(passed) | (waiting & Q(promised_on__lt=timezone.localdate(at))),
    }
    owed = Clock.objects.filter(ON_BOARD, contact=OuterRef("pk")).order_by("nominal_on", "due_at", "rule")
    found = contacts_visible_to(user).filter(filters.get(show, Q()))
    return found.select_related("office", "taken_by", "case").annotate(
        due_rule=Subquery(owed.values("rule")[:1]), due_on=Subquery(owed.values("nominal_on")[:1])
    )


def contact_for(user: "User", uuid: Any) -> Contact:
    """Return one contact.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    try:
        named = UUID(str(uuid))
    except ValueError:
        raise NotFound from None
    found = contacts_visible_to(user).select_related("office", "taken_by", "answered_by", "case", "worker")
    contact = found.filter(uuid=named).first()
    if contact is None:
        raise NotFound
    return contact


def clock_for(user: "User", pk: int) -> tuple[Clock, Any]:
    """Return a clock and the case or contact it belongs to.

    Raises:
        NotFound: there is none, or it belongs to another office.
    """
    clock = Clock.objects.filter(pk=pk).select_related("case", "contact").first()
    if clock is None:
        raise NotFound
    if clock.case is not None:
        return clock, case_for(user, clock.case.number)
    return clock, contact_for(user, clock.contact.uuid)  # type: ignore[union-attr]  # a clock has one of the two


# ---- the case page ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Action:
    """Something that can be done on a case page: allowed, or with the reason why not."""

    name: str
    title: str | Promise
    url: str
    answer: scope.Answer
    facts: dict[str, Any] = field(default_factory=dict)


# Events of a long list that are held at once.
AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    event: Event
    sentence: str
    words: str
    changes: "list[Change]"


@dataclass(frozen=True)
class Change:
    """What an event changed: its name, what it was and what it is since then; in words."""

    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return _now("%(title)s: %(before)s → %(after)s") % vars(self)


def timeline(case: Case, *, newest_first: bool = True) -> list[Line]:
    """Return the history of a case in words, in the reader's language; two queries however long it is."""
    found = Event.objects.filter(stream=case.stream).select_related("actor", "words")
    return in_words(found.order_by("-seq" if newest_first else "seq"))


def in_words_one_by_one(found: QuerySet[Event]) -> Iterator[Line]:
    """Say a long list of events in sentences, in its order, some at a time."""
    rows = found.iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        yield from in_words(some)


def in_words(found: Iterable[Event]) -> list[Line]:
    """Say events in sentences, with the names their ids stand for."""
    rows = list(found)
    said = [event.facts for event in rows]
    people = {facts["owner"] for facts in said if "owner" in facts}
    people |= {pk for facts in said for pk in facts.get("changes", {}).get("owner", ()) if pk}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "display_name")) if people else {}
    return [
        Line(event, events.sentence(event, **_named(event, names)), _words_of(event), _changes_of(event, names))
        for event in rows
    ]


def _words_of(event: Event) -> str:
    """Return what was typed beside an event; one that somebody changed hides none of the others from a reader."""
    try:
        return events.words_of(event)
    except SealBroken:
        return _now("This text was changed past the system and cannot be opened.")


def _changes_of(event: Event, names: dict[int, str]) -> list[Change]:
    """Return what an event changed, in the reader's language."""
    facts, kind = event.facts, _kind_of(event.stream)
    found = []
    if kind is not None and {"from", "to"} <= facts.keys():
        states = dict(kind.model.State.choices)
        if facts["from"] in states and facts["to"] in states:
            found.append(Change(_now("State"), str(states[facts["from"]]), str(states[facts["to"]])))
    for name, (before, after) in facts.get("changes", {}).items():
        column = _column(event, name)
        title = NOT_COLUMNS.get(name) or (column.verbose_name if column else name)
        found.append(Change(str(title), _worded(column, name, before, names), _worded(column, name, after, names)))
    return found


# What events change that is no column's, or whose column bears no name for people.
NOT_COLUMNS: dict[str, str | Promise] = {"owner": _("In whose hands"), "below": _("Office above")}


def _column(event: Event, name: str) -> Any:
    """Return the column that a fact of an event names; none when there is none, or no longer one."""
    known, kind = events.KINDS.get(event.kind), _kind_of(event.stream)
    model = apps.get_model(known.about) if known and known.about else kind.model if kind else None
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _worded(column: Any, name: str, value: Any, names: dict[int, str]) -> str:
    """Return a value that an event keeps as people read it: codes as words, days as days, sums as sums."""
    if value is None or value == "":
        return "—"
    if name == "owner":
        return names.get(value, "—")
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, dict | list):
        return _now("several values")
    if isinstance(column, DecimalField):
        return money(Decimal(value))
    day = events.as_day(value)
    return cn_date(day) if day else str(shown(value))


def places_of(lines: Iterable[Line]) -> dict[str, str]:
    """Say of each stream where it belongs: a case's number, an office's name; one query for the offices."""
    streams = {line.event.stream for line in lines}
    offices = {int(key) for stream in streams if (key := stream.removeprefix("office:")) != stream and key.isdigit()}
    names = {f"office:{office.pk}": str(office) for office in Office.objects.filter(pk__in=offices)} if offices else {}
    return {stream: names.get(stream) or stream.removeprefix("case:") for stream in streams} | {
        "security": _now("Security")
    }


def _named(event: Event, names: dict[int, str]) -> dict[str, Any]:
    """Return what a sentence needs and the facts hold as codes: names of steps, people, roles, deadlines, fields."""
    facts = event.facts
    more: dict[str, Any] = {}
    if "owner" in facts:
        more["owner_name"] = names.get(facts["owner"], "—")
    if "role" in facts:
        more["role"] = more["role_name"] = ROLE_TITLES.get(facts["role"], facts["role"])
    if "node" in facts:
        more["title"] = node_title(event.stream, facts["node"])
    if facts.get("rule") in every_rule():
        more["rule"] = every_rule()[facts["rule"]].title
    if facts.get("channel") in Channel.values:
        more["channel"] = Channel(facts["channel"]).label
    if facts.get("finding") in GlassBreak.Finding.values:
        more["finding"] = GlassBreak.Finding(facts["finding"]).label
    if facts.get("reason") in REASONS:
        more["reason"] = REASONS[facts["reason"]]
    if "calculator" in facts:
        more["calculation"] = title_of(facts["calculator"])
    if event.kind == "worker.revealed":
        more["purpose"] = Reading(facts["field"]).label if facts["field"] in Reading.values else facts["field"]
    elif "field" in facts:
        more["field"] = _field_title(event.stream, facts["field"])
    if "fields" in facts:
        columns = [(name, _column(event, name)) for name in facts["fields"].split(", ")]
        more["fields"] = _now(", ").join(str(column.verbose_name) if column else name for name, column in columns)
    if "error" in facts:
        more["error"] = _refusal(facts["error"])
    if "purpose" in facts and event.kind.startswith("consent."):
        more["purpose"] = dict(Purpose.choices).get(facts["purpose"], facts["purpose"])
    return more


def _refusal(name: str) -> str:
    """Return the sentence of a refusal by the name of its class; one that is no longer there reads as its name."""
    classes = [CaseworkError]
    for one in classes:
        if one.__name__ == name:
            return str(one.message)
        classes += one.__subclasses__()
    return name


def _kind_of(stream: str) -> CaseType | None:
    """Return the type of the case that a stream belongs to."""
    prefix = stream.removeprefix("case:").split("-")[0]
    return next((kind for kind in all_case_types() if kind.prefix == prefix), None)


def _field_title(stream: str, field: str) -> str:
    """Return the name of a fact of a case; one that is none, or no longer one, reads as its code."""
    kind = _kind_of(stream)
    if kind is None or field not in kind.model.CORRECTABLE:
        return field
    return str(kind.model._meta.get_field(field).verbose_name)


def node_title(stream: str, node: str) -> str:
    """Return the name of a flow's step; a step that no longer exists reads as its code."""
    kind = _kind_of(stream)
    found = kind.flow.instance.node(node, no_obsolete=True) if kind else None
    return str(found.task_title) if found is not None else node


def calculations_kept(case: Case) -> list[Event]:
    """Return the sums that were kept on a case, the latest of each calculator, in the order they were kept."""
    kept = Event.objects.filter(stream=case.stream, kind="calculation.kept").select_related("words").order_by("seq")
    latest = {event.facts["calculator"]: event for event in kept if "amount" in event.facts}
    return sorted(latest.values(), key=lambda event: event.seq)


def open_tasks(case: Case) -> list[CaseTask]:
    """Return what the case waits for."""
    tasks = list(case.task_set.filter(status__in=OPEN_TASK).select_related("owner").order_by("id"))
    for task in tasks:
        task.process, task.due_rule = case, case.next_due_rule
    return tasks


def done_tasks(case: Case) -> list[CaseTask]:
    """Return the human steps that are behind the case, newest first."""
    done = case.task_set.filter(status__in=("DONE", "REVIVED"), flow_task_type="HUMAN").select_related("owner")
    return list(done.order_by("-id"))


def actions_on(case: Any, user: "User", at: datetime) -> list[Action]:
    """Return everything that could be done on a case page beside its open steps, each with its answer."""

    def url(name: str) -> str:
        return reverse(name, args=[case.number])

    return [
        *_doors(case, user),
        Action("take_back", _("Take the last step back"), url("case_take_back"), _may_take_back(case, user, at)),
        Action("correct", _("Correct a fact"), url("case_correct"), scope.may(user, "case.correct", case)),
        Action("hand_over", _("Hand over to another office"), url("case_hand_over"), _may_hand_over(case, user)),
        Action(
            "proceeding",
            _("Record what became of it"),
            url("case_proceeding"),
            scope.may(user, "case.move", case),
        ),
        Action("link", _("Link with another case"), url("case_link"), scope.may(user, "case.link", case)),
        Action("conflict", _("Declare a conflict of interest"), url("case_conflict"), scope.YES),
        Action("withdraw", _("Withdraw"), url("case_withdraw"), may_perform(case, "withdraw", user)),
    ]


def action_on(case: Any, name: str, user: "User", at: datetime) -> Action:
    """Return one of the actions of a case page."""
    return next(action for action in actions_on(case, user, at) if action.name == name)


def _doors(case: Any, user: "User") -> list[Action]:
    return [
        Action(
            door.name,
            door.title,
            reverse("task_door", args=[task.pk, door.name]),
            scope.may(user, "case.move", case, roles=door.roles or None),
        )
        for task in open_tasks(case)
        for door in getattr(task.flow_task, "doors", ())
        if not door.rule and door.form_class is not None
    ]


def _may_take_back(case: Any, user: "User", at: datetime) -> scope.Answer:
    may = scope.may(user, "case.take_back", case)
    return may and answer_of(lambda: operations.step_to_take_back(case, user, at))


def _may_hand_over(case: Case, user: "User") -> scope.Answer:
    may = scope.may(user, "case.hand_over", case)
    if may and case.handovers.filter(decision=HandOver.Decision.PENDING).exists():
        return scope.Answer(False, _("The case is already on its way to another office."), cases.HandOverPending)
    return may and answer_of(lambda: cases.check_movable(case))


def works_on(case: Case, user: "User") -> bool:
    """Return whether the person opened or handles the case, or had a step of it: she sees name and phone in clear."""
    return user.pk in (case.handler_id, case.opened_by_id) or case.task_set.filter(owner=user).exists()


def reading_of(case: Case, user: "User", at: datetime) -> Reading:
    """Return what a person reads a case for: to work on it, for a reason given today, in an emergency, or to look.

    Who only looks sees it masked.
    """
    if works_on(case, user):
        return Reading.CASE
    shown = _gave_a_reason("case.revealed", f'"case":"{case.number}"', user, at)
    return case.read_for(user, Reading.SHOWN if shown else Reading.LOOK)


def knows_caller(contact: Contact, user: "User", at: datetime) -> bool:
    """Return whether a person sees who called and what was told.

    Who took or answered it, who may answer it while it waits, who works on its case, who gave a reason today.
    """
    if user.pk in (contact.taken_by_id, contact.answered_by_id):
        return True
    if contact.is_open and scope.may(user, "contact.take", contact):
        return True
    if contact.case is not None and works_on(contact.case, user):
        return True
    return _gave_a_reason("contact.revealed", f'"contact":"{contact.uuid}"', user, at)


def _gave_a_reason(kind: str, about: str, user: "User", at: datetime) -> bool:
    since = _midnight(timezone.localdate(at))
    return Event.objects.filter(actor=user, kind=kind, happened_at__gte=since, facts_text__contains=about).exists()


def links_of(case: Case, user: "User") -> list[tuple[str, str, bool]]:
    """Return the linked cases: number, how they belong together, and whether the person may read them."""
    forward = [(link.other, link.get_why_display()) for link in case.links.select_related("other")]
    backward = [(link.case, link.get_why_display()) for link in case.linked_from.select_related("case")]
    readable = set(
        cases_visible_to(user)
        .filter(pk__in=[other.pk for other, _why in forward + backward])
        .values_list("pk", flat=True)
    )
    return [(other.number, why, other.pk in readable) for other, why in forward + backward]


def home_office(user: "User") -> str:
    """Return the code of the office the person most likely works for; "" for somebody without a role."""
    office = desk_of(user)
    return office.code if office is not None else ""


def search_conflicts(user: "User", *, show: str = "", person: str = "") -> QuerySet[ConflictOfInterest]:
    """Return the conflicts of interest a person may read that fit the list's filters.

    Args:
        show: "ended" shows those that are ended; else those that stand.
    """
    found = conflicts.conflicts_visible_to(user).filter(ended_at__isnull=show != "ended")
    return found.filter(person__username=person.strip()) if person else found


def conflicts_about(case: Case, user: "User") -> list[ConflictOfInterest]:
    """Return the conflicts of interest with a party of a case that stand, as far as the person may read them."""
    standing = conflicts.conflicts_visible_to(user).filter(ended_at=None, person__in=conflicts.tied_people(case))
    return [one for one in standing if case.is_of(one)]


# ---- the trail -------------------------------------------------------------------------------------------


def trail_for(
    user: "User",
    *,
    case: str = "",
    actor: str = "",
    kind: str = "",
    outcome: str = "",
    office: Office | None = None,
    person: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Event]:
    """Return the events a supervisor or auditor may read: what happened in the offices she reaches.

    Whoever asks for a case or a person also finds all of each case she may read, the part that happened elsewhere, too.
    What belongs to no office, the logins and roles, is for those who see the whole tree.

    Args:
        office: with those below it; where it happened, which for a case that was handed over is where it was then.
        person: the worker it is about, also as one of several in a collective case.

    Raises:
        NotFound: there is no such worker, or none whose record may be read.
    """
    found = Event.objects.select_related("actor", "words")
    asked: QuerySet[Case] = Case.objects.none()
    if case:
        number = case.strip()
        asked = Case.objects.filter(number=number)
        found = found.filter(stream=f"case:{number}")
    if person:
        worker = worker_for(user, person)
        # Asked one after the other, each by its index; an OR of both would read every case.
        own, shared = worker.cases.values_list("pk", flat=True), worker.claim_lines.values_list("case", flat=True)
        asked = Case.objects.filter(pk__in={*own, *shared} - {None})
        found = found.filter(Q(person_id=worker.pk) | Q(stream__in=_streams(asked)))
    if kind:
        found = found.filter(kind=kind)
    if outcome:
        found = found.filter(outcome=outcome)
    found = _narrowed(found, "actor", "happened_at", username=actor, office=office, since=since, until=until)

    def elsewhere() -> Q:
        return Q(stream__in=_streams(scope.visible(asked, user, "audit.read")))

    return _reached(found, user, "happened_at", elsewhere if case or person else None)


# How the register of readings is read: the latest first.
READS_ORDER = ("-read_at", "-id")


def reads_for(
    user: "User",
    *,
    case: str = "",
    reader: str = "",
    purpose: str = "",
    office: Office | None = None,
    person: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AccessRecord]:
    """Return who read personal data of the offices a supervisor or auditor reaches, by whomever it was read.

    Whoever asks for a case or a person also finds what was read of them elsewhere, as in the trail.

    Args:
        office: with those below it; the one the person whose data it is belonged to.

    Raises:
        NotFound: there is no such worker, or none whose record may be read.
    """
    found = AccessRecord.objects.select_related("reader")
    elsewhere = Q(pk__in=[])
    if case:
        number = case.strip()
        found = found.filter(case_number=number)
        if scope.visible(Case.objects.filter(number=number), user, "audit.read").exists():
            elsewhere = Q(case_number=number)
    if person:
        subject = worker_for(user, person)
        found = found.filter(subject=subject.uuid)
        if scope.may(user, "audit.read", subject):
            elsewhere |= Q(subject=subject.uuid)
    if purpose:
        found = found.filter(purpose=purpose)
    found = _narrowed(found, "reader", "read_at", username=reader, office=office, since=since, until=until)
    return _reached(found, user, "read_at", (lambda: elsewhere) if case or person else None)


def _reached(found: QuerySet[R], user: "User", moment: str, elsewhere: Callable[[], Q] | None) -> QuerySet[R]:
    """Keep what happened in the offices whose trail a person reads.

    Args:
        elsewhere: what she may read beside it, when she asks for a case or a person.
    """
    if reaches_whole_house(user, "audit.read"):
        return found
    paths = scope.paths(user, scope.ACTS["audit.read"].roles)
    if elsewhere is not None:
        return found.filter(Q(office_id__in=_offices(paths)) | elsewhere())
    return _in_offices(found, moment, paths)


def _narrowed(
    found: QuerySet[R],
    who: str,
    moment: str,
    *,
    username: str,
    office: Office | None,
    since: date | None,
    until: date | None,
) -> QuerySet[R]:
    """Keep what fits the filters that both registers have: by whom, where and when; each has its own columns."""
    if username:
        # By the key: the database then knows how much the person did.
        person = Account.objects.filter(username=username.strip()).values_list("pk", flat=True).first()
        found = found.filter(**{who: person}) if person else found.none()
    if office:
        found = _in_offices(found, moment, [office.path])
    if since:
        found = found.filter(**{f"{moment}__gte": _midnight(since)})
    if until:
        found = found.filter(**{f"{moment}__lt": _midnight(until) + timedelta(days=1)})
    return found


def _streams(cases: QuerySet[Case]) -> list[str]:
    return [f"case:{number}" for number in cases.values_list("number", flat=True)]


# Beyond so many offices it is dearer to ask each for its last than to read past those that are closed.
MANY_OFFICES = 2_000


def _in_offices(found: QuerySet[R], moment: str, paths: list[str]) -> QuerySet[R]:
    """Keep what happened in offices and those below, and say when the last of it was.

    The database takes the work of an office to be spread evenly over the years: it would read down all the years since
    one was closed to find what came before.
    """
    offices = _offices(paths)
    found = found.filter(office_id__in=offices)
    if len(offices) > MANY_OFFICES:
        return found
    own = found.model._default_manager.filter(office_id=OuterRef("pk")).order_by(f"-{moment}", "-id")
    each = Office.objects.filter(pk__in=offices).annotate(last=Subquery(own.values(moment)[:1]))
    last = each.aggregate(newest=Max("last"))["newest"]
    return found.filter(**{f"{moment}__lte": last}) if last else found.none()


def _offices(paths: list[str]) -> list[int]:
    """Return the keys of offices and of those below: as values, which the database looks up row by row in order."""
    return list(Office.objects.filter(scope.within(paths, "path")).order_by("pk").values_list("pk", flat=True))


# How the trail is read: the latest first.
TRAIL_ORDER = ("-happened_at", "-id")
# Events that are handed out at once; more is asked for by period.
MOST_EXPORTED = 100_000


def trail_to_export(found: QuerySet[Event]) -> tuple[QuerySet[Event], Counted]:
    """Return what is handed out of a search, without what happens from now on, and how many events that is."""
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    found = found.filter(pk__lte=newest)
    counted = count_up_to(found, MOST_EXPORTED)
    return found.order_by(*TRAIL_ORDER)[:MOST_EXPORTED], counted


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
