"""The stories of the demonstration: an injury in every state, and every way for one to end. All of it is invented."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.utils.timezone import localdate
from stdnum import luhn

from casework.documents.models import Kind
from casework.people import operations as people
from casework.people.models import BankAccount
from casework.people.queries import accounts_of
from workflows.walking import Walk, story

from .models import WorkInjury
from .walk import approve, ask_for_consolation, local_values, photograph

State, Outcome = WorkInjury.State, WorkInjury.Outcome

HOSPITALS = ("市第一人民医院", "市骨科医院", "市中医院", "区人民医院", "大学附属第二医院")


class Injury(NamedTuple):
    """What can happen to somebody at work."""

    circumstance: str
    severity: str
    place: str
    part: str
    diagnosis: str
    ward: str
    job: str
    summary: str


INJURIES = (
    Injury(
        "at_work",
        "serious",
        "冲压车间",
        "右手食指、中指",
        "右手食指、中指末节离断伤",
        "手外科 12 床",
        "冲压工",
        "冲压作业时右手被模具压伤，已行断指再植手术。",
    ),
    Injury(
        "at_work",
        "serious",
        "在建工地六层",
        "腰椎、左下肢",
        "腰2椎体压缩性骨折，左胫骨骨折",
        "骨科 7 床",
        "架子工",
        "拆除脚手架时从约四米高处坠落，已住院手术。",
    ),
    Injury(
        "at_work",
        "minor",
        "仓库装卸区",
        "左足",
        "左足第二、三跖骨骨折",
        "骨科 21 床",
        "搬运工",
        "搬运货物时重物砸伤左脚，石膏固定，在家休养。",
    ),
    Injury(
        "at_work",
        "minor",
        "后厨",
        "双前臂",
        "双前臂浅二度烫伤",
        "烧伤科 3 床",
        "厨师",
        "热油溅出烫伤双臂，住院换药治疗。",
    ),
    Injury(
        "commuting",
        "serious",
        "下班途中",
        "头部、右锁骨",
        "脑震荡，右锁骨骨折",
        "神经外科 9 床",
        "缝纫工",
        "下班途中骑电动车与右转货车相撞，交警认定对方主责。",
    ),
    Injury(
        "trip",
        "minor",
        "出差途中",
        "右踝",
        "右踝关节韧带损伤",
        "骨科 15 床",
        "售后工程师",
        "外出检修设备时从台阶跌落扭伤脚踝。",
    ),
    Injury(
        "violence",
        "minor",
        "小区门岗",
        "面部、左手",
        "鼻骨骨折，左手软组织挫伤",
        "耳鼻喉科 5 床",
        "保安员",
        "制止外来车辆强行进入时被打伤，已报警。",
    ),
    Injury(
        "disease",
        "serious",
        "打磨车间",
        "双肺",
        "职业性尘肺病二期",
        "职业病科 2 床",
        "打磨工",
        "从事打磨作业十一年，近日取得职业病诊断证明书。",
    ),
)
DEATH = Injury(
    "sudden_illness",
    "death",
    "值班室",
    "心脏",
    "急性心肌梗死，抢救无效死亡",
    "",
    "夜班保安",
    "夜班值岗时突发疾病，送医后次日抢救无效去世，家属已到本市。",
)

SEEN = (
    "术后情况稳定，精神尚可。单位已垫付医疗费，担心伤愈后的工作安排。已讲解工伤认定程序。",
    "伤者情绪低落，家属从外地赶来陪护，住宿有困难。已告知停工留薪期待遇。",
    "伤口愈合良好，预计一周后出院。对工伤认定时限不了解，已发放告知书。",
    "单位未派人陪护，护理由家属承担。已记录诉求，将与单位沟通护理费用。",
)
AGAIN = (
    "恢复良好，已可下床活动，单位承诺安排适当岗位。",
    "已出院在家康复，定期复查，家属表示感谢。",
    "功能锻炼顺利，已提交劳动能力鉴定申请。",
)
HAZARDS = ("", "", "", "三号冲压机光电保护装置失效，已建议停机检修。", "脚手架临边防护缺失，已建议单位立即整改。")


# ---- the way, step by step -----------------------------------------------------------------------------


def _report(walk: Walk, injury: Injury | None = None, **more: Any) -> None:
    """Open a case about an injury of the last days."""
    injury = injury or walk.pick(INJURIES)
    hospital = walk.pick(HOSPITALS)
    happened = localdate(walk.at) - timedelta(days=walk.pick((0, 1, 1, 2, 4, 9)))
    facts: dict[str, Any] = {
        "worker_name": "张建军",
        "employer_name": "安河市鼎盛机械制造有限公司",
        "channel": walk.pick(("hospital", "hospital", "phone", "online", "patrol")),
        "circumstance": injury.circumstance,
        "accident_on": happened.isoformat(),
        "admitted_on": happened.isoformat(),
        "accident_place": injury.place,
        "injured_part": injury.part,
        "diagnosis": injury.diagnosis,
        "severity": injury.severity,
        "hospital": hospital,
        "ward": injury.ward,
        "job": injury.job,
        "insured": walk.pick(("yes", "yes", "unknown")),
        "summary": injury.summary,
    }
    local_values(walk)
    walk.open(**{**facts, **more})


def _verify(walk: Walk, injury: Injury | None = None, **more: Any) -> None:
    _report(walk, injury, **more)
    _check(walk)


def _check(walk: Walk) -> None:
    """Find the report to be true, and who insures the worker."""
    case = walk.case
    facts = {"severity": case.severity, "injured_count": case.injured_count, "hospital": case.hospital}
    walk.do("check_report", "visitor", decision="verify", insured=walk.pick(("yes", "yes", "yes", "no")), **facts)


def _request(walk: Walk, **facts: Any) -> None:
    _verify(walk)
    ask_for_consolation(walk, **facts)


def _approve(walk: Walk, **facts: Any) -> None:
    _request(walk, **facts)
    approve(walk)


def _waive(walk: Walk) -> None:
    _verify(walk)
    walk.do(
        "request_consolation", "operator", decision="none", reason="伤情轻微，本人表示不需要慰问金，希望了解认定程序。"
    )


def _phone(walk: Walk, injury: Injury | None = None, **more: Any) -> None:
    """Have a grave accident: the supervisor approves by phone."""
    _verify(walk, injury or DEATH, **more)
    supervisor = walk.cast["supervisor"]
    phoned_at = (walk.at - timedelta(minutes=5)).isoformat()
    form = walk.task("request_consolation").flow_task.form_class(case=walk.case, by=walk.cast["operator"])
    walk.do(
        "request_consolation",
        "operator",
        decision="phone",
        amount=str(form.standard),
        method="cash",
        approver=supervisor.pk,
        phoned_at=phoned_at,
    )


def _seen(walk: Walk) -> dict[str, Any]:
    """Return what two visitors found."""
    return {
        "companion": walk.cast["visitor2"].pk,
        "visited_at": (walk.at - timedelta(minutes=10)).isoformat(),
        "place": walk.case.hospital,
        "findings": walk.pick(SEEN),
        "needs": walk.chance.sample(("legal", "money", "psychological", "family", "insurance", "rehabilitation"), 2),
        "costs_paid_by": walk.pick(("employer", "employer", "fund", "worker")),
        "pay_continued": walk.pick(("yes", "yes", "no", "unknown")),
        "hazard": walk.pick(HAZARDS),
    }


def _visit(walk: Walk, **gift: Any) -> None:
    """Hand the consolation over against a signed receipt, unless something else is said."""
    if not gift:
        receipt = photograph(walk, Kind.RECEIPT, "慰问金签收单")
        gift = {"method": "cash", "received_by": "本人", "receipt": receipt.pk, "consents": True}
    walk.do("visit", "visitor", **_seen(walk), **gift)


def _console(walk: Walk) -> None:
    _approve(walk)
    walk.wait(1)
    _visit(walk)


def _plan(walk: Walk) -> None:
    day = localdate(walk.at) + timedelta(days=7)
    walk.do("plan_next", "visitor", decision="plan", next_visit_on=day.isoformat())


def _visit_again(walk: Walk) -> None:
    """Plan a visit in a week and make it."""
    _plan(walk)
    walk.wait(6)
    walk.do("follow_up", "visitor", **{**_seen(walk), "findings": walk.pick(AGAIN), "hazard": ""})


def _finish(walk: Walk) -> None:
    reason = walk.pick(
        ("伤情稳定，单位已申请工伤认定。", "已出院返岗，无新的需求。", "认定和鉴定已有专人跟进，探视结束。")
    )
    walk.do("plan_next", "visitor", decision="finish", reason=reason)


def _file(walk: Walk, who: str) -> None:
    walk.door("recognition", "visitor", filed_by=who, filed_on=localdate(walk.at).isoformat())


def _pay(walk: Walk) -> None:
    _console(walk)
    _finish(walk)
    walk.wait(1)
    walk.pay("finance")


def _talk(walk: Walk) -> None:
    note = walk.pick(("慰问金已收到，感谢工会关心。", "恢复得不错，已回单位上班。", "正在等待劳动能力鉴定结论。"))
    satisfaction = walk.pick(("satisfied", "satisfied", "satisfied", "fair"))
    result = walk.pick(("已探视慰问，职工满意。", "已探视并协助办理工伤认定，回访满意。"))
    walk.do("return_visit", "operator", reached="yes", satisfaction=satisfaction, note=note, result=result)


# ---- open --------------------------------------------------------------------------------------------


@story(State.REPORTED, days=1)
def reported(walk: Walk) -> None:
    """It has just come in."""
    _report(walk)


@story(State.REPORTED, days=1)
def several_injured(walk: Walk) -> None:
    """Four were hurt in one accident; the visit is due within hours."""
    _report(walk, INJURIES[1], injured_count=4)


@story(State.REPORTED, days=2)
def verified_too_soon(walk: Walk) -> None:
    """The wrong worker was verified; the step goes back."""
    _verify(walk)
    walk.take_back("visitor", "误将同名职工核实为本案伤者，撤回重核。")


@story(State.VERIFIED, days=1)
def verified(walk: Walk) -> None:
    """True, and ours to look after."""
    _verify(walk)


@story(State.CONSOLATION_REQUESTED, days=1)
def requested(walk: Walk) -> None:
    """A supervisor has to approve the consolation."""
    _request(walk)


@story(State.RETURNED, days=2)
def returned(walk: Walk) -> None:
    """More than the standard was asked for."""
    _request(walk, amount="1800.00", reason="伤者家庭负担较重。")
    walk.do("decide_consolation", "supervisor", decision="return", reason="请按慰问标准重新提出。")


@story(State.APPROVED, days=2)
def approved(walk: Walk) -> None:
    """The visitors have to go."""
    _approve(walk)


@story(State.PHONE_APPROVED, days=1)
def approved_by_phone(walk: Walk) -> None:
    """Somebody died at work; the supervisor said yes on the phone."""
    _phone(walk)


@story(State.NO_CONSOLATION, days=1)
def without_consolation(walk: Walk) -> None:
    """A visit without money."""
    _waive(walk)


@story(State.NO_CONSOLATION, days=2)
def consolation_refused(walk: Walk) -> None:
    """The supervisor refuses the money; the visit is owed all the same."""
    _request(walk)
    walk.do("decide_consolation", "supervisor", decision="refuse", reason="基层工会已按标准慰问，不重复发放。")


@story(State.PHONE_VISITED, days=2)
def visited_on_a_word(walk: Walk) -> None:
    """The family was visited at once; the supervisor has to sign."""
    _phone(walk)
    _visit(walk)


@story(State.VISITED, days=3)
def visited(walk: Walk) -> None:
    """Seen by two; what comes next has to be said."""
    _console(walk)


@story(State.VISITED, days=3)
def applied_by_the_union(walk: Walk) -> None:
    """The employer would not apply for recognition; the union did."""
    _console(walk)
    _file(walk, "union")


@story(State.FOLLOW_UP, days=3)
def to_be_seen_again(walk: Walk) -> None:
    """Another visit is planned; a wrong day of the accident was corrected."""
    _console(walk)
    day = walk.case.accident_on - timedelta(days=1)
    walk.correct("visitor", "accident_on", day, "病历记载的受伤日期早一天。")
    _plan(walk)


@story(State.PAYING, days=3)
def paying(walk: Walk) -> None:
    """Finance has to settle what was handed over."""
    _console(walk)
    _finish(walk)


@story(State.PAYING, days=10)
def paying_by_bank(walk: Walk) -> None:
    """The money goes to the worker's account."""
    _approve(walk, method="bank")
    _visit(walk, method="bank", account=_account(walk).uuid)
    _visit_again(walk)
    _finish(walk)


