"""Writes anew, with the keys in use, what older keys made, while the office goes on working.

It goes through each place part by part, a transaction each, and remembers nothing: what is left says the database. So
it may be killed at any moment, started twice, or run beside everybody else. A row that somebody is changing is left
for the next round, because whoever writes it writes it with the key in use.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Count, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from . import events, keys, rows
from .errors import CaseworkError
from .keys import SealBroken
from .models import Event, EventText
from .operation import operation
from .sealed import KeyedHashField, SealedTextField

AT_ONCE = 500
# A transaction that began before everybody knew a new key may still write with the old one; one that has written
# nothing for so long (a backup) will not begin to.
SETTLED_AFTER = "2 minutes"
ASK_AGAIN_SECONDS = 0.1

KeyUse = Counter[tuple[str, int]]


class KeyInUse(CaseworkError):
    """A key is not dropped while anything needs it."""

    message = _("This key is still needed.")


class Renewed(NamedTuple):
    """What became of some rows of a place: where the next ones begin (none: it was gone through), and what was done."""

    last: int | None
    done: int
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Somewhere in the house where things stand that a key made.

    Args:
        name: the table.
        renew: writes anew some of what older keys made, after a key, at most so many; inside an operation. None: it
            cannot be written anew, and keeps its key needed until it is gone.
        use: counts what each key made.
        broken: opens everything and names what cannot be opened.
    """

    name: str
    renew: Callable[[int, int], Renewed] | None
    use: Callable[[], KeyUse]
    broken: Callable[[], Iterator[str]]


def places() -> list[Place]:
    """Return every place: the columns of all models, the texts of events, and the places that are no columns.

    An app names the modules that know of the latter in its configuration (`sealed = ("documents.resealing", …)`).
    """
    modules = [
        import_module(f"{app.name}.{name}") for app in apps.get_app_configs() for name in getattr(app, "sealed", ())
    ]
    tables = [_table(model) for model in apps.get_models() if not model._meta.proxy and _columns(model)]
    texts = Place(EventText._meta.db_table, _renew_words, _words_in_use, _broken_words)
    return [*(module.PLACE for module in modules), *tables, texts]


def in_use() -> KeyUse:
    """Count what each key of the ring made: (kind, number) → how many."""
    counted: KeyUse = Counter()
    for place in places():
        counted.update(place.use())
    for row in Event.objects.values("key_id").annotate(many=Count("pk")).order_by():
        counted["chain", row["key_id"]] += row["many"]
    counted["digest", 1] += Event.objects.filter(_first_witnesses()).count()
    return counted


def _first_witnesses() -> Q:
    """The digests of texts that the first key of look-ups made, before the keys of the trail did."""
    return Q(facts_text__contains='"text":"') & ~Q(facts_text__contains='"text":"chain/')


# ---- columns of models -----------------------------------------------------------------------------------


def _columns(model: type[models.Model]) -> list[Any]:
    return [one for one in model._meta.local_concrete_fields if isinstance(one, SealedTextField | KeyedHashField)]


def _key_byte(column: str) -> Func:
    return Func(F(column), Value(2), Value(1), function="SUBSTR", output_field=models.BinaryField())


def _old(column: Any) -> Q:
    """Rows whose value of a column an older key made."""
    if isinstance(column, SealedTextField):
        return ~Q(**{column.name: b""}) & ~Q(**{f"{column.name}_key_byte": bytes([keys.key_of("field")[0]])})
    number = keys.key_of("digest")[0]
    return ~Q(**{column.name: ""}) & ~_made_with(column.name, number)


def _is_old(column: Any, row: models.Model) -> bool:
    value = row.__dict__[column.attname]
    if isinstance(column, SealedTextField):
        return keys.is_old(value)
    return bool(value) and number_of(value) != keys.key_of("digest")[0]


def _table(model: type[models.Model]) -> Place:
    return Place(
        model._meta.db_table,
        lambda after, most: _renew_rows(model, after, most),
        lambda: _columns_in_use(model),
        lambda: _broken_rows(model),
    )


