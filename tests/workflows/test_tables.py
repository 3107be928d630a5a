"""The rows that lists are made of."""

from datetime import datetime

from django.template import Context, Template
from django.utils import timezone

from casework.cases.models import CaseTask
from casework.deadlines.calendar import BEIJING
from casework.staff.models import User
from workflows.tables import task_cards


class TestTaskCard:
    def test_a_day_that_ends_at_midnight_is_shown_as_that_day(self):
        task = CaseTask(pk=1, case_number="TY-1-2026-000001", case_type="toy", node="search")
        task.due_at = datetime(2026, 11, 26, tzinfo=BEIJING)

        card = task_cards([task], User(pk=2))[0]
        with timezone.override(BEIJING):
            shown = Template("{% load gongdao %}{% due card.due_on %}").render(Context({"card": card}))

        assert "2026年11月25日" in shown
