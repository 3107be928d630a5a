"""The pages of recounts: begun with what changed, watched, decided with what exactly will happen, read line by line."""

import csv
import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from casework.deadlines import recounts
from casework.deadlines.models import Recount
from casework.offices import operations as offices
from casework.offices.models import CalendarDay
from tests.casework.deadlines.test_operations import note, rules
from tests.factories import chen, gao, lin, meng, sun, zhao
from workflows import operations as work
from workflows import recounts as carrying

from .test_recounts import AT, LATER, a_day_off, applied, begun, open_case, shown, take_contact, tree

__all__ = ["open_case", "rules", "tree"]


@pytest.fixture(autouse=True)
def english():
    """Read the pages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def visit(client, settings):
    """Open a page as somebody; return its words."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def open_page(user, name, *arguments, status=200, question=None, **more):
        client.force_login(user)
        response = client.get(reverse(name, args=arguments), question or {}, **more)
        assert response.status_code == status
        return words_of(response)

    return open_page


@pytest.fixture
def send(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def post(user, name, *arguments, status=302, **typed):
        client.force_login(user)
        response = client.post(reverse(name, args=arguments), typed)
        assert response.status_code == status
        return response

    return post


def words_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


class TestList:
    def test_is_for_supervisors_and_administrators(self, tree, visit):
        for user, status in ((sun(), 200), (meng(), 200), (lin(), 403)):
            visit(user, "recount_list", status=status)

    def test_begins_one_and_leads_to_it(self, tree, send):
        response = send(sun(), "recount_list", office="410105", why="市政府通告：台风停工")

        recount = Recount.objects.get()
        assert response.url == reverse("recount_detail", args=[recount.pk])
        assert (recount.office, recount.why, recount.made_by) == (tree.county, "市政府通告：台风停工", sun())

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"office": "410105", "why": ""}, "why"),
            ({"office": "410105", "why": "字" * 201}, "why"),
            ({"office": "410105", "why": "a\0b"}, "why"),
            ({"office": "410106", "why": "停工"}, "office"),
            ({"office": "x", "why": "停工"}, "office"),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, tree, send, typed, field):
        response = send(sun(), "recount_list", status=422, **typed)

        assert list(response.context["form"].errors) == [field]
        assert not Recount.objects.exists()

    def test_a_second_one_is_told_of_the_first(self, tree, send):
        begun()

        response = send(sun(), "recount_list", status=409, office="410105", why="停工")

        assert "being reckoned already" in words_of(response)

    def test_shows_what_is_prefilled_and_ones_own_offices_alone(self, tree, visit, client):
        begun(office=tree.other_county, by=meng())

        said = visit(sun(), "recount_list", question={"office": "410105", "why": "handover.hours 2026-11-20: 市总"})

        assert "Nothing has been reckoned again yet." in said
        assert (
            b'value="handover.hours 2026-11-20: \xe5\xb8\x82\xe6\x80\xbb"'
            in client.get(reverse("recount_list"), {"why": "handover.hours 2026-11-20: 市总"}).content
        )
        assert "停工" in visit(meng(), "recount_list")

    def test_warns_that_a_calendar_is_missing(self, tree, visit, monkeypatch):
        monkeypatch.setattr("workflows.recount_views.missing_year", lambda on: 2027)

        assert "The holidays of 2027 are not loaded" in visit(sun(), "recount_list")


class TestDetail:
    def test_belongs_to_its_offices(self, tree, visit):
        recount = begun()

        for user, status in ((sun(), 200), (gao(), 200), (meng(), 200), (zhao(), 404), (lin(), 404)):
            visit(user, "recount_detail", recount.pk, status=status)
        visit(sun(), "recount_detail", 10**9, status=404)

    def test_says_exactly_what_would_happen(self, tree, open_case, visit, client):
        first, _second = open_case(), open_case()
        take_contact(tree)
        work.claim_task(task=first.task_set.get(status="NEW"), by=chen(), at=AT)
        a_day_off(day=date(2026, 11, 23))
        recount = shown()

        said = visit(sun(), "recount_detail", recount.pk)

        exactly = "3 deadlines of 2 cases and 1 contact would move; 2 people and 1 queue would be told."
        assert exactly in said
        assert f'data-confirm="{exactly}"' in client.get(reverse("recount_detail", args=[recount.pk])).content.decode()
        assert "Queue of Mediator, Qingyuan Federation · 1 matter" in said
        assert f"{first.number} Answer 27 Nov 2026 30 Nov 2026 陈和 Waiting" in said

    def test_does_not_count_whoever_decides(self, open_case, visit):
        case = open_case()
        work.claim_task(task=case.task_set.get(status="NEW"), by=chen(), at=AT)
        a_day_off()
        recount = shown()
        for task in case.task_set.filter(status="ASSIGNED"):
            task.owner = sun()
            task.save(update_fields=["owner"])
        type(case).objects.filter(pk=case.pk).update(handler=sun())

        assert "nobody else has them in hand" in visit(sun(), "recount_detail", recount.pk)
        assert "1 person would be told" in visit(gao(), "recount_detail", recount.pk)

    def test_an_administrator_sees_numbers_and_no_way_to_the_cases(self, open_case, visit, client):
        case = open_case()
        a_day_off()
        recount = shown()

        said = visit(meng(), "recount_detail", recount.pk)

        assert case.number in said
        page = client.get(reverse("recount_detail", args=[recount.pk])).content.decode()
        assert reverse("case_detail", args=[case.number]) not in page
        assert "王" not in page

    def test_a_script_gets_the_progress_and_then_the_whole_page_anew(self, open_case, client):
        open_case()
        a_day_off()
        recount = begun()
        client.force_login(sun())
        address = reverse("recount_detail", args=[recount.pk])

        working = client.get(address, headers={"HX-Request": "true"})
        carrying.carry_through(recount=recount, at=LATER)
        ready = client.get(address, headers={"HX-Request": "true"})

        assert b'<progress id="progress" value="0" max="1">' in working.content
        assert b"<html" not in working.content
        assert "HX-Refresh" not in working.headers
        assert ready.headers["HX-Refresh"] == "true"

    def test_lists_go_by_what_became_of_the_lines(self, open_case, visit):
        moved, closed = open_case(), open_case()
        a_day_off()
        recount = shown()
        work.withdraw_case(case=closed, reason="找到了", by=sun(), at=LATER)
        applied(recount)

        said = visit(sun(), "recount_detail", recount.pk)
        assert "1 deadline moved, 1 no longer differed." in said
        said = visit(sun(), "recount_detail", recount.pk, question={"show": "unchanged"})
        assert closed.number in said
        assert "The case was closed meanwhile." in said
        assert moved.number not in said
        for strange in ("same", "failed", "nonsense"):
            visit(sun(), "recount_detail", recount.pk, question={"show": strange, "after": "x"})

    def test_costs_the_same_however_long_it_is(self, open_case, visit):
        def questions():
            with CaptureQueriesContext(connection) as caught:
                visit(sun(), "recount_detail", recount.pk)
            return len(caught)

        open_case()
        a_day_off()
        recount = shown()
        questions()
        few = questions()
        recounts.stop_recount(recount=recount, by=sun(), at=LATER)
        for _number in range(4):
            note(case=open_case(), kind="checklist.asked", by=lin(), at=AT)
        a_day_off(day=date(2026, 11, 26))
        recount = shown()

        assert recount.lines.count() == 5
        assert questions() == few


