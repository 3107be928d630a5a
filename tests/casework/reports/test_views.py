from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.funds.sums import a_claim_line, a_due_payout, a_fund, pay
from tests.factories import an_office_tree, lin, sun

pytestmark = pytest.mark.django_db


def page_of(user: Any, name: str, *args: Any, language: str = "zh-hans", **query: Any) -> Any:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_figures_are_shown_with_their_definitions(language: str) -> None:
    a_fund()
    pay(a_due_payout(a_claim_line("600.00")))

    answer = page_of(sun(), "report_list", language=language, first="2026-11-01", last="2026-11-30")

    assert answer.status_code == 200
    assert "¥600.00" in answer.content.decode()
    assert reverse("report_rows", args=["payout.amount"]) in answer.content.decode()


def test_every_figure_drills_down_to_its_rows() -> None:
    a_fund()
    payout = pay(a_due_payout(a_claim_line("600.00")))

    text = page_of(sun(), "report_rows", "payout.amount", first="2026-11-01", last="2026-11-30").content.decode()

    assert reverse("payout_detail", args=[payout.uuid]) in text
    assert "王建国" not in text


def test_a_period_that_ends_before_it_begins_says_so() -> None:
    answer = page_of(sun(), "report_list", first="2026-11-30", last="2026-11-01")

    assert answer.status_code == 422
    assert 'id="id_last_error"' in answer.content.decode()


def test_an_office_that_is_not_ones_own_is_no_choice() -> None:
    assert page_of(sun(), "report_list", office=an_office_tree().other_county.code).status_code == 422


def test_an_unknown_figure_is_not_found() -> None:
    assert page_of(sun(), "report_rows", "nothing").status_code == 404


def test_opens_to_those_who_read_reports_only() -> None:
    assert page_of(lin(), "report_list").status_code == 403


def test_the_office_choice_is_kept_on_the_way_to_the_rows() -> None:
    text = page_of(sun(), "report_list", office=an_office_tree().town.code).content.decode()

    assert f"office={an_office_tree().town.code}" in text
