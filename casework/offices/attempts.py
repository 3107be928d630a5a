"""How a page shows a form and does its work: what is wrong with the answers is said at their fields."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from casework.audit.errors import CaseworkError, InvalidFacts, NotAllowed, NotFound, Text, WrongState

R = TypeVar("R")
# From so many letters on an answer takes the whole width of the page.
WIDE = 40
# The pages above this one, the outermost first: what each is called, and its address.
Trail = Sequence[tuple[Text, str]]


def attempt(form: forms.BaseForm, work: Callable[[], R]) -> R | None:
    """Do the work of a valid form and return what came of it; None when the answers have to be mended.

    A refusal that no answer can mend goes on to `AnswersMiddleware`.
    """
    try:
        return work()
    except InvalidFacts as error:
        for field, texts in error.errors.items():
            form.add_error(field if field in form.fields else None, list(map(str, texts)))
    except (NotAllowed, NotFound, WrongState) as error:
        error.typed = typed_in(form)
        raise
    except CaseworkError as error:
        form.add_error(None, str(error))
    return None


def typed_in(form: forms.BaseForm) -> list[dict[str, Any]]:
    """Return the answers that stand in a form, in its own words, so that nobody types them twice."""
    said = [(bound, _said(bound)) for bound in form.visible_fields() if not isinstance(bound.field, forms.FileField)]
    return [
        {"label": bound.label, "value": words, "wide": len(words) > WIDE}
        for bound, words in said
        if words and not isinstance(bound.field.widget, forms.PasswordInput)
    ]


def _said(bound: forms.BoundField) -> str:
    """Return an answer as the page words it: what was chosen by its name, a tick as yes."""
    value = bound.data
    values = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]
    if isinstance(bound.field, forms.BooleanField):
        return _("Yes") if value else ""
    offered = {str(code): str(label) for code, label in getattr(bound.field, "choices", ())}
    return "\n".join(offered.get(one, one) for one in values)


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    heading: Text,
    *,
    trail: Trail,
    back: str,
    text: Text = "",
    submit: Text = "",
) -> HttpResponse:
    """Show a form on a page of its own; with answers that have to be mended it is a 422, for scripts to know.

    Args:
        back: where whoever changes their mind goes.
        text: what is said above the form.
        submit: what the button says; "Save" when nothing else fits.
    """
    facts = {"form": form, "heading": heading, "text": text, "trail": trail, "cancel_url": back}
    facts["submit_label"] = submit
    return render(request, "casework/form.html", facts, status=422 if form.errors else 200)
