"""Promises that the texts of all letters keep: the house's own, and those of every case type."""

from pathlib import Path

import pytest
from django.conf import settings

from casework.documents import filling, papers
from casework.documents.papers import FACTS, Paper, built_in_text, facts_of_type, known_names, papers_of
from workflows.case_type import all_case_types

LANGUAGES = [code for code, _name in settings.LANGUAGES]
GENERAL = ""
TYPES = [GENERAL, *(kind.slug for kind in all_case_types())]
LETTERS = [(case_type, paper) for case_type in TYPES for paper in papers_of(case_type).values()]

every_letter = pytest.mark.parametrize(
    ("case_type", "paper"), LETTERS, ids=[f"{case_type}-{paper.code}" for case_type, paper in LETTERS]
)
every_type = pytest.mark.parametrize("case_type", TYPES)


def own_papers(case_type: str) -> list[Paper]:
    """Return the papers that a type brings beside those of every case."""
    general = papers_of(GENERAL)
    return [paper for code, paper in papers_of(case_type).items() if case_type == GENERAL or code not in general]


def folder_of(case_type: str) -> Path:
    """Return where the texts of a type's letters stand."""
    if case_type == GENERAL:
        return Path(papers.__file__).parent / "texts"
    return Path(next(kind.path for kind in all_case_types() if kind.slug == case_type)) / "texts"


def rows(source: str) -> list[int]:
    """Return how many columns each row of a text's tables has."""
    return [line.count("|") for line in source.splitlines() if line.startswith("|")]


@every_letter
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_text_can_be_used(case_type, paper, language):
    filling.check(built_in_text(case_type, paper.code, language), known_names(case_type, paper))


@every_letter
def test_it_says_the_same_in_every_language(case_type, paper):
    chinese, english = (built_in_text(case_type, paper.code, language) for language in LANGUAGES)

    assert filling.known_names(chinese) == filling.known_names(english)
    assert rows(chinese) == rows(english)


@every_type
def test_no_text_stands_about_that_no_paper_has(case_type):
    folder = folder_of(case_type)
    files = {file.name for file in folder.iterdir()} if folder.is_dir() else set()

    assert files == {f"{paper.code}.{language}.md" for paper in own_papers(case_type) for language in LANGUAGES}


@every_type
def test_no_fact_is_promised_that_no_letter_speaks_of(case_type):
    promised = FACTS if case_type == GENERAL else facts_of_type(case_type)
    texts = [built_in_text(kind, paper.code, LANGUAGES[0]) for kind, paper in LETTERS if case_type in (kind, GENERAL)]

    assert set(promised) - set().union(*map(filling.known_names, texts)) == set()
