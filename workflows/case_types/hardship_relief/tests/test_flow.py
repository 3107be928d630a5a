"""Every state, every way in and out of it, by hand and by clock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.audit.models import Event
from casework.cases.models import ClaimLine
from casework.cases.transitions import ConditionNotMet, SamePerson, may_perform, perform
from casework.deadlines.models import Clock
from casework.documents.composing import Composed
from casework.funds import operations as funds
from casework.funds.models import Fund, Payout, Reservation
from casework.offices import operations as offices
from casework.offices.roles import Role
from casework.people import operations as people
from casework.people.models import Consent
from casework.people.queries import consent_to
from tests.factories import AT, a_bank_account, a_user, a_worker, an_id_number, an_office_tree, appoint
from workflows import operations
from workflows.case_types.hardship_relief import operations as relief
from workflows.case_types.hardship_relief import papers
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.models import HardshipRelief, Objection, PublicNotice
from workflows.case_types.hardship_relief.queries import MASKING_PARAMETER, RULES_PARAMETER

State = HardshipRelief.State


def fresh(walk):
    """Return the case as the database has it."""
    return HardshipRelief.objects.get(pk=walk.case.pk)


def kinds(walk):
    """Return the kinds of the case's events in order."""
    return list(Event.objects.filter(stream=walk.case.stream).order_by("seq").values_list("kind", flat=True))


def line_of(walk):
    """Return the newest claim line of the case."""
    return walk.case.claim_lines.latest("id")


def ended(walk):
    """Return how the case ended."""
    case = fresh(walk)
    return case.state, case.outcome, bool(case.outcome_reason), case.is_closed


class TestApplying:
    def test_notes_the_sum_the_consents_and_the_papers_of_the_programme(self, walk_to, nodes):
        walk = walk_to("check_papers")

        assert fresh(walk).state == State.APPLIED
        assert nodes(walk) == {"check_papers"}
        assert line_of(walk).amount == Decimal("15000.00")
        assert set(Consent.objects.values_list("purpose", flat=True)) == {"handling", "sensitive"}
        codes = set(walk.case.checklist.values_list("code", flat=True))
        assert codes == {paper.code for paper in papers.needed(walk.case)}
        assert "diagnosis" in codes
        assert "school" not in codes

    def test_starts_the_clock_of_the_papers(self, walk_to):
        walk = walk_to("check_papers")

        assert Clock.objects.get(case=walk.case, state="running").rule == "HR.papers"

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"programme": "education", "cause": "schooling"}, "pupil_name"),
            ({"programme": "mutual_aid"}, "settled_on"),
            ({"programme": "mutual_aid", "settled_on": "2027-01-01"}, "settled_on"),
            ({"applicant": "union"}, "why_union_applies"),
            ({"is_migrant": True}, "employed_months"),
            ({"agrees_to_handling": False}, "agrees_to_handling"),
            ({"amount_requested": "0"}, "amount_requested"),
        ],
    )
    def test_asks_for_what_the_application_needs(self, walk_to, facts, field):
        with pytest.raises(InvalidFacts) as refused:
            walk_to("check_papers", **facts)

        assert list(refused.value.errors) == [field]

    def test_lets_the_union_apply_for_one_who_cannot(self, walk_to):
        walk = walk_to("check_papers", applicant="union", why_union_applies="住院治疗，无法到场。")

        case = fresh(walk)
        assert (case.applicant, case.why_union_applies) == ("union", "住院治疗，无法到场。")

    def test_tells_two_pupils_of_a_household_apart(self, walk_to):
        first = walk_to("check_papers", programme="education", cause="schooling", pupil_name="赵小雨")
        worker, first_key = first.case.worker, line_of(first).cause_key
        second = walk_to("check_papers", programme="education", cause="schooling", pupil_name="赵小晴", worker=worker)

        assert first_key != line_of(second).cause_key
        assert "赵" not in first_key


