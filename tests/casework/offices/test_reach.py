"""Which rows lie in an office or below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.offices.models import Office
from casework.offices.scope import within
from tests.factories import an_office_tree

STEPS = st.lists(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4), min_size=1, max_size=5)


@given(STEPS, STEPS)
def test_a_range_holds_the_paths_that_begin_with_another_and_no_others(one, two):
    path, other = "".join(one), "".join(two)
    _nothing, reach = within([path], "path").children
    bounds = dict(reach.children)
    low, high = bounds["path__gte"], bounds["path__lte"]

    for place in (other, path + other):
        assert (low <= place <= high) == place.startswith(path)


@pytest.mark.django_db
def test_an_office_reaches_itself_and_all_below_and_nothing_beside():
    tree = an_office_tree()

    def found(*held):
        return set(Office.objects.filter(within(held, "path")))

    assert found(tree.county.path) == {tree.county, tree.town}
    assert found(tree.city.path) == {tree.city, tree.county, tree.town, tree.other_county}
    assert found(tree.town.path, tree.other_county.path) == {tree.town, tree.other_county}
    assert found() == set()
