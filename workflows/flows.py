"""The vocabulary flows are written in: `Opened`, `HumanTask`, `Wait`, `Choice`, `Closed`.

A node says who works next and calls an operation; it never sets a state. Underneath are viewflow's nodes
with lighter activations: each writes its row once, takes the moment from outside, and lets every error
out, so that a step happens whole or not at all.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.nodes.handle import HandleActivation
from viewflow.workflow.nodes.start import StartHandleActivation
from viewflow.workflow.nodes.switch import SwitchActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from casework.audit import events, rows
from casework.audit.operation import current_unit
from casework.cases.models import Case, CaseTask
from casework.offices import scope
from casework.offices.roles import Role

from . import assignment

if TYPE_CHECKING:
    from casework.staff.models import User

__all__ = ["CaseFlow", "Choice", "Closed", "Door", "HumanTask", "Opened", "Wait", "this"]


class CaseLock:
    """viewflow's lock is the operation's own: the row lock of the case, taken before the flow is touched."""

    @contextmanager
    def __call__(self, flow_class: Any, process_pk: int) -> Iterator[None]:
        """Hold the transaction that already holds the case."""
        with transaction.atomic(savepoint=False):
            yield


class CaseFlow(flow.Flow):
    """A flow over cases. One class per version; never subclass a version: its nodes would lead back."""

    process_class = Case
    task_class = CaseTask
    lock_impl = CaseLock()


class _Step:
    """What all our activations share: who acts, when, and rows that are written once."""

    task: CaseTask
    process: Any
    by: "User | None"
    at: datetime

    # An activation lives in sets before its task has a key.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Token, data: Any = None, seed: Any = None) -> "_Step":
        """Make the activation of a node that follows another."""
        case = prev_activation.process
        case.reckon_clocks()
        task = CaseTask(
            process=case,
            flow_task=flow_task,
            flow_task_type=flow_task.task_type,
            token=token,
            came_from=prev_activation.task,
            node=flow_task.name,
            case_number=case.number,
            case_type=case.case_type,
            worker_label=case.worker_label,
            office_path=case.office_path,
            due_at=case.next_due_at,
            is_urgent=case.is_urgent,
            created=prev_activation.at,
        )
        activation = cls.on(task, by=prev_activation.by, at=prev_activation.at)
        activation.arrive()
        return activation

    @classmethod
    def on(cls, task: CaseTask, *, by: "User | None", at: datetime) -> Any:
        """Make the activation of a task whose `process` is the locked case."""
        activation = cls(task)  # type: ignore[call-arg]
        activation.by, activation.at = by, at
        return activation

    def arrive(self) -> None:
        """Do what happens when the flow reaches the node; gateways write nothing yet."""

    def finish(self) -> None:
        """Note that the step is done, by whom and when."""
        self.task.status, self.task.finished = STATUS.DONE, self.at
        if self.task.pk is None:
            rows.insert([self.task])
        else:
            current_unit().at_last(partial(rows.update, self.task, ("status", "finished", "owner")))


class _HumanActivation(_Step, ViewActivation):
    def arrive(self) -> None:
        """Queue the step for its role, or give it to the person the node names, and say so."""
        node, task = self.task.flow_task, self.task
        task.role = node.role
        if node.level:
            task.office_path = assignment.path_at_level(self.process, node.level)
        owner = node.owner(self.process) if node.owner else None
        if owner is not None and self.by is not None and owner.pk == self.by.pk:
            owner = self.by  # whose grants are already read
        # The one a rule names may since do other work: then the step goes to the queue, not to a dead end.
        if owner is not None and scope.may(owner, "task.take", task, roles=[node.role]):
            task.owner, task.status = owner, STATUS.ASSIGNED
        rows.insert([task])
        announce(self.process, task, by=self.by, at=self.at)


class _WaitActivation(_Step, HandleActivation):
    def arrive(self) -> None:
        """Stand still until a clock or a person opens one of the doors."""
        rows.insert([self.task])
        events.record(self.process, "task.waiting", by=self.by, at=self.at, task=self.task.pk, node=self.task.node)


class _ChoiceActivation(_Step, SwitchActivation):
    @Activation.status.super()
    def activate(self) -> None:
        """Choose the way by the case's state."""
        for node, condition in self.task.flow_task._branches:
            if condition is None or condition(self):
                self.next_task = node
                return
        raise NoWay(f"{self.task.flow_task.name}: no way from state {self.process.state!r}")

    @Activation.status.super()
    def complete(self) -> None:
        """Write the gateway's row, once."""
        self.finish()


class _ClosedActivation(_Step, EndActivation):
    @Activation.status.super()
    def activate(self) -> None:
        """End the process; the row is written with the case at the end of the operation."""
        self.process.status, self.process.finished = PROCESS.DONE, self.at

    @Activation.status.super()
    def complete(self) -> None:
        """Write the end's row, once."""
        self.finish()


class _OpenedActivation(_Step, StartHandleActivation):
    pass


class NoWay(RuntimeError):
    """A gateway has no branch for the case's state: the flow and the state machine disagree."""


