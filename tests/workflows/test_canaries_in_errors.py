"""When something breaks, what people tell stays where it is (trust H1), and while it is sent in, too.

Not on the error page, not in the log, not in the list of jobs; in no file but the sealed one.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Queue, Value
from pathlib import Path
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async as in_database
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure
from django_q.monitor import monitor
from django_q.worker import worker

from casework.audit.operation import Unit
from casework.documents import letters
from casework.documents.models import Document
from casework.jobs import JOBS
from config.asgi import application
from tests.casework.documents import samples
from tests.factories import a_worker, an_office_tree, lin
from workflows import operations
from workflows.case_type import case_type

from .test_canaries import (
    CANARIES,
    CARD,
    ID_NUMBER,
    INCOME,
    NAME,
    PHONE,
    WORDS,
    columns_with_canaries,
    files_with_canaries,
    found_in,
    listener,
)

__all__ = ["listener"]
pytestmark = pytest.mark.django_db(transaction=True)


class Broken(Exception):
    """An error that quotes all that was sent, as errors do."""

    def __init__(self) -> None:
        super().__init__(f"bad input: {CANARIES}")


def break_down(*_args, **_facts):
    """Fail as a database does: what it says quotes the row, and so does the error that it leads to."""
    try:
        raise IntegrityError(f"duplicate key\nDETAIL:  Key (name, phone)=({', '.join(CANARIES.values())}) exists.")
    except IntegrityError as error:
        raise Broken from error


@pytest.fixture
def browser():
    client = Client(raise_request_exception=False)
    client.force_login(lin())
    return client


def a_case(**facts):
    told = {"office": an_office_tree().county, "worker_name": NAME, "thing": "围巾", "summary": WORDS}
    return operations.open_case(case_type=case_type("toy"), by=lin(), at=timezone.now(), **told | facts)


def forms():
    """Yield forms with everything in them that people tell: address and what is sent."""
    worker, case = a_worker(), a_case()
    paper = SimpleUploadedFile(f"{NAME}{ID_NUMBER}.pdf", samples.PDF, "application/pdf")
    person = {"name": NAME, "id_type": "resident", "id_number": ID_NUMBER}
    office = worker.office
    yield reverse("worker_new"), {**person, "office": office.pk, "phone": PHONE, "address": WORDS}
    called = {
        "office": office.code,
        "channel": "phone",
        "matter": "consult",
        "caller_name": NAME,
        "caller_phone": PHONE,
    }
    yield reverse("contact_new"), {**called, "question": WORDS, "answer": WORDS}
    account = {"holder_name": NAME, "bank_name": WORDS, "number": CARD, "number_again": CARD}
    yield reverse("account_new", args=[worker.uuid]), account
    member = {**person, "relation": "child", "occupation": "student", "monthly_income": INCOME}
    yield reverse("member_new", args=[worker.uuid]), member
    yield reverse("document_upload", args=[case.number]), {"kind": "other", "title": WORDS, "file": paper}
    yield reverse("case_withdraw", args=[case.number]), {"reason": WORDS}


def test_an_error_page_and_its_line_in_the_log_say_nothing_of_what_was_sent(browser, listener, monkeypatch):
    sent = list(forms())
    monkeypatch.setattr(Unit, "write", break_down)

    for address, filled in sent:
        answer = browser.post(address, filled)
        assert answer.status_code == 500, address
        assert found_in(answer.content.decode() + str(answer.headers)) == []

    broken = [line for line in listener.lines if "Broken" in line]
    assert len(broken) >= len(sent), "each was logged"
    assert [line for line in listener.lines if found_in(line)] == []


def test_a_job_that_fails_says_nothing_in_the_log_nor_in_the_list_of_jobs(listener, monkeypatch):
    run = letters.begin_run(
        office=an_office_tree().county,
        paper="notice.closed",
        result=WORDS,
        cases=[a_case()],
        by=lin(),
        at=timezone.now(),
    )
    monkeypatch.setitem(JOBS, letters.JOB, break_down)
    monkeypatch.setattr("config.sweep.forget_old_drafts", break_down)

    for task, args in (("casework.jobs.work", (letters.JOB, run.pk)), ("config.sweep.sweep_now", ())):
        work_as_the_cluster_does(task, args)

    failures = Failure.objects.all()
    assert {failure.func for failure in failures} == {"casework.jobs.work", "config.sweep.sweep_now"}
    assert all("Broken" in str(failure.result) for failure in failures), "and what it was"
    assert not [failure for failure in failures if found_in(str(failure.result))]
    assert not [column for column in columns_with_canaries() if column.startswith("django_q")]
    assert [line for line in listener.lines if "Broken" in line]
    assert [line for line in listener.lines if found_in(line)] == []


def work_as_the_cluster_does(function, args):
    """Have django-q's own worker do a task and its own monitor keep what came of it."""
    task = {
        "id": uuid4().hex,
        "name": "canary",
        "func": function,
        "args": args,
        "kwargs": {},
        "started": timezone.now(),
    }
    tasks, results = Queue(), Queue()
    tasks.put(task)
    tasks.put("STOP")
    worker(tasks, results, Value("f", -1), timeout=settings.Q_CLUSTER["timeout"])
    results.put("STOP")
    monitor(results)


