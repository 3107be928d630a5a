"""What labour inspection (劳动保障监察) still looks into: pure rules."""

from dataclasses import dataclass
from datetime import date

from casework.deadlines.calendar import add_months

# 劳动保障监察条例 (2004) art. 20: what nobody found or reported for two years is not handled; a violation that goes
# on counts from its end.
LOOK_BACK_MONTHS = 24


@dataclass(frozen=True)
class LookBack:
    """Until when a violation can be reported to inspection."""

    last_on: date

    def reaches(self, reported_on: date) -> bool:
        """Return whether a report of that day is in time."""
        return reported_on <= self.last_on


def look_back(ended_on: date) -> LookBack:
    """Return how long after its end a violation is looked into, by the bare count: no text lets this end roll."""
    return LookBack(add_months(ended_on, LOOK_BACK_MONTHS))
