"""Inputs that the forms of every room use."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """A day, chosen with the browser's own calendar.

    A browser reads the day it starts with in one form only, whatever the language of the page.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
