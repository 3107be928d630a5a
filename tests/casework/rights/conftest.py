"""Closed cases of the county whose time is over, and the two supervisors it takes to destroy them."""

from datetime import datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils.timezone import localdate

from casework.cases.models import Case
from casework.documents import operations as documents
from casework.offices.days import add_months
from casework.rights import disposals
from casework.rights.models import DisposalBatch
from tests.factories import AT, a_worker, an_office_tree, chen, gao, lin, sun, zhao
from workflows.case_type import case_type
from workflows.walking import Walk

# What is told of Wang: each is looked for wherever data lie.
CANARIES = SimpleNamespace(
    name="欧阳金丝雀",
    address="安河市清源区柳河街道七号院三单元",
    summary="在三号车间被扣了两个月工资",
    paper="劳动合同扫描件甲",
    content=b"%PDF-1.7 canary of the paper\n%%EOF\n",
)


@pytest.fixture
def cast(db):
    """Lin, Chen and Sun of the county, Gao of the city above it; Zhao of the other county."""
    return SimpleNamespace(tree=an_office_tree(), lin=lin(), chen=chen(), sun=sun(), gao=gao(), zhao=zhao())


@pytest.fixture
def close_case(cast):
    """Lead a toy case of a worker with a paper from its opening to its end."""

    def close_one(worker=None, **facts) -> Case:
        worker = worker or a_worker(CANARIES.name, address=CANARIES.address)
        kind = case_type("toy")
        walk = Walk(kind=kind, cast={"operator": cast.lin, "mediator": cast.chen}, office=cast.tree.county, at=AT)
        walk.open(thing="伞", summary=CANARIES.summary, worker=worker, **facts)
        paper = BytesIO(CANARIES.content)
        documents.attach_document(
            case=walk.case, kind="evidence", file=paper, title=CANARIES.paper, by=cast.lin, at=walk.at
        )
        walk.do("search", "mediator", found="yes")
        walk.clock("TY.objection")
        case = Case.objects.get(pk=walk.case.pk)
        assert case.is_closed
        return case

    return close_one


@pytest.fixture
def old(close_case):
    """A case that was closed so long ago that its period has ended."""
    return close_case()


def when_over(case: Case, years: int = 10) -> datetime:
    """Return the first moment at which the period of a closed case is over."""
    last = add_months(localdate(case.closed_at), 12 * years)
    return case.closed_at + (last - localdate(case.closed_at)) + timedelta(days=1)


def confirmed(cast, *cases: Case, at: datetime) -> DisposalBatch:
    """Have Sun propose and Gao confirm that cases are destroyed."""
    batch = disposals.propose_disposal(picked=[f"case:{case.pk}" for case in cases], by=cast.sun, at=at)
    return disposals.confirm_disposal(batch=batch, by=cast.gao, at=at)


def destroyed(cast, *cases: Case, at: datetime | None = None) -> DisposalBatch:
    """Have cases destroyed to the end."""
    at = at or when_over(cases[-1])
    batch = confirmed(cast, *cases, at=at)
    assert not disposals.carry_on(batch=batch, at=at)
    batch.refresh_from_db()
    return batch
