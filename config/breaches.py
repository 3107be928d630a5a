"""Where a browser tells that a page broke the content policy: our mistake, or a script somebody tried to slip in."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)

MAX_BYTES = 10_000
# The same breach is noted once an hour: a broken page would otherwise fill the log, and so would a prankster.
NOTED_FOR = 60 * 60


@csrf_exempt  # the browser sends it by itself, without a token
@require_POST
def policy_breach(request: HttpRequest) -> HttpResponse:
    """Note which directive was broken on which page: the page's name, because its address may name a case."""
    directive, page, source = _said(request)
    if directive and cache.add(f"breach:{directive}:{page}", 1, NOTED_FOR):
        logger.warning("content policy broken: %s on %s by %s", directive, page, source)
    return HttpResponse(status=204)


def _said(request: HttpRequest) -> tuple[str, str, str]:
    """Return directive, name of the page, and the kind of source; empty words for what is no report."""
    if len(request.body) > MAX_BYTES:
        return "", "", ""
    try:
        report: Any = json.loads(request.body)["csp-report"]
        directive = str(report["effective-directive"])
        path = urlsplit(str(report["document-uri"])).path
        blocked = str(report.get("blocked-uri", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", "", ""
    word = directive if directive.replace("-", "").isalpha() and directive.isascii() and len(directive) < 40 else ""
    return word, _page(path), "inline" if blocked in ("inline", "eval") else "an address"


def _page(path: str) -> str:
    try:
        return resolve(path).url_name or "?"
    except (Resolver404, ValueError):
        return "?"
