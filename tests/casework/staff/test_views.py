from datetime import timedelta

import pytest
from django.urls import reverse

from casework.audit.models import Event
from casework.offices.roles import Role
from casework.staff import logins, operations
from casework.staff.models import RoleGrant, User
from tests.factories import AT, a_user, an_office_tree, lin, meng, sun, the_security_administrators, zhao

pytestmark = pytest.mark.django_db
SECRET = "a-long-secret"


class TestLogIn:
    def test_lets_in_and_speaks_the_persons_language(self, client):
        user = a_user("pat", language="en", password=SECRET)
        answer = client.post("/login/", {"username": "pat", "password": SECRET, "next": "/profile/"})
        assert answer.headers["Location"] == "/profile/"
        assert answer.cookies["django_language"].value == "en"
        assert "My roles" in client.get("/profile/").content.decode()
        assert Event.objects.get(kind="user.logged_in").actor == user

    @pytest.mark.parametrize("username", ["pat", "nobody", "closed", "public"])
    def test_says_the_same_whatever_is_wrong(self, client, username):
        a_user("pat", password=SECRET)
        operations.deactivate_user(user=a_user("closed", password=SECRET), by=meng(), at=AT)
        operations.open_public_door(by=None, at=AT)
        said = client.post("/login/", {"username": username, "password": "wrong"}).context["form"].non_field_errors()
        other = client.post("/login/", {"username": "anybody", "password": "wrong"}).context["form"].non_field_errors()
        assert said == other

    def test_is_closed_to_the_public_door_even_with_a_password(self, client):
        public = operations.open_public_door(by=None, at=AT)
        public.set_password(SECRET)
        public.save()
        assert client.post("/login/", {"username": "public", "password": SECRET}).context["form"].errors

    def test_goes_nowhere_else_than_home(self, client):
        a_user("pat", password=SECRET)
        facts = {"username": "pat", "password": SECRET, "next": "https://elsewhere.example/"}
        assert client.post("/login/", facts).headers["Location"] == "/"

    def test_out_is_by_post_and_noted(self, client):
        client.force_login(lin())
        assert client.get("/logout/").status_code == 405
        assert client.post("/logout/").headers["Location"] == "/login/"
        assert Event.objects.get(kind="user.logged_out").actor == lin()


class TestProfile:
    def test_changes_the_language(self, client):
        client.force_login(lin())
        answer = client.post("/profile/", {"what": "language", "language": "en"}, follow=True)
        assert "My roles" in answer.content.decode()
        assert User.objects.get(username="lin").language == "en"

    def test_changes_the_password_and_stays_logged_in(self, client):
        user = a_user("pat", password=SECRET)
        client.force_login(user)
        new = {
            "what": "password",
            "old_password": SECRET,
            "password": "another-one-1",
            "password_again": "another-one-1",
        }
        assert client.post("/profile/", new | {"old_password": "wrong"}).status_code == 422
        assert client.post("/profile/", new | {"password_again": "different"}).status_code == 422
        assert client.post("/profile/", new).status_code == 302
        assert client.get("/profile/").status_code == 200
        assert User.objects.get(pk=user.pk).check_password("another-one-1")


