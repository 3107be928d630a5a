"""What each step asks; the page, the API, the walk and the tests use these forms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.cases.models import ReturnVisit
from casework.documents.queries import missing
from casework.funds.guards import subsidies_elsewhere
from casework.offices.forms import DayField
from casework.offices.models import Level, Office
from casework.people.models import BankAccount, Purpose
from casework.people.queries import accounts_of, consent_to, household_of
from casework.staff.models import User
from workflows.forms import Intake as BaseIntake
from workflows.forms import ReasonForm, StepForm

from . import papers, queries
from .eligibility import OF_PUPILS, SURVEYED_EXCLUSIONS, Category, Programme, may_combine
from .models import Applicant, Cause, MeansCheck

__all__ = ["Intake", "ReasonForm"]


def _yuan(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    """Return a field for a sum in yuan; an empty one that may be empty counts as nothing."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal("0.01") if required else Decimal(0),
        max_digits=14,
        decimal_places=2,
        initial=None if required else Decimal(0),
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )


def _text(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class Intake(BaseIntake):
    """The application (困难职工帮扶申请)."""

    programme = forms.ChoiceField(label=_("Programme"), choices=Programme.choices)
    cause = forms.ChoiceField(label=_("Main cause of the hardship"), choices=Cause.choices)
    amount_requested = _yuan(_("Amount asked for (yuan)"), required=True)
    applicant = forms.ChoiceField(
        label=_("Applied by"), choices=Applicant.choices, initial=Applicant.WORKER, required=False
    )
    why_union_applies = _text(
        _("Why the worker cannot apply"), required=False, rows=2, help_text=_("When the union applies for the worker.")
    )
    is_migrant = forms.BooleanField(label=_("Migrant worker"), required=False)
    employed_months = forms.IntegerField(
        label=_("Months employed here"), min_value=0, max_value=800, required=False, help_text=_("For migrant workers.")
    )
    pupil_name = forms.CharField(
        label=_("Name of the pupil"), max_length=60, required=False, help_text=_("For education aid: one pupil a case.")
    )
    settled_on = DayField(
        label=_("Day the insurance settled the bill"),
        required=False,
        help_text=_("For mutual medical aid; the claim must follow in time."),
    )
    agrees_to_handling = forms.BooleanField(
        label=_("The applicant agrees that the union handles the personal and sensitive data of the application"),
        error_messages={"required": _("Without this consent the application cannot be handled.")},
    )
    guardian_name = forms.CharField(
        label=_("Guardian"), max_length=60, required=False, help_text=_("When the applicant is younger than 14.")
    )

    def clean_applicant(self) -> str:
        """Take the worker when nothing was chosen."""
        return self.cleaned_data["applicant"] or Applicant.WORKER

    def clean_employed_months(self) -> int:
        """Count no answer as none."""
        return self.cleaned_data["employed_months"] or 0

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen programme and applicant need."""
        data = super().clean()
        needed = {
            "why_union_applies": (
                data.get("applicant") == Applicant.UNION,
                _("Say why the worker cannot apply."),
            ),
            "pupil_name": (
                data.get("programme") == Programme.EDUCATION,
                _("Education aid is for one pupil: who?"),
            ),
            "settled_on": (
                data.get("programme") == Programme.MUTUAL_AID,
                _("A mutual-aid claim counts from the day the insurance settled the bill."),
            ),
            "employed_months": (bool(data.get("is_migrant")), _("Say how many months the worker was employed here.")),
        }
        for name, (is_needed, message) in needed.items():
            if is_needed and not data.get(name) and name not in self.errors:
                self.add_error(name, message)
        if data.get("settled_on") and data["settled_on"] > self.today:
            self.add_error("settled_on", _("This day is yet to come."))
        return data


class Supplement(StepForm):
    """Which of the missing papers came."""

    received = forms.MultipleChoiceField(
        label=_("Papers received"), required=False, widget=forms.CheckboxSelectMultiple
    )
    remark = _text(_("Remark"), required=False, rows=2)

    def arrange(self) -> None:
        """Offer the papers that are not there yet."""
        self.fields["received"].choices = [  # type: ignore[attr-defined]
            (item.code, item.heading) for item in missing(self.case, timezone.localdate())
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one paper."""
        data = super().clean() or {}
        if not data.get("received") and "received" not in self.errors:
            self.add_error("received", _("Tick the papers that came."))
        return data


class CheckPapers(StepForm):
    """Which papers lie on the desk; those that are missing are told once, in one letter."""

    received = forms.MultipleChoiceField(
        label=_("Papers received"), required=False, widget=forms.CheckboxSelectMultiple
    )
    also_needed = forms.MultipleChoiceField(
        label=_("Papers this household has to bring as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Think of all of them now: missing papers are told once only."),
    )
    remark = _text(_("Remark"), required=False, rows=2)

    def arrange(self) -> None:
        """Offer the papers of this application, and those that only some households need."""
        further = [(paper.code, paper.title) for paper in papers.further()]
        self.fields["received"].choices = [  # type: ignore[attr-defined]
            *((item.code, item.heading) for item in missing(self.case, timezone.localdate())),
            *further,
        ]
        self.fields["also_needed"].choices = further  # type: ignore[attr-defined]


class RequestCheck(StepForm):
    """The question to the authority, with the household's consent."""

    body = forms.CharField(
        label=_("Authority asked"), max_length=100, help_text=_("Usually the checking centre of civil affairs.")
    )
    consents = forms.BooleanField(
        label=_("The household signed the authorisation for the check of its means"),
        error_messages={"required": _("Without the authorisation nobody may be asked.")},
    )
    guardian_name = forms.CharField(
        label=_("Guardian"), max_length=60, required=False, help_text=_("When the applicant is younger than 14.")
    )

    def arrange(self) -> None:
        """Tick the consent that is on record."""
        self.initial.setdefault("consents", consent_to(self.case.worker, Purpose.MEANS_CHECK) is not None)


class RecordCheck(StepForm):
    """What the authority answered."""

    answer = forms.ChoiceField(label=_("Answer"), choices=MeansCheck.Answer.choices, widget=forms.RadioSelect)
    income_found = forms.DecimalField(
        label=_("Yearly income on record (yuan)"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    findings = _text(
        _("Result of the means check"), required=False, help_text=_("Property, vehicles, business registration.")
    )

    def clean(self) -> dict[str, Any]:
        """Ask what differs, when something does."""
        data = super().clean() or {}
        if data.get("answer") == MeansCheck.Answer.DIFFERS and not data.get("findings"):
            self.add_error("findings", _("Say what differs from what was declared."))
        return data


class Survey(StepForm):
    """What two people found in the household; sums are those of the last twelve months."""

    surveyed_on = DayField(label=_("Day of the survey"))
    companion = forms.ModelChoiceField(
        User.objects.none(), label=_("Second surveyor"), help_text=_("Two people survey; both sign.")
    )
    persons = forms.IntegerField(label=_("Persons in the household"), min_value=1, max_value=30)
    idle_adults = forms.IntegerField(
        label=_("Adults able to work who neither work nor learn"),
        min_value=0,
        max_value=30,
        required=False,
        initial=0,
        help_text=_("The minimum wage is counted for each, where the place has entered it."),
    )
    pupils = forms.IntegerField(label=_("Pupils and students"), min_value=0, max_value=30, required=False, initial=0)
    wages = _yuan(_("Wages"))
    business = _yuan(_("Net income from business"))
    property_income = _yuan(_("Net income from property"))
    transfers = _yuan(_("Pensions and transfers"))
    basic_pension = _yuan(_("Of these: basic pension of residents"), help_text=_("It does not count as income."))
    other_income = _yuan(_("Other income"))
    union_relief = _yuan(
        _("Relief already given by unions"), help_text=_("It counts as income; small festival gifts do not.")
    )
    illness = _yuan(_("Expense of illness"))
    disability = _yuan(_("Expense of disability"))
    schooling = _yuan(_("Expense of schooling"), help_text=_("Beyond compulsory schooling."))
    housing = _yuan(_("Expense of housing"))
    other_expense = _yuan(_("Other rigid expense"))
    accident_expense = _yuan(_("Expense of the accident after all compensation and insurance"))
    self_paid_medical = _yuan(_("Medical bills paid by the household itself"))
    exclusions = forms.MultipleChoiceField(
        label=_("Facts that rule the household out"),
        required=False,
        choices=[(fact.value, fact.label) for fact in SURVEYED_EXCLUSIONS],
        widget=forms.CheckboxSelectMultiple,
    )
    findings = _text(
        _("Findings"), rows=6, help_text=_("What was seen, what neighbours and colleagues said, how the two judged.")
    )

    def arrange(self) -> None:
        """Offer the companions, and what the last survey found."""
        self.fields["companion"].queryset = queries.possible_companions(  # type: ignore[attr-defined]
            self.case, self.by, timezone.localdate()
        )
        if self.case.programme != Programme.EDUCATION:
            facts = [fact for fact in SURVEYED_EXCLUSIONS if fact not in OF_PUPILS]
            self.fields["exclusions"].choices = [(fact.value, fact.label) for fact in facts]  # type: ignore[attr-defined]
        last = self.case.surveys.last()
        if last is not None:
            for name in self.fields:
                self.initial.setdefault(name, getattr(last, name))
            return
        household = household_of(self.case.worker)
        if household is not None:
            self.initial.setdefault("persons", 1 + len(household.members.all()))

    def clean(self) -> dict[str, Any]:
        """Count empty numbers as nothing, and check what must fit together."""
        data = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, forms.DecimalField | forms.IntegerField) and data.get(name, 0) is None:
                data[name] = field.initial
        if data.get("basic_pension", 0) > data.get("transfers", 0):
            self.add_error("basic_pension", _("It cannot be more than the transfers it is part of."))
        if data.get("idle_adults", 0) > data.get("persons", 30):
            self.add_error("idle_adults", _("There are not so many persons in the household."))
        if data.get("pupils", 0) > data.get("persons", 30):
            self.add_error("pupils", _("There are not so many persons in the household."))
        if self.case.cause == Cause.ACCIDENT and "accident_expense" in data and not data["accident_expense"]:
            self.add_error("accident_expense", _("The application is about an accident: say what it cost."))
        return data


class Propose(StepForm):
    """A category and an amount, or to decline. The rules propose, a person decides."""

    class Decision(models.TextChoices):
        """What is proposed."""

        PROPOSE = "propose", _("Propose the aid")
        DECLINE = "decline", _("Propose to decline")

    decision = forms.ChoiceField(label=_("Proposal"), choices=Decision.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[("", "—"), *Category.choices[:-1]])
    amount = _yuan(_("Amount (yuan)"))
    category_reason = _text(
        _("Reason"), required=False, help_text=_("For declining, or for a category other than the one of the rules.")
    )
    above_ceiling_reason = _text(_("Why more than the ceiling"), required=False, rows=2)
    other_aid_reason = _text(
        _("Why a second kind of aid"),
        required=False,
        rows=2,
        help_text=_("Where the rules give this category one kind of aid a year."),
    )

    def arrange(self) -> None:
        """Work out what the rules propose."""
        self.assessment, self.obstacle = None, ""
        try:
            self.assessment = queries.assessment_of(self.case)
        except CaseworkError as error:
            self.obstacle = str(error)
        self.fields["amount"].initial = None
        if self.assessment is not None and self.assessment.category != Category.NONE:
            self.initial.setdefault("category", self.assessment.category)
            self.fields["category"].help_text = _now("The rules propose: %(category)s.") % {
                "category": self.assessment.category.label
            }
            most = queries.ceiling_of(self.case, self.assessment.category)
            if most.amount is not None:
                self.fields["amount"].help_text = _now("At most ¥%(amount)s = %(formula)s.") % {
                    "amount": number_format(most.amount, 2),
                    "formula": most.formula,
                }

    def clean(self) -> dict[str, Any]:
        """Ask for the reasons that this proposal needs."""
        data = super().clean() or {}
        if self.obstacle:
            raise forms.ValidationError(self.obstacle)
        if data.get("decision") == self.Decision.DECLINE:
            if not data.get("category_reason"):
                self.add_error("category_reason", _("Say why; the applicant is told."))
        elif data.get("decision") == self.Decision.PROPOSE:
            self._check_proposal(data)
        return data

    def _check_proposal(self, data: dict[str, Any]) -> None:
        category, amount = data.get("category"), data.get("amount")
        proposed = self.assessment.category if self.assessment else Category.NONE
        if not category:
            self.add_error("category", _("Choose a category."))
            return
        if not amount:
            self.add_error("amount", _("Enter an amount."))
            return
        if category != proposed and not data.get("category_reason"):
            self.add_error(
                "category_reason",
                _now("The rules say “%(category)s”; say why you differ.") % {"category": proposed.label},
            )
        most = queries.ceiling_of(self.case, category)
        if most.amount is not None and not most.allows(amount) and not data.get("above_ceiling_reason"):
            self.add_error(
                "above_ceiling_reason",
                _now("The ceiling is ¥%(amount)s = %(formula)s; say why more is needed.")
                % {"amount": number_format(most.amount, 2), "formula": most.formula},
            )
        survey = self.case.surveys.last()
        rules = queries.rules_for(self.case.office, survey.surveyed_on)
        if not data.get("other_aid_reason"):
            others = queries.other_programmes_of_year(self.case, survey.surveyed_on.year)
            if not may_combine(category, self.case.programme, others, rules).allowed:
                self.add_error(
                    "other_aid_reason",
                    _now("This category gets one kind of aid a year and already has: %(programmes)s. Say why.")
                    % {"programmes": _now(", ").join(str(Programme(code).label) for code in others)},
                )


class _OverTheProposal(StepForm):
    """A step over a proposal: its page shows what was found and proposed, for nobody decides unread."""

    def arrange(self) -> None:
        """Have the survey at hand, and what the rules make of it."""
        self.survey = self.case.surveys.select_related("surveyor", "companion").last()
        self.assessment, self.obstacle = None, ""
        try:
            self.assessment = queries.assessment_of(self.case)
        except CaseworkError as error:
            self.obstacle = str(error)


class ConfirmDecline(_OverTheProposal):
    """A second person decides whether an application is declined."""

    class Decision(models.TextChoices):
        """What is decided."""

        DECLINE = "decline", _("Decline the application")
        RETURN = "return", _("Return for a new survey")

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = _text(_("Reason"), help_text=_("For declining, the applicant is told it in the letter."))


class PostNotice(_OverTheProposal):
    """Where the proposal is made public, with consent."""

    place = forms.CharField(
        label=_("Posted at"),
        max_length=200,
        help_text=_("Where people know the household: workplace, neighbourhood."),
    )
    consents = forms.BooleanField(
        label=_("The applicant agrees that name, workplace, category and amount are made public"),
        error_messages={"required": _("Without consent to publish the application cannot go on; it can be withdrawn.")},
    )
    guardian_name = forms.CharField(
        label=_("Guardian"), max_length=60, required=False, help_text=_("When the applicant is younger than 14.")
    )

    def arrange(self) -> None:
        """Tick the consent that is on record."""
        super().arrange()
        self.initial.setdefault("consents", consent_to(self.case.worker, Purpose.PUBLISHING) is not None)


class Object(StepForm):
    """What somebody says against the notice."""

    objector = forms.CharField(
        label=_("Who objects"),
        max_length=120,
        required=False,
        help_text=_("May stay empty: an objection may be anonymous."),
    )
    content = _text(_("Objection"), rows=4)


class AnswerObjection(_OverTheProposal):
    """Whether the objection is right, and why."""

    class Decision(models.TextChoices):
        """What is decided."""

        REJECT = "reject", _("Not right: the notice runs again")
        UPHOLD = "uphold", _("Right: the aid is refused")

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    answer = _text(_("What was found out, and the answer"), rows=4)


class _Deciding(_OverTheProposal):
    """A decision whose negative forms need a reason."""

    WITHOUT_REASON: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        data = super().clean() or {}
        decision = data.get("decision")
        if decision and decision not in self.WITHOUT_REASON and not data.get("reason"):
            self.add_error("reason", _("This decision needs a reason."))
        return data


class Review(_Deciding):
    """The county's review."""

    class Decision(models.TextChoices):
        """What is decided."""

        PASS = "pass", _("Pass to the city")
        RETURN = "return", _("Return for a new survey")
        REFUSE = "refuse", _("Refuse")

    WITHOUT_REASON = (Decision.PASS,)

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = _text(_("Reason or remark"), required=False)


class Approve(_Deciding):
    """The city's approval: the money is reserved with it."""

    class Decision(models.TextChoices):
        """What is decided."""

        APPROVE = "approve", _("Approve")
        RETURN = "return", _("Return for a new survey")
        REFUSE = "refuse", _("Refuse")

    WITHOUT_REASON = (Decision.APPROVE,)

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = _text(_("Reason or remark"), required=False)
    double_aid_reason = _text(
        _("Why a second aid for the same cause"),
        required=False,
        rows=2,
        help_text=_("Only where the house knows of another sum for the same cause."),
    )

    def arrange(self) -> None:
        """Look city-wide for another sum for the same cause."""
        super().arrange()
        line = self.case.claim_lines.filter(state="open").first()
        self.elsewhere = subsidies_elsewhere(line) if line else []
        if not self.elsewhere:
            del self.fields["double_aid_reason"]
            return
        places = _now("; ").join(f"{place.office_name} {place.office_phone}".strip() for place in self.elsewhere)
        self.fields["double_aid_reason"].help_text = _now(
            "The person or the household has a sum for the same cause. Ask: %(places)s."
        ) % {"places": places}

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a second aid, when this one is approved."""
        data = super().clean()
        if self.elsewhere and data.get("decision") == self.Decision.APPROVE and not data.get("double_aid_reason"):
            self.add_error("double_aid_reason", _("Say why the household may get a second aid for the same cause."))
        data.setdefault("double_aid_reason", "")
        return data


class ApproveAbove(Approve):
    """The approval of the office above the city, or the record of its letter."""

    letter = forms.CharField(
        label=_("Number of the approval letter"),
        max_length=60,
        required=False,
        help_text=_("When the deciding office is not in this system: the number of its letter (批复)."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the letter where the office above the city is not in the system."""
        data = super().clean()
        is_here = Office.objects.filter(path__in=self.case.office.path_upwards, level=Level.PROVINCE).exists()
        if data.get("decision") == self.Decision.APPROVE and not is_here and not data.get("letter"):
            self.add_error("letter", _("The office above is not in this system: enter the number of its letter."))
        return data


class OrderPayment(StepForm):
    """The account the aid is paid to."""

    account = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label=_("Bank account of the applicant"),
        to_field_name="uuid",
        help_text=_("Enter a missing account on the person's page first."),
    )

    def arrange(self) -> None:
        """Offer the accounts on record."""
        self.fields["account"].queryset = accounts_of(self.case.worker)  # type: ignore[attr-defined]
        newest = accounts_of(self.case.worker).first()
        self.initial.setdefault("account", newest.uuid if newest else None)


class Visit(StepForm):
    """The follow-up talk."""

    reached = forms.ChoiceField(
        label=_("Was the applicant reached?"), choices=ReturnVisit.Reached.choices, widget=forms.RadioSelect
    )
    satisfaction = forms.ChoiceField(
        label=_("Satisfaction"), required=False, choices=[("", "—"), *ReturnVisit.Satisfaction.choices]
    )
    note = _text(_("What was said"), required=False, help_text=_("Did the money come and help? What is needed now?"))

    def clean(self) -> dict[str, Any]:
        """Ask how satisfied somebody is who was reached."""
        data = super().clean() or {}
        if data.get("reached") == ReturnVisit.Reached.YES and not data.get("satisfaction"):
            self.add_error("satisfaction", _("Ask how satisfied the applicant is."))
        return data
