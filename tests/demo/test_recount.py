"""The whole demonstration reckoned again: without a change nothing moves, with one exactly what was shown."""

from datetime import timedelta

import pytest
from django.db.models import F, Q

from casework.deadlines import operations as clocks
from casework.deadlines import recounts
from casework.deadlines.models import Clock
from casework.offices import operations as offices
from casework.offices.models import Office
from casework.staff.models import User
from tests.factories import AT
from workflows.recounts import carry_through

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]


def shown():
    recount = recounts.begin_recount(office=Office.objects.get(depth=1), why="台风停工", by=None, at=AT)
    return carry_through(recount=recount, at=AT)


def test_without_a_change_nothing_moves():
    recount = shown()

    assert (recount.state, recount.lines.count()) == ("done", 0)
    assert recount.seen == recount.to_see > 20


def test_a_week_of_typhoon_moves_exactly_what_was_shown():
    for number in range(3, 8):
        day = (AT + timedelta(days=number)).date()
        offices.set_calendar_day(day=day, is_workday=False, name="台风停工", source="市政府通告", by=None, at=AT)
    recount = shown()
    expected = dict(recount.lines.values_list("clock", "new_on"))
    before = dict(Clock.objects.values_list("pk", "due_on"))

    recounts.decide_recount(recount=recount, apply=True, by=User.objects.get(username="sysadmin"), at=AT)
    recount = carry_through(recount=recount, at=AT)

    assert recount.state == "done"
    assert set(recount.lines.values_list("outcome", "reason")) == {("moved", "")}
    after = dict(Clock.objects.filter(recounts.OWED).values_list("pk", "due_on"))
    moved = {pk: due_on for pk, due_on in after.items() if due_on != before[pk]}
    assert moved.items() <= expected.items()
    assert moved.keys() == set(recount.lines.filter(~Q(old_on=F("new_on"))).values_list("clock", flat=True))
    for case in {clock.case for clock in Clock.objects.filter(pk__in=moved, case__isnull=False).select_related("case")}:
        today = {(clock.rule, clock.ordinal): clock.due_on for clock in clocks.reckoned(case).clocks}
        assert today == {(clock.rule, clock.ordinal): clock.due_on for clock in case.clocks.all()}
