"""What single places have ruled, and how it changes the usual rules."""

from decimal import Decimal

import pytest

from casework.offices.published import UnknownPlace
from workflows.case_types.hardship_relief.eligibility import (
    Decides,
    Rules,
    is_in_band,
    is_over_share,
    who_decides,
)
from workflows.case_types.hardship_relief.places import LOCAL_RULES, UNNAMED, WARMTH, rules_of, warmth_limits

LINE = Decimal(800)


class TestPlaces:
    @pytest.mark.parametrize("text", LOCAL_RULES, ids=lambda text: text.place)
    def test_say_only_what_the_rules_know(self, text):
        rules = rules_of(text.place, LINE)

        assert rules.dibao_monthly == LINE
        for name, value in text.value.items():
            assert getattr(rules, name) == value

    def test_leave_the_rest_as_it_usually_is(self):
        assert rules_of("青岛", LINE).living_months == Rules(dibao_monthly=LINE).living_months

    def test_bear_more_or_less_of_an_accident(self):
        expense, income = Decimal(60000), Decimal(100000)

        assert is_over_share(expense, income, rules_of("Chongqing", LINE))
        assert not is_over_share(expense, income, rules_of("Qingdao", LINE))

    def test_send_up_only_what_is_above_the_sum(self):
        assert who_decides(Decimal("20000.00"), rules_of(UNNAMED, LINE)) == Decides.CITY
        assert who_decides(Decimal("20000.00"), Rules(dibao_monthly=LINE)) == Decides.PROVINCE

    def test_nobody_has_read_are_refused(self):
        with pytest.raises(UnknownPlace):
            rules_of("Atlantis", LINE)

    def test_limit_festival_warmth(self):
        assert warmth_limits("山东").per_time == Decimal(3000)
        assert all(text.value.per_time <= text.value.per_year for text in WARMTH)


@pytest.mark.parametrize(("per_head", "inside"), [("1200.00", True), ("1200.01", False), ("0", True)])
def test_a_band_takes_in_its_line(per_head, inside):
    assert is_in_band(Decimal(per_head), LINE, Decimal("1.5")) is inside