def announce(case: Case, task: CaseTask, *, by: "User | None", at: datetime) -> None:
    """Record whose turn it is."""
    facts: dict[str, Any] = {"task": task.pk, "node": task.node}
    if task.owner_id:
        events.record(case, "task.assigned", by=by, at=at, owner=task.owner_id, **facts)
    else:
        events.record(case, "task.queued", by=by, at=at, role=task.role, office_path=task.office_path, **facts)


@dataclass(frozen=True)
class Door:
    """A way out of a step: what is done, by whom, with which form; `rule` names the clock that opens it."""

    name: str
    title: str | Promise
    perform: Callable[..., Any]
    form_class: Any = None
    roles: tuple[str, ...] = ()
    rule: str = ""


class _HasDoors:
    """A node that can be left by other ways than its own form."""

    doors: tuple[Door, ...] = ()

    def Or(
        self,
        name: str,
        perform: Callable[..., Any],
        *,
        title: str | Promise,
        form: Any = None,
        roles: Iterable[str] = (),
    ) -> Any:
        """Let somebody else end the step another way (an objection during a public notice)."""
        self.doors = (*self.doors, Door(name, title, perform, form, tuple(roles)))
        return self

    def Until(self, rule: str, perform: Callable[..., Any], *, title: str | Promise) -> Any:
        """Let a due clock end the step; the sweep opens this door through the choke point."""
        self.doors = (*self.doors, Door(f"clock:{rule}", title, perform, rule=rule))
        return self

    def door(self, name: str) -> Door | None:
        """Return a door by its name."""
        return next((door for door in self.doors if door.name == name), None)

    def clock_door(self, rule: str) -> Door | None:
        """Return the door that this rule's clock opens."""
        return next((door for door in self.doors if door.rule == rule), None)


class HumanTask(_HasDoors, flow.View):
    """A step a person does with a form.

    Args:
        perform: the operation that does it; called with `case=, by=, at=` and the form's cleaned data.
        title: what the step is called in lists and sentences.
        role: who may do it, in the case's office or above.
        form: the form class; a `forms.StepForm`.
        level: the office level whose people do it, when it is not the case's own ("city").
        owner: a function of the case naming the person, from `assignment`; none: the role's queue.
        only_if: a function of case and person that answers whether this very person may do it; asked when the
            step is claimed, given or done, not in lists.
        page: template of the form page, when the step needs more than the plain one.
    """

    activation_class = _HumanActivation

    def __init__(
        self,
        perform: Callable[..., Any],
        *,
        title: str | Promise,
        role: Role,
        form: Any,
        level: str = "",
        owner: Callable[[Any], Any] | None = None,
        only_if: Callable[[Any, Any], scope.Answer] | None = None,
        page: str = "workflows/task.html",
    ) -> None:
        super().__init__(view=None)
        self.perform, self.form_class = perform, form
        self.role, self.level, self.owner, self.page = role, level, owner, page
        self.only_if = only_if
        self.task_title = title


class Wait(_HasDoors, flow.Handle):
    """A step nobody does: the case waits for a clock, or for somebody to open another door."""

    activation_class = _WaitActivation
    role = ""

    def __init__(self, *, title: str | Promise) -> None:
        super().__init__()
        self.task_title = title


class Choice(flow.Switch):
    """A gateway that reads the case's state: `.When(this.node, State.A, State.B)…Otherwise(this.other)`."""

    activation_class = _ChoiceActivation

    def __init__(self, *, title: str | Promise = "") -> None:
        super().__init__()
        self.task_title = title or _("Which way")
        self.captions: list[tuple[str, ...]] = []

    def When(self, node: Any, *states: str) -> "Choice":
        """Go to a node while the case is in one of these states."""
        self.captions.append(states)
        return self.Case(node, lambda activation: activation.process.state in states)

    def Otherwise(self, node: Any) -> "Choice":
        """Go here when no other way fits."""
        self.captions.append(())
        return self.Default(node)

    def _outgoing(self) -> Iterator[Edge]:
        """Return the ways out with the states that lead there as captions."""
        for (node, condition), states in zip(self._activate_next, self.captions, strict=True):
            kind = "cond_true" if condition else "default"
            yield Edge(src=self, dst=node, edge_class=kind, label="|".join(states) or None)


class Closed(flow.End):
    """The end of the flow."""

    activation_class = _ClosedActivation
    task_title = _("Closed")


class Opened(flow.StartHandle):
    """The start of the flow: `open_case` begins here, for staff form, public form, API and phone alike."""

    activation_class = _OpenedActivation
    task_title = _("Case opened")

    def begin(self, case: Case, *, by: "User | None", at: datetime) -> None:
        """Put a saved case on its way."""
        task = CaseTask(
            process=case,
            flow_task=self,
            flow_task_type=self.task_type,
            token=Token("start"),
            node=self.name,
            owner=by,
            case_number=case.number,
            case_type=case.case_type,
            worker_label=case.worker_label,
            office_path=case.office_path,
            created=at,
        )
        activation = self.activation_class.on(task, by=by, at=at)
        activation.finish()
        activation.activate_next()
