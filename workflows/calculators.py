"""Calculators: what the law gives, worked out while somebody is on the phone.

A case type brings its own in a module `calculators` with a tuple `CALCULATORS`; the app registry finds them, and
nothing else is edited. A calculator is a short form and a pure function from its answers to a `Result`. Nothing that
is typed is stored, unless somebody keeps the result on a case.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, NotFound, Text
from casework.funds.reckoning import Step, in_words
from casework.offices import values
from casework.offices.attempts import typed_in
from casework.offices.models import LocalParameter, Office
from casework.offices.queries import parameters_on
from casework.templatetags.gongdao import cn_date

from .case_type import CaseType, all_case_types, case_type

# The minimum wage of a month of the place, which several types of case reckon with.
MINIMUM_WAGE_PARAMETER = "wage.minimum_monthly"


class UnknownCalculator(NotFound):
    """No case type brings a calculator of that name."""

    message = _("There is no such calculator.")


@dataclass(frozen=True)
class Result:
    """What a calculator came to.

    Args:
        headline: the answer in a word or a sum.
        sentence: the answer as it is read out on the phone, in one sentence.
        law: the articles it rests on.
        steps: how it came about, line by line.
        amount: the sum, where the answer is one.
        code: the answer as a code, where it is none.
    """

    headline: Text
    sentence: Text
    law: str
    steps: tuple[Step, ...]
    amount: Decimal | None = None
    code: str = ""


@dataclass(frozen=True)
class Known:
    """A value of a place, with the document it stands in, since when it holds and where."""

    value: Decimal
    source: str
    since: date | None = None
    place: str = ""

    @classmethod
    def entered(cls, row: LocalParameter) -> "Known | None":
        """Return a local parameter's value; none where what was entered is no sum of money."""
        try:
            return cls(values.a_sum(row.value), row.source, row.valid_from, str(row.office))
        except values.UnreadableValue:
            return None

    def __str__(self) -> str:
        since = _now("since %(day)s") % {"day": cn_date(self.since)} if self.since else ""
        return " · ".join(filter(None, (self.place, since, self.source)))


