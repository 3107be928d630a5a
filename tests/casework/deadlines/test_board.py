"""What presses, for whoever oversees it: counted, forecast, and found again behind every number."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.errors import NotFound
from casework.cases import operations as cases
from casework.cases.models import Case, CaseTask
from casework.deadlines import board
from casework.deadlines.board import Ahead, One, Pressing, Standing
from casework.deadlines.calendar import BEIJING, DAY, Calendar, end_of
from casework.deadlines.models import Clock
from casework.offices import operations as offices
from casework.offices import scope
from casework.offices.roles import Role
from tests.factories import AT, FOUNDED, a_user, an_office_tree, appoint, chen, gao, lin, shen, sun, zhao
from workflows import operations as work

FRIDAY = date(2026, 11, 20)
RULE, OTHER = "GEN.handover", "TY.objection"


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    offices.load_calendar(year=2026, by=None, at=FOUNDED)


def a_case(office: Any = None, by: Any = None) -> Case:
    facts = {"worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞"}
    return work.open_case(case_type="toy", by=by or lin(), at=AT, office=office or an_office_tree().county, **facts)


def a_contact(**over: Any) -> Any:
    facts = {"office": an_office_tree().county, "channel": "phone", "matter": "consult", "question": "年休假几天？"}
    return cases.take_contact(**facts | {"by": lin(), "at": AT} | over)


def a_clock(case: Case | None = None, on: date = FRIDAY, **over: Any) -> Clock:
    """Return a running clock that ends on a day; one that is `late` has passed."""
    case = case or a_case()
    facts: dict[str, Any] = {"rule": RULE, "started_on": AT.date(), "started_at": AT, "length": 1}
    if over.pop("late", False):
        facts |= {"state": Clock.State.EXPIRED, "is_late": True, "alarm": Clock.Alarm.BREACHED}
    ends = {"nominal_on": on, "due_on": on, "due_at": end_of(on)}
    place = {"case": case, "office_path": case.office_path}
    return Clock.objects.create(**place | ends | facts | over)


def sight(user: Any = None, office: Any = None, **more: Any) -> board.Sight:
    return board.sight_for(user or sun(), AT, office, **more)


def found(seen: board.Sight | None = None, **filters: Any) -> list[Clock]:
    return list(board.deadlines(seen or sight(), **filters).order_by("due_at", "id"))


class TestSight:
    def test_reaches_the_office_and_those_below_and_no_other(self) -> None:
        tree = an_office_tree()
        mine, below = a_clock(), a_clock(a_case(tree.town))
        theirs = a_clock(a_case(tree.other_county, by=zhao()))

        assert found(sight(sun())) == [mine, below]
        assert found(sight(gao())) == found(sight(shen())) == [mine, below, theirs]

    def test_of_an_office_alone_leaves_those_below_aside(self) -> None:
        tree = an_office_tree()
        mine = a_clock()
        a_clock(a_case(tree.town))

        assert found(sight(office=tree.county, alone=True)) == [mine]

    def test_of_an_office_outside_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            sight(sun(), an_office_tree().other_county)

    def test_of_somebody_who_oversees_nothing_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            sight(chen())

    def test_shows_contacts_where_their_contacts_may_be_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        a_contact()
        seen = found()
        monkeypatch.setitem(scope.ACTS, "contact.read", scope.Act("read contacts", (Role.OPERATOR,)))

        assert len(seen) == 1
        assert found() == []


class TestStanding:
    def test_overdue_is_what_passed_and_was_not_done(self) -> None:
        late = a_clock(late=True)
        a_clock()

        assert found(state=Standing.OVERDUE) == [late]

    def test_at_risk_is_what_was_warned_of_and_what_is_about_to_be(self) -> None:
        warned = a_clock(alarm=Clock.Alarm.AT_RISK)
        about = a_clock(alarm_at=AT)
        a_clock(alarm_at=AT + timedelta(minutes=1))
        a_clock(late=True, alarm_at=AT)

        assert found(state=Standing.AT_RISK) == [warned, about]

    def test_soon_is_from_today_to_the_tenth_working_day(self) -> None:
        today, tenth = a_clock(on=FRIDAY), a_clock(on=date(2026, 12, 4))
        a_clock(on=FRIDAY - DAY)
        a_clock(on=date(2026, 12, 5))
        a_clock(late=True)

        assert sight().last == date(2026, 12, 4)
        assert found(state=Standing.SOON) == [today, tenth]

    def test_what_opens_on_the_day_after_the_last_is_not_soon(self) -> None:
        a_clock(on=date(2026, 12, 5), due_at=datetime.combine(date(2026, 12, 5), time(), BEIJING))

        assert found(state=Standing.SOON) == []

    def test_what_stands_still_and_what_is_provisional_are_asked_for_by_name(self) -> None:
        still = a_clock(state=Clock.State.SUSPENDED)
        provisional = a_clock(provisional=True)

        assert found() == [provisional]
        assert found(state=Standing.STILL) == [still]
        assert found(state=Standing.PROVISIONAL) == [provisional]

    def test_what_has_ended_is_on_no_list(self) -> None:
        a_clock(state=Clock.State.SATISFIED)
        a_clock(state=Clock.State.CANCELLED)
        a_clock(state=Clock.State.EXPIRED)

        assert found() == []


class TestIndex:
    @pytest.mark.parametrize("state", ["", Standing.OVERDUE, Standing.AT_RISK, Standing.SOON, Standing.PROVISIONAL])
    def test_finds_the_clocks_of_an_office_without_reading_the_others(self, state: str) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("the plan is PostgreSQL's")
        a_clock()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            # so few rows fit any index: leave only the one that belongs here
            cursor.execute("DROP INDEX clock_due, clock_alarm, clock_ahead")

            plan = board.deadlines(sight(), state=state).order_by("due_at", "id")[:51].explain()

        assert "clock_board" in plan
        assert "Index Cond: (((office_path)::text >=" in plan


class TestFilters:
    def test_by_kind_and_by_who_has_to_act(self) -> None:
        office, worker = a_clock(), a_clock(rule="LD.limitation")

        assert found(rule=RULE) == found(sight(owed_by="office")) == [office]
        assert found(sight(owed_by="worker")) == [worker]
        assert board.board(sight(owed_by="employer")).total == Pressing()

    def test_by_days(self) -> None:
        one, two = a_clock(on=FRIDAY), a_clock(on=FRIDAY + DAY)

        assert found(since=FRIDAY, until=FRIDAY) == [one]
        assert found(since=FRIDAY + DAY) == [two]
        assert found(until=FRIDAY) == [one]


class TestInHand:
    def test_is_nobody_s_while_a_role_is_to_take_the_step(self) -> None:
        case = a_case()
        Case.objects.filter(pk=case.pk).update(handler=lin())
        clock = a_clock(case)

        assert found(nobody=True) == [clock]
        assert found(person="lin") == []

    def test_is_the_owner_s_of_the_step(self) -> None:
        case = a_case()
        work.claim_task(task=CaseTask.objects.get(process=case, status="NEW"), by=chen(), at=AT)
        clock = a_clock(case)

        assert found(person="chen") == found(person="陈和") == [clock]
        assert found(nobody=True) == found(person="lin") == []
        assert [deadline.person for deadline in board.named(found())] == [chen()]

    def test_is_the_handler_s_while_the_case_waits_for_nobody(self) -> None:
        case = a_case()
        CaseTask.objects.filter(process=case).update(role="", status="DONE")
        Case.objects.filter(pk=case.pk).update(handler=lin())
        clock = a_clock(case)

        assert found(person="lin") == [clock]

    def test_of_a_contact_is_who_took_it(self) -> None:
        contact = a_contact()

        assert [clock.contact_id for clock in found(person="lin")] == [contact.pk]

    def test_of_a_person_nobody_knows_is_nothing(self) -> None:
        a_clock()

        assert found(person="nobody") == []


class TestBoard:
    def test_counts_by_office_person_and_kind_what_the_list_then_shows(self) -> None:
        tree = an_office_tree()
        a_clock(late=True)
        a_clock(a_case(tree.town), alarm=Clock.Alarm.AT_RISK, rule=OTHER)
        a_contact()

        shown = board.board(sight())

        assert shown.total == Pressing(1, 1, 2)
        assert shown.total.overdue == len(found(state=Standing.OVERDUE))
        assert shown.total.at_risk == len(found(state=Standing.AT_RISK))
        assert shown.total.soon == len(found(state=Standing.SOON))
        assert [(line.subject, line.alone, line.pressing) for line in shown.offices] == [
            (tree.county, True, Pressing(1, 0, 1)),
            (tree.town, False, Pressing(0, 1, 1)),
        ]
        assert {line.subject: line.pressing for line in shown.people} == {
            None: Pressing(1, 1, 1),
            lin(): Pressing(0, 0, 1),
        }
        assert {line.subject.code: line.pressing for line in shown.rules} == {
            RULE: Pressing(1, 0, 0),
            OTHER: Pressing(0, 1, 1),
            "GEN.promise.consult": Pressing(0, 0, 1),
        }

    def test_counts_what_is_soon_and_of_which_nobody_is_warned(self) -> None:
        a_clock()

        assert board.board(sight()).total == Pressing(0, 0, 1)

    def test_of_a_city_sums_its_counties(self) -> None:
        tree = an_office_tree()
        a_clock(a_case(tree.town), late=True)
        a_clock(late=True)
        a_clock(a_case(tree.other_county, by=zhao()), late=True)

        shown = board.board(sight(gao()))

        assert [(line.subject, line.alone, line.pressing.overdue) for line in shown.offices] == [
            (tree.county, False, 2),
            (tree.other_county, False, 1),
        ]

    def test_of_several_offices_sums_each(self) -> None:
        tree = an_office_tree()
        both = a_user("both", role=Role.SUPERVISOR)
        appoint(both, Role.SUPERVISOR, tree.other_county)
        a_clock(a_case(tree.town), late=True)
        a_clock(a_case(tree.other_county, by=zhao()), late=True)

        shown = board.board(sight(both))

        assert {line.subject for line in shown.offices} == {tree.county, tree.other_county}

    def test_counts_no_more_than_it_may(self, monkeypatch: pytest.MonkeyPatch) -> None:
        case = a_case()
        for number in range(3):
            a_clock(case, late=True, ordinal=number + 1)
        monkeypatch.setattr(board, "MOST", 2)

        shown = board.board(sight())

        assert shown.is_capped
        assert shown.total.overdue == 2

    def test_costs_the_same_however_much_presses(self) -> None:
        a_clock(late=True)
        a_contact()
        seen = sight()
        board.board(seen)
        with CaptureQueriesContext(connection) as few:
            board.board(seen)
        for _ in range(5):
            a_clock(late=True)
            a_contact()

        with CaptureQueriesContext(connection) as many:
            board.board(seen)

        assert len(many) == len(few) <= 3


def due_on(on: date, number: int = 1, at_risk: bool = False) -> list[One]:
    return [One("0001", RULE, None, on, False, at_risk, True)] * number


class TestAhead:
    # National Day of 2026, with the Saturday that is worked for it.
    SPECIAL = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
    NAMES = {date(2026, 10, day): "国庆节" for day in range(1, 8)} | {date(2026, 10, 10): "国庆节"}
    CALENDAR = Calendar(SPECIAL, frozenset({2026}), NAMES)

    def test_shows_working_days_and_names_the_holidays_between(self) -> None:
        shown = board.ahead([], date(2026, 9, 30), date(2026, 10, 12), self.CALENDAR)

        assert [(row.first.day, row.last.day, row.is_worked, row.name) for row in shown] == [
            (30, 30, True, ""),
            (1, 7, False, "国庆节"),
            (8, 8, True, ""),
            (9, 9, True, ""),
            (10, 10, True, "国庆节"),
            (12, 12, True, ""),
        ]

    def test_shows_a_rest_day_on_which_something_is_due(self) -> None:
        shown = board.ahead(due_on(date(2026, 10, 3)), date(2026, 9, 30), date(2026, 10, 12), self.CALENDAR)

        assert [(row.first.day, row.last.day, row.number) for row in shown][:4] == [
            (30, 30, 0),
            (1, 2, 0),
            (3, 3, 1),
            (4, 7, 0),
        ]

    def test_draws_each_day_against_the_fullest(self) -> None:
        shown = board.ahead(
            [*due_on(date(2026, 10, 8), 4), *due_on(date(2026, 10, 9)), *due_on(date(2026, 10, 9), at_risk=True)],
            date(2026, 10, 8),
            date(2026, 10, 9),
            self.CALENDAR,
        )

        first, second = date(2026, 10, 8), date(2026, 10, 9)
        assert shown == [Ahead(first, first, True, "", 4, 0, 100, 0), Ahead(second, second, True, "", 2, 1, 50, 25)]
