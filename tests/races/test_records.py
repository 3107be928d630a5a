"""One record entered by several people at the same moment: it stands there once, and the others read whose it is."""

from functools import partial

import pytest

from casework.audit.errors import CaseworkError
from casework.employers import operations as employers
from casework.employers.models import Employer
from casework.offices.roles import Role
from casework.people import operations as people
from casework.people.models import Worker
from casework.staff import operations as staff
from casework.staff.models import RoleGrant, User
from tests.factories import AT, a_credit_code, a_user, an_id_number, the_security_administrators

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 4


def split(answers):
    """Return what succeeded, and what was refused with a reason; anything else fails the test."""
    done = [answer for answer in answers if not isinstance(answer, Exception)]
    refused = [answer for answer in answers if isinstance(answer, CaseworkError)]
    assert len(done) + len(refused) == len(answers), answers
    return done, refused


class TestOneRecord:
    def test_of_a_worker_is_entered_once(self, cast, at_once):
        facts = {"office": cast.tree.county, "name": "王建国", "id_number": an_id_number(), "by": cast.lin, "at": AT}

        done, refused = split(at_once([partial(people.register_worker, **facts)] * TIMES))

        assert (len(done), len(refused), Worker.objects.count()) == (1, TIMES - 1, 1)
        assert all(isinstance(error, people.DuplicateWorker) for error in refused)

    def test_of_an_employer_is_entered_once(self, cast, at_once):
        facts = {"office": cast.tree.county, "name": "精密厂", "uscc": a_credit_code(), "by": cast.lin, "at": AT}

        done, refused = split(at_once([partial(employers.register_employer, **facts)] * TIMES))

        assert (len(done), len(refused), Employer.objects.count()) == (1, TIMES - 1, 1)
        assert all(isinstance(error, employers.DuplicateEmployer) for error in refused)

    def test_of_an_account_is_opened_once(self, cast, at_once):
        facts = {"username": "newcomer", "display_name": "新人", "by": None, "at": AT}

        done, refused = split(at_once([partial(staff.add_user, **facts)] * TIMES))

        assert (len(done), len(refused)) == (1, TIMES - 1)
        assert User.objects.filter(username="newcomer").count() == 1

    def test_of_a_role_is_granted_once(self, cast, at_once):
        person = a_user("newcomer", role=None)
        qian, _he = the_security_administrators()
        facts = {"user": person, "role": Role.OPERATOR, "office": cast.tree.county, "by": qian, "at": AT}

        done, refused = split(at_once([partial(staff.grant_role, **facts)] * TIMES))

        assert (len(done), len(refused)) == (1, TIMES - 1)
        assert RoleGrant.objects.filter(user=person).count() == 1
        assert all(isinstance(error, staff.AlreadyHeld) for error in refused)
