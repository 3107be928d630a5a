"""The pages of a dispute: every step shows its form, and says at the field what an operation refused."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.deadlines.calendar import BEIJING

STEPS = {
    "received": "check",
    "asked": "answer",
    "answered": "decide",
    "accepted": "schedule",
    "mediating": "hold",
    "agreed": "draft",
    "approved": "sign",
    "performing": "perform",
    "failed": "record_failure",
}


class TestPages:
    @pytest.mark.parametrize("state", STEPS)
    def test_a_step_shows_its_form_to_the_mediator(self, dispute, cast, client, state):
        getattr(dispute, state)()
        client.force_login(cast["mediator"])

        page = client.get(reverse("task_detail", args=[dispute.task(STEPS[state]).pk]))

        assert page.status_code == 200
        assert "<form" in page.content.decode()

    def test_the_case_page_shows_what_the_type_adds(self, dispute, cast, client):
        dispute.performing()
        client.force_login(cast["mediator"])

        page = client.get(reverse("case_detail", args=[dispute.case.number])).content.decode()

        assert "人民调解委员会" in page
        assert "劳动报酬" in page

    def test_the_intake_page_opens(self, cast, client):
        client.force_login(cast["operator"])

        page = client.get(reverse("case_new", args=["labour_dispute"]))

        assert page.status_code == 200
        assert 'name="cause"' in page.content.decode()

    def test_a_double_booking_is_said_at_the_room(self, dispute, new_dispute, cast, client):
        day = timezone.localdate() + timedelta(days=2)
        starts, ends = datetime.combine(day, time(9), BEIJING), datetime.combine(day, time(11), BEIJING)
        facts = {"room": "第一调解室", "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
        dispute.accepted().do("schedule", "mediator", mediator=cast["mediator"].pk, **facts)
        other = new_dispute().accepted(worker_name="李秀英")
        client.force_login(cast["mediator"])
        url = reverse("task_detail", args=[other.task("schedule").pk])

        answer = client.post(
            url,
            {
                "room": "第一调解室",
                "mediator": cast["mediator2"].pk,
                "starts_at": f"{day}T10:00",
                "ends_at": f"{day}T11:00",
            },
        )

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"room"}
