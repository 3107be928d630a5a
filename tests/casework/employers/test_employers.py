from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.audit.errors import InvalidFacts, NotAllowed, NotFound
from casework.audit.events import words_of
from casework.audit.models import Event
from casework.employers import operations, queries
from casework.employers.models import Employer, EnterpriseVisit
from casework.people.models import Worker
from tests.factories import AT, a_credit_code, a_user, a_worker, an_employer, chen, lin, sun, zhao

pytestmark = pytest.mark.django_db


class TestRegisterEmployer:
    def test_takes_the_region_from_the_code(self):
        assert an_employer().region == "410100"
        assert an_employer(region="410105").region == "410105"

    def test_says_what_is_wrong_at_each_field(self):
        with pytest.raises(InvalidFacts) as caught:
            an_employer(name=" ", uscc="91410100MA00000010", phone="x")
        assert set(caught.value.errors) == {"name", "uscc", "phone"}

    def test_refuses_a_code_on_record(self):
        first = an_employer()
        with pytest.raises(operations.DuplicateEmployer, match=first.name):
            an_employer("别的公司", uscc=f" {first.uscc.lower()} ")
        with pytest.raises(IntegrityError), transaction.atomic():
            Employer.objects.filter(pk=an_employer().pk).update(uscc=first.uscc)

    def test_works_without_a_code(self):
        assert an_employer(uscc="").uscc is None
        assert an_employer(uscc="").uscc is None


class TestUpdateEmployer:
    def test_changes_what_is_given(self):
        employer = an_employer(uscc="")
        code = a_credit_code()
        operations.update_employer(employer=employer, uscc=code, contact_person="李厂长", by=lin(), at=AT)
        employer = Employer.objects.get()
        assert (employer.uscc, employer.region, employer.contact_person) == (code, "410100", "李厂长")
        assert Event.objects.latest("id").facts["fields"] == "contact_person, uscc"

    def test_is_for_the_office_that_keeps_it(self):
        with pytest.raises(NotAllowed):
            operations.update_employer(employer=an_employer(), address="x", by=zhao(), at=AT)


class TestSupervision:
    def test_begins_and_ends_with_a_history(self):
        employer = an_employer()
        with pytest.raises(operations.NotUnderSupervision):
            operations.end_supervision(employer=employer, until_on=date(2026, 3, 1), by=sun(), at=AT)
        start = {"employer": employer, "reason": "拖欠工资", "since_on": date(2026, 1, 1), "by": sun(), "at": AT}
        operations.start_supervision(**start)
        assert Employer.objects.get().is_key_supervised
        assert words_of(Event.objects.latest("id")) == "拖欠工资"
        with pytest.raises(operations.UnderSupervision):
            operations.start_supervision(**start)
        with pytest.raises(InvalidFacts):
            operations.end_supervision(employer=employer, until_on=date(2025, 12, 31), by=sun(), at=AT)
        operations.end_supervision(employer=employer, until_on=date(2026, 3, 1), by=sun(), at=AT)
        assert not Employer.objects.get().is_key_supervised
        operations.start_supervision(**start | {"since_on": date(2026, 5, 1)})
        assert [p.since_on for p in queries.supervisions_of(employer)] == [date(2026, 5, 1), date(2026, 1, 1)]


class TestVisit:
    def test_by_any_office_is_recorded_and_sealed(self):
        employer = an_employer()
        operations.record_enterprise_visit(
            employer=employer, visited_on=date(2026, 3, 1), findings="车间无通风", by=zhao(), at=AT
        )
        row = EnterpriseVisit.objects.values("findings").get()
        assert "车间".encode() not in bytes(row["findings"])
        assert queries.visits_to(employer).get().findings == "车间无通风"
        with pytest.raises(InvalidFacts):
            operations.record_enterprise_visit(
                employer=employer, visited_on=date(2026, 3, 1), findings=" ", by=zhao(), at=AT
            )


