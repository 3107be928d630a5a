"""One injury from the hospital's call to the closed case: a returned request, two visits, cash against signature.

The parts of the way are functions of their own, so that the demonstration can leave cases where they are.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.timezone import localdate
from PIL import Image

from casework.documents import operations as documents
from casework.documents.models import Document, Kind
from casework.funds import operations as funds
from casework.funds.models import Source
from casework.funds.queries import funds_that_serve
from casework.offices.models import Office
from workflows.calculators import MINIMUM_WAGE_PARAMETER
from workflows.walking import Walk

from .calculators import LEAVING_WAGE_PARAMETER, POOL_AVERAGE_PARAMETER
from .models import WorkInjury
from .queries import standard_amount

State = WorkInjury.State

REPORT = {
    "worker_name": "张建军",
    "worker_phone": "13900139000",
    "employer_name": "安河市鼎盛机械制造有限公司",
    "channel": "hospital",
    "circumstance": "at_work",
    "accident_place": "冲压车间三号机位",
    "injured_part": "右手食指、中指",
    "diagnosis": "右手食指、中指末节离断伤",
    "severity": "serious",
    "hospital": "市第一人民医院",
    "ward": "手外科 12 床",
    "job": "冲压工",
    "insured": "yes",
    "summary": "医院每周工伤入院名单：冲压作业时右手被模具压伤，已行断指再植手术。",
}

FOUND = {
    "place": "市第一人民医院手外科 12 床",
    "findings": "术后情况稳定，手指血运良好。家属反映单位已垫付医疗费，担心伤愈后的工作安排。已讲解工伤认定程序。",
    "needs": ["legal", "rehabilitation"],
    "costs_paid_by": "employer",
    "pay_continued": "yes",
}


def walk(walk: Walk) -> None:
    """Walk one report to its close."""
    report(walk)
    walk.do("check_report", "visitor", decision="verify", severity="serious", hospital="市第一人民医院", insured="yes")
    walk.expect(State.VERIFIED)
    ask_for_consolation(walk, amount="1500.00", reason="家庭负担较重，拟高于标准慰问。")
    walk.do("decide_consolation", "supervisor", decision="return", reason="请按慰问标准重新提出。")
    walk.expect(State.RETURNED)
    ask_for_consolation(walk)
    approve(walk)
    visit(walk, hazard="三号冲压机光电保护装置失效，已口头建议停机检修。")
    walk.door("recognition", "visitor", filed_by="employer", filed_on=localdate(walk.at).isoformat())
    walk.expect(State.VISITED)
    visit_again(walk)
    local_values(walk)
    grade = {"grade": "9", "own_wage": "5800.00", "pool_average": "6850.00", "told": "now"}
    walk.do("plan_next", "visitor", decision="finish", reason="伤情稳定，已评定伤残等级，家属无新的需求。", **grade)
    walk.expect(State.PAYING)
    walk.pay("finance")
    walk.expect(State.PAID)
    talk_and_close(walk)


def local_values(walk: Walk) -> None:
    """Enter the wages of the invented place, unless it has some."""
    walk.local_value(POOL_AVERAGE_PARAMETER, "6850.00")
    walk.local_value(LEAVING_WAGE_PARAMETER, "6850.00")
    walk.local_value(MINIMUM_WAGE_PARAMETER, "2100.00")


def report(walk: Walk, **facts: Any) -> None:
    """Take the report in: the accident was two days ago."""
    accident = localdate(walk.at) - timedelta(days=2)
    days = {"accident_on": accident.isoformat(), "admitted_on": accident.isoformat()}
    walk.open("operator", **{**REPORT, **days, **facts})
    walk.expect(State.REPORTED)


def ask_for_consolation(walk: Walk, **facts: Any) -> None:
    """Ask for the standard sum in cash, or for what is said."""
    amount = str(standard_amount(walk.case, localdate(walk.at)))
    walk.do("request_consolation", "operator", **{"decision": "ask", "amount": amount, "method": "cash", **facts})
    walk.expect(State.CONSOLATION_REQUESTED)


def approve(walk: Walk) -> None:
    """Approve the sum; a fund is opened when none may pay it: a walk may run into a new year."""
    line = walk.case.claim_lines.get(state="open")
    if not funds_that_serve(line, walk.at):
        payer = walk.cast["finance"]
        funds.open_fund(
            office=Office.objects.get(pk=payer.grants()[0].office_id),
            source=Source.UNION,
            year=localdate(walk.at).year,
            line="207-03",
            title="工会慰问资金",
            budget=Decimal(100000),
            by=payer,
            at=walk.at,
        )
    walk.do("decide_consolation", "supervisor", decision="approve", reason="同意按标准慰问。")
    walk.expect(State.APPROVED)


def visit(walk: Walk, **found: Any) -> None:
    """Visit with two, hand the money over in cash, keep the signed receipt."""
    walk.until(walk.at + timedelta(hours=2))
    receipt = photograph(walk, Kind.RECEIPT, "慰问金签收单")
    gift = {"method": "cash", "received_by": "张建军", "receipt": receipt.pk, "consents": True}
    photo = photograph(walk, Kind.PHOTO, "病房探视照片")
    walk.do("visit", "visitor", **{**_visit(walk), **gift, "photos": [photo.pk], **found})
    walk.expect(State.VISITED)


def visit_again(walk: Walk) -> None:
    """Plan another visit, let the day come, make it."""
    day = localdate(walk.at) + timedelta(days=7)
    walk.do("plan_next", "visitor", decision="plan", next_visit_on=day.isoformat())
    walk.expect(State.FOLLOW_UP)
    walk.until(walk.at + timedelta(days=7))
    walk.do("follow_up", "visitor", **{**_visit(walk), "findings": "恢复良好，已可下床活动，单位承诺安排适当岗位。"})
    walk.expect(State.VISITED)


def _visit(walk: Walk) -> dict[str, Any]:
    return {**FOUND, "companion": walk.cast["visitor2"].pk, "visited_at": moment(walk.at - timedelta(minutes=30))}


def moment(at: datetime) -> str:
    """Return a moment as the form takes it."""
    return at.isoformat()


def photograph(walk: Walk, kind: str, title: str) -> Document:
    """Add a small picture to the case, as a phone would."""
    picture = BytesIO()
    Image.new("RGB", (24, 16), "white").save(picture, "PNG")
    picture.seek(0)
    return documents.attach_document(
        case=walk.case, kind=kind, file=picture, title=title, by=walk.cast["visitor"], at=walk.at
    )


def talk_and_close(walk: Walk) -> None:
    """Ring twice, ask how it is, close."""
    walk.until(walk.at + timedelta(days=1))
    walk.do("return_visit", "operator", reached="no", note="电话无人接听。")
    walk.expect(State.RETURN_VISIT)
    walk.do(
        "return_visit",
        "operator",
        reached="yes",
        satisfaction="satisfied",
        note="慰问金已收到，感谢工会关心。",
        result="已两次探视并发放慰问金，单位已申请工伤认定，回访满意。",
    )
    walk.expect(State.CLOSED)
