"""A state or a type that the code no longer knows is named, and breaks no page."""

import pytest
from django.db import connection
from django.urls import reverse

from casework.audit import triggers
from casework.audit.errors import WrongState
from casework.cases.models import Case, CaseTask
from casework.cases.transitions import perform
from tests.factories import AT, meng
from tests.toy_case_type.models import LostThing
from workflows.case_type import UnknownCaseType, case_type


@pytest.fixture
def lost_state(open_toy):
    """A case in a state that an older version may have known."""
    case = open_toy()
    with triggers.lifted(connection):
        Case.objects.filter(pk=case.pk).update(state="evaporated")
    return LostThing.objects.get(pk=case.pk)


class TestUnknownState:
    def test_no_step_is_lawful_and_the_reason_names_the_state(self, lost_state, cast):
        with pytest.raises(WrongState, match="evaporated"):
            perform(case=lost_state, name="find", by=cast.chen, at=AT)

    @pytest.mark.parametrize("name", ["case_list", "home", "task_queue"])
    def test_lists_show_it_by_its_code(self, lost_state, cast, client, name):
        client.force_login(cast.chen)

        assert client.get(reverse(name)).status_code == 200

    def test_its_page_opens(self, lost_state, cast, client):
        client.force_login(cast.chen)

        answer = client.get(reverse("case_detail", args=[lost_state.number]))

        assert answer.status_code == 200
        assert "evaporated" in answer.content.decode()


class TestUninstalledType:
    def test_its_cases_stay_in_the_lists(self, open_toy, cast, client):
        case = open_toy()
        Case.objects.filter(pk=case.pk).update(case_type="gone", flow_class="gone/flow.Flow")
        CaseTask.objects.filter(process=case).update(case_type="gone", flow_task="gone/flow.Flow.search")
        client.force_login(cast.chen)

        for name in ("case_list", "home", "task_queue"):
            answer = client.get(reverse(name))
            assert (answer.status_code, case.number in answer.content.decode()) == (200, True)
        assert client.get(reverse("case_detail", args=[case.number])).status_code == 404

    def test_is_a_named_error(self):
        with pytest.raises(UnknownCaseType):
            case_type("gone")


class TestAdmin:
    def test_shows_cases_and_events_and_changes_neither(self, open_toy, client):
        case = open_toy()
        client.force_login(meng())

        for model, row in (("case", case.pk), ("event", 1)):
            assert client.get(reverse(f"admin:casework_{model}_changelist")).status_code == 200
            assert client.get(reverse(f"admin:casework_{model}_add")).status_code == 403
            assert client.post(reverse(f"admin:casework_{model}_delete", args=[row])).status_code in (302, 403)
        answer = client.post(reverse("admin:casework_case_change", args=[case.pk]), {"state": "found"})
        assert answer.status_code == 403
        assert Case.objects.get(pk=case.pk).state == "opened"