class TestDeciding:
    @pytest.mark.parametrize(("decision", "state"), [("apply", "moving"), ("leave", "stopped"), ("stop", "stopped")])
    def test_does_what_the_button_says(self, open_case, send, decision, state):
        open_case()
        a_day_off()
        recount = shown()

        send(sun(), "recount_decide", recount.pk, decision=decision)

        recount.refresh_from_db()
        assert recount.state == state

    def test_twice_is_a_conflict_and_nonsense_is_not_found(self, open_case, send):
        open_case()
        a_day_off()
        recount = shown()

        send(sun(), "recount_decide", recount.pk, decision="nonsense", status=404)
        send(zhao(), "recount_decide", recount.pk, decision="apply", status=404)
        send(sun(), "recount_decide", recount.pk, decision="apply")
        send(sun(), "recount_decide", recount.pk, decision="apply", status=409)


class TestFile:
    def test_holds_every_line(self, tree, open_case, client, settings):
        case, contact = open_case(), take_contact(tree)
        a_day_off(day=date(2026, 11, 23))
        recount = applied(shown())
        client.force_login(sun())
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        response = client.get(reverse("recount_lines", args=[recount.pk]))

        text = b"".join(response.streaming_content).decode("utf-8-sig")
        head, *lines = csv.reader(text.splitlines())
        assert head == ["Case or contact", "Deadline", "Rule", "So far", "From now on", "Outcome", "Reason"]
        assert lines == [
            [case.number, "Answer", "TT.answer", "27 Nov 2026", "30 Nov 2026", "Moved", ""],
            [
                str(contact.uuid),
                "Answer to a question",
                "GEN.promise.consult",
                *("23 Nov 2026", "24 Nov 2026"),
                "Moved",
                "",
            ],
        ]

    def test_belongs_to_its_offices(self, tree, visit):
        visit(zhao(), "recount_lines", begun().pk, status=404)


class TestConfiguring:
    """What the configuration pages say after a change that moves clocks."""

    @pytest.fixture
    def change(self, settings):
        def post(address, **typed):
            client = Client()
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
            client.force_login(meng())
            response = client.post(reverse(f"admin:casework_{address}"), typed)
            assert response.status_code == 302, response.content.decode()
            return [str(message) for message in get_messages(response.wsgi_request)]

        return post

    def test_a_day_that_moves_clocks_leads_to_the_recount(self, tree, open_case, change):
        open_case()
        day = {"region": "410105", "day": "2026-11-25", "name": "台风停工", "source": "市政府通告"}

        said = change("calendarday_add", **day)

        (offer,) = [text for text in said if "may move" in text]
        assert "1 open deadline may move by this." in offer
        assert f'href="{reverse("recount_list")}?office=410105&amp;why=2026-11-25' in offer

    def test_a_local_rule_of_a_clock_does_too_and_any_other_does_not(self, tree, open_case, change):
        open_case()
        rule = {"office": tree.city.pk, "value": "3", "valid_from": "2026-01-01", "source": "市总〔2026〕1号"}

        assert "office=410100" in "".join(change("localparameter_add", code="test.answer_days", **rule))
        assert "may move" not in "".join(change("localparameter_add", code="hardship.dibao_monthly", **rule))

    def test_nothing_is_offered_where_nothing_moves(self, tree, open_case, change):
        open_case()

        day = {"region": "", "day": "2026-12-25", "name": "x", "source": "x"}

        assert "may move" not in "".join(change("calendarday_add", **day))

    def test_published_days_lead_to_the_recount_that_began(self, tree, open_case, change, monkeypatch):
        offices.load_calendar(year=2027, by=None, at=AT - timedelta(days=9))
        days = [CalendarDay(day=date(2027, 1, 1), is_workday=False, name="元旦", source="通知")]
        monkeypatch.setattr(offices, "published_days", lambda year: days)
        row = CalendarDay.objects.filter(day__year=2027).first()

        said = change("calendarday_changelist", action="load_again", _selected_action=row.pk)

        assert reverse("recount_detail", args=[Recount.objects.get().pk]) in "".join(said)
