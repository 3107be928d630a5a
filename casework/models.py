"""The contents page: every record of the house, room by room, from the ground up."""

from casework.audit.models import AccessRecord, Checkpoint, Event, EventText, Posting, Stream
from casework.cases.models import (
    Case,
    CaseLink,
    CaseTask,
    ClaimLine,
    Contact,
    Draft,
    HandOver,
    ReturnVisit,
    Signature,
)
from casework.deadlines.models import Clock, Recount, RecountLine
from casework.documents.models import (
    ChecklistItem,
    Document,
    Letter,
    LetterDelivery,
    LetterRun,
    LetterRunLine,
    LetterSignature,
    LetterText,
)
from casework.employers.models import Employer, EnterpriseVisit, KeySupervision
from casework.funds.models import Fund, GuardOverride, Payout, PayoutBatch, Reservation
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
    "Case",
    "CaseLink",
    "CaseTask",
    "ChecklistItem",
    "Checkpoint",
    "ClaimLine",
    "Clock",
    "Consent",
    "Contact",
    "Document",
    "Draft",
    "DutyShift",
    "Employer",
    "EnterpriseVisit",
    "Event",
    "EventText",
    "Fund",
    "GuardOverride",
    "HandOver",
    "HardshipFile",
    "Household",
    "HouseholdMember",
    "KeySupervision",
    "Letter",
    "LetterDelivery",
    "LetterRun",
    "LetterRunLine",
    "LetterSignature",
    "LetterText",
    "LocalParameter",
    "NamePiece",
    "NumberCounter",
    "Office",
    "Payout",
    "PayoutBatch",
    "Posting",
    "Recount",
    "RecountLine",
    "Reservation",
    "ReturnVisit",
    "RoleGrant",
    "Signature",
    "Stream",
    "User",
    "Worker",
]
