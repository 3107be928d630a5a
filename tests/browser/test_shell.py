"""The shell in a real Chromium: accessible on a screen and on a phone, and its scripts do what they promise.

The pages are rendered here and served to the browser by hand, so that a server's silence, a dropped line or a
late answer can be played.
"""

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.shell.pages import LANGUAGES, PAGES, rendered

from .conftest import AXE

SITE = "http://gongdao.test"
POLICY = "default-src 'self'; img-src 'self' data:"


class Desk:
    """A browser page on which every address answers what the test says; complaints of the browser are kept."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.posted: list[tuple[str, str, str]] = []
        self.answers: dict[str, Callable[[Route], None]] = {}
        self.lines: list[WebSocketRoute] = []
        self.heard: list[dict[str, object]] = []
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        page.route("**/*", self._serve)
        page.route_web_socket("**/ws/notifications/", self._line)

    def _serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = Path(str(finders.find(path.removeprefix("/static/"))))
            kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif path in self.answers:
            self.posted.append((route.request.method, path, route.request.post_data or ""))
            self.answers[path](route)
        elif route.request.method == "GET" and path.startswith("/show/"):
            html = rendered(path.removeprefix("/show/").replace("_", " "), self.language)
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        else:
            self.posted.append((route.request.method, path, route.request.post_data or ""))
            route.fulfill(status=204)

    def _line(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        line.on_message(lambda text: self.heard.append(json.loads(text)))

    def show(self, name: str) -> Page:
        """Open one of the prepared pages."""
        self.page.goto(f"{SITE}/show/{name.replace(' ', '_')}")
        return self.page

    def say(self, **message: object) -> None:
        """Send a message over the newest line."""
        self.lines[-1].send(json.dumps(message))

    def notify(self, seq: int, title: str) -> None:
        self.say(type="notification", seq=seq, title=title, body="…", link="/cases/1/", kind="task.assigned", at="")

    def axe(self) -> list[str]:
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Callable[..., Desk]]:
    contexts = []
    desks: list[Desk] = []

    def open_desk(language: str = "en", width: int = 1280) -> Desk:
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        desks.append(Desk(context.new_page(), language))
        return desks[-1]

    yield open_desk
    for context in contexts:
        context.close()
    assert not [complaint for each in desks for complaint in each.complaints]


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryPage:
    def test_is_accessible_and_fits_the_screen(self, desk, language, width):
        if not AXE.exists():
            pytest.skip("axe-core is not installed")
        mine = desk(language, width)
        wrong = {}
        for name in PAGES:
            page = mine.show(name)
            if found := mine.axe():
                wrong[name] = found
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.setdefault(name, []).append("wider than the screen")

        assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
class TestOnAPhone:
    def test_gives_a_finger_44_pixels(self, desk, language):
        mine = desk(language, 375)
        small = """[...document.querySelectorAll(
            'button, .btn, .form-control, .form-select, .g-side a, .g-tabs a, .g-top a')]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 80))"""

        assert {name: found for name in PAGES if (found := mine.show(name).evaluate(small))} == {}


class TestForms:
    def test_send_once_however_often_one_clicks(self, desk):
        mine = desk()
        page = mine.show("form")
        mine.answers["/show/form"] = lambda route: None  # the server thinks

        page.fill("[name=name]", "Wang")
        busy = page.evaluate(
            """() => {
                const save = document.querySelector("[data-submit]");
                save.click();
                save.click();
                save.form.requestSubmit(save);
                return save.getAttribute("aria-busy");
            }"""
        )
        page.wait_for_timeout(200)

        assert busy == "true"
        assert [method for method, path, _data in mine.posted if path == "/show/form"] == ["POST"]

    def test_can_be_sent_again_after_coming_back(self, desk):
        page = desk().show("form")
        page.evaluate("document.querySelector('form.g-form').dataset.busy = 'yes'")

        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

        assert page.evaluate("document.querySelector('form.g-form').dataset.busy === undefined")

    def test_lead_to_the_first_thing_to_correct(self, desk):
        page = desk().show("form with errors")

        expect(page.locator("[data-error-summary]").first).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[name=kind]")).to_be_focused()

    def test_keep_a_draft_of_what_is_typed_but_no_secret(self, desk):
        mine = desk()
        mine.answers["/drafts/case-new/"] = lambda route: route.fulfill(status=204)
        page = mine.show("form")

        page.fill("[name=story]", "three months unpaid")

        expect(page.locator("[data-draft-text]")).to_contain_text("Draft saved at")
        (body,) = [data for method, path, data in mine.posted if method == "POST" and path == "/drafts/case-new/"]
        fields = json.loads(body)["fields"]
        assert fields["story"] == ["three months unpaid"]
        assert "csrfmiddlewaretoken" not in fields

    def test_say_when_the_draft_was_not_saved(self, desk):
        mine = desk()
        mine.answers["/drafts/case-new/"] = lambda route: route.fulfill(status=500)
        page = mine.show("form")

        page.fill("[name=story]", "three months unpaid")

        expect(page.locator("[data-draft-text]")).to_contain_text("could not be saved")

    def test_fill_in_a_draft_and_let_it_be_discarded(self, desk):
        mine = desk()
        draft = {
            "saved_at": "2026-11-20T06:05:00Z",
            "fields": {"name": ["Wang"], "channel": ["visit"], "agrees": ["on"]},
        }
        mine.answers["/drafts/case-new/"] = lambda route: (
            route.fulfill(json=draft) if route.request.method == "GET" else route.fulfill(status=204)
        )
        page = mine.show("form")

        expect(page.locator("[name=name]")).to_have_value("Wang")
        expect(page.locator("[name=channel][value=visit]")).to_be_checked()
        expect(page.locator("[name=agrees]")).to_be_checked()
        page.click("[data-draft-discard]")
        page.wait_for_event("load")
        assert ("DELETE", "/drafts/case-new/", "") in mine.posted

    def test_take_one_more_row(self, desk):
        page = desk().show("form")

        page.click("[data-formset-add]")

        expect(page.locator("[name=form-1-amount]")).to_be_focused()
        expect(page.locator("[name=form-TOTAL_FORMS]")).to_have_value("2")
        expect(page.locator("[for=id_form-1-amount]")).to_be_visible()


class TestGettingAbout:
    def test_asks_before_what_needs_asking(self, desk):
        mine = desk()
        page = mine.show("case")

        page.get_by_role("button", name="退回").click()
        expect(page.locator("#confirm")).to_contain_text("退回给调解员？")
        page.locator("#confirm [data-dialog-close]").click()
        assert not [path for _method, path, _data in mine.posted if "return" in path]

        page.get_by_role("button", name="退回").click()
        page.locator("#confirm [data-confirm-yes]").click()
        page.wait_for_timeout(200)
        assert [path for _method, path, _data in mine.posted if "return" in path] == ["/tasks/1/return/"]

    def test_opens_a_dialog_with_its_form(self, desk):
        page = desk().show("case")

        page.get_by_role("button", name="终止", exact=True).click()

        expect(page.locator("#stop")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#stop")).to_be_hidden()

    def test_goes_by_keys(self, desk):
        mine = desk()
        page = mine.show("list")

        page.keyboard.press("Alt+s")
        expect(page.locator("[name=state]")).to_be_focused()
        page.keyboard.press("Alt+/")
        expect(page.locator("#shortcuts")).to_contain_text("Take a contact")
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+n")
        page.wait_for_timeout(200)
        assert ("GET", "/contacts/new/", "") in mine.posted

    def test_counts_the_rows_that_are_chosen(self, desk):
        page = desk().show("list")
        stop = page.locator("form#bulk button")

        expect(stop).to_be_disabled()
        page.check("[data-pick-all]")
        expect(page.locator("[data-bulk-count]")).to_have_text("2")
        expect(stop).to_be_enabled()
        page.uncheck("[name=picked] >> nth=0")
        expect(page.locator("[data-bulk-count]")).to_have_text("1")

    def test_opens_the_drawer_on_a_phone(self, desk):
        page = desk(width=375).show("case")
        drawer = page.locator("#navigation")

        expect(drawer).to_be_hidden()
        page.click("[data-nav-open]")
        expect(drawer).to_be_visible()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(page.locator("[data-nav-open]")).to_be_focused()

    def test_opens_the_drawer_without_scripts(self, chromium):
        context = chromium.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False)
        page = Desk(context.new_page(), "en").show("case")

        page.click("[data-nav-open]")

        expect(page.locator("#navigation")).to_be_visible()
        context.close()


class TestNotifications:
    @pytest.fixture
    def online(self, desk) -> Desk:
        mine = desk()
        page = mine.show("404")
        expect(page.locator("[data-bell]")).to_be_visible()
        page.wait_for_timeout(100)
        assert mine.heard == [{"type": "hello", "since": 12}]
        return mine

    def test_arrive_as_a_toast_and_on_the_bell(self, online):
        page = online.page
        page.evaluate("document.addEventListener('gongdao:notified', (e) => (window.told = e.detail.count))")

        online.notify(13, "A task is waiting")
        online.say(type="bell", seq=13, unread=4)

        expect(page.locator(".g-toast")).to_contain_text("A task is waiting")
        expect(page.locator(".g-toast a")).to_have_attribute("href", f"{SITE}/cases/1/")
        expect(page.locator("[data-bell-count]")).to_have_text("4")
        assert page.evaluate("window.told") == 1

    def test_are_told_once(self, online):
        for seq in (13, 14, 13, 14):
            online.notify(seq, f"number {seq}")

        expect(online.page.locator(".g-toast")).to_have_count(2)

    def test_of_a_whole_night_are_one_toast(self, online):
        # The page's clock stands still until all have come, however slow this machine is.
        online.page.clock.install(time=0)
        online.page.clock.pause_at(1000)
        for seq in range(13, 60):
            online.notify(seq, f"number {seq}")
        online.say(type="bell", seq=59, unread=47)
        expect(online.page.locator("[data-bell-count]")).to_have_text("47")
        online.page.clock.run_for(1000)

        expect(online.page.locator(".g-toast")).to_have_count(1)
        expect(online.page.locator(".g-toast")).to_contain_text("47 new notifications")

    def test_show_what_they_say_as_text(self, online):
        online.notify(13, "<img src=x onerror=alert(1)>")

        expect(online.page.locator(".g-toast a")).to_have_text("<img src=x onerror=alert(1)>")

    def test_go_on_where_they_were_after_a_lost_line(self, online):
        online.answers["/notifications/since/"] = lambda route: route.fulfill(
            json={"messages": [], "seq": 13, "unread": 1, "more": False}
        )
        online.notify(13, "before")
        expect(online.page.locator(".g-toast")).to_have_count(1)

        online.lines[-1].close(code=1011)

        online.page.wait_for_timeout(1500)
        assert online.heard[-1] == {"type": "hello", "since": 13}
        assert len(online.lines) == 2

    def test_are_asked_for_while_the_line_is_down(self, online):
        row = {"seq": 13, "title": "by asking", "body": "", "link": "/cases/1/", "kind": "x", "at": ""}
        online.answers["/notifications/since/"] = lambda route: route.fulfill(
            json={"messages": [row], "seq": 13, "unread": 9, "more": False}
        )

        online.lines[-1].close(code=1011)

        expect(online.page.locator(".g-toast")).to_contain_text("by asking")
        expect(online.page.locator("[data-bell-count]")).to_have_text("9")
        expect(online.page.locator("[data-offline]")).to_be_hidden()

    def test_say_when_nothing_answers(self, online):
        online.answers["/notifications/since/"] = lambda route: route.abort()

        online.lines[-1].close(code=1011)

        expect(online.page.locator("[data-offline]")).to_be_visible()

    @pytest.mark.parametrize("code", [4401, 4403])
    def test_stop_when_the_login_has_ended(self, online, code):
        online.lines[-1].close(code=code)

        expect(online.page.locator("[data-signed-out]")).to_be_visible()
        online.page.wait_for_timeout(1500)
        assert len(online.lines) == 1

    def test_of_the_time_between_two_pages_are_told_by_the_next(self, online):
        online.page.evaluate("sessionStorage.setItem('gongdao.seq.7', '10')")

        online.show("403")
        online.page.wait_for_timeout(200)

        assert online.heard[-1] == {"type": "hello", "since": 10}