def _account(walk: Walk) -> BankAccount:
    """Return the worker's account, or enter one that nobody has, with the check digit that fits."""
    worker, digits = walk.case.worker, f"620001{walk.case.pk:012d}"
    return accounts_of(worker).first() or people.add_bank_account(
        worker=worker,
        holder_name=worker.name,
        bank_name=walk.pick(("中国建设银行", "中国农业银行", "中国邮政储蓄银行")) + "花园路支行",
        number=digits + luhn.calc_check_digit(digits),
        by=walk.cast["visitor"],
        at=walk.at,
    )


@story(State.PAID, days=4)
def paid(walk: Walk) -> None:
    """Settled; the worker has to be asked."""
    _pay(walk)


@story(State.RETURN_VISIT, days=5)
def not_reached(walk: Walk) -> None:
    """Nobody answered the phone."""
    _pay(walk)
    walk.wait(1)
    walk.do("return_visit", "operator", reached="no", note="电话无人接听。")


# ---- closed ------------------------------------------------------------------------------------------


@story(State.CLOSED, outcome=Outcome.CONSOLED, days=7)
def consoled(walk: Walk) -> None:
    """Visited once, paid, content."""
    _pay(walk)
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.CONSOLED, days=14)
def accompanied(walk: Walk) -> None:
    """Visited twice; the employer applied for recognition in between."""
    _console(walk)
    _file(walk, "employer")
    _visit_again(walk)
    _finish(walk)
    walk.wait(1)
    walk.pay("finance")
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.CONSOLED, days=7)
def kin_consoled(walk: Walk) -> None:
    """After a death: approved by phone, visited the same day, confirmed the next."""
    _phone(walk)
    receipt = photograph(walk, Kind.RECEIPT, "慰问金签收单")
    _visit(walk, method="cash", received_by="家属（配偶）", receipt=receipt.pk)
    walk.do("confirm_approval", "supervisor", decision="confirm", reason="情况属实，补签。")
    _finish(walk)
    walk.wait(1)
    walk.pay("finance")
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.CONSOLED, days=8)
def consoled_with_goods(walk: Walk) -> None:
    """Goods with their value, after a returned request."""
    _request(walk, amount="1500.00", reason="拟加发营养品。")
    walk.do("decide_consolation", "supervisor", decision="return", reason="请按标准提出，可发慰问品。")
    ask_for_consolation(walk, method="goods")
    approve(walk)
    receipt = photograph(walk, Kind.RECEIPT, "慰问品签收单")
    _visit(walk, method="goods", goods="牛奶、水果、营养品", received_by="本人", receipt=receipt.pk)
    _finish(walk)
    walk.wait(1)
    walk.pay("finance")
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.CONSOLED, days=10)
def never_reached(walk: Walk) -> None:
    """Visited and paid, but nobody could be reached afterwards; the clock closed the case."""
    _pay(walk)
    walk.do("return_visit", "operator", reached="no", note="号码已停机。")
    walk.clock("WI.return_visit")


