"""A worker that is killed in the middle of a sweep, for real: what it left is done by the next one, once."""

import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from casework.audit import operation as audit_operation
from casework.audit.models import Event
from notifications import operations as notifications
from notifications.models import Dispatched, Inbox, Notification
from tests.factories import AT
from tests.scale import scale
from tests.workflows.conftest import cast, open_toy

__all__ = ["cast", "open_toy"]

WORKER = """
import time
import django; django.setup()
from django.db import connection
from django.utils import timezone
from notifications import hints, operations
connection.settings_dict["NAME"] = {name!r}
hints.tell = lambda _told: time.sleep(0.05)  # between one commit and the next
print("ready", flush=True)
operations.sweep(at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_sweep_is_finished_by_the_next_and_tells_nobody_twice(cast, open_toy, monkeypatch):
    monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [])  # everything is left to the sweep
    for _ in range(scale("killed_sweep_cases")):
        open_toy()
    queued = Event.objects.filter(kind="task.queued").count()
    connection.close()  # SQLite's file must be the worker's to write

    with subprocess.Popen(
        [sys.executable, "-c", WORKER.format(name=str(connection.settings_dict["NAME"]))],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        while Dispatched.objects.count() < 2 and worker.poll() is None:
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)
    before = Notification.objects.filter(user=cast.chen).count()

    notifications.sweep(at=AT)

    assert 0 < before < queued, "the worker was killed in the middle"
    told = list(Notification.objects.filter(user=cast.chen).order_by("seq").values_list("seq", "event_id"))
    assert [seq for seq, _event in told] == list(range(1, queued + 1))
    assert len({event for _seq, event in told}) == queued
    assert Inbox.objects.get(user=cast.chen).last_seq == queued
    assert notifications.sweep(at=AT) == 0
