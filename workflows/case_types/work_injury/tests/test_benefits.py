"""The sums of the work injury insurance, against examples reckoned independently."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.calendar import BEIJING
from workflows.case_types.work_injury import benefits
from workflows.case_types.work_injury.benefits import BadTable, SubsidyTable

MONEY = st.decimals("0.01", "99999.99", places=2)

ZHEJIANG = {
    "medical_months": {"5": 30, "6": 25, "7": 10, "8": 7, "9": 4, "10": 2},
    "employment_months": {"5": 30, "6": 25, "7": 10, "8": 7, "9": 4, "10": 2},
    "employment_share": {"4": "0.8", "3": "0.6", "2": "0.4", "1": "0.2", "0": "0"},
}
HENAN = {
    "medical_months": {"5": 16, "6": 14, "7": 12, "8": 10, "9": 8, "10": 6},
    "employment_months": {"5": 56, "6": 46, "7": 36, "8": 26, "9": 16, "10": 6},
    "disease_extra": "0.3",
}


class TestOwnWage:
    @pytest.mark.parametrize(
        ("own", "counts"), [("30000", "24000.00"), ("3000", "4800.00"), ("5000", "5000.00"), ("4800", "4800.00")]
    )
    def test_counts_between_60_and_300_per_cent(self, own, counts):
        assert benefits.wage_base(Decimal(own), Decimal(8000)) == Decimal(counts)

    def test_is_no_float(self):
        with pytest.raises(TypeError):
            benefits.wage_base(5000.0, Decimal(8000))

    def test_is_never_negative(self):
        with pytest.raises(ValueError, match="negative"):
            benefits.wage_base(Decimal(-1), Decimal(8000))


class TestDisability:
    def test_of_all_ten_grades(self):
        sums = [benefits.disability(grade, Decimal(5000), Decimal(8000)).lump_sum for grade in range(1, 11)]

        assert sums == [
            Decimal(each) for each in (135000, 125000, 115000, 105000, 90000, 80000, 65000, 55000, 45000, 35000)
        ]

    def test_grade_1_is_paid_by_the_fund(self):
        found = benefits.disability(1, Decimal(8000), Decimal(8000), Decimal(2200))

        assert (found.lump_sum_months, found.lump_sum) == (27, Decimal("216000.00"))
        assert (found.allowance_percent, found.allowance, found.allowance_paid) == (90, Decimal(7200), Decimal(7200))
        assert (found.top_up, found.payer) == (Decimal(0), "fund")

    def test_grade_6_is_topped_up_by_the_employer(self):
        found = benefits.disability(6, Decimal(4800), Decimal(8000), Decimal(3000))

        assert (found.lump_sum, found.allowance, found.allowance_paid) == (Decimal(76800), Decimal(2880), Decimal(3000))
        assert (found.top_up, found.payer) == (Decimal(120), "employer")

    def test_grade_7_gives_no_allowance(self):
        found = benefits.disability(7, Decimal(30000), Decimal(8000), Decimal(2200))

        assert found.lump_sum == Decimal(312000)
        assert (found.allowance, found.allowance_paid, found.payer) == (None, None, None)
        assert "第三十七条" in found.law

    def test_without_a_minimum_wage_nothing_is_topped_up(self):
        found = benefits.disability(5, Decimal(4800), Decimal(8000))

        assert (found.allowance, found.allowance_paid, found.top_up) == (Decimal(3360), Decimal(3360), Decimal(0))

    @pytest.mark.parametrize("grade", [0, 11])
    def test_there_are_ten_grades(self, grade):
        with pytest.raises(ValueError, match="grades"):
            benefits.disability(grade, Decimal(5000), Decimal(8000))

    def test_is_rounded_once_at_the_end(self):
        # 60 % of 8,333.33 are 4,999.998: seven months of that are 34,999.99, not 35,000.00
        assert benefits.disability(10, Decimal(100), Decimal("8333.33")).lump_sum == Decimal("34999.99")

    @given(own=MONEY, pool=MONEY)
    def test_a_heavier_grade_never_gives_less(self, own, pool):
        sums = [benefits.disability(grade, own, pool).lump_sum for grade in range(1, 11)]

        assert sums == sorted(sums, reverse=True)


class TestOtherBenefits:
    @pytest.mark.parametrize(("level", "amount"), [("full", 4000), ("most", 3200), ("part", 2400)])
    def test_nursing(self, level, amount):
        assert benefits.nursing(level, Decimal(8000)).amount == Decimal(amount)

    @pytest.mark.parametrize(
        ("months", "further", "paid"), [(5, False, 30000), (14, False, 72000), (14, True, 84000), (30, True, 144000)]
    )
    def test_pay_during_the_treatment_ends(self, months, further, paid):
        assert benefits.treatment_pay(Decimal(6000), months, confirmed_further=further).amount == Decimal(paid)

    def test_funeral(self):
        assert benefits.funeral(Decimal(8000)).amount == Decimal(48000)

    @pytest.mark.parametrize(("income", "amount"), [("54188", "1083760.00"), ("56502", "1130040.00")])
    def test_death_goes_by_the_income_of_the_year_before(self, income, amount):
        assert benefits.death_benefit(Decimal(income)).amount == Decimal(amount)

    @pytest.mark.parametrize(("hours", "within"), [(0, True), (47, True), (48, True), (48.01, False), (-1, False)])
    def test_exactly_48_hours_are_within(self, hours, within):
        onset = datetime(2026, 9, 24, 8, 10, tzinfo=BEIJING)

        assert benefits.died_in_time(onset, onset + timedelta(hours=hours)) is within


class TestSurvivors:
    def test_together_never_get_more_than_the_wage(self):
        found = benefits.survivors(Decimal(7000), ["spouse", "child", "child", "parent"])

        assert (found.percent, found.raw, found.payable) == (130, Decimal(9100), Decimal(7000))
        assert sum(found.shares) == Decimal(7000)
        assert found.shares[0] == Decimal("2153.85")

    def test_an_orphan_gets_ten_points_more(self):
        found = benefits.survivors(Decimal(7000), ["orphan_child"])

        assert (found.percent, found.payable) == (40, Decimal(2800))

    def test_nobody_gets_nothing(self):
        assert benefits.survivors(Decimal(7000), []).shares == ()

    def test_of_an_unknown_relation_are_refused(self):
        with pytest.raises(ValueError, match="cousin"):
            benefits.survivors(Decimal(7000), ["cousin"])

    @given(wage=MONEY, dependants=st.lists(st.sampled_from(benefits.RELATIONS), min_size=1, max_size=9))
    def test_their_shares_come_to_the_whole(self, wage, dependants):
        found = benefits.survivors(wage, dependants)

        assert sum(found.shares) == found.payable <= wage
        assert all(share >= 0 for share in found.shares)


class TestLeaving:
    def test_differs_widely_between_provinces(self):
        east = benefits.leaving(8, Decimal(7500), SubsidyTable.read(ZHEJIANG))
        middle = benefits.leaving(8, Decimal(7500), SubsidyTable.read(HENAN))

        assert (east.medical, east.employment) == (Decimal(52500), Decimal(52500))
        assert (middle.medical, middle.employment) == (Decimal(75000), Decimal(195000))

    @pytest.mark.parametrize(("years", "left"), [(None, 1), (5, 1), (4, "0.8"), (1, "0.2"), (0, 0)])
    def test_falls_before_retirement(self, years, left):
        found = benefits.leaving(8, Decimal(7500), SubsidyTable.read(ZHEJIANG), years_to_retirement=years)

        assert found.employment == Decimal(52500) * Decimal(left)
        assert found.medical == Decimal(52500)

    def test_is_more_for_an_occupational_disease(self):
        found = benefits.leaving(8, Decimal(7500), SubsidyTable.read(HENAN), is_disease=True)

        assert (found.medical, found.employment) == (Decimal(97500), Decimal(195000))

    def test_a_year_between_the_lines_counts_as_the_line_below(self):
        table = SubsidyTable.read({**HENAN, "employment_share": {"3": "0.6", "1": "0.2"}})

        assert benefits.leaving(10, Decimal(1000), table, years_to_retirement=2).employment == Decimal(1200)
        assert benefits.leaving(10, Decimal(1000), table, years_to_retirement=0).employment == Decimal(1200)

    def test_is_for_grades_5_to_10(self):
        with pytest.raises(ValueError, match="5 to 10"):
            benefits.leaving(4, Decimal(7500), SubsidyTable.read(HENAN))

    @pytest.mark.parametrize(
        "stored",
        [
            {},
            {**HENAN, "extra": 1},
            {**HENAN, "disease_extra": 0.3},
            {**HENAN, "medical_months": {"5": 16}},
            {**HENAN, "employment_months": "many"},
            {**HENAN, "employment_share": {"4": "most"}},
        ],
    )
    def test_a_table_nobody_can_read_is_refused(self, stored):
        with pytest.raises(BadTable):
            SubsidyTable.read(stored)
