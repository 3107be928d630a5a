"""What the engine wants to know of work injuries."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.case_type import CaseType


class WorkInjury(CaseType):
    """A worker was hurt or fell ill at work, and is visited."""

    name = "workflows.case_types.work_injury"
    label = "work_injury"
    verbose_name = _("Work injury")
    prefix = "WI"
    title = _("Work injury")
    law = "工伤保险条例 (2010); 工会法 (2021)"
    description = _("A report of an injury at work: verification, consolation, visits, recognition.")
    icon = "ambulance"
    model_path = "models.WorkInjury"
    triage = (
        _("Has somebody died, or are three or more injured? Then the visit is due within 24 hours."),
        _("Where is the injured now: which hospital, which ward, who is there?"),
        _("When was the accident? The employer has 30 days to apply for recognition, worker or union a year."),
        _("Who pays for the treatment now, and is there insurance?"),
    )
    programmes: ClassVar[dict[str, str | Promise]] = {"consolation": _("Consolation for the injured")}
    notifies: ClassVar[dict[str, tuple[str, ...]]] = {
        "injury.found_grave": ("supervisor",),
        "injury.merged": ("opened_by",),
        "injury.declined": ("opened_by",),
        "injury.unvisited": ("handler", "opened_by"),
        "injury.closed_unreached": ("handler", "supervisor"),
        "consolation.phone_approved": ("users",),
        "consolation.confirmed": ("handler", "opened_by"),
        "consolation.rejected": ("handler", "opened_by"),
        "consolation.approved": ("handler", "opened_by"),
        "consolation.returned": ("handler", "opened_by"),
        "consolation.refused": ("handler", "opened_by"),
        "consolation.paid": ("handler", "opened_by"),
        "consolation.stopped": ("handler", "opened_by"),
    }
