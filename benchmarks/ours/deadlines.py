"""One clock that every step starts anew."""

from casework.deadlines.rules import DeadlineRule

RULES = (
    DeadlineRule(
        code="ER.next",
        title="Next step",
        length=5,
        unit="working_days",
        starts=("errand.opened",),
        restarted_by=("errand.advanced",),
        law="none",
        certainty="convention",
    ),
)
