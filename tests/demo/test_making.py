"""How the demonstration is made: the same each time, whole or not at all, beside nobody's work."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from casework.audit.models import Event
from casework.cases.models import Case
from casework.offices.models import Office
from config.demo import making
from config.demo.city import NotADemo
from config.demo.making import SMALL, TooEarly, make_demo
from tests.factories import an_office_tree
from tests.scale import scale
from workflows.case_type import all_case_types

from .conftest import DAY, undone

# Days after a feast, in the middle of a week, at a weekend, at the turn of the year.
DAYS = (
    date(2026, 10, 9),
    date(2026, 2, 25),
    date(2026, 1, 1),
    date(2026, 8, 16),
    date(2025, 10, 10),
    date(2026, 5, 6),
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_printing")]


def digest():
    """Return what must be the same: every case with its people, every event with its moment."""
    cases = Case.objects.order_by("pk").values_list("number", "state", "outcome", "worker__name", "employer__name")
    events = Event.objects.order_by("pk").values_list("stream", "kind", "happened_at", "actor__username")
    # the stream of an office names its key, which a database gives out anew
    return list(cases), [(stream.split(":")[0], *more) for stream, *more in events]


class TestMakeDemo:
    @pytest.mark.parametrize("day", DAYS[: scale("demo_days")], ids=str)
    def test_comes_to_every_state_and_is_the_same_each_time(self, day):
        with undone():
            make_demo(on=day, size=SMALL)
            first = digest()

        make_demo(on=day, size=SMALL)

        assert digest() == first
        for kind in all_case_types():
            assert set(kind.model.objects.values_list("state", flat=True)) == set(kind.model.State.values)

    def test_leaves_an_office_at_work_alone(self):
        an_office_tree()
        before = Event.objects.count()

        with pytest.raises(NotADemo):
            make_demo(on=DAY, size=SMALL)

        assert Event.objects.count() == before

    def test_refuses_a_day_on_which_nobody_would_have_a_role_yet(self):
        with pytest.raises(TooEarly):
            make_demo(on=DAY + timedelta(days=301), today=DAY, size=SMALL)

        assert not Office.objects.exists()

    def test_comes_whole_or_not_at_all(self, monkeypatch):
        def broken(**_facts):
            raise RuntimeError("out of paper")

        monkeypatch.setattr(making, "plans", lambda **_facts: [])
        monkeypatch.setattr(making, "sweep", broken)

        with pytest.raises(RuntimeError, match="out of paper"):
            make_demo(on=DAY, size=SMALL)

        assert not Office.objects.exists()
        assert not Event.objects.exists()


class TestCommand:
    def test_says_that_the_demonstration_is_there(self, monkeypatch, capsys):
        monkeypatch.setattr("config.management.commands.demo.make_demo", lambda **_day: making.Made(True, 1, 2, 3, 4))

        call_command("demo", at="2026-11-20")

        assert "Nothing was changed" in capsys.readouterr().out

    @pytest.mark.parametrize("text", ["yesterday", "2026-13-45"])
    def test_wants_a_day(self, text):
        with pytest.raises(CommandError, match="no day"):
            call_command("demo", at=text)

    def test_refuses_in_words(self):
        an_office_tree()

        with pytest.raises(CommandError):
            call_command("demo", at="2026-11-20")