class TestPapers:
    def test_missing_ones_are_told_once_in_writing(self, walk_to, nodes):
        walk = walk_to("check_papers")
        walk.do("check_papers", "operator", received=["application"], also_needed=["dibao"])

        assert fresh(walk).state == State.PAPERS_MISSING
        assert nodes(walk) == {"supplement"}
        letter = walk.case.letters.get()
        assert letter.paper == "notice.missing"
        told = set(walk.case.checklist.filter(told_at__isnull=False).values_list("code", flat=True))
        assert told == {paper.code for paper in papers.needed(walk.case)} - {"application"} | {"dibao"}
        clock = Clock.objects.get(case=walk.case, rule="HR.supplement")
        assert set(walk.case.checklist.filter(told_at__isnull=False).values_list("due_on", flat=True)) == {clock.due_on}

    def test_are_supplied_one_by_one_until_complete(self, walk_to, nodes):
        walk = walk_to("check_papers")
        codes = [paper.code for paper in papers.needed(walk.case)]
        walk.do("check_papers", "operator", received=codes[2:])
        walk.do("supplement", "operator", received=[codes[0]])

        assert (fresh(walk).state, nodes(walk)) == (State.PAPERS_MISSING, {"supplement"})

        walk.do("supplement", "operator", received=[codes[1]])

        assert (fresh(walk).state, nodes(walk)) == (State.PAPERS_COMPLETE, {"request_check"})
        assert walk.case.letters.count() == 1

    def test_must_be_ticked_to_be_supplied(self, walk_to):
        walk = walk_to("check_papers")
        walk.do("check_papers", "operator", received=["application"])

        with pytest.raises(InvalidFacts):
            walk.do("supplement", "operator", received=[])

    def test_that_never_come_let_the_application_lapse(self, walk_to, nodes):
        walk = walk_to("check_papers")
        walk.do("check_papers", "operator", received=["application"])
        walk.clock("HR.supplement")

        assert ended(walk) == (State.CLOSED, "lapsed", True, True)
        assert nodes(walk) == set()
        assert line_of(walk).state == ClaimLine.State.REFUSED
        assert walk.case.letters.latest("id").paper == "hardship.refused"


class TestMeansCheck:
    def test_needs_the_authorisation(self, walk_to):
        walk = walk_to("request_check")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("request_check", "operator", body="核对中心", consents=False)

        assert "consents" in refused.value.errors

    def test_keeps_request_consent_and_answer(self, walk_to):
        walk = walk_to("record_check")
        check = walk.case.means_checks.get()

        assert fresh(walk).state == State.CHECK_REQUESTED
        assert check.consent == consent_to(walk.case.worker, "means_check")
        assert check.answered_on is None

        walk.do("record_check", "operator", answer="differs", findings="名下另有一处门面房。", income_found="52000")

        check.refresh_from_db()
        assert fresh(walk).state == State.MEANS_CHECKED
        assert (check.answer, check.income_found) == ("differs", Decimal(52000))
        assert check.findings == "名下另有一处门面房。"

    def test_asks_what_differs(self, walk_to):
        walk = walk_to("record_check")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("record_check", "operator", answer="differs")

        assert "findings" in refused.value.errors


class TestSurvey:
    def test_is_signed_by_two(self, walk_to):
        walk = walk_to("survey")
        way.survey(walk)

        assert fresh(walk).state == State.SURVEYED
        assert dict(line_of(walk).signatures.values_list("role", "person__username")) == {
            "surveyor1": "zhou",
            "surveyor2": "xu",
        }

    def test_needs_a_second_person_who_visits_for_this_office(self, walk_to, cast):
        walk = walk_to("survey")
        stranger = a_user("far", role=Role.VISITOR, office=an_office_tree().other_county)

        for companion in (cast["visitor"], cast["operator"], stranger):
            with pytest.raises(InvalidFacts) as refused:
                way.survey(walk, companion=companion.pk)
            assert "companion" in refused.value.errors

    def test_is_the_visitors_work(self, walk_to):
        walk = walk_to("survey")

        with pytest.raises(NotAllowed):
            walk.do("survey", "operator", surveyed_on="2026-11-22", **way.FOUND)

    @pytest.mark.parametrize(
        ("found", "field"),
        [
            ({"surveyed_on": "2027-06-01"}, "surveyed_on"),
            ({"surveyed_on": "2026-01-01"}, "surveyed_on"),
            ({"basic_pension": "7000"}, "basic_pension"),
            ({"idle_adults": 9}, "idle_adults"),
            ({"pupils": 9}, "pupils"),
            ({"wages": "-1"}, "wages"),
            ({"findings": ""}, "findings"),
        ],
    )
    def test_checks_what_was_found(self, walk_to, found, field):
        walk = walk_to("survey")

        with pytest.raises(InvalidFacts) as refused:
            way.survey(walk, **found)

        assert list(refused.value.errors) == [field]

    def test_can_be_taken_back_and_signed_again(self, walk_to, cast, nodes):
        walk = walk_to("survey")
        way.survey(walk)
        operations.take_back(case=fresh(walk), reason="金额录错", by=cast["visitor"], at=walk.at)

        assert (fresh(walk).state, nodes(walk)) == (State.MEANS_CHECKED, {"survey"})
        assert not line_of(walk).signatures.exists()

        way.survey(walk, illness="9000.00")

        assert line_of(walk).signatures.count() == 2


