"""What people type about workers; used by pages and, field by field, by the intake of a case."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.scope import ACTS
from casework.staff.models import User

from . import identifiers
from .models import IdType, Occupation, Purpose, Relation, Sex, Worker

T = TypeVar("T")


class SearchWorkers(forms.Form):
    """Look a worker up. Sent by POST: names and numbers have no place in an address."""

    q = forms.CharField(
        label=_("Name, ID number or phone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class IdentityFields(forms.Form):
    """The checks of what names a person; the intake forms of cases build on them, too."""

    id_number: forms.Field
    phone: forms.Field

    def clean_phone(self) -> str:
        """Take a phone number into its one form."""
        value = self.cleaned_data.get("phone", "")
        return checked(lambda: identifiers.phone(value).number) if value.strip() else ""

    def clean(self) -> dict[str, Any]:
        """Check the ID number as that of the paper chosen."""
        cleaned = super().clean() or self.cleaned_data
        number = cleaned.get("id_number", "")
        if number.strip():
            id_type = cleaned.get("id_type") or IdType.RESIDENT
            try:
                cleaned["id_number"] = identifiers.identity(id_type, number, timezone.localdate()).number
            except identifiers.InvalidIdentifier as error:
                self.add_error("id_number", str(error))
        return cleaned


class RegisterWorker(IdentityFields):
    """A new worker."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=60)
    id_type = forms.ChoiceField(label=_("Kind of ID"), choices=IdType.choices, initial=IdType.RESIDENT)
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=30,
        required=False,
        help_text=_("An ID card number also gives sex and date of birth."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Sex.choices], required=False)
    birth_on = DayField(label=_("Date of birth"), required=False)
    native_place = forms.CharField(label=_("Native place"), max_length=60, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    union_member = forms.BooleanField(label=_("Is a union member"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_where(user, ACTS["person.write"].roles)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].initial = offices.first()


class EditWorker(IdentityFields):
    """A worker's record. What is sealed stands empty: left so it stays as it is."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    id_type = forms.ChoiceField(label=_("Kind of ID"), choices=IdType.choices)
    id_number = forms.CharField(
        label=_("ID number"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Sex.choices], required=False)
    birth_on = DayField(label=_("Date of birth"), required=False)
    native_place = forms.CharField(label=_("Native place"), max_length=60, required=False)
    union_member = forms.BooleanField(label=_("Is a union member"), required=False)

    KEPT_WHEN_EMPTY = ("name", "id_number", "phone", "address")

    def __init__(self, data: Any = None, *, worker: Worker) -> None:
        shown = ("id_type", "sex", "birth_on", "native_place", "union_member")
        super().__init__(data, initial={name: getattr(worker, name) for name in shown})
        masks = {
            "name": identifiers.mask_name(worker.name),
            "id_number": identifiers.mask_id(worker.id_number),
            "phone": identifiers.mask_phone(worker.phone),
            "address": "***" if worker.address else "",
        }
        for name, mask in masks.items():
            self.fields[name].widget.attrs["placeholder"] = mask
            self.fields[name].help_text = _("Leave empty to keep what is on record.") if mask else ""

    def changes(self) -> dict[str, Any]:
        """Return the facts to change: all but the sealed ones left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value or name not in self.KEPT_WHEN_EMPTY}


class GiveReason(forms.Form):
    """Why a masked value is needed."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=200,
        help_text=_("Your name, the time and this reason are kept."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class HandOutAccesses(forms.Form):
    """To whom the list of who read a worker's data is handed out."""

    asked_by = forms.CharField(
        label=_("Who asked, and how you made sure who it is"),
        max_length=200,
        help_text=_("The worker, or somebody the worker authorised in writing. Your name and the time are kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddBankAccount(forms.Form):
    """An account to pay a worker to."""

    holder_name = forms.CharField(label=_("Account holder"), max_length=60)
    bank_name = forms.CharField(label=_("Bank and branch"), max_length=100)
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    number_again = forms.CharField(
        label=_("Account number, again"),
        max_length=40,
        required=False,
        help_text=_("Only when the check digit does not fit, as with a passbook."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_number(self) -> str:
        """Take an account number into its one form."""
        value = self.cleaned_data["number"]
        return checked(lambda: identifiers.bank_card(value).number)


class AddHouseholdMember(forms.Form):
    """A person who lives in the household."""

    name = forms.CharField(label=_("Name"), max_length=60)
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices)
    id_number = forms.CharField(
        label=_("ID number"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    birth_on = DayField(label=_("Date of birth"), required=False)
    occupation = forms.ChoiceField(label=_("Occupation"), choices=Occupation.choices)
    workplace = forms.CharField(label=_("Workplace or school"), max_length=100, required=False)
    monthly_income = forms.DecimalField(
        label=_("Monthly income (yuan)"), max_digits=14, decimal_places=2, min_value=0, initial=0
    )

    def clean_id_number(self) -> str:
        """Check the number as that of a resident ID card."""
        value = self.cleaned_data["id_number"]
        return checked(lambda: identifiers.resident_id(value, timezone.localdate()).number) if value.strip() else ""


class TakeConsent(forms.Form):
    """A consent given."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    guardian_name = forms.CharField(
        label=_("Guardian"), max_length=60, required=False, help_text=_("Only for a child under 14.")
    )


def checked(check: Callable[[], T]) -> T:
    """Return what a check of a number gives; what it refuses is said at the field."""
    try:
        return check()
    except identifiers.InvalidIdentifier as error:
        raise forms.ValidationError(str(error), code=error.code) from None
