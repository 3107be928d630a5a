"""Workers that carry the same recount at once, and people who decide on it at once."""

from datetime import date, timedelta
from functools import partial

import pytest

from casework.audit.models import Event
from casework.audit.verify import verify
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount
from casework.offices import operations as offices
from casework.offices.calendar_alarm import calendar_alarm
from tests.casework.deadlines.test_operations import rules
from tests.factories import AT, sun
from tests.workflows.test_recounts import (
    LATER,
    a_day_off,
    begun,
    is_as_reckoned,
    open_case,
    outcomes,
    shown,
    take_contact,
    the_clock,
    tree,
)
from workflows import operations
from workflows import recounts as carrying

__all__ = ["open_case", "rules", "tree"]

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture
def matters(tree, open_case):
    """Six cases and three contacts that a day off moves."""
    found = [open_case() for _number in range(6)]
    for _number in range(3):
        take_contact(tree)
    a_day_off(day=date(2026, 11, 23))
    return found


def carry(recount):
    return lambda: carrying.carry_through(recount=Recount.objects.get(pk=recount.pk), at=LATER).state


def decided(recount):
    return recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)


class TestManyWorkers:
    def test_look_at_everything_once(self, matters, at_once, monkeypatch):
        monkeypatch.setattr(recounts, "BATCH", 2)
        recount = begun()

        assert at_once([carry(recount)] * WORKERS) == ["ready"] * WORKERS

        recount.refresh_from_db()
        assert (recount.seen, recount.lines.count(), recount.lines.values("clock").distinct().count()) == (9, 9, 9)

    def test_move_everything_once(self, matters, at_once, monkeypatch):
        monkeypatch.setattr(recounts, "BATCH", 2)
        recount = decided(shown())

        states = at_once([carry(recount)] * WORKERS)

        assert set(states) == {"done"}, states
        assert outcomes(recount) == [("moved", "")] * 9
        assert Event.objects.filter(kind="clock.moved").count() == 9
        assert Event.objects.filter(kind="recount.ended").count() == 1
        assert all(is_as_reckoned(case) for case in matters)
        assert Clock.objects.filter(contact__isnull=False, due_on=date(2026, 11, 24)).count() == 3
        assert verify().faults == []

    def test_stop_when_somebody_says_so_and_the_count_is_true(self, matters, at_once):
        recount = decided(shown())
        stop = partial(recounts.stop_recount, recount=recount, by=sun(), at=LATER)

        answers = at_once([carry(recount), stop, carry(recount)])

        recount.refresh_from_db()
        assert recount.state in ("stopped", "done"), answers
        ended = Event.objects.get(kind="recount.ended").facts
        counts = [recount.lines.filter(outcome=outcome).count() for outcome in ("moved", "waiting")]
        assert [ended["moved"], ended["left"]] == counts
        assert Event.objects.filter(kind="clock.moved").count() == ended["moved"]

    def test_move_beside_people_who_work_on_the_cases(self, matters, at_once):
        recount = decided(shown())
        withdraw = [
            partial(operations.withdraw_case, case=type(case).objects.get(pk=case.pk), reason="x", by=sun(), at=LATER)
            for case in matters
        ]

        answers = at_once([carry(recount), *withdraw])

        assert answers[0] == "done", answers
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert {the_clock(case).state for case in matters} == {"cancelled"}
        assert {outcome for outcome, _reason in outcomes(recount)} <= {"moved", "unchanged"}
        assert verify().faults == []


class TestManyPeople:
    def test_one_begins(self, tree, at_once):
        begin = partial(recounts.begin_recount, office=tree.county, why="停工", by=sun(), at=LATER)

        answers = at_once([begin] * WORKERS)

        assert sum(isinstance(answer, Recount) for answer in answers) == 1, answers
        assert sum(isinstance(answer, recounts.UnderWay) for answer in answers) == WORKERS - 1

    def test_one_decides(self, matters, at_once):
        recount = shown()
        choices = (True, False) * 2
        decide = [
            partial(recounts.decide_recount, recount=recount, apply=apply, by=sun(), at=LATER) for apply in choices
        ]

        answers = at_once(decide)

        assert sum(isinstance(answer, Recount) for answer in answers) == 1, answers
        assert sum(isinstance(answer, recounts.NotWaiting) for answer in answers) == WORKERS - 1
        assert Event.objects.filter(kind="recount.decided").count() == 1


class TestManySweeps:
    def test_sound_the_alarm_once(self, tree, at_once):
        offices.load_calendar(year=2027, by=None, at=AT)
        december = AT + timedelta(days=12)

        answers = at_once([partial(calendar_alarm, at=december)] * WORKERS)

        assert sorted(answers) == [False] * (WORKERS - 1) + [True]
        assert Event.objects.filter(kind="calendar.missing").count() == 1
