"""What is sent to each route: which kind of row stands in its address, and answers that are good enough to be taken.

A route that is missing here is asked for without anything in its address and sent nothing.
"""

from datetime import timedelta
from typing import Any

from tests import factories
from tests.casework.documents import samples

from .world import MISSING, World

# kind of row → the routes whose address names one, each with what else stands in its address
ROUTES: dict[str, dict[str, tuple[str, ...]]] = {
    "case": {
        "case_detail": (),
        "case_withdraw": (),
        "case_take_back": (),
        "case_correct": (),
        "case_hand_over": (),
        "case_link": (),
        "case_reveal": (),
        "case_conflict": (),
        "case_proceeding": (),
        "document_upload": (),
        "checklist_ask": (),
        "checklist_notice": (),
        "checklist_notice_preview": (),
        "checklist_received": ("identity",),
        "letter_issue": ("LD.inquiry",),
        "letter_preview": ("LD.inquiry",),
    },
    "task": {"task_detail": (), "task_claim": (), "task_release": (), "task_reassign": ()},
    "door": {"task_door": ("dispute",)},
    "letter": {
        "letter_detail": (),
        "letter_word": (),
        "letter_correct": (),
        "letter_correct_preview": (),
        "letter_sign": ("office",),
        "letter_send": (),
    },
    "service": {"letter_served": ()},
    "document": {"document_download": ()},
    "run": {"letter_run_detail": (), "letter_run_stop": ()},
    "printed": {"letter_run_print": ()},
    "worker": {
        "worker_detail": (),
        "worker_edit": (),
        "worker_reveal": ("phone",),
        "account_new": (),
        "member_new": (),
        "consent_new": (),
        "access_list": (),
        "worker_employer": (),
        "worker_conflict": (),
        "request_new": (),
        "hold_new": (),
    },
    "asked": {"request_detail": (), "request_decide": ()},
    "granted": {"request_copy": ()},
    "hold": {"hold_lift": ()},
    "disposal": {"disposal_detail": (), "disposal_step": ("confirm",)},
    "check": {"verification_detail": (), "verification_decide": ()},
    "account": {"account_reveal": (), "account_retire": ()},
    "member": {"member_reveal": ()},
    "consent": {"consent_withdraw": ()},
    "employer": {
        "employer_detail": (),
        "employer_edit": (),
        "employer_conflict": (),
        "supervision_start": (),
        "visit_new": (),
    },
    "supervised": {"supervision_end": ()},
    "contact": {"contact_detail": (), "contact_reveal": (), "contact_proceeding": ()},
    "clock": {"clock_extend": ()},
    "handover": {"handover_decide": ()},
    "conflict": {"conflict_end": ()},
    "payout": {"payout_detail": (), "payout_pay": (), "payout_step": ("cancel",)},
    "unpaid": {"payout_again": ()},
    "watched": {"payout_warning": ("account_replaced",)},
    "batch": {"batch_detail": (), "batch_release": ()},
    "fund": {"fund_detail": (), "fund_budget": ()},
    "glass": {"glass_detail": (), "glass_end": ()},
    "recount": {"recount_detail": (), "recount_decide": (), "recount_lines": ()},
    "staff": {
        "staff_detail": (),
        "staff_edit": (),
        "staff_login": ("end-logins",),
        "staff_password": (),
        "staff_deactivate": (),
    },
    "grant": {"grant_confirm": (), "grant_end": ()},
    "login": {"login_end": ()},
    "place": {
        "text_edit": ("notice.closed", "zh-hans"),
        "text_preview": ("notice.closed", "zh-hans"),
    },
}
# What else names something in an address that is no row under scope.
ADDRESSES: dict[str, tuple[Any, ...]] = {
    "case_new": ("labour_dispute",),
    "calculator": ("labour_dispute", "wages"),
    "draft": ("contact",),
    "report_rows": ("case.opened",),
}


def kind_of(name: str) -> str:
    """Return the kind of row that a route's address names; none for a route that names no row."""
    return next((kind for kind, routes in ROUTES.items() if name in routes), "")


def address(name: str, row: Any) -> list[Any]:
    """Return what stands in the address of a route for a row."""
    kind = kind_of(name)
    if not kind:
        return list(ADDRESSES.get(name, ()))
    more = ROUTES[kind][name]
    if kind == "service":
        return [row.letter.number, row.pk]
    return [key_of(kind, row), *more]


def key_of(kind: str, row: Any) -> Any:
    """Return how an address names a row of a kind."""
    if kind in ("case", "letter"):
        return row.number
    if kind == "place":
        return row.code
    return row.pk if kind in BY_NUMBER else row.uuid


