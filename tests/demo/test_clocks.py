"""The clocks of the demonstration: whatever happened to a case, its events alone give the same rows."""

import pytest
from django.db.models import F, Q

from casework.cases.models import Contact
from casework.deadlines import operations
from casework.deadlines.models import Clock
from workflows.case_type import all_case_types

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]

OF_THE_EVENTS = [field.attname for field in Clock._meta.concrete_fields if field.attname not in ("id", "office_path")]


def rows(clocks, **owner):
    """Return clocks as plain values, with whose they are."""
    return sorted(
        (tuple({**{name: getattr(clock, name) for name in OF_THE_EVENTS}, **owner}.items()) for clock in clocks),
        key=str,
    )


@pytest.mark.parametrize("kind", all_case_types(), ids=lambda kind: kind.slug)
def test_every_case_reckoned_from_its_events_has_the_rows_it_has(kind):
    cases = list(kind.model.objects.all())

    differing = [
        case.number
        for case in cases
        if rows(operations.reckoned(case).clocks, case_id=case.pk) != rows(Clock.objects.filter(case_id=case.pk))
    ]

    assert cases
    assert differing == []


def test_every_contact_reckoned_from_its_events_has_the_rows_it_has():
    contacts = list(Contact.objects.filter(clocks__isnull=False).select_related("case").distinct())

    differing = [
        contact.pk
        for contact in contacts
        if rows(operations.reckoned_contact(contact).clocks, contact_id=contact.pk)
        != rows(Clock.objects.filter(contact=contact))
    ]

    assert len(contacts) > 10
    assert differing == []


def test_every_clock_stands_where_its_case_or_contact_does():
    here = Q(case__office_path=F("office_path")) | Q(contact__office_path=F("office_path"))

    assert Clock.objects.exists()
    assert not Clock.objects.exclude(here).exists()


def test_somebody_was_warned_before_a_breach_and_somebody_above_after_one():
    told = set(Clock.objects.exclude(alarm="").values_list("alarm", flat=True))

    assert told == {"at_risk", "breached", "passed_up"}
    assert Clock.objects.filter(is_late=True).exists()
