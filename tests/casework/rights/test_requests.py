"""What people ask about their data: taken by whoever serves them, refused by a supervisor only, handed out once."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed
from casework.audit.models import AccessRecord, Event
from casework.offices import operations as offices
from casework.people import operations as people
from casework.rights import disposals, holds, requests
from casework.rights.models import DataRequest
from tests.factories import AT, a_bank_account, a_worker, meng
from workflows import operations as work

from .conftest import CANARIES, when_over

Kind, Outcome, Ground = DataRequest.Kind, DataRequest.Outcome, DataRequest.Ground
REFUSAL = {"outcome": Outcome.REFUSED, "ground": Ground.SECRECY, "answer": "依法保密"}


@pytest.fixture
def ask(cast):
    """Have Lin take a request of a worker."""

    def ask_one(kind, worker=None, **facts):
        facts = {"channel": "visit", "identity": "paper", "words": "我要看", "asked_on": date(2026, 11, 20), **facts}
        worker = worker or a_worker(CANARIES.name, address=CANARIES.address)
        return requests.take_request(worker=worker, kind=kind, by=facts.pop("by", cast.lin), at=AT, **facts)

    return ask_one


class TestTaking:
    def test_it_is_due_in_fifteen_working_days(self, ask):
        assert ask(Kind.ACCESS).due_on == date(2026, 12, 11)

    def test_a_place_answers_within_its_own_days(self, ask, cast):
        facts = {"office": cast.tree.city, "valid_from": date(2026, 1, 1), "source": "市规定", "by": meng(), "at": AT}
        offices.set_parameter(code="request.answer.working_days", value=5, **facts)

        assert ask(Kind.ACCESS).due_on == date(2026, 11, 27)

    def test_it_says_something_and_was_asked_by_today(self, ask):
        with pytest.raises(InvalidFacts) as refused:
            ask(Kind.ACCESS, words="  ", asked_on=date(2026, 11, 21))
        assert set(refused.value.errors) == {"words", "asked_on"}

    def test_another_office_takes_none(self, ask, cast):
        with pytest.raises(NotAllowed):
            ask(Kind.ACCESS, by=cast.zhao)

    def test_the_words_are_in_no_fact(self, ask):
        ask(Kind.ACCESS, words=CANARIES.summary)

        event = Event.objects.get(kind="request.taken")
        assert CANARIES.summary not in event.facts_text
        assert event.facts["due_on"] == "2026-12-11"


class TestAnswering:
    def test_who_took_it_grants_it(self, ask, cast):
        asked = requests.decide_request(request=ask(Kind.ACCESS), outcome="granted", answer="", by=cast.lin, at=AT)

        assert (asked.outcome, asked.decided_by) == (Outcome.GRANTED, cast.lin)

    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.WITHDRAWAL])
    def test_a_refusal_is_a_supervisors(self, ask, cast, kind):
        asked = ask(kind)

        with pytest.raises(NotAllowed):
            requests.decide_request(request=asked, by=cast.lin, at=AT, **REFUSAL)
        assert requests.decide_request(request=asked, by=cast.sun, at=AT, **REFUSAL).ground == Ground.SECRECY

    def test_a_deletion_is_a_supervisors(self, ask, cast):
        with pytest.raises(NotAllowed):
            requests.decide_request(request=ask(Kind.ERASURE), outcome="granted", answer="", by=cast.lin, at=AT)

    @pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.PARTLY])
    @pytest.mark.parametrize(("ground", "answer"), [("", "因为"), ("secrecy", " "), ("made_up", "因为")])
    def test_a_refusal_names_its_ground_and_its_reason(self, ask, cast, outcome, ground, answer):
        with pytest.raises(InvalidFacts):
            requests.decide_request(
                request=ask(Kind.ACCESS), outcome=outcome, ground=ground, answer=answer, by=cast.sun, at=AT
            )

    def test_the_database_asks_for_the_ground_too(self, ask, cast):
        ask(Kind.ACCESS)
        with pytest.raises(IntegrityError), transaction.atomic():
            DataRequest.objects.update(outcome=Outcome.REFUSED, decided_by=cast.sun, decided_at=AT)

    def test_it_is_answered_once(self, ask, cast):
        asked = ask(Kind.ACCESS)
        requests.decide_request(request=asked, by=cast.sun, at=AT, **REFUSAL)

        with pytest.raises(AlreadyDone):
            requests.decide_request(request=asked, outcome="granted", answer="", by=cast.sun, at=AT)

    def test_a_withdrawal_is_entered_before_it_is_granted(self, ask, cast):
        asked = ask(Kind.WITHDRAWAL)
        grant = {"request": asked, "outcome": "granted", "answer": "", "by": cast.lin, "at": AT}
        with pytest.raises(requests.NothingWithdrawn):
            requests.decide_request(**grant)

        consent = people.record_consent(
            worker=asked.worker, purpose="sensitive", by=cast.lin, at=AT - timedelta(days=9)
        )
        people.withdraw_consent(consent=consent, by=cast.lin, at=AT)

        assert requests.decide_request(**grant).outcome == Outcome.GRANTED


class TestDeleting:
    def test_an_open_case_keeps_it(self, ask, cast):
        worker = a_worker()
        facts = {"office": cast.tree.county, "worker": worker, "summary": "丢了一把伞", "thing": "伞"}
        work.open_case(case_type="toy", by=cast.lin, at=AT, **facts)

        with pytest.raises(requests.MustBeKept):
            requests.decide_request(request=ask(Kind.ERASURE, worker), outcome="granted", answer="", by=cast.sun, at=AT)

    def test_a_hold_keeps_it(self, ask, cast, old):
        holds.place_hold(worker=old.worker, reason="仲裁中", by=cast.sun, at=AT)

        with pytest.raises(requests.MustBeKept):
            requests.decide_request(
                request=ask(Kind.ERASURE, old.worker), outcome="granted", answer="", by=cast.sun, at=old.closed_at
            )

    def test_our_own_period_does_not_and_two_people_destroy_it(self, ask, cast, old):
        at = old.closed_at + timedelta(days=1)
        requests.decide_request(request=ask(Kind.ERASURE, old.worker), outcome="granted", answer="", by=cast.sun, at=at)

        batch = disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.sun, at=at)
        disposals.confirm_disposal(batch=batch, by=cast.gao, at=at)
        disposals.carry_on(batch=batch, at=at)

        old.worker.refresh_from_db()
        assert (old.worker.name, batch.lines.get(case=old).outcome) == ("已销毁", "done")

    def test_a_request_that_waits_keeps_what_is_due(self, ask, cast, old):
        over = when_over(old)
        batch = disposals.propose_disposal(picked=[f"case:{old.pk}"], by=cast.sun, at=over)
        disposals.confirm_disposal(batch=batch, by=cast.gao, at=over)
        ask(Kind.ACCESS, old.worker)

        disposals.carry_on(batch=batch, at=over)

        line = batch.lines.get()
        assert (line.outcome, line.reason) == ("kept", "request")


class TestCopy:
    def copy(self, client, asked):
        answer = client.post(reverse("request_copy", args=[asked.uuid]))
        return answer, b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else ""

    def test_it_holds_what_is_kept_of_the_person_and_who_read_it(self, ask, cast, old, client):
        account = a_bank_account(old.worker)
        asked = requests.decide_request(
            request=ask(Kind.ACCESS, old.worker), outcome="granted", answer="", by=cast.lin, at=AT
        )
        client.force_login(cast.lin)
        client.get(reverse("case_detail", args=[old.number]))

        answer, said = self.copy(client, asked)

        worker = old.worker
        assert answer.status_code == 200
        for value in (CANARIES.name, CANARIES.address, CANARIES.summary, worker.id_number, worker.phone):
            assert value in said, value
        assert account.number in said
        assert CANARIES.paper in said
        assert "林静" in said, "who read the data"
        assert len(list(csv.reader(StringIO(said)))) > 20
        assert AccessRecord.objects.filter(subject=worker.uuid, purpose="copy", reader=cast.lin).exists()
        assert Event.objects.filter(kind="request.copy_given", person_id=worker.pk).count() == 1

    def test_nothing_of_anybody_else_is_in_it(self, ask, cast, old, client):
        stranger = a_worker("旁人甲", address="别处一号")
        asked = requests.decide_request(
            request=ask(Kind.ACCESS, old.worker), outcome="granted", answer="", by=cast.lin, at=AT
        )
        client.force_login(cast.lin)

        _answer, said = self.copy(client, asked)

        assert not any(value in said for value in (stranger.name, stranger.address, stranger.id_number))

    def test_it_is_handed_out_once(self, ask, cast, old, client):
        asked = requests.decide_request(
            request=ask(Kind.ACCESS, old.worker), outcome="granted", answer="", by=cast.lin, at=AT
        )
        client.force_login(cast.lin)

        assert self.copy(client, asked)[0].status_code == 200
        assert self.copy(client, asked)[0].status_code == 409

    @pytest.mark.parametrize("kind", [Kind.CORRECTION, Kind.EXPLANATION])
    def test_only_on_a_request_to_read_that_was_granted(self, ask, cast, kind):
        other = requests.decide_request(request=ask(kind), outcome="granted", answer="", by=cast.lin, at=AT)
        waiting = ask(Kind.ACCESS)
        refused = requests.decide_request(request=ask(Kind.ACCESS), by=cast.sun, at=AT, **REFUSAL)

        for asked in (other, waiting, refused):
            with pytest.raises(requests.NoCopyGranted):
                requests.hand_out_copy(request=asked, by=cast.sun, at=AT)

    def test_nobody_but_who_took_it_and_a_supervisor(self, ask, cast):
        asked = requests.decide_request(request=ask(Kind.ACCESS), outcome="granted", answer="", by=cast.lin, at=AT)

        for person in (cast.chen, cast.zhao):
            with pytest.raises(NotAllowed):
                requests.hand_out_copy(request=asked, by=person, at=AT)