class CalculatorForm(forms.Form):
    """The short form of a calculator: what it asks, some of it already filled in with the values of the place.

    A local value shows where it comes from, and whoever types another one is believed. When the day asked about is
    changed, the values that nobody typed over follow it.
    """

    # Fields whose value a place rules, each with the code of its local parameter.
    local: ClassVar[Mapping[str, str]] = {}
    # The field that holds the day they are asked for; without one, today.
    day: ClassVar[str] = ""

    shown_for = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        office: Office,
        today: date,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.office, self.today = office, today
        known = dict(initial or {})
        if self.day:
            known.setdefault(self.day, today)
        on = self._day_of(data, self.day) or known.get(self.day) or today
        self.known = self.known_on(on)
        if data is not None:
            data = self._followed(data, on)
        values = {name: value.value for name, value in self.known.items()}
        super().__init__(data, initial={**values, **known, "shown_for": on})
        for name in self.local:
            field = self.fields[name]
            field.help_text = " ".join(filter(None, (str(field.help_text), self._said_of(name, on))))
        if data is None:  # whoever opens the page types at once; an answer or a refusal is read first
            first = next(field for field in self.fields.values() if not field.widget.is_hidden)
            first.widget.attrs["autofocus"] = True

    def known_on(self, on: date) -> dict[str, Known]:
        """Return the values of the place on a day, by field; what nobody has entered is left out."""
        rows = parameters_on(self.local.values(), self.office, on)
        found = {name: Known.entered(rows[code]) for name, code in self.local.items() if code in rows}
        return {name: value for name, value in found.items() if value is not None}

    def _day_of(self, data: Mapping[str, Any] | None, name: str) -> date | None:
        """Return a day as it was typed; none when it cannot be read, which its own field will say."""
        field = self.base_fields.get(name)
        if data is None or field is None:
            return None
        try:
            return field.clean(data.get(name))
        except ValidationError:
            return None

    def _followed(self, data: Mapping[str, Any], on: date) -> Mapping[str, Any]:
        """Return the answers with the local values of the day, where the last ones were not typed over."""
        shown_for = self._day_of(data, "shown_for") or on
        before = self.known if shown_for == on else self.known_on(shown_for)
        typed = data.copy()  # type: ignore[attr-defined]
        for name in self.local:
            if name in self.known and _is(typed.get(name), before.get(name)):
                typed[name] = str(self.known[name].value)
        typed["shown_for"] = on.isoformat()
        return typed

    def _said_of(self, name: str, on: date) -> str:
        if name in self.known:
            return escape(str(self.known[name]))
        return _now("Nobody has entered it for %(office)s on %(day)s: type it.") % {
            "office": escape(str(self.office)),
            "day": cn_date(on),
        }

    def facts(self) -> dict[str, Any]:
        """Return what the calculator's function takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "shown_for"}


def _is(typed: Any, known: Known | None) -> bool:
    """Return whether what stands in a field is what was known, or nothing at all."""
    if typed in (None, ""):
        return True
    try:
        return known is not None and Decimal(str(typed)) == known.value
    except InvalidOperation:
        return False


@dataclass(frozen=True)
class Calculator:
    """One question the law answers with a sum, a day or a word.

    Args:
        code: its name in addresses and events, unique in its type.
        title: what it is called.
        law: the articles it goes by.
        form: what it asks.
        reckon: works the answer out from the form's facts; pure.
        prefill: what a case of the type already knows, by the form's fields.
    """

    code: str
    title: Text
    law: str
    form: type[CalculatorForm]
    reckon: Callable[..., Result]
    prefill: Callable[[Any], Mapping[str, Any]] | None = None

    def known_of(self, case: Any) -> dict[str, Any]:
        """Return what a case already knows; a fact nobody has recorded is left out."""
        found = self.prefill(case) if self.prefill is not None else {}
        return {name: value for name, value in found.items() if value not in (None, "")}


def check_value(code: str, value: Any) -> None:
    """Refuse a value that a calculator asks for as a sum and that is none.

    Raises:
        UnreadableValue: says how a sum is written.
    """
    if any(code in found.form.local.values() for _kind, brought in all_calculators() for found in brought):
        values.a_sum(value)


values.CHECKS.append(check_value)


def worked_out(found: Calculator, case: Any, today: date) -> Result | None:
    """Return what a calculator comes to by what a case and its place know alone; nothing when something is missing."""
    known = found.known_of(case)
    unbound = found.form(office=case.office, today=today, initial=known)
    given = {name: unbound.get_initial_for_field(field, name) for name, field in unbound.fields.items()}
    typed = {name: _as_typed(value) for name, value in given.items() if value is not None}
    form = found.form(typed, office=case.office, today=today)
    try:
        return found.reckon(**form.facts()) if form.is_valid() else None
    except CaseworkError:
        return None


def _as_typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def calculators_of(kind: CaseType) -> tuple[Calculator, ...]:
    """Return the calculators a case type brings; none when it has no such module."""
    module = f"{kind.name}.{kind.calculators}"
    return tuple(import_module(module).CALCULATORS) if find_spec(module) else ()


def all_calculators() -> Iterator[tuple[CaseType, tuple[Calculator, ...]]]:
    """Yield every type that brings calculators, with them."""
    for kind in all_case_types():
        if found := calculators_of(kind):
            yield kind, found


def calculator(kind: CaseType, code: str) -> Calculator:
    """Return a calculator of a type by its code.

    Raises:
        UnknownCalculator: the type brings none of that name.
    """
    for found in calculators_of(kind):
        if found.code == code:
            return found
    raise UnknownCalculator


def name_of(kind: CaseType, found: Calculator) -> str:
    """Return a calculator's name in events: its type and its code."""
    return f"{kind.slug}.{found.code}"


def named(name: str) -> Calculator:
    """Return a calculator by its name in events.

    Raises:
        UnknownCaseType, UnknownCalculator: there is none.
    """
    slug, _dot, code = name.partition(".")
    return calculator(case_type(slug), code)


def title_of(name: str) -> Text:
    """Return what a calculator is called, by its name in events; one that is gone reads as its name."""
    try:
        return named(name).title
    except NotFound:
        return name


def told(title: Text, result: Result, form: forms.BaseForm | None = None) -> str:
    """Write a result down for what is sealed beside an event: what it answers, what was typed, every step."""
    inputs = [f"{entry['label']}{_now(': ')}{entry['value']}" for entry in typed_in(form)] if form is not None else []
    return "\n".join([f"{title} ({result.law})", str(result.sentence), *inputs, in_words(result.steps)])


def sum_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    """Return a field for a sum in yuan."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
