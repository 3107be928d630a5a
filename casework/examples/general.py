"""The worked examples of what every office does: days, petitions, numbers, privacy, figures.

Names and results are those that offices write in their files; the functions are those of the rooms.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _now

from casework.cases import petitions
from casework.deadlines import calendar as days
from casework.deadlines import examples as of_deadlines
from casework.deadlines.rules import Certainty, DeadlineRule, Unit
from casework.employers import duty
from casework.people import identifiers, privacy
from casework.people.identifiers import InvalidIdentifier
from casework.reports import sums

from .periods import RESULTS, Passed, reckoned, weekday
from .reading import (
    BadInput,
    amount,
    day,
    from_to,
    list_of,
    moment,
    one_of,
    record,
    text,
    truth,
    typed,
    when,
    whole,
)
from .rule import DATE, EVERY_AREA, ExampleRule, Question, RuleExample, Sample

LAW_OF_DAYS = "民法典 第二百零一条至第二百零三条"

# ---- days ----------------------------------------------------------------------------------------------


def _day(question: Question) -> Mapping[str, Any]:
    asked, calendar = question["date"], question.calendar
    return {
        "is_working_day": calendar.is_working_day(asked),
        "weekday": weekday(asked),
        "provisional_calendar_not_published": calendar.is_provisional(asked, asked),
    }


def _received(question: Question) -> Mapping[str, Any]:
    return {"received_on": days.beijing_date(question["received_at"])}


def _between(question: Question) -> Mapping[str, Any]:
    first, last = question["from"], question["to"]
    return {
        "working_days": days.working_days_between(first, last, question.calendar),
        "provisional_calendar_not_published": question.calendar.is_provisional(min(first, last), max(first, last)),
    }


# What happens to a period, by the names that files give it; every other day is its first one.
STARTED, INTERRUPTED, SUSPENDED, RESUMED = "begun", "interrupted", "suspended", "resumed"
MOVED = {
    "interrupted": INTERRUPTED,
    "earlier_interruption": INTERRUPTED,
    "supplemented": INTERRUPTED,
    "event": INTERRUPTED,
    "suspended_from": SUSPENDED,
    "cause_removed": RESUMED,
}
MADE_ANEW = frozenset(name for name, move in MOVED.items() if move == INTERRUPTED)
_UNITS = {"calendar": Unit.DAYS, "working": Unit.WORKING_DAYS}


def a_period(unit: Unit) -> DeadlineRule:
    """Return a period of the law in general: it can be interrupted and stand still, and what comes too late is lost."""
    return DeadlineRule(
        "period",
        "",
        0,
        unit,
        starts=(STARTED,),
        restarted_by=(INTERRUPTED,),
        law=LAW_OF_DAYS,
        certainty=Certainty.STATUTORY,
        lapses=True,
        suspended_by=() if unit.counts_hours else (SUSPENDED,),
        resumed_by=() if unit.counts_hours else (RESUMED,),
    )


def _period(question: Question, unit: Unit, length: int) -> Mapping[str, Any]:
    happened = {name: value for name, value in question.given.items() if name not in _NO_DAYS}
    # What would make a running period count anew begins one where nothing else does.
    anew = sorted(MADE_ANEW & happened.keys(), key=lambda name: str(happened[name]))
    begins = {name for name in happened if name not in MOVED} or set(anew[:1])
    if not begins:
        raise BadInput(_now("A period begins with a day, called whatever it is."))
    events = [Passed(STARTED if name in begins else MOVED[name], value) for name, value in happened.items()]
    return reckoned(a_period(unit), events, question.calendar, length)


_NO_DAYS = {"days", "unit", "months", "years", "hours"}


def _days(question: Question) -> Mapping[str, Any]:
    return _period(question, _UNITS[question.get("unit", "calendar")], question["days"])


def _months(question: Question) -> Mapping[str, Any]:
    return _period(question, Unit.MONTHS, question["months"])


def _years(question: Question) -> Mapping[str, Any]:
    return _period(question, Unit.YEARS, question["years"])


def _hours(question: Question) -> Mapping[str, Any]:
    return _period(question, Unit.HOURS, question["hours"])


_MAY_HAPPEN = dict.fromkeys(MOVED, day)

CALENDAR = (
    ExampleRule(
        "calendar.day",
        "calendar",
        "Is a day worked",
        "国务院办公厅关于部分节假日安排的通知 (每年); 全国年节及纪念日放假办法 第二条、第六条、第七条",
        {"date": day},
        ("is_working_day", "weekday", "provisional_calendar_not_published"),
        _day,
        (
            Sample({"date": "2025-02-08"}, {"is_working_day": True, "weekday": "Sat"}),
            Sample({"date": "2025-10-08"}, {"is_working_day": False, "weekday": "Wed"}),
            Sample(
                {"date": "2026-10-09", "calendar_years_loaded": [2025]}, {"provisional_calendar_not_published": True}
            ),
        ),
    ),
    ExampleRule(
        "calendar.received",
        "calendar",
        "The day something was received",
        "民法典 第二百零三条第二款",
        {"received_at": moment},
        ("received_on",),
        _received,
        (
            Sample({"received_at": "2025-03-31T15:59:59Z", "timezone": "Asia/Shanghai"}, {"received_on": "2025-03-31"}),
            Sample({"received_at": "2025-03-31T16:00:00Z", "timezone": "Asia/Shanghai"}, {"received_on": "2025-04-01"}),
        ),
        may_read={"timezone": one_of(["Asia/Shanghai"])},
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "calendar.between",
        "calendar",
        "Working days after a day, up to another and with it",
        LAW_OF_DAYS,
        {"from": day, "to": day},
        ("working_days", "provisional_calendar_not_published"),
        _between,
        (Sample({"from": "2025-01-24", "to": "2025-02-10"}, {"working_days": 7}),),
    ),
    ExampleRule(
        "period.days",
        EVERY_AREA,
        "A period of days, calendar or working, from a day called whatever it is",
        LAW_OF_DAYS,
        {"days": whole},
        RESULTS,
        _days,
        (
            Sample(
                {"told": "2025-04-20", "days": 15, "unit": "calendar"},
                {"nominal": "2025-05-05", "nominal_is_working_day": False, "rolled": "2025-05-06"},
            ),
            Sample(
                {"told": "2025-04-25", "days": 3, "unit": "working"},
                {"due": "2025-04-29", "counted_days": ["2025-04-27", "2025-04-28", "2025-04-29"]},
            ),
        ),
        may_read={"unit": one_of(_UNITS), **_MAY_HAPPEN},
        rest=when,
    ),
    ExampleRule(
        "period.months",
        EVERY_AREA,
        "A period of months, from a day called whatever it is",
        LAW_OF_DAYS,
        {"months": whole},
        RESULTS,
        _months,
        (
            Sample({"told": "2025-08-31", "months": 6}, {"nominal": "2026-02-28", "rolled": "2026-02-28"}),
            Sample(
                {"told": "2024-06-03", "months": 12, "suspended_from": "2025-03-01", "cause_removed": "2025-03-11"},
                {"nominal": "2025-06-13", "suspended_days": 10},
            ),
            Sample(
                {"told": "2024-06-03", "months": 6, "event": "2024-12-04"},
                {"interrupted": False, "expired_on": "2024-12-03", "state": "expired"},
            ),
        ),
        may_read=_MAY_HAPPEN,
        rest=when,
    ),
    ExampleRule(
        "period.years",
        EVERY_AREA,
        "A period of years, from a day called whatever it is",
        LAW_OF_DAYS,
        {"years": from_to(0, 200)},
        RESULTS,
        _years,
        (
            Sample({"told": "2024-02-29", "years": 1}, {"nominal": "2025-02-28", "rolled": "2025-02-28"}),
            Sample({"told": "2024-02-29", "years": 1, "interrupted": "2024-11-05"}, {"nominal": "2025-11-05"}),
        ),
        may_read=_MAY_HAPPEN,
        rest=when,
    ),
    ExampleRule(
        "period.hours",
        EVERY_AREA,
        "A period of hours, from a moment called whatever it is",
        LAW_OF_DAYS,
        {"hours": whole},
        RESULTS,
        _hours,
        (Sample({"told": "2025-05-02T21:30", "hours": 24}, {"due_at": "2025-05-03T21:30", "due": "2025-05-03"}),),
        rest=moment,
    ),
)

# ---- petitions -----------------------------------------------------------------------------------------


def _representatives(question: Question) -> Mapping[str, Any]:
    return {"allowed": petitions.may_come(question["representatives"])}


PETITIONS = (
    ExampleRule(
        "petition.representatives",
        "petition",
        "How many may come with a matter they share",
        "信访工作条例 第二十条",
        {"representatives": from_to(1, 100_000)},
        ("allowed",),
        _representatives,
        (
            Sample({"representatives": 3}, {"allowed": True}),
            Sample({"representatives": 7}, {"allowed": False}),
        ),
    ),
)

# ---- numbers that name people, firms, accounts ---------------------------------------------------------

CHECKED = ("valid", "error", "expected_check")


def _wrong(error: InvalidIdentifier) -> Mapping[str, Any]:
    return {"valid": False, "error": error.code, "expected_check": error.facts.get("expected")}


def _paper(question: Question) -> Mapping[str, Any]:
    try:
        said = identifiers.identity(question.get("id_type", "resident"), question["value"], question["today"])
    except InvalidIdentifier as error:
        return _wrong(error)
    found: dict[str, Any] = {"valid": True, "birth": said.birth_on, "sex": said.sex or None}
    if said.birth_on is not None:
        found |= {name: identifiers.age(said.birth_on, on) for name, on in question.asked_days(AGE).items()}
    return found


AGE = f"age_on_{DATE}"


def _firm(question: Question) -> Mapping[str, Any]:
    try:
        said = identifiers.credit_code(question["value"])
    except InvalidIdentifier as error:
        letters: Any = error.facts.get("bad", ())
        return {**_wrong(error), "bad": frozenset(letters)}
    return {
        "valid": True,
        "registry": said.registry,
        "type": said.kind,
        "area": said.area,
        "org_code": said.organisation,
        "org_code_check_ok": said.organisation_check_fits,
    }


ACCEPT, WARN = "accept", "warn, require re-entry and name match; do not hard-block"


def _card(question: Question) -> Mapping[str, Any]:
    try:
        said = identifiers.bank_card(question["value"])
    except InvalidIdentifier as error:
        return {"luhn_ok": False, "length_ok": False, "action": "refuse", "error": error.code}
    return {
        "luhn_ok": said.digit_fits,
        "length_ok": said.length_fits,
        "action": ACCEPT if said.check_fits else WARN,
    }


def _phone(question: Question) -> Mapping[str, Any]:
    try:
        said = identifiers.phone(question["value"])
    except InvalidIdentifier:
        said = None
    mobile = said is not None and said.kind == "mobile"
    return {
        "mobile": mobile,
        "normalised": said.number if said is not None and mobile else None,
        "maybe_landline": identifiers.may_be_landline(question["value"]),
    }


IDENTIFIERS = (
    ExampleRule(
        "identifier.person",
        "identifier",
        "The number of an ID card: valid or what is wrong, birth, sex, age",
        "GB 11643-1999",
        {"value": typed, "today": day},
        (*CHECKED, "birth", "sex", AGE),
        _paper,
        (
            Sample(
                {"value": "410105199003074211", "today": "2025-06-30"},
                {"valid": True, "birth": "1990-03-07", "sex": "M", "age_on_2025-03-06": 34, "age_on_2025-03-07": 35},
            ),
            Sample(
                {"value": "410105199003074210", "today": "2025-06-30"},
                {"valid": False, "error": "CHECK_DIGIT", "expected_check": "1"},
            ),
            Sample({"value": "410105199002304215", "today": "2025-06-30"}, {"valid": False, "error": "BIRTH_DATE"}),
            Sample({"value": "410105203003074216", "today": "2025-06-30"}, {"error": "BIRTH_IN_FUTURE"}),
            Sample({"value": "410105900307421", "today": "2025-06-30"}, {"valid": False, "error": "FORMAT"}),
        ),
        may_read={"id_type": one_of(identifiers.ID_CHECKS)},
    ),
    ExampleRule(
        "identifier.firm",
        "identifier",
        "A unified social credit code: valid or what is wrong, and its parts",
        "GB 32100-2015",
        {"value": typed},
        (*CHECKED, "bad", "registry", "type", "area", "org_code", "org_code_check_ok"),
        _firm,
        (
            Sample(
                {"value": "81410105MC00000384"},
                {"valid": True, "registry": "8", "type": "1", "area": "410105", "org_code": "MC0000038"},
            ),
            Sample({"value": "81410105MC0000038Y"}, {"error": "CHECK_CHAR", "expected_check": "4"}),
            Sample({"value": "81410105MC0000I384"}, {"error": "CHARSET", "bad": ["I"]}),
            Sample({"value": "81410105MC"}, {"valid": False, "error": "LENGTH"}),
        ),
    ),
    ExampleRule(
        "identifier.account",
        "identifier",
        "The number of a bank account: how it is built, and what is done about it",
        "ISO/IEC 7812-1",
        {"value": typed},
        ("luhn_ok", "length_ok", "action", "error"),
        _card,
        (
            Sample({"value": "6200000000000000026"}, {"luhn_ok": True, "length_ok": True, "action": ACCEPT}),
            Sample({"value": "6200000000000000027"}, {"luhn_ok": False, "length_ok": True, "action": WARN}),
            Sample({"value": "1702020109"}, {"length_ok": False, "action": WARN}),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "identifier.phone",
        "identifier",
        "A phone number: a mobile in its one form, or maybe a landline",
        "工信部号段",
        {"value": typed},
        ("mobile", "normalised", "maybe_landline"),
        _phone,
        (
            Sample({"value": "0086 199 0000 0001"}, {"mobile": True, "normalised": "19900000001"}),
            Sample({"value": "0371-65432100"}, {"mobile": False, "normalised": None, "maybe_landline": True}),
        ),
        certainty=Certainty.CONVENTION,
    ),
)

# ---- privacy -------------------------------------------------------------------------------------------


def _guardian(question: Question) -> Mapping[str, Any]:
    young = privacy.needs_guardian(question["birth"], question["on"])
    return {"under_14": young, "guardian_consent_required": young}


def _publication(question: Question) -> Mapping[str, Any]:
    return {
        "public_fields": frozenset(privacy.public_part(question["record"])),
        "never_public": frozenset(privacy.kept_back(question["record"])),
    }


def _masks(question: Question) -> Mapping[str, Any]:
    masks = {
        "id_number": identifiers.mask_id,
        "phone": identifiers.mask_phone,
        "bank_card": identifiers.mask_card,
        "name": identifiers.mask_name,
        "names": lambda names: [identifiers.mask_name(name) for name in names],
    }
    return {name: masks[name](value) for name, value in question.given.items()}


PRIVACY = (
    ExampleRule(
        "privacy.guardian",
        "privacy",
        "Does a guardian have to consent",
        "个人信息保护法 第二十八条、第三十一条",
        {"birth": day, "on": day},
        ("under_14", "guardian_consent_required"),
        _guardian,
        (
            Sample({"birth": "2011-05-02", "on": "2025-05-01"}, {"under_14": True, "guardian_consent_required": True}),
            Sample({"birth": "2011-05-02", "on": "2025-05-02"}, {"under_14": False}),
        ),
    ),
    ExampleRule(
        "privacy.publication",
        "privacy",
        "What of a record may stand on a public notice",
        "个人信息保护法 第六条、第二十五条、第二十八条、第二十九条",
        {"record": record},
        ("public_fields", "never_public"),
        _publication,
        (
            Sample(
                {"record": {"name": "李某", "wage": "3000", "amount": "500.00", "id_number": "…"}},
                {"public_fields": ["name", "amount"], "never_public": ["wage", "id_number"]},
            ),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "privacy.masks",
        "privacy",
        "How numbers and names stand in lists",
        "个人信息保护法 第五十一条",
        {},
        ("id_number", "phone", "bank_card", "name", "names"),
        _masks,
        (
            Sample(
                {"id_number": "410105199003074211", "phone": "19900000001", "names": ["李梅", "诸葛春生"]},
                {"id_number": "410105********4211", "phone": "199****0001", "names": ["李*", "诸***"]},
            ),
        ),
        may_read={"id_number": typed, "phone": typed, "bank_card": typed, "name": text, "names": list_of(text)},
        certainty=Certainty.CONVENTION,
    ),
)

# ---- figures -------------------------------------------------------------------------------------------


def _share(part: Any, whole_: Any, name: str) -> Mapping[str, Any]:
    share = sums.percent(part, whole_)
    return {name: share, "display": sums.in_words(share)}


def _completion(question: Question) -> Mapping[str, Any]:
    share = sums.percent(question["closed"], question["accepted"])
    return {"completion_rate": None if share is None else sums.in_words(share), "display": sums.in_words(share)}


def _payout_ratio(question: Question) -> Mapping[str, Any]:
    return _share(question["paid_wan"], question["collected_wan"], "ratio_pct")


def _total(question: Question) -> Mapping[str, Any]:
    parts = [value for name, value in question.given.items() if name != "printed_total_wan"]
    printed = question.get("printed_total_wan")
    return {
        "total_wan": sums.total(parts),
        "adds_up": None if printed is None else sums.adds_up(parts, printed),
    }


def _average(question: Question) -> Mapping[str, Any]:
    return {"average_yuan": sums.average_yuan(question["amount_wan"], question["count"])}


def _visit(value: Any) -> str:
    return typed(record(value).get("person"))


def _people(question: Question) -> Mapping[str, Any]:
    return {
        "person_times_人次": sums.person_times(question["visits"]),
        "persons_人": sums.persons(question["visits"]),
    }


def _visited(value: Any) -> tuple[str, bool]:
    name, is_key = list_of(lambda part: part)(value) if isinstance(value, list) and len(value) == 2 else ("", None)
    return typed(name), truth(is_key)


def _duty(question: Question) -> Mapping[str, Any]:
    return {"met": [duty.is_met(week) for week in question["weeks"]]}


STATISTICS = (
    ExampleRule(
        "statistics.completion",
        "statistics",
        "Completion rate (办结率)",
        "统计口径: 办结数 ÷ 受理数",
        {"accepted": whole, "closed": whole},
        ("completion_rate", "display"),
        _completion,
        (
            Sample({"accepted": 3, "closed": 2}, {"completion_rate": "66.67%"}),
            Sample({"accepted": 0, "closed": 1}, {"completion_rate": None, "display": "—"}),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "statistics.total",
        "statistics",
        "Parts and their total",
        "统计口径: 分项之和 = 合计",
        {"festival_relief_wan": amount, "other_relief_wan": amount},
        ("total_wan", "adds_up"),
        _total,
        (
            Sample(
                {"festival_relief_wan": "12.5", "other_relief_wan": "7.25", "printed_total_wan": "19.8"},
                {"total_wan": "19.75", "adds_up": False},
            ),
        ),
        may_read={"printed_total_wan": amount},
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "statistics.average",
        "statistics",
        "Average for each (人均)",
        "统计口径: 金额 ÷ 人次",
        {"amount_wan": amount, "count": whole},
        ("average_yuan",),
        _average,
        (
            Sample({"amount_wan": "1.00005", "count": 3}, {"average_yuan": "3333.50"}),
            Sample({"amount_wan": "5", "count": 0}, {"average_yuan": None}),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "statistics.ratio",
        "statistics",
        "Payout ratio of mutual aid (赔付率)",
        "统计口径: 补助金额 ÷ 收缴金额",
        {"paid_wan": amount, "collected_wan": amount},
        ("ratio_pct", "display"),
        _payout_ratio,
        (
            Sample({"paid_wan": "45.5", "collected_wan": "70"}, {"ratio_pct": "65.00", "display": "65.00%"}),
            Sample({"paid_wan": "45.5", "collected_wan": "0"}, {"ratio_pct": None, "display": "—"}),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "statistics.people",
        "statistics",
        "People, and people each time (人、人次)",
        "统计口径: 人 与 人次 分列",
        {"visits": list_of(_visit)},
        ("person_times_人次", "persons_人"),
        _people,
        (
            Sample(
                {"visits": [{"person": "甲"}, {"person": "乙"}, {"person": "甲"}, {"person": "甲"}]},
                {"person_times_人次": 4, "persons_人": 2},
            ),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "statistics.visit_duty",
        "statistics",
        "Weekly duty to visit enterprises (走访)",
        "每周至少走访2家企业，其中重点监管企业每周至少1次",
        {"weeks": list_of(list_of(_visited))},
        ("met",),
        _duty,
        (
            Sample(
                {"weeks": [[["甲厂", False], ["乙厂", True]], [["甲厂", True]], []]},
                {"met": [True, False, False]},
            ),
        ),
        certainty=Certainty.CONFIGURABLE,
    ),
)

EXAMPLES = (*CALENDAR, *PETITIONS, *IDENTIFIERS, *PRIVACY, *STATISTICS)

# What must come out of the periods that every case and contact has: rule, events, results.
RULE_EXAMPLES: Iterable[RuleExample | tuple[Any, ...]] = (
    ("GEN.handover", {"handover_offered": "2025-04-30T16:30"}, {"due_at": "2025-05-06T12:00", "state": "running"}),
    ("GEN.promise.consult", {"taken": "2025-04-30"}, {"due": "2025-05-06"}),
    (
        "GEN.promise.ordinary",
        {"taken": "2025-04-24"},
        {"due": "2025-04-30", "counted_days": ["2025-04-25", "2025-04-27", "2025-04-28", "2025-04-29", "2025-04-30"]},
    ),
    (
        "GEN.promise.difficult",
        {"taken": "2025-09-16", "answered": "2025-10-13"},
        {"due": "2025-10-13", "state": "satisfied"},
    ),
    *of_deadlines.RULE_EXAMPLES,
)