def _renew_rows(model: type[models.Model], after: int, most: int) -> Renewed:
    columns = _columns(model)
    found = model._base_manager.alias(
        **{f"{one.name}_key_byte": _key_byte(one.name) for one in columns if isinstance(one, SealedTextField)}
    )
    wanted = Q()
    for one in columns:
        wanted |= _old(one)
    # A row that somebody holds is skipped: it is asked for again. Nothing is waited for while rows are held.
    locked = found.select_for_update(of=("self",), no_key=True, skip_locked=True)
    some = list(locked.filter(wanted, pk__gt=after).order_by("pk")[:most])
    done, broken = 0, []
    with rows.together():
        for row in some:
            before = {one.attname: row.__dict__[one.attname] for one in columns if _is_old(one, row)}
            faults = list(_write_anew(row, [one for one in columns if one.attname in before]))
            broken += [f"{model._meta.db_table} {row.pk}: {fault}" for _name, fault in faults]
            sound = {name: value for name, value in before.items() if name not in dict(faults)}
            if sound:
                rows.update(row, sound, **sound)
                done += 1
    return Renewed(some[-1].pk if some else None, done, tuple(broken))


def _write_anew(row: Any, columns: list[Any]) -> Iterator[tuple[str, SealBroken]]:
    """Put what the key in use makes of them into these columns; name those that cannot be opened and stay."""
    before = {one.attname: row.__dict__[one.attname] for one in columns}
    for one in columns:
        try:
            made = (
                keys.resealed(one.place(row), before[one.attname])
                if isinstance(one, SealedTextField)
                else one.renewed(row)
            )
        except SealBroken as error:
            yield one.attname, error
        else:
            row.__dict__[one.attname] = made


def _columns_in_use(model: type[models.Model]) -> KeyUse:
    counted: KeyUse = Counter()
    for one in _columns(model):
        filled = model._base_manager.exclude(**{one.name: b"" if isinstance(one, SealedTextField) else ""}).order_by()
        if isinstance(one, SealedTextField):
            found = filled.annotate(key_byte=_key_byte(one.name)).values("key_byte").annotate(many=Count("pk"))
            for row in found:
                counted["field", int.from_bytes(bytes(row["key_byte"]), "big")] += row["many"]
        else:
            counted.update(_hashes_in_use(filled, one.name))
    return counted


def _hashes_in_use(filled: models.QuerySet[Any], name: str) -> KeyUse:
    found = {number: filled.filter(_made_with(name, number)).count() for number in keys.numbers("digest")}
    return Counter({("digest", number): many for number, many in found.items() if many})


def _made_with(name: str, number: int) -> Q:
    return Q(**{f"{name}__startswith": f"{number}:"}) if number > 1 else ~Q(**{f"{name}__contains": ":"})


def number_of(hash: str) -> int:
    """Return the number of the key that made a keyed hash."""
    number, colon, _rest = hash.partition(":")
    return int(number) if colon else 1


def _broken_rows(model: type[models.Model]) -> Iterator[str]:
    columns = _columns(model)
    for row in model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE):
        for one in columns:
            try:
                fits = one.fits(row)
            except (SealBroken, ValueError) as error:
                yield f"{model._meta.db_table} {row.pk}: {error}"
            else:
                if not fits:
                    yield f"{model._meta.db_table} {row.pk}: {one.column} is not the keyed hash of {one.of}"


# ---- texts of events -------------------------------------------------------------------------------------


def _renew_words(after: int, most: int) -> Renewed:
    """Seal texts of events anew: their table refuses UPDATE, so each is taken away and put back at once."""
    old = EventText.objects.alias(key_byte=_key_byte("ciphertext")).exclude(key_byte=bytes([keys.key_of("field")[0]]))
    some = list(old.filter(pk__gt=after).select_related("event").order_by("pk")[:most])
    sound, broken = {}, []
    for words in some:
        try:
            keys.unseal(words.event.place_of_words, bytes(words.ciphertext))
            sound[words.pk] = words.event
        except SealBroken as error:
            broken.append(f"{EventText._meta.db_table} {words.pk}: {error}")
    if sound:
        # What was shredded meanwhile is not among those taken away, and stays away.
        marks = ", ".join(["%s"] * len(sound))
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM casework_eventtext WHERE event_id IN ({marks}) RETURNING event_id, ciphertext",  # noqa: S608
                list(sound),
            )
            taken = cursor.fetchall()
        rows_anew = [
            EventText(event=sound[pk], ciphertext=keys.resealed(sound[pk].place_of_words, bytes(sealed)))
            for pk, sealed in taken
        ]
        if rows_anew:
            rows.insert(rows_anew)
    return Renewed(some[-1].pk if some else None, len(some) - len(broken), tuple(broken))


