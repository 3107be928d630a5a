"""Disputes that several workers share."""

from decimal import Decimal

import pytest

from casework.audit.errors import InvalidFacts
from casework.cases.models import ClaimLine
from casework.cases.transitions import ConditionNotMet
from tests.factories import a_worker
from workflows.case_types.labour_dispute.collective import is_collective, is_represented, representatives
from workflows.case_types.labour_dispute.models import Instalment, Settlement

NAMES = "李秀英 张伟 刘洋 陈敏 杨磊 黄静 赵强 周涛 吴霞".split()


def a_list(count, representatives=()):
    """Return the typed list of further workers."""
    return "\n".join(
        f"{name}，1380013{number:04d}{'，代表' if number in representatives else ''}"
        for number, name in enumerate(NAMES[:count])
    )


class TestWhoSpeaks:
    @pytest.mark.parametrize(("workers", "many"), [(1, False), (9, False), (10, True), (11, True)])
    def test_ten_with_a_common_claim_are_many(self, workers, many):
        assert is_collective(workers) is many
        assert representatives(workers) == ((3, 5) if many else None)

    def test_without_a_common_claim_each_stands_alone(self):
        assert not is_collective(100, has_common_claim=False)
        assert representatives(100, has_common_claim=False) is None

    @pytest.mark.parametrize(("chosen", "enough"), [(2, False), (3, True), (5, True), (6, False)])
    def test_three_to_five_speak_for_many(self, chosen, enough):
        assert is_represented(10, chosen) is enough
        assert is_represented(9, chosen)


class TestMembers:
    @pytest.mark.parametrize(("further", "many"), [(8, False), (9, True)])
    def test_ten_workers_are_a_collective_case(self, dispute, further, many):
        dispute.received(members=a_list(further))

        assert dispute.case.workers_count == further + 1
        assert dispute.case.is_collective is many
        assert dispute.case.members.get(number=1).worker_id == dispute.case.worker_id

    def test_a_list_says_which_line_cannot_be_read(self, dispute):
        with pytest.raises(InvalidFacts) as caught:
            dispute.received(members="李秀英 13800138001\n张伟 110101199003070000\n13800138002")

        said = " ".join(caught.value.errors["members"])
        assert "2" in said
        assert "3" in said
        assert not dispute.case

    def test_a_line_without_end_is_no_name(self, dispute):
        with pytest.raises(InvalidFacts, match="members"):
            dispute.received(members="李" * 61)

    def test_a_worker_on_file_is_found_by_the_number(self, dispute):
        known = a_worker(office=dispute.office)

        dispute.received(members=f"{known.name} {known.id_number}")

        assert dispute.case.members.get(number=2).worker == known

    def test_a_number_stands_there_once(self, dispute):
        known = a_worker(office=dispute.office)

        with pytest.raises(InvalidFacts, match="members"):
            dispute.received(members=f"甲某 {known.id_number}\n乙某 {known.id_number}")

    def test_nobody_joins_twice(self, dispute):
        known = a_worker(office=dispute.office)
        dispute.received(members=f"{known.name} {known.id_number}")

        with pytest.raises(InvalidFacts, match="members"):
            dispute.door("members", "mediator", members=f"{known.name} {known.id_number}")

    def test_a_collective_case_needs_three_to_five_representatives(self, dispute):
        dispute.answered(members=a_list(9))
        with pytest.raises(ConditionNotMet):
            dispute.do("decide", "mediator", decision="accept")

        chosen = list(dispute.case.members.filter(number__lte=3).values_list("pk", flat=True))
        dispute.door("members", "mediator", representatives=chosen)
        dispute.do("decide", "mediator", decision="accept")

        dispute.expect("accepted")

    def test_six_are_too_many(self, dispute):
        dispute.answered(members=a_list(9, representatives=range(5)))

        with pytest.raises(ConditionNotMet):
            dispute.do("decide", "mediator", decision="accept")

    def test_more_workers_can_join_while_it_is_checked(self, dispute):
        dispute.received(members=a_list(2))

        dispute.door("members", "mediator", members="孙丽 13800139999")

        assert (dispute.case.workers_count, dispute.nodes) == (4, ["check"])


@pytest.fixture
def shared(dispute):
    """Three workers whose agreement waits for signatures."""
    dispute.agreed(members=a_list(2))
    workers = list(dispute.case.members.order_by("number").values_list("worker", flat=True))
    shares = dict(zip(workers, ("1000.00", "2000.00", "3000.00"), strict=True))
    dispute.draft("3000.00", "3000.00", shares=shares)
    dispute.do("approve", "supervisor", decision="approve")
    return dispute


class TestSharedAgreement:
    def test_each_worker_has_a_claim_line_and_instalments(self, shared):
        lines = ClaimLine.objects.filter(case_id=shared.case.pk).order_by("amount")

        parts = [list(line.dispute_instalments.order_by("number").values_list("amount", flat=True)) for line in lines]
        assert parts == [[Decimal(500)] * 2, [Decimal(1000)] * 2, [Decimal(1500)] * 2]

    def test_binds_those_who_consent_only(self, shared):
        consenting = list(shared.case.members.filter(number__lte=2).values_list("pk", flat=True))

        shared.sign(consenting=consenting)

        states = dict(ClaimLine.objects.filter(case_id=shared.case.pk).values_list("amount", "state"))
        assert states == {Decimal(1000): "open", Decimal(2000): "open", Decimal(3000): "withdrawn"}
        assert Settlement.objects.get().amount == Decimal(3000)
        assert Instalment.objects.filter(state="void").count() == 2
        assert shared.case.members.filter(consent_at__isnull=False).count() == 2

    def test_needs_the_consent_of_somebody(self, shared):
        with pytest.raises(InvalidFacts, match="consenting"):
            shared.sign()

    def test_is_performed_worker_by_worker(self, shared):
        shared.sign(consenting=list(shared.case.members.values_list("pk", flat=True)))
        first = Instalment.objects.filter(claim_line__amount=1000)

        shared.perform(instalments=[part.pk for part in first])

        states = dict(ClaimLine.objects.filter(case_id=shared.case.pk).values_list("amount", "state"))
        assert states == {Decimal(1000): "settled", Decimal(2000): "open", Decimal(3000): "open"}
