"""Keys changed beneath a working office: nothing is unreadable at any moment, and a rotation may die at any."""

import signal
import subprocess
import sys
import time
from io import StringIO
from random import Random
from threading import Event as Bell
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import translation

from casework.audit import events, keys, rotation
from casework.audit.errors import CaseworkError
from casework.audit.keys import SealBroken
from casework.audit.models import Event, EventText
from casework.audit.verify import verify
from casework.cases.models import Contact
from casework.documents import operations as documents
from casework.documents.models import Document, Letter
from casework.documents.queries import content_of
from casework.people import operations as people
from casework.people import queries
from casework.people.models import Worker
from casework.staff import logins
from casework.staff.models import RecoveryCode
from config.demo.city import found_city
from tests.casework.documents import samples
from tests.factories import AT, a_bank_account, a_worker, an_id_number, an_office_tree, lin
from tests.scale import scale
from tests.workflows.conftest import cast, open_toy
from workflows.case_type import all_case_types
from workflows.walking import Walk

__all__ = ["cast", "open_toy"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ring(tmp_path, settings):
    """A ring of this test alone."""
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def run(*words):
    """Run a command of the keys and return what it says."""
    said = StringIO()
    call_command("keys", *words, stdout=said, stderr=said)
    return said.getvalue()


def change_keys(*kinds):
    for kind in kinds:
        run("add", kind)


class TestEveryPlace:
    def test_of_every_type_of_case_is_written_anew_and_the_old_keys_can_go(self, ring):
        city = found_city(at=AT)
        for kind in all_case_types():
            kind.walk(Walk(kind=kind, cast=city, office=city.office, at=AT))
        worker = a_worker(office=city.office)
        people.add_to_household_of(
            head=worker,
            name="王小",
            relation="child",
            occupation="student",
            id_number=an_id_number("20150601"),
            by=None,
            at=AT,
        )
        places = {place.name for place in rotation.places() if place.use()}
        before = rotation.left()
        RecoveryCode.objects.all().delete()

        change_keys("field", "digest")
        left = rotation.left()
        said = run("rotate", "--batch", "7")

        assert not before
        assert {("field", 1), ("digest", 1)} == set(left)
        assert {"casework_document.file", "casework_letter", "casework_eventtext", "casework_draft"} & places
        assert "Nothing is left under older keys." in said
        assert not rotation.left()
        assert "Everything can be opened." in run("check")
        run("drop", "field", "1")
        run("drop", "digest", "1")
        assert (keys.numbers("field"), keys.numbers("digest")) == ([2], [2])
        assert keys._held.pop(str(ring))
        assert "Everything can be opened." in run("check")
        assert verify(texts=True).ok
        assert queries.worker_with_id(city["operator"], worker.id_type, worker.id_number) == worker

    def test_the_place_of_every_sealed_column_is_known(self):
        sealed = {
            field.model._meta.db_table
            for model in rotation.apps.get_models()
            for field in model._meta.local_concrete_fields
            if type(field).__name__ in ("SealedTextField", "KeyedHashField")
        }

        assert sealed <= {place.name for place in rotation.places()}
        assert len(sealed) >= 15

    def test_every_keyed_hash_is_that_of_its_text(self, cast, open_toy):
        worker = a_worker()
        a_bank_account(worker)
        Contact.objects.all()

        assert "Everything can be opened." in run("check")
        Worker.objects.filter(pk=worker.pk).update(phone_key=keys.digest("worker.phone", "13800000000"))
        with pytest.raises(CommandError, match="1 things"):
            run("check")

    def test_a_letter_takes_another_seal_and_nothing_else(self, cast, open_toy):
        case = open_toy()
        letter = documents.issue_letter(
            case=case, paper="notice.declined", reason="不属于受理范围", advice="可向人社部门反映", by=cast.lin, at=AT
        )
        said = Letter.objects.get(pk=letter.pk).body

        change_keys("field")
        run("rotate")

        held = Letter.objects.get(pk=letter.pk)
        assert held.body == said
        for column, value in (
            ("number", "LT-0"),
            ("body", keys.seal(Letter._meta.get_field("body").place(held), b"x")),
        ):
            with pytest.raises(rotation.rows.DatabaseError), transaction.atomic():
                Letter.objects.filter(pk=letter.pk).update(**{column: value})

    def test_a_shredded_text_stays_shredded(self, cast):
        worker = a_worker()
        people.note_access(subject=worker, purpose="phone", reason="回访", by=cast.lin, at=AT)
        kept, shredded = (
            people.note_access(subject=worker, purpose="phone", reason=reason, by=cast.lin, at=AT)
            or Event.objects.latest("id")
            for reason in ("核对", "错了")
        )
        EventText.objects.filter(event=shredded).delete()

        change_keys("field")
        run("rotate")

        assert (events.words_of(kept), events.words_of(Event.objects.get(pk=shredded.pk))) == ("核对", "")


class TestTheRing:
    def test_of_a_running_process_is_read_anew_when_its_file_changes(self, ring):
        sealed = keys.seal("place", "王小明".encode())

        change_keys("field")

        assert keys.seal("place", b"")[1] == 2
        assert keys.unseal("place", sealed).decode() == "王小明"

    def test_goes_on_in_memory_when_its_file_is_gone_or_torn(self, ring):
        sealed = keys.seal("place", b"1")
        held = ring.read_text()

        ring.write_text(held[:40])
        assert keys.unseal("place", sealed) == b"1"
        ring.unlink()
        assert keys.unseal("place", sealed) == b"1"
        assert not ring.exists(), "no new one was made"

    def test_is_never_seen_half_written(self, ring):
        change_keys("field")

        assert ring.stat().st_mode & 0o777 == 0o600
        assert [file.name for file in ring.parent.iterdir() if file.suffix not in (".json", ".lock")] == []

    def test_writes_with_a_waiting_key_only_when_told(self, ring):
        run("add", "field", "--waiting")
        waiting = keys.seal("place", b"1")
        run("use", "field")

        assert (waiting[1], keys.seal("place", b"1")[1]) == (1, 2)

    def test_opens_for_a_while_what_was_read_before_a_key_was_dropped(self, ring, monkeypatch):
        sealed = keys.seal("place", b"1")
        change_keys("field")
        run("drop", "field", "1")

        assert keys.unseal("place", sealed) == b"1"
        held = keys._held[str(ring)]
        keys._held[str(ring)] = held._replace(gone_until=0.0)
        with pytest.raises(SealBroken):
            keys.unseal("place", sealed)

    def test_says_in_the_trail_what_was_done_and_no_key(self, ring):
        change_keys("field")
        run("drop", "field", "1")

        told = list(Event.objects.filter(kind__startswith="key.").order_by("id"))
        assert [event.kind for event in told] == ["key.added", "key.taken_in_use", "key.dropped"]
        assert all(
            event.facts == {"key": "field", "number": number} for event, number in zip(told, (2, 2, 1), strict=True)
        )
        assert not any(
            key in event.facts_text for event in told for key in ring.read_text().split('"') if len(key) == 64
        )


class TestDrop:
    @pytest.mark.parametrize("kind", keys.KINDS)
    def test_not_the_key_in_use(self, kind):
        with pytest.raises(CommandError):
            run("drop", kind, "1")

    def test_not_a_key_that_something_needs(self, cast):
        a_worker()
        change_keys("field", "digest", "chain")

        for kind in keys.KINDS:
            with pytest.raises(CommandError):
                run("drop", kind, "1")
        assert keys.numbers("chain") == [1, 2]
        assert verify().ok

    def test_not_the_key_of_a_recovery_code_that_can_still_be_used(self, cast):
        login_codes = logins._renew_codes(cast.lin)
        change_keys("digest")
        run("rotate")

        assert len(login_codes) == rotation.in_use()["digest", 1]
        with translation.override("en"), pytest.raises(CommandError, match="10 things"):
            run("drop", "digest", "1")


class TestLookUps:
    def test_find_under_the_old_key_and_under_the_new_one(self, cast):
        old = a_worker()
        change_keys("digest")
        new = a_worker()

        for worker in (old, new):
            assert queries.worker_with_id(cast.lin, worker.id_type, worker.id_number) == worker
            assert list(queries.search_workers(cast.lin, worker.phone)) == [worker]
        with pytest.raises(people.DuplicateWorker):
            a_worker(id_number=old.id_number)

    def test_know_one_account_of_two_people_while_keys_change(self, cast):
        first = a_bank_account(a_worker())
        change_keys("digest")
        second = a_bank_account(a_worker(), number=first.number)

        assert queries.account_holders(first).count() == queries.account_holders(second).count() == 2

    def test_let_nobody_be_registered_twice_at_the_same_moment(self, cast, at_once):
        """Some processes still write with the old key, others with the new one: the database's constraint is blind."""
        number = an_id_number()
        run("add", "digest", "--waiting")

        def late():
            time.sleep(0.02)
            return a_worker(id_number=number)

        acts = [late if place % 2 else (lambda: a_worker(id_number=number)) for place in range(6)]
        answers = at_once([*acts, lambda: keys.take_in_use("digest")])

        assert sum(isinstance(answer, Worker) for answer in answers) == 1
        assert all(isinstance(one, Worker | people.DuplicateWorker | int) for one in answers), answers


@pytest.fixture
def at_once():
    """Run callables at the same moment; see tests/races."""
    from tests.races.conftest import at_once as fixture

    return fixture.__wrapped__()


def test_what_was_read_before_the_change_is_written_with_the_new_key(cast):
    worker = Worker.objects.get(pk=a_worker(address="清源路1号").pk)
    change_keys("field")
    run("rotate")

    worker.save()

    assert rotation.left() == {}
    assert Worker.objects.get(pk=worker.pk).address == "清源路1号"


def test_what_cannot_be_opened_is_named_and_stops_nothing(cast, open_toy):
    case, other = a_worker(), a_worker()
    Worker.objects.filter(pk=case.pk).update(address=b"\x01\x01" + bytes(40))
    change_keys("field")

    with pytest.raises(CommandError, match="left: 1 under field 1"):
        run("rotate")
    for one in (case, other):
        assert Worker.objects.get(pk=one.pk).phone == one.phone
        assert Worker.objects.get(pk=one.pk).phone_key == one.phone_key
    with pytest.raises(CommandError):
        run("drop", "field", "1")


ROTATION = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
settings.KEYS_FILE = Path({ring!r}); settings.MEDIA_ROOT = {media!r}
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from django.core.management import call_command
print("ready", flush=True)
call_command("keys", "rotate", "--batch", {batch!r})
"""


def a_rotation(batch):
    """Begin a rotation in a process of its own."""
    facts = {"ring": str(settings.KEYS_FILE), "media": str(settings.MEDIA_ROOT), "batch": str(batch)}
    process = subprocess.Popen(
        [sys.executable, "-c", ROTATION.format(name=str(connection.settings_dict["NAME"]), **facts)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def many_workers(count):
    """Put many workers on record at once."""
    office, rows = an_office_tree().county, []
    for number in range(count):
        digits, phone = f"PASS{number:08d}", f"198{number:08d}"
        rows.append(
            Worker(
                name="王建国",
                name_folded="王建国",
                id_type="passport",
                id_number=digits,
                id_key=queries.id_key(digits),
                phone=phone,
                phone_key=queries.phone_key(phone),
                address=f"清源路{number}号",
                office=office,
                office_path=office.path,
                registered_at=AT,
            )
        )
    Worker.objects.bulk_create(rows, batch_size=500)


class Load:
    """People at work in threads: everything one of them fails at is kept."""

    def __init__(self, count, papers):
        self.count, self.papers = count, papers
        self.failures, self.reads, self.writes = [], 0, 0
        self.addresses = {}
        self.over = Bell()

    def __enter__(self):
        self.threads = [
            Thread(target=self._work, args=(act, seed))
            for seed, act in enumerate((self._read, self._read, self._write))
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __str__(self):
        return f"{self.reads} reads and {self.writes} writes"

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _work(self, act, seed):
        chance, by = Random(seed), lin()  # noqa: S311  it chooses whom to look at
        try:
            while not self.over.is_set():
                try:
                    act(chance, by)
                except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
                    self.failures.append(repr(error))
        finally:
            connection.close()

    def _read(self, chance, by):
        number = chance.randrange(self.count)
        found = Worker.objects.get(phone_key__in=queries.phone_keys(f"198{number:08d}"))
        assert found.id_number == f"PASS{number:08d}"
        assert found.phone == f"198{number:08d}"
        assert found.address
        assert queries.known_elsewhere(found.id_number, found.id_type)
        paper = Document.objects.get(pk=chance.choice(self.papers))
        time.sleep(0.01)
        assert content_of(paper) == samples.PDF
        assert paper.title
        words = Event.objects.filter(kind="worker.revealed").order_by("?").first()
        assert words is None or events.words_of(words)
        self.reads += 1

    def _write(self, chance, by):
        number = chance.randrange(self.count)
        worker = Worker.objects.get(phone_key__in=queries.phone_keys(f"198{number:08d}"))
        address = f"新街{self.writes}号"
        people.update_worker(worker=worker, address=address, by=None, at=AT)
        self.addresses[worker.pk] = address
        people.reveal_field(worker=worker, field="phone", reason="核对", by=by, at=AT)
        try:
            a_worker(id_type="passport", id_number=f"PASS{number:08d}")
        except CaseworkError:
            self.writes += 1
        else:
            self.failures.append("registered twice")
        time.sleep(0.01)


def test_many_rows_are_written_anew_under_load_and_through_a_kill(cast, open_toy, record_property):
    count = scale("rotated_rows")
    many_workers(count)
    case = open_toy()
    for _ in range(30):
        documents.attach_document(case=case, kind="income", file=samples.upload(), by=cast.lin, at=AT)
    papers = list(Document.objects.values_list("pk", flat=True))
    transaction.get_connection().close()

    with Load(count, papers) as load:
        change_keys("field", "digest")
        batch = max(20, count // 200)
        first = a_rotation(batch)
        while rotation.left()["field", 1] > 3 * count * 0.7 and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        between = rotation.left()
        began = time.monotonic()
        second = a_rotation(batch)
        said, _ = second.communicate(timeout=1800)
    record_property("resumed", f"{between.total()} left, {time.monotonic() - began:.1f} s beside {load}")

    assert load.failures == []
    assert 0 < between["field", 1] < 3 * count, "it was killed in the middle"
    assert second.returncode == 0, said
    assert not rotation.left()
    assert load.reads > 20
    assert load.writes > 5
    assert {one.pk: one.address for one in Worker.objects.filter(pk__in=load.addresses)} == load.addresses
    for kind in ("field", "digest"):
        run("drop", kind, "1")
    keys._held.clear()
    assert "Everything can be opened." in run("check")
    assert verify(texts=True).ok
    folder = Document.objects.first().file.storage
    names = {document.file.name for document in Document.objects.all()}
    assert all(name.endswith(".2") and not folder.exists(name.removesuffix(".2")) for name in names)
