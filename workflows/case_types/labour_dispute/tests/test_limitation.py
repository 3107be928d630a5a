"""The year of limitation: what starts it. What renews and suspends it is tested with the rule."""

from datetime import date

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
