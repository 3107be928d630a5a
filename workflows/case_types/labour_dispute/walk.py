"""One dispute over unpaid wages, from the hotline to the return visit."""

from datetime import datetime, time, timedelta

from casework.deadlines.calendar import BEIJING, beijing_date, roll_forward
from casework.deadlines.queries import calendar_at
from workflows.calculators import MINIMUM_WAGE_PARAMETER
from workflows.walking import Walk

from .calculators import AVERAGE_WAGE_PARAMETER


def walk(walk: Walk) -> None:
    """A builder is owed three months' pay; the employer agrees to two instalments and pays both, one of them late."""
    today = beijing_date(walk.at)
    walk.open(
        worker_name="王建国",
        worker_phone="13800138000",
        employer_name="安河市宏远建筑劳务有限公司",
        summary="在工地做木工三个月，工资一直未发，多次讨要无果。",
        requests="要求支付拖欠的三个月工资18000元。",
        cause="wages",
        claimed_amount="18000.00",
        received_on=today.isoformat(),
        limitation_started_on=(today - timedelta(days=60)).isoformat(),
        employed_from=(today - timedelta(days=150)).isoformat(),
        employed_until=(today - timedelta(days=60)).isoformat(),
        monthly_wage="6000.00",
        is_migrant_worker=True,
    )
    walk.expect("received")
    walk.do("check", "mediator", decision="ask", mediation_body="peoples", asked_on=today.isoformat())
    walk.do("answer", "mediator", answer="consents", note="公司人事经理电话同意调解。")
    walk.do("decide", "mediator", decision="accept")
    walk.expect("accepted")
    _session(walk, "adjourned", "双方对拖欠金额有争议，公司需核对考勤表，休会。")
    _session(walk, "agreed", "双方确认拖欠工资18000元，公司分两期支付。")
    local_values(walk)
    walk.keep("mediator", "wages", monthly_wage="6000.00", months="3")
    today = beijing_date(walk.at)
    first, second = today + timedelta(days=10), today + timedelta(days=40)
    terms = {
        "result": "公司支付王建国工资18000元，分两期付清。",
        "manner": "银行转账至本人工资卡",
        f"share_{walk.case.worker_id}": "18000.00",
        "basis": ["labour_dispute.wages"],
    }
    walk.do("draft", "mediator", **terms, plan=f"{second.isoformat()} 18000.00")
    walk.do("approve", "supervisor", decision="return", reason="按双方约定应分两期，请补写第一期。")
    walk.do("draft", "mediator", **terms, plan=f"{first.isoformat()} 8000.00\n{second.isoformat()} 10000.00")
    walk.do("approve", "supervisor", decision="approve")
    signed = dict.fromkeys(("worker_signed", "employer_signed", "mediator_signed", "stamped", "originals"), "on")
    walk.do("sign", "mediator", result="signed", signed_on=beijing_date(walk.at).isoformat(), **signed)
    walk.expect("performing")
    walk.door("route", "mediator", route="confirmation", applied_on=beijing_date(walk.at).isoformat())
    _paid(walk, "第一期已到账，工人发来银行短信截图。")
    walk.clock("LD.instalment")
    owed = _owed(walk)[:1]
    walk.do("perform", "mediator", result="breached", instalments=owed, note="第二期到期未付，已电话督促。")
    _paid(walk, "督促后第二期到账。")
    walk.expect("performed")
    walk.do("return_visit", "operator", reached="no", note="电话无人接听。")
    walk.do("return_visit", "operator", reached="yes", satisfaction="satisfied", note="工资已全部拿到，表示感谢。")
    walk.expect("closed")


def local_values(walk: Walk) -> None:
    """Enter the wages of the invented place, unless it has some."""
    walk.local_value(AVERAGE_WAGE_PARAMETER, "6850.00")
    walk.local_value(MINIMUM_WAGE_PARAMETER, "2100.00")


def _session(walk: Walk, result: str, record: str) -> None:
    """Schedule a session for the morning of the next working day and hold it."""
    day = roll_forward(beijing_date(walk.at) + timedelta(days=1), calendar_at(walk.office.path))
    morning = datetime.combine(day, time(9), BEIJING)
    walk.do(
        "schedule",
        "mediator",
        room="第一调解室",
        mediator=walk.cast["mediator"].pk,
        starts_at=morning.isoformat(),
        ends_at=(morning + timedelta(hours=2)).isoformat(),
    )
    walk.at = morning + timedelta(hours=2)
    walk.do("hold", "mediator", result=result, worker_attended="on", employer_attended="on", record=record)


def _owed(walk: Walk) -> list[int]:
    """Return the instalments the employer still owes, the first one first."""
    form = walk.task("perform").flow_task.form_class(case=walk.case)
    return [instalment.pk for instalment in form.fields["instalments"].queryset]


def _paid(walk: Walk, note: str) -> None:
    """Record the next instalment as paid."""
    walk.do(
        "perform",
        "mediator",
        result="performed",
        instalments=_owed(walk)[:1],
        performed_on=beijing_date(walk.at).isoformat(),
        note=note,
    )
