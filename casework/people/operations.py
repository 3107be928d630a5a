"""What is done to the records of workers and their households."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import access, events
from casework.audit.errors import AlreadyDone, CaseworkError, InvalidFacts, WrongState
from casework.audit.models import Reading
from casework.audit.once import hold_while_keys_change, saved_once
from casework.audit.operation import operation
from casework.offices.days import add_months
from casework.offices.doors import demand, insist
from casework.offices.models import Office
from casework.offices.operations import next_number
from casework.offices.queries import parameter_or
from casework.staff.models import User

from . import identifiers, privacy, queries
from .files import REVIEW_PARAMETER, REVIEWED_AFTER
from .models import (
    ACCOUNT_HASH,
    ID_HASH,
    BankAccount,
    Consent,
    HardshipCategory,
    HardshipFile,
    Household,
    HouseholdMember,
    IdType,
    NamePiece,
    Purpose,
    Worker,
)

if TYPE_CHECKING:
    from casework.employers.models import Employer

# The notice about personal data that workers are given now (个人信息保护法 art. 17).
NOTICE_VERSION = "2026-1"

# What a worker's record shows masked, and may show in clear for a reason.
REVEALABLE = ("name", "id_number", "phone", "address")


class DuplicateWorker(CaseworkError):
    """A worker with this ID number is on record. It says where to ask, and nothing about the worker."""

    message = _("This person is already on record.")

    def __init__(self, known: queries.Known) -> None:
        super().__init__(
            _now("This person is already on record at %(office)s, phone %(phone)s.")
            % {"office": known.office_name, "phone": known.office_phone or "—"}
        )
        self.known = known


class FileIsOpen(WrongState):
    """A household has one hardship file at a time."""

    message = _("This household is on file already.")


class FileIsClosed(WrongState):
    """An exited file does not change any more."""

    message = _("This hardship file is closed.")


@operation
def register_worker(
    *,
    name: str,
    office: Office,
    id_type: str = IdType.RESIDENT,
    id_number: str = "",
    phone: str = "",
    sex: str = "",
    birth_on: date | None = None,
    address: str = "",
    union_member: bool = False,
    native_place: str = "",
    employer: "Employer | None" = None,
    by: User | None,
    at: datetime,
) -> Worker:
    """Put a worker on record at an office. An ID card gives sex and date of birth by itself.

    Raises:
        InvalidFacts: the name is empty, or a number cannot be right.
        DuplicateWorker: the ID number is on record, here or at another office.
    """
    demand(by, "person.write", office)
    worker = Worker(
        address=address.strip(),
        union_member=union_member,
        native_place=native_place.strip(),
        employer=employer,
        office=office,
        office_path=office.path,
        registered_at=at,
    )
    facts = {"name": name, "id_type": id_type, "id_number": id_number, "phone": phone}
    _identify(worker, facts | {"sex": sex, "birth_on": birth_on}, at)
    _save_unless_known(worker)
    _save_name_pieces(worker)
    stream = events.office_stream(office)
    events.record(stream, "worker.registered", by=by, at=at, person=worker.pk, worker=str(worker.uuid))
    return worker


@operation
def update_worker(*, worker: Worker, by: User | None, at: datetime, **changes: Any) -> Worker:
    """Change a worker's record: the facts given, and what follows from them; nothing else.

    Raises:
        InvalidFacts: a number cannot be right.
        DuplicateWorker: the new ID number is on record.
    """
    _demand(by, "person.write", worker)
    worker.refresh_from_db(from_queryset=Worker.objects.select_for_update(no_key=True))
    before = {name: getattr(worker, name) for name in changes}
    identifying = {name: changes[name] for name in _IDENTIFYING & changes.keys()}
    for name, value in changes.items():
        if name not in identifying:
            setattr(worker, name, value)
    _identify(worker, identifying, at)
    changed = sorted(name for name in changes if getattr(worker, name) != before[name])
    if not changed:
        return worker
    if {"id_number", "id_type"} & set(changed):
        _save_unless_known(worker)
    else:
        worker.save()
    if "name" in changed:
        NamePiece.objects.filter(worker=worker).delete()
        _save_name_pieces(worker)
    events.record(
        events.office_stream(worker.office),
        "worker.updated",
        by=by,
        at=at,
        worker=str(worker.uuid),
        person=worker.pk,
        fields=", ".join(changed),
    )
    return worker


def _demand(by: User | None, act: str, worker: Worker) -> None:
    """Ask for permission on a worker's record; a case that came to one's office opens it, too."""
    if by is None or by.is_public or worker.pk is None:
        demand(by, act, worker)
        return
    insist(queries.may_reach(by, act, worker))


_IDENTIFYING = {"name", "id_type", "id_number", "phone", "sex", "birth_on"}


def _identify(worker: Worker, facts: dict[str, Any], at: datetime) -> None:
    """Set what names a worker, checked and in its one form, with the keys it is looked up by."""
    errors: dict[str, list[str]] = {}
    for name in ("sex", "birth_on", "id_type"):
        if name in facts:
            setattr(worker, name, facts[name])
    if "name" in facts:
        worker.name = " ".join(facts["name"].split())
        worker.name_folded = identifiers.fold_name(worker.name)
        if not worker.name_folded:
            errors["name"] = [_now("Enter a name.")]
    try:
        if "id_number" in facts or "id_type" in facts:
            _take_id(worker, facts.get("id_number", worker.id_number), at)
    except identifiers.InvalidIdentifier as error:
        errors["id_number"] = [str(error)]
    try:
        if "phone" in facts:
            worker.phone = identifiers.phone(facts["phone"]).number if facts["phone"].strip() else ""
            worker.phone_key = queries.phone_key(worker.phone)
    except identifiers.InvalidIdentifier as error:
        errors["phone"] = [str(error)]
    if errors:
        raise InvalidFacts(errors)


def _take_id(worker: Worker, number: str, at: datetime) -> None:
    if not number.strip():
        worker.id_number = worker.id_key = ""
        return
    said = identifiers.identity(worker.id_type, number, timezone.localdate(at))
    worker.id_number, worker.id_key = said.number, queries.id_key(said.number)
    worker.birth_on, worker.sex = said.birth_on or worker.birth_on, said.sex or worker.sex


def _save_unless_known(worker: Worker) -> None:
    """Save a worker whose ID number is on no other record, also when two people enter it at the same moment."""
    if worker.id_key:
        hold_while_keys_change(ID_HASH, worker.id_number)
    _refuse_duplicate(worker)
    if not worker.id_key:
        worker.save()
        return
    with saved_once(lambda: _refuse_duplicate(worker)):
        worker.save()


def _refuse_duplicate(worker: Worker) -> None:
    known = queries.known_elsewhere(worker.id_number, worker.id_type, besides=worker)
    if known is not None:
        raise DuplicateWorker(known)


def _save_name_pieces(worker: Worker) -> None:
    NamePiece.objects.bulk_create(
        NamePiece(worker=worker, piece=piece) for piece in sorted(identifiers.name_pieces(worker.name))
    )


@operation
def reveal_field(*, worker: Worker, field: str, reason: str, case_number: str = "", by: User, at: datetime) -> str:
    """Return a masked value in clear, and keep who asked, when and why.

    Raises:
        InvalidFacts: no reason was given, or there is no such value.
    """
    _demand(by, "person.reveal", worker)
    if field not in REVEALABLE:
        raise InvalidFacts({"field": [_now("Choose one of the values shown.")]})
    case_number = case_number or queries.way_to(by, worker)[1]
    note_access(subject=worker, purpose=Reading(field), reason=reason, case_number=case_number, by=by, at=at)
    return getattr(worker, field)


@operation
def reveal_account(*, account: BankAccount, reason: str, by: User, at: datetime) -> str:
    """Return a bank account's number in clear, and keep who asked, when and why.

    Raises:
        InvalidFacts: no reason was given.
    """
    _demand(by, "person.reveal", account.worker)
    number = queries.way_to(by, account.worker)[1]
    note_access(subject=account.worker, purpose=Reading.ACCOUNT_NUMBER, reason=reason, case_number=number, by=by, at=at)
    return account.number


@operation
def reveal_member_id(*, member: HouseholdMember, reason: str, by: User, at: datetime) -> str:
    """Return the ID number of a household member in clear, and keep who asked, when and why.

    Raises:
        InvalidFacts: no reason was given.
    """
    head = member.household.head
    _demand(by, "person.reveal", head)
    number = queries.way_to(by, head)[1]
    note_access(subject=head, purpose=Reading.MEMBER_ID, reason=reason, case_number=number, by=by, at=at)
    return member.id_number


@operation
def note_reader(*, subject: Worker, case_number: str, by: User, at: datetime, purpose: Reading = Reading.CASE) -> None:
    """Keep that a person read a worker's data, on a case or beside one: one row per person, case, purpose and day."""
    office = subject.office_id
    access.keep(subject=subject.uuid, office=office, purpose=purpose, case_number=case_number, by=by, at=at)


