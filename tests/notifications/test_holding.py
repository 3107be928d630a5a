"""What waits until the offices open, and comes then: nothing lost, nothing twice, nothing that is done meanwhile."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casework.cases.models import Case
from casework.deadlines.models import Clock
from casework.offices.models import CalendarDay
from casework.staff.models import RoleGrant, User
from notifications import hints, operations
from notifications.dispatch import dispatch
from notifications.models import Inbox, Notification
from notifications.operations import release, sweep
from notifications.queries import Place, held_back, messages_since, news, notifications_of
from tests.races.conftest import at_once
from tests.scale import scale

from .conftest import DUE_ON, City, a_case, a_clock, a_contact, an_alarm, beijing, something

__all__ = ["at_once"]

MORNING = beijing(3, 5, 9)  # a Thursday
NIGHT = beijing(3, 5, 3)
GRAVE = "WI.visit.grave"


@pytest.fixture(autouse=True)
def _told_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing dispatched by the commit: that would ask the clock on the wall."""
    monkeypatch.setattr("casework.audit.operation.AFTER_COMMIT", [])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """Return the hints that were given."""
    given: list[set[int]] = []
    monkeypatch.setattr(hints, "tell", lambda users: given.append(set(users)))
    return given


def inbox(user: User) -> list[tuple[int | None, str]]:
    """Return number and kind of what a person was told, in order."""
    return list(notifications_of(user).order_by("seq").values_list("seq", "kind"))


def held(user: User) -> list[datetime | None]:
    """Return until when each of a person's notifications is held back."""
    return list(Notification.objects.filter(user=user, seq=None).order_by("id").values_list("not_before", flat=True))


def alarm(town: City, at: datetime, kind: str = "clock.at_risk", **about: Any) -> list[int]:
    """Have a clock of Chen's say something and dispatch it at that moment."""
    ids = an_alarm(about.pop("of", town.case), kind, at=at, **{"users": [town.chen.pk], **about})
    dispatch(ids, at=at)
    return ids


def assigned(town: City, at: datetime) -> None:
    dispatch(something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk, at=at), at=at)


