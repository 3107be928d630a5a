"""What people type about requests, holds and disposals."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.models import Case
from casework.offices.forms import DayField, FilterForm

from .models import DataRequest


class TakeRequest(forms.Form):
    """What a person asks, how it came in, and how it was made sure who asks."""

    kind = forms.ChoiceField(label=_("Kind of request"), choices=DataRequest.Kind.choices)
    channel = forms.ChoiceField(label=_("Channel"), choices=DataRequest.Channel.choices)
    identity = forms.ChoiceField(
        label=_("Identity checked by"),
        choices=DataRequest.Identity.choices,
        help_text=_("Nobody is told anything about a person before it is sure who asks."),
    )
    asked_on = DayField(label=_("Asked on"), initial=timezone.localdate)
    words = forms.CharField(
        label=_("In the person's words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000})
    )


class DecideRequest(forms.Form):
    """The answer; a refusal with its ground."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=DataRequest.Outcome.choices)
    ground = forms.ChoiceField(
        label=_("Ground"),
        required=False,
        choices=[("", "—"), *DataRequest.Ground.choices],
        help_text=_(
            "Of what is refused, wholly or in part. The articles are those of the law on personal information."
        ),
    )
    answer = forms.CharField(
        label=_("What the person is told"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )


class PlaceHold(ReasonForm):
    """What is kept beyond its time, and why."""

    case = forms.ModelChoiceField(
        Case.objects.none(),
        label=_("What is kept"),
        required=False,
        to_field_name="number",
        empty_label=_("Everything of the person"),
    )
    field_order = ("case", "reason")

    def __init__(self, *args: Any, cases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = cases  # type: ignore[attr-defined]


class RequestFilter(FilterForm):
    """Which requests are shown."""

    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("Waiting for an answer")), ("all", _("All"))]
    )
    kind = forms.ChoiceField(
        label=_("Kind of request"), required=False, choices=[("", _("All")), *DataRequest.Kind.choices]
    )
