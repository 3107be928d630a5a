"""A report in the county, the people who work on it, a fund, and a walk that stops where it is told to."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.timezone import localdate

from casework.cases.models import OPEN_TASK, CaseTask
from casework.funds import operations as funds
from casework.offices import operations as offices
from tests.factories import AT, a_worker, an_employer, an_office_tree, fang, gao, lin, meng, sun
from tests.factories import xu as second_visitor
from tests.factories import zhou as first_visitor
from workflows.case_type import case_type
from workflows.case_types.work_injury import queries
from workflows.case_types.work_injury import walk as way
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
    """The county with a fund of 100,000 yuan."""
    tree = an_office_tree()
    fund = funds.open_fund(
        office=tree.county,
        source="union",
        year=2026,
        line="207-03",
        title="慰问资金",
        budget=Decimal(100000),
        by=cast["finance"],
        at=AT,
    )
    return SimpleNamespace(tree=tree, fund=fund)


@pytest.fixture
def rule(cast, place):
    """Enter a local rule: `rule("WI.visit.first.days", 5)`."""

    def enter(code, value):
        offices.set_parameter(
            code=code,
            office=place.tree.city,
            value=value,
            valid_from=localdate(AT).replace(month=1, day=1),
            source="测试",
            by=cast["sysadmin"],
            at=AT,
        )

    return enter


@pytest.fixture
def case_walk(cast, place):
    """A walk that begins on a Friday in November."""
    return Walk(kind=case_type("work_injury"), cast=cast, office=place.tree.county, at=AT)


@pytest.fixture
def new_walk(cast, place):
    """Begin another walk in the same county."""
    return lambda: Walk(kind=case_type("work_injury"), cast=cast, office=place.tree.county, at=AT)


@pytest.fixture
def walk_to(case_walk):
    """Walk a new report to a step: `walk_to("visit", consolation="none")`.

    Args:
        consolation: "ask" (approved by a supervisor), "phone" (the accident is grave then) or "none".
    """

    def go(node, *, consolation="ask", **facts):
        walk = case_walk
        worker = facts.pop("worker", None) or a_worker("张建军")
        asked = {key: value for key, value in way.REPORT.items() if not key.startswith(("worker_", "employer_"))}
        grave = {"injured_count": 3} if consolation == "phone" else {}
        accident = (localdate(walk.at) - timedelta(days=2)).isoformat()
        walk.open(
            "operator",
            **{**asked, "worker": worker, "employer": an_employer(), "accident_on": accident, **grave, **facts},
        )
        steps = {
            "check_report": lambda: verify(walk),
            "request_consolation": lambda: request(walk, consolation),
            "decide_consolation": lambda: walk.do("decide_consolation", "supervisor", decision="approve"),
            "visit": lambda: visit(walk, consolation),
            "confirm_approval": lambda: walk.do("confirm_approval", "supervisor", decision="confirm"),
            "plan_next": lambda: walk.do("plan_next", "visitor", decision="finish", reason="伤情稳定。"),
            "payment": lambda: walk.pay("finance"),
        }
        while node not in nodes_of(walk):
            here = nodes_of(walk) & set(steps)
            assert here, f"{node} was not reached; the case waits in {nodes_of(walk)}"
            steps[here.pop()]()
        return walk

    return go


def verify(walk, **facts):
    """Verify the report as it was made."""
    said = {"severity": walk.case.severity, "injured_count": walk.case.injured_count, "insured": "yes"}
    walk.do("check_report", "visitor", decision="verify", **{**said, **facts})


def request(walk, decision, **facts):
    """Ask for the standard, have it approved by phone, or bring nothing."""
    if decision == "none":
        asked = {"decision": "none", "reason": "单位已发慰问金，本人不需要。"}
    else:
        asked = {"decision": decision, "method": "cash"}
        asked["amount"] = facts.pop("amount", "") or str(queries.standard_amount(walk.case, localdate(walk.at)))
    if decision == "phone":
        asked |= {"approver": walk.cast["supervisor"].pk, "phoned_at": walk.at.isoformat()}
    walk.do("request_consolation", "operator", **{**asked, **facts})


def seen(walk, **facts):
    """Return what a visit asks for."""
    return {
        **way.FOUND,
        "companion": walk.cast["visitor2"].pk,
        "visited_at": (walk.at - timedelta(minutes=5)).isoformat(),
        **facts,
    }


def visit(walk, consolation="ask", **facts):
    """Visit with two, bringing along what was approved."""
    if consolation != "none":
        receipt = way.photograph(walk, "receipt", "签收单")
        facts = {"method": "cash", "received_by": "张建军", "receipt": receipt.pk, **facts}
    walk.do("visit", "visitor", **seen(walk, **facts))


def nodes_of(walk):
    """Return the nodes a walk's case waits in."""
    return set(CaseTask.objects.filter(process_id=walk.case.pk, status__in=OPEN_TASK).values_list("node", flat=True))


def state_of(walk):
    """Return the state of a walk's case, read anew."""
    walk.case = type(walk.case).objects.get(pk=walk.case.pk)
    return walk.case.state