class TestHeldBack:
    @pytest.mark.parametrize(
        ("at", "until"),
        [
            (beijing(3, 5, 3), beijing(3, 5, 9)),  # a night
            (beijing(3, 5, 12), beijing(3, 5, 13, 30)),  # the lunch break
            (beijing(3, 5, 17, 30), beijing(3, 6, 9)),  # an evening
            (beijing(3, 6, 20), beijing(3, 9, 9)),  # a Friday evening
            (beijing(3, 8, 10), beijing(3, 9, 9)),  # a Sunday
        ],
    )
    def test_until_the_offices_open(self, town: City, at: datetime, until: datetime) -> None:
        alarm(town, at)

        assert (inbox(town.chen), held(town.chen)) == ([], [until])

    @pytest.mark.parametrize("at", [beijing(3, 5, 9), beijing(3, 5, 11, 59), beijing(3, 5, 17, 29)])
    def test_not_while_they_are_open(self, town: City, at: datetime) -> None:
        alarm(town, at)

        assert (inbox(town.chen), held(town.chen)) == ([(1, "clock.at_risk")], [])

    def test_not_on_a_saturday_that_is_worked_at_the_office(self, town: City) -> None:
        CalendarDay.objects.create(region="410105", day=date(2026, 3, 7), is_workday=True, name="调休", source="test")
        elsewhere = a_case(town.other, town.zhao, "TY-410106-2026-000001")

        alarm(town, beijing(3, 7, 10))
        alarm(town, beijing(3, 7, 10), of=elsewhere, users=[town.zhao.pk])

        assert (inbox(town.chen), held(town.chen)) == ([(1, "clock.at_risk")], [])
        assert (inbox(town.zhao), held(town.zhao)) == ([], [beijing(3, 9, 9)])

    def test_over_a_rest_day_of_the_office(self, town: City) -> None:
        CalendarDay.objects.create(region="", day=date(2026, 3, 5), is_workday=False, name="休", source="test")

        alarm(town, beijing(3, 5, 10))

        assert held(town.chen) == [beijing(3, 6, 9)]

    @pytest.mark.parametrize("kind", ["clock.expired", "clock.passed_up", "clock.moved", "clock.extended"])
    def test_whatever_happened_to_the_clock(self, town: City, kind: str) -> None:
        Case.objects.update(handler=town.chen)

        alarm(town, NIGHT, kind, why="2027", until=DUE_ON.isoformat())

        assert Notification.objects.filter(seq=None, not_before=MORNING).exists()
        assert not Inbox.objects.exists()

    def test_a_step_that_a_clock_takes_at_midnight(self, town: City) -> None:
        ids = something(kind="task.assigned", by=None, case=town.case, owner=town.chen.pk, at=NIGHT)
        dispatch(ids, at=NIGHT)

        assert (inbox(town.chen), held(town.chen)) == ([], [MORNING])
        release(at=MORNING)
        assert inbox(town.chen) == [(1, "task.assigned")]

    def test_but_not_what_people_do(self, town: City) -> None:
        assigned(town, NIGHT)

        assert (inbox(town.chen), held(town.chen)) == ([(1, "task.assigned")], [])

    def test_nor_what_is_urgent(self, town: City) -> None:
        injury = a_case(town.county, town.lin, "WI-410105-2026-000001", kind="work_injury")

        alarm(town, NIGHT, rule=GRAVE, of=injury)

        assert inbox(town.chen) == inbox(town.sun) == [(1, "clock.at_risk")]
        assert not Notification.objects.filter(seq=None).exists()

    def test_nor_a_group_incident(self, town: City) -> None:
        ids = something(kind="incident.group", by=town.lin, case=town.case, on="2026-03-05", at=NIGHT)

        dispatch(ids, at=NIGHT)

        assert inbox(town.sun) == [(1, "incident.group")]

    def test_is_in_no_list_no_count_and_no_answer(self, town: City) -> None:
        assigned(town, NIGHT)
        alarm(town, NIGHT)
        browser = Client()
        browser.force_login(town.chen)

        page = browser.get("/notifications/")
        answer = browser.get("/notifications/since/?seq=0").json()
        (pushed,) = news([Place(town.chen.pk, browser.session.session_key or "", town.chen.password, 0)], NIGHT)

        assert len(page.context["lines"]) == 1
        assert page.context["inbox"].unread == 1
        assert (answer["seq"], answer["unread"], len(answer["messages"]), answer["more"]) == (1, 1, 1, False)
        assert (pushed.last_seq, pushed.unread, len(pushed.messages)) == (1, 1, 1)
        assert [message["seq"] for message in messages_since(town.chen, 0)] == [1]

    def test_gives_no_hint(self, town: City, told: list[set[int]]) -> None:
        alarm(town, NIGHT)

        assert set().union(*told) == set()


