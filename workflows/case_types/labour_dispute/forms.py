"""What is asked at each step of a labour dispute."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.cases.conflicts import untied_holders
from casework.cases.models import ReturnVisit
from casework.documents.models import Document
from casework.offices.forms import DayField, MomentField, within_reach
from casework.offices.roles import Role
from casework.people import identifiers
from casework.people.models import Worker
from casework.staff.models import User
from casework.templatetags.gongdao import money
from workflows.forms import Intake as BaseIntake
from workflows.forms import ReasonForm as ReasonForm
from workflows.forms import StepForm, said_at_the_field

from . import queries
from .calculators import CALCULATORS
from .models import (
    Booking,
    Cause,
    CollectiveMember,
    EmployerAnswer,
    Failure,
    Instalment,
    MediationBody,
    ReferredTo,
    Settlement,
)

LONGEST_SESSION_HOURS = 8
MOST_INSTALMENTS = 60
LONGEST_NAME: int = Worker._meta.get_field("name").max_length or 0
REPRESENTATIVE = frozenset({"代表", "representative", "*"})

LARGEST_SUM = Decimal(10) ** 10
# 劳动合同法实施条例 art. 25: with the damages paid, no economic compensation is paid again.
EITHER_OR = frozenset({"compensation", "unlawful_termination"})
Amount = {"max_digits": 12, "decimal_places": 2, "min_value": Decimal("0.01")}


def _day(label: Any, **more: Any) -> forms.DateField:
    return DayField(label=label, **more)


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "900"})
    return MomentField(label=label, widget=widget, **more)


def _words(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, **more)


def _require(form: forms.Form, data: dict[str, Any], *names: str) -> None:
    """Ask for inputs that this answer needs."""
    for name in names:
        if data.get(name) in (None, "") and name not in form.errors:
            form.add_error(name, _("This is needed here."))


class MembersField(forms.CharField):
    """A list of workers as it is typed or pasted: one line each, with name, ID number, phone, and “代表”."""

    widget = forms.Textarea(attrs={"rows": 8})

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return one dict per line.

        Raises:
            ValidationError: with the number of every line that cannot be read.
        """
        lines = [line.strip() for line in super().clean(value).splitlines()]
        members, wrong = [], []
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            try:
                members.append(_member(line))
            except forms.ValidationError as error:
                wrong.append(_now("Line %(number)s: %(reason)s") % {"number": number, "reason": error.messages[0]})
        numbers = [member["id_number"] for member in members if member["id_number"]]
        if len(numbers) != len(set(numbers)):
            wrong.append(_now("An ID number stands there twice."))
        if wrong:
            raise forms.ValidationError(wrong)
        return members


def _member(line: str) -> dict[str, Any]:
    """Read one line of the list."""
    name: list[str] = []
    member: dict[str, Any] = {"id_number": "", "phone": "", "is_representative": False}
    for word in re.split(r"[\s,，、;；]+", line):
        if word.lower() in REPRESENTATIVE:
            member["is_representative"] = True
        elif re.fullmatch(r"\d{17}[\dXx]|\d{15}", word):
            with said_at_the_field():
                member["id_number"] = identifiers.resident_id(word, timezone.localdate()).number
        elif re.fullmatch(r"\+?[\d-]{7,}", word):
            with said_at_the_field():
                member["phone"] = identifiers.phone(word).number
        elif word:
            name.append(word)
    if not name:
        raise forms.ValidationError(_("The name is missing."))
    found = " ".join(name)
    if len(found) > LONGEST_NAME:
        raise forms.ValidationError(_("The name is too long."))
    return {"name": found, **member}


HOW_TO_LIST = _(
    "One worker a line: name, ID number, phone; write “代表” behind a representative. "
    "Ten workers or more are a collective case and need three to five representatives."
)


