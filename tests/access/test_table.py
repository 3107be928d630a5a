"""Every cell of the expectation table against real rows (trust D1): who, what, whose."""

from collections import Counter

import pytest

from tests import trail

from .asking import ask, named_routes
from .requests_sent import kind_of
from .table import cells, rooms
from .world import WHO, World

AT_LEAST = 2_000
ALL = [cell for room in rooms() for cell in cells(room)]


def test_the_table_is_whole() -> None:
    """A new route has no answer yet, and a new role none either: both have to be thought about."""
    routes = set(named_routes())
    said = {cell.route for cell in ALL}
    assert not routes - said, f"routes without a line in tests/access/*.txt: {sorted(routes - said)}"
    assert not said - routes, f"lines of routes there are not: {sorted(said - routes)}"
    assert {cell.who for cell in ALL} == set(WHO)
    counted = Counter(cell[:4] for cell in ALL)
    assert not [cell for cell, times in counted.items() if times > 1], "said twice"
    assert len(counted) >= AT_LEAST, len(counted)


def test_every_route_to_a_row_says_what_another_office_gets() -> None:
    said = {(cell.route, cell.relation) for cell in ALL}
    missing = [route for route in named_routes() if kind_of(route) and (route, "other") not in said]
    assert not missing


def test_a_route_that_is_sent_nothing_is_said_to_read() -> None:
    """What a whole run finds at its very end (tests/trail.py), found here at once."""
    sent = {cell.route for cell in ALL if cell.method == "POST"}
    assert set(named_routes()) - sent <= trail.READS


@pytest.mark.django_db
@pytest.mark.parametrize("room", rooms())
def test_every_cell(world: World, room: str) -> None:
    wrong = []
    for cell in cells(room):
        status = ask(world, cell.route, cell.method, cell.relation, cell.who).status_code
        if status != cell.status:
            wrong.append(f"{cell.route} {cell.method} {cell.relation} {cell.who}: {status}, not {cell.status}")
    assert not wrong, "\n".join(["", *wrong])
