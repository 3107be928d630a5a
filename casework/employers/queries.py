"""What can be asked about employers. Their records are open to every office: one employer meets many."""

from uuid import UUID

from django.db.models import QuerySet

from casework.audit.errors import NotFound
from casework.offices.scope import may
from casework.people import identifiers
from casework.staff.models import User

from .models import Employer, EnterpriseVisit, KeySupervision


def employers_visible_to(user: User) -> "QuerySet[Employer]":
    """Return the employers, to anybody whose role reads them."""
    return Employer.objects.all() if may(user, "employer.read") else Employer.objects.none()


def search_employers(user: User, text: str) -> "QuerySet[Employer]":
    """Return the employers whose code is the text, or whose name holds it."""
    found, text = employers_visible_to(user), text.strip()
    if not text:
        return found
    number = identifiers.compact(text)
    if len(number) == identifiers.USCC_LENGTH and number.isascii():
        return found.filter(uscc=number)
    return found.filter(name__icontains=text)


def employer_for(user: User, uuid: UUID) -> Employer:
    """Return an employer, if the person's role reads employers.

    Raises:
        NotFound: there is none, or no role that reads them.
    """
    found = employers_visible_to(user).select_related("office").filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def employer_with_code(uscc: str) -> Employer | None:
    """Return the employer a unified social credit code belongs to."""
    return Employer.objects.filter(uscc=identifiers.compact(uscc)).first() if uscc else None


def supervisions_of(employer: Employer) -> "QuerySet[KeySupervision]":
    """Return the periods of close supervision, the newest first."""
    return KeySupervision.objects.filter(employer=employer).order_by("-since_on", "-id")


def visits_to(employer: Employer) -> "QuerySet[EnterpriseVisit]":
    """Return the visits paid to an employer, the newest first."""
    return EnterpriseVisit.objects.filter(employer=employer).select_related("visited_by").order_by("-visited_on", "-id")


def only_employer_named(name: str) -> Employer | None:
    """Return the employer of a name, unless several share it."""
    found = list(Employer.objects.filter(name=name)[:2])
    return found[0] if len(found) == 1 else None