class Intake(BaseIntake):
    """What is asked when a labour dispute comes in."""

    cause = forms.ChoiceField(label=_("What is it about"), choices=Cause.choices)
    requests = _words(_("What the worker asks for"), required=False)
    claimed_amount = forms.DecimalField(
        label=_("Amount claimed (yuan)"), required=False, max_digits=12, decimal_places=2, min_value=Decimal(0)
    )
    received_on = _day(_("Application received on"), required=False, help_text=_("Empty: today."))
    is_oral = forms.BooleanField(
        label=_("Applied orally"), required=False, help_text=_("Then what was said is written down on the spot.")
    )
    limitation_started_on = _day(
        _("Knew of it since"),
        required=False,
        help_text=_("When the worker knew, or should have known, that the right was infringed."),
    )
    is_employed = forms.BooleanField(label=_("Still employed there"), required=False)
    employed_from = _day(_("Employed from"), required=False)
    employed_until = _day(_("Employed until"), required=False)
    monthly_wage = forms.DecimalField(
        label=_("Monthly wage (yuan)"),
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        help_text=_("Average of the last twelve months."),
    )
    is_migrant_worker = forms.BooleanField(label=_("Migrant worker"), required=False)
    members = MembersField(label=_("Further workers in the same dispute"), required=False, help_text=HOW_TO_LIST)

    def clean_received_on(self) -> date:
        """Take today when nothing was said; never a day to come."""
        received = self.cleaned_data["received_on"] or self.today
        if received > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return received

    def clean_limitation_started_on(self) -> date | None:
        """Refuse a day to come."""
        started = self.cleaned_data["limitation_started_on"]
        if started and started > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return started

    def clean(self) -> dict[str, Any]:
        """Ask for the employer, and for days that fit together."""
        data = super().clean()
        if not data.get("employer") and not data.get("employer_name"):
            self.add_error("employer_name", _("A labour dispute has an employer: choose one on file or give the name."))
        since, until = data.get("employed_from"), data.get("employed_until")
        if since and until and until < since:
            self.add_error("employed_until", _("The employment ended before it began."))
        if data.get("is_employed") and until and until < self.today:
            self.add_error(
                "employed_until", _("Still employed, and employed until a day that has passed: which is it?")
            )
        return data


class CheckMatter(StepForm):
    """Is it a labour dispute, is this the right body, and what is the employer asked?"""

    decision = forms.ChoiceField(
        label=_("Result of the check"),
        choices=[
            ("ask", _("In scope: ask the employer")),
            ("refer", _("Another body is competent: refer")),
            ("decline", _("Not a labour dispute: decline in writing")),
        ],
        widget=forms.RadioSelect,
    )
    mediation_body = forms.ChoiceField(
        label=_("Who mediates"),
        choices=[("", "—"), *MediationBody.choices],
        required=False,
        help_text=_("Decides which ways are open after an agreement."),
    )
    asked_on = _day(_("Employer asked on"), required=False)
    to_body = forms.ChoiceField(label=_("Competent body"), choices=[("", "—"), *ReferredTo.choices], required=False)
    reason = _words(
        _("Reason"), required=False, help_text=_("Goes into the letter when the matter is referred or declined.")
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs."""
        data = super().clean() or {}
        needs = {"ask": ("mediation_body", "asked_on"), "refer": ("to_body", "reason"), "decline": ("reason",)}
        _require(self, data, *needs.get(data.get("decision", ""), ()))
        return data


class RecordAnswer(StepForm):
    """What the employer said to mediation."""

    answer = forms.ChoiceField(
        label=_("The employer"),
        choices=[
            (EmployerAnswer.CONSENTS, EmployerAnswer.CONSENTS.label),
            (EmployerAnswer.REFUSES, EmployerAnswer.REFUSES.label),
        ],
        widget=forms.RadioSelect,
        help_text=_("Silence is recorded by its clock after five days."),
    )
    note = _words(_("In its own words"), required=False)


class DecideAcceptance(StepForm):
    """Accept the dispute for mediation, or decline it in writing."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("Accept for mediation")), ("decline", _("Decline in writing"))],
        widget=forms.RadioSelect,
    )
    reason = _words(_("Reason"), required=False, help_text=_("Needed when declining; goes into the letter."))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        data = super().clean() or {}
        if data.get("decision") == "decline":
            _require(self, data, "reason")
        return data