BY_NUMBER = {"task", "door", "clock", "handover", "recount", "grant", "login", "check"}


def missing(name: str) -> list[Any]:
    """Return an address of a route that names no row there is."""
    kind = kind_of(name)
    if kind == "service":
        return [MISSING["letter"], MISSING["pk"]]
    key = kind if kind in MISSING else ("pk" if kind in BY_NUMBER else "uuid")
    return ["999999" if kind == "place" else MISSING[key], *ROUTES[kind][name]]


def sent(name: str, world: World, who: str) -> dict[str, Any]:
    """Return what is sent to a route, good enough to be taken from whoever may send it."""
    make = SENT.get(name)
    return make(world, who) if make else {}


def _day(world: World, days: int = 0) -> str:
    return (world.today + timedelta(days=days)).isoformat()


def _reason(_world: World, _who: str) -> dict[str, Any]:
    return {"reason": "核对后办理"}


def _tie(world: World, who: str) -> dict[str, Any]:
    return {"person": world.desk[who].username if who in world.desk else "", "party": "worker", "tie": "relative"}


def _worker(world: World, _who: str) -> dict[str, Any]:
    number = factories.an_id_number()
    return {"office": world.city.office.pk, "name": "赵小兰", "id_type": "resident", "id_number": number}


def _employer(world: World, _who: str) -> dict[str, Any]:
    code = factories.a_credit_code()
    return {"office": world.city.office.pk, "name": "安河纺织厂", "uscc": code, "region": "410105"}


def _account(_world: World, _who: str) -> dict[str, Any]:
    number = factories.an_account_number()
    return {"holder_name": "王建国", "bank_name": "中国银行", "number": number, "number_again": number}


def _case(world: World, _who: str) -> dict[str, Any]:
    return {
        "office": world.city.office.code,
        "worker_name": "王建国",
        "employer_name": "安河市宏远建筑劳务有限公司",
        "summary": "工资一直未发。",
        "requests": "要求支付工资。",
        "cause": "wages",
        "claimed_amount": "18000.00",
        "received_on": _day(world),
    }


