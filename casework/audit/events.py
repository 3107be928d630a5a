"""The only writer of history: `record()`. One event, many readers.

Facts are ids, codes, dates and amounts; sentences are made when somebody reads (`sentence()`), in the
reader's language. What a person typed, and anything personal, goes into `text`, sealed beside the event.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.templatetags.gongdao import cn_date

from . import chain, keys
from .context import origin
from .models import OFFICE, Event, EventText, HasStream, Outcome, Stream
from .operation import current_unit

if TYPE_CHECKING:
    from casework.staff.models import User

SECURITY = "security"


@dataclass(frozen=True)
class Kind:
    """A kind of event: its code, its name in lists, its sentence, whose fields it changes, and whether it destroys."""

    code: str
    title: str | Promise
    sentence: str | Promise
    about: str = ""
    destroys: bool = False


KINDS: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """An event of a kind nobody declared."""


def declare(
    code: str, title: str | Promise, sentence: str | Promise = "", *, about: str = "", destroys: bool = False
) -> Kind:
    """Make a kind of event known; `sentence` may use `%(actor)s` and every fact as `%(name)s`.

    Args:
        about: the model ("casework.Office") whose fields the facts `fields` and `changes` name.
        destroys: what its facts name lost its texts with it: `audit verify` misses them nowhere else.
    """
    KINDS[code] = Kind(code, title, sentence or title, about, destroys)
    return KINDS[code]


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return as a fact what a change changed: by field, what stood there and what stands there now.

    Only codes, days, amounts and what is public of an office: of anything personal the fact `fields` says that it
    changed, and not from what to what.
    """
    return {name: [_plain(before[name]), _plain(value)] for name, value in after.items() if before[name] != value}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | list | dict) else str(value)


def record(
    stream: HasStream | str,
    kind: str,
    /,
    *,
    by: "User | None",
    at: datetime,
    text: str = "",
    principal: "User | None" = None,
    person: int | None = None,
    outcome: Outcome = Outcome.DONE,
    **facts: Any,
) -> Event:
    """Note that something happened, inside the running operation; it is written when the operation ends.

    Args:
        stream: the case, or the key of another stream ("security", `office_stream(office)`).
        kind: a declared kind, past tense ("payout.approved").
        by: who did it; `None` is the clock.
        at: when it happened, aware.
        text: what a person typed, or anything personal; sealed, its digest stands in the facts.
        person: the key of the worker it is about; a case knows its own.
        facts: ids, codes, dates, amounts; nothing personal.

    Raises:
        UnknownKind: nobody declared the kind.
    """
    if kind not in KINDS:
        raise UnknownKind(kind)
    if text:
        facts["text"] = keys.witness("event.text", text)
    place = origin.get()
    owner = stream if isinstance(stream, HasStream) else Stream(key=stream)
    event = Event(
        stream=owner.stream,
        office_id=owner.office_id,
        person_id=person or owner.person_id,
        kind=kind,
        outcome=outcome,
        actor=by,
        principal=principal,
        happened_at=at,
        request_id=place.request_id,
        address=place.address,
        facts_text=chain.canonical(facts),
    )
    current_unit().note(stream, event, text)
    return event


def office_stream(office: Any) -> str:
    """Return the stream of what happens in an office outside its cases; takes the office, or its id alone."""
    return f"{OFFICE}{getattr(office, 'pk', office)}"


def words_of(event: Event) -> str:
    """Return the free text of an event, or "" when it has none or it was shredded."""
    try:
        sealed = event.words.ciphertext
    except EventText.DoesNotExist:
        return ""
    return keys.unseal(event.place_of_words, bytes(sealed)).decode()


class _Facts(dict[str, Any]):
    """A fact the sentence names and the event lacks reads as a dash, never as an error on a page."""

    def __missing__(self, key: str) -> str:
        return "—"


def title(kind: str) -> str:
    """Return the name of a kind in the reader's language; an old kind reads as its code."""
    return str(KINDS[kind].title) if kind in KINDS else kind


def sentence(event: Event, **more: Any) -> str:
    """Say what happened in one sentence, in the active language."""
    actor = event.actor.display_name if event.actor else _now("The clock")
    known = KINDS.get(event.kind)
    days = {name: cn_date(day) for name, value in event.facts.items() if (day := as_day(value))}
    return str(known.sentence if known else event.kind) % _Facts({**event.facts, **days, "actor": actor, **more})


def as_day(value: Any) -> date | None:
    """Return the day a fact names, if it names one."""
    if not isinstance(value, str) or len(value) != len("2026-11-20"):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


declare(
    "operation.refused",
    _("Refused"),
    _("%(actor)s was refused: %(operation)s (%(error)s)"),
)
declare("key.added", _("Key made"), _("Key %(number)s of %(key)s was put on the ring"))
declare("key.taken_in_use", _("Key in use"), _("Key %(number)s of %(key)s makes what is new from now on"))
declare("key.renewed", _("Written anew"), _("%(rows)s rows of %(place)s were written anew with the key in use"))
declare("key.dropped", _("Key dropped"), _("Key %(number)s of %(key)s was taken off the ring"))
declare("verification.begun", _("Check of the trail begun"), _("%(actor)s had the trail checked: %(to_read)s events"))
declare(
    "verification.stopped",
    _("Check of the trail stopped"),
    _("%(actor)s stopped the check of the trail after %(rows)s of %(to_read)s events"),
)
declare(
    "verification.resumed",
    _("Check of the trail resumed"),
    _("%(actor)s resumed the check of the trail after %(rows)s of %(to_read)s events"),
)
declare(
    "verification.ended",
    _("Trail checked"),
    _("The trail was checked: %(rows)s events read, %(faults)s faults found"),
)
declare("trail.exported", _("Trail exported"), _("%(actor)s exported %(count)s events of the trail"))
