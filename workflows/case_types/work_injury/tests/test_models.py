"""What the machine and the database keep true, and what a place may rule."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.cases import operations as cases
from casework.cases.models import ClaimLine
from casework.cases.transitions import ConditionNotMet, perform
from casework.funds import operations as funds
from casework.funds.models import Payout
from casework.funds.queries import funds_that_serve
from casework.offices.models import LocalParameter
from tests.factories import AT, a_worker
from workflows.case_type import case_type
from workflows.case_types.work_injury import queries
from workflows.case_types.work_injury.models import InjuryVisit, WorkInjury

from .conftest import request, state_of, verify, visit


def transitions():
    for each in WorkInjury._meta.get_field("state").get_all_transitions(WorkInjury):
        yield each.name, each.source, each.target, each.custom["move"]


class TestMachine:
    @pytest.mark.parametrize("name", [name for name, _source, target, _move in transitions() if target == "closed"])
    def test_every_close_but_the_clocks_needs_a_reason(self, name):
        asked = {each: move for each, _source, _target, move in transitions()}

        assert asked[name].needs_reason or asked[name].by_clock

    def test_no_step_is_skipped(self, walk_to, cast):
        walk = walk_to("check_report")
        for name, who in (("approve", "supervisor"), ("visit", "visitor"), ("confirm_paid", "finance")):
            with pytest.raises(WrongState):
                perform(case=walk.case, name=name, by=cast[who], at=walk.at)

    def test_no_one_else_does_a_supervisors_step(self, walk_to, cast):
        walk = walk_to("decide_consolation")

        with pytest.raises(NotAllowed):
            perform(case=walk.case, name="approve", by=cast["visitor"], at=walk.at)

    def test_a_case_with_an_open_sum_cannot_be_closed(self, walk_to, cast):
        walk = walk_to("return_visit")
        cases.add_claim_line(
            case=walk.case, kind="x", title="另一笔", amount=Decimal(1), by=cast["operator"], at=walk.at
        )

        with pytest.raises(ConditionNotMet):
            perform(case=walk.case, name="close", by=cast["operator"], at=walk.at, text="已办结。", reason="已办结。")

    def test_money_that_is_paid_is_not_forgotten_at_the_end_of_the_visits(self, walk_to, cast):
        walk = walk_to("plan_next")
        walk.pay("finance")

        with pytest.raises(ConditionNotMet):
            perform(case=walk.case, name="finish_without_money", by=cast["visitor"], at=walk.at, text="结束。")


class TestRows:
    def test_a_visit_is_of_two_people(self, walk_to, cast):
        walk = walk_to("visit")

        with pytest.raises(IntegrityError), transaction.atomic():
            InjuryVisit.objects.create(
                case=walk.case, number=1, visitor=cast["visitor"], companion=cast["visitor"], visited_at=AT
            )

    def test_visits_are_numbered_once(self, walk_to, cast):
        walk = walk_to("plan_next", consolation="none")

        with pytest.raises(IntegrityError), transaction.atomic():
            InjuryVisit.objects.create(
                case=walk.case, number=1, visitor=cast["visitor"], companion=cast["visitor2"], visited_at=AT
            )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"injured_count": 0},
            {"recognition_by": "union"},
            {"recognition_on": date(2026, 11, 19)},
            {"recognition_by": "union", "recognition_on": date(2026, 11, 1)},
            {"phone_approved_at": AT},
        ],
    )
    def test_hold_together(self, walk_to, wrong):
        walk = walk_to("visit")

        with pytest.raises(IntegrityError), transaction.atomic():
            WorkInjury.objects.filter(pk=walk.case.pk).update(**wrong)

    def test_medical_facts_are_sealed(self, walk_to):
        walk = walk_to("visit")

        row = WorkInjury.objects.filter(pk=walk.case.pk).values("diagnosis", "ward", "injured_part").get()
        assert all("断" not in bytes(value).decode("latin1") and value for value in row.values())
        assert WorkInjury.objects.get(pk=walk.case.pk).diagnosis == "右手食指、中指末节离断伤"

    def test_nothing_is_paid_before_the_supervisor_signed(self, walk_to, cast):
        walk = walk_to("visit", consolation="phone")
        line = walk.case.claim_lines.get()
        payout = funds.commit_payout(claim_line=line, method="cash", by=cast["operator"], at=walk.at)

        with pytest.raises(funds.MissingSignature):
            funds.confirm_paid(payout=payout, voucher_number="1", by=cast["finance"], at=walk.at)


class TestStandard:
    @pytest.mark.parametrize(("severity", "amount"), [("minor", 500), ("serious", 1000), ("death", 2000)])
    def test_has_a_default(self, walk_to, severity, amount):
        walk = walk_to("check_report", severity=severity)

        assert queries.standard_amount(walk.case, date(2026, 11, 20)) == Decimal(amount)

    def test_is_what_the_place_ruled(self, walk_to, rule):
        rule("WI.consolation.standard", {"minor": "300", "serious": "3000.50", "death": "5000"})
        walk = walk_to("request_consolation")

        request(walk, "ask", amount="3000.50")

        assert walk.case.claim_lines.get().amount == Decimal("3000.50")

    @pytest.mark.parametrize(
        "entered", [{"minor": "1"}, {"serious": 1000.5}, {"serious": "viel"}, {"serious": "0"}, []]
    )
    def test_that_cannot_be_read_is_said_and_stops_nothing_else(self, walk_to, place, entered):
        LocalParameter.objects.create(  # as an import might have brought it
            code="WI.consolation.standard",
            office=place.tree.city,
            value=entered,
            valid_from=date(2026, 1, 1),
            source="测试",
        )
        walk = walk_to("request_consolation")

        with pytest.raises(InvalidFacts):
            request(walk, "ask", amount="1000.00")
        request(walk, "none")

        assert state_of(walk) == "no_consolation"

    def test_another_amount_needs_a_reason(self, walk_to):
        walk = walk_to("request_consolation")

        with pytest.raises(InvalidFacts) as refused:
            request(walk, "ask", amount="1800.00")
        request(walk, "ask", amount="1800.00", reason="家庭特别困难。")

        assert "reason" in refused.value.errors
        assert walk.case.claim_lines.get().amount == Decimal("1800.00")


class TestMoney:
    def test_is_found_by_its_programme(self, walk_to, place):
        walk = walk_to("decide_consolation")

        line = walk.case.claim_lines.get()
        assert (line.kind, line.programme) == ("injury_consolation", "consolation")
        assert funds_that_serve(line, walk.at) == [place.fund]

    def test_a_second_consolation_for_one_accident_is_warned_of(self, walk_to, new_walk, case_walk):
        worker = a_worker("张建军")
        walk_to("plan_next", worker=worker)
        other = new_walk()
        other.open(
            "operator",
            worker=worker,
            circumstance="at_work",
            accident_on="2026-11-18",
            severity="minor",
            summary="同一事故再次报告。",
        )
        verify(other)
        request(other, "ask", amount="500.00")

        page = other.task("decide_consolation").flow_task.form_class(case=other.case)
        assert "清源区总工会" in page.fields["decision"].help_text
        other.do("decide_consolation", "supervisor", decision="approve")
        visit(other)
        other.do("plan_next", "visitor", decision="finish", reason="伤情稳定。")
        with pytest.raises(funds.OpenWarnings):
            other.pay("finance")

    def test_goes_to_kin_after_a_death_against_a_signature(self, walk_to):
        walk = walk_to("visit", severity="death")

        visit(walk, received_by="李秀兰（妻子）")

        made = WorkInjury.objects.get(pk=walk.case.pk).visits.get()
        assert (made.received_by, made.gift_value) == ("李秀兰（妻子）", Decimal(2000))
        assert Payout.objects.get(claim_line__case=walk.case).method == "cash"
        assert walk.case.claim_lines.get().state == ClaimLine.State.RESERVED


class TestIntake:
    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"accident_on": "2026-11-21"}, "accident_on"),
            ({"accident_on": ""}, "accident_on"),
            ({"admitted_on": "2026-11-17"}, "admitted_on"),
            ({"admitted_on": "2026-12-17"}, "admitted_on"),
            ({"recognition_by": "union"}, "recognition_on"),
            ({"recognition_on": "2026-11-19"}, "recognition_by"),
            ({"recognition_by": "union", "recognition_on": "2026-11-17"}, "recognition_on"),
            ({"severity": "bad"}, "severity"),
            ({"circumstance": ""}, "circumstance"),
            ({"injured_count": "0"}, "injured_count"),
            ({"worker_name": ""}, "worker_name"),
        ],
    )
    def test_checks_what_is_said(self, case_walk, over, field):
        facts = {
            "worker_name": "张建军",
            "circumstance": "at_work",
            "accident_on": "2026-11-18",
            "severity": "minor",
            "summary": "被压伤。",
        }

        with pytest.raises(InvalidFacts) as refused:
            case_walk.open("operator", **{**facts, **over})

        assert field in refused.value.errors

    def test_asks_little(self, case_walk):
        case_walk.open("operator", circumstance="other", accident_on="2026-11-18", severity="minor", summary="受伤。")

        case = case_walk.case
        assert (case.channel, case.injured_count, case.insured, case.recognition_by) == ("phone", 1, "unknown", "")

    def test_refuses_nobody_for_his_age(self, case_walk):
        # 令56号 (2026) art. 15: who is past the retirement age is covered too
        case_walk.open(
            "operator",
            worker=a_worker("陈老", id_number="", birth_on=date(1955, 3, 1)),
            circumstance="at_work",
            accident_on="2026-11-18",
            severity="minor",
            summary="超龄务工，受伤。",
        )

        assert state_of(case_walk) == "reported"


class TestPage:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_shows_medical_facts_only_to_who_works_on_the_case(self, walk_to, language):
        case = WorkInjury.objects.get(pk=walk_to("plan_next").case.pk)

        with translation.override(language):
            hidden, clear = str(case.facts_of_type(clear=False)), str(case.facts_of_type(clear=True))

        assert "离断伤" not in hidden
        assert "手外科" not in hidden
        assert "离断伤" in clear

    def test_type_has_its_place_in_the_house(self):
        kind = case_type("work_injury")

        assert (kind.prefix, kind.model) == ("WI", WorkInjury)
        assert kind.programmes == {"consolation": "工伤慰问"}
