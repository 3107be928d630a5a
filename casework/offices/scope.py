"""One place answers: may this user do this to this row, and why not.

A right is role × office subtree × stage × assignment × conflict of interest. A grant holds in its office and everything
under it. Rows under scope carry `office_path`; a row outside the reader's subtrees does not exist for him (404, not
403). What an act asks beyond role and office stands in the table of acts; the row answers it, see `Row`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError, NotAllowed, WrongState

from .roles import Role

R = Role
STAFF = (R.OPERATOR, R.MEDIATOR, R.VISITOR, R.SUPERVISOR)
READERS = (*STAFF, R.FINANCE, R.AUDITOR)


class ClosedCase(WrongState):
    """Nothing of this kind is done to a closed case."""


class HasConflict(NotAllowed):
    """Somebody with a tie to a party does not work on the matter (回避)."""


@dataclass(frozen=True)
class Answer:
    """A yes, or a no with its reason; `refusal` is the error it becomes where the act is done all the same."""

    allowed: bool
    reason: str | Promise = ""
    refusal: type[CaseworkError] = NotAllowed

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)


class Row(Protocol):
    """What is asked of a row; one that lacks a question's method has no say in it."""

    office_path: str

    @property
    def is_closed(self) -> bool:
        """Whether the matter is closed."""

    def belongs_to(self, user: Any) -> bool:
        """Return whether it is the person's own."""

    def kept_from(self, user: Any) -> str:
        """Return why somebody else has it in hand; "" when nobody has."""

    def tie_with(self, user: Any) -> str:
        """Return what binds the person to a party; "" when nothing does."""


@dataclass(frozen=True)
class Act:
    """Something people do, the roles that may do it, and what it asks of its row beyond role and office.

    Args:
        closed: said when the matter is closed; empty: it may be done then, too.
        own: whoever the row belongs to may do it without the role.
        in_hand: refused while somebody else has the row in hand.
        untied: refused to who has a conflict of interest.
    """

    title: str | Promise
    roles: tuple[Role, ...]
    closed: str | Promise = ""
    own: bool = False
    in_hand: bool = False
    untied: bool = False


UNCHANGED = _("A closed case never changes.")
NO_PAPER = _("The case is closed; no paper can be added to it.")

ACTS: dict[str, Act] = {
    "contact.read": Act(_("read contacts"), (*STAFF, R.AUDITOR)),
    "contact.take": Act(_("take a contact"), STAFF),
    "calculator.use": Act(_("use the calculators"), STAFF),
    "case.read": Act(_("read cases"), READERS),
    "case.open": Act(_("open a case"), STAFF),
    "case.move": Act(_("move a case forward"), STAFF, untied=True),
    "case.correct": Act(_("correct a fact"), STAFF, closed=UNCHANGED, untied=True),
    "case.take_back": Act(_("take a step back"), STAFF, untied=True),
    "case.hand_over": Act(_("hand a case over"), STAFF, closed=_("A closed case is not handed over."), untied=True),
    "case.link": Act(_("link cases"), STAFF, untied=True),
    "case.break_glass": Act(_("open a case of another office in an emergency"), READERS),
    "case.review_glass": Act(_("review an emergency opening"), (R.SUPERVISOR,)),
    "calculation.keep": Act(_("keep a calculation"), STAFF, closed=UNCHANGED, untied=True),
    "task.take": Act(_("be given a task"), (*STAFF, R.FINANCE), untied=True),
    "task.work": Act(_("work on a task"), (*STAFF, R.FINANCE), in_hand=True, untied=True),
    "task.assign": Act(_("give a task to somebody"), (R.SUPERVISOR,), own=True, untied=True),
    "conflict.read": Act(_("read conflicts of interest"), (R.SUPERVISOR, R.AUDITOR), own=True),
    "conflict.declare": Act(_("declare a conflict of interest"), (R.SUPERVISOR,), own=True),
    "conflict.end": Act(_("end a conflict of interest"), (R.SUPERVISOR,)),
    "person.read": Act(_("read people"), READERS),
    "person.write": Act(_("write people"), STAFF),
    "person.reveal": Act(_("see a masked value"), READERS),
    "request.take": Act(_("take a person's request about data"), STAFF),
    "request.read": Act(_("read people's requests about data"), (R.SUPERVISOR, R.AUDITOR)),
    "request.answer": Act(_("grant what a person asks about data"), (R.SUPERVISOR,), own=True),
    "request.decide": Act(_("decide on a person's request about data"), (R.SUPERVISOR,)),
    "hold.place": Act(_("place and lift a legal hold"), (R.SUPERVISOR,)),
    "disposal.read": Act(_("read what is destroyed"), (R.SUPERVISOR, R.AUDITOR)),
    "disposal.propose": Act(_("propose what is destroyed"), (R.SUPERVISOR,)),
    "disposal.confirm": Act(_("confirm what is destroyed"), (R.SUPERVISOR,)),
    "employer.read": Act(_("read employers"), READERS),
    "employer.write": Act(_("write employers"), STAFF),
    "document.write": Act(_("add papers"), STAFF, closed=NO_PAPER, untied=True),
    "letter.issue": Act(_("issue letters"), STAFF, untied=True),
    "notice.give": Act(_("tell what is missing"), STAFF, closed=NO_PAPER, untied=True),
    "fund.read": Act(_("read funds"), (R.FINANCE, R.SUPERVISOR, R.AUDITOR)),
    "fund.manage": Act(_("manage funds"), (R.FINANCE,)),
    "payout.read": Act(_("read payouts"), (R.FINANCE, R.SUPERVISOR, R.AUDITOR)),
    "payout.pay": Act(_("pay"), (R.FINANCE,), untied=True),
    "payout.vouch": Act(_("answer a warning on a payout"), (R.SUPERVISOR,), untied=True),
    "audit.read": Act(_("read the trail"), (R.SUPERVISOR, R.AUDITOR)),
    "deadline.read": Act(_("oversee deadlines"), (R.SUPERVISOR, R.AUDITOR)),
    "deadline.recount": Act(_("have deadlines reckoned again"), (R.SUPERVISOR, R.SYSADMIN)),
    "report.read": Act(_("read reports"), (R.SUPERVISOR, R.FINANCE, R.AUDITOR)),
    "config.manage": Act(_("configure"), (R.SYSADMIN,)),
    "staff.manage": Act(_("manage staff"), (R.SYSADMIN,)),
    "grant.manage": Act(_("grant roles"), (R.SECADMIN,)),
}


