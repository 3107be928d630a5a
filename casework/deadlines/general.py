"""The clocks of every case and every contact, whatever its type."""

from django.utils.translation import gettext_lazy as _

from .proceedings import Proceeding
from .rules import DeadlineRule, Extension

HANDOVER = DeadlineRule(
    "GEN.handover",
    _("Acceptance of a hand-over"),
    4,
    "working_hours",
    starts=("case.handover_offered",),
    satisfied_by=("case.handover_accepted", "case.handover_returned"),
    law="派单时限 (各地热线服务规范)",
    certainty="convention",
    parameter="handover.hours",
)

RULES = (HANDOVER,)


def return_visit(prefix: str, *starts: str) -> DeadlineRule:
    """Return a type's rule for the follow-up talk (回访): three working days from what ended the matter."""
    return DeadlineRule(
        f"{prefix}.return_visit",
        _("Return visit"),
        3,
        "working_days",
        starts=starts,
        satisfied_by=("return_visit.made",),
        law="回访制度 (各地热线服务规范)",
        certainty="convention",
        parameter="return_visit.days",
        fires=True,
        extension=Extension(),
    )


def _promise(name: str, title: object, days: int, *matters: str) -> DeadlineRule:
    return DeadlineRule(
        f"GEN.promise.{name}",
        title,  # type: ignore[arg-type]
        days,
        "working_days",
        starts=("contact.taken",),
        when=(("matter", matters), ("open", (True,))),
        satisfied_by=("contact.answered", "contact.became_case"),
        law="限时办结制、服务承诺制",
        certainty="convention",
        parameter=f"promise.{name}",
        extension=Extension(),
    )


# Which matters count as ordinary or difficult is the hotline's usual practice, not a text: hence convention.
CONTACT_RULES = (
    _promise("consult", _("Answer to a question"), 1, "consult"),
    _promise("ordinary", _("Answer to an ordinary matter"), 5, "service", "opinion"),
    _promise("difficult", _("Answer to a difficult matter"), 15, "petition", "legal_aid"),
)

PROCEEDINGS: tuple[Proceeding, ...] = ()
CONTACT_PROCEEDINGS: tuple[Proceeding, ...] = ()
