"""The contents page: every record of the house, room by room, from the ground up."""

from casework.audit.models import AccessRecord, Event, EventText, Stream
from casework.employers.models import Employer, EnterpriseVisit, KeySupervision
from casework.offices.models import CalendarDay, DutyShift, LocalParameter, NumberCounter, Office
from casework.people.models import (
    BankAccount,
    Consent,
    HardshipFile,
    Household,
    HouseholdMember,
    NamePiece,
    Worker,
)
from casework.staff.models import RoleGrant, User

__all__ = [
    "AccessRecord",
    "BankAccount",
    "CalendarDay",
    "Consent",
    "DutyShift",
    "Employer",
    "EnterpriseVisit",
    "Event",
    "EventText",
    "HardshipFile",
    "Household",
    "HouseholdMember",
    "KeySupervision",
    "LocalParameter",
    "NamePiece",
    "NumberCounter",
    "Office",
    "RoleGrant",
    "Stream",
    "User",
    "Worker",
]
