"""Which request the work belongs to: its id and the address it came from, for the trail only."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple
from uuid import uuid4

from django.http import HttpRequest, HttpResponse


class Origin(NamedTuple):
    """Where a change came from."""

    request_id: str = ""
    address: str = ""


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


class OriginMiddleware:
    """Gives each request an id, told back in `X-Request-ID`, so that a caller's report finds its events."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its origin set."""
        token = origin.set(Origin(uuid4().hex, request.META.get("REMOTE_ADDR", "") or ""))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = origin.get().request_id
            return response
        finally:
            origin.reset(token)
