"""The versions of the letters' texts: which one counts at an office, and how each differs from the one before it."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.offices.models import Office

from . import papers
from .models import LetterText
from .papers import Paper

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Lines around a change that are shown with it.
AROUND = 2


@dataclass(frozen=True)
class Counts:
    """What counts for one letter in one language at an office: a version, or the text that comes with the house.

    Args:
        version: the newest of the nearest office upwards that wrote one; an empty one went back to the house's.
    """

    paper: Paper
    language: str
    version: LetterText | None = None

    @property
    def is_own(self) -> bool:
        """Whether an office wrote it."""
        return self.version is not None and bool(self.version.source)


@dataclass(frozen=True)
class Group:
    """The letters of one type of case, or those of every type (""); each with what counts in every language."""

    case_type: str
    title: str | Promise
    letters: list[tuple[Paper, list[Counts]]]


def texts_at(office: Office) -> list[Group]:
    """Return what counts at an office for every letter and language; one query."""
    newest: dict[tuple[str, str], LetterText] = {}
    found = LetterText.objects.filter(office__path__in=office.path_upwards).select_related("office", "made_by")
    for text in found.order_by("office__depth", "version"):
        newest[text.paper, text.language] = text
    groups, seen = [], set()
    for case_type in ("", *papers.types_with_letters()):
        own = [paper for code, paper in papers.papers_of(case_type).items() if code not in seen]
        seen |= {paper.code for paper in own}
        letters = [
            (paper, [Counts(paper, language, newest.get((paper.code, language))) for language in LANGUAGES])
            for paper in own
        ]
        groups.append(Group(case_type, _title(case_type), letters))
    return groups


def _title(case_type: str) -> str | Promise:
    if not case_type:
        return _("Every kind of case")
    app: Any = next(app for app in apps.get_app_configs() if getattr(app, "slug", None) == case_type)
    return app.title


@dataclass(frozen=True)
class Line:
    """One line of a difference: added, taken out, the same, or where a part begins."""

    kind: str
    text: str


@dataclass(frozen=True)
class Version:
    """One version of an office, and how it differs from what counted there before."""

    text: LetterText
    lines: list[Line]


def versions_of(*, office: Office, paper: str, language: str, house: str) -> list[Version]:
    """Return what an office wrote in a letter, the newest first; the first of all differs from the house's text.

    Args:
        house: the text that comes with the house.
    """
    found = LetterText.objects.filter(office=office, paper=paper, language=language).select_related("made_by")
    before, versions = house, []
    for text in found.order_by("version"):
        after = text.source or house
        versions.append(Version(text, list(difference(before, after))))
        before = after
    return versions[::-1]


def difference(before: str, after: str) -> Iterator[Line]:
    """Yield how one text differs from another, line by line, as `diff -u` shows it."""
    marks = {"+": "added", "-": "taken", "@": "part"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=AROUND, lineterm="")
    for number, line in enumerate(lines):
        if number > 1:  # the first two name files
            yield Line(marks.get(line[:1], "same"), line if line.startswith("@") else line[1:])


def names_for(case_type: str, paper: Paper) -> list[tuple[str, str | Promise]]:
    """Return the names that a letter's text may use with their labels, those of the letter itself first."""
    own: Iterable[Any] = dict((*paper.asks, *paper.given))
    known = papers.known_names(case_type, paper)
    return [*((name, known[name]) for name in own), *((name, known[name]) for name in known if name not in own)]
