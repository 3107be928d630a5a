"""The subsidies on leaving that provinces have set (工伤保险条例 art. 36, 37), as far as their texts were read.

There is one such table for each of 31 provinces, and they differ widely; each may have been changed since. A place
that has entered its own table as a local parameter goes by that.
"""

from datetime import date
from decimal import Decimal

from casework.offices.published import Published, known_of

from .benefits import GRADES_LEAVING, SubsidyTable


def _by_grade(*months: int) -> dict[int, int]:
    """Return months by grade, given from grade 5 to grade 10."""
    return dict(zip(GRADES_LEAVING, months, strict=True))


def _falling(last_year: str) -> dict[int, Decimal]:
    """Return what is left in the five years before retirement: a fifth less each year, and so much in the last."""
    return {4: Decimal("0.8"), 3: Decimal("0.6"), 2: Decimal("0.4"), 1: Decimal("0.2"), 0: Decimal(last_year)}


# Zhejiang reckons by the average wage of the province, Henan by that of the pool area.
SUBSIDIES: tuple[Published[SubsidyTable], ...] = (
    Published(
        "Zhejiang",
        ("浙江", "浙江省"),
        "330000",
        2020,
        "浙江省工伤保险条例 (2020版) 第二十七条",
        SubsidyTable(
            medical_months=_by_grade(30, 25, 10, 7, 4, 2),
            employment_months=_by_grade(30, 25, 10, 7, 4, 2),
            employment_share=_falling("0"),
        ),
    ),
    Published(
        "Henan",
        ("河南", "河南省"),
        "410000",
        2007,
        "河南省工伤保险条例 (2007版) 第二十七条",
        SubsidyTable(
            medical_months=_by_grade(16, 14, 12, 10, 8, 6),
            employment_months=_by_grade(56, 46, 36, 26, 16, 6),
            disease_extra=Decimal("0.3"),
            employment_share=_falling("0.1"),
        ),
    ),
)


def subsidies_of(place: str, on: date | None = None) -> Published[SubsidyTable]:
    """Return the table of a province, by its name or by the region code of an office in it.

    Raises:
        UnknownPlace: its text was not read; says whose were.
        NotYetPublished: the text read is younger than the day.
    """
    return known_of(SUBSIDIES, place, on)