class UnknownAct(LookupError):
    """An act that is not in the table."""


def role_names(roles: Iterable[str]) -> str:
    """Return the names of roles for a sentence."""
    return _now(", ").join(str(Role(role).label) for role in roles)


def paths(user: Any, roles: Iterable[str]) -> list[str]:
    """Return the office paths in whose subtrees the user has one of the roles, none inside another."""
    if user is None or not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    wanted = set(roles)
    held = sorted({grant.office_path for grant in user.grants() if grant.role in wanted})
    return [path for path in held if not any(path != other and path.startswith(other) for other in held)]


# Beyond every path that begins with another one: paths are written with digits and capital letters.
_BEYOND = "Z" * 8


def within(held: Iterable[str], column: str = "office_path") -> Q:
    """Return the condition of rows that belong to one of these offices or below it; without any office, of no row.

    It names a range and not a beginning: LIKE finds no index unless the database sorts by bytes.
    """
    found = Q(pk__in=[])
    for path in held:
        found |= Q(**{f"{column}__gte": path, f"{column}__lte": path + _BEYOND})
    return found


def may(user: Any, act: str, row: Any = None, roles: Iterable[str] | None = None) -> Answer:
    """Answer whether the user may do the act, to the row when one is given.

    Args:
        row: anything with `office_path`; without it the question is "anywhere at all".
        roles: narrows the act's roles (a step that only finance does).

    Raises:
        UnknownAct: the act is not in the table.
    """
    if act not in ACTS:
        raise UnknownAct(act)
    asked = ACTS[act]
    wanted = tuple(asked.roles if roles is None else roles)
    if user is None or not getattr(user, "is_authenticated", False):
        return Answer(False, _("Please log in."))
    if not user.is_active:
        return Answer(False, _("This account is closed."))
    if asked.own and row is not None and getattr(row, "belongs_to", _never)(user):
        return YES
    held = paths(user, wanted)
    if not held:
        return Answer(False, _now("This needs the role: %(roles)s.") % {"roles": role_names(wanted)})
    if row is None:
        return YES
    if not any(row.office_path.startswith(path) for path in held) and not _opened(row, user, act):
        return Answer(
            False,
            _now("This belongs to another office; your role (%(roles)s) does not reach it.")
            % {"roles": role_names(wanted)},
        )
    return in_stage(act, row) and _asked_of_row(asked, user, row)


def in_stage(act: str, row: Any) -> Answer:
    """Answer whether the stage of the matter lets the act be done, whoever does it."""
    closed = ACTS[act].closed
    return Answer(False, closed, ClosedCase) if closed and getattr(row, "is_closed", False) else YES


def _asked_of_row(asked: Act, user: Any, row: Any) -> Answer:
    """Answer by assignment and conflict of interest, as far as the act asks and the row knows."""
    if asked.in_hand and (kept := getattr(row, "kept_from", _never)(user)):
        return Answer(False, kept)
    if asked.untied and (tie := getattr(row, "tie_with", _never)(user)):
        return Answer(False, tie, HasConflict)
    return YES


def _never(_user: Any) -> str:
    """Stand for a question that a row does not know."""
    return ""


def visible(queryset: QuerySet[Any], user: Any, act: str) -> QuerySet[Any]:
    """Keep the rows the user may do the act to; none when he may not at all.

    A model may widen this by `also_visible(path) -> Q` (the office that handed a case over goes on reading), and by
    `opened_to(user, act) -> Q` for the person alone (a break-glass).
    """
    if act not in ACTS:
        raise UnknownAct(act)
    held = paths(user, ACTS[act].roles)
    if not held:
        return queryset.none()
    widened = getattr(queryset.model, "also_visible", None)
    allowed = within(held)
    if widened:
        for path in held:
            allowed |= widened(path)
    opened = getattr(queryset.model, "opened_to", None)
    return queryset.filter(allowed | opened(user, act) if opened else allowed)


def _opened(row: Any, user: Any, act: str) -> bool:
    """Return whether a row stands open to this very person, whatever her offices."""
    opened = getattr(type(row), "opened_to", None)
    return opened is not None and type(row)._default_manager.filter(opened(user, act), pk=row.pk).exists()