@story(State.CLOSED, outcome=Outcome.VISITED, days=5)
def seen_without_money(walk: Walk) -> None:
    """Visited without consolation."""
    _waive(walk)
    _visit(walk, consents=True)
    _finish(walk)
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.VISITED, days=48)
def recognised_and_appraised(walk: Walk) -> None:
    """The union applied; the authority recognised the injury and the committee graded it, long after the closing."""
    _waive(walk)
    _visit(walk, consents=True)
    _file(walk, "union")
    walk.record("pay_stop.began", "visitor", walk.case.accident_on)
    _finish(walk)
    walk.wait(1)
    _talk(walk)
    walk.wait(4)
    walk.record("recognition.accepted", "visitor", note="收到工伤认定申请受理决定书。")
    walk.wait(15)
    walk.record("recognition.decided", "visitor")
    walk.wait(2)
    walk.record("recognition.decision_received", "visitor", note="认定为工伤。")
    walk.wait(2)
    walk.record("appraisal.applied", "visitor")
    walk.wait(14)
    walk.record("appraisal.concluded", "visitor", note="鉴定为九级。")
    walk.wait(1)
    walk.record("appraisal.conclusion_received", "visitor")


@story(State.CLOSED, outcome=Outcome.VISITED, days=7)
def not_confirmed(walk: Walk) -> None:
    """The supervisor denies having approved by phone; nothing is paid."""
    _phone(walk, INJURIES[0], injured_count=3)
    _visit(walk)
    walk.do(
        "confirm_approval", "supervisor", decision="reject", reason="此前未电话审批过该笔慰问金，由经办人说明并收回。"
    )
    _finish(walk)
    walk.wait(1)
    _talk(walk)


