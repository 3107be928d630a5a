"""How a page tells why a clock ends when it ends, and whether this person may move it."""

from typing import Any

from django import template

from casework.deadlines.explanation import Explanation
from casework.deadlines.explanation import explain as explain_clock
from casework.deadlines.models import Clock
from casework.deadlines.operations import may_extend
from casework.deadlines.rulebook import every_rule
from casework.offices.scope import Answer

register = template.Library()


@register.simple_tag
def explain(clock: Clock, office_path: str) -> Explanation:
    """Return a clock's law, formula and counted days: `{% explain clock case.office_path as told %}`."""
    return explain_clock(clock, office_path)


@register.simple_tag
def extendable(clock: Clock, subject: Any, user: Any) -> Answer | None:
    """Return whether this person may extend a clock, and why not; none for one that nobody may."""
    rule = clock.known_rule
    return None if rule is None or rule.extension is None or not clock.is_owed else may_extend(clock, subject, user)


@register.filter
def rule_title(code: str) -> str:
    """Return what people call a period: `{{ case.next_due_rule|rule_title }}`; an old rule reads as its code."""
    rule = every_rule().get(code)
    return str(rule.title) if rule else code
