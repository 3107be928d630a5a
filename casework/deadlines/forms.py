"""What the board of deadlines and its list are filtered by."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField, FilterForm
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.scope import ACTS

from . import general
from .board import Standing
from .explanation import owing_titles
from .rulebook import rules_of_app
from .rules import DeadlineRule

if TYPE_CHECKING:
    from casework.staff.models import User


class BoardFilter(FilterForm):
    """Of which office the board is, and whose duties it counts."""

    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("Office"),
        to_field_name="code",
        required=False,
        empty_label=_("All I may read"),
    )
    owed_by = forms.ChoiceField(label=_("Who has to act"), required=False)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owed_by"].choices = [("", _("All")), *owing_titles().items()]  # type: ignore[attr-defined]
        self.fields["office"].queryset = offices_where(user, ACTS["deadline.read"].roles)  # type: ignore[attr-defined]


class DeadlineFilter(BoardFilter):
    """Which deadlines the list shows."""

    alone = forms.BooleanField(label=_("Without the offices below"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Standing.choices], required=False)
    rule = forms.ChoiceField(label=_("Deadline"), required=False)
    person = forms.CharField(
        label=_("In the hands of"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Username or name")}),
    )
    nobody = forms.BooleanField(label=_("In nobody's hands yet"), required=False)
    since = DayField(label=_("Due from"), required=False)
    until = DayField(label=_("Due to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("All")), *rules_by_matter()]  # type: ignore[attr-defined]


def _rules_of_matters() -> list[tuple[str, tuple[DeadlineRule, ...]]]:
    """Return every rule of the house by the kind of matter it belongs to."""
    types: list[Any] = [app for app in apps.get_app_configs() if hasattr(app, "slug")]
    groups: list[tuple[Any, tuple[DeadlineRule, ...]]] = [
        (_("Contacts"), general.CONTACT_RULES),
        (_("Cases"), general.RULES),
        *((kind.title, rules_of_app(kind.slug)) for kind in types),
    ]
    return [(str(title), rules) for title, rules in groups if rules]


def rules_by_matter() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every rule as a list to choose from shows them."""
    return [(title, [(rule.code, str(rule.title)) for rule in rules]) for title, rules in _rules_of_matters()]


def matter_of_rules() -> dict[str, str]:
    """Return the kind of matter of every rule by its code: several kinds have a return visit."""
    return {rule.code: title for title, rules in _rules_of_matters() for rule in rules}
