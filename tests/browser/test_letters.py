"""Letters written with their preview beside them, signed, sent, corrected; one letter to many, to the last page."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from casework.cases.models import Case
from casework.documents import letters
from casework.documents.models import Letter, LetterRun, LetterText
from config.demo.city import Cast, found_city
from workflows.operations import open_case

from .conftest import Window


@pytest.fixture
def city(transactional_db: None) -> Cast:
    """Return the demonstration's people, with two disputes that have just been brought."""
    city = found_city(at=timezone.now())
    for name in ("刘芳", "陈刚"):
        open_case(
            case_type="labour_dispute",
            by=city["operator"],
            at=timezone.now(),
            office=city.office,
            worker_name=name,
            employer_name="郑安市恒泰电子有限公司",
            summary="拖欠工资。",
            cause="wages",
            employed_from="2024-01-01",
            claimed_amount="8000",
            requests="支付工资",
        )
    return city


def test_a_letter_takes_shape_while_it_is_written_and_keeps_what_became_of_it(
    city: Cast, window: Callable[..., Window]
) -> None:
    case = Case.objects.order_by("id").first()
    assert case is not None
    desk = window(city["operator"], language="en")
    page = desk.go(reverse("letter_issue", args=[case.number, "notice.referred"]))
    sheet = page.locator(".g-sheet")

    page.locator("#id_addressee").fill("劳动保障监察大队")
    page.locator("#id_reason").press_sequentially("属于<监察>职责")
    expect(sheet).to_contain_text("劳动保障监察大队")
    expect(sheet).to_contain_text("属于<监察>职责")
    expect(page.locator("#id_reason")).to_be_focused()
    page.locator("#id_language").select_option("en")
    expect(sheet).to_contain_text("Letter of referral")
    assert "监察" not in page.url
    with page.expect_popup() as printed:
        page.get_by_role("button", name="Preview as PDF").click()
    printed.value.close()
    assert not Letter.objects.exists()

    page.get_by_role("button", name="Issue the letter").click()
    page.wait_for_url(re.compile(r"/letters/LT-"))
    letter = Letter.objects.get()
    assert letter.language == "en"
    assert desk.axe() == []

    page.get_by_text("Record a delivery").click()
    page.locator("#send_method").select_option("posted")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert desk.axe() == []
    page.locator("#send_tracking").fill("EMS 100")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Not served yet")).to_be_visible()

    page.get_by_text("Record the service").click()
    page.locator(f"#served_{letter.deliveries.get().pk}_served_on").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Served", exact=True)).to_be_visible()

    page.get_by_role("link", name="Issue a corrected letter").click()
    expect(page.locator("#id_addressee")).to_have_value("劳动保障监察大队")
    page.locator("#id_addressee").fill("人力资源和社会保障局")
    expect(sheet).to_contain_text(letter.number)
    page.get_by_role("button", name="Issue the letter").click()
    page.wait_for_url(re.compile(r"/letters/LT-.*000002"))
    page.get_by_role("link", name=letter.number).click()
    expect(page.get_by_text("No longer holds")).to_be_visible()


def test_what_the_file_lacks_is_named_before_it_goes_out(city: Cast, window: Callable[..., Window]) -> None:
    case = Case.objects.order_by("id").first()
    assert case is not None
    desk = window(city["operator"], language="en", width=375)
    page = desk.go(reverse("letter_issue", args=[case.number, "LD.authorisation"]))

    expect(page.get_by_text("The file lacks:")).to_be_visible()
    for name in ("agent", "powers"):
        page.locator(f"#id_{name}").fill("一般代理")
    page.get_by_role("button", name="Issue the letter").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("#id_agent")).to_have_value("一般代理")
    assert desk.axe() == []
    page.get_by_label("Issue it all the same").check()
    page.get_by_role("button", name="Issue the letter").click()
    page.wait_for_url(re.compile(r"/letters/LT-"))


def test_one_letter_goes_to_the_ticked_cases(city: Cast, window: Callable[..., Window]) -> None:
    desk = window(city["operator"], language="en")
    page = desk.go(reverse("case_list"))

    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Letter to the chosen cases").click()
    expect(page.get_by_text("2 cases were chosen")).to_be_visible()
    page.locator("#id_letter").select_option("labour_dispute:notice.closed")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=re.compile("To 2 cases"))).to_be_visible()
    page.locator("#id_result").fill("已补发工资。")
    expect(page.locator(".g-sheet")).to_contain_text("已补发工资。")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert desk.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Write 2 letters").click()
    expect(page.get_by_text("0 of 2 letters")).to_be_visible()

    letters.write_on(run=LetterRun.objects.get(), at=timezone.now())

    expect(page.get_by_text("2 letters were issued.")).to_be_visible(timeout=15_000)
    with page.expect_download() as printed:
        page.get_by_role("button", name="One PDF to print").click()
    assert printed.value.suggested_filename.endswith(".pdf")


def test_a_text_is_seen_as_a_letter_while_it_is_written(city: Cast, window: Callable[..., Window]) -> None:
    desk = window(city["sysadmin"], language="en")
    page = desk.go(reverse("text_edit", args=[city.office.code, "notice.closed", "zh-hans"]))
    source, preview = page.locator("#id_source"), page.locator("[hx-post]")

    source.fill("@to {{ worker }}：\n\n{{ nobody }}")
    expect(preview.get_by_role("alert")).to_contain_text("nobody")
    assert desk.axe() == []
    source.fill("@to {{ worker }}：\n\n结果：**{{ result }}**")
    expect(preview.locator("b, strong")).to_contain_text("结果")
    page.locator("#id_why").fill("更短")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 1 counts from now on.")).to_be_visible()
    page.get_by_text("What changed", exact=True).click()
    expect(page.locator(".g-diff-added").first).to_be_visible()
    assert desk.axe() == []
    page.locator("#id_why").fill("不要了")
    page.get_by_role("button", name="Back to the house's text").click()
    expect(page.get_by_text("The text that comes with the house counts.")).to_be_visible()
    assert list(LetterText.objects.order_by("version").values_list("source", flat=True))[-1] == ""
