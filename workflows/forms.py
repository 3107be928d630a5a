"""The bases of every step form and every intake form; the page, the API and the tests use the same ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import InvalidFacts
from casework.employers.models import Employer
from casework.offices import scope
from casework.offices.models import Office
from casework.people import identifiers
from casework.people.models import Worker


class StepForm(forms.Form):
    """A form of one step: it knows the case and the person, and cleans to the operation's arguments."""

    def __init__(self, *args: Any, case: Any = None, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.by = case, by
        self.arrange()

    def arrange(self) -> None:
        """Fit choices and initial values to the case."""


class ReasonForm(StepForm):
    """A step that asks for nothing but a reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class Intake(forms.Form):
    """What every case starts with; each type adds its own questions.

    The worker is one already on file (`worker`) or a new one, described here. Facts passed from code may be
    model instances; the page passes keys.
    """

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), to_field_name="code")
    worker = forms.ModelChoiceField(
        Worker.objects.none(), label=_("Worker on file"), required=False, to_field_name="uuid", widget=forms.HiddenInput
    )
    worker_name = forms.CharField(label=_("Name of the worker"), max_length=60, required=False)
    worker_id_number = forms.CharField(label=_("ID number"), max_length=18, required=False)
    worker_phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    employer = forms.ModelChoiceField(
        Employer.objects.none(),
        label=_("Employer on file"),
        required=False,
        to_field_name="uuid",
        widget=forms.HiddenInput,
    )
    employer_name = forms.CharField(label=_("Name of the employer"), max_length=120, required=False)
    summary = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)

    def __init__(self, *args: Any, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        choices: dict[str, Any] = {
            "office": scope.visible(Office.objects.filter(is_active=True), by, "case.open"),
            "worker": scope.visible(Worker.objects.all(), by, "person.read"),
            "employer": scope.visible(Employer.objects.all(), by, "employer.read"),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean_worker_id_number(self) -> str:
        """Check the number and bring it into its one form."""
        number = self.cleaned_data["worker_id_number"]
        return identifiers.resident_id(number) if number else ""

    def clean_worker_phone(self) -> str:
        """Check the phone and bring it into its one form."""
        phone = self.cleaned_data["worker_phone"]
        return identifiers.phone(phone) if phone else ""

    def clean(self) -> dict[str, Any]:
        """Ask for the worker, one way or the other."""
        data = super().clean() or {}
        if not data.get("worker") and not data.get("worker_name") and "worker_name" not in self.errors:
            self.add_error("worker_name", _("Choose a worker on file or give the name."))
        return data


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """Return what a form holds, or raise what is wrong with it.

    Raises:
        InvalidFacts: with the messages of each field.
    """
    if not form.is_valid():
        raise InvalidFacts({field: [str(text) for text in texts] for field, texts in form.errors.items()})
    return form.cleaned_data
