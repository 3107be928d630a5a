"""What is done to the records of employers."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import CaseworkError, InvalidFacts, WrongState
from casework.audit.once import saved_once
from casework.audit.operation import operation
from casework.offices.doors import demand
from casework.offices.models import Office
from casework.people import identifiers
from casework.staff.models import User

from .models import Employer, EnterpriseVisit, KeySupervision


class DuplicateEmployer(CaseworkError):
    """An employer with this code is on record."""

    message = _("An employer with this code is on record.")

    def __init__(self, employer: Employer) -> None:
        super().__init__(_now("This code belongs to an employer on record: %(name)s.") % {"name": employer.name})
        self.employer = employer


class UnderSupervision(WrongState):
    """An employer is put under close supervision once at a time."""

    message = _("This employer is under close supervision already.")


class NotUnderSupervision(WrongState):
    """Close supervision can end only where it has begun."""

    message = _("This employer is not under close supervision.")


@operation
def register_employer(
    *,
    name: str,
    office: Office,
    uscc: str = "",
    region: str = "",
    address: str = "",
    phone: str = "",
    contact_person: str = "",
    by: User | None,
    at: datetime,
) -> Employer:
    """Put an employer on record.

    Raises:
        InvalidFacts: the name is empty, or a number cannot be right.
        DuplicateEmployer: its code is on record.
    """
    demand(by, "employer.write", office)
    employer = Employer(office=office, office_path=office.path, registered_at=at)
    facts = {"name": name, "uscc": uscc, "region": region, "address": address}
    _describe(employer, facts | {"phone": phone, "contact_person": contact_person})
    _refuse_duplicate(employer)
    with saved_once(lambda: _refuse_duplicate(employer)):
        employer.save()
    events.record(events.office_stream(office), "employer.registered", by=by, at=at, employer=str(employer.uuid))
    return employer


# What a register of firms says of every firm; its name and how it is reached may be a person's.
_CODES = ("uscc", "region")


@operation
def update_employer(*, employer: Employer, by: User | None, at: datetime, **changes: Any) -> Employer:
    """Change an employer's record: the facts given, nothing else.

    Raises:
        InvalidFacts: a number cannot be right.
        DuplicateEmployer: the new code is on record.
    """
    demand(by, "employer.write", employer)
    employer.refresh_from_db(from_queryset=Employer.objects.select_for_update(no_key=True))
    before = {name: getattr(employer, name) for name in {*changes, *_CODES}}
    _describe(employer, changes)
    changed = sorted(name for name in changes if getattr(employer, name) != before[name])
    if not changed:
        return employer
    if "uscc" in changed:
        _refuse_duplicate(employer)
    with saved_once(lambda: _refuse_duplicate(employer)):
        # A new code may have brought the region with it.
        employer.save(update_fields={*changed, "region"})
    codes = events.changes(before, {name: getattr(employer, name) for name in _CODES})
    _record("employer.updated", employer, by=by, at=at, fields=", ".join(changed), changes=codes)
    return employer


@operation
def start_supervision(
    *, employer: Employer, reason: str, since_on: date, by: User | None, at: datetime
) -> KeySupervision:
    """Put an employer under close supervision.

    Raises:
        UnderSupervision: it is.
        InvalidFacts: no reason was given.
    """
    demand(by, "employer.write", employer)
    _lock(employer)
    if employer.is_key_supervised:
        raise UnderSupervision
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why.")]})
    period = KeySupervision.objects.create(employer=employer, reason=reason.strip(), since_on=since_on)
    employer.is_key_supervised = True
    employer.save(update_fields=["is_key_supervised"])
    _record("employer.supervision_started", employer, by=by, at=at, text=reason.strip(), on=since_on.isoformat())
    return period


@operation
def end_supervision(*, employer: Employer, until_on: date, by: User | None, at: datetime) -> KeySupervision:
    """Take an employer off the list.

    Raises:
        NotUnderSupervision: it is not on it.
        InvalidFacts: the day is before the beginning.
    """
    demand(by, "employer.write", employer)
    _lock(employer)
    period = KeySupervision.objects.filter(employer=employer, until_on__isnull=True).first()
    if period is None:
        raise NotUnderSupervision
    if until_on < period.since_on:
        raise InvalidFacts({"until_on": [_now("Supervision began later than this day.")]})
    period.until_on = until_on
    period.save(update_fields=["until_on"])
    employer.is_key_supervised = False
    employer.save(update_fields=["is_key_supervised"])
    _record("employer.supervision_ended", employer, by=by, at=at, on=until_on.isoformat())
    return period


@operation
def record_enterprise_visit(
    *, employer: Employer, visited_on: date, findings: str, by: User, at: datetime
) -> EnterpriseVisit:
    """Record a visit to an enterprise and what was found; every office may visit any employer.

    Raises:
        InvalidFacts: nothing was written down.
    """
    demand(by, "employer.write")
    if not findings.strip():
        raise InvalidFacts({"findings": [_now("Write down what was found.")]})
    visit = EnterpriseVisit.objects.create(
        employer=employer, visited_by=by, visited_on=visited_on, findings=findings.strip()
    )
    _record("employer.visited", employer, by=by, at=at, visit=str(visit.uuid), on=visited_on.isoformat())
    return visit


def _describe(employer: Employer, facts: dict[str, Any]) -> None:
    """Set what an employer is called and how it is reached, checked and in one form."""
    errors: dict[str, list[str]] = {}
    for name in facts.keys() & {"name", "region", "address", "contact_person"}:
        setattr(employer, name, " ".join(facts[name].split()))
    if not employer.name:
        errors["name"] = [_now("Enter a name.")]
    try:
        if "uscc" in facts:
            employer.uscc = identifiers.credit_code(facts["uscc"]).number if facts["uscc"] else None
            # The code says where the body is registered.
            employer.region = employer.region or (employer.uscc or "")[2:8]
    except identifiers.InvalidIdentifier as error:
        errors["uscc"] = [str(error)]
    try:
        if "phone" in facts:
            employer.phone = identifiers.phone(facts["phone"]).number if facts["phone"].strip() else ""
    except identifiers.InvalidIdentifier as error:
        errors["phone"] = [str(error)]
    if errors:
        raise InvalidFacts(errors)


def _refuse_duplicate(employer: Employer) -> None:
    other = Employer.objects.filter(uscc=employer.uscc).exclude(pk=employer.pk).first() if employer.uscc else None
    if other is not None:
        raise DuplicateEmployer(other)


def _lock(employer: Employer) -> None:
    employer.refresh_from_db(from_queryset=Employer.objects.select_for_update(no_key=True))


def _record(kind: str, employer: Employer, *, by: User | None, at: datetime, text: str = "", **facts: Any) -> None:
    events.record(
        events.office_stream(employer.office), kind, by=by, at=at, text=text, employer=str(employer.uuid), **facts
    )