class TestProposing:
    def test_shows_what_the_rules_say(self, walk_to):
        walk = walk_to("propose")
        form = walk.task("propose").flow_task.form_class(case=fresh(walk), by=walk.cast["operator"])

        assert form.assessment.category == "deep"
        assert form.initial["category"] == "deep"

    def test_keeps_category_amount_and_the_requester(self, walk_to):
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="propose", category="deep", amount="12000")

        case = fresh(walk)
        assert (case.state, case.category, case.amount_proposed) == (State.PROPOSED, "deep", Decimal(12000))
        assert line_of(walk).amount == Decimal(12000)
        assert line_of(walk).signatures.get(role="requester").person == walk.cast["operator"]
        event = Event.objects.get(stream=case.stream, kind="hardship.proposed")
        assert event.facts["proposed"] == "deep"

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({"category": "relative", "amount": "1000"}, "category_reason"),
            ({"category": "deep", "amount": "18600.01"}, "above_ceiling_reason"),
            ({"category": "", "amount": "1000"}, "category"),
            ({"category": "deep", "amount": ""}, "amount"),
            ({"decision": "decline"}, "category_reason"),
        ],
    )
    def test_asks_for_the_reason_of_what_differs(self, walk_to, answers, field):
        walk = walk_to("propose")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("propose", "operator", **{"decision": "propose", **answers})

        assert list(refused.value.errors) == [field]

    def test_may_differ_from_the_rules_with_a_reason(self, walk_to):
        walk = walk_to("propose")
        walk.do(
            "propose",
            "operator",
            decision="propose",
            category="relative",
            amount="9000",
            category_reason="丈夫已就业。",
        )

        assert (fresh(walk).category, fresh(walk).category_reason) == ("relative", "丈夫已就业。")

    def test_asks_why_a_second_kind_of_aid_in_a_year(self, walk_to):
        first = walk_to("approve")
        worker = first.case.worker
        walk = walk_to("propose", worker=worker, programme="living", cause="low_income")
        answers = {"decision": "propose", "category": "relative", "amount": "5000", "category_reason": "收入有变。"}

        with pytest.raises(InvalidFacts) as refused:
            walk.do("propose", "operator", **answers)
        assert list(refused.value.errors) == ["other_aid_reason"]

        walk.do("propose", "operator", **answers, other_aid_reason="两项困难互不相干。")
        assert fresh(walk).state == State.PROPOSED

    def test_says_which_local_value_is_missing(self, walk_to, monkeypatch):
        walk = walk_to("propose")
        monkeypatch.setattr("workflows.case_types.hardship_relief.queries.DIBAO_PARAMETER", "hardship.unheard_of")

        with pytest.raises(InvalidFacts, match=r"hardship\.unheard_of"):
            walk.do("propose", "operator", decision="propose", category="deep", amount="100")

    def test_is_not_for_a_surveyor(self, walk_to, cast):
        appoint(cast["visitor"], Role.OPERATOR, an_office_tree().county)
        walk = walk_to("propose")
        surveyor = type(cast["visitor"]).objects.get(pk=cast["visitor"].pk)
        walk.cast["both"] = surveyor

        with pytest.raises(SamePerson):
            walk.do("propose", "both", decision="propose", category="deep", amount="100")


