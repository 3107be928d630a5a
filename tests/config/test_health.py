"""The two pages a load balancer asks, without a login."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from casework.audit import triggers
from config import health


class TestAlive:
    def test_asks_nothing_of_the_database(self, client):
        response = client.get("/healthz")

        assert (response.status_code, response.content) == (200, b"ok")
        assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
class TestReady:
    @pytest.fixture(autouse=True)
    def migrated(self, monkeypatch):
        """Say nothing about migrations: a test run may have been told to do without them."""
        monkeypatch.setitem(health.CHECKS, "migrations", lambda at: None)

    @pytest.fixture(autouse=True)
    def missing(self, monkeypatch):
        """Return the years whose calendar is missing: none, whatever day it is."""
        years = []
        monkeypatch.setattr(health, "missing_year", lambda on: next(iter(years), None))
        return years

    def test_names_every_part(self, client):
        response = client.get("/readyz")

        assert response.status_code == 200
        assert response.json() == dict.fromkeys([*health.CHECKS, *health.WARNINGS], "ok")

    def test_warns_of_a_missing_calendar_and_is_ready_all_the_same(self, client, missing):
        missing.append(2027)

        response = client.get("/readyz")

        assert response.status_code == 200
        assert response.json() == dict.fromkeys([*health.CHECKS, *health.WARNINGS], "ok") | {"calendar": "missing"}

    def test_says_503_when_a_trigger_is_missing_and_not_which(self, client, monkeypatch):
        monkeypatch.setattr(triggers, "missing", lambda connection: ["casework_event_no_update"])

        response = client.get("/readyz")

        assert response.status_code == 503
        assert response.json()["triggers"] == "failed"
        assert b"no_update" not in response.content

    def test_says_503_when_the_database_does_not_answer(self, client, monkeypatch):
        def broken(at):
            raise DatabaseError("could not connect to 10.0.0.7")

        monkeypatch.setitem(health.CHECKS, "database", broken)

        response = client.get("/readyz")

        assert response.status_code == 503
        assert b"10.0.0.7" not in response.content


class TestDispatchCheck:
    @pytest.mark.django_db
    def test_an_event_nobody_was_told_of_is_an_alarm_only_after_a_while(self, monkeypatch, an_event):
        monkeypatch.setattr(health, "rules", lambda: {an_event.kind: ()})
        at = timezone.now()

        health._dispatch(at)
        with pytest.raises(health.NotReady):
            health._dispatch(at + health.DISPATCH_WITHIN + timedelta(seconds=5))

    @pytest.fixture
    def an_event(self):
        from casework.audit import events
        from casework.audit.models import Event
        from casework.audit.operation import operation

        @operation
        def note(*, by, at):
            events.record("security", "operation.refused", by=by, at=at)

        note(by=None, at=timezone.now())
        return Event.objects.get()
