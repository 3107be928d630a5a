"""What of other people's apps stands in the configuration pages.

They register themselves so that their rows can be changed. Here nothing is to be gained by that, and much to be
lost: a scheduled task names any function to call. What helps to see whether the worker works stays, to be looked at.
"""

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_q.models import Failure, OrmQ, Schedule, Success
from viewflow.workflow.models import Process, Task

from casework.admin import ReadOnlyAdmin
from casework.offices.doors import demand


def to_the_login(request: HttpRequest) -> HttpResponse:
    """Send whom the configuration does not let in to the one login of all pages: the admin's own skips what ours does.

    Raises:
        NotAllowed: the person is logged in; logging in once more would not help.
    """
    if request.user.is_authenticated:
        demand(request.user, "config.manage")
        return redirect("admin:index")
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


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
