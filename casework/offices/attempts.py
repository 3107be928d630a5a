"""How a page does the work of a form: what is wrong with the answers is said at their fields."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from casework.audit.errors import CaseworkError, InvalidFacts, NotAllowed, NotFound, WrongState

R = TypeVar("R")


def attempt(form: forms.BaseForm, work: Callable[[], R]) -> R | None:
    """Do the work of a valid form and return what came of it; None when the answers have to be mended.

    A refusal that no answer can mend goes on to `AnswersMiddleware`.
    """
    try:
        return work()
    except InvalidFacts as error:
        for field, texts in error.errors.items():
            form.add_error(field if field in form.fields else None, list(map(str, texts)))
    except (NotAllowed, NotFound, WrongState):
        raise
    except CaseworkError as error:
        form.add_error(None, str(error))
    return None
