"""Lists as files: the one writer of exports, so that no cell of any of them is run by the program that opens it."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import content_disposition_header

Answer = TypeVar("Answer", bound=HttpResponseBase)

# What makes a spreadsheet take a text for a formula, also in its full-width form.
_FORMULA = tuple("=+-@\t\r|＝＋－＠｜")
_PIECE = 200  # lines sent at once


def cell(value: Any) -> str:
    """Return a value as a cell that is read and never reckoned: a text that looks like a formula is quoted by '."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.lstrip(" \n").startswith(_FORMULA) else text


def csv_file(request: HttpRequest, name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Any:
    """Answer with a list as CSV, sent while it is read; no more of it is held than one piece.

    Args:
        name: of the file, without ".csv".
        head: the titles of the columns.
        rows: the lines; texts are guarded by `cell`.
    """
    pieces = _pieces(head, rows, translation.get_language())
    content = _in_threads(pieces) if isinstance(request, ASGIRequest) else pieces
    return to_keep(StreamingHttpResponse(content, content_type="text/csv; charset=utf-8"), f"{name}.csv")


def to_keep(response: Answer, name: str) -> Answer:
    """Make an answer a file of a name: one that is saved and never shown, that nobody keeps on the way, none that runs.

    The browser takes the type that is said, and opens it, if at all, in an empty box.
    """
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _pieces(head: Iterable[Any], rows: Iterable[Iterable[Any]], language: str | None) -> Iterator[str]:
    """Yield the file piece by piece; each is worded in the language of the request, which is over by then."""
    left, piece = iter(rows), "\ufeff"  # by this mark Excel knows that it is UTF-8
    with translation.override(language):
        piece += _lines([[str(title) for title in head]])
    while piece:
        yield piece
        with translation.override(language):
            piece = _lines(islice(left, _PIECE))


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    written = StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


async def _in_threads(pieces: Iterator[str]) -> AsyncIterator[str]:
    """Read on in the request's own thread, where the database may be asked."""
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
