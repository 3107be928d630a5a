import pytest

from casework.audit.models import Event
from casework.offices.models import CalendarDay, DutyShift, LocalParameter, Office
from tests.factories import a_worker, an_office_tree, lin, meng, sun

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(meng())
    return client


def office_facts(**over):
    return {
        "code": "410105-02",
        "name": "东风街道总工会",
        "level": "town",
        "region": "410105",
        "is_active": "on",
    } | over


class TestConfigurationPages:
    def test_open_to_the_system_administrator_only(self, client, admin):
        assert admin.get("/admin/").status_code == 200
        for user in (lin(), sun()):
            client.force_login(user)
            assert client.get("/admin/casework/office/").status_code == 302

    def test_found_change_and_move_an_office_with_events(self, admin):
        tree = an_office_tree()
        admin.post("/admin/casework/office/add/", office_facts(below=tree.county.pk))
        office = Office.objects.get(code="410105-02")
        assert office.path.startswith(tree.county.path)
        worker = a_worker(office=office)
        answer = admin.post(
            f"/admin/casework/office/{office.pk}/change/", office_facts(name="东风总工会", below=tree.other_county.pk)
        )
        assert answer.status_code == 302
        office.refresh_from_db()
        worker.refresh_from_db()
        assert office.name == "东风总工会"
        assert worker.office_path == office.path
        assert office.path.startswith(Office.objects.get(code="410106").path)
        kinds = list(Event.objects.filter(stream=f"office:{office.pk}").order_by("id").values_list("kind", flat=True))
        assert kinds == ["office.founded", "worker.registered", "office.changed", "office.moved"]

    def test_say_at_the_field_what_the_operation_refuses(self, admin):
        tree = an_office_tree()
        answer = admin.post("/admin/casework/office/add/", office_facts(code="410105"))
        assert "code" in answer.context["adminform"].form.errors
        answer = admin.post(
            f"/admin/casework/office/{tree.county.pk}/change/",
            office_facts(code="410105", name=tree.county.name, level="county", below=tree.town.pk),
        )
        assert answer.context["adminform"].form.non_field_errors()

    def test_set_a_parameter_a_day_and_a_shift(self, admin):
        tree = an_office_tree()
        admin.post(
            "/admin/casework/localparameter/add/",
            {"code": "x", "office": tree.city.pk, "value": "900", "valid_from": "2026-01-01", "source": "文件"},
        )
        assert LocalParameter.objects.get().value == 900
        day = {"day": "2026-04-09", "region": "450000", "name": "三月三", "source": "文件"}
        admin.post("/admin/casework/calendarday/add/", day)
        assert CalendarDay.objects.get().region == "450000"
        shift = {"starts_at_0": "2026-11-20", "starts_at_1": "08:00", "ends_at_0": "2026-11-20", "ends_at_1": "07:00"}
        shift |= {"office": tree.county.pk, "user": lin().pk}
        assert "ends_at" in admin.post("/admin/casework/dutyshift/add/", shift).context["adminform"].form.errors
        admin.post("/admin/casework/dutyshift/add/", shift | {"ends_at_1": "16:00"})
        assert DutyShift.objects.get().user == lin()
        recorded = set(Event.objects.values_list("kind", flat=True))
        assert {"parameter.set", "calendar.changed", "duty.planned"} <= recorded

    def test_load_a_year_again(self, admin):
        row = CalendarDay.objects.create(day="2026-01-01", is_workday=False, name="元旦", source="x")
        admin.post("/admin/casework/calendarday/", {"action": "load_again", "_selected_action": [row.pk]})
        assert CalendarDay.objects.filter(day__year=2026).count() > 30

    def test_delete_nothing_and_change_no_account_or_role(self, admin):
        tree = an_office_tree()
        assert admin.post(f"/admin/casework/office/{tree.town.pk}/delete/", {"post": "yes"}).status_code == 403
        for address in ("user/add/", "rolegrant/add/"):
            assert admin.get(f"/admin/casework/{address}").status_code == 403
        assert admin.get(f"/admin/casework/user/{lin().pk}/change/").status_code == 200
        assert admin.post(f"/admin/casework/user/{lin().pk}/change/", {"username": "x"}).status_code == 403
