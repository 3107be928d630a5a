"""The questions that look across all offices answer only: it exists, at which office, whose phone."""

import pytest

from casework.funds import guards
from casework.funds.models import Payout
from casework.people import queries as people
from casework.people.queries import Known
from tests.factories import AT, a_bank_account, a_worker, an_id_number, an_office_tree

from .sums import a_claim_line, a_due_payout, a_fund

pytestmark = pytest.mark.django_db

NAME, ELSEWHERE = "欧阳海棠", "司马青松"


def known(payout: Payout, number: str) -> dict[str, list[Known]]:
    """Return what each question answers, by its name."""
    assert payout.account is not None
    duplicate = people.known_elsewhere(number)
    return {
        "duplicate": [duplicate] if duplicate else [],
        "double subsidy": guards.subsidies_elsewhere(payout.claim_line),
        "shared account": guards.accounts_elsewhere(payout.account),
    }


@pytest.fixture(autouse=True)
def money():
    a_fund()


@pytest.fixture
def met():
    """A worker of the county whose ID, aid and account are known in the other county as well; the ID number, too."""
    tree, number = an_office_tree(), an_id_number()
    payout = a_due_payout(a_claim_line(worker=a_worker(NAME), cause_key="illness:2026"))
    other = a_worker(ELSEWHERE, office=tree.other_county, id_number=number)
    a_bank_account(other, number=payout.account.number)
    a_claim_line(worker=payout.payee, office=tree.other_county, cause_key="illness:2026")
    return payout, number, other


class TestEveryGuard:
    def test_answers_that_there_is_something_the_office_and_its_phone_and_nothing_else(self, met):
        payout, number, _other = met

        for answer in known(payout, number).values():
            assert len(answer) == 1
            assert answer[0]._fields == ("office_name", "office_phone")
            assert answer[0].office_name in ("临水区总工会", "Linshui Federation")
            assert answer[0].office_phone == "0371-12351"

    def test_says_no_more_on_the_page_of_the_payout(self, met):
        payout, number, other = met
        found = guards.findings(payout, AT)
        asked = {finding.code: finding.text for finding in found}

        assert {"double_subsidy", "account_shared"} <= set(asked)
        for text in (asked["double_subsidy"], asked["account_shared"]):
            assert "0371-12351" in text
            for secret in (NAME, ELSEWHERE, number, payout.account.number, payout.account.last4, str(other.uuid)):
                assert secret not in text

    def test_is_silent_where_there_is_nothing(self):
        payout = a_due_payout(a_claim_line(cause_key="illness:2027"))

        assert known(payout, an_id_number()) == {"duplicate": [], "double subsidy": [], "shared account": []}
