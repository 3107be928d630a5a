"""What must hold before the first person is told anything."""

from typing import Any

from django.core.checks import Error, register

from casework.audit.events import KINDS

from .recipients import AUDIENCES, rules


@register
def rules_stand(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Find rules for kinds nobody declared, and words no rule may use."""
    faults = []
    for kind, rule in rules().items():
        if kind not in KINDS:
            faults.append(Error(f"people are to hear of {kind}, which no room declares", id="notifications.E001"))
        faults += [
            Error(f"the rule for {kind} says {word}, which is no audience", id="notifications.E002")
            for word in rule
            if word not in AUDIENCES
        ]
    return faults
