"""Rules of petitions."""

import pytest

from casework.cases import petitions


@pytest.mark.parametrize(("representatives", "allowed"), [(0, False), (1, True), (5, True), (6, False)])
def test_up_to_five_may_come_with_a_matter_they_share(representatives, allowed):
    assert petitions.may_come(representatives) is allowed
