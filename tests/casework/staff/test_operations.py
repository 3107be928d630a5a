from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, WrongState
from casework.audit.events import SECURITY
from casework.audit.models import Event
from casework.offices.roles import TWO_PERSON_ROLES, Role
from casework.staff import operations, queries
from casework.staff.models import RoleGrant, User
from tests.factories import (
    AT,
    a_user,
    an_office_tree,
    chen,
    fang,
    lin,
    meng,
    sun,
    the_security_administrators,
    zhao,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def granted(role: Role, *, user: User | None = None, **over) -> RoleGrant:
    qian, _he = the_security_administrators()
    facts = {"user": user or a_user(role=None), "role": role, "office": an_office_tree().county, "by": qian, "at": AT}
    return operations.grant_role(**facts | over)


class TestAddUser:
    def test_may_do_nothing_yet(self):
        user = operations.add_user(username="new", display_name="新人", password="a-long-secret", by=meng(), at=AT)
        assert user.grants() == []
        assert authenticate(username="new", password="a-long-secret") == user
        event = Event.objects.latest("id")
        assert (event.stream, event.kind, event.facts["username"]) == (SECURITY, "user.added", "new")

    def test_without_a_password_nobody_logs_in_with_it(self):
        operations.add_user(username="new", display_name="新人", by=None, at=AT)
        assert authenticate(username="new", password="") is None

    @pytest.mark.parametrize("username", ["", "Wang Wei", "王伟", "-x"])
    def test_refuses_a_name_that_cannot_be_typed(self, username):
        with pytest.raises(InvalidFacts) as caught:
            operations.add_user(username=username, display_name="新人", by=None, at=AT)
        assert set(caught.value.errors) == {"username"}

    def test_refuses_a_name_that_is_taken(self):
        with pytest.raises(InvalidFacts):
            operations.add_user(username=lin().username, display_name="x", by=None, at=AT)

    def test_is_the_system_administrators_work(self):
        with pytest.raises(NotAllowed):
            operations.add_user(username="new", display_name="新人", by=sun(), at=AT)


class TestGrantRole:
    def test_of_an_operator_counts_at_once(self):
        grant = granted(Role.OPERATOR)
        assert [g.role for g in grant.user.grants(AT)] == [Role.OPERATOR]
        assert grant.user.grants(AT)[0].office_path == an_office_tree().county.path

    @pytest.mark.parametrize("role", sorted(TWO_PERSON_ROLES))
    def test_of_a_two_person_role_waits_for_the_second(self, role):
        qian, he = the_security_administrators()
        grant = granted(Role(role))
        assert grant.user.grants(AT) == []
        assert grant in queries.waiting_grants(he, TODAY)
        with pytest.raises(operations.SecondAdministratorNeeded):
            operations.confirm_grant(grant=grant, by=qian, at=AT)
        operations.confirm_grant(grant=grant, by=he, at=AT)
        assert [g.role for g in grant.user.grants(AT)] == [role]
        with pytest.raises(AlreadyDone) as caught:
            operations.confirm_grant(grant=grant, by=he, at=AT)
        assert caught.value.who == he

    def test_is_never_for_oneself(self):
        qian, he = the_security_administrators()
        with pytest.raises(operations.NotYourself):
            granted(Role.SUPERVISOR, user=qian, by=qian)
        grant = granted(Role.SECADMIN, user=he, by=qian)
        with pytest.raises(operations.NotYourself):
            operations.confirm_grant(grant=grant, by=he, at=AT)
        with pytest.raises(operations.NotYourself):
            operations.confirm_grant(grant=grant, by=None, at=AT)

    def test_the_database_holds_that_two_people_appoint(self):
        qian, he = the_security_administrators()
        grant = granted(Role.FINANCE)
        for wrong in ({"confirmed_by": qian}, {"confirmed_by": grant.user}, {"granted_by": grant.user}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RoleGrant.objects.filter(pk=grant.pk).update(**wrong)
        RoleGrant.objects.filter(pk=grant.pk).update(confirmed_by=he)

    def test_twice_is_refused_here_and_by_the_database(self):
        grant = granted(Role.OPERATOR)
        with pytest.raises(operations.AlreadyHeld):
            granted(Role.OPERATOR, user=grant.user)
        grant.pk, grant._state.adding = None, True
        with pytest.raises(IntegrityError), transaction.atomic():
            grant.save()

    def test_holds_from_and_until_its_days(self):
        grant = granted(Role.OPERATOR, valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 3))
        held = [bool(grant.user.grants(AT + timedelta(days=number))) for number in range(10, 15)]
        assert held == [False, True, True, False, False]

    def test_reaches_no_further_than_the_granters_own_office(self):
        tree = an_office_tree()
        local = a_user("local", role=Role.SECADMIN, office=tree.county)
        with pytest.raises(NotAllowed):
            granted(Role.OPERATOR, by=local, office=tree.other_county)
        with pytest.raises(NotAllowed):
            granted(Role.OPERATOR, by=sun())
        assert granted(Role.OPERATOR, by=local, office=tree.town).pk

    def test_is_not_for_the_public_door_or_a_closed_account(self):
        with pytest.raises(operations.AccountClosed):
            granted(Role.OPERATOR, user=operations.open_public_door(by=None, at=AT))
        closed = operations.deactivate_user(user=a_user(), by=meng(), at=AT)
        with pytest.raises(operations.AccountClosed):
            granted(Role.MEDIATOR, user=closed)

    def test_that_needs_nobody_else_is_not_confirmed(self):
        with pytest.raises(WrongState):
            operations.confirm_grant(grant=granted(Role.OPERATOR), by=the_security_administrators()[1], at=AT)


class TestEndGrant:
    def test_takes_the_role_away_at_once(self):
        qian, _he = the_security_administrators()
        grant = granted(Role.OPERATOR)
        operations.end_grant(grant=grant, by=qian, at=AT)
        assert grant.user.grants(AT) == []
        assert User.objects.get(pk=grant.user_id).grants(AT) == []
        with pytest.raises(AlreadyDone):
            operations.end_grant(grant=grant, by=qian, at=AT)
        assert granted(Role.OPERATOR, user=grant.user).counts_on(TODAY)

    def test_of_a_role_not_yet_begun_never_begins(self):
        grant = granted(Role.OPERATOR, valid_from=date(2027, 1, 1))
        operations.end_grant(grant=grant, by=the_security_administrators()[0], at=AT)
        assert not grant.counts_on(date(2027, 1, 1))


class TestDeactivateUser:
    def test_ends_roles_and_login(self, client):
        user = a_user("leaver", role=Role.SUPERVISOR, password="a-long-secret")
        client.force_login(user)
        assert client.get("/profile/").status_code == 200
        operations.deactivate_user(user=user, by=meng(), at=AT)
        assert client.get("/profile/").status_code == 302
        assert authenticate(username="leaver", password="a-long-secret") is None
        fresh = User.objects.get(pk=user.pk)
        assert fresh.grants() == []
        assert not RoleGrant.objects.filter(queries.in_force(TODAY), user=user)

    def test_happens_once_and_never_to_oneself(self):
        user = a_user()
        operations.deactivate_user(user=user, by=meng(), at=AT)
        with pytest.raises(AlreadyDone) as caught:
            operations.deactivate_user(user=user, by=meng(), at=AT)
        assert caught.value.when == AT
        with pytest.raises(operations.NotYourself):
            operations.deactivate_user(user=meng(), by=meng(), at=AT)

    def test_refusal_is_in_the_security_stream(self):
        with pytest.raises(NotAllowed):
            operations.deactivate_user(user=lin(), by=sun(), at=AT)
        event = Event.objects.latest("id")
        assert (event.stream, event.kind, event.actor) == (SECURITY, "operation.refused", sun())


class TestFirstAdministrators:
    def test_are_appointed_once_only(self):
        qian, he = the_security_administrators()
        assert [g.role for g in qian.grants(AT)] == [Role.SECADMIN]
        with pytest.raises(operations.RolesExist):
            operations.appoint_first_administrators(
                office=an_office_tree().province, first=qian, second=he, by=None, at=AT
            )

    def test_are_two(self):
        user = operations.add_user(username="alone", display_name="x", by=None, at=AT)
        with pytest.raises(operations.NotYourself):
            operations.appoint_first_administrators(
                office=an_office_tree().province, first=user, second=user, by=None, at=AT
            )


class TestPassword:
    def test_of_ones_own_is_changed_and_told(self):
        user = a_user(password="a-long-secret")
        operations.set_password(user=user, password="another-long-secret", by=user, at=AT)
        assert authenticate(username=user.username, password="another-long-secret") == user
        assert "another" not in Event.objects.latest("id").facts_text

    def test_of_another_needs_the_administrator(self):
        with pytest.raises(NotAllowed):
            operations.set_password(user=lin(), password="another-long-secret", by=chen(), at=AT)
        operations.set_password(user=lin(), password="another-long-secret", by=meng(), at=AT)

    def test_of_the_public_door_there_is_none(self):
        with pytest.raises(operations.AccountClosed):
            operations.set_password(
                user=operations.open_public_door(by=None, at=AT), password="another-long-secret", by=meng(), at=AT
            )


class TestGrants:
    def test_cost_one_query_for_an_instance(self, django_assert_num_queries):
        user = User.objects.get(pk=lin().pk)
        with django_assert_num_queries(1):
            user.grants()
            user.grants(AT)
            assert user.has_role(Role.OPERATOR)

    def test_open_configuration_to_the_system_administrator_only(self):
        assert meng().is_staff
        assert meng().has_perm("anything")
        for user in (lin(), sun(), the_security_administrators()[0]):
            assert not user.is_staff
            assert not user.has_module_perms("casework")


class TestHolders:
    def test_may_act_for_offices_below_their_own(self):
        tree = an_office_tree()
        people = {lin(), a_user("above", role=Role.OPERATOR, office=tree.city)}
        a_user("aside", role=Role.OPERATOR, office=tree.other_county)
        assert set(queries.holders_of(Role.OPERATOR, tree.town.path, TODAY)) == people
        assert set(queries.holders_of(Role.OPERATOR, tree.city.path, TODAY)) == people - {lin()}

    def test_unconfirmed_ended_and_closed_do_not_count(self):
        tree = an_office_tree()
        granted(Role.FINANCE)
        operations.end_grant(grant=RoleGrant.objects.get(user=fang()), by=the_security_administrators()[0], at=AT)
        operations.deactivate_user(user=zhao(), by=meng(), at=AT)
        assert not queries.holders_of(Role.FINANCE, tree.county.path, TODAY)
        assert not queries.holders_of(Role.MEDIATOR, tree.other_county.path, TODAY)