class TestStaffPages:
    def test_are_for_administrators_only(self, client):
        for user in (lin(), sun()):
            client.force_login(user)
            for name in ("staff_list", "staff_new", "grant_list", "grant_new"):
                assert client.get(reverse(name)).status_code == 403

    def test_are_found_by_both_administrators(self, client):
        """Who unlocks logins and gives passwords looks for the account there."""
        for person in (meng(), the_security_administrators()[0]):
            client.force_login(person)
            places = [entry.url for group in client.get("/").context["nav"] for entry in group["entries"]]
            assert reverse("staff_list") in places

    def test_list_the_accounts_of_ones_offices(self, client):
        local = a_user("local", role=Role.SYSADMIN, office=an_office_tree().county)
        lin(), zhao()
        client.force_login(local)
        shown = {row["user"].username for row in client.get("/staff/").context["rows"]}
        assert "lin" in shown
        assert "zhao" not in shown
        assert client.get(reverse("staff_detail", args=[zhao().uuid])).status_code == 404

    def test_list_when_somebody_last_logged_in(self, client):
        user = lin()
        for hour in (1, 5):
            logins.open_login(session_key=str(hour), address="", agent="", by=user, at=AT + timedelta(hours=hour))
        client.force_login(meng())

        page = client.get("/staff/?username=lin")

        assert [row["user"].logged_in_at for row in page.context["rows"]] == [AT + timedelta(hours=5)]
        assert "2026年11月20日 15:00" in page.content.decode()

    def test_list_costs_the_same_for_few_and_many(self, client, django_assert_max_num_queries):
        client.force_login(meng())
        client.get("/staff/")
        for number in range(4):
            a_user(f"more{number}")
        with django_assert_max_num_queries(12):
            client.get("/staff/")

    def test_find_by_name_and_role(self, client):
        lin(), sun()
        client.force_login(meng())
        assert [row["user"].username for row in client.get("/staff/?username=li").context["rows"]] == ["lin"]
        assert [row["user"].username for row in client.get("/staff/?role=supervisor").context["rows"]] == ["sun"]

    def test_open_an_account(self, client):
        client.force_login(meng())
        facts = {"username": "new", "display_name": "新人", "language": "zh-hans"}
        secret = {"password": "another-one-1", "password_again": "another-one-1"}
        assert client.post("/staff/new/", facts | {"username": "新"} | secret).status_code == 422
        answer = client.post("/staff/new/", facts | secret)
        user = User.objects.get(username="new")
        assert answer.headers["Location"] == f"/staff/{user.uuid}/"
        assert "another-one-1" not in client.get(f"/staff/{user.uuid}/").content.decode()

    def test_change_an_account_and_its_password(self, client):
        client.force_login(meng())
        user = lin()
        client.post(f"/staff/{user.uuid}/edit/", {"display_name": "林静静", "language": "en"})
        secret = {"password": "another-one-1", "password_again": "another-one-1"}
        client.post(f"/staff/{user.uuid}/password/", secret)
        user = User.objects.get(pk=user.pk)
        assert user.display_name == "林静静"
        assert user.check_password("another-one-1")


class TestGrantPages:
    def test_two_people_appoint_through_the_pages(self, client):
        qian, he = the_security_administrators()
        user = a_user("candidate", role=None)
        client.force_login(qian)
        facts = {"username": "candidate", "role": "finance", "office": an_office_tree().county.pk}
        assert client.post("/staff/grants/new/", facts).status_code == 302
        grant = RoleGrant.objects.get(user=user)
        assert client.post(f"/staff/grants/{grant.pk}/confirm/").status_code == 403
        assert user.grants() == []
        client.force_login(he)
        assert client.post(f"/staff/grants/{grant.pk}/confirm/").status_code == 302
        assert User.objects.get(pk=user.pk).has_role(Role.FINANCE)
        client.post(f"/staff/grants/{grant.pk}/end/")
        assert not User.objects.get(pk=user.pk).has_role(Role.FINANCE)
        assert client.post(f"/staff/grants/{grant.pk}/end/").status_code == 409

    def test_say_who_is_unknown(self, client):
        client.force_login(the_security_administrators()[0])
        facts = {"username": "nobody", "role": "operator", "office": an_office_tree().county.pk}
        answer = client.post("/staff/grants/new/", facts)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["username"])

    def test_of_other_offices_are_not_there(self, client):
        local = a_user("local", role=Role.SECADMIN, office=an_office_tree().county)
        grant = RoleGrant.objects.get(user=zhao())
        client.force_login(local)
        assert client.post(f"/staff/grants/{grant.pk}/end/").status_code == 404
