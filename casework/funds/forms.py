"""What is asked of people about money."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.offices.models import Office
from casework.offices.queries import offices_visible_to, offices_where
from casework.offices.scope import ACTS
from casework.people.models import BankAccount

from .models import Payout, PayoutBatch, Source
from .programmes import programmes

if TYPE_CHECKING:
    from casework.staff.models import User


class _OfOffices(forms.Form):
    """A filter that offers the offices the person may see."""

    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.none(), to_field_name="code", required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_visible_to(user)  # type: ignore[attr-defined]


class PayoutFilter(_OfOffices):
    """Which payouts a list shows."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Payout.State.choices], required=False)
    method = forms.ChoiceField(
        label=_("Method of payment"), choices=[("", _("All")), *Payout.Method.choices], required=False
    )

    field_order = ("state", "method", "office")


class FundFilter(_OfOffices):
    """Which funds a list shows."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, required=False)

    field_order = ("year", "office")


class BatchFilter(forms.Form):
    """Which batches a list shows."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *PayoutBatch.State.choices], required=False)


class Pay(forms.Form):
    """The confirmation that money was paid."""

    voucher_number = forms.CharField(
        label=_("Voucher number"),
        max_length=60,
        help_text=_("Of the bank receipt, or of the receipt the payee signed."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Reason(forms.Form):
    """A step that needs its reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class Commit(forms.Form):
    """How a claim line is paid after an earlier payout came to nothing."""

    method = forms.ChoiceField(label=_("Method of payment"), choices=Payout.Method.choices, widget=forms.RadioSelect)
    account = forms.ModelChoiceField(
        label=_("Bank account"),
        queryset=BankAccount.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("The newest on record"),
        help_text=_("For a bank transfer. A new account is entered on the payee's page."),
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]


class OpenFund(forms.Form):
    """A new fund."""

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none(), to_field_name="code")
    source = forms.ChoiceField(label=_("Source of the money"), choices=Source.choices)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    line = forms.CharField(label=_("Budget line"), max_length=40, help_text=_("The code of the line in the budget."))
    title = forms.CharField(label=_("Title"), max_length=100)
    programmes = forms.MultipleChoiceField(
        label=_("May pay for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: anything."),
    )
    budget = forms.DecimalField(label=_("Budget"), max_digits=14, decimal_places=2, min_value=0)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_where(user, ACTS["fund.manage"].roles)  # type: ignore[attr-defined]
        self.fields["programmes"].choices = list(programmes().items())  # type: ignore[attr-defined]


class ChangeBudget(Reason):
    """A new budget for a fund."""

    budget = forms.DecimalField(label=_("New budget"), max_digits=14, decimal_places=2, min_value=0)

    field_order = ("budget", "reason")
