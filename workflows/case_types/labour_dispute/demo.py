"""The stories of the demonstration: a dispute in every state, and every way for one to end. All of it is invented."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from casework.deadlines.calendar import BEIJING, add_working_days, beijing_date
from casework.deadlines.queries import calendar_at
from workflows.walking import Surprise, Walk, story

from .models import LabourDispute
from .operations import DoubleBooked
from .walk import local_values

State, Outcome = LabourDispute.State, LabourDispute.Outcome

SESSION = timedelta(minutes=90)
HOURS = (time(9), time(10, 30), time(14), time(15, 30))
ROOMS = ("第一调解室", "第二调解室", "花园路街道调解室")
SIGNATURES = ("worker_signed", "employer_signed", "mediator_signed", "stamped", "originals")


class Matter(NamedTuple):
    """What a worker and an employer can fall out about."""

    cause: str
    summary: str
    requests: str
    months: int
    is_employed: bool = False


MATTERS = (
    Matter(
        "wages",
        "在{trade}岗位工作{months}个月，工资一直拖欠未发，多次找项目负责人讨要，对方以甲方未结算工程款为由推脱。",
        "支付拖欠的工资{amount}元。",
        3,
    ),
    Matter(
        "wages",
        "在{trade}岗位工作，单位长期安排每周休息一天，加班{months}个月没有支付过加班工资，有考勤截图。",
        "支付休息日加班工资差额{amount}元。",
        2,
        is_employed=True,
    ),
    Matter(
        "wages",
        "入职{trade}岗位以来未签书面劳动合同，要求支付未签合同的二倍工资差额，有工资转账记录和工作证。",
        "支付未签订书面劳动合同二倍工资差额{amount}元。",
        4,
        is_employed=True,
    ),
    Matter(
        "dismissal",
        "{trade}岗位，单位以“末位淘汰”为由口头通知不用再来上班，没有书面通知，也没有补偿。",
        "支付违法解除劳动合同赔偿金{amount}元。",
        4,
    ),
    Matter(
        "dismissal",
        "怀孕五个月，原在{trade}岗位，单位以岗位撤并为由要求自己离职，门禁已停。",
        "恢复劳动关系；不能恢复的，支付赔偿金{amount}元。",
        5,
    ),
    Matter(
        "termination",
        "{trade}岗位，劳动合同到期后单位不再续签，拒绝支付经济补偿。",
        "支付终止劳动合同的经济补偿{amount}元。",
        3,
    ),
    Matter(
        "social_insurance",
        "在{trade}岗位工作多年，单位没有按实际工资缴纳养老和医疗保险，住院费用无法报销。",
        "补缴社会保险，赔偿不能报销的医疗费{amount}元。",
        2,
        is_employed=True,
    ),
    Matter(
        "contract_change",
        "{trade}岗位，单位未经协商调到郊区仓库，工资由计件改为最低工资，本人不同意。",
        "恢复原岗位，补足工资差额{amount}元。",
        1,
        is_employed=True,
    ),
    Matter(
        "injury",
        "{trade}岗位上手部受伤，已认定工伤，停工留薪期工资和护理费一直没有付。",
        "支付停工留薪期工资和护理费{amount}元。",
        3,
    ),
    Matter(
        "relationship",
        "通过班组长介绍做{trade}，日结工资，受伤后公司否认雇用过本人。",
        "确认劳动关系，支付欠付工资{amount}元。",
        1,
    ),
)
TRADES = (
    "木工",
    "钢筋工",
    "缝纫",
    "装配",
    "保洁",
    "保安",
    "快递分拣",
    "外卖配送",
    "餐厅服务员",
    "收银",
    "叉车司机",
    "焊工",
)

CONSENTS = (
    "公司人事经理电话同意调解。",
    "项目部负责人来函，愿意调解。",
    "法定代表人表示愿意协商解决。",
    "公司法务同意按时到场。",
)
REFUSES = ("公司回函称不存在劳动关系，不同意调解。", "负责人表示已经结清，让工人去仲裁。")
ADJOURNED = (
    "双方对拖欠金额有争议，公司需核对考勤表，休会。",
    "公司代表未获授权，约定补齐委托书后再谈。",
    "工人提出新的加班记录，公司要求回去核实。",
)
AGREED = (
    "双方确认欠付{amount}元，公司同意分期支付。",
    "经调解，公司承认计算有误，愿意支付{amount}元。",
    "双方各让一步，以{amount}元了结。",
)
FAILED = (
    "双方差距过大，公司只愿支付三成，工人不接受。",
    "公司坚持认为是劳务关系，拒绝任何支付。",
)


# ---- the way, step by step -----------------------------------------------------------------------------


def _open(walk: Walk, *, employed_until: date | None = None, colleagues: int = 0) -> Decimal:
    """Open a case about something that happens; return the monthly wage."""
    matter, trade = walk.pick(MATTERS), walk.pick(TRADES)
    wage = Decimal(walk.chance.randrange(36, 92) * 100)
    amount = wage * matter.months
    words = {"trade": trade, "months": matter.months, "amount": f"{amount:.0f}"}
    today = beijing_date(walk.at)
    knew = today - timedelta(days=walk.chance.randrange(5, 120))
    facts: dict[str, Any] = {
        "summary": matter.summary.format(**words),
        "requests": matter.requests.format(**words),
        "cause": matter.cause,
        "claimed_amount": str(amount * (1 + colleagues)),
        "received_on": today.isoformat(),
        "limitation_started_on": knew.isoformat(),
        "employed_from": (knew - timedelta(days=walk.chance.randrange(100, 2600))).isoformat(),
        "is_employed": matter.is_employed and employed_until is None,
        "monthly_wage": str(wage),
        "is_migrant_worker": walk.chance.random() < 0.4,
        "is_oral": walk.chance.random() < 0.3,
        "is_urgent": walk.chance.random() < 0.1,
        "employer_name": "安河市宏远建筑劳务有限公司",
    }
    if not facts["is_employed"]:
        facts["employed_until"] = (employed_until or knew).isoformat()
    if colleagues:
        lines = walk.colleagues(colleagues)
        facts["members"] = "\n".join(f"{line} 代表" if number < 2 else line for number, line in enumerate(lines))
    local_values(walk)
    walk.open(**facts)
    return wage


def _ask(walk: Walk) -> None:
    _open(walk)
    _check(walk)


def _check(walk: Walk) -> None:
    body = walk.pick(("peoples", "township", "union_centre"))
    walk.do("check", "mediator", decision="ask", mediation_body=body, asked_on=beijing_date(walk.at).isoformat())


def _answer(walk: Walk) -> None:
    _ask(walk)
    walk.wait(1)
    walk.do("answer", "mediator", answer="consents", note=walk.pick(CONSENTS))


def _accept(walk: Walk) -> None:
    _answer(walk)
    walk.do("decide", "mediator", decision="accept")


def _schedule(walk: Walk) -> None:
    """Try the hours of the next days until room and mediator are both free."""
    mediator, room = walk.cast["mediator"].pk, walk.pick(ROOMS)
    calendar = calendar_at(walk.office.path)
    for days in range(2, 30):
        day = add_working_days(beijing_date(walk.at), days, calendar)
        for hour in walk.chance.sample(HOURS, len(HOURS)):
            begins = datetime.combine(day, hour, BEIJING)
            hours = {"starts_at": begins.isoformat(), "ends_at": (begins + SESSION).isoformat()}
            try:
                walk.do("schedule", "mediator", room=room, mediator=mediator, **hours)
            except DoubleBooked:
                continue
            return
    raise Surprise(f"{walk.case.number}: nobody has an hour within a month")


def _hold(walk: Walk, result: str, record: str) -> None:
    """Hold the session that was scheduled; its record is written when it is over."""
    session = walk.case.sessions.order_by("-number").first()
    walk.until(max(walk.at, session.ends_at))
    walk.do("hold", "mediator", result=result, worker_attended="on", employer_attended="on", record=record)


def _agree(walk: Walk) -> None:
    _accept(walk)
    _schedule(walk)
    _settle(walk)


def _settle(walk: Walk) -> None:
    _hold(walk, "agreed", walk.pick(AGREED).format(amount=_sum(walk)))


def _sum(walk: Walk) -> Decimal:
    """Return what the parties meet at: four fifths of what was claimed, in full hundreds."""
    return Decimal(int(walk.case.claimed_amount * Decimal("0.8")) // 100 * 100)


def _draft(walk: Walk, *, first_after: int = 12, parts: int = 2) -> None:
    """Draft an agreement in equal instalments, a month apart."""
    workers = [member.worker_id for member in walk.case.members.all()] or [walk.case.worker_id]
    total = _sum(walk)
    each = total // len(workers)
    total = each * len(workers)
    today = beijing_date(walk.at)
    days = [today + timedelta(days=first_after + 30 * number) for number in range(parts)]
    share = total // parts
    sums = [share] * (parts - 1) + [total - share * (parts - 1)]
    form = walk.task("draft").flow_task.form_class(case=walk.case, by=walk.cast["mediator"])
    walk.do(
        "draft",
        "mediator",
        basis=form.initial["basis"] if "basis" in form.fields else [],
        result=f"公司支付{total}元，分{parts}期付清；双方就此再无争议。",
        manner="银行转账至本人工资卡",
        plan="\n".join(f"{day.isoformat()} {amount}" for day, amount in zip(days, sums, strict=True)),
        **{f"share_{worker}": str(each) for worker in workers},
    )


def _approve(walk: Walk, *, first_after: int = 12, parts: int = 2) -> None:
    _agree(walk)
    _draft(walk, first_after=first_after, parts=parts)
    walk.do("approve", "supervisor", decision="approve")


def _sign(walk: Walk) -> None:
    members = [member.pk for member in walk.case.members.all()]
    signed = dict.fromkeys(SIGNATURES, "on")
    on = beijing_date(walk.at).isoformat()
    consenting = {"consenting": members} if members else {}
    walk.do("sign", "mediator", result="signed", signed_on=on, **signed, **consenting)


def _owed(walk: Walk) -> list[tuple[int, date]]:
    form = walk.task("perform").flow_task.form_class(case=walk.case)
    return [(part.pk, part.due_on) for part in form.fields["instalments"].queryset]


def _receive(walk: Walk, note: str = "工人发来到账短信截图。") -> None:
    """Wait for the day of the next instalment and record it as paid; together with what falls due on the same day."""
    owed = _owed(walk)
    day = owed[0][1]
    walk.until(max(walk.at, datetime.combine(day, time(9), BEIJING)))
    walk.do(
        "perform",
        "mediator",
        result="performed",
        instalments=[pk for pk, due_on in owed if due_on == day],
        performed_on=beijing_date(walk.at).isoformat(),
        note=note,
    )


def _perform(walk: Walk) -> None:
    _approve(walk, first_after=2, parts=1)
    _sign(walk)
    _receive(walk)
    walk.expect(State.PERFORMED)


def _visit(walk: Walk) -> None:
    note = walk.pick(("工资已全部拿到，表示感谢。", "钱已到账，对工会的帮助很满意。", "已到新单位上班，没有其他困难。"))
    satisfaction = walk.pick(("satisfied", "satisfied", "satisfied", "fair"))
    walk.do("return_visit", "operator", reached="yes", satisfaction=satisfaction, note=note)


def _fail(walk: Walk) -> None:
    _accept(walk)
    _schedule(walk)
    _hold(walk, "failed", walk.pick(FAILED))


def _record_failure(walk: Walk) -> None:
    walk.do(
        "record_failure",
        "mediator",
        worker_signed="on",
        record="双方分歧较大，公司代表拒绝在记录上签字，有在场人员见证。",
        worker_told="on",
    )


def _refer(walk: Walk, to_body: str = "arbitration") -> None:
    walk.do("refer", "mediator", to_body=to_body, reason="调解未果，告知申请劳动仲裁的期限，并移送证据清单。")


# ---- open --------------------------------------------------------------------------------------------


@story(State.RECEIVED, days=1)
def received(walk: Walk) -> None:
    """It has just come in."""
    _open(walk)


@story(State.RECEIVED, days=1)
def received_from_ten(walk: Walk) -> None:
    """Ten workers of one employer come together."""
    _open(walk, colleagues=10)


@story(State.RECEIVED, days=1)
def offered_to_another_office(walk: Walk) -> None:
    """The employer sits elsewhere; the office there is asked to take the case."""
    _open(walk)
    walk.offer("operator", "supervisor3", "用人单位注册地和工作地均在贵区，转请办理。")


@story(State.ASKED, days=2)
def handed_over(walk: Walk) -> None:
    """The other office takes the case and asks the employer."""
    _open(walk)
    offer = walk.offer("operator", "supervisor3", "用人单位在贵区经营，转请办理。")
    walk.wait(1)
    walk.answer_offer(offer, "supervisor3", accept=True)
    asked_on = beijing_date(walk.at).isoformat()
    walk.do("check", "mediator2", decision="ask", mediation_body="peoples", asked_on=asked_on)


@story(State.RECEIVED, days=2)
def handed_back(walk: Walk) -> None:
    """The other office returns the case."""
    _open(walk)
    offer = walk.offer("operator", "supervisor3", "工人住在贵区，请接办。")
    walk.wait(1)
    walk.answer_offer(offer, "supervisor3", accept=False, reason="劳动合同履行地在你区，请按履行地原则办理。")


@story(State.ASKED, days=1)
def asked(walk: Walk) -> None:
    """The employer has been asked."""
    _ask(walk)


@story(State.ASKED, days=2)
def answer_taken_back(walk: Walk) -> None:
    """The answer of another company was written down; the step goes back."""
    _ask(walk)
    walk.wait(1)
    walk.do("answer", "mediator", answer="refuses", note="对方称不认识该工人。")
    walk.take_back("mediator", "误将另一家公司的答复录入本案，撤回重录。")


@story(State.ANSWERED, days=3)
def answered(walk: Walk) -> None:
    """The employer consents; the mediator has to accept."""
    _answer(walk)


@story(State.ANSWERED, days=12)
def kept_silent(walk: Walk) -> None:
    """The employer never answered; the clock took it as a refusal."""
    _ask(walk)
    walk.clock("LD.employer_silence")


@story(State.ACCEPTED, days=3)
def accepted(walk: Walk) -> None:
    """Accepted in writing."""
    _accept(walk)


@story(State.MEDIATING, days=4)
def mediating(walk: Walk) -> None:
    """A session is scheduled; a wrong wage was corrected."""
    _accept(walk)
    walk.correct("mediator", "monthly_wage", Decimal("5850.00"), "工资条核对后更正。")
    _schedule(walk)


@story(State.ADJOURNED, days=8)
def adjourned(walk: Walk) -> None:
    """The first session ended without a result; both sides want more time than fifteen days."""
    _accept(walk)
    _schedule(walk)
    _hold(walk, "adjourned", walk.pick(ADJOURNED))
    until = (beijing_date(walk.at) + timedelta(days=25)).isoformat()
    walk.door("extend", "supervisor", until=until, both_agree="on", reason="双方书面同意延长调解期限。")


@story(State.AGREED, days=9)
def agreed(walk: Walk) -> None:
    """The parties agree; the agreement has to be written."""
    _agree(walk)


@story(State.DRAFTED, days=9)
def drafted(walk: Walk) -> None:
    """A supervisor has to approve."""
    _agree(walk)
    _draft(walk)


@story(State.RETURNED, days=9)
def returned(walk: Walk) -> None:
    """The supervisor wants the draft changed."""
    _agree(walk)
    _draft(walk, parts=1)
    walk.do("approve", "supervisor", decision="return", reason="约定分两期支付，请补写第一期的日期和金额。")


@story(State.APPROVED, days=9)
def approved(walk: Walk) -> None:
    """The parties have to sign."""
    _approve(walk)


@story(State.PERFORMING, days=9)
def performing(walk: Walk) -> None:
    """The first instalment is not due yet."""
    _approve(walk)
    _sign(walk)


@story(State.PERFORMING, days=23)
def breached(walk: Walk) -> None:
    """The first instalment did not come; the worker still waits for it."""
    _approve(walk, first_after=6)
    _sign(walk)
    walk.door("route", "mediator", route="review", applied_on=beijing_date(walk.at).isoformat())
    walk.clock("LD.instalment")
    walk.wait(1)
    owed = [_owed(walk)[0][0]]
    walk.do("perform", "mediator", result="breached", instalments=owed, note="第一期到期未付，已电话督促。")


@story(State.PERFORMED, days=6)
def performed(walk: Walk) -> None:
    """Everything is paid; the worker has to be asked."""
    _perform(walk)


@story(State.RETURN_VISIT, days=6)
def not_reached(walk: Walk) -> None:
    """Nobody answered the phone on the day the money came; three working days later the case closes by itself."""
    _perform(walk)
    walk.do("return_visit", "operator", reached="no", note="电话无人接听。")


@story(State.FAILED, days=9)
def failed(walk: Walk) -> None:
    """The session failed; the failure has to be recorded."""
    _fail(walk)


@story(State.FAILED, days=20)
def timed_out(walk: Walk) -> None:
    """Nobody found an hour for a session; the fifteen days are over."""
    _accept(walk)
    walk.clock("LD.mediation.from_acceptance")


@story(State.FAILURE_RECORDED, days=9)
def failure_recorded(walk: Walk) -> None:
    """The worker knows in writing that arbitration is open."""
    _fail(walk)
    _record_failure(walk)


# ---- closed ------------------------------------------------------------------------------------------


@story(State.CLOSED, outcome=Outcome.PERFORMED, days=20)
def paid_in_full(walk: Walk) -> None:
    """The employer paid at once."""
    _perform(walk)
    walk.wait(2)
    _visit(walk)


@story(State.CLOSED, outcome=Outcome.PERFORMED, days=48)
def paid_in_instalments(walk: Walk) -> None:
    """A second session, two instalments, an unanswered call."""
    _accept(walk)
    _schedule(walk)
    _hold(walk, "adjourned", walk.pick(ADJOURNED))
    _schedule(walk)
    _settle(walk)
    _draft(walk, first_after=5)
    walk.do("approve", "supervisor", decision="approve")
    _sign(walk)
    _receive(walk)
    _receive(walk, "第二期到账，公司出具付款凭证。")
    walk.wait(2)
    walk.do("return_visit", "operator", reached="no", note="关机，改日再联系。")
    walk.wait(1)
    _visit(walk)


@story(State.CLOSED, outcome=Outcome.PERFORMED, days=20)
def paid_to_ten(walk: Walk) -> None:
    """A collective case: three representatives, one agreement, a sum for each."""
    _open(walk, colleagues=10)
    _check(walk)
    walk.do("answer", "mediator", answer="consents", note="公司愿意一次性解决全部工人的欠薪。")
    walk.do("decide", "mediator", decision="accept")
    _schedule(walk)
    _settle(walk)
    _draft(walk, first_after=4, parts=1)
    walk.do("approve", "supervisor", decision="approve", reason="涉及人数多，请现场监督签字。")
    _sign(walk)
    _receive(walk, "公司当场发放，工人逐一签收。")
    walk.wait(1)
    _visit(walk)


@story(State.CLOSED, outcome=Outcome.PERFORMED, days=46)
def never_reached(walk: Walk) -> None:
    """Paid, but nobody could be reached; the clock closed the case."""
    _perform(walk)
    walk.do("return_visit", "operator", reached="no", note="号码已停机。")
    walk.clock("LD.return_visit")


@story(State.CLOSED, outcome=Outcome.DECLINED, days=2)
def declined(walk: Walk) -> None:
    """Not a labour dispute."""
    _open(walk)
    reason = "双方为承揽合同关系，不属于劳动争议，建议向人民法院起诉。"
    walk.do("check", "mediator", decision="decline", reason=reason)


@story(State.CLOSED, outcome=Outcome.DECLINED, days=3)
def refused_by_employer(walk: Walk) -> None:
    """The employer refuses mediation."""
    _ask(walk)
    walk.wait(1)
    walk.do("answer", "mediator", answer="refuses", note=walk.pick(REFUSES))
    walk.do("decide", "mediator", decision="decline", reason="用人单位不同意调解，告知可依法申请仲裁。")


@story(State.CLOSED, outcome=Outcome.REFERRED, days=2)
def referred(walk: Walk) -> None:
    """Another body is competent."""
    _open(walk)
    reason = "涉及农民工工资专用账户监管，由劳动保障监察机构处理更为有效。"
    walk.do("check", "mediator", decision="refer", to_body="inspection", reason=reason)


@story(State.CLOSED, outcome=Outcome.FAILED, days=10)
def failed_and_referred(walk: Walk) -> None:
    """Mediation failed; the worker goes to arbitration."""
    _fail(walk)
    _record_failure(walk)
    _refer(walk, walk.pick(("arbitration", "legal_aid")))


@story(State.CLOSED, outcome=Outcome.FAILED, days=20)
def accepted_by_the_commission(walk: Walk) -> None:
    """In arbitration: a paper was missing, the case is accepted, the forty-five days run."""
    _fail(walk)
    _record_failure(walk)
    _refer(walk)
    walk.wait(2)
    walk.record("arbitration.received", "mediator", note="工人电话告知已递交仲裁申请，收件回执已拍照留存。")
    walk.wait(2)
    walk.record("arbitration.papers_told", "mediator", note="需补交用人单位登记信息。")
    walk.wait(1)
    walk.record("arbitration.supplemented", "mediator")
    walk.wait(3)
    walk.record("arbitration.accepted", "mediator", note="收到受理通知书。")


@story(State.CLOSED, outcome=Outcome.FAILED, days=48)
def won_in_arbitration(walk: Walk) -> None:
    """The commission served, heard and decided; the worker has the award, and fifteen days to sue."""
    _fail(walk)
    _record_failure(walk)
    _refer(walk)
    walk.wait(1)
    walk.record("arbitration.received", "mediator")
    walk.wait(3)
    walk.record("arbitration.accepted", "mediator")
    walk.wait(2)
    walk.record("arbitration.copy_served", "mediator")
    hearing = add_working_days(beijing_date(walk.at), 16, calendar_at(walk.office.path))
    walk.record("arbitration.hearing_set", "mediator", hearing, "仲裁二庭开庭。")
    walk.record("arbitration.hearing_notified", "mediator")
    walk.wait(7)
    walk.record("arbitration.defence_filed", "mediator")
    walk.record("arbitration.defence_served", "mediator")
    walk.wait(14)
    walk.record("arbitration.awarded", "mediator", note="开庭时工会派员旁听。")
    walk.wait(1)
    walk.record("arbitration.award_received", "mediator", note="裁决支持工人全部工资请求。")


@story(State.CLOSED, outcome=Outcome.FAILED, days=11)
def not_signed(walk: Walk) -> None:
    """The employer no longer wants what it agreed to."""
    _approve(walk)
    walk.do("sign", "mediator", result="refused", reason="公司负责人更换，新负责人不认可调解结果。")
    _record_failure(walk)
    _refer(walk)


@story(State.CLOSED, outcome=Outcome.NOT_PERFORMED, days=24)
def not_performed(walk: Walk) -> None:
    """The employer never paid; the court is asked for a payment order."""
    _approve(walk, first_after=5, parts=1)
    _sign(walk)
    walk.clock("LD.instalment")
    walk.wait(2)
    walk.do("perform", "mediator", result="broken", note="公司账户被查封，明确表示无力支付。")
    _record_failure(walk)
    _refer(walk, "payment_order")


@story(State.CLOSED, outcome=Outcome.WITHDRAWN, days=4)
def withdrawn(walk: Walk) -> None:
    """The employer paid as soon as it was asked."""
    _ask(walk)
    walk.wait(1)
    walk.withdraw("mediator", "公司接到通知后已全额支付，工人书面申请撤回。")


STORIES = (
    received,
    received_from_ten,
    offered_to_another_office,
    handed_over,
    handed_back,
    asked,
    answer_taken_back,
    answered,
    kept_silent,
    accepted,
    mediating,
    adjourned,
    agreed,
    drafted,
    returned,
    approved,
    performing,
    breached,
    performed,
    not_reached,
    failed,
    timed_out,
    failure_recorded,
    paid_in_full,
    paid_in_instalments,
    paid_to_ten,
    never_reached,
    declined,
    refused_by_employer,
    referred,
    failed_and_referred,
    accepted_by_the_commission,
    won_in_arbitration,
    not_signed,
    not_performed,
    withdrawn,
)
