"""The household's file and mutual aid: what goes on when the case is closed."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.utils.timezone import localdate

from casework.audit.errors import InvalidFacts
from casework.deadlines.calendar import add_months
from casework.deadlines.models import Clock
from casework.deadlines.rulebook import rules_of
from casework.offices import operations as offices
from casework.people.models import HardshipFile
from casework.people.operations import FileIsClosed
from tests.courses import course as told
from tests.factories import AT, FOUNDED
from workflows.case_type import case_type
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.case_types.hardship_relief.queries import household_found
from workflows.walking import Walk

course = partial(told, rules_of("hardship_relief"))


def clocks(passed, rule):
    return [each for each in passed.clocks if each.rule == rule]


class TestFile:
    def test_is_reviewed_every_year(self):
        passed = course(("hardship.approved", "2025-10-05"), ("file.reviewed", "2026-09-21"))
        first, second = clocks(passed, "HR.file.review")

        assert (first.due_on, first.was_kept) == (date(2026, 10, 8), True)
        assert (second.nominal_on, second.state) == (date(2027, 9, 21), "running")

    def test_late_it_is_still_owed(self):
        passed = course(("hardship.approved", "2025-09-01"), ("mutual_aid.paid", "2026-09-02"))
        [clock] = clocks(passed, "HR.file.review")

        assert clock.state == "expired"
        assert clock.is_late

    def test_left_it_is_no_longer_reviewed_and_the_household_is_told_why(self):
        exit = ("file.exited", "2026-09-21"), ("file.exit_told", "2026-09-24")
        passed = course(("hardship.approved", "2026-01-30"), *exit)

        assert clocks(passed, "HR.file.review")[0].state == "cancelled"
        assert clocks(passed, "HR.file.exit_notice")[0].was_kept
        assert clocks(passed, "HR.file.exit_notice")[0].due_on == date(2026, 9, 29)


class TestMutualAid:
    def test_is_reported_claimed_and_paid_the_same_day(self):
        passed = course(
            ("mutual_aid.discharged", "2026-09-07"),
            ("mutual_aid.reported", "2026-09-18"),
            ("mutual_aid.settled", "2026-09-18"),
            ("mutual_aid.claimed", "2026-10-10"),
            ("mutual_aid.paid", "2026-10-12"),
        )

        assert clocks(passed, "HR.mutual_aid.report")[0].was_kept is False
        assert clocks(passed, "HR.mutual_aid.claim")[0].state == "cancelled"
        # claimed on a Saturday that is worked
        assert clocks(passed, "HR.mutual_aid.payment")[0].due_on == date(2026, 10, 10)
        assert clocks(passed, "HR.mutual_aid.payment")[0].was_kept is False

    def test_unclaimed_it_is_lost_after_two_years(self):
        passed = course(("mutual_aid.settled", "2024-09-18"), ("mutual_aid.claimed", "2026-09-21"))

        assert clocks(passed, "HR.mutual_aid.claim")[0].state == "expired"


@pytest.fixture
def walked(cast, place):
    walk = Walk(kind=case_type("hardship_relief"), cast=cast, office=place.tree.county, at=AT)
    way.walk(walk)
    walk.expect("closed")
    return walk


class TestOnACase:
    def test_the_year_to_the_review_goes_on_after_the_closing(self, walked):
        clock = Clock.objects.get(case=walked.case, rule="HR.file.review")
        walked.at += timedelta(days=100)
        walked.record("file.reviewed", "operator")

        assert clock.is_running
        kept, again = Clock.objects.filter(case=walked.case, rule="HR.file.review").order_by("ordinal")
        assert kept.was_kept
        assert again.is_running

    @pytest.fixture
    def half_yearly(self, place):
        return offices.set_parameter(
            code="hardship.file.review.months",
            office=place.tree.city,
            value=6,
            valid_from=date(2026, 1, 1),
            source="本市困难职工档案管理办法",
            by=None,
            at=FOUNDED,
        )

    def test_a_review_is_one_of_the_file_itself_and_both_name_the_same_day(self, half_yearly, walked):
        walked.at += timedelta(days=100)
        walked.record("file.reviewed", "operator")

        file = HardshipFile.objects.get()
        clock = Clock.objects.filter(case=walked.case, rule="HR.file.review").latest("ordinal")
        assert file.reviewed_on == localdate(walked.at)
        assert file.next_review_on == clock.nominal_on == add_months(file.reviewed_on, 6)

    def test_the_household_leaves_the_file_itself_with_a_reason(self, walked):
        with pytest.raises(InvalidFacts) as refused:
            walked.record("file.exited", "operator")
        assert set(refused.value.errors) == {"note"}

        walked.record("file.exited", "operator", note="收入提高，已脱困。")

        assert HardshipFile.objects.get().exited_on == localdate(walked.at)
        assert Clock.objects.get(case=walked.case, rule="HR.file.review").state == "cancelled"
        with pytest.raises(FileIsClosed):
            walked.record("file.reviewed", "operator")

    def test_nothing_but_its_own_rule_waits_for_missing_papers(self, walked):
        rules = set(Clock.objects.filter(case=walked.case).values_list("rule", flat=True))

        assert "HR.supplement" in rules
        assert not {rule for rule in rules if rule.startswith("GEN.supplement")}


def test_a_claim_of_mutual_aid_is_late_by_its_deadline_and_no_other_count(walk_to, place):
    offices.set_parameter(
        code="mutual_aid.claim.years",
        office=place.tree.city,
        value=1,
        valid_from=date(2024, 1, 1),
        source="本市职工医疗互助办法",
        by=None,
        at=FOUNDED,
    )
    settled = date(2025, 10, 3)  # a year later it is a Saturday
    walk = walk_to("propose", programme="mutual_aid", settled_on=settled.isoformat())
    walk.record("mutual_aid.settled", "operator", settled)

    case = HardshipRelief.objects.get(pk=walk.case.pk)
    until = household_found(case, case.surveys.last()).claimable_until

    assert until == Clock.objects.get(case=case, rule="HR.mutual_aid.claim").due_on == date(2026, 10, 5)
