"""Every letter of the type can be written and printed."""

from datetime import date
from decimal import Decimal

import pytest

from casework.documents import engine, papers
from casework.documents.queries import compose
from workflows.case_types.labour_dispute.papers import PAPERS

print_pdf = engine.print_pdf

BY_STEPS = {
    "LD.acceptance": {"body": "人民调解委员会"},
    "LD.agreement": {
        "body": "人民调解委员会",
        "requests": "支付工资。",
        "result": "分期支付。",
        "manner": "银行转账",
        "other_duty": "出具证明。",
        "amount": Decimal("18000.00"),
        "instalments": [{"worker": "王小明", "due_on": date(2026, 12, 1), "amount": Decimal("18000.00")}],
    },
    "LD.failure": {"why": "双方未达成一致"},
    "LD.referral": {
        "addressee": "仲裁委员会",
        "reason": "调解不成。",
        "evidence": [{"title": "工资条", "kind": "证据"}],
    },
}


class TestLetters:
    @pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.code)
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_is_written_with_what_it_asks_for(self, dispute, cast, paper, language):
        dispute.received()
        values = BY_STEPS.get(paper.code) or {name: f"<{name}>" for name, _label in paper.asks}

        html = compose(
            case=dispute.case,
            paper=papers.paper("labour_dispute", paper.code),
            number="LT-1",
            by=cast["mediator"],
            at=dispute.at,
            language=language,
            values=values,
        )

        for value in values.values():
            if isinstance(value, str):
                assert value.replace("<", "&lt;").replace(">", "&gt;") in html

    def test_the_agreement_prints(self, dispute, cast):
        dispute.received()
        html = compose(
            case=dispute.case,
            paper=papers.paper("labour_dispute", "LD.agreement"),
            number="LT-1",
            by=cast["supervisor"],
            at=dispute.at,
            values=BY_STEPS["LD.agreement"],
        )

        assert print_pdf(html).startswith(b"%PDF")
