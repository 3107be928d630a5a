"""Why a clock ends when it ends, in words: for the page of a case, and for whoever has to tell the worker."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from casework.audit import events
from casework.templatetags.gongdao import cn_date, cn_moment

from .course import pauses_of
from .models import Clock
from .operations import latest_extension
from .queries import OfficePlace
from .rules import Consent, CountedDay, DeadlineRule, Owing, Passed, Unit, counted_days


@dataclass(frozen=True)
class Said:
    """One day of the count, as the page says it."""

    day: date
    number: int | None
    note: str


@dataclass(frozen=True)
class Explanation:
    """Why a clock ends when it ends, who has to act, and what would stop, restart or lengthen it."""

    clock: Clock
    title: str
    law: str
    certainty: str
    formula: str
    owed_by: str = ""
    counted: list[Said] = field(default_factory=list)
    kept_by: str = ""
    ended_by: str = ""
    restarted_by: str = ""
    suspended_by: str = ""
    resumed_by: str = ""
    extension: str = ""
    pauses: list[str] = field(default_factory=list)
    once_passed: str = ""

    @property
    def tone(self) -> str:
        """Return the badge's tone for the clock's state."""
        state = self.clock.state
        if self.clock.is_late or self.once_passed:
            return "bad"
        if self.clock.is_running and self.clock.alarm == Clock.Alarm.AT_RISK:
            return "warn"
        tones = {Clock.State.RUNNING: "info", Clock.State.SATISFIED: "good", Clock.State.SUSPENDED: "warn"}
        return tones.get(Clock.State(state), "neutral")

    @property
    def state(self) -> str:
        """Return what became of it, in a word or two."""
        if self.clock.is_late:
            return _now("Overdue")
        if self.clock.is_running and self.clock.alarm == Clock.Alarm.AT_RISK:
            return _now("At risk")
        return str(self.clock.get_state_display())

    @property
    def is_provisional(self) -> bool:
        """Whether the end may still move because a year's holidays are not published."""
        return self.clock.provisional and self.clock.is_owed

    @property
    def rolled(self) -> bool:
        """Whether rest days moved the end."""
        return self.clock.due_on != self.clock.nominal_on


def explain(clock: Clock, office_path: str) -> Explanation:
    """Say by which law and how a clock was counted, in the reader's language."""
    rule = clock.known_rule
    if rule is None:
        return Explanation(clock, clock.rule, "", "", _now("The rule of this clock is no longer installed."))
    place = OfficePlace(office_path)
    # the clock keeps its length; the unit is that of the place on its first day
    rule = place.here(rule, clock.started_on)
    counted = counted_days(rule, clock.started_on, clock.end, place.calendar, pauses_of(clock))
    return Explanation(
        clock,
        str(rule.title),
        rule.law,
        _certainties()[str(rule.certainty)],
        _formula(rule, clock),
        owed_by=owing_titles()[Owing(rule.owed_by)],
        counted=[] if clock.extended_until else [Said(day.day, day.number, _note(day)) for day in counted],
        kept_by=_titles(rule.satisfied_by),
        ended_by=_titles(rule.cancelled_by),
        restarted_by=_titles(rule.restarted_by),
        suspended_by=_titles(rule.suspended_by),
        resumed_by=_titles(rule.resumed_by),
        extension=_extension(rule, clock, place),
        pauses=_pauses(clock),
        once_passed=_once_passed(rule, clock),
    )


def _once_passed(rule: DeadlineRule, clock: Clock) -> str:
    """Say what holds after the end of a right; nothing is refused here because of it."""
    if not rule.lapses or clock.state != Clock.State.EXPIRED:
        return ""
    lost = _now(
        "The period has passed: what had to be done in it now comes too late, unless the body it goes to excuses it."
    )
    return str(rule.once_passed) or lost


def _certainties() -> dict[str, str]:
    return {
        "statutory": _now("Fixed by law"),
        "configurable": _now("Local rule"),
        "convention": _now("Usual practice, no text fixes it"),
    }


