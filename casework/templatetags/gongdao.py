"""What every page writes the same way: icons, dates, sums of money, and how near a due date is."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

# What stands for a value that is not there; read out as its own word by the lists that use it.
NOTHING = "—"


class UnknownIcon(LookupError):
    """No icon of that name in the icon package."""


@lru_cache(maxsize=256)
def drawing(name: str) -> SafeString:
    """Return the shapes of an icon, read once from the npm package; nothing where the package isn't installed.

    Raises:
        UnknownIcon: the package is there and has no such icon.
    """
    folder = Path(settings.ICONS_DIR)
    if not folder.is_dir():
        return SafeString("")
    file = folder / f"{name}.svg"
    if not file.is_file():
        raise UnknownIcon(name)
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text("utf-8"), re.DOTALL)
    # The frame that every icon draws around itself has no stroke and no fill: left out.
    bare = re.sub(r'\s*<path stroke="none"[^>]*/>', "", shapes[1] if shapes else "")
    return mark_safe(re.sub(r"\s+", " ", bare).strip())  # noqa: S308 - a file of a pinned package, not input


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of the Tabler set beside a text; hidden from screen readers, which read the text."""
    return format_html(
        '<svg class="g-icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" g-icon-{size}" if size else "",
        drawing(name),
    )


@register.filter
def money(value: Decimal | int | None) -> str:
    """Write a sum in yuan: ¥1,234.50.

    Raises:
        TypeError: the sum is a float, which cannot hold money.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, float):
        raise TypeError("money is a Decimal, never a float")
    amount = Decimal(value)
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def _speaks_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """Write a day: 2026年11月20日, or 20 Nov 2026."""
    if not value:
        return NOTHING
    return format_date(_day(value), "Y年n月j日" if _speaks_chinese() else "j M Y")


@register.filter
def cn_moment(value: datetime | None) -> str:
    """Write a moment to the minute: 2026年11月20日 14:05, or 20 Nov 2026, 14:05."""
    if not value:
        return NOTHING
    local = timezone.localtime(value)
    return format_date(local, "Y年n月j日 H:i" if _speaks_chinese() else "j M Y, H:i")


@register.filter
def cn_time(value: datetime | None) -> str:
    """Write the time of day: 14:05."""
    return format_date(timezone.localtime(value), "H:i") if value else NOTHING


@register.filter
def shown(value: Any) -> Any:
    """Write a fact as people read it: a day, a moment, a sum, yes or no; anything else as it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return cn_moment(value)
    if isinstance(value, date):
        return cn_date(value)
    return money(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Nearness:
    """How near a due date is: its tone, its sign, its words."""

    tone: str
    icon: str
    words: str


def nearness(due: date | datetime, now: datetime) -> Nearness:
    """Say how near a due date (whole days) or due moment (hours, when it is less than a day away) is."""
    if isinstance(due, datetime) and timedelta(0) <= due - now < timedelta(hours=24):
        hours = int((due - now).total_seconds() // 3600)
        if not hours:
            return Nearness("bad", "alarm", _("Less than an hour left"))
        return Nearness("warn", "clock", ngettext("%d hour left", "%d hours left", hours) % hours)
    # The end of a day is midnight of the next one: a moment counts to the day it closes.
    last = _day(due - timedelta(seconds=1)) if isinstance(due, datetime) else due
    days = (last - _day(now)).days
    if days < 0:
        return Nearness("bad", "alert-triangle", ngettext("%d day overdue", "%d days overdue", -days) % -days)
    if isinstance(due, datetime) and due < now:
        return Nearness("bad", "alert-triangle", _("Overdue since today"))
    if days == 0:
        return Nearness("bad", "alarm", _("Due today"))
    if days == 1:
        return Nearness("warn", "clock", _("Due tomorrow"))
    tone = "warn" if days <= 3 else "calm"
    return Nearness(tone, "clock", ngettext("%d day left", "%d days left", days) % days)


@register.inclusion_tag("components/due.html")
def due(value: date | datetime | None, done: bool = False, now: datetime | None = None) -> dict[str, Any]:
    """Show a due date with the words for how near it is.

    Args:
        value: the day, or the moment where hours count.
        done: the matter is finished; the date is shown without its urgency.
        now: the moment to reckon from; the clock's, if none is given.
    """
    if not value:
        return {"value": None}
    near = None if done else nearness(value, now or timezone.now())
    if not isinstance(value, datetime):
        return {"value": value, "hour": None, "near": near}
    hour = value if timezone.localtime(value).time() != time() else None
    return {"value": _day(value - timedelta(seconds=1)), "hour": hour, "near": near}
