"""Reading an inbox, and finding what a crash left."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.audit.models import Event
from notifications import operations
from notifications.dispatch import dispatch
from notifications.models import Dispatched, Inbox, Notification, SweepMark
from notifications.operations import mark_read, sweep

from .conftest import AT, City, something


def assigned(town: City, times: int = 1) -> list[int]:
    return something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk, times=times)


class TestMarkRead:
    @pytest.mark.parametrize(("upto", "unread"), [(2, 1), (0, 3), (99, 0)])
    def test_reads_up_to_a_number_and_no_further(self, town: City, upto: int, unread: int) -> None:
        dispatch(assigned(town, 3), at=AT)

        mark_read(user=town.chen, upto=upto)

        assert Inbox.objects.get(user=town.chen).unread == unread

    def test_never_makes_anything_unread_again(self, town: City) -> None:
        dispatch(assigned(town, 3), at=AT)

        mark_read(user=town.chen, upto=3)
        mark_read(user=town.chen, upto=1)

        assert Inbox.objects.get(user=town.chen).unread == 0

    def test_an_empty_inbox_has_nothing_to_read(self, town: City) -> None:
        mark_read(user=town.sun, upto=5)

        assert not Inbox.objects.exists()


class TestSweep:
    def test_dispatches_what_a_crash_left(self, town: City) -> None:
        ids = assigned(town, 3)

        made = [sweep(at=timezone.now()), sweep(at=timezone.now())]

        assert made == [3, 0]
        assert list(Notification.objects.order_by("seq").values_list("event", flat=True)) == ids

    def test_leaves_what_was_dispatched_alone(self, town: City) -> None:
        dispatch(assigned(town), at=AT)

        assert sweep(at=timezone.now()) == 0

    def test_looks_no_further_back_than_what_is_settled(self, town: City, django_assert_max_num_queries: Any) -> None:
        assigned(town, 2)
        later = timezone.now() + timedelta(hours=1)
        sweep(at=later)

        assert SweepMark.objects.get().upto == Event.objects.order_by("-pk").first().pk
        Dispatched.objects.all().delete()
        assert sweep(at=later) == 0

    def test_keeps_young_events_in_view_because_an_older_one_may_still_be_uncommitted(self, town: City) -> None:
        assigned(town)

        sweep(at=timezone.now())

        assert SweepMark.objects.get().upto == 0

    def test_an_event_that_fails_holds_nobody_up_and_is_tried_again(
        self, town: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        ids = assigned(town, 3)
        later = timezone.now() + timedelta(hours=1)

        def sometimes(some: list[int], **kwargs: Any) -> int:
            if some == [ids[1]]:
                raise RuntimeError("not this one")
            return dispatch(some, **kwargs)

        monkeypatch.setattr(operations, "dispatch", sometimes)
        assert sweep(at=later) == 2
        assert f"dispatch of event {ids[1]} failed" in caplog.text
        assert SweepMark.objects.get().upto == ids[1] - 1

        monkeypatch.setattr(operations, "dispatch", dispatch)
        assert sweep(at=later) == 1
