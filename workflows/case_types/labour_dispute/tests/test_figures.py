"""What disputes contribute to the yearly report."""

from datetime import date
from decimal import Decimal

import pytest

from casework.reports.figures import Frame
from tests.factories import an_office_tree
from workflows.case_types.labour_dispute.figures import FIGURES

FIGURE = {figure.code: figure for figure in FIGURES}


@pytest.fixture
def value(db):
    """Reckon a figure for the county and the autumn."""
    frame = Frame(date(2026, 11, 1), date(2027, 2, 1), (an_office_tree().county.path,))
    return lambda code: FIGURE[code].query(frame).value


class TestFigures:
    def test_count_disputes_workers_and_sums(self, dispute, new_dispute, value):
        dispute.performing()
        dispute.perform(instalments=dispute.owed()[:1])
        new_dispute().received(worker_name="李秀英", cause="dismissal", members="张伟 13800138001")

        assert value("dispute.by_cause") == 2
        assert value("dispute.workers") == 3
        assert value("dispute.collective") == 0
        assert value("dispute.agreements") == 1
        assert value("dispute.amount") == Decimal("18000.00")
        assert value("dispute.recovered") == Decimal("8000.00")
        assert value("dispute.performance_rate") == Decimal("44.44")

    def test_success_is_a_share_of_those_that_came_to_a_result(self, dispute, new_dispute, value):
        dispute.performing()
        other = new_dispute().failed(worker_name="李秀英")
        other.do("record_failure", "mediator", record="双方分歧过大。", worker_told="on")
        other.do("refer", "mediator", to_body="arbitration", reason="调解不成。")

        assert value("dispute.success_rate") == Decimal("50.0")
        assert value("dispute.referred") == 1

    def test_nothing_to_divide_by_is_no_nought(self, value):
        assert value("dispute.success_rate") is None
        assert value("dispute.performance_rate") is None

    @pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
    def test_takes_at_most_two_queries(self, dispute, figure, django_assert_max_num_queries):
        dispute.performing()
        frame = Frame(date(2026, 11, 1), date(2027, 2, 1), (an_office_tree().county.path,))

        with django_assert_max_num_queries(2):
            figure.query(frame)
