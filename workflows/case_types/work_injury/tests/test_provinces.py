"""The provinces whose tables of subsidies were read, and who is taken into recognition."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from casework.offices.published import NotYetPublished, UnknownPlace
from workflows.case_types.work_injury.appraisal import may_be_recognised
from workflows.case_types.work_injury.benefits import GRADES_LEAVING, leaving
from workflows.case_types.work_injury.provinces import SUBSIDIES, subsidies_of


class TestSubsidies:
    @pytest.mark.parametrize("text", SUBSIDIES, ids=lambda text: text.place)
    def test_know_every_grade_and_give_less_to_the_lighter(self, text):
        for months in (text.value.medical_months, text.value.employment_months):
            assert sorted(months) == GRADES_LEAVING
            assert list(months.values()) == sorted(months.values(), reverse=True)
        assert text.source
        assert text.year

    @pytest.mark.parametrize(("place", "employment"), [("浙江省", 52500), ("330106", 52500), ("河南", 195000)])
    def test_differ_by_place(self, place, employment):
        assert leaving(8, Decimal(7500), subsidies_of(place).value).employment == employment

    @pytest.mark.parametrize(("years", "left"), [(5, "42000"), (4, "33600"), (1, "8400"), (0, "4200")])
    def test_of_henan_fall_by_a_fifth_a_year_and_to_a_tenth_in_the_last(self, years, left):
        found = leaving(10, Decimal(7000), subsidies_of("Henan").value, years_to_retirement=years)

        assert (found.employment, found.medical) == (Decimal(left), Decimal(42000))

    def test_of_other_places_are_not_known(self):
        with translation.override("en"):
            with pytest.raises(UnknownPlace, match="Henan 河南; Zhejiang 浙江"):
                subsidies_of("山东省")
            with pytest.raises(NotYetPublished, match="河南省工伤保险条例"):
                subsidies_of("河南省", date(2006, 6, 1))


class TestRecognition:
    @pytest.mark.parametrize(
        ("accident", "over_age", "taken"),
        [
            (date(2026, 6, 30), True, False),
            (date(2026, 7, 1), True, True),
            (date(2026, 6, 30), False, True),
        ],
    )
    def test_takes_in_workers_past_retirement_age_since_july_2026(self, accident, over_age, taken):
        assert may_be_recognised(accident, is_over_age=over_age) is taken
