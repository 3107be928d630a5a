"""What labour disputes contribute to the yearly report."""

from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from casework.reports.figures import Answer, Figure, Frame, Unit, counted_by, percent

from .collective import COLLECTIVE_FROM
from .models import Cause, Instalment, LabourDispute, ReferredTo, Settlement

if TYPE_CHECKING:
    from django.db.models import QuerySet

Outcome = LabourDispute.Outcome


def _received(frame: Frame) -> "QuerySet[LabourDispute]":
    return LabourDispute.objects.filter(frame.offices(), received_on__gte=frame.first, received_on__lt=frame.until)


def _by_cause(frame: Frame) -> Answer:
    return counted_by(_received(frame), "cause", lambda cause: Cause(cause).label)


def _workers(frame: Frame) -> Answer:
    return Answer(_received(frame).aggregate(count=Sum("workers_count"))["count"] or 0)


def _collective(frame: Frame) -> "QuerySet[LabourDispute]":
    return _received(frame).filter(workers_count__gte=COLLECTIVE_FROM)


def _collective_cases(frame: Frame) -> Answer:
    return Answer(_collective(frame).count())


def _collective_workers(frame: Frame) -> Answer:
    return Answer(_collective(frame).aggregate(count=Sum("workers_count"))["count"] or 0)


def _agreed(frame: Frame) -> "QuerySet[LabourDispute]":
    return LabourDispute.objects.filter(frame.offices(), in_effect_on__gte=frame.first, in_effect_on__lt=frame.until)


def _agreements(frame: Frame) -> Answer:
    return Answer(_agreed(frame).count())


def _settlements(frame: Frame) -> "QuerySet[Settlement]":
    return Settlement.objects.filter(
        frame.offices("case__"), in_effect_on__gte=frame.first, in_effect_on__lt=frame.until
    )


def _amount_agreed(frame: Frame) -> Answer:
    return Answer(_settlements(frame).aggregate(sum=Sum("amount"))["sum"] or 0)


def _without_agreement(frame: Frame) -> "QuerySet[LabourDispute]":
    return LabourDispute.objects.filter(frame.offices(), frame.during("closed_at"), outcome=Outcome.FAILED)


def _success_rate(frame: Frame) -> Answer:
    agreed, failed = _agreed(frame).count(), _without_agreement(frame).count()
    return Answer(percent(agreed, agreed + failed))


def _due(frame: Frame) -> "QuerySet[Instalment]":
    return Instalment.objects.filter(
        frame.offices("claim_line__"),
        due_on__gte=frame.first,
        due_on__lt=frame.until,
        claim_line__case__labourdispute__in_effect_on__isnull=False,
    ).exclude(state=Instalment.State.VOID)


def _performance_rate(frame: Frame) -> Answer:
    sums = _due(frame).aggregate(all=Sum("amount"), performed=Sum("amount", filter=Q(state=Instalment.State.PERFORMED)))
    return Answer(percent(sums["performed"] or 0, sums["all"] or 0))


def _performed(frame: Frame) -> "QuerySet[Instalment]":
    return Instalment.objects.filter(
        frame.offices("claim_line__"), performed_on__gte=frame.first, performed_on__lt=frame.until
    )


def _recovered(frame: Frame) -> Answer:
    return counted_by(_performed(frame), "claim_line__kind", lambda cause: Cause(cause).label, Sum("amount"))


def _routes(frame: Frame) -> Answer:
    taken = Settlement.objects.filter(frame.offices("case__"), route_on__gte=frame.first, route_on__lt=frame.until)
    return counted_by(taken, "route", lambda route: Settlement.Route(route).label)


def _referred(frame: Frame) -> "QuerySet[LabourDispute]":
    return LabourDispute.objects.filter(frame.offices(), frame.during("closed_at")).exclude(referred_to="")


def _referrals(frame: Frame) -> Answer:
    return counted_by(_referred(frame), "referred_to", lambda body: ReferredTo(body).label, Count("pk"))


FIGURES = (
    Figure(
        "dispute.by_cause",
        _("Disputes received"),
        Unit.ITEMS,
        _("Labour disputes whose application was received in the period, by cause."),
        _by_cause,
        _received,
    ),
    Figure(
        "dispute.workers",
        _("Workers concerned"),
        Unit.PERSON_TIMES,
        _("The workers of these disputes; a worker of two disputes counts twice."),
        _workers,
        _received,
    ),
    Figure(
        "dispute.collective",
        _("Collective disputes"),
        Unit.ITEMS,
        _("Disputes of ten workers or more received in the period."),
        _collective_cases,
        _collective,
    ),
    Figure(
        "dispute.collective_workers",
        _("Workers of collective disputes"),
        Unit.PERSON_TIMES,
        _("The workers of these collective disputes."),
        _collective_workers,
        _collective,
    ),
    Figure(
        "dispute.agreements",
        _("Mediated successfully"),
        Unit.ITEMS,
        _("Disputes whose agreement came into effect in the period."),
        _agreements,
        _agreed,
    ),
    Figure(
        "dispute.amount",
        _("Amount agreed"),
        Unit.YUAN,
        _("The sums of the agreements that came into effect in the period."),
        _amount_agreed,
        _agreed,
    ),
    Figure(
        "dispute.success_rate",
        _("Success rate of mediation"),
        Unit.PERCENT,
        _(
            "Agreements that came into effect in the period, of these and the disputes closed in it as failed; "
            "declined and withdrawn ones stand apart."
        ),
        _success_rate,
    ),
    Figure(
        "dispute.recovered",
        _("Recovered for workers"),
        Unit.YUAN,
        _("What employers paid in the period under mediation agreements, by cause."),
        _recovered,
    ),
    Figure(
        "dispute.performance_rate",
        _("Performance rate"),
        Unit.PERCENT,
        _("Of the instalments due in the period, by amount, those performed until now."),
        _performance_rate,
    ),
    Figure(
        "dispute.routes",
        _("Confirmed agreements"),
        Unit.ITEMS,
        _("Joint applications of the period for arbitration review and judicial confirmation."),
        _routes,
    ),
    Figure(
        "dispute.referred",
        _("Referred disputes"),
        Unit.ITEMS,
        _("Disputes closed in the period whose worker was referred, by the body referred to."),
        _referrals,
        _referred,
    ),
)
