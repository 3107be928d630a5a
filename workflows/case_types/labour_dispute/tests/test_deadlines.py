"""The two periods of mediation, and those around them."""

from datetime import date

import pytest

from casework.deadlines.calendar import Calendar
from casework.deadlines.models import Clock
from casework.deadlines.rules import due
from workflows import operations
from workflows.case_types.labour_dispute.deadlines import RULES

BY_CODE = {rule.code: rule for rule in RULES}
# Rest days and worked weekends around the autumn of 2026 (State Council notice of 2025-11-04).
CALENDAR = Calendar(
    special={
        **{date(2026, 9, day): False for day in (25, 26, 27)},
        **{date(2026, 10, day): False for day in range(1, 8)},
        date(2026, 9, 20): True,
        date(2026, 10, 10): True,
    },
    published=frozenset({2026}),
)


def end_of(code, start):
    """Return when a rule's period ends."""
    return due(BY_CODE[code], start, CALENDAR).due_on


class TestRules:
    @pytest.mark.parametrize(
        ("code", "start", "expected"),
        [
            ("LD.acceptance", date(2026, 9, 17), date(2026, 9, 21)),
            ("LD.mediation.from_receipt", date(2026, 9, 26), date(2026, 10, 12)),
            ("LD.mediation.from_acceptance", date(2026, 9, 21), date(2026, 10, 8)),
            ("LD.employer_silence", date(2026, 9, 21), date(2026, 9, 28)),
            ("LD.limitation", date(2025, 9, 20), date(2026, 9, 20)),
            ("LD.arbitration_review", date(2026, 9, 18), date(2026, 10, 8)),
            ("LD.judicial_confirmation", date(2026, 9, 3), date(2026, 10, 8)),
        ],
    )
    def test_end_on_the_day_the_law_means(self, code, start, expected):
        assert end_of(code, start) == expected

    def test_every_rule_names_its_article(self):
        assert all(rule.law for rule in RULES)


class TestClocks:
    def test_both_periods_of_mediation_run(self, dispute):
        dispute.at = dispute.at.replace(day=16)
        received = dispute.in_days(-4)
        dispute.accepted(received_on=received)

        clocks = dict(Clock.objects.filter(case=dispute.case).values_list("rule", "started_on"))
        assert clocks["LD.mediation.from_receipt"].isoformat() == received
        assert clocks["LD.mediation.from_acceptance"] == dispute.today

    def test_receipt_alone_ends_nothing_for_the_union(self, dispute):
        dispute.mediating()
        dispute.at = Clock.objects.get(case=dispute.case, rule="LD.session").due_at
        dispute.clock("LD.mediation.from_receipt")

        dispute.expect("mediating")
        passed = Clock.objects.get(case=dispute.case, rule="LD.mediation.from_receipt")
        assert (passed.state, passed.is_late, passed.alarm_at) == ("expired", False, None)

    def test_a_taken_back_answer_lets_the_silence_run_again(self, dispute, cast):
        dispute.answered()
        operations.take_back(case=dispute.case, reason="填错。", by=cast["mediator"], at=dispute.at)

        assert Clock.objects.get(case=dispute.case, rule="LD.employer_silence").state == "running"
