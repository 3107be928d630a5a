"""Made-up people are typed into every form of every page; then everything that keeps something is looked through.

What they tell stands sealed in the database and nowhere else: not in a log, a session, a cookie, an address, Redis, a
file, a mail. The columns that hold some of it in clear are named here, each with its reason (docs/why/privacy.md).
"""

import json
import logging
import tempfile
import zlib
from base64 import urlsafe_b64decode
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django_q.models import OrmQ

from casework.audit.models import Event
from casework.audit.sealed import SealedTextField
from casework.jobs import JOBS
from casework.staff.models import User
from config.logs import JsonLines
from tests.browser.test_every_page import city, pages
from tests.casework.documents import samples
from tests.factories import an_account_number, an_id_number
from tests.journeys.desk import Sheet, _Reader

__all__ = ["city"]

NAME, WORDS, PHONE, INCOME = "雀鸣鸣", "雀啼不止", "19900002733", "7351.46"
ID_NUMBER, CARD = an_id_number("19770707"), an_account_number()
CANARIES = {"name": NAME, "words": WORDS, "phone": PHONE, "income": INCOME, "ID number": ID_NUMBER, "card": CARD}

# What stands in clear by design: table.column → why.
NAMED = "names are searched by their parts"
FIRM = "a firm, a school or a hospital"
HOUSE = "what the office says of itself"
COUNTED = "rules and figures count with it"
CLEAR = {
    "casework_bankaccount.holder_name": NAMED,
    "casework_bankaccount.bank_name": "a bank and its branch",
    "casework_checklistitem.title": "the name of a paper that is asked for",
    "casework_employer.name": FIRM,
    "casework_fund.line": HOUSE,
    "casework_fund.title": HOUSE,
    "casework_householdmember.monthly_income": COUNTED,
    "casework_householdmember.name": NAMED,
    "casework_householdmember.workplace": FIRM,
    "casework_keysupervision.reason": FIRM,
    "casework_letterdelivery.tracking": "a number of the post",
    "casework_lettertext.source": HOUSE,
    "casework_lettertext.why": HOUSE,
    "casework_worker.name": NAMED,
    "casework_worker.name_folded": NAMED,
    "casework_worker.native_place": "figures are counted by it",
    "labour_dispute_labourdispute.monthly_wage": COUNTED,
    "toy_lostthing.thing": "the thing that was lost",
    "work_injury_workinjury.hospital": FIRM,
    "work_injury_workinjury.job": "figures are counted by it",
    "work_injury_workinjury.user_unit": FIRM,
}
# Facts of events that say something that was typed → what.
TOLD_IN_FACTS = {("fund.opened", "title"): HOUSE}

# Forms that end what others still need: they are sent last.
LAST = ("withdraw", "deactivate", "/end/", "retire", "hand-over", "take-back", "logout", "stop")
PICTURE = samples.picture("PNG")


def answer_to(control, name):
    """Return what somebody types into a control, or None to leave it."""
    kind = control.get("type", "text") if control.tag == "input" else control.tag
    if kind == "hidden":
        return control.get("value", "")
    if kind == "select":
        options = [one.get("value", "") for one in control.iter("option")]
        return next((one for one in options if one), "")
    if kind in ("checkbox", "radio"):
        return control.get("value", "on")
    if kind == "file":
        paper = samples.PDF.replace(b"%%EOF", f"% {WORDS} {NAME}\n%%EOF".encode())
        return SimpleUploadedFile(f"{NAME}{ID_NUMBER}.pdf", paper, "application/pdf")
    if kind == "date":
        return localdate().isoformat()
    if kind == "datetime-local":
        return localtime().strftime("%Y-%m-%dT%H:%M")
    if kind == "number":
        return INCOME if "income" in name or "wage" in name else control.get("min") or "2"
    return typed(name)


def typed(name):
    """Return the canary of a field, by its name."""
    if "id_number" in name:
        return ID_NUMBER
    if "phone" in name:
        return PHONE
    if name in ("number", "number_again"):
        return CARD
    if any(part in name for part in ("income", "amount", "wage", "budget")):
        return INCOME
    if name.endswith("name") or name in ("objector", "addressee", "received_by"):
        return NAME
    return WORDS


def forms_of(page):
    """Yield (address or "", what is typed, what cannot be typed) of every form of a page that is sent by POST."""
    tree = _Reader().read(page)
    for form in tree.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        sheet = Sheet(tree, form)
        filled = {}
        for name, controls in sheet.controls.items():
            filled[name] = answer_to(controls[0], name)
        for button in sheet.buttons[:1]:
            if button.get("name"):
                filled[button.get("name")] = button.get("value", "")
        hidden = {name for name, controls in sheet.controls.items() if controls[0].get("type") == "hidden"}
        yield form.get("action", ""), filled, hidden


def texts_in(value):
    """Return all that a value of the database says, also in JSON."""
    if value is None:
        return ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "ignore")
    said = value if isinstance(value, str) else str(value)
    if "\\u" in said:
        said += said.encode("ascii", "ignore").decode("unicode_escape", "ignore")
    return said


def found_in(text):
    return sorted(name for name, canary in CANARIES.items() if canary in text)