class TestRelease:
    def test_waits_for_the_moment(self, town: City) -> None:
        alarm(town, NIGHT)

        assert sweep(at=MORNING - timedelta(seconds=1)) == 0
        assert inbox(town.chen) == []

    def test_brings_it_with_the_next_number_a_hint_and_the_moment_of_its_coming(
        self, town: City, told: list[set[int]]
    ) -> None:
        alarm(town, NIGHT)

        assert sweep(at=MORNING) == 1

        row = Notification.objects.get(user=town.chen)
        assert (row.seq, row.created_at) == (1, MORNING)
        assert Inbox.objects.get(user=town.chen).unread == 1
        assert told[-1] == {town.chen.pk}

    def test_once_however_often_it_sweeps(self, town: City) -> None:
        alarm(town, NIGHT)

        assert [sweep(at=MORNING), sweep(at=MORNING), sweep(at=MORNING + timedelta(days=1))] == [1, 0, 0]

    def test_numbers_by_when_it_should_come_and_then_by_when_it_was_made(self, town: City) -> None:
        (evening,) = alarm(town, beijing(3, 5, 18), "clock.moved")
        (night,) = alarm(town, beijing(3, 6, 2), "clock.expired")
        (lunch,) = alarm(town, beijing(3, 4, 12, 30), "clock.at_risk")

        sweep(at=beijing(3, 6, 9))

        told = Notification.objects.filter(user=town.chen).order_by("seq").values_list("seq", "event")
        assert list(told) == [(1, lunch), (2, evening), (3, night)]

    def test_leaves_no_gap_between_what_came_at_once(self, town: City) -> None:
        assigned(town, NIGHT)
        alarm(town, NIGHT)
        assigned(town, NIGHT)

        sweep(at=MORNING)
        assigned(town, MORNING)

        assert inbox(town.chen) == [
            (1, "task.assigned"),
            (2, "task.assigned"),
            (3, "clock.at_risk"),
            (4, "task.assigned"),
        ]
        assert Inbox.objects.get(user=town.chen).last_seq == 4

    def test_comes_before_what_a_crash_left_in_the_night(self, town: City) -> None:
        (early,) = alarm(town, NIGHT)
        (missed,) = an_alarm(town.case, "clock.expired", at=NIGHT, users=[town.chen.pk])

        sweep(at=MORNING)

        told = Notification.objects.filter(user=town.chen).order_by("seq").values_list("event", flat=True)
        assert list(told) == [early, missed]

    def test_catches_up_after_days(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(operations, "AT_ONCE", 3)
        for day in (2, 3, 4):
            alarm(town, beijing(3, day, 3), times=3)

        assert sweep(at=beijing(3, 12, 10)) == 9
        assert [seq for seq, _kind in inbox(town.chen)] == list(range(1, 10))

    def test_wakes_nobody_when_the_morning_was_missed(self, town: City) -> None:
        alarm(town, NIGHT)

        assert sweep(at=beijing(3, 5, 23)) == 0
        assert held(town.chen) == [beijing(3, 6, 9)]
        assert sweep(at=beijing(3, 6, 9)) == 1

    def test_a_failure_keeps_no_event_from_being_dispatched(
        self, town: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        alarm(town, NIGHT)
        something(kind="task.assigned", by=town.lin, case=town.case, owner=town.mei.pk)
        monkeypatch.setattr(operations, "number", lambda letters: 1 / 0)

        assert sweep(at=MORNING) == 1
        assert "the next sweep tries again" in caplog.text
        assert held(town.chen) == [MORNING]


class TestDropped:
    """What is no longer so when the offices open, or no longer this reader's to know."""

    @pytest.mark.parametrize(
        ("kind", "state", "comes"),
        [
            ("clock.at_risk", Clock.State.RUNNING, True),
            ("clock.at_risk", Clock.State.SATISFIED, False),
            ("clock.at_risk", Clock.State.CANCELLED, False),
            ("clock.at_risk", Clock.State.SUSPENDED, False),
            ("clock.at_risk", Clock.State.EXPIRED, False),
            ("clock.expired", Clock.State.EXPIRED, True),
            ("clock.expired", Clock.State.SATISFIED, False),
            ("clock.expired", Clock.State.CANCELLED, False),
            ("clock.expired", Clock.State.RUNNING, False),
            ("clock.passed_up", Clock.State.EXPIRED, True),
            ("clock.passed_up", Clock.State.SATISFIED, False),
            ("clock.moved", Clock.State.RUNNING, True),
            ("clock.moved", Clock.State.EXPIRED, True),
            ("clock.moved", Clock.State.CANCELLED, False),
        ],
    )
    def test_by_what_became_of_the_clock(self, town: City, kind: str, state: str, comes: bool) -> None:
        alarm(town, NIGHT, kind)
        a_clock(town.case, state=state)
        a_clock(town.case, ordinal=2, state=Clock.State.RUNNING)

        sweep(at=MORNING)

        assert Notification.objects.filter(seq__isnull=False).exists() == comes
        assert not held_back(MORNING).exists()
        assert Inbox.objects.filter(last_seq__gt=0).exists() == comes

    def test_a_warning_of_a_day_that_was_put_off(self, town: City) -> None:
        alarm(town, NIGHT)
        a_clock(town.case, due_on=DUE_ON + timedelta(days=7))

        assert sweep(at=MORNING) == 0
        assert not Notification.objects.exists()

    def test_a_warning_of_a_day_that_came_nearer_is_told(self, town: City) -> None:
        alarm(town, NIGHT)
        nearer = DUE_ON - timedelta(days=1)
        a_clock(town.case, nominal_on=nearer, due_on=nearer)

        assert sweep(at=MORNING) == 1

    def test_by_the_clock_of_a_contact(self, town: City) -> None:
        done, open_still = a_contact(town.county, town.lin), a_contact(town.county, town.lin)
        for contact, state in ((done, Clock.State.SATISFIED), (open_still, Clock.State.RUNNING)):
            a_clock(contact, "GEN.promise.consult", state=state)
            alarm(town, NIGHT, of=contact, rule="GEN.promise.consult", users=[town.lin.pk])

        assert sweep(at=MORNING) == 1
        assert str(open_still.uuid) in Notification.objects.get().link

    def test_for_who_may_no_longer_read_the_case(self, town: City) -> None:
        alarm(town, NIGHT, users=[town.chen.pk, town.mei.pk])
        RoleGrant.objects.filter(user=town.chen).update(office=town.other)

        assert sweep(at=MORNING) == 1
        assert Notification.objects.get().user == town.mei

    def test_for_an_account_that_was_closed(self, town: City) -> None:
        alarm(town, NIGHT)
        User.objects.filter(pk=town.chen.pk).update(is_active=False)

        assert sweep(at=MORNING) == 0
        assert not Notification.objects.exists()

    def test_leaves_no_gap(self, town: City) -> None:
        alarm(town, NIGHT)
        other = a_case(town.county, town.lin, "TY-410105-2026-000002")
        a_clock(other, state=Clock.State.SATISFIED)
        alarm(town, NIGHT, of=other)
        alarm(town, NIGHT, "clock.moved")

        sweep(at=MORNING)

        assert inbox(town.chen) == [(1, "clock.at_risk"), (2, "clock.moved")]


@pytest.mark.django_db(transaction=True)
class TestStatements:
    """Their number depends neither on the events nor on the people."""

    @pytest.mark.parametrize("times", [1, 20])
    def test_of_holding_back_are_those_of_any_dispatch(self, town: City, times: int) -> None:
        alarm(town, NIGHT)  # the calendar is known
        ids = an_alarm(town.case, at=NIGHT, role="mediator", times=times)

        with CaptureQueriesContext(connection) as asked:
            dispatch(ids, at=NIGHT)

        assert len(held(town.mei)) == times
        assert len(asked) <= 8, [query["sql"] for query in asked]

    @pytest.mark.parametrize("times", [1, 20])
    def test_of_calling_duty_are_one_more(self, town: City, times: int) -> None:
        injury = a_case(town.county, town.lin, "WI-410105-2026-000001", kind="work_injury")
        ids = an_alarm(injury, rule=GRAVE, at=NIGHT, users=[town.chen.pk], times=times)

        with CaptureQueriesContext(connection) as asked:
            assert dispatch(ids, at=NIGHT) == 2 * times

        assert len(asked) <= 9, [query["sql"] for query in asked]

    @pytest.mark.parametrize("times", [1, 20])
    def test_of_a_release_are_twelve_with_those_that_find_the_end(self, town: City, times: int) -> None:
        for case in (town.case, a_case(town.county, town.lin, "TY-410105-2026-000002")):
            a_clock(case, state=Clock.State.RUNNING)
            alarm(town, NIGHT, of=case, times=times, users=[town.chen.pk, town.mei.pk])
        contact = a_contact(town.county, town.chen)
        alarm(town, NIGHT, of=contact, rule="GEN.promise.consult", times=times)
        Clock.objects.filter(case=town.case).update(state=Clock.State.SATISFIED)

        with CaptureQueriesContext(connection) as asked:
            assert release(at=MORNING) == 3 * times

        assert len(asked) <= 12, [query["sql"] for query in asked]

    def test_of_a_sweep_with_nothing_held_back_is_one(self, town: City) -> None:
        with CaptureQueriesContext(connection) as asked:
            assert release(at=MORNING) == 0

        assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
class TestManySweepers:
    """Threads with a connection each, as the workers of a large office have."""

    def test_release_once_and_in_order_while_news_come_in(
        self, town: City, at_once: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(operations, "AT_ONCE", 4)
        waited = scale("inbox_rows") * 4
        alarm(town, NIGHT, role="mediator", users=[town.chen.pk], times=waited)
        new = something(kind="task.queued", by=town.lin, case=town.case, role="mediator", times=12, at=MORNING)

        answers = at_once(
            [partial(release, at=MORNING)] * scale("inbox_writers")
            + [partial(dispatch, new[start::2], at=MORNING) for start in range(2)]
        )

        assert all(isinstance(answer, int) for answer in answers), answers
        assert sum(answers) == 2 * (waited + len(new))
        for user in (town.chen, town.mei):
            told = list(notifications_of(user).order_by("seq").values_list("seq", "not_before", "pk"))
            assert [seq for seq, _until, _pk in told] == list(range(1, waited + len(new) + 1))
            assert Inbox.objects.get(user=user).last_seq == len(told)
            released = [(until, pk) for _seq, until, pk in told if until]
            assert released == sorted(released)
            assert len(released) == waited

    def test_sweep_once(self, town: City, at_once: Any) -> None:
        alarm(town, NIGHT, times=5)
        something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk, times=5)

        answers = at_once([partial(sweep, at=MORNING)] * 4)

        assert sum(answers) == 10, answers
        assert [seq for seq, _kind in inbox(town.chen)] == list(range(1, 11))


class Office(RuleBasedStateMachine):
    """Days and nights of an office: alarms, tasks, sweeps in any order, and clocks that are kept in between."""

    def __init__(self, town: City) -> None:
        super().__init__()
        self.town, self.now = town, beijing(3, 2, 8)
        self.made = 0
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.cases = [a_case(self.town.county, self.town.lin, f"TY-410105-2026-00010{one}") for one in range(3)]
        for case in self.cases:
            a_clock(case)

    @rule(hours=st.integers(0, 40), minutes=st.integers(0, 59))
    def time_passes(self, hours: int, minutes: int) -> None:
        self.now += timedelta(hours=hours, minutes=minutes)

    @rule(one=st.integers(0, 2), kind=st.sampled_from(["clock.at_risk", "clock.moved", "clock.expired"]))
    def a_clock_speaks(self, one: int, kind: str) -> None:
        alarm(self.town, self.now, kind, of=self.cases[one])

    @rule(one=st.integers(0, 2), state=st.sampled_from(Clock.State.values))
    def a_clock_comes_to(self, one: int, state: str) -> None:
        Clock.objects.filter(case=self.cases[one]).update(state=state)

    @rule()
    def somebody_does_something(self) -> None:
        assigned(self.town, self.now)

    @rule()
    def the_sweep_runs(self) -> None:
        release(at=self.now)

        assert not held_back(self.now).exists()

    @invariant()
    def numbers_have_no_gap_and_the_inbox_counts_them(self) -> None:
        for user in (self.town.chen, self.town.sun):
            told = list(notifications_of(user).order_by("seq").values_list("seq", "created_at", "kind"))
            assert [seq for seq, _at, _kind in told] == list(range(1, len(told) + 1))
            assert [at for _seq, at, _kind in told] == sorted(at for _seq, at, _kind in told)
            assert getattr(Inbox.objects.filter(user=user).first(), "last_seq", 0) == len(told)

    @invariant()
    def no_clock_speaks_at_night_or_on_a_rest_day(self) -> None:
        for at in Notification.objects.filter(seq__isnull=False, kind__startswith="clock.").values_list(
            "created_at", flat=True
        ):
            local = at.astimezone(beijing(1, 1).tzinfo)
            assert local.weekday() < 5
            assert "09:00" <= f"{local:%H:%M}" < "12:00" or "13:30" <= f"{local:%H:%M}" < "17:30"

    @invariant()
    def what_waits_waits_for_a_later_moment_than_it_was_made(self) -> None:
        for made, until in Notification.objects.filter(seq=None).values_list("created_at", "not_before"):
            assert until is not None
            assert until > made


def test_whatever_the_order_numbers_have_no_gap_and_nights_are_quiet(town: City) -> None:
    run_state_machine_as_test(
        lambda: Office(town),
        settings=hypothesis_settings(
            max_examples=scale("machine_examples"), stateful_step_count=scale("machine_steps"), deadline=None
        ),
    )