@story(State.CLOSED, outcome=Outcome.UNVISITED, days=6)
def gone_home(walk: Walk) -> None:
    """The worker had left the hospital for another province."""
    _approve(walk)
    walk.wait(2)
    walk.door("give_up", "supervisor", reason="伤者已返回外省老家治疗，电话说明情况后表示不需探视。")


@story(State.CLOSED, outcome=Outcome.MERGED, days=7, cases=2)
def reported_twice(walk: Walk) -> None:
    """The hospital's weekly list names somebody who has been visited already."""
    _waive(walk)
    _visit(walk, consents=True)
    _finish(walk)
    walk.wait(1)
    _talk(walk)
    first = walk.case
    days = {"accident_on": first.accident_on.isoformat(), "admitted_on": first.accident_on.isoformat()}
    _report(walk, channel="hospital", worker=first.worker, **days)
    walk.do(
        "check_report",
        "visitor",
        decision="merge",
        number=first.number,
        reason="医院周报与热线所报为同一事故、同一人。",
    )


@story(State.CLOSED, outcome=Outcome.DECLINED, days=2)
def declined(walk: Walk) -> None:
    """It happened at home."""
    _report(walk)
    walk.do(
        "check_report",
        "visitor",
        decision="decline",
        reason="经核实系休息日在家中受伤，不属于工伤。",
        advice="可申请职工医疗互助，生活困难的可申请困难帮扶。",
    )


@story(State.CLOSED, outcome=Outcome.WITHDRAWN, days=2)
def withdrawn(walk: Walk) -> None:
    """The worker does not want to be visited."""
    _verify(walk)
    walk.withdraw("visitor", "本人伤情轻微已返岗，不希望工会探视，书面说明。")


STORIES = (
    reported,
    several_injured,
    verified_too_soon,
    verified,
    requested,
    returned,
    approved,
    approved_by_phone,
    without_consolation,
    consolation_refused,
    visited_on_a_word,
    visited,
    applied_by_the_union,
    to_be_seen_again,
    paying,
    paying_by_bank,
    paid,
    not_reached,
    consoled,
    accompanied,
    kin_consoled,
    consoled_with_goods,
    never_reached,
    seen_without_money,
    recognised_and_appraised,
    not_confirmed,
    gone_home,
    reported_twice,
    declined,
    withdrawn,
)
