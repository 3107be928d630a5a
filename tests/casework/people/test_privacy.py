"""Who has to agree, and what may become public."""

from datetime import date

import pytest

from casework.people import privacy


class TestGuardian:
    @pytest.mark.parametrize(
        ("on", "needed"),
        [(date(2024, 3, 4), True), (date(2024, 3, 5), False), (date(2010, 3, 5), True), (date(2030, 1, 1), False)],
    )
    def test_is_needed_until_the_fourteenth_birthday(self, on, needed):
        assert privacy.needs_guardian(date(2010, 3, 5), on) is needed


class TestPublication:
    RECORD = {"id_number": "…", "name": "李某", "wage": "1", "amount": "500.00", "unit": "某厂", "child": "…"}

    def test_shows_what_others_need_to_object(self):
        assert privacy.public_part(self.RECORD) == {"name": "李某", "amount": "500.00", "unit": "某厂"}

    def test_keeps_back_everything_else_also_what_nobody_thought_of(self):
        assert privacy.kept_back(self.RECORD) == ["id_number", "wage", "child"]
