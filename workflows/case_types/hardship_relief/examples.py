"""The worked examples of hardship relief: category, exclusions, ceilings, who decides, who may sign."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from casework.deadlines.rules import Certainty
from casework.examples.reading import amount, from_to, list_of, one_of, one_or_list_of, text, truth, whole
from casework.examples.rule import ExampleRule, Question, Sample
from casework.funds.reckoning import to_fen
from casework.people.files import on_file_already

from . import deadline_examples
from .eligibility import (
    FUND_LAW,
    INCOME_LAW,
    Assessment,
    Category,
    Decides,
    Exclusion,
    Household,
    Programme,
    Rules,
    assess,
    ceiling,
    exclusions_of,
    is_in_band,
    is_over_share,
    may_sign,
    warmth_allowed,
    who_decides,
)
from .places import LOCAL_RULES, UNNAMED, rules_of, warmth_limits

AREA = "hardship"
LOCAL = Certainty.CONFIGURABLE

# What files call the categories.
NAMES = {
    Category.DEEP: "深度困难",
    Category.RELATIVE: "相对困难",
    Category.SUDDEN: "意外致困",
    Category.MIGRANT: "困难农民工",
    Category.NONE: "不符合(仅可按意外致困另判)",
}
RULED_OUT = "不予认定"

# What files call the facts that rule a household out, beside the house's own codes.
FLAGS: Mapping[str, Exclusion] = {
    **{fact.value: fact for fact in Exclusion},
    "two_or_more_homes_above_local_average_area": Exclusion.SECOND_HOME,
    "car_not_disability_aid": Exclusion.CAR,
    "owns_car": Exclusion.CAR,
    "second_home_above_local_average_area": Exclusion.SECOND_HOME,
    "high_fee_private_school": Exclusion.PRIVATE_SCHOOL,
    "self_paid_study_abroad": Exclusion.PRIVATE_SCHOOL,
    "shop_or_hired_labour": Exclusion.BUSINESS,
    "able_to_work_but_refuses": Exclusion.REFUSES_WORK,
    "controlling_shareholder": Exclusion.BUSINESS,
    "actual_controller": Exclusion.BUSINESS,
    "refuses_verification": Exclusion.REFUSES_CHECK,
    "hides_facts": Exclusion.REFUSES_CHECK,
}

# Where the subsistence line does not matter, any will do.
NO_LINE = Decimal(1)


def _positive(value: Any) -> Decimal:
    found = amount(value)
    return Rules(dibao_monthly=found).dibao_monthly


def _rules(question: Question) -> Rules:
    return Rules(
        dibao_monthly=question["dibao_monthly"],
        boundary=question.get("operator", "lt"),
        relative_multiple=question.get("multiple", Decimal(2)),
    )


def _said(found: Assessment) -> Mapping[str, Any]:
    return {
        "per_capita_monthly": found.per_head_monthly,
        "counted_income": found.counted_income,
        "category": RULED_OUT if found.is_excluded else NAMES[found.category],
        "reason": "EXCLUSION" if found.is_excluded else None,
    }


CATEGORY_RESULTS = ("per_capita_monthly", "counted_income", "category", "reason")


def _category(question: Question) -> Mapping[str, Any]:
    home = Household(
        persons=question["persons"],
        wages=question["annual_household_income"],
        other_expense=question["rigid_expense"],
        exclusions=tuple(FLAGS[flag] for flag in question.get("flags", ())),
    )
    return _said(assess(home, _rules(question)))


def _with_relief(question: Question) -> Mapping[str, Any]:
    """Count relief that unions gave as income, and small gifts at festivals not."""
    home = Household(
        persons=question["persons"],
        wages=question["income"],
        union_relief=question["relief_received"],
        other_expense=question["rigid"],
    )
    return _said(assess(home, _rules(question)))


def _excluded(question: Question) -> Mapping[str, Any]:
    home = Household(
        persons=1,
        wages=question["per_capita_monthly"] * 12,
        exclusions=tuple(FLAGS[flag] for flag in question["flags"]),
    )
    return _said(assess(home, _rules(question)))


def _band(question: Question) -> Mapping[str, Any]:
    line, band = question["dibao_monthly"], question["band"]
    return {"limit": to_fen(line * band), "in_band": is_in_band(question["per_capita_monthly"], line, band)}


def _over(place: str) -> str:
    """Return what files call the result for a place: "Qingdao_over_80pct"."""
    return f"{place}_over_{rules_of(place, NO_LINE).sudden_share * 100:.0f}pct"


WITH_SHARE = tuple(text.place for text in LOCAL_RULES if "sudden_share" in text.value)


def _accident(question: Question) -> Mapping[str, Any]:
    expense, income = question["hardship_expense"], question["annual_household_income"]
    return {
        "ratio": Fraction(expense) / Fraction(income) if income else None,
        **{_over(place): is_over_share(expense, income, rules_of(place, NO_LINE)) for place in WITH_SHARE},
    }


def _ceilings(question: Question) -> Mapping[str, Any]:
    home = Household(persons=1, self_paid_medical=question.get("self_paid_medical", Decimal(0)))
    rules = Rules(dibao_monthly=question["dibao_monthly"])
    return {
        "living_per_household_year": ceiling(Programme.LIVING, Category.DEEP, home, rules).amount,
        "education_per_student_year": ceiling(Programme.EDUCATION, Category.DEEP, home, rules).amount,
        "medical_max": ceiling(Programme.MEDICAL, Category.DEEP, home, rules).amount,
    }


def _medical(question: Question) -> Mapping[str, Any]:
    rules = rules_of(question.get("place", "Shanghai"), NO_LINE)
    return {"amount": _each(question["self_paid"], lambda paid: _medical_aid(paid, Category.DEEP, rules))}


def _medical_by_category(question: Question) -> Mapping[str, Any]:
    rules, category = rules_of(question.get("place", UNNAMED), NO_LINE), question["category"]
    return {"amount": _each(question["self_paid"], lambda paid: _medical_aid(paid, category, rules))}


def _medical_aid(paid: Decimal, category: Category, rules: Rules) -> Decimal | None:
    return ceiling(Programme.MEDICAL, category, Household(persons=1, self_paid_medical=paid), rules).amount


def _accident_aid(question: Question) -> Mapping[str, Any]:
    rules = rules_of(question.get("place", UNNAMED), NO_LINE)

    def aid(expense: Decimal) -> Decimal | None:
        home = Household(persons=1, accident_expense=expense)
        return ceiling(Programme.LIVING, Category.SUDDEN, home, rules).amount

    return {"amount": _each(question["expense"], aid)}


LEVELS = {Decides.CITY: "city/county", Decides.PROVINCE: "province", Decides.NATION: "national (全总)"}


def _approval(question: Question) -> Mapping[str, Any]:
    rules = rules_of(question.get("place", UNNAMED), NO_LINE)
    return {"approval": _each(question["amount"], lambda asked: LEVELS[who_decides(asked, rules)])}


def _each(value: Any, work_out: Any) -> Any:
    return [work_out(one) for one in value] if isinstance(value, list) else work_out(value)


def _warmth(question: Question) -> Mapping[str, Any]:
    limits, before, new = warmth_limits(question.get("place", "Shandong")), question["paid_this_year"], question["new"]
    return {
        "per_time_ok": warmth_allowed([], new, limits).allowed,
        "year_total_after": to_fen(sum(before, new)),
        "allowed": warmth_allowed(before, new, limits).allowed,
    }


def _one_file(question: Question) -> Mapping[str, Any]:
    twice = on_file_already(question["existing_active_file_member_ids"], question["new_application_member_ids"])
    return {"allowed": not twice, "conflict": frozenset(twice)}


def _signatures(question: Question) -> Mapping[str, Any]:
    approver = question["approver"]
    verdict = may_sign(question["surveyors"], [approver] if approver else ())
    return {"allowed": verdict.allowed, "errors": frozenset(reason.name for reason in verdict.reasons)}


def _or_nobody(value: Any) -> str:
    return "" if value is None else text(value)


def _migrant(question: Question) -> Mapping[str, Any]:
    home = Household(
        persons=1,
        is_migrant=True,
        employed_months=question["employment_months"],
        is_member=question["union_member"],
    )
    against = exclusions_of(home, Rules(dibao_monthly=NO_LINE))
    return {
        "allowed": question["category_met"] and not against,
        "errors": frozenset(reason.name for reason in against),
    }


def _category_named(value: Any) -> Category:
    """Read a category by its code or as files call it."""
    known = {**{name: category for category, name in NAMES.items()}, **{one.value: one for one in Category}}
    return known[one_of(known)(value)]


PERSONS = from_to(1, 100)
LINE_LAW = "困难职工认定的地方办法: 青岛市总工会 (<); 邢台市总工会2021 (≤); 平顶山市总工会 (2倍以内)"

EXAMPLES = (
    ExampleRule(
        "hardship.category",
        AREA,
        "Category by income per head: (income − rigid expense) ÷ 12 ÷ persons against one and two lines (低保)",
        LINE_LAW,
        {
            "annual_household_income": amount,
            "rigid_expense": amount,
            "persons": PERSONS,
            "dibao_monthly": _positive,
        },
        CATEGORY_RESULTS,
        _category,
        (
            Sample(
                {
                    "annual_household_income": "36000",
                    "rigid_expense": "18000",
                    "persons": 2,
                    "dibao_monthly": "750",
                    "operator": "lt",
                },
                {"per_capita_monthly": "750.00", "category": "相对困难"},
            ),
            Sample(
                {
                    "annual_household_income": "36000",
                    "rigid_expense": "18000",
                    "persons": 2,
                    "dibao_monthly": "750",
                    "operator": "le",
                },
                {"category": "深度困难"},
            ),
            Sample(
                {"annual_household_income": "36000.24", "rigid_expense": "0", "persons": 2, "dibao_monthly": "750"},
                {"per_capita_monthly": "1500.01", "category": "不符合(仅可按意外致困另判)"},
            ),
        ),
        may_read={
            "operator": one_of(("lt", "le")),
            "multiple": amount,
            "flags": list_of(one_of(FLAGS)),
        },
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.category_with_relief",
        AREA,
        "Relief already given counts as income, a small gift at a festival does not",
        INCOME_LAW,
        {
            "income": amount,
            "relief_received": amount,
            "rigid": amount,
            "persons": PERSONS,
            "dibao_monthly": _positive,
        },
        CATEGORY_RESULTS,
        _with_relief,
        (
            Sample(
                {
                    "income": "17000",
                    "relief_received": "1500",
                    "small_festival_gift": "300",
                    "rigid": "500",
                    "persons": 2,
                    "dibao_monthly": "700",
                },
                {"counted_income": "18500.00", "per_capita_monthly": "750.00", "category": "相对困难"},
            ),
        ),
        may_read={
            "small_festival_gift": amount,
            "operator": one_of(("lt", "le")),
            "multiple": amount,
        },
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.exclusion",
        AREA,
        "A fact that rules a household out wins over its income",
        "邢台市总工会2021; 青岛市总工会",
        {"per_capita_monthly": amount, "dibao_monthly": _positive, "flags": list_of(one_of(FLAGS))},
        CATEGORY_RESULTS,
        _excluded,
        (
            Sample(
                {"per_capita_monthly": "300", "dibao_monthly": "750", "flags": ["car"]},
                {"category": "不予认定", "reason": "EXCLUSION"},
            ),
            Sample({"per_capita_monthly": "300", "dibao_monthly": "750", "flags": []}, {"category": "深度困难"}),
        ),
        may_read={"operator": one_of(("lt", "le")), "multiple": amount},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.band",
        AREA,
        "Band of the older files, in lines (低保)",
        "旧全国级、省级、市级档案口径 (安徽省某市总工会2019)",
        {"per_capita_monthly": amount, "dibao_monthly": _positive, "band": amount},
        ("limit", "in_band"),
        _band,
        (
            Sample(
                {"per_capita_monthly": "1125", "dibao_monthly": "750", "band": "1.5"},
                {"limit": "1125.00", "in_band": True},
            ),
            Sample({"per_capita_monthly": "1125.01", "dibao_monthly": "750", "band": "1.5"}, {"in_band": False}),
        ),
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.accident",
        AREA,
        "Hardship by accident (意外致困): expense against the yearly income, by city",
        "青岛市总工会 (80%以上); 重庆市困难职工家庭认定和档案管理办法 (2023) 第二条 (50%以上)",
        {"hardship_expense": amount, "annual_household_income": amount},
        ("ratio", *map(_over, WITH_SHARE)),
        _accident,
        (
            Sample(
                {"hardship_expense": "40000.01", "annual_household_income": "50000"},
                {"ratio": "0.80", "Qingdao_over_80pct": True, "Chongqing_over_50pct": True},
            ),
            Sample(
                {"hardship_expense": "40000", "annual_household_income": "50000"},
                {"Qingdao_over_80pct": False, "Chongqing_over_50pct": True},
            ),
        ),
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.ceilings",
        AREA,
        "The most that each kind of aid gives in a year",
        FUND_LAW,
        {"dibao_monthly": _positive},
        ("living_per_household_year", "education_per_student_year", "medical_max"),
        _ceilings,
        (
            Sample(
                {"dibao_monthly": "750", "self_paid_medical": "4321.5"},
                {
                    "living_per_household_year": "9000.00",
                    "education_per_student_year": "7500.00",
                    "medical_max": "4321.50",
                },
            ),
        ),
        may_read={"self_paid_medical": amount},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.medical",
        AREA,
        "Medical aid in tiers (Shanghai)",
        "沪工总权〔2019〕19号",
        {"self_paid": one_or_list_of(amount)},
        ("amount",),
        _medical,
        (
            Sample({"self_paid": "11000"}, {"amount": "9700.00"}),
            Sample({"self_paid": ["10000", "500000"]}, {"amount": ["9000.00", "20000.00"]}),
        ),
        may_read={"place": text},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.medical_by_category",
        AREA,
        "Medical aid by category (a province)",
        "某省总工会困难职工帮扶资金使用管理办法 (转载页)",
        {"self_paid": one_or_list_of(amount), "category": _category_named},
        ("amount",),
        _medical_by_category,
        (Sample({"self_paid": ["5000", "25000"], "category": "相对困难"}, {"amount": ["4000.00", "16000.00"]}),),
        may_read={"place": text},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.accident_aid",
        AREA,
        "Aid after an accident: a share of the expense (a province)",
        "某省总工会困难职工帮扶资金使用管理办法 (转载页)",
        {"expense": one_or_list_of(amount)},
        ("amount",),
        _accident_aid,
        (Sample({"expense": ["1000", "66666.66", "66666.67"]}, {"amount": ["150.00", "10000.00", "10000.00"]}),),
        may_read={"place": text},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.approval",
        AREA,
        "Who decides on an amount (a province)",
        "某省总工会困难职工帮扶资金使用管理办法 (转载页); 民法典 第一千二百五十九条",
        {"amount": one_or_list_of(amount)},
        ("approval",),
        _approval,
        (
            Sample(
                {"amount": ["19999.99", "20000.00", "50000", "60000"]},
                {"approval": ["city/county", "city/county", "province", "national (全总)"]},
            ),
        ),
        may_read={"place": text},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.warmth",
        AREA,
        "Festival warmth (送温暖): at once, and in a year (Shandong)",
        "山东省工会送温暖资金使用管理办法(试行) 2019",
        {"paid_this_year": list_of(amount), "new": amount},
        ("per_time_ok", "year_total_after", "allowed"),
        _warmth,
        (
            Sample(
                {"paid_this_year": ["3000", "2500"], "new": "500"},
                {"per_time_ok": True, "year_total_after": "6000.00", "allowed": True},
            ),
            Sample({"paid_this_year": [], "new": "3000.01"}, {"per_time_ok": False, "allowed": False}),
        ),
        may_read={"place": text},
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.one_file",
        AREA,
        "One household, one file; one person, one file",
        "一户一档 (邹城市总工会)",
        {"existing_active_file_member_ids": list_of(text), "new_application_member_ids": list_of(text)},
        ("allowed", "conflict"),
        _one_file,
        (
            Sample(
                {"existing_active_file_member_ids": ["甲", "乙"], "new_application_member_ids": ["丙", "丁"]},
                {"allowed": True, "conflict": []},
            ),
            Sample(
                {"existing_active_file_member_ids": ["甲", "乙"], "new_application_member_ids": ["乙"]},
                {"allowed": False, "conflict": ["乙"]},
            ),
        ),
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.signatures",
        AREA,
        "Two people survey, and neither approves",
        "两人一组入户调查; 工会法 第四十五条",
        {"surveyors": list_of(text), "approver": _or_nobody},
        ("allowed", "errors"),
        _signatures,
        (
            Sample({"surveyors": ["林", "陈"], "approver": "孙"}, {"allowed": True, "errors": []}),
            Sample({"surveyors": ["林", "陈"], "approver": "陈"}, {"errors": ["SURVEYOR_IS_APPROVER"]}),
            Sample({"surveyors": ["林", "林"], "approver": "孙"}, {"errors": ["SURVEY_NEEDS_TWO"]}),
        ),
        certainty=LOCAL,
    ),
    ExampleRule(
        "hardship.migrant",
        AREA,
        "A migrant worker: a year of employment here, and a union member",
        "青岛市总工会; 岳阳市总工会2018",
        {"employment_months": whole, "union_member": truth, "category_met": truth},
        ("allowed", "errors"),
        _migrant,
        (
            Sample({"employment_months": 12, "union_member": True, "category_met": True}, {"allowed": True}),
            Sample(
                {"employment_months": 24, "union_member": False, "category_met": True},
                {"allowed": False, "errors": ["NOT_A_MEMBER"]},
            ),
        ),
        certainty=LOCAL,
    ),
)

# What must come out of the type's own periods: rule, events, results.
RULE_EXAMPLES = (
    (
        "HR.public_notice",
        {"notice_posted": "2025-04-25"},
        {
            "due": "2025-05-06",
            "counted_days": ["2025-04-27", "2025-04-28", "2025-04-29", "2025-04-30", "2025-05-06"],
        },
    ),
    (
        "HR.supplement",
        {"papers_missing": "2025-09-16", "papers_complete": "2025-09-20"},
        {"due": "2025-10-13", "state": "cancelled"},
    ),
    *deadline_examples.RULE_EXAMPLES,
)
