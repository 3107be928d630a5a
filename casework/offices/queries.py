"""What can be asked about offices, their rules and their rest days."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError

from .models import LocalParameter, Office
from .regions import region_prefix
from .scope import paths, within
from .values import is_readable

if TYPE_CHECKING:
    from casework.staff.models import User


class UnknownParameter(CaseworkError):
    """A rule needs a local value that nobody has entered."""

    message = _("A local value is missing.")


def parameter(code: str, office: Office, on: date) -> Any:
    """Return the value of a local rule on a day: of the nearest place upwards that has one, its newest.

    Raises:
        UnknownParameter: no place on the way up has one that day; says which it knows.
    """
    row = _nearest(code, office, on)
    if row is None:
        known = LocalParameter.objects.filter(code=code).select_related("office").order_by("valid_from")[:5]
        told = _now("; ").join(f"{row.office} {row.valid_from}" for row in known) or _now("none")
        raise UnknownParameter(
            _now("There is no value of “%(code)s” for %(office)s on %(on)s. Entered so far: %(known)s.")
            % {"code": code, "office": office, "on": on.isoformat(), "known": told}
        )
    return row.value


def parameter_or(code: str, office: Office, on: date, otherwise: Any) -> Any:
    """Return the value of a local rule on a day, or what holds where no place has entered one that can be read."""
    row = _nearest(code, office, on)
    return row.value if row is not None and is_readable(code, row.value) else otherwise


def parameters_on(codes: Iterable[str], office: Office, on: date) -> dict[str, LocalParameter]:
    """Return the rows that hold on a day, by code, each of the nearest place upwards that has one; in one query.

    A code that no place has entered is left out.
    """
    rows = LocalParameter.objects.filter(_holding(office, on), code__in=list(codes)).select_related("office")
    return {row.code: row for row in rows.order_by("office__depth", "valid_from")}


def _holding(office: Office, on: date) -> Q:
    """Return the condition of the rows that hold for an office on a day."""
    still = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    return Q(office__path__in=office.path_upwards, valid_from__lte=on) & still


def _nearest(code: str, office: Office, on: date) -> LocalParameter | None:
    return (
        LocalParameter.objects.filter(_holding(office, on), code=code).order_by("-office__depth", "-valid_from").first()
    )


def offices_visible_to(user: "User") -> "QuerySet[Office]":
    """Return the offices in which the person holds any role, and those below them."""
    held = paths(user, {grant.role for grant in user.grants()})
    return Office.objects.filter(within(held, "path")).order_by("path")


def offices_where(user: "User", roles: tuple[str, ...]) -> "QuerySet[Office]":
    """Return the working offices a person may act for in one of the roles."""
    return Office.objects.filter(within(paths(user, roles), "path"), is_active=True).order_by("path")


def offices_of(region: str) -> "QuerySet[Office]":
    """Return the offices whose calendar holds the special days of a region, the uppermost first."""
    return Office.objects.filter(region__startswith=region_prefix(region)).order_by("depth", "path")


def published_years(days: Iterable[tuple[int, bool]]) -> frozenset[int]:
    """Return the years whose national calendar is here as published.

    Args:
        days: of each special day of the whole country its year, and whether it is only expected.
    """
    entered = set(days)
    # One day entered by hand among expected ones is no published notice.
    return frozenset(year for year, expected in entered if not expected and (year, True) not in entered)
