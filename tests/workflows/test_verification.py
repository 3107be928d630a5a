"""The check of the trail from its page: begun, read piece by piece, stopped, resumed; what it says of what it finds."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from casework.audit import checkpoints
from casework.audit.errors import NotAllowed
from casework.audit.models import Event, Verification
from config.sweep import sweep
from tests.casework.audit.test_trail import tamper
from tests.factories import AT, a_user, an_office_tree, appoint, lin, shen, sun
from workflows import verification as checks

pytestmark = pytest.mark.django_db

LATER = AT + checks.IDLE


@pytest.fixture
def case(open_toy):
    return open_toy()


@pytest.fixture
def begun(case):
    return checks.begin_verification(by=sun(), at=AT)


def read_whole(check, most=1):
    """Let a worker read it, stream by stream; return it as it then is, and how many pieces it took."""
    pieces = 1
    while checks.read_on(verification=Verification.objects.get(pk=check.pk), at=LATER, most=most):
        pieces += 1
    return Verification.objects.get(pk=check.pk), pieces


def look(client, user, check, **headers):
    client.force_login(user)
    return client.get(reverse("verification_detail", args=[check.pk]), **headers)


class TestReading:
    def test_reads_every_event_in_pieces(self, begun):
        there = Event.objects.count()

        check, pieces = read_whole(begun)

        assert (check.state, check.rows, check.faults) == ("done", there, 0)
        assert check.younger == there
        assert pieces > 2
        assert check.to_read == there - 1, "that it began is an event, too"
        ended = Event.objects.filter(kind="verification.ended").get()
        assert (ended.facts["rows"], ended.facts["faults"], ended.actor) == (there, 0, None)

    def test_says_what_is_wrong_wherever_it_stands(self, begun, case):
        checkpoints.make(at=AT)
        tamper("UPDATE casework_event SET kind = 'x' WHERE stream = %s AND seq = 1", case.stream)
        tamper("DELETE FROM casework_event WHERE stream = 'security'")

        check, _pieces = read_whole(begun)

        assert (check.state, check.faults) == ("broken", 2)
        with translation.override("en"):
            said, elsewhere = checks.faults_for(shen(), check)
        assert elsewhere == 0
        assert re.match(rf"case:{case.number}#1 \(row \d+\): its content was changed", said[0])
        assert said[1] == "security#1: the whole stream is gone, checkpoint 1 saw it"

    def test_keeps_a_piece_once_though_two_workers_read_it(self, begun):
        same = Verification.objects.get(pk=begun.pk)
        checks.read_on(verification=begun, at=LATER, most=1)
        checks.read_on(verification=same, at=LATER, most=1)

        check, _pieces = read_whole(begun)

        assert check.rows == Event.objects.exclude(kind="verification.ended").count()

    def test_goes_on_by_the_sweep_when_no_worker_does(self, begun):
        sweep(at=AT)
        assert Verification.objects.get().state == "running", "a worker may be at it"

        swept = sweep(at=LATER)

        assert (swept.verifications, Verification.objects.get().state) == (1, "done")


class TestStopping:
    def test_goes_on_where_it_stood(self, begun):
        checks.read_on(verification=begun, at=AT, most=1)
        stood = Verification.objects.get()
        checks.stop_verification(verification=begun, by=sun(), at=AT)

        assert not checks.read_on(verification=Verification.objects.get(), at=AT, most=1)
        assert Verification.objects.get().rows == stood.rows > 0
        checks.resume_verification(verification=begun, by=shen(), at=AT)
        check, _pieces = read_whole(begun)

        kinds = list(
            Event.objects.filter(kind__startswith="verification.").order_by("id").values_list("kind", flat=True)
        )
        assert kinds == [f"verification.{what}" for what in ("begun", "stopped", "resumed", "ended")]
        assert (check.state, check.rows) == ("done", Event.objects.count() - 1)

    def test_one_at_a_time(self, begun):
        with pytest.raises(checks.CheckUnderWay):
            checks.begin_verification(by=shen(), at=AT)
        checks.stop_verification(verification=begun, by=sun(), at=AT)
        second = checks.begin_verification(by=shen(), at=AT)
        with pytest.raises(checks.CheckUnderWay):
            checks.resume_verification(verification=begun, by=sun(), at=AT)
        read_whole(second)

        for refused, act in (
            (checks.NotRunning, checks.stop_verification),
            (checks.NotStopped, checks.resume_verification),
        ):
            with pytest.raises(refused):
                act(verification=second, by=sun(), at=AT)

    def test_is_for_who_reads_the_trail(self, begun):
        for act in (
            lambda: checks.begin_verification(by=lin(), at=AT),
            lambda: checks.stop_verification(verification=begun, by=lin(), at=AT),
            lambda: checks.resume_verification(verification=begun, by=lin(), at=AT),
        ):
            with pytest.raises(NotAllowed):
                act()


class TestPages:
    def test_begins_from_the_trail_watches_stops_and_resumes(self, client, case):
        client.force_login(sun())
        assert reverse("verification_list") in client.get(reverse("audit_trail")).content.decode()
        begun = client.post(reverse("verification_list"))
        check = Verification.objects.get()
        assert begun.url == reverse("verification_detail", args=[check.pk])
        checks.read_on(verification=check, at=timezone.now(), most=1)

        part = look(client, sun(), check, headers={"HX-Request": "true"}).content.decode()
        assert '<progress id="progress" value="' in part
        assert "<html" not in part
        decide = reverse("verification_decide", args=[check.pk])
        assert client.post(decide, {"decision": "stop"}).status_code == 302
        assert look(client, sun(), check, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
        assert client.post(decide, {"decision": "resume"}).status_code == 302
        assert client.post(decide, {"decision": "burn"}).status_code == 404
        read_whole(check)
        assert look(client, sun(), check).status_code == 200
        assert client.post(decide, {"decision": "stop"}).status_code == 409

    def test_shows_a_fault_to_whose_office_it_is_in_the_readers_language(self, client, begun, case, settings):
        tamper("UPDATE casework_event SET kind = 'x' WHERE stream = %s AND seq = 1", case.stream)
        check, _pieces = read_whole(begun)
        south = a_user("south", language="zh-hans")
        appoint(south, "supervisor", an_office_tree().other_county)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        hers = look(client, sun(), check)
        others = look(client, south, check)

        assert (hers.context["elsewhere"], others.context["elsewhere"]) == (0, 1)
        assert f"case:{case.number}#1" in hers.content.decode()
        assert case.number not in others.content.decode()

    def test_says_faults_in_the_readers_language(self, begun, case, monkeypatch):
        tamper("UPDATE casework_event SET kind = 'x' WHERE stream = %s AND seq = 1", case.stream)
        check, _pieces = read_whole(begun)
        words = {
            "its content was changed": "内容被改动",
            "%(stream)s#%(seq)s (row %(row)s)": "%(stream)s#%(seq)s（第%(row)s行）",
        }
        monkeypatch.setattr("casework.audit.faults._now", lambda text: words.get(text, text))

        (said,), _elsewhere = checks.faults_for(shen(), check)

        assert re.match(rf"case:{case.number}#1（第\d+行）: 内容被改动", said)

    def test_is_closed_to_others(self, client, begun):
        client.force_login(lin())
        assert client.get(reverse("verification_list")).status_code == 403
        assert client.post(reverse("verification_list")).status_code == 403
        assert client.post(reverse("verification_decide", args=[begun.pk]), {"decision": "stop"}).status_code == 403
        assert look(client, lin(), begun).status_code == 403
        assert look(client, sun(), Verification(pk=begun.pk + 1)).status_code == 404
