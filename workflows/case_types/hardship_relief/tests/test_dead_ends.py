"""Ways that must not end in nothing: money freed, cases moved, closed meanwhile, and people in two parts."""

import pytest

from casework.audit.errors import NotAllowed, WrongState
from casework.audit.models import Event
from casework.cases.operations import MoneyReserved, offer_handover
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.offices.roles import Role
from tests.factories import a_bank_account, a_user, an_office_tree, appoint
from workflows import operations, queries
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.case_types.hardship_relief.operations import SecondPersonDecides

State = HardshipRelief.State


def fresh(walk):
    """Return the case as the database has it."""
    return HardshipRelief.objects.get(pk=walk.case.pk)


@pytest.fixture
def neighbours(cast):
    """The people of the other county."""
    there = an_office_tree().other_county
    return {
        "office": there,
        "operator": a_user("neighbour", role=Role.OPERATOR, office=there),
        "supervisor": a_user("neighbours_head", role=Role.SUPERVISOR, office=there),
    }


def offer(walk, neighbours):
    """Offer the case to the other county."""
    return offer_handover(
        case=fresh(walk), to=neighbours["office"], reason="单位在那边", by=walk.cast["operator"], at=walk.at
    )


class TestMoneyThatFinanceFreed:
    @pytest.fixture
    def freed(self, walk_to, cast):
        """A case whose payment came back and whose money finance has set free."""
        walk = walk_to("payment", account=True)
        payout = Payout.objects.get(claim_line__case=walk.case)
        by = {"by": cast["finance"], "at": walk.at}
        funds.mark_failed(payout=payout, reason="户名不符，银行退回。", **by)
        funds.release_reservation(claim_line=payout.claim_line, reason="暂不支付。", **by)
        return walk

    def test_lets_a_supervisor_stop_the_payment(self, freed):
        freed.door("stop", "supervisor", reason="申请人已迁居外省。")

        freed.expect(State.CLOSED)

    def test_is_reserved_anew_when_the_payment_is_ordered_again(self, freed):
        account = a_bank_account(freed.case.worker)

        freed.door("order_again", "operator", account=account.uuid)
        freed.pay("finance")

        freed.expect(State.PAID)


class TestHandOver:
    def test_takes_the_unfinished_sum_along(self, walk_to, neighbours):
        walk = walk_to("survey")

        operations.decide_handover(offer=offer(walk, neighbours), accept=True, by=neighbours["operator"], at=walk.at)

        line = walk.case.claim_lines.get()
        assert (line.office, line.office_path) == (neighbours["office"], neighbours["office"].path)

    @pytest.mark.parametrize("node", ["order_payment", "payment"])
    def test_waits_for_money_that_is_reserved(self, walk_to, neighbours, node):
        walk = walk_to(node, account=node == "payment")

        with pytest.raises(MoneyReserved):
            offer(walk, neighbours)
        actions = {one.name: one for one in queries.actions_on(fresh(walk), walk.cast["operator"], walk.at)}
        assert not actions["hand_over"].answer

    def test_offered_before_the_approval_is_not_accepted_after_it(self, walk_to, neighbours):
        walk = walk_to("approve")
        offered = offer(walk, neighbours)
        walk.do("approve", "supervisor2", decision="approve")

        with pytest.raises(MoneyReserved):
            operations.decide_handover(offer=offered, accept=True, by=neighbours["operator"], at=walk.at)
        operations.decide_handover(
            offer=offered, accept=False, reason="已批准，请先发放。", by=neighbours["operator"], at=walk.at
        )

        assert fresh(walk).office == an_office_tree().county

    def test_of_a_case_that_was_closed_meanwhile_is_refused_and_asked_of_nobody(self, walk_to, neighbours):
        walk = walk_to("check_papers")
        offered = offer(walk, neighbours)
        walk.withdraw("operator", "申请人主动撤回。")

        assert not queries.handovers_for(neighbours["operator"]).exists()
        assert queries.pending_offer(fresh(walk)) is None
        with pytest.raises(WrongState):
            operations.decide_handover(offer=offered, accept=True, by=neighbours["operator"], at=walk.at)
        assert fresh(walk).office == an_office_tree().county


class TestOnePersonInTwoParts:
    @pytest.fixture
    def proposed(self, walk_to, cast):
        """A supervisor who also works as an operator has proposed the aid."""
        walk = walk_to("propose")
        appoint(cast["supervisor"], Role.OPERATOR, an_office_tree().county)
        reasons = {"above_ceiling_reason": "费用仍在持续发生。"}
        walk.do("propose", "supervisor", decision="propose", category="deep", amount="15000.00", **reasons)
        walk.do("post_notice", "operator", place="公告栏", consents=True)
        return walk

    def test_does_not_answer_an_objection_to_an_own_proposal(self, proposed):
        proposed.door("object", "operator", content="该户有打零工收入。")

        for decision in ("reject", "uphold"):
            with pytest.raises(SecondPersonDecides):
                proposed.do("answer_objection", "supervisor", decision=decision, answer="不成立。")

    def test_does_not_review_an_own_proposal(self, proposed):
        proposed.clock("HR.public_notice")

        with pytest.raises(NotAllowed):
            proposed.do("review", "supervisor", decision="pass")


class TestTheTrail:
    def test_keeps_what_was_typed_out_of_the_facts(self, walk_to):
        walk = walk_to("request_check")

        walk.do("request_check", "operator", body="核对中心 (联系人王小明)", consents=True)

        events = Event.objects.filter(stream=walk.case.stream)
        assert not [event for event in events if "王小明" in event.facts_text]
        assert any("王小明" in line.words for line in queries.timeline(walk.case))
