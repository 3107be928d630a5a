"""Warnings on a payout: signs of a double, diverted or mistaken payment.

A warning stops the money until somebody other than the payer answers it with a reason, which is kept. The
questions go across all offices and answer only that there is something, at which office, and its phone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.cases.models import ClaimLine
from casework.offices import values
from casework.offices.queries import parameter_or
from casework.people import queries as people
from casework.people.identifiers import fold_name
from casework.people.models import BankAccount, Household, HouseholdMember, Worker
from casework.people.queries import Known

from .models import GuardOverride, Payout

# How long a replaced bank account is looked at twice, and what it is where no place has set it.
SETTLING_PARAMETER = "payout.account_settling_days"
SETTLING_DAYS = 30
LONGEST_SETTLING = 3650


def check_value(code: str, value: Any) -> None:
    """Refuse what is no number of days.

    Raises:
        UnreadableValue: says so.
    """
    if code == SETTLING_PARAMETER:
        values.whole(value, LONGEST_SETTLING)


values.CHECKS.append(check_value)


@dataclass(frozen=True)
class Guard:
    """A question asked of every payout; `ask` returns what it found, in words, or nothing."""

    code: str
    title: str | Promise
    ask: Callable[[Payout, datetime], str]


@dataclass(frozen=True)
class Finding:
    """What a guard found on a payout, and the answer it got."""

    code: str
    title: str | Promise
    text: str
    answer: GuardOverride | None

    @property
    def is_open(self) -> bool:
        """Return whether nobody has answered it yet."""
        return self.answer is None


def findings(payout: Payout, at: datetime) -> list[Finding]:
    """Return the warnings on a payout, with their answers."""
    answers = {row.guard: row for row in payout.overrides.select_related("made_by")}
    found = [(guard, guard.ask(payout, at)) for guard in GUARDS]
    return [Finding(guard.code, guard.title, text, answers.get(guard.code)) for guard, text in found if text]


def subsidies_elsewhere(line: ClaimLine) -> list[Known]:
    """Answer across all offices where the same person or household has a sum for the same cause.

    Sums of the same case are parts of one aid; refused and withdrawn ones are none.
    """
    if not line.cause_key:
        return []
    others = ClaimLine.objects.filter(cause_key=line.cause_key, worker__in=_kin(line.worker)).exclude(
        state__in=(ClaimLine.State.REFUSED, ClaimLine.State.WITHDRAWN)
    )
    others = others.exclude(case=line.case_id) if line.case_id else others.exclude(pk=line.pk)
    offices = others.order_by("office__path").values_list("office__name", "office__phone").distinct()
    return [Known(*office) for office in offices]


def accounts_elsewhere(account: BankAccount) -> list[Known]:
    """Answer across all offices where somebody else is on record with the same account number."""
    others = people.account_holders(account).exclude(pk=account.worker_id)
    offices = others.order_by("office__path").values_list("office__name", "office__phone")
    return [Known(*office) for office in dict.fromkeys(offices)]


def _kin(worker: Worker) -> "QuerySet[Worker, Any]":
    """Return the workers of the same household, the worker among them."""
    of_worker = Q(head=worker)
    if worker.id_key:
        of_worker |= Q(members__id_key__in=people.id_keys_of(worker))
    households = Household.objects.filter(of_worker)
    members = HouseholdMember.objects.filter(household__in=households).exclude(id_key="")
    kin = Q(pk=worker.pk) | Q(headed_households__in=households) | Q(id_key__in=people.id_keys_of(*members))
    return Worker.objects.filter(kin).values("pk")


def _double_subsidy(payout: Payout, at: datetime) -> str:
    places = subsidies_elsewhere(payout.claim_line)
    if not places:
        return ""
    return _now("The person or the household already has a sum for the same cause. Ask: %(places)s.") % {
        "places": _told(places)
    }


def _told(places: list[Known]) -> str:
    return _now("; ").join(
        _now("%(office)s, phone %(phone)s") % {"office": name, "phone": phone or "—"} for name, phone in places
    )


def _account_shared(payout: Payout, at: datetime) -> str:
    if payout.account is None:
        return ""
    places = accounts_elsewhere(payout.account)
    if not places:
        return ""
    return _now("Somebody else is on record with the same account number. Ask: %(places)s.") % {"places": _told(places)}


def _account_replaced(payout: Payout, at: datetime) -> str:
    account = payout.account
    if account is None:
        return ""
    days = parameter_or(SETTLING_PARAMETER, payout.office, localdate(at), SETTLING_DAYS)
    if account.changed_at < at - timedelta(days=days):
        return ""
    # A first account replaces nothing: only a second number is a change.
    before = BankAccount.objects.filter(worker=payout.payee_id, changed_at__lt=account.changed_at)
    if not before.exclude(number_key__in=people.account_keys_of(account)).exists():
        return ""
    return _now("The account replaced another one on %(day)s, less than %(days)d days ago.") % {
        "day": localdate(account.changed_at).isoformat(),
        "days": days,
    }


def _holder_differs(payout: Payout, at: datetime) -> str:
    if payout.account is None or fold_name(payout.account.holder_name) == fold_name(payout.payee.name):
        return ""
    return _now("The account is not in the payee's name.")


GUARDS = (
    Guard("double_subsidy", _("Possible double subsidy"), _double_subsidy),
    Guard("account_shared", _("Bank account of another person"), _account_shared),
    Guard("account_replaced", _("Bank account changed lately"), _account_replaced),
    Guard("holder_differs", _("Account holder is not the payee"), _holder_differs),
)
