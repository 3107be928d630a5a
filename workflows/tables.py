"""What the components of a page want to know of tasks, cases and events: plain values, already worded."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from casework.audit.models import AccessRecord
from casework.cases import conflicts
from casework.cases.models import Case, CaseTask, ConflictOfInterest, Contact, Stage
from casework.deadlines.explanation import explain, owing_titles
from casework.deadlines.models import Clock
from casework.deadlines.queries import promise_among
from casework.deadlines.rulebook import every_rule
from casework.deadlines.rules import Owing
from casework.documents.models import ChecklistItem
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.models import Office
from casework.people import identifiers
from casework.people.models import Worker
from casework.templatetags.gongdao import cn_date

from . import operations, queries
from .case_type import all_case_types

if TYPE_CHECKING:
    from casework.staff.models import User

TONES = {
    Stage.INTAKE: "info",
    Stage.HANDLING: "info",
    Stage.APPROVAL: "warn",
    Stage.PAYOUT: "warn",
    Stage.RETURN_VISIT: "info",
    Stage.CLOSED: "",
}


def task_cards(tasks: Iterable[CaseTask], user: "User", *, claimable: bool = False) -> list[dict[str, Any]]:
    """Return the cards of a list of tasks; no query, but one per owner not yet loaded.

    Args:
        claimable: they are of the person's own queue, which holds nothing she may not claim.
    """
    titles = {kind.slug: kind.title for kind in all_case_types()}
    return [
        {
            "task": task,
            "title": task.flow_task.task_title if task.flow_task else task.node,
            "url": reverse("task_detail", args=[task.pk])
            if task.role
            else reverse("case_detail", args=[task.case_number]),
            "number": task.case_number,
            "case_type": titles.get(task.case_type, task.case_type),
            "worker": task.worker_label,
            "due_on": task.due_at,
            "due_rule": getattr(task, "due_rule", ""),
            "owner": task.owner if task.owner_id and task.owner_id != user.pk else None,
            "is_urgent": task.is_urgent,
            "actions": _task_actions(task, user, claimable=claimable),
        }
        for task in tasks
    ]


def _task_actions(task: CaseTask, user: "User", *, claimable: bool) -> list[dict[str, Any]]:
    if not task.role or task.flow_task is None:  # nobody's step, or one of a type that is not installed
        return []
    if task.owner_id == user.pk:
        return [
            {
                "key": f"do-{task.pk}",
                "label": _("Work on it"),
                "url": reverse("task_detail", args=[task.pk]),
                "method": "get",
                "allowed": True,
                "tone": "main",
            }
        ]
    answer = scope.YES if claimable else operations.may_work(task, user)
    return [
        {
            "key": f"claim-{task.pk}",
            "label": _("Claim"),
            "url": reverse("task_claim", args=[task.pk]),
            "allowed": answer.allowed,
            "reason": answer.reason,
        }
    ]


def conflict_rows(found: Iterable[ConflictOfInterest], user: "User") -> list[dict[str, Any]]:
    """Return the rows of a list of conflicts of interest."""
    return [conflict_row(conflict, user) for conflict in found]


def conflict_row(conflict: ConflictOfInterest, user: "User") -> dict[str, Any]:
    """Return a conflict of interest in words; who may not end it is told why, of her own as well."""
    worker, employer = conflict.worker, conflict.employer
    party, url = "", ""
    if worker is not None:
        party = identifiers.worker_label(worker.name)
        url = reverse("worker_detail", args=[worker.uuid]) if scope.may(user, "person.read", worker) else ""
    elif employer is not None:
        party = employer.name
        url = reverse("employer_detail", args=[employer.uuid]) if scope.may(user, "employer.read") else ""
    end = conflicts.may_end(conflict, user)
    return {
        "conflict": conflict,
        "person": conflict.person.display_name,
        "party": party,
        "url": url,
        "tie": conflict.get_tie_display(),
        "end": action(f"end-{conflict.pk}", _("End"), reverse("conflict_end", args=[conflict.uuid]), end, icon="check"),
    }


def case_rows(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Return the rows of a list of cases."""
    states, titles = queries.state_titles(), {kind.slug: kind.title for kind in all_case_types()}
    return [
        {
            "url": reverse("case_detail", args=[case.number]),
            "number": case.number,
            "case_type": titles.get(case.case_type, case.case_type),
            "worker": case.worker_label,
            "state": states.get((case.case_type, case.state), case.state),
            "tone": TONES.get(Stage(case.stage), ""),
            "due_on": case.next_due_on,
            "due_rule": case.next_due_rule,
            "is_closed": case.is_closed,
            "handler": case.handler,
            "office": case.office,
            "is_urgent": case.is_urgent,
        }
        for case in cases
    ]


