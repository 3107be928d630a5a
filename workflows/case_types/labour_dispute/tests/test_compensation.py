"""Money rules, with the sums written out."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.funds.money import BadSum
from workflows.case_types.labour_dispute import compensation
from workflows.case_types.labour_dispute.compensation import Exempt, Exemption, Service

D = Decimal
MONEY = st.decimals("0.01", "99999.99", places=2)


def weekday(day):
    """Return whether a day is a plain weekday."""
    return day.weekday() < 5


class TestService:
    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            (date(2020, 1, 15), date(2023, 8, 14), Service(3, 7, 0)),
            (date(2020, 1, 15), date(2023, 8, 15), Service(3, 7, 1)),
            (date(2024, 1, 31), date(2024, 2, 29), Service(0, 1, 1)),
            (date(2024, 3, 1), date(2024, 3, 1), Service(0, 0, 1)),
        ],
    )
    def test_counts_full_years_months_and_days(self, first, last, expected):
        assert Service.between(first, last) == expected

    def test_does_not_end_before_it_begins(self):
        with pytest.raises(compensation.EndsBeforeItBegins):
            Service.between(date(2024, 2, 1), date(2024, 1, 1))

    @pytest.mark.parametrize(
        ("service", "months"),
        [
            (Service(3, 7), "4"),
            (Service(0, 6), "1"),
            (Service(0, 5, 29), "0.5"),
            (Service(2, 0, 1), "2.5"),
            (Service(2), "2"),
        ],
    )
    def test_is_worth_months_of_pay(self, service, months):
        assert service.months_of_pay == Decimal(months)


class TestEconomicCompensation:
    def test_seven_months_count_as_a_year(self):
        reckoning = compensation.economic_compensation(Service(3, 7), Decimal(5200), Decimal(8000))

        assert reckoning.amount == Decimal("20800.00")
        assert [step.value for step in reckoning.steps] == [4, Decimal("5200.00"), Decimal("20800.00")]

    def test_a_high_wage_is_capped_at_three_times_the_average_and_twelve_years(self):
        reckoning = compensation.economic_compensation(Service(20), Decimal(50000), Decimal(8000))

        assert reckoning.amount == Decimal("288000.00")

    def test_a_wage_of_exactly_three_times_is_not_capped_in_years(self):
        reckoning = compensation.economic_compensation(Service(20), Decimal(24000), Decimal(8000))

        assert reckoning.amount == Decimal("480000.00")

    def test_unlawful_termination_doubles_it(self):
        assert compensation.unlawful_termination(Service(1, 2), Decimal(5000), Decimal(8000)).amount == Decimal(
            "15000.00"
        )

    def test_a_float_is_refused(self):
        with pytest.raises(TypeError):
            compensation.economic_compensation(Service(1), 5000.0, Decimal(8000))

    @given(
        years=st.integers(0, 40),
        months=st.integers(0, 11),
        wage=st.decimals(1, 100000, places=2),
        average=st.decimals(1000, 20000, places=2),
    )
    def test_never_falls_with_longer_service_and_never_exceeds_the_wage(self, years, months, wage, average):
        now = compensation.economic_compensation(Service(years, months), wage, average)
        later = compensation.economic_compensation(Service(years + 1, months), wage, average)

        assert later.amount >= now.amount
        assert now.amount <= wage * (years + 1) + Decimal("0.01")


class TestDoubleWage:
    def test_runs_from_the_second_month_to_the_contract(self):
        reckoning = compensation.double_wage(
            date(2025, 3, 1), date(2025, 6, 1), date(2025, 12, 31), Decimal(5000), weekday
        )

        assert reckoning.amount == Decimal("10000.00")

    def test_ends_with_eleven_months(self):
        reckoning = compensation.double_wage(date(2024, 3, 1), None, date(2026, 3, 1), Decimal(5000), weekday)

        assert reckoning.amount == Decimal("55000.00")

    def test_part_of_a_month_counts_by_its_working_days(self):
        # April 2025 has 22 weekdays; the first to the tenth are eight of them.
        reckoning = compensation.double_wage(
            date(2025, 3, 1), date(2025, 4, 11), date(2025, 12, 31), Decimal(5500), weekday
        )

        assert reckoning.amount == Decimal("2000.00")
        assert reckoning.steps[1].value == 8

    @pytest.mark.parametrize("signed", [date(2025, 3, 1), date(2025, 3, 20), date(2025, 4, 1)])
    def test_a_contract_within_the_first_month_leaves_nothing(self, signed):
        assert compensation.double_wage(date(2025, 3, 1), signed, signed, Decimal(5500), weekday).amount == 0


class TestSmallSums:
    def test_a_day_and_an_hour(self):
        assert compensation.daily_wage(Decimal(4350)) == Decimal("200.00")
        assert compensation.hourly_wage(Decimal(4350)) == Decimal("25.00")

    @pytest.mark.parametrize(("day", "expected"), [("workday", "150.00"), ("restday", "200.00"), ("holiday", "300.00")])
    def test_overtime(self, day, expected):
        assert compensation.overtime(Decimal(4), Decimal(4350), day).amount == Decimal(expected)

    def test_late_payment_stays_within_the_law(self):
        assert compensation.late_payment(Decimal(8000), Decimal(50)).amount == Decimal("4000.00")
        for percent in ("49.99", "100.01"):
            with pytest.raises(compensation.BadPercent):
                compensation.late_payment(Decimal(8000), Decimal(percent))

    def test_a_day_of_overtime_that_does_not_exist_names_those_that_do(self):
        with pytest.raises(compensation.UnknownKindOfDay, match="workday, restday, holiday"):
            compensation.overtime(Decimal(4), Decimal(4350), "sunday")

    def test_overtime_of_several_kinds_is_rounded_once(self):
        # 4,321.00 a month are 24.8333… an hour: 3.5 × 1.5 + 8 × 2 + 1 × 3 = 24.25 of them
        reckoning = compensation.overtime_pay(
            Decimal("4321.00"), {"workday": D("3.5"), "restday": D(8), "holiday": D(1)}
        )

        assert reckoning.amount == D("602.21")
        assert [step.value for step in reckoning.steps] == [D("24.83"), D(150), D(200), D(300), D("602.21")]

    def test_the_pay_of_a_day_and_of_an_hour_are_told_together(self):
        reckoning = compensation.day_and_hour(Decimal(8700))

        assert (reckoning.amount, reckoning.steps[1].value) == (D("400.00"), D("50.00"))
        assert reckoning.steps[1].formula == "8700.00 ÷ 21.75 ÷ 8"

    def test_each_item_decides_whether_an_award_is_final(self):
        assert compensation.final_award([("a", Decimal(24000)), ("b", Decimal(20000))], Decimal(2000)).is_final
        assert not compensation.final_award([("a", Decimal("24000.01"))], Decimal(2000)).is_final

    def test_an_award_is_tested_item_by_item(self):
        award = compensation.final_award([("加班费", D("30000.00")), ("经济补偿", D("30000.01"))], D(2500))

        assert (award.is_final, award.threshold) == (False, D("30000.00"))
        assert [step.formula for step in award.items] == ["30000.00 ≤ 30000.00", "30000.01 > 30000.00"]
        assert award.steps[0].value == D("30000.00")


class TestExemptTimes:
    def test_a_time_of_force_majeure_is_left_out_by_its_working_days(self):
        # hired 3 March 2025, without a contract until 2 June: two months; 7 to 18 April are exempt
        months = (date(2025, 3, 3), None, date(2025, 6, 2), Decimal(6600), weekday)
        flood = Exempt(Exemption.FORCE_MAJEURE, date(2025, 4, 7), date(2025, 4, 18))

        whole, less = compensation.double_wage(*months), compensation.double_wage(*months, exempt=[flood])

        assert whole.amount == D("13200.00")
        # 3 April to 2 May 2025 are 22 weekdays: 12 ÷ 22 of a month, and the whole month after it
        assert less.amount == D("10200.00")
        assert less.steps[1].formula == "12 ÷ 22"
        assert "第七条" in less.law
        assert "第七条" not in whole.law

    def test_a_time_that_covers_everything_leaves_nothing(self):
        always = Exempt(Exemption.WORKERS_FAULT, date(2025, 1, 1), date(2027, 1, 1))

        assert compensation.double_wage(
            date(2025, 3, 3), None, date(2026, 6, 2), Decimal(6600), weekday, [always]
        ).amount == D("0.00")

    def test_a_time_ends_after_it_begins(self):
        with pytest.raises(compensation.WindowBackwards):
            Exempt(Exemption.BY_LAW, date(2025, 4, 18), date(2025, 4, 7))

    @given(
        wage=MONEY,
        signed=st.dates(date(2025, 3, 1), date(2026, 9, 30)),
        first=st.dates(date(2025, 3, 1), date(2026, 3, 1)),
        length=st.integers(0, 200),
    )
    def test_never_adds_anything_and_never_goes_beyond_eleven_months(self, wage, signed, first, length):
        asked = (date(2025, 3, 1), signed, signed, wage, weekday)
        window = Exempt(Exemption.BY_LAW, first, date.fromordinal(first.toordinal() + length))

        whole, less = compensation.double_wage(*asked), compensation.double_wage(*asked, exempt=[window])

        assert D(0) <= less.amount <= whole.amount <= wage * 11


class TestUnpaidWages:
    def test_counts_months_and_days_and_what_was_paid(self):
        reckoning = compensation.unpaid_wages(D("6525.00"), D(2), D(5), D("3000.00"))

        assert reckoning.amount == D("11550.00")
        assert [step.value for step in reckoning.steps] == [D("13050.00"), D("1500.00"), D("3000.00"), D("11550.00")]

    def test_is_never_less_than_nothing(self):
        assert compensation.unpaid_wages(D(5000), D(1), paid=D(6000)).amount == D("0.00")


class TestPayDay:
    def test_comes_before_the_rest_days_it_falls_on(self):
        # Friday 1 to Thursday 7 October are rest days here, and the weekend before them
        festival = {date(2027, 10, day) for day in range(1, 8)}

        found = compensation.pay_day(date(2027, 10, 5), lambda day: day not in festival and weekday(day))

        assert found.on == date(2027, 9, 30)
        assert found.steps[1].value == D(5)

    def test_stays_where_it_is_on_a_working_day(self):
        assert compensation.pay_day(date(2026, 11, 20), weekday).on == date(2026, 11, 20)


class TestStories:
    """Real matters, every number written out."""

    def test_a_cook_who_was_dismissed_after_six_years_and_two_months(self):
        # 2019-03-11 to 2025-05-20: 6 years, 2 months, 10 days → 6.5 months at 5,480.00
        service = Service.between(date(2019, 3, 11), date(2025, 5, 20))
        lawful = compensation.economic_compensation(service, D("5480.00"), D("7890.00"))
        unlawful = compensation.unlawful_termination(service, D("5480.00"), D("7890.00"))

        assert service == Service(6, 2, 10)
        assert lawful.amount == D("35620.00")
        assert [step.formula for step in lawful.steps[1:]] == ["min(5480.00, 3 × 7890.00)", "5480.00 × 6.5"]
        assert unlawful.amount == D("71240.00")

    def test_an_engineer_whose_pay_is_capped(self):
        # 2008-02-01 to 2025-01-31: 17 years; 31,000 is above 3 × 9,150 = 27,450, so at most twelve years
        service = Service.between(date(2008, 2, 1), date(2025, 1, 31))
        reckoning = compensation.economic_compensation(service, D("31000.00"), D("9150.00"))

        assert service == Service(17)
        assert reckoning.steps[0].value == 12
        assert reckoning.steps[1].value == D("27450.00")
        assert reckoning.amount == D("329400.00")

    def test_a_bricklayer_without_a_contract_who_left_in_the_sixth_month(self):
        # hired 2025-02-10, left 2025-07-24: four full months, then 10 to 24 July: 11 of the 22 weekdays until 9 August
        reckoning = compensation.double_wage(date(2025, 2, 10), None, date(2025, 7, 24), D("7200.00"), weekday)

        assert [step.value for step in reckoning.steps[:2]] == [4, 11]
        assert reckoning.steps[1].formula == "11 ÷ 22"
        assert reckoning.amount == D("32400.00")

    def test_every_step_has_its_article_and_no_value_is_a_float(self):
        told = [
            compensation.unlawful_termination(Service(3, 7), D(6200), D(8000)),
            compensation.double_wage(date(2025, 3, 1), None, date(2025, 7, 9), D(6200), weekday),
            compensation.overtime_pay(D(6200), {"restday": D(9)}),
            compensation.unpaid_wages(D(6200), D("1.5"), D(3)),
            compensation.late_payment(D(8000), D(75)),
            compensation.day_and_hour(D(6200)),
        ]

        for reckoning in told:
            assert reckoning.law
            assert isinstance(reckoning.amount, Decimal)
            assert reckoning.amount == reckoning.amount.quantize(D("0.01"))
            for step in reckoning.steps:
                assert step.law, step
                assert isinstance(step.value, Decimal), step


class TestLaws:
    @given(
        years=st.integers(0, 45),
        months=st.integers(0, 11),
        low=MONEY,
        more=MONEY,
        average=st.decimals(1, 20000, places=2),
    )
    def test_up_to_the_cap_a_higher_wage_never_gives_less_and_the_cap_holds(self, years, months, low, more, average):
        service, high = Service(years, months), low + more
        first = compensation.economic_compensation(service, low, average)
        second = compensation.economic_compensation(service, high, average)

        if high <= 3 * average:
            assert first.amount <= second.amount
        if high > 3 * average:
            assert second.amount <= 36 * average
        # Each is rounded once, at its own end: the double of a rounded sum may be a fen more.
        assert 0 <= 2 * first.amount - compensation.unlawful_termination(service, low, average).amount <= D("0.01")

    def test_twice_is_of_the_exact_sum(self):
        service, wage = Service(2, 3), D("6500.33")

        assert compensation.economic_compensation(service, wage, D(9000)).amount == D("16250.83")
        assert compensation.unlawful_termination(service, wage, D(9000)).amount == D("32501.65")

    @given(
        wage=MONEY, more=MONEY, hours=st.decimals(0, 400, places=1), day=st.sampled_from(list(compensation.OVERTIME))
    )
    def test_overtime_is_monotone_in_wage_and_hours(self, wage, more, hours, day):
        pay = compensation.overtime(hours, wage, day).amount

        assert pay <= compensation.overtime(hours, wage + more, day).amount
        assert pay <= compensation.overtime(hours + 1, wage, day).amount

    @pytest.mark.parametrize("bad", [D("-1"), D("NaN")])
    def test_what_is_no_sum_is_refused_everywhere(self, bad):
        for call in (
            lambda: compensation.economic_compensation(Service(1), bad, D(8000)),
            lambda: compensation.overtime(D(1), bad, "workday"),
            lambda: compensation.unpaid_wages(bad, D(1)),
            lambda: compensation.late_payment(bad, D(50)),
            lambda: compensation.final_award([("", bad)], D(2000)),
        ):
            with pytest.raises(BadSum):
                call()
