"""Disputes that many workers share (集体劳动争议): pure rules."""

# 调解仲裁法 art. 7: ten or more with a common claim (民法典 art. 1259: ten included).
COLLECTIVE_FROM = 10
# 办案规则 art. 63: so many of them speak for all.
FEWEST_REPRESENTATIVES, MOST_REPRESENTATIVES = 3, 5


def is_collective(workers: int, *, has_common_claim: bool = True) -> bool:
    """Return whether workers against one employer are a collective case."""
    return has_common_claim and workers >= COLLECTIVE_FROM


def representatives(workers: int, *, has_common_claim: bool = True) -> tuple[int, int] | None:
    """Return how few and how many representatives a collective case has in arbitration; none where it is none."""
    if not is_collective(workers, has_common_claim=has_common_claim):
        return None
    return FEWEST_REPRESENTATIVES, MOST_REPRESENTATIVES


def is_represented(workers: int, chosen: int) -> bool:
    """Return whether enough, and not too many, were chosen to speak for all; one worker, or few, need nobody."""
    span = representatives(workers)
    return span is None or span[0] <= chosen <= span[1]
