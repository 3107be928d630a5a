"""What the engine wants to know of hardship relief."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from workflows.case_type import CaseType


class HardshipRelief(CaseType):
    """A household in hardship applies for aid, or the union does for it."""

    name = "workflows.case_types.hardship_relief"
    label = "hardship_relief"
    verbose_name = _("Hardship relief")
    prefix = "HR"
    title = _("Hardship relief")
    law = "总工发〔2015〕20号 中央财政专项帮扶资金使用管理办法; 社会救助暂行办法 (2019)"
    description = _("Living, medical and education aid and mutual medical aid for workers' households in hardship.")
    icon = "heart-handshake"
    model_path = "models.HardshipRelief"
    triage = (
        _("Is the household's income less the cost of illness, disability or schooling near the subsistence line?"),
        _("What brought it about: illness, disability, schooling, an accident, lost work?"),
        _("Does another union or body already help for the same cause?"),
        _("Can the worker apply and sign? If not, the union applies for the worker."),
    )
    sealed: ClassVar[tuple[str, ...]] = ("causes",)
    notifies: ClassVar[dict[str, tuple[str, ...]]] = {
        "hardship.lapsed": ("handler", "opened_by"),
        "hardship.objected": ("handler", "opened_by"),
        "hardship.returned": ("handler", "opened_by"),
        "hardship.refused": ("handler", "opened_by"),
        "hardship.declined": ("handler", "opened_by"),
        "hardship.approved": ("handler", "opened_by"),
        "hardship.stopped": ("handler", "opened_by"),
        "hardship.paid": ("handler", "opened_by"),
        "hardship.closed_unreached": ("handler", "supervisor"),
    }
