"""One household, one file; one person, one file (一户一档，杜绝一户多档、一人多档). Pure."""

from collections.abc import Collection, Iterable

# Months after which a file is reviewed (动态管理、逐年复核), where its place says nothing else by this parameter.
REVIEWED_AFTER = 12
REVIEW_PARAMETER = "hardship.file.review.months"


def on_file_already(on_live_files: Collection[str], applying: Iterable[str]) -> list[str]:
    """Return who of an application stands on another live hardship file already, in the order given.

    Args:
        on_live_files, applying: people, by something that tells them apart; whoever has no such thing ("") counts not.
    """
    return [person for person in applying if person and person in on_live_files]
