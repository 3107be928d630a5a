"""What of other people's apps stands in the configuration pages.

They register themselves so that their rows can be changed. Here nothing is to be gained by that, and much to be
lost: a scheduled task names any function to call. What helps to see whether the worker works stays, to be looked at.
"""

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.models import Group
from django_q.models import Failure, OrmQ, Schedule, Success
from viewflow.workflow.models import Process, Task

from casework.admin import ReadOnlyAdmin


class JobAdmin(ReadOnlyAdmin):
    """What the worker did."""

    list_display = ["name", "func", "started", "stopped"]
    fields = ["name", "func", "started", "stopped"]
    ordering = ["-started"]


class ScheduleAdmin(ReadOnlyAdmin):
    """What the worker does again and again."""

    list_display = ["name", "func", "schedule_type", "next_run"]
    fields = ["name", "func", "schedule_type", "minutes", "next_run"]
    ordering = ["name"]


# Rights are roles in offices, not groups; cases and their steps are not viewflow's own rows.
for model in (Group, Process, Task, Failure, Success, Schedule, OrmQ):
    try:
        admin.site.unregister(model)
    except NotRegistered:
        continue

admin.site.register([Failure, Success], JobAdmin)
admin.site.register(Schedule, ScheduleAdmin)
