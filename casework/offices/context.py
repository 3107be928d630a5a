"""What stands around every page: where this person may go, and in whose name he works."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Office
from .scope import may


@dataclass(frozen=True)
class Place:
    """A page of the navigation; who finds it there is asked by its act or a second one (none: everybody logged in)."""

    url_name: str
    title: str | Promise
    icon: str
    act: str = ""
    shortcut: str = ""
    also: str = ""

    def is_for(self, user: Any) -> bool:
        """Return whether a person finds it in the navigation."""
        return not self.act or any(may(user, act) for act in (self.act, self.also) if act)


@dataclass(frozen=True)
class Entry:
    """A place as this person sees it on this page."""

    url: str
    title: str | Promise
    icon: str
    active: bool
    shortcut: str


PLACES: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    (
        pgettext_lazy("navigation", "Work"),
        (
            Place("home", _("My work"), "home", shortcut="KeyH"),
            Place("task_queue", _("Task queue"), "list-check", "task.work", "KeyT"),
            Place("contact_list", _("Contacts"), "phone", "contact.read"),
            Place("contact_new", _("Take a contact"), "phone-plus", "contact.take", "KeyN"),
            Place("calculator_list", _("Calculators"), "calculator", "calculator.use", "KeyL"),
            Place("case_list", _("Cases"), "folders", "case.read", "KeyC"),
        ),
    ),
    (
        pgettext_lazy("navigation", "Records"),
        (
            Place("people_list", _("People"), "users", "person.read", "KeyP"),
            Place("employer_list", _("Employers"), "building", "employer.read"),
        ),
    ),
    (
        pgettext_lazy("navigation", "Money"),
        (
            Place("payout_list", _("Payouts"), "cash", "payout.read"),
            Place("fund_list", _("Funds"), "building-bank", "fund.read"),
        ),
    ),
    (
        pgettext_lazy("navigation", "Oversight"),
        (
            Place("deadline_board", pgettext_lazy("board", "Deadlines"), "alarm", "deadline.read"),
            Place("conflict_list", _("Conflicts of interest"), "user-cancel", "conflict.read"),
            Place("recount_list", _("New reckonings"), "calendar-repeat", "deadline.recount"),
            Place("report_list", _("Reports"), "chart-bar", "report.read"),
            Place("request_list", _("Requests about data"), "user-question", "request.read"),
            Place("disposal_list", _("Disposal of files"), "trash", "disposal.read"),
            Place("audit_trail", _("Audit trail"), "history", "audit.read"),
            Place("staff_list", _("Staff"), "id-badge-2", "staff.manage", also="grant.manage"),
            Place("grant_list", _("Roles granted"), "key", "grant.manage"),
            Place("text_list", _("Texts of letters"), "file-pencil", "config.manage"),
            Place("admin:index", _("Configuration"), "settings", "config.manage"),
        ),
    ),
)


def _address(url_name: str) -> str:
    """Return a page's address, or nothing where this installation does not serve the page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def nav(user: Any, path: str) -> list[dict[str, Any]]:
    """Return the groups of the navigation that the person may enter, the page he is on marked."""
    reachable = [
        (
            title,
            [(place, url) for place in places if place.is_for(user) and (url := _address(place.url_name))],
        )
        for title, places in PLACES
    ]
    addresses = [url for _title, places in reachable for _place, url in places]
    here = max((url for url in addresses if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return [
        {
            "title": title,
            "entries": [Entry(url, place.title, place.icon, url == here, place.shortcut) for place, url in places],
        }
        for title, places in reachable
        if places
    ]


def posts(user: Any) -> list[dict[str, Any]]:
    """Return what the person is, and where: one line per role in force; one query."""
    grants = user.grants()
    offices = Office.objects.in_bulk({grant.office_id for grant in grants})
    return [{"role": grant.role.label, "office": offices[grant.office_id]} for grant in grants]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Supply base.html; what a page does not show is not asked of the database."""
    user = getattr(request, "user", None)
    login = getattr(request, "login", None)
    awaits_code = login is not None and not login.is_open  # it leads nowhere yet, and hears of nothing
    known = bool(user is not None and user.is_authenticated and not awaits_code)
    return {
        "nav": SimpleLazyObject(lambda: nav(user, request.path)) if known else [],
        "posts": SimpleLazyObject(lambda: posts(user)) if known else [],
        "awaits_code": awaits_code,
        "is_demo": settings.DEMO,
        "source_url": settings.SOURCE_URL,
        "version": settings.VERSION,
    }
