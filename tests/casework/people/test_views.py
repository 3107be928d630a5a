import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.audit.models import AccessRecord, Event
from casework.offices import scope
from casework.people.models import BankAccount, Consent, HouseholdMember, Worker
from tests import factories
from tests.factories import a_bank_account, a_user, a_worker, an_id_number, an_office_tree, chen, lin, zhao

pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(client):
    def open_as(user):
        client.force_login(user)
        return client

    return open_as


class TestList:
    def test_shows_everybody_masked(self, page_of):
        worker = a_worker("欧阳小明")
        html = page_of(lin()).get("/people/").content.decode()
        assert "欧***" in html
        for personal in (worker.name, worker.id_number, worker.phone):
            assert personal not in html

    def test_shows_the_others_when_one_was_changed_past_the_system(self, page_of, caplog):
        broken, _whole = a_worker("赵小兰"), a_worker("钱多")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE casework_worker SET phone = %s WHERE id = %s", [b"\x01" * 60, broken.pk])

        response = page_of(lin()).get("/people/")

        assert response.status_code == 200
        assert "钱*" in response.content.decode()
        assert any(record.levelname == "ERROR" for record in caplog.records)

    def test_is_searched_by_post_so_that_no_name_stands_in_an_address(self, page_of):
        a_worker("王小明")
        other = a_worker("李大力")
        html = page_of(lin()).post("/people/", {"q": "小明"}).content.decode()
        assert "王**" in html
        assert str(other.uuid) not in html

    def test_pages_a_search(self, page_of, monkeypatch):
        monkeypatch.setattr("casework.offices.paging.page.__kwdefaults__", {"cursor": None, "size": 2})
        uuids = [str(a_worker("王小明").uuid) for _ in range(3)]
        client = page_of(lin())
        first = client.post("/people/", {"q": "小明"})
        assert [str(row["worker"].uuid) for row in first.context["rows"]] == uuids[:0:-1]
        second = client.post("/people/", {"q": "小明", "after": first.context["page"].next_cursor})
        assert [str(row["worker"].uuid) for row in second.context["rows"]] == uuids[:1]

    def test_costs_the_same_with_one_worker_and_with_many(self, page_of, django_assert_max_num_queries):
        client = page_of(lin())
        a_worker()
        client.get("/people/")
        with CaptureQueriesContext(connection) as few:
            client.get("/people/")
        for _ in range(5):
            a_worker()
        with django_assert_max_num_queries(len(few)):
            client.get("/people/")

    def test_asks_to_log_in(self, client):
        assert client.get("/people/").headers["Location"].startswith("/login/")

    def test_tells_who_lacks_the_role(self, page_of):
        answer = page_of(factories.meng()).get("/people/")
        assert answer.status_code == 403
        assert str(scope.may(factories.meng(), "person.read").reason) in answer.content.decode()

    def test_is_not_kept_by_the_browser(self, page_of):
        assert "no-store" in page_of(lin()).get("/people/").headers["Cache-Control"]


class TestDetail:
    def test_is_masked(self, page_of):
        worker = a_worker("王小明", address="柳河街1号")
        a_bank_account(worker)
        html = page_of(lin()).get(f"/people/{worker.uuid}/").content.decode()
        for personal in (worker.name, worker.id_number, worker.phone, "柳河街"):
            assert personal not in html

    def test_is_not_there_for_another_office(self, page_of):
        worker = a_worker()
        for address in ("", "edit/", "reveal/phone/", "accounts/new/", "members/new/", "consents/new/"):
            assert page_of(zhao()).get(f"/people/{worker.uuid}/{address}").status_code == 404


class TestReveal:
    def test_asks_for_a_reason_first(self, page_of):
        worker = a_worker()
        client = page_of(chen())
        address = reverse("worker_reveal", args=[worker.uuid, "id_number"])
        assert worker.id_number not in client.get(address).content.decode()
        refused = client.post(address, {"reason": ""})
        assert refused.status_code == 422
        assert worker.id_number not in refused.content.decode()
        assert not AccessRecord.objects.exists()

    def test_shows_the_value_once_and_keeps_that(self, page_of):
        worker = a_worker()
        answer = page_of(chen()).post(reverse("worker_reveal", args=[worker.uuid, "phone"]), {"reason": "回访"})
        assert worker.phone in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        assert AccessRecord.objects.get().reader == chen()

    def test_knows_four_fields_only(self, page_of):
        worker = a_worker()
        assert page_of(chen()).get(reverse("worker_reveal", args=[worker.uuid, "id_key"])).status_code == 404

    def test_shows_an_account_number(self, page_of):
        account = a_bank_account(a_worker())
        client = page_of(lin())
        answer = client.post(reverse("account_reveal", args=[account.uuid]), {"reason": "核对"})
        assert account.number in answer.content.decode()
        assert page_of(zhao()).get(reverse("account_reveal", args=[account.uuid])).status_code == 404


