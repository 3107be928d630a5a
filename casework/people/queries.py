"""What can be asked about workers: the doors, the searches, and the questions across offices."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from casework.audit import keys
from casework.audit.errors import NotFound
from casework.audit.models import Reading
from casework.offices.scope import Answer, may, visible
from casework.staff.models import User

from . import identifiers
from .models import (
    ACCOUNT_HASH,
    ID_HASH,
    PHONE_HASH,
    BankAccount,
    Consent,
    HardshipFile,
    Household,
    HouseholdMember,
    IdType,
    Purpose,
    Worker,
)


class Known(NamedTuple):
    """All that an office may learn about a worker of another: that he is on record, where, and whom to ring."""

    office_name: str
    office_phone: str


def id_key(number: str) -> str:
    """Return what an ID number is to be looked up by."""
    return keys.digest(ID_HASH, identifiers.compact(number)) if number else ""


def id_keys(number: str) -> list[str]:
    """Return what an ID number may stand under: more than one while the key of look-ups is being changed."""
    return keys.digests(ID_HASH, identifiers.compact(number)) if number else []


def id_keys_of(*people: Worker | HouseholdMember) -> set[str]:
    """Return what the ID numbers of these people may stand under."""
    with_number = [one for one in people if one.id_key]
    if len(keys.numbers("digest")) == 1:  # nobody's number has to be opened
        return {one.id_key for one in with_number}
    return {key for one in with_number for key in id_keys(one.id_number)}


def phone_key(number: str) -> str:
    """Return what a phone number is to be looked up by; it must be in its one form."""
    return keys.digest(PHONE_HASH, number) if number else ""


def phone_keys(number: str) -> list[str]:
    """Return what a phone number may stand under; it must be in its one form."""
    return keys.digests(PHONE_HASH, number) if number else []


def account_key(number: str) -> str:
    """Return what a bank account is to be looked up by."""
    return keys.digest(ACCOUNT_HASH, identifiers.compact(number))


def account_keys(number: str) -> list[str]:
    """Return what a bank account may stand under."""
    return keys.digests(ACCOUNT_HASH, identifiers.compact(number))


def account_keys_of(account: BankAccount) -> list[str]:
    """Return what the number of an account on record may stand under."""
    return [account.number_key] if len(keys.numbers("digest")) == 1 else account_keys(account.number)


def workers_visible_to(user: User) -> "QuerySet[Worker]":
    """Return the workers whose records a person may read."""
    return visible(Worker.objects.all(), user, "person.read")


def search_workers(user: User, text: str) -> "QuerySet[Worker]":
    """Return the workers whose ID or phone number is the text, or whose name holds it."""
    found = workers_visible_to(user)
    text = text.strip()
    if not text:
        return found
    if any(character.isdigit() for character in text):
        return found.filter(_by_number(text))
    folded = identifiers.fold_name(text)
    if not folded:
        return found.none()
    # One piece finds the few rows, by index; the last one, because given names tell people apart better than
    # surnames. See Note [Names are searched by their pieces].
    return found.filter(name_pieces__piece=folded[-2:], name_folded__contains=folded)


def _by_number(text: str) -> Q:
    wanted = Q(id_key__in=id_keys(text))
    try:
        wanted |= Q(phone_key__in=phone_keys(identifiers.phone(text).number))
    except identifiers.InvalidIdentifier:
        pass
    return wanted


def may_reach(user: User, act: str, worker: Worker) -> Answer:
    """Answer whether a person may do an act to a worker: by the worker's office, or by a case that came to his own."""
    answer = may(user, act, worker)
    if answer or not may(user, act):
        return answer
    return Answer(True) if visible(worker.cases.all(), user, act).exists() else answer


def way_to(user: User, worker: Worker) -> tuple[Reading, str]:
    """Return what a look at a worker's record is entered as, and by which case of his it came about.

    No case: by the worker's own office.
    """
    if may(user, "person.read", worker):
        return Reading.PERSON, ""
    case = visible(worker.cases.all(), user, "person.read").order_by("-id").first()
    return (case.read_for(user, Reading.PERSON), case.number) if case else (Reading.PERSON, "")


def worker_for(user: User, uuid: UUID) -> Worker:
    """Return a worker, if the person may read his record.

    Raises:
        NotFound: there is none, or he belongs to another office and no case of his came to this one.
    """
    found = Worker.objects.select_related("office", "employer").filter(uuid=uuid).first()
    if found is None or not may_reach(user, "person.read", found):
        raise NotFound
    return found


def worker_with_id(user: User, id_type: str, id_number: str) -> Worker | None:
    """Return the worker a paper belongs to, if he is on record and the person may read that record."""
    return workers_visible_to(user).filter(id_type=id_type, id_key__in=id_keys(id_number)).first()


def known_elsewhere(id_number: str, id_type: str = IdType.RESIDENT, *, besides: Worker | None = None) -> Known | None:
    """Answer across all offices whether a worker is on record: yes or no, and whom to ring; nothing else.

    Args:
        besides: a worker who does not count: the one whose number is being changed.
    """
    if not id_number:
        return None
    found = Worker.objects.filter(id_type=id_type, id_key__in=id_keys(id_number))
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    worker = found.select_related("office").first()
    return Known(str(worker.office), worker.office.phone) if worker else None


def household_of(worker: Worker) -> Household | None:
    """Return the household a worker heads."""
    return Household.objects.filter(head=worker).prefetch_related("members").first()


def live_file_of(household: Household) -> HardshipFile | None:
    """Return the hardship file a household is on."""
    return HardshipFile.objects.filter(household=household, exited_on__isnull=True).first()


def accounts_of(worker: Worker) -> "QuerySet[BankAccount]":
    """Return the accounts a worker can be paid to, the newest first."""
    return BankAccount.objects.filter(worker=worker, retired_at__isnull=True).order_by("-changed_at", "-id")


def account_for(user: User, uuid: UUID) -> BankAccount:
    """Return a bank account, if the person may read its worker's record.

    Raises:
        NotFound: there is none, or the worker belongs to another office.
    """
    found = BankAccount.objects.filter(uuid=uuid).select_related("worker__office").first()
    if found is None or not may_reach(user, "person.read", found.worker):
        raise NotFound
    return found


def member_for(user: User, uuid: UUID) -> HouseholdMember:
    """Return a member of a household, if the person may read its head's record.

    Raises:
        NotFound: there is none, or the head belongs to another office.
    """
    found = HouseholdMember.objects.filter(uuid=uuid).select_related("household__head__office").first()
    if found is None or not may_reach(user, "person.read", found.household.head):
        raise NotFound
    return found


def account_holders(account: BankAccount) -> "QuerySet[Worker]":
    """Return the workers an account's number stands for now: more than one needs an explanation."""
    return Worker.objects.filter(
        bank_accounts__number_key__in=account_keys_of(account), bank_accounts__retired_at__isnull=True
    ).distinct()


def consent_to(worker: Worker, purpose: Purpose) -> Consent | None:
    """Return the newest consent of a worker to a purpose, unless it was withdrawn."""
    newest = Consent.objects.filter(worker=worker, purpose=purpose).order_by("-given_at", "-id").first()
    return newest if newest is not None and newest.withdrawn_at is None else None


def consent_for(user: User, uuid: UUID) -> Consent:
    """Return a consent, if the person may read its worker's record.

    Raises:
        NotFound: there is none, or the worker belongs to another office.
    """
    found = Consent.objects.filter(uuid=uuid).select_related("worker__office").first()
    if found is None or not may_reach(user, "person.read", found.worker):
        raise NotFound
    return found
