"""How a letter is printed: HTML in, PDF out. It reaches for nothing outside.

The renderer's own fetcher reads `file://` and the network; ours refuses every address, so that a value typed by
somebody can never pull a file of the server into a letter.
"""

import shutil
import subprocess
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from casework.audit.errors import CaseworkError


class ReachesOutside(RuntimeError):
    """A letter refers to a file or an address."""


class NoChineseFont(CaseworkError):
    """The machine has no font for Chinese: letters would be rows of boxes."""

    message = _("This server has no font for Chinese, so no letter can be printed. Install fonts-noto-cjk.")


class _Nothing(URLFetcher):
    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Refuse."""
        raise FatalURLFetchingError(f"letters fetch nothing: {url.split(':')[0]}")


def print_pdf(html: str) -> bytes:
    """Return a letter as PDF.

    Raises:
        NoChineseFont: it would be rows of boxes.
        ReachesOutside: its text refers to something outside it.
    """
    if not has_chinese_font():
        raise NoChineseFont
    nothing = _Nothing()
    style = CSS(string=render_to_string("letters/letter.css"), url_fetcher=nothing)
    try:
        return HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[style])
    except FatalURLFetchingError as error:
        raise ReachesOutside(str(error)) from error


@cache
def has_chinese_font() -> bool:
    """Return whether letters can show Chinese; where fontconfig's list is not installed, believe it."""
    lister = shutil.which("fc-list")
    if lister is None:
        return True
    asked = [lister, ":lang=zh-cn", "family"]
    return bool(subprocess.run(asked, capture_output=True, check=False).stdout)  # noqa: S603  nothing typed by anybody