def stages(case: Case) -> list[dict[str, Any]]:
    """Return the stepper: the stages this type knows, and where the case is among them."""
    known = [stage for stage in Stage if stage in set(case.STAGES.values())]
    here = known.index(Stage(case.stage)) if case.stage in known else 0
    done_or_todo = ["done" if place < here else "current" if place == here else "todo" for place in range(len(known))]
    if case.is_closed:
        done_or_todo = ["done"] * len(known)
    return [
        {"title": stage.label, "state": state, "note": case.state_title if state == "current" else ""}
        for stage, state in zip(known, done_or_todo, strict=True)
    ]


def case_facts(case: Any, clear: bool) -> list[dict[str, Any]]:
    """Return what a case is about; who works on it sees name and phone in clear, everybody else masked."""
    worker = case.worker
    facts: list[dict[str, Any]] = [
        {
            "label": _("Worker"),
            "value": worker.name if clear else case.worker_label,
            "masked": not clear,
            "url": reverse("worker_detail", args=[worker.uuid]),
        },
        {"label": _("Phone"), "value": worker.phone if clear else identifiers.mask_phone(worker.phone)},
        {"label": _("ID number"), "value": identifiers.mask_id(worker.id_number), "masked": True},
        {
            "label": _("Employer"),
            "value": case.employer.name if case.employer else "",
            "url": reverse("employer_detail", args=[case.employer.uuid]) if case.employer else "",
        },
        {"label": _("Office"), "value": case.office},
        {"label": _("First asked"), "value": case.opened_by},
        {"label": _("Handled by"), "value": case.handler},
        {
            "label": _("What happened"),
            "value": case.summary if clear else _("Shown to who works on the case."),
            "reveal_url": "" if clear else reverse("case_reveal", args=[case.number]),
            "wide": True,
        },
    ]
    own = getattr(case, "facts_of_type", None)
    return [*facts, *(own(clear) if own else [])]


