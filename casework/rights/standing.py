"""What stands in the way of destroying a file, and until when it is kept: asked before it is proposed, and again when
it is its turn.

A person whose request to delete was granted waits for no period of ours: only open matters, a legal hold and a period
that a law fixes keep what is held of them (个人信息保护法 art. 47).
"""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import Text
from casework.audit.shredding import belongings, references
from casework.cases.models import Case, ClaimLine, Contact, case_models
from casework.deadlines.models import Clock
from casework.offices import retention
from casework.offices.models import Office
from casework.offices.queries import parameter_or
from casework.offices.retention import Retention
from casework.people.models import HardshipFile, Worker
from casework.templatetags.gongdao import cn_date

from .models import DataRequest, DisposalLine, LegalHold

# The rule of a line that stands there because the person asked for it.
ASKED = "asked"

# Why a file was kept, by the code that its line keeps.
REASONS: dict[str, Text] = {
    "open": _("It is not closed."),
    "deadline": _("A deadline of it still runs."),
    "hold": _("There is a legal hold on it."),
    "request": _("A request of the person about data waits for an answer."),
    "period": _("Its period has not ended."),
    "law": _("A law says that it is kept."),
    "matter": _("Another matter of the person is still on file."),
    "dropped": _("The disposal was not carried out."),
    "error": _("Something unexpected happened; the log of the server says what."),
}


class Obstacle(NamedTuple):
    """One thing in the way: its code, and a sentence that names it."""

    code: str
    text: str


class Kept(NamedTuple):
    """Until which day something is kept, and by which period."""

    until: date
    rule: Retention


class Periods:
    """The periods of the offices on a day, each asked of the database once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._known: dict[tuple[str, int], int] = {}

    def length(self, rule: Retention, office: Office) -> int:
        """Return how long an office keeps what a rule is about."""
        key = rule.code, office.pk
        if key not in self._known:
            self._known[key] = parameter_or(rule.parameter, office, self.on, rule.length)
        return self._known[key]

    def kept(self, rule: Retention, office: Office, since: date) -> Kept:
        """Return until when something is kept whose period began on a day."""
        return Kept(rule.until(since, self.length(rule, office)), rule)

    def of(self, subject: Any) -> Kept:
        """Return until when a closed case, an answered contact, a hardship file after its exit or a person is kept."""
        if isinstance(subject, Case):
            return self._of_case(subject)
        if isinstance(subject, Contact):
            return self.kept(retention.CONTACT, subject.office, localdate(subject.answered_at))
        if isinstance(subject, HardshipFile):
            return self.kept(retention.HARDSHIP_FILE, subject.office, subject.exited_on)  # type: ignore[arg-type]
        return self.kept(retention.PERSON, subject.office, localdate(subject.registered_at))

    def _of_case(self, case: Case) -> Kept:
        """Return the period of its type, or that of the law on vouchers when money was paid and it is the longer."""
        closed = localdate(case.closed_at)
        own = self.kept(rule_of(case.case_type), case.office, closed)
        if not case.claim_lines.filter(state__in=PAID).exists():
            return own
        return max(own, self.kept(retention.MONEY, case.office, closed), key=lambda kept: kept.until)


PAID = (ClaimLine.State.PAID, ClaimLine.State.SETTLED)


@cache
def rule_of(case_type: str) -> Retention:
    """Return the period of a case type; of one that is no longer installed, that of cases in general."""
    own = (model.RETENTION for model in case_models() if model._meta.app_label == case_type)
    return next(own, Case.RETENTION)


def every_rule() -> list[Retention]:
    """Return the table of periods."""
    return [*dict.fromkeys(model.RETENTION for model in case_models()), *retention.GENERAL]


# ---- who and what belongs together -----------------------------------------------------------------------


@cache
def _parts() -> tuple[tuple[Any, str, str], ...]:
    """Return where the rows of a case name a person: the model, its column, and every way to the case."""
    return tuple((model, field, path) for model, path in belongings(Case) for field in references(model, Worker))


def people_of(case: Case) -> list[Worker]:
    """Return everybody a case holds something of, whose matter it is among them; in the order they are locked in."""
    first, *others = (
        model._base_manager.filter(**{path: case.pk}).order_by().values_list(field) for model, field, path in _parts()
    )
    keys = {case.worker_id, *(key for (key,) in first.union(*others))}
    return list(Worker.objects.filter(pk__in=keys - {None}).order_by("pk"))


def cases_of(worker: Worker) -> "QuerySet[Case]":
    """Return every case that holds something of a person: their own, those they have a part in, and of their files."""
    found = Q(worker=worker)
    for model, field, path in _parts():
        found |= Q(pk__in=model._base_manager.filter(**{field: worker.pk, f"{path}__isnull": False}).values(path))
    for model in case_models():
        for field in references(model, HardshipFile):
            rows = model._base_manager.filter(**{f"{field}__household__head": worker.pk})
            found |= Q(pk__in=rows.values("pk"))
    return Case.objects.filter(found)


def gone(subject: str) -> "QuerySet[Any, Any]":
    """Return the keys of what was destroyed: of cases, contacts, files or workers."""
    lines = DisposalLine.objects.filter(outcome__in=DisposalLine.GONE, **{f"{subject}__isnull": False})
    return lines.values(subject)


def bound(subject: str) -> "QuerySet[Any, Any]":
    """Return the keys of what was destroyed, or stands in a disposal that is under way."""
    lines = DisposalLine.objects.filter(outcome__in=DisposalLine.BINDING, **{f"{subject}__isnull": False})
    return lines.values(subject)


def erasure_granted() -> "QuerySet[Any, Any]":
    """Return the keys of the workers whose request to delete was granted."""
    granted = DataRequest.Outcome.GRANTED
    return DataRequest.objects.filter(kind=DataRequest.Kind.ERASURE, outcome=granted).values("worker")


# ---- what is in the way ----------------------------------------------------------------------------------


def in_the_way(subject: Any, periods: Periods, *, asked: bool = False) -> list[Obstacle]:
    """Return what keeps a case, a contact, a hardship file or a person's record from being destroyed.

    Args:
        asked: the person's request to delete was granted, or is being decided on.
    """
    ask = {Case: _of_case, Contact: _of_contact, HardshipFile: _of_file, Worker: _of_worker}
    return next(of for model, of in ask.items() if isinstance(subject, model))(subject, periods, asked)


def of_everything(worker: Worker, periods: Periods) -> list[Obstacle]:
    """Return what keeps anything that is held of a person, when the person asks that it be deleted."""
    found = []
    for case in cases_of(worker).exclude(pk__in=gone("case")).select_related("office").order_by("pk"):
        found += _of_case(case, periods, asked=True)
    for contact in worker.contacts.filter(case=None).exclude(pk__in=gone("contact")).select_related("office"):
        found += _of_contact(contact, periods, asked=True)
    for file in files_of(worker).exclude(pk__in=gone("file")).select_related("office"):
        found += _of_file(file, periods, asked=True)
    return list(dict.fromkeys([*found, *_held([worker])]))


def files_of(worker: Worker) -> "QuerySet[HardshipFile]":
    """Return the hardship files of the household that a worker heads."""
    return HardshipFile.objects.filter(household__head=worker)


def last_things_of(worker: Worker) -> list[Obstacle]:
    """Return what keeps a person's record when the last of their matters has gone: holds, requests, other matters."""
    return [*_other_matters(worker), *_held([worker]), *_waiting([worker])]