@operation
def note_access(
    *, subject: Worker, purpose: Reading, reason: str, case_number: str = "", by: User, at: datetime
) -> None:
    """Keep that a person had personal data shown in clear, and why: each time in the trail, once a day in the register.

    Raises:
        InvalidFacts: no reason was given.
    """
    if not reason.strip():
        raise InvalidFacts({"reason": [_now("Say why you need it.")]})
    note_reader(subject=subject, purpose=purpose, case_number=case_number, by=by, at=at)
    events.record(
        events.office_stream(subject.office),
        "worker.revealed",
        by=by,
        at=at,
        text=reason.strip(),
        worker=str(subject.uuid),
        person=subject.pk,
        field=purpose,
        case=case_number,
    )


# --- households and hardship files ----------------------------------------------------------------------------------


@operation
def form_household(*, head: Worker, by: User | None, at: datetime) -> Household:
    """Record a worker's household, or return the one that is on record."""
    _demand(by, "person.write", head)
    household, is_new = Household.objects.get_or_create(
        head=head, defaults={"office": head.office, "office_path": head.office_path, "formed_at": at}
    )
    if is_new:
        events.record(
            events.office_stream(head.office),
            "household.formed",
            by=by,
            at=at,
            household=household.pk,
            head=str(head.uuid),
            person=head.pk,
        )
    return household