# ---- files -----------------------------------------------------------------------------------------------

_written: list[str] | None = None


def _note(event: str, args: tuple) -> None:
    """Note each file that is opened for writing, also one without a name."""
    if _written is not None and event == "open" and isinstance(args[0], str | bytes | Path):
        path, mode, flags = args
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & 0o3:
            _written.append(str(Path(path.decode() if isinstance(path, bytes) else path)))


sys.addaudithook(_note)


@contextmanager
def files_written() -> Iterator[list[str]]:
    """Yield the files that are opened for writing meanwhile, whoever opens them in this process."""
    global _written
    _written = []
    try:
        yield _written
    finally:
        _written = None


@pytest.mark.asyncio
async def test_what_is_sent_in_lies_in_no_temporary_file_meanwhile(tmp_path):
    """As production takes it: by ASGI, in pieces, a file larger than what Django would hold in memory by itself."""
    paper = samples.PDF.replace(b"%%EOF", f"% {WORDS} {NAME}\n".encode() * 150_000 + b"%%EOF")
    assert 2_621_440 < len(paper) < 20_000_000
    with override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        scope, body = await in_database(request_with)(paper)
        with files_written() as written:
            (tmp_path / "proof").write_text("seen")
            status = await status_of(scope, body)

    assert status == 302
    stored = await in_database(lambda: Document.objects.get().file.name)()
    ours = [path for path in written if not path.startswith(("/dev/", "/proc/"))]
    assert str(tmp_path / "proof") in ours, "what is written is seen"
    assert {path for path in ours if not path.endswith((".sqlite3", "-wal", "-shm", "-journal"))} == {
        str(tmp_path / "proof"),
        str(tmp_path / "media" / stored),
    }
    assert files_with_canaries(tmp_path / "media") == []


def request_with(paper: bytes) -> tuple[dict, bytes]:
    """Return a request that sends a paper into a case: its head and its body."""
    client, case = Client(), a_case()
    client.force_login(lin())
    address, token = reverse("document_upload", args=[case.number]), "a" * 32
    upload = SimpleUploadedFile(f"{NAME}.pdf", paper, "application/pdf")
    body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": token, "kind": "other", "title": WORDS, "file": upload})
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    headers = {
        "host": "localhost",
        "cookie": cookie,
        "content-type": MULTIPART_CONTENT,
        "content-length": str(len(body)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": address,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    return scope, body


async def status_of(scope: dict, body: bytes) -> int:
    """Return the status that a request is answered with; its body comes in pieces, as from a network."""
    talk, piece = ApplicationCommunicator(application, scope), 64 * 1024
    for start in range(0, len(body), piece):
        more = start + piece < len(body)
        await talk.send_input({"type": "http.request", "body": body[start : start + piece], "more_body": more})
    answer = await talk.receive_output(timeout=60)
    await asyncio.wait_for(talk.wait(), 60)
    return answer["status"]
