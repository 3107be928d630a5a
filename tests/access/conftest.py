"""The rows of the expectation table, made once for the tests of this folder."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from pypdf import PdfWriter

from .world import World


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The rows; nothing of them is left afterwards."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        # Letters are written, not printed: printing has its own tests.
        patch.setattr("casework.documents.engine.print_pdf", lambda html: a_blank_page())
        yield World()
        transaction.set_rollback(True)


def a_blank_page() -> bytes:
    """Return the shortest PDF there is."""
    whole, written = PdfWriter(), BytesIO()
    whole.add_blank_page(72, 72)
    whole.write(written)
    return written.getvalue()
