"""What is read for a hardship case: the rules of its place, its household as found, and where else it is known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.audit.errors import CaseworkError
from casework.cases.conflicts import untied_holders
from casework.cases.models import ClaimLine
from casework.deadlines.queries import OfficePlace
from casework.deadlines.rules import DeadlineRule, due
from casework.offices import values
from casework.offices.models import Office
from casework.offices.queries import parameter, parameter_or, parameters_on
from casework.offices.roles import Role
from casework.people.files import on_file_already
from casework.people.models import HardshipFile, HouseholdMember, Worker
from casework.people.queries import Known, id_keys_of

from . import eligibility
from .aid_deadlines import MUTUAL_AID_CLAIM
from .eligibility import Assessment, Household, Rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from casework.staff.models import User

# The local subsistence line (低保), and everything else a place has ruled; numbers are written as texts.
DIBAO_PARAMETER = "hardship.dibao_monthly"
RULES_PARAMETER = "hardship.rules"
# "masked" (王*) or "full": how names stand on a public notice.
MASKING_PARAMETER = "hardship.notice.names"


class UnreadableRules(CaseworkError):
    """The local rules were entered wrongly; the message says what cannot be read."""

    message = _("The local rules of hardship relief cannot be read.")


# Stands for a line where only the rest of the rules is asked about.
A_LINE = "1"


def check_value(code: str, value: Any) -> None:
    """Refuse rules of hardship relief that cannot be read, and ways of writing names that do not exist.

    Raises:
        UnreadableRules, UnreadableValue: say what is wrong.
    """
    if code == DIBAO_PARAMETER:
        read_rules(value, {}, [])
    elif code == RULES_PARAMETER:
        read_rules(A_LINE, value, [])
    elif code == MASKING_PARAMETER:
        values.one_of(value, ("masked", "full"))


values.CHECKS.append(check_value)


def rules_for(office: Office, on: date) -> Rules:
    """Return the rules of a place on a day.

    Raises:
        UnknownParameter: nobody entered the subsistence line.
        UnreadableRules: what was entered makes no sense.
    """
    rows = parameters_on([DIBAO_PARAMETER, RULES_PARAMETER], office, on)
    line, ruled = rows.get(DIBAO_PARAMETER), rows.get(RULES_PARAMETER)
    value = line.value if line else parameter(DIBAO_PARAMETER, office, on)  # which says what is known
    found = read_rules(value, ruled.value if ruled else {}, [row.source for row in (line, ruled) if row])
    return replace(found, since=max(row.valid_from for row in (line, ruled) if row))


def read_rules(line: Any, stored: Any, sources: Iterable[str]) -> Rules:
    """Return rules as a place entered them, with the documents they stand in.

    Raises:
        UnreadableRules: what was entered makes no sense.
    """
    try:
        rules = Rules.read(line, stored)
    except eligibility.BadRules as error:
        raise UnreadableRules(
            _now("The local rules of hardship relief cannot be read: %(what)s.") % {"what": error}
        ) from error
    return replace(rules, source="; ".join(dict.fromkeys(filter(None, sources))))


def names_are_masked(office: Office, on: date) -> bool:
    """Return whether names stand masked on public notices of this place."""
    return parameter_or(MASKING_PARAMETER, office, on, "masked") != "full"


def household_found(case: Any, survey: Any) -> Household:
    """Return what the survey and the record say of the household."""
    return Household(
        persons=survey.persons,
        wages=survey.wages,
        business=survey.business,
        property_income=survey.property_income,
        transfers=survey.transfers,
        other_income=survey.other_income,
        union_relief=survey.union_relief,
        basic_pension=survey.basic_pension,
        idle_adults=survey.idle_adults,
        illness=survey.illness,
        disability=survey.disability,
        schooling=survey.schooling,
        housing=survey.housing,
        other_expense=survey.other_expense,
        accident_expense=survey.accident_expense,
        self_paid_medical=survey.self_paid_medical,
        pupils=1 if case.programme == eligibility.Programme.EDUCATION else survey.pupils,
        exclusions=tuple(survey.exclusions),
        is_migrant=case.is_migrant,
        employed_months=case.employed_months,
        is_member=case.worker.union_member,
        claimable_until=last_day_of(MUTUAL_AID_CLAIM, case, case.settled_on) if case.settled_on else None,
        claimed_on=localdate(case.opened_at),
    )


def last_day_of(rule: DeadlineRule, case: Any, first: date) -> date:
    """Return the last day of a period of a case that begins on a day, as its place counts it."""
    place = OfficePlace(case.office_path)
    return due(place.here(rule, first), first, place.calendar).due_on


def assessment_of(case: Any) -> Assessment | None:
    """Return what the rules propose on the newest survey; nothing before there is one."""
    survey = case.surveys.last()
    if survey is None:
        return None
    home, rules = household_found(case, survey), rules_for(case.office, survey.surveyed_on)
    return eligibility.assess(home, rules, case.programme)


def ceiling_of(case: Any, category: str) -> eligibility.Ceiling:
    """Return the most the case's programme may give to its household in a category."""
    survey = case.surveys.last()
    rules = rules_for(case.office, survey.surveyed_on)
    return eligibility.ceiling(case.programme, category, household_found(case, survey), rules)


def other_programmes_of_year(case: Any, year: int) -> list[str]:
    """Return the programmes the applicant gets something from by other cases opened in a year."""
    lines = ClaimLine.objects.filter(
        worker=case.worker_id, programme__in=eligibility.Programme.values, case__opened_at__year=year
    )
    lines = lines.exclude(case=case.pk).exclude(state__in=(ClaimLine.State.REFUSED, ClaimLine.State.WITHDRAWN))
    return sorted(set(lines.values_list("programme", flat=True)))


def other_file_of_household(worker: Worker) -> Known | None:
    """Answer across all offices whether somebody of a worker's household is on another household's live file.

    It says where to ask and nothing about the people.
    """
    members = HouseholdMember.objects.filter(household__head=worker).exclude(id_key="")
    id_keys = id_keys_of(worker, *members)
    if not id_keys:
        return None
    there = Q(household__head__id_key__in=id_keys) | Q(household__members__id_key__in=id_keys)
    files = HardshipFile.objects.filter(there, exited_on=None).exclude(household__head=worker).order_by("id")
    people = ("household__head__id_key", "household__members__id_key")
    for head, member, *office in files.values_list(*people, "office__name", "office__phone"):
        if on_file_already({head, member}, id_keys):
            return Known(*office)
    return None


def possible_companions(case: Any, surveyor: "User | None", on: date) -> "QuerySet[User]":
    """Return who may go along on a survey: visitors who reach the case's office."""
    found = untied_holders(case, Role.VISITOR, on)
    return found.exclude(pk=surveyor.pk) if surveyor else found
