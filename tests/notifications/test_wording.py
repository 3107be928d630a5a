"""What people read."""

import pytest
from django.utils import translation

from notifications import wording
from notifications.dispatch import dispatch
from notifications.models import Notification
from notifications.recipients import rules
from notifications.wording import message

from .conftest import AT, City, something


class TestMessage:
    def test_is_in_the_language_of_its_reader(self, town: City) -> None:
        dispatch(something(kind="task.queued", by=town.lin, case=town.case, role="mediator", node="gone"), at=AT)

        chinese = message(Notification.objects.get(user=town.chen), "zh-hans")
        english = message(Notification.objects.get(user=town.mei), "en")

        assert english["title"] == "A step waits for your office"
        with translation.override("zh-hans"):
            assert chinese["title"] == translation.gettext("A step waits for your office")
        assert chinese["seq"] == english["seq"] == 1

    def test_says_what_the_socket_promises(self, town: City) -> None:
        dispatch(something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk), at=AT)

        said = message(Notification.objects.get(), "en")

        assert said == {
            "type": "notification",
            "seq": 1,
            "kind": "task.assigned",
            "title": "A step is yours to do",
            "body": said["body"],
            "link": f"/cases/{town.case.number}/",
            "at": AT.isoformat(),
        }
        assert said["body"].startswith(town.case.number)

    def test_names_no_worker(self, town: City) -> None:
        dispatch(
            something(kind="facts.corrected", by=town.lin, case=town.case, field="happened_on", users=[town.chen.pk]),
            at=AT,
        )
        dispatch(something(kind="task.queued", by=town.lin, case=town.case, role="mediator"), at=AT)

        said = [str(message(row, "zh-hans")) for row in Notification.objects.all()]

        assert said
        assert not any("王" in text for text in said)

    def test_a_step_of_the_flow_is_called_by_its_name(self, town: City) -> None:
        assert wording.step_title("toy", "search") == "Search"

    @pytest.mark.parametrize(("case_type", "node"), [("toy", "no_such_node"), ("gone", "search"), ("toy", "")])
    def test_a_step_that_is_no_longer_there_has_none(self, case_type: str, node: str) -> None:
        assert wording.step_title(case_type, node) == ""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_somebody_hears_of_can_be_said(town: City, language: str) -> None:
    for number, kind in enumerate(sorted(rules()), 1):
        [event] = something(kind=kind, by=town.lin, case=town.case)
        row = Notification(
            user=town.chen, seq=number, event_id=event, kind=kind, case_number=town.case.number, created_at=AT
        )

        said = message(row, language)

        assert said["title"]
        assert said["body"]
