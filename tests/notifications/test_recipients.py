"""Who hears of what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from casework.audit.events import office_stream
from casework.cases.models import Case, HandOver
from casework.deadlines.rulebook import every_rule
from casework.offices.models import DutyShift, Office
from casework.offices.roles import Role
from casework.staff.models import RoleGrant, User
from notifications import recipients
from notifications.checks import rules_stand
from notifications.dispatch import dispatch
from notifications.models import Notification

from .conftest import AT, City, a_case, a_contact, an_account, an_alarm, an_office, something


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    recipients.rules.cache_clear()
    yield
    recipients.rules.cache_clear()


def told(**about: Any) -> set[str]:
    """Have something happen; return the login names of those who hear of it."""
    return told_by(something(**about))


def told_by(ids: list[int], at: datetime = AT) -> set[str]:
    """Dispatch events; return the login names of those who hear of them."""
    dispatch(ids, at=at)
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


GRAVE = "WI.visit.grave"  # 24 hours


@pytest.fixture
def injury(town: City) -> Case:
    """A case of the type that has a clock of hours."""
    return a_case(town.county, town.lin, "WI-410105-2026-000001", kind="work_injury")


@pytest.fixture
def street(town: City) -> Case:
    """A case of an office with nobody in it, two levels below Sun."""
    return a_case(an_office("410105-01", "town", town.county), town.lin, "WI-410105-2026-000002", kind="work_injury")


def on_duty(user: User, office: Office, begins: datetime = AT, hours: int = 12) -> None:
    DutyShift.objects.create(office=office, user=user, starts_at=begins, ends_at=begins + timedelta(hours=hours))


class TestClocks:
    def test_at_risk_is_told_to_those_who_have_it_in_hand(self, town: City) -> None:
        assert told_by(an_alarm(town.case, users=[town.chen.pk])) == {"chen"}

    def test_at_risk_in_a_queue_is_told_to_the_role(self, town: City) -> None:
        assert told_by(an_alarm(town.case, role="mediator")) == {"chen", "mei"}

    def test_expired_is_told_to_the_supervisor_too(self, town: City) -> None:
        assert told_by(an_alarm(town.case, "clock.expired", users=[town.chen.pk])) == {"chen", "sun"}

    def test_a_supervisor_of_the_office_itself_comes_before_the_one_above(self, town: City) -> None:
        an_account("near", (Role.SUPERVISOR, town.county), confirmed_by=town.lin)

        assert told_by(an_alarm(town.case, "clock.expired", users=[town.chen.pk])) == {"chen", "near"}

    def test_what_is_passed_up_goes_to_the_office_above_and_the_supervisor(self, town: City) -> None:
        an_account("near", (Role.SUPERVISOR, town.county), confirmed_by=town.lin)

        assert told_by(an_alarm(town.case, "clock.passed_up", users=[town.chen.pk])) == {"near", "sun"}

    def test_above_is_the_nearest_office_above_that_has_a_supervisor(self, street: Case) -> None:
        assert told_by(an_alarm(street, "clock.passed_up")) == {"sun"}

    def test_above_is_above_the_office_where_the_step_lies(self, town: City, street: Case) -> None:
        an_account("near", (Role.SUPERVISOR, town.county), confirmed_by=town.lin)

        assert told_by(an_alarm(street, "clock.passed_up", office_path=town.county.path)) == {"near", "sun"}

    def test_nobody_is_above_the_highest_office(self, town: City) -> None:
        assert told_by(an_alarm(town.case, "clock.passed_up", office_path=town.city.path)) == {"sun"}

    def test_without_any_supervisor_nobody_is_told_and_nothing_breaks(self, town: City) -> None:
        RoleGrant.objects.filter(user=town.sun).update(valid_until=date(2026, 1, 1))

        assert told_by(an_alarm(town.case, "clock.passed_up")) == set()

    def test_moved_is_told_to_the_handler_and_the_people_it_names(self, town: City) -> None:
        town.case.handler = town.mei
        town.case.save(update_fields=["handler", "state"])

        assert told_by(an_alarm(town.case, "clock.moved", users=[town.chen.pk], why="2027")) == {"chen", "mei"}

    def test_what_is_not_urgent_calls_nobody_on_duty(self, town: City) -> None:
        on_duty(town.mei, town.county)

        assert told_by(an_alarm(town.case, users=[town.chen.pk])) == {"chen"}


class TestContacts:
    def test_the_one_who_took_it_and_the_supervisor_hear_of_its_promise(self, town: City) -> None:
        alarm = an_alarm(a_contact(town.county, town.lin), "clock.expired", "GEN.promise.consult", users=[town.lin.pk])

        assert told_by(alarm) == {"lin", "sun"}

    def test_who_may_not_read_contacts_of_the_office_hears_nothing(self, town: City) -> None:
        RoleGrant.objects.filter(user=town.lin).update(office=town.other)
        pay = an_account("pay", (Role.FINANCE, town.county), confirmed_by=town.chen)

        alarm = an_alarm(a_contact(town.county, town.lin), rule="GEN.promise.consult", users=[town.lin.pk, pay.pk])

        assert told_by(alarm) == set()

    def test_what_does_not_say_its_place_happened_at_the_office_in_whose_stream_it_stands(self, town: City) -> None:
        contact = a_contact(town.county, town.lin)

        about = {"office_path": "", "stream": office_stream(town.county)}
        alarm = an_alarm(contact, "clock.expired", "GEN.promise.consult", **about)

        assert told_by(alarm) == {"sun"}


class TestUrgent:
    @pytest.mark.parametrize("kind", ["clock.at_risk", "clock.expired", "clock.passed_up"])
    def test_an_alarm_of_a_clock_of_hours_calls_duty_and_supervisor(self, town: City, injury: Case, kind: str) -> None:
        on_duty(town.mei, town.county)

        assert told_by(an_alarm(injury, kind, GRAVE)) == {"mei", "sun"}

    def test_what_starts_a_clock_of_hours_calls_them_at_once(self, town: City, injury: Case) -> None:
        on_duty(town.mei, town.county)

        assert told(kind="injury.found_grave", by=town.lin, case=injury) == {"mei", "sun"}

    def test_the_same_kind_in_a_case_of_a_type_without_such_a_clock_calls_nobody_on_duty(self, town: City) -> None:
        on_duty(town.mei, town.county)

        assert told(kind="injury.found_grave", by=town.lin, case=town.case) == {"sun"}  # the type's own rule

    def test_only_with_the_facts_that_start_it(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        hours = replace(every_rule()[GRAVE], starts=("toy.found",), when=(("grave", (True,)),))
        monkeypatch.setattr(recipients, "rules_of", lambda case_type: (hours,))
        monkeypatch.setattr(recipients, "every_rule", lambda: {hours.code: hours})
        recipients.rules.cache_clear()
        on_duty(town.mei, town.county)

        assert told(kind="toy.found", by=town.lin, case=town.case, grave=True) == {"mei", "sun"}
        assert told(kind="toy.found", by=town.lin, case=town.case, grave=False) == set()

    def test_with_nobody_on_duty_the_supervisor_hears_alone(self, town: City, injury: Case) -> None:
        on_duty(town.mei, town.county, AT - timedelta(hours=12))  # until this very moment

        assert told_by(an_alarm(injury, rule=GRAVE)) == {"sun"}

    def test_duty_is_found_two_levels_above(self, town: City, street: Case) -> None:
        watch = an_account("watch", (Role.OPERATOR, town.city))
        on_duty(watch, town.city)

        assert told_by(an_alarm(street, rule=GRAVE)) == {"watch", "sun"}

    def test_duty_of_the_nearest_office_is_enough(self, town: City, injury: Case) -> None:
        watch = an_account("watch", (Role.OPERATOR, town.city))
        on_duty(watch, town.city)
        on_duty(town.mei, town.county)
        on_duty(town.chen, town.county)

        assert told_by(an_alarm(injury, rule=GRAVE)) == {"chen", "mei", "sun"}

    def test_somebody_on_duty_who_may_not_read_the_case_does_not_stop_the_search(
        self, town: City, injury: Case
    ) -> None:
        on_duty(town.zhao, town.county)
        watch = an_account("watch", (Role.OPERATOR, town.city))
        on_duty(watch, town.city)

        assert told_by(an_alarm(injury, rule=GRAVE)) == {"watch", "sun"}

    def test_who_was_on_duty_when_it_happened_is_told_and_not_who_is_when_it_is_dispatched(
        self, town: City, injury: Case
    ) -> None:
        on_duty(town.mei, town.county, AT)
        on_duty(town.chen, town.county, AT + timedelta(hours=12))
        ids = an_alarm(injury, rule=GRAVE)

        assert told_by(ids, at=AT + timedelta(hours=13)) == {"mei", "sun"}

    def test_a_group_incident_calls_duty_and_supervisor_in_any_case(self, town: City) -> None:
        on_duty(town.mei, town.county)

        assert told(kind="incident.group", by=town.lin, case=town.case, on="2026-03-02") == {"mei", "sun"}

    def test_a_group_incident_that_was_called_in_does_too(self, town: City) -> None:
        on_duty(town.mei, town.county)
        about = {"contact": str(a_contact(town.county, town.lin).uuid), "stream": office_stream(town.county)}

        assert told(kind="incident.group", by=town.lin, on="2026-03-02", **about) == {"mei", "sun"}

    def test_who_is_on_duty_and_did_it_himself_is_not_told(self, town: City, injury: Case) -> None:
        on_duty(town.mei, town.county)

        assert told(kind="injury.found_grave", by=town.mei, case=injury) == {"sun"}


class TestRules:
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
