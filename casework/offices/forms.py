"""Inputs that the forms of every room use."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# No matter of the office lies beyond these; a day at the very end of the calendar leaves nothing to reckon with.
FIRST_YEAR, LAST_YEAR = 1900, 2100


class DateInput(forms.DateInput):
    """A day, chosen with the browser's own calendar.

    A browser reads the day it starts with in one form only, whatever the language of the page.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def within_reach(day: date) -> None:
    """Refuse a day, or a moment, of a year that must be a slip of the hand.

    Raises:
        ValidationError: with the years that are taken.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Give a year between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


class DayField(forms.DateField):
    """A day that can be reckoned with."""

    widget = DateInput
    default_validators = [within_reach]


class MomentField(forms.DateTimeField):
    """A moment that can be reckoned with."""

    default_validators = [within_reach]


class LongSelect(forms.Select):
    """A choice among hundreds: written in one go, where Django renders a template for each of them."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the element with its options."""
        chosen = {str(one) for one in self.format_value(value)}
        return format_html(
            "<select{}>{}</select>",
            flatatt({**self.build_attrs(self.attrs, attrs), "name": name}),
            format_html_join(
                "\n",
                '<option value="{}"{}>{}</option>',
                ((key, mark_safe(" selected") if str(key) in chosen else "", title) for key, title in self.choices),
            ),
        )


class FilterForm(forms.Form):
    """Filters of a list: whatever cannot be read is left out, never an error page."""

    def chosen(self) -> dict[str, Any]:
        """Return the filters that were set."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
