"""The year of limitation: what starts, renews and suspends it."""

from datetime import date

import pytest

from workflows.case_types.labour_dispute import limitation


class TestStartsOn:
    def test_knowledge_starts_it(self):
        known = date(2026, 3, 1)
        found = limitation.starts_on(is_about_pay=False, knew_on=known, is_employed=True, employed_until=None)

        assert found == known

    def test_pay_has_no_limit_while_employed(self):
        found = limitation.starts_on(is_about_pay=True, knew_on=date(2019, 5, 1), is_employed=True, employed_until=None)

        assert found is None

    def test_pay_counts_from_the_end_of_the_employment(self):
        ended = date(2026, 3, 1)
        found = limitation.starts_on(
            is_about_pay=True, knew_on=date(2025, 5, 1), is_employed=False, employed_until=ended
        )

        assert found == ended


class TestReckon:
    def test_ends_on_the_corresponding_day(self):
        assert limitation.reckon(date(2025, 9, 18)).ends_on == date(2026, 9, 18)
        assert limitation.reckon(date(2024, 2, 29)).ends_on == date(2025, 2, 28)

    def test_the_last_interruption_counts(self):
        reckoned = limitation.reckon(date(2025, 3, 1), [date(2026, 4, 6), date(2025, 12, 1)])

        assert reckoned.ends_on == date(2027, 4, 6)

    def test_an_interruption_after_the_end_changes_nothing(self):
        reckoned = limitation.reckon(date(2025, 3, 1), [date(2026, 4, 1)])

        assert (reckoned.ends_on, reckoned.ignored) == (date(2026, 3, 1), (date(2026, 4, 1),))
        assert reckoned.has_passed(date(2026, 3, 2))
        assert not reckoned.has_passed(date(2026, 3, 1))

    def test_a_suspension_adds_its_days(self):
        reckoned = limitation.reckon(date(2025, 6, 1), suspensions=[(date(2026, 1, 1), date(2026, 1, 21))])

        assert reckoned.ends_on == date(2026, 6, 21)

    def test_an_interruption_on_the_day_of_a_suspension_is_no_error(self):
        day = date(2026, 1, 1)
        reckoned = limitation.reckon(date(2025, 6, 1), [day], [(day, date(2026, 1, 11))])

        assert reckoned.ends_on == date(2027, 1, 11)

    @pytest.mark.parametrize("on", [date(2020, 1, 1), date(2030, 1, 1)])
    def test_nothing_runs_without_a_start(self, on):
        assert not limitation.reckon(None, [on]).has_passed(on)
