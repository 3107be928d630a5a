"""Checks a file of worked examples: each is reckoned anew and compared with what the file says must come out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.deadlines.calendar import Calendar
from casework.offices.operations import published_days

from . import periods, reading
from .reading import BadInput
from .rule import EVERY_AREA, ExampleRule, Question, every_example

# The almanac knows the notices from this year on.
FIRST_NOTICE = 2004

# So many decimals of a number that never ends are compared.
MOST_PLACES = 20


class UnreadableFile(CaseworkError):
    """A file of examples cannot be read; the message says why."""

    message = _("The file of examples cannot be read.")


class WrongShape(CaseworkError):
    """What stands in the file is no example; the message says what one needs."""

    message = _("This is no example.")


class UnknownArea(CaseworkError):
    """No rule answers examples of this area; the message lists the areas that are known."""

    message = _("This area is not known.")


class UnknownInputs(CaseworkError):
    """No rule of the area answers to these inputs; the message lists those it answers to."""

    message = _("Nothing answers to these inputs.")


class UnknownResult(CaseworkError):
    """Nobody works a result out; the message lists those the rule knows."""

    message = _("Nobody works this out.")


@dataclass(frozen=True)
class Setting:
    """What holds for all examples of a file: its calendar and its values."""

    calendar: Calendar
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One result that is not what the file says."""

    name: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.name}: expected {shown(self.expected)}, got {shown(self.got)}"


@dataclass(frozen=True)
class Miss:
    """One example that did not come out, and every reason."""

    label: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What became of a file."""

    passed: int
    misses: tuple[Miss, ...]


# ---- the file ------------------------------------------------------------------------------------------


def read_file(path: Path) -> tuple[list[Any], Mapping[str, Any]]:
    """Return the examples of a file, and what it says of all of them.

    Raises:
        UnreadableFile: it cannot be opened, is not JSON, or holds no list of examples.
    """
    try:
        # No float ever stands for a sum; what JSON does not know (NaN) is no number.
        found = json.loads(path.read_text("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(_now("%(file)s cannot be read: %(why)s") % {"file": path, "why": error}) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_now("%(file)s is not JSON: %(why)s") % {"file": path, "why": error}) from error
    vectors = found.get("vectors") if isinstance(found, dict) else found
    if not isinstance(vectors, list) or not vectors:
        raise UnreadableFile(
            _now("%(file)s holds no examples: it is a list of them, or an object with a list “vectors”.")
            % {"file": path}
        )
    meta = found.get("meta", {}) if isinstance(found, dict) else {}
    if not isinstance(meta, dict):
        raise UnreadableFile(_now("“meta” is an object.") % {"file": path})
    return vectors, meta


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def setting_of(meta: Mapping[str, Any]) -> Setting:
    """Return what a file says of all its examples: its own calendar for the years it covers, the published one else.

    Raises:
        UnreadableFile: the calendar has not the form it needs.
    """
    told, parameters = meta.get("calendar"), meta.get("parameters", {})
    if not isinstance(parameters, dict):
        raise UnreadableFile(_now("“parameters” is an object."))
    if told is None:
        return Setting(published_calendar(), parameters)
    days = reading.list_of(reading.day)
    try:
        off, worked = days(told.get("off", [])), days(told.get("extra_work", []))
        known = told.get("years_known")
        years = {day.year for day in (*off, *worked)} if known is None else set(reading.list_of(reading.whole)(known))
    except (AttributeError, BadInput) as error:
        raise UnreadableFile(
            _now("The calendar has lists of days “off” and “extra_work” and a list of “years_known”: %(why)s")
            % {"why": error}
        ) from error
    own = Calendar({**dict.fromkeys(off, False), **dict.fromkeys(worked, True)}, frozenset(years))
    return Setting(_laid_over(published_calendar(), own), parameters)


def _laid_over(calendar: Calendar, own: Calendar) -> Calendar:
    """Return a calendar in which some years are another's."""
    others = {day: worked for day, worked in calendar.special.items() if day.year not in own.published}
    names = {day: name for day, name in calendar.names.items() if day.year not in own.published}
    return Calendar({**others, **own.special}, calendar.published | own.published, names)


