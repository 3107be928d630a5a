"""The bell on every page."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Inbox
from .queries import inbox_of


def bell(request: HttpRequest) -> dict[str, Any]:
    """Supply the count of unread notifications and the last number: one query, and none where no bell is drawn."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"notifications_unread": 0, "notifications_last_seq": 0}

    @cache
    def inbox() -> Inbox:
        return inbox_of(user)

    return {
        "notifications_unread": SimpleLazyObject(lambda: inbox().unread),
        "notifications_last_seq": SimpleLazyObject(lambda: inbox().last_seq),
    }
