"""A flow drawn from its class, with a case's own position: the picture cannot lie.

viewflow lays the graph out; the drawing is ours: titles in the reader's language, classes instead of
inline styles, and a status in words on every step.
"""

import re
from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from viewflow.workflow import chart
from viewflow.workflow.status import STATUS

from casework.cases.models import Case

from .case_type import CaseType, case_type

DONE, HERE = "done", "here"
# A step is 150 wide and its letters are 13 high: twenty Latin letters a line, or ten Chinese characters.
LINE_WIDTH, LINE_HEIGHT, BASELINE = 20, 17, 4.5
POSITION = {STATUS.DONE: DONE, STATUS.NEW: HERE, STATUS.ASSIGNED: HERE}


def draw(kind: CaseType, positions: Mapping[str, str] | None = None) -> str:
    """Return the flow as SVG.

    Args:
        positions: node name → "done" or "here"; empty for the picture of the flow itself.
    """
    grid = _laid_out(kind.flow, get_language() or "")
    positions = positions or {}
    states = dict(kind.model.State.choices)
    cells = [
        {"cell": cell, "position": positions.get(cell.node.name, ""), "kind": (cell.node.task_type or "").lower()}
        for cell in grid.cells
    ]
    edges = []
    for edge in grid.edges:
        shown = copy(edge)
        shown.label = " / ".join(str(states.get(state, state)) for state in (edge.label or "").split("|") if state)
        edges.append(shown)
    return render_to_string(
        "workflows/diagram.svg", {"grid": grid, "cells": cells, "edges": edges, "title": kind.title}
    )


def draw_case(case: Case) -> str:
    """Return the case's flow with what is done and where it stands."""
    positions: dict[str, str] = {}
    for node, status in case.task_set.order_by("id").values_list("node", "status"):
        if status in POSITION:
            positions[node] = POSITION[status]
    return draw(case_type(case.case_type), positions)


@lru_cache(maxsize=32)
def _laid_out(flow_class: Any, language: str) -> Any:
    """Lay a flow out once per language: titles decide where the lines of text break."""
    grid = chart.calc_layout_data(flow_class)
    for cell in grid.cells:
        if cell.shape.text:
            _break_lines(cell)
    return grid


def _break_lines(cell: Any) -> None:
    """Break the title of a step anew: viewflow counts letters, and a Chinese character is as wide as two."""
    lines = [""]
    for word in re.findall(r"[ -\u2e7f]+?(?:\s+|$|(?=[\u2e80-\uffff]))|[\u2e80-\uffff]", str(cell.node.task_title)):
        if lines[-1] and _width(lines[-1]) + _width(word.rstrip()) > LINE_WIDTH and word not in "，、。；：？！）”":
            lines.append("")
        lines[-1] += word
    first = cell.shape.height / 2 - (len(lines) - 1) * LINE_HEIGHT / 2 + BASELINE
    cell.shape.text = [
        (line.strip(), "", 0, cell.shape.width / 2, first + number * LINE_HEIGHT) for number, line in enumerate(lines)
    ]


def _width(text: str) -> int:
    """Return the width of a text in halves of a Chinese character."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
