"""The corresponding day some months later, for every room: periods of the law, papers that grow old."""

from calendar import monthrange
from datetime import date


def add_months(start: date, months: int) -> date:
    """Return the corresponding day some months later, or the month's last where it has no such day (民法典 202).

    Raises:
        ValueError: the months are negative.
    """
    if months < 0:
        raise ValueError("a period is never negative")
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def full_months(first: date, until: date) -> int:
    """Return how many full months lie between two days; none where the second is not the later (民法典 202)."""
    months = 0
    while add_months(first, months + 1) <= until:
        months += 1
    return months
