"""What a report asks before it counts."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.scope import ACTS

if TYPE_CHECKING:
    from casework.staff.models import User


class Period(forms.Form):
    """From which day to which, and for which office; without answers, this year so far."""

    first = DayField(label=_("From"))
    last = DayField(label=_("To"))
    office = forms.ModelChoiceField(
        label=_("Office"),
        queryset=Office.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("All I may read"),
    )

    def __init__(self, data: Any, *, user: "User", today: date) -> None:
        given = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
        super().__init__({**given, **{name: value for name, value in data.items() if value}})
        self.fields["office"].queryset = offices_where(user, ACTS["report.read"].roles)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end must not be before the beginning."))
        return cleaned

    @property
    def until(self) -> date:
        """Return the day after the last one: periods end exclusively."""
        return self.cleaned_data["last"] + timedelta(days=1)
