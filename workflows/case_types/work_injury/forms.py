"""What each step asks; the page, the API, the walk and the tests use these forms."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.cases.models import Channel, ReturnVisit
from casework.documents.models import Document, Kind
from casework.funds.guards import subsidies_elsewhere
from casework.funds.models import Payout
from casework.offices.forms import DayField, MomentField
from casework.people.models import BankAccount
from casework.people.queries import accounts_of
from casework.staff.models import User
from workflows.calculators import Result, sum_field
from workflows.case_type import all_case_types
from workflows.forms import Intake as BaseIntake
from workflows.forms import ReasonForm, StepForm

from . import queries
from .calculators import CALCULATORS, Disability, GradeField, disability
from .models import Circumstance, CostsPaidBy, FiledBy, Insured, Need, PayContinued, Severity

__all__ = ["Intake", "ReasonForm"]


def _text(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return DayField(label=label, required=required, help_text=help_text)


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return MomentField(label=label, required=required, widget=widget, help_text=help_text)


def _choice(label: Any, choices: Any, *, help_text: Any = "") -> forms.ChoiceField:
    """Return a short choice, all of it in sight."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, help_text=help_text)


def _injured() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Injured in the same accident"),
        min_value=1,
        max_value=9999,
        initial=1,
        required=False,
        help_text=_(
            "After a death, or with three and more injured, the visit is due within 24 hours (or as your place ruled)."
        ),
    )


def _titles(field: forms.Field) -> None:
    """Name papers by their titles."""
    field.label_from_instance = lambda document: document.title  # type: ignore[attr-defined]


