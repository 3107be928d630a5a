"""A case of the county with papers to bring, and the people who work on it."""

from types import SimpleNamespace

import pytest

from casework.documents import papers
from casework.documents.papers import RequiredPaper
from tests.factories import AT, a_worker, an_office_tree, chen, lin, sun, zhao
from workflows import operations as work

NEEDED = (
    RequiredPaper("id", "身份证", "worker"),
    RequiredPaper("income", "收入证明", "employer"),
    RequiredPaper("photo", "照片", "worker", required=False),
)


@pytest.fixture
def cast(db):
    """Lin, Chen and Sun of the county; Zhao of the other county."""
    return SimpleNamespace(tree=an_office_tree(), lin=lin(), chen=chen(), sun=sun(), zhao=zhao())


@pytest.fixture
def case(cast, monkeypatch):
    """Wang's case; its type asks for two papers and would like a third."""
    monkeypatch.setattr(papers, "checklist_of_type", lambda case_type: NEEDED)
    return work.open_case(
        case_type="toy", by=cast.lin, at=AT, office=cast.tree.county, worker=a_worker(), summary="一把伞", thing="伞"
    )
