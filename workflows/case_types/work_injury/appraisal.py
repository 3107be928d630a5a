"""Whom the recognition and appraisal of injuries take in: pure rules."""

from datetime import date

# 超龄劳动者基本权益保障暂行规定 (令56号) art. 15: from this day the employer insures workers past retirement age, too,
# and their injuries go through recognition and appraisal.
OVER_AGE_SINCE = date(2026, 7, 1)


def may_be_recognised(accident_on: date, *, is_over_age: bool) -> bool:
    """Return whether an injury goes through the procedure of recognition.

    It decides what the office helps to apply for, never whether a report is taken: every report is.

    Args:
        is_over_age: past retirement age on the day of the accident.
    """
    return not is_over_age or accident_on >= OVER_AGE_SINCE
