"""One application from the first talk to the closed case: medical aid for a worker's household, with every loop.

The parts of the way are functions of their own, so that the demonstration can leave cases where they are.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate
from stdnum import luhn

from casework.funds import operations as funds
from casework.funds.models import Source
from casework.funds.queries import funds_that_serve
from casework.offices.models import Office
from casework.people import operations as people
from casework.people.queries import accounts_of, household_of
from workflows.calculators import MINIMUM_WAGE_PARAMETER
from workflows.walking import Walk

from . import papers
from .models import HardshipRelief
from .queries import DIBAO_PARAMETER, RULES_PARAMETER

State = HardshipRelief.State

APPLICATION = {
    "worker_name": "李春梅",
    "employer_name": "郑安市红星棉纺厂",
    "programme": "medical",
    "cause": "illness",
    "amount_requested": "15000.00",
    "applicant": "worker",
    "agrees_to_handling": True,
    "summary": "本人患尿毒症三年，每周透析三次，丈夫待岗，孩子读高中，自付医药费难以负担，申请医疗救助。",
}

FOUND = {
    "persons": 3,
    "idle_adults": 0,
    "pupils": 1,
    "wages": "31200.00",
    "transfers": "6000.00",
    "illness": "18600.00",
    "schooling": "4200.00",
    "self_paid_medical": "18600.00",
    "findings": "入户所见：两居室老旧公房，无车辆，无第二套住房。邻居与工友均反映其家庭确有困难。两人一致认为属实。",
}


def walk(walk: Walk) -> None:
    """Walk one application to its close, by way of missing papers, an objection and a returned proposal."""
    local_rules(walk)
    walk.open("operator", **APPLICATION)
    walk.expect(State.APPLIED)
    miss_and_supply_papers(walk)
    check_means(walk)
    survey_and_propose(walk)
    object_and_answer(walk)
    return_and_survey_again(walk)
    approve_and_pay(walk)
    visit_and_close(walk)


def local_rules(walk: Walk) -> None:
    """Enter the rules of the invented place, unless it has some."""
    walk.local_value(DIBAO_PARAMETER, "1062.00")
    walk.local_value(RULES_PARAMETER, {"boundary": "lt", "above_city_from": "20000"})
    walk.local_value(MINIMUM_WAGE_PARAMETER, "2100.00")


def complete_papers(walk: Walk) -> None:
    """Have every paper on the desk at once."""
    walk.do("check_papers", "operator", received=_codes(walk))
    walk.expect(State.PAPERS_COMPLETE)


def _codes(walk: Walk) -> list[str]:
    return [paper.code for paper in papers.needed(walk.case)]


def miss_and_supply_papers(walk: Walk) -> None:
    """Bring some papers, be told once of the others, bring one and then the rest."""
    there, late = _codes(walk)[:-3], _codes(walk)[-3:]
    walk.do("check_papers", "operator", received=there, also_needed=["disability"])
    walk.expect(State.PAPERS_MISSING)
    walk.at += timedelta(days=2)
    walk.do("supplement", "operator", received=late, remark="残疾证仍在补办。")
    walk.expect(State.PAPERS_MISSING)
    walk.at += timedelta(days=3)
    walk.do("supplement", "operator", received=["disability"])
    walk.expect(State.PAPERS_COMPLETE)


def check_means(walk: Walk) -> None:
    """Ask the checking centre and record what it answers."""
    walk.do("request_check", "operator", body="市居民家庭经济状况核对中心", consents=True)
    walk.expect(State.CHECK_REQUESTED)
    walk.at += timedelta(days=4)
    walk.do(
        "record_check",
        "operator",
        answer="agrees",
        income_found="37200.00",
        findings="名下无机动车、无工商登记，住房一处。",
    )
    walk.expect(State.MEANS_CHECKED)


def survey_and_propose(walk: Walk, amount: str = "15000.00") -> None:
    """Survey the household with two visitors and propose what the rules propose."""
    _know_household(walk)
    survey(walk)
    walk.do("propose", "operator", decision="propose", category="deep", amount=amount)
    walk.expect(State.PROPOSED)
    walk.do("post_notice", "operator", place="红星棉纺厂公告栏、花园路社区公告栏", consents=True)
    walk.expect(State.NOTICED)


def survey(walk: Walk, **found: Any) -> None:
    """Survey the household with two visitors."""
    met = {"companion": walk.cast["visitor2"].pk, "surveyed_on": localdate(walk.at).isoformat()}
    walk.do("survey", "visitor", **{**met, **FOUND, **found})
    walk.expect(State.SURVEYED)


def _know_household(walk: Walk) -> None:
    """Record who lives in the household, once."""
    worker, by = walk.case.worker, walk.cast["operator"]
    if household_of(worker) is not None:
        return
    household = people.form_household(head=worker, by=by, at=walk.at)
    for name, relation, occupation in (("赵大山", "spouse", "unemployed"), ("赵小雨", "child", "student")):
        people.add_household_member(
            household=household, name=name, relation=relation, occupation=occupation, by=by, at=walk.at
        )


def object_and_answer(walk: Walk) -> None:
    """Object anonymously, look into it, reject it; the notice runs again to its end."""
    walk.at += timedelta(days=1)
    walk.door("object", "operator", content="来电反映该户丈夫有打零工收入，要求核实。")
    walk.expect(State.OBJECTED)
    walk.do(
        "answer_objection",
        "supervisor",
        decision="reject",
        answer="经走访用工方核实，零工收入已计入家庭收入，异议不成立。",
    )
    walk.expect(State.NOTICED)
    end_notice(walk)


def end_notice(walk: Walk) -> None:
    """Let the notice hang until its last day has passed."""
    walk.clock("HR.public_notice")
    walk.at += timedelta(hours=9)
    walk.expect(State.NOTICE_ENDED)


def return_and_survey_again(walk: Walk) -> None:
    """Return the proposal once; survey, propose and publish anew."""
    walk.do("review", "supervisor", decision="return", reason="医保报销后的自付金额需再核，请复核票据后重新提出。")
    walk.expect(State.RETURNED)
    walk.at += timedelta(days=1)
    survey(walk, illness="17800.00", self_paid_medical="17800.00")
    walk.do("propose", "operator", decision="propose", category="deep", amount="14000.00")
    walk.do("post_notice", "operator", place="红星棉纺厂公告栏", consents=True)
    end_notice(walk)


def approve_and_pay(walk: Walk) -> None:
    """Review in the county, approve in the city, enter the account, pay."""
    walk.do("review", "supervisor", decision="pass", reason="材料齐全，情况属实。")
    walk.expect(State.REVIEWED)
    this_years_fund(walk)
    walk.do("approve", "supervisor2", decision="approve", reason="同意。")
    walk.expect(State.APPROVED)
    order_payment(walk)
    walk.pay("finance")
    walk.expect(State.PAID)


def this_years_fund(walk: Walk) -> None:
    """Open a fund when none may pay this: a walk that began in December may be approved in January."""
    line = walk.case.claim_lines.get(state="open")
    if funds_that_serve(line, walk.at):
        return
    payer = walk.cast["finance"]
    funds.open_fund(
        office=Office.objects.get(pk=payer.grants()[0].office_id),
        source=Source.UNION,
        year=localdate(walk.at).year,
        line="207-02",
        title="工会帮扶资金",
        budget=Decimal(500000),
        by=payer,
        at=walk.at,
    )


def order_payment(walk: Walk) -> None:
    """Enter the applicant's account and make the money due."""
    worker = walk.case.worker
    if not accounts_of(worker).exists():
        people.add_bank_account(
            worker=worker,
            holder_name=worker.name,
            bank_name="中国工商银行花园路支行",
            number=_account_number(walk.case.pk),
            by=walk.cast["operator"],
            at=walk.at,
        )
    walk.do("order_payment", "operator", account=accounts_of(worker).latest("changed_at").uuid)
    walk.expect(State.PAYING)


def _account_number(key: int) -> str:
    """Return an account number nobody has, with the check digit that fits."""
    digits = f"620000{key:012d}"
    return digits + luhn.calc_check_digit(digits)


def visit_and_close(walk: Walk) -> None:
    """Ring twice, ask how it was, close."""
    walk.at += timedelta(days=1)
    walk.do("visit", "operator", reached="no", note="电话无人接听。")
    walk.expect(State.PAID)
    walk.do("visit", "operator", reached="yes", satisfaction="satisfied", note="款已到账，用于透析费用，无新的困难。")
    walk.expect(State.RETURN_VISIT)
    walk.do("close", "operator", reason=f"医疗救助金{Decimal('14000.00'):,.2f}元已实名发放，回访满意。")
    walk.expect(State.CLOSED)