def columns_with_canaries():
    """Return {table.column: canaries} of the whole database, as it lies there."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if canaries := found_in(texts_in(value)):
                        found.setdefault(f"{table}.{name}", set()).update(canaries)
    return found


def sealed_canaries():
    """Return the canaries that stand sealed in the database: those that were truly typed, and taken."""
    sealed = [
        (model, one.name)
        for model in apps.get_models()
        for one in model._meta.local_concrete_fields
        if isinstance(one, SealedTextField)
    ]
    texts = [getattr(row, name) for model, name in sealed for row in model._base_manager.all()]
    return {canary for text in texts for canary in found_in(texts_in(text))}


class Listener(logging.Handler):
    """Keeps what the log would say, of every level."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def listener():
    ours, loggers = Listener(), [logging.getLogger(name) for name in (None, "django", "django.request")]
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.addHandler(ours)
        one.setLevel(logging.DEBUG)
    yield ours
    for one, level in before:
        one.removeHandler(ours)
        one.setLevel(level)


@pytest.fixture
def house(request, listener, tmp_path, monkeypatch):
    """The city, with its files and temporary files where this test sees them, and what it sends out."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    with override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        city = request.getfixturevalue("city")
        yield SimpleNamespace(city=city, log=listener, folder=tmp_path, addresses=[], cookies=[], answers=[])


def send_everything(house):
    """Open every page as somebody who may, type canaries into every form of it, and send it, whole and torn."""
    sent, browsers = [], {}
    for name, found in pages().items():
        for who, address in found:
            if who not in browsers:
                browsers[who] = Client(raise_request_exception=False)
                if who:
                    browsers[who].force_login(User.objects.get(username=who))
            answer = browsers[who].get(address)
            keep(house, answer, name)
            if answer.status_code == 200 and not answer.streaming:
                sent += [(name, who, action or address, *typed) for action, *typed in forms_of(answer.content.decode())]
    sent.sort(key=lambda one: any(part in one[2] for part in LAST))
    for name, who, address, filled, hidden in sent:
        words = {field: value for field, value in filled.items() if isinstance(value, str)}
        browser = browsers[who]
        browser.post(f"/drafts/canary-{abs(hash(address)) % 99}/", {"fields": words}, content_type="application/json")
        torn = {field: words[field] if field in hidden else f"{WORDS}\0{NAME}" for field in words}
        for typed_in in (torn, filled):
            answer = browser.post(address, typed_in, headers={"HX-Request": "false"})
            keep(house, answer, name)
    return sent


def keep(house, answer, name):
    house.answers.append((name, answer.status_code))
    house.addresses.append(answer.headers.get("Location", ""))
    house.cookies += [morsel.value for morsel in answer.cookies.values()]


def work_off_the_jobs(at):
    """Do what a worker would."""
    for queued in OrmQ.objects.all():
        name, pk = queued.task["args"]
        while JOBS[name](pk, at):
            pass


def files_with_canaries(folder):
    """Return the files of a folder that hold some of it in clear, in their names or in their bytes."""
    return [
        path
        for path in folder.rglob("*")
        if found_in(str(path)) or (path.is_file() and found_in(path.read_bytes().decode("utf-8", "ignore")))
    ]


def opened(cookie):
    """Return what a signed cookie says: messages are packed, not sealed."""
    packed = cookie.partition(":")[0]
    try:
        plain = urlsafe_b64decode(packed.lstrip(".") + "==")
        return zlib.decompress(plain) if packed.startswith(".") else plain
    except (ValueError, zlib.error):
        return cookie


def redis_with_canaries():
    """Return what Redis holds of it, whatever its keys are; nothing where there is none."""
    if not settings.REDIS_URL:
        return []
    found = []
    with redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(count=1000):
            value = client.dump(key) or b""
            if canaries := found_in((key + b" " + value).decode("utf-8", "ignore")):
                found.append((key, canaries))
    return found


@pytest.mark.django_db(transaction=True)
def test_what_people_tell_stands_sealed_in_the_database_and_nowhere_else(house):
    sent = send_everything(house)
    work_off_the_jobs(timezone.now())
    call_command("audit", "verify")

    taken = sum(status == 302 for _name, status in house.answers)
    assert len(sent) > 300
    assert taken > 200, "most was taken and is kept somewhere"
    assert [name for name, status in house.answers if status >= 500] == []
    clear = columns_with_canaries()
    assert CANARIES.keys() - sealed_canaries() - set().union(*clear.values()) == set(), "all were taken somewhere"
    assert clear.keys() == CLEAR.keys() | {"casework_event.facts_text"}
    assert [line for line in house.log.lines if found_in(line)] == []
    assert files_with_canaries(house.folder) == []
    assert [address for address in house.addresses if found_in(unquote(address))] == []
    assert [said for cookie in house.cookies if found_in(said := texts_in(opened(cookie)))] == []
    assert [one for one in Session.objects.all() if found_in(texts_in(json.dumps(one.get_decoded())))] == []
    assert redis_with_canaries() == []
    assert mail.outbox == []
    told = Event.objects.all()
    assert {(one.kind, name) for one in told for name, said in one.facts.items() if found_in(texts_in(said))} == set(
        TOLD_IN_FACTS
    )