class TestDeclining:
    def test_takes_a_second_person_and_a_letter(self, walk_to):
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="decline", category_reason="不符合任何类别。")

        assert fresh(walk).state == State.DECLINE_PROPOSED

        walk.do("confirm_decline", "supervisor", decision="decline", reason="人均收入高于标准。")

        assert ended(walk) == (State.CLOSED, "declined", True, True)
        assert walk.case.letters.get().paper == "hardship.refused"
        assert line_of(walk).state == ClaimLine.State.REFUSED

    def test_says_when_a_fact_rules_the_household_out(self, walk_to):
        walk = walk_to("survey")
        way.survey(walk, exclusions=["car"])
        walk.do("propose", "operator", decision="decline", category_reason="名下有机动车。")
        walk.do("confirm_decline", "supervisor", decision="decline", reason="名下有机动车。")

        assert ended(walk) == (State.CLOSED, "excluded", True, True)

    def test_is_not_decided_by_who_proposed_it(self, walk_to, cast):
        appoint(cast["operator"], Role.SUPERVISOR, an_office_tree().county)
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="decline", category_reason="不符合。")
        walk.cast["operator"] = type(cast["operator"]).objects.get(pk=cast["operator"].pk)

        with pytest.raises(NotAllowed):
            walk.do("confirm_decline", "operator", decision="decline", reason="不符合。")

    def test_can_be_returned_for_a_new_survey(self, walk_to, nodes):
        walk = walk_to("propose")
        walk.do("propose", "operator", decision="decline", category_reason="不符合。")
        walk.do("confirm_decline", "supervisor", decision="return", reason="医药费未计入。")

        assert (fresh(walk).state, nodes(walk)) == (State.RETURNED, {"survey"})
        assert fresh(walk).category == ""


class TestPublicNotice:
    def test_needs_consent_to_publish(self, walk_to):
        walk = walk_to("post_notice")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("post_notice", "operator", place="公告栏", consents=False)

        assert "consents" in refused.value.errors

    def test_shows_the_least_and_runs_five_working_days(self, walk_to):
        walk = walk_to("notice")
        notice = walk.case.notices.get()
        clock = Clock.objects.get(case=walk.case, rule="HR.public_notice", state="running")

        assert (notice.name_text, notice.unit_text) == ("李**", walk.case.employer.name)
        assert notice.ends_on == clock.due_on
        body = Composed.kept(walk.case.letters.get(paper="hardship.notice").body).as_html()
        assert "李**" in body
        assert "15,000.00" in body
        for private in ("李春梅", walk.case.worker.phone, walk.case.worker.id_number, "尿毒症"):
            assert private not in body

    def test_shows_full_names_where_the_place_says_so(self, walk_to, place, cast):
        offices.set_parameter(
            code=MASKING_PARAMETER,
            office=place.tree.county,
            value="full",
            valid_from=date(2026, 1, 1),
            source="测试",
            by=cast["sysadmin"],
            at=AT,
        )

        assert walk_to("notice").case.notices.get().name_text == "李春梅"

    def test_ends_by_its_clock_when_nobody_objects(self, walk_to, nodes):
        walk = walk_to("notice")
        way.end_notice(walk)

        assert (fresh(walk).state, nodes(walk)) == (State.NOTICE_ENDED, {"review"})

    def test_stops_at_an_objection(self, walk_to, nodes):
        walk = walk_to("notice")
        walk.door("object", "visitor", content="家有小汽车。", objector="邻居")

        assert (fresh(walk).state, nodes(walk)) == (State.OBJECTED, {"answer_objection"})
        assert not Clock.objects.filter(case=walk.case, rule="HR.public_notice", state="running").exists()

    def test_runs_anew_after_an_objection_was_rejected(self, walk_to, nodes):
        walk = walk_to("notice")
        walk.at += timedelta(days=2)
        walk.door("object", "operator", content="家有小汽车。")
        walk.do("answer_objection", "supervisor", decision="reject", answer="系亲戚车辆。")

        first, second = walk.case.notices.all()
        assert (fresh(walk).state, nodes(walk)) == (State.NOTICED, {"notice"})
        assert second.ends_on > first.ends_on
        assert Clock.objects.filter(case=walk.case, rule="HR.public_notice").count() == 2
        objection = Objection.objects.get()
        assert (objection.upheld, objection.notice, objection.answer) == (False, first, "系亲戚车辆。")

        way.end_notice(walk)
        assert fresh(walk).state == State.NOTICE_ENDED

    def test_ends_the_case_when_the_objection_is_right(self, walk_to):
        walk = walk_to("notice")
        walk.door("object", "operator", content="家有小汽车。")
        walk.do("answer_objection", "supervisor", decision="uphold", answer="车辆属实，不予认定。")

        assert ended(walk) == (State.CLOSED, "refused", True, True)
        assert walk.case.letters.latest("id").paper == "hardship.refused"

    def test_is_not_ended_past_an_open_objection(self, walk_to):
        walk = walk_to("notice")
        notice = PublicNotice.objects.get()
        Objection.objects.create(
            case=walk.case,
            notice=notice,
            raised_on=date(2026, 12, 1),
            content="?",
            recorded_by=walk.cast["operator"],
        )

        answer = may_perform(fresh(walk), "end_notice", None)

        assert not answer
        assert "异议" in str(answer.reason) or "objection" in str(answer.reason)


