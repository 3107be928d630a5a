"""Every component and every page of the shell renders whole, in both languages, and keeps the house's rules."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from casework.offices import context
from casework.offices.roles import Role

from .pages import LANGUAGES, PAGES, Somebody, rendered

ROOT = Path(settings.BASE_DIR)
# Letters are printed and never shown among the product's own pages: their style stands in them.
TEMPLATES = [
    file
    for folder in ("templates", "workflows", "notifications", "casework")
    for file in (ROOT / folder).rglob("*.html")
    if "letters" not in file.parts
]
VOID = {"meta", "link", "input", "img", "br", "hr", "path", "circle", "rect", "line", "wbr"}


class Outline(HTMLParser):
    """Reads a page, remembers its ids and references, and stops at a tag that is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.refers: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if "id" in facts and "template" not in self.open:
            self.ids.append(facts["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "form", "data-dialog-open"):
            if name in facts and "template" not in self.open:
                self.refers.update(facts[name].split())
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
class TestPage:
    def test_is_well_formed(self, name, language):
        outline = Outline(rendered(name, language))

        assert outline.open == []
        assert len(outline.ids) == len(set(outline.ids))
        assert outline.refers <= set(outline.ids)

    def test_has_one_heading_and_a_title_in_its_language(self, name, language):
        html = rendered(name, language)

        assert html.count("<h1") == 1
        assert re.search(r"<title>\s*[^\s·][^<]*</title>", html)
        assert f'<html lang="{"zh-hans" if name == "500" else language}">' in html

    def test_has_no_inline_style_or_script(self, name, language):
        html = rendered(name, language)

        assert not re.search(r"<[^>]+\s(style|on\w+)=", html)
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)


class TestTemplates:
    @pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
    def test_have_no_inline_style_or_script(self, file):
        text = file.read_text("utf-8")

        assert not re.search(r"<[^>%{]+\s(style|on\w+)=|<style", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text)

    def test_name_only_icons_that_exist(self):
        folder = Path(settings.ICONS_DIR)
        if not folder.is_dir():
            pytest.skip("the icon package is not installed")
        named = {
            name
            for file in TEMPLATES
            for name in re.findall(r'(?:\{% icon |icon=|icon\|default:)"([^"]+)"', file.read_text("utf-8"))
        }
        named |= {place.icon for _title, places in context.PLACES for place in places}
        named |= {"alert-triangle", "alarm", "clock"}

        assert not {name for name in named if not (folder / f"{name}.svg").is_file()}


class TestNavigation:
    def entries(self, *roles: Role, path: str = "/") -> dict[str, bool]:
        return {entry.url: entry.active for group in context.nav(Somebody(*roles), path) for entry in group["entries"]}

    def test_shows_each_role_what_it_may_do(self):
        assert "/contacts/new/" in self.entries(Role.OPERATOR)
        assert "/payouts/" not in self.entries(Role.OPERATOR)
        assert {"/payouts/", "/funds/", "/tasks/"} <= self.entries(Role.FINANCE).keys()
        assert "/contacts/new/" not in self.entries(Role.AUDITOR)
        assert "/audit/" in self.entries(Role.SUPERVISOR)
        assert self.entries(Role.SYSADMIN).keys() == {
            "/",
            "/deadlines/recounts/",
            "/staff/",
            "/letters/texts/",
            "/admin/",
        }
        assert self.entries(Role.SECADMIN).keys() == {"/", "/staff/", "/staff/grants/"}

    def test_shows_only_home_to_who_holds_no_role(self):
        assert self.entries().keys() == {"/"}

    @pytest.mark.parametrize(
        ("path", "active"),
        [
            ("/", "/"),
            ("/contacts/", "/contacts/"),
            ("/contacts/new/", "/contacts/new/"),
            ("/cases/LD-410105-2026-000001/", "/cases/"),
            ("/profile/", None),
        ],
    )
    def test_marks_the_page_one_is_on(self, path, active):
        marked = [url for url, is_active in self.entries(*Role, path=path).items() if is_active]

        assert marked == ([active] if active else [])

    def test_leads_to_pages_that_exist(self):
        reachable = [entry for group in context.nav(Somebody(*Role), "/") for entry in group["entries"]]

        assert len(reachable) == sum(len(places) for _title, places in context.PLACES)