class Intake(BaseIntake):
    """The report of an injury, from whoever makes it."""

    channel = forms.ChoiceField(
        label=_("How it was reported"), choices=Channel.choices, initial=Channel.PHONE, required=False
    )
    circumstance = forms.ChoiceField(label=_("How it happened"), choices=Circumstance.choices)
    accident_on = _day(
        _("Day of the accident"),
        help_text=_("For an occupational disease the day of its diagnosis: the periods count from it."),
    )
    accident_place = forms.CharField(label=_("Place of the accident"), max_length=200, required=False)
    injured_part = forms.CharField(label=_("Injured part of the body"), max_length=200, required=False)
    diagnosis = forms.CharField(label=_("Diagnosis"), max_length=500, required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    injured_count = _injured()
    hospital = forms.CharField(label=_("Name of the hospital"), max_length=120, required=False)
    ward = forms.CharField(label=_("Ward and bed"), max_length=60, required=False)
    admitted_on = _day(_("Admitted on"), required=False)
    job = forms.CharField(label=_("Job"), max_length=60, required=False)
    user_unit = forms.CharField(
        label=_("Unit actually worked for"),
        max_length=120,
        required=False,
        help_text=_("When the worker was dispatched, or the work was subcontracted."),
    )
    insured = forms.ChoiceField(
        label=_("Insured against work injury"), choices=Insured.choices, initial=Insured.UNKNOWN, required=False
    )
    recognition_by = forms.ChoiceField(
        label=_("Recognition already applied for by"), choices=[("", _("Nobody yet")), *FiledBy.choices], required=False
    )
    recognition_on = _day(_("Applied for on"), required=False)

    def clean_channel(self) -> str:
        """Take the hotline when nothing was chosen."""
        return self.cleaned_data["channel"] or Channel.PHONE

    def clean_injured_count(self) -> int:
        """Count no answer as one."""
        return self.cleaned_data["injured_count"] or 1

    def clean_insured(self) -> str:
        """Count no answer as not known."""
        return self.cleaned_data["insured"] or Insured.UNKNOWN

    def clean(self) -> dict[str, Any]:
        """Check the days against each other."""
        data = super().clean()
        accident = data.get("accident_on")
        for name in ("accident_on", "admitted_on", "recognition_on"):
            if data.get(name) and data[name] > self.today:
                self.add_error(name, _("This day is yet to come."))
        for name in ("admitted_on", "recognition_on"):
            if accident and data.get(name) and data[name] < accident and name not in self.errors:
                self.add_error(name, _("This is before the accident."))
        if data.get("recognition_by") and not data.get("recognition_on") and "recognition_on" not in self.errors:
            self.add_error("recognition_on", _("On which day was it applied for?"))
        if data.get("recognition_on") and not data.get("recognition_by"):
            self.add_error("recognition_by", _("Who applied?"))
        return data


class CheckReport(StepForm):
    """What came of the enquiry: an injury to look after, a second report, or neither."""

    class Decision(models.TextChoices):
        """What the report turned out to be."""

        VERIFY = "verify", _("Verified: the injured will be visited")
        MERGE = "merge", _("A second report of an injury we already look after")
        DECLINE = "decline", _("No work injury, or not in our charge")

    decision = _choice(_("The report is"), Decision.choices)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, required=False)
    injured_count = _injured()
    hospital = forms.CharField(label=_("Name of the hospital"), max_length=120, required=False)
    insured = forms.ChoiceField(label=_("Insured against work injury"), choices=Insured.choices, required=False)
    number = forms.CharField(
        label=_("Number of the case that goes on"), max_length=40, required=False, help_text=_("For a second report.")
    )
    reason = _text(
        _("Reason or remark"), required=False, help_text=_("Needed for a second report and for a declined one.")
    )
    advice = _text(
        _("What the worker can do instead"),
        required=False,
        rows=2,
        help_text=_("For a declined report: it stands in the letter."),
    )

    def arrange(self) -> None:
        """Begin with what was reported, and point at reports that may be the same."""
        for name in ("severity", "injured_count", "hospital", "insured"):
            self.initial.setdefault(name, getattr(self.case, name))
        likely = queries.likely_same(self.case, self.by)
        if likely:
            self.fields["number"].help_text = _now("Possibly the same: %(numbers)s.") % {
                "numbers": _now(", ").join(likely)
            }

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs, and find the other case."""
        data = super().clean() or {}
        decision, number = data.get("decision"), (data.pop("number", "") or "").strip()
        data["injured_count"] = data.get("injured_count") or self.case.injured_count
        data["other"] = None
        if decision in (self.Decision.MERGE, self.Decision.DECLINE) and not data.get("reason"):
            self.add_error("reason", _("This decision needs a reason."))
        if decision == self.Decision.DECLINE and not data.get("advice"):
            self.add_error("advice", _("Say where else the worker can turn to."))
        if decision == self.Decision.MERGE:
            data["other"] = queries.other_reports(self.case, self.by).filter(number=number).first()
            if data["other"] is None:
                self.add_error("number", _("There is no other report of this number that you may read."))
        return data


class RequestConsolation(StepForm):
    """How much is brought along, and how; or why nothing is."""

    class Decision(models.TextChoices):
        """What is asked."""

        ASK = "ask", _("Ask a supervisor to approve")
        PHONE = "phone", _("Already approved by phone (urgent cases)")
        NONE = "none", _("Visit without consolation")

    decision = _choice(_("Consolation"), Decision.choices)
    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    method = forms.ChoiceField(label=_("Consolation by"), choices=Payout.Method.choices, required=False)
    reason = _text(
        _("Reason"), required=False, help_text=_("For an amount other than the standard, and for no consolation.")
    )
    approver = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who approved by phone"),
        required=False,
        help_text=_("This supervisor has to confirm within a working day."),
    )
    phoned_at = _moment(_("Approved by phone at"), required=False)

    def arrange(self) -> None:
        """Begin with the standard of the place; offer the phone only where it is urgent."""
        self.standard, self.obstacle = None, ""
        try:
            self.standard = queries.standard_amount(self.case, timezone.localdate())
        except CaseworkError as error:
            self.obstacle = str(error)
        if self.standard is not None:
            self.initial.setdefault("amount", self.standard)
            self.fields["amount"].help_text = _now("The standard for “%(severity)s” is ¥%(amount)s.") % {
                "severity": self.case.get_severity_display(),
                "amount": number_format(self.standard, 2),
            }
        self.initial.setdefault("method", Payout.Method.CASH)
        if not self.case.is_urgent:
            kept = [choice for choice in self.Decision.choices if choice[0] != self.Decision.PHONE]
            self.fields["decision"].choices = kept  # type: ignore[attr-defined]
            del self.fields["approver"], self.fields["phoned_at"]
            return
        self.fields["approver"].queryset = queries.possible_approvers(  # type: ignore[attr-defined]
            self.case, self.by, timezone.localdate()
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs."""
        data = super().clean() or {}
        decision = data.get("decision")
        if decision == self.Decision.NONE:
            _ask(self, data, ("reason",), _("Say why nothing is brought along."))
        elif decision:
            if self.obstacle:
                raise forms.ValidationError(self.obstacle)
            _ask(self, data, ("amount", "method"), _("Enter this."))
            if data.get("amount") and data["amount"] != self.standard:
                _ask(self, data, ("reason",), _("Say why it differs from the standard."))
        if decision == self.Decision.PHONE:
            _ask(self, data, ("approver", "phoned_at"), _("Who approved by phone, and when?"))
        return data


