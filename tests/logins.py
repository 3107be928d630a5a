"""Whom a test lets in without the login page (`force_login`) gets the login that the page would have opened."""

from typing import Any

from django.utils import timezone

from casework.staff.logins import AT_MOST
from casework.staff.models import LoginSession, User


def open_login(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Enter the browser, its code just given; the login page enters its own and sends a request of Django's with it."""
    if hasattr(request, "resolver_match") and request.resolver_match:
        return
    if not request.session.session_key:
        request.session.create()
    now = timezone.now()
    # A code that stays fresh as long as the login lasts: a test may take longer than the five minutes of one.
    given = now + AT_MOST
    LoginSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "since": now, "last_used": now, "factor_at": given, "is_open": True},
    )
