"""The worked examples of labour disputes: limitation, collective cases, awards, and the money of the law."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casework.deadlines.calendar import add_months
from casework.deadlines.rules import Unit, due
from casework.examples.periods import RESULTS, Passed, reckoned
from casework.examples.reading import amount, day, from_to, list_of, month, one_or_list_of, optional, truth
from casework.examples.rule import ExampleRule, Question, Sample

from . import compensation, deadline_examples, limitation
from .collective import is_collective, representatives
from .compensation import COMPENSATION_LAW, FINAL_AWARD_LAW, Service
from .deadlines import LIMITATION
from .employer_deadlines import INSPECTION_LOOK_BACK

AREA, MONEY = "labour_dispute", "labour_money"

# Which of the kinds interrupts it does not matter to the count.
INTERRUPTED, SUSPENDED, RESUMED = LIMITATION.restarted_by[0], LIMITATION.suspended_by[0], LIMITATION.resumed_by[0]

EXPIRED = "expired_but_acceptable"
DEFENCE = "time-bar is a defence the employer must raise in arbitration"

# What happens to the limitation, by the names that files give it.
EVENTS = {
    "interrupted": INTERRUPTED,
    "earlier_interruption": INTERRUPTED,
    "event": INTERRUPTED,
    "suspended_from": SUSPENDED,
    "cause_removed": RESUMED,
}


# A year is twelve months (民法典 art. 202); files count it so.
BY_MONTHS = replace(LIMITATION, unit=Unit.MONTHS, length=12 * LIMITATION.length)


def _reckon(question: Question, start: date | None) -> Mapping[str, Any]:
    """Let everything that happened pass over the limitation from its first day."""
    events = [] if start is None else [Passed(LIMITATION.starts[0], start)]
    for name, value in question.given.items():
        if name in EVENTS:
            events += [Passed(EVENTS[name], one) for one in (value if isinstance(value, list) else [value])]
    found = dict(reckoned(BY_MONTHS, events, question.calendar, question.get("months", BY_MONTHS.length)))
    over = found["expired_on"] is not None
    return found | {"status": EXPIRED if over else found["state"], "must_tell_worker": DEFENCE if over else None}


def _knew(question: Question) -> Mapping[str, Any]:
    on = limitation.starts_on(is_about_pay=False, knew_on=question["knew"], is_employed=False, employed_until=None)
    return _reckon(question, on)


def _terminated(question: Question) -> Mapping[str, Any]:
    ended = question["terminated"]
    on = limitation.starts_on(is_about_pay=True, knew_on=None, is_employed=False, employed_until=ended)
    return _reckon(question, on)


def _employed(question: Question) -> Mapping[str, Any]:
    since = limitation.starts_on(
        is_about_pay=True, knew_on=question["arrears_month"], is_employed=True, employed_until=None
    )
    ends = None if since is None else due(LIMITATION, since, question.calendar).due_on
    return {"time_barred": ends is not None and question["employed_on"] > ends, "expires": ends}


def _group(question: Question) -> Mapping[str, Any]:
    workers, common = question["workers"], question["common_claim"]
    return {
        "is_group_case": is_collective(workers, has_common_claim=common),
        "arbitration_representatives": representatives(workers, has_common_claim=common),
    }


def _award(question: Question) -> Mapping[str, Any]:
    found = compensation.final_award([("", item) for item in question["items"]], question["monthly_minimum_wage"])
    return {"threshold": found.threshold, "final_award": found.is_final}


def _inspection(question: Question) -> Mapping[str, Any]:
    last_on = due(INSPECTION_LOOK_BACK, question["violation_ended"], question.calendar).due_on
    return {"nominal_last_day": last_on, "within_2_years": question["reported"] <= last_on}


def _compensation(question: Question) -> Mapping[str, Any]:
    service = Service(question["service_years"], question["service_months"], question.get("service_days", 0))
    wage, average = question["monthly_wage"], question["local_average_wage"]
    found = compensation.economic_compensation(service, wage, average)
    months, base, _amount = (step.value for step in found.steps)
    return {
        "months": months,
        "base": base,
        "amount": found.amount,
        "unlawful_termination_2x": compensation.unlawful_termination(service, wage, average).amount,
    }


def _double_wage(question: Question) -> Mapping[str, Any]:
    hired, signed = question["hired"], question["contract_signed"]
    until = question.get("until") or add_months(hired, 12)
    found = compensation.double_wage(hired, signed, until, question["monthly_wage"], question.calendar.is_working_day)
    return {
        "months_payable": found.steps[0].value,
        "working_days_of_part_months": found.steps[1].value,
        "amount_second_wage": found.amount,
    }


def _wage(question: Question) -> Mapping[str, Any]:
    found = compensation.day_and_hour(question["monthly_wage"])
    return {"daily": found.amount, "hourly": found.steps[1].value}


LIMITATION_RESULTS = (*RESULTS, "status", "must_tell_worker")
MAY_HAPPEN = {name: one_or_list_of(day) for name in EVENTS}

EXAMPLES = (
    ExampleRule(
        "labour_dispute.limitation",
        AREA,
        "Limitation from the day the worker knew, interrupted or standing still; it warns and never refuses",
        "劳动争议调解仲裁法 第二十七条; 劳动人事争议仲裁办案规则 第二十六条至第二十八条; 法释〔2025〕12号 第二十条",
        {"knew": day},
        LIMITATION_RESULTS,
        _knew,
        (
            Sample(
                {"knew": "2024-05-01", "months": 12},
                {"nominal": "2025-05-01", "nominal_is_working_day": False, "rolled": "2025-05-06"},
            ),
            Sample(
                {"knew": "2024-05-01", "months": 12, "interrupted": "2024-10-08", "earlier_interruption": "2024-07-01"},
                {"nominal": "2025-10-08", "rolled": "2025-10-09", "interrupted": True},
            ),
            Sample(
                {"knew": "2024-05-01", "event": "2025-05-06"},
                {"interrupted": True, "expired_on": None, "status": "running", "must_tell_worker": None},
            ),
            Sample(
                {"knew": "2024-05-01", "event": "2025-05-07"},
                {
                    "interrupted": False,
                    "expired_on": "2025-05-06",
                    "status": EXPIRED,
                    "must_tell_worker": DEFENCE,
                },
            ),
            Sample(
                {"knew": "2024-05-01", "suspended_from": "2024-06-01", "cause_removed": "2024-06-08"},
                {"nominal": "2025-05-08", "suspended_days": 7},
            ),
        ),
        may_read={"months": from_to(1, 240), **MAY_HAPPEN},
    ),
    ExampleRule(
        "labour_dispute.limitation_of_pay",
        AREA,
        "Limitation of unpaid wages from the end of the employment",
        "劳动争议调解仲裁法 第二十七条第四款",
        {"terminated": day},
        LIMITATION_RESULTS,
        _terminated,
        (Sample({"terminated": "2024-04-06", "months": 12}, {"nominal": "2025-04-06", "rolled": "2025-04-07"}),),
        may_read={"months": from_to(1, 240), **MAY_HAPPEN},
    ),
    ExampleRule(
        "labour_dispute.pay_while_employed",
        AREA,
        "Unpaid wages of somebody still employed are never time-barred",
        "劳动争议调解仲裁法 第二十七条第四款",
        {"arrears_month": month, "employed_on": day},
        ("time_barred", "expires"),
        _employed,
        (Sample({"arrears_month": "2011-03", "employed_on": "2025-06-30"}, {"time_barred": False, "expires": None}),),
    ),
    ExampleRule(
        "labour_dispute.group",
        AREA,
        "Is it a collective case, and how many speak for all",
        "劳动争议调解仲裁法 第七条; 民法典 第一千二百五十九条; 劳动人事争议仲裁办案规则 第六十三条",
        {"workers": from_to(1, 1_000_000), "common_claim": truth},
        ("is_group_case", "arbitration_representatives"),
        _group,
        (
            Sample(
                {"workers": 10, "common_claim": True}, {"is_group_case": True, "arbitration_representatives": [3, 5]}
            ),
            Sample(
                {"workers": 40, "common_claim": False}, {"is_group_case": False, "arbitration_representatives": None}
            ),
        ),
    ),
    ExampleRule(
        "labour_dispute.final_award",
        AREA,
        "Is an award final for the employer: each item against twelve monthly minimum wages",
        FINAL_AWARD_LAW,
        {"monthly_minimum_wage": amount, "items": list_of(amount)},
        ("threshold", "final_award"),
        _award,
        (
            Sample(
                {"monthly_minimum_wage": "2000.50", "items": ["24006", "1"]},
                {"threshold": "24006.00", "final_award": True},
            ),
            Sample({"monthly_minimum_wage": "2000.50", "items": ["1", "24006.01"]}, {"final_award": False}),
        ),
    ),
    ExampleRule(
        "labour_dispute.inspection",
        AREA,
        "How far labour inspection looks back",
        "劳动保障监察条例 (2004) 第二十条",
        {"violation_ended": day, "reported": day},
        ("nominal_last_day", "within_2_years"),
        _inspection,
        (
            Sample(
                {"violation_ended": "2023-05-02", "reported": "2025-05-02"},
                {"nominal_last_day": "2025-05-02", "within_2_years": True},
            ),
            Sample({"violation_ended": "2023-05-02", "reported": "2025-05-03"}, {"within_2_years": False}),
        ),
    ),
    ExampleRule(
        "labour_money.compensation",
        MONEY,
        "Economic compensation, and twice as much after an unlawful termination",
        f"{COMPENSATION_LAW}; {compensation.UNLAWFUL_LAW}",
        {
            "service_years": from_to(0, 80),
            "service_months": from_to(0, 11),
            "monthly_wage": amount,
            "local_average_wage": amount,
        },
        ("months", "base", "amount", "unlawful_termination_2x"),
        _compensation,
        (
            Sample(
                {"service_years": 2, "service_months": 5, "monthly_wage": "7200", "local_average_wage": "8000"},
                {
                    "months": "2.5",
                    "base": "7200.00",
                    "amount": "18000.00",
                    "unlawful_termination_2x": "36000.00",
                },
            ),
            Sample(
                {"service_years": 14, "service_months": 6, "monthly_wage": "24000.01", "local_average_wage": "8000"},
                {"months": "12", "base": "24000.00", "amount": "288000.00"},
            ),
            Sample(
                {"service_years": 14, "service_months": 6, "monthly_wage": "24000.00", "local_average_wage": "8000"},
                {"months": "15", "amount": "360000.00"},
            ),
        ),
        may_read={"service_days": from_to(0, 30)},
    ),
    ExampleRule(
        "labour_money.double_wage",
        MONEY,
        "The second wage for a time without a written contract",
        f"{compensation.DOUBLE_WAGE_LAW}; {compensation.PART_MONTH_LAW}",
        {"hired": day, "contract_signed": optional(day), "monthly_wage": amount},
        ("months_payable", "working_days_of_part_months", "amount_second_wage"),
        _double_wage,
        (
            Sample(
                {"hired": "2024-02-01", "contract_signed": "2024-04-01", "monthly_wage": "5000"},
                {"months_payable": 1, "amount_second_wage": "5000.00"},
            ),
            Sample(
                {"hired": "2023-02-01", "contract_signed": None, "monthly_wage": "5000"},
                {"months_payable": 11, "amount_second_wage": "55000.00"},
            ),
            Sample(
                {"hired": "2024-02-01", "contract_signed": "2024-02-20", "monthly_wage": "5000"},
                {"months_payable": 0, "amount_second_wage": "0.00"},
            ),
        ),
        may_read={"until": day},
    ),
    ExampleRule(
        "labour_money.wage",
        MONEY,
        "Pay of a day and of an hour",
        compensation.PAID_DAYS_LAW,
        {"monthly_wage": amount},
        ("daily", "hourly"),
        _wage,
        (Sample({"monthly_wage": "5000"}, {"daily": "229.89", "hourly": "28.74"}),),
    ),
)

# What must come out of the type's own periods: rule, events, results.
RULE_EXAMPLES = (
    ("LD.acceptance", {"received": "2025-04-25"}, {"due": "2025-04-29", "state": "running"}),
    ("LD.employer_silence", {"asked": "2025-04-27"}, {"nominal": "2025-05-02", "rolled": "2025-05-06"}),
    (
        "LD.mediation.from_receipt",
        {"received": "2025-04-20"},
        {"nominal": "2025-05-05", "nominal_is_working_day": False, "rolled": "2025-05-06", "rolled_weekday": "Tue"},
    ),
    (
        "LD.mediation.from_acceptance",
        {"accepted": "2025-04-20", "extended_until": "2025-05-12"},
        {"nominal": "2025-05-12", "rolled": "2025-05-12", "state": "running"},
    ),
    (
        "LD.limitation",
        {
            "limitation_started": "2024-05-01",
            "interrupted": ["2024-07-01", "2024-10-08"],
            "suspended": "2025-01-01",
            "resumed": "2025-01-11",
        },
        {"nominal": "2025-10-18", "rolled": "2025-10-20", "suspended_days": 10, "interrupted": True},
    ),
    ("LD.arbitration_review", {"in_effect": "2025-04-20"}, {"nominal": "2025-05-05", "rolled": "2025-05-06"}),
    ("LD.judicial_confirmation", {"in_effect": "2025-04-03"}, {"nominal": "2025-05-03", "rolled": "2025-05-06"}),
    ("LD.instalment", {"awaited": "2025-05-03"}, {"nominal": "2025-05-03", "rolled": "2025-05-03"}),
    *deadline_examples.RULE_EXAMPLES,
)
