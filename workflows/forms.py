"""The bases of every step form and every intake form; the page, the API and the tests use the same ones."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, InvalidFacts
from casework.audit.events import KINDS
from casework.audit.models import Outcome, Reading
from casework.cases.conflicts import people_overseen
from casework.cases.models import Case, CaseLink, Channel, ConflictOfInterest, MatterClass, Stage
from casework.deadlines.models import Clock
from casework.deadlines.proceedings import Proceeding
from casework.deadlines.rules import Consent
from casework.documents.forms import WriteLetter
from casework.employers.models import Employer
from casework.offices import scope
from casework.offices.forms import DayField, FilterForm, LongSelect, within_reach
from casework.offices.models import Office
from casework.offices.queries import offices_where
from casework.offices.scope import ACTS
from casework.people import identifiers
from casework.people.identifiers import worker_label
from casework.people.models import IdType, Worker
from casework.staff.models import User

from .case_type import all_case_types, case_type


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
    worker_id_type = forms.ChoiceField(
        label=_("Kind of ID"), choices=IdType.choices, initial=IdType.RESIDENT, required=False
    )
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

    def __init__(self, *args: Any, by: Any = None, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.today = by, timezone.localdate(at)
        choices: dict[str, Any] = {
            "office": offices_where(by, scope.ACTS["case.open"].roles),
            "worker": scope.visible(Worker.objects.all(), by, "person.read"),
            "employer": scope.visible(Employer.objects.all(), by, "employer.read"),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean_worker_id_type(self) -> str:
        """Take a resident's ID card when nothing was chosen."""
        return self.cleaned_data["worker_id_type"] or IdType.RESIDENT

    def clean_worker_id_number(self) -> str:
        """Check the number and bring it into its one form."""
        number, kind = self.cleaned_data["worker_id_number"], self.cleaned_data.get("worker_id_type")
        if not number or not kind:  # a kind of ID that does not exist is refused at its own field
            return ""
        with said_at_the_field():
            return identifiers.identity(kind, number, self.today).number

    def clean_worker_phone(self) -> str:
        """Check the phone and bring it into its one form."""
        phone = self.cleaned_data["worker_phone"]
        if not phone:
            return ""
        with said_at_the_field():
            return identifiers.phone(phone).number

    def clean(self) -> dict[str, Any]:
        """Ask for the worker, one way or the other."""
        data = super().clean() or {}
        if not data.get("worker") and not data.get("worker_name") and "worker_name" not in self.errors:
            self.add_error("worker_name", _("Choose a worker on file or give the name."))
        return data


@contextmanager
def said_at_the_field() -> Iterator[None]:
    """Show the reason of a rule beside the input it is about."""
    try:
        yield
    except CaseworkError as error:
        raise forms.ValidationError(str(error)) from error


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """Return what a form holds, or raise what is wrong with it.

    Raises:
        InvalidFacts: with the messages of each field.
    """
    if not form.is_valid():
        raise InvalidFacts({field: [str(text) for text in texts] for field, texts in form.errors.items()})
    return form.cleaned_data


