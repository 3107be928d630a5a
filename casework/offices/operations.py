"""What is done to the union tree, its rules and its calendar."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import chinese_calendar
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import CaseworkError, InvalidFacts, WrongState
from casework.audit.operation import operation

from .doors import demand, demand_whole_house
from .forms import within_reach
from .models import CalendarDay, DutyShift, LocalParameter, NumberCounter, Office
from .queries import offices_of
from .scope import may
from .values import demand_readable

if TYPE_CHECKING:
    from casework.staff.models import User

# The stream of what concerns the whole house and no single office.
HOUSE = "house"

# Called with source, by and at in the operation that replaces a year's expected days by the published ones.
WHEN_PUBLISHED: list[Callable[..., None]] = []


class CannotMoveThere(WrongState):
    """An office cannot stand below itself."""

    message = _("An office cannot be moved below itself.")


class NoCalendarYet(CaseworkError):
    """Neither a published notice nor the almanac knows the year."""

    message = _("There is no calendar for this year yet.")


@operation
def found_office(
    *,
    code: str,
    name: str,
    level: str,
    region: str,
    below: Office | None = None,
    name_en: str = "",
    phone: str = "",
    reports_to: Office | None = None,
    by: "User | None",
    at: datetime,
) -> Office:
    """Enter an office into the tree, at the top or below another.

    Raises:
        InvalidFacts: the code is taken, or code or region are not written as they must be.
    """
    if below is None:
        demand_whole_house(by, "config.manage")
    else:
        demand(by, "config.manage", below)
    _check_office(code=code, region=region)
    facts: dict[str, Any] = {"code": code, "name": name, "level": level, "region": region}
    facts |= {"name_en": name_en, "phone": phone, "reports_to": reports_to}
    office = Office.objects.add_child(below, facts) if below else Office.objects.add_root(facts)
    events.record(events.office_stream(office), "office.founded", by=by, at=at, code=code, level=level)
    return office


# The code stands in the number of every case, so in addresses; a region is a code of GB/T 2260.
_CODE, _REGION = re.compile(r"[0-9A-Za-z-]+"), re.compile(r"[0-9]{6}")


def _check_office(*, code: str | None = None, region: str | None = None, except_for: Office | None = None) -> None:
    """Raise what is wrong with an office's code and region.

    Raises:
        InvalidFacts: with the reason at each field.
    """
    errors = {}
    others = Office.objects.exclude(pk=except_for.pk) if except_for else Office.objects.all()
    if code is not None and not _CODE.fullmatch(code):
        errors["code"] = [_now("Use digits, letters and dashes.")]
    elif code is not None and others.filter(code=code).exists():
        errors["code"] = [_now("This code is taken.")]
    if region is not None and not _REGION.fullmatch(region):
        errors["region"] = [_now("Six digits, as in GB/T 2260.")]
    if errors:
        raise InvalidFacts(errors)


@operation
def change_office(*, office: Office, by: "User | None", at: datetime, **changes: Any) -> Office:
    """Change what an office is called and how it is reached; its place is changed by `move_office`.

    Raises:
        InvalidFacts: the code is taken, or code or region are not written as they must be.
    """
    demand(by, "config.manage", office)
    _check_office(except_for=office, **{name: changes[name] for name in ("code", "region") if name in changes})
    # a form has changed the one at hand already
    held = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    said = events.changes({name: getattr(held, name) for name in changes}, changes)
    for name in said:
        setattr(office, name, changes[name])
    if not said:
        return office
    office.save(update_fields=list(said))
    facts: dict[str, Any] = {"code": office.code, "fields": ", ".join(sorted(said)), "changes": said}
    events.record(events.office_stream(office), "office.changed", by=by, at=at, **facts)
    return office


@operation
def move_office(*, office: Office, below: Office, by: "User | None", at: datetime) -> Office:
    """Put an office, with all below it, under another, and rewrite every copy of their paths.

    Raises:
        CannotMoveThere: the new place lies within the office itself.
    """
    demand(by, "config.manage", office)
    demand(by, "config.manage", below)
    office.refresh_from_db()
    below.refresh_from_db()
    if below.path.startswith(office.path):
        raise CannotMoveThere
    old, above = office.path, Office.objects.get_parent(office)
    Office.objects.move(office, below, "last-child")
    office.refresh_from_db()
    for model, column in copied_paths():
        moved = Concat(Value(office.path), Substr(column, len(old) + 1))
        model._base_manager.filter(**{f"{column}__startswith": old}).update(**{column: moved})
    facts: dict[str, Any] = {"code": office.code, "below": below.code}
    facts["changes"] = events.changes({"below": above and above.code}, {"below": below.code})
    events.record(events.office_stream(office), "office.moved", by=by, at=at, **facts)
    return office


# Columns that hold a copy of an office's path: where a row belongs, and between which offices a case went.
_COPIED = ("office_path", "from_path", "to_path")


def copied_paths() -> list[tuple[type[Model], str]]:
    """Return every model and column that keeps a copy of an office's path."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.name in _COPIED
    ]