class TestReview:
    def test_passes_to_the_city(self, walk_to, nodes):
        walk = walk_to("review")
        walk.do("review", "supervisor", decision="pass")

        assert (fresh(walk).state, nodes(walk)) == (State.REVIEWED, {"approve"})
        assert walk.task("approve").office_path == an_office_tree().city.path
        assert line_of(walk).signatures.get(role="approver1").person == walk.cast["supervisor"]

    def test_refuses_with_a_reason_and_a_letter(self, walk_to):
        walk = walk_to("review")

        with pytest.raises(InvalidFacts):
            walk.do("review", "supervisor", decision="refuse")
        walk.do("review", "supervisor", decision="refuse", reason="隐瞒收入。")

        assert ended(walk) == (State.CLOSED, "refused", True, True)
        assert line_of(walk).state == ClaimLine.State.REFUSED

    def test_returns_for_a_new_survey_with_a_new_line(self, walk_to, nodes):
        walk = walk_to("review")
        walk.do("review", "supervisor", decision="return", reason="票据需复核。")

        assert (fresh(walk).state, nodes(walk)) == (State.RETURNED, {"survey"})
        old, new = walk.case.claim_lines.order_by("id")
        assert (old.state, old.signatures.count()) == (ClaimLine.State.WITHDRAWN, 3)
        assert (new.state, new.signatures.count()) == (ClaimLine.State.OPEN, 0)

        way.survey(walk)
        assert line_of(walk).signatures.count() == 2

    def test_of_a_returned_case_is_not_taken_back_to_the_wrong_step(self, walk_to, cast):
        walk = walk_to("review")
        walk.do("review", "supervisor", decision="return", reason="票据需复核。")
        way.survey(walk)

        with pytest.raises(operations.NothingToTakeBack):
            operations.take_back(case=fresh(walk), reason="错了", by=cast["visitor"], at=walk.at)


