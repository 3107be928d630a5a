"""What is wrong with a trail, said once: in English where a command prints it, in the reader's language on a page."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_noop as _

# Where something is wrong: each, like what is wrong, is a text to translate.
IN_STREAM = "%(stream)s#%(seq)s"
ROW = _("%(stream)s#%(seq)s (row %(row)s)")
CHECKPOINT = _("checkpoint %(number)s")
FILE = "%(file)s"
LINE = _("%(file)s line %(line)s")
CHANGED = _("its content was changed")


class Fault(str):
    """A fault as a sentence; knows what it was made of."""

    where: str
    says: str
    facts: dict[str, Any]

    def __new__(cls, where: str, says: str, /, **facts: Any) -> "Fault":
        """Say it in English."""
        made = super().__new__(cls, ": ".join(part % facts for part in (where, says) if part))
        made.where, made.says, made.facts = where, says, facts
        return made

    def at(self, where: str, /, **facts: Any) -> "Fault":
        """Return the same fault, found somewhere."""
        return Fault(where, self.says, **self.facts, **facts)

    def kept(self) -> list[Any]:
        """Return what a row keeps of it."""
        return [self.where, self.says, self.facts]


def in_words(kept: list[Any]) -> str:
    """Say a fault that was kept, in the reader's language."""
    where, says, facts = kept
    return _now(": ").join(_now(part) % facts for part in (where, says) if part)
