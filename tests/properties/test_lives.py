"""Whatever people and clocks do to a case, in any order: it never comes into a state the law of its type forbids."""

from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from PIL import Image

from casework.audit.errors import AlreadyDone, CaseworkError, InvalidFacts, NotAllowed, WrongState
from casework.audit.models import Event
from casework.audit.verify import verify
from casework.cases.models import OPEN_TASK, CaseTask, ClaimLine, Signature
from casework.cases.transitions import perform
from casework.deadlines.models import Clock
from casework.documents import engine
from casework.documents import operations as documents
from casework.documents.models import Kind
from casework.funds import operations as funds
from casework.funds import queries as sums
from casework.funds.models import Payout
from casework.staff.models import User
from config.demo.city import found_city
from tests.factories import AT, a_bank_account
from tests.scale import SOAK, scale
from workflows import operations
from workflows.case_type import CaseType, all_case_types
from workflows.case_types.labour_dispute.models import Instalment
from workflows.walking import Walk

from .filling import fill

PAID_BY = {Signature.Part.REQUESTER, Signature.Part.APPROVER1, Signature.Part.PAYER}
PEOPLE = st.integers(0, 99)


def moves_of(kind: CaseType) -> list[tuple[str, str, Any]]:
    """Return name, source and target of every transition of a type."""
    field = kind.model._meta.get_field("state")
    return [(one.name, one.source, one.target) for one in field.get_all_transitions(kind.model)]