def limited_to(calendar: Calendar, years: Iterable[int]) -> Calendar:
    """Return a calendar as if the notices of some years only were out."""
    out = calendar.published & set(years)
    return replace(
        calendar, special={day: worked for day, worked in calendar.special.items() if day.year in out}, published=out
    )


@cache
def published_calendar() -> Calendar:
    """Return the calendar of all published notices, without asking the database."""
    rows, year = [], FIRST_NOTICE
    while found := published_days(year):
        rows += found
        year += 1
    return Calendar(
        {row.day: row.is_workday for row in rows},
        frozenset(range(FIRST_NOTICE, year)),
        {row.day: row.name for row in rows},
    )


# ---- checking ------------------------------------------------------------------------------------------


def check_file(path: Path) -> Checked:
    """Check every example of a file.

    Raises:
        UnreadableFile: it cannot be read as one.
    """
    vectors, meta = read_file(path)
    setting = setting_of(meta)
    every_example()  # a rule of the house that cannot be loaded is a fault of ours, not a miss of the file's
    misses = [miss for number, vector in enumerate(vectors, 1) if (miss := check(vector, setting, number))]
    return Checked(len(vectors) - len(misses), tuple(misses))


def check(vector: Any, setting: Setting, number: int = 1) -> Miss | None:
    """Check one example; return why it did not come out, nothing when it did."""
    label = _label(vector, number)
    try:
        expected = _expected(vector)
        got = answers_to(vector, setting)
    except CaseworkError as error:
        return Miss(label, (f"{type(error).__name__}: {error}",))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # A rule was given what it cannot reckon with; that is no reason to leave the other examples unchecked.
        return Miss(label, (f"{type(error).__name__}: {error}",))
    unknown = [name for name in expected if name not in got]
    reasons = [
        f"{UnknownResult.__name__}: {name}: " + _now("known are: %(known)s.") % {"known": ", ".join(got)}
        for name in unknown
    ]
    reasons += [
        str(Difference(name, value, got[name]))
        for name, value in expected.items()
        if name in got and not same(got[name], value)
    ]
    return Miss(label, tuple(reasons)) if reasons else None


def _label(vector: Any, number: int) -> str:
    if not isinstance(vector, dict):
        return f"#{number}"
    what = vector.get("area") if "input" in vector else vector.get("rule")
    return " ".join(str(part) for part in (vector.get("id") or f"#{number}", what) if part)


def _expected(vector: Any) -> Mapping[str, Any]:
    if not isinstance(vector, dict) or not ("events" in vector or "input" in vector):
        raise WrongShape(_now("An example has “area” and “input”, or “rule” and “events”; and “expected”."))
    expected = vector.get("expected")
    if not isinstance(expected, dict) or not expected:
        raise WrongShape(_now("“expected” names at least one result."))
    return expected


def answers_to(vector: Mapping[str, Any], setting: Setting) -> Mapping[str, Any]:
    """Return what the house says to an example of either form.

    Raises:
        CaseworkError: by its name, with what is known instead.
    """
    if "input" not in vector:
        return _of_rule(vector, setting)
    area, given, expected = vector.get("area"), vector["input"], vector["expected"]
    if not isinstance(given, dict) or not isinstance(area, str) or not area:
        raise WrongShape(_now("“area” is a word, and “input” an object: names with their values."))
    rule = rule_for(area, frozenset(given), frozenset(expected))
    asked = frozenset(name for name in expected if rule.answers(name))
    read = rule.read({name: value for name, value in given.items() if name != YEARS_LOADED})
    got = rule.work_out(Question(read, asked, _calendar_for(given, setting), setting.parameters))
    # What the rule knows and has no answer to here is nothing.
    return {**dict.fromkeys(sorted(asked)), **got}


# An input that any example may have: the years whose notice counts as published.
YEARS_LOADED = "calendar_years_loaded"


def _calendar_for(given: Mapping[str, Any], setting: Setting) -> Calendar:
    if YEARS_LOADED not in given:
        return setting.calendar
    try:
        return limited_to(setting.calendar, reading.list_of(reading.whole)(given[YEARS_LOADED]))
    except BadInput as error:
        raise BadInput(f"{YEARS_LOADED}: {error}") from None


