"""Every file that leaves the house: saved and never shown, named at random where it lies, asked about each time."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from casework.deadlines import recounts
from casework.documents import letters
from casework.documents import operations as documents
from casework.documents.models import Document
from casework.rights import requests
from casework.staff import operations as staff
from tests.casework.documents import samples
from tests.factories import FOUNDED, meng, the_security_administrators

pytestmark = pytest.mark.django_db

DECLINED = {"language": "zh-hans", "reason": "不属于工会受理范围", "advice": "可向人社部门反映"}
# Every view that answers with a file: who may have it, how it is asked for, and with what.
FILES = {
    "document_download": ("lin", "get", lambda place: [place.document.uuid], {}),
    "letter_word": ("lin", "get", lambda place: [place.letter.number], {}),
    "letter_preview": ("lin", "post", lambda place: [place.case.number, "notice.declined"], DECLINED),
    "letter_correct_preview": ("lin", "post", lambda place: [place.letter.number], DECLINED),
    "checklist_notice_preview": ("lin", "post", lambda place: [place.case.number], {"language": "zh-hans"}),
    "letter_run_print": ("lin", "post", lambda place: [place.run.uuid], {}),
    "deadline_export": ("sun", "get", lambda place: [], {}),
    "recount_lines": ("sun", "get", lambda place: [place.recount.pk], {}),
    "audit_export": ("sun", "get", lambda place: [], {}),
    "request_copy": ("lin", "post", lambda place: [place.asked.uuid], {}),
}
# Of nobody's office alone: what a person reaches of it is what is in it.
LISTS = {"deadline_export", "audit_export"}
ROOMS = ("casework", "workflows", "notifications", "config")


@pytest.fixture
def place(cast, open_toy):
    """A case with everything that can be had of it as a file."""
    now = timezone.now()
    by = {"by": cast.lin, "at": now}
    case = open_toy()
    document = documents.attach_document(case=case, kind="income", file=samples.upload(), title="收入证明", **by)
    documents.ask_for_paper(case=case, title="出院小结", brought_by="agency", **by)
    said = {"reason": DECLINED["reason"], "advice": DECLINED["advice"]}
    letter = documents.issue_letter(case=case, paper="notice.declined", **said, **by)
    run = letters.begin_run(office=cast.tree.county, paper="notice.declined", cases=[case], **said, **by)
    letters.write_on(run=run, at=now)
    recount = recounts.begin_recount(office=cast.tree.county, why="市政府通告", by=None, at=now)
    facts = {"channel": "visit", "identity": "paper", "words": "要一份副本", "asked_on": timezone.localdate(now)}
    asked = requests.take_request(worker=case.worker, kind="access", **facts, **by)
    requests.decide_request(request=asked, outcome="granted", answer="", **by)
    return SimpleNamespace(**locals())


def ask(client, name, place):
    """Ask for a file; return the answer."""
    _who, method, args, sent = FILES[name]
    return getattr(client, method)(reverse(name, args=args(place)), sent)


def test_no_view_answers_with_a_file_in_another_way():
    makers = re.compile(r"\b(FileResponse|StreamingHttpResponse|as_file|csv_file|to_keep)\(")
    found = {}
    for room in ROOMS:
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            if "tests" not in path.parts:
                found[str(path.relative_to(settings.BASE_DIR))] = len(makers.findall(path.read_text()))

    assert {path: count for path, count in found.items() if count} == {
        "casework/deadlines/views.py": 1,
        "casework/documents/letter_views.py": 2,
        "casework/documents/views.py": 3,  # the download, and what makes the others
        "casework/offices/exports.py": 4,
        "casework/rights/views.py": 1,
        "workflows/letter_run_views.py": 1,
        "workflows/recount_views.py": 1,
        "workflows/trail_views.py": 1,
    }, "a new file: name it in FILES, and count it here"


@pytest.mark.parametrize("name", FILES)
class TestEveryFile:
    def test_is_saved_and_never_shown_kept_or_run(self, client, cast, place, name):
        client.force_login(getattr(cast, FILES[name][0]))

        answer = ask(client, name, place)

        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "no-store"
        assert (answer.getvalue() if answer.streaming else answer.content)[:3] in (b"%PD", b"PK\x03", b"\xef\xbb\xbf")

    def test_is_asked_about_each_time(self, client, cast, place, name):
        person = getattr(cast, FILES[name][0])
        client.force_login(person)
        assert ask(client, name, place).status_code == 200
        qian, _he = the_security_administrators()
        for grant in person.role_grants.all():
            staff.end_grant(grant=grant, by=qian, at=FOUNDED)

        assert ask(client, name, place).status_code in (403, 404)

    def test_is_not_for_strangers_other_offices_or_administrators(self, client, cast, place, name):
        assert ask(client, name, place).status_code == 302
        for person in (cast.zhao, meng()):
            client.force_login(person)
            known = name == "recount_lines" and person == meng()
            assert ask(client, name, place).status_code in ((200,) if known else (403, 404)), person


def test_files_lie_under_random_names_and_sealed(place):
    for document in Document.objects.all():
        assert re.fullmatch(r"documents/[0-9a-f]{2}/[0-9a-f]{32}", document.file.name)
        with document.file.open("rb") as file:
            assert file.read(4) != b"%PDF"
