"""The stories of the demonstration: an application in every state, and every way for one to end. All is invented."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.timezone import localdate

from workflows.walking import Walk, story

from . import papers
from .models import HardshipRelief
from .walk import complete_papers, end_notice, local_rules, order_payment, this_years_fund

State, Outcome = HardshipRelief.State, HardshipRelief.Outcome

PLACES = ("单位公告栏、社区公告栏", "街道办事处公示栏", "车间公告栏和居住小区公告栏")
SEEN = (
    "入户所见：两居室老旧公房，无车辆，无第二套住房。邻居与工友均反映其家庭确有困难。两人一致认为属实。",
    "租住一室一厅，家具简陋，病历和票据齐全。房东和邻居证实情况属实。",
    "与父母同住，父亲卧床，家中无贵重物品。社区网格员证实该户长期困难。",
)
# What a household of three lives on in a year; it stays below the line of deep hardship.
POOR = {"persons": 3, "wages": "31200.00", "transfers": "6000.00", "illness": "18600.00", "schooling": "4200.00"}


class Need(NamedTuple):
    """What a household asks help for."""

    programme: str
    cause: str
    amount: str
    summary: str
    pupil_name: str = ""


NEEDS = (
    Need(
        "medical", "illness", "15000.00", "本人患尿毒症三年，每周透析三次，配偶待岗，自付医药费难以负担，申请医疗救助。"
    ),
    Need("medical", "illness", "12000.00", "妻子确诊乳腺癌，手术和靶向药自付部分已超过全年收入，申请医疗救助。"),
    Need("medical", "illness", "9600.00", "父亲脑梗后偏瘫，长期康复治疗，家中只有一人上班，申请医疗救助。"),
    Need("living", "low_income", "6000.00", "单亲抚养两个孩子，从事保洁工作，月收入低于当地低保线，申请生活救助。"),
    Need("living", "disability", "8000.00", "本人肢体三级残疾，工厂停产后只领基本生活费，申请生活救助。"),
    Need("living", "lost_work", "5000.00", "企业停工停产，欠发工资八个月，房租和孩子学费无着，申请生活救助。"),
    Need(
        "education",
        "schooling",
        "5000.00",
        "孩子今年考上大学，学费住宿费共九千余元，家中有重病老人，申请金秋助学。",
        "小雨",
    ),
)
BIG = Need(
    "medical", "illness", "26000.00", "孩子患白血病需移植，自付医疗费用巨大，已向亲友借款二十余万元，申请医疗救助。"
)


# ---- the way, step by step -----------------------------------------------------------------------------


def _apply(walk: Walk, need: Need | None = None, **more: Any) -> None:
    """Open a case about a need."""
    local_rules(walk)
    need = need or walk.pick(NEEDS)
    facts: dict[str, Any] = {
        "worker_name": "李春梅",
        "programme": need.programme,
        "cause": need.cause,
        "amount_requested": need.amount,
        "applicant": "worker",
        "agrees_to_handling": True,
        "is_urgent": walk.chance.random() < 0.1,
        "summary": need.summary,
        "pupil_name": need.pupil_name,
    }
    walk.open(**{**facts, **more})


def _complete(walk: Walk, need: Need | None = None) -> None:
    _apply(walk, need)
    complete_papers(walk)


def _tell_missing(walk: Walk) -> None:
    """Bring all but two papers."""
    _apply(walk)
    codes = [paper.code for paper in papers.needed(walk.case)]
    walk.do("check_papers", "operator", received=codes[:-2])


def _ask_means(walk: Walk, need: Need | None = None) -> None:
    _complete(walk, need)
    walk.do("request_check", "operator", body="市居民家庭经济状况核对中心", consents=True)


def _know_means(walk: Walk, need: Need | None = None) -> None:
    _ask_means(walk, need)
    walk.wait(2)
    walk.do(
        "record_check",
        "operator",
        answer="agrees",
        income_found="37200.00",
        findings=walk.pick(("名下无机动车、无工商登记，住房一处。", "无机动车，无经营性登记，存款低于限额。")),
    )


def _visit_home(walk: Walk, **found: Any) -> None:
    """See the household with two visitors, after the steps before were done."""
    day = localdate(walk.at).isoformat()
    facts = {**POOR, "self_paid_medical": "30000.00", "findings": walk.pick(SEEN), **found}
    walk.do("survey", "visitor", companion=walk.cast["visitor2"].pk, surveyed_on=day, **facts)


def _survey(walk: Walk, need: Need | None = None, **found: Any) -> None:
    _know_means(walk, need)
    walk.wait(1)
    _visit_home(walk, **found)


def _put_forward(walk: Walk) -> None:
    asked = walk.case.amount_requested
    walk.do("propose", "operator", decision="propose", category="deep", amount=str(asked))


def _propose(walk: Walk, need: Need | None = None) -> None:
    _survey(walk, need)
    _put_forward(walk)


def _post(walk: Walk) -> None:
    walk.do("post_notice", "operator", place=walk.pick(PLACES), consents=True)


def _publish(walk: Walk, need: Need | None = None) -> None:
    _propose(walk, need)
    _post(walk)


def _hang(walk: Walk, need: Need | None = None) -> None:
    _publish(walk, need)
    end_notice(walk)


def _object(walk: Walk) -> None:
    _publish(walk)
    walk.wait(1)
    walk.door(
        "object",
        "operator",
        content=walk.pick(("来电反映该户丈夫有打零工收入，要求核实。", "有人反映该户在老家另有房屋，要求核查。")),
    )


def _review(walk: Walk, need: Need | None = None) -> None:
    _hang(walk, need)
    walk.do("review", "supervisor", decision="pass", reason="材料齐全，情况属实。")


def _grant(walk: Walk) -> None:
    _review(walk)
    this_years_fund(walk)
    walk.do("approve", "supervisor2", decision="approve", reason="同意。")


def _order(walk: Walk) -> None:
    _grant(walk)
    order_payment(walk)


def _pay(walk: Walk) -> None:
    _order(walk)
    walk.wait(1)
    walk.pay("finance")


def _call(walk: Walk) -> None:
    note = walk.pick(("款已到账，用于医药费，无新的困难。", "助学款已交学费，孩子已报到。", "表示感谢，生活暂时缓解。"))
    walk.do("visit", "operator", reached="yes", satisfaction=walk.pick(("satisfied", "satisfied", "fair")), note=note)


def _decline(walk: Walk, reason: str, **found: Any) -> None:
    _survey(walk, **found)
    walk.do("propose", "operator", decision="decline", category_reason=reason)


# ---- open --------------------------------------------------------------------------------------------


@story(State.APPLIED, days=1)
def applied(walk: Walk) -> None:
    """It has just come in."""
    _apply(walk)


@story(State.APPLIED, days=1)
def union_applies(walk: Walk) -> None:
    """The union applies for somebody in hospital."""
    _apply(walk, applicant="union", why_union_applies="本人住院治疗，无法到场，由基层工会代为申请。")


@story(State.PAPERS_MISSING, days=1)
def papers_missing(walk: Walk) -> None:
    """What is missing was told once, in writing."""
    _tell_missing(walk)


@story(State.PAPERS_COMPLETE, days=5)
def papers_supplied(walk: Walk) -> None:
    """The missing papers came."""
    _tell_missing(walk)
    walk.wait(3)
    late = [paper.code for paper in papers.needed(walk.case)][-2:]
    walk.do("supplement", "operator", received=late, remark="本人送达。")


@story(State.CHECK_REQUESTED, days=1)
def check_requested(walk: Walk) -> None:
    """The checking centre has to answer."""
    _ask_means(walk)


@story(State.CHECK_REQUESTED, days=4)
def check_taken_back(walk: Walk) -> None:
    """The answer belonged to another household; the step goes back."""
    _know_means(walk)
    walk.take_back("operator", "核对结果录成了另一户，撤回重录。")


@story(State.MEANS_CHECKED, days=4)
def means_checked(walk: Walk) -> None:
    """Two visitors have to go."""
    _know_means(walk)


@story(State.SURVEYED, days=5)
def surveyed(walk: Walk) -> None:
    """Somebody has to propose."""
    _survey(walk)


@story(State.PROPOSED, days=5)
def proposed(walk: Walk) -> None:
    """The notice has to be posted."""
    _propose(walk)


@story(State.DECLINE_PROPOSED, days=5)
def decline_proposed(walk: Walk) -> None:
    """A supervisor has to decide whether to decline."""
    _decline(walk, "家庭人均收入高于相对困难标准。", wages="118000.00")


@story(State.NOTICED, days=4)
def noticed(walk: Walk) -> None:
    """The notice hangs."""
    _publish(walk)


@story(State.OBJECTED, days=7)
def objected(walk: Walk) -> None:
    """Somebody objected; a supervisor has to answer."""
    _object(walk)


@story(State.NOTICE_ENDED, days=12)
def notice_ended(walk: Walk) -> None:
    """Nobody objected; the county has to review."""
    _hang(walk)


@story(State.RETURNED, days=13)
def returned(walk: Walk) -> None:
    """The county wants the household seen again."""
    _hang(walk)
    walk.do("review", "supervisor", decision="return", reason="医保报销后的自付金额需再核，请复核票据后重新提出。")


@story(State.REVIEWED, days=13)
def reviewed(walk: Walk) -> None:
    """The city has to approve."""
    _review(walk)


@story(State.PASSED_UP, days=13)
def passed_up(walk: Walk) -> None:
    """The sum needs the province too."""
    _review(walk, BIG)
    walk.do("approve", "supervisor2", decision="approve", reason="情况特殊，同意并报省总工会审批。")


@story(State.APPROVED, days=13)
def approved(walk: Walk) -> None:
    """The money is reserved; an account is missing."""
    _grant(walk)


@story(State.PAYING, days=13)
def paying(walk: Walk) -> None:
    """Finance has to pay."""
    _order(walk)


@story(State.PAYING, days=20)
def paying_after_objection(walk: Walk) -> None:
    """An objection was looked into and rejected; the notice hung again; finance has to pay."""
    _object(walk)
    answer = "经走访用工方核实，零工收入已计入家庭收入，异议不成立。"
    walk.do("answer_objection", "supervisor", decision="reject", answer=answer)
    end_notice(walk)
    walk.do("review", "supervisor", decision="pass", reason="异议已核实，情况属实。")
    this_years_fund(walk)
    walk.do("approve", "supervisor2", decision="approve", reason="同意。")
    order_payment(walk)


@story(State.PAID, days=12)
def paid(walk: Walk) -> None:
    """Paid; the household has to be asked."""
    _pay(walk)


@story(State.RETURN_VISIT, days=17)
def visited(walk: Walk) -> None:
    """Reached at the second call; the case can be closed."""
    _pay(walk)
    walk.wait(1)
    walk.do("visit", "operator", reached="no", note="电话无人接听。")
    _call(walk)


# ---- closed ------------------------------------------------------------------------------------------


@story(State.CLOSED, outcome=Outcome.PAID, days=18)
def helped(walk: Walk) -> None:
    """Approved, paid, asked, closed."""
    _pay(walk)
    walk.wait(2)
    _call(walk)
    walk.do("close", "operator", reason=f"救助金{_granted(walk):,.2f}元已实名发放，回访满意。")


@story(State.CLOSED, outcome=Outcome.PAID, days=20)
def helped_by_the_province(walk: Walk) -> None:
    """A large sum, approved by three offices."""
    _review(walk, BIG)
    walk.do("approve", "supervisor2", decision="approve", reason="情况特殊，同意并报省总工会审批。")
    this_years_fund(walk)
    walk.do("approve_above", "supervisor4", decision="approve", reason="同意。")
    order_payment(walk)
    walk.wait(1)
    walk.pay("finance")
    walk.wait(1)
    _call(walk)
    walk.do("close", "operator", reason="大额医疗救助金已实名发放，患儿正在住院治疗。")


@story(State.CLOSED, outcome=Outcome.PAID, days=42)
def never_reached(walk: Walk) -> None:
    """Paid, but nobody could be reached; the clock closed the case."""
    _pay(walk)
    walk.do("visit", "operator", reached="no", note="号码已停机。")
    walk.clock("HR.return_visit")


@story(State.CLOSED, outcome=Outcome.REFUSED, days=13)
def refused(walk: Walk) -> None:
    """The county refuses."""
    _hang(walk)
    reason = "经复核，商业保险已赔付全部自付费用，不符合救助条件。"
    walk.do("review", "supervisor", decision="refuse", reason=reason)


@story(State.CLOSED, outcome=Outcome.REFUSED, days=8)
def objection_upheld(walk: Walk) -> None:
    """The objection was right."""
    _object(walk)
    walk.wait(1)
    answer = "经向不动产登记部门核实，该户另有一处住房出租，异议成立。"
    walk.do("answer_objection", "supervisor", decision="uphold", answer=answer)


@story(State.CLOSED, outcome=Outcome.DECLINED, days=6)
def declined(walk: Walk) -> None:
    """The income is too high."""
    _decline(walk, "家庭人均收入高于相对困难标准。", wages="126000.00")
    reason = "家庭人均收入高于当地困难职工认定标准，请关注互助保障。"
    walk.do("confirm_decline", "supervisor", decision="decline", reason=reason)


@story(State.CLOSED, outcome=Outcome.EXCLUDED, days=6)
def excluded(walk: Walk) -> None:
    """A car rules the household out."""
    _decline(walk, "名下有一辆家用轿车，且非残疾人代步。", exclusions=["car"])
    reason = "家庭拥有非生活必需的机动车，不予认定。"
    walk.do("confirm_decline", "supervisor", decision="decline", reason=reason)


@story(State.CLOSED, outcome=Outcome.LAPSED, days=18)
def lapsed(walk: Walk) -> None:
    """The missing papers never came."""
    _tell_missing(walk)
    walk.clock("HR.supplement")


@story(State.CLOSED, outcome=Outcome.STOPPED, days=14)
def stopped(walk: Walk) -> None:
    """The applicant found the money elsewhere before it was paid."""
    _grant(walk)
    walk.door("stop", "supervisor", reason="申请人已获民政临时救助全额解决，本人书面放弃。")


@story(State.CLOSED, outcome=Outcome.WITHDRAWN, days=3)
def withdrawn(walk: Walk) -> None:
    """The applicant does not want to go on."""
    _complete(walk)
    walk.wait(1)
    walk.withdraw("operator", "本人已找到工作，家庭困难缓解，书面申请撤回。")


def _granted(walk: Walk) -> Decimal:
    return sum((line.amount for line in walk.case.claim_lines.filter(state="paid")), Decimal(0))


STORIES = (
    applied,
    union_applies,
    papers_missing,
    papers_supplied,
    check_requested,
    check_taken_back,
    means_checked,
    surveyed,
    proposed,
    decline_proposed,
    noticed,
    objected,
    notice_ended,
    returned,
    reviewed,
    passed_up,
    approved,
    paying,
    paying_after_objection,
    paid,
    visited,
    helped,
    helped_by_the_province,
    never_reached,
    refused,
    objection_upheld,
    declined,
    excluded,
    lapsed,
    stopped,
    withdrawn,
)
