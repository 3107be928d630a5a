"""What the yearly report counts of hardship relief."""

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from casework.cases.models import Case
from casework.funds.models import Payout
from casework.people.models import HardshipCategory, HardshipFile
from casework.reports.figures import Answer, Figure, Frame, Unit, counted_by, percent

from .eligibility import Programme
from .models import HardshipRelief

if TYPE_CHECKING:
    from django.db.models import QuerySet


Outcome = HardshipRelief.Outcome
DECIDED = (Outcome.PAID, Outcome.REFUSED, Outcome.DECLINED, Outcome.EXCLUDED)


def _category(code: str) -> str:
    return str(HardshipCategory(code).label)


def _on_file(frame: Frame) -> "QuerySet[HardshipFile]":
    """Return the files that were live at the end of the period."""
    there = Q(opened_on__lt=frame.until) & (Q(exited_on=None) | Q(exited_on__gte=frame.until))
    return HardshipFile.objects.filter(frame.offices(), there)


def _new_files(frame: Frame) -> "QuerySet[HardshipFile]":
    return HardshipFile.objects.filter(frame.offices(), opened_on__gte=frame.first, opened_on__lt=frame.until)


def _exits(frame: Frame) -> "QuerySet[HardshipFile]":
    return HardshipFile.objects.filter(frame.offices(), exited_on__gte=frame.first, exited_on__lt=frame.until)


def _cases(frame: Frame) -> "QuerySet[Case]":
    return Case.objects.filter(frame.offices(), case_type="hardship_relief")


def _applications(frame: Frame) -> "QuerySet[Case]":
    return _cases(frame).filter(frame.during("opened_at"))


def _applied(frame: Frame) -> Answer:
    return counted_by(_applications(frame), "hardshiprelief__programme", lambda code: Programme(code).label)


def _helped(frame: Frame) -> "QuerySet[Payout]":
    """Return what was paid in the period on applications for relief."""
    return Payout.objects.filter(
        frame.offices(), frame.during("paid_at"), state=Payout.State.PAID, claim_line__kind="hardship_relief"
    )


def _times(frame: Frame) -> Answer:
    return counted_by(_helped(frame), "claim_line__programme", lambda code: Programme(code).label)


def _households(frame: Frame) -> Answer:
    return Answer(_helped(frame).aggregate(count=Count("payee", distinct=True))["count"])


def _decided(frame: Frame) -> "QuerySet[Case]":
    return _cases(frame).filter(frame.during("closed_at"), outcome__in=DECIDED)


def _granted_rate(frame: Frame) -> Answer:
    counts = _decided(frame).aggregate(all=Count("pk"), paid=Count("pk", filter=Q(outcome="paid")))
    return Answer(percent(counts["paid"], counts["all"]))


FIGURES = (
    Figure(
        "hardship.on_file",
        _("Households on file"),
        Unit.HOUSEHOLDS,
        _("Hardship files that are live when the period ends, by category; one household has one file."),
        lambda frame: counted_by(_on_file(frame), "category", _category),
    ),
    Figure(
        "hardship.new_files",
        _("New hardship files"),
        Unit.HOUSEHOLDS,
        _("Hardship files opened in the period, by category."),
        lambda frame: counted_by(_new_files(frame), "category", _category),
    ),
    Figure(
        "hardship.exits",
        _("Exits from hardship files"),
        Unit.HOUSEHOLDS,
        _("Hardship files that ended in the period, by category."),
        lambda frame: counted_by(_exits(frame), "category", _category),
    ),
    Figure(
        "hardship.applications",
        _("Applications for relief"),
        Unit.ITEMS,
        _("Applications opened in the period, by programme."),
        _applied,
        _applications,
    ),
    Figure(
        "hardship.times_helped",
        _("Relief paid, each time"),
        Unit.PERSON_TIMES,
        _("Payouts of relief paid in the period, by programme; the same person counts every time."),
        _times,
        _helped,
    ),
    Figure(
        "hardship.households_helped",
        _("Households helped"),
        Unit.HOUSEHOLDS,
        _("Applicants who were paid relief in the period, each counted once."),
        _households,
        _helped,
    ),
    Figure(
        "hardship.granted_rate",
        _("Applications granted"),
        Unit.PERCENT,
        _("Of the applications decided and closed in the period, those that were paid; withdrawn ones stay out."),
        _granted_rate,
        _decided,
    ),
)
