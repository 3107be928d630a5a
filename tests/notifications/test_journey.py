"""A real case: who hears of it, and where that leads."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Notification
from notifications.operations import sweep
from notifications.wording import message
from tests.factories import AT, an_office_tree, chen, lin, sun, zhao
from workflows import operations

pytestmark = pytest.mark.django_db(transaction=True)


def open_a_case() -> Any:
    facts = {"office": an_office_tree().county, "worker_name": "王小明", "summary": "丢了一把伞", "thing": "伞"}
    return operations.open_case(case_type="toy", by=lin(), at=AT, **facts)


def test_an_opened_case_reaches_the_mediators_of_the_office_and_nobody_else(client: Client) -> None:
    mediator, _ = chen(), [sun(), zhao()]

    case = open_a_case()

    told = Notification.objects.get()
    assert told.user == mediator
    assert message(told, "en")["body"] == f"{case.number} · Search"
    client.force_login(mediator)
    assert client.get(told.link).status_code == 200


def test_what_a_crash_swallowed_arrives_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    mediator = chen()
    with monkeypatch.context() as crashed:
        crashed.setattr("casework.audit.operation.AFTER_COMMIT", [])
        open_a_case()
    assert not Notification.objects.exists()

    sweep(at=timezone.now())
    sweep(at=timezone.now())

    assert Notification.objects.get().user == mediator
