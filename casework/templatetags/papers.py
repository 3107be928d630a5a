"""What a page about a case may do with its papers, and why not."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.documents import forms, queries
from casework.offices import scope
from casework.offices.scope import Answer

register = template.Library()


def _action(key: str, label: str, url: str, icon: str, answer: Answer) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "url": url,
        "method": "get",
        "icon": icon,
        "allowed": bool(answer),
        "reason": answer.reason,
    }


@register.simple_tag
def letter_actions(case: Any, user: Any) -> list[dict[str, Any]]:
    """Return the letters that can be written by hand."""
    answer = scope.may(user, "letter.issue", case)
    return [
        _action(
            f"letter-{paper.code}",
            str(paper.title),
            reverse("letter_issue", args=[case.number, paper.code]),
            "mail",
            answer,
        )
        for paper in queries.letters_by_hand(case)
    ]


@register.simple_tag
def checklist_actions(case: Any, user: Any, items: list[Any]) -> list[dict[str, Any]]:
    """Return what can be done with the list of papers."""
    missing = [item for item in items if item.is_missing]
    tell = scope.may(user, "letter.issue", case)
    if tell and not missing:
        tell = Answer(False, _("No required paper is missing."))
    elif tell and all(item.told_at for item in missing):
        tell = Answer(False, _("The worker has already been told of every missing paper; it is told once only."))
    ask = scope.may(user, "document.write", case)
    if ask and case.is_closed:
        ask = Answer(False, _("The case is closed; no paper can be added to it."))
    return [
        _action("notice", _("Tell what is missing"), reverse("checklist_notice", args=[case.number]), "mail", tell),
        _action("ask", _("Ask for a further paper"), reverse("checklist_ask", args=[case.number]), "plus", ask),
    ]


@register.simple_tag
def may_add_papers(case: Any, user: Any) -> bool:
    """Return whether the person may add papers to the case now."""
    return bool(not case.is_closed and scope.may(user, "document.write", case))


@register.simple_tag
def upload_form(case: Any) -> forms.Upload:
    """Return an empty form for a paper of the case."""
    return forms.Upload(case=case, auto_id="paper_%s")
