from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.funds.money import LARGEST, BadSum, money


class TestMoney:
    @given(st.integers(0, 10**14 - 1))
    def test_keeps_every_sum_to_the_fen(self, fen: int) -> None:
        assert money(Decimal(fen) / 100) * 100 == fen

    @pytest.mark.parametrize("value", [0.1, 10.0, "10.00", None, True])
    def test_refuses_what_is_not_a_decimal(self, value: object) -> None:
        with pytest.raises(TypeError):
            money(value)  # type: ignore[arg-type]

    @pytest.mark.parametrize("text", ["-0.01", "0.001", "NaN", "Infinity", "1000000000000.00"])
    def test_refuses_a_decimal_that_is_no_sum(self, text: str) -> None:
        with pytest.raises(BadSum):
            money(Decimal(text))

    def test_takes_the_largest_sum_the_database_holds(self) -> None:
        assert money(LARGEST) == LARGEST

    def test_writes_whole_yuan_with_two_places(self) -> None:
        assert str(money(5)) == "5.00"