class Life(RuleBasedStateMachine):
    """One case, told by a story up to any state; from there on people do what comes to their minds."""

    def __init__(self, kind: CaseType, cast: Any) -> None:
        super().__init__()
        self.kind, self.cast, self.people = kind, cast, sorted(cast.people.values(), key=lambda person: person.pk)
        self.moves = moves_of(kind)
        self.walk: Walk | None = None
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        try:
            if self.walk is not None:
                assert verify().faults == []
                assert sums.unbalanced_funds() == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # ---- what happens --------------------------------------------------------------------------------------

    @initialize(number=st.integers(0, 999), seed=st.integers(0, 999))
    def begin(self, number: int, seed: int) -> None:
        """Have the case brought to some state, as the demonstration tells it."""
        story = self.kind.stories[number % len(self.kind.stories)]
        self.walk = Walk(kind=self.kind, cast=self.cast, office=self.cast.office, at=AT, chance=Random(seed))  # noqa: S311
        story(self.walk)

    @rule(data=st.data(), number=PEOPLE)
    def do_a_step(self, data: Any, number: int) -> None:
        """Do the open step, as somebody who may; what the form finds wrong is mended once."""
        if (task := self.task) is None or not hasattr(task.flow_task, "form_class"):
            return
        able = [person for person in self.people if operations.may_work(task, person)]
        self.type_and_send(task, self.somebody(number, able), data.draw)

    @rule(data=st.data(), number=PEOPLE)
    def do_the_next_step(self, data: Any, number: int) -> None:
        """Do it as often as anything else together: a life consists of steps."""
        self.do_a_step(data, number)

    @rule(data=st.data(), number=PEOPLE)
    def do_one_more_step(self, data: Any, number: int) -> None:
        """Likewise."""
        self.do_a_step(data, number)

    @rule(data=st.data(), number=PEOPLE)
    def do_a_strangers_step(self, data: Any, number: int) -> None:
        """Do the open step, whoever one is."""
        if (task := self.task) is not None and hasattr(task.flow_task, "form_class"):
            self.type_and_send(task, self.somebody(number), data.draw)

    def type_and_send(self, task: CaseTask, by: User, draw: Any) -> None:
        form = task.flow_task.form_class(case=task.process, by=by)
        typed = fill(form, draw, self.at)
        refused = self.try_to(operations.complete_task, task=task, by=by, data=typed)
        if isinstance(refused, InvalidFacts):
            mended = typed | fill(form, draw, self.at, only=refused.errors)
            self.try_to(operations.complete_task, task=task, by=by, data=mended)

    @rule(data=st.data(), number=PEOPLE)
    def open_a_door(self, data: Any, number: int) -> None:
        """End the open step another way, also by doors that are not a person's to open."""
        task = self.task
        doors = getattr(task.flow_task, "doors", ()) if task is not None else ()
        if not doors:
            return
        door = data.draw(st.sampled_from(doors))
        able = [person for person in self.people if any(person.has_role(role) for role in door.roles)]
        by = self.somebody(number, able if number % 3 else None)
        form = door.form_class(case=task.process, by=by) if door.form_class else None
        typed = fill(form, data.draw, self.at) if form else {}
        self.try_to(operations.open_door, task=task, door=door.name, by=by, data=typed)

    @rule(number=st.integers(0, 9), days=st.integers(0, 20))
    def let_time_pass(self, number: int, days: int) -> None:
        """Let days pass, or as much time as one of the clocks needs."""
        running = list(Clock.objects.filter(case_id=self.case.pk, state=Clock.State.RUNNING).order_by("due_at", "id"))
        self.until(self.at + timedelta(days=days))
        if running and days % 2:
            clock = running[number % len(running)]
            self.until(clock.due_at)
            operations.clock_due(clock=clock, by=None, at=self.at)

    @rule(data=st.data(), number=PEOPLE)
    def move_the_money(self, data: Any, number: int) -> None:
        """Confirm a payout, by finance or by anybody; hear that it failed, or nothing; stop it."""
        if (payout := self.payout) is None:
            return
        ways = [funds.mark_failed, funds.mark_unknown, funds.resolve_unknown, funds.cancel_payout]
        by = self.cast["finance"] if number % 2 else self.somebody(number)
        if number % 3:
            self.try_to(operations.pay, payout=payout, voucher_number="V-1", by=by)
        else:
            self.try_to(data.draw(st.sampled_from(ways)), payout=payout, reason="账户不符", by=by)

    @rule(data=st.data(), number=PEOPLE)
    def do_something_beside_the_steps(self, data: Any, number: int) -> None:
        """Claim, put back or pass on the task; take a step back; withdraw; bring a paper, or a bank account."""
        acts = [self.give_the_task, self.take_back, self.withdraw, self.bring_a_paper]
        data.draw(st.sampled_from(acts))(data.draw, number)

    def give_the_task(self, draw: Any, number: int) -> None:
        if (task := self.task) is not None:
            how = draw(st.sampled_from([operations.claim_task, operations.release_task, operations.reassign_task]))
            facts = {"to": self.somebody(draw(PEOPLE))} if how is operations.reassign_task else {}
            self.try_to(how, task=task, by=self.somebody(number), **facts)

    def take_back(self, _draw: Any, number: int) -> None:
        last = CaseTask.objects.filter(process_id=self.case.pk, status="DONE", owner__isnull=False).order_by("-id")
        by = User.objects.get(pk=last[0].owner_id) if last and number % 3 else self.somebody(number)
        self.try_to(operations.take_back, case=self.case, reason="看错了", by=by)

    def withdraw(self, _draw: Any, number: int) -> None:
        if number % 5 == 0:  # rarely, or no life would be long
            self.try_to(operations.withdraw_case, case=self.case, reason="不办了", by=self.somebody(number))

    def bring_a_paper(self, draw: Any, number: int) -> None:
        if number % 2:
            with suppress(AlreadyDone):  # the number of another story
                a_bank_account(self.case.worker)
            return
        picture = BytesIO()
        Image.new("RGB", (8, 8), "white").save(picture, "PNG")
        picture.seek(0)
        kind, by = draw(st.sampled_from(Kind.values)), self.cast["visitor"]
        self.try_to(documents.attach_document, case=self.case, kind=kind, file=picture, title="照片", by=by)

    @rule(data=st.data(), number=PEOPLE)
    def try_what_the_state_forbids(self, data: Any, number: int) -> None:
        """Ask the choke point for a transition that does not start here: it is always refused."""
        case = self.case
        here = [name for name, source, _target in self.moves if source in (case.state, "*", "+")]
        name = data.draw(st.sampled_from(sorted({name for name, *_ in self.moves} - set(here))))
        with pytest.raises((WrongState, NotAllowed)):
            perform(case=case, name=name, by=self.somebody(number), at=self.at, text="越过流程")

    # ---- what must hold, always ----------------------------------------------------------------------------

    @invariant()
    def the_state_is_where_the_last_event_led(self) -> None:
        if self.walk is None:
            return
        case, events = self.case, list(Event.objects.filter(stream=self.case.stream).order_by("seq"))
        steps = [(event.facts["from"], event.facts["to"]) for event in events if "to" in event.facts]
        assert [event.seq for event in events] == list(range(1, case.head_seq + 1))
        assert steps[-1][1] == case.state
        assert [before for before, _after in steps[1:]] == [after for _before, after in steps[:-1]]
        assert case.state in self.kind.model.State.values
        assert case.stage == self.kind.model.STAGES[case.state]
        for before, after in steps:
            assert self.may_lead(before, after), f"{before} → {after} is no transition of {self.kind.slug}"

    @invariant()
    def an_open_case_waits_for_something_and_a_closed_one_for_nothing(self) -> None:
        if self.walk is None:
            return
        case = self.case
        waiting = CaseTask.objects.filter(process_id=case.pk, status__in=OPEN_TASK).count()
        assert waiting == (0 if case.is_closed else 1)
        assert case.is_closed == (case.state == "closed") == (case.status in ("DONE", "CANCELED"))

    @invariant()
    def a_closed_case_has_an_outcome_a_reason_and_nothing_open(self) -> None:
        if self.walk is None or not self.case.is_closed:
            return
        case = self.case
        assert case.outcome in self.kind.model.Outcome.values
        assert case.outcome_reason.strip()
        assert not case.claim_lines.filter(state__in=ClaimLine.UNFINISHED).exists()
        if case.outcome == "performed":
            owed = Instalment.objects.filter(claim_line__case_id=case.pk).exclude(state__in=Instalment.AT_REST)
            assert not owed.exists()

    @invariant()
    def no_money_leaves_without_three_people(self) -> None:
        if self.walk is None:
            return
        for payout in Payout.objects.filter(claim_line__case_id=self.case.pk, state=Payout.State.PAID):
            parts = dict(payout.claim_line.signatures.values_list("role", "person_id"))
            assert PAID_BY <= set(parts)
            assert len(set(parts.values())) == len(parts)

    # ---- helpers -------------------------------------------------------------------------------------------

    @property
    def case(self) -> Any:
        assert self.walk is not None
        return self.kind.model.objects.get(pk=self.walk.case.pk)

    @property
    def task(self) -> CaseTask | None:
        """Return the open step, with its case."""
        case = self.case
        task = CaseTask.objects.filter(process_id=case.pk, status__in=OPEN_TASK).select_related("owner").first()
        if task is not None:
            task.process = case
        return task

    @property
    def payout(self) -> Payout | None:
        found = Payout.objects.filter(claim_line__case_id=self.case.pk).select_related("claim_line__case")
        return found.order_by("-id").first()

    @property
    def at(self) -> datetime:
        assert self.walk is not None
        return self.walk.at

    def until(self, moment: datetime) -> None:
        assert self.walk is not None
        self.walk.at = max(self.walk.at, moment)

    def somebody(self, number: int, among: list[User] | None = None) -> User:
        people = among or self.people
        return User.objects.get(pk=people[number % len(people)].pk)

    def try_to(self, work: Any, **facts: Any) -> CaseworkError | None:
        """Do it a while later; a reasoned no is an answer like another and is returned, an error is not."""
        self.until(self.at + timedelta(minutes=20))
        try:
            work(**facts, at=self.at)
        except CaseworkError as refused:
            return refused
        return None

    def may_lead(self, before: str, after: str) -> bool:
        taken_back = self.kind.model.TAKE_BACK.get(before) == after
        return taken_back or any(
            (source in (before, "*", "+") and target == after) for _name, source, target in self.moves
        )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", all_case_types(), ids=lambda kind: kind.slug)
def test_no_life_of_a_case_breaks_the_law_of_its_type(kind, monkeypatch):
    monkeypatch.setattr(engine, "print_pdf", lambda _html: b"%PDF-1.7 letter")
    cast = found_city(at=AT)

    run_state_machine_as_test(
        lambda: Life(kind, cast),
        settings=settings(
            max_examples=scale("life_examples"),
            stateful_step_count=scale("life_steps"),
            phases=[
                phase for phase in Phase if SOAK or phase is not Phase.shrink
            ],  # a life is long: minutes, not seconds
        ),
    )
