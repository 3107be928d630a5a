"""How a plan of payments is shared among the workers of an agreement: pure, exact to the fen."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def share_out(
    shares: Mapping[int, Decimal], plan: Sequence[tuple[date, Decimal]]
) -> dict[int, list[tuple[date, Decimal]]]:
    """Return the instalments of each worker; each one's come to exactly that worker's sum.

    What a worker has got by a day is the worker's part of what was to be paid by that day, rounded; the
    difference to the day before is the instalment. So nothing is lost to rounding, and the last day settles all.

    Raises:
        ValueError: the plan does not make up the sums.
    """
    total = sum(shares.values(), Decimal(0))
    if total != sum((amount for _on, amount in plan), Decimal(0)):
        raise ValueError("the plan does not make up the sums")
    instalments: dict[int, list[tuple[date, Decimal]]] = {}
    for worker, share in shares.items():
        paid = by_then = Decimal(0)
        instalments[worker] = []
        for on, amount in plan:
            by_then += amount
            until_now = (share * by_then / total).quantize(FEN, ROUND_HALF_UP)
            if until_now > paid:
                instalments[worker].append((on, until_now - paid))
            paid = until_now
    return instalments
