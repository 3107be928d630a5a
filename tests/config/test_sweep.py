"""The sweep: what is due acts, what is at risk is told, once, however many sweep and however long nobody did."""

from datetime import timedelta
from functools import partial

import pytest

from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases import operations as cases
from casework.deadlines.models import Clock
from casework.deadlines.queries import calendar_at
from casework.offices import operations as offices
from config.sweep import sweep
from tests.casework.deadlines.test_operations import ANSWER, note, rules
from tests.factories import AT, FOUNDED, an_office_tree, chen, lin, sun, zhao
from tests.races.conftest import at_once
from tests.scale import scale
from workflows import operations as work

__all__ = ["at_once", "rules"]

DAY = timedelta(days=1)


@pytest.fixture
def house(db, rules):
    tree = an_office_tree()
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    chen(), sun()
    return tree


def a_case(tree):
    """Return a case with a clock that ends on Friday the 27th."""
    case = work.open_case(
        case_type="toy", by=lin(), at=AT, office=tree.county, worker_name="王小明", summary="丢了一把伞", thing="伞"
    )
    note(case=case, kind="checklist.opened", by=lin(), at=AT)
    return case


def told_of(case):
    return list(Event.objects.filter(stream=case.stream, kind__startswith="clock.").order_by("seq").values_list("kind"))


def the_clock(case):
    return Clock.objects.get(case=case, rule=ANSWER.code)


class TestOneClock:
    def test_is_told_of_before_its_end_at_it_and_when_it_is_still_not_done(self, house):
        case = a_case(house)
        clock = the_clock(case)

        for hour in range(0, 14 * 24, 3):
            sweep(at=AT + timedelta(hours=hour))

        assert told_of(case) == [("clock.at_risk",), ("clock.expired",), ("clock.passed_up",)]
        at_risk, expired, passed_up = Event.objects.filter(stream=case.stream, kind__startswith="clock.").order_by(
            "seq"
        )
        assert at_risk.happened_at < clock.due_at <= expired.happened_at < passed_up.happened_at
        assert at_risk.facts["role"] == "mediator"
        assert "users" not in at_risk.facts
        assert verify().ok

    def test_names_the_owner_of_the_open_step(self, house):
        case = a_case(house)
        work.claim_task(task=case.task_set.get(status="NEW"), by=chen(), at=AT)

        sweep(at=the_clock(case).alarm_at)

        assert Event.objects.get(stream=case.stream, kind="clock.at_risk").facts["users"] == [chen().pk]

    def test_is_not_warned_of_when_the_end_passed_while_nobody_swept(self, house):
        case = a_case(house)

        done = sweep(at=AT + 9 * DAY)

        assert told_of(case) == [("clock.expired",)]
        assert (done.clocks, done.errors) == (1, [])

    def test_a_second_sweep_finds_nothing(self, house):
        case = a_case(house)
        sweep(at=AT + 30 * DAY)
        before = told_of(case)

        done = sweep(at=AT + 30 * DAY)

        assert (done.clocks, done.alarms, done.events) == (0, 0, 0)
        assert told_of(case) == before

    def test_done_in_time_tells_nobody(self, house):
        case = a_case(house)
        note(case=case, kind="checklist.received", by=lin(), at=AT + DAY)

        sweep(at=AT + 30 * DAY)

        assert told_of(case) == []

    def test_with_a_threshold_that_was_changed_is_told_by_the_new_one(self, house):
        case = a_case(house)
        clock = the_clock(case)
        offices.set_parameter(
            code=f"warn.{ANSWER.code}",
            office=house.county,
            value=0,
            valid_from=FOUNDED.date(),
            source="区总〔2026〕2号",
            by=None,
            at=AT,
        )

        sweep(at=clock.alarm_at)
        first = told_of(case)
        sweep(at=the_clock(case).alarm_at)

        assert first == []
        assert told_of(case) == [("clock.at_risk",)]
        assert Event.objects.get(stream=case.stream, kind="clock.at_risk").happened_at.date() == clock.due_on

    def test_moves_to_the_office_that_took_the_case_over_with_its_parameters(self, house):
        case = a_case(house)
        offices.set_parameter(
            code="test.answer_days",
            office=house.other_county,
            value=2,
            valid_from=FOUNDED.date(),
            source="区总〔2026〕3号",
            by=None,
            at=AT,
        )
        offer = cases.offer_handover(case=case, to=house.other_county, reason="属其管辖", by=sun(), at=AT)
        cases.decide_handover(offer=offer, accept=True, by=zhao(), at=AT)

        clock = the_clock(case)
        assert (clock.office_path, clock.length) == (house.other_county.path, 2)
        assert calendar_at(clock.office_path)


class TestAPromise:
    @pytest.fixture
    def contact(self, house):
        return cases.take_contact(
            office=house.county, channel="phone", matter="consult", question="加班费怎么算", by=lin(), at=AT
        )

    def test_is_told_of_to_who_took_the_contact(self, contact):
        for hour in range(0, 10 * 24, 3):
            sweep(at=AT + timedelta(hours=hour))

        told = Event.objects.filter(kind__startswith="clock.", stream=f"office:{contact.office_id}").order_by("seq")
        assert [event.kind for event in told] == ["clock.at_risk", "clock.expired", "clock.passed_up"]
        assert {event.facts["contact"] for event in told} == {str(contact.uuid)}
        assert told[0].facts["users"] == [lin().pk]
        assert Clock.objects.get(contact=contact).is_late

    def test_kept_tells_nobody(self, contact):
        cases.answer_contact(contact=contact, answer="按150%支付", by=lin(), at=AT)

        sweep(at=AT + 30 * DAY)

        assert not Event.objects.filter(kind__startswith="clock.").exists()


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_at_once_tell_of_each_clock_once(rules, at_once):
    tree = an_office_tree()
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    chen(), sun()
    opened = [a_case(tree) for _ in range(scale("swept_cases"))]
    moment = AT + 9 * DAY

    answers = at_once([partial(sweep, at=moment) for _ in range(4)])

    assert [answer.errors for answer in answers] == [[]] * 4
    for case in opened:
        assert told_of(case) == [("clock.expired",)]
    assert sweep(at=moment).clocks == 0


def test_a_clock_that_breaks_keeps_no_other_from_acting(house, monkeypatch):
    broken, other = the_clock(a_case(house)), a_case(house)
    act = work.clock_due

    def acts(*, clock, **facts):
        if clock.pk == broken.pk:
            raise ValueError("a fault of ours")
        return act(clock=clock, **facts)

    monkeypatch.setattr(work, "clock_due", acts)
    done = sweep(at=AT + 14 * DAY)

    assert ("clock.expired",) in told_of(other)
    assert done.errors == [f"clock {broken.pk} {ANSWER.code}: ValueError"]
