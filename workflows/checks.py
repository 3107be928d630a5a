"""System checks: an incomplete case type is reported at start, not by the first caller."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from casework.cases.models import Case, Stage

from .case_type import CaseType, all_case_types
from .flows import CaseFlow, CaseLock, Choice, Closed, HumanTask, Opened, Wait

# What flows are written with. Whatever else viewflow offers brings a trap of its own: a Timer or an `.OnTimeout`
# freezes its date and swallows errors, a Split without a Join makes the token grow until its column is full, a
# Function keeps the locals of what failed.
VOCABULARY = (Opened, HumanTask, Wait, Choice, Closed)


@register()
def check_case_types(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report case types whose parts do not fit together."""
    return [fault for kind in all_case_types() for fault in _faults(kind)]


def _faults(kind: CaseType) -> list[CheckMessage]:
    faults: list[CheckMessage] = []
    if not issubclass(kind.model, Case):
        faults.append(Error(f"{kind.slug}: the model is no Case", id="workflows.E001"))
        return faults
    unstaged = [state for state in kind.model.State.values if kind.model.STAGES.get(state) not in Stage.values]
    if unstaged:
        faults.append(Error(f"{kind.slug}: states without a stage: {unstaged}", id="workflows.E002"))
    if not issubclass(kind.flow, CaseFlow) or not isinstance(kind.flow.lock_impl, CaseLock):
        faults.append(
            Error(
                f"{kind.slug}: the flow does not hold the case's row lock",
                hint="Derive it from workflows.flows.CaseFlow and leave lock_impl alone.",
                id="workflows.E003",
            )
        )
    strange = sorted(node.name for node in kind.flow.instance.nodes() if not isinstance(node, VOCABULARY))
    if strange:
        faults.append(
            Error(
                f"{kind.slug}: the flow has nodes that are not in our vocabulary: {', '.join(strange)}",
                hint="Write it with Opened, HumanTask, Wait, Choice and Closed of workflows.flows.",
                id="workflows.E005",
            )
        )
    if any(list(base.instance.nodes()) for base in kind.flow.__mro__[1:] if getattr(base, "instance", None)):
        faults.append(
            Error(
                f"{kind.slug}: the flow is a subclass of another version, whose nodes lead back to that one",
                hint="Write each version out, from CaseFlow.",
                id="workflows.E006",
            )
        )
    if kind.flow.process_class is not kind.model:
        faults.append(Error(f"{kind.slug}: the flow's process_class is not the type's model", id="workflows.E004"))
    return faults
