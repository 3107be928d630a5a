"""How a letter is made: a template, plain values, a PDF. It reaches for nothing outside.

The renderer's own fetcher reads `file://` and the network; ours refuses every address, so that a value typed by
somebody can never pull a file of the server into a letter.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

PLAIN = (str, int, Decimal, date, datetime, type(None))


class NotPlain(TypeError):
    """A letter was given an object; templates see plain values only, so that nothing can be called."""


class ReachesOutside(RuntimeError):
    """A letter refers to a file or an address."""


class _Nothing(URLFetcher):
    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Refuse."""
        raise FatalURLFetchingError(f"letters fetch nothing: {url.split(':')[0]}")


def plain(value: Any) -> Any:
    """Return a value if a letter may hold it.

    Raises:
        NotPlain: it is, or contains, an object.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float) or not isinstance(value, PLAIN):
        raise NotPlain(f"a letter cannot hold {type(value).__name__}")
    return str.__str__(value) if isinstance(value, str) else value


def write(template: str, values: Mapping[str, Any], language: str) -> str:
    """Return a letter as HTML, in a language."""
    with translation.override(language):
        return render_to_string(template, plain(values))


def print_pdf(html: str) -> bytes:
    """Return a letter as PDF.

    Raises:
        ReachesOutside: its text refers to something outside it.
    """
    nothing = _Nothing()
    style = CSS(string=render_to_string("letters/letter.css"), url_fetcher=nothing)
    try:
        return HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[style])
    except FatalURLFetchingError as error:
        raise ReachesOutside(str(error)) from error
