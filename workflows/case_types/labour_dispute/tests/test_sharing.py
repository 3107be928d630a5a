"""A plan of payments is shared exactly."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.case_types.labour_dispute.sharing import share_out

DAY = date(2026, 12, 1)


class TestShareOut:
    def test_one_worker_gets_the_plan_itself(self):
        plan = [(DAY, Decimal("8000.00")), (DAY + timedelta(30), Decimal("10000.00"))]

        assert share_out({7: Decimal("18000.00")}, plan) == {7: plan}

    def test_thirds_come_out_to_the_fen(self):
        plan = [(DAY + timedelta(number), Decimal("100.00")) for number in range(3)]
        shares = {1: Decimal("100.00"), 2: Decimal("100.00"), 3: Decimal("100.00")}

        parts = share_out(shares, plan)

        assert [amount for _on, amount in parts[1]] == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]

    def test_a_plan_of_another_sum_is_refused(self):
        with pytest.raises(ValueError, match="make up"):
            share_out({1: Decimal("10.00")}, [(DAY, Decimal("9.99"))])

    @given(
        fen=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=12),
        cuts=st.lists(st.integers(1, 99), max_size=5, unique=True),
    )
    def test_each_gets_exactly_the_share_and_never_a_negative_part(self, fen, cuts):
        shares = {number: Decimal(one) / 100 for number, one in enumerate(fen)}
        total = sum(fen)
        marks = sorted({total * cut // 100 for cut in cuts} | {0, total})
        plan = [
            (DAY + timedelta(number), Decimal(until - since) / 100)
            for number, (since, until) in enumerate(pairwise(marks))
        ]

        parts = share_out(shares, plan)

        assert {worker: sum(amount for _on, amount in own) for worker, own in parts.items()} == shares
        assert all(amount > 0 for own in parts.values() for _on, amount in own)
