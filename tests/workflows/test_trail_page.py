"""What supervisors and auditors find in the trail: by case, person, office, outcome; and what they take away."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.urls import reverse

from casework.audit import triggers
from casework.audit.errors import CaseworkError
from casework.audit.models import AccessRecord, Event
from casework.cases.models import Case
from casework.cases.operations import reveal_case
from casework.people import operations as people
from casework.staff import operations as staff
from tests.factories import AT, a_user, a_worker, an_office_tree, appoint, lin, shen, sun, zhao
from workflows import operations

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(open_toy):
    return open_toy()


def found(client, user, **filters):
    client.force_login(user)
    answer = client.get(reverse("audit_trail"), filters)
    assert answer.status_code == 200
    return answer.context["page"].rows


def rows_of(client, user, **filters):
    client.force_login(user)
    answer = client.get(reverse("audit_export"), filters)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


class TestSearch:
    def test_by_person_finds_the_record_and_every_case(self, client, case):
        other = a_worker("李春梅")
        people.update_worker(worker=other, native_place="信阳", by=lin(), at=AT)

        mine = found(client, sun(), person=str(case.worker.uuid))

        assert {event.stream for event in mine} == {f"case:{case.number}", f"office:{case.worker.office_id}"}
        assert {event.kind for event in found(client, sun(), person=str(other.uuid))} == {
            "worker.registered",
            "worker.updated",
        }

    def test_a_person_of_another_office_is_none(self, client, case):
        client.force_login(a_user("north", role=None))
        stranger = a_worker("赵强", office=an_office_tree().other_county, by=zhao())
        client.force_login(sun())

        assert client.get(reverse("audit_trail"), {"person": str(stranger.uuid)}).status_code == 404
        assert client.get(reverse("audit_trail"), {"person": "13800138000"}).status_code == 200

    def test_by_office_with_those_below(self, client, case):
        tree = an_office_tree()
        a_worker("柳河", office=tree.town, by=lin())

        town = found(client, sun(), office=tree.town.code)
        county = found(client, sun(), office=tree.county.code)

        assert {event.office_id for event in town} == {tree.town.pk}
        assert {event.office_id for event in county} == {tree.town.pk, tree.county.pk}
        assert found(client, sun(), office=tree.other_county.code) == found(client, sun()), "not hers: not a choice"

    def test_shows_a_supervisor_what_was_refused_in_her_office(self, client, case):
        with pytest.raises(CaseworkError):
            operations.withdraw_case(case=case, reason="", by=zhao(), at=AT)
        assert Event.objects.filter(outcome="refused", stream="security").exists()

        refused = found(client, sun(), outcome="refused")

        assert {event.facts["subject"] for event in refused} == {case.number}
        assert {event.office_id for event in refused} == {case.office_id}
        supervisor2 = a_user("south")
        appoint(supervisor2, "supervisor", an_office_tree().other_county)
        assert found(client, supervisor2, outcome="refused") == []

    def test_keeps_whose_data_was_read_in_what_people_typed(self, client, case):
        found(client, shen(), kind="case.opened")
        assert not AccessRecord.objects.filter(reader=shen()).exists(), "a sentence of codes and days tells nothing"
        reveal_case(case=case, reason="电话回访", by=sun(), at=AT)

        found(client, shen())
        found(client, shen(), case=case.number)

        read = AccessRecord.objects.get(reader=shen())
        assert (read.subject, read.office_id, read.purpose) == (case.worker.uuid, case.worker.office_id, "trail")

    def test_a_text_that_somebody_changed_hides_no_other_event(self, client, case):
        reveal_case(case=case, reason="电话回访", by=sun(), at=AT)
        with triggers.lifted(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE casework_eventtext SET ciphertext = %s", [b"x" * 40])

        seen = found(client, shen(), case=case.number)

        assert len(seen) == Event.objects.filter(stream=case.stream).count()
        client.force_login(sun())
        assert client.get(reverse("case_detail", args=[case.number])).status_code == 200


class TestExport:
    def test_is_the_list_in_words_and_an_event_itself(self, client, case):
        head, *lines = rows_of(client, shen(), case=case.number)

        assert len(lines) == Event.objects.filter(stream=case.stream).count()
        assert {line[2] for line in lines} == {case.number}
        assert len(head) == len(lines[0]) == 9
        told = Event.objects.get(kind="trail.exported")
        assert (told.facts["count"], told.facts["filters"], told.actor) == (len(lines), "case", shen())

    def test_holds_what_its_reader_may_read_and_no_more(self, client, case):
        supervisor2 = a_user("south")
        appoint(supervisor2, "supervisor", an_office_tree().other_county)

        assert rows_of(client, supervisor2, case=case.number)[1:] == []
        client.force_login(lin())
        assert client.get(reverse("audit_export")).status_code == 403

    def test_costs_the_same_for_few_and_many(self, client, case, django_assert_max_num_queries):
        for number in range(40):
            staff.set_language(user=lin(), language=("en", "zh-hans")[number % 2], by=lin(), at=AT)
        client.force_login(shen())

        with django_assert_max_num_queries(30):
            answer = client.get(reverse("audit_export"))
            assert len(b"".join(answer.streaming_content).splitlines()) > 40
        assert Case.objects.exists()
