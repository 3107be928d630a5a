"""What is due, who may have it destroyed, and that nothing is left of it but the trail, which still verifies."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate

from casework.audit.errors import InvalidFacts, NotAllowed
from casework.audit.models import Event, EventText
from casework.audit.verify import verify
from casework.cases import operations as cases
from casework.cases.models import Case, Draft
from casework.documents import operations as documents
from casework.documents.models import Document, LetterSignature
from casework.offices import operations as offices
from casework.offices.roles import Role
from casework.people.models import Worker
from casework.rights import disposals, holds
from casework.rights.due import due_for
from casework.rights.models import DisposalBatch, DisposalLine
from config.sweep import sweep
from tests.factories import AT, a_worker, appoint, meng
from workflows.queries import in_words

from .conftest import CANARIES, confirmed, destroyed, when_over

Outcome, State = DisposalLine.Outcome, DisposalBatch.State


def keys(user, at):
    return [due.key for due in due_for(user, on=localdate(at))]


class TestDue:
    def test_a_case_is_due_when_its_period_has_ended_and_not_a_day_before(self, old, cast):
        over = when_over(old)

        assert keys(cast.sun, over) == [f"case:{old.pk}"]
        assert keys(cast.sun, over - timedelta(days=1)) == []

    def test_another_office_hears_nothing_of_it(self, old, cast):
        assert keys(cast.zhao, when_over(old)) == []
        assert keys(cast.gao, when_over(old)) == [f"case:{old.pk}"]

    def test_a_place_enters_its_own_period(self, old, cast):
        facts = {"office": cast.tree.city, "valid_from": AT.date(), "source": "市档案规定", "by": meng(), "at": AT}
        offices.set_parameter(code="retention.case", value=12, **facts)

        assert keys(cast.sun, when_over(old)) == []
        assert keys(cast.sun, when_over(old, 12)) == [f"case:{old.pk}"]

    @pytest.mark.parametrize("value", [29, 0, "thirty"])
    def test_no_place_shortens_what_a_law_fixes(self, cast, value):
        facts = {"office": cast.tree.city, "valid_from": AT.date(), "source": "无", "by": meng(), "at": AT}
        with pytest.raises(InvalidFacts):
            offices.set_parameter(code="retention.money", value=value, **facts)

    def test_a_draft_is_forgotten_after_thirty_days(self, cast):
        cases.save_draft(key="old", content="a", by=cast.lin, at=AT - timedelta(days=31))
        cases.save_draft(key="young", content="b", by=cast.lin, at=AT - timedelta(days=29))

        sweep(at=AT)

        assert list(Draft.objects.values_list("key", flat=True)) == ["young"]


class TestTwoPeople:
    def test_who_proposed_does_not_confirm(self, old, cast):
        over = when_over(old)
        batch = disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.sun, at=over)

        with pytest.raises(disposals.SecondPersonConfirms):
            disposals.confirm_disposal(batch=batch, by=cast.sun, at=over)
        assert not disposals.carry_on(batch=batch, at=over)
        assert Case.objects.get().summary == CANARIES.summary

    def test_who_proposed_does_not_resume_what_was_stopped(self, old, cast):
        over = when_over(old)
        batch = confirmed(cast, old, at=over)
        disposals.stop_disposal(batch=batch, by=cast.gao, at=over)

        with pytest.raises(disposals.SecondPersonConfirms):
            disposals.resume_disposal(batch=batch, by=cast.sun, at=over)

    def test_it_takes_supervisors(self, old, cast):
        for person in (cast.lin, cast.chen, cast.zhao):
            with pytest.raises(NotAllowed):
                disposals.propose_disposal(picked=[f"case:{old.pk}"], by=person, at=when_over(old))

    def test_the_database_refuses_one_person_for_both(self, old, cast):
        over = when_over(old)
        disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.sun, at=over)
        one = {"confirmed_by": cast.sun, "confirmed_at": over}
        raw = "UPDATE casework_disposalbatch SET confirmed_by_id = proposed_by_id, confirmed_at = proposed_at"

        for change in (one, {**one, "state": State.RUNNING}, {"state": State.RUNNING}, {"state": State.DONE}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DisposalBatch.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(raw)
        with pytest.raises(IntegrityError), transaction.atomic():
            DisposalBatch.objects.bulk_create(
                [
                    DisposalBatch(
                        office=cast.tree.county,
                        office_path=cast.tree.county.path,
                        proposed_by=cast.gao,
                        proposed_at=over,
                        state=State.RUNNING,
                        confirmed_by=cast.gao,
                        confirmed_at=over,
                    )
                ]
            )

    def test_the_database_keeps_who_did_which_part(self, old, cast):
        batch = confirmed(cast, old, at=when_over(old))

        for change in ({"proposed_by": cast.lin}, {"confirmed_by": cast.lin}, {"confirmed_by": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DisposalBatch.objects.filter(pk=batch.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            DisposalLine.objects.all().delete()

    def test_a_file_stands_in_one_disposal_at_a_time(self, old, cast):
        over = when_over(old)
        batch = disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.sun, at=over)

        with pytest.raises(InvalidFacts):
            disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.gao, at=over)
        assert keys(cast.sun, over) == []

        disposals.drop_disposal(batch=batch, by=cast.gao, at=over)
        assert keys(cast.sun, over) == [f"case:{old.pk}"]

    @pytest.mark.parametrize("picked", [[], ["case:0"], ["case:x"], ["nothing"], ["case:9" * 40], ["worker:1"]])
    def test_what_is_not_due_is_not_proposed(self, old, cast, picked):
        with pytest.raises(InvalidFacts):
            disposals.propose_disposal(picked=picked, by=cast.sun, at=when_over(old))

    def test_files_of_offices_apart_are_not_one_disposal(self, old, cast):
        """Else the supervisors of one of them would confirm what the other one keeps."""
        appoint(cast.sun, Role.SUPERVISOR, cast.tree.other_county)
        there, over = a_worker("李四", office=cast.tree.other_county), when_over(old)
        cast.sun.forget_grants()
        here, elsewhere = f"case:{old.pk}", f"worker:{there.pk}"
        assert keys(cast.sun, over) == [here, elsewhere]

        with pytest.raises(InvalidFacts):
            disposals.propose_disposal(picked=[here, elsewhere], by=cast.sun, at=over)

        batches = [disposals.propose_disposal(picked=[one], by=cast.sun, at=over) for one in (here, elsewhere)]
        assert [batch.office for batch in batches] == [cast.tree.county, cast.tree.other_county]


class TestHold:
    def test_what_is_held_is_not_due(self, old, cast):
        hold = holds.place_hold(worker=old.worker, reason="仲裁中", by=cast.sun, at=AT)
        assert keys(cast.sun, when_over(old)) == []

        holds.lift_hold(hold=hold, reason="已裁决", by=cast.sun, at=AT)
        assert keys(cast.sun, when_over(old)) == [f"case:{old.pk}"]

    def test_a_hold_that_comes_after_the_confirmation_still_holds(self, old, cast, close_case):
        over = when_over(old)
        other = close_case(a_worker("李四"))
        batch = confirmed(cast, old, other, at=over)
        holds.place_hold(worker=old.worker, case=old, reason="法院调卷", by=cast.sun, at=over)

        disposals.carry_on(batch=batch, at=over)

        lines = {line.case_id: (line.outcome, line.reason) for line in batch.lines.exclude(case=None)}
        assert lines == {old.pk: (Outcome.KEPT, "hold"), other.pk: (Outcome.DONE, "")}
        assert Case.objects.get(pk=old.pk).summary == CANARIES.summary
        batch.refresh_from_db()
        assert batch.state == State.DONE
        with translation.override("en"):
            (said,) = in_words(Event.objects.filter(kind="disposal.kept"))
        assert said.sentence == "A file that was to be destroyed was kept: There is a legal hold on it."

    def test_a_hold_on_one_case_leaves_the_others(self, old, cast, close_case):
        other = close_case(old.worker)
        holds.place_hold(worker=old.worker, case=old, reason="法院调卷", by=cast.sun, at=AT)

        assert keys(cast.sun, when_over(other)) == [f"case:{other.pk}"]

    def test_who_signed_a_letter_of_the_case_is_one_of_its_people(self, old, cast):
        """By whichever way the row belongs to the case: of this one no scan was kept."""
        signer = a_worker("李四")
        letter = documents.issue_letter(case=old, paper="notice.closed", result="已归还。", by=cast.lin, at=AT)
        facts = {"letter": letter, "party": "worker", "worker": signer, "name": "李四", "signed_on": AT.date()}
        LetterSignature.objects.create(recorded_by=cast.lin, recorded_at=AT, **facts)
        assert keys(cast.sun, when_over(old)) == [f"case:{old.pk}"]

        holds.place_hold(worker=signer, reason="仲裁中", by=cast.sun, at=AT)

        assert keys(cast.sun, when_over(old)) == []

    def test_nothing_is_held_that_is_gone(self, old, cast):
        destroyed(cast, old)

        for facts in ({}, {"case": old}):
            with pytest.raises(holds.NothingLeft):
                holds.place_hold(worker=old.worker, reason="法院调卷", by=cast.sun, at=AT, **facts)

    def test_only_a_supervisor_of_the_place_places_and_lifts_it(self, old, cast):
        for person in (cast.lin, cast.zhao):
            with pytest.raises(NotAllowed):
                holds.place_hold(worker=old.worker, reason="仲裁中", by=person, at=AT)
        hold = holds.place_hold(worker=old.worker, reason="仲裁中", by=cast.sun, at=AT)
        with pytest.raises(NotAllowed):
            holds.lift_hold(hold=hold, reason="不需要", by=cast.lin, at=AT)


class TestDestroyed:
    def test_nothing_of_the_person_is_left_and_the_chain_verifies(self, old, cast):
        batch = destroyed(cast, old)

        case, worker = Case.objects.get(pk=old.pk), Worker.objects.get(pk=old.worker_id)
        assert (case.summary, case.worker_label) == ("", "已销毁")
        assert (worker.name, worker.id_number, worker.phone, worker.address) == ("已销毁", "", "", "")
        assert not worker.name_pieces.exists()
        assert not EventText.objects.filter(event__stream=case.stream).exists()
        assert not EventText.objects.filter(event__person_id=worker.pk).exists()
        assert (batch.state, disposals.tally(batch)) == (State.DONE, disposals.Tally(0, 2, 0, 0))
        assert verify(texts=True).faults == []

    def test_what_figures_stand_on_is_left(self, old, cast):
        destroyed(cast, old)

        case = Case.objects.get(pk=old.pk)
        kept = ("number", "state", "outcome", "opened_at", "closed_at", "office_path", "worker_id", "head_hash")
        assert {name: getattr(case, name) for name in kept} == {name: getattr(old, name) for name in kept}

    def test_the_trail_says_what_was_destroyed_and_by_whom(self, old, cast):
        batch = destroyed(cast, old)

        event = Event.objects.get(kind="case.disposed")
        assert (event.actor, event.facts["case"], event.facts["proposed_by"]) == (cast.gao, old.number, cast.sun.pk)
        assert event.facts["disposal"] == batch.pk
        told = "".join(Event.objects.filter(kind__contains="disposed").values_list("facts_text", flat=True))
        assert CANARIES.name not in told

    def test_papers_are_gone_from_where_they_lay(self, old, cast):
        names = [document.file.name for document in Document.objects.filter(case=old)]
        assert names
        assert all(default_storage.exists(name) for name in names)

        destroyed(cast, old)

        assert not any(default_storage.exists(name) for name in names)
        assert set(Document.objects.filter(case=old).values_list("file", flat=True)) == {""}

    def test_a_person_with_another_matter_is_kept(self, old, cast, close_case):
        other = close_case(old.worker)
        Case.objects.filter(pk=other.pk).update(closed_at=when_over(other))  # ten years later than the first

        destroyed(cast, old, at=when_over(old))

        assert Worker.objects.get(pk=old.worker_id).name == CANARIES.name
        assert Case.objects.get(pk=other.pk).summary == CANARIES.summary

    def test_pages_of_what_was_destroyed_still_open(self, old, cast, client):
        batch = destroyed(cast, old)
        client.force_login(cast.sun)

        for url in (
            reverse("case_detail", args=[old.number]),
            reverse("worker_detail", args=[old.worker.uuid]),
            reverse("access_list", args=[old.worker.uuid]),
            reverse("disposal_detail", args=[batch.uuid]),
        ):
            answer = client.get(url)
            assert (answer.status_code, CANARIES.name in answer.content.decode()) == (200, False), url

    def test_it_is_done_once(self, old, cast):
        batch = destroyed(cast, old)

        disposals.carry_on(batch=batch, at=when_over(old))
        sweep(at=when_over(old))

        assert Event.objects.filter(kind="case.disposed").count() == 1
        assert Event.objects.filter(kind__startswith="disposal").count() == 3
        assert keys(cast.sun, when_over(old)) == []

    def test_the_database_does_not_take_it_back(self, old, cast):
        destroyed(cast, old)

        with pytest.raises(IntegrityError), transaction.atomic():
            DisposalLine.objects.update(outcome=Outcome.WAITING)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_in_the_raw_database(old, cast):
    before = ciphertexts(old)
    assert all(needle in raw_database() for needle in [*before, CANARIES.name.encode()])

    destroyed(cast, old)

    left = raw_database()
    assert [needle for needle in [*before, CANARIES.name.encode()] if needle in left] == []


def ciphertexts(case):
    """Return what the database holds of the sealed values of a case, its worker and its papers, as it holds them."""
    wanted = (
        ("casework_case", "summary", "id", case.pk),
        ("casework_worker", "id_number", "id", case.worker_id),
        ("casework_worker", "phone", "id", case.worker_id),
        ("casework_worker", "address", "id", case.worker_id),
        ("casework_document", "title", "case_id", case.pk),
    )
    found = []
    with connection.cursor() as cursor:
        for table, column, key, value in wanted:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {key} = %s", [value])  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    texts = EventText.objects.filter(event__stream=case.stream).values_list("ciphertext", flat=True)
    return [as_stored(value) for value in [*found, *texts] if value]


def as_stored(value):
    if isinstance(value, str):
        return value.encode()
    return bytes(value) if connection.vendor == "sqlite" else bytes(value).hex().encode()


def raw_database():
    """Return every byte of the file, or on PostgreSQL every row of every table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return Path(connection.settings_dict["NAME"]).read_bytes()
        rows = b""
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            rows += "\n".join(row[0] for row in cursor.fetchall()).encode()
        return rows


