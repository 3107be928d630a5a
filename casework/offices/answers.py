"""Turns the office's refusals into answers: 403, 404, 409 and 422, each with its reason and what was typed."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from casework.audit.errors import CaseworkError, InvalidFacts, NotAllowed, NotFound, WrongState
from casework.audit.operation import TrailNotWritten

from .attempts import WIDE

logger = logging.getLogger(__name__)

STATUS: tuple[tuple[type[CaseworkError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (WrongState, 409),
    (InvalidFacts, 422),
    (TrailNotWritten, 503),
)
# What is sent but was not typed by anybody, or must not be shown again.
NOT_TYPED = {"csrfmiddlewaretoken", "otp_token"}


def status_of(error: CaseworkError) -> int:
    """Return the status of an answer; a refusal of no special kind is a conflict with the rules (409)."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 409)


def typed(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what was sent, so that nobody types it twice."""
    return [
        {"label": name.replace("_", " "), "value": "\n".join(values), "wide": len("".join(values)) > WIDE}
        for name, values in request.POST.lists()
        if name not in NOT_TYPED and "password" not in name and any(values)
    ]


class AnswersMiddleware:
    """Catches every `CaseworkError` that a page did not answer itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless its address holds a NUL: nothing of ours is called so, and no column takes it."""
        if "\0" in request.path_info or any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal, and a database that is busy or full; anything else is not ours."""
        if isinstance(error, OperationalError):
            logger.error("the database did not answer", exc_info=error)
            return render(request, "503.html", {"typed": typed(request)}, status=503)
        if not isinstance(error, CaseworkError):
            return None
        status = status_of(error)
        if status == 503:
            return render(request, "503.html", {"typed": error.typed or typed(request)}, status=status)
        page = {403: "403.html", 404: "404.html"}.get(status, "409.html")
        facts = {"error": error, "typed": error.typed or typed(request), "back_url": request.path}
        return render(request, page, facts, status=status)
