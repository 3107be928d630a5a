"""The demonstration, made once for the tests that read it."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import transaction

from config.demo.making import FULL, make_demo
from tests.factories import AT

DAY = AT.date()


@contextmanager
def undone():
    """Undo whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@contextmanager
def nothing_printed():
    """Letters are written, not printed: printing has its own tests and takes a quarter of a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("casework.documents.engine.print_pdf", lambda html: b"%PDF-1.7 " + html.encode())
        yield


@pytest.fixture
def no_printing():
    with nothing_printed():
        yield


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The whole demonstration, once for a module; what a test of it changes is undone as ever."""
    with django_db_blocker.unblock(), undone(), nothing_printed():
        yield make_demo(on=DAY, size=FULL)