def owing_titles() -> dict[Owing, str]:
    """Return who has to act, in words."""
    return {
        Owing.OFFICE: _now("The union has to act"),
        Owing.WORKER: _now("The worker has to act"),
        Owing.EMPLOYER: _now("The employer has to act"),
        Owing.BODY: _now("Another body has to act"),
    }


def _titles(kinds: tuple[str, ...]) -> str:
    return _now(", ").join(dict.fromkeys(events.title(kind) for kind in kinds))


def length_in_words(unit: Unit, length: int) -> str:
    """Return a length with its unit."""
    words = {
        Unit.DAYS: ngettext("%d day", "%d days", length),
        Unit.WORKING_DAYS: ngettext("%d working day", "%d working days", length),
        Unit.MONTHS: ngettext("%d month", "%d months", length),
        Unit.YEARS: ngettext("%d year", "%d years", length),
        Unit.HOURS: ngettext("%d hour", "%d hours", length),
        Unit.WORKING_HOURS: ngettext("%d office hour", "%d office hours", length),
    }
    return words[unit] % length


def _formula(rule: DeadlineRule, clock: Clock) -> str:
    unit = Unit(rule.unit)
    facts = {
        "length": length_in_words(unit, clock.length),
        "start": cn_date(clock.started_on),
        "nominal": cn_date(clock.nominal_on),
        "due": cn_date(clock.due_on),
    }
    if clock.extended_until:
        said = _now("Extended to %(nominal)s.") % facts
    elif unit.counts_hours:
        facts["start"] = cn_moment(clock.started_at)
        facts["nominal"] = cn_moment(clock.due_at)
        said = _now("%(length)s from %(start)s: %(nominal)s.") % facts
    elif rule.opens:
        said = _now("Possible from the day after %(length)s from %(start)s: %(nominal)s.") % facts
    elif rule.counts_back:
        said = _now("%(length)s before %(start)s, that day not counted: %(nominal)s.") % facts
    else:
        said = _now("%(length)s from %(start)s, that day not counted: %(nominal)s.") % facts
    if clock.due_on != clock.nominal_on:
        said += " " + _now("That is a rest day, so it ends on %(due)s.") % facts
    return said


def _note(day: CountedDay) -> str:
    if day.passed is Passed.STOOD_STILL:
        return _now("stood still")
    rests = {Passed.REST: _now("rest day, not counted"), Passed.ROLLED: _now("rest day, the end moves on")}
    words = [day.name] if day.name else []
    return _now(", ").join([*words, *([rests[day.passed]] if day.passed else [])])


def _pauses(clock: Clock) -> list[str]:
    said = []
    for since, until in pauses_of(clock):
        number = (until - since).days
        facts = {"since": cn_date(since), "until": cn_date(until), "number": number}
        said.append(
            ngettext(
                "Stood still from %(since)s to %(until)s: %(number)d day is added.",
                "Stood still from %(since)s to %(until)s: %(number)d days are added.",
                number,
            )
            % facts
        )
    open_since = [date.fromisoformat(first) for first, again, *_causes in clock.pauses if again is None]
    said += [_now("Stands still since %(since)s.") % {"since": cn_date(since)} for since in open_since]
    return said


def _extension(rule: DeadlineRule, clock: Clock, place: OfficePlace) -> str:
    if rule.extension is None:
        return ""
    words = {
        Consent.OFFICE: _now("A supervisor may extend it, with a reason."),
        Consent.BOTH_SIDES: _now("It may be extended if both parties agree."),
        Consent.HEAD: _now("The head of the office may approve an extension."),
        Consent.BODY: _now("The body whose period it is may extend it."),
    }
    said = words[Consent(rule.extension.consent)]
    latest = latest_extension(clock, rule, place)
    if latest is not None:
        said += " " + _now("At the latest to %(day)s.") % {"day": cn_date(latest)}
    return f"{said} {rule.extension.law}".strip()