@operation
def set_parameter(
    *,
    code: str,
    office: Office,
    value: Any,
    valid_from: date,
    source: str,
    valid_until: date | None = None,
    by: "User | None",
    at: datetime,
) -> LocalParameter:
    """Enter the value of a local rule from a day on; entering the same day again corrects it.

    Raises:
        InvalidFacts: its rule cannot go by the value, or no rule can hold on such days.
    """
    demand(by, "config.manage", office)
    _check_days(valid_from=valid_from, valid_until=valid_until)
    if valid_until is not None and valid_until <= valid_from:
        raise InvalidFacts({"valid_until": [_now("The end must be later than the beginning.")]})
    try:
        demand_readable(code, value)
    except CaseworkError as error:
        raise InvalidFacts({"value": [str(error)]}) from error
    # what held until now on that day: the value that is corrected, or the one before
    known = LocalParameter.objects.filter(code=code, office=office, valid_from__lte=valid_from)
    before = known.order_by("-valid_from").values_list("value", flat=True).first()
    row, _made = LocalParameter.objects.update_or_create(
        code=code,
        office=office,
        valid_from=valid_from,
        defaults={"value": value, "valid_until": valid_until, "source": source},
    )
    facts: dict[str, Any] = {"code": code, "value": value, "valid_from": str(valid_from)}
    facts["changes"] = events.changes({"value": before}, {"value": value})
    events.record(events.office_stream(office), "parameter.set", by=by, at=at, **facts)
    return row


def _check_days(**days: date | None) -> None:
    """Raise what is wrong with days, or moments, of years that must be slips of the hand.

    Raises:
        InvalidFacts: with the reason at each field.
    """
    errors = {}
    for name, day in days.items():
        try:
            if day is not None:
                within_reach(day)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise InvalidFacts(errors)


# Days the law names (全国年节及纪念日放假办法, 2024) for years whose notice is not out. The moving
# feasts by the almanac: New Year's Eve (除夕), 清明, 端午, 中秋.
_FEASTS = {
    2027: ((2, 5), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 25), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 12), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 2), (4, 5), (6, 5), (9, 12)),
}
_CHINESE_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def published_days(year: int) -> list[CalendarDay]:
    """Return the days named by the notice of a year, or none when it is not out."""
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    known = chinese_calendar.constants
    days = [(day, False, name) for day, name in known.holidays.items() if day.year == year]
    days += [(day, True, name) for day, name in known.workdays.items() if day.year == year]
    return [
        CalendarDay(
            day=day,
            is_workday=worked,
            name=_CHINESE_NAMES.get(name, name) + ("调休上班" if worked else ""),
            source=source,
        )
        for day, worked, name in sorted(days)
    ]


def expected_days(year: int) -> list[CalendarDay]:
    """Return the thirteen days the law names for a year, before its notice moves any.

    Raises:
        NoCalendarYet: the almanac here ends before it.
    """
    if year not in _FEASTS:
        raise NoCalendarYet(_now("There is no calendar for %(year)s yet.") % {"year": year})
    eve, qingming, boats, moon = (date(year, *feast) for feast in _FEASTS[year])
    days = {date(year, 1, 1): "元旦", qingming: "清明节", boats: "端午节", moon: "中秋节"}
    days |= {eve + timedelta(days=number): "春节" for number in range(4)}
    days |= {date(year, 5, number): "劳动节" for number in (1, 2)}
    days |= {date(year, 10, number): "国庆节" for number in (1, 2, 3)}
    return [
        CalendarDay(day=day, is_workday=False, name=name, source="全国年节及纪念日放假办法 第二条", provisional=True)
        for day, name in sorted(days.items())
    ]


