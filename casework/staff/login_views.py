"""The way in and out, the second factor, and the browsers somebody is logged in with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from casework.audit.errors import InvalidFacts, NotFound, Text
from casework.offices.doors import demand

from . import factors, forms, logins, queries
from .door import asks_again, demo_code, give_code
from .models import SecondFactor
from .requests import StaffRequest


class LogIn(views.LoginView):
    """The way in; the page then speaks the person's language."""

    form_class = forms.LogIn
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        """Fill in the code of the demonstration, which is published."""
        return {**super().get_initial(), "code": demo_code(timezone.now())}

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the person in, and enter the browser; a code that was given at once is taken at once."""
        user, at = form.get_user(), timezone.now()
        response = super().form_valid(form)
        login = logins.open_login(
            session_key=self.request.session.session_key or "",
            address=self.request.META.get("REMOTE_ADDR", ""),
            agent=self.request.META.get("HTTP_USER_AGENT", ""),
            by=user,
            at=at,
        )
        code = forms.GiveCode({"code": form.cleaned_data["code"]})
        if not login.is_open and code.is_valid() and logins.has_factor(user):
            self.request.login = login  # type: ignore[attr-defined]
            give_code(self.request, code, at)  # type: ignore[arg-type]
        return in_language(response, user.language)


class LogOut(views.LogoutView):
    """The way out."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note it and let the person out."""
        if request.user.is_authenticated:
            logins.end_login(pk=request.login.pk, by=request.user, at=timezone.now())  # type: ignore[attr-defined]
        return super().post(request, *args, **kwargs)


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Have the browser remember a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
    )
    return response


# ---- the second factor ---------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def factor_ask(request: StaffRequest) -> HttpResponse:
    """Ask for the code that opens the login."""
    if not logins.has_factor(request.user):
        return redirect("factor_set_up")
    at = timezone.now()
    form = forms.GiveCode(request.POST or None, initial={"code": demo_code(at)})
    if form.is_bound and form.is_valid() and give_code(request, form, at):
        return redirect(_onward(request))
    return render(request, "casework/staff/factor_ask.html", {"form": form}, status=422 if form.errors else 200)


def _onward(request: HttpRequest) -> str:
    """Return where the person was going, if that is a page of this house."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("home")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def factor_set_up(request: StaffRequest) -> HttpResponse:
    """Set up the second factor: begin, scan, type the first code, and keep the recovery codes."""
    user, at = request.user, timezone.now()
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        return redirect("profile")
    if request.method == "POST" and request.POST.get("what") == "begin":
        logins.begin_factor(by=user, at=at)
        return redirect(request.get_full_path())
    form = forms.GiveCode(request.POST or None)
    if factor is not None and form.is_bound and form.is_valid():
        try:
            if not logins.may_try_code(user, at):
                raise logins.WrongCode
            codes = logins.confirm_factor(login=request.login, code=form.cleaned_data["code"], by=user, at=at)
        except InvalidFacts as error:
            form.add_error("code", error.errors["code"])
        else:
            return _shown_once(request, codes)
    facts: dict[str, Any] = {"form": form, "factor": factor, "is_needed": logins.needs_factor(user)}
    if factor is not None:
        address = factors.address_of(factor.secret, user.username)
        picture = segno.make(address).svg_data_uri(scale=5, border=2)
        facts |= {"picture": picture, "spelled": factors.spelled(factor.secret)}
    return render(request, "casework/staff/factor_set_up.html", facts, status=422 if form.errors else 200)


def _shown_once(request: StaffRequest, codes: list[str]) -> HttpResponse:
    return render(request, "casework/staff/recovery_codes.html", {"codes": codes, "onward": _onward(request)})


@login_required
@never_cache
@require_POST
@asks_again
def factor_codes(request: StaffRequest) -> HttpResponse:
    """Make new recovery codes and show them this once: not to whoever finds the browser of somebody who went out."""
    return _shown_once(request, logins.renew_recovery_codes(by=request.user, at=timezone.now()))


# ---- the browsers somebody is logged in with -----------------------------------------------------------------------


@login_required
@require_POST
def login_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Log another browser of one's own out."""
    logins.end_login(pk=pk, by=request.user, at=timezone.now())
    messages.success(request, _("Logged out there."))
    return redirect("profile")


@login_required
@require_POST
def logins_end(request: StaffRequest) -> HttpResponse:
    """Log every other browser of one's own out."""
    logins.end_other_logins(login=request.login, by=request.user, at=timezone.now())
    messages.success(request, _("Logged out everywhere else."))
    return redirect("profile")


# ---- what a security administrator does for somebody ---------------------------------------------------------------

LOGIN_ACTS: dict[str, tuple[Callable[..., object], Text]] = {
    "unlock": (logins.unlock_login, gettext_lazy("The login is unlocked.")),
    "reset-factor": (
        logins.reset_factor,
        gettext_lazy("The second factor is reset; the next login sets up another one."),
    ),
    "end-logins": (logins.end_logins_of, gettext_lazy("Logged out everywhere.")),
}


@login_required
@require_POST
def staff_login(request: StaffRequest, uuid: UUID, act: str) -> HttpResponse:
    """Unlock somebody's login, reset the second factor, or end every login of the account."""
    if not queries.may_manage_staff(request.user):
        demand(request.user, "grant.manage")
    person = queries.user_for(request.user, uuid)
    if act not in LOGIN_ACTS:
        raise NotFound
    work, said = LOGIN_ACTS[act]
    work(user=person, by=request.user, at=timezone.now())
    messages.success(request, str(said))
    return redirect("staff_detail", uuid)
