"""What can be asked about clocks, and the calendars and lengths they count by."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _now

from casework.offices import values
from casework.offices.models import CalendarDay, LocalParameter, Office, upwards
from casework.offices.queries import published_years

from . import calendar as days
from . import general
from .calendar import Calendar
from .models import Clock
from .proceedings import Proceeding
from .rulebook import every_rule, proceedings_of, proceedings_of_contacts, rules_of
from .rules import PASSED_UP_AFTER, WARNINGS, DeadlineRule, Place, Unit, warning

logger = logging.getLogger(__name__)

# ---- calendars and lengths -----------------------------------------------------------------------------


# A change made in this process is seen at once; one made by another within so many seconds.
_SECONDS = 30
_GENERATION = "deadlines.generation"


def _kept(key: str, make: Callable[[], Any]) -> Any:
    """Return what seldom changes and every clock needs, from the cache: the hot path asks the database nothing."""
    return cache.get_or_set(f"deadlines.{cache.get(_GENERATION, 0)}.{key}", make, _SECONDS)


def _renew() -> None:
    cache.set(_GENERATION, uuid4().hex, None)


def forget(**_signal: Any) -> None:
    """Read calendars, regions and local lengths anew, now and once the change is committed."""
    _renew()
    transaction.on_commit(_renew)


for _model in (CalendarDay, LocalParameter, Office):
    post_save.connect(forget, sender=_model, dispatch_uid="deadlines.forget")
    post_delete.connect(forget, sender=_model, dispatch_uid="deadlines.forget")


def calendar_at(office_path: str) -> Calendar:
    """Return the calendar of the place an office path stands for."""
    region = _kept(
        f"region.{office_path}",
        lambda: Office.objects.filter(path=office_path).values_list("region", flat=True).first() or "",
    )
    return _kept(f"calendar.{region}", lambda: _calendar_of(region))


def calendar_for(office: Office) -> Calendar:
    """Return the calendar that holds for an office."""
    return calendar_at(office.path)


def _calendar_of(region: str) -> Calendar:
    """Lay the days of county, city and province over those of the whole country (GB/T 2260: 410105, 410100, 410000)."""
    places = dict.fromkeys(["", f"{region[:2]}0000", f"{region[:4]}00", region])
    special: dict[date, bool] = {}
    names: dict[date, str] = {}
    rows = list(CalendarDay.objects.filter(region__in=places).order_by("day"))
    for row in sorted(rows, key=lambda row: list(places).index(row.region)):
        special[row.day], names[row.day] = row.is_workday, row.name
    published = published_years((row.day.year, row.provisional) for row in rows if not row.region)
    return Calendar(special=special, published=published, names=names)


# How long before its end a period is at risk: a table by its length, or with a rule's code behind it that rule's own.
WARN_PARAMETER = "warn"
PASSED_UP_PARAMETER = "passed_up.days"


class OfficePlace(Place):
    """What holds at an office: the calendar of its region, and the lengths and thresholds entered on its way up.

    # Note [Parameters of clocks]
    `<rule>.parameter` holds a length in the rule's unit, or with its own, {"length": 7, "unit": "days"};
    `warn.<rule>` how long before its end that rule's clocks are at risk; `warn` a table of that for all others,
    {"0": 0, "10": 3}; `passed_up.days` after how many working days a breach goes up.
    Each is checked when it is entered; one that came in otherwise and cannot be read counts as not there.
    """

    def __init__(self, office_path: str) -> None:
        self.office_path = office_path

    @property
    def calendar(self) -> Calendar:
        """Return the calendar of the place."""
        return calendar_at(self.office_path)

    def here(self, rule: DeadlineRule, on: date) -> DeadlineRule:
        """Return a rule with the length entered here, which may bring its own unit; without one, as it is."""
        value = None if rule.parameter is None else self._value(rule.parameter, on, None)
        return rule if value is None else rule.with_length(value)

    def warning_of(self, rule: DeadlineRule, length: int, on: date) -> int:
        """Return how long before its end a period is at risk here."""
        own = self._value(f"{WARN_PARAMETER}.{rule.code}", on, None)
        if own is not None:
            return own
        table = {int(least): int(before) for least, before in self._value(WARN_PARAMETER, on, WARNINGS).items()}
        return warning(table, rule, length)

    def patience(self, on: date) -> int:
        """Return after how many working days the office above hears of a breach here."""
        return self._value(PASSED_UP_PARAMETER, on, PASSED_UP_AFTER)

    def _value(self, code: str, on: date, otherwise: Any) -> Any:
        """Return a local value on a day: of the nearest office upwards that has one, its newest."""
        for valid_from, valid_until, value in _values_at(self.office_path).get(code, ()):
            if valid_from <= on and (valid_until is None or on < valid_until):
                return value
        return otherwise


def _values_at(office_path: str) -> dict[str, list[tuple[date, date | None, Any]]]:
    """Return every local value that moves clocks of an office, by code, in the order in which they win."""

    def read() -> dict[str, list[tuple[date, date | None, Any]]]:
        lengths = {rule.parameter for rule in every_rule().values() if rule.parameter}
        wanted = Q(code__in=lengths | {WARN_PARAMETER, PASSED_UP_PARAMETER}) | Q(code__startswith=f"{WARN_PARAMETER}.")
        rows = LocalParameter.objects.filter(wanted, office__path__in=upwards(office_path))
        found: dict[str, list[tuple[date, date | None, Any]]] = {}
        for row in rows.order_by("-office__depth", "-valid_from"):
            if values.is_readable(row.code, row.value):
                found.setdefault(row.code, []).append((row.valid_from, row.valid_until, row.value))
            else:
                logger.warning("local parameter %s %s cannot be read and is left out", row.pk, row.code)
        return found

    return _kept(f"values.{office_path}", read)


# The longest a place may make a period: twenty years, or one in hours. The columns of a clock hold more.
LONGEST = {
    Unit.DAYS: 7300,
    Unit.WORKING_DAYS: 5000,
    Unit.MONTHS: 240,
    Unit.YEARS: 20,
    Unit.HOURS: 8760,
    Unit.WORKING_HOURS: 2000,
}


def check_value(code: str, value: Any) -> None:
    """Refuse a local value that no clock could go by. See Note [Parameters of clocks].

    Raises:
        UnreadableValue: says how it is written.
    """
    if code == WARN_PARAMETER:
        _check_table(value)
    elif code == PASSED_UP_PARAMETER:
        values.whole(value, LONGEST[Unit.WORKING_DAYS])
    elif code.startswith(f"{WARN_PARAMETER}."):
        about = code.removeprefix(f"{WARN_PARAMETER}.")
        if about not in every_rule():
            raise values.UnreadableValue(_now("No rule has the code “%(code)s”.") % {"code": about})
        values.whole(value, LONGEST[Unit.WORKING_DAYS])
    else:
        for rule in every_rule().values():
            if rule.parameter == code:
                held = rule.with_length(value)
                values.whole(held.length, LONGEST[Unit(held.unit)])


def _check_table(table: Any) -> None:
    """Refuse what is no table from lengths in days to days before the end."""
    if not isinstance(table, Mapping) or not table or not all(str(least).isdecimal() for least in table):
        raise values.UnreadableValue(_now('Give a table by the length in days, such as {"0": 0, "4": 1, "10": 3}.'))
    for before in table.values():
        values.whole(before, LONGEST[Unit.WORKING_DAYS])


values.CHECKS.append(check_value)


def working_days_after(office: Office, moment: datetime, number: int) -> datetime:
    """Return the end of the last of so many working days after a moment."""
    return days.end_of(days.add_working_days(days.beijing_date(moment), number, calendar_for(office)))


# ---- clocks --------------------------------------------------------------------------------------------


def due_clocks(at: datetime) -> "QuerySet[Clock]":
    """Return the running clocks whose end has come, the oldest first."""
    due = Clock.objects.filter(state=Clock.State.RUNNING, due_at__lte=at)
    return due.select_related("case", "contact").order_by("due_at", "id")


def alarmed_clocks(at: datetime) -> "QuerySet[Clock]":
    """Return the clocks of which somebody has to hear now: at risk, or still not done after the end."""
    return Clock.objects.filter(alarm_at__lte=at).select_related("case", "contact").order_by("alarm_at", "id")


def clocks_of(subject: Any) -> list[Clock]:
    """Return the clocks of a case or contact: what is owed first, by the day that bites first; then what has ended."""
    owner = "case_id" if hasattr(subject, "stream") else "contact_id"
    clocks = Clock.objects.filter(**{owner: subject.pk})
    return sorted(clocks, key=lambda clock: (not clock.is_owed, clock.nominal_on, clock.rule, clock.ordinal))


def kinds_moving(rule: DeadlineRule, clocks: Iterable[Clock]) -> frozenset[str]:
    """Return the kinds of events that would begin, end or move a clock of a rule now, beside those there are."""
    there = [clock for clock in clocks if clock.rule == rule.code]
    states = {clock.state for clock in there}
    # what interrupted or stopped a right in time may be told when it has passed
    changed = (*rule.restarted_by, *rule.suspended_by)
    if not any(clock.is_owed_under(rule) for clock in there):
        return frozenset((*rule.starts, *(changed if there and rule.lapses else ())))
    begun = rule.starts if states.isdisjoint((Clock.State.RUNNING, Clock.State.SUSPENDED)) else ()
    gone_on = rule.resumed_by if Clock.State.SUSPENDED in states else ()
    return frozenset((*begun, *changed, *gone_on, *rule.satisfied_by, *rule.cancelled_by))


def proceedings_open_to(subject: Any) -> list[Proceeding]:
    """Return the steps of others that would begin, end or move a clock of this case or contact now."""
    if hasattr(subject, "stream"):
        rules, steps = rules_of(subject.case_type), proceedings_of(subject.case_type)
    else:
        rules, steps = general.CONTACT_RULES, proceedings_of_contacts()
    clocks = clocks_of(subject)
    moving = {kind for rule in rules for kind in kinds_moving(rule, clocks)}
    return [step for step in steps.values() if step.kind in moving and suits(step, subject, clocks)]


def suits(step: Proceeding, subject: Any, clocks: Iterable[Clock]) -> bool:
    """Return whether a step belongs to a case or contact with these clocks, and its turn has come."""
    facts = {} if hasattr(subject, "stream") else taken_facts(subject)
    return step.suits(facts, {kind for clock in clocks if clock.known_rule for kind in clock.known_rule.starts})


def taken_facts(contact: Any) -> dict[str, Any]:
    """Return what decides which periods a contact starts."""
    return {"matter": contact.matter, "anonymous": contact.is_anonymous, "open": contact.answered_at is None}


def promise_among(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock of the service promise among those of a contact, while the caller waits for the answer."""
    return next((clock for clock in clocks if clock.rule.startswith("GEN.promise.") and clock.is_owed), None)
