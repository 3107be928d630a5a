"""The toy's worked examples: they are found because the toy brings them."""

from collections.abc import Mapping
from typing import Any

from casework.examples.reading import whole
from casework.examples.rule import ExampleRule, Question, Sample


def _reward(question: Question) -> Mapping[str, Any]:
    return {"reward": question["umbrellas"] * 2}


EXAMPLES = (
    ExampleRule(
        "toy.reward",
        "toy",
        "Reward of the finder",
        "民法典 art. 317",
        {"umbrellas": whole},
        ("reward",),
        _reward,
        (Sample({"umbrellas": 3}, {"reward": 6}),),
    ),
)

RULE_EXAMPLES = (("TY.objection", {"found": "2026-09-18"}, {"due": "2026-09-22"}),)