def _ask(form: forms.Form, data: dict[str, Any], names: Iterable[str], message: Any) -> None:
    """Ask for fields that this answer makes necessary."""
    for name in names:
        if not data.get(name) and name not in form.errors:
            form.add_error(name, message)


class _Deciding(StepForm):
    """A decision whose negative forms need a reason."""

    WITHOUT_REASON: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        data = super().clean() or {}
        if data.get("decision") and data["decision"] not in self.WITHOUT_REASON:
            _ask(self, data, ("reason",), _("This decision needs a reason."))
        return data


class DecideConsolation(_Deciding):
    """Approve, return or refuse: the money is reserved with the approval."""

    class Decision(models.TextChoices):
        """What is decided."""

        APPROVE = "approve", _("Approve")
        RETURN = "return", _("Return the request")
        REFUSE = "refuse", _("Refuse: visit without consolation")

    WITHOUT_REASON = (Decision.APPROVE,)

    decision = _choice(_("Decision"), Decision.choices)
    reason = _text(_("Reason or remark"), required=False)

    def arrange(self) -> None:
        """Say where the person has a consolation for the same accident already."""
        line = queries.sum_to_bring(self.case)
        elsewhere = subsidies_elsewhere(line) if line else []
        if elsewhere:
            places = _now("; ").join(f"{place.office_name} {place.office_phone}".strip() for place in elsewhere)
            self.fields["decision"].help_text = _now(
                "The person or the household already has a sum for the same accident; the payment will wait for a "
                "supervisor's answer. Ask: %(places)s."
            ) % {"places": places}


class ConfirmPhoneApproval(_Deciding):
    """Whether the approval by phone was given."""

    class Decision(models.TextChoices):
        """What the supervisor says."""

        CONFIRM = "confirm", _("Confirm: it was approved")
        REJECT = "reject", _("Do not confirm")

    WITHOUT_REASON = (Decision.CONFIRM,)

    decision = _choice(_("Approval by phone"), Decision.choices)
    reason = _text(_("Reason or remark"), required=False)


