"""What people type about employers."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.scope import ACTS
from casework.people import identifiers
from casework.people.forms import checked
from casework.staff.models import User

from . import queries
from .models import Employer


class SearchEmployers(forms.Form):
    """Look an employer up."""

    q = forms.CharField(label=_("Name or unified social credit code"), max_length=120, required=False)
    supervised = forms.BooleanField(label=_("Only those under close supervision"), required=False)


class DescribeEmployer(forms.Form):
    """An employer's record."""

    name = forms.CharField(label=_("Company name"), max_length=120)
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=30,
        required=False,
        help_text=_("18 characters, on the business licence."),
    )
    region = forms.CharField(
        label=_("Region code"),
        max_length=6,
        required=False,
        validators=[RegexValidator(r"^[0-9]{6}$", _("Six digits."))],
        help_text=_("Six digits; taken from the credit code when left empty."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    contact_person = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)

    def clean_uscc(self) -> str:
        """Check the credit code."""
        value = self.cleaned_data["uscc"]
        return checked(lambda: identifiers.credit_code(value).number) if value.strip() else ""

    def clean_phone(self) -> str:
        """Take a phone number into its one form."""
        value = self.cleaned_data["phone"]
        return checked(lambda: identifiers.phone(value).number) if value.strip() else ""


class RegisterEmployer(DescribeEmployer):
    """A new employer."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    field_order = ["office"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_where(user, ACTS["employer.write"].roles)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].initial = offices.first()


class Supervise(forms.Form):
    """Put an employer under close supervision."""

    since_on = DayField(label=_("Since"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class EndSupervision(forms.Form):
    """Take an employer off the list."""

    until_on = DayField(label=_("Until"))


class RecordVisit(forms.Form):
    """A visit to an enterprise."""

    visited_on = DayField(label=_("Visited on"))
    findings = forms.CharField(label=_("What was found"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)


class ChooseEmployer(forms.Form):
    """Where a worker works: an employer on record, by its code or its whole name."""

    employer = forms.CharField(label=_("Name or unified social credit code"), max_length=120)

    def clean_employer(self) -> Employer:
        """Find the one employer meant."""
        text = self.cleaned_data["employer"].strip()
        found = queries.employer_with_code(text) or queries.only_employer_named(text)
        if found is None:
            raise forms.ValidationError(_("No employer on record has this code or name, or several do: use the code."))
        return found
