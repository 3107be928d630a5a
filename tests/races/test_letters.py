"""Workers that write the same letters at once, and people who record the same of a letter at once."""

from datetime import date

import pytest

from casework.audit.verify import verify
from casework.documents import letters, operations
from casework.documents.models import Letter, LetterRun, LetterText
from tests.factories import AT, lin, meng

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 3
DECLINED = {"reason": "不属于工会受理范围", "advice": "可向人社部门反映"}


@pytest.fixture
def run(cast, open_toy):
    """Four letters to be written."""
    cases = [open_toy() for _number in range(4)]
    return letters.begin_run(office=cast.tree.county, paper="notice.declined", cases=cases, by=lin(), at=AT, **DECLINED)


def write(run):
    return lambda: letters.write_on(run=LetterRun.objects.get(pk=run.pk), at=AT)


def test_workers_write_each_letter_once(run, at_once):
    answers = at_once([write(run)] * WORKERS)

    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    run.refresh_from_db()
    assert run.state == "done"
    assert letters.tally(run) == letters.Tally(4, 0, 0)
    assert Letter.objects.count() == 4
    assert verify().faults == []


def test_a_stop_holds_for_every_worker(run, at_once):
    def stop():
        return letters.end_run(run=run, by=lin(), at=AT, stop=True)

    answers = at_once([write(run), write(run), stop])

    assert not [answer for answer in answers[:2] if isinstance(answer, Exception)], answers
    run.refresh_from_db()
    assert run.state in ("stopped", "done")
    assert Letter.objects.count() == letters.tally(run).issued


def test_a_signature_is_recorded_once(cast, open_toy, at_once, monkeypatch):
    letter = operations.issue_letter(case=open_toy(), paper="receipt.papers", by=lin(), at=AT)

    def sign():
        found = Letter.objects.get(pk=letter.pk)
        return letters.record_signature(
            letter=found, party="worker", name="王小明", signed_on=date(2026, 11, 20), by=lin(), at=AT
        )

    answers = at_once([sign] * WORKERS)

    refused = [answer for answer in answers if isinstance(answer, letters.AlreadySigned)]
    assert (len(refused), letter.signatures.count()) == (WORKERS - 1, 1), answers


def test_versions_of_a_text_are_numbered_one_after_the_other(cast, at_once):
    def write_text():
        return letters.write_text(
            office=cast.tree.county,
            paper="notice.closed",
            language="zh-hans",
            source="{{ result }}",
            why="换说法",
            by=meng(),
            at=AT,
        ).version

    meng()
    assert sorted(at_once([write_text] * WORKERS)) == [1, 2, 3]
    assert LetterText.objects.count() == WORKERS
