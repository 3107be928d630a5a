"""System checks: an incomplete case type is reported at start, not by the first caller."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from casework.cases.models import Case, Stage

from .case_type import CaseType, all_case_types
from .flows import CaseFlow, CaseLock


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
    if kind.flow.process_class is not kind.model:
        faults.append(Error(f"{kind.slug}: the flow's process_class is not the type's model", id="workflows.E004"))
    return faults