class Members(StepForm):
    """Further workers of the dispute, and who speaks for them."""

    members = MembersField(label=_("Further workers"), required=False, help_text=HOW_TO_LIST)
    representatives = forms.ModelMultipleChoiceField(
        CollectiveMember.objects.none(),
        label=_("Representatives among the workers on the list"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def arrange(self) -> None:
        """Offer the workers already on the list."""
        known = queries.members_of(self.case)
        field = self.fields["representatives"]
        field.queryset = known  # type: ignore[attr-defined]
        field.label_from_instance = queries.member_label  # type: ignore[attr-defined]
        self.initial.setdefault("representatives", [member.pk for member in known if member.is_representative])


class ExtendMediation(StepForm):
    """Both parties want to go on mediating."""

    until = _day(_("Mediate until"))
    both_agree = forms.BooleanField(label=_("Both parties have agreed to it in writing"))
    reason = _words(_("Reason"))

    def clean(self) -> dict[str, Any]:
        """Drop the mark that only had to be set."""
        data = super().clean() or {}
        data["consented"] = data.pop("both_agree", False)
        return data


class ScheduleSession(StepForm):
    """Room, mediator and hour of a session."""

    room = forms.CharField(label=_("Room"), max_length=60)
    mediator = forms.ModelChoiceField(User.objects.none(), label=_("Mediator"))
    starts_at = _moment(_("Begins at"), help_text=_("Sessions begin and end on a quarter of an hour."))
    ends_at = _moment(_("Ends at"))

    def arrange(self) -> None:
        """Offer the mediators who may work for this office and have no tie to a party."""
        free = untied_holders(self.case, Role.MEDIATOR, timezone.localdate())
        self.fields["mediator"].queryset = free  # type: ignore[attr-defined]
        self.fields["mediator"].label_from_instance = lambda person: person.display_name  # type: ignore[attr-defined]
        if self.by is not None:
            self.initial.setdefault("mediator", self.by.pk)

    def clean_room(self) -> str:
        """Bring the name of the room into its one form, so that a room is one room."""
        return " ".join(self.cleaned_data["room"].split())

    def clean_starts_at(self) -> datetime:
        """Keep to quarters of an hour."""
        return _on_the_quarter(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> datetime:
        """Keep to quarters of an hour."""
        return _on_the_quarter(self.cleaned_data["ends_at"])

    def clean(self) -> dict[str, Any]:
        """Ask for an end after the beginning, on the same working day."""
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and not 0 < (ends - starts).total_seconds() <= LONGEST_SESSION_HOURS * 3600:
            self.add_error("ends_at", _("A session ends after it begins, and within eight hours."))
        return data


def _on_the_quarter(moment: datetime) -> datetime:
    if moment.second or moment.microsecond or moment.minute % (Booking.QUARTER.seconds // 60):
        raise forms.ValidationError(_("Choose a full quarter of an hour."))
    return moment


class HoldSession(StepForm):
    """What came of the session."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[
            ("agreed", _("Both parties agree")),
            ("adjourned", _("Adjourned: another session follows")),
            ("failed", _("Mediation failed")),
        ],
        widget=forms.RadioSelect,
    )
    worker_attended = forms.BooleanField(label=_("The worker, or who speaks for the worker, was there"), required=False)
    employer_attended = forms.BooleanField(label=_("The employer was there"), required=False)
    record = _words(_("Record of the session"), rows=8)

    def clean(self) -> dict[str, Any]:
        """Refuse an agreement of one party."""
        data = super().clean() or {}
        here = data.pop("worker_attended", False), data.pop("employer_attended", False)
        if data.get("result") == "agreed" and not all(here):
            self.add_error("result", _("Only parties that were there can agree."))
        return data


class DraftAgreement(StepForm):
    """The agreement: who gets how much, when, and what else is to be done."""

    result = _words(_("What was agreed"), rows=6)
    manner = forms.CharField(
        label=_("Manner of performance"),
        max_length=200,
        help_text=_("For instance: transfer to the worker's wage card."),
    )
    other_duty = _words(
        _("What else the employer has to do"),
        required=False,
        help_text=_("For instance: hand out the certificate that the employment ended."),
    )
    basis = forms.MultipleChoiceField(
        label=_("Sums by law the agreement goes by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("How far the agreement differs from them is recorded with it."),
    )
    plan = _words(
        _("Instalments"),
        required=False,
        help_text=_("One a line: day and amount, for instance “2026-10-15 5000.00”. Together they make the whole sum."),
    )

    def arrange(self) -> None:
        """Ask for a sum for each worker, and start from the draft that was returned."""
        self.shares: dict[str, int] = {}
        for worker, label in queries.workers_of(self.case):
            name = f"share_{worker.pk}"
            self.shares[name] = worker.pk
            self.fields[name] = forms.DecimalField(
                label=_("Sum for %(worker)s (yuan)") % {"worker": label},
                required=False,
                max_digits=12,
                decimal_places=2,
                min_value=Decimal(0),
            )
        self.by_law, self.calculators = queries.sums_by_law(self.case, timezone.localdate()), CALCULATORS
        offered = [(one.name, f"{one.title} {money(one.amount)}") for one in self.by_law]
        self.fields["basis"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["basis"]
        elif len(self.shares) == 1:
            said = _now("By law: %(sums)s.") % {"sums": _now("; ").join(words for _name, words in offered)}
            self.fields[next(iter(self.shares))].help_text = said
        self.order_fields(["result", "basis", *self.shares, "plan", "manner", "other_duty"])
        self.initial = {"basis": _proposed(self.by_law), **queries.last_draft(self.case), **self.initial}

    def clean_plan(self) -> list[tuple[date, Decimal]]:
        """Read the instalments.

        Raises:
            ValidationError: with the number of the line that cannot be read.
        """
        plan = []
        for number, line in enumerate(self.cleaned_data["plan"].splitlines(), 1):
            words = line.replace(",", " ").replace("，", " ").split()
            if not words:
                continue
            try:
                day, amount = date.fromisoformat(words[0]), Decimal(words[1])
                within_reach(day)
            except (ValueError, IndexError, InvalidOperation, forms.ValidationError):
                raise forms.ValidationError(_("Line %(number)s: a day and an amount.") % {"number": number}) from None
            # the size first: what has more digits than a Decimal reckons with cannot be rounded
            fits = amount.is_finite() and 0 < amount < LARGEST_SUM
            if len(words) > 2 or not fits or amount != round(amount, 2):
                raise forms.ValidationError(_("Line %(number)s: an amount in yuan and fen.") % {"number": number})
            plan.append((day, round(amount, 2)))
        if plan != sorted(plan, key=lambda part: part[0]):
            raise forms.ValidationError(_("Put the instalments in the order of their days."))
        if len(plan) > MOST_INSTALMENTS:
            raise forms.ValidationError(_("At most sixty instalments."))
        return plan

    def clean(self) -> dict[str, Any]:
        """Gather the sums and compare them with the instalments."""
        data = super().clean() or {}
        shares = {pk: data.pop(name, None) or Decimal(0) for name, pk in self.shares.items()}
        total = sum(shares.values(), Decimal(0))
        planned = sum((amount for _on, amount in data.get("plan") or []), Decimal(0))
        if "plan" in data and planned != total:
            self.add_error(
                "plan",
                _("The instalments come to %(planned)s, the sums to %(total)s.") % {"planned": planned, "total": total},
            )
        if not total and not data.get("other_duty"):
            self.add_error("other_duty", _("An agreement without a sum says what else is to be done."))
        if {name.partition(".")[2] for name in data.get("basis", ())} >= EITHER_OR:
            self.add_error("basis", _("Who gets damages for an unlawful termination gets no compensation beside them."))
        return {**data, "shares": {pk: share for pk, share in shares.items() if share}}


def _proposed(by_law: list[queries.ByLaw]) -> list[str]:
    """Return what an agreement most likely goes by: what somebody kept for it, or the first that the facts give."""
    kept = [one.name for one in by_law if one.result is None]
    return kept or [one.name for one in by_law[:1]]


class _OverTheAgreement(StepForm):
    """A step over an agreement: its page shows what was agreed, for nobody approves or signs unread."""

    def arrange(self) -> None:
        """Have the agreement at hand, and what it gives to whom and when."""
        self.agreement = queries.settlement_of(self.case)
        self.basis = queries.basis_of(self.case)
        self.instalments = queries.owed_instalments(self.case)


class ApproveAgreement(_OverTheAgreement):
    """Approve the draft, or return it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve")), ("return", _("Return to the mediator"))],
        widget=forms.RadioSelect,
    )
    reason = _words(_("Reason"), required=False, help_text=_("Needed when returning the draft."))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        data = super().clean() or {}
        if data.get("decision") == "return":
            _require(self, data, "reason")
        return data


class SignAgreement(_OverTheAgreement):
    """Signed by both sides and the mediator, and stamped; or refused."""

    result = forms.ChoiceField(
        label=pgettext_lazy("labour dispute", "What happened"),
        choices=[("signed", _("Signed and stamped")), ("refused", _("A party refuses to sign"))],
        widget=forms.RadioSelect,
    )
    signed_on = _day(_("Signed on"), required=False)
    worker_signed = forms.BooleanField(label=_("Signed by the worker, or by all representatives"), required=False)
    employer_signed = forms.BooleanField(label=_("Signed or sealed by the employer"), required=False)
    mediator_signed = forms.BooleanField(label=_("Signed by the mediator"), required=False)
    stamped = forms.BooleanField(label=_("Stamped by the mediation body"), required=False)
    originals = forms.BooleanField(label=_("Three originals: one for each party, one for the file"), required=False)
    consenting = forms.ModelMultipleChoiceField(
        CollectiveMember.objects.none(),
        label=_("Workers who consent to the agreement"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It does not bind the others; their sums are taken out of it and they keep their claims."),
    )
    reason = _words(_("Reason"), required=False, help_text=_("Needed when a party refuses to sign."))

    NEEDED = ("worker_signed", "employer_signed", "mediator_signed", "stamped", "originals")

    def arrange(self) -> None:
        """Ask each worker of a shared dispute."""
        super().arrange()
        members = queries.members_of(self.case)
        if not members:
            del self.fields["consenting"]
            return
        self.fields["consenting"].queryset = members  # type: ignore[attr-defined]
        self.fields["consenting"].label_from_instance = queries.member_label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for everything that brings an agreement into effect."""
        data = super().clean() or {}
        ticked = {name: data.pop(name, False) for name in self.NEEDED}
        if data.get("result") == "refused":
            _require(self, data, "reason")
            return data
        _require(self, data, "signed_on")
        for name, is_ticked in ticked.items():
            if not is_ticked:
                self.add_error(name, _("Without it the agreement is not in effect."))
        if "consenting" in self.fields and not data.get("consenting") and "consenting" not in self.errors:
            self.add_error("consenting", _("Without the consent of a worker there is nothing to bring into effect."))
        return data


class RecordPerformance(StepForm):
    """What the employer did, or did not do."""

    result = forms.ChoiceField(
        label=pgettext_lazy("labour dispute", "What happened"),
        choices=[
            ("performed", _("Performed")),
            ("breached", _("Not performed in time; the worker still waits for it")),
            ("broken", _("Not performed; go on to a payment order or arbitration")),
        ],
        widget=forms.RadioSelect,
    )
    instalments = forms.ModelMultipleChoiceField(
        Instalment.objects.none(), label=_("Instalments"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_duty_done = forms.BooleanField(label=_("The other duty of the agreement was done"), required=False)
    performed_on = _day(_("Performed on"), required=False)
    proof = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Paper that proves it"),
        required=False,
        help_text=_("Add it to the case first."),
    )
    note = _words(_("Remark"), required=False, help_text=_("Without a paper: how it is known."))

    def arrange(self) -> None:
        """Offer what is still owed."""
        owed = queries.owed_instalments(self.case)
        self.fields["instalments"].queryset = owed  # type: ignore[attr-defined]
        self.fields["instalments"].label_from_instance = queries.instalment_label  # type: ignore[attr-defined]
        self.fields["proof"].queryset = Document.objects.filter(case=self.case.pk)  # type: ignore[attr-defined]
        self.fields["proof"].label_from_instance = lambda paper: paper.title  # type: ignore[attr-defined]
        settlement = queries.settlement_of(self.case)
        if settlement is None or not settlement.other_duty_asked or settlement.other_done_on:
            del self.fields["other_duty_done"]

    def clean(self) -> dict[str, Any]:
        """Ask for what was done, when, and how it is known."""
        data = super().clean() or {}
        data.setdefault("other_duty_done", False)
        result = data.get("result")
        if result == "performed":
            _require(self, data, "performed_on")
        if result in ("performed", "breached") and not data.get("instalments") and not data["other_duty_done"]:
            self.add_error("instalments", _("Choose what it is about."))
        if result == "broken":
            _require(self, data, "note")
        elif result and not data.get("proof") and not data.get("note"):
            self.add_error("note", _("Choose a paper, or say how it is known."))
        return data


class RecordRoute(StepForm):
    """Which joint application gives the agreement the force of a judgment."""

    route = forms.ChoiceField(label=_("Both parties applied for"), choices=Settlement.Route.choices)
    applied_on = _day(_("Applied on"))

    def arrange(self) -> None:
        """Offer the ways that are open for this mediation body."""
        if not queries.is_confirmable(self.case):
            self.fields["route"].choices = [(Settlement.Route.REVIEW, Settlement.Route.REVIEW.label)]  # type: ignore[attr-defined]


class RecordFailure(StepForm):
    """The record of the failure, signed by both sides."""

    worker_signed = forms.BooleanField(label=_("Signed by the worker"), required=False)
    employer_signed = forms.BooleanField(label=_("Signed by the employer"), required=False)
    record = _words(
        _("Record of the failure"),
        help_text=_("What was disputed and why it failed; if a side does not sign, say so and who saw it."),
    )
    worker_told = forms.BooleanField(label=_("The worker was told in writing that arbitration is open"))

    def clean(self) -> dict[str, Any]:
        """Drop the mark that only had to be set."""
        data = super().clean() or {}
        data.pop("worker_told", None)
        return data


class Refer(StepForm):
    """Where the worker goes now, and with which papers."""

    to_body = forms.ChoiceField(label=_("Referred to"), choices=ReferredTo.choices)
    evidence = forms.ModelMultipleChoiceField(
        Document.objects.none(),
        label=_("Papers handed over"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = _words(_("Reason"), help_text=_("Goes into the letter of referral."))

    def arrange(self) -> None:
        """Offer the papers of the case."""
        self.fields["evidence"].queryset = Document.objects.filter(case=self.case.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Offer the payment order only where the law does."""
        data = super().clean() or {}
        is_payment_order = data.get("to_body") == ReferredTo.PAYMENT_ORDER
        if is_payment_order and self.case.failure != Failure.NOT_PERFORMED:
            self.add_error("to_body", _("A payment order follows an agreement that was not performed."))
        return data


class VisitWorker(StepForm):
    """What the worker said afterwards."""

    reached = forms.ChoiceField(
        label=_("Was the worker reached"), choices=ReturnVisit.Reached.choices, widget=forms.RadioSelect
    )
    satisfaction = forms.ChoiceField(
        label=_("What the worker said of the service"),
        choices=[("", "—"), *ReturnVisit.Satisfaction.choices],
        required=False,
    )
    note = _words(_("Remark"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the answer of somebody who was reached."""
        data = super().clean() or {}
        if data.get("reached") == ReturnVisit.Reached.YES:
            _require(self, data, "satisfaction")
        return data
