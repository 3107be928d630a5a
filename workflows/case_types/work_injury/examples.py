"""The worked examples of work injuries: benefits by grade, death, nursing, provinces, recognition."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from casework.deadlines.rules import Certainty
from casework.examples.periods import RESULTS, passed, reckoned
from casework.examples.reading import amount, day, list_of, moment, text, truth, whole
from casework.examples.rule import ExampleRule, Question, Sample

from . import benefits, deadline_examples
from .appraisal import may_be_recognised
from .appraisal_deadlines import REVIEW
from .benefits import LUMP_SUM_MONTHS, NURSING_PERCENT, Payer
from .provinces import SUBSIDIES, subsidies_of

AREA = "work_injury"

PAYERS = {
    Payer.FUND: "fund",
    Payer.EMPLOYER: "employer (only if no suitable work can be arranged)",
}


def _disability(question: Question) -> Mapping[str, Any]:
    found = benefits.disability(
        question["grade"], question["own_wage_12m_average"], question["pool_average_wage"], question.get("minimum_wage")
    )
    return {
        "wage_base": found.wage_base,
        "lump_sum_months": found.lump_sum_months,
        "lump_sum": found.lump_sum,
        "monthly_allowance_pct": found.allowance_percent,
        "monthly_allowance_raw": found.allowance,
        "monthly_allowance_paid": found.allowance_paid,
        "top_up_to_minimum_wage": found.top_up,
        "allowance_payer": PAYERS[found.payer] if found.payer else None,
    }


def _all_grades(question: Question) -> Mapping[str, Any]:
    own, pool = question["own_wage_12m_average"], question["pool_average_wage"]
    return {
        "wage_base": benefits.wage_base(own, pool),
        "lump_sum_by_grade": {grade: benefits.disability(grade, own, pool).lump_sum for grade in LUMP_SUM_MONTHS},
    }


def _death(question: Question) -> Mapping[str, Any]:
    income = question.get("national_urban_disposable_income_previous_year")
    if income is not None:
        return {"amount": benefits.death_benefit(income).amount}
    year = question["death_year"]
    told = question.parameters.get("national_urban_disposable_income")
    if isinstance(told, dict) and str(year - 1) in told:
        return {"amount": benefits.death_benefit(amount(told[str(year - 1)])).amount}
    return {"amount": benefits.death_benefit(benefits.national_income(year).value).amount}


def _funeral(question: Question) -> Mapping[str, Any]:
    return {"funeral": benefits.funeral(question["pool_average_wage_previous_year"]).amount, **_survivors(question)}


# What files call the dependants, beside the relations of the rules (因工死亡职工供养亲属范围规定 art. 2).
KIN = {relation: relation for relation in benefits.RELATIONS} | {
    **dict.fromkeys(("wife", "husband"), "spouse"),
    **dict.fromkeys(("son", "daughter"), "child"),
    **dict.fromkeys(("father", "mother"), "parent"),
    **dict.fromkeys(("grandparent", "grandchild", "sibling", "brother", "sister"), "other"),
    "orphan": "orphan_child",
    "lone_parent": "lone_elder",
}


def _survivors(question: Question) -> Mapping[str, Any]:
    found = benefits.survivors(question["own_wage"], [KIN.get(one, one) for one in question["dependants"]])
    return {
        "raw_pct": found.percent,
        "raw_total": found.raw,
        "payable_total": found.payable,
        "pct": found.percent,
        "monthly": found.payable,
    }


SURVIVORS = ("raw_pct", "raw_total", "payable_total", "pct", "monthly")


def _nursing(question: Question) -> Mapping[str, Any]:
    average = question["pool_average_wage_previous_year"]
    return {level: benefits.nursing(level, average).amount for level in NURSING_PERCENT}


def _leaving(question: Question) -> Mapping[str, Any]:
    table = subsidies_of(question["province"], question.get("ended"))
    found = benefits.leaving(
        question["grade"],
        question["base_average_wage"],
        table.value,
        years_to_retirement=question.get("years_to_retirement"),
        is_disease=question.get("occupational_disease", False),
        law=table.source,
    )
    return {
        "medical_months": found.medical_months,
        "medical": found.medical,
        "employment_months": found.employment_months,
        "employment": found.employment,
    }


def _over_age(question: Question) -> Mapping[str, Any]:
    return {
        "register": True,  # a report is never refused for the age of the injured
        "eligible_for_recognition_procedure": may_be_recognised(
            question["accident"], is_over_age=question["over_retirement_age"]
        ),
    }


def _rescue(question: Question) -> Mapping[str, Any]:
    onset, death = question["onset"], question["death"]
    return {
        "hours": Fraction((death - onset) // timedelta(microseconds=1), 3_600_000_000),
        "within_48h": benefits.died_in_time(onset, death),
    }


def _review(question: Question) -> Mapping[str, Any]:
    return reckoned(REVIEW, passed(REVIEW, {"concluded": question["concluded"].isoformat()}), question.calendar)


EXAMPLES = (
    ExampleRule(
        "work_injury.disability",
        AREA,
        "What a grade of disability gives: once, and each month",
        "工伤保险条例 第三十五条至第三十七条、第六十四条",
        {"grade": whole, "own_wage_12m_average": amount, "pool_average_wage": amount},
        (
            "wage_base",
            "lump_sum_months",
            "lump_sum",
            "monthly_allowance_pct",
            "monthly_allowance_raw",
            "monthly_allowance_paid",
            "top_up_to_minimum_wage",
            "allowance_payer",
        ),
        _disability,
        (
            Sample(
                {
                    "grade": 4,
                    "own_wage_12m_average": "3000",
                    "pool_average_wage": "6000",
                    "minimum_wage": "2900",
                },
                {
                    "wage_base": "3600.00",
                    "lump_sum_months": 21,
                    "lump_sum": "75600.00",
                    "monthly_allowance_pct": 75,
                    "monthly_allowance_raw": "2700.00",
                    "monthly_allowance_paid": "2900.00",
                    "top_up_to_minimum_wage": "200.00",
                    "allowance_payer": "fund",
                },
            ),
            Sample(
                {"grade": 5, "own_wage_12m_average": "5000", "pool_average_wage": "6000", "minimum_wage": "2900"},
                {
                    "monthly_allowance_raw": "3500.00",
                    "top_up_to_minimum_wage": "0.00",
                    "allowance_payer": "employer (only if no suitable work can be arranged)",
                },
            ),
            Sample(
                {"grade": 10, "own_wage_12m_average": "20000", "pool_average_wage": "6000"},
                {"wage_base": "18000.00", "lump_sum": "126000.00", "monthly_allowance_pct": None},
            ),
        ),
        may_read={"minimum_wage": amount},
    ),
    ExampleRule(
        "work_injury.lump_sums",
        AREA,
        "What each of the ten grades gives at once",
        "工伤保险条例 第三十五条至第三十七条、第六十四条",
        {"own_wage_12m_average": amount, "pool_average_wage": amount},
        ("wage_base", "lump_sum_by_grade"),
        _all_grades,
        (
            Sample(
                {"own_wage_12m_average": "6000", "pool_average_wage": "6000"},
                {
                    "lump_sum_by_grade": {
                        "1": "162000.00",
                        "2": "150000.00",
                        "3": "138000.00",
                        "4": "126000.00",
                        "5": "108000.00",
                        "6": "96000.00",
                        "7": "78000.00",
                        "8": "66000.00",
                        "9": "54000.00",
                        "10": "42000.00",
                    }
                },
            ),
        ),
    ),
    ExampleRule(
        "work_injury.death",
        AREA,
        "The one-off death benefit (一次性工亡补助金)",
        benefits.DEATH_LAW,
        {"death_year": whole},
        ("amount",),
        _death,
        (
            Sample(
                {"death_year": 2024, "national_urban_disposable_income_previous_year": "51821"},
                {"amount": "1036420.00"},
            ),
            Sample({"death_year": 2024}, {"amount": "1036420.00"}),
        ),
        may_read={"national_urban_disposable_income_previous_year": amount},
    ),
    ExampleRule(
        "work_injury.funeral",
        AREA,
        "Funeral subsidy and allowance of the dependants",
        f"{benefits.FUNERAL_LAW}; {benefits.SURVIVORS_LAW}",
        {"own_wage": amount, "pool_average_wage_previous_year": amount, "dependants": list_of(text)},
        ("funeral", *SURVIVORS),
        _funeral,
        (
            Sample(
                {
                    "own_wage": "5000",
                    "pool_average_wage_previous_year": "6500",
                    "dependants": ["spouse", "child", "parent", "other"],
                },
                {"funeral": "39000.00", "raw_pct": 130, "raw_total": "6500.00", "payable_total": "5000.00"},
            ),
        ),
    ),
    ExampleRule(
        "work_injury.survivors",
        AREA,
        "Allowance of the dependants of a dead worker",
        benefits.SURVIVORS_LAW,
        {"own_wage": amount, "dependants": list_of(text)},
        SURVIVORS,
        _survivors,
        (
            Sample({"own_wage": "5000", "dependants": ["spouse", "lone_elder"]}, {"pct": 80, "monthly": "4000.00"}),
            Sample({"own_wage": "5000", "dependants": []}, {"pct": 0, "monthly": "0.00"}),
        ),
    ),
    ExampleRule(
        "work_injury.nursing",
        AREA,
        "Nursing allowance by level",
        benefits.NURSING_LAW,
        {"pool_average_wage_previous_year": amount},
        tuple(NURSING_PERCENT),
        _nursing,
        (
            Sample(
                {"pool_average_wage_previous_year": "6500.5"},
                {"full": "3250.25", "most": "2600.20", "part": "1950.15"},
            ),
        ),
    ),
    ExampleRule(
        "work_injury.leaving",
        AREA,
        "Subsidies when the employment of grades 5 to 10 ends, by province",
        "; ".join([benefits.LEAVING_LAW, *(text.source for text in SUBSIDIES)]),
        {"province": text, "grade": whole, "base_average_wage": amount},
        ("medical_months", "medical", "employment_months", "employment"),
        _leaving,
        (
            Sample(
                {"province": "Zhejiang", "grade": 5, "base_average_wage": "6000"},
                {
                    "medical_months": 30,
                    "medical": "180000.00",
                    "employment_months": 30,
                    "employment": "180000.00",
                },
            ),
            Sample(
                {"province": "Henan", "grade": 9, "base_average_wage": "6000", "years_to_retirement": 2},
                {"medical_months": 8, "medical": "48000.00", "employment_months": 16, "employment": "38400.00"},
            ),
            Sample(
                {"province": "河南省", "grade": 9, "base_average_wage": "6000", "occupational_disease": True},
                {"medical": "62400.00", "employment": "96000.00"},
            ),
        ),
        may_read={"years_to_retirement": whole, "occupational_disease": truth, "ended": day},
        certainty=Certainty.CONFIGURABLE,
    ),
    ExampleRule(
        "work_injury.over_age",
        AREA,
        "An injured worker past retirement age",
        "超龄劳动者基本权益保障暂行规定 (令56号) 第十五条",
        {"accident": day, "over_retirement_age": truth},
        ("register", "eligible_for_recognition_procedure"),
        _over_age,
        (
            Sample(
                {"accident": "2026-07-01", "over_retirement_age": True},
                {"register": True, "eligible_for_recognition_procedure": True},
            ),
            Sample(
                {"accident": "2026-06-30", "over_retirement_age": True},
                {"register": True, "eligible_for_recognition_procedure": False},
            ),
        ),
    ),
    ExampleRule(
        "work_injury.rescue",
        AREA,
        "Death within 48 hours of a sudden illness at work",
        "工伤保险条例 第十五条第一款第一项; 民法典 第一千二百五十九条",
        {"onset": moment, "death": moment},
        ("hours", "within_48h"),
        _rescue,
        (
            Sample({"onset": "2025-03-03T20:15", "death": "2025-03-05T20:15"}, {"hours": 48, "within_48h": True}),
            Sample({"onset": "2025-03-03T20:15", "death": "2025-03-05T20:35"}, {"hours": "48.33", "within_48h": False}),
        ),
        certainty=Certainty.CONVENTION,
    ),
    ExampleRule(
        "work_injury.review_appraisal",
        AREA,
        "The first day on which a new appraisal may be asked for",
        REVIEW.law,
        {"concluded": day},
        RESULTS,
        _review,
        (Sample({"concluded": "2024-02-29"}, {"earliest": "2025-03-01"}),),
        certainty=Certainty.CONVENTION,
    ),
)

# What must come out of the type's own periods: rule, events, results.
RULE_EXAMPLES = (
    (
        "WI.recognition.employer",
        {"accident": "2025-04-02"},
        {"nominal": "2025-05-02", "nominal_is_working_day": False, "rolled": "2025-05-06"},
    ),
    (
        "WI.recognition.worker",
        {"accident": "2024-10-01", "filed_by_worker": "2025-10-08"},
        {"nominal": "2025-10-01", "rolled": "2025-10-09", "state": "satisfied"},
    ),
    ("WI.visit.first", {"reported": "2025-04-25"}, {"due": "2025-04-29"}),
    ("WI.visit.grave", {"found_grave": "2025-05-02T21:30"}, {"due_at": "2025-05-03T21:30"}),
    *deadline_examples.RULE_EXAMPLES,
)
