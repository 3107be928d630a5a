"""A toy case in the county, and the people who work on it."""

from types import SimpleNamespace

import pytest

from tests.factories import AT, an_office_tree, chen, lin, sun, zhao
from workflows import operations


@pytest.fixture
def cast(db):
    """Lin, Chen and Sun of the county; Zhao of the other county."""
    return SimpleNamespace(tree=an_office_tree(), lin=lin(), chen=chen(), sun=sun(), zhao=zhao())


@pytest.fixture
def open_toy(cast):
    """Open a toy case."""

    def open_one(**facts):
        facts = {"office": cast.tree.county, "worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞", **facts}
        return operations.open_case(case_type="toy", by=cast.lin, at=AT, **facts)

    return open_one
