"""The list behind the bell, and polling."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from casework.staff.models import User
from notifications.context import bell
from notifications.dispatch import dispatch
from notifications.models import Inbox
from notifications.queries import ROUND

from .conftest import AT, City, something


@pytest.fixture
def chens(client: Client, town: City) -> Client:
    client.force_login(town.chen)
    return client


def tell(town: City, user: User, times: int = 1) -> None:
    dispatch(something(kind="task.assigned", by=town.lin, case=town.case, owner=user.pk, times=times), at=AT)


class TestSince:
    def test_answers_what_came_after_a_number_in_order(self, town: City, chens: Client) -> None:
        tell(town, town.chen, 3)

        answer = chens.get(reverse("notification_since"), {"seq": "1"}).json()

        assert [message["seq"] for message in answer["messages"]] == [2, 3]
        assert (answer["seq"], answer["unread"], answer["more"]) == (3, 3, False)

    def test_says_when_there_is_more_than_one_answer_holds(self, town: City, chens: Client) -> None:
        tell(town, town.chen, ROUND + 1)

        answer = chens.get(reverse("notification_since"), {"seq": "0"}).json()

        assert (len(answer["messages"]), answer["more"]) == (ROUND, True)

    @pytest.mark.parametrize("seq", ["", "x", "-1", "9" * 40, "１", "1.5"])
    def test_a_number_that_is_none_means_from_the_beginning(self, town: City, chens: Client, seq: str) -> None:
        tell(town, town.chen)

        assert len(chens.get(reverse("notification_since"), {"seq": seq}).json()["messages"]) == 1

    def test_shows_nobody_elses(self, town: City, chens: Client) -> None:
        tell(town, town.mei)

        assert chens.get(reverse("notification_since")).json()["messages"] == []

    def test_is_a_plain_401_without_a_login(self, client: Client, db: None) -> None:
        assert client.get(reverse("notification_since")).status_code == 401


class TestList:
    def test_shows_ones_own_newest_first(self, town: City, chens: Client) -> None:
        tell(town, town.chen, 2)
        tell(town, town.mei)

        response = chens.get(reverse("notification_list"))

        assert [line["row"].seq for line in response.context["lines"]] == [2, 1]
        assert escape(town.case.number) in response.content.decode()

    def test_says_so_when_there_is_nothing(self, chens: Client) -> None:
        assert chens.get(reverse("notification_list")).status_code == 200

    def test_asks_the_same_number_of_questions_for_one_and_for_fifty(self, town: City, chens: Client) -> None:
        tell(town, town.chen)
        chens.get(reverse("notification_list"))
        with CaptureQueriesContext(connection) as few:
            chens.get(reverse("notification_list"))
        tell(town, town.chen, 60)
        with CaptureQueriesContext(connection) as many:
            chens.get(reverse("notification_list"))

        assert len(few) == len(many)

    def test_goes_on_to_the_next_page(self, town: City, chens: Client) -> None:
        tell(town, town.chen, 60)
        first = chens.get(reverse("notification_list"))

        second = chens.get(reverse("notification_list"), {"after": first.context["page"].next_cursor})

        assert [line["row"].seq for line in second.context["lines"]] == list(range(10, 0, -1))

    def test_asks_for_a_login(self, client: Client, db: None) -> None:
        assert client.get(reverse("notification_list")).status_code == 302


class TestRead:
    def test_leaves_unread_what_came_while_the_page_stood_open(self, town: City, chens: Client) -> None:
        tell(town, town.chen, 3)

        response = chens.post(reverse("notification_read"), {"upto": "2"})

        assert response.status_code == 302
        assert Inbox.objects.get(user=town.chen).unread == 1

    def test_answers_htmx_with_nothing_to_swap(self, town: City, chens: Client) -> None:
        assert (
            chens.post(reverse("notification_read"), {"upto": "2"}, headers={"HX-Request": "true"}).status_code == 204
        )

    def test_only_by_post(self, chens: Client) -> None:
        assert chens.get(reverse("notification_read")).status_code == 405


class TestBell:
    def test_costs_one_question_and_none_where_no_bell_is_drawn(self, town: City, rf: RequestFactory) -> None:
        tell(town, town.chen, 2)
        request = rf.get("/")
        request.user = town.chen

        with CaptureQueriesContext(connection) as asked:
            context = bell(request)
        assert len(asked) == 0
        with CaptureQueriesContext(connection) as asked:
            assert (context["notifications_unread"], context["notifications_last_seq"]) == (2, 2)
        assert len(asked) == 1
