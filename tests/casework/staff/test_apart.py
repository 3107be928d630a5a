"""Who holds one of the three powers holds no other role, whoever writes the row: operations, in bulk, or raw SQL."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction

from casework.audit import triggers
from casework.offices.roles import APART, Role
from casework.staff import operations
from casework.staff.models import RoleGrant, User
from tests.factories import AT, a_user, an_office_tree, appoint, the_security_administrators

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PAIRS = [pair for pair in permutations(Role, 2) if APART & set(pair)]


def a_grant(user: User, role: Role, **over: object) -> RoleGrant:
    qian, he = the_security_administrators()
    facts = {"office": an_office_tree().county, "valid_from": TODAY, "granted_by": qian, "confirmed_by": he}
    return RoleGrant(user=user, role=role, **facts | over)


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_no_second_power_enters_the_table(held: Role, wanted: Role) -> None:
    person = a_user(role=held)

    for write in (
        lambda: a_grant(person, wanted).save(),
        lambda: RoleGrant.objects.bulk_create([a_grant(person, wanted)]),
        lambda: insert(a_grant(person, wanted)),
        lambda: RoleGrant.objects.bulk_create([a_grant(person, wanted)], ignore_conflicts=True),
    ):
        with pytest.raises(IntegrityError, match="holds no other role"), transaction.atomic():
            write()
    assert [grant.role for grant in RoleGrant.objects.filter(user=person)] == [held]


def insert(grant: RoleGrant) -> None:
    """Write a row past every model."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_rolegrant (user_id, role, office_id, valid_from) VALUES (%s, %s, %s, %s)",
            [grant.user_id, grant.role, grant.office_id, grant.valid_from],
        )


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_no_appointment_moves_to_who_holds_another(held: Role, wanted: Role) -> None:
    person, other = a_user(role=held), a_user(role=wanted)

    with pytest.raises(IntegrityError, match="holds no other role"), transaction.atomic():
        RoleGrant.objects.filter(user=other).update(user=person)


@pytest.mark.parametrize("power", sorted(APART))
def test_no_other_role_becomes_a_power(power: Role) -> None:
    person = a_user(role=Role.MEDIATOR)
    appoint(person, Role.OPERATOR, an_office_tree().county)
    mine = RoleGrant.objects.filter(user=person, role=Role.OPERATOR)

    with pytest.raises(IntegrityError, match="holds no other role"), transaction.atomic():
        mine.update(role=power)
    row = mine.get()
    row.role = power
    with pytest.raises(IntegrityError, match="holds no other role"), transaction.atomic():
        RoleGrant.objects.bulk_update([row], ["role"])


def test_an_ended_power_makes_room_and_does_not_come_back() -> None:
    person = a_user(role=Role.AUDITOR)
    ended = RoleGrant.objects.get(user=person)
    RoleGrant.objects.filter(pk=ended.pk).update(valid_until=TODAY)

    a_grant(person, Role.SYSADMIN).save()

    for until in (None, TODAY + timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.filter(pk=ended.pk).update(valid_until=until)


def test_one_that_never_began_is_none() -> None:
    person = a_user(role=Role.AUDITOR)
    a_grant(person, Role.SYSADMIN, valid_until=TODAY).save()
    assert RoleGrant.objects.filter(user=person).count() == 2


def test_who_held_two_before_the_rule_can_have_one_ended_and_none_confirmed() -> None:
    qian, he = the_security_administrators()
    person = a_user(role=Role.AUDITOR)
    with triggers.lifted(connection):
        second = a_grant(person, Role.SYSADMIN, confirmed_by=None)
        second.save()

    with pytest.raises(operations.PowersApart):
        operations.confirm_grant(grant=second, by=he, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=second.pk).update(confirmed_by=he)
    operations.end_grant(grant=RoleGrant.objects.get(user=person, role=Role.AUDITOR), by=qian, at=AT)
    operations.confirm_grant(grant=second, by=he, at=AT)

    assert User.objects.get(pk=person.pk).has_role(Role.SYSADMIN)
