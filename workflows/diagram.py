"""A flow drawn from its class, with a case's own position: the picture cannot lie.

viewflow lays the graph out; the drawing is ours: titles in the reader's language, classes instead of
inline styles, and a status in words on every step.
"""

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
    return chart.calc_layout_data(flow_class)
