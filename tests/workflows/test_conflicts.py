"""Who has a tie to a party stays out of its cases, wherever the choke point is passed; reading stays by role."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed, NotFound
from casework.audit.models import Event
from casework.cases import conflicts
from casework.cases import operations as cases
from casework.cases.models import CaseLink, ConflictOfInterest
from casework.cases.transitions import perform, sign
from casework.documents import operations as documents
from casework.funds import operations as funds
from casework.offices.roles import Role
from casework.offices.scope import HasConflict
from casework.staff.models import User
from notifications.recipients import rules
from tests.casework.funds.sums import a_claim_line, a_due_payout, a_fund, pay
from tests.factories import a_user, an_employer, an_office_tree, appoint, fang, gao
from tests.toy_case_type.models import LostThing
from tests.workflows.test_operations import LATER, kinds, the_task
from workflows import operations, queries

CONFLICT = r"回避|[Cc]onflict"


def fresh(case):
    return LostThing.objects.get(pk=case.pk)


@pytest.fixture
def case(open_toy):
    return open_toy(employer=an_employer().uuid)


@pytest.fixture
def tie(case):
    """Declare a conflict with the worker of the case: `tie(person)`."""

    def declare(person, **over):
        facts = {"tie": "relative", "by": person, "at": LATER, **over}
        if "employer" not in facts:
            facts.setdefault("worker", case.worker)
        return operations.declare_conflict(person=person, **facts)

    return declare


class TestKeepsOut:
    def test_of_claiming(self, cast, case, tie):
        tie(cast.chen)

        with pytest.raises(NotAllowed, match=CONFLICT):
            operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)

        assert the_task(case, "search").owner is None

    def test_with_the_employer_as_well(self, cast, case, tie):
        tie(cast.chen, employer=case.employer, tie="colleague")

        with pytest.raises(NotAllowed, match=CONFLICT):
            operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)

    def test_of_doing_a_step_without_claiming_it(self, cast, case, tie):
        tie(cast.chen)

        with pytest.raises(NotAllowed, match=CONFLICT):
            operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})

        assert (fresh(case).state, fresh(case).handler) == ("opened", None)

    def test_of_being_given_a_step(self, cast, case, tie):
        tie(cast.chen)

        with pytest.raises(HasConflict, match=CONFLICT):
            operations.reassign_task(task=the_task(case, "search"), to=cast.chen, by=cast.sun, at=LATER)

        assert cast.chen not in queries.able_people(the_task(case, "search"), case.office)

    def test_of_many_claims_at_once_and_says_why(self, cast, case, tie, open_toy, client):
        other = open_toy(worker_name="李四")
        tie(cast.chen)
        client.force_login(cast.chen)
        picked = [the_task(one, "search").pk for one in (case, other)]

        answer = client.post(reverse("task_bulk_claim"), {"picked": picked}, follow=True)

        assert the_task(case, "search").owner is None
        assert the_task(other, "search").owner == cast.chen
        assert any(re.search(CONFLICT, str(message)) for message in answer.context["messages"])

    def test_so_that_the_flow_gives_the_next_step_to_the_queue(self, cast, case, tie):
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        assert fresh(case).handler == cast.chen
        ConflictOfInterest.objects.create(
            person=cast.chen,
            worker=case.worker,
            tie="relative",
            office=case.office,
            office_path=case.office.path,
            declared_by=cast.chen,
            declared_at=LATER,
        )

        door = the_task(case, "objections")
        operations.open_door(task=door, door="dispute", by=cast.lin, at=LATER, data={"reason": "伞是我的"})

        assert the_task(case, "answer").owner is None

    @pytest.mark.parametrize(
        "act",
        [
            lambda case, person: cases.link_cases(
                case=case, other=case, why=CaseLink.Why.SAME_MATTER, by=person, at=LATER
            ),
            lambda case, person: cases.offer_handover(
                case=case, to=an_office_tree().city, reason="忙", by=person, at=LATER
            ),
            lambda case, person: operations.correct_fact(
                case=case, field="is_urgent", value=True, reason="急", by=person, at=LATER
            ),
            lambda case, person: operations.withdraw_case(case=case, reason="算了", by=person, at=LATER),
            lambda case, person: documents.ask_for_paper(
                case=case, title="合同", brought_by="worker", by=person, at=LATER
            ),
            lambda case, person: perform(case=case, name="withdraw", by=person, at=LATER, text="算了", reason="算了"),
        ],
        ids=["link", "hand over", "correct", "withdraw", "papers", "any transition"],
    )
    def test_of_handling_the_case_in_any_other_way(self, cast, case, tie, act):
        tie(cast.lin)
        before = kinds(case)

        with pytest.raises(HasConflict, match=CONFLICT):
            act(fresh(case), cast.lin)

        assert kinds(case) == before

    def test_of_standing_for_a_sum(self, cast, tie, case):
        tie(cast.sun)
        line = a_claim_line(worker=case.worker)

        with pytest.raises(HasConflict):
            sign(case=None, part="approver1", person=cast.sun, by=cast.sun, at=LATER, lines=[line])

    def test_of_paying_batching_and_releasing(self, cast, case, tie):
        a_fund()
        payout, other = a_due_payout(a_claim_line(worker=case.worker)), a_due_payout()
        payer = fang()
        tie(payer)

        with pytest.raises(HasConflict):
            pay(payout)
        made = funds.make_batch(payouts=[payout, other], by=payer, at=LATER)
        assert [one.payout for one in made.skipped] == [payout]
        ding = a_user("ding", role=Role.FINANCE)
        batch = funds.make_batch(payouts=[payout], by=ding, at=LATER).batch
        with pytest.raises(HasConflict):
            funds.release_batch(batch=batch, by=payer, at=LATER)

    def test_but_reading_stays_by_role(self, cast, case, tie, client):
        tie(cast.chen)
        client.force_login(cast.chen)

        assert queries.case_for(cast.chen, case.number) == fresh(case)
        assert client.get(reverse("case_detail", args=[case.number])).status_code == 200

    def test_of_the_queue_only_the_cases_of_that_party(self, cast, case, tie, open_toy):
        other = open_toy(worker_name="李四")
        tie(cast.chen)

        assert list(queries.queue_for(User.objects.get(pk=cast.chen.pk))) == [the_task(other, "search")]


class TestDeclaring:
    def test_hands_back_what_is_in_hand_and_the_case(self, cast, case, tie):
        operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)
        assert fresh(case).handler == cast.chen

        tie(cast.chen)

        assert (the_task(case, "search").owner, fresh(case).handler) == (None, None)
        assert kinds(case)[-3:] == ["case.stepped_back", "task.released", "case.nobody_able"]
        assert rules()["case.nobody_able"] == ("supervisor", "above")

    def test_does_not_call_the_supervisor_where_somebody_else_can(self, cast, case, tie):
        a_user("cheng", role=Role.MEDIATOR, office=cast.tree.city)
        operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)

        tie(cast.chen)

        assert kinds(case)[-2:] == ["case.stepped_back", "task.released"]

    def test_leaves_the_cases_of_others_and_of_other_people_alone(self, cast, case, tie, open_toy):
        other = open_toy(worker_name="李四")
        operations.claim_task(task=the_task(other, "search"), by=cast.chen, at=LATER)

        tie(cast.chen)

        assert the_task(other, "search").owner == cast.chen
        assert "case.stepped_back" not in kinds(case) + kinds(other)

    def test_is_written_into_the_trail_by_ids_with_the_words_sealed(self, cast, case, tie):
        conflict = tie(cast.chen, tie="other", note="是我连襟的工友")

        event = Event.objects.get(kind="conflict.declared")
        facts = {name: value for name, value in event.facts.items() if name != "text"}  # the digest of the words
        assert facts == {
            "conflict": str(conflict.uuid),
            "owner": cast.chen.pk,
            "worker": case.worker_id,
            "tie": "other",
            "users": [cast.chen.pk],
        }
        assert (event.stream, event.person_id) == (f"office:{cast.tree.county.pk}", case.worker_id)
        assert "连襟" not in event.facts_text

    def test_is_done_once(self, cast, tie):
        tie(cast.chen)

        with pytest.raises(AlreadyDone):
            tie(cast.chen)

        assert ConflictOfInterest.objects.count() == 1

    def test_another_tie_needs_words(self, cast, tie):
        with pytest.raises(InvalidFacts, match="note"):
            tie(cast.chen, tie="other", note="  ")

    def test_a_supervisor_does_it_for_her_people_and_nobody_else_for_anybody(self, cast, case, tie):
        tie(cast.chen, by=cast.sun)
        for person, by in ((cast.lin, cast.chen), (cast.zhao, cast.sun)):
            with pytest.raises(NotAllowed):
                tie(person, by=by)

        assert ConflictOfInterest.objects.get().declared_by == cast.sun

    def test_somebody_without_any_role_may_say_it_of_herself(self, cast, tie):
        guest = a_user("guest", role=None)

        assert tie(guest).office == cast.tree.county


class TestEnding:
    def test_opens_the_cases_again(self, cast, case, tie):
        conflict = tie(cast.chen)
        conflicts.end_conflict(conflict=conflict, reason="登记有误，同名不同人", by=cast.sun, at=LATER)

        operations.claim_task(task=the_task(case, "search"), by=cast.chen, at=LATER)

        assert the_task(case, "search").owner == cast.chen
        assert Event.objects.get(kind="conflict.ended").facts["owner"] == cast.chen.pk
        assert "同名" not in Event.objects.get(kind="conflict.ended").facts_text

    @pytest.mark.parametrize("who", ["chen", "lin", "zhao"])
    def test_needs_a_supervisor(self, cast, tie, who):
        conflict = tie(cast.chen)

        with pytest.raises(NotAllowed):
            conflicts.end_conflict(conflict=conflict, reason="没有了", by=getattr(cast, who), at=LATER)

    def test_needs_another_one_than_oneself(self, cast, tie):
        conflict = tie(cast.sun)

        with pytest.raises(conflicts.OwnConflict):
            conflicts.end_conflict(conflict=conflict, reason="没有了", by=cast.sun, at=LATER)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConflictOfInterest.objects.filter(pk=conflict.pk).update(ended_by=cast.sun, ended_at=LATER)
        conflicts.end_conflict(conflict=conflict, reason="核实后不存在", by=gao(), at=LATER)

    def test_needs_a_reason_and_happens_once(self, cast, tie):
        conflict = tie(cast.chen)

        with pytest.raises(InvalidFacts, match="reason"):
            conflicts.end_conflict(conflict=conflict, reason=" ", by=cast.sun, at=LATER)
        conflicts.end_conflict(conflict=conflict, reason="有误", by=cast.sun, at=LATER)
        with pytest.raises(AlreadyDone):
            conflicts.end_conflict(conflict=conflict, reason="有误", by=cast.sun, at=LATER)

        assert tie(cast.chen, at=LATER + timedelta(days=1)).is_live


class TestPages:
    @pytest.fixture
    def as_(self, client):
        def login(user, language="zh-hans"):
            client.force_login(user)
            client.cookies["django_language"] = language
            return client

        return login

    @pytest.mark.parametrize("page", ["case", "worker", "employer"])
    def test_declare_from(self, cast, case, as_, page):
        name, party, row = {
            "case": ("case_conflict", "worker", case.number),
            "worker": ("worker_conflict", "worker", case.worker.uuid),
            "employer": ("employer_conflict", "employer", case.employer.uuid),
        }[page]
        client = as_(cast.chen)
        url = reverse(name, args=[row])

        assert client.get(url).status_code == 200
        sent = {"person": "chen", "party": party, "tie": "relative"}
        assert client.post(url, {**sent, "tie": "other"}).status_code == 422
        assert client.post(url, {**sent, "person": "sun"}).status_code == 422
        assert client.post(url, sent).status_code == 302

        found = ConflictOfInterest.objects.get()
        assert (found.person, getattr(found, party)) == (cast.chen, getattr(case, party))

    def test_the_case_says_why_its_step_cannot_be_claimed(self, cast, case, tie, as_):
        tie(cast.chen)

        text = as_(cast.chen).get(reverse("case_detail", args=[case.number])).content.decode()

        assert 'aria-disabled="true" aria-describedby="why-claim-' in text
        assert re.search(CONFLICT, text)

    def test_the_list_is_one_s_own_and_that_of_one_s_people(self, cast, tie, as_):
        tie(cast.chen)
        tie(cast.zhao)
        names = SimpleNamespace(chen=cast.chen.display_name, zhao=cast.zhao.display_name)

        def shown(user, **query):
            return as_(user).get(reverse("conflict_list"), query).content.decode()

        assert names.chen in shown(cast.sun)
        assert names.zhao not in shown(cast.sun)
        assert names.zhao in shown(cast.zhao)
        assert names.chen not in shown(cast.zhao)
        assert names.chen not in shown(cast.lin)
        assert names.chen not in shown(cast.sun, show="ended")

    def test_another_office_s_conflict_is_not_there(self, cast, tie, as_):
        conflict = tie(cast.zhao)

        with pytest.raises(NotFound):
            conflicts.conflict_for(cast.sun, conflict.uuid)
        assert as_(cast.sun).get(reverse("conflict_end", args=[conflict.uuid])).status_code == 404

    def test_end_it(self, cast, tie, as_):
        conflict = tie(cast.chen)
        url = reverse("conflict_end", args=[conflict.uuid])

        assert as_(cast.chen).post(url, {"reason": "没有了"}).status_code == 403
        assert as_(cast.sun).get(url).status_code == 200
        assert as_(cast.sun).post(url, {"reason": ""}).status_code == 422
        assert as_(cast.sun).post(url, {"reason": "登记有误"}).status_code == 302

        assert ConflictOfInterest.objects.get().ended_by == cast.sun

    def test_a_supervisor_of_two_places_declares_for_the_people_of_both(self, cast, case, as_):
        appoint(cast.sun, Role.SUPERVISOR, cast.tree.other_county)
        url = reverse("case_conflict", args=[case.number])

        answer = as_(cast.sun).post(url, {"person": "zhao", "party": "worker", "tie": "same_village"})

        assert answer.status_code == 302
        assert ConflictOfInterest.objects.get().person == cast.zhao
