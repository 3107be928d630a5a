from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from casework.audit.errors import AlreadyDone, InvalidFacts, NotAllowed
from casework.audit.events import words_of
from casework.audit.models import AccessRecord, Event
from casework.people import operations, queries
from casework.people.models import BankAccount, HardshipCategory, HardshipFile, Household, NamePiece, Purpose, Worker
from tests import factories
from tests.factories import AT, a_bank_account, a_worker, an_id_number, an_office_tree, chen, lin, zhao

pytestmark = pytest.mark.django_db


def errors_of(work) -> dict:
    with pytest.raises(InvalidFacts) as caught:
        work()
    return caught.value.errors


class TestRegisterWorker:
    def test_takes_birth_and_sex_from_the_id_number(self):
        worker = a_worker(id_number=an_id_number("19851017", male=False))
        worker.refresh_from_db()
        assert (worker.birth_on, worker.sex) == (date(1985, 10, 17), "F")

    def test_seals_what_is_personal(self):
        worker = a_worker(phone="199 0000 0001", address="柳河街1号")
        row = Worker.objects.filter(pk=worker.pk).values("id_number", "phone", "address").get()
        for name, clear in {"id_number": worker.id_number, "phone": "19900000001", "address": "柳河街1号"}.items():
            assert clear.encode() not in bytes(row[name])
            assert getattr(Worker.objects.get(pk=worker.pk), name) == clear

    def test_records_the_event_without_anything_personal(self):
        worker = a_worker(by=lin())
        event = Event.objects.filter(kind="worker.registered").latest("id")
        assert event.facts == {"worker": str(worker.uuid)}
        assert (event.actor, event.stream) == (lin(), f"office:{worker.office_id}")

    def test_says_what_is_wrong_at_each_field(self):
        errors = errors_of(lambda: a_worker(name=" · ", id_number="123", phone="12"))
        assert set(errors) == {"name", "id_number", "phone"}
        assert not Worker.objects.exists()

    def test_works_with_a_name_alone(self):
        worker = a_worker(id_number="", phone="")
        assert (worker.id_key, worker.phone_key) == ("", "")
        a_worker(id_number="", phone="")

    def test_refuses_a_second_record_and_names_only_office_and_phone(self):
        first = a_worker("王建国")
        tree = an_office_tree()
        with pytest.raises(operations.DuplicateWorker) as caught:
            a_worker("王建", id_number=first.id_number.lower(), office=tree.other_county, by=zhao())
        assert caught.value.known == (tree.county.name, "0371-12351")
        said = str(caught.value)
        assert "0371-12351" in said
        for personal in (first.name, first.id_number, first.phone):
            assert personal not in said

    def test_the_database_refuses_a_second_record_by_itself(self):
        first = a_worker()
        second = a_worker(id_number="")
        second.id_key = first.id_key
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save()

    def test_the_same_number_on_another_paper_is_another_worker(self):
        a_worker(id_type="passport", id_number="12345678")
        assert a_worker(id_type="tw_permit", id_number="12345678").pk

    def test_refuses_somebody_of_another_office(self):
        with pytest.raises(NotAllowed):
            a_worker(office=an_office_tree().county, by=zhao())

    def test_lets_the_public_door_in(self):
        public = factories.staff.open_public_door(by=None, at=AT)
        assert a_worker(by=public).pk


class TestUpdateWorker:
    def test_changes_what_is_given_and_nothing_else(self):
        worker = a_worker("王建国", native_place="周口")
        number = worker.id_number
        operations.update_worker(worker=worker, phone="19900001111", by=lin(), at=AT)
        worker = Worker.objects.get(pk=worker.pk)
        assert (worker.phone, worker.name, worker.native_place, worker.id_number) == (
            "19900001111",
            "王建国",
            "周口",
            number,
        )
        assert queries.search_workers(lin(), "19900001111").get() == worker

    def test_names_the_changed_fields_in_the_event(self):
        worker = a_worker()
        operations.update_worker(worker=worker, native_place="周口", union_member=True, by=lin(), at=AT)
        assert Event.objects.latest("id").facts["fields"] == "native_place, union_member"

    def test_records_nothing_when_nothing_changed(self):
        worker, by = a_worker(native_place="周口"), lin()
        before = Event.objects.count()
        operations.update_worker(worker=worker, native_place="周口", by=by, at=AT)
        assert Event.objects.count() == before

    def test_renames_in_the_search_too(self):
        worker = a_worker("王建国")
        operations.update_worker(worker=worker, name="李卫东", by=lin(), at=AT)
        assert not queries.search_workers(lin(), "建国")
        assert queries.search_workers(lin(), "卫东").get() == worker

    def test_refuses_the_number_of_another(self):
        first, second = a_worker(), a_worker()
        with pytest.raises(operations.DuplicateWorker):
            operations.update_worker(worker=second, id_number=first.id_number, by=lin(), at=AT)
        assert Worker.objects.get(pk=second.pk).id_number != first.id_number

    def test_refuses_another_office(self):
        worker = a_worker()
        with pytest.raises(NotAllowed):
            operations.update_worker(worker=worker, native_place="x", by=zhao(), at=AT)


