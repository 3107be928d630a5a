"""The weekly duty to visit enterprises (走访). Pure."""

from collections.abc import Hashable, Iterable

# 每周至少走访2家企业，其中重点监管企业每周至少1次: what one district set itself; a place may ask for more.
ENTERPRISES_A_WEEK, KEY_ENTERPRISES_A_WEEK = 2, 1


def is_met(
    visits: Iterable[tuple[Hashable, bool]],
    enterprises: int = ENTERPRISES_A_WEEK,
    key_enterprises: int = KEY_ENTERPRISES_A_WEEK,
) -> bool:
    """Return whether the visits of a week are enough.

    Args:
        visits: each enterprise visited, and whether it is under close supervision (重点监管); visited twice, it
            counts once.
        enterprises: how many different ones the week needs.
        key_enterprises: how many of those under close supervision.
    """
    visits = list(visits)
    visited = {enterprise for enterprise, _is_key in visits}
    supervised = {enterprise for enterprise, is_key in visits if is_key}
    return len(visited) >= enterprises and len(supervised) >= key_enterprises
