"""What is read of claim lines and signatures, whatever the type of the case."""

from datetime import datetime

from django.db.models import QuerySet

from .models import Case, ClaimLine, ReturnVisit


def claim_lines_of(case: Case) -> list[ClaimLine]:
    """Return the sums of a case with who stands for them, in three queries."""
    lines = case.claim_lines.select_related("worker").prefetch_related("signatures__person")
    return list(lines.order_by("id"))


def return_visits_of(case: Case) -> QuerySet[ReturnVisit]:
    """Return the follow-up talks of a case, newest first."""
    return case.return_visits.select_related("visited_by").order_by("-visited_at")


def opened_between(start: datetime, end: datetime) -> QuerySet[Case]:
    """Return the cases opened in a period; its end is exclusive."""
    return Case.objects.filter(opened_at__gte=start, opened_at__lt=end)
