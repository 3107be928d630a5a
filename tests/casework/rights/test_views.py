"""The pages of requests, holds and disposals, as people use them."""

import pytest
from django.urls import reverse

from casework.cases.models import Case
from casework.people.models import Worker
from casework.rights import disposals
from casework.rights.models import DataRequest, DisposalBatch, LegalHold
from tests.factories import a_worker, shen

from .conftest import confirmed, when_over

TAKEN = {"kind": "access", "channel": "visit", "identity": "paper", "asked_on": "2026-11-20", "words": "我要看"}


@pytest.fixture
def as_person(client):
    """Log somebody in and return the browser."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in


class TestRequests:
    def test_from_the_window_to_the_copy(self, cast, as_person):
        worker = a_worker("王建国")
        page = as_person(cast.lin)
        assert (
            reverse("request_new", args=[worker.uuid])
            in page.get(reverse("worker_detail", args=[worker.uuid])).content.decode()
        )

        answer = page.post(reverse("request_new", args=[worker.uuid]), TAKEN)

        asked = DataRequest.objects.get()
        here = reverse("request_detail", args=[asked.uuid])
        assert answer.url == here
        assert "我要看" in page.get(here).content.decode()
        page.post(reverse("request_decide", args=[asked.uuid]), {"outcome": "granted"})
        assert reverse("request_copy", args=[asked.uuid]) in page.get(here).content.decode()
        assert page.post(reverse("request_copy", args=[asked.uuid])).status_code == 200
        assert reverse("request_copy", args=[asked.uuid]) not in page.get(here).content.decode()

    def test_the_list_shows_a_supervisor_all_and_others_their_own(self, cast, as_person):
        for who in (cast.lin, cast.chen):
            as_person(who).post(reverse("request_new", args=[a_worker().uuid]), TAKEN)

        seen = {
            user.username: as_person(user).get(reverse("request_list")).content.decode().count("/requests/")
            for user in (cast.sun, cast.lin, shen())
        }
        assert seen["sun"] == seen["shen"] > seen["lin"]

    def test_another_office_finds_nothing(self, cast, as_person):
        worker = a_worker()
        as_person(cast.lin).post(reverse("request_new", args=[worker.uuid]), TAKEN)
        asked, page = DataRequest.objects.get(), as_person(cast.zhao)

        for name in ("request_detail", "request_decide"):
            assert page.get(reverse(name, args=[asked.uuid])).status_code == 404
        assert page.post(reverse("request_copy", args=[asked.uuid])).status_code == 404
        assert page.get(reverse("request_new", args=[worker.uuid])).status_code == 404

    @pytest.mark.parametrize("sent", [{}, {**TAKEN, "kind": "x"}, {**TAKEN, "words": "\0"}, {**TAKEN, "asked_on": "9"}])
    def test_what_cannot_be_read_is_said_at_the_form(self, cast, as_person, sent):
        url = reverse("request_new", args=[a_worker().uuid])
        assert as_person(cast.lin).post(url, sent or {"kind": ""}).status_code == 422

    @pytest.mark.parametrize("query", ["show=all", "kind=erasure", "kind=x&show=y", "after=zz", "show=all&after=W10"])
    def test_any_query_gives_a_list(self, cast, as_person, query):
        assert as_person(cast.sun).get(f"{reverse('request_list')}?{query}").status_code == 200


class TestHolds:
    def test_placed_and_lifted(self, cast, as_person, old):
        page = as_person(cast.sun)

        page.post(reverse("hold_new", args=[old.worker.uuid]), {"case": old.number, "reason": "法院调卷"})

        hold = LegalHold.objects.get()
        assert (hold.case, hold.reason) == (old, "法院调卷")
        assert "法院调卷" in page.get(reverse("hold_list")).content.decode()
        page.post(reverse("hold_lift", args=[hold.uuid]), {"reason": "已归还"})
        hold.refresh_from_db()
        assert hold.lifted_by == cast.sun

    def test_who_oversees_nothing_places_none(self, cast, as_person):
        worker = a_worker()
        assert as_person(cast.lin).get(reverse("hold_new", args=[worker.uuid])).status_code == 403
        assert as_person(cast.lin).get(reverse("hold_list")).status_code == 403


class TestDisposals:
    def test_proposed_by_one_and_confirmed_by_another(self, cast, as_person, old, monkeypatch):
        over = when_over(old)
        monkeypatch.setattr("django.utils.timezone.now", lambda: over)
        page = as_person(cast.sun)
        assert f"case:{old.pk}" in page.get(reverse("disposal_list")).content.decode()

        page.post(reverse("disposal_propose"), {"picked": [f"case:{old.pk}"]})
        batch = DisposalBatch.objects.get()
        confirm = reverse("disposal_step", args=[batch.uuid, "confirm"])
        assert page.post(confirm).status_code == 403
        assert as_person(cast.gao).post(confirm).status_code == 302
        batch.refresh_from_db()
        assert (batch.state, batch.confirmed_by) == ("running", cast.gao)

    def test_nothing_picked_is_said(self, cast, as_person):
        answer = as_person(cast.sun).post(reverse("disposal_propose"), {}, follow=True)
        assert answer.status_code == 200
        assert not DisposalBatch.objects.exists()

    def test_progress_alone_for_a_script_and_the_page_when_it_ends(self, cast, as_person, old):
        over = when_over(old)
        batch = confirmed(cast, old, at=over)
        page, url = as_person(cast.sun), reverse("disposal_detail", args=[batch.uuid])

        assert b"<progress" in page.get(url, headers={"HX-Request": "true"}).content
        disposals.carry_on(batch=batch, at=over)
        assert page.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
        assert old.number in page.get(url).content.decode()

    def test_another_office_and_other_roles_find_nothing(self, cast, as_person, old):
        batch = confirmed(cast, old, at=when_over(old))
        url = reverse("disposal_detail", args=[batch.uuid])

        assert as_person(cast.zhao).get(url).status_code == 404
        assert as_person(cast.lin).get(url).status_code == 404
        assert as_person(cast.lin).get(reverse("disposal_list")).status_code == 403
        assert as_person(cast.sun).post(reverse("disposal_step", args=[batch.uuid, "burn"])).status_code == 404
        assert Case.objects.get(pk=old.pk).summary
        assert Worker.objects.get(pk=old.worker_id).name != "已销毁"
