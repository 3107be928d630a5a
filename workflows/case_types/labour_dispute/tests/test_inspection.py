"""How far labour inspection looks back, and who speaks for many."""

from datetime import date

import pytest

from workflows.case_types.labour_dispute.collective import is_collective, is_represented, representatives
from workflows.case_types.labour_dispute.inspection import look_back


class TestLookBack:
    @pytest.mark.parametrize(
        ("ended", "last"), [(date(2024, 9, 24), date(2026, 9, 24)), (date(2024, 2, 29), date(2026, 2, 28))]
    )
    def test_reaches_two_years_from_the_end_of_the_violation(self, ended, last):
        found = look_back(ended)

        assert found.last_on == last
        assert found.reaches(last)
        assert not found.reaches(date(2026, 9, 25))


class TestCollective:
    @pytest.mark.parametrize(("workers", "many"), [(1, False), (9, False), (10, True), (11, True)])
    def test_ten_with_a_common_claim_are_many(self, workers, many):
        assert is_collective(workers) is many
        assert representatives(workers) == ((3, 5) if many else None)

    def test_without_a_common_claim_each_stands_alone(self):
        assert not is_collective(100, has_common_claim=False)
        assert representatives(100, has_common_claim=False) is None

    @pytest.mark.parametrize(("chosen", "enough"), [(2, False), (3, True), (5, True), (6, False)])
    def test_three_to_five_speak_for_many(self, chosen, enough):
        assert is_represented(10, chosen) is enough
        assert is_represented(9, chosen)
