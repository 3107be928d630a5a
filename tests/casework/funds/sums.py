"""Sums, funds and payouts for the tests of money, and who stands for them."""

from decimal import Decimal
from typing import Any

from casework.cases.models import ClaimLine, Signature
from casework.cases.transitions import sign
from casework.funds import operations
from casework.funds.models import Fund, Payout, Source
from casework.offices.roles import Role
from casework.staff.models import User
from tests import factories
from tests.factories import AT, a_user, an_office_tree

D = Decimal


def ding() -> User:
    """Pays with Fang, in the county: the second person of a batch."""
    return a_user("ding", display_name="丁力", role=Role.FINANCE)


def a_fund(budget: str = "10000.00", **over: Any) -> Fund:
    facts = {
        "office": an_office_tree().county,
        "source": Source.UNION,
        "year": AT.year,
        "line": "relief",
        "title": "困难帮扶",
        "budget": D(budget),
        "by": None,
        "at": AT,
    }
    return operations.open_fund(**facts | over)


def a_claim_line(amount: str = "600.00", **over: Any) -> ClaimLine:
    office = over.pop("office", None) or an_office_tree().county
    facts = {
        "office": office,
        "office_path": office.path,
        "worker": over.pop("worker", None) or factories.a_worker(),
        "kind": "relief",
        "title": "生活救助",
        "amount": D(amount),
        "programme": "living",
    }
    return ClaimLine.objects.create(**facts | over)


def signed(line: ClaimLine) -> ClaimLine:
    """Have Lin ask and Sun approve."""
    for part, person in ((Signature.Part.REQUESTER, factories.lin()), (Signature.Part.APPROVER1, factories.sun())):
        sign(case=line.case, part=part, person=person, by=person, at=AT, lines=[line])
    return line


def a_due_payout(line: ClaimLine | None = None, *, method: str = Payout.Method.BANK, **over: Any) -> Payout:
    """Return a payout that finance could pay now."""
    line = signed(line or a_claim_line())
    if method == Payout.Method.BANK and "account" not in over:
        over["account"] = factories.a_bank_account(line.worker)
    operations.reserve(claim_line=line, by=factories.sun(), at=AT)
    return operations.commit_payout(claim_line=line, method=method, by=factories.sun(), at=AT, **over)


def pay(payout: Payout, by: User | None = None, voucher: str = "V-1") -> Payout:
    return operations.confirm_paid(payout=payout, voucher_number=voucher, by=by or factories.fang(), at=AT)
