"""Sample values for the text of a letter: made up from what the text itself does with them, nobody's facts.

Whoever writes a text wants to see it filled in, and mostly has no case to read. What is counted through becomes a list
of two rows, what is written as a day a day, what is written as a sum a sum, and everything else its own label.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from jinja2 import nodes

from . import filling

ROWS = 2
SUM = Decimal("12345.60")
NUMBER = 3
# By what a text writes or compares a value with: what it then must be.
_BY_FILTER = {"day": "day", "moment": "moment", "money": "sum", "in_words": "sum"}
_DAYS = ("opened_on", "issued_on")
_ORDER = ("lt", "lteq", "gt", "gteq")


@dataclass
class _Shape:
    """What a text does with one value."""

    label: str = ""
    kind: str = ""
    rows: "_Shape | None" = None
    parts: dict[str, "_Shape"] = field(default_factory=dict)

    def part(self, name: str) -> "_Shape":
        return self.parts.setdefault(name, _Shape(f"{self.label} {name}"))

    def row(self) -> "_Shape":
        if self.rows is None:
            self.rows = _Shape(self.label)
        return self.rows

    def value(self, at: datetime, mark: str = "") -> Any:
        if self.rows is not None:
            return [self.rows.value(at, f" {number}") for number in range(1, ROWS + 1)]
        if self.parts:
            return {name: part.value(at, mark) for name, part in self.parts.items()}
        made = {"day": localdate(at), "moment": at, "sum": SUM, "number": NUMBER}
        return made.get(self.kind, f"〔{self.label}{mark}〕")


def samples(source: str, known: Mapping[str, str | Promise], at: datetime) -> dict[str, Any]:
    """Return a value for every name that a text asks for, of the kind it needs there.

    Args:
        source: a text that was found good by `filling.check`.
        known: the names it may use, with the labels that stand for what is no day and no sum.
        at: the moment that days are taken from.
    """
    shapes = {name: _Shape(str(label), "day" if name in _DAYS else "") for name, label in known.items()}
    alike = list(_look(filling.tree_of(source), shapes))
    for _turn in range(2):  # a kind learned late is passed on as well
        for one, other in alike:
            one.kind = other.kind = one.kind or other.kind
    used = filling.known_names(source)
    return {name: shape.value(at) for name, shape in shapes.items() if name in used}


def _look(node: nodes.Node, scope: dict[str, _Shape]) -> Iterator[tuple[_Shape, _Shape]]:
    """Note what a part of a text does with its values; yield the pairs that are compared with each other."""
    if isinstance(node, nodes.For):
        listed = _shape(node.iter, scope)
        yield from _look(node.iter, scope)
        if listed is not None and isinstance(node.target, nodes.Name):
            scope = {**scope, node.target.name: listed.row()}
        for inner in filter(None, (node.test, *node.body, *node.else_)):
            yield from _look(inner, scope)
        return
    if isinstance(node, nodes.Filter) and node.node is not None:
        found = _shape(node.node, scope)
        if found is not None and node.name in _BY_FILTER:
            found.kind = _BY_FILTER[node.name]
    elif isinstance(node, nodes.Getattr):
        _shape(node, scope)
    elif isinstance(node, nodes.Compare):
        yield from _compared(node, scope)
    for inner in node.iter_child_nodes():
        yield from _look(inner, scope)


def _compared(node: nodes.Compare, scope: dict[str, _Shape]) -> Iterator[tuple[_Shape, _Shape]]:
    left = _shape(node.expr, scope)
    for operand in node.ops:
        right = _shape(operand.expr, scope)
        if left is not None and right is not None:
            yield left, right
        elif left is not None and operand.op in _ORDER and isinstance(operand.expr, nodes.Const):
            left.kind = left.kind or "number"


def _shape(node: nodes.Node, scope: dict[str, _Shape]) -> _Shape | None:
    """Return what is known of the value an expression names; none for what is no value of the letter."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        whole = _shape(node.node, scope)
        return whole.part(node.attr) if whole is not None else None
    return None
