"""What the engine wants to know of labour disputes."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from workflows.case_type import CaseType


class LabourDispute(CaseType):
    """A worker, or a group of them, against an employer."""

    name = "workflows.case_types.labour_dispute"
    label = "labour_dispute"
    verbose_name = _("Labour dispute")
    prefix = "LD"
    title = _("Labour dispute")
    law = "劳动争议调解仲裁法 (2007); 企业劳动争议协商调解规定 (人社部令17号, 2011)"
    description = _("Unpaid wages, dismissal, social insurance: mediation between worker and employer.")
    icon = "scale"
    model_path = "models.LabourDispute"
    corrected_path = "operations.corrected"
    triage = (
        _("Is it about work for an employer: pay, contract, dismissal, hours, insurance, injury costs?"),
        _("Since when does the worker know of it? After one year arbitration may be barred."),
        _("Are other workers of the same employer concerned? Ten or more make a collective case."),
        _("Does it concern unpaid wages of migrant workers, or is somebody about to leave? Then it is urgent."),
    )
    notifies: ClassVar[dict[str, tuple[str, ...]]] = {
        "employer.answered": ("handler",),
        "session.scheduled": ("handler", "opened_by"),
        "mediation.timed_out": ("handler", "supervisor"),
        "agreement.returned": ("handler",),
        "agreement.approved": ("handler",),
        "agreement.in_effect": ("opened_by", "supervisor"),
        "instalment.breached": ("handler", "supervisor"),
        "agreement.broken": ("supervisor",),
    }