PASSWORD = "keys-of-the-archive-7"
SENT: dict[str, Any] = {
    "case_withdraw": _reason,
    "case_take_back": _reason,
    "case_correct": lambda w, _who: {"fact": "is_urgent", "value": "yes", "reason": "核对后更正"},
    "case_hand_over": lambda w, _who: {"to": "410103", "reason": "住所在贵区"},
    "case_link": lambda w, _who: {"number": w.rows["task"]["unassigned"].process.number, "why": "same_matter"},
    "case_reveal": _reason,
    "case_conflict": _tie,
    "worker_conflict": _tie,
    "employer_conflict": lambda w, who: {**_tie(w, who), "party": "employer"},
    "case_proceeding": lambda w, _who: {"kind": "legal_aid.applied", "on": _day(w)},
    "document_upload": lambda w, _who: {"kind": "other", "title": "照片", "file": samples.upload()},
    "checklist_ask": lambda w, _who: {"title": "工资条", "brought_by": "worker"},
    "checklist_notice": lambda w, _who: {"language": "zh-hans", "blanks": "on"},
    "checklist_notice_preview": lambda w, _who: {"language": "zh-hans"},
    "checklist_received": lambda w, _who: {"dated_on": _day(w)},
    "letter_issue": lambda w, _who: {"language": "zh-hans", "blanks": "on"},
    "letter_preview": lambda w, _who: {"language": "zh-hans"},
    "letter_correct": lambda w, _who: {"language": "zh-hans", "blanks": "on"},
    "letter_correct_preview": lambda w, _who: {"language": "zh-hans"},
    "letter_sign": lambda w, _who: {"name": "林晓", "signed_on": _day(w)},
    "letter_send": lambda w, _who: {"method": "posted", "addressee": "刘芳", "sent_on": _day(w), "tracking": "101"},
    "letter_served": lambda w, _who: {"served_on": _day(w)},
    "task_detail": lambda w, _who: {"decision": "ask", "mediation_body": "peoples", "asked_on": _day(w)},
    "task_reassign": lambda w, _who: {"person": "desk-mediator"},
    "task_door": _reason,
    "worker_edit": lambda w, _who: {"name": "王建业", "id_type": "resident"},
    "worker_reveal": _reason,
    "account_reveal": _reason,
    "member_reveal": _reason,
    "contact_reveal": _reason,
    "request_new": lambda w, _who: {
        "kind": "access",
        "channel": "visit",
        "identity": "paper",
        "asked_on": _day(w),
        "words": "要一份副本",
    },
    "request_decide": lambda w, _who: {"outcome": "refused", "ground": "legal_period", "answer": "法定保存期限未届满"},
    "hold_new": _reason,
    "hold_lift": _reason,
    "disposal_propose": lambda w, _who: {"picked": [f"contact:{w.due.pk}"]},
    "verification_decide": lambda w, _who: {"decision": "resume"},
    "account_new": _account,
    "member_new": lambda w, _who: {
        "name": "王小丫",
        "relation": "child",
        "occupation": "student",
        "id_number": factories.an_id_number("20150601"),
        "monthly_income": "0",
    },
    "consent_new": lambda w, _who: {"purpose": "sharing"},
    "access_list": lambda w, _who: {"asked_by": "本人"},
    "worker_employer": lambda w, _who: {"employer": w.rows["employer"]["office"].uscc},
    "employer_edit": lambda w, _who: {"name": "安河精密", "uscc": factories.a_credit_code(), "region": "410105"},
    "supervision_start": lambda w, _who: {"since_on": _day(w), "reason": "欠薪"},
    "supervision_end": lambda w, _who: {"until_on": _day(w)},
    "visit_new": lambda w, _who: {"visited_on": _day(w), "findings": "已整改"},
    "contact_detail": lambda w, _who: {"answer": "已答复"},
    "contact_proceeding": lambda w, _who: {"kind": "petition.accepted", "on": _day(w)},
    "clock_extend": lambda w, _who: {
        "until": (w.rows["clock"]["office"].nominal_on + timedelta(days=1)).isoformat(),
        "reason": "案情复杂",
        "consented": "on",
    },
    "handover_decide": lambda w, _who: {"decision": "accept"},
    "conflict_end": _reason,
    "payout_pay": lambda w, _who: {"voucher_number": "V-1"},
    "payout_step": _reason,
    "payout_warning": _reason,
    "payout_again": lambda w, _who: {"method": "cash"},
    "fund_budget": lambda w, _who: {"budget": "2000.00", "reason": "追加"},
    "glass_detail": lambda w, _who: {"finding": "justified"},
    "recount_decide": lambda w, _who: {"decision": "stop"},
    "staff_edit": lambda w, _who: {"display_name": "新名", "language": "zh-hans"},
    "staff_password": lambda w, _who: {"password": PASSWORD, "password_again": PASSWORD},
    "text_edit": lambda w, _who: {"source": "结案通知", "why": "措辞"},
    "text_preview": lambda w, _who: {"source": "结案通知"},
    "case_new": _case,
    "calculator": lambda w, _who: {"monthly_wage": "6000.00", "months": "3"},
    "contact_new": lambda w, _who: {
        "office": w.city.office.code,
        "channel": "phone",
        "matter": "consult",
        "question": "加班费",
        "answer": "已答",
        "is_anonymous": "on",
    },
    "glass_break": lambda w, _who: {"number": w.rows["case"]["other"].number, "reason": "窗口来访，不能等"},
    "recount_list": lambda w, _who: {"office": w.city.office.code, "why": "市政府通告"},
    "people_list": lambda w, _who: {"q": "王建国"},
    "worker_new": _worker,
    "employer_new": _employer,
    "batch_make": lambda w, _who: {"picked": [w.rows["payout"]["office"].pk]},
    "fund_open": lambda w, _who: {
        "office": w.city.office.code,
        "source": "union",
        "year": w.today.year,
        "line": "8",
        "title": "慰问",
        "budget": "1",
    },
    "task_bulk_claim": lambda w, _who: {"picked": [w.rows["task"]["unassigned"].pk]},
    "letter_run_new": lambda w, _who: {"numbers": w.rows["case"]["office"].number},
    "letter_run_preview": lambda w, _who: {
        "numbers": w.rows["case"]["office"].number,
        "letter": "labour_dispute:supervision.reminder",
        "language": "zh-hans",
    },
    "staff_new": lambda w, _who: {
        "username": "newcomer",
        "display_name": "新人",
        "language": "zh-hans",
        "password": PASSWORD,
        "password_again": PASSWORD,
    },
    "grant_new": lambda w, _who: {"username": "desk-nobody", "role": "operator", "office": w.city.office.pk},
    "profile": lambda w, _who: {"what": "language", "language": "zh-hans"},
    "factor_set_up": lambda w, _who: {"what": "begin"},
    "notification_read": lambda w, _who: {"upto": "0"},
    "set_language": lambda w, _who: {"language": "zh-hans", "next": "/"},
    "draft": lambda w, _who: {},
    "login": lambda w, _who: {"username": "desk-operator", "password": "wrong"},
}
