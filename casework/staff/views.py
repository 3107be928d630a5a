"""Pages of accounts and roles."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.audit.errors import Text
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.attempts import attempt, form_page
from casework.offices.doors import answer_of, demand
from casework.offices.paging import page

from . import forms, logins, operations, queries
from .login_views import in_language
from .models import LoginSession, RoleGrant, User
from .requests import StaffRequest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """Show one's own roles, and change one's language or password."""
    user = request.user
    asked = request.POST.get("what") if request.method == "POST" else None
    language = forms.ChooseLanguage(
        request.POST if asked == "language" else None, initial={"language": user.language}, auto_id="language_%s"
    )
    password = forms.ChangePassword(request.POST if asked == "password" else None, user=user, auto_id="password_%s")
    if language.is_bound and language.is_valid():
        chosen = language.cleaned_data["language"]
        operations.set_language(user=user, language=chosen, by=user, at=timezone.now())
        with translation.override(chosen):
            messages.success(request, _("Saved."))
        return in_language(redirect("profile"), chosen)
    if password.is_bound and password.is_valid():
        new = password.cleaned_data["password"]
        operations.set_password(user=user, password=new, by=user, at=timezone.now())
        # One stays logged in here; everywhere else the old password's sessions end.
        update_session_auth_hash(request, user)
        LoginSession.objects.filter(pk=request.login.pk).update(session_key=request.session.session_key)
        messages.success(request, _("The password is changed."))
        return redirect("profile")
    at = timezone.now()
    facts = {
        "language_form": language,
        "password_form": password,
        "grants": queries.grants_of(user),
        "has_factor": logins.has_factor(user),
        "logins": [{"login": each, "is_this": each.pk == request.login.pk} for each in logins.logins_of(user, at)],
    }
    return render(
        request, "casework/staff/profile.html", facts, status=422 if language.errors or password.errors else 200
    )


@login_required
@require_GET
def staff_list(request: StaffRequest) -> HttpResponse:
    """List the accounts one manages."""
    _demand_staff(request)
    form = forms.SearchStaff(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = timezone.localdate()
    found = queries.search_staff(request.user, today, **wanted)
    shown = page(found.prefetch_related("role_grants__office"), order=("username",), cursor=request.GET.get("after"))
    rows = [
        {"user": user, "grants": [grant for grant in user.role_grants.all() if grant.counts_on(today)]}
        for user in shown.rows
    ]
    facts = {"form": form, "page": shown, "rows": rows, "may_add": scope.may(request.user, "staff.manage")}
    return render(request, "casework/staff/list.html", facts)


@login_required
@require_GET
def staff_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show an account, its roles, and what may be done with it."""
    _demand_staff(request)
    user = queries.user_for(request.user, uuid)
    facts = [
        {"label": _("Username"), "value": user.username},
        {"label": _("E-mail"), "value": user.email},
        {"label": _("Language"), "value": user.get_language_display()},
        {
            "label": _("Account"),
            "value": pgettext("an account", "Open") if user.is_active else pgettext("an account", "Closed"),
        },
    ]
    return render(
        request,
        "casework/staff/detail.html",
        {"person": user, "facts": facts, "grants": queries.grants_of(user), "actions": _actions(user, request.user)},
    )


def _actions(user: User, reader: User) -> list[dict[str, Any]]:
    at = timezone.now()
    manages, grants = (
        answer_of(partial(operations.demand_person, reader, user, at, act)) for act in ("staff.manage", "grant.manage")
    )
    passwords = answer_of(lambda: operations.demand_password_of(reader, user, at))
    factors = answer_of(lambda: operations.demand_factor_of(reader, user, at))
    if not user.is_active:
        manages = grants = passwords = factors = scope.Answer(False, operations.AccountClosed.message)
    asked = [
        ("staff_edit", [], _("Change"), manages, "edit", "get", "", ""),
        ("staff_password", [], _("Give a new password"), passwords, "key", "get", "", ""),
        ("staff_login", ["unlock"], _("Unlock the login"), grants, "lock-open", "post", "", ""),
        (
            *("staff_login", ["reset-factor"], _("Reset the second factor"), factors, "device-mobile-off", "post", ""),
            _("Has this person shown who they are? The next login sets up another second factor."),
        ),
        ("staff_login", ["end-logins"], _("Log out everywhere"), grants, "logout", "post", "", ""),
        (
            *("staff_deactivate", [], _("Close the account"), manages, "user-off", "post", "bad"),
            _("Close this account for good?"),
        ),
    ]
    found = []
    for name, more, label, answer, icon, method, tone, question in asked:
        try:
            url = reverse(name, args=[user.uuid, *more])
        except NoReverseMatch:
            continue
        key = "-".join([name, *more])
        found.append(action(key, label, url, answer, icon=icon, method=method, tone=tone, confirm=question))
    return found