class VisitAgain(StepForm):
    """What two people saw and heard on a visit."""

    visited_at = _moment(_("Visited at"))
    companion = forms.ModelChoiceField(User.objects.none(), label=_("Second visitor"), help_text=_("Two people visit."))
    place = forms.CharField(label=_("Place of the visit"), max_length=200, help_text=_("Hospital and bed, or home."))
    findings = _text(
        _("What was seen and heard"), rows=5, help_text=_("Condition, treatment, what the worker and the family said.")
    )
    needs = forms.MultipleChoiceField(
        label=_("Needs"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    costs_paid_by = _choice(_("Who pays for the treatment now?"), CostsPaidBy.choices)
    pay_continued = _choice(
        _("Does the employer go on paying wages?"),
        PayContinued.choices,
        help_text=_("During the treatment the full pay goes on, up to 12 months (work injury regulations, art. 33)."),
    )
    hazard = _text(
        _("Hazard found, and the advice given"),
        required=False,
        rows=2,
        help_text=_("It counts in the yearly report; the letter of advice is among the case's letters."),
    )
    photos = forms.ModelMultipleChoiceField(
        Document.objects.none(),
        label=_("Photos"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Add them to the case first."),
    )

    grade = GradeField(
        label=_("Grade of disability"),
        required=False,
        help_text=_("Once it is appraised, 1 to 10: then the worker can be told what it gives."),
    )

    def arrange(self) -> None:
        """Offer the companions, the photos of the case, and what the last visit found of lasting things."""
        if self.case.severity == Severity.DEATH:
            del self.fields["grade"]
        else:
            self.initial.setdefault("grade", queries.grade_noted(self.case))
        self.fields["companion"].queryset = self.companions()  # type: ignore[attr-defined]
        self.fields["photos"].queryset = Document.objects.filter(  # type: ignore[attr-defined]
            case=self.case.pk, kind=Kind.PHOTO
        )
        _titles(self.fields["photos"])
        last = self.case.visits.last()
        for name in ("costs_paid_by", "pay_continued", "place"):
            self.initial.setdefault(name, getattr(last, name) if last else self._unknown(name))

    def companions(self) -> "models.QuerySet[User]":
        """Return who may go along."""
        return queries.possible_companions(self.case, self.by, timezone.localdate())

    def _unknown(self, name: str) -> str:
        return self.case.hospital if name == "place" else "unknown"


class Visit(VisitAgain):
    """The first visit, with what is brought along."""

    method = forms.ChoiceField(label=_("Consolation by"), choices=Payout.Method.choices, required=False)
    account = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label=_("Bank account"),
        required=False,
        to_field_name="uuid",
        help_text=_("For a bank transfer. Enter a missing account on the person's page first."),
    )
    goods = forms.CharField(label=_("Goods brought along"), max_length=200, required=False)
    received_by = forms.CharField(
        label=_("Received and signed by"),
        max_length=60,
        required=False,
        help_text=_("The worker, or kin and their relation."),
    )
    receipt = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Signed receipt"),
        required=False,
        help_text=_("For cash and goods. Add it to the case first."),
    )
    consents = forms.BooleanField(
        label=_("The worker agrees that the union keeps the personal and medical data of this matter"), required=False
    )

    OF_GIFT = ("method", "account", "goods", "received_by", "receipt")

    def companions(self) -> "models.QuerySet[User]":
        """Return who may go along: nobody who has a part in the money."""
        return queries.companions_without_part(self.case, self.by, timezone.localdate())

    def arrange(self) -> None:
        """Ask for the receipt only where something is brought along."""
        super().arrange()
        self.line = queries.sum_to_bring(self.case)
        if self.line is None:
            for name in self.OF_GIFT:
                del self.fields[name]
            return
        self.fields["method"].help_text = _now("Approved: ¥%(amount)s.") % {
            "amount": number_format(self.line.amount, 2)
        }
        self.initial.setdefault("method", self.case.consolation_method)
        accounts = accounts_of(self.case.worker)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        newest = accounts.first()
        self.initial.setdefault("account", newest.uuid if newest else None)
        self.fields["receipt"].queryset = Document.objects.filter(  # type: ignore[attr-defined]
            case=self.case.pk, kind__in=(Kind.RECEIPT, Kind.PHOTO)
        )
        _titles(self.fields["receipt"])

    def clean(self) -> dict[str, Any]:
        """Ask for an account, or for the signed receipt."""
        data = super().clean() or {}
        if self.line is None:
            return data
        method = data.get("method") or self.case.consolation_method
        data["method"] = method
        if method == Payout.Method.BANK:
            _ask(self, data, ("account",), _("Choose the account the money goes to."))
            return data
        data["account"] = None
        _ask(self, data, ("received_by",), _("Who signed for it?"))
        _ask(self, data, ("receipt",), _("Cash and goods are given against a signed receipt: add it to the case."))
        if method == Payout.Method.GOODS:
            _ask(self, data, ("goods",), _("Which goods were brought along?"))
        return data


class PlanNext(StepForm):
    """Another visit, or the end of the visits (探后必访)."""

    class Decision(models.TextChoices):
        """What follows."""

        PLAN = "plan", _("Plan another visit")
        FINISH = "finish", _("Finish the visits")

    decision = _choice(_("What next?"), Decision.choices)
    next_visit_on = _day(_("Day of the next visit"), required=False)
    reason = _text(_("Reason or remark"), required=False, help_text=_("Needed for finishing: how things stand."))
    grade = GradeField(label=_("Grade of disability"), required=False, help_text=_("Once it is appraised: 1 to 10."))
    own_wage = sum_field(
        _("Own wage a month (yuan)"),
        required=False,
        help_text=_("Average contribution wage of the twelve months before the injury."),
    )
    pool_average = sum_field(_("Average monthly wage of the pool area (yuan)"), required=False)
    told = forms.ChoiceField(
        label=_("What the grade gives"),
        required=False,
        choices=[("now", _("The worker was told")), ("later", _("The worker is told later"))],
        widget=forms.RadioSelect,
    )

    OF_GRADE = ("grade", "own_wage", "pool_average", "told")

    def arrange(self) -> None:
        """Bring along the grade and the wages of the place, the needs found, and the kinds of case for them."""
        last = self.case.visits.last()
        self.needs_found = last.need_titles if last else []
        self.other_types = [kind for kind in all_case_types() if kind.slug != self.case.case_type]
        self.benefits: Result | None = None
        self.calculators = CALCULATORS
        self.wages = Disability(office=self.case.office, today=timezone.localdate()).known
        if self.case.severity == Severity.DEATH:
            for name in self.OF_GRADE:
                del self.fields[name]
            return
        self.initial.setdefault("grade", queries.grade_noted(self.case))
        average = self.wages.get("pool_average")
        if average is not None:
            self.initial.setdefault("pool_average", average.value)
            self.fields["pool_average"].help_text = escape(str(average))

    def clean(self) -> dict[str, Any]:
        """Ask for the day, or for the reason; and, of a grade, whether the worker was told what it gives."""
        data = super().clean() or {}
        self._reckon(data)
        if data.get("decision") == self.Decision.PLAN:
            _ask(self, data, ("next_visit_on",), _("Choose a day from today on."))
        elif data.get("decision") == self.Decision.FINISH:
            _ask(self, data, ("reason",), _("Say how things stand."))
        return data

    def _reckon(self, data: dict[str, Any]) -> None:
        """Work out what a grade gives, once the wage is known, and have it told."""
        if data.get("own_wage") is None or "grade" in self.errors:
            return
        minimum = self.wages.get("minimum_wage")
        data["minimum_wage"] = minimum.value if minimum is not None else None
        _ask(self, data, ("grade",), _("Which grade? Without one there is nothing to reckon."))
        _ask(self, data, ("pool_average",), _("Nobody has entered it for this place: type it."))
        if data.get("grade") and data.get("pool_average") is not None:
            self.benefits = disability(
                data["grade"],
                data["own_wage"],
                data["pool_average"],
                data["minimum_wage"],
                is_uninsured=self.case.insured == Insured.NO,
            )
            _ask(self, data, ("told",), _("It stands on this page: tell the worker, or say that it is told later."))


class Recognition(StepForm):
    """That recognition of the injury was applied for."""

    filed_by = _choice(_("Recognition applied for by"), FiledBy.choices)
    filed_on = _day(_("Applied for on"))


class ReturnTalk(StepForm):
    """The follow-up talk that closes the case."""

    reached = _choice(_("Was the worker or the family reached?"), ReturnVisit.Reached.choices)
    satisfaction = forms.ChoiceField(
        label=_("Satisfaction"), required=False, choices=[("", "—"), *ReturnVisit.Satisfaction.choices]
    )
    note = _text(_("What was said"), required=False, help_text=_("Did the consolation come? What is needed now?"))
    result = _text(_("Result of the case"), required=False, rows=2, help_text=_("Needed for closing."))

    def clean(self) -> dict[str, Any]:
        """Ask what closing needs, when somebody was reached."""
        data = super().clean() or {}
        if data.get("reached") == ReturnVisit.Reached.YES:
            _ask(self, data, ("satisfaction",), _("Ask how satisfied the worker is."))
            _ask(self, data, ("result",), _("Say what the case came to."))
        return data
