"""Forms of papers and letters."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField, FilterForm
from casework.offices.models import Office

from . import queries
from .files import ACCEPT, MAX_TITLE
from .models import Document, Kind, LetterDelivery
from .papers import BroughtBy, Paper


class Upload(forms.Form):
    """A file for a case."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, JPEG or PNG, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"empty": _("The file is empty.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in Kind.choices if choice[0] != Kind.LETTER], initial=Kind.EVIDENCE
    )
    title = forms.CharField(
        label=_("Title"), max_length=MAX_TITLE, required=False, help_text=_("Left empty: the name of the file.")
    )
    fulfils = forms.ChoiceField(label=_("This is the paper"), required=False)
    dated_on = DayField(
        label=_("Date of the paper"), required=False, help_text=_("How long it counts is reckoned from it.")
    )

    def __init__(self, *args: Any, case: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [item for item in queries.checklist_of(case) if not item.is_there(on)]
        months = queries.months_of(case)
        self.dated = {item.code for item in waiting if item.code in months}
        if waiting:
            self.fields["fulfils"].choices = [("", _("None of the list"))] + [  # type: ignore[attr-defined]
                (item.code, item.heading) for item in waiting
            ]
        else:
            del self.fields["fulfils"]
        if not self.dated:
            del self.fields["dated_on"]

    def clean(self) -> dict[str, Any]:
        """A paper that grows old needs its date."""
        data = super().clean() or {}
        if data.get("fulfils") in self.dated and not data.get("dated_on") and "dated_on" not in self.errors:
            self.add_error("dated_on", _("Give the date of this paper: it counts for a time only."))
        return data


class Receive(forms.Form):
    """The date of a paper that grows old."""

    dated_on = DayField(label=_("Date of the paper"), help_text=_("How long it counts is reckoned from it."))


class AskForPaper(forms.Form):
    """A further paper that the case needs."""

    title = forms.CharField(label=_("Paper"), max_length=MAX_TITLE)
    brought_by = forms.ChoiceField(label=_("Brought by"), choices=BroughtBy.choices)


# ---- a letter being written ------------------------------------------------------------------------------


class _LetterForm(forms.Form):
    """What every letter asks for: its language, and whether it may go out with blanks."""

    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    blanks = forms.BooleanField(label=_("Issue it all the same; the blanks are filled in by hand"), required=False)

    def so_far(self) -> tuple[str, dict[str, Any]]:
        """Return the language and the values of the letter as far as they were typed; none for what cannot be read."""
        if self.is_bound:
            self.is_valid()
            found = {name: self.cleaned_data.get(name) for name in self.fields}
        else:
            found = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        return found.get("language") or "", {name: found[name] for name in found if name not in _LetterForm.base_fields}


class TellMissing(_LetterForm):
    """The one-time notice of missing papers."""

    due_on = DayField(label=_("To be brought by"), required=False)


class WriteLetter(_LetterForm):
    """A letter written by hand: it asks for what the letter's paper asks for."""

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in paper.asks:
            self.fields[name] = forms.CharField(
                label=str(label), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
            )
        self.order_fields([name for name, _label in paper.asks])


# ---- what becomes of a letter ----------------------------------------------------------------------------


class _ShownBy(forms.Form):
    """Something recorded of a letter, and what shows it: a paper of the case, or a file that becomes one."""

    # The field that names the paper.
    shown_by = ""

    def __init__(self, *args: Any, documents: list[Document], is_closed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = {str(document.uuid): document for document in documents}
        chooser = self.fields[self.shown_by]
        chooser.choices = [("", "—"), *((uuid, found.title) for uuid, found in self.documents.items())]  # type: ignore[attr-defined]
        if is_closed:
            chooser.help_text = str(_("The case is closed; no paper can be added to it."))
        else:
            self.fields["file"] = forms.FileField(
                label=_("Or a file"),
                help_text=_("PDF, Word, Excel, JPEG or PNG, at most 20 MB."),
                widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
                error_messages={"empty": _("The file is empty.")},
                required=False,
            )

    def facts(self) -> dict[str, Any]:
        """Return what the operation takes."""
        chosen = self.documents.get(self.cleaned_data[self.shown_by])
        return {**self.cleaned_data, self.shown_by: chosen}


class Sign(_ShownBy):
    """Who signed a letter, and when."""

    shown_by = "scan"

    name = forms.CharField(label=_("Signed by"), max_length=60)
    signed_on = DayField(label=_("Signed on"))
    scan = forms.ChoiceField(label=_("Scan among the papers"), required=False)


class Send(_ShownBy):
    """How a letter went out, to whom, and when."""

    shown_by = "proof"

    method = forms.ChoiceField(label=_("How"), choices=LetterDelivery.Method.choices)
    addressee = forms.CharField(label=_("To"), max_length=120)
    sent_on = DayField(label=_("Sent on"), help_text=_("What is handed over is served on that day."))
    tracking = forms.CharField(label=_("Number of the post"), max_length=40, required=False)
    proof = forms.ChoiceField(label=_("Proof of service among the papers"), required=False)


class Serve(_ShownBy):
    """When a letter reached its addressee."""

    shown_by = "proof"

    served_on = DayField(label=_("Served on"))
    proof = forms.ChoiceField(label=_("Proof of service among the papers"), required=False)


# ---- what the letters say --------------------------------------------------------------------------------


class OfficeOfTexts(FilterForm):
    """For which office the texts are shown."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), to_field_name="code", required=False)

    def __init__(self, *args: Any, offices: "QuerySet[Office]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].empty_label = None  # type: ignore[attr-defined]


class TextOfLetter(forms.Form):
    """A text of a letter, and why it changes."""

    source = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "g-source"}),
        max_length=100_000,
        strip=False,
        required=False,
    )
    why = forms.CharField(label=_("What changed, and why"), max_length=200)
