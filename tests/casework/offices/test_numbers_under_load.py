from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from casework.offices.models import Office
from casework.offices.operations import next_number
from tests.factories import an_office_tree
from tests.scale import scale


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_the_same_moment_have_no_gap_and_no_double():
    office = an_office_tree().county
    wanted = scale("concurrent_approvals")

    def take(_number: int) -> str:
        try:
            with transaction.atomic():
                return next_number("HF", Office.objects.get(pk=office.pk), 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(wanted) as pool:
        given = sorted(pool.map(take, range(wanted)))
    assert given == [f"HF-410105-2026-{number:06d}" for number in range(1, wanted + 1)]
