"""The expectation table: what each route answers whom, about whose row.

It stands in the text files of this folder, a file for each room. A line is a route, a method, the relations it holds
for, and an answer for each of `WHO`, in that order; "404*9" stands for nine of them. What follows # is said to readers.

Relations: `own` is a row of the person's own in her office (her case, her step, her appointment), `office` one of her
office that is somebody else's, `unassigned` a step that waits in the queue, `subtree` one of an office below,
`other` one of an office beside hers, `closed` one whose matter is closed, `tied` one of a party the person has a
conflict of interest with, `glass` a case of another office that the person opened in an emergency; `-` is a page
that names no row.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .world import WHO

HERE = Path(__file__).parent
RELATIONS = ("-", "own", "office", "unassigned", "subtree", "other", "closed", "tied", "glass")


class Cell(NamedTuple):
    """What is expected when somebody asks."""

    route: str
    method: str
    relation: str
    who: str
    status: int


def rooms() -> list[str]:
    """Return the names of the files."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def cells(room: str) -> Iterator[Cell]:
    """Yield every cell of a file.

    Raises:
        ValueError: a line says too little, too much or something unknown.
    """
    for line in (HERE / f"{room}.txt").read_text().splitlines():
        said = line.partition("#")[0].split()
        if not said:
            continue
        route, method, *rest = said
        relations = [word for word in rest if not word[0].isdigit()]
        statuses = [int(status) for word in rest[len(relations) :] for status in times(word)]
        if len(statuses) != len(WHO) or not relations or not set(relations) <= set(RELATIONS):
            raise ValueError(f"{room}.txt: {line}")
        for relation in relations:
            for who, status in zip(WHO, statuses, strict=True):
                yield Cell(route, method, relation, who, status)


def times(word: str) -> list[str]:
    """Return what a word stands for: "404*9" for nine of them."""
    status, _star, times = word.partition("*")
    return [status] * int(times or 1)