@operation
def load_calendar(*, year: int, by: "User | None", at: datetime) -> list[CalendarDay]:
    """Enter the rest days and worked weekends of a year for the whole country.

    A year whose notice is not out gets the days the law names, marked provisional; loading again after the
    notice replaces them. Days entered for a region are left alone.

    Raises:
        NoCalendarYet: neither is known.
    """
    demand_whole_house(by, "config.manage")
    days = published_days(year) or expected_days(year)
    known = CalendarDay.objects.filter(region="", day__year=year)
    were_expected = known.filter(provisional=True).exists()
    known.delete()
    for day in days:
        day.save()  # one by one: whoever keeps a calendar at hand hears of each
    events.record(HOUSE, "calendar.loaded", by=by, at=at, year=year, days=len(days), provisional=days[0].provisional)
    if were_expected and not days[0].provisional:
        for follow in WHEN_PUBLISHED:
            follow(source=days[0].source, by=by, at=at)
    return days


@operation
def set_calendar_day(
    *,
    day: date,
    is_workday: bool,
    name: str,
    source: str,
    region: str = "",
    provisional: bool = False,
    by: "User | None",
    at: datetime,
) -> CalendarDay:
    """Enter one special day, for the country or a region (ethnic holidays, a local decision).

    Raises:
        InvalidFacts: the region is no code, or the day lies in no year that is reckoned with.
        NeedsWholeHouse: it would hold for offices that the person does not configure.
    """
    if region:
        _check_office(region=region)
    _check_days(day=day)
    if not region or not _configures_all_of(by, region):
        demand_whole_house(by, "config.manage")
    known = CalendarDay.objects.filter(region=region, day=day).values_list("is_workday", flat=True).first()
    row, _made = CalendarDay.objects.update_or_create(
        region=region,
        day=day,
        defaults={"is_workday": is_workday, "name": name, "source": source, "provisional": provisional},
    )
    facts: dict[str, Any] = {"day": str(day), "region": region, "is_workday": is_workday}
    facts["changes"] = events.changes({"is_workday": known}, {"is_workday": is_workday})
    events.record(HOUSE, "calendar.changed", by=by, at=at, **facts)
    return row


def _configures_all_of(by: "User | None", region: str) -> bool:
    """Return whether a person configures every office for which the days of a region hold, and there is one."""
    offices = list(offices_of(region))
    return bool(offices) and (by is None or all(may(by, "config.manage", office) for office in offices))


@operation
def plan_duty(
    *, office: Office, user: "User", starts_at: datetime, ends_at: datetime, by: "User | None", at: datetime
) -> DutyShift:
    """Put a person on duty in an office for a time."""
    demand(by, "config.manage", office)
    _check_days(starts_at=starts_at, ends_at=ends_at)
    if ends_at <= starts_at:
        raise InvalidFacts({"ends_at": [_now("The end must be later than the beginning.")]})
    shift = DutyShift.objects.create(office=office, user=user, starts_at=starts_at, ends_at=ends_at)
    events.record(
        events.office_stream(office),
        "duty.planned",
        by=by,
        at=at,
        user=user.pk,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    return shift


def next_number(series: str, office: Office, year: int) -> str:
    """Return the next number of a series, as `HF-410105-2026-000123`; call it inside an operation.

    The counter's row is locked until the operation ends, so numbers have no gap and none is given twice.
    """
    found = NumberCounter.objects.filter(office=office, series=series, year=year)
    if not found.update(last=F("last") + 1):
        NumberCounter.objects.bulk_create(
            [NumberCounter(office=office, series=series, year=year)], ignore_conflicts=True
        )
        found.update(last=F("last") + 1)
    return f"{series}-{office.code}-{year}-{found.get().last:06d}"
