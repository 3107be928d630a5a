"""The invented city at the beginning of a story."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from casework.offices.models import Office
from casework.staff.models import User
from config.demo.city import Cast, found_city
from workflows.case_type import case_type
from workflows.walking import Walk

from .desk import Desk

# Long enough ago that the notices, periods and answers of a walk lie behind us.
FOUNDED = timedelta(days=120)
SOME_WEEKS = timedelta(days=60)


@pytest.fixture(autouse=True)
def no_printing(monkeypatch):
    """Letters are written, not printed: printing has its own tests."""
    monkeypatch.setattr("casework.documents.engine.print_pdf", lambda html: b"%PDF-1.7 " + html.encode())


@pytest.fixture(scope="module")
def founded(django_db_setup, django_db_blocker):
    """The city, founded once for the stories of a role; nothing of it is left afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        found_city(at=timezone.now() - FOUNDED)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(founded, db):
    """The people and offices of the city, as they are at the beginning of the story."""
    return Cast(
        {person.username: person for person in User.objects.all()},
        {office.code: office for office in Office.objects.all()},
    )


@pytest.fixture
def desk(city):
    """Sit somebody down before her screen."""
    return lambda login: Desk(city[login])


@pytest.fixture
def walk(city):
    """Begin the walk of a case some weeks ago; the story takes the case up where the walk leaves it."""
    return lambda slug: Walk(kind=case_type(slug), cast=city, office=city.office, at=timezone.now() - SOME_WEEKS)
