"""From when the year counts in which a dispute can be brought to arbitration (仲裁时效): pure, and no reason to refuse.

The count itself is the rule `deadlines.LIMITATION`. The time-bar is a defence: the employer has to plead it in
arbitration (法释〔2025〕12号 art. 20). Gongdao warns.
"""

from datetime import date


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
