"""A dispute's life, as the people of the office lead it: every state, every loop, every way out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.audit.models import Event
from casework.cases.models import CaseTask, ClaimLine, Signature
from casework.cases.transitions import ConditionNotMet
from casework.deadlines.models import Clock
from casework.documents.models import Document, Letter
from casework.offices.operations import set_parameter
from casework.offices.roles import Role
from tests.factories import an_office_tree, appoint
from workflows import operations, queries
from workflows.case_types.labour_dispute.models import Booking, Instalment, LabourDispute, MediationSession, Settlement

from .conftest import SIGNED


def kinds(dispute):
    """Return the kinds of the events of a case, tasks and clocks aside."""
    found = Event.objects.filter(stream=dispute.case.stream).order_by("seq").values_list("kind", flat=True)
    return [kind for kind in found if not kind.startswith(("task.", "clock."))]


def letters(dispute):
    """Return the letters that went out."""
    return list(Letter.objects.filter(case_id=dispute.case.pk).order_by("id").values_list("paper", flat=True))


def line_states(dispute):
    """Return the states of the claim lines."""
    return sorted(ClaimLine.objects.filter(case_id=dispute.case.pk).values_list("state", flat=True))


def limitation_of(dispute):
    return Clock.objects.get(case=dispute.case, rule="LD.limitation")


class TestIntake:
    def test_receives_the_application_and_asks_for_papers(self, dispute):
        dispute.received()

        assert (dispute.case.state, dispute.case.stage, dispute.nodes) == ("received", "intake", ["check"])
        assert kinds(dispute) == ["case.opened", "limitation.started", "limitation.interrupted", "checklist.opened"]
        assert dispute.case.checklist.filter(required=True).count() == 3

    def test_needs_an_employer(self, dispute):
        with pytest.raises(InvalidFacts) as caught:
            dispute.received(employer_name="")

        assert set(caught.value.errors) == {"employer_name"}

    def test_warns_of_a_limitation_that_has_passed_and_takes_the_case(self, dispute):
        dispute.received(employed_until=dispute.in_days(-500), limitation_started_on=dispute.in_days(-500))

        assert "limitation.passed" in kinds(dispute)
        assert "limitation.interrupted" not in kinds(dispute)

    def test_the_limitation_follows_every_fact_it_hangs_on(self, dispute):
        """Of pay the year counts from the end of the employment, of anything else from when the worker knew."""
        dispute.received(employed_until=dispute.in_days(-500), limitation_started_on=dispute.in_days(-60))
        assert limitation_of(dispute).started_on == dispute.today - timedelta(days=500)

        dispute.correct("mediator", "limitation_started_on", dispute.today - timedelta(days=50), "记错了。")
        assert limitation_of(dispute).started_on == dispute.today - timedelta(days=500)

        dispute.correct("mediator", "employed_until", dispute.today - timedelta(days=40), "合同另有续签。")
        assert limitation_of(dispute).started_on == dispute.today  # the application falls into the year now
        assert "limitation.interrupted" in kinds(dispute)

    def test_a_correction_says_that_the_application_came_too_late(self, dispute):
        dispute.received()

        dispute.correct("mediator", "employed_until", dispute.today - timedelta(days=500), "离职更早。")

        assert limitation_of(dispute).started_on == dispute.today - timedelta(days=500)
        assert kinds(dispute).count("limitation.passed") == 1

    def test_the_limitation_begins_when_it_is_known_from_when(self, dispute):
        dispute.received(cause="dismissal", limitation_started_on="")
        assert "limitation.started" not in kinds(dispute)

        dispute.correct("mediator", "limitation_started_on", dispute.today - timedelta(days=400), "补记。")

        assert limitation_of(dispute).started_on == dispute.today - timedelta(days=400)
        assert "limitation.passed" in kinds(dispute)

    def test_a_declined_matter_is_closed_with_a_letter(self, dispute):
        dispute.received()
        dispute.do("check", "mediator", decision="decline", reason="不属于劳动争议。")

        dispute.expect("closed")
        assert (dispute.case.outcome, dispute.case.outcome_reason) == ("declined", "不属于劳动争议。")
        assert letters(dispute) == ["notice.declined"]
        assert not dispute.open_tasks()

    def test_another_bodys_matter_is_referred(self, dispute):
        dispute.received()
        dispute.do("check", "mediator", decision="refer", to_body="inspection", reason="属劳动保障监察职责。")

        dispute.expect("closed")
        assert (dispute.case.outcome, dispute.case.referred_to) == ("referred", "inspection")
        assert letters(dispute) == ["LD.referral"]

    def test_a_decision_needs_its_facts(self, dispute):
        dispute.received()

        for decision, missing in (
            ("ask", {"mediation_body", "asked_on"}),
            ("refer", {"to_body", "reason"}),
            ("decline", {"reason"}),
        ):
            with pytest.raises(InvalidFacts) as caught:
                dispute.do("check", "mediator", decision=decision)
            assert set(caught.value.errors) == missing

    def test_the_employer_is_not_asked_in_the_future(self, dispute):
        dispute.received()

        with pytest.raises(InvalidFacts, match="asked_on"):
            dispute.do("check", "mediator", decision="ask", mediation_body="peoples", asked_on=dispute.in_days(1))


class TestEmployersAnswer:
    def test_consent_lets_the_mediator_accept(self, dispute):
        dispute.answered()
        dispute.do("decide", "mediator", decision="accept")

        dispute.expect("accepted")
        assert dispute.case.accepted_on == dispute.today
        assert letters(dispute) == ["LD.acceptance"]
        assert dispute.nodes == ["schedule"]

    def test_silence_is_recorded_by_its_clock(self, dispute):
        dispute.asked()
        dispute.clock("LD.employer_silence")

        dispute.expect("answered")
        assert dispute.case.employer_answer == "silent"
        assert dispute.nodes == ["decide"]

    @pytest.mark.parametrize("answer", ["refuses", "silent"])
    def test_without_consent_nothing_is_accepted_but_it_can_be_declined(self, dispute, answer):
        if answer == "silent":
            dispute.asked()
            dispute.clock("LD.employer_silence")
        else:
            dispute.answered(answer)

        with pytest.raises(ConditionNotMet):
            dispute.do("decide", "mediator", decision="accept")
        dispute.do("decide", "mediator", decision="decline", reason="用人单位不同意调解。")

        dispute.expect("closed")
        assert dispute.case.outcome == "declined"


class TestSessions:
    def test_an_adjourned_one_is_followed_by_another(self, dispute):
        dispute.mediating().hold("adjourned")
        dispute.expect("adjourned")
        assert dispute.nodes == ["schedule"]

        dispute.session(days=4)

        dispute.expect("mediating")
        assert list(dispute.case.sessions.values_list("number", "state").order_by("number")) == [
            (1, "adjourned"),
            (2, "planned"),
        ]

    def test_goes_to_the_mediator_who_holds_it(self, dispute, cast):
        dispute.accepted().session(mediator="mediator2")

        assert dispute.task("hold").owner == cast["mediator2"]

    def test_both_parties_must_be_there_to_agree(self, dispute):
        dispute.mediating()

        with pytest.raises(InvalidFacts, match="result"):
            dispute.do("hold", "mediator", result="agreed", record="笔录", worker_attended="on")

    def test_is_not_scheduled_in_the_past(self, dispute):
        dispute.accepted()

        with pytest.raises(InvalidFacts, match="starts_at"):
            dispute.session(days=-1)

    @pytest.mark.parametrize("over", [{"hours": 9}, {"hours": 0}])
    def test_ends_after_it_begins_and_within_a_day(self, dispute, over):
        dispute.accepted()

        with pytest.raises(InvalidFacts, match="ends_at"):
            dispute.session(**over)

    def test_a_room_is_not_booked_twice(self, dispute, new_dispute):
        dispute.mediating()
        other = new_dispute().accepted(worker_name="李秀英")

        with pytest.raises(InvalidFacts) as caught:
            other.session(mediator="mediator2", hour=10)

        assert set(caught.value.errors) == {"room"}
        assert not MediationSession.objects.filter(case=other.case).exists()

    def test_a_mediator_is_not_booked_twice(self, dispute, new_dispute):
        dispute.mediating()
        other = new_dispute().accepted(worker_name="李秀英")

        with pytest.raises(InvalidFacts) as caught:
            other.session(room="第二调解室", hour=10)

        assert set(caught.value.errors) == {"mediator"}

    def test_one_may_begin_when_the_other_ends(self, dispute, new_dispute):
        dispute.mediating()
        other = new_dispute().accepted(worker_name="李秀英")

        other.session(hour=11)

        other.expect("mediating")

    def test_the_database_refuses_what_slipped_through(self, dispute, new_dispute, monkeypatch):
        dispute.mediating()
        other = new_dispute().accepted(worker_name="李秀英")
        exists = Booking.objects.none().__class__.exists
        monkeypatch.setattr(
            Booking.objects.none().__class__,
            "exists",
            lambda rows: False if rows.model is Booking else exists(rows),
        )

        with pytest.raises(InvalidFacts) as caught:
            other.session(mediator="mediator2")

        assert set(caught.value.errors) == {"room"}

    def test_a_withdrawn_case_gives_its_room_free(self, dispute, new_dispute, cast):
        dispute.mediating()
        operations.withdraw_case(case=dispute.case, reason="双方自行和解。", by=cast["mediator"], at=dispute.at)
        other = new_dispute().accepted(worker_name="李秀英")

        other.session()

        other.expect("mediating")

    def test_the_clock_ends_the_mediation(self, dispute):
        dispute.mediating()
        dispute.clock("LD.mediation.from_acceptance")

        dispute.expect("failed")
        assert (dispute.case.failure, dispute.nodes) == ("timed_out", ["record_failure"])
        assert not Booking.objects.exists()

    def test_the_clock_ends_it_before_a_session_is_scheduled(self, dispute):
        dispute.accepted()
        dispute.clock("LD.mediation.from_acceptance")

        dispute.expect("failed")

    def test_both_parties_can_extend_it(self, dispute):
        dispute.mediating()
        dispute.door("extend", "supervisor", until=dispute.in_days(45), both_agree="on", reason="需要核对考勤。")

        clock = Clock.objects.get(case=dispute.case, rule="LD.mediation.from_acceptance")
        assert clock.extended_until.isoformat() == dispute.in_days(45)
        assert (dispute.nodes, dispute.case.state) == (["hold"], "mediating")

    def test_an_extension_to_an_earlier_day_is_refused_at_the_field(self, dispute):
        dispute.mediating()

        with pytest.raises(InvalidFacts, match="until"):
            dispute.door("extend", "supervisor", until=dispute.in_days(2), both_agree="on", reason="误填")


class TestConflictOfInterest:
    def declared(self, dispute, who, tie="relative", **party):
        party = party or {"worker": dispute.case.worker}
        person = dispute.cast[who]
        return operations.declare_conflict(person=person, tie=tie, by=person, at=dispute.at, **party)

    def test_closes_the_case_to_the_mediator(self, dispute, cast):
        dispute.received()
        self.declared(dispute, "mediator")

        task = dispute.task("check")
        assert (task.owner, dispute.case.state) == (None, "received")
        with pytest.raises(NotAllowed, match=r"回避|onflict"):
            operations.claim_task(task=task, by=cast["mediator"], at=dispute.at)
        with pytest.raises(NotAllowed):
            dispute.do("check", "mediator", decision="decline", reason="……")
        operations.claim_task(task=task, by=cast["mediator2"], at=dispute.at)
        assert dispute.task("check").owner == cast["mediator2"]

    def test_gives_a_handled_case_back_to_the_queue(self, dispute, cast):
        dispute.accepted()
        assert dispute.case.handler == cast["mediator"]

        self.declared(dispute, "mediator", "colleague", employer=dispute.case.employer)

        assert LabourDispute.objects.get(pk=dispute.case.pk).handler is None
        assert dispute.task("schedule").owner is None

    def test_such_a_mediator_is_not_offered_for_a_session(self, dispute):
        dispute.accepted()
        self.declared(dispute, "mediator", "same_village")

        with pytest.raises(InvalidFacts, match="mediator"):
            dispute.session(who="mediator2")

    def test_a_session_of_such_a_mediator_goes_to_the_queue(self, dispute):
        dispute.mediating()
        self.declared(dispute, "mediator", "own_interest")

        assert dispute.task("hold").owner is None
        dispute.hold(who="mediator2")
        dispute.expect("agreed")

    def test_with_one_of_many_who_share_a_dispute_counts_as_well(self, dispute, cast):
        dispute.received(members="赵一 \n钱二 ")
        other = dispute.case.members.order_by("number").last().worker
        assert other != dispute.case.worker

        self.declared(dispute, "mediator", worker=other)

        with pytest.raises(NotAllowed, match=r"回避|onflict"):
            operations.claim_task(task=dispute.task("check"), by=cast["mediator"], at=dispute.at)
        assert dispute.task("check") not in queries.queue_for(cast["mediator"])
        assert dispute.task("check") in queries.queue_for(cast["mediator2"])

    def test_a_supervisor_with_a_tie_does_not_approve(self, dispute):
        dispute.drafted()
        self.declared(dispute, "supervisor")

        with pytest.raises(NotAllowed):
            dispute.do("approve", "supervisor", decision="approve")


class TestAgreement:
    def test_is_drafted_with_instalments_that_make_up_the_sum(self, dispute, cast):
        dispute.drafted()

        line = ClaimLine.objects.get(case_id=dispute.case.pk)
        parts = list(Instalment.objects.filter(claim_line=line).order_by("number").values_list("amount", flat=True))
        assert (line.amount, parts) == (Decimal("18000.00"), [Decimal("8000.00"), Decimal("10000.00")])
        assert Signature.objects.get(claim_line=line, role="mediator").person == cast["mediator"]

    def test_shows_what_the_law_gives_for_a_dismissal(self, dispute, cast):
        facts = {"cause": "dismissal", "employed_from": "2023-01-16", "employed_until": "2026-08-15"}
        dispute.agreed(monthly_wage="6500.00", **facts)
        form = dispute.task("draft").flow_task.form_class
        assert not form(case=dispute.case).fields[f"share_{dispute.case.worker_id}"].help_text
        set_parameter(
            code="LD.average_wage",
            office=an_office_tree().city,
            value="9000",
            valid_from=date(2026, 7, 1),
            source="市统计局",
            by=None,
            at=dispute.at,
        )

        help_text = form(case=dispute.case).fields[f"share_{dispute.case.worker_id}"].help_text

        assert "¥26,000.00" in help_text

    def test_a_plan_of_another_sum_is_refused(self, dispute):
        dispute.agreed()

        with pytest.raises(InvalidFacts, match="plan"):
            dispute.draft("8000.00", "9000.00")

    @pytest.mark.parametrize(
        "plan",
        [
            "明天 5",
            "2026-12-01",
            "2026-12-01 5.001",
            "2026-12-01 -5",
            "2026-12-01 NaN",
            "2026-12-01 Infinity",
            "2026-12-01 1e40",
            "9999-12-31 5",
        ],
    )
    def test_a_plan_that_cannot_be_read_names_the_line(self, dispute, plan):
        dispute.agreed()

        with pytest.raises(InvalidFacts, match=r"第1行|Line 1"):
            dispute.draft(plan=plan)

    def test_without_a_sum_says_what_is_to_be_done(self, dispute):
        dispute.agreed()

        with pytest.raises(InvalidFacts, match="other_duty"):
            dispute.draft(plan="", shares={dispute.case.worker_id: ""})

    def test_a_returned_draft_is_written_anew_and_the_old_one_is_void(self, dispute):
        dispute.drafted()
        dispute.do("approve", "supervisor", decision="return", reason="期限过长。")
        dispute.expect("returned")
        assert dispute.nodes == ["draft"]

        dispute.draft("18000.00")

        dispute.expect("drafted")
        assert line_states(dispute) == ["open", "withdrawn"]
        assert sorted(Settlement.objects.values_list("state", flat=True)) == ["drafted", "void"]

    def test_a_returned_draft_needs_a_reason(self, dispute):
        dispute.drafted()

        with pytest.raises(InvalidFacts, match="reason"):
            dispute.do("approve", "supervisor", decision="return")

    def test_who_mediated_does_not_approve(self, dispute, cast):
        appoint(cast["mediator"], Role.SUPERVISOR, an_office_tree().county)
        dispute.drafted()

        with pytest.raises(NotAllowed):
            dispute.do("approve", "mediator", decision="approve")
        dispute.do("approve", "supervisor2", decision="approve")

        dispute.expect("approved")
        assert Signature.objects.filter(role="approver1").get().person == cast["supervisor2"]
        assert letters(dispute) == ["LD.acceptance", "LD.agreement"]

    def test_is_in_effect_only_with_every_signature_and_the_stamp(self, dispute):
        dispute.approved()

        with pytest.raises(InvalidFacts) as caught:
            dispute.do("sign", "mediator", result="signed", signed_on=dispute.today.isoformat(), worker_signed="on")

        assert set(caught.value.errors) == {"employer_signed", "mediator_signed", "stamped", "originals"}

    def test_signing_starts_the_clocks_after_effect(self, dispute):
        dispute.performing()

        running = set(Clock.objects.filter(case=dispute.case, state="running").values_list("rule", flat=True))
        assert {"LD.arbitration_review", "LD.judicial_confirmation", "LD.instalment"} <= running
        assert not any(rule.startswith("LD.mediation") for rule in running)
        assert dispute.case.in_effect_on == dispute.today

    @pytest.mark.parametrize("days", [-3, 1])
    def test_is_signed_neither_before_its_approval_nor_tomorrow(self, dispute, days):
        dispute.approved()

        with pytest.raises(InvalidFacts, match="signed_on"):
            dispute.do("sign", "mediator", result="signed", signed_on=dispute.in_days(days), **SIGNED)

    def test_a_refused_signature_fails_the_mediation(self, dispute):
        dispute.approved()
        dispute.do("sign", "mediator", result="refused", reason="用人单位反悔。")

        dispute.expect("failed")
        assert (dispute.case.failure, line_states(dispute)) == ("not_signed", ["withdrawn"])
        assert dispute.nodes == ["record_failure"]

    def test_courts_confirm_agreements_of_peoples_committees_only_unless_the_place_says_otherwise(self, dispute):
        dispute.received()
        dispute.do("check", "mediator", decision="ask", mediation_body="enterprise", asked_on=dispute.today.isoformat())
        dispute.do("answer", "mediator", answer="consents")
        dispute.do("decide", "mediator", decision="accept")
        dispute.session().hold().draft()
        dispute.do("approve", "supervisor", decision="approve")
        dispute.sign()

        assert not Clock.objects.filter(case=dispute.case, rule="LD.judicial_confirmation").exists()
        with pytest.raises(InvalidFacts, match="route"):
            dispute.door("route", "mediator", route="confirmation", applied_on=dispute.today.isoformat())


class TestPerformance:
    def test_goes_on_until_the_last_instalment(self, dispute):
        dispute.performing()
        dispute.perform(instalments=dispute.owed()[:1])
        dispute.expect("performing")
        assert (dispute.nodes, line_states(dispute)) == (["perform"], ["open"])

        dispute.perform()

        dispute.expect("performed")
        assert (dispute.nodes, line_states(dispute)) == (["return_visit"], ["settled"])

    def test_the_next_instalment_has_its_clock(self, dispute):
        dispute.performing()
        first = dispute.in_days(10)
        assert Clock.objects.get(case=dispute.case, rule="LD.instalment").due_on.isoformat() == first

        dispute.perform(instalments=dispute.owed()[:1])

        assert Clock.objects.get(case=dispute.case, rule="LD.instalment").due_on.isoformat() == dispute.in_days(20)

    def test_a_breach_is_recorded_and_can_still_be_made_good(self, dispute):
        dispute.performing()
        dispute.perform("breached", dispute.owed()[:1])
        dispute.expect("performing")
        assert kinds(dispute)[-2:] == ["limitation.interrupted", "instalment.awaited"]

        dispute.perform()

        dispute.expect("performed")

    def test_giving_up_leads_to_the_failure_record(self, dispute):
        dispute.performing()
        dispute.perform("broken", [])

        dispute.expect("failed")
        assert (dispute.case.failure, dispute.nodes) == ("not_performed", ["record_failure"])

    def test_another_duty_is_asked_for_too(self, dispute):
        dispute.agreed().draft(plan="", shares={dispute.case.worker_id: ""}, other_duty="出具离职证明。")
        dispute.do("approve", "supervisor", decision="approve")
        dispute.sign()
        dispute.expect("performing")

        dispute.perform(instalments=[], other_duty_done="on")

        dispute.expect("performed")

    def test_the_sum_alone_is_not_enough_where_a_duty_is_left(self, dispute):
        dispute.agreed().draft(other_duty="出具离职证明。")
        dispute.do("approve", "supervisor", decision="approve")
        dispute.sign().perform()
        dispute.expect("performing")

        dispute.perform(instalments=[], other_duty_done="on")

        dispute.expect("performed")

    def test_needs_to_be_known_somehow(self, dispute):
        dispute.performing()

        with pytest.raises(InvalidFacts) as caught:
            dispute.do("perform", "mediator", result="performed")

        assert set(caught.value.errors) == {"performed_on", "instalments", "note"}

    def test_a_joint_application_stops_the_clocks_of_the_routes(self, dispute):
        dispute.performing()
        dispute.door("route", "mediator", route="review", applied_on=dispute.today.isoformat())

        assert (dispute.nodes, Settlement.objects.get().route) == (["perform"], "review")
        running = Clock.objects.filter(case=dispute.case, state="running").values_list("rule", flat=True)
        assert not {"LD.arbitration_review", "LD.judicial_confirmation"} & set(running)

    def test_union_pays_nothing(self, dispute):
        dispute.performed()

        assert ClaimLine.objects.get(case_id=dispute.case.pk).state == "settled"
        assert not dispute.case.claim_lines.filter(payouts__isnull=False).exists()


class TestFailure:
    def test_is_recorded_referred_and_closed(self, dispute):
        dispute.failed()
        dispute.expect("failed")
        dispute.do("record_failure", "mediator", worker_signed="on", record="双方分歧过大。", worker_told="on")
        dispute.expect("failure_recorded")
        dispute.do("refer", "mediator", to_body="arbitration", reason="调解不成。")

        dispute.expect("closed")
        assert (dispute.case.outcome, dispute.case.referred_to) == ("failed", "arbitration")
        assert letters(dispute) == ["LD.acceptance", "LD.failure", "LD.referral"]
        assert Clock.objects.get(case=dispute.case, rule="LD.limitation").state == "running"

    def test_a_broken_agreement_may_go_to_a_payment_order(self, dispute):
        dispute.performing().perform("broken", [])
        dispute.do("record_failure", "mediator", record="到期不履行。", worker_told="on")
        dispute.do("refer", "mediator", to_body="payment_order", reason="申请支付令。")

        dispute.expect("closed")
        assert (dispute.case.outcome, line_states(dispute)) == ("not_performed", ["refused"])

    def test_without_an_agreement_there_is_no_payment_order(self, dispute):
        dispute.failed()
        dispute.do("record_failure", "mediator", record="双方分歧过大。", worker_told="on")

        with pytest.raises(InvalidFacts, match="to_body"):
            dispute.do("refer", "mediator", to_body="payment_order", reason="……")

    def test_the_worker_must_have_been_told(self, dispute):
        dispute.failed()

        with pytest.raises(InvalidFacts, match="worker_told"):
            dispute.do("record_failure", "mediator", record="双方分歧过大。")


class TestReturnVisit:
    def test_goes_to_the_operator_first_asked(self, dispute, cast):
        dispute.performed()

        assert dispute.task("return_visit").owner == cast["operator"]

    def test_a_worker_not_reached_is_tried_again(self, dispute):
        dispute.performed()
        dispute.do("return_visit", "operator", reached="no")
        dispute.expect("return_visit")
        dispute.do("return_visit", "operator", reached="no")
        dispute.do("return_visit", "operator", reached="yes", satisfaction="satisfied")

        dispute.expect("closed")
        assert (dispute.case.outcome, dispute.case.return_visits.count()) == ("performed", 3)

    def test_a_worker_reached_says_something(self, dispute):
        dispute.performed()

        with pytest.raises(InvalidFacts, match="satisfaction"):
            dispute.do("return_visit", "operator", reached="yes")

    @pytest.mark.parametrize("tries", [0, 1])
    def test_the_clock_closes_the_case_in_the_end(self, dispute, tries):
        dispute.performed()
        for _ in range(tries):
            dispute.do("return_visit", "operator", reached="no")
        dispute.clock("LD.return_visit")

        dispute.expect("closed")
        assert dispute.case.outcome_reason
        assert not dispute.open_tasks()


class TestWithdraw:
    @pytest.mark.parametrize("until", ["received", "mediating", "drafted", "performing"])
    def test_is_possible_on_the_way(self, dispute, cast, until):
        getattr(dispute, until)()

        operations.withdraw_case(case=dispute.case, reason="职工撤回申请。", by=cast["mediator"], at=dispute.at)

        case = LabourDispute.objects.get(pk=dispute.case.pk)
        assert (case.state, case.outcome) == ("closed", "withdrawn")
        assert not CaseTask.objects.filter(process=case, status__in=("NEW", "ASSIGNED")).exists()
        assert set(line_states(dispute)) <= {"withdrawn"}


class TestTakeBack:
    @pytest.mark.parametrize(
        ("until", "before", "node"),
        [
            ("asked", "received", "check"),
            ("answered", "asked", "answer"),
            ("agreed", "mediating", "hold"),
            ("drafted", "agreed", "draft"),
        ],
    )
    def test_opens_the_last_step_again(self, dispute, cast, until, before, node):
        getattr(dispute, until)()

        operations.take_back(
            case=dispute.case, reason="填错。", by=cast["mediator"], at=dispute.at + timedelta(minutes=5)
        )

        dispute.expect(before)
        assert dispute.nodes == [node]

    def test_a_session_scheduled_wrongly_is_scheduled_again_in_the_same_room(self, dispute, cast):
        dispute.mediating()
        operations.take_back(
            case=dispute.case, reason="填错。", by=cast["mediator"], at=dispute.at + timedelta(minutes=5)
        )

        dispute.session()

        dispute.expect("mediating")
        assert list(dispute.case.sessions.order_by("number").values_list("state", flat=True)) == [
            "cancelled",
            "planned",
        ]

    def test_a_draft_taken_back_is_void_when_the_next_one_stands(self, dispute, cast):
        dispute.drafted()
        operations.take_back(
            case=dispute.case, reason="填错。", by=cast["mediator"], at=dispute.at + timedelta(minutes=5)
        )

        dispute.draft("18000.00")

        assert line_states(dispute) == ["open", "withdrawn"]

    def test_a_step_left_by_a_door_that_leads_back_takes_nothing_back(self, dispute, cast):
        dispute.mediating()
        dispute.door("extend", "supervisor", until=dispute.in_days(45), both_agree="on", reason="需要核对考勤。")

        with pytest.raises(WrongState):
            operations.take_back(case=dispute.case, reason="填错。", by=cast["supervisor"], at=dispute.at)

    def test_approval_stays(self, dispute, cast):
        dispute.approved()

        with pytest.raises(WrongState):
            operations.take_back(case=dispute.case, reason="填错。", by=cast["supervisor"], at=dispute.at)


class TestEvidence:
    def test_papers_handed_over_are_named_in_the_referral(self, dispute, cast):
        dispute.failed()
        dispute.do("record_failure", "mediator", record="双方分歧过大。", worker_told="on")
        document = Document.objects.create(
            case_id=dispute.case.pk,
            title="工资条",
            size=1,
            content_type="application/pdf",
            sha256="0" * 64,
            uploaded_by=cast["mediator"],
            uploaded_at=dispute.at,
        )

        dispute.do("refer", "mediator", to_body="legal_aid", reason="调解不成。", evidence=[document.pk])

        assert "工资条" in Letter.objects.get(case_id=dispute.case.pk, paper="LD.referral").body
