"""The sums of the work injury insurance, against examples reckoned independently."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.calendar import BEIJING
from casework.funds.money import BadSum
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
        with pytest.raises(BadSum):
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

    @pytest.mark.parametrize("grade", [0, 11, -1])
    def test_a_grade_that_does_not_exist_is_told_which_do(self, grade):
        for reckon in (
            lambda: benefits.disability(grade, Decimal(5000), Decimal(8000)),
            lambda: benefits.leaving(grade, Decimal(7500), SubsidyTable.read(HENAN)),
        ):
            with pytest.raises(benefits.UnknownGrade, match=rf"{grade}.*1.*10"):
                reckon()

    def test_an_employer_that_did_not_insure_pays_all_of_it(self):
        found = benefits.disability(3, Decimal(6200), Decimal(8000), is_insured=False)

        assert (found.lump_sum, found.allowance_paid) == (Decimal(142600), Decimal(4960))
        assert found.payer == "employer"
        assert "第六十二条" in found.law

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

    def test_a_level_of_nursing_that_does_not_exist_names_those_that_do(self):
        with pytest.raises(benefits.UnknownLevel, match="full, most, part"):
            benefits.nursing("some", Decimal(8000))

    def test_funeral(self):
        assert benefits.funeral(Decimal(8000)).amount == Decimal(48000)

    @pytest.mark.parametrize(("income", "amount"), [("54188", "1083760.00"), ("56502", "1130040.00")])
    def test_death_goes_by_the_income_of_the_year_before(self, income, amount):
        assert benefits.death_benefit(Decimal(income)).amount == Decimal(amount)

    @pytest.mark.parametrize(("year", "amount"), [(2025, "1083760.00"), (2026, "1130040.00")])
    def test_death_in_a_known_year_needs_no_income_typed(self, year, amount):
        assert benefits.death_benefit(benefits.national_income(year).value).amount == Decimal(amount)

    @pytest.mark.parametrize("year", [1999, 2023, 2031])
    def test_death_in_an_unknown_year_lists_the_years_that_are_known(self, year):
        with pytest.raises(benefits.UnknownYear, match=rf"{year - 1}.*2023, 2024, 2025"):
            benefits.national_income(year)

    def test_published_incomes_say_where_they_stand(self):
        assert all("国家统计局" in known.source for known in benefits.NATIONAL_URBAN_INCOME.values())

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
        with pytest.raises(benefits.UnknownRelation, match=r"cousin.*orphan_child"):
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
        with pytest.raises(benefits.NoSubsidyOnLeaving):
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
            {**HENAN, "employment_share": {"4": "-0.5"}},
            {**HENAN, "disease_extra": "NaN"},
            {**HENAN, "medical_months": {**HENAN["medical_months"], "5": -3}},
            {**HENAN, "medical_months": {**HENAN["medical_months"], "5": "2.5"}},
            5,
            ["medical_months"],
        ],
    )
    def test_a_table_nobody_can_read_is_refused(self, stored):
        with pytest.raises(BadTable):
            SubsidyTable.read(stored)


class TestPaidTreatment:
    HURT = date(2026, 1, 15)

    @pytest.mark.parametrize(
        ("further", "graded", "last"),
        [
            (0, None, date(2027, 1, 15)),
            (6, None, date(2027, 7, 15)),
            (12, None, date(2028, 1, 15)),
            (0, date(2026, 9, 3), date(2026, 9, 3)),
            (6, date(2027, 9, 3), date(2027, 7, 15)),
        ],
    )
    def test_ends_after_twelve_months_and_those_confirmed_or_with_the_grade(self, further, graded, last):
        found = benefits.paid_treatment(
            self.HURT, Decimal(6000), date(2029, 1, 1), further_months=further, graded_on=graded
        )

        assert (found.last_on, found.until_on) == (last, last)

    def test_pays_full_months_and_the_days_of_the_month_begun(self):
        # 15 January to 26 April 2026: three months, and 11 of the 30 days until 15 May
        found = benefits.paid_treatment(self.HURT, Decimal(6000), date(2026, 4, 26))

        assert found.amount == Decimal("20200.00")
        assert [step.value for step in found.steps[2:]] == [3, 11, Decimal("20200.00")]

    @pytest.mark.parametrize("months", [-1, 13])
    def test_is_extended_by_at_most_twelve_months(self, months):
        with pytest.raises(benefits.TooLong):
            benefits.paid_treatment(self.HURT, Decimal(6000), self.HURT, further_months=months)

    def test_is_not_asked_about_before_the_accident(self):
        for days in ({"until_on": date(2026, 1, 14)}, {"until_on": self.HURT, "graded_on": date(2026, 1, 14)}):
            with pytest.raises(benefits.BeforeTheAccident):
                benefits.paid_treatment(self.HURT, Decimal(6000), **days)

    @given(
        pay=MONEY,
        days=st.integers(0, 900),
        more=st.integers(0, 60),
        further=st.integers(0, 12),
        hurt=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    )
    def test_never_falls_with_time_and_never_exceeds_the_months(self, pay, days, more, further, hurt):
        one = benefits.paid_treatment(hurt, pay, hurt + timedelta(days=days), further_months=further)
        other = benefits.paid_treatment(hurt, pay, hurt + timedelta(days=days + more), further_months=further)

        assert one.amount <= other.amount <= pay * (12 + further)


class TestMissing:
    def test_three_months_of_pay_then_the_dependants(self):
        found = benefits.missing(Decimal("6800.00"), Decimal("6400.00"), ["spouse", "child"], Decimal(56502))

        assert found.pay == Decimal("20400.00")
        assert (found.monthly.percent, found.monthly.payable) == (70, Decimal("4480.00"))
        assert found.advance == Decimal("565020.00")
        assert "第四十一条" in found.law


class TestStories:
    """Real matters, every number written out."""

    def test_a_press_operator_who_lost_two_fingers(self):
        # grade 7, 5,350.00 a month, pool average 7,420.00: the own wage counts as it is
        found = benefits.disability(7, Decimal("5350.00"), Decimal("7420.00"))
        left = benefits.leaving(7, Decimal("7420.00"), SubsidyTable.read(ZHEJIANG), law="浙江省工伤保险条例 第二十七条")

        assert found.lump_sum == Decimal("69550.00")
        assert found.steps[0].formula == "5350.00 (4452.00 – 22260.00)"
        assert (left.medical, left.employment, left.total) == (Decimal(74200), Decimal(74200), Decimal(148400))
        assert left.law.endswith("浙江省工伤保险条例 第二十七条")

    def test_a_roofer_who_cannot_work_again(self):
        # grade 2, 4,100.00 counts as 60 % of 7,420.00 = 4,452.00; 85 % are 3,784.20; nursing mostly 40 %
        found = benefits.disability(2, Decimal("4100.00"), Decimal("7420.00"), Decimal("2100.00"))

        assert (found.wage_base, found.lump_sum) == (Decimal("4452.00"), Decimal("111300.00"))
        assert (found.allowance, found.top_up) == (Decimal("3784.20"), Decimal("0.00"))
        assert benefits.nursing("most", Decimal("7420.00")).amount == Decimal("2968.00")

    def test_a_driver_who_died_in_2026_and_leaves_four(self):
        income = benefits.national_income(2026).value
        found = benefits.death(
            Decimal("7420.00"), income, Decimal("6100.00"), ["spouse", "child", "child", "lone_elder"]
        )

        assert (found.funeral, found.benefit, found.at_once) == (Decimal(44520), Decimal(1130040), Decimal(1174560))
        # 40 + 30 + 30 + 40 = 140 %, cut down to the wage
        assert (found.monthly.raw, found.monthly.payable) == (Decimal("8540.00"), Decimal("6100.00"))
        assert found.monthly.shares == tuple(map(Decimal, ("1742.86", "1307.14", "1307.14", "1742.86")))

    def test_every_step_has_its_article_and_no_value_is_a_float(self):
        told = [
            benefits.disability(4, Decimal(6200), Decimal(8000), Decimal(2200), is_insured=False),
            benefits.nursing("full", Decimal(8000)),
            benefits.paid_treatment(date(2026, 1, 15), Decimal(6200), date(2026, 4, 26)),
            benefits.leaving(9, Decimal(7500), SubsidyTable.read(HENAN)),
            benefits.death(Decimal(8000), Decimal(56502), Decimal(6200), ["spouse"]),
            benefits.missing(Decimal(6200), Decimal(6200), ["parent"], Decimal(56502)),
        ]

        for found in told:
            assert found.law
            for step in found.steps:
                assert step.law, step
                assert not isinstance(step.value, float), step


class TestLaws:
    @given(grade=st.integers(1, 10), wage=MONEY, more=MONEY, pool=MONEY)
    def test_lump_sum_and_allowance_never_fall_with_the_wage_and_the_cap_holds(self, grade, wage, more, pool):
        low, high = (benefits.disability(grade, own, pool, Decimal(2100)) for own in (wage, wage + more))

        assert low.lump_sum <= high.lump_sum <= benefits.to_fen(3 * pool * benefits.LUMP_SUM_MONTHS[grade])
        assert (low.allowance_paid or 0) <= (high.allowance_paid or 0)
        assert isinstance(low.lump_sum, Decimal)

    @given(wage=MONEY, dependants=st.lists(st.sampled_from(benefits.RELATIONS), max_size=9))
    def test_one_more_dependant_never_lowers_what_is_paid_in_all(self, wage, dependants):
        assert benefits.survivors(wage, dependants).payable <= benefits.survivors(wage, [*dependants, "other"]).payable
