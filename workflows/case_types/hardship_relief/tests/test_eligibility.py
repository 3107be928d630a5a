"""The reckoning, with numbers written out; pure, no database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.case_types.hardship_relief.eligibility import (
    BadHousehold,
    BadRules,
    Category,
    Exclusion,
    Household,
    Obstacle,
    Programme,
    Rules,
    Tier,
    WarmthLimits,
    assess,
    ceiling,
    goes_above_city,
    may_combine,
    may_sign,
    tiered,
    warmth_allowed,
    who_decides,
)

D = Decimal
LINE = Rules(dibao_monthly=D("1001.00"))
AT_OR_BELOW = Rules(dibao_monthly=D("1001.00"), boundary="le")


def home(**over):
    """Return a household of three."""
    return Household(**{"persons": 3, **over})


class TestCategory:
    @pytest.mark.parametrize(
        ("income", "expense", "rules", "per_head", "category"),
        [
            ("45000", "20000", LINE, "694.44", Category.DEEP),
            ("60000", "12000", LINE, "1333.33", Category.RELATIVE),
            ("99000", "15000", LINE, "2333.33", Category.NONE),
            # 1,001 × 36: exactly the line
            ("36036", "0", LINE, "1001.00", Category.RELATIVE),
            ("36036", "0", AT_OR_BELOW, "1001.00", Category.DEEP),
            # exactly twice the line
            ("72072", "0", LINE, "2002.00", Category.NONE),
            ("72072", "0", AT_OR_BELOW, "2002.00", Category.RELATIVE),
        ],
    )
    def test_compares_income_less_rigid_expense_per_head_with_the_line(
        self, income, expense, rules, per_head, category
    ):
        found = assess(home(wages=D(income), illness=D(expense)), rules)

        assert (found.per_head_monthly, found.category) == (D(per_head), category)

    def test_compares_exactly_and_rounds_only_what_is_shown(self):
        # per head 1,000.9997…: shown as 1,001.00, and still below the line
        found = assess(home(wages=D("36035.99")), LINE)

        assert (found.per_head_monthly, found.category) == (D("1001.00"), Category.DEEP)

    def test_goes_below_zero_when_expense_is_higher_than_income(self):
        found = assess(home(wages=D(10000), illness=D(30000)), LINE)

        assert found.per_head_monthly == D("-555.56")
        assert found.category == Category.DEEP

    def test_counts_union_relief_but_not_the_basic_pension(self):
        found = assess(home(wages=D(38000), transfers=D(3600), basic_pension=D(2400), union_relief=D(9000)), LINE)

        assert found.counted_income == D("48200.00")

    def test_counts_the_minimum_wage_for_idle_adults_where_the_place_has_entered_it(self):
        wage = Rules(dibao_monthly=D(1001), minimum_wage_monthly=D(2100))

        assert assess(home(idle_adults=1), wage).counted_income == D("25200.00")
        assert assess(home(idle_adults=1), LINE).counted_income == D("0.00")

    def test_tells_every_step(self):
        steps = assess(home(wages=D(45000), illness=D(20000)), LINE).steps

        assert [step.value for step in steps[:3]] == [D("45000.00"), D("20000.00"), D("694.44")]
        assert steps[2].formula == "(45000.00 − 20000.00) ÷ 3 ÷ 12"
        assert steps[3].formula == "694.44 < 1001.00"


class TestAccident:
    @pytest.mark.parametrize(
        ("expense", "share", "boundary", "category"),
        [
            ("81000", "0.80", "gt", Category.SUDDEN),
            ("79000", "0.80", "gt", Category.NONE),
            ("79000", "0.50", "gt", Category.SUDDEN),
            ("50000", "0.50", "gt", Category.NONE),
            ("50000", "0.50", "ge", Category.SUDDEN),
        ],
    )
    def test_asks_whether_the_expense_exceeds_its_share_of_the_income(self, expense, share, boundary, category):
        rules = Rules(dibao_monthly=D(1001), sudden_share=D(share), sudden_boundary=boundary)

        assert assess(home(wages=D(100000), accident_expense=D(expense)), rules).category == category

    def test_is_not_asked_of_a_household_that_is_poor_by_its_income(self):
        assert assess(home(wages=D(20000), accident_expense=D(90000)), LINE).category == Category.DEEP


class TestExclusions:
    def test_any_one_wins_over_the_income(self):
        found = assess(home(wages=D(18000), exclusions=("second_home",)), LINE)

        assert found.is_excluded
        assert (found.level, found.category) == (Category.DEEP, Category.NONE)
        assert found.exclusions == (Exclusion.SECOND_HOME,)

    @pytest.mark.parametrize(
        ("months", "is_member", "against"),
        [
            (11, True, (Exclusion.SHORT_EMPLOYMENT,)),
            (12, True, ()),
            (12, False, (Exclusion.NOT_A_MEMBER,)),
        ],
    )
    def test_asks_a_year_of_work_and_membership_of_migrant_workers(self, months, is_member, against):
        found = assess(home(wages=D(18000), is_migrant=True, employed_months=months, is_member=is_member), LINE)

        assert found.exclusions == against
        assert found.category == (Category.NONE if against else Category.MIGRANT)

    @pytest.mark.parametrize("fact", ["helped_elsewhere", "free_schooling"])
    def test_what_rules_a_pupil_out_does_not_rule_out_aid_for_living(self, fact):
        poor = home(wages=D(18000), exclusions=(fact,))

        assert assess(poor, LINE, "education").exclusions == (Exclusion(fact),)
        assert assess(poor, LINE, "living").category == Category.DEEP
        assert assess(poor, LINE).is_excluded

    @pytest.mark.parametrize(("claimed", "is_late"), [(date(2026, 3, 2), False), (date(2026, 3, 3), True)])
    def test_lets_a_mutual_aid_claim_lapse_after_its_last_day(self, claimed, is_late):
        found = assess(home(claimable_until=date(2026, 3, 2), claimed_on=claimed), LINE)

        assert found.exclusions == ((Exclusion.CLAIM_LAPSED,) if is_late else ())


class TestCeiling:
    def test_living_aid_is_a_number_of_months_of_the_line(self):
        rules = Rules(dibao_monthly=D(1001), living_months={"deep": D(10), "": D(8)})

        assert ceiling(Programme.LIVING, "deep", home(), rules).amount == D("10010.00")
        assert ceiling(Programme.LIVING, "relative", home(), rules).amount == D("8008.00")

    def test_education_aid_is_ten_months_of_the_line_for_each_pupil(self):
        assert ceiling(Programme.EDUCATION, "deep", home(pupils=1), LINE).amount == D("10010.00")

    def test_medical_aid_is_at_most_what_the_household_paid(self):
        most = ceiling(Programme.MEDICAL, "deep", home(self_paid_medical=D(17500)), LINE)

        assert most.amount == D("17500.00")
        assert most.allows(D("17500.00"))
        assert not most.allows(D("17500.01"))

    @pytest.mark.parametrize(("bill", "aid"), [("7000", "6300.00"), ("22000", "17400.00"), ("40000", "20000.00")])
    def test_medical_tiers_add_up_to_the_cap(self, bill, aid):
        tiers = (Tier(D(10000), D("0.9")), Tier(None, D("0.7")))
        rules = Rules(dibao_monthly=D(1001), medical_tiers={"": tiers}, medical_cap={"": D(20000)})

        assert ceiling(Programme.MEDICAL, "deep", home(self_paid_medical=D(bill)), rules).amount == D(aid)

    @pytest.mark.parametrize(("cost", "aid"), [("40000", "6000.00"), ("90000", "10000.00")])
    def test_aid_after_an_accident_is_a_capped_share_of_its_cost(self, cost, aid):
        assert ceiling(Programme.LIVING, "sudden", home(accident_expense=D(cost)), LINE).amount == D(aid)

    @given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
    def test_tiers_never_give_less_for_a_higher_bill_nor_more_than_the_bill(self, one, other):
        tiers = (Tier(D(10000), D("0.9")), Tier(D(30000), D("0.7")), Tier(None, D("0.5")))
        low, high = sorted((one, other))

        assert tiered(low, tiers, None) <= tiered(high, tiers, None) <= high


class TestRules:
    def test_are_read_from_texts(self):
        rules = Rules.read(
            "1062.00",
            {
                "boundary": "le",
                "relative_multiple": "1.5",
                "medical_tiers": {"": [["10000", "0.9"], [None, "0.7"]]},
                "medical_cap": {"": "20000"},
                "one_programme_only": [],
                "above_city_from": None,
            },
        )

        assert rules.medical_tiers[""] == (Tier(D(10000), D("0.9")), Tier(None, D("0.7")))
        assert (rules.boundary, rules.relative_multiple, rules.above_city_from) == ("le", D("1.5"), None)

    @pytest.mark.parametrize(
        ("line", "stored"),
        [
            (1062.5, {}),
            ("a lot", {}),
            ("0", {}),
            ("1062", {"boundary": "about"}),
            ("1062", {"source": "somebody said so"}),
            ("1062", {"sudden_share": 0.8}),
            ("1062", {"colour": "red"}),
            ("1e400", {}),
            ("1062", {"above_city_from": "NaN"}),
            ("1062", {"migrant_months": 9000}),
            # how long mutual aid may be claimed is its deadline's to say
            ("1062", {"mutual_aid_years": 2}),
            ("1062", [1]),
            ("1062", 5),
            ("-1062", {}),
            ("1062", {"relative_multiple": None}),
            ("1062", {"relative_multiple": "-2"}),
            ("1062", {"dibao_monthly": None}),
            ("1062", {"medical_tiers": {"": [["10000", None]]}}),
        ],
    )
    def test_refuse_what_makes_no_sense(self, line, stored):
        with pytest.raises(BadRules):
            Rules.read(line, stored)

    @pytest.mark.parametrize(
        ("amount", "boundary", "goes_up"),
        [
            ("20000", "ge", True),
            ("20000", "gt", False),
            ("20000.01", "gt", True),
            ("19999.99", "ge", False),
        ],
    )
    def test_say_from_which_amount_a_higher_office_decides(self, amount, boundary, goes_up):
        assert goes_above_city(D(amount), Rules(D(1062), above_city_boundary=boundary)) is goes_up

    @pytest.mark.parametrize(
        ("amount", "boundary", "level"),
        [
            ("20000", "gt", "city"),
            ("20000", "ge", "province"),
            ("50000", "gt", "province"),
            ("50000.01", "gt", "nation"),
            ("50000", "ge", "nation"),
        ],
    )
    def test_say_which_office_decides_at_last(self, amount, boundary, level):
        assert who_decides(D(amount), Rules(D(1062), above_city_boundary=boundary)) == level

    def test_let_the_city_decide_everything_where_the_place_says_so(self):
        assert who_decides(D(10**6), Rules(D(1062), above_city_from=None, above_province_from=None)) == "city"


class TestHousehold:
    def test_refuses_floats_negative_sums_and_nobody(self):
        with pytest.raises(TypeError, match="wages"):
            home(wages=10.5)
        with pytest.raises(BadHousehold, match="illness"):
            home(illness=D(-1))
        with pytest.raises(BadHousehold, match="wages"):
            home(wages=D("1e30"))
        with pytest.raises(BadHousehold):
            home(persons=0)

    @given(
        st.decimals(0, 10**6, places=2),
        st.decimals(0, 10**6, places=2),
        st.decimals(0, 10**5, places=2),
        st.integers(1, 9),
    )
    def test_is_never_found_better_off_for_a_higher_expense(self, wages, illness, more, persons):
        order = [Category.DEEP, Category.RELATIVE, Category.NONE]
        one = assess(Household(persons=persons, wages=wages, illness=illness), LINE)
        other = assess(Household(persons=persons, wages=wages, illness=illness + more), LINE)

        assert order.index(other.category) <= order.index(one.category)

    @given(
        wages=st.decimals(0, 10**6, places=2),
        more=st.decimals(0, 10**6, places=2),
        illness=st.decimals(0, 10**5, places=2),
        accident=st.decimals(0, 10**6, places=2),
        persons=st.integers(1, 9),
        idle=st.integers(0, 3),
        rules=st.sampled_from(
            [LINE, AT_OR_BELOW, Rules(D(900), sudden_boundary="ge", relative_multiple=D("1.5"), sudden_share=D("0.5"))]
        ),
        is_migrant=st.booleans(),
    )
    def test_is_never_found_needier_for_a_higher_income(
        self, wages, more, illness, accident, persons, idle, rules, is_migrant
    ):
        common = {
            "persons": persons,
            "illness": illness,
            "accident_expense": accident,
            "idle_adults": idle,
            "is_migrant": is_migrant,
            "employed_months": 24,
            "is_member": True,
        }
        need = [Category.DEEP, Category.RELATIVE, Category.SUDDEN, Category.NONE]
        poorer = assess(Household(wages=wages, **common), rules)
        richer = assess(Household(wages=wages + more, **common), rules)

        assert need.index(poorer.level) <= need.index(richer.level)
        found = [Category.DEEP, Category.MIGRANT, Category.SUDDEN, Category.NONE]
        if is_migrant:
            assert found.index(poorer.category) <= found.index(richer.category)
        assert not any(isinstance(step.value, float) for step in (*poorer.steps, *richer.steps))


class TestArticles:
    def test_every_step_names_where_it_stands_and_the_result_too(self):
        found = assess(home(wages=D(99000), accident_expense=D(90000), exclusions=("car",)), LINE)

        assert all(step.law for step in found.steps)
        assert found.law

    def test_the_documents_of_the_place_are_named_where_they_are_known(self):
        rules = Rules(D(1001), source="郑民〔2026〕12号")

        found = assess(home(wages=D(45000)), rules)

        assert (found.law, found.steps[-1].law) == ("郑民〔2026〕12号", "郑民〔2026〕12号")
        assert "第五条" in ceiling(Programme.LIVING, "deep", home(), rules).steps[0].law


class TestCombination:
    @pytest.mark.parametrize(
        ("category", "others", "allowed"),
        [
            ("deep", ["medical"], True),
            ("relative", ["medical"], False),
            ("relative", ["living"], True),
            ("relative", [], True),
        ],
    )
    def test_only_those_in_deep_hardship_get_several_kinds_of_aid_a_year(self, category, others, allowed):
        verdict = may_combine(category, "living", others, LINE)

        assert verdict.allowed is allowed
        assert verdict.reasons == (() if allowed else (Obstacle.ONE_PROGRAMME_ONLY,))

    def test_follows_the_place(self):
        anything = Rules(D(1001), one_programme_only=())

        assert may_combine("relative", "living", ["medical"], anything).allowed


class TestWarmth:
    LIMITS = WarmthLimits(per_time=D(3000), per_year=D(6000))

    @pytest.mark.parametrize(
        ("paid", "amount", "reasons"),
        [
            (["3000", "2000"], "1000", []),
            (["3000", "3000"], "0.01", ["TOO_MUCH_IN_A_YEAR"]),
            ([], "3000.01", ["TOO_MUCH_AT_ONCE"]),
            (["3000"], "3500", ["TOO_MUCH_AT_ONCE", "TOO_MUCH_IN_A_YEAR"]),
        ],
    )
    def test_has_a_limit_at_once_and_one_in_a_year(self, paid, amount, reasons):
        verdict = warmth_allowed(map(D, paid), D(amount), self.LIMITS)

        assert [reason.name for reason in verdict.reasons] == reasons
        assert verdict.allowed is (not reasons)


class TestSigning:
    @pytest.mark.parametrize(
        ("people", "reasons"),
        [
            ({"surveyors": ["zhou", "xu"]}, []),
            ({"surveyors": ["zhou", "xu"], "approvers": ["sun", "gao"], "requester": "lin", "payer": "fang"}, []),
            ({"surveyors": ["zhou"]}, ["SURVEY_NEEDS_TWO"]),
            ({"surveyors": ["zhou", "zhou"]}, ["SURVEY_NEEDS_TWO"]),
            ({"surveyors": ["zhou"], "approvers": ["zhou"]}, ["SURVEY_NEEDS_TWO", "SURVEYOR_IS_APPROVER"]),
            ({"surveyors": ["zhou", "xu"], "requester": "xu"}, ["SURVEYOR_IS_REQUESTER"]),
            ({"surveyors": ["zhou", "xu"], "payer": "xu"}, ["SURVEYOR_IS_PAYER"]),
            ({"surveyors": ["zhou", "xu"], "requester": "sun", "approvers": ["sun"]}, ["REQUESTER_IS_APPROVER"]),
            ({"surveyors": ["zhou", "xu"], "requester": "sun", "payer": "sun"}, ["REQUESTER_IS_PAYER"]),
            ({"surveyors": ["zhou", "xu"], "approvers": ["sun", "sun"]}, ["APPROVER_TWICE"]),
            ({"surveyors": ["zhou", "xu"], "approvers": ["sun", "fang"], "payer": "fang"}, ["APPROVER_IS_PAYER"]),
        ],
    )
    def test_says_every_reason_why_these_people_may_not_stand_for_an_aid(self, people, reasons):
        verdict = may_sign(**people)

        assert [reason.name for reason in verdict.reasons] == reasons
        assert verdict.allowed is (not reasons)

    @given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
    def test_lets_distinct_people_sign_and_nobody_twice(self, four):
        first, second, approver, payer = four

        verdict = may_sign([first, second], [approver], payer=payer)

        assert verdict.allowed is (len(set(four)) == 4)
