"""System checks: a rule that no event can move is reported at start, not by a missed deadline."""

from collections import Counter
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from casework.audit.events import KINDS

from . import general, rulebook


@register()
def check_rules(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report rules that share a code, or wait for kinds of events that nobody declares."""
    slugs = [app.slug for app in apps.get_app_configs() if hasattr(app, "slug")]
    rules = [*general.RULES, *general.CONTACT_RULES, *(rule for slug in slugs for rule in rulebook.rules_of_app(slug))]
    faults: list[CheckMessage] = [
        Error(f"{code}: {number} deadline rules have this code", id="casework.E101")
        for code, number in Counter(rule.code for rule in rules).items()
        if number > 1
    ]
    return faults + [
        Error(
            f"{rule.code}: nobody declares the event {kind!r}",
            hint="Declare it in the kinds.py of the room or case type that records it.",
            id="casework.E102",
        )
        for rule in rules
        for kind in sorted(rule.kinds - KINDS.keys())
    ]
