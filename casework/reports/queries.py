"""What the reports ask: the figures of a period and of offices, and the rows behind one of them."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from casework.audit.errors import NotFound
from casework.cases.models import Case, Contact
from casework.funds.models import Payout
from casework.offices.models import Office
from casework.offices.scope import ACTS, paths, visible

from .figures import Answer, Figure, Frame, all_figures

if TYPE_CHECKING:
    from casework.staff.models import User

# Which right opens the rows behind a figure: a sum may be read where its rows may not.
READING = {Contact: "contact.read", Case: "case.read", Payout: "payout.read"}


@dataclass(frozen=True)
class Counted:
    """A figure and what it came to."""

    figure: Figure
    answer: Answer


def frame_for(user: "User", first: date, until: date, office: Office | None = None) -> Frame:
    """Return what a person's report counts: the office chosen, or all he may read reports of.

    Raises:
        NotFound: the office lies outside.
    """
    held = paths(user, ACTS["report.read"].roles)
    if office is None:
        return Frame(first, until, tuple(held))
    if not any(office.path.startswith(path) for path in held):
        raise NotFound
    return Frame(first, until, (office.path,))


def figure_named(code: str) -> Figure:
    """Return a figure by its code.

    Raises:
        NotFound: there is none.
    """
    try:
        return all_figures()[code]
    except KeyError:
        raise NotFound from None


def counted(frame: Frame) -> list[Counted]:
    """Return every figure of a frame; as many queries as there are figures, however many rows they count."""
    return [Counted(figure, figure.query(frame)) for figure in all_figures().values()]


def rows_behind(figure: Figure, frame: Frame, user: "User") -> "QuerySet[Any]":
    """Return the rows a figure was counted from, as far as the person may read them.

    Raises:
        NotFound: the figure has no rows to show.
    """
    if figure.rows is None:
        raise NotFound
    rows = figure.rows(frame)
    model = next(model for model in READING if issubclass(rows.model, model))
    related = {Contact: ("office",), Case: ("office",), Payout: ("office", "claim_line__case", "payee")}[model]
    return visible(rows, user, READING[model]).select_related(*related)
