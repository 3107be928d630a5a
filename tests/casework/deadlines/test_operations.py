"""Clocks of real cases: what they cost, that they can be reckoned again, and who may extend them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from casework.audit import events
from casework.audit.errors import NotAllowed
from casework.audit.operation import operation
from casework.cases import operations as cases
from casework.cases.models import Contact
from casework.deadlines import explanation, operations, queries, rulebook
from casework.deadlines.models import Clock
from casework.deadlines.rules import DeadlineRule, Extension
from casework.offices import operations as offices
from casework.offices.models import CalendarDay
from tests.factories import AT, FOUNDED, an_office_tree, lin, sun
from workflows import operations as work

ANSWER = DeadlineRule(
    "TT.answer",
    "Answer",
    5,
    "working_days",
    starts=("checklist.opened",),
    satisfied_by=("checklist.received",),
    restarted_by=("checklist.asked",),
    law="民法典 203",
    certainty="convention",
    parameter="test.answer_days",
    extension=Extension(),
)


@pytest.fixture
def rules(monkeypatch):
    """The rule of these tests, on every case."""
    monkeypatch.setattr("casework.deadlines.general.RULES", (ANSWER,))
    for found in (rulebook.rules_of, rulebook.kinds_of, rulebook.every_rule):
        found.cache_clear()
    yield
    for found in (rulebook.rules_of, rulebook.kinds_of, rulebook.every_rule):
        found.cache_clear()


@pytest.fixture
def case(db, rules):
    """A case of the county in the year of a published calendar."""
    tree = an_office_tree()
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    return work.open_case(
        case_type="toy", by=lin(), at=AT, office=tree.county, worker_name="王小明", summary="丢了一把伞", thing="伞"
    )


@operation
def note(*, case, kind, by, at, **facts):
    """Record an event on a case and nothing else."""
    case.lock()
    events.record(case, kind, by=by, at=at, **facts)


def told(clocks):
    return sorted(
        tuple(getattr(clock, field.attname) for field in Clock._meta.concrete_fields if field.attname != "id")
        for clock in clocks
    )


class TestFollow:
    def test_starts_a_clock_and_points_the_case_at_it(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)

        clock = Clock.objects.get(case=case, rule="TT.answer")
        case.refresh_from_db()
        assert clock.due_on == date(2026, 11, 27)
        assert (case.next_due_on, case.next_due_at, case.next_due_rule) == (clock.nominal_on, clock.due_at, clock.rule)

    def test_clears_the_case_when_nothing_is_owed(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        note(case=case, kind="checklist.received", by=lin(), at=AT + timedelta(days=1))

        case.refresh_from_db()
        assert (case.next_due_on, case.next_due_at, case.next_due_rule) == (None, None, "")

    def test_costs_nothing_when_no_rule_cares(self, case):
        event = note_and_return(case)

        with CaptureQueriesContext(connection) as caught:
            operations.follow(case, [event], at=AT)

        assert len(caught) == 0

    def test_costs_one_read_and_one_write(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        event = events.Event.objects.get(stream=case.stream, kind="checklist.opened")
        Clock.objects.all().delete()

        with CaptureQueriesContext(connection) as caught:
            operations.follow(case, [event], at=AT)

        assert [query["sql"].split()[0] for query in caught] == ["SELECT", "INSERT"]

    def test_changes_nothing_the_second_time(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        event = events.Event.objects.get(stream=case.stream, kind="checklist.opened")
        before = told(Clock.objects.filter(case=case))

        operations.follow(case, [event], at=AT)

        assert told(Clock.objects.filter(case=case)) == before

    def test_takes_the_length_of_the_place(self, case):
        offices.set_parameter(
            code="test.answer_days",
            office=an_office_tree().city,
            value=2,
            valid_from=date(2026, 1, 1),
            source="市总〔2026〕1号",
            by=None,
            at=FOUNDED,
        )

        note(case=case, kind="checklist.opened", by=lin(), at=AT)

        assert Clock.objects.get(case=case, rule="TT.answer").due_on == date(2026, 11, 24)


def note_and_return(case):
    note(case=case, kind="return_visit.made", by=lin(), at=AT)
    return events.Event.objects.get(stream=case.stream, kind="return_visit.made")


class TestRecompute:
    def test_gives_the_rows_that_following_gave(self, case):
        day = timedelta(days=1)
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        note(case=case, kind="checklist.asked", by=lin(), at=AT + day)
        note(case=case, kind="checklist.received", by=lin(), at=AT + 2 * day)
        note(case=case, kind="checklist.opened", by=lin(), at=AT + 3 * day)
        work.withdraw_case(case=case, reason="找到了", by=sun(), at=AT + 4 * day)
        followed = told(Clock.objects.filter(case=case))
        Clock.objects.all().delete()

        operations.recompute(case=case)

        assert len(followed) >= 2
        assert told(Clock.objects.filter(case=case)) == followed

    def test_follows_a_calendar_that_changed(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        offices.set_calendar_day(
            day=date(2026, 11, 25), is_workday=False, name="停工", source="市政府通告", by=None, at=AT
        )

        operations.recompute(case=case)

        assert Clock.objects.get(case=case, rule="TT.answer").due_on == date(2026, 11, 30)


class TestExpire:
    def test_passes_once(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        clock = Clock.objects.get(case=case, rule="TT.answer")

        @operation
        def sweep(*, by, at):
            case.lock()
            return operations.expire(clock=clock, subject=case, by=by, at=at)

        assert list(queries.due_clocks(clock.due_at - timedelta(seconds=1))) == []
        assert list(queries.due_clocks(clock.due_at)) == [clock]
        assert sweep(by=None, at=clock.due_at) is True
        assert sweep(by=None, at=clock.due_at) is False
        clock.refresh_from_db()
        assert clock.state == "expired"
        assert clock.is_owed


class TestExtend:
    @pytest.fixture
    def clock(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        return Clock.objects.get(case=case, rule="TT.answer")

    @staticmethod
    @operation
    def extend(*, case, clock, by, at, until=date(2026, 12, 5), reason="等医院出具证明"):
        case.lock()
        return operations.extend(clock=clock, subject=case, until=until, reason=reason, by=by, at=at)

    def test_moves_the_end_and_says_why(self, case, clock):
        event = self.extend(case=case, clock=clock, by=sun(), at=AT)

        clock.refresh_from_db()
        assert (clock.nominal_on, clock.due_on) == (date(2026, 12, 5), date(2026, 12, 7))
        assert events.words_of(event) == "等医院出具证明"

    def test_refuses_whoever_is_no_supervisor(self, case, clock):
        with pytest.raises(NotAllowed):
            self.extend(case=case, clock=clock, by=lin(), at=AT)

    @pytest.mark.parametrize(
        "over",
        [
            {"reason": " "},
            {"until": date(2026, 11, 27)},
            {"until": date(2027, 11, 28)},  # more than a year at once
            {"until": date(2100, 12, 31)},
            {"until": date(2026, 12, 5), "at": AT + timedelta(days=30)},  # has passed when it is decided
        ],
    )
    def test_refuses_no_reason_and_a_day_that_cannot_be(self, case, clock, over):
        with pytest.raises(operations.NotExtendable):
            self.extend(**{"case": case, "clock": clock, "by": sun(), "at": AT, **over})


class TestCalendarFor:
    def test_lays_the_region_over_the_country(self, db):
        county = an_office_tree().county
        CalendarDay.objects.create(day=date(2026, 11, 25), is_workday=False, name="国定", source="x")
        CalendarDay.objects.create(region="410000", day=date(2026, 11, 26), is_workday=False, name="省定", source="x")
        CalendarDay.objects.create(region="410105", day=date(2026, 11, 25), is_workday=True, name="区定", source="x")
        CalendarDay.objects.create(region="450000", day=date(2026, 11, 24), is_workday=False, name="三月三", source="x")

        calendar = queries.calendar_for(county)

        assert [calendar.is_working_day(date(2026, 11, day)) for day in (24, 25, 26)] == [True, True, False]
        assert calendar.published == {2026}

    def test_sees_a_change_at_once(self, db):
        county = an_office_tree().county
        assert queries.calendar_for(county).is_working_day(date(2026, 11, 25))

        CalendarDay.objects.create(day=date(2026, 11, 25), is_workday=False, name="停工", source="x")

        assert not queries.calendar_for(county).is_working_day(date(2026, 11, 25))

    def test_asks_the_database_once(self, db, django_assert_num_queries):
        path = an_office_tree().county.path
        queries.calendar_at(path)

        with django_assert_num_queries(0):
            queries.calendar_at(path)

    def test_loading_a_year_is_seen_at_once(self, db):
        county = an_office_tree().county
        assert queries.calendar_for(county).is_working_day(date(2026, 9, 25))

        offices.load_calendar(year=2026, by=None, at=FOUNDED)

        assert not queries.calendar_for(county).is_working_day(date(2026, 9, 25))


class TestExplain:
    def test_names_law_formula_and_every_counted_day(self, case):
        note(case=case, kind="checklist.opened", by=lin(), at=AT)
        clock = Clock.objects.get(case=case, rule="TT.answer")

        said = explanation.explain(clock, case.office_path)

        assert said.law == "民法典 203"
        assert "2026" in said.formula
        assert [day.number for day in said.counted] == [None, None, 1, 2, 3, 4, 5]
        assert said.kept_by
        assert not said.rolled

    def test_says_what_holds_once_a_right_has_passed_and_nothing_before(self, case):
        def said(rule, state):
            facts = {"started_on": AT.date(), "nominal_on": AT.date(), "due_on": AT.date(), "due_at": AT, "length": 1}
            with translation.override("en"):
                return explanation.explain(Clock(rule=rule, state=state, **facts), case.office_path).once_passed

        assert "plead it in arbitration" in said("LD.limitation", "expired")
        assert "The court takes the application" in said("LD.enforcement", "expired")
        for lost in ("LD.award.sue", "WI.suit", "GEN.petition.ask_for_review", "HR.mutual_aid.claim"):
            assert "comes too late" in said(lost, "expired")
            assert "arbitration" not in said(lost, "expired")
        for rule, state in (("LD.limitation", "running"), ("LD.award.sue", "cancelled"), ("LD.acceptance", "expired")):
            assert not said(rule, state)

    def test_survives_a_rule_that_is_gone(self, case):
        clock = Clock(rule="ZZ.gone", state="running")

        assert explanation.explain(clock, case.office_path).title == "ZZ.gone"


class TestPromise:
    def test_runs_by_the_class_of_the_matter_until_the_answer(self, db):
        offices.load_calendar(year=2026, by=None, at=FOUNDED)
        county = an_office_tree().county
        contact = Contact.objects.create(
            office=county, office_path=county.path, matter="service", question="咨询", taken_by=lin(), taken_at=AT
        )

        clock = operations.promise(contact=contact, by=lin(), at=AT)

        assert (clock.rule, clock.due_on) == ("GEN.promise.ordinary", date(2026, 11, 27))
        assert clock_of(contact, "GEN.promise.ordinary").is_running
        cases.answer_contact(contact=contact, answer="可以", by=lin(), at=AT + timedelta(days=1))
        assert clock_of(contact, "GEN.promise.ordinary").was_kept


def clock_of(contact, rule):
    return Clock.objects.get(contact=contact, rule=rule)

    def test_extended_is_another_day_for_the_caller(self, db):
        offices.load_calendar(year=2026, by=None, at=FOUNDED)
        contact = cases.take_contact(
            office=an_office_tree().county, channel="phone", matter="service", question="咨询", by=lin(), at=AT
        )
        clock = Clock.objects.get(contact=contact, rule="GEN.promise.ordinary")

        work.extend_clock(clock=clock, until=date(2026, 12, 1), reason="等人社部门答复", by=sun(), at=AT)

        contact.refresh_from_db()
        assert contact.promised_on == date(2026, 12, 1)