class TestReveal:
    def test_returns_the_value_and_keeps_who_and_why(self):
        worker = a_worker()
        value = operations.reveal_field(worker=worker, field="id_number", reason="核对身份", by=chen(), at=AT)
        assert value == worker.id_number
        event = Event.objects.latest("id")
        assert (event.kind, event.actor, event.facts["field"]) == ("worker.revealed", chen(), "id_number")
        assert words_of(event) == "核对身份"
        assert worker.id_number not in event.facts_text
        row = AccessRecord.objects.get()
        assert (row.subject, row.reader, row.purpose) == (worker.uuid, chen(), "id_number")

    def test_counts_once_a_day_in_the_register_and_every_time_in_the_trail(self):
        worker = a_worker()
        for _ in range(2):
            operations.reveal_field(worker=worker, field="phone", reason="回访", by=chen(), at=AT)
        assert AccessRecord.objects.count() == 1
        assert Event.objects.filter(kind="worker.revealed").count() == 2

    def test_needs_a_reason_and_a_known_field(self):
        worker = a_worker()
        assert "reason" in errors_of(
            lambda: operations.reveal_field(worker=worker, field="phone", reason=" ", by=chen(), at=AT)
        )
        assert "field" in errors_of(
            lambda: operations.reveal_field(worker=worker, field="id_key", reason="回访", by=chen(), at=AT)
        )

    def test_refuses_another_office_and_notes_that(self):
        worker = a_worker()
        with pytest.raises(NotAllowed):
            operations.reveal_field(worker=worker, field="phone", reason="好奇", by=zhao(), at=AT)
        assert Event.objects.filter(kind="operation.refused", actor=zhao()).exists()
        assert not AccessRecord.objects.exists()

    def test_shows_an_account(self):
        account = a_bank_account(a_worker())
        number = BankAccount.objects.get(pk=account.pk).number
        assert operations.reveal_account(account=account, reason="核对", by=lin(), at=AT) == number


class TestHousehold:
    def test_is_formed_once(self):
        worker = a_worker()
        first = operations.form_household(head=worker, by=lin(), at=AT)
        assert operations.form_household(head=worker, by=lin(), at=AT) == first
        assert Event.objects.filter(kind="household.formed").count() == 1

    def test_takes_a_member_with_the_birth_of_the_id_number(self):
        member = operations.add_to_household_of(
            head=a_worker(),
            name="王小明",
            relation="child",
            occupation="student",
            id_number=an_id_number("20100601"),
            monthly_income=Decimal("0.00"),
            by=lin(),
            at=AT,
        )
        assert member.birth_on == date(2010, 6, 1)

    def test_says_what_is_wrong(self):
        errors = errors_of(
            lambda: operations.add_to_household_of(
                head=a_worker(),
                name=" ",
                relation="child",
                occupation="student",
                id_number="1",
                monthly_income=Decimal("-1.00"),
                by=lin(),
                at=AT,
            )
        )
        assert set(errors) == {"name", "id_number", "monthly_income"}
        assert not Household.objects.exists()


