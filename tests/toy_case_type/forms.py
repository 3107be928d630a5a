"""The toy's forms."""

from django import forms

from workflows.forms import Intake as BaseIntake
from workflows.forms import ReasonForm, StepForm

__all__ = ["Decide", "Intake", "ReasonForm", "Search"]


class Intake(BaseIntake):
    """What was lost."""

    thing = forms.CharField(max_length=40, required=False)


class Search(StepForm):
    """Was it found?"""

    found = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class Decide(StepForm):
    """Again, or give up?"""

    again = forms.BooleanField(required=False)
    reason = forms.CharField(required=False)
