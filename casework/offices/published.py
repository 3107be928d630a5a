"""What the texts of single places say, as far as it was read: dated and with its source. Pure.

These are known values, not the house's own: where a place has entered a `LocalParameter`, that decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError

from .regions import region_prefix

Value = TypeVar("Value")


class UnknownPlace(CaseworkError):
    """Nobody has read the rules of this place; the message names the places that are known."""

    message = _("The rules of this place are not known here.")


class NotYetPublished(CaseworkError):
    """The text of the place is younger than the day asked about; the message says since when it is known."""

    message = _("No rule of this place is known for this day.")


@dataclass(frozen=True)
class Published(Generic[Value]):
    """What a text of a place says.

    Args:
        place: its name in English.
        names: what else it is called.
        region: its code (GB/T 2260).
        year: of the text, or of the version read; none where the text bears no date.
        source: the text and its article.
    """

    place: str
    names: tuple[str, ...]
    region: str
    year: int | None
    source: str
    value: Value

    def is_of(self, place: str) -> bool:
        """Return whether a name or a region code means this place, or lies within it."""
        if place.isdigit():
            return bool(self.region) and len(place) >= 2 and place.startswith(region_prefix(self.region))
        return place.strip().casefold() in {name.casefold() for name in (self.place, *self.names)}


def known_of(texts: Iterable[Published[Value]], place: str, on: date | None = None) -> Published[Value]:
    """Return the newest text of a place, or the newest that was out in the year of a day.

    Args:
        place: a name in English or Chinese, or a region code.

    Raises:
        UnknownPlace: none of them is of this place; says of which they are.
        NotYetPublished: all of them are younger; says how old they are.
    """
    texts = list(texts)
    mine = sorted((text for text in texts if text.is_of(place)), key=lambda text: text.year or 0)
    if not mine:
        known = sorted({" ".join((text.place, *text.names[:1])) for text in texts})
        raise UnknownPlace(
            _now("The rules of “%(place)s” are not known here; known are: %(known)s.")
            % {"place": place, "known": _now("; ").join(known)}
        )
    out = [text for text in mine if on is None or text.year is None or text.year <= on.year]
    if not out:
        raise NotYetPublished(
            _now("No rule of %(place)s is known for %(on)s; known is: %(known)s.")
            % {"place": mine[0].place, "on": on, "known": _now("; ").join(text.source for text in mine)}
        )
    return out[-1]