class TestHardshipFile:
    def opened(self) -> HardshipFile:
        household = operations.form_household(head=a_worker(), by=None, at=AT)
        return operations.open_hardship_file(
            household=household, category=HardshipCategory.DEEP, opened_on=date(2024, 2, 29), by=lin(), at=AT
        )

    def test_is_numbered_and_due_for_review_in_a_year(self):
        file, other = self.opened(), self.opened()
        assert (file.number, other.number) == ("HF-410105-2024-000001", "HF-410105-2024-000002")
        assert file.next_review_on == date(2025, 2, 28)

    def test_is_one_at_a_time(self):
        file = self.opened()
        again = {"household": file.household, "category": HardshipCategory.DEEP, "opened_on": date(2026, 1, 1)}
        with pytest.raises(operations.FileIsOpen):
            operations.open_hardship_file(**again, by=lin(), at=AT)
        operations.exit_hardship_file(file=file, reason="收入改善", exited_on=date(2025, 6, 1), by=lin(), at=AT)
        assert operations.open_hardship_file(**again, by=lin(), at=AT).is_live

    def test_the_database_refuses_a_second_live_file(self):
        file = self.opened()
        file.pk, file.number, file._state.adding = None, "HF-X", True
        file.uuid = a_worker().uuid
        with pytest.raises(IntegrityError), transaction.atomic():
            file.save()

    def test_review_keeps_it_another_year(self):
        file = self.opened()
        operations.review_hardship_file(
            file=file, category=HardshipCategory.RELATIVE, reviewed_on=date(2025, 2, 1), by=lin(), at=AT
        )
        file.refresh_from_db()
        assert (file.category, file.reviewed_on, file.next_review_on) == (
            "relative",
            date(2025, 2, 1),
            date(2026, 2, 1),
        )

    def test_exit_needs_a_reason_and_a_later_day(self):
        file = self.opened()
        errors = errors_of(
            lambda: operations.exit_hardship_file(file=file, reason="", exited_on=date(2024, 1, 1), by=lin(), at=AT)
        )
        assert set(errors) == {"reason", "exited_on"}

    def test_an_exited_file_does_not_change(self):
        file = self.opened()
        operations.exit_hardship_file(file=file, reason="收入改善", exited_on=date(2025, 6, 1), by=lin(), at=AT)
        with pytest.raises(operations.FileIsClosed):
            operations.review_hardship_file(
                file=file, category=HardshipCategory.DEEP, reviewed_on=date(2026, 1, 1), by=lin(), at=AT
            )

    def test_its_reason_is_sealed(self):
        file = self.opened()
        operations.exit_hardship_file(file=file, reason="病愈复工", exited_on=date(2025, 6, 1), by=lin(), at=AT)
        event = Event.objects.latest("id")
        assert "病愈" not in event.facts_text
        assert words_of(event) == "病愈复工"
        assert queries.live_file_of(file.household) is None


class TestBankAccount:
    def test_keeps_the_last_four_digits_in_clear_only(self):
        number = factories.an_account_number()
        account = a_bank_account(a_worker(), number=f"{number[:6]} {number[6:]}")
        row = BankAccount.objects.filter(pk=account.pk).values("number", "last4").get()
        assert row["last4"] == number[-4:]
        assert number.encode() not in bytes(row["number"])

    def test_a_number_that_does_not_check_is_typed_twice_in_the_workers_own_name(self):
        worker = a_worker()
        passbook = {"worker": worker, "number": "170202010"}
        assert set(errors_of(lambda: a_bank_account(**passbook, holder_name="张三"))) == {"number_again", "holder_name"}
        assert set(errors_of(lambda: a_bank_account(**passbook, number_again="170202011"))) == {"number_again"}
        assert a_bank_account(**passbook, number_again="1702 02010").last4 == "2010"

    def test_is_entered_once_and_again_after_it_was_retired(self):
        worker, number = a_worker(), factories.an_account_number()
        account = a_bank_account(worker, number=number)
        with pytest.raises(AlreadyDone):
            a_bank_account(worker, number=number)
        operations.retire_bank_account(account=account, by=lin(), at=AT)
        with pytest.raises(AlreadyDone):
            operations.retire_bank_account(account=account, by=lin(), at=AT)
        assert a_bank_account(worker, number=number) in queries.accounts_of(worker)

    def test_shared_by_two_workers_is_found(self):
        number = factories.an_account_number()
        first, second = a_worker(), a_worker()
        a_bank_account(first, number=number)
        account = a_bank_account(second, number=number)
        assert set(queries.account_holders(account)) == {first, second}


class TestConsent:
    def taken(self, worker, **over):
        facts = {"purpose": Purpose.PUBLISHING, "notice_version": "2026-1", "by": lin(), "at": AT}
        return operations.record_consent(worker=worker, **facts | over)

    def test_holds_until_it_is_withdrawn(self):
        worker = a_worker()
        assert queries.consent_to(worker, Purpose.PUBLISHING) is None
        consent = self.taken(worker)
        assert queries.consent_to(worker, Purpose.PUBLISHING) == consent
        assert queries.consent_to(worker, Purpose.SHARING) is None
        operations.withdraw_consent(consent=consent, by=lin(), at=AT + timedelta(days=1))
        assert queries.consent_to(worker, Purpose.PUBLISHING) is None
        with pytest.raises(AlreadyDone):
            operations.withdraw_consent(consent=consent, by=lin(), at=AT)

    def test_of_a_child_under_14_is_the_guardians(self):
        child = a_worker(id_number=an_id_number("20121121"))
        assert "guardian_name" in errors_of(lambda: self.taken(child))
        assert self.taken(child, guardian_name="王母").guardian_name == "王母"
        assert self.taken(a_worker(id_number=an_id_number("20121120"))).guardian_name == ""


def test_name_pieces_go_with_the_worker():
    worker = a_worker("王小明")
    assert set(NamePiece.objects.values_list("piece", flat=True)) == {"王", "小", "明", "王小", "小明"}
    worker.delete()
    assert not NamePiece.objects.exists()
