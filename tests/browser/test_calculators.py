"""A caller asks what she gets; the operator works it out and keeps it, and never touches the mouse."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.audit.models import Event
from casework.offices.operations import set_parameter
from config.demo.city import Cast, found_city
from workflows.case_type import case_type
from workflows.walking import Walk

from .conftest import Window


@pytest.fixture
def city(transactional_db: None) -> Cast:
    """Return the demonstration's people; their county has entered last year's average wage."""
    city = found_city(at=timezone.now())
    set_parameter(
        code="LD.average_wage",
        office=city.office,
        value="9150.00",
        valid_from=date(2025, 1, 1),
        source="市统计局公报",
        by=None,
        at=timezone.now(),
    )
    return city


def tab_to(page: Page, words: str) -> None:
    """Go on with the Tab key until what is focused says these words."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"nothing that can be focused says {words!r}")


def type_day(page: Page, day: str) -> None:
    """Type a day into the focused field the way a browser reads it here: month, day, year."""
    year, month, number = day.split("-")
    page.keyboard.type(f"{month}{number}{year}")


def test_an_answer_takes_no_mouse_and_leaves_nothing_in_the_address(city: Cast, window: Callable[..., Window]) -> None:
    desk = window(city["operator"], language="en")
    page = desk.go("/")

    page.keyboard.press("Alt+KeyL")
    page.wait_for_url(f"**{reverse('calculator_list')}")
    tab_to(page, "Economic compensation")
    page.keyboard.press("Enter")
    expect(page.locator("[name=began_on]")).to_be_focused()
    type_day(page, "2019-03-11")
    page.locator("[name=ended_on]").focus()
    type_day(page, "2025-05-20")
    page.locator("[name=monthly_wage]").focus()
    page.keyboard.type("5480")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#answer-title")).to_be_focused()
    expect(page.locator("#answer-title")).to_contain_text("¥35,620.00")
    expect(page.locator("main")).to_contain_text("6.5 months of pay at ¥5,480.00 a month")
    expect(page.locator("main")).to_contain_text("市统计局公报")
    assert "5480" not in page.url
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert desk.axe() == []


def test_what_was_worked_out_for_a_case_is_kept_on_it(city: Cast, window: Callable[..., Window]) -> None:
    walk = Walk(kind=case_type("labour_dispute"), cast=city, office=city.office, at=timezone.now())
    case: Any = walk.open(
        "operator",
        employer_name="安河市宏远建筑劳务有限公司",
        summary="被辞退。",
        cause="dismissal",
        employed_from="2019-03-11",
        employed_until="2025-05-20",
        monthly_wage="5480.00",
    )
    desk = window(city["operator"], language="en")
    page = desk.go(reverse("case_detail", args=[case.number]))

    tab_to(page, "Money")
    page.keyboard.press("Enter")
    tab_to(page, "Economic compensation")
    page.keyboard.press("Enter")
    expect(page.locator("[name=monthly_wage]")).to_have_value("5480.00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer-title")).to_contain_text("¥35,620.00")
    tab_to(page, "Keep on the case")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{reverse('case_detail', args=[case.number])}")
    expect(page.locator("#history")).to_contain_text("Economic compensation")
    kept = Event.objects.get(stream=case.stream, kind="calculation.kept")
    assert kept.facts["amount"] == "35620.00"
