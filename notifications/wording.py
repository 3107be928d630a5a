"""The words of a notification, in the language that is active when it is read.

A title says what it asks of the reader, a body what happened. No worker's name, number or phone is ever
in either: the page behind the link checks who reads it.
"""

from datetime import date
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.deadlines.rulebook import every_rule
from casework.offices.roles import Role
from casework.templatetags.gongdao import cn_date

from .models import Notification

# To the reader himself, where the timeline's sentence speaks of him in the third person.
TITLES: dict[str, str | Promise] = {
    "task.queued": _("A step waits for your office"),
    "task.assigned": _("A step is yours to do"),
    "task.reassigned": _("A step was given to you"),
    "task.released": _("A step waits for your office again"),
    "case.handover_offered": _("A case is offered to your office"),
    "case.handover_accepted": _("The other office accepted the case"),
    "case.handover_returned": _("The other office returned the case"),
    "case.glass_broken": _("A case was opened in an emergency"),
    "clock.at_risk": _("A deadline is near"),
    "clock.expired": _("A deadline has passed"),
    "clock.passed_up": _("Still not done after its deadline"),
    "clock.moved": _("Deadlines have moved"),
    "clock.extended": _("A deadline was extended"),
    "incident.group": _("A group incident: act now"),
}
# Where the timeline's sentence does not say which deadline it is: the fact with its new last day.
NEW_ENDS = {"clock.moved": "due_on", "clock.extended": "until"}


def title(notification: Notification) -> str:
    """Return what the notification asks of its reader."""
    return str(TITLES.get(notification.kind) or events.title(notification.kind))


def body(notification: Notification) -> str:
    """Return which case it is about, and what happened or which step it is."""
    facts = notification.event.facts
    step = step_title(notification.case_type, facts.get("node", ""))
    said = step or _new_end(notification.kind, facts) or events.sentence(notification.event, **_spelled(facts))
    return f"{notification.case_number} · {said}" if notification.case_number else said


def step_title(case_type: str, node: str) -> str:
    """Return the name of a step of a case type's flow, or "" for what is none or no longer there."""
    flow = getattr(apps.app_configs.get(case_type), "flow", None)
    return str(getattr(getattr(flow, node, None), "task_title", "")) if node else ""


def _new_end(kind: str, facts: dict[str, Any]) -> str:
    """Say until when a deadline runs that was moved, or "" where the event names none."""
    until, rule = facts.get(NEW_ENDS.get(kind, "")), _spelled(facts).get("rule")
    if not until or not rule:
        return ""
    return _now("“%(rule)s” now ends on %(until)s") % {"rule": rule, "until": cn_date(date.fromisoformat(until))}


def _spelled(facts: dict[str, Any]) -> dict[str, str]:
    """Return the codes among the facts in words."""
    words = {}
    if facts.get("role") in Role.values:
        words["role"] = str(Role(facts["role"]).label)
    if facts.get("rule") in every_rule():
        words["rule"] = str(every_rule()[facts["rule"]].title)
    return words


def message(notification: Notification, language: str) -> dict[str, Any]:
    """Return the notification as the socket and the polling answer send it.

    The row's event and its actor must have been read with it.
    """
    with translation.override(language):
        return {
            "type": "notification",
            "seq": notification.seq,
            "kind": notification.kind,
            "title": title(notification),
            "body": body(notification),
            "link": notification.link,
            "at": notification.created_at.isoformat(),
        }
