"""What a page about a case may do with its papers, and why not."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.documents import forms, operations, queries
from casework.offices import scope
from casework.offices.actions import action
from casework.offices.doors import answer_of

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
    missing = [item for item in items if item.is_missing(timezone.localdate())]
    tell = scope.may(user, "notice.give", case) and answer_of(lambda: operations.check_notice(missing))
    ask = scope.may(user, "document.write", case)
    return [
        action("notice", _("Tell what is missing"), reverse("checklist_notice", args=[case.number]), tell, icon="mail"),
        action("ask", _("Ask for a further paper"), reverse("checklist_ask", args=[case.number]), ask, icon="plus"),
    ]


@register.simple_tag
def checklist_rows(case: Any, items: list[Any]) -> list[dict[str, Any]]:
    """Return each paper of the list: whether it is there, until when it counts, and whether its date is asked for."""
    today, months = timezone.localdate(), queries.months_of(case)
    return [
        {
            "item": item,
            "is_there": item.is_there(today),
            "has_expired": item.received_at is not None and not item.is_there(today),
            "expires_first": _expires_first(case, item),
            "is_dated": item.code in months,
            "form": forms.Receive(auto_id=f"received_{item.code}_%s"),
        }
        for item in items
    ]


def _expires_first(case: Any, item: Any) -> bool:
    """Whether a paper grows old before the next deadline of the case."""
    ahead = None if case.is_closed else case.next_due_on
    return bool(item.valid_until and ahead and item.valid_until < ahead)


@register.simple_tag
def may_add_papers(case: Any, user: Any) -> bool:
    """Return whether the person may add papers to the case now."""
    return bool(scope.may(user, "document.write", case))


@register.simple_tag
def upload_form(case: Any) -> forms.Upload:
    """Return an empty form for a paper of the case."""
    return forms.Upload(case=case, on=timezone.localdate(), auto_id="paper_%s")
