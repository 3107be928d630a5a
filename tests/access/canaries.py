"""What nobody is called, has or says, written into every field that tells something of a person, and found again.

Each value is one of its kind: what is found on a page names its field and its row. Numbers are invented, as everywhere
in the tests; a word is "雀", five digits, "鸣", so that it is found in a page, a letter and a file of rows alike.
"""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZipFile

from django.apps import apps
from django.db import connection, models
from pypdf import PdfReader

from casework.audit import keys, triggers
from casework.audit.models import EventText
from casework.audit.sealed import KeyedHashField, SealedTextField
from casework.documents import keeping
from casework.offices.models import Office
from casework.people import identifiers
from tests.factories import an_account_number, an_id_number

# What tells something of a person and stands in clear in the database, each with its reason (docs/why/privacy.md).
ALSO = {
    "casework.worker": ("name",),
    "casework.householdmember": ("name", "monthly_income"),
    "casework.bankaccount": ("holder_name",),
    "labour_dispute.labourdispute": ("monthly_wage",),
    "hardship_relief.meanscheck": ("income_found",),
}
INCOMES = ("monthly_income", "monthly_wage", "income_found")
# What an event says in words, sealed beside it.
WORDS = "casework.eventtext.words"
# Columns whose text is a structure: a letter, and what is typed into a letter or a draft.
KEPT = {"casework.letter.body", "casework.letterrun.values", "casework.draft.content"}
WORD = re.compile(r"雀\d{5}鸣")


class Canary(NamedTuple):
    """A field of a row, the office it belongs to, how it is shown in clear, and masked where it can be."""

    field: str
    office_path: str
    clear: str
    mask: str = ""


def fields() -> list[tuple[type[models.Model], models.Field]]:
    """Return every field that has to be in the table: each sealed one, and those of `ALSO`."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedTextField) or field.name in ALSO.get(model._meta.label_lower, ())
    ]


def names() -> set[str]:
    """Return the names of these fields, and of the words of events."""
    return {WORDS} | {name_of(model, field) for model, field in fields()}


def name_of(model: type[models.Model], field: models.Field) -> str:
    """Return what a field is called in the table."""
    return f"{model._meta.label_lower}.{field.name}"


def plant() -> list[Canary]:
    """Write a canary into every such field of every row there is, past the triggers, and return them."""
    with triggers.lifted(connection):
        return [*_rows(), *_words()]


def _rows() -> Iterator[Canary]:
    by_model: dict[type[models.Model], list[models.Field]] = {}
    for model, field in fields():
        by_model.setdefault(model, []).append(field)
    for model, columns in by_model.items():
        for row in model._base_manager.order_by("pk"):
            written: dict[str, Any] = {}
            for field in columns:
                name, told = name_of(model, field), getattr(row, field.name)
                if not told and name in KEPT:
                    continue
                canary = _canary(name, office_path_of(row))
                setattr(row, field.name, _kept(name, str(told), canary.clear))
                written[field.name] = field.pre_save(row, add=False)
                yield canary
            for field in model._meta.local_concrete_fields:
                if isinstance(field, KeyedHashField):
                    written[field.attname] = field.renewed(row)
            model._base_manager.filter(pk=row.pk).update(**written)


# Where a row of which office a person is written down does not say it: the row that does.
OWNERS = ("case", "contact", "letter", "worker", "household", "head", "claim_line", "payout", "employer", "office")


def office_path_of(row: Any) -> str:
    """Return the path of the office that a row belongs to; "" for what belongs to somebody of the house."""
    path = getattr(row, "office_path", None) or getattr(row, "path", None)
    if path:
        return str(path)
    return next((office_path_of(owner) for name in OWNERS if (owner := getattr(row, name, None)) is not None), "")


def _canary(name: str, office_path: str) -> Canary:
    number = next(_numbers)
    field = name.rpartition(".")[2]
    if field == "id_number":
        clear = an_id_number(f"19{number % 90 + 10}0{number // 90 % 9 + 1}{number // 810 % 28 + 1:02d}")
        return Canary(name, office_path, clear, identifiers.mask_id(clear))
    if field in ("phone", "caller_phone"):
        clear = f"199{number:04d}{number:04d}"
        return Canary(name, office_path, clear, identifiers.mask_phone(clear))
    if name == "casework.bankaccount.number":
        clear = an_account_number()
        return Canary(name, office_path, clear, identifiers.mask_card(clear))
    if field in INCOMES:
        return Canary(name, office_path, f"{900_000 + number}.37")
    return Canary(name, office_path, f"雀{number:05d}鸣")


_numbers = iter(range(1, 10_000))


def _kept(name: str, told: str, clear: str) -> Any:
    if name not in KEPT:
        return Decimal(clear) if name.rpartition(".")[2] in INCOMES else clear
    if name == "casework.draft.content":
        return json.dumps(dict.fromkeys(json.loads(told), clear), ensure_ascii=False)
    values = keeping.read(told)
    if name == "casework.letter.body":
        return keeping.written({**values, "source": f"{values['source']}\n\n{clear}"})
    return keeping.written(dict.fromkeys(values, clear))


def _words() -> Iterator[Canary]:
    paths = dict(Office.objects.values_list("pk", "path"))
    for text in EventText.objects.select_related("event").order_by("pk"):
        canary = _canary(WORDS, paths.get(text.event.office_id, ""))
        text.ciphertext = keys.seal(text.event.place_of_words, canary.clear.encode())
        text.save(update_fields=["ciphertext"])
        yield canary


def found_in(page: str, planted: Iterable[Canary]) -> Iterator[tuple[Canary, str]]:
    """Yield the canaries that a page shows, each with how: "c" in clear, "m" masked."""
    said = re.sub(r"[\s,]", "", page)
    words = set(WORD.findall(said))
    for canary in planted:
        if canary.clear in (words if canary.clear[0] == "雀" else said):
            yield canary, "c"
        elif canary.mask and canary.mask in said:
            yield canary, "m"


def text_of(content: bytes) -> str:
    """Return what a page or a file says, whatever kind of file it is."""
    if content.startswith(b"%PDF") and b"startxref" in content:
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            parts = [packed.read(name).decode("utf-8", "ignore") for name in packed.namelist()]
        return re.sub(r"<[^>]+>", "", "".join(parts))
    return content.decode("utf-8", "replace")
