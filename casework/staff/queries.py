"""What can be asked about the people who work here."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from casework.audit.errors import NotFound
from casework.audit.models import Event
from casework.offices.models import Office, upwards
from casework.offices.roles import TWO_PERSON_ROLES, Role
from casework.offices.scope import ACTS, may, paths, within

from .models import PUBLIC, RoleGrant, User


def in_force(on: date) -> Q:
    """Return the condition of a grant that counts on a day; the same rule as `RoleGrant.counts_on`."""
    started = Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    return started & (~Q(role__in=TWO_PERSON_ROLES) | Q(confirmed_by__isnull=False))


def holders_of(role: Role, office_path: str, on: date) -> "QuerySet[User]":
    """Return the people who may act in a role for an office: appointed there or above it."""
    here_and_above = upwards(office_path)
    grants = RoleGrant.objects.filter(in_force(on), role=role, office__path__in=here_and_above, user=OuterRef("pk"))
    return User.objects.filter(Exists(grants), is_active=True)


def staff_visible_to(user: User) -> "QuerySet[User]":
    """Return the accounts a person may manage: those appointed in his offices, and those appointed nowhere."""
    held = paths(user, ACTS["staff.manage"].roles) + paths(user, ACTS["grant.manage"].roles)
    if not held:
        return User.objects.none()
    own = RoleGrant.objects.filter(within(held, "office__path"), user=OuterRef("pk"))
    anywhere = RoleGrant.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(own) | ~Exists(anywhere)).exclude(username=PUBLIC)


def search_staff(user: User, on: date, *, username: str = "", role: str = "", closed: bool = False) -> "QuerySet[User]":
    """Return the accounts a person may manage that fit the filters of the list; closed ones only when asked for.

    Each knows when its person last logged in (`logged_in_at`), which the trail says.
    """
    logins = Event.objects.filter(actor=OuterRef("pk"), kind="user.logged_in").order_by("-happened_at", "-id")
    found = staff_visible_to(user).annotate(logged_in_at=Subquery(logins.values("happened_at")[:1]))
    if username:
        found = found.filter(username__startswith=username.lower())
    if role:
        held = RoleGrant.objects.filter(in_force(on), role=role, user=OuterRef("pk"))
        found = found.filter(Exists(held))
    return found if closed else found.filter(is_active=True)


def grants_of(user: User) -> "QuerySet[RoleGrant]":
    """Return every role a person was ever given, the newest first."""
    found = RoleGrant.objects.filter(user=user).select_related("office", "granted_by", "confirmed_by")
    return found.order_by("-valid_from", "-id")


def user_for(user: User, uuid: UUID) -> User:
    """Return an account, if the person may manage it.

    Raises:
        NotFound: there is none, or it belongs to other offices.
    """
    found = staff_visible_to(user).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def grants_visible_to(user: User) -> "QuerySet[RoleGrant]":
    """Return the appointments in the offices whose roles a person manages."""
    held = paths(user, ACTS["grant.manage"].roles)
    found = RoleGrant.objects.filter(within(held, "office__path"))
    return found.select_related("user", "office", "granted_by", "confirmed_by")


def grant_for(user: User, pk: int) -> RoleGrant:
    """Return an appointment, if the person manages the roles of its office.

    Raises:
        NotFound: there is none, or it lies outside.
    """
    found = grants_visible_to(user).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def may_manage_staff(user: User) -> bool:
    """Return whether the list of accounts opens to a person."""
    return bool(may(user, "staff.manage") or may(user, "grant.manage"))


def waiting_grants(user: User, on: date) -> "QuerySet[RoleGrant]":
    """Return the appointments in one's offices that a second person has still to confirm, the oldest first."""
    unended = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    return (
        grants_visible_to(user)
        .filter(unended, role__in=TWO_PERSON_ROLES, confirmed_by__isnull=True, user__is_active=True)
        .order_by("id")[:100]
    )


def desk_of(user: User) -> Office | None:
    """Return the office the person most likely works for: her first, lowest grant."""
    grants = sorted(user.grants(), key=lambda grant: (-len(grant.office_path), grant.office_id))
    return Office.objects.filter(pk=grants[0].office_id).first() if grants else None
