"""What the checkpoints say the trail looked like: those of the database, and the lines of files kept outside it.

Nothing is believed that is not signed, follows the one before it and stands in both alike.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext_noop as _

from . import anchor_keys, places
from .checkpoints import body, root_of
from .faults import CHANGED, CHECKPOINT, FILE, LINE, Fault
from .models import Checkpoint, Posting


class Seen(NamedTuple):
    """A head as a checkpoint saw it."""

    number: int
    hash: bytes
    upto: int
    after: int  # the number in the stream that the checkpoint before it saw

    def differs(self, hash: bytes, row: int) -> Fault | None:
        """Return how a row is not the one that was seen."""
        if hash == self.hash and row <= self.upto:
            return None
        says = _("not the row that checkpoint %(number)s saw: the stream was rewritten after number %(after)s")
        return Fault("", says, number=self.number, after=self.after)


@dataclass
class Known:
    """All that is known: by stream and number in it, and what is wrong with the checkpoints themselves."""

    heads: dict[str, dict[int, Seen]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    checkpoints: int = 0


def known(anchor: Path | None) -> Known:
    """Return what the database's checkpoints and the file, or this installation's files, say."""
    result = Known()
    roots = _take(result, "", ((one.number, {**body(one), **_proof(one)}) for one in _rows()), {})
    for file, sent in _files(anchor):
        if not file.exists():
            result.faults.append(Fault(FILE, _("the anchor file is not there"), file=str(file)))
            continue
        in_file = _take(result, str(file), _lines(file, result), roots)
        if gone := in_file.keys() - roots.keys():
            says = _("gone from the database, %(file)s has it")
            result.faults.append(Fault(CHECKPOINT, says, number=min(gone), file=str(file)))
        if cut := set(range(1, sent + 1)) - in_file.keys():
            says = _("checkpoint %(number)s was sent there and is gone")
            result.faults.append(Fault(FILE, says, number=min(cut), file=str(file)))
    result.checkpoints = len(roots)
    return result


def _rows() -> Any:
    return Checkpoint.objects.order_by("number").iterator(chunk_size=100)


def _proof(one: Checkpoint) -> dict[str, str]:
    return {"root": one.root, "signature": one.signature}


def _files(anchor: Path | None) -> list[tuple[Path, int]]:
    """Return the files to read, each with the number of the last checkpoint that it must hold."""
    if anchor is not None:
        return [(anchor, 0)]
    found = []
    for place in places.places():
        if isinstance(place, places.File) and (file := place.file()):
            sent = Posting.objects.filter(place=place.name).aggregate(last=Max("checkpoint"))["last"] or 0
            if sent or file.exists():
                found.append((file, sent))
    return found


def _lines(file: Path, result: Known) -> Any:
    """Yield each line's number and what it says; one that a crash tore is the beginning of the line after it."""
    torn = ""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            text = line.rstrip("\n")
            if torn and not text.startswith(torn):
                result.faults.append(Fault(LINE, CHANGED, file=str(file), line=number - 1))
            torn = ""
            try:
                said = json.loads(text)
                said["heads"], said["number"], said["root"]
                yield number, said
            except (ValueError, KeyError, TypeError):
                torn = text or "?"
    if torn:
        result.faults.append(Fault(FILE, _("its last line is torn or was changed"), file=str(file)))


def _take(result: Known, file: str, checkpoints: Any, roots: dict[int, str]) -> dict[int, str]:
    """Check checkpoints of a file, or of the database (""), and learn what they say; return their roots by number.

    Args:
        checkpoints: each with the line it stands in, or with its number.
    """
    taken: dict[int, str] = {}
    expected, previous = 1, None
    for place, said in checkpoints:
        number = said["number"]
        proof = {name: said.pop(name, "") for name in ("root", "signature")}
        fault = _fault(said, proof, expected, previous)
        if not fault and number in roots and roots[number] != proof["root"]:
            fault = Fault("", _("it differs from the one in the database"))
        if fault:
            where = fault.at(LINE, file=file, line=place) if file else fault.at(CHECKPOINT, number=place)
            result.faults.append(where)
            if number != expected or previous not in {None, said.get("previous")}:
                expected, previous = number + 1 if isinstance(number, int) else expected + 1, proof["root"]
                continue
        expected, previous = number + 1, proof["root"]
        taken[number] = proof["root"]
        if not fault and number not in roots:
            _learn(result, said)
    return taken


def _fault(said: dict[str, Any], proof: dict[str, str], expected: int, previous: str | None) -> Fault | None:
    if said["number"] != expected:
        return Fault("", _("number %(expected)s is missing or out of order"), expected=expected)
    if previous is not None and said.get("previous") != previous:
        return Fault("", _("it does not follow the one before it"))
    if root_of(said) != proof["root"]:
        return Fault("", CHANGED)
    if not anchor_keys.signed(said["key"], proof["root"], proof["signature"]):
        return Fault("", _("it is not signed by a key we know"))
    return None


def _learn(result: Known, said: dict[str, Any]) -> None:
    for stream, seq, hash in said["heads"]:
        seen = result.heads.setdefault(stream, {})
        seen[seq] = Seen(said["number"], bytes.fromhex(hash), said["upto"], max(seen, default=0))
