"""The configuration pages change what a system administrator sets up, and nothing of other people's apps."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django_q.models import OrmQ, Schedule
from viewflow.workflow.models import Process, Task

from casework.admin import OperationAdmin, ReadOnlyAdmin
from config.demo.city import found_city
from tests.factories import AT


class TestForeignApps:
    def test_every_model_is_changed_by_an_operation_or_only_looked_at(self):
        loose = {
            model.__name__
            for model, its in admin.site._registry.items()
            if not isinstance(its, OperationAdmin | ReadOnlyAdmin)
        }

        assert loose == set()

    @pytest.mark.parametrize("model", [Group, Process, Task, OrmQ])
    def test_what_has_no_use_here_is_not_offered(self, model):
        assert not admin.site.is_registered(model)

    @pytest.mark.django_db
    def test_nobody_schedules_a_function_of_their_own(self, client):
        client.force_login(found_city(at=AT)["sysadmin"])

        listed = client.get(reverse("admin:django_q_schedule_changelist"))
        added = client.post(
            reverse("admin:django_q_schedule_add"), {"name": "x", "func": "os.system", "schedule_type": "O"}
        )

        assert listed.status_code == 200
        assert added.status_code == 403
        assert not Schedule.objects.filter(func="os.system").exists()