@login_required
@require_http_methods(["GET", "POST"])
def staff_new(request: StaffRequest) -> HttpResponse:
    """Open an account."""
    demand(request.user, "staff.manage")
    form = forms.AddUser(request.POST or None)
    if form.is_bound and form.is_valid():
        facts = dict(form.cleaned_data)
        del facts["password_again"]
        user = attempt(form, lambda: operations.add_user(**facts, by=request.user, at=timezone.now()))
        if user is not None:
            messages.success(request, _("The account is open. It needs a role before it can do anything."))
            return redirect("staff_detail", user.uuid)
    return _form_page(request, form, _("New account"), reverse("staff_list"))


@login_required
@require_http_methods(["GET", "POST"])
def staff_edit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Change an account."""
    demand(request.user, "staff.manage")
    user = queries.user_for(request.user, uuid)
    known = {name: getattr(user, name) for name in forms.EditUser.base_fields}
    form = forms.EditUser(request.POST or None, initial=known)
    if form.is_bound and form.is_valid():
        operations.change_user(user=user, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("staff_detail", uuid)
    return _form_page(request, form, _("Change the account"), reverse("staff_detail", args=[uuid]))


@login_required
@require_http_methods(["GET", "POST"])
def staff_password(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Give somebody who lost theirs a new password."""
    _demand_staff(request)
    user = queries.user_for(request.user, uuid)
    operations.demand_password_of(request.user, user, timezone.now())
    form = forms.GivePassword(request.POST or None, user=user)
    if form.is_bound and form.is_valid():
        new = form.cleaned_data["password"]
        operations.set_password(user=user, password=new, by=request.user, at=timezone.now())
        messages.success(request, _("The password is changed."))
        return redirect("staff_detail", uuid)
    return _form_page(request, form, _("Give a new password"), reverse("staff_detail", args=[uuid]))


@login_required
@require_GET
def grant_list(request: StaffRequest) -> HttpResponse:
    """List the roles one manages: those that wait for a second person first, then the newest."""
    demand(request.user, "grant.manage")
    found = queries.grants_visible_to(request.user)
    shown = page(found, order=("-id",), cursor=request.GET.get("after"))
    today = timezone.localdate()
    return render(
        request,
        "casework/staff/grants.html",
        {
            "waiting": [_waiting(grant, request.user) for grant in queries.waiting_grants(request.user, today)],
            "page": shown,
            "rows": [{"grant": grant} for grant in shown.rows],
            "today": today,
        },
    )


def _waiting(grant: RoleGrant, reader: User) -> dict[str, Any]:
    reason: Text = ""
    if reader.pk == grant.user_id:
        reason = operations.NotYourself.message
    elif reader.pk == grant.granted_by_id:
        reason = operations.SecondAdministratorNeeded.message
    confirm = action(
        f"confirm-{grant.pk}",
        _("Confirm"),
        reverse("grant_confirm", args=[grant.pk]),
        scope.Answer(not reason, reason),
        icon="check",
        method="post",
        tone="main",
    )
    return {"grant": grant, "confirm": confirm}


@login_required
@require_http_methods(["GET", "POST"])
def grant_new(request: StaffRequest) -> HttpResponse:
    """Grant a role."""
    demand(request.user, "grant.manage")
    form = forms.GrantRole(request.POST or None, user=request.user, initial={"username": request.GET.get("user")})
    if form.is_bound and form.is_valid():
        facts = dict(form.cleaned_data)
        user = facts.pop("username")
        grant = attempt(form, lambda: operations.grant_role(user=user, **facts, by=request.user, at=timezone.now()))
        if grant is not None:
            said = _("Granted; it counts once a second person has confirmed it.")
            messages.success(request, said if grant.needs_confirmation else _("Granted."))
            return redirect("grant_list")
    return _form_page(request, form, _("Grant a role"), reverse("grant_list"))


@login_required
@require_POST
def grant_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm a role as the second person."""
    grant = queries.grant_for(request.user, pk)
    operations.confirm_grant(grant=grant, by=request.user, at=timezone.now())
    messages.success(request, _("Confirmed: the role counts from now on."))
    return redirect("grant_list")


@login_required
@require_POST
def grant_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a role."""
    grant = queries.grant_for(request.user, pk)
    operations.end_grant(grant=grant, by=request.user, at=timezone.now())
    messages.success(request, _("The role has ended."))
    return redirect("grant_list")


def _demand_staff(request: StaffRequest) -> None:
    if not queries.may_manage_staff(request.user):
        demand(request.user, "staff.manage")


def _form_page(request: StaffRequest, form: Any, heading: str, back: str) -> HttpResponse:
    return form_page(request, form, heading, trail=[(_("Staff and roles"), reverse("staff_list"))], back=back)
