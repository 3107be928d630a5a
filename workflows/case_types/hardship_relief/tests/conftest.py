"""An application in the county, the people who work on it, the rules of the place and a fund."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from casework.cases.models import CaseTask
from casework.funds import operations as funds
from casework.offices import operations as offices
from tests.factories import AT, a_bank_account, a_worker, an_employer, an_office_tree, fang, gao, lin, meng, sun
from tests.factories import xu as second_visitor
from tests.factories import zhou as first_visitor
from workflows.case_type import case_type
from workflows.case_types.hardship_relief import papers
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.queries import DIBAO_PARAMETER, RULES_PARAMETER
from workflows.walking import Walk


@pytest.fixture(autouse=True)
def no_printing(monkeypatch):
    """Letters are written, not printed: the printing has its own tests, and takes half a second each time."""
    monkeypatch.setattr("casework.documents.engine.print_pdf", lambda html: b"%PDF-1.7 " + html.encode())


@pytest.fixture
def cast(db):
    """The people of the walk, by the names of the demonstration."""
    return {
        "operator": lin(),
        "visitor": first_visitor(),
        "visitor2": second_visitor(),
        "supervisor": sun(),
        "supervisor2": gao(),
        "finance": fang(),
        "sysadmin": meng(),
    }


@pytest.fixture
def place(cast):
    """The county with its rules and a fund of 100,000 yuan."""
    tree = an_office_tree()
    rules = {DIBAO_PARAMETER: "1062.00", RULES_PARAMETER: {"boundary": "lt", "above_city_from": "20000"}}
    for code, value in rules.items():
        offices.set_parameter(
            code=code,
            office=tree.city,
            value=value,
            valid_from=date(2026, 1, 1),
            source="测试",
            by=cast["sysadmin"],
            at=AT,
        )
    fund = funds.open_fund(
        office=tree.county,
        source="union",
        year=2026,
        line="207-02",
        title="帮扶资金",
        budget=Decimal(100000),
        by=cast["finance"],
        at=AT,
    )
    return SimpleNamespace(tree=tree, fund=fund)


@pytest.fixture
def case_walk(cast, place):
    """A walk that begins on a Friday in November."""
    return Walk(kind=case_type("hardship_relief"), cast=cast, office=place.tree.county, at=AT)


@pytest.fixture
def walk_to(case_walk):
    """Walk a new application to a step: `walk_to("review")`."""

    def go(node, *, amount="15000.00", account=False, **facts):
        walk = case_walk
        worker = facts.pop("worker", None) or a_worker("李春梅")
        if account:
            a_bank_account(worker)
        asked = {key: value for key, value in way.APPLICATION.items() if not key.startswith(("worker_", "employer_"))}
        walk.open("operator", **{**asked, "worker": worker, "employer": an_employer(), **facts})
        for step in (
            _papers,
            _request,
            _answer,
            way.survey,
            lambda walk: walk.do("propose", "operator", decision="propose", category="deep", amount=amount, **REASONS),
            lambda walk: walk.do("post_notice", "operator", place="公告栏", consents=True),
            way.end_notice,
            lambda walk: walk.do("review", "supervisor", decision="pass"),
            lambda walk: walk.do("approve", "supervisor2", decision="approve"),
            way.order_payment,
            lambda walk: walk.pay("finance"),
            lambda walk: walk.do("visit", "operator", reached="yes", satisfaction="satisfied"),
        ):
            open_nodes = {task.node for task in walk.open_tasks()}
            if node in open_nodes:
                return walk
            if step is way.order_payment and "order_payment" not in open_nodes:
                continue
            step(walk)
        assert node in {task.node for task in walk.open_tasks()}
        return walk

    return go


REASONS = {"above_ceiling_reason": "费用仍在持续发生。"}


def _papers(walk):
    walk.do("check_papers", "operator", received=[paper.code for paper in papers.needed(walk.case)])


def _request(walk):
    walk.do("request_check", "operator", body="核对中心", consents=True)


def _answer(walk):
    walk.at += timedelta(days=1)
    walk.do("record_check", "operator", answer="agrees")


@pytest.fixture
def nodes():
    """Return the nodes a walk's case waits in."""
    return lambda walk: {
        task.node for task in CaseTask.objects.filter(process_id=walk.case.pk, status__in=("NEW", "ASSIGNED"))
    }
