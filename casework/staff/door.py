"""The door of every page: which login a request belongs to, whether it still counts, whether a code is asked for."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode

from casework.audit.errors import InvalidFacts

from . import factors, logins
from .forms import GiveCode
from .models import LoginSession
from .requests import StaffRequest

# What opens before the code was given: the code itself, the way out, and what asks nothing of the records.
BEFORE_THE_CODE = {
    "factor_ask",
    "factor_set_up",
    "logout",
    "login",
    "set_language",
    "healthz",
    "readyz",
    "policy_breach",
}
# What a page asks by itself: that it does so is no sign of somebody who is there.
ASKED_BY_THE_PAGE = {"notification_since"}


class LoginMiddleware:
    """Ends logins that were not used for half an hour, or began half a day ago, and asks for the code that is due."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass a request on with its login (`request.login`), or send it to the login page or to the code."""
        request.login = None  # type: ignore[attr-defined]
        if request.path.startswith(f"/{settings.STATIC_URL}") or not request.user.is_authenticated:
            return self.get_response(request)
        at, page = timezone.now(), _page(request.path_info)
        login = LoginSession.objects.filter(session_key=request.session.session_key, user=request.user.pk).first()
        if login is None or not logins.is_live(login, at):
            logout(request)
            return self.get_response(request)
        request.login = login  # type: ignore[attr-defined]
        if page not in ASKED_BY_THE_PAGE:
            logins.touch(login, at)
        if page not in BEFORE_THE_CODE and (due := _due(request.user, login)):
            return HttpResponseRedirect(f"{reverse(due)}?{urlencode({'next': request.get_full_path()})}")
        response = self.get_response(request)
        # What somebody read at a counter's computer is not to be had from its memory when he has logged out.
        response.setdefault("Cache-Control", "no-store")
        return response


def _page(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def _due(user: Any, login: LoginSession) -> str:
    """Return the page that has to come first: where the code is given, or where a second factor is set up."""
    if login.is_open and (login.factor_at is not None or not logins.needs_factor(user)):
        return ""
    return "factor_ask" if logins.has_factor(user) else "factor_set_up"


def asks_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for a code before a page does its work, unless one was given in the last minutes; what was typed is kept."""

    @wraps(view)
    def asking(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at = timezone.now()
        if request.method != "POST" or logins.is_fresh(request.login, at):
            return view(request, *args, **kwargs)
        form = GiveCode({"code": request.POST["otp_token"]} if "otp_token" in request.POST else None)
        if form.is_bound and form.is_valid() and give_code(request, form, at):
            return view(request, *args, **kwargs)
        kept = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT]
        facts = {"form": form, "kept": kept, "address": request.get_full_path(), "code": demo_code(at)}
        return render(request, "casework/staff/ask_again.html", facts, status=422 if form.is_bound else 200)

    return asking


NOT_KEPT = {"csrfmiddlewaretoken", "otp_token"}


def give_code(request: StaffRequest, form: GiveCode, at: datetime) -> bool:
    """Take the code of a form; one that does not fit is counted, recorded and said at its field."""
    user = request.user
    try:
        if not logins.may_try_code(user, at):
            raise logins.WrongCode
        logins.answer_factor(login=request.login, code=form.cleaned_data["code"], by=user, at=at)
    except InvalidFacts as error:
        logins.note_wrong_code(by=user, at=at)
        form.add_error("code", error.errors["code"])
        return False
    return True


def demo_code(at: datetime) -> str:
    """Return the code of the demonstration's accounts, which is published; nothing in any other house."""
    return factors.code_at(settings.DEMO_FACTOR_SECRET, at) if settings.DEMO else ""