class TestNewWorker:
    def facts(self, **over):
        return {
            "office": an_office_tree().county.pk,
            "name": "王小明",
            "id_type": "resident",
            "id_number": an_id_number("19900101"),
            "phone": "199-0000-1234",
        } | over

    def test_is_registered(self, page_of):
        answer = page_of(lin()).post("/people/new/", self.facts())
        worker = Worker.objects.get()
        assert answer.headers["Location"] == f"/people/{worker.uuid}/"
        assert (worker.name, worker.phone, worker.birth_on.year) == ("王小明", "19900001234", 1990)
        assert Event.objects.latest("id").actor == lin()

    def test_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(self, page_of):
        answer = page_of(lin()).post("/people/new/", self.facts(id_number="410105850312123", phone="12"))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"id_number", "phone"}
        assert "王小明" in answer.content.decode()
        assert not Worker.objects.exists()

    def test_tells_where_somebody_is_on_record_already(self, page_of):
        other = a_worker(office=an_office_tree().other_county)
        answer = page_of(lin()).post("/people/new/", self.facts(id_number=other.id_number))
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "0371-12351" in html
        assert str(other.uuid) not in html

    def test_takes_no_office_but_ones_own(self, page_of):
        answer = page_of(lin()).post("/people/new/", self.facts(office=an_office_tree().other_county.pk))
        assert "office" in answer.context["form"].errors


class TestEditWorker:
    def test_does_not_show_what_is_sealed_and_keeps_it_when_left_empty(self, page_of):
        worker = a_worker("王小明", address="柳河街1号")
        client = page_of(lin())
        html = client.get(f"/people/{worker.uuid}/edit/").content.decode()
        for personal in (worker.name, worker.id_number, worker.phone, "柳河街"):
            assert personal not in html
        answer = client.post(
            f"/people/{worker.uuid}/edit/",
            {"id_type": "resident", "sex": "M", "birth_on": "1985-03-12", "native_place": "周口"},
        )
        assert answer.status_code == 302
        changed = Worker.objects.get()
        assert (changed.native_place, changed.name, changed.phone, changed.id_number, changed.address) == (
            "周口",
            worker.name,
            worker.phone,
            worker.id_number,
            "柳河街1号",
        )


class TestFurniture:
    def test_account_member_and_consent_are_added(self, page_of):
        worker = a_worker("王小明")
        client = page_of(lin())
        client.post(
            f"/people/{worker.uuid}/accounts/new/",
            {"holder_name": "王小明", "bank_name": "工行", "number": factories.an_account_number()},
        )
        client.post(
            f"/people/{worker.uuid}/members/new/",
            {"name": "王母", "relation": "parent", "occupation": "retired", "monthly_income": "1200.50"},
        )
        client.post(f"/people/{worker.uuid}/consents/new/", {"purpose": "publishing"})
        assert BankAccount.objects.get().worker == worker
        assert HouseholdMember.objects.get().household.head == worker
        assert Consent.objects.get().taken_by == lin()
        html = client.get(f"/people/{worker.uuid}/").content.decode()
        assert "王*" in html
        assert "王母" not in html

    def test_a_passbook_is_asked_for_twice(self, page_of):
        worker = a_worker("王小明")
        facts = {"holder_name": "王小明", "bank_name": "信用社", "number": "170202010"}
        answer = page_of(lin()).post(f"/people/{worker.uuid}/accounts/new/", facts)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["number_again"])

    def test_are_retired_and_withdrawn_by_post_only(self, page_of):
        worker = a_worker()
        account = a_bank_account(worker)
        client = page_of(lin())
        assert client.get(reverse("account_retire", args=[account.uuid])).status_code == 405
        client.post(reverse("account_retire", args=[account.uuid]))
        account.refresh_from_db()
        assert account.retired_at is not None
        client.post(f"/people/{worker.uuid}/consents/new/", {"purpose": "publishing"})
        consent = Consent.objects.get()
        assert client.post(reverse("consent_withdraw", args=[consent.uuid])).status_code == 302
        again = client.post(reverse("consent_withdraw", args=[consent.uuid]))
        assert again.status_code == 409

    def test_without_a_role_there_is_no_way_in(self, page_of):
        assert page_of(a_user(role=None)).get("/people/new/").status_code == 403
