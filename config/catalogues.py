"""The translations: collects the words people see, compiles the catalogues, and names what lacks a translation.

    python -m config.catalogues collect|compile|missing

By Babel, so that a machine without GNU gettext can do it. The msgid is the English text, so English needs no
catalogue. A type of case keeps its words in its own package; everything else stands in locale/.
"""

import io
import os
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"

# Function → the places of its text, its plural and its context among its arguments.
FUNCTIONS: dict[str, tuple[int, int | None, int | None]] = {
    "_": (0, None, None),
    "_now": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}
NOT_OURS = {".venv", ".git", "node_modules", "var", "tests", "migrations", "benchmarks", "__pycache__"}

Words = tuple[str, str | None, str | None]  # text, plural, context


def homes() -> list[Path]:
    """Return the folders that keep a catalogue: each type of case, and the product."""
    return [*sorted(path.parent for path in ROOT.glob("workflows/case_types/*/apps.py")), ROOT]


def sources(home: Path) -> Iterator[Path]:
    """Find the Python files and templates whose words belong to a home."""
    others = [other for other in homes() if other != home and home in other.parents]
    for folder, names, files in os.walk(home):
        here = Path(folder)
        names[:] = sorted(name for name in names if name not in NOT_OURS and here / name not in others)
        yield from (here / file for file in sorted(files) if file.endswith((".py", ".html", ".txt", ".svg")))


def words_of(file: Path) -> Iterator[Words]:
    """Read the words out of one file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        text = "\n".join(_calls(templatize(text, origin=str(file)))) if "{%" in text else ""
    for _, function, found, _ in extract_python(io.BytesIO(text.encode()), dict.fromkeys(FUNCTIONS), [], {}):
        if found is None:
            continue  # a variable: what it holds was marked where it was written
        arguments = [found] if isinstance(found, str) else list(found)
        parts = [place if place is None else arguments[place] for place in FUNCTIONS[str(function)]]
        if parts[0]:
            yield parts[0], parts[1], parts[2]


def _calls(text: str) -> Iterator[str]:
    """Cut the calls of gettext out of a template that Django has blanked out around them.

    What lies between is no Python, so a call is read token by token until its brackets close.
    """
    position = 0
    starts = [f"{name}(" for name in FUNCTIONS]
    while position < len(text):
        begin = min((at for at in (text.find(start, position) for start in starts) if at >= 0), default=-1)
        if begin < 0:
            return
        end = _end_of_call(text[begin:])
        yield text[begin : begin + end]
        position = begin + end


def _end_of_call(text: str) -> int:
    lines = text.splitlines(keepends=True)
    depth = 0
    for token in tokenize.generate_tokens(iter(lines).__next__):
        depth += {"(": 1, ")": -1}.get(token.string, 0) if token.type == tokenize.OP else 0
        if token.string == ")" and depth == 0:
            return sum(map(len, lines[: token.end[0] - 1])) + token.end[1]
    raise ValueError(f"a call that does not end: {text[:60]!r}")


def collected(home: Path) -> set[Words]:
    """Return the words of a home."""
    return {words for file in sources(home) for words in words_of(file)}


def catalogue_of(home: Path) -> Catalog:
    """Return a home's catalogue as it stands."""
    file = home / CATALOGUE
    if not file.exists():
        return Catalog(locale=LANGUAGE)
    with file.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def collect() -> int:
    """Write each catalogue anew: the words in use, with the translations that were there."""
    for home in homes():
        old = catalogue_of(home)
        new = Catalog(
            LANGUAGE,
            header_comment="# `./run messages` writes this file; what stands in msgstr is kept.",
            project="Gongdao",
            version="1",
            copyright_holder="the contributors",
            msgid_bugs_address="-",
            last_translator="-",
            language_team="-",
            charset="utf-8",
            fuzzy=False,
        )
        # Today's date would make a change of every collecting.
        new.creation_date = new.revision_date = old.creation_date
        for text, plural, context in sorted(collected(home), key=lambda words: (words[0], words[2] or "")):
            known = old.get(text, context)
            new.add((text, plural) if plural else text, known.string if known else "", context=context)
        (home / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
        with (home / CATALOGUE).open("wb") as target:
            write_po(target, new, width=120, omit_header=False)
    return missing()


def compile_all() -> int:
    """Compile every catalogue of the tree to what Django reads."""
    for file in sorted(path for home in homes() for path in home.glob("locale/*/LC_MESSAGES/*.po")):
        with file.open("rb") as source:
            catalogue = read_po(source, locale=file.parent.parent.name)
        draft = file.with_suffix(f".{os.getpid()}.new")
        with draft.open("wb") as target:
            write_mo(target, catalogue)
        draft.replace(file.with_suffix(".mo"))  # a running process reads the old one or the new one
    return 0


def untranslated() -> list[str]:
    """Name every text in use that its home's catalogue (or the product's) does not translate."""
    product = catalogue_of(ROOT)
    lacking = []
    for home in homes():
        own = catalogue_of(home)
        for text, _, context in sorted(collected(home), key=str):
            known = own.get(text, context) or product.get(text, context)
            if not known or known.fuzzy or not _is_whole(known.string):
                place = (home / CATALOGUE).relative_to(ROOT)
                lacking.append(f"{place}: {f'[{context}] ' if context else ''}{text}")
    return lacking


def _is_whole(translation: object) -> bool:
    """Return whether the translation has every form it needs."""
    return all(translation) if isinstance(translation, list | tuple) else bool(translation)


def missing() -> int:
    """Print what lacks a translation."""
    lacking = untranslated()
    print("\n".join(lacking) if lacking else "Every text has its translation.")  # noqa: T201
    return int(bool(lacking))


COMMANDS = {"collect": collect, "compile": compile_all, "missing": missing}

if __name__ == "__main__":
    # For the names of template tags only.
    settings.configure()
    sys.exit(COMMANDS[sys.argv[1]]())
