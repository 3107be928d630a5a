"""What the yearly report counts of work injuries."""

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from casework.deadlines.models import Clock
from casework.funds.models import Payout
from casework.reports.figures import Answer, Figure, Frame, Unit, counted_by, percent

from .deadlines import FIRST_VISIT, GRAVE_VISIT
from .models import FiledBy, InjuryVisit, Severity, WorkInjury

if TYPE_CHECKING:
    from django.db.models import QuerySet

Outcome = WorkInjury.Outcome


def _reported(frame: Frame) -> "QuerySet[WorkInjury]":
    return WorkInjury.objects.filter(frame.offices(), frame.during("opened_at"))


def _by_severity(frame: Frame) -> Answer:
    return counted_by(_reported(frame), "severity", lambda code: Severity(code).label)


def _handled(frame: Frame) -> "QuerySet[WorkInjury]":
    closed = WorkInjury.objects.filter(frame.offices(), frame.during("closed_at"))
    return closed.filter(outcome__in=(Outcome.CONSOLED, Outcome.VISITED))


def _accidents_handled(frame: Frame) -> Answer:
    return counted_by(_handled(frame), "severity", lambda code: Severity(code).label)


def _visits(frame: Frame) -> "QuerySet[InjuryVisit]":
    return InjuryVisit.objects.filter(frame.offices("case__"), frame.during("visited_at"))


def _visit_count(frame: Frame) -> Answer:
    return Answer(_visits(frame).count())


def _visited_cases(frame: Frame) -> "QuerySet[WorkInjury]":
    return WorkInjury.objects.filter(pk__in=_visits(frame).values("case"))


def _duties(frame: Frame) -> "QuerySet[Clock]":
    """Return the duties to make a first visit that fell due in the period and were not lifted."""
    duties = Clock.objects.filter(
        frame.offices("case__"), frame.during("due_at"), rule__in=(FIRST_VISIT.code, GRAVE_VISIT.code)
    )
    return duties.exclude(state=Clock.State.CANCELLED)


def _first_visit_on_time(frame: Frame) -> Answer:
    """Count by when the visit was made, not by when somebody wrote it down."""
    in_time = InjuryVisit.objects.filter(case=OuterRef("case"), number=1, visited_at__lt=OuterRef("due_at"))
    counts = _duties(frame).aggregate(all=Count("pk"), kept=Count("pk", filter=Q(Exists(in_time))))
    return Answer(percent(counts["kept"], counts["all"]))


def _owed_a_visit(frame: Frame) -> "QuerySet[WorkInjury]":
    return WorkInjury.objects.filter(pk__in=_duties(frame).values("case"))


def _consolations(frame: Frame) -> "QuerySet[Payout]":
    return Payout.objects.filter(
        frame.offices(), frame.during("paid_at"), state=Payout.State.PAID, claim_line__kind="injury_consolation"
    )


def _consolation_paid(frame: Frame) -> Answer:
    return counted_by(_consolations(frame), "method", lambda code: Payout.Method(code).label, Sum("amount"))


def _consoled(frame: Frame) -> Answer:
    return Answer(_consolations(frame).aggregate(count=Count("payee", distinct=True))["count"])


def _union_applied(frame: Frame) -> "QuerySet[WorkInjury]":
    return WorkInjury.objects.filter(
        frame.offices(), recognition_by=FiledBy.UNION, recognition_on__gte=frame.first, recognition_on__lt=frame.until
    )


def _applications(frame: Frame) -> Answer:
    return Answer(_union_applied(frame).count())


def _with_hazard(frame: Frame) -> "QuerySet[WorkInjury]":
    return WorkInjury.objects.filter(pk__in=_visits(frame).filter(has_hazard=True).values("case"))


def _hazards(frame: Frame) -> Answer:
    return Answer(_visits(frame).filter(has_hazard=True).count())


FIGURES = (
    Figure(
        "injury.reported",
        _("Injuries reported"),
        Unit.ITEMS,
        _("Reports of injuries at work opened in the period, by severity; second reports count until they are merged."),
        _by_severity,
        _reported,
    ),
    Figure(
        "injury.handled",
        _("Work accidents handled"),
        Unit.ITEMS,
        _("Cases whose injured were visited, closed in the period, by severity."),
        _accidents_handled,
        _handled,
    ),
    Figure(
        "injury.visits",
        _("Visits to the injured"),
        Unit.PERSON_TIMES,
        _("Visits made in the period, first and follow-up ones; the same worker counts every time."),
        _visit_count,
        _visited_cases,
    ),
    Figure(
        "injury.first_visit_on_time",
        _("First visits on time"),
        Unit.PERCENT,
        _("Of the first visits that fell due in the period, those made before their time ran out."),
        _first_visit_on_time,
        _owed_a_visit,
    ),
    Figure(
        "injury.consolation",
        _("Consolation paid"),
        Unit.YUAN,
        _("Consolation for the injured paid in the period, by the way it was given."),
        _consolation_paid,
        _consolations,
    ),
    Figure(
        "injury.consoled",
        _("Injured consoled"),
        Unit.PEOPLE,
        _("Workers for whom consolation was paid in the period, each counted once."),
        _consoled,
        _consolations,
    ),
    Figure(
        "injury.recognition",
        _("Recognition applied for by the union"),
        Unit.ITEMS,
        _("Applications for recognition that the union made in the period."),
        _applications,
        _union_applied,
    ),
    Figure(
        "injury.hazards",
        _("Hazards found on visits"),
        Unit.ITEMS,
        _("Visits of the period that found a hazard and gave advice on it."),
        _hazards,
        _with_hazard,
    ),
)
