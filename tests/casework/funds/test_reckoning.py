"""How a sum is rounded, written and told; pure, no database."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.funds.money import BadSum
from casework.funds.reckoning import Step, Unit, exact, in_words, plain, to_fen, written

D = Decimal


class TestToFen:
    @pytest.mark.parametrize(
        ("amount", "fen"),
        [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("7", "7.00")],
    )
    def test_rounds_half_up(self, amount, fen):
        assert to_fen(D(amount)) == D(fen)
        assert to_fen(Fraction(amount)) == D(fen)

    def test_rounds_a_third_of_a_fen_down_and_two_thirds_up(self):
        assert (to_fen(Fraction(1, 300)), to_fen(Fraction(2, 300))) == (D("0.00"), D("0.01"))

    @given(st.decimals("-999999999", "999999999", places=5))
    def test_a_fraction_is_rounded_like_the_decimal_it_is(self, amount):
        rounded = to_fen(Fraction(amount))

        assert rounded == to_fen(amount)
        assert abs(rounded - amount) <= D("0.005")
        assert isinstance(rounded, Decimal)


class TestExact:
    @pytest.mark.parametrize("amount", [6500.0, "6500", 6500, None])
    def test_takes_decimals_only(self, amount):
        with pytest.raises(TypeError):
            exact(amount)

    @pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
    def test_refuses_what_is_no_sum(self, amount):
        with pytest.raises(BadSum):
            exact(D(amount))

    def test_keeps_every_place(self):
        assert exact(D("8333.3333")) == D("8333.3333")


class TestWriting:
    @pytest.mark.parametrize(
        ("value", "unit", "said"),
        [
            (D("26000"), Unit.YUAN, "¥26,000.00"),
            (D("0.50"), Unit.MONTHS, "0.5 months"),
            (D(1), Unit.MONTHS, "1 month"),
            (D(8), Unit.DAYS, "8 days"),
            (D("2.5"), Unit.HOURS, "2.5 hours"),
            (D(90), Unit.PERCENT, "90 %"),
            (D(20), Unit.TIMES, "20 times"),
            (date(2026, 9, 25), Unit.YUAN, "25 Sep 2026"),
        ],
    )
    def test_a_value_has_its_unit(self, value, unit, said):
        with translation.override("en"):
            assert written(value, unit) == said

    def test_a_number_has_no_trailing_zeros(self):
        assert [plain(D(number)) for number in ("4", "4.00", "0.5", "21.75", "100")] == [
            "4",
            "4",
            "0.5",
            "21.75",
            "100",
        ]

    def test_a_step_is_told_with_its_formula_and_its_article(self):
        steps = (
            Step("Months", D(4), "3 + 1", "劳动合同法 第四十七条", Unit.MONTHS),
            Step("Ruled out", verdict="a second home"),
        )

        with translation.override("en"):
            assert in_words(steps) == "Months: 4 months (3 + 1; 劳动合同法 第四十七条)\nRuled out: a second home"
