from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.errors import NotFound
from casework.cases import operations as cases
from casework.cases.models import Case
from casework.deadlines.models import Clock
from casework.reports import figures, queries
from casework.reports.figures import Answer, Figure, Frame, Unit, all_figures
from tests.casework.funds.sums import D, a_claim_line, a_due_payout, a_fund, pay
from tests.factories import AT, a_worker, an_office_tree, fang, lin, shen, sun, zhao
from tests.toy_case_type import figures as toy
from workflows import operations as work

pytestmark = pytest.mark.django_db

NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


def frame(*paths: str) -> Frame:
    return Frame(*NOVEMBER, paths or (an_office_tree().county.path,))


def answer(code: str, within: Frame | None = None) -> Answer:
    return all_figures()[code].query(within or frame())


def a_contact(**over: Any) -> Any:
    facts = {"office": an_office_tree().county, "channel": "phone", "matter": "consult", "question": "年休假几天？"}
    return cases.take_contact(**facts | {"by": lin(), "at": AT} | over)


def a_case(**over: Any) -> Case:
    facts = {"office": an_office_tree().county, "worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞"}
    return work.open_case(case_type="toy", by=lin(), at=AT, **facts | over)


class TestContacts:
    def test_are_counted_by_matter_and_office(self) -> None:
        a_contact(answer="五天")
        a_contact(answer="五天", matter="petition")
        a_contact(office=an_office_tree().other_county, by=zhao(), answer="五天")

        taken = answer("contact.taken")

        assert taken.value == 2
        assert [part.value for part in taken.parts] == [1, 1]

    def test_are_counted_in_the_days_of_beijing(self) -> None:
        a_contact(answer="五天", at=AT.replace(month=10, day=31, hour=16))
        a_contact(answer="五天", at=AT.replace(month=10, day=31, hour=15))

        assert answer("contact.taken").value == 1

    def test_answered_by_the_promised_day_are_in_time(self) -> None:
        a_contact(answer="五天")
        kept = a_contact(promised_on=date(2026, 11, 20))
        late = a_contact(promised_on=date(2026, 11, 20))
        cases.answer_contact(contact=kept, answer="五天", by=lin(), at=AT + timedelta(hours=5))
        cases.answer_contact(contact=late, answer="五天", by=lin(), at=AT + timedelta(days=1))

        assert answer("contact.in_time").value == Decimal("66.67")


class TestCases:
    def test_are_counted_when_opened_by_kind(self) -> None:
        a_case()
        a_case()

        opened = answer("case.opened")

        assert (opened.value, [(part.title, part.value) for part in opened.parts]) == (2, [("Lost property", 2)])

    def test_closing_rate_is_of_those_opened(self) -> None:
        cases_ = [a_case() for _ in range(3)]
        Case.objects.filter(pk=cases_[0].pk).update(
            closed_at=AT + timedelta(days=1), outcome="withdrawn", stage="closed"
        )

        assert answer("case.closing_rate").value == Decimal("33.33")
        assert answer("case.closed").value == 1

    def test_on_time_are_those_in_which_the_office_missed_no_deadline_of_its_own(self) -> None:
        late = AT + timedelta(days=9)
        for rule, ended in (("GEN.handover", late), ("GEN.handover", AT), ("GEN.supplement", late)):
            case = a_case()
            Clock.objects.create(
                case=case,
                rule=rule,
                started_on=AT.date(),
                started_at=AT,
                length=1,
                nominal_on=AT.date(),
                due_on=AT.date(),
                due_at=AT + timedelta(days=1),
                state=Clock.State.SATISFIED,
                ended_at=ended,
            )
            Case.objects.filter(pk=case.pk).update(closed_at=AT, outcome="withdrawn", stage="closed")

        assert answer("case.on_time").value == Decimal("66.67")

    def test_nothing_to_divide_by_is_no_number(self) -> None:
        assert answer("case.closing_rate").value is None
        assert answer("case.on_time").value is None
        assert answer("contact.in_time").value is None


class TestMoney:
    def test_is_summed_by_programme_and_source(self) -> None:
        a_fund()
        pay(a_due_payout(a_claim_line("100.10")))
        pay(a_due_payout(a_claim_line("200.20", programme="medical")))
        a_due_payout(a_claim_line("999.00"))

        amount, source = answer("payout.amount"), answer("payout.by_source")

        assert amount.value == source.value == D("300.30")
        assert sorted(part.value for part in amount.parts) == [D("100.10"), D("200.20")]
        assert len(source.parts) == 1

    def test_a_person_is_one_person_and_a_person_time_each_day(self) -> None:
        a_fund()
        worker = a_worker()
        for _ in range(2):
            pay(a_due_payout(a_claim_line(worker=worker)))
        pay(a_due_payout(a_claim_line()))

        assert answer("payout.people").value == 2
        assert answer("payout.times").value == 2

    def test_budget_used_is_what_was_paid_of_it(self) -> None:
        a_fund("1000.00")
        pay(a_due_payout(a_claim_line("250.00")))

        assert answer("fund.used").value == Decimal("25.0")
        assert answer("fund.used", frame(an_office_tree().other_county.path)).value is None


class TestAllFigures:
    def test_every_figure_says_what_it_is(self) -> None:
        for figure in all_figures().values():
            assert str(figure.term)
            assert str(figure.definition)
            assert figure.unit in Unit

    def test_a_code_is_given_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figures, "GENERAL", (*figures.GENERAL, figures.GENERAL[0]))

        with pytest.raises(figures.TwiceTheSameFigure):
            all_figures()

    def test_an_app_brings_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        own = Figure("toy.found", "Found", Unit.ITEMS, "Things found.", lambda _frame: Answer(0))
        monkeypatch.setattr(toy, "FIGURES", (own,))

        assert all_figures()["toy.found"] is own

    def test_cost_the_same_number_of_queries_however_many_rows(self) -> None:
        a_fund("90000.00")
        with CaptureQueriesContext(connection) as few:
            queries.counted(frame())
        for _ in range(4):
            a_contact(answer="五天")
            a_case()
            pay(a_due_payout())

        with CaptureQueriesContext(connection) as many:
            queries.counted(frame())

        assert len(many) == len(few)

    def test_of_one_office_hold_nothing_of_another(self) -> None:
        a_case()
        a_contact(answer="五天")

        for figure in all_figures().values():
            assert not figure.query(frame(an_office_tree().other_county.path)).value


class TestFrameFor:
    def test_a_reader_counts_his_own_offices(self) -> None:
        tree = an_office_tree()

        assert queries.frame_for(sun(), *NOVEMBER).paths == (tree.county.path,)
        assert queries.frame_for(shen(), *NOVEMBER, tree.town).paths == (tree.town.path,)

    def test_an_office_outside_does_not_exist(self) -> None:
        with pytest.raises(NotFound):
            queries.frame_for(sun(), *NOVEMBER, an_office_tree().other_county)


class TestRowsBehind:
    def test_are_as_many_as_the_figure_says(self) -> None:
        a_fund()
        for _ in range(3):
            a_case()
            a_contact(answer="五天")
            pay(a_due_payout())

        for code in ("case.opened", "contact.taken", "payout.times"):
            figure = all_figures()[code]
            assert queries.rows_behind(figure, frame(), sun()).count() == figure.query(frame()).value == 3

    def test_are_hidden_from_who_may_not_read_them(self) -> None:
        a_contact(answer="五天")

        assert not queries.rows_behind(all_figures()["contact.taken"], frame(), fang())
