"""A worker that is killed in the middle of a sweep, for real: what it left is done by the next one, once."""

import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from casework.audit import operation as audit_operation
from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases import operations as cases
from casework.rights import disposals
from notifications import operations as notifications
from notifications.dispatch import dispatch
from notifications.models import Dispatched, Inbox, Notification
from tests.factories import AT, gao
from tests.notifications.conftest import an_alarm, beijing, town
from tests.scale import scale
from tests.workflows.conftest import cast, open_toy

__all__ = ["cast", "open_toy", "town"]

WORKER = """
import time
import django; django.setup()
from django.db import connection
from django.utils import timezone
from notifications import hints, operations
connection.settings_dict["NAME"] = {name!r}
hints.tell = lambda _told: time.sleep(0.05)  # between one commit and the next
print("ready", flush=True)
{act}
"""


def killed_worker(act, begun):
    """Have a process of its own act, and kill it once it has begun."""
    connection.close()  # SQLite's file must be the worker's to write
    with subprocess.Popen(
        [sys.executable, "-c", WORKER.format(name=str(connection.settings_dict["NAME"]), act=act)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        while not begun() and worker.poll() is None:
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_killed_sweep_is_finished_by_the_next_and_tells_nobody_twice(cast, open_toy, monkeypatch):
    monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [])  # everything is left to the sweep
    for _ in range(scale("killed_sweep_cases")):
        open_toy()
    queued = Event.objects.filter(kind="task.queued").count()

    killed_worker("operations.sweep(at=timezone.now())", lambda: Dispatched.objects.count() >= 2)
    before = Notification.objects.filter(user=cast.chen).count()

    notifications.sweep(at=AT)

    assert 0 < before < queued, "the worker was killed in the middle"
    told = list(Notification.objects.filter(user=cast.chen).order_by("seq").values_list("seq", "event_id"))
    assert [seq for seq, _event in told] == list(range(1, queued + 1))
    assert len({event for _seq, event in told}) == queued
    assert Inbox.objects.get(user=cast.chen).last_seq == queued
    assert notifications.sweep(at=AT) == 0


@pytest.mark.django_db(transaction=True)
def test_a_killed_release_is_finished_by_the_next_in_the_order_that_was_due(town, monkeypatch):
    monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [])
    night, morning = beijing(3, 5, 3), beijing(3, 5, 9)
    waiting = 2 * scale("killed_sweep_cases")
    dispatch(an_alarm(town.case, at=night, users=[town.chen.pk], times=waiting), at=night)
    released = Notification.objects.filter(user=town.chen, seq__isnull=False)

    act = f"operations.AT_ONCE = 2; operations.release(at=timezone.datetime.fromisoformat({morning.isoformat()!r}))"
    killed_worker(act, lambda: released.count() >= 2)
    before = released.count()

    assert 0 < before < waiting, "the worker was killed in the middle"
    assert Inbox.objects.get(user=town.chen).last_seq == before
    assert notifications.sweep(at=morning) == waiting - before
    told = list(released.order_by("seq").values_list("seq", "id"))
    assert [seq for seq, _id in told] == list(range(1, waiting + 1))
    assert told == sorted(told, key=lambda one: one[1])
    assert notifications.sweep(at=morning) == 0


@pytest.mark.django_db(transaction=True)
def test_a_killed_disposal_is_finished_by_the_next_sweep_and_destroys_nothing_twice(cast, monkeypatch):
    monkeypatch.setattr(audit_operation, "AFTER_COMMIT", [])
    count = scale("killed_disposal_files")
    batch, over = many_to_destroy(cast, count)
    ended = batch.lines.filter(outcome="done")

    act = (
        "from casework.rights import disposals; from casework.rights.models import DisposalBatch; "
        f"at = timezone.datetime.fromisoformat({over.isoformat()!r}); "
        "disposals.carry_on(batch=DisposalBatch.objects.get(), at=at)"
    )
    killed_worker(act, lambda: ended.count() >= 2)
    before = ended.count()

    assert 0 < before < count, "the worker was killed in the middle"
    disposals.carry_on(batch=batch, at=over)
    batch.refresh_from_db()
    assert (batch.state, disposals.tally(batch).done) == ("done", count)
    told = [event.facts["line"] for event in Event.objects.filter(kind="contact.disposed")]
    assert (len(told), len(set(told))) == (count, count)
    assert verify(texts=True).faults == []


def many_to_destroy(cast, count):
    """Have two supervisors agree that many old contacts are destroyed."""
    keys = []
    for number in range(count):
        contact = cases.take_contact(
            office=cast.tree.county,
            channel="phone",
            matter="consult",
            caller_name="李四",
            caller_phone=f"199{number:08d}",
            question="年休假怎么算？",
            answer="满一年休五天。",
            by=cast.lin,
            at=AT,
        )
        keys.append(f"contact:{contact.pk}")
    over = AT + timedelta(days=4 * 366)
    batch = disposals.propose_disposal(picked=keys, by=cast.sun, at=over)
    return disposals.confirm_disposal(batch=batch, by=gao(), at=over), over