def _of_rule(vector: Mapping[str, Any], setting: Setting) -> Mapping[str, Any]:
    rule, events = periods.rule_named(vector.get("rule", "")), vector["events"]
    if not isinstance(events, dict):
        raise WrongShape(_now("“events” is an object: names with their days."))
    on = vector.get("on")
    asked = None if on is None else reading.day(on)
    return periods.reckoned(rule, periods.passed(rule, events), _calendar_for(vector, setting), on=asked)


def rule_for(area: str, names: frozenset[str], asked: frozenset[str]) -> ExampleRule:
    """Return the rule that answers an example: of its area, with its inputs, and with the results it asks for.

    Raises:
        UnknownArea: nobody answers such examples; says which areas are known.
        UnknownInputs: nobody in the area takes these inputs; says which it takes.
    """
    names -= {YEARS_LOADED}
    house = every_example().values()
    mine = [rule for rule in house if rule.area in (area, EVERY_AREA)]
    fitting = [rule for rule in mine if rule.fits(names)]
    if not fitting:
        areas = sorted({rule.area for rule in house} - {EVERY_AREA})
        if area not in areas:
            raise UnknownArea(
                _now("The area “%(area)s” is not known; known are: %(known)s.")
                % {"area": area, "known": ", ".join(areas)}
            )
        raise UnknownInputs(
            _now("Nothing in “%(area)s” answers to %(names)s; known are: %(known)s.")
            % {
                "area": area,
                "names": ", ".join(sorted(names)) or _now("nothing"),
                "known": " | ".join(sorted(rule.inputs for rule in mine)),
            }
        )
    return max(fitting, key=lambda rule: (sum(rule.answers(name) for name in asked), rule.how_special))


# ---- comparing -----------------------------------------------------------------------------------------


def same(got: Any, expected: Any) -> bool:
    """Return whether a result is what a file says: sums by their value, moments by their instant, sets in any order."""
    if isinstance(got, bool) or isinstance(expected, bool) or got is None or expected is None:
        return got is expected
    if isinstance(got, Decimal | Fraction | int):
        return _same_number(got, expected)
    if isinstance(got, datetime):
        return _same_moment(got, expected)
    if isinstance(got, date):
        return got.isoformat() == expected
    if isinstance(got, Mapping):
        return (
            isinstance(expected, Mapping)
            and {str(name) for name in got} == set(expected)
            and all(same(value, expected[str(name)]) for name, value in got.items())
        )
    if isinstance(got, frozenset | set):
        return (
            isinstance(expected, list)
            and len(expected) == len(got)
            and all(any(same(one, other) for other in expected) for one in got)
        )
    if isinstance(got, list | tuple):
        return (
            isinstance(expected, list)
            and len(got) == len(expected)
            and all(same(one, other) for one, other in zip(got, expected, strict=True))
        )
    return str(got) == expected


def _same_number(got: Decimal | Fraction | int, expected: Any) -> bool:
    """Compare by value; what never ends is rounded, half up, to as many places as the file has, two at least."""
    if not isinstance(expected, int | Decimal | str):
        return False
    try:
        wanted = Decimal(expected)
    except InvalidOperation:
        return False
    if not wanted.is_finite():
        return False
    if not isinstance(got, Fraction):
        return got == wanted
    places = max(-int(wanted.as_tuple().exponent), 2)
    return places <= MOST_PLACES and rounded(got, places) == wanted


def rounded(number: Fraction, places: int = 2) -> Decimal:
    """Round an exact number half up."""
    whole, left = divmod(abs(number) * 10**places, 1)
    found = Decimal(f"{whole + (left >= Fraction(1, 2))}e-{places}")  # as written: the context would cut long ones
    return found.copy_negate() if number < 0 else found


def _same_moment(got: datetime, expected: Any) -> bool:
    try:
        return got == reading.moment(expected)
    except BadInput:
        return False


def shown(value: Any) -> str:
    """Write a value as it would stand in a file."""
    return json.dumps(told(value), ensure_ascii=False)


def told(value: Any) -> Any:
    """Return a result as JSON knows it."""
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Fraction):
        return str(rounded(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): told(one) for name, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [told(one) for one in value]
    return str(value)
