"""Where rules are found: the general ones here, each type's own through the app registry."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from . import general
from .proceedings import Proceeding
from .rules import DeadlineRule


def rules_of_app(slug: str) -> tuple[DeadlineRule, ...]:
    """Return the rules a case type brings, none when no such type is installed or it brings none."""
    return tuple(getattr(_module_of(slug), "RULES", ()))


def _module_of(slug: str) -> Any:
    """Return the module of deadlines that a case type brings, none when it brings none."""
    for app in apps.get_app_configs():
        if getattr(app, "slug", None) == slug and hasattr(app, "deadlines"):
            module = f"{app.name}.{app.deadlines}"
            return import_module(module) if find_spec(module) else None
    return None


@cache
def proceedings_of(case_type: str) -> dict[str, Proceeding]:
    """Return the steps of others that can be recorded on a case of this type, by their kind of event."""
    own = tuple(getattr(_module_of(case_type), "PROCEEDINGS", ()))
    return {step.kind: step for step in (*own, *general.PROCEEDINGS)}


@cache
def proceedings_of_contacts() -> dict[str, Proceeding]:
    """Return the steps of others that can be recorded on a contact, by their kind of event."""
    return {step.kind: step for step in general.CONTACT_PROCEEDINGS}


@cache
def rules_of(case_type: str) -> tuple[DeadlineRule, ...]:
    """Return every rule that a case of this type follows: the general ones that it does not replace, and its own."""
    replaced = tuple(getattr(_module_of(case_type), "REPLACES", ()))
    return (*(rule for rule in general.RULES if rule not in replaced), *rules_of_app(case_type))


@cache
def kinds_of(case_type: str) -> frozenset[str]:
    """Return the kinds of events that move a clock of this type."""
    return frozenset(kind for rule in rules_of(case_type) for kind in rule.kinds)


@cache
def every_rule() -> dict[str, DeadlineRule]:
    """Return all rules of the house by code."""
    slugs = [app.slug for app in apps.get_app_configs() if hasattr(app, "slug")]
    of_types = [rule for slug in slugs for rule in rules_of_app(slug)]
    return {rule.code: rule for rule in (*general.RULES, *general.CONTACT_RULES, *of_types)}
