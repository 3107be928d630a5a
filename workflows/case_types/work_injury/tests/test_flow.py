"""Every way through the flow: each decision, each loop, each exit, by people and by due clocks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.cases.models import CaseLink, ClaimLine
from casework.deadlines.models import Clock
from casework.documents.models import Letter
from casework.funds import operations as funds
from casework.funds.models import Payout
from tests.factories import AT, a_bank_account, a_user, a_worker, an_office_tree, appoint
from workflows import operations, queries

from ..models import WorkInjury
from .conftest import nodes_of, request, seen, state_of, verify, visit


def also(user, role):
    """Give somebody a second role, and return the person with both."""
    appoint(user, role, an_office_tree().county)
    return type(user).objects.get(pk=user.pk)


def line_of(walk):
    return walk.case.claim_lines.order_by("-id").first()


def payout_of(walk):
    return Payout.objects.filter(claim_line__case=walk.case).latest("id")


class TestReport:
    def test_waits_for_a_visitor_to_verify_it(self, walk_to):
        walk = walk_to("check_report")

        assert state_of(walk) == "reported"
        assert walk.task("check_report").role == "visitor"

    def test_verified_it_belongs_to_who_verified_it(self, walk_to, cast):
        walk = walk_to("request_consolation")

        assert state_of(walk) == "verified"
        assert walk.case.handler == cast["visitor"]

    def test_verifying_can_change_what_was_reported(self, walk_to):
        walk = walk_to("check_report")

        verify(walk, severity="minor", hospital="区医院", insured="no")

        assert state_of(walk) == "verified"
        assert (walk.case.severity, walk.case.hospital, walk.case.insured) == ("minor", "区医院", "no")

    def test_a_second_report_is_merged_and_linked(self, walk_to, new_walk, case_walk):
        first = walk_to("visit").case
        second = new_walk()
        second.open("operator", worker=first.worker, **REPORT)

        second.do("check_report", "visitor", decision="merge", number=first.number, reason="同一事故，热线先报。")

        assert (state_of(second), second.case.outcome) == ("closed", "merged")
        link = CaseLink.objects.get(case=second.case)
        assert (link.other_id, link.why) == (first.pk, "same_matter")
        assert nodes_of(second) == set()

    def test_a_merged_report_owes_no_application_for_recognition(self, walk_to, new_walk):
        first = walk_to("visit").case
        second = new_walk()
        second.open("operator", **REPORT)
        second.do("check_report", "visitor", decision="merge", number=first.number, reason="重复报告。")

        assert set(Clock.objects.filter(case=second.case).values_list("state", flat=True)) == {"cancelled"}

    @pytest.mark.parametrize("number", ["", "WI-0-2026-1", "itself"])
    def test_merging_needs_another_report_that_goes_on(self, walk_to, number):
        walk = walk_to("check_report")
        number = walk.case.number if number == "itself" else number

        with pytest.raises(InvalidFacts) as refused:
            walk.do("check_report", "visitor", decision="merge", number=number, reason="重复报告。")

        assert "number" in refused.value.errors

    def test_declined_it_is_closed_with_a_letter(self, walk_to):
        walk = walk_to("check_report")

        walk.do("check_report", "visitor", decision="decline", reason="下班后在家受伤。", advice="可申请职工医疗互助。")

        assert (state_of(walk), walk.case.outcome, walk.case.outcome_reason) == (
            "closed",
            "declined",
            "下班后在家受伤。",
        )
        letter = Letter.objects.get(case=walk.case)
        assert letter.paper == "notice.declined"
        assert "职工医疗互助" in letter.body

    @pytest.mark.parametrize("decision", ["merge", "decline"])
    def test_a_no_needs_a_reason(self, walk_to, decision):
        walk = walk_to("check_report")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("check_report", "visitor", decision=decision)

        assert "reason" in refused.value.errors

    def test_verification_can_be_taken_back_by_its_doer(self, walk_to, cast):
        walk = walk_to("request_consolation")

        operations.take_back(case=walk.case, reason="核错了人。", by=cast["visitor"], at=walk.at)

        assert state_of(walk) == "reported"
        assert nodes_of(walk) == {"check_report"}


REPORT = {
    "summary": "又报一次。",
    "channel": "phone",
    "circumstance": "at_work",
    "accident_on": "2026-11-18",
    "severity": "minor",
}


class TestConsolation:
    def test_the_request_is_signed_and_nothing_is_reserved_yet(self, walk_to, cast, place):
        walk = walk_to("decide_consolation")

        assert state_of(walk) == "consolation_requested"
        assert line_of(walk).state == ClaimLine.State.OPEN
        assert list(line_of(walk).signatures.values_list("role", "person__username")) == [("requester", "lin")]
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    def test_approval_reserves_the_money(self, walk_to, place):
        walk = walk_to("visit")

        assert state_of(walk) == "approved"
        assert line_of(walk).state == ClaimLine.State.RESERVED
        place.fund.refresh_from_db()
        assert place.fund.reserved == Decimal(1000)

    def test_without_a_fund_nothing_is_approved(self, walk_to, place, cast):
        funds.change_budget(fund=place.fund, budget=Decimal(100), reason="调减。", by=cast["finance"], at=AT)
        walk = walk_to("decide_consolation")

        with pytest.raises(funds.NoFund):
            walk.do("decide_consolation", "supervisor", decision="approve")

        assert state_of(walk) == "consolation_requested"
        assert not line_of(walk).signatures.filter(role="approver1").exists()

    def test_returned_it_is_asked_for_anew_on_a_new_line(self, walk_to):
        walk = walk_to("decide_consolation")
        walk.do("decide_consolation", "supervisor", decision="return", reason="金额偏高。")
        assert state_of(walk) == "returned"

        request(walk, "ask")

        assert state_of(walk) == "consolation_requested"
        assert [line.state for line in walk.case.claim_lines.order_by("id")] == ["withdrawn", "open"]

    def test_refused_the_visit_is_owed_all_the_same(self, walk_to):
        walk = walk_to("decide_consolation")

        walk.do("decide_consolation", "supervisor", decision="refuse", reason="单位已慰问。")

        assert state_of(walk) == "no_consolation"
        assert nodes_of(walk) == {"visit"}
        assert line_of(walk).state == ClaimLine.State.REFUSED

    @pytest.mark.parametrize("decision", ["return", "refuse"])
    def test_a_no_needs_a_reason(self, walk_to, decision):
        walk = walk_to("decide_consolation")

        with pytest.raises(InvalidFacts):
            walk.do("decide_consolation", "supervisor", decision=decision)

    def test_a_visit_without_consolation_goes_straight_on(self, walk_to):
        walk = walk_to("visit", consolation="none")

        assert state_of(walk) == "no_consolation"
        assert not walk.case.claim_lines.exists()

    def test_after_a_returned_request_one_may_go_without(self, walk_to):
        walk = walk_to("decide_consolation")
        walk.do("decide_consolation", "supervisor", decision="return", reason="金额偏高。")

        request(walk, "none")

        assert state_of(walk) == "no_consolation"

    def test_taken_back_it_is_asked_for_on_the_same_line(self, walk_to, cast):
        walk = walk_to("decide_consolation")
        operations.take_back(case=walk.case, reason="金额写错。", by=cast["operator"], at=walk.at)
        assert state_of(walk) == "verified"

        request(walk, "ask", amount="800.00", reason="按本人意愿。")

        line = walk.case.claim_lines.get()
        assert (line.amount, line.state) == (Decimal("800.00"), "open")
        assert line.signatures.count() == 1

    def test_who_asked_cannot_approve(self, walk_to, cast):
        walk = walk_to("request_consolation")
        both = also(a_user("both", role="operator"), "supervisor")
        operations.complete_task(
            task=walk.task("request_consolation"),
            by=both,
            at=walk.at,
            data={"decision": "ask", "amount": "1000.00", "method": "cash"},
        )

        with pytest.raises(NotAllowed) as refused:
            operations.complete_task(
                task=walk.task("decide_consolation"), by=both, at=walk.at, data={"decision": "approve"}
            )

        assert "申请人" in str(refused.value)


class TestPhone:
    def test_is_offered_only_where_it_is_urgent(self, walk_to):
        walk = walk_to("request_consolation")

        with pytest.raises(InvalidFacts) as refused:
            request(walk, "phone")

        assert "decision" in refused.value.errors

    def test_lets_the_visit_go_ahead_with_the_money_kept(self, walk_to, cast):
        walk = walk_to("visit", consolation="phone")

        assert state_of(walk) == "phone_approved"
        assert walk.case.phone_approver == cast["supervisor"]
        assert line_of(walk).state == ClaimLine.State.RESERVED
        assert set(line_of(walk).signatures.values_list("role", flat=True)) == {"requester"}

    def test_is_confirmed_before_the_visit(self, walk_to):
        walk = walk_to("visit", consolation="phone")

        walk.door("confirm", "supervisor", decision="confirm")

        assert (state_of(walk), nodes_of(walk)) == ("approved", {"visit"})
        assert Clock.objects.get(case=walk.case, rule="WI.phone_confirmation").state == "satisfied"

    def test_is_confirmed_after_the_visit_and_only_then_due(self, walk_to, cast):
        walk = walk_to("confirm_approval", consolation="phone")
        assert state_of(walk) == "phone_visited"
        assert walk.task("confirm_approval").owner == cast["supervisor"]
        assert not Payout.objects.filter(claim_line__case=walk.case).exists()

        walk.do("confirm_approval", "supervisor", decision="confirm")

        assert (state_of(walk), nodes_of(walk)) == ("visited", {"plan_next"})
        assert payout_of(walk).state == "due"

    def test_not_confirmed_before_the_visit_nothing_is_brought(self, walk_to, place):
        walk = walk_to("visit", consolation="phone")

        walk.door("confirm", "supervisor", decision="reject", reason="未曾电话审批。")

        assert (state_of(walk), nodes_of(walk)) == ("no_consolation", {"visit"})
        assert line_of(walk).state == ClaimLine.State.REFUSED
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    def test_not_confirmed_after_the_visit_nothing_is_paid(self, walk_to, place):
        walk = walk_to("confirm_approval", consolation="phone")

        walk.do("confirm_approval", "supervisor", decision="reject", reason="未曾电话审批。")

        assert (state_of(walk), nodes_of(walk)) == ("visited", {"plan_next"})
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    def test_runs_out_after_a_working_day(self, walk_to):
        walk = walk_to("visit", consolation="phone")

        walk.clock("WI.phone_confirmation")

        assert state_of(walk) == "phone_approved"
        assert Clock.objects.get(case=walk.case, rule="WI.phone_confirmation").state == "expired"

    def test_a_word_to_come_is_none(self, walk_to):
        walk = walk_to("request_consolation", injured_count=3)

        with pytest.raises(InvalidFacts) as refused:
            request(walk, "phone", phoned_at=(walk.at + timedelta(hours=3)).isoformat())

        assert "phoned_at" in refused.value.errors


class TestVisit:
    def test_two_sign_and_the_money_is_due(self, walk_to):
        walk = walk_to("plan_next")

        assert state_of(walk) == "visited"
        signed = dict(line_of(walk).signatures.values_list("role", "person__username"))
        assert (signed["visitor1"], signed["visitor2"]) == ("zhou", "xu")
        assert (payout_of(walk).state, payout_of(walk).method) == ("due", "cash")

    def test_by_bank_the_account_is_the_workers(self, walk_to):
        worker = a_worker("张建军")
        account = a_bank_account(worker)
        walk = walk_to("visit", worker=worker)

        visit(walk, method="bank", account=account.uuid, receipt="", received_by="")

        assert (payout_of(walk).method, payout_of(walk).account) == ("bank", account)

    def test_goods_are_given_with_their_value(self, walk_to):
        walk = walk_to("visit")

        visit(walk, method="goods", goods="牛奶、水果、营养品")

        made = WorkInjury.objects.get(pk=walk.case.pk).visits.get()
        assert (made.goods, made.gift_value, payout_of(walk).method) == ("牛奶、水果、营养品", Decimal(1000), "goods")

    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"receipt": ""}, "receipt"),
            ({"received_by": ""}, "received_by"),
            ({"method": "goods"}, "goods"),
            ({"method": "bank"}, "account"),
            ({"companion": ""}, "companion"),
        ],
    )
    def test_asks_for_what_the_gift_needs(self, walk_to, over, field):
        walk = walk_to("visit")

        with pytest.raises(InvalidFacts) as refused:
            visit(walk, **over)

        assert field in refused.value.errors
        assert state_of(walk) == "approved"

    def test_nobody_visits_alone(self, walk_to, cast):
        walk = walk_to("visit", consolation="none")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("visit", "visitor", **seen(walk, companion=cast["visitor"].pk))

        assert "companion" in refused.value.errors

    def test_is_neither_to_come_nor_before_the_accident(self, walk_to):
        walk = walk_to("visit", consolation="none")

        for moment in (walk.at + timedelta(hours=5), walk.at - timedelta(days=9)):
            with pytest.raises(InvalidFacts) as refused:
                walk.do("visit", "visitor", **seen(walk, visited_at=moment.isoformat()))
            assert "visited_at" in refused.value.errors

    def test_who_approved_does_not_go_along(self, walk_to, cast):
        also(cast["supervisor"], "visitor")
        walk = walk_to("visit")

        with pytest.raises(InvalidFacts) as refused:
            visit(walk, companion=cast["supervisor"].pk)

        assert "companion" in refused.value.errors

    def test_who_asked_does_not_visit(self, walk_to, cast):
        walk = walk_to("visit")
        both = also(cast["operator"], "visitor")
        operations.release_task(task=walk.task("visit"), by=cast["visitor"], at=walk.at)

        with pytest.raises(NotAllowed) as refused:
            operations.claim_task(task=walk.task("visit"), by=both, at=walk.at)

        assert "申请人" in str(refused.value)

    def test_a_supervisor_closes_what_cannot_be_visited(self, walk_to, place):
        walk = walk_to("visit")

        walk.door("give_up", "supervisor", reason="伤者已返回外省老家，电话无法接通。")

        assert (state_of(walk), walk.case.outcome, nodes_of(walk)) == ("closed", "unvisited", set())
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    @pytest.mark.parametrize("consolation", ["phone", "none"])
    def test_also_where_nothing_was_approved_in_writing(self, walk_to, consolation):
        walk = walk_to("visit", consolation=consolation)

        walk.door("give_up", "supervisor", reason="伤者拒绝探视。")

        assert (state_of(walk), walk.case.outcome) == ("closed", "unvisited")

    def test_a_visitor_does_not(self, walk_to):
        walk = walk_to("visit")

        with pytest.raises(NotAllowed):
            walk.door("give_up", "visitor", reason="不去了。")

    def test_can_be_withdrawn_before_money_moves(self, walk_to, cast):
        walk = walk_to("decide_consolation")
        operations.withdraw_case(case=walk.case, reason="本人不愿继续。", by=cast["visitor"], at=walk.at)
        assert (state_of(walk), walk.case.outcome, nodes_of(walk)) == ("closed", "withdrawn", set())

    def test_reserved_money_holds_a_withdrawal_up(self, walk_to, cast):
        walk = walk_to("visit")

        with pytest.raises(WrongState):
            operations.withdraw_case(case=walk.case, reason="本人不愿继续。", by=cast["visitor"], at=walk.at)


class TestFollowUp:
    def test_is_planned_made_and_planned_again(self, walk_to):
        walk = walk_to("plan_next")
        for number in (2, 3):
            day = localdate(walk.at) + timedelta(days=3)
            walk.do("plan_next", "visitor", decision="plan", next_visit_on=day.isoformat())
            assert (state_of(walk), walk.case.next_visit_on, nodes_of(walk)) == ("follow_up", day, {"follow_up"})
            walk.at += timedelta(days=3)
            walk.do("follow_up", "visitor", **seen(walk))
            assert (state_of(walk), walk.case.next_visit_on) == ("visited", None)
            assert walk.case.visits.last().number == number

    def test_its_clock_is_the_planned_day(self, walk_to):
        walk = walk_to("plan_next")
        day = localdate(walk.at) + timedelta(days=8)

        walk.do("plan_next", "visitor", decision="plan", next_visit_on=day.isoformat())

        assert Clock.objects.get(case=walk.case, rule="WI.follow_up").due_on == day

    @pytest.mark.parametrize("day", ["", "2026-11-01"])
    def test_needs_a_day_ahead(self, walk_to, day):
        walk = walk_to("plan_next")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("plan_next", "visitor", decision="plan", next_visit_on=day)

        assert "next_visit_on" in refused.value.errors

    def test_a_planned_one_may_turn_out_needless(self, walk_to):
        walk = walk_to("plan_next")
        walk.do("plan_next", "visitor", decision="plan", next_visit_on=localdate(walk.at).isoformat())

        walk.door("finish", "visitor", reason="伤者已康复返岗。")

        assert (state_of(walk), nodes_of(walk)) == ("paying", {"payment"})

    def test_finishing_needs_a_reason(self, walk_to):
        walk = walk_to("plan_next")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("plan_next", "visitor", decision="finish")

        assert "reason" in refused.value.errors

    def test_planning_can_be_taken_back_while_no_money_moves(self, walk_to, cast):
        walk = walk_to("plan_next", consolation="none")
        walk.do("plan_next", "visitor", decision="plan", next_visit_on=localdate(walk.at).isoformat())

        operations.take_back(case=walk.case, reason="日期有误。", by=cast["visitor"], at=walk.at)

        assert (state_of(walk), nodes_of(walk)) == ("visited", {"plan_next"})


class TestPayment:
    def test_finance_pays_and_the_return_visit_follows(self, walk_to, cast):
        walk = walk_to("payment")

        walk.pay("finance")

        assert (state_of(walk), nodes_of(walk)) == ("paid", {"return_visit"})
        assert walk.task("return_visit").owner == cast["operator"]

    def test_paid_during_the_follow_up_visits_nothing_is_waited_for(self, walk_to):
        walk = walk_to("plan_next")
        walk.pay("finance")
        assert state_of(walk) == "visited"

        walk.do("plan_next", "visitor", decision="finish", reason="伤情稳定。")

        assert (state_of(walk), nodes_of(walk)) == ("paid", {"return_visit"})

    def test_without_consolation_the_return_visit_follows_at_once(self, walk_to):
        walk = walk_to("return_visit", consolation="none")

        assert state_of(walk) == "return_visit"

    def test_stops_only_after_the_payment_under_way_is_cancelled(self, walk_to, cast, place):
        walk = walk_to("payment")
        with pytest.raises(WrongState):
            walk.door("stop", "supervisor", reason="账户有误，本人放弃。")
        funds.cancel_payout(payout=payout_of(walk), reason="停止支付。", by=cast["finance"], at=walk.at)

        walk.door("stop", "supervisor", reason="本人放弃。")

        assert (state_of(walk), nodes_of(walk)) == ("return_visit", {"return_visit"})
        assert line_of(walk).state == ClaimLine.State.REFUSED
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    def test_stops_also_when_finance_has_freed_the_money(self, walk_to, cast):
        walk = walk_to("payment")
        payout = payout_of(walk)
        funds.mark_failed(payout=payout, reason="退票。", by=cast["finance"], at=walk.at)
        funds.release_reservation(claim_line=payout.claim_line, reason="停付。", by=cast["finance"], at=walk.at)

        walk.door("stop", "supervisor", reason="本人放弃。")

        assert state_of(walk) == "return_visit"

    def test_a_failed_payment_is_paid_again(self, walk_to, cast):
        walk = walk_to("payment")
        failed = payout_of(walk)
        funds.mark_failed(payout=failed, reason="现金未领。", by=cast["finance"], at=walk.at)
        funds.commit_payout(claim_line=failed.claim_line, method="cash", by=cast["finance"], at=walk.at)

        walk.pay("finance")

        assert state_of(walk) == "paid"

    def test_who_visited_cannot_pay(self, walk_to, cast):
        walk = walk_to("payment")
        both = also(cast["visitor"], "finance")

        with pytest.raises(NotAllowed):
            operations.pay(payout=payout_of(walk), voucher_number="1", by=both, at=walk.at)


class TestReturnVisit:
    def test_reached_it_closes_with_the_result(self, walk_to):
        walk = walk_to("return_visit")

        walk.do("return_visit", "operator", reached="yes", satisfaction="satisfied", result="已探视慰问，回访满意。")

        assert (state_of(walk), walk.case.outcome, nodes_of(walk)) == ("closed", "consoled", set())
        assert walk.case.outcome_reason == "已探视慰问，回访满意。"

    def test_without_consolation_the_outcome_is_a_visit(self, walk_to):
        walk = walk_to("return_visit", consolation="none")

        walk.do("return_visit", "operator", reached="yes", satisfaction="fair", result="已探视。")

        assert (state_of(walk), walk.case.outcome) == ("closed", "visited")

    def test_not_reached_it_is_tried_again(self, walk_to):
        walk = walk_to("return_visit")
        for _ in range(2):
            walk.do("return_visit", "operator", reached="no")
            assert (state_of(walk), nodes_of(walk)) == ("return_visit", {"return_visit"})

        assert walk.case.return_visits.count() == 2

    @pytest.mark.parametrize("tried", [True, False])
    def test_the_clock_closes_what_nobody_could_reach(self, walk_to, tried):
        walk = walk_to("return_visit")
        if tried:
            walk.do("return_visit", "operator", reached="no")

        walk.clock("WI.return_visit")

        assert (state_of(walk), walk.case.outcome, nodes_of(walk)) == ("closed", "consoled", set())
        assert walk.case.outcome_reason

    @pytest.mark.parametrize("field", ["satisfaction", "result"])
    def test_closing_asks_how_it_was(self, walk_to, field):
        walk = walk_to("return_visit")
        said = {"reached": "yes", "satisfaction": "satisfied", "result": "已探视。"} | {field: ""}

        with pytest.raises(InvalidFacts) as refused:
            walk.do("return_visit", "operator", **said)

        assert field in refused.value.errors


class TestRecognition:
    @pytest.mark.parametrize(
        ("node", "consolation"),
        [("visit", "ask"), ("plan_next", "ask"), ("payment", "ask"), ("return_visit", "none"), ("visit", "phone")],
    )
    def test_is_recorded_wherever_the_case_stands(self, walk_to, node, consolation):
        walk = walk_to(node, consolation=consolation)
        before = state_of(walk)

        walk.door("recognition", "visitor", filed_by="union", filed_on="2026-11-19")

        assert (state_of(walk), nodes_of(walk)) == (before, {node})
        assert (walk.case.recognition_by, walk.case.recognition_on.isoformat()) == ("union", "2026-11-19")

    def test_also_between_visits(self, walk_to):
        walk = walk_to("plan_next")
        walk.do("plan_next", "visitor", decision="plan", next_visit_on=localdate(walk.at).isoformat())

        walk.door("recognition", "visitor", filed_by="employer", filed_on="2026-11-19")

        assert (state_of(walk), nodes_of(walk)) == ("follow_up", {"follow_up"})

    def test_is_recorded_once(self, walk_to):
        walk = walk_to("visit")
        walk.door("recognition", "visitor", filed_by="employer", filed_on="2026-11-19")

        with pytest.raises(WrongState) as refused:
            walk.door("recognition", "visitor", filed_by="union", filed_on="2026-11-19")

        assert "2026-11-19" in str(refused.value)

    @pytest.mark.parametrize("day", ["2026-12-01", "2026-11-01"])
    def test_is_neither_to_come_nor_before_the_accident(self, walk_to, day):
        walk = walk_to("visit")

        with pytest.raises(InvalidFacts) as refused:
            walk.door("recognition", "visitor", filed_by="union", filed_on=day)

        assert "filed_on" in refused.value.errors


class TestQueues:
    def test_the_first_visit_belongs_to_the_visitor_in_charge(self, walk_to, cast):
        walk = walk_to("visit")

        assert walk.task("visit").owner == cast["visitor"]

    def test_after_an_operator_took_a_step_the_visit_is_queued(self, walk_to, cast):
        walk = walk_to("request_consolation")
        operations.claim_task(task=walk.task("request_consolation"), by=cast["operator"], at=walk.at)

        request(walk, "none")

        assert walk.task("visit").owner is None
        assert walk.task("visit") in queries.queue_for(cast["visitor2"])

    def test_a_linked_matter_opens_from_the_case(self, walk_to, cast):
        walk = walk_to("plan_next")

        other = operations.open_linked_case(
            case=walk.case, case_type="work_injury", why="opened_from", by=cast["visitor"], at=walk.at, **REPORT
        )

        assert other.worker == walk.case.worker
        assert CaseLink.objects.filter(case=walk.case, other=other).exists()