def contact_rows(contacts: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the rows of a list of contacts: each with the day that bites first, the one agreed on or the law's."""
    rows = []
    for contact in contacts:
        agreed = contact.promised_on if contact.is_open else None
        by_rule = contact.due_on is not None and (agreed is None or contact.due_on <= agreed)
        rows.append(
            {
                "contact": contact,
                "due_on": contact.due_on if by_rule else agreed,
                "due_rule": contact.due_rule if by_rule else "",
            }
        )
    return rows


# ---- what a caller is told -------------------------------------------------------------------------------


def told_of_contact(contact: Contact, clocks: Iterable[Clock], at: datetime) -> dict[str, Any] | None:
    """Return what is read to the caller: by which day he has his answer, and by which promise; none once he has it."""
    clock = promise_among(clocks)
    day = clock.due_on if clock and (clock.extended_until or contact.promised_on is None) else contact.promised_on
    if not contact.is_open or day is None:
        return None
    why = _("Agreed with the caller.")
    if clock is not None:
        told = explain(clock, contact.office_path)
        words = " · ".join((told.title, told.law, told.certainty))
        facts = {"day": cn_date(clock.due_on), "promise": words}
        why = words if clock.due_on == day else _("Agreed with the caller; promised by %(day)s: %(promise)s") % facts
    late = _("We promised you an answer by %(day)s (%(weekday)s). It is late; we are sorry.")
    said = late if day < localdate(at) else _("We will answer you by %(day)s (%(weekday)s).")
    return {"sentences": [said % _spoken(day)], "why": why}


def told_of_case(case: Case, checklist: Iterable[ChecklistItem], at: datetime) -> dict[str, Any]:
    """Return what is read to who asked: the number, the next day that counts and who has to act, what is missing."""
    sentences, why = [_("Your matter has the number %(number)s.") % {"number": case.number}], ""
    rule = every_rule().get(case.next_due_rule)
    if rule is not None and case.next_due_on is not None:
        facts = {"title": rule.title, "who": owing_titles()[Owing(rule.owed_by)], **_spoken(case.next_due_on)}
        is_over = case.next_due_at is not None and case.next_due_at <= at
        late = _("%(title)s: this was due by %(day)s (%(weekday)s) and is overdue. %(who)s.")
        sentences.append((late if is_over else _("By %(day)s (%(weekday)s): %(title)s. %(who)s.")) % facts)
        why = rule.law
    missing: dict[str, list[str]] = {}
    today = localdate(at)
    for item in checklist:
        if item.is_missing(today):
            missing.setdefault(item.get_brought_by_display(), []).append(item.heading)
    sentences += [
        _("%(who)s still has to bring: %(papers)s.") % {"who": who, "papers": _("; ").join(papers)}
        for who, papers in missing.items()
    ]
    return {"sentences": sentences, "why": why}


def _spoken(day: date) -> dict[str, str]:
    return {"day": cn_date(day), "weekday": date_format(day, "l")}


def contact_facts(contact: Contact, clear: bool) -> list[dict[str, Any]]:
    """Return who reached the union and how, masked for who had no part in it; an anonymous caller stays so."""
    name, phone = contact.caller_name, contact.caller_phone
    if not clear:
        name, phone = identifiers.mask_name(name), identifiers.mask_phone(phone)
    who = _("anonymous") if contact.is_anonymous else name
    return [
        {"label": _("How"), "value": contact.get_channel_display()},
        {"label": _("Name of the caller"), "value": who},
        {"label": _("Phone"), "value": phone},
        {"label": _("Taken by"), "value": contact.taken_by},
        {"label": _("Office"), "value": contact.office},
        {"label": _("Answer promised by"), "value": cn_date(contact.promised_on)},
    ]


def entries(lines: list[queries.Line], *, with_case: bool = False, clear: bool = True) -> list[dict[str, Any]]:
    """Return the entries of a timeline; where it is not one case's, each says where it belongs.

    Args:
        clear: whether the reader sees what people typed beside the facts.
    """
    places = queries.places_of(lines) if with_case else {}
    return [
        {
            "at": line.event.happened_at,
            "sentence": line.sentence,
            "actor": places.get(line.event.stream, ""),
            "url": _case_page(line.event.stream) if with_case else "",
            "changes": line.changes if clear else [],
            "text": line.words if clear else "",
            "tone": "bad" if line.event.outcome == "refused" else "",
            "icon": _icon(line.event.kind),
        }
        for line in lines
    ]


def read_rows(reads: Iterable[AccessRecord], user: "User") -> list[dict[str, Any]]:
    """Return the rows of the register of readings, the people whose data it was masked; two queries."""
    reads = list(reads)
    workers = {one.uuid: one for one in Worker.objects.filter(uuid__in={read.subject for read in reads})}
    offices = Office.objects.in_bulk({read.office_id for read in reads} - {None})
    rows = []
    for read in reads:
        worker = workers.get(read.subject)
        rows.append(
            {
                "read": read,
                # a caller who became no worker has no record of his own
                "subject": identifiers.worker_label(worker.name) if worker else _("a caller"),
                "url": reverse("worker_detail", args=[worker.uuid])
                if worker and scope.may(user, "person.read", worker)
                else "",
                "office": offices.get(read.office_id),
            }
        )
    return rows


def _case_page(stream: str) -> str:
    number = stream.removeprefix("case:")
    return reverse("case_detail", args=[number]) if number != stream else ""


def _icon(kind: str) -> str:
    noun, _dot, verb = kind.partition(".")
    if noun in {"task"}:
        return "list-check"
    if noun in {"payout", "reservation", "batch", "fund", "claim_line"}:
        return "cash"
    if noun in {"document", "letter", "checklist"}:
        return "file-text"
    if noun == "clock":
        return "clock"
    return "lock" if verb == "refused" else "point"


def actions(found: Iterable[queries.Action]) -> list[dict[str, Any]]:
    """Return what can be done on a case page, allowed or with the reason why not."""
    return [
        {
            "key": action.name,
            "label": action.title,
            "url": action.url,
            "method": "get",
            "allowed": action.answer.allowed,
            "reason": action.answer.reason,
            "tone": "bad" if action.name == "withdraw" else "",
        }
        for action in found
    ]
