"""The same eight steps in stock viewflow."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Task

from .models import Notice, StockCase


class Advance(forms.Form):
    """What was done."""

    note = forms.CharField(max_length=2000)


def _step(role: str) -> Any:
    return flow.View(None).Permission(f"stock.do_{role}").onCreate(this.tell)


class StockFlow(flow.Flow):
    """Eight steps in a row, four roles."""

    process_class = StockCase
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.step1)
    step1 = _step("operator").Next(this.step2)
    step2 = _step("mediator").Next(this.step3)
    step3 = _step("visitor").Next(this.step4)
    step4 = _step("supervisor").Next(this.step5)
    step5 = _step("operator").Next(this.step6)
    step6 = _step("mediator").Next(this.step7)
    step7 = _step("visitor").Next(this.step8)
    step8 = _step("supervisor").Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, number: str) -> None:
        """Fill the process; viewflow saves it."""
        process = activation.process
        process.number, process.office_path, process.worker_label = number, "000100010001", "王**"

    def tell(self, activation: Any) -> None:
        """Tell the next role of its step."""
        task = activation.task
        Notice.objects.create(case=activation.process, task=task, role=task.owner_permission, created_at=now())


def do_step(task_id: int, user: Any, at: Any, data: dict[str, str]) -> None:
    """Do what viewflow's own pages do in two requests, assign and execute, in one transaction."""
    with transaction.atomic():
        task = Task.objects.get(pk=task_id)
        with StockFlow.lock(task.process_id):
            activation = task.flow_task.activation_class(task)
            if not activation.assign.has_perm(user):
                raise PermissionError(task_id)
            activation.assign(user)
            activation.start(None)
            form = Advance(data)
            if not form.is_valid():
                raise ValueError(form.errors)
            process = activation.process
            process.advance()
            process.note, process.due_at = form.cleaned_data["note"], at
            process.save()
            activation.execute()