@operation
def add_household_member(
    *,
    household: Household,
    name: str,
    relation: str,
    occupation: str,
    id_number: str = "",
    birth_on: date | None = None,
    workplace: str = "",
    monthly_income: Decimal = Decimal("0.00"),
    by: User | None,
    at: datetime,
) -> HouseholdMember:
    """Add a person to a household.

    Raises:
        InvalidFacts: the name is empty, the ID number cannot be right, or the income is negative.
    """
    _demand(by, "person.write", household.head)
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_now("Enter a name.")]
    if monthly_income < 0:
        errors["monthly_income"] = [_now("An income cannot be negative.")]
    number = ""
    try:
        if id_number.strip():
            said = identifiers.resident_id(id_number, timezone.localdate(at))
            number, birth_on = said.number, said.birth_on
    except identifiers.InvalidIdentifier as error:
        errors["id_number"] = [str(error)]
    if errors:
        raise InvalidFacts(errors)
    member = HouseholdMember.objects.create(
        household=household,
        name=name.strip(),
        relation=relation,
        occupation=occupation,
        id_number=number,
        id_key=queries.id_key(number),
        birth_on=birth_on,
        workplace=workplace.strip(),
        monthly_income=monthly_income,
    )
    events.record(
        events.office_stream(household.office),
        "household.member_added",
        by=by,
        at=at,
        household=household.pk,
        member=str(member.uuid),
        person=household.head_id,
        relation=relation,
    )
    return member