class TestApproval:
    def test_reserves_the_money_and_puts_the_household_on_file(self, walk_to, place, nodes):
        walk = walk_to("approve")
        walk.do("approve", "supervisor2", decision="approve")

        case = fresh(walk)
        assert (case.state, nodes(walk)) == (State.APPROVED, {"order_payment"})
        assert line_of(walk).state == ClaimLine.State.RESERVED
        place.fund.refresh_from_db()
        assert place.fund.reserved == Decimal(15000)
        assert (case.hardship_file.category, case.hardship_file.is_live) == ("deep", True)
        assert walk.case.letters.latest("id").paper == "hardship.approved"

    def test_makes_the_payout_due_at_once_where_there_is_an_account(self, walk_to, nodes):
        walk = walk_to("approve", account=True)
        walk.do("approve", "supervisor2", decision="approve")

        assert (fresh(walk).state, nodes(walk)) == (State.PAYING, {"payment"})
        assert Payout.objects.get().state == Payout.State.DUE

    def test_counts_as_the_review_of_a_file_that_is_there(self, walk_to):
        walk = walk_to("approve")
        household = people.form_household(head=walk.case.worker, by=None, at=AT)
        file = people.open_hardship_file(
            household=household, category="relative", opened_on=date(2026, 2, 2), by=None, at=AT
        )
        walk.do("approve", "supervisor2", decision="approve")

        file.refresh_from_db()
        assert (file.category, file.reviewed_on) == ("deep", localdate(walk.at))
        assert fresh(walk).hardship_file == file

    def test_is_refused_when_a_member_stands_on_another_file(self, walk_to):
        walk = walk_to("approve")
        number = an_id_number(birth="20100101")
        other = people.form_household(head=a_worker("赵大山"), by=None, at=AT)
        own = people.form_household(head=walk.case.worker, by=None, at=AT)
        for household in (other, own):
            people.add_household_member(
                household=household,
                name="赵小雨",
                relation="child",
                occupation="student",
                id_number=number,
                by=None,
                at=AT,
            )
        people.open_hardship_file(household=other, category="deep", opened_on=date(2026, 2, 2), by=None, at=AT)

        with pytest.raises(ConditionNotMet):
            walk.do("approve", "supervisor2", decision="approve")
        assert fresh(walk).state == State.REVIEWED

    def test_belongs_to_the_city(self, walk_to):
        walk = walk_to("approve")

        with pytest.raises(NotAllowed):
            walk.do("approve", "supervisor", decision="approve")

    def test_belongs_to_the_city_whatever_way_it_is_asked_for(self, walk_to, cast):
        walk = walk_to("approve")

        with pytest.raises(relief.LevelNotReached):
            relief.approve(case=fresh(walk), by=cast["supervisor"], at=walk.at, decision="approve")

    def test_is_not_for_the_one_who_reviewed(self, walk_to, cast):
        appoint(cast["supervisor"], Role.SUPERVISOR, an_office_tree().city)
        walk = walk_to("approve")
        walk.cast["supervisor"] = type(cast["supervisor"]).objects.get(pk=cast["supervisor"].pk)

        with pytest.raises(SamePerson):
            walk.do("approve", "supervisor", decision="approve")

    @pytest.mark.parametrize("decision", ["refuse", "return"])
    def test_needs_a_reason_for_a_no(self, walk_to, decision):
        walk = walk_to("approve")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("approve", "supervisor2", decision=decision)

        assert list(refused.value.errors) == ["reason"]

    def test_can_refuse(self, walk_to):
        walk = walk_to("approve")
        walk.do("approve", "supervisor2", decision="refuse", reason="资金年度额度已用完。")

        assert ended(walk) == (State.CLOSED, "refused", True, True)

    def test_can_return(self, walk_to, nodes):
        walk = walk_to("approve")
        walk.do("approve", "supervisor2", decision="return", reason="重新核实家庭人口。")

        assert (fresh(walk).state, nodes(walk)) == (State.RETURNED, {"survey"})

    def test_changes_nothing_when_no_fund_has_the_money(self, walk_to, place):
        Fund.objects.update(budget=Decimal(100))
        walk = walk_to("approve")

        with pytest.raises(funds.NoFund):
            walk.do("approve", "supervisor2", decision="approve")

        assert fresh(walk).state == State.REVIEWED
        assert not line_of(walk).signatures.filter(role="approver2").exists()

    def test_asks_why_a_second_aid_for_the_same_cause(self, walk_to):
        first = walk_to("approve")
        worker = first.case.worker
        walk = walk_to("approve", worker=worker, account=True)

        with pytest.raises(InvalidFacts) as refused:
            walk.do("approve", "supervisor2", decision="approve")
        assert list(refused.value.errors) == ["double_aid_reason"]

        walk.do("approve", "supervisor2", decision="approve", double_aid_reason="两次住院，费用不同。")
        assert "hardship.double_aid_explained" in kinds(walk)
        assert "payout.guard_overridden" in kinds(walk)
        walk.pay("finance")
        assert fresh(walk).state == State.PAID


