"""Who hears of what."""

from typing import Any

import pytest
from django.apps import apps

from casework.cases.models import HandOver
from casework.offices.roles import Role
from notifications import recipients
from notifications.checks import rules_stand
from notifications.dispatch import dispatch
from notifications.models import Notification

from .conftest import AT, City, an_account, something


def told(**about: Any) -> set[str]:
    """Have something happen; return the login names of those who hear of it."""
    ids = something(**about)
    dispatch(ids, at=AT)
    return set(Notification.objects.filter(event__in=ids).values_list("user__username", flat=True))


class TestAudience:
    def test_the_owner_of_a_step_hears_of_it(self, town: City) -> None:
        assert told(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk) == {"chen"}

    def test_the_clock_tells_too(self, town: City) -> None:
        assert told(kind="task.assigned", by=None, case=town.case, owner=town.chen.pk) == {"chen"}

    def test_nobody_hears_of_his_own_doing(self, town: City) -> None:
        assert told(kind="task.queued", by=town.chen, case=town.case, role="mediator") == {"mei"}

    def test_a_role_is_looked_for_at_the_office(self, town: City) -> None:
        an_account("high", (Role.MEDIATOR, town.city))

        assert told(kind="task.queued", by=town.lin, case=town.case, role="mediator") == {"chen", "mei"}

    def test_and_above_it_where_the_office_has_nobody(self, town: City) -> None:
        assert told(kind="task.queued", by=town.lin, case=town.case, role="supervisor") == {"sun"}

    def test_the_steps_own_office_wins_over_the_cases(self, town: City) -> None:
        an_account("high", (Role.MEDIATOR, town.city))

        about = {"role": "mediator", "office_path": town.city.path}
        assert told(kind="task.queued", by=town.lin, case=town.case, **about) == {"high"}

    def test_another_office_hears_nothing(self, town: City) -> None:
        assert told(kind="task.assigned", by=town.lin, case=town.case, owner=town.zhao.pk) == set()

    def test_a_closed_account_hears_nothing(self, town: City) -> None:
        town.chen.is_active = False
        town.chen.save()

        assert told(kind="task.queued", by=town.lin, case=town.case, role="mediator") == {"mei"}

    def test_an_appointment_nobody_confirmed_does_not_count(self, town: City) -> None:
        an_account("new", (Role.SUPERVISOR, town.county))

        assert told(kind="task.queued", by=town.lin, case=town.case, role="supervisor") == {"sun"}

    def test_the_handler_hears_of_a_correction(self, town: City) -> None:
        town.case.handler = town.chen
        town.case.save(update_fields=["handler", "state"])

        assert told(kind="facts.corrected", by=town.lin, case=town.case, field="happened_on") == {"chen"}

    def test_an_office_that_is_offered_a_case_hears_though_it_cannot_read_it_yet(self, town: City) -> None:
        about = {"role": "mediator", "office_path": town.other.path}

        assert told(kind="case.handover_offered", by=town.lin, case=town.case, **about) == {"zhao"}

    def test_the_office_that_handed_a_case_over_still_hears_of_it(self, town: City) -> None:
        HandOver.objects.create(
            case=town.case,
            from_office=town.other,
            from_path=town.other.path,
            to_office=town.county,
            to_path=town.county.path,
            offered_by=town.zhao,
            offered_at=AT,
            decision=HandOver.Decision.ACCEPTED,
        )

        assert told(kind="case.handover_accepted", by=town.lin, case=town.case, users=[town.zhao.pk]) == {"zhao"}

    def test_what_happens_outside_a_case_reaches_the_people_it_names(self, town: City) -> None:
        assert told(kind="case.handover_returned", by=town.lin, users=[town.zhao.pk]) == {"zhao"}


class TestRules:
    @pytest.fixture(autouse=True)
    def _fresh(self) -> Any:
        recipients.rules.cache_clear()
        yield
        recipients.rules.cache_clear()

    def test_all_stand(self) -> None:
        assert rules_stand(None) == []

    def test_a_case_type_brings_its_own(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            apps.get_app_config("workflows"), "notifies", {"case.opened": ("supervisor", "opened_by")}, raising=False
        )

        assert told(kind="case.opened", by=town.chen, case=town.case) == {"sun", "lin"}

    def test_a_kind_or_an_audience_nobody_knows_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wrong = {"case.vanished": ("owner",), "case.opened": ("everybody",)}
        monkeypatch.setattr(apps.get_app_config("workflows"), "notifies", wrong, raising=False)

        assert [fault.id for fault in rules_stand(None)] == ["notifications.E001", "notifications.E002"]
