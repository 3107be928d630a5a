"""`manage.py found`: from an empty database to the first people who can log in."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from casework.audit.models import Event
from casework.audit.verify import verify
from casework.offices.models import CalendarDay, Office
from casework.offices.roles import Role
from casework.staff.models import PUBLIC, RoleGrant, User

pytestmark = pytest.mark.django_db

OFFICE = {"code": "41", "name": "中州省总工会", "level": "province", "region": "410000"}
PEOPLE = {"first": "an.lan:安澜", "second": "an.ning:安宁", "system": "xi.jian:席建"}
PASSWORDS = ("orchid-Lan-71", "orchid-Ning-72", "orchid-Jian-73")


@pytest.fixture
def typed(monkeypatch):
    """Let a test say what stands on standard input."""

    def stdin(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    stdin(*PASSWORDS)
    return stdin


def found(**changes):
    """Run the command and return what it says."""
    said = io.StringIO()
    call_command("found", **{**OFFICE, **PEOPLE, **changes}, stdout=said)
    return said.getvalue()


class TestFound:
    def test_makes_the_office_and_three_people_who_can_log_in(self, typed, client):
        said = found()

        assert Office.objects.get().code == "41"
        for person, password in zip(PEOPLE.values(), PASSWORDS, strict=True):
            assert client.login(username=person.split(":")[0], password=password)
        assert "/staff/grants/" in said
        assert reverse("grant_list") == "/staff/grants/"

    def test_two_security_administrators_count_and_the_system_administrator_waits_for_one(self, typed, client):
        found()

        counting = {user.username: [grant.role for grant in user.grants()] for user in User.objects.all()}
        assert counting == {
            "an.lan": [Role.SECADMIN],
            "an.ning": [Role.SECADMIN],
            "xi.jian": [],
            PUBLIC: [],
        }
        waiting = RoleGrant.objects.get(role=Role.SYSADMIN)
        client.login(username="an.lan", password=PASSWORDS[0])
        client.post(reverse("grant_confirm", args=[waiting.pk]))
        assert User.objects.get(username="xi.jian").has_role(Role.SYSADMIN)

    def test_stands_in_the_trail_without_names(self, typed):
        found()

        kinds = set(Event.objects.values_list("kind", flat=True))
        assert {"office.founded", "user.added", "role.granted", "calendar.loaded"} <= kinds
        assert not any("安澜" in event.facts_text for event in Event.objects.all())
        assert verify().faults == []

    def test_loads_the_calendars_of_this_year_and_the_next(self, typed):
        found()

        assert len({row.day.year for row in CalendarDay.objects.all()}) == 2


class TestRefusals:
    def test_a_house_is_founded_once(self, typed):
        found()
        typed(*PASSWORDS)

        with pytest.raises(CommandError, match=r"已经初始化|founded already"):
            found(code="42")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"region": "4100"}, "six digits"),
            ({"second": "an.ning"}, "username:name"),
            ({"second": PEOPLE["first"]}, "username"),
            ({"level": None}, "--level is missing"),
            ({"system": "Xi Jian:席建"}, "username"),
        ],
    )
    def test_says_what_is_wrong_and_founds_nothing(self, typed, changes, told):
        with pytest.raises(CommandError, match=told):
            found(**changes)

        assert not Office.objects.exists()
        assert not User.objects.exists()

    def test_a_weak_password_is_refused_with_its_owner(self, typed):
        typed(PASSWORDS[0], "short", PASSWORDS[2])

        with pytest.raises(CommandError, match=r"an\.ning: "):
            found()

        assert not User.objects.exists()
