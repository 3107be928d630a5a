"""Somebody before her screen: pages are opened, read, filled in and sent as she would.

What a form does not hold cannot be typed into it, what is not offered cannot be chosen, and a button that is not on
the page cannot be pressed. Only `post` goes round the page: for what somebody tries who was offered nothing.
"""

from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder, tostring

from django.test import Client
from django.urls import reverse

from casework.staff.models import User

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "path", "circle", "rect", "line"})
UNREAD = frozenset({"script", "style", "template"})


class _Reader(HTMLParser):
    """Reads a page into a tree; tags that are never closed end with the one that holds them."""

    def __init__(self) -> None:
        super().__init__()
        self.tree, self.open = TreeBuilder(), ["page"]
        self.tree.start("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open[1:]:
            last = self.open.pop()
            self.tree.end(last)
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.tree.data(data)

    def read(self, page: str) -> Element:
        self.feed(page)
        self.close()
        while self.open:
            self.tree.end(self.open.pop())
        return self.tree.close()


def words(node: Element) -> str:
    """Return what is read there."""

    def texts(part: Element) -> list[str]:
        if part.tag in UNREAD:
            return []
        found = [part.text or ""]
        for child in part:
            found += [*texts(child), child.tail or ""]
        return found

    return " ".join("".join(texts(node)).split())


class Sheet:
    """A form on a page, and what stands in it."""

    def __init__(self, page: Element, form: Element) -> None:
        self.form = form
        outside = [node for node in page.iter() if form.get("id") and node.get("form") == form.get("id")]
        self.controls: dict[str, list[Element]] = {}
        self.buttons: list[Element] = []
        for node in [*form.iter(), *outside]:
            kind = node.get("type", "")
            if (node.tag == "button" and kind in ("", "submit")) or (node.tag, kind) == ("input", "submit"):
                self.buttons.append(node)
            elif node.tag in ("input", "select", "textarea") and node.get("name"):
                self.controls.setdefault(node.get("name", ""), []).append(node)
        self.sent: dict[str, Any] = {}
        for name, nodes in self.controls.items():
            values = [value for node in nodes for value in _standing_in(node)]
            if values:
                self.sent[name] = values

    def answer(self, name: str, value: Any) -> None:
        """Type, tick or choose; a choice that is not offered is an error of the test, or of the page."""
        assert name in self.controls, f"the form does not ask for {name!r}, but for {sorted(self.controls)}"
        first = self.controls[name][0]
        kind = first.get("type", first.tag)
        if kind == "file":
            self.sent[name] = value
        elif kind == "checkbox" and isinstance(value, bool):
            self.sent[name] = [first.get("value", "on")] if value else []
        elif kind in ("checkbox", "radio", "select"):
            wanted = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            offered = self.offers(name)
            assert set(wanted) <= set(offered), f"{wanted} is not among what {name!r} offers: {offered}"
            self.sent[name] = wanted
        else:
            self.sent[name] = str(value)

    def offers(self, name: str) -> list[str]:
        """Return what can be chosen there."""
        nodes = self.controls[name]
        if nodes[0].tag == "select":
            nodes = list(nodes[0].iter("option"))
        return [node.get("value", "on") for node in nodes if "disabled" not in node.attrib]


def _standing_in(node: Element) -> list[str]:
    """Return what a browser would send of a control nobody has touched."""
    kind = node.get("type", node.tag)
    if "disabled" in node.attrib or kind == "file":
        return []
    if kind in ("checkbox", "radio"):
        return [node.get("value", "on")] if "checked" in node.attrib else []
    if kind == "select":
        options = list(node.iter("option"))
        chosen = [one.get("value", "") for one in options if "selected" in one.attrib]
        return chosen or ([] if "multiple" in node.attrib else [one.get("value", "") for one in options[:1]])
    if kind == "textarea":
        return [(node.text or "").removeprefix("\n")]
    return [node.get("value", "")]


class Desk:
    """One person before her screen, and the page that stands on it."""

    def __init__(self, person: User | None = None) -> None:
        self.client = Client()
        if person is not None:
            self.client.force_login(person)
        self.address, self.page, self.before = "", Element("page"), ("", Element("page"))

    # ---- going somewhere

    def open(self, page: str, *args: Any, status: int = 200, **query: Any) -> None:
        """Open a page by its name or its address."""
        address = page if page.startswith("/") else reverse(page, args=args)
        self._take(self.client.get(address, query, follow=True), status)

    def follow(self, said: str, *, status: int = 200) -> None:
        """Follow the first link on the page that says so."""
        for link in self.page.iter("a"):
            if said in words(link) and link.get("href", "").startswith("/"):
                return self.open(link.get("href", ""), status=status)
        raise AssertionError(f"no link says {said!r} on {self.address}:\n{self.text}")

    def press(self, said: str, *, status: int = 200, **answers: Any) -> None:
        """Fill in the form that has a button of these words, and press it."""
        sheet, button = self._find(said)
        for name, value in answers.items():
            sheet.answer(name, value)
        if button.get("name"):
            sheet.sent[button.get("name", "")] = button.get("value", "")
        self.before = (self.address, self.page)
        to = sheet.form.get("action") or self.address
        if sheet.form.get("method", "get") == "get":
            self._take(self.client.get(to, sheet.sent, follow=True), status)
        else:
            self._take(self.client.post(to, sheet.sent, follow=True), status)

    def go_back(self) -> None:
        """Have the page on the screen again that stood there before, as the browser kept it."""
        self.address, self.page = self.before

    def post(self, page: str, *args: Any, status: int, **answers: Any) -> None:
        """Send to an address what no page offered."""
        self._take(self.client.post(reverse(page, args=args), answers, follow=True), status)

    # ---- reading

    @property
    def text(self) -> str:
        """Return what stands on the page, without the frame round it."""
        return words(self._main)

    @property
    def _main(self) -> Element:
        return next(self.page.iter("main"), self.page)

    def sees(self, *said: str) -> None:
        """Find these words on the page."""
        for one in said:
            assert one in self.text, f"{one!r} is not on {self.address}:\n{self.text}"

    def sees_nothing_of(self, *said: str) -> None:
        """Find none of these words anywhere in what the browser was sent."""
        sent = tostring(self.page, encoding="unicode")
        for one in said:
            assert one not in sent, f"{one!r} is on {self.address}"

    def can_press(self, said: str) -> bool:
        """Return whether some form of the page has a button of these words."""
        return any(said in _label(button) for sheet in self._sheets() for button in sheet.buttons)

    def offers(self, said: str, name: str) -> list[str]:
        """Return what can be chosen for an answer of the form with this button."""
        return self._find(said)[0].offers(name)

    def standing_in(self, said: str, name: str) -> str:
        """Return what stands in a field of the form with this button."""
        return "\n".join(self._find(said)[0].sent.get(name, []))

    @property
    def places(self) -> list[str]:
        """Return what the navigation offers."""
        sides = [nav for nav in self.page.iter("nav") if nav.get("id") == "navigation"]
        return [words(link) for nav in sides for item in nav.iter("li") for link in item.iter("a")]

    @property
    def is_at_the_door(self) -> bool:
        """Return whether the page is the login."""
        return self.address.partition("?")[0] == reverse("login")

    # ---- how it is done

    def _take(self, answer: Any, status: int) -> None:
        asked = answer.request["QUERY_STRING"]
        self.address = answer.request["PATH_INFO"] + (f"?{asked}" if asked else "")
        self.page = _Reader().read(answer.content.decode())
        assert answer.status_code == status, f"{answer.status_code} at {self.address}:\n{self.text}"

    def _sheets(self) -> list[Sheet]:
        return [Sheet(self.page, form) for form in self._main.iter("form")]

    def _find(self, said: str) -> tuple[Sheet, Element]:
        for sheet in self._sheets():
            for button in sheet.buttons:
                if said in _label(button):
                    return sheet, button
        raise AssertionError(f"no button says {said!r} on {self.address}:\n{self.text}")


def _label(button: Element) -> str:
    return words(button) or button.get("value", "")
