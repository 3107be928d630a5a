"""Opening a case of another office in an emergency: who may, for how long, who hears of it, what it never opens."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, NotFound
from casework.audit.events import words_of
from casework.audit.models import AccessRecord, Event
from casework.cases import glass
from casework.cases.models import Case, GlassBreak
from casework.cases.operations import link_cases
from casework.offices import scope
from casework.offices.roles import Role
from casework.people import queries as people
from notifications.models import Notification
from tests.factories import a_phone_number, a_user, gao, meng, the_security_administrators
from workflows import operations, queries

WHY = "窗口来访职工扬言轻生，需立即联系经办人"


@pytest.fixture
def others(cast):
    """Jiang supervises in the other county, Zhao mediates there."""
    return SimpleNamespace(jiang=a_user("jiang", role=Role.SUPERVISOR, office=cast.tree.other_county))


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def case(open_toy, now):
    return open_toy(worker_phone=a_phone_number())


@pytest.fixture
def broken(case, cast, others, now):
    return glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=now)


@pytest.fixture
def as_(client):
    """Log somebody in."""

    def login(user):
        client.force_login(user)
        return client

    return login


def told_of(kind="case.glass_broken"):
    return set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))


class TestBreaking:
    def test_opens_the_case_for_reading_and_to_this_person_alone(self, broken, case, cast, others):
        assert queries.case_for(cast.zhao, case.number).pk == case.pk
        assert scope.may(cast.zhao, "case.read", Case.objects.get(pk=case.pk))
        assert not queries.cases_visible_to(others.jiang).exists()

    def test_is_an_event_of_the_case_with_its_reason_sealed(self, broken, case, cast):
        event = Event.objects.get(kind="case.glass_broken")

        assert (event.stream, event.actor, event.facts["hours"]) == (f"case:{case.number}", cast.zhao, 4)
        assert words_of(event) == WHY
        assert WHY not in event.facts_text

    @pytest.mark.django_db(transaction=True)
    def test_the_supervisors_of_both_offices_hear_of_it_at_once_and_read_no_name(self, case, cast, others, as_, now):
        glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=now)

        assert told_of() == {"sun", "jiang"}
        assert not Notification.objects.filter(kind="case.glass_broken").exclude(not_before=None).exists()
        page = as_(others.jiang).get(reverse("notification_list")).content.decode()
        assert case.number in page
        assert "王小明" not in page
        assert WHY not in page
        link = Notification.objects.get(user=others.jiang).link
        assert as_(others.jiang).get(link).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_a_supervisor_is_overseen_from_above(self, case, cast, others, now):
        gao()

        glass.break_glass(number=case.number, reason=WHY, by=others.jiang, at=now)

        assert told_of() == {"sun", "gao"}

    def test_needs_a_reason(self, case, cast, now):
        with pytest.raises(InvalidFacts):
            glass.break_glass(number=case.number, reason="  ", by=cast.zhao, at=now)

    def test_is_never_for_who_administers_the_house(self, case, cast, now):
        qian, _he = the_security_administrators()
        for person in (meng(), qian):
            with pytest.raises(NotAllowed):
                glass.break_glass(number=case.number, reason=WHY, by=person, at=now)
        assert not GlassBreak.objects.exists()

    def test_is_not_for_who_reads_the_case_anyway(self, case, cast, now):
        with pytest.raises(glass.ReadAlready):
            glass.break_glass(number=case.number, reason=WHY, by=cast.chen, at=now)

    def test_a_wrong_number_is_said_at_its_field_and_noted_as_refused(self, cast, as_, now):
        tried = as_(cast.zhao).post(reverse("glass_break"), {"number": "TY-410105-2026-009999", "reason": WHY})

        assert tried.status_code == 422
        assert set(tried.context["form"].errors) == {"number"}
        assert WHY in tried.content.decode(), "the reason is not typed twice"
        refused = Event.objects.get(kind="operation.refused", actor=cast.zhao)
        assert refused.facts["operation"] == "break_glass"

    def test_leads_to_a_case_that_stands_open_anyway(self, case, cast, as_):
        answer = as_(cast.chen).post(reverse("glass_break"), {"number": case.number, "reason": WHY})

        assert answer.headers["Location"] == reverse("case_detail", args=[case.number])

    def test_numbers_cannot_be_tried_one_after_the_other(self, case, cast, now):
        for _ in range(glass.TRIES):
            with pytest.raises(NotFound):
                glass.break_glass(number="TY-0", reason=WHY, by=cast.zhao, at=now)

        with pytest.raises(glass.TooManyTries):
            glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=now)
        later = now + glass.TRIES_WITHIN + timedelta(seconds=1)
        assert glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=later)

    def test_right_numbers_count_as_tries_too(self, open_toy, cast, now):
        for _ in range(glass.TRIES):
            glass.break_glass(number=open_toy().number, reason=WHY, by=cast.zhao, at=now)

        with pytest.raises(glass.TooManyTries):
            glass.break_glass(number=open_toy().number, reason=WHY, by=cast.zhao, at=now)


class TestReading:
    def test_the_page_says_so_and_shows_how_to_reach_the_worker(self, broken, case, cast, as_):
        page = as_(cast.zhao).get(reverse("case_detail", args=[case.number])).content.decode()

        assert reverse("glass_detail", args=[broken.uuid]) in page
        assert "王小明" in page
        assert case.worker.phone in page

    def test_every_reading_is_entered_as_what_it_is(self, broken, case, cast, as_):
        client = as_(cast.zhao)
        for name, key in (("case_detail", case.number), ("worker_detail", case.worker.uuid)):
            client.get(reverse(name, args=[key]))

        (row,) = AccessRecord.objects.filter(reader=cast.zhao)
        assert (row.purpose, row.case_number, row.subject) == ("break_glass", case.number, case.worker.uuid)

    def test_ends_by_itself(self, case, cast, as_, now):
        glass.break_glass(number=case.number, reason=WHY, by=cast.zhao, at=now - glass.OPEN_FOR)

        assert as_(cast.zhao).get(reverse("case_detail", args=[case.number])).status_code == 404
        assert not people.may_reach(cast.zhao, "person.read", case.worker)

    def test_opens_no_other_case_and_no_list_of_the_office(self, broken, open_toy, cast, as_):
        other = open_toy()

        assert as_(cast.zhao).get(reverse("case_detail", args=[other.number])).status_code == 404
        assert not queries.contacts_visible_to(cast.zhao).exists()

    def test_no_other_act_is_opened(self, broken, case, cast):
        row = Case.objects.get(pk=case.pk)
        allowed = {act for act in scope.ACTS if scope.may(cast.zhao, act, row)}

        assert allowed == {"case.read", "person.read", "person.reveal"}
        assert {act for act in scope.ACTS if people.may_reach(cast.zhao, act, case.worker)} == allowed
        with pytest.raises(NotAllowed):
            link_cases(case=case, other=case, why="same_matter", by=cast.zhao, at=timezone.now())

    def test_nothing_can_be_sent_that_changes_the_case(self, broken, case, cast, as_):
        client, before = as_(cast.zhao), Event.objects.filter(stream=case.stream).count()
        typed = {"reason": "改", "fact": "thing", "value": "刀", "to": cast.tree.county.code, "found": "yes"}
        typed |= {"title": "证明", "brought_by": "worker", "kind": "income", "on": "2026-11-20", "language": "zh-hans"}
        sent = 0
        for name in get_resolver().reverse_dict:
            if isinstance(name, str) and name.startswith(("case_", "checklist_", "document_upload", "letter_issue")):
                try:
                    address = reverse(name, args=[case.number])
                except NoReverseMatch:
                    try:
                        address = reverse(name, args=[case.number, "notice.declined"])
                    except NoReverseMatch:
                        continue
                sent += 1
                # to say once more why one reads changes nothing of the case
                refused = (302,) if name == "case_reveal" else (403, 404, 405, 409, 422)
                assert client.post(address, typed).status_code in refused, name
        task = case.task_set.get(status="NEW")
        for name in ("task_detail", "task_claim"):
            assert client.post(reverse(name, args=[task.pk]), typed).status_code in (403, 409), name

        purposes = AccessRecord.objects.filter(reader=cast.zhao).values_list("purpose", flat=True)
        assert set(purposes) == {"break_glass"}
        assert sent > 8
        assert Event.objects.filter(stream=case.stream).count() == before

    def test_a_case_of_ones_own_is_not_tied_to_it(self, broken, case, cast, open_toy):
        own = operations.open_case(
            case_type="toy",
            by=cast.zhao,
            at=timezone.now(),
            office=cast.tree.other_county,
            worker_name="李四",
            summary="丢了一把伞",
            thing="伞",
        )

        with pytest.raises(NotAllowed):
            link_cases(
                case=Case.objects.get(pk=own.pk),
                other=Case.objects.get(pk=case.pk),
                why="same_matter",
                by=cast.zhao,
                at=timezone.now(),
            )


class TestReview:
    def test_the_supervisors_of_both_offices_and_the_auditor_have_the_list(self, broken, cast, others, as_):
        for person in (cast.sun, others.jiang, cast.zhao):
            assert broken.case.number in as_(person).get(reverse("glass_list")).content.decode()
            assert list(glass.glass_breaks_for(person)) == [broken]
        assert not glass.glass_breaks_for(cast.chen).exists()
        assert as_(cast.chen).get(reverse("glass_detail", args=[broken.uuid])).status_code == 404

    def test_a_supervisor_ends_it_early(self, broken, case, cast, others, as_):
        assert as_(others.jiang).post(reverse("glass_end", args=[broken.uuid])).status_code == 302

        assert as_(cast.zhao).get(reverse("case_detail", args=[case.number])).status_code == 404
        assert Event.objects.filter(kind="case.glass_ended", actor=others.jiang).count() == 1
        with pytest.raises(glass.NotOpen):
            glass.end_glass(broken=broken, by=cast.sun, at=timezone.now())

    def test_the_reader_gives_it_back_when_done(self, broken, case, cast, as_):
        as_(cast.zhao).post(reverse("glass_end", args=[broken.uuid]))

        assert not queries.cases_visible_to(cast.zhao).exists()

    def test_is_reviewed_once_with_a_finding(self, broken, cast, as_):
        as_(cast.zhao).get(reverse("case_detail", args=[broken.case.number]))
        client = as_(cast.sun)
        page = reverse("glass_detail", args=[broken.uuid])

        assert WHY in client.get(page).content.decode()
        assert client.post(page, {"finding": "unjustified", "note": ""}).status_code == 422
        assert client.post(page, {"finding": "justified", "note": "已核实"}).status_code == 302

        broken.refresh_from_db()
        assert (broken.finding, broken.reviewed_by, broken.note) == ("justified", cast.sun, "已核实")
        assert broken.ends_at > timezone.now(), "justified: it ends by itself"
        with pytest.raises(AlreadyDone):
            glass.review_glass(broken=broken, finding="justified", by=cast.sun, at=timezone.now())

    def test_one_that_was_not_justified_ends_at_once(self, broken, case, cast, as_):
        facts = {"finding": "unjustified", "note": "与本职无关"}
        glass.review_glass(broken=broken, by=cast.sun, at=timezone.now(), **facts)

        assert as_(cast.zhao).get(reverse("case_detail", args=[case.number])).status_code == 404

    def test_nobody_reviews_their_own(self, case, cast, others, now):
        broken = glass.break_glass(number=case.number, reason=WHY, by=others.jiang, at=now)

        with pytest.raises(glass.OwnGlass):
            glass.review_glass(broken=broken, finding="justified", by=others.jiang, at=now)
        rows = GlassBreak.objects.filter(pk=broken.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(reviewed_by=others.jiang, finding="justified", reviewed_at=now)

    def test_is_not_for_somebody_without_the_role(self, broken, cast, as_):
        answer = as_(cast.zhao).post(reverse("glass_detail", args=[broken.uuid]), {"finding": "justified"})

        assert answer.status_code in (403, 409)
        broken.refresh_from_db()
        assert broken.finding == ""
