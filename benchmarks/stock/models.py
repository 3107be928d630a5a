"""A process with a state and a history, as the packages' own documents show it."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django_fsm import GET_STATE, FSMField, transition
from simple_history.models import HistoricalRecords
from viewflow.workflow.models import Process

from benchmarks.ours.models import NEXT, WAY
from casework.staff.models import User


class Rights(models.Model):
    """What Django's own user would carry: groups, and permissions of the person."""

    user = models.OneToOneField("StockUser", models.PROTECT)
    groups = models.ManyToManyField(Group, related_name="rights")
    permissions = models.ManyToManyField(Permission, related_name="rights")

    def __str__(self) -> str:
        return str(self.user)


class StockUser(User):
    """An account that answers for its permissions as Django's own backend does."""

    class Meta:
        proxy = True

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer from two queries, the person's and the groups', kept with the object."""
        if not hasattr(self, "_permissions"):
            self._permissions = self._held(rights__user=self) | self._held(group__rights__user=self)
        return perm in self._permissions

    def _held(self, **through: Any) -> set[str]:
        found = Permission.objects.filter(**through).values_list("content_type__app_label", "codename").order_by()
        return {f"{app}.{code}" for app, code in found}


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