class TestApprovalAboveTheCity:
    @pytest.fixture
    def passed_up(self, walk_to):
        walk = walk_to("approve", amount="20000.00")
        walk.do("approve", "supervisor2", decision="approve")
        return walk

    def test_follows_the_citys_for_a_large_sum(self, passed_up, nodes):
        assert (fresh(passed_up).state, nodes(passed_up)) == (State.PASSED_UP, {"approve_above"})
        assert passed_up.task("approve_above").office_path == an_office_tree().province.path
        assert not Reservation.objects.exists()

    def test_is_given_by_a_third_person(self, passed_up):
        passed_up.cast["province"] = a_user("qin", role=Role.SUPERVISOR, office=an_office_tree().province)
        with pytest.raises(NotAllowed):
            passed_up.do("approve_above", "supervisor2", decision="approve")

        passed_up.do("approve_above", "province", decision="approve", letter="豫工发〔2026〕8号")

        assert fresh(passed_up).state == State.APPROVED
        assert fresh(passed_up).approval_letter == "豫工发〔2026〕8号"
        assert line_of(passed_up).signatures.get(role="approver3").person.username == "qin"

    @pytest.mark.parametrize(("decision", "state"), [("refuse", State.CLOSED), ("return", State.RETURNED)])
    def test_may_say_no(self, passed_up, decision, state):
        passed_up.cast["province"] = a_user("qin", role=Role.SUPERVISOR, office=an_office_tree().province)
        passed_up.do("approve_above", "province", decision=decision, reason="金额依据不足。")

        assert fresh(passed_up).state == state

    def test_is_recorded_with_its_letter_where_the_higher_office_is_not_in_the_system(self, passed_up, place, cast):
        place.tree.province.level = "city"
        place.tree.province.save()
        form_class = passed_up.task("approve_above").flow_task.form_class

        form = form_class({"decision": "approve"}, case=fresh(passed_up), by=cast["supervisor2"])

        assert list(form.errors) == ["letter"]

    def test_is_not_asked_for_where_the_city_decides_all(self, walk_to, place, cast):
        walk = walk_to("approve", amount="20000.00")
        offices.set_parameter(
            code=RULES_PARAMETER,
            office=place.tree.county,
            value={"above_city_from": None},
            valid_from=date(2026, 1, 1),
            source="测试",
            by=cast["sysadmin"],
            at=AT,
        )
        walk.do("approve", "supervisor2", decision="approve")

        assert fresh(walk).state == State.APPROVED


class TestPayment:
    def test_leads_to_the_return_visit(self, walk_to, nodes):
        walk = walk_to("payment")
        walk.pay("finance")

        assert (fresh(walk).state, nodes(walk)) == (State.PAID, {"visit"})
        assert line_of(walk).state == ClaimLine.State.PAID

    def test_is_not_confirmed_before_the_money_went(self, walk_to):
        walk = walk_to("payment")

        with pytest.raises(ConditionNotMet):
            walk.door("paid", "finance")

    def test_is_ordered_again_after_it_failed(self, walk_to, cast, nodes):
        walk = walk_to("payment")
        funds.mark_failed(payout=Payout.objects.get(), reason="账号错误退票", by=cast["finance"], at=walk.at)
        people.retire_bank_account(account=walk.case.worker.bank_accounts.get(), by=None, at=walk.at)
        account = a_bank_account(walk.case.worker, at=walk.at)
        walk.door("order_again", "operator", account=account.uuid)

        assert (fresh(walk).state, nodes(walk)) == (State.PAYING, {"payment"})
        assert Payout.objects.filter(state="due").get().account == account

    def test_is_not_ordered_twice(self, walk_to):
        walk = walk_to("payment")

        with pytest.raises(WrongState):
            walk.door("order_again", "operator", account=walk.case.worker.bank_accounts.get().uuid)

    def test_takes_an_account_of_the_applicant(self, walk_to):
        walk = walk_to("order_payment")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("order_payment", "operator", account=a_bank_account(a_worker("外人")).uuid)

        assert list(refused.value.errors) == ["account"]

    def test_can_be_stopped_before_it_is_ordered(self, walk_to, place):
        walk = walk_to("order_payment")
        walk.door("stop", "supervisor", reason="申请人去世，家属另行申请。")

        assert ended(walk) == (State.CLOSED, "stopped", True, True)
        place.fund.refresh_from_db()
        assert place.fund.reserved == 0

    def test_can_be_stopped_after_the_payout_was_cancelled(self, walk_to, cast, place):
        walk = walk_to("payment")
        with pytest.raises(WrongState):
            walk.door("stop", "supervisor", reason="申请人去世。")
        funds.cancel_payout(payout=Payout.objects.get(), reason="申请人去世", by=cast["finance"], at=walk.at)
        walk.door("stop", "supervisor", reason="申请人去世。")

        assert ended(walk) == (State.CLOSED, "stopped", True, True)
        place.fund.refresh_from_db()
        assert (place.fund.reserved, place.fund.paid) == (0, 0)

    def test_is_stopped_by_a_supervisor_only(self, walk_to):
        walk = walk_to("payment")

        with pytest.raises(NotAllowed):
            walk.door("stop", "operator", reason="申请人去世。")


