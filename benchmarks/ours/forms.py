"""The one form of an errand."""

from django import forms

from workflows.forms import Intake, StepForm

__all__ = ["Advance", "Intake"]


class Advance(StepForm):
    """What was done."""

    note = forms.CharField(max_length=2000)
