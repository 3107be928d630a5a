"""Money rules, with the sums written out."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.case_types.labour_dispute import compensation
from workflows.case_types.labour_dispute.compensation import Service


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
        with pytest.raises(ValueError, match="before"):
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
        with pytest.raises(ValueError, match="50"):
            compensation.late_payment(Decimal(8000), Decimal(49))

    def test_each_item_decides_whether_an_award_is_final(self):
        assert compensation.is_final_award([Decimal(24000), Decimal(20000)], Decimal(2000))
        assert not compensation.is_final_award([Decimal("24000.01")], Decimal(2000))