class TestReturnVisit:
    def test_is_tried_again_when_nobody_was_reached(self, walk_to, nodes):
        walk = walk_to("visit")
        walk.do("visit", "operator", reached="no")

        assert (fresh(walk).state, nodes(walk)) == (State.PAID, {"visit"})
        assert Clock.objects.filter(case=walk.case, rule="HR.return_visit", state="running").exists()

    def test_asks_how_satisfied_somebody_is(self, walk_to):
        walk = walk_to("visit")

        with pytest.raises(InvalidFacts) as refused:
            walk.do("visit", "operator", reached="yes")

        assert list(refused.value.errors) == ["satisfaction"]

    def test_leads_to_the_close_by_a_person(self, walk_to, nodes):
        walk = walk_to("close")
        assert fresh(walk).state == State.RETURN_VISIT

        with pytest.raises(InvalidFacts):
            walk.do("close", "operator", reason="")
        walk.do("close", "operator", reason="已发放，回访满意。")

        assert ended(walk) == (State.CLOSED, "paid", True, True)
        assert nodes(walk) == set()
        assert fresh(walk).status == "DONE"

    def test_is_closed_by_the_clock_when_nobody_is_ever_reached(self, walk_to, nodes):
        walk = walk_to("visit")
        walk.do("visit", "operator", reached="no")
        walk.clock("HR.return_visit")

        assert ended(walk) == (State.CLOSED, "paid", True, True)
        assert nodes(walk) == set()
        assert kinds(walk)[-1] == "hardship.closed_unreached"


class TestWithdrawing:
    @pytest.mark.parametrize("node", ["check_papers", "record_check", "propose", "notice", "approve"])
    def test_is_possible_until_money_is_reserved(self, walk_to, cast, node, nodes):
        walk = walk_to(node)
        operations.withdraw_case(case=fresh(walk), reason="申请人主动撤回。", by=cast["operator"], at=walk.at)

        assert ended(walk) == (State.CLOSED, "withdrawn", True, True)
        assert nodes(walk) == set()
        assert line_of(walk).state == ClaimLine.State.WITHDRAWN
        assert not Clock.objects.filter(case=walk.case, state="running").exists()

    @pytest.mark.parametrize("node", ["order_payment", "payment", "visit"])
    def test_is_refused_once_money_moves(self, walk_to, cast, node):
        walk = walk_to(node)

        with pytest.raises(ConditionNotMet):
            operations.withdraw_case(case=fresh(walk), reason="撤回。", by=cast["operator"], at=walk.at)


class TestEveryMove:
    def test_leads_to_a_state_that_has_a_stage(self):
        assert set(HardshipRelief.STAGES) == set(State)

    def test_of_a_state_takes_back_to_a_state(self):
        assert set(HardshipRelief.TAKE_BACK.values()) <= set(State)

    @pytest.mark.parametrize(
        ("name", "who"),
        [
            *((name, "supervisor2") for name in ("approve", "review", "close", "decline")),
            ("confirm_paid", "finance"),
        ],
    )
    def test_is_refused_from_another_state(self, walk_to, cast, name, who):
        walk = walk_to("check_papers")

        with pytest.raises(WrongState):
            perform(case=fresh(walk), name=name, by=cast[who], at=walk.at, text="…")

    def test_of_a_closed_case_is_refused(self, walk_to, cast):
        walk = walk_to("close")
        walk.do("close", "operator", reason="已发放。")

        for name in ("withdraw", "refuse", "stop", "order_payment", "take_back"):
            assert not may_perform(fresh(walk), name, cast["supervisor2"])
