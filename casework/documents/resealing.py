"""Files sealed anew when the key was changed: under a new name, which says its key, so that the old one stays readable
until the row names the new one.

A file under the key 1 has no ending, one under the key 2 ends with ".2". What a rotation that was killed left beside
a row's file goes with the next one.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from casework.audit import keys, rotation, rows
from casework.audit.keys import SealBroken

from .models import Document
from .queries import content_of

# A file may have 20 MB, so few at once.
AT_ONCE = 20
TABLE = "casework_document.file"


def name_of(name: str, sealed: bytes) -> str:
    """Return the name a sealed file is stored under."""
    return f"documents/{name[:2]}/{_ending(name, sealed[1])}"


def _ending(name: str, number: int) -> str:
    return name if number == 1 else f"{name}.{number}"


def _of_key(number: int) -> Q:
    return Q(file__endswith=f".{number}") if number > 1 else ~Q(file__contains=".")


def _renew(after: int, most: int) -> rotation.Renewed:
    old = Document.objects.exclude(_of_key(keys.key_of("field")[0])).filter(pk__gt=after).order_by("pk")
    some = list(old.select_for_update(of=("self",), no_key=True, skip_locked=True)[: min(most, AT_ONCE)])
    broken = []
    for document in some:
        before = str(document.file.name)
        try:
            sealed = keys.seal(document.place, content_of(document))
        except (SealBroken, FileNotFoundError) as error:
            said = error if isinstance(error, SealBroken) else "the file is gone"
            broken.append(f"{TABLE} {document.pk}: {said}")
            continue
        bare = before.partition(".")[0]
        document.file.storage.delete(_ending(bare, sealed[1]))  # a rotation that was killed may have left it
        document.file.name = document.file.storage.save(_ending(bare, sealed[1]), ContentFile(sealed))
        rows.update(document, ["file"], file=before)
        transaction.on_commit(partial(_clear, document), robust=True)
    return rotation.Renewed(some[-1].pk if some else None, len(some) - len(broken), tuple(broken))


def _clear(document: Document) -> None:
    """Remove the copies under other keys; whoever still has the old name asks for the new one."""
    bare = str(document.file.name).partition(".")[0]
    for number in keys.numbers("field"):
        name = _ending(bare, number)
        if name != document.file.name:
            document.file.storage.delete(name)


def _in_use() -> rotation.KeyUse:
    found = Counter({("field", n): Document.objects.filter(_of_key(n)).count() for n in keys.numbers("field")})
    return +found


def _broken() -> Iterator[str]:
    for document in Document.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        try:
            content_of(document)
        except SealBroken as error:
            yield f"{TABLE} {document.pk}: {error}"
        except FileNotFoundError:
            yield f"{TABLE} {document.pk}: the file is gone"


PLACE = rotation.Place(TABLE, _renew, _in_use, _broken)