@operation
def add_to_household_of(*, head: Worker, by: User | None, at: datetime, **facts: Any) -> HouseholdMember:
    """Add a person to the household a worker heads, recording the household first where there is none."""
    return add_household_member(household=form_household(head=head, by=by, at=at), by=by, at=at, **facts)


@operation
def open_hardship_file(
    *, household: Household, category: HardshipCategory, opened_on: date, by: User | None, at: datetime
) -> HardshipFile:
    """Put a household on file. It is reviewed within a year, or as its place says.

    Raises:
        FileIsOpen: it is on file.
    """
    _demand(by, "person.write", household.head)
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if queries.live_file_of(household) is not None:
        raise FileIsOpen
    file = HardshipFile.objects.create(
        household=household,
        number=next_number("HF", household.office, opened_on.year),
        category=category,
        opened_on=opened_on,
        next_review_on=_next_review(household, opened_on),
        office=household.office,
        office_path=household.office_path,
    )
    _record_file("hardship_file.opened", file, by=by, at=at, on=opened_on)
    return file


@operation
def review_hardship_file(
    *, file: HardshipFile, category: HardshipCategory, reviewed_on: date, by: User | None, at: datetime
) -> HardshipFile:
    """Keep a household on file until the next review, in the same category or another.

    Raises:
        FileIsClosed: it has exited.
    """
    _demand(by, "person.write", file.household.head)
    _lock_live(file)
    names = ("category", "next_review_on")
    before = {name: getattr(file, name) for name in names}
    file.category, file.reviewed_on = category, reviewed_on
    file.next_review_on = _next_review(file.household, reviewed_on)
    file.save(update_fields=["category", "reviewed_on", "next_review_on"])
    changes = events.changes(before, {name: getattr(file, name) for name in names})
    _record_file("hardship_file.reviewed", file, by=by, at=at, on=reviewed_on, changes=changes)
    return file


@operation
def exit_hardship_file(
    *, file: HardshipFile, reason: str, exited_on: date, by: User | None, at: datetime
) -> HardshipFile:
    """Take a household off file, with the reason.

    Raises:
        FileIsClosed: it has exited.
        InvalidFacts: no reason, or a day before the file was opened.
    """
    _demand(by, "person.write", file.household.head)
    _lock_live(file)
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = [_now("Say why.")]
    if exited_on < file.opened_on:
        errors["exited_on"] = [_now("The file was opened later than this day.")]
    if errors:
        raise InvalidFacts(errors)
    file.exited_on, file.exit_reason = exited_on, reason.strip()
    file.save(update_fields=["exited_on", "exit_reason"])
    _record_file("hardship_file.exited", file, by=by, at=at, on=exited_on, text=reason.strip())
    return file


def _next_review(household: Household, day: date) -> date:
    return add_months(day, parameter_or(REVIEW_PARAMETER, household.office, day, REVIEWED_AFTER))


def _lock_live(file: HardshipFile) -> None:
    file.refresh_from_db(from_queryset=HardshipFile.objects.select_for_update(no_key=True))
    if not file.is_live:
        raise FileIsClosed


def _record_file(
    kind: str, file: HardshipFile, *, by: User | None, at: datetime, on: date, text: str = "", **more: Any
) -> None:
    events.record(
        events.office_stream(file.office),
        kind,
        by=by,
        at=at,
        text=text,
        person=file.household.head_id,
        file=str(file.uuid),
        number=file.number,
        category=file.category,
        on=on.isoformat(),
        **more,
    )


# --- accounts and consents ------------------------------------------------------------------------------------------