class TestQueries:
    def test_find_by_name_and_code_from_every_office(self):
        employer = an_employer("安河精密制造有限公司")
        an_employer("别的公司")
        for text in ("精密", employer.uscc, f" {employer.uscc.lower()} "):
            assert list(queries.search_employers(zhao(), text)) == [employer]
        assert queries.search_employers(zhao(), "").count() == 2

    def test_are_nothing_to_who_has_no_role(self):
        employer = an_employer()
        nobody = a_user(role=None)
        assert not queries.search_employers(nobody, "")
        with pytest.raises(NotFound):
            queries.employer_for(nobody, employer.uuid)

    def test_a_name_that_several_share_means_none(self):
        employer = an_employer("安河精密")
        assert queries.only_employer_named("安河精密") == employer
        an_employer("安河精密")
        assert queries.only_employer_named("安河精密") is None


class TestPages:
    def test_list_search_and_show(self, client):
        employer = an_employer("安河精密制造有限公司", contact_person="李厂长")
        other = an_employer("别的公司")
        client.force_login(lin())
        html = client.get("/employers/", {"q": "精密"}).content.decode()
        assert str(employer.uuid) in html
        assert str(other.uuid) not in html
        assert "李厂长" in client.get(f"/employers/{employer.uuid}/").content.decode()
        operations.start_supervision(employer=employer, reason="欠薪", since_on=date(2026, 1, 1), by=lin(), at=AT)
        shown = client.get("/employers/?supervised=on").context["page"].rows
        assert shown == [employer]

    def test_register_and_change(self, client):
        client.force_login(lin())
        form = client.get("/employers/new/").context["form"]
        facts = {"office": form.fields["office"].initial.pk, "name": "新公司", "uscc": a_credit_code()}
        assert client.post("/employers/new/", facts | {"uscc": "91"}).status_code == 422
        assert client.post("/employers/new/", facts).status_code == 302
        again = client.post("/employers/new/", facts)
        assert again.status_code == 422
        assert "新公司" in str(again.context["form"].non_field_errors())
        employer = Employer.objects.get()
        client.post(f"/employers/{employer.uuid}/edit/", {"name": "新公司二", "uscc": facts["uscc"]})
        employer.refresh_from_db()
        assert employer.name == "新公司二"

    def test_supervise_and_visit(self, client):
        employer = an_employer()
        client.force_login(sun())
        client.post(reverse("supervision_start", args=[employer.uuid]), {"since_on": "2026-01-01", "reason": "欠薪"})
        again = client.post(
            reverse("supervision_start", args=[employer.uuid]), {"since_on": "2026-01-01", "reason": "欠薪"}
        )
        assert again.status_code == 409
        client.post(reverse("visit_new", args=[employer.uuid]), {"visited_on": "2026-02-01", "findings": "已整改"})
        client.post(reverse("supervision_end", args=[employer.uuid]), {"until_on": "2026-03-01"})
        html = client.get(f"/employers/{employer.uuid}/").content.decode()
        assert "已整改" in html
        assert "欠薪" in html

    def test_another_office_reads_and_does_not_change(self, client):
        employer = an_employer()
        client.force_login(zhao())
        assert client.get(f"/employers/{employer.uuid}/").status_code == 200
        for name in ("employer_edit", "supervision_start", "supervision_end"):
            assert client.get(reverse(name, args=[employer.uuid])).status_code == 403

    def test_say_where_a_worker_works(self, client):
        worker, employer = a_worker(), an_employer("安河精密")
        client.force_login(chen())
        address = reverse("worker_employer", args=[worker.uuid])
        assert client.post(address, {"employer": "没有的公司"}).status_code == 422
        assert client.post(address, {"employer": "安河精密"}).status_code == 302
        assert Worker.objects.get().employer == employer
        assert "安河精密" in client.get(f"/people/{worker.uuid}/").content.decode()
        client.force_login(zhao())
        assert client.get(address).status_code == 404
