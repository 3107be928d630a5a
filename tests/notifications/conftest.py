"""A city with two counties, its people, one case, and something that happens."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from casework.audit import events
from casework.audit.operation import operation
from casework.cases.models import Case, Contact
from casework.cases.transitions import lock
from casework.deadlines.calendar import BEIJING
from casework.deadlines.models import Clock
from casework.offices.models import Office
from casework.offices.roles import Role
from casework.people.models import Worker
from casework.staff.models import RoleGrant, User
from workflows.case_type import case_type

# A Monday, half past nine in the morning in Beijing.
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DUE_ON = date(2026, 3, 6)


@dataclass
class City:
    """Lin takes calls, Chen and Mei mediate in the county, Sun supervises in the city, Zhao is in another county."""

    city: Office
    county: Office
    other: Office
    lin: User
    chen: User
    mei: User
    sun: User
    zhao: User
    case: Case


def an_account(name: str, *roles: tuple[Role, Office], confirmed_by: User | None = None, **over: Any) -> User:
    user = User.objects.create(username=name, display_name=over.pop("display_name", name.title()), **over)
    for role, office in roles:
        RoleGrant.objects.create(
            user=user, role=role, office=office, valid_from=date(2020, 1, 1), confirmed_by=confirmed_by
        )
    return user


def a_case(
    office: Office, opened_by: User, number: str = "TY-410105-2026-000001", kind: str = "toy", **over: Any
) -> Case:
    worker = Worker.objects.create(
        name="王建国", name_folded="王建国", office=office, office_path=office.path, registered_at=AT
    )
    return Case.objects.create(
        number=number,
        case_type=kind,
        flow_class=case_type(kind).flow,
        office=office,
        office_path=office.path,
        opened_by=opened_by,
        opened_at=AT,
        worker=worker,
        worker_label="王**",
        **over,
    )


def an_office(code: str, level: str, below: Office | None = None) -> Office:
    facts = Office(code=code, name=code, level=level, region=code[:6])
    if below is None:
        return Office.objects.add_root(instance=facts)
    return Office.objects.add_child(below, instance=facts)


@pytest.fixture
def town(db: None) -> City:
    city = an_office("410100", "city")
    county, other = an_office("410105", "county", city), an_office("410106", "county", city)
    lin = an_account("lin", (Role.OPERATOR, county))
    chen = an_account("chen", (Role.MEDIATOR, county), display_name="陈静", language="zh-hans")
    mei = an_account("mei", (Role.MEDIATOR, county), language="en")
    sun = an_account("sun", (Role.SUPERVISOR, city), confirmed_by=lin, language="en")
    zhao = an_account("zhao", (Role.MEDIATOR, other))
    case = a_case(county, lin)
    return City(city, county, other, lin, chen, mei, sun, zhao, case)


@operation
def happen(
    *,
    kind: str,
    by: User | None,
    at: datetime | None = None,
    case: Case | None = None,
    stream: str = "office:1",
    times: int = 1,
    **facts: Any,
) -> list[events.Event]:
    """Record that something happened, on the case or in an office."""
    place = lock(case) if case is not None else stream
    return [events.record(place, kind, by=by, at=at or timezone.now(), **facts) for _ in range(times)]


def something(**about: Any) -> list[int]:
    """Have something happen in an operation of its own; return the ids of its events."""
    if about.get("case") is not None:
        about["case"] = Case.objects.get(pk=about["case"].pk)
    return [event.pk for event in happen(**{"at": AT, **about})]


def a_contact(office: Office, taken_by: User) -> Contact:
    return Contact.objects.create(office=office, office_path=office.path, taken_by=taken_by, taken_at=AT)


def a_clock(of: Case | Contact, rule: str = "TY.objection", ordinal: int = 1, **over: Any) -> Clock:
    """Put a clock that is due on the Friday after the first Monday of March."""
    facts = {
        "office_path": of.office_path,
        "started_on": date(2026, 3, 2),
        "started_at": AT,
        "length": 4,
        "nominal_on": DUE_ON,
        "due_on": DUE_ON,
        "due_at": datetime(2026, 3, 6, 16, tzinfo=UTC),
    }
    owner = {"case": of} if isinstance(of, Case) else {"contact": of}
    return Clock.objects.create(rule=rule, ordinal=ordinal, **owner, **facts | over)


def an_alarm(of: Case | Contact, kind: str = "clock.at_risk", rule: str = "TY.objection", **about: Any) -> list[int]:
    """Have a clock say something, as the sweep of due clocks does; return the ids of its events."""
    facts: dict[str, Any] = {"rule": rule, "ordinal": 1, "due_on": DUE_ON.isoformat(), "office_path": of.office_path}
    facts |= {"case": of} if isinstance(of, Case) else {"contact": str(of.uuid)}
    return something(kind=kind, by=None, **facts | about)


def beijing(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of 2026 by the clock on the office's wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)
