"""Papers taken in, asked for, handed out and written."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed, NotFound
from casework.audit.models import AccessRecord, Event
from casework.audit.verify import verify
from casework.cases import operations as cases
from casework.documents import composing, operations, papers, queries, triggers
from casework.documents.composing import Composed
from casework.documents.models import Document, Letter
from casework.documents.papers import UnknownPaper
from casework.offices.scope import ClosedCase
from tests.factories import AT
from workflows import operations as work

from . import samples

LATER = AT + timedelta(days=1)
TODAY = date(2026, 11, 20)


def attach(case, by, **over):
    facts = {"kind": "income", "file": samples.upload(), "at": AT, **over}
    return operations.attach_document(case=case, by=by, **facts)


class TestAttachDocument:
    def test_keeps_it_encrypted_under_a_name_that_says_nothing(self, case, cast):
        document = attach(case, cast.lin)

        with document.file.storage.open(document.file.name) as file:
            stored = file.read()
        assert samples.PDF not in stored
        assert b"%PDF" not in stored
        assert "收入" not in document.file.name
        assert queries.content_of(Document.objects.get(pk=document.pk)) == samples.PDF

    def test_takes_the_title_from_the_file_unless_one_is_given(self, case, cast):
        assert attach(case, cast.lin).title == "收入证明"
        assert attach(case, cast.lin, title="工资流水").title == "工资流水"

    def test_says_so_in_the_trail_without_the_title(self, case, cast):
        attach(case, cast.lin, title="王建国的工资")

        event = Event.objects.get(stream=case.stream, kind="document.attached")
        assert "王建国" not in event.facts_text
        assert events.sentence(event)

    def test_ticks_the_list(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)

        document = attach(case, cast.lin, fulfils="income")

        assert [item.code for item in queries.missing(case, TODAY)] == ["id"]
        assert queries.checklist_of(case)[1].document == document

    def test_belongs_to_a_contact_as_well(self, cast):
        contact = cases.take_contact(
            office=cast.tree.county, channel="phone", matter="consult", question="问", by=cast.lin, at=AT
        )

        document = operations.attach_document(contact=contact, kind="other", file=samples.upload(), by=cast.lin, at=AT)

        assert queries.documents_of_contact(contact) == [document]
        assert queries.document_for(cast.lin, document.uuid) == document

    def test_refuses_another_office(self, case, cast):
        with pytest.raises(NotAllowed):
            attach(case, cast.zhao)

    def test_refuses_an_unknown_kind(self, case, cast):
        with pytest.raises(InvalidFacts):
            attach(case, cast.lin, kind="spell")

    def test_refuses_a_closed_case(self, case, cast):
        work.withdraw_case(case=case, reason="找到了", by=cast.sun, at=AT)

        with pytest.raises(ClosedCase):
            attach(case, cast.lin)


class TestHandOut:
    def test_gives_the_content_and_keeps_who_had_it(self, case, cast):
        document = attach(case, cast.lin)

        found, content = operations.hand_out(uuid=document.uuid, by=cast.chen, at=AT)
        operations.hand_out(uuid=document.uuid, by=cast.chen, at=AT)

        assert (found, content) == (document, samples.PDF)
        assert AccessRecord.objects.get(reader=cast.chen, purpose="document").subject == case.worker.uuid
        assert Event.objects.filter(kind="document.downloaded", actor=cast.chen).count() == 2

    def test_hides_it_from_another_office(self, case, cast):
        document = attach(case, cast.lin)

        with pytest.raises(NotFound):
            operations.hand_out(uuid=document.uuid, by=cast.zhao, at=AT)


class TestChecklist:
    def test_holds_what_the_type_asks_for_once(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        items = operations.open_checklist(case=case, by=cast.lin, at=LATER)

        assert [item.code for item in items] == ["id", "income", "photo"]
        assert [item.code for item in queries.missing(case, TODAY)] == ["id", "income"]
        assert Event.objects.filter(stream=case.stream, kind="checklist.opened").count() == 1

    def test_takes_a_paper_once(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        operations.mark_received(case=case, code="id", by=cast.lin, at=AT)

        with pytest.raises(operations.AlreadyReceived):
            operations.mark_received(case=case, code="id", by=cast.lin, at=AT)

    def test_of_a_closed_case_takes_none(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        work.withdraw_case(case=case, reason="找到了", by=cast.lin, at=AT)

        with pytest.raises(ClosedCase):
            operations.mark_received(case=case, code="id", by=cast.lin, at=LATER)
        with pytest.raises(ClosedCase):
            operations.give_notice(case=case, by=cast.lin, at=LATER)

    def test_knows_no_other_paper(self, case, cast):
        with pytest.raises(NotFound):
            operations.mark_received(case=case, code="spell", by=cast.lin, at=AT)

    def test_grows_by_a_further_paper(self, case, cast):
        operations.ask_for_paper(case=case, title="出院小结", brought_by="agency", by=cast.lin, at=AT)
        second = operations.ask_for_paper(case=case, title="病历", brought_by="agency", by=cast.lin, at=AT)

        assert second.code == "further-2"
        assert [item.heading for item in queries.missing(case, TODAY)] == ["出院小结", "病历"]


class TestGiveNotice:
    @pytest.fixture(autouse=True)
    def _open(self, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)

    def test_tells_everything_at_once_by_letter(self, case, cast):
        letter = operations.give_notice(case=case, due_on=date(2026, 12, 1), by=cast.lin, at=AT)

        assert "身份证" in letter.body
        assert "收入证明" in letter.body
        assert "照片" not in letter.body
        assert {item.due_on for item in queries.missing(case, TODAY)} == {date(2026, 12, 1)}
        event = Event.objects.get(stream=case.stream, kind="checklist.notice_given")
        assert event.facts["missing"] == ["id", "income"]

    def test_tells_once(self, case, cast):
        operations.give_notice(case=case, by=cast.lin, at=AT)

        with pytest.raises(operations.AlreadyTold):
            operations.give_notice(case=case, by=cast.lin, at=LATER)

    def test_has_nothing_to_tell_when_all_is_there(self, case, cast):
        for code in ("id", "income"):
            operations.mark_received(case=case, code=code, by=cast.lin, at=AT)

        with pytest.raises(operations.NothingMissing):
            operations.give_notice(case=case, by=cast.lin, at=AT)


class TestIssueLetter:
    def issue(self, case, cast, **over):
        facts = {"paper": "notice.closed", "by": cast.sun, "at": AT, "result": "已补发工资。", **over}
        return operations.issue_letter(case=case, **facts)

    def test_numbers_it_in_the_series_of_office_and_year(self, case, cast):
        assert self.issue(case, cast).number == "LT-410105-2026-000001"
        assert self.issue(case, cast).number == "LT-410105-2026-000002"

    def test_keeps_the_text_and_the_pdf(self, case, cast):
        letter = Letter.objects.get(pk=self.issue(case, cast).pk)

        assert "王建国" in letter.body
        assert "已补发工资。" in letter.body
        assert queries.content_of(letter.document).startswith(b"%PDF-")
        assert queries.documents_of(case) == []
        assert [row.heading for row in queries.letters_of(case)]

    def test_writes_it_in_the_language_asked_for(self, case, cast):
        letter = Composed.kept(self.issue(case, cast, language="en").body)

        assert '<html lang="en">' in letter.as_html()
        assert "Result" in letter.source

    def test_replaces_a_wrong_one_by_a_new_one_that_names_it(self, case, cast):
        old = self.issue(case, cast)

        new = self.issue(case, cast, corrects=old, result="已补发工资和加班费。")

        assert old.number in new.body
        assert new.corrects == old
        with pytest.raises(operations.AlreadyCorrected):
            self.issue(case, cast, corrects=old)

    def test_every_column_but_its_text_is_named_to_the_database(self):
        """One that is added and not named there could be changed after the letter went out."""
        columns = {column.column for column in Letter._meta.local_concrete_fields}

        assert {*triggers.KEPT, *triggers.KEPT_OR_EMPTY} == columns - {"body"}

    # the text, too, while it is sealed with the same key
    @pytest.mark.parametrize(
        "change", [{"number": "LT-0"}, {"paper": "x"}, {"issued_at": LATER}, {"body": b"\x01\x01 another text"}]
    )
    def test_never_changes(self, case, cast, change):
        letter = self.issue(case, cast)

        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).delete()

    def test_refuses_an_unknown_letter(self, case, cast):
        with pytest.raises(UnknownPaper):
            self.issue(case, cast, paper="notice.magic")

    def test_refuses_another_office(self, case, cast):
        with pytest.raises(NotAllowed):
            self.issue(case, cast, by=cast.zhao)

    def test_is_seen_by_whoever_wants_to_take_the_step_back(self, case, cast):
        self.issue(case, cast)

        assert queries.letters_since(case, AT).exists()
        assert not queries.letters_since(case, LATER).exists()

    def test_leaves_the_trail_whole(self, case, cast):
        self.issue(case, cast)

        assert verify().faults == []


@pytest.mark.parametrize(
    ("paper", "values"),
    [
        ("notice.missing", {"missing": [{"title": "身份证", "brought_by": "职工"}], "due_on": date(2026, 12, 1)}),
        ("notice.declined", {"reason": "不属于工会受理范围", "advice": "可向人社部门反映"}),
        ("notice.referred", {"addressee": "清源区人社局", "reason": "属劳动监察职责"}),
        ("notice.closed", {"result": "已办结"}),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_general_letter_can_be_printed(case, cast, paper, values, language):
    letter = composing.compose(
        case=case,
        paper=papers.paper(case.case_type, paper),
        number="",
        by=cast.lin,
        at=AT,
        language=language,
        values=values,
    )

    assert letter.as_pdf().startswith(b"%PDF-")
    assert letter.missing == ()
    assert not Letter.objects.exists()
