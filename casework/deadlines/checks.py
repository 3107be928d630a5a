"""System checks: a rule that no event can move is reported at start, not by a missed deadline."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from casework.audit.events import KINDS

from . import general, rulebook
from .rules import DeadlineRule


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
    faults += [
        Error(f"{kind}: recording this step moves no deadline", id="casework.E103")
        for owner, steps in _steps(slugs)
        for kind in steps
        if not any(kind in rule.kinds for rule in owner)
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


def _steps(slugs: Iterable[str]) -> Iterator[tuple[Iterable[DeadlineRule], Iterable[str]]]:
    """Yield the rules of each type and of contacts, with the steps that can be recorded for them."""
    for slug in slugs:
        yield rulebook.rules_of(slug), rulebook.proceedings_of(slug)
    yield general.CONTACT_RULES, rulebook.proceedings_of_contacts()