@operation
def add_bank_account(
    *,
    worker: Worker,
    holder_name: str,
    bank_name: str,
    number: str,
    number_again: str = "",
    by: User | None,
    at: datetime,
) -> BankAccount:
    """Add an account to pay a worker to.

    A check digit that does not fit is a warning: passbooks have none. Then the number is typed twice and the holder
    has to be the worker.

    Raises:
        InvalidFacts: the number cannot be right, or is to be typed again.
        AlreadyDone: the account is on record.
    """
    _demand(by, "person.write", worker)
    errors: dict[str, list[str]] = {}
    try:
        card = identifiers.bank_card(number)
    except identifiers.InvalidIdentifier as error:
        raise InvalidFacts({"number": [str(error)]}) from None
    if not card.check_fits and identifiers.compact(number_again) != card.number:
        errors["number_again"] = [
            _now("The check digit does not fit. If the number is right (a passbook, say), type it a second time.")
        ]
    if not card.check_fits and identifiers.fold_name(holder_name) != worker.name_folded:
        errors["holder_name"] = [_now("With such a number the account holder must be the worker.")]
    if errors:
        raise InvalidFacts(errors)
    hold_while_keys_change(ACCOUNT_HASH, card.number)
    if queries.accounts_of(worker).filter(number_key__in=queries.account_keys(card.number)).exists():
        raise AlreadyDone(_now("This account is on record already."))
    account = BankAccount.objects.create(
        worker=worker,
        holder_name=holder_name.strip(),
        bank_name=bank_name.strip(),
        number=card.number,
        number_key=queries.account_key(card.number),
        last4=card.last4,
        changed_at=at,
    )
    _record_account("account.added", account, by=by, at=at)
    return account


@operation
def retire_bank_account(*, account: BankAccount, by: User | None, at: datetime) -> BankAccount:
    """Take an account out of use; payments made to it keep it."""
    _demand(by, "person.write", account.worker)
    account.refresh_from_db(from_queryset=BankAccount.objects.select_for_update(no_key=True))
    if account.retired_at is not None:
        raise AlreadyDone(what="account.retired", when=account.retired_at)
    account.retired_at = at
    account.save(update_fields=["retired_at"])
    _record_account("account.retired", account, by=by, at=at)
    return account


def _record_account(kind: str, account: BankAccount, *, by: User | None, at: datetime) -> None:
    worker = account.worker
    stream = events.office_stream(worker.office)
    facts: dict[str, Any] = {"account": str(account.uuid), "worker": str(worker.uuid), "last4": account.last4}
    events.record(stream, kind, by=by, at=at, person=worker.pk, **facts)


@operation
def record_consent(
    *,
    worker: Worker,
    purpose: Purpose,
    notice_version: str = NOTICE_VERSION,
    guardian_name: str = "",
    by: User | None,
    at: datetime,
) -> Consent:
    """Record that a worker agreed to one purpose on one version of the notice; a guardian does for a child.

    Raises:
        InvalidFacts: the worker is under 14 and no guardian is named.
    """
    _demand(by, "person.write", worker)
    young = worker.birth_on and privacy.needs_guardian(worker.birth_on, timezone.localdate(at))
    if young and not guardian_name.strip():
        raise InvalidFacts({"guardian_name": [_now("Under 14 a guardian has to agree: enter the guardian's name.")]})
    consent = Consent.objects.create(
        worker=worker,
        purpose=purpose,
        notice_version=notice_version,
        given_at=at,
        taken_by=by,
        guardian_name=guardian_name.strip(),
    )
    _record_consent("consent.recorded", consent, by=by, at=at)
    return consent


@operation
def withdraw_consent(*, consent: Consent, by: User | None, at: datetime) -> Consent:
    """Record that a worker takes a consent back; what was done on it stays lawful."""
    _demand(by, "person.write", consent.worker)
    consent.refresh_from_db(from_queryset=Consent.objects.select_for_update(no_key=True))
    if consent.withdrawn_at is not None:
        raise AlreadyDone(what="consent.withdrawn", when=consent.withdrawn_at)
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    _record_consent("consent.withdrawn", consent, by=by, at=at)
    return consent


def _record_consent(kind: str, consent: Consent, *, by: User | None, at: datetime) -> None:
    worker = consent.worker
    events.record(
        events.office_stream(worker.office),
        kind,
        by=by,
        at=at,
        worker=str(worker.uuid),
        person=worker.pk,
        purpose=consent.purpose,
        notice_version=consent.notice_version,
    )