class ExtensionForm(forms.Form):
    """A later last day for a clock, its reason, and the consent that its rule asks for."""

    until = DayField(label=_("New last day"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = clock.known_rule
        consent = Consent(rule.extension.consent) if rule and rule.extension else Consent.OFFICE
        labels = {
            Consent.BOTH_SIDES: _("Both parties have agreed to it in writing"),
            Consent.HEAD: _("The head of the office has approved it, and the petitioner was told"),
            Consent.BODY: _("The body has decided it and told the parties"),
        }
        if consent in labels:
            self.fields["consented"] = forms.BooleanField(label=labels[consent])


class ProceedingForm(forms.Form):
    """What somebody else did, and when."""

    kind = forms.ChoiceField(label=_("What happened"))
    on = DayField(label=_("On"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)

    def __init__(self, *args: Any, steps: Iterable[Proceeding], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for step in steps:
            groups.setdefault(str(step.body), []).append((step.kind, step.title))
        self.fields["kind"].choices = [("", "—"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["on"].initial = on


class CaseFilter(FilterForm):
    """Filters of the case list."""

    # The filters of a list stand in its address, where no person's name may: a worker is sought under "People".
    text = forms.CharField(label=_("Number or employer"), max_length=60, required=False)
    slug = forms.ChoiceField(label=_("Kind"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=[("", _("All")), *Stage.choices], required=False)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    open_only = forms.BooleanField(label=_("Only open"), required=False)
    late = forms.BooleanField(label=_("Overdue"), required=False)
    near = forms.BooleanField(label=_("At risk"), required=False)
    by_due = forms.BooleanField(label=_("Sorted by the next deadline"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.slug, kind.title) for kind in all_case_types()]
        self.fields["slug"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Return the filters that were set; what is asked for by its deadline is sorted by it."""
        found = super().chosen()
        return {**found, "by_due": any(found.get(name) for name in ("late", "near", "by_due"))}


class ManyLetters(forms.Form):
    """Which letter goes to many cases, and which cases: those of the list's filters, or those that were ticked."""

    filters = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)
    numbers = forms.CharField(widget=forms.HiddenInput, max_length=10_000, required=False)
    letter = forms.ChoiceField(label=_("Letter"))

    def __init__(self, *args: Any, letters: Iterable[tuple[Any, list[tuple[str, Any]]]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter"].choices = [("", "—"), *letters]  # type: ignore[attr-defined]


class WriteManyLetters(WriteLetter):
    """What one letter to many says, beside what each file says."""

    filters = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)
    numbers = forms.CharField(widget=forms.HiddenInput, max_length=10_000, required=False)
    letter = forms.CharField(widget=forms.HiddenInput, max_length=120)
    # The cases as they were shown: what is begun is what was seen.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["blanks"]  # nobody looks at each of them

    def facts(self) -> dict[str, Any]:
        """Return what the letter's text uses of what was typed."""
        return {name: value for name, value in self.so_far()[1].items() if name not in type(self).base_fields}


class ConflictForm(forms.Form):
    """What binds a person to a party; a supervisor also says it of one of her people."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"), to_field_name="username")
    party = forms.ChoiceField(label=_("Party"))
    tie = forms.ChoiceField(label=_("Tie to the party"), choices=ConflictOfInterest.Tie.choices)
    note = forms.CharField(
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("Needed for another tie."),
    )

    def __init__(self, *args: Any, parties: dict[str, Any], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        person: Any = self.fields["person"]
        person.queryset = people_overseen(by)
        person.label_from_instance = lambda one: one.display_name
        self.initial.setdefault("person", by.username)
        labels = {"worker": _("Worker: %(name)s"), "employer": _("Employer: %(name)s")}
        names = {name: worker_label(one.name) if name == "worker" else one.name for name, one in parties.items()}
        self.fields["party"].choices = [(name, labels[name] % {"name": names[name]}) for name in parties]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """Return what `declare_conflict` takes."""
        data = dict(self.cleaned_data)
        party = data.pop("party")
        return {**data, party: self.parties[party]}


class ConflictFilter(FilterForm):
    """Filters of the list of conflicts of interest."""

    SHOWN: ClassVar[list[tuple[str, Any]]] = [("", _("Those that stand")), ("ended", _("Those that are ended"))]

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    person = forms.CharField(label=_("Username"), max_length=60, required=False)


class _OfTrail(FilterForm):
    """What the trail and the register of readings are both searched by."""

    case = forms.CharField(label=_("Case number"), max_length=40, required=False)
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office and below"), to_field_name="code", required=False, widget=LongSelect
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    # The person's page, or the list of her readers, leads here with it: nobody types it, and no number or name stands
    # in the address.
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["office"]
        offices.queryset = offices_where(user, ACTS["audit.read"].roles)


class TrailFilter(_OfTrail):
    """Filters of the audit trail."""

    actor = forms.CharField(label=_("Username"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind of event"), required=False, widget=LongSelect)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("All")), *Outcome.choices], required=False)
    field_order = ("case", "actor", "kind", "outcome", "office", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind.code, f"{kind.title} ({kind.code})") for kind in KINDS.values()), key=lambda row: row[1])
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]


class ReadsFilter(_OfTrail):
    """Filters of the register of who read personal data."""

    reader = forms.CharField(label=_("Username of the reader"), max_length=60, required=False)
    purpose = forms.ChoiceField(label=_("What for"), choices=[("", _("All")), *Reading.choices], required=False)
    field_order = ("case", "reader", "purpose", "office", "since", "until")


class ContactForm(forms.Form):
    """A call, visit, letter or message: who, what, and what becomes of it."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), to_field_name="code")
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    matter = forms.ChoiceField(label=_("Matter"), choices=MatterClass.choices)
    is_anonymous = forms.BooleanField(label=_("The caller stays anonymous"), required=False)
    caller_name = forms.CharField(label=_("Name of the caller"), max_length=60, required=False)
    caller_phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    question = forms.CharField(
        label=_("What is asked or told"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000
    )
    answer = forms.CharField(
        label=_("Answer given"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
        help_text=_("With an answer the contact is closed at once."),
    )
    promised_on = DayField(
        label=_("Answer promised by"),
        required=False,
        help_text=_("Left empty, the service promise of the matter counts."),
    )
    opens = forms.ChoiceField(
        label=_("It is a matter"), required=False, help_text=_("Opens a case with this contact as its first paper.")
    )

    def __init__(self, *args: Any, by: Any = None, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(at)
        self.fields["office"].queryset = offices_where(by, scope.ACTS["contact.take"].roles)  # type: ignore[attr-defined]
        kinds = [(kind.slug, kind.title) for kind in all_case_types()]
        self.fields["opens"].choices = [("", _("No, only a question")), *kinds]  # type: ignore[attr-defined]

    def clean_caller_phone(self) -> str:
        """Check the phone and bring it into its one form."""
        phone = self.cleaned_data["caller_phone"]
        if not phone:
            return ""
        with said_at_the_field():
            return identifiers.phone(phone).number

    def clean_promised_on(self) -> date | None:
        """Promise nothing for a day that has passed."""
        promised = self.cleaned_data["promised_on"]
        if promised and promised < self.today:
            raise forms.ValidationError(_("Choose a day from today on."))
        return promised

    def clean(self) -> dict[str, Any]:
        """An anonymous caller leaves no name; a question that is answered is no case."""
        data = super().clean() or {}
        if data.get("is_anonymous") and (data.get("caller_name") or data.get("caller_phone")):
            self.add_error("is_anonymous", _("An anonymous caller leaves neither name nor phone."))
        if data.get("opens") and data.get("answer"):
            self.add_error("opens", _("Either the question is answered, or it becomes a case."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return what `take_contact` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "opens"}


class AnswerForm(forms.Form):
    """The answer to a contact."""

    answer = forms.CharField(label=_("Answer given"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


class HandOverForm(StepForm):
    """To which office a case goes, and why."""

    to = forms.ModelChoiceField(Office.objects.none(), label=_("To which office"), to_field_name="code")
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def arrange(self) -> None:
        """Offer every office but the case's own."""
        offices = Office.objects.filter(is_active=True).exclude(pk=self.case.office_id).order_by("path")
        self.fields["to"].queryset = offices  # type: ignore[attr-defined]


class HandOverDecision(forms.Form):
    """Whether the receiving office takes the case."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("accept", _("Accept")), ("return", _("Return"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason, when returned"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Returning needs a reason."""
        data = super().clean() or {}
        if data.get("decision") == "return" and not data.get("reason"):
            self.add_error("reason", _("Returning a case needs a reason."))
        return data


class LinkForm(StepForm):
    """Which other case belongs to this one."""

    number = forms.CharField(label=_("Number of the other case"), max_length=40)
    why = forms.ChoiceField(label=_("Why"), choices=CaseLink.Why.choices)

    def clean(self) -> dict[str, Any]:
        """Find the other case among those the person may read."""
        data = super().clean() or {}
        number = data.get("number", "").strip()
        if not number:
            return data
        other = scope.visible(Case.objects.all(), self.by, "case.read").filter(number=number).first()
        if other is None or other.pk == self.case.pk:
            self.add_error("number", _("There is no other case of this number that you may read."))
        data["other"] = other
        return data


class RecountForm(forms.Form):
    """Whose deadlines are to be reckoned again, and what changed."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), to_field_name="code", help_text=_("With every office below it.")
    )
    why = forms.CharField(
        label=_("What changed"),
        max_length=200,
        help_text=_("The notice or the rule. It stands in the history of every case whose deadlines move."),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_where(by, scope.ACTS["deadline.recount"].roles)  # type: ignore[attr-defined]


_YES, _NO = {"1", "yes", "true", "on", "是"}, {"", "0", "no", "false", "off", "否"}


def _yes_or_no(typed: str) -> bool:
    """Read an answer that is typed where a box would be ticked.

    Raises:
        ValidationError: it is neither.
    """
    word = typed.lower()
    if word not in _YES | _NO:
        raise forms.ValidationError(_("Answer yes or no."))
    return word in _YES


class CorrectionForm(StepForm):
    """Which fact was wrong, what is right, and why."""

    fact = forms.ChoiceField(label=_("Which fact"))
    value = forms.CharField(
        label=_("What is right"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)

    def arrange(self) -> None:
        """Offer the facts this type lets people correct."""
        self.model_fields = {name: self.case._meta.get_field(name) for name in self.case.CORRECTABLE}
        self.fields["fact"].choices = [  # type: ignore[attr-defined]
            (name, field.verbose_name) for name, field in self.model_fields.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Read the new value the way the fact's own input would."""
        data = super().clean() or {}
        field = self.model_fields.get(data.get("fact", ""))
        if field is None:
            return data
        asked = field.formfield()
        # what a case must be opened with, and within which limits, holds for its correction, too
        first = case_type(self.case.case_type).intake_form.base_fields.get(data["fact"])
        try:
            raw = data.get("value", "").strip()
            if isinstance(asked, forms.BooleanField):
                raw = _yes_or_no(raw)
            elif field.choices:
                raw = next((code for code, label in field.flatchoices if str(label) == raw), raw)
            data["value"] = asked.clean(raw)
            if isinstance(data["value"], date):
                within_reach(data["value"])
            if first is not None:
                first.run_validators(data["value"])
                if first.required:
                    first.validate(data["value"])
        except forms.ValidationError as error:
            self.add_error("value", error)
        return data