def _of_case(case: Case, periods: Periods, asked: bool) -> list[Obstacle]:
    name = {"number": case.number}
    if not case.is_closed:
        return [Obstacle("open", _now("Case %(number)s is open.") % name)]
    found = []
    if Clock.objects.filter(case=case, state__in=(Clock.State.RUNNING, Clock.State.SUSPENDED)).exists():
        found.append(Obstacle("deadline", _now("A deadline of case %(number)s still runs.") % name))
    people = people_of(case)
    found += _held(people, case)
    found += [] if asked else _waiting(people)
    return found + _by_period(periods.of(case), case.number, periods.on, asked)


def _of_contact(contact: Contact, periods: Periods, asked: bool) -> list[Obstacle]:
    if contact.answered_at is None or contact.case_id is not None:
        return [Obstacle("open", _now("A contact waits for an answer, or belongs to a case."))]
    people = [contact.worker] if contact.worker else []
    found = [*_held(people), *([] if asked else _waiting(people))]
    return found + _by_period(periods.of(contact), cn_date(contact.taken_at), periods.on, asked)


def _of_file(file: HardshipFile, periods: Periods, asked: bool) -> list[Obstacle]:
    if file.exited_on is None:
        return [Obstacle("open", _now("The household is on the hardship file %(number)s.") % {"number": file.number})]
    people = [file.household.head]
    found = [*_held(people), *([] if asked else _waiting(people))]
    return found + _by_period(periods.of(file), file.number, periods.on, asked)


def _of_worker(worker: Worker, periods: Periods, asked: bool) -> list[Obstacle]:
    return [*last_things_of(worker), *_by_period(periods.of(worker), f"#{worker.pk}", periods.on, asked)]


def _other_matters(worker: Worker) -> list[Obstacle]:
    there = (
        cases_of(worker).exclude(pk__in=gone("case")).exists()
        or worker.contacts.exclude(Q(pk__in=gone("contact")) | Q(case__in=gone("case"))).exists()
        or files_of(worker).exclude(pk__in=gone("file")).exists()
    )
    return [Obstacle("matter", str(REASONS["matter"]))] if there else []


def _held(people: list[Worker], case: Case | None = None) -> list[Obstacle]:
    """Return the holds in force on people, and on a case."""
    covers = Q(worker__in=people)
    if case is not None:  # a hold on another case of the same people leaves this one alone
        covers = covers & Q(case=None) | Q(case=case)
    return [
        Obstacle("hold", _now("A legal hold is in force since %(on)s.") % {"on": cn_date(hold.placed_at)})
        for hold in LegalHold.objects.filter(covers, lifted_at=None).order_by("pk")
    ]


def _waiting(people: list[Worker]) -> list[Obstacle]:
    """Return the requests of people that are not answered."""
    waiting = DataRequest.objects.filter(worker__in=people, outcome="").exists()
    return [Obstacle("request", str(REASONS["request"]))] if waiting else []


def _by_period(kept: Kept, name: str, on: date, asked: bool) -> list[Obstacle]:
    if kept.until < on or (asked and not kept.rule.is_law):
        return []
    facts = {"name": name, "until": cn_date(kept.until), "source": kept.rule.source}
    return [
        Obstacle("law" if kept.rule.is_law else "period", _now("%(name)s is kept until %(until)s: %(source)s") % facts)
    ]
