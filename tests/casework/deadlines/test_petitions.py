"""Contacts: what is owed to a caller, and the longer way of a petition, which the answer does not end."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import translation

from casework.audit.errors import InvalidFacts
from casework.cases import operations as cases
from casework.cases.models import Contact
from casework.deadlines import general
from casework.deadlines.calendar import BEIJING
from casework.deadlines.models import Clock
from casework.deadlines.operations import NotExtendable, NotNow, recompute_contact
from casework.deadlines.queries import proceedings_open_to
from casework.offices import operations as offices
from tests.courses import clock
from tests.courses import course as told
from tests.factories import AT, FOUNDED, an_office_tree, lin, sun
from workflows import operations

TAKEN = {"matter": "petition", "anonymous": False, "open": True}


course = partial(told, general.CONTACT_RULES)


def counting(passed):
    return {each.rule for each in passed.clocks if each.counts}


class TestCaller:
    def test_who_needs_somebody_is_passed_on_answered_and_called_back(self):
        taken = {**TAKEN, "matter": "service"}
        passed = course(
            ("contact.taken", "2026-09-29", taken),
            ("contact.dispatched", "2026-09-29"),
            ("contact.answered", "2026-09-30", taken),
        )

        assert clock(passed, "GEN.dispatch").was_kept
        assert clock(passed, "GEN.promise.ordinary").was_kept
        assert clock(passed, "GEN.call_back").due_on == date(2026, 10, 10)

    @pytest.mark.parametrize(
        "more", [{"anonymous": True}, {"open": False}, {"matter": "consult"}], ids=["anonymous", "at once", "question"]
    )
    def test_who_had_the_answer_or_gave_no_name_is_not_called_back(self, more):
        passed = course(("contact.answered", "2026-09-29", {**TAKEN, "matter": "service", **more}))

        assert passed.clocks == []

    def test_a_group_incident_is_reported_within_hours(self):
        passed = course(("incident.group", "2026-10-01"))

        assert clock(passed, "GEN.incident.report_of_contact").due_at.astimezone(BEIJING).hour == 14
        assert clock(passed, "GEN.incident.report_of_contact").known_rule.is_urgent


class TestPetition:
    def test_is_told_accepted_and_finished(self):
        passed = course(
            ("contact.taken", "2026-07-13", TAKEN),
            ("petition.accepted", "2026-07-20"),
            ("contact.answered", "2026-07-24", TAKEN),
        )

        assert clock(passed, "GEN.petition.notice").was_kept
        assert clock(passed, "GEN.petition.finish").due_on == date(2026, 9, 18)
        assert counting(passed) == {"GEN.petition.finish", "GEN.call_back"}

    def test_of_nobody_known_is_not_told_in_writing(self):
        passed = course(("contact.taken", "2026-09-11", {**TAKEN, "anonymous": True}))

        assert counting(passed) == {"GEN.promise.difficult", "GEN.dispatch"}

    def test_that_became_a_case_goes_on_there(self):
        passed = course(
            ("contact.taken", "2026-09-11", TAKEN),
            ("petition.accepted", "2026-09-14"),
            ("contact.became_case", "2026-09-15"),
        )

        assert counting(passed) == set()

    def test_passed_on_wrongly_is_objected_to_within_five_working_days(self):
        passed = course(("petition.received", "2026-09-23"))

        assert clock(passed, "GEN.petition.objection").due_on == date(2026, 10, 8)
        assert course(("petition.received", "2026-09-23"), ("petition.objected", "2026-09-29")).next_due is None

    def test_the_answer_to_the_caller_does_not_end_the_right_to_a_review(self):
        passed = course(
            ("contact.taken", "2026-07-13", TAKEN),
            ("petition.accepted", "2026-07-20"),
            ("petition.opinion_given", "2026-09-02"),
            ("contact.answered", "2026-09-02", TAKEN),
        )

        assert clock(passed, "GEN.petition.finish").was_kept
        assert (clock(passed, "GEN.petition.ask_for_review").nominal_on) == date(2026, 10, 2)
        assert clock(passed, "GEN.petition.ask_for_review").is_running

    def test_goes_through_two_reviews_and_is_ended(self):
        passed = course(
            ("petition.opinion_given", "2026-06-01"),
            ("petition.review_asked", "2026-06-15"),
            ("petition.reviewed", "2026-07-10"),
            ("petition.second_review_asked", "2026-08-03"),
            ("petition.reviewed_again", "2026-09-02"),
        )

        kept = {each.rule: str(each.state) for each in passed.clocks}
        assert kept == {
            "GEN.petition.ask_for_review": "cancelled",
            "GEN.petition.review": "satisfied",
            "GEN.petition.ask_for_second_review": "cancelled",
            "GEN.petition.second_review": "satisfied",
        }

    def test_unreviewed_for_thirty_days_it_stays_as_it_is(self):
        passed = course(("petition.opinion_given", "2026-08-03"), ("petition.review_asked", "2026-09-03"))

        assert clock(passed, "GEN.petition.ask_for_review").state == "expired"
        assert not clock(passed, "GEN.petition.ask_for_review").is_late

    def test_withdrawn_it_leaves_nothing(self):
        passed = course(
            ("contact.taken", "2026-09-11", TAKEN),
            ("petition.accepted", "2026-09-14"),
            ("petition.withdrawn", "2026-09-15"),
        )

        assert counting(passed) == {"GEN.promise.difficult"}


# ---- on a contact --------------------------------------------------------------------------------------


@pytest.fixture
def contact(db):
    """A petition that came in at the county."""
    tree = an_office_tree()
    offices.load_calendar(year=2026, by=None, at=FOUNDED)
    return cases.take_contact(
        office=tree.county,
        channel="letter",
        matter="petition",
        question="食堂卫生没人管。",
        caller_name="王小明",
        by=lin(),
        at=AT,
    )


def of(contact, rule):
    return Clock.objects.get(contact=contact, rule=rule)


def record(contact, kind, at=AT, on=None):
    return cases.record_contact_proceeding(contact=contact, kind=kind, on=on or at.date(), by=lin(), at=at)


class TestOnAContact:
    def test_the_petition_goes_on_when_the_caller_has_the_answer(self, contact):
        record(contact, "petition.accepted")
        later = AT + timedelta(days=20)
        record(contact, "petition.opinion_given", later)
        cases.answer_contact(contact=contact, answer="已书面答复。", by=lin(), at=later)
        record(contact, "petition.review_asked", later + timedelta(days=7))

        assert of(contact, "GEN.petition.finish").was_kept
        assert of(contact, "GEN.petition.review").is_running
        assert of(contact, "GEN.call_back").is_running

    def test_the_events_alone_give_the_same(self, contact):
        record(contact, "petition.accepted")
        cases.answer_contact(contact=contact, answer="已受理。", by=lin(), at=AT + timedelta(days=3))
        columns = ("rule", "ordinal", "started_on", "due_at", "state", "ended_at")
        before = sorted(Clock.objects.filter(contact=contact).values_list(*columns))

        recompute_contact(contact=Contact.objects.get(pk=contact.pk))

        assert sorted(Clock.objects.filter(contact=contact).values_list(*columns)) == before

    def test_an_answer_at_once_leaves_nothing_to_reckon(self, db):
        contact = cases.take_contact(
            office=an_office_tree().county,
            channel="phone",
            matter="service",
            question="驿站几点开门？",
            answer="八点半。",
            caller_name="王小明",
            by=lin(),
            at=AT,
        )

        recompute_contact(contact=contact)

        assert not Clock.objects.filter(contact=contact).exists()

    def test_what_was_answered_at_once_can_still_become_a_group_incident(self, contact, client):
        record(contact, "petition.accepted")
        at_once = cases.take_contact(
            office=contact.office,
            channel="phone",
            matter="consult",
            question="停工了？",
            answer="是。",
            by=lin(),
            at=AT,
        )
        client.force_login(lin())

        for each in (contact, at_once):
            page = reverse("contact_proceeding", args=[each.uuid])
            assert page in client.get(reverse("contact_detail", args=[each.uuid])).content.decode()
            assert "incident.group" in client.get(page).content.decode()

    def test_sixty_days_become_ninety_by_the_head_and_no_more(self, contact):
        record(contact, "petition.accepted")
        clock = of(contact, "GEN.petition.finish")
        facts = {"clock": clock, "reason": "需外出调查取证。", "by": sun(), "at": AT}

        with translation.override("en"):
            with pytest.raises(NotExtendable, match="head"):
                operations.extend_clock(until=clock.nominal_on + timedelta(days=30), **facts)
            with pytest.raises(NotExtendable, match="at the latest"):
                operations.extend_clock(until=clock.nominal_on + timedelta(days=31), consented=True, **facts)
        operations.extend_clock(until=clock.nominal_on + timedelta(days=30), consented=True, **facts)

        assert of(contact, "GEN.petition.finish").extended_until == clock.nominal_on + timedelta(days=30)

    def test_what_can_be_recorded_is_what_would_move_something(self, contact):
        offered = {step.kind for step in proceedings_open_to(contact)}

        assert {"petition.accepted", "petition.received", "contact.dispatched", "incident.group"} <= offered
        assert "petition.reviewed_again" not in offered

    def test_a_review_is_offered_only_after_an_opinion(self, contact):
        assert not {"petition.review_asked", "petition.reviewed"} & {step.kind for step in proceedings_open_to(contact)}
        with pytest.raises(NotNow):
            record(contact, "petition.reviewed")

        for kind in ("opinion_given", "review_asked", "reviewed", "second_review_asked", "reviewed_again"):
            assert f"petition.{kind}" in {step.kind for step in proceedings_open_to(contact)}
            record(contact, f"petition.{kind}")

    @pytest.mark.parametrize("matter", ["consult", "service", "legal_aid"])
    def test_only_a_petition_goes_the_way_of_petitions(self, contact, matter):
        plain = cases.take_contact(
            office=contact.office, channel="phone", matter=matter, question="驿站几点开门？", by=lin(), at=AT
        )

        assert not [step.kind for step in proceedings_open_to(plain) if step.kind.startswith("petition.")]
        with pytest.raises(NotNow):
            record(plain, "petition.accepted")

    def test_a_petition_before_its_law_is_refused_in_words(self, contact):
        with translation.override("en"), pytest.raises(InvalidFacts, match="2022-05-01"):
            record(contact, "petition.received", on=date(2022, 4, 30))
