"""How the tests read a letter: what it says, and of what blocks its text is made."""

from casework.documents import filling
from casework.documents.markup import blocks_of


def words(composed):
    """Return what a letter says, one line for each line of its blocks and each row of its tables."""
    lines = []
    for block in blocks_of(composed.source):
        lines += ["".join(run.text for run in line) for line in block.lines]
        lines += [" | ".join("".join(run.text for run in cell) for cell in row) for row in block.rows]
    return "\n".join(lines)


def shape_of(text):
    """Return the kinds of the blocks of a text, whatever its values are."""
    return [block.kind for block in blocks_of(filling.fill(text, {}).source)]