def _words_in_use() -> KeyUse:
    found = EventText.objects.annotate(key_byte=_key_byte("ciphertext")).values("key_byte").annotate(many=Count("pk"))
    return Counter({("field", int.from_bytes(bytes(row["key_byte"]), "big")): row["many"] for row in found.order_by()})


def _broken_words() -> Iterator[str]:
    for words in EventText.objects.select_related("event").order_by("pk").iterator(chunk_size=AT_ONCE):
        try:
            keys.unseal(words.event.place_of_words, bytes(words.ciphertext))
        except SealBroken as error:
            yield f"{EventText._meta.db_table} {words.pk}: {error}"


# ---- what is done with keys ------------------------------------------------------------------------------


@dataclass
class Rotation:
    """What a rotation did."""

    done: int = 0
    broken: set[str] = field(default_factory=set)
    left: KeyUse = field(default_factory=Counter)


@operation
def add_key(*, kind: str, by: None, at: datetime) -> int:
    """Put the next key of a kind on the ring; nothing is made with it yet."""
    number = keys.add(kind)  # stays there when the event cannot be written, and makes nothing: it waits
    events.record(events.SECURITY, "key.added", by=by, at=at, key=kind, number=number)
    return number


@operation
def take_key_in_use(*, kind: str, by: None, at: datetime) -> int:
    """Have everything new made with the newest key of a kind."""
    number = keys.numbers(kind)[-1]
    events.record(events.SECURITY, "key.taken_in_use", by=by, at=at, key=kind, number=number)
    transaction.on_commit(lambda: keys.take_in_use(kind))
    return number


def settle() -> None:
    """Wait until every transaction that began before now has ended: it may not know a key that now is on the ring."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer at a time: who writes next reads the ring when it is his turn
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start < %s "
                "AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - %s::interval)",
                [now, SETTLED_AFTER],
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(ASK_AGAIN_SECONDS)


@operation
def renew_some(*, place: Place, after: int, most: int, by: None, at: datetime) -> Renewed:
    """Write anew some of what older keys made in a place."""
    renewed = place.renew(after, most) if place.renew else Renewed(None, 0)
    if renewed.done:
        events.record(events.SECURITY, "key.renewed", by=by, at=at, place=place.name, rows=renewed.done)
    return renewed


def rotate(*, most: int, now: Callable[[], datetime], tell: Callable[[str, int], None]) -> Rotation:
    """Write anew everything that older keys made, until nothing is left but what cannot be opened.

    Args:
        most: rows of one transaction.
        now: the clock.
        tell: is told of each part: the place, and how many rows so far.
    """
    settle()
    rotation = Rotation()
    while True:
        done = rotation.done
        for place in places():
            after: int | None = 0 if place.renew else None
            while after is not None:
                renewed = _one_part(place, after, most, now())
                rotation.done += renewed.done
                rotation.broken.update(renewed.broken)
                tell(place.name, rotation.done)
                after = renewed.last
        rotation.left = left()
        if rotation.left.total() <= 0 or (rotation.broken and rotation.done == done):
            return rotation
        settle()
        time.sleep(ASK_AGAIN_SECONDS)


def _one_part(place: Place, after: int, most: int, at: datetime) -> Renewed:
    began = time.monotonic()
    renewed = renew_some(place=place, after=after, most=most, by=None, at=at)
    if connection.vendor == "sqlite" and renewed.done:
        time.sleep(time.monotonic() - began)  # the one writer at a time shall be somebody else every other time
    return renewed


def left() -> KeyUse:
    """Count what older keys than those in use made, and a rotation can write anew."""
    counted: KeyUse = Counter()
    for place in places():
        if place.renew:
            counted.update(place.use())
    return Counter(
        {(kind, number): many for (kind, number), many in counted.items() if many and number != keys.key_of(kind)[0]}
    )


@operation
def drop_key(*, kind: str, number: int, by: None, at: datetime) -> None:
    """Take a key off the ring that nothing needs any more.

    Raises:
        KeyInUse: something does, or new things are made with it.
    """
    if number not in keys.numbers(kind):
        raise KeyInUse(_("There is no such key."))
    if number == keys.key_of(kind)[0]:
        raise KeyInUse(_("New things are made with this key."))
    settle()
    if many := in_use()[kind, number]:
        raise KeyInUse(_("%(many)d things still need this key.") % {"many": many})
    events.record(events.SECURITY, "key.dropped", by=by, at=at, key=kind, number=number)
    transaction.on_commit(lambda: keys.drop(kind, number))
