"""What the database itself keeps true, and what is sealed in it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from casework.cases.models import Signature
from tests.factories import AT
from workflows.case_types.hardship_relief.models import (
    Category,
    HardshipRelief,
    HouseholdSurvey,
    MeansCheck,
    Objection,
    PublicNotice,
)
from workflows.case_types.hardship_relief.queries import assessment_of, other_file_of_household


def refused():
    """Expect the database to refuse, and leave the transaction usable."""
    return _Refused()


class _Refused:
    def __enter__(self):
        self.atomic = transaction.atomic()
        self.raises = pytest.raises(IntegrityError)
        self.raises.__enter__()
        self.atomic.__enter__()

    def __exit__(self, *error):
        self.atomic.__exit__(*error)
        return self.raises.__exit__(*error)


class TestHardshipRelief:
    def test_asks_for_money(self, walk_to):
        walk = walk_to("check_papers")

        with refused():
            HardshipRelief.objects.filter(pk=walk.case.pk).update(amount_requested=0)
        with refused():
            HardshipRelief.objects.filter(pk=walk.case.pk).update(amount_proposed=Decimal(-1))

    def test_shows_what_was_typed_only_to_who_works_on_it(self, walk_to):
        walk = walk_to("propose", programme="education", cause="schooling", pupil_name="赵小雨")
        case = HardshipRelief.objects.get(pk=walk.case.pk)

        assert "赵小雨" in [fact["value"] for fact in case.facts_of_type(True)]
        assert "赵小雨" not in [fact["value"] for fact in case.facts_of_type(False)]

    def test_is_closed_only_when_its_money_is_settled(self, walk_to):
        walk = walk_to("payment")

        with refused():
            HardshipRelief.objects.filter(pk=walk.case.pk).update(closed_at=AT, stage="closed", outcome="paid")


class TestSealing:
    @pytest.mark.parametrize(
        ("model", "column", "words"),
        [
            (HouseholdSurvey, "findings", "入户所见"),
            (Objection, "content", "小汽车"),
            (HardshipRelief, "why_union_applies", "住院"),
        ],
    )
    def test_keeps_words_out_of_the_database_in_clear(self, walk_to, model, column, words):
        walk = walk_to("notice", applicant="union", why_union_applies="住院治疗。")
        walk.door("object", "operator", content="家有小汽车。")

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")  # noqa: S608  names of our own
            (stored,) = cursor.fetchone()
        assert words.encode() not in bytes(stored)
        assert words in getattr(model.objects.get(), column)


class TestMeansCheck:
    def test_is_answered_after_it_was_asked_and_says_what(self, walk_to):
        walk = walk_to("record_check")
        check = MeansCheck.objects.filter(case=walk.case)

        with refused():
            check.update(answered_on=date(2020, 1, 1), answer="agrees")
        with refused():
            check.update(answered_on=date(2027, 1, 1), answer="")


class TestHouseholdSurvey:
    def test_is_made_by_two_different_people(self, walk_to, cast):
        walk_to("propose")

        with refused():
            HouseholdSurvey.objects.update(companion=cast["visitor"])

    def test_leads_to_the_assessment(self, walk_to):
        walk = walk_to("propose")

        found = assessment_of(HardshipRelief.objects.get(pk=walk.case.pk))
        assert (found.category, found.per_head_monthly) == (Category.DEEP, Decimal("400.00"))

    def test_has_no_assessment_before_it_was_made(self, walk_to):
        walk = walk_to("survey")

        assert assessment_of(HardshipRelief.objects.get(pk=walk.case.pk)) is None


class TestPublicNotice:
    def test_runs_for_some_time(self, walk_to):
        walk_to("notice")

        with refused():
            PublicNotice.objects.update(ends_on=date(2020, 1, 1))

    def test_hangs_from_its_first_to_its_last_day(self, walk_to):
        notice = walk_to("notice").case.notices.get()

        assert notice.is_running_on(notice.posted_on)
        assert notice.is_running_on(notice.ends_on)
        assert not notice.is_running_on(date(2030, 1, 1))


class TestObjection:
    def test_is_answered_whole_or_not(self, walk_to):
        walk = walk_to("notice")
        walk.door("object", "operator", content="家有小汽车。")

        with refused():
            Objection.objects.update(upheld=True)


class TestSignatures:
    def test_keep_one_person_from_two_parts(self, walk_to, cast):
        walk = walk_to("review")
        line = walk.case.claim_lines.get()

        with refused():
            Signature.objects.create(claim_line=line, role="approver1", person=cast["visitor"], signed_at=AT)


class TestOtherFile:
    def test_is_nothing_for_a_household_without_numbers(self, walk_to):
        assert other_file_of_household(walk_to("check_papers").case.worker) is None
