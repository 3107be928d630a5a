"""From events to rows."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Event
from casework.audit.operation import AFTER_COMMIT
from notifications import dispatch as dispatching
from notifications.dispatch import after_commit, dispatch
from notifications.models import Dispatched, Inbox, Notification
from tests.races.conftest import at_once

from .conftest import AT, City, a_contact, an_alarm, something

__all__ = ["at_once"]


def one_by_one(ids: list[int]) -> int:
    return sum(dispatch([pk], at=AT) for pk in ids)


class TestDispatch:
    def test_numbers_what_each_person_gets_from_one_on(self, town: City) -> None:
        first = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk)
        second = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk, times=2)

        dispatch(first, at=AT)
        dispatch(second, at=AT)

        rows = Notification.objects.filter(user=town.chen).order_by("seq").values_list("seq", "event")
        assert list(rows) == list(zip([1, 2, 3], first + second, strict=True))
        assert Inbox.objects.get(user=town.chen).last_seq == 3

    def test_tells_once_however_often_it_is_called(self, town: City) -> None:
        ids = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk)

        made = [dispatch(ids, at=AT), dispatch(ids, at=AT)]

        assert made == [1, 0]

    def test_claims_an_event_that_nobody_may_hear_of(self, town: City) -> None:
        ids = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.zhao.pk)

        assert dispatch(ids, at=AT) == 0
        assert Dispatched.objects.filter(event__in=ids).exists()

    def test_leaves_kinds_without_a_rule_alone(self, town: City) -> None:
        ids = something(kind="task.claimed", by=town.chen, case=town.case, owner=town.chen.pk)

        with CaptureQueriesContext(connection) as asked:
            dispatch(ids, at=AT)

        assert len(asked) == 1
        assert not Dispatched.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "link"), [({"task": 7}, "/tasks/7/"), ({"offer": 8}, "/hand-overs/8/"), ({}, "/cases/{}/")]
    )
    def test_leads_to_where_the_reader_can_act(self, town: City, facts: dict[str, int], link: str) -> None:
        dispatch(something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk, **facts), at=AT)

        assert Notification.objects.get().link == link.format(town.case.number)

    def test_leads_to_the_contact_where_there_is_no_case(self, town: City) -> None:
        contact = a_contact(town.county, town.lin)

        dispatch(an_alarm(contact, rule="GEN.promise.consult", users=[town.lin.pk]), at=AT)

        row = Notification.objects.get()
        assert (row.link, row.case_number) == (f"/contacts/{contact.uuid}/", "")

    def test_leads_nowhere_from_an_event_that_named_its_contact_by_a_key(self, town: City) -> None:
        contact = a_contact(town.county, town.lin)

        dispatch(an_alarm(contact, users=[town.lin.pk], contact=contact.pk), at=AT)

        assert Notification.objects.get().link == ""

    def test_keeps_which_case_it_was(self, town: City) -> None:
        dispatch(something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk), at=AT)

        row = Notification.objects.get()
        assert (row.case_number, row.case_type) == (town.case.number, "toy")


@pytest.mark.django_db(transaction=True)
class TestStatements:
    """At most eight, BEGIN and COMMIT included, whatever the number of events and people."""

    @pytest.mark.parametrize("times", [1, 20])
    def test_does_not_grow(self, town: City, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("casework.audit.operation.AFTER_COMMIT", [])
        facts: dict[str, Any] = {"role": "mediator", "office_path": town.county.path}
        ids = something(kind="task.queued", by=town.lin, case=town.case, times=times, **facts)

        with CaptureQueriesContext(connection) as asked:
            made = dispatch(ids, at=AT)

        assert made == 2 * times
        assert len(asked) <= 8, [query["sql"] for query in asked]


@pytest.mark.django_db(transaction=True)
class TestAfterCommit:
    def test_is_called_with_what_was_committed(self, town: City) -> None:
        assert after_commit in AFTER_COMMIT

        ids = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk)

        assert list(Notification.objects.values_list("event", flat=True)) == ids

    def test_a_failure_never_reaches_the_one_who_did_the_work(
        self, town: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("no notifications today")

        monkeypatch.setattr(dispatching, "dispatch", fails)

        ids = something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk)

        assert Event.objects.filter(pk__in=ids).exists()
        assert "the sweep will take up" in caplog.text


@pytest.mark.django_db(transaction=True)
class TestManyDispatchers:
    """Threads with a connection each, as the processes of a large office have."""

    def test_never_tell_twice(self, town: City, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("casework.audit.operation.AFTER_COMMIT", [])
        ids = something(kind="task.queued", by=town.lin, case=town.case, role="mediator", times=10)

        answers = at_once([partial(dispatch, ids, at=AT)] * 4)

        assert sum(answers) == 20, answers
        assert Notification.objects.count() == 20

    def test_leave_no_gap_in_the_numbers(self, town: City, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("casework.audit.operation.AFTER_COMMIT", [])
        ids = something(kind="task.queued", by=town.lin, case=town.case, role="mediator", times=24)

        answers = at_once([partial(one_by_one, ids[start::4]) for start in range(4)])

        assert sum(answers) == 48, answers
        for user in (town.chen, town.mei):
            numbers = Notification.objects.filter(user=user).order_by("seq").values_list("seq", flat=True)
            assert list(numbers) == list(range(1, 25))
            assert Inbox.objects.get(user=user).last_seq == 24
