"""Rules of petitions (信访工作条例, in force since 2022-05-01). Pure."""

# Art. 20(3): a matter of several people is brought by at most so many.
MOST_REPRESENTATIVES = 5


def may_come(representatives: int) -> bool:
    """Return whether so many people may come with a matter they share (信访工作条例 art. 20)."""
    return 1 <= representatives <= MOST_REPRESENTATIVES
