"""What people type about accounts and roles."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.roles import Role
from casework.offices.scope import ACTS

from . import logins
from .models import User


class LogIn(AuthenticationForm):
    """Username and password; what is wrong is said without telling which accounts exist, or which are locked."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        help_text=_("Only if your account has a second factor; you can also give it on the next page."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    error_messages = {
        "invalid_login": _("Username and password do not fit. Check capital letters and try again."),
        "inactive": _("Username and password do not fit. Check capital letters and try again."),
    }

    def clean(self) -> dict[str, Any]:
        """Look at the password, unless too many were tried."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password:
            return super().clean()
        at, address = timezone.now(), self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if not logins.may_try(username, address, at):
            logins.note_failure(username=username, is_locked=True, by=None, at=at)
            raise self.get_invalid_login_error()
        try:
            cleaned = super().clean()
        except ValidationError:
            logins.note_failure(username=username, is_locked=False, by=None, at=at)
            raise
        logins.forget_tries(username, address)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Let nobody in as the public door."""
        super().confirm_login_allowed(user)
        if user.is_public:
            raise self.get_invalid_login_error()


class GiveCode(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits of your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class ChooseLanguage(forms.Form):
    """The language a person reads in."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class _NewPassword(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    password_again = forms.CharField(
        label=_("New password, again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = password_validation.password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Check that both are one, and good enough."""
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password"), cleaned.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", _("The two are not the same."))
        elif first:
            try:
                password_validation.validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class GivePassword(_NewPassword):
    """A new password for somebody who lost theirs."""


class ChangePassword(_NewPassword):
    """A new password of one's own."""

    old_password = forms.CharField(
        label=_("Present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    field_order = ["old_password", "password", "password_again"]

    def clean_old_password(self) -> str:
        """Check that it is them."""
        value = self.cleaned_data["old_password"]
        if not self.user.check_password(value):
            raise ValidationError(_("This is not your present password."))
        return value


class SearchStaff(forms.Form):
    """Look an account up."""

    username = forms.CharField(label=_("Username begins with"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("All")), *Role.choices], required=False)
    closed = forms.BooleanField(label=_("Closed accounts, too"), required=False)


class AddUser(_NewPassword):
    """A new account."""

    username = forms.CharField(
        label=_("Username"), max_length=60, help_text=_("Small letters, digits, dots and dashes.")
    )
    display_name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ["username", "display_name", "email", "phone", "language", "password", "password_again"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=User(), **kwargs)


class EditUser(forms.Form):
    """What a person is called and how they are reached."""

    display_name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class GrantRole(forms.Form):
    """A role for a person."""

    username = forms.CharField(label=_("Username"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), help_text=_("The role holds there and in every office below.")
    )
    valid_until = DayField(
        label=_("Until"),
        required=False,
        help_text=_("The first day on which it no longer holds; empty: until it is ended."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_where(user, ACTS["grant.manage"].roles)  # type: ignore[attr-defined]

    def clean_username(self) -> User:
        """Find the person."""
        found = User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if found is None or found.is_public:
            raise ValidationError(_("There is no open account of this name."))
        return found
