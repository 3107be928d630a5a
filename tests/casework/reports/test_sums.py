"""The arithmetic of figures, with the sums written out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.reports import sums


class TestShares:
    @pytest.mark.parametrize(
        ("part", "whole", "share"),
        [(2, 3, "66.67"), (1, 3, "33.33"), (1, 800, "0.13"), (0, 5, "0.00"), (7, 5, "140.00")],
    )
    def test_are_rounded_half_up_to_two_places(self, part, whole, share):
        assert sums.percent(part, whole) == Decimal(share)

    def test_of_nothing_are_nothing(self):
        assert sums.percent(3, 0) is None
        assert sums.in_words(None) == "—"
        assert sums.in_words(Decimal("66.67")) == "66.67%"

    @given(st.integers(0, 10**6), st.integers(1, 10**6))
    def test_and_what_is_left_make_the_whole(self, part, rest):
        whole = part + rest

        assert abs(sums.percent(part, whole) + sums.percent(rest, whole) - 100) <= Decimal("0.01")


class TestTotals:
    def test_are_rounded_once(self):
        assert sums.total([Decimal("0.004"), Decimal("0.004"), Decimal("0.004")]) == Decimal("0.01")
        assert sums.total([]) == 0

    def test_add_up_or_do_not(self):
        parts = [Decimal("12.5"), Decimal("7.25")]

        assert sums.adds_up(parts, Decimal("19.75"))
        assert not sums.adds_up(parts, Decimal("19.7"))


class TestHeads:
    def test_each_got_so_much(self):
        assert sums.average_yuan(Decimal("1"), 3) == Decimal("3333.33")
        assert sums.average_yuan(Decimal("1"), 0) is None

    def test_somebody_who_comes_twice_is_one_person_and_two_times(self):
        assert (sums.person_times("aba"), sums.persons("aba")) == (3, 2)