class TestCarriedOn:
    def test_papers_that_cannot_be_reached_are_left_to_the_next_sweep(self, old, cast, monkeypatch):
        over, storage = when_over(old), type(Document.objects.get(case=old).file.storage._wrapped)
        batch = confirmed(cast, old, at=over)

        def out_of_reach(_self, _name):
            raise OSError("the place does not answer")

        with monkeypatch.context() as patch:
            patch.setattr(storage, "delete", out_of_reach)
            assert not disposals.carry_on(batch=batch, at=over)
        assert batch.lines.get(case=old).outcome == Outcome.SHREDDED

        sweep(at=over)

        batch.refresh_from_db()
        assert (batch.state, batch.lines.get(case=old).outcome) == (State.DONE, Outcome.DONE)
        assert Event.objects.filter(kind="case.disposed").count() == 1

    def test_one_that_cannot_be_destroyed_keeps_no_other(self, old, cast, close_case, monkeypatch):
        other = close_case(a_worker("李四"))
        over = when_over(other)
        batch = confirmed(cast, old, other, at=over)
        destroy = disposals._destroy

        def fail_once(subject, people):
            if subject.pk == old.pk and isinstance(subject, Case):
                raise RuntimeError("something unexpected")
            return destroy(subject, people)

        monkeypatch.setattr(disposals, "_destroy", fail_once)
        disposals.carry_on(batch=batch, at=over)

        assert batch.lines.get(case=old).outcome == Outcome.FAILED
        assert batch.lines.get(case=other).outcome == Outcome.DONE
        assert Case.objects.get(pk=old.pk).summary == CANARIES.summary
        batch.refresh_from_db()
        assert batch.state == State.DONE
        assert keys(cast.sun, over) == [f"case:{old.pk}"]

    def test_a_stop_leaves_what_waits_and_a_second_person_lets_it_go_on(self, old, cast, close_case):
        other = close_case(a_worker("李四"))
        over = when_over(other)
        batch = confirmed(cast, old, other, at=over)
        assert disposals.carry_on(batch=batch, at=over, most=1)
        disposals.stop_disposal(batch=batch, by=cast.sun, at=over)

        assert not disposals.carry_on(batch=batch, at=over)
        assert disposals.tally(batch).waiting == 1

        disposals.resume_disposal(batch=batch, by=cast.gao, at=over)
        disposals.carry_on(batch=batch, at=over)
        assert disposals.tally(batch).waiting == 0

    def test_the_job_does_a_piece_at_a_time(self, old, cast, close_case, monkeypatch):
        close_case(a_worker("李四"))
        over = when_over(old)
        batch = confirmed(cast, *Case.objects.order_by("pk"), at=over)
        monkeypatch.setattr(disposals, "PIECE", 1)

        assert disposals.go_on(batch.pk, over)
        assert not disposals.go_on(batch.pk, over)
        batch.refresh_from_db()
        assert batch.state == State.DONE
