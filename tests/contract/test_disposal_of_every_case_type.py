"""A case of every type, led to its end with all that is told in it, is destroyed without a trace but the trail."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from casework.audit.models import EventText
from casework.audit.sealed import SealedTextField
from casework.audit.shredding import belongings, emptied
from casework.audit.verify import verify
from casework.cases.models import Case, case_models
from casework.deadlines.models import Clock
from casework.documents.models import Document
from casework.people.models import HardshipFile, Worker
from casework.people.operations import exit_hardship_file
from casework.rights import disposals
from casework.rights.due import due_for
from casework.rights.models import DisposalLine
from casework.rights.standing import Periods, in_the_way
from config.demo.city import found_city
from tests.factories import AT
from workflows import operations
from workflows.case_type import all_case_types
from workflows.walking import Walk

YEAR = timedelta(days=366)


@pytest.fixture
def city(db, monkeypatch):
    """The city with a closed case of each type."""
    monkeypatch.setattr("casework.documents.engine.print_pdf", lambda html: b"%PDF-1.7 " + html.encode())
    cast = found_city(at=AT)
    for kind in all_case_types():
        if kind.slug != "toy":
            kind.walk(Walk(kind=kind, cast=cast, office=cast.office, at=AT))
    return cast


def test_nothing_is_left_of_a_case_of_any_type(city):
    closed = list(Case.objects.exclude(closed_at=None).order_by("pk"))
    assert {case.case_type for case in closed} == {kind.slug for kind in all_case_types()} - {"toy"}
    ended = max(case.closed_at for case in closed)
    over = ended + 31 * YEAR
    for file in HardshipFile.objects.filter(exited_on=None):
        exit_hardship_file(file=file, reason="已脱困", exited_on=localdate(ended), by=None, at=ended)
    for clock in Clock.objects.filter(case__in=closed, state=Clock.State.RUNNING):  # as they did in the years between
        operations.clock_due(clock=clock, by=None, at=clock.due_at)
    assert [in_the_way(case, Periods(localdate(over))) for case in closed] == [[], [], []]
    keys = [due.key for due in due_for(city["supervisor"], on=localdate(over))]
    assert {f"case:{case.pk}" for case in closed} <= set(keys)

    batch = disposals.propose_disposal(picked=keys, by=city["supervisor"], at=over)
    disposals.confirm_disposal(batch=batch, by=city["supervisor2"], at=over)
    disposals.carry_on(batch=batch, at=over)

    outcomes = list(batch.lines.exclude(outcome=DisposalLine.Outcome.DONE).values_list("case", "outcome", "reason"))
    assert outcomes == []
    assert sealed_left(closed) == {}
    assert not EventText.objects.filter(event__stream__in=[case.stream for case in closed]).exists()
    assert not Document.objects.filter(case__in=closed).exclude(file="").exists()
    assert {file.exit_reason for file in HardshipFile.objects.all()} == {""}
    assert set(Worker.objects.filter(cases__in=closed).values_list("name", flat=True)) == {"已销毁"}
    assert verify(texts=True).faults == []


def test_money_keeps_a_case_for_the_thirty_years_of_its_vouchers(city):
    closed = Case.objects.exclude(closed_at=None)
    paid = {case.pk for case in closed if case.claim_lines.filter(state="settled").exists()}
    assert paid

    for years, due in ((29, False), (31, True)):
        over = max(case.closed_at for case in closed) + years * YEAR
        keys = {found.key for found in due_for(city["supervisor"], on=localdate(over))}
        assert (keys >= {f"case:{pk}" for pk in paid}) is due
        assert (keys & {f"case:{pk}" for pk in paid} != set()) is due


def sealed_left(cases):
    """Return which sealed columns of the rows that belong to cases still hold something."""
    left = {}
    for owner in (Case, *case_models()):
        for model, path in ((owner, "pk"), *belongings(owner)):
            for field in model._meta.local_concrete_fields:
                if isinstance(field, SealedTextField) and field.name in emptied(model):
                    rows = model._base_manager.filter(**{f"{path}__in": [case.pk for case in cases]})
                    if any(getattr(row, field.name) for row in rows):
                        left[f"{model.__name__}.{field.name}"] = path
    return left
