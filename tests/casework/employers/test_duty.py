"""The weekly duty to visit enterprises."""

import pytest

from casework.employers import duty


@pytest.mark.parametrize(
    ("visits", "met"),
    [
        ([("甲", True), ("乙", False)], True),
        ([("甲", True), ("乙", True)], True),
        ([("甲", False), ("乙", False)], False),
        ([("甲", True), ("甲", True)], False),
        ([("甲", True)], False),
        ([], False),
    ],
)
def test_two_different_enterprises_one_of_them_under_close_supervision(visits, met):
    assert duty.is_met(visits) is met


def test_a_place_may_ask_for_more():
    visits = [("甲", True), ("乙", False), ("丙", False)]

    assert duty.is_met(visits, enterprises=3)
    assert not duty.is_met(visits, enterprises=3, key_enterprises=2)
