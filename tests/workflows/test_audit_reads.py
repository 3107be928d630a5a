"""Who read personal data, as supervisors and auditors search it: by person, reader, purpose, office, case and time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from casework.audit import access
from casework.audit.models import AccessRecord, Reading
from casework.people import operations as people
from tests.factories import AT, a_user, a_worker, an_office_tree, appoint, chen, lin, shen, sun, zhao

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(open_toy):
    return open_toy()


@pytest.fixture
def reads(case):
    """A worker of the county read on her case by another office and at home by its own, one of the other county."""
    south = a_worker("赵强", office=an_office_tree().other_county, by=zhao())
    note(case.worker, "case", lin(), AT, case.number)
    note(case.worker, "phone", chen(), AT + timedelta(days=1))
    note(case.worker, "look", zhao(), AT + timedelta(days=2), case.number)
    note(south, "person", zhao(), AT + timedelta(days=3))
    return south


def note(worker, purpose, by, at, number=""):
    people.note_reader(subject=worker, purpose=Reading(purpose), case_number=number, by=by, at=at)


def found(client, user, **filters):
    client.force_login(user)
    answer = client.get(reverse("audit_reads"), filters)
    assert answer.status_code == 200
    return [read.purpose for read in answer.context["page"].rows]


class TestSearch:
    def test_shows_a_supervisor_what_was_read_of_her_offices_people_by_anybody(self, client, reads):
        assert found(client, sun()) == ["look", "phone", "case"]
        assert found(client, shen()) == ["person", "look", "phone", "case"]

    def test_by_reader_purpose_case_office_and_time(self, client, reads, case):
        tree, day = an_office_tree(), localdate(AT)

        assert found(client, shen(), reader="zhao") == ["person", "look"]
        assert found(client, shen(), reader="nobody") == []
        assert found(client, shen(), purpose="phone") == ["phone"]
        assert found(client, shen(), case=case.number) == ["look", "case"]
        assert found(client, shen(), office=tree.other_county.code) == ["person"]
        assert found(client, shen(), since=str(day + timedelta(days=1)), until=str(day + timedelta(days=2))) == [
            "look",
            "phone",
        ]

    def test_by_person_whose_record_may_be_read(self, client, reads, case):
        assert found(client, sun(), person=str(case.worker.uuid)) == ["look", "phone", "case"]
        client.force_login(sun())
        assert client.get(reverse("audit_reads"), {"person": str(reads.uuid)}).status_code == 404

    def test_a_case_of_another_office_is_none(self, client, reads, case):
        south = a_user("south")
        appoint(south, "supervisor", an_office_tree().other_county)

        assert found(client, south, case=case.number) == []
        assert found(client, south) == ["person"]

    def test_is_closed_to_others(self, client, reads):
        client.force_login(lin())

        assert client.get(reverse("audit_reads")).status_code == 403

    def test_leads_there_from_the_list_a_worker_is_handed(self, client, case):
        for user, leads in ((sun(), True), (lin(), False)):
            client.force_login(user)
            page = client.get(reverse("access_list", args=[case.worker.uuid])).content.decode()
            assert (f"{reverse('audit_reads')}?person={case.worker.uuid}" in page) is leads

    def test_masks_names_and_names_no_caller(self, client, reads, case):
        access.keep(subject=shen().uuid, office=case.office_id, purpose=Reading.CONTACT, by=lin(), at=AT)
        client.force_login(shen())

        page = client.get(reverse("audit_reads")).content.decode()

        assert case.worker.name not in page
        assert reads.name not in page

    def test_costs_the_same_for_few_and_many(self, client, reads, case):
        def cost():
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("audit_reads")).status_code == 200
            return len(asked)

        client.force_login(sun())
        cost()
        few = cost()
        for number in range(60):
            note(a_worker(f"王{number}"), "person", lin(), AT)

        assert cost() == few
        client.force_login(sun())
        answer = client.get(reverse("audit_reads"))
        more = client.get(reverse("audit_reads"), {"after": answer.context["page"].next_cursor}).context["page"].rows
        pages = [*answer.context["page"].rows, *more]
        assert (
            len({read.pk for read in pages})
            == len(pages)
            == AccessRecord.objects.exclude(purpose="person", reader=zhao()).count()
        )

    def test_knows_the_office_of_whose_data_it_is(self, reads, case):
        assert set(AccessRecord.objects.values_list("office_id", flat=True)) == {case.worker.office_id, reads.office_id}
