"""A process with a state and a history, as the packages' own documents show it."""

from django.db import models
from django_fsm import GET_STATE, FSMField, transition
from simple_history.models import HistoricalRecords
from viewflow.workflow.models import Process

from benchmarks.ours.models import NEXT, WAY


class StockCase(Process):
    """What ours keeps of a case, in one process."""

    number = models.CharField(max_length=40, unique=True)
    state = FSMField(default="first")
    office_path = models.CharField(max_length=255)
    worker_label = models.CharField(max_length=60)
    note = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        permissions = [(f"do_{role}", role) for role in ("operator", "mediator", "visitor", "supervisor")]

    def __str__(self) -> str:
        return self.number

    @transition("state", source=WAY[:-1], target=GET_STATE(lambda case: NEXT[case.state]))
    def advance(self) -> None:
        """Come one state further."""


class Notice(models.Model):
    """A row that tells the next role of its step; ours is an event, and rows for each person after the commit."""

    case = models.ForeignKey(StockCase, models.PROTECT)
    task = models.ForeignKey("viewflow.Task", models.PROTECT)
    role = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.role}"
