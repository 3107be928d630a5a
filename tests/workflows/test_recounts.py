"""A changed calendar or local rule: who would move is shown, and moves when somebody says so, each once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from casework import jobs
from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed
from casework.audit.models import Event
from casework.audit.operation import operation
from casework.cases import operations as cases
from casework.deadlines import operations as clocks
from casework.deadlines import recounts
from casework.deadlines.models import Clock, Recount, RecountLine
from casework.offices import operations as offices
from casework.offices.models import CalendarDay
from config.sweep import sweep
from notifications.models import Notification
from notifications.operations import sweep as tell_what_was_not_told
from tests.casework.deadlines.test_operations import ANSWER, note, rules, told
from tests.factories import AT, FOUNDED, an_office_tree, chen, gao, lin, meng, sun, zhao
from tests.toy_case_type.models import LostThing
from workflows import operations as work
from workflows import recounts as carrying

__all__ = ["rules"]

LATER = AT + timedelta(hours=1)
Outcome = RecountLine.Outcome


@pytest.fixture
def tree(db, rules):
    """The offices, in the year of a published calendar."""
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    return an_office_tree()


@pytest.fixture
def open_case(tree):
    """Open a case whose answer is due in five working days."""

    def open_one(at=AT, office=None, by=None, **facts):
        facts = {"worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞", **facts}
        case = work.open_case(case_type="toy", by=by or lin(), at=at, office=office or tree.county, **facts)
        note(case=case, kind="checklist.opened", by=by or lin(), at=at)
        return case

    return open_one


def a_day_off(day=date(2026, 11, 25), region="", **facts):
    """Enter a rest day into the middle of the five."""
    facts = {"is_workday": False, "name": "台风停工", "source": "市政府通告", "by": None, "at": AT} | facts
    return offices.set_calendar_day(day=day, region=region, **facts)


def three_days(office, valid_from=date(2026, 1, 1), value=3):
    """Give an office a shorter time to answer."""
    facts = {"source": "市总〔2026〕1号", "by": None, "at": AT}
    return offices.set_parameter(code="test.answer_days", office=office, value=value, valid_from=valid_from, **facts)


def begun(office=None, by=None):
    return recounts.begin_recount(office=office or an_office_tree().county, why="停工", by=by or sun(), at=LATER)


def shown(office=None, by=None):
    """Begin a recount and look everything through."""
    return carrying.carry_through(recount=begun(office, by), at=LATER)


def applied(recount, by=None):
    """Have what was shown moved, to the end."""
    recounts.decide_recount(recount=recount, apply=True, by=by or sun(), at=LATER)
    return carrying.carry_through(recount=recount, at=LATER)


def the_clock(case):
    return Clock.objects.get(case=case, rule=ANSWER.code)


def outcomes(recount):
    return [(line.outcome, line.reason) for line in recount.lines.order_by("id")]


def is_as_reckoned(case):
    """Whether the rows of a case are those that its events give today."""
    return told(Clock.objects.filter(case=case)) == told_of(clocks.reckoned(case).clocks, case)


def told_of(course, case):
    for clock in course:
        clock.case_id, clock.office_path = case.pk, case.office_path
    return told(course)


class TestBeginning:
    def test_is_for_supervisors_and_administrators_of_the_office(self, tree):
        for by in (sun(), gao(), meng()):
            recount = begun(by=by)
            assert (recount.state, recount.made_by) == ("looking", by)
            recounts.stop_recount(recount=recount, by=by, at=LATER)
        for by in (lin(), zhao()):
            with pytest.raises(NotAllowed):
                begun(by=by)
        with pytest.raises(NotAllowed):
            begun(office=tree.city, by=sun())

    @pytest.mark.parametrize("why", ["", "  ", "字" * 201])
    def test_says_what_changed(self, tree, why):
        with pytest.raises(InvalidFacts) as refused:
            recounts.begin_recount(office=tree.county, why=why, by=sun(), at=AT)

        assert list(refused.value.errors) == ["why"]

    def test_waits_for_the_one_under_way_above_or_below(self, tree):
        first = begun(office=tree.county)

        for office in (tree.county, tree.city, tree.town):
            with pytest.raises(recounts.UnderWay, match="停工"):
                begun(office=office, by=meng())
        assert begun(office=tree.other_county, by=meng()) != first

    def test_is_an_event_of_the_office_and_a_job(self, open_case):
        open_case()

        recount = begun()

        event = Event.objects.get(kind="recount.begun")
        assert event.stream == events.office_stream(recount.office)
        assert event.facts["recount"] == recount.pk
        assert (event.facts["to_see"], recount.to_see) == (1, 1)
        assert events.words_of(event) == "停工"
        assert [task.task["args"] for task in OrmQ.objects.all()] == [("recount", recount.pk)]


class TestLooking:
    def test_shows_who_moves_and_moves_nobody(self, open_case):
        moving, early = open_case(), open_case(at=AT - timedelta(days=20))
        a_day_off()
        before = told(Clock.objects.all())
        heads = list(LostThing.objects.order_by("id").values_list("head_seq", "next_due_on"))

        recount = shown()

        assert recount.state == "ready"
        assert (recount.seen, recount.to_see) == (2, 2)
        (line,) = recount.lines.all()
        assert line.clock == the_clock(moving)
        assert (line.old_on, line.new_on, line.moves) == (date(2026, 11, 27), date(2026, 11, 30), True)
        assert recounts.tally(recount) == recounts.Tally(1, 1, 0, 0, moved=0, anew=0, unchanged=0, failed=0, waiting=1)
        assert told(Clock.objects.all()) == before
        assert list(LostThing.objects.order_by("id").values_list("head_seq", "next_due_on")) == heads
        assert the_clock(early).due_on < date(2026, 11, 25)

    def test_a_local_value_moves_what_began_since_and_below_its_office(self, tree, open_case):
        old, new = open_case(at=AT - timedelta(days=1)), open_case()
        elsewhere = open_case(office=tree.other_county, by=zhao())
        three_days(tree.county, valid_from=date(2026, 11, 20))

        recount = shown(office=tree.city, by=gao())

        assert recount.seen == 3
        assert [line.clock.case.number for line in recount.lines.all()] == [new.number]
        assert recount.lines.get().new_on == date(2026, 11, 25)
        assert the_clock(old).due_on == the_clock(elsewhere).due_on - timedelta(days=1) == date(2026, 11, 26)

    def test_leaves_other_offices_alone(self, tree, open_case):
        open_case(office=tree.other_county, by=zhao())
        a_day_off()

        recount = shown()

        assert (recount.seen, recount.lines.count()) == (0, 0)

    def test_with_nothing_to_decide_it_is_over(self, open_case):
        open_case()

        recount = shown()

        assert (recount.state, recount.ended_at) == ("done", LATER)
        assert Event.objects.get(kind="recount.ended").facts["moved"] == 0

    def test_shows_contacts_too(self, tree):
        contact = take_contact(tree)
        a_day_off(day=date(2026, 11, 23))

        recount = shown()

        (line,) = recount.lines.all()
        assert line.clock.contact == contact
        assert (line.old_on, line.new_on) == (date(2026, 11, 23), date(2026, 11, 24))
        assert (recounts.tally(recount).contacts, recounts.tally(recount).cases) == (1, 0)

    def test_what_has_ended_is_of_no_interest(self, open_case):
        case = open_case()
        note(case=case, kind="checklist.received", by=lin(), at=AT)
        a_day_off()

        assert shown().seen == 0

    def test_a_changed_warning_is_a_line_that_keeps_its_day(self, tree, open_case):
        open_case()
        facts = {"valid_from": date(2026, 1, 1), "source": "—", "by": None, "at": AT}
        offices.set_parameter(code="warn.TT.answer", office=tree.county, value=4, **facts)

        recount = shown()

        assert not recount.lines.get().moves
        assert recounts.tally(recount).renewed == 1

    def test_a_matter_that_cannot_be_reckoned_keeps_no_other(self, open_case, monkeypatch):
        broken, fine = open_case(), open_case()
        a_day_off()
        reckoned = recounts.reckoned

        def fail_for_one(case):
            if case.pk == broken.pk:
                raise ValueError("facts nobody can read")
            return reckoned(case)

        monkeypatch.setattr(recounts, "reckoned", fail_for_one)

        recount = shown()

        assert outcomes(recount) == [("failed", "error"), ("waiting", "")]
        assert recount.lines.get(outcome="waiting").clock == the_clock(fine)

    def test_goes_on_where_it_was_interrupted(self, tree, open_case, monkeypatch):
        monkeypatch.setattr(recounts, "BATCH", 2)
        for _number in range(5):
            open_case()
        take_contact(tree)
        a_day_off(day=date(2026, 11, 23))
        recount = begun()
        for batches in (1, 2):
            assert recounts.look_on(recount=recount, at=LATER, batches=batches)
        recount.refresh_from_db()
        assert (recount.state, recount.seen, recount.lines.count()) == ("looking", 5, 5)

        with monkeypatch.context() as patch:
            patch.setattr(recounts, "reckoned_contact", lost)
            with pytest.raises(OperationalError):
                recounts.look_on(recount=recount, at=LATER)
        recounts.look_on(recount=recount, at=LATER)

        recount.refresh_from_db()
        assert (recount.state, recount.seen, recount.lines.count()) == ("ready", 6, 6)
        assert recount.lines.values("clock").distinct().count() == 6

    def test_a_batch_that_somebody_else_kept_is_not_kept_twice(self, open_case):
        open_case()
        a_day_off()
        recount = begun()
        recounts.look_on(recount=recount, at=LATER, batches=1)

        facts = {"subject": "case", "keys": [1], "lines": [], "by": None, "at": LATER}
        held = recounts.keep_batch(recount=recount, **facts)

        assert held.seen == 1

    def test_each_case_costs_one_question(self, open_case):
        def questions():
            recount = begun()
            with CaptureQueriesContext(connection) as caught:
                recounts.look_on(recount=recount, at=LATER)
            recounts.stop_recount(recount=recount, by=sun(), at=LATER)
            return len(caught)

        open_case()
        a_day_off()
        questions()
        few = questions()
        for _number in range(4):
            open_case()

        assert questions() == few + 4


def lost(*_arguments, **_facts):
    raise OperationalError("the server closed the connection")


def take_contact(tree, **facts):
    facts = {"channel": "phone", "matter": "consult", "question": "加班费怎么算", "by": lin(), "at": AT} | facts
    return cases.take_contact(office=tree.county, **facts)


class TestDeciding:
    def test_is_for_supervisors_and_administrators_once_it_is_ready(self, open_case):
        open_case()
        a_day_off()
        recount = begun()
        with pytest.raises(recounts.NotWaiting):
            recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)
        carrying.carry_through(recount=recount, at=LATER)
        with pytest.raises(NotAllowed):
            recounts.decide_recount(recount=recount, apply=True, by=lin(), at=LATER)

        decided = recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)

        assert (decided.state, decided.decided_by) == ("moving", sun())
        event = Event.objects.get(kind="recount.decided")
        assert (event.facts["apply"], event.facts["deadlines"], event.facts["cases"]) == (True, 1, 1)
        with pytest.raises(recounts.NotWaiting):
            recounts.decide_recount(recount=recount, apply=False, by=sun(), at=LATER)

    def test_leaving_it_leaves_everything(self, open_case):
        case = open_case()
        a_day_off()
        recount = shown()

        recounts.decide_recount(recount=recount, apply=False, by=sun(), at=LATER)
        carrying.carry_through(recount=recount, at=LATER)

        recount.refresh_from_db()
        assert (recount.state, recount.decided_by, outcomes(recount)) == ("stopped", sun(), [("waiting", "")])
        assert the_clock(case).due_on == date(2026, 11, 27)
        facts = Event.objects.get(kind="recount.ended").facts
        assert (facts["moved"], facts["left"]) == (0, 1)
        assert not Event.objects.filter(kind="clock.moved").exists()


class TestMoving:
    def test_moves_exactly_what_was_shown(self, tree, open_case):
        moving, early = open_case(), open_case(at=AT - timedelta(days=20))
        contact = take_contact(tree)
        a_day_off(day=date(2026, 11, 23))
        others = told(Clock.objects.filter(case=early))

        recount = applied(shown())

        assert (recount.state, outcomes(recount)) == ("done", [("moved", "")] * 2)
        moving.refresh_from_db()
        assert the_clock(moving).due_on == moving.next_due_on == date(2026, 11, 30)
        assert moving.task_set.get(status="NEW").due_at == the_clock(moving).due_at
        assert Clock.objects.get(contact=contact).due_on == date(2026, 11, 24)
        assert told(Clock.objects.filter(case=early)) == others
        assert is_as_reckoned(moving)
        assert is_as_reckoned(early)

    def test_the_case_says_who_had_it_moved_and_why(self, open_case):
        case = open_case()
        a_day_off()

        recount = applied(shown())

        event = Event.objects.get(stream=case.stream, kind="clock.moved")
        assert (event.actor, event.happened_at, events.words_of(event)) == (sun(), LATER, "停工")
        facts = {"recount": recount.pk, "count": 1, "rule": "TT.answer", "ordinal": 1, "due_on": "2026-11-30"}
        assert event.facts.items() >= facts.items()
        assert event.facts["role"] == "mediator"

    def test_whoever_has_it_in_hand_is_told(self, tree, open_case):
        case, contact = open_case(), take_contact(tree)
        task = case.task_set.get(status="NEW")
        work.claim_task(task=task, by=chen(), at=AT)
        a_day_off(day=date(2026, 11, 23))

        applied(shown())
        tell_what_was_not_told(at=LATER)

        moved = Notification.objects.filter(kind="clock.moved")
        assert {(one.user.username, one.case_number) for one in moved} == {("chen", case.number), ("lin", "")}
        assert moved.get(user=lin()).event.facts["contact"] == str(contact.uuid)

    def test_a_line_that_keeps_its_day_is_reckoned_again_and_told_to_nobody(self, tree, open_case):
        case = open_case()
        before = the_clock(case).alarm_at
        facts = {"valid_from": date(2026, 1, 1), "source": "—", "by": None, "at": AT}
        offices.set_parameter(code="warn.TT.answer", office=tree.county, value=4, **facts)

        recount = applied(shown())

        assert (recounts.tally(recount).moved, recounts.tally(recount).anew) == (0, 1)
        assert the_clock(case).alarm_at < before
        assert is_as_reckoned(case)
        assert not Event.objects.filter(kind="clock.moved").exists()

    def test_what_happened_meanwhile_is_said(self, tree, open_case):
        closed, kept, gone, again, longer = (open_case() for _number in range(5))
        a_day_off()
        recount = shown()
        work.withdraw_case(case=closed, reason="找到了", by=sun(), at=LATER)
        note(case=kept, kind="checklist.received", by=lin(), at=LATER)
        cases.offer_handover(case=gone, to=tree.other_county, reason="住所在贵区", by=lin(), at=LATER)
        work.decide_handover(offer=gone.handovers.get(), accept=True, by=zhao(), at=LATER)
        reckon(case=again, by=None, at=LATER)
        note(case=longer, kind="checklist.asked", by=lin(), at=LATER + timedelta(days=3))
        before = {case.pk: told(Clock.objects.filter(case=case)) for case in (closed, kept, gone, again)}

        applied(recount)

        assert outcomes(recount) == [
            ("unchanged", "closed"),
            ("unchanged", "ended"),
            ("unchanged", "left"),
            ("unchanged", "same"),
            ("unchanged", "same"),
        ]
        assert {case.pk: told(Clock.objects.filter(case=case)) for case in (closed, kept, gone, again)} == before
        assert not Event.objects.filter(kind="clock.moved").exists()

    def test_the_day_it_moved_to_is_the_one_that_counts(self, tree, open_case):
        case = open_case()
        a_day_off()
        recount = shown()
        a_day_off(day=date(2026, 11, 26))

        applied(recount)

        (line,) = recount.lines.all()
        assert (line.outcome, line.reason, line.new_on) == ("moved", "other_day", date(2026, 12, 1))
        assert the_clock(case).due_on == date(2026, 12, 1)

    def test_a_matter_that_cannot_be_moved_keeps_no_other(self, open_case, monkeypatch):
        broken, _fine = open_case(), open_case()
        a_day_off()
        recount = shown()
        recompute = recounts.recompute

        def fail_for_one(case):
            if case.pk == broken.pk:
                raise ValueError("facts nobody can read")
            return recompute(case=case)

        monkeypatch.setattr(recounts, "recompute", fail_for_one)

        recount = applied(recount)

        assert (recount.state, outcomes(recount)) == ("done", [("failed", "error"), ("moved", "")])
        assert the_clock(broken).due_on == date(2026, 11, 27)
        assert Event.objects.get(kind="recount.ended").facts["failed"] == 1

    def test_goes_on_where_it_was_killed(self, open_case, monkeypatch):
        made = [open_case() for _number in range(5)]
        a_day_off()
        recount = shown()
        recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)
        recompute, calls = recounts.recompute, []

        def killed_at_the_third(case):
            calls.append(case)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return recompute(case=case)

        with monkeypatch.context() as patch:
            patch.setattr(recounts, "recompute", killed_at_the_third)
            with pytest.raises(KeyboardInterrupt):
                carrying.move_on(recount=recount, at=LATER)
        assert [outcome for outcome, _reason in outcomes(recount)] == ["moved"] * 2 + ["waiting"] * 3

        assert carrying.recounts_to_go_on(LATER) == 1

        assert outcomes(recount) == [("moved", "")] * 5
        assert Recount.objects.get().state == "done"
        assert Event.objects.filter(kind="clock.moved").count() == 5
        assert all(is_as_reckoned(case) for case in made)

    def test_a_lost_connection_is_no_failure_of_the_matter(self, open_case, monkeypatch):
        open_case()
        a_day_off()
        recount = shown()
        recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)

        with monkeypatch.context() as patch:
            patch.setattr(recounts, "recompute", lost)
            with pytest.raises(OperationalError):
                carrying.move_on(recount=recount, at=LATER)

        assert outcomes(recount) == [("waiting", "")]

    def test_costs_the_same_for_every_case(self, open_case):
        days = (date(2026, 11, day) for day in (23, 24, 25, 26))

        def questions():
            open_case()
            a_day_off(next(days))
            recount = shown()
            recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)
            with CaptureQueriesContext(connection) as caught:
                carrying.move_on(recount=recount, at=LATER)
            assert {outcome for outcome, _reason in outcomes(recount)} == {"moved"}
            return len(caught)

        _first, one, two, three = (questions() for _number in range(4))

        assert two - one == three - two

    def test_stopped_it_keeps_what_it_did_and_can_begin_anew(self, open_case, monkeypatch):
        made = [open_case() for _number in range(4)]
        a_day_off()
        recount = shown()
        recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)
        move = carrying.move_matter

        def stop_after_two(*, recount, clock, by, at):
            if recount.lines.filter(outcome="moved").count() == 2:
                recounts.stop_recount(recount=recount, by=sun(), at=at)
            return move(recount=recount, clock=clock, by=by, at=at)

        with monkeypatch.context() as patch:
            patch.setattr(carrying, "move_matter", stop_after_two)
            assert carrying.move_on(recount=recount, at=LATER) is False

        recount.refresh_from_db()
        assert (recount.state, recounts.tally(recount).moved, recounts.tally(recount).waiting) == ("stopped", 2, 2)
        assert Event.objects.get(kind="recount.ended").facts.items() >= {"moved": 2, "left": 2}.items()
        with pytest.raises(recounts.Over):
            recounts.stop_recount(recount=recount, by=sun(), at=LATER)
        again = shown()
        assert again.lines.count() == 2
        applied(again)
        assert all(is_as_reckoned(case) for case in made)


@operation
def reckon(*, case, by, at):
    """Reckon the clocks of a case again, as a correction of it would."""
    case.lock()
    clocks.recompute(case=case)


class TestPublished:
    @pytest.fixture
    def provisional(self, tree, open_case):
        """A case whose answer is due in the year whose notice is not out: 28 December to 5 January."""
        offices.load_calendar(year=2027, by=None, at=FOUNDED)
        return open_case(at=datetime(2026, 12, 28, 2, tzinfo=UTC))

    @pytest.fixture
    def notice(self, monkeypatch):
        """The notice of 2027: the fourth of January is a rest day, for which nobody works on a weekend."""

        def published_days(year):
            days = offices.expected_days(year)
            days.append(CalendarDay(day=date(2027, 1, 4), is_workday=False, name="元旦"))
            for day in days:
                day.provisional, day.source = False, f"国务院办公厅关于{year}年部分节假日安排的通知"
            return days

        monkeypatch.setattr(offices, "published_days", published_days)

    def test_a_recount_of_the_whole_house_begins_by_itself_and_waits_for_a_decision(self, tree, provisional, notice):
        assert (the_clock(provisional).due_on, the_clock(provisional).provisional) == (date(2027, 1, 5), True)

        offices.load_calendar(year=2027, by=meng(), at=LATER)

        recount = Recount.objects.get()
        assert (recount.office, recount.made_by, recount.state) == (tree.province, meng(), "looking")
        assert recount.why == "国务院办公厅关于2027年部分节假日安排的通知"
        recount = carrying.carry_through(recount=recount, at=LATER)
        assert (recount.state, recount.decided_by) == ("ready", None)
        applied(recount, by=meng())
        assert (the_clock(provisional).due_on, the_clock(provisional).provisional) == (date(2027, 1, 6), False)
        assert is_as_reckoned(provisional)

    def test_where_the_day_stays_it_is_no_longer_provisional(self, tree, provisional, notice):
        offices.load_calendar(year=2027, by=None, at=LATER)
        offices.set_calendar_day(day=date(2027, 1, 4), is_workday=True, name="", source="更正", by=None, at=LATER)

        recount = applied(carrying.carry_through(recount=Recount.objects.get(), at=LATER), by=meng())

        assert (recount.made_by, recounts.tally(recount).deadlines, recounts.tally(recount).renewed) == (None, 0, 1)
        assert (the_clock(provisional).due_on, the_clock(provisional).provisional) == (date(2027, 1, 5), False)

    def test_what_was_under_way_ends_and_is_shown_again(self, tree, provisional, notice):
        a_day_off(day=date(2026, 12, 31))
        outdated = shown()

        offices.load_calendar(year=2027, by=meng(), at=LATER)

        outdated.refresh_from_db()
        assert outdated.state == "stopped"
        recount = carrying.carry_through(recount=Recount.objects.exclude(pk=outdated.pk).get(), at=LATER)
        assert recount.lines.get().new_on == date(2027, 1, 7)

    def test_nothing_begins_where_nothing_was_expected(self, tree, open_case):
        open_case()

        offices.load_calendar(year=2026, by=None, at=LATER)
        offices.load_calendar(year=2027, by=None, at=LATER)

        assert not Recount.objects.exists()


class TestCarryingOn:
    def test_a_job_does_a_piece_and_asks_for_the_next(self, open_case, monkeypatch):
        monkeypatch.setattr(recounts, "BATCH", 1)
        monkeypatch.setattr(carrying, "PIECE", 2)
        for _number in range(3):
            open_case()
        a_day_off()
        recount = begun()

        assert jobs.work("recount", recount.pk) is True
        assert (Recount.objects.get().seen, OrmQ.objects.count()) == (2, 2)
        assert jobs.work("recount", recount.pk) is False
        assert (Recount.objects.get().state, OrmQ.objects.count()) == ("ready", 2)
        assert jobs.work("recount", recount.pk) is False

    def test_the_sweep_goes_on_with_what_nobody_does(self, open_case):
        case = open_case()
        a_day_off()
        recount = begun()

        sweep(at=LATER)
        recount.refresh_from_db()
        assert recount.state == "ready"
        recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)
        done = sweep(at=LATER)

        recount.refresh_from_db()
        assert (recount.state, done.recounts, done.errors) == ("done", 1, [])
        assert the_clock(case).due_on == date(2026, 11, 30)
        assert sweep(at=LATER).recounts == 0

    def test_one_that_cannot_go_on_keeps_no_other_from_it(self, tree, open_case, monkeypatch):
        open_case()
        a_day_off()
        broken, fine = begun(office=tree.other_county, by=meng()), begun()
        look_on = recounts.look_on

        def fail_for_one(*, recount, at, batches):
            if recount == broken:
                raise OperationalError("deadlock detected")
            return look_on(recount=recount, at=at, batches=batches)

        monkeypatch.setattr(recounts, "look_on", fail_for_one)

        assert carrying.recounts_to_go_on(LATER) == 2

        assert [Recount.objects.get(pk=one.pk).state for one in (broken, fine)] == ["looking", "ready"]

    def test_a_decided_one_is_a_job_again(self, open_case):
        open_case()
        a_day_off()
        recount = shown()
        OrmQ.objects.all().delete()

        recounts.decide_recount(recount=recount, apply=True, by=sun(), at=LATER)

        assert OrmQ.objects.get().task["args"] == ("recount", recount.pk)


class TestConcerned:
    def test_by_a_local_value_are_the_clocks_of_its_rule_since_its_day(self, tree, open_case):
        open_case(at=AT - timedelta(days=1))
        new = open_case()
        take_contact(tree)
        row = three_days(tree.city, valid_from=date(2026, 11, 20))

        assert list(recounts.changed_by_parameter(row)) == [the_clock(new)]
        row.code = "handover.hours"
        assert not recounts.changed_by_parameter(row).exists()

    def test_by_a_day_are_the_clocks_that_run_over_it_where_it_holds(self, tree, open_case):
        case, _elsewhere = open_case(), open_case(office=tree.other_county, by=zhao())

        def concerned(region, day):
            return recounts.changed_by_days(region, date(2026, 11, day), date(2026, 11, day))

        assert list(concerned("410105", 25)) == [the_clock(case)]
        assert concerned("410100", 25).count() == concerned("410000", 25).count() == concerned("", 25).count() == 2
        assert not concerned("450000", 25).exists()
        assert not concerned("", 28).exists()
