"""What people read."""

import pytest
from django.utils import translation

from casework.templatetags.gongdao import cn_date
from notifications import wording
from notifications.dispatch import dispatch
from notifications.models import Notification
from notifications.recipients import rules
from notifications.wording import message

from .conftest import AT, DUE_ON, City, a_contact, an_alarm, something


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


class TestClocks:
    @pytest.mark.parametrize(
        ("kind", "title"),
        [
            ("clock.at_risk", "A deadline is near"),
            ("clock.expired", "A deadline has passed"),
            ("clock.passed_up", "Still not done after its deadline"),
            ("clock.moved", "Deadlines have moved"),
            ("clock.extended", "A deadline was extended"),
        ],
    )
    def test_say_which_case_which_deadline_and_which_day(self, town: City, kind: str, title: str) -> None:
        town.case.handler = town.chen
        town.case.save(update_fields=["handler", "state"])
        about = {"users": [town.chen.pk], "why": "2027", "until": DUE_ON.isoformat()}
        dispatch(an_alarm(town.case, kind, "LD.acceptance", **about), at=AT)

        said = message(Notification.objects.earliest("id"), "en")

        with translation.override("en"):
            day = cn_date(DUE_ON)
        assert said["title"] == title
        assert all(part in said["body"] for part in (town.case.number, "Accept or decline in writing", day))

    def test_of_contacts_say_the_deadline_and_nothing_of_the_caller(self, town: City) -> None:
        contact = a_contact(town.county, town.lin)
        contact.caller_name = "王建国"
        contact.save()
        dispatch(an_alarm(contact, "clock.at_risk", "GEN.promise.consult", users=[town.lin.pk]), at=AT)

        said = message(Notification.objects.get(user=town.lin), "en")

        assert "Answer to a question" in said["body"]
        assert not said["body"].startswith(" ·")
        assert "王" not in said["body"]

    def test_of_a_rule_that_is_no_longer_installed_are_said_all_the_same(self, town: City) -> None:
        dispatch(an_alarm(town.case, "clock.moved", "GONE.rule", users=[town.chen.pk]), at=AT)

        assert message(Notification.objects.get(user=town.chen), "en")["body"].startswith(f"{town.case.number} · ")

    def test_of_several_that_moved_say_what_happened(self, town: City) -> None:
        about = {"kind": "clock.moved", "by": town.lin, "case": town.case, "users": [town.chen.pk], "count": 3}
        dispatch(something(**about, why="2027"), at=AT)

        assert "Lin" in message(Notification.objects.get(user=town.chen), "en")["body"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_somebody_hears_of_can_be_said(town: City, language: str) -> None:
    for number, kind in enumerate(sorted(rules()), 1):
        [event] = something(kind=kind, by=town.lin, case=town.case)
        row = Notification(
            user=town.chen, seq=number, event_id=event, kind=kind, case_number=town.case.number, created_at=AT
        )

        said = message(row, language)

        assert said["title"]
        assert said["body"].removeprefix(f"{town.case.number} · ")
