"""The clocks of every case and every contact, whatever its type."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from . import petitions, supervision
from .proceedings import Proceeding, steps_of
from .rules import Certainty, DeadlineRule, Extension, Owing, Unit

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

# ---- missing papers ------------------------------------------------------------------------------------

# A type in whose flow somebody waits for the papers has a rule of its own and replaces these two.
SUPPLEMENT = DeadlineRule(
    "GEN.supplement",
    _("Supply of the missing papers"),
    15,
    Unit.WORKING_DAYS,
    starts=("checklist.notice_given",),
    when=(("named", (False,)),),
    satisfied_by=("checklist.completed",),
    law="一次性告知制 (告知书未写明日期的)",
    certainty=Certainty.CONVENTION,
    parameter="supplement.days",
    extension=Extension(),
    owed_by=Owing.WORKER,
)

SUPPLEMENT_BY_DAY = DeadlineRule(
    "GEN.supplement.by_day",
    _("Supply of the missing papers by the day the notice names"),
    0,
    Unit.DAYS,
    starts=("checklist.notice_given",),
    when=(("named", (True,)),),
    fact="due_on",
    satisfied_by=("checklist.completed",),
    law="一次性告知书写明的日期",
    certainty=Certainty.CONVENTION,
    rolls=False,
    extension=Extension(),
    owed_by=Owing.WORKER,
)

# ---- legal aid -----------------------------------------------------------------------------------------

# The union's legal aid follows the same law (68). A matter whose limitation ends within seven days is begun at
# once (44), and migrant workers who claim wages or injury damages are not asked for their means (42).
LEGAL_AID_LAW = date(2022, 1, 1)

LEGAL_AID_NOTICE = DeadlineRule(
    "GEN.legal_aid.notice",
    _("Tell the applicant for legal aid once of every missing paper"),
    7,
    Unit.DAYS,
    starts=("legal_aid.applied",),
    cancelled_by=("legal_aid.papers_told", "legal_aid.granted", "legal_aid.refused"),
    law="法律援助法 第四十三条 (一次性告知; 未另定期限, 按审查的七日)、第六十八条",
    certainty=Certainty.CONVENTION,
    outlives_closing=True,
    since=LEGAL_AID_LAW,
)

LEGAL_AID_DECISION = DeadlineRule(
    "GEN.legal_aid.decision",
    _("Decide on legal aid"),
    7,
    Unit.DAYS,
    starts=("legal_aid.applied", "legal_aid.supplemented"),
    restarted_by=("legal_aid.supplemented",),
    satisfied_by=("legal_aid.granted", "legal_aid.refused"),
    cancelled_by=("legal_aid.papers_told",),
    law="法律援助法 第四十三条、第六十八条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    since=LEGAL_AID_LAW,
)

LEGAL_AID_ASSIGNMENT = DeadlineRule(
    "GEN.legal_aid.assignment",
    _("Assign a lawyer"),
    3,
    Unit.DAYS,
    starts=("legal_aid.granted",),
    satisfied_by=("legal_aid.assigned",),
    law="法律援助法 第四十三条、第六十八条",
    certainty=Certainty.STATUTORY,
    outlives_closing=True,
    since=LEGAL_AID_LAW,
)

# ---- group incidents -----------------------------------------------------------------------------------

# From ten people on (local plans). How fast a report goes up was not confirmed (often one or two hours): a rule of
# the place. People are told at once, whatever the hour. Its hours count from the moment it is recorded.
INCIDENT_REPORT = DeadlineRule(
    "GEN.incident.report",
    _("Report the group incident to the office above"),
    2,
    Unit.HOURS,
    starts=("incident.group",),
    satisfied_by=("incident.reported_up",),
    law="群体性事件信息报送 (各地应急预案; 时限由各地规定)",
    certainty=Certainty.CONFIGURABLE,
    parameter="incident.report.hours",
    outlives_closing=True,
)

RULES = (
    HANDOVER,
    SUPPLEMENT,
    SUPPLEMENT_BY_DAY,
    LEGAL_AID_NOTICE,
    LEGAL_AID_DECISION,
    LEGAL_AID_ASSIGNMENT,
    *supervision.RULES,
    INCIDENT_REPORT,
)

PROCEEDINGS: tuple[Proceeding, ...] = (
    *steps_of(
        _("Legal aid of the union"),
        "legal_aid.applied",
        "legal_aid.papers_told",
        "legal_aid.supplemented",
        "legal_aid.granted",
        "legal_aid.refused",
        "legal_aid.assigned",
    ),
    *supervision.PROCEEDINGS,
    *steps_of(_("Group incident"), "incident.group", "incident.reported_up"),
)


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


# ---- contacts ------------------------------------------------------------------------------------------


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
        # convention: once, by as much again
        extension=Extension(at_most=days),
    )


# A question is answered or asked back; what needs somebody to act goes to the office that does.
NEEDS_SOMEBODY = ("service", "petition", "legal_aid")

DISPATCH = DeadlineRule(
    "GEN.dispatch",
    _("Pass the matter on to the office that handles it"),
    4,
    Unit.WORKING_HOURS,
    starts=("contact.taken",),
    when=(("matter", NEEDS_SOMEBODY), ("open", (True,))),
    satisfied_by=("contact.dispatched", "contact.answered", "contact.became_case"),
    cancelled_by=("petition.accepted", "petition.objected", "petition.withdrawn"),
    law="派单时限 (各地热线服务规范)",
    certainty=Certainty.CONVENTION,
    parameter="dispatch.hours",
)

# Not for who had the answer at once, nor for who cannot be called back.
CALL_BACK = DeadlineRule(
    "GEN.call_back",
    _("Call back and ask whether the answer helped"),
    3,
    Unit.WORKING_DAYS,
    starts=("contact.answered",),
    when=(("matter", NEEDS_SOMEBODY), ("anonymous", (False,)), ("open", (True,))),
    satisfied_by=("contact.called_back",),
    law="回访制度 (各地热线服务规范)",
    certainty=Certainty.CONVENTION,
    parameter="call_back.days",
    extension=Extension(),
)

CALLED_INCIDENT_REPORT = replace(
    INCIDENT_REPORT,
    code="GEN.incident.report_of_contact",
    title=_("Report the group incident that was called in to the office above"),
)

# Which matters count as ordinary or difficult is the hotline's usual practice, not a text: hence convention.
CONTACT_RULES = (
    _promise("consult", _("Answer to a question"), 1, "consult"),
    _promise("ordinary", _("Answer to an ordinary matter"), 5, "service", "opinion"),
    _promise("difficult", _("Answer to a difficult matter"), 15, "petition", "legal_aid"),
    DISPATCH,
    CALL_BACK,
    CALLED_INCIDENT_REPORT,
    *petitions.RULES,
)

CONTACT_PROCEEDINGS: tuple[Proceeding, ...] = (
    *steps_of(_("Hotline"), "contact.dispatched", "contact.called_back"),
    *steps_of(_("Group incident"), "incident.group", "incident.reported_up"),
    *petitions.PROCEEDINGS,
)
