"""The board of deadlines and its list: who may open them, what they tell, and what leaves the house as a file."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Event
from tests.casework.deadlines.test_board import a_case, a_clock, a_contact
from tests.factories import AT, an_office_tree, chen, gao, lin, shen, sun, zhao

pytestmark = pytest.mark.django_db

# Far beyond any day on which the tests are run, so that it is never overdue.
FAR = date(2100, 11, 20)


def page_of(user: Any, name: str, *, language: str = "zh-hans", **query: Any) -> Any:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client.get(reverse(name), query)


@pytest.mark.parametrize("name", ["deadline_board", "deadline_list", "deadline_export"])
def test_opens_to_supervisors_and_auditors_only(name: str) -> None:
    assert page_of(sun(), name).status_code == page_of(shen(), name).status_code == 200
    assert page_of(lin(), name).status_code == page_of(chen(), name).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_number_of_the_board_leads_to_its_rows(language: str) -> None:
    case = a_case()
    a_clock(case, late=True)
    a_clock(case, late=True, rule="LD.limitation")
    a_clock(a_case(an_office_tree().town), late=True)

    answer = page_of(sun(), "deadline_board", language=language, owed_by="office")

    client = Client()
    client.force_login(sun())
    cells = [*answer.context["total"]]
    cells += [cell for table in answer.context["tables"] for line in table["lines"] for cell in line["cells"]]
    assert answer.status_code == 200
    assert [cell["number"] for cell in cells if cell["number"]] == [2, 1, 1, 2, 2]
    for cell in cells:
        assert len(client.get(cell["url"]).context["rows"]) == cell["number"], cell


def test_every_day_of_the_forecast_leads_to_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.deadlines.views.timezone.now", lambda: AT)
    a_contact()

    answer = page_of(sun(), "deadline_board")

    client = Client()
    client.force_login(sun())
    days = [(day, url) for day, url in answer.context["ahead"] if day.number]
    assert [day.number for day, _url in days] == [1]
    assert len(client.get(days[0][1]).context["rows"]) == 1


class TestList:
    def test_says_what_by_when_where_in_whose_hands_and_why(self) -> None:
        case = a_case()
        a_clock(case, on=FAR, provisional=True)

        text = page_of(sun(), "deadline_list").content.decode()

        assert reverse("case_detail", args=[case.number]) in text
        for said in ("接收派转件", "2100年11月20日", "王**", "各地热线服务规范"):
            assert said in text
        assert "王小明" not in text

    def test_leads_to_a_contact_and_names_nobody(self) -> None:
        contact = a_contact(caller_name="刘芳", caller_phone="13800138001")

        text = page_of(sun(), "deadline_list").content.decode()

        assert reverse("contact_detail", args=[contact.uuid]) in text
        assert "刘" not in text
        assert "13800138001" not in text

    def test_shows_nothing_of_another_office(self) -> None:
        case = a_case(an_office_tree().other_county, by=zhao())
        a_clock(case)

        assert case.number not in page_of(sun(), "deadline_list").content.decode()
        assert case.number in page_of(gao(), "deadline_list").content.decode()

    @pytest.mark.parametrize(
        "query", [{"state": "?"}, {"office": "410106"}, {"rule": "XX"}, {"since": "soon"}, {"after": "?"}]
    )
    def test_leaves_out_a_filter_it_cannot_read(self, query: dict[str, str]) -> None:
        a_clock()

        answer = page_of(sun(), "deadline_list", **query)

        assert answer.status_code == 200
        assert len(answer.context["rows"]) == 1


class TestExport:
    def test_holds_what_the_list_holds_and_is_an_event(self) -> None:
        case = a_case()
        a_clock(case, late=True)
        a_clock(on=FAR)

        answer = page_of(sun(), "deadline_export", state="breached")

        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert case.number in lines[1]
        assert "王小明" not in lines[1]
        event = Event.objects.get(kind="deadline.exported")
        assert (event.stream, event.actor, event.facts["count"]) == (f"office:{case.office_id}", sun(), 1)

    def test_is_worded_in_the_reader_s_language(self) -> None:
        a_clock(late=True)

        text = b"".join(page_of(sun(), "deadline_export", language="en").streaming_content).decode()

        assert "Overdue" in text
        assert "The union has to act" in text

    def test_of_a_contact_names_nobody(self) -> None:
        a_contact(caller_name="刘芳")

        assert "刘芳" not in b"".join(page_of(sun(), "deadline_export").streaming_content).decode()


def test_a_late_clock_a_year_ago_is_still_on_the_board() -> None:
    a_clock(late=True, on=FAR - timedelta(days=70 * 365))

    assert page_of(sun(), "deadline_board").context["board"].total.overdue == 1
