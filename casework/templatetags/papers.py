"""What a page about a case may do with its papers, and why not."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.documents import forms, operations, queries
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.scope import Answer

register = template.Library()


@register.simple_tag
def letter_actions(case: Any, user: Any) -> list[dict[str, Any]]:
    """Return the letters that can be written by hand."""
    answer = scope.may(user, "letter.issue", case)
    return [
        action(
            f"letter-{paper.code}",
            paper.title,
            reverse("letter_issue", args=[case.number, paper.code]),
            answer,
            icon="mail",
        )
        for paper in queries.letters_by_hand(case)
    ]


@register.simple_tag
def checklist_actions(case: Any, user: Any, items: list[Any]) -> list[dict[str, Any]]:
    """Return what can be done with the list of papers."""
    missing = [item for item in items if item.is_missing]
    tell = scope.may(user, "letter.issue", case)
    if tell and not missing:
        tell = Answer(False, operations.NothingMissing.message)
    elif tell and all(item.told_at for item in missing):
        tell = Answer(False, operations.AlreadyTold.message)
    ask = scope.may(user, "document.write", case)
    if ask and case.is_closed:
        ask = Answer(False, operations.ClosedCase.message)
    return [
        action("notice", _("Tell what is missing"), reverse("checklist_notice", args=[case.number]), tell, icon="mail"),
        action("ask", _("Ask for a further paper"), reverse("checklist_ask", args=[case.number]), ask, icon="plus"),
    ]


@register.simple_tag
def may_add_papers(case: Any, user: Any) -> bool:
    """Return whether the person may add papers to the case now."""
    return bool(not case.is_closed and scope.may(user, "document.write", case))


@register.simple_tag
def upload_form(case: Any) -> forms.Upload:
    """Return an empty form for a paper of the case."""
    return forms.Upload(case=case, auto_id="paper_%s")
