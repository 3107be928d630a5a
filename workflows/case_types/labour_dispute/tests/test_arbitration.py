"""From the failed mediation through arbitration to enforcement: the periods as the steps of others come in."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import translation

from casework.audit.errors import AlreadyDone, InvalidFacts, WrongState
from casework.cases import operations as cases
from casework.cases.models import Case
from casework.deadlines.models import Clock
from casework.deadlines.operations import NotExtendable, NotNow, recompute
from casework.deadlines.queries import proceedings_open_to
from casework.deadlines.rulebook import every_rule, rules_of
from tests.courses import clock, last_day
from tests.courses import course as told
from workflows import operations

course = partial(told, rules_of("labour_dispute"))

RECEIVED = ("arbitration.received", "2026-09-14")
ACCEPTED = ("arbitration.accepted", "2026-09-18")


class TestAcceptance:
    def test_days_begin_anew_with_what_was_missing(self):
        told = course(RECEIVED, ("arbitration.papers_told", "2026-09-16"))
        supplied = course(
            RECEIVED, ("arbitration.papers_told", "2026-09-16"), ("arbitration.supplemented", "2026-09-24")
        )

        assert clock(told, "LD.arbitration.acceptance").state == "cancelled"
        assert clock(told, "LD.arbitration.notice").was_kept
        # working days: 28, 29, 30 September, 8, 9 October
        assert last_day(supplied, "LD.arbitration.acceptance") == "2026-10-09"
        assert clock(supplied, "LD.arbitration.acceptance").is_running

    def test_refused_it_leaves_nothing_owed_at_the_commission(self):
        passed = course(RECEIVED, ("arbitration.refused", "2026-09-18"))

        assert not [each.rule for each in passed.clocks if each.counts]

    def test_accepted_it_starts_service_and_the_forty_five_days(self):
        passed = course(RECEIVED, ACCEPTED)

        assert last_day(passed, "LD.arbitration.service") == "2026-09-24"
        assert clock(passed, "LD.arbitration.award").nominal_on == date(2026, 11, 2)


class TestAward:
    def test_changed_claims_and_a_counter_claim_let_the_days_begin_anew(self):
        passed = course(
            ACCEPTED, ("arbitration.claims_changed", "2026-09-21"), ("arbitration.counterclaimed", "2026-09-30")
        )

        # 31 days of October, 14 of November
        assert last_day(passed, "LD.arbitration.award") == "2026-11-16"
        assert clock(passed, "LD.arbitration.award").nominal_on == date(2026, 11, 14)

    def test_waiting_is_added_to_what_a_transfer_began(self):
        passed = course(
            ACCEPTED,
            ("arbitration.transferred", "2026-09-22"),
            ("arbitration.suspended", "2026-10-08"),
            ("arbitration.resumed", "2026-10-28"),
        )

        assert clock(passed, "LD.arbitration.award").nominal_on == date(2026, 11, 26)

    def test_standing_still_it_does_not_pass(self):
        passed = course(
            ACCEPTED,
            ("arbitration.publication_began", "2026-10-08"),
            ("arbitration.hearing_set", "2026-12-30"),
        )

        assert clock(passed, "LD.arbitration.award").state == "suspended"

    def test_the_worker_sues_within_fifteen_days_of_the_award(self):
        award = course(ACCEPTED, ("arbitration.awarded", "2026-09-22"), ("arbitration.award_received", "2026-09-23"))

        # the 8th is the first working day after the feast
        assert clock(award, "LD.award.sue").nominal_on == date(2026, 10, 8)
        assert clock(award, "LD.arbitration.award").was_kept

    def test_a_final_one_binds_the_employer_to_the_court_of_annulment(self):
        passed = course(
            ("arbitration.final_award_received", "2026-09-03"), ("arbitration.final_award_served", "2026-09-07")
        )

        assert last_day(passed, "LD.award.sue_after_final") == "2026-09-18"
        assert last_day(passed, "LD.award.annulment") == "2026-10-08"
        assert clock(passed, "LD.award.annulment").nominal_on == date(2026, 10, 7)

    def test_what_comes_too_late_saves_nothing(self):
        passed = course(("arbitration.award_received", "2026-09-01"), ("court.sued", "2026-09-17"))

        assert clock(passed, "LD.award.sue").state == "expired"


class TestHearing:
    def test_is_announced_and_postponed_so_many_working_days_before(self):
        passed = course(("arbitration.hearing_set", "2026-10-12", {"told": "2026-09-18"}))

        assert last_day(passed, "LD.arbitration.hearing_notice") == "2026-09-29"
        assert last_day(passed, "LD.arbitration.postponement") == "2026-10-08"

    def test_set_anew_it_is_counted_back_from_the_new_day(self):
        first = ("arbitration.hearing_set", "2026-10-12", {"told": "2026-09-18"})
        passed = course(first, ("arbitration.hearing_set", "2026-10-20", {"told": "2026-09-22"}))

        assert last_day(passed, "LD.arbitration.hearing_notice") == "2026-10-13"


class TestLimitation:
    KNEW = ("limitation.started", "2025-09-20", {"limitation_started_on": "2025-09-20"})

    def test_is_interrupted_then_stands_still(self):
        passed = course(
            self.KNEW,
            ("employer.claimed", "2025-12-01"),
            ("inspection.complained", "2026-03-01"),
            ("limitation.suspended", "2026-09-01"),
            ("limitation.resumed", "2026-09-21"),
        )

        assert clock(passed, "LD.limitation").nominal_on == date(2027, 3, 21)

    @pytest.mark.parametrize(
        "kind",
        [
            "arbitration.received",
            "court.sued",
            "employer.claimed",
            "employer.promised",
            "inspection.complained",
            "limitation.interrupted",
            "negotiation.failed",
            "negotiation.refused",
            "negotiation.requested",
            "payment_order.applied",
            "settlement.broken",
        ],
    )
    def test_counts_anew_from(self, kind):
        assert clock(course(self.KNEW, (kind, "2026-09-18")), "LD.limitation").started_on == date(2026, 9, 18)

    def test_passed_is_not_revived(self):
        # 20 September 2026 is a Sunday that is worked: the year does not roll
        passed = course(self.KNEW, ("employer.claimed", "2026-09-21"))

        assert clock(passed, "LD.limitation").state == "expired"
        assert last_day(passed, "LD.limitation") == "2026-09-20"

    def test_of_pay_begins_with_the_end_of_the_employment(self):
        passed = course(("employment.ended", "2025-10-31"))

        assert last_day(passed, "LD.limitation") == "2026-11-02"

    def test_ends_with_the_award(self):
        passed = course(self.KNEW, ("arbitration.awarded", "2026-09-10"))

        assert clock(passed, "LD.limitation").state == "cancelled"


class TestBesideMediation:
    def test_silence_of_five_days_refuses_to_negotiate(self):
        assert last_day(course(("negotiation.requested", "2026-09-23")), "LD.negotiation.answer") == "2026-09-28"

    def test_the_parties_fix_the_end_of_their_negotiation(self):
        agreed = ("negotiation.term_agreed", "2026-10-15", {"told": "2026-09-25"})
        passed = course(("negotiation.requested", "2026-09-23"), agreed)

        assert clock(passed, "LD.negotiation.answer").state == "cancelled"
        assert last_day(passed, "LD.negotiation.term") == "2026-10-15"

    def test_a_failed_payment_order_sends_the_worker_on(self):
        passed = course(
            ("payment_order.applied", "2026-09-14"),
            ("payment_order.accepted", "2026-09-16"),
            ("payment_order.issued", "2026-09-23"),
            ("payment_order.served", "2026-09-24"),
            ("payment_order.failed", "2026-09-30"),
        )

        assert clock(passed, "LD.payment_order.acceptance").was_kept
        assert clock(passed, "LD.payment_order.issue").was_kept
        assert clock(passed, "LD.payment_order.payment").state == "cancelled"
        assert last_day(passed, "LD.payment_order.failed") == "2026-10-10"

    def test_two_years_to_enforce_are_interrupted_and_stand_still_like_limitation(self):
        passed = course(
            ("enforcement.performance_due", "2024-10-03"),
            ("employer.promised", "2025-03-01"),
            ("limitation.suspended", "2026-09-01"),
            ("limitation.resumed", "2026-09-11"),
        )

        assert clock(passed, "LD.enforcement").nominal_on == date(2027, 3, 11)


# ---- on a case -----------------------------------------------------------------------------------------


@pytest.fixture
def closed(dispute):
    """A dispute whose mediation failed, referred to arbitration and closed."""
    dispute.failed()
    dispute.do("record_failure", "mediator", worker_signed="on", record="公司拒绝签字。", worker_told="on")
    dispute.do("refer", "mediator", to_body="arbitration", reason="告知申请仲裁。")
    dispute.expect("closed")
    return dispute


def of(dispute, rule):
    return Clock.objects.filter(case=dispute.case, rule=rule).latest("ordinal")


class TestOnACase:
    def test_goes_on_after_the_closing(self, closed):
        closed.at += timedelta(days=3)
        closed.record("arbitration.received", "mediator", closed.today - timedelta(days=1))
        closed.record("arbitration.accepted", "mediator")

        assert of(closed, "LD.arbitration.acceptance").was_kept
        assert of(closed, "LD.arbitration.award").nominal_on == closed.today + timedelta(days=45)
        assert of(closed, "LD.limitation").started_on == closed.today - timedelta(days=1)
        assert Case.objects.get(pk=closed.case.pk).state == "closed"

    def test_the_events_alone_give_the_same(self, closed):
        closed.record("arbitration.received", "mediator")
        closed.record("arbitration.papers_told", "mediator")
        closed.at += timedelta(days=2)
        closed.record("arbitration.supplemented", "mediator")
        columns = ("rule", "ordinal", "started_on", "due_at", "state", "ended_at")
        before = list(Clock.objects.filter(case=closed.case).order_by("rule", "ordinal").values_list(*columns))

        recompute(case=Case.objects.get(pk=closed.case.pk))

        assert list(Clock.objects.filter(case=closed.case).order_by("rule", "ordinal").values_list(*columns)) == before

    def test_a_hearing_is_set_ahead_and_nothing_else_is(self, closed):
        ahead = closed.today + timedelta(days=30)

        closed.record("arbitration.hearing_set", "mediator", ahead)
        assert of(closed, "LD.arbitration.hearing_notice").due_on < ahead
        with translation.override("en"), pytest.raises(InvalidFacts, match="future"):
            closed.record("arbitration.received", "mediator", ahead)

    def test_a_step_that_moves_nothing_is_refused(self, closed):
        with pytest.raises(NotNow):
            closed.record("arbitration.defence_served", "mediator")
        with pytest.raises(NotNow):
            closed.record("mediation.failed", "mediator")

    def test_the_last_day_to_perform_is_told_while_it_lies_ahead(self, closed):
        last = closed.today + timedelta(days=90)

        closed.record("enforcement.performance_due", "mediator", last)

        assert of(closed, "LD.enforcement").started_on == last

    def test_a_day_before_the_law_is_refused_in_words(self, closed):
        with translation.override("en"), pytest.raises(InvalidFacts, match="2017-07-01"):
            closed.record("arbitration.hearing_set", "mediator", date(2016, 7, 1))

    def test_a_step_is_recorded_once(self, closed):
        closed.record("arbitration.received", "mediator")
        closed.record("arbitration.accepted", "mediator")

        for kind in ("arbitration.accepted", "arbitration.resumed", "limitation.resumed"):
            assert kind not in [step.kind for step in proceedings_open_to(closed.case)]
            with pytest.raises(WrongState):
                closed.record(kind, "mediator")

    def test_the_same_step_sent_twice_counts_once(self, closed):
        closed.record("employer.claimed", "mediator")

        with pytest.raises(AlreadyDone):
            closed.record("employer.claimed", "mediator")

    def test_a_step_whose_day_moves_nothing_is_refused(self, closed):
        closed.record("employer.claimed", "mediator")

        with pytest.raises(NotNow):
            closed.record("employer.promised", "mediator", closed.today - timedelta(days=30))

    def test_what_ends_a_period_is_no_older_than_it(self, closed):
        closed.record("arbitration.accepted", "mediator")

        with translation.override("en"), pytest.raises(InvalidFacts, match=f"began on {closed.today.isoformat()}"):
            closed.record("arbitration.copy_served", "mediator", closed.today - timedelta(days=1))
        closed.record("arbitration.copy_served", "mediator")

    def test_claims_changed_in_time_and_told_late_let_the_days_begin_anew(self, closed):
        closed.record("arbitration.accepted", "mediator")
        changed = closed.today + timedelta(days=40)
        closed.clock("LD.arbitration.award")
        assert of(closed, "LD.arbitration.award").is_late

        closed.record("arbitration.claims_changed", "mediator", changed)

        award = of(closed, "LD.arbitration.award")
        assert (award.state, award.started_on, award.is_late) == ("running", changed, False)

    def test_an_old_step_starts_what_was_law_then(self, closed):
        closed.record("arbitration.accepted", "mediator", date(2016, 7, 1))

        rules = set(Clock.objects.filter(case=closed.case, started_on=date(2016, 7, 1)).values_list("rule", flat=True))
        assert rules == {"LD.arbitration.award"}

    def test_a_claim_told_after_the_year_has_passed_still_counts(self, dispute, cast):
        dispute.received(limitation_started_on=dispute.in_days(-500), cause="dismissal", employed_until="")
        dispute.clock("LD.limitation")
        assert of(dispute, "LD.limitation").state == "expired"
        assert "employer.claimed" in [step.kind for step in proceedings_open_to(dispute.case)]

        on = dispute.today - timedelta(days=200)
        dispute.record("employer.claimed", "mediator", on)

        assert (of(dispute, "LD.limitation").state, of(dispute, "LD.limitation").started_on) == ("running", on)

    @pytest.mark.parametrize("answer", ["refuses", "consents"])
    def test_the_refused_mediation_lets_the_year_begin_anew(self, dispute, answer):
        dispute.asked()
        dispute.at += timedelta(days=2)
        dispute.do("answer", "mediator", answer=answer)

        assert (of(dispute, "LD.limitation").started_on == dispute.today) is (answer == "refuses")

    def test_the_commission_has_fifteen_days_more_and_no_sixteenth(self, closed, cast):
        closed.record("arbitration.accepted", "mediator")
        clock = of(closed, "LD.arbitration.award")
        facts = {"clock": clock, "reason": "案情复杂，经仲裁委员会主任批准。", "by": cast["mediator"], "at": closed.at}

        with pytest.raises(NotExtendable):
            operations.extend_clock(until=clock.nominal_on + timedelta(days=15), **facts)
        with translation.override("en"), pytest.raises(NotExtendable, match="at the latest"):
            operations.extend_clock(until=clock.nominal_on + timedelta(days=16), consented=True, **facts)
        operations.extend_clock(until=clock.nominal_on + timedelta(days=15), consented=True, **facts)

        assert of(closed, "LD.arbitration.award").extended_until == clock.nominal_on + timedelta(days=15)

    def test_every_step_can_be_told_on_its_page(self, closed):
        offered = {step.kind for step in proceedings_open_to(closed.case)}

        assert {"arbitration.received", "court.sued", "inspection.complained", "legal_aid.applied"} <= offered
        assert "arbitration.defence_served" not in offered

    def test_a_settled_dispute_leaves_the_limitation_at_rest(self, dispute, cast):
        dispute.received()
        cases.record_proceeding(
            case=dispute.case, kind="employer.promised", on=dispute.today, by=cast["mediator"], at=dispute.at
        )

        assert of(dispute, "LD.limitation").started_on == dispute.today


def test_the_rules_of_arbitration_say_which_days_they_count():
    """办案规则 80: three, five, ten are working days; fifteen and forty-five are not."""
    lengths = {
        (rule.length, str(rule.unit))
        for code, rule in every_rule().items()
        if code.startswith(("LD.arbitration.", "LD.award."))
    }

    assert lengths == {
        (3, "working_days"),
        (5, "working_days"),
        (10, "working_days"),
        (15, "days"),
        (30, "days"),
        (45, "days"),
    }
