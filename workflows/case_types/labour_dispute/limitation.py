"""The year in which a dispute can be brought to arbitration (仲裁时效): pure, and never a reason to refuse.

The time-bar is a defence: the employer has to plead it in arbitration (法释〔2025〕12号 art. 20). Gongdao warns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework.deadlines.calendar import add_months

MONTHS = 12


@dataclass(frozen=True)
class Limitation:
    """Where the limitation of a claim stands.

    Args:
        started_on: the day the present count begins; none: nothing runs.
        ends_on: its corresponding day a year later, before any rest day is considered.
        ignored: interruptions that came too late to count.
    """

    started_on: date | None
    ends_on: date | None
    ignored: tuple[date, ...] = ()

    def has_passed(self, on: date) -> bool:
        """Return whether the period is over on a day."""
        return self.ends_on is not None and on > self.ends_on


def starts_on(
    *, is_about_pay: bool, knew_on: date | None, is_employed: bool, employed_until: date | None
) -> date | None:
    """Return the day the year counts from; none while nothing runs.

    Unpaid wages: no limit while employed, one year from the end of the employment (调解仲裁法 art. 27(4)).
    Everything else: from the day the worker knew or should have known (27(1)).
    """
    if not is_about_pay:
        return knew_on
    return None if is_employed else employed_until or knew_on


def reckon(
    start: date | None, interruptions: Iterable[date] = (), suspensions: Iterable[tuple[date, date]] = ()
) -> Limitation:
    """Return the limitation after everything that interrupted or suspended it.

    Args:
        interruptions: claims on the employer, requests for relief, its promises: the year counts anew from each
            that falls inside the running period (27(2)); a later one changes nothing.
        suspensions: first day of the hindrance and the day it was removed: the days between are added (27(3)).
    """
    if start is None:
        return Limitation(None, None)
    ends, ignored = add_months(start, MONTHS), []
    happened: list[tuple[date, date | None]] = [(on, None) for on in interruptions]
    happened = sorted([*happened, *suspensions], key=lambda event: event[0])
    for on, until in happened:
        if on > ends:
            if until is None:
                ignored.append(on)
        elif until is None:
            start, ends = on, add_months(on, MONTHS)
        else:
            ends += until - on
    return Limitation(start, ends, tuple(ignored))
