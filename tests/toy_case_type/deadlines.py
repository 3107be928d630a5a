"""The toy's clocks."""

from casework.deadlines.rules import DeadlineRule

RULES = (
    DeadlineRule(
        code="TY.objection",
        title="Objection",
        length=3,
        unit="working_days",
        starts=("toy.found", "toy.answered"),
        cancelled_by=("toy.disputed", "step.taken_back"),
        satisfied_by=("toy.closed",),
        law="民法典 art. 315",
        certainty="convention",
        fires=True,
    ),
)
