"""What is done to accounts and roles. All of it stands in the security stream."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth import password_validation
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit import events
from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, WrongState
from casework.audit.once import saved_once
from casework.audit.operation import operation
from casework.offices import operations as offices
from casework.offices import scope
from casework.offices.doors import demand
from casework.offices.models import Office
from casework.offices.roles import APART, TWO_PERSON_ROLES, Role

from .models import PUBLIC, LoginSession, RoleGrant, User


class NotYourself(NotAllowed):
    """Nobody appoints, confirms or closes themselves."""

    message = _("Nobody may do this for themselves.")


class SecondAdministratorNeeded(NotAllowed):
    """The one who granted a role cannot be the one who confirms it."""

    message = _("You granted this role: another security administrator has to confirm it.")


class AlreadyHeld(WrongState):
    """The person holds the role there already."""

    message = _("The person holds this role there already.")


class AccountClosed(WrongState):
    """The account is closed."""

    message = _("This account is closed.")


class WorksElsewhere(NotAllowed):
    """The person also holds a role in an office that is not managed from here."""

    message = _("This person also holds a role in an office beyond yours; an administrator of both has to do it.")


class PowersApart(NotAllowed):
    """Who holds one of the three powers (三权分立) holds no other role."""

    message = _(
        "A system administrator, a security administrator and an auditor hold no other role: end the one before "
        "appointing to the other."
    )


class HouseStands(WrongState):
    """An installation is founded once."""

    message = _("This house has been founded already: there are offices in it.")


class RolesExist(WrongState):
    """The first administrators can be appointed once only."""

    message = _("Roles have been granted already: the security administrators grant further ones.")


@operation
def add_user(
    *,
    username: str,
    display_name: str,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    by: User | None,
    at: datetime,
) -> User:
    """Open an account. It may do nothing until it is granted a role; without a password nobody logs in with it."""
    demand(by, "staff.manage")
    user = User(username=username, display_name=display_name, email=email, phone=phone, language=language)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    _check_account(user)
    with saved_once(lambda: _check_account(user)):
        user.save()
    events.record(events.SECURITY, "user.added", by=by, at=at, user=user.pk, username=username)
    return user


def _check_account(user: User) -> None:
    """Raise what is wrong with an account, a username that is taken among it."""
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise InvalidFacts(error.message_dict) from None


def demand_person(by: User | None, user: User, at: datetime, act: str = "staff.manage") -> None:
    """Refuse who does not manage every office in which a person holds a role: an account reaches as far as all of them.

    Args:
        act: by which role it is managed: of who runs the system, or of who grants the rights.

    Raises:
        NotAllowed: without the role.
        WorksElsewhere: the account reaches further than the person's role.
    """
    demand(by, act)
    if by is None:
        return
    managed = tuple(scope.paths(by, scope.ACTS[act].roles))
    today = timezone.localdate(at)
    unended = RoleGrant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), user=user)
    if not all(path.startswith(managed) for path in unended.values_list("office__path", flat=True)):
        raise WorksElsewhere


@operation
def change_user(*, user: User, by: User | None, at: datetime, **changes: Any) -> User:
    """Change what a person is called and how they are reached."""
    if by != user:
        demand_person(by, user, at)
    # a form has changed the one at hand already
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = sorted(name for name, value in changes.items() if getattr(held, name) != value)
    for name in changed:
        setattr(user, name, changes[name])
    if not changed:
        return user
    user.save(update_fields=changed)
    facts: dict[str, Any] = {"user": user.pk, "username": user.username, "fields": ", ".join(changed)}
    facts["changes"] = events.changes({"language": held.language}, {"language": user.language})
    events.record(events.SECURITY, "user.changed", by=by, at=at, **facts)
    return user


# Note [Two people get at an account]
# Who has lost both the password and the second factor needs two people: one gives a password, the other resets the
# factor. The system administrator gives passwords and the security administrator resets factors; for the accounts of
# those who grant rights and of those who read the trail it is the other way round, so that neither gets at them, and
# no security administrator at a second one's, with whom he would confirm what he granted. Such an account stays one:
# or else the one who may end roles, or propose them, would change hands between the two halves.


def _is_apart(user: User) -> bool:
    """Return whether a person grants rights or reads the trail, or ever did."""
    return user.role_grants.filter(role__in=(Role.SECADMIN, Role.AUDITOR), confirmed_by__isnull=False).exists()


def demand_password_of(by: User | None, user: User, at: datetime) -> None:
    """Refuse who may not give an account a new password. See Note [Two people get at an account].

    Raises:
        NotAllowed: without the role.
        WorksElsewhere: the account reaches further than the person's role.
        NotYourself: one's own is changed on one's own page.
    """
    if by is not None and by.pk == user.pk:
        raise NotYourself
    demand_person(by, user, at, "grant.manage" if _is_apart(user) else "staff.manage")


def demand_factor_of(by: User, user: User, at: datetime) -> None:
    """Refuse who may not take away the second factor of an account. See Note [Two people get at an account].

    Raises:
        NotAllowed: without the role.
        WorksElsewhere: the account reaches further than the person's role.
        NotYourself: somebody resets their own.
    """
    if by.pk == user.pk:
        raise NotYourself
    demand_person(by, user, at, "staff.manage" if _is_apart(user) else "grant.manage")


@operation
def set_password(*, user: User, password: str, by: User | None, at: datetime) -> None:
    """Give an account a new password; whoever is logged in elsewhere with the old one is logged out."""
    if by != user:
        demand_password_of(by, user, at)
    if not user.is_active or user.is_public:
        raise AccountClosed
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InvalidFacts({"password": error.messages}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    events.record(events.SECURITY, "user.password_set", by=by, at=at, user=user.pk, username=user.username)


@operation
def set_language(*, user: User, language: str, by: User | None, at: datetime) -> None:
    """Remember the language a person reads in."""
    change_user(user=user, language=language, by=by, at=at)


@operation
def deactivate_user(*, user: User, by: User | None, at: datetime) -> User:
    """Close an account. Its roles end now, its sessions with their next request; open tasks are the caller's care.

    Raises:
        NotYourself: somebody closes their own account.
        AlreadyDone: it is closed.
    """
    demand_person(by, user, at)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise NotYourself
    if not locked.is_active:
        raise AlreadyDone(what="user.deactivated", when=locked.deactivated_at)
    user.is_active, user.deactivated_at = False, at
    user.set_unusable_password()
    user.save(update_fields=["is_active", "deactivated_at", "password"])
    today = timezone.localdate(at)
    for grant in RoleGrant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), user=user):
        _end(grant, today)
    user.forget_grants()
    end_logins(LoginSession.objects.filter(user=user))
    events.record(events.SECURITY, "user.deactivated", by=by, at=at, user=user.pk, username=user.username)
    return user


@operation
def grant_role(
    *,
    user: User,
    role: Role,
    office: Office,
    valid_from: date | None = None,
    valid_until: date | None = None,
    by: User | None,
    at: datetime,
) -> RoleGrant:
    """Appoint a person to a role in an office and those below it.

    See Note [Two people appoint]: for the roles named there it counts once it is confirmed.

    Raises:
        NotYourself: somebody appoints themselves.
        AlreadyHeld: the person holds the role there.
        PowersApart: one of the three powers would stand beside another role.
    """
    demand(by, "grant.manage", office)
    if by is not None and by.pk == user.pk:
        raise NotYourself
    # one appointment of a person at a time, and none while the account is being closed
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not locked.is_active or locked.is_public:
        raise AccountClosed
    valid_from = valid_from or timezone.localdate(at)
    if valid_until is not None and valid_until <= valid_from:
        raise InvalidFacts({"valid_until": [_now("The end must be later than the beginning.")]})
    held = RoleGrant.objects.filter(user=user, role=role, office=office)
    if any(grant.valid_until is None or grant.valid_until > valid_from for grant in held):
        raise AlreadyHeld
    _keep_apart(user, role, valid_from)
    grant = RoleGrant.objects.create(
        user=user, role=role, office=office, valid_from=valid_from, valid_until=valid_until, granted_by=by
    )
    user.forget_grants()
    _record("role.granted", grant, by=by, at=at)
    return grant


def _keep_apart(user: User, role: str, on: date) -> None:
    """Refuse a power beside any other role, and any role beside a power; the database refuses it as well.

    Raises:
        PowersApart: the person holds such a one, on that day or later.
    """
    others = RoleGrant.objects.filter(user=user).exclude(role=role)
    if role not in APART:
        others = others.filter(role__in=APART)
    if any(grant.valid_until is None or grant.valid_until > max(on, grant.valid_from) for grant in others):
        raise PowersApart


@operation
def confirm_grant(*, grant: RoleGrant, by: User | None, at: datetime) -> RoleGrant:
    """Confirm an appointment as the second person; from now on it counts.

    Raises:
        NotYourself, SecondAdministratorNeeded: the one who confirms is not a second person.
        AlreadyDone: somebody has confirmed it.
        WrongState: it needs no confirmation, or has ended.
        PowersApart: one of the three powers would stand beside another role.
    """
    demand(by, "grant.manage", grant.office)
    # one appointment of a person at a time
    User.objects.select_for_update(no_key=True).get(pk=grant.user_id)
    locked = RoleGrant.objects.select_for_update(of=("self",)).select_related("confirmed_by").get(pk=grant.pk)
    if by is None or by.pk == locked.user_id:
        raise NotYourself
    if by.pk == locked.granted_by_id:
        raise SecondAdministratorNeeded
    if locked.confirmed_by is not None:
        raise AlreadyDone(who=locked.confirmed_by, what="role.confirmed")
    ended = locked.valid_until is not None and locked.valid_until <= timezone.localdate(at)
    if locked.role not in TWO_PERSON_ROLES or ended:
        raise WrongState
    _keep_apart(locked.user, locked.role, timezone.localdate(at))
    grant.confirmed_by = by
    grant.save(update_fields=["confirmed_by"])
    grant.user.forget_grants()
    _record("role.confirmed", grant, by=by, at=at)
    return grant


@operation
def end_grant(*, grant: RoleGrant, by: User | None, at: datetime) -> RoleGrant:
    """End an appointment today.

    Raises:
        AlreadyDone: it has ended.
    """
    demand(by, "grant.manage", grant.office)
    today = timezone.localdate(at)
    grant.refresh_from_db(from_queryset=RoleGrant.objects.select_for_update())
    if grant.valid_until is not None and grant.valid_until <= today:
        raise AlreadyDone(what="role.ended")
    _end(grant, today)
    grant.user.forget_grants()
    _record("role.ended", grant, by=by, at=at)
    return grant


@operation
def appoint_first_administrators(
    *, office: Office, first: User, second: User, by: None, at: datetime
) -> tuple[RoleGrant, RoleGrant]:
    """Appoint the two security administrators of a new house, each confirmed by the other.

    Raises:
        RolesExist: somebody holds a role; from then on roles come from the administrators.
        NotYourself: the two are one.
    """
    if RoleGrant.objects.exists():
        raise RolesExist
    if first.pk == second.pk:
        raise NotYourself
    made = []
    for user, other in ((first, second), (second, first)):
        grant = RoleGrant.objects.create(
            user=user, role=Role.SECADMIN, office=office, valid_from=timezone.localdate(at), confirmed_by=other
        )
        user.forget_grants()
        _record("role.granted", grant, by=by, at=at)
        made.append(grant)
    return made[0], made[1]


class NewAccount(NamedTuple):
    """Somebody who gets an account when the house is founded."""

    username: str
    display_name: str
    password: str


@operation
def found_house(
    *,
    office: Mapping[str, Any],
    first: NewAccount,
    second: NewAccount,
    system: NewAccount,
    by: None,
    at: datetime,
) -> tuple[Office, RoleGrant]:
    """Found an empty installation: its top office, two security administrators and a system administrator.

    The two security administrators count at once, or nobody could ever appoint anybody. The system
    administrator counts once one of them has confirmed the role, as every appointment of that weight does.

    Args:
        office: the facts of the top office, as `found_office` takes them.

    Returns: the office, and the role that waits for its confirmation.

    Raises:
        HouseStands: there are offices already.
        RolesExist: somebody holds a role already.
        InvalidFacts: a username is taken or misspelt, or a password is too weak.
    """
    if Office.objects.exists():
        raise HouseStands
    top = offices.found_office(**office, by=by, at=at)
    people = [_open_account(one, by=by, at=at) for one in (first, second, system)]
    appoint_first_administrators(office=top, first=people[0], second=people[1], by=by, at=at)
    return top, grant_role(user=people[2], role=Role.SYSADMIN, office=top, by=by, at=at)


def _open_account(account: NewAccount, *, by: None, at: datetime) -> User:
    user = add_user(username=account.username, display_name=account.display_name, by=by, at=at)
    set_password(user=user, password=account.password, by=by, at=at)
    return user


@operation
def open_public_door(*, by: None, at: datetime) -> User:
    """Make the account the public door acts as; nobody can log in with it."""
    found = User.objects.filter(username=PUBLIC).first()
    return found or add_user(username=PUBLIC, display_name=_now("Public door"), by=by, at=at)


def end_logins(found: "QuerySet[LoginSession]") -> None:
    """Log browsers out: their next request meets the login page, their sockets are closed within two seconds."""
    session_keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=session_keys).delete()
    LoginSession.objects.filter(session_key__in=session_keys).delete()


def _end(grant: RoleGrant, today: date) -> None:
    # The end is exclusive: ending today takes the role away at once. One that would begin later never begins.
    grant.valid_until = max(today, grant.valid_from)
    grant.save(update_fields=["valid_until"])


def _record(kind: str, grant: RoleGrant, *, by: User | None, at: datetime) -> None:
    events.record(
        events.SECURITY,
        kind,
        by=by,
        at=at,
        grant=grant.pk,
        user=grant.user_id,
        username=grant.user.username,
        role=grant.role,
        office=grant.office.code,
    )
