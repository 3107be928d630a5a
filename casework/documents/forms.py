"""Forms of papers and letters."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from casework.offices.forms import DayField

from . import queries
from .files import ACCEPT, MAX_TITLE
from .models import Kind
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

    def __init__(self, *args: Any, case: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [item for item in queries.checklist_of(case) if item.received_at is None] if case else []
        if waiting:
            self.fields["fulfils"].choices = [("", _("None of the list"))] + [  # type: ignore[attr-defined]
                (item.code, item.heading) for item in waiting
            ]
        else:
            del self.fields["fulfils"]


class AskForPaper(forms.Form):
    """A further paper that the case needs."""

    title = forms.CharField(label=_("Paper"), max_length=MAX_TITLE)
    brought_by = forms.ChoiceField(label=_("Brought by"), choices=BroughtBy.choices)


class _HasLanguage(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )


class TellMissing(_HasLanguage):
    """The one-time notice of missing papers."""

    due_on = DayField(label=_("To be brought by"), required=False)


class WriteLetter(_HasLanguage):
    """A letter written by hand: it asks for what the letter's paper asks for."""

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in paper.asks:
            self.fields[name] = forms.CharField(
                label=str(label), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
            )
        self.order_fields([name for name, _label in paper.asks])
