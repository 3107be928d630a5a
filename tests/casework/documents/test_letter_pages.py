"""Pages of letters: written beside their preview, read as they went out, signed, sent, served and corrected."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document as Word

from casework.audit.models import AccessRecord, Event
from casework.documents import files, letters, operations, papers, queries
from casework.documents.composing import Composed
from casework.documents.models import Letter, LetterDelivery, LetterSignature
from casework.offices import scope
from tests.factories import AT
from tests.toy_case_type import papers as toy_papers
from workflows import operations as work

from . import samples

TYPED = {"language": "zh-hans", "reason": "不属于工会受理范围", "advice": "可向人社部门反映"}
SCRIPT = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def site(client, cast):
    """The browser of Lin, who answers the hotline."""
    client.force_login(cast.lin)
    return client


@pytest.fixture
def signed_paper(monkeypatch):
    """Let the toy's notice of closing be signed by worker and seal."""
    general = {paper.code: paper for paper in papers.PAPERS}
    monkeypatch.setattr(
        toy_papers, "PAPERS", (replace(general["notice.closed"], signed_by=("worker", "seal"), originals=2),)
    )


@pytest.fixture
def letter(case, cast, signed_paper):
    """A letter of yesterday."""
    at = timezone.now() - timedelta(days=1)
    return operations.issue_letter(case=case, paper="notice.closed", result="已补发工资。", by=cast.lin, at=at)


def page(site, name, *arguments, **more):
    return site.get(reverse(name, args=arguments), **more)


class TestWriting:
    def test_shows_the_letter_beside_the_form(self, site, case):
        answer = page(site, "letter_issue", case.number, "notice.declined")

        said = answer.content.decode()
        assert "王建国" in said
        assert "草稿" in said
        assert f'hx-post="{reverse("letter_preview", args=[case.number, "notice.declined"])}"' in said

    def test_shows_a_script_what_has_been_typed_so_far_and_keeps_nothing(self, site, case):
        address = reverse("letter_preview", args=[case.number, "notice.declined"])

        answer = site.post(address, {"reason": "<b>不属于</b>工会受理范围"}, **SCRIPT)

        said = answer.content.decode()
        assert answer.status_code == 200
        assert "&lt;b&gt;不属于&lt;/b&gt;工会受理范围" in said
        assert "<html" not in said
        assert not Letter.objects.exists()

    def test_nothing_typed_stands_in_an_address(self, site, case):
        assert site.get(reverse("letter_preview", args=[case.number, "notice.declined"])).status_code == 405

    def test_names_what_the_file_lacks_and_where_it_is_filled_in(self, site, case, cast, monkeypatch):
        general = {paper.code: paper for paper in papers.PAPERS}
        monkeypatch.setattr(toy_papers, "FACTS", {"phone": "电话", "thing": "物品"}, raising=False)
        monkeypatch.setattr(toy_papers, "facts", lambda case: {"phone": "", "thing": ""}, raising=False)
        monkeypatch.setattr(toy_papers, "PAPERS", (general["notice.closed"],))
        monkeypatch.setattr(papers, "built_in_text", lambda *found: "{{ phone }} {{ thing }} {{ office_phone }}")

        answer = page(site, "letter_issue", case.number, "notice.closed")

        lacks = {lack["label"]: lack.get("url") for lack in answer.context["lacks"]}
        assert lacks == {
            "电话": reverse("worker_edit", args=[case.worker.uuid]),
            "物品": reverse("case_correct", args=[case.number]),
        }
        assert "blanks" in answer.context["form"].fields

    def test_goes_out_with_blanks_only_when_somebody_says_so(self, site, case):
        address = reverse("letter_issue", args=[case.number, "supervision.reminder"])
        typed = {
            "language": "zh-hans",
            "findings": "拖欠",
            "articles": "第五十条",
            "request": "补发",
            "answer_by": "月底",
        }

        refused = site.post(address, typed)

        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["blanks"]
        assert "第五十条" in refused.content.decode(), "what was typed is still there"
        assert not Letter.objects.exists()

        issued = site.post(address, {**typed, "blanks": "on"})

        letter = Letter.objects.get()
        assert issued.url == reverse("letter_detail", args=[letter.number])

    def test_asks_for_no_leave_where_nothing_is_lacking(self, site, case):
        answer = page(site, "letter_issue", case.number, "notice.declined")

        assert answer.context["lacks"] == []
        assert "blanks" not in answer.context["form"].fields

    def test_keeps_who_saw_the_file_in_clear(self, site, case, cast):
        page(site, "letter_issue", case.number, "notice.declined")

        assert AccessRecord.objects.filter(reader=cast.lin, subject=case.worker.uuid, purpose="case").exists()

    @pytest.mark.parametrize("language", ["fr", "", "\N{SNOWMAN}"])
    def test_knows_no_other_language(self, site, case, language):
        answer = site.post(
            reverse("letter_issue", args=[case.number, "notice.declined"]), {**TYPED, "language": language}
        )

        assert list(answer.context["form"].errors) == ["language"]

    def test_says_what_is_wrong_with_the_offices_text_instead_of_breaking(self, site, case, monkeypatch):
        monkeypatch.setattr(papers, "built_in_text", lambda *found: "{{ worker|money }}")

        shown = page(site, "letter_issue", case.number, "notice.declined")
        issued = site.post(reverse("letter_issue", args=[case.number, "notice.declined"]), TYPED)
        printed = site.post(reverse("letter_preview", args=[case.number, "notice.declined"]), TYPED)

        assert shown.context["problem"]
        assert issued.status_code == 422
        assert printed.status_code == 409

    def test_does_not_exist_for_another_office(self, client, cast, case):
        client.force_login(cast.zhao)

        assert page(client, "letter_issue", case.number, "notice.declined").status_code == 404


class TestNotice:
    def test_shows_what_would_be_told(self, site, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        address = reverse("checklist_notice_preview", args=[case.number])

        shown = page(site, "checklist_notice", case.number).content.decode()
        typed = site.post(address, {"language": "zh-hans", "due_on": "2026-12-31"}, **SCRIPT).content.decode()
        printed = site.post(address, {"language": "zh-hans"})

        assert "收入证明" in shown
        assert "2026年12月31日" in typed
        assert printed.content.startswith(b"%PDF-")
        assert queries.checklist_of(case)[0].told_at is None

    def test_says_why_there_is_nothing_to_tell(self, site, case):
        answer = page(site, "checklist_notice", case.number)

        assert answer.status_code == 409
        assert str(operations.NothingMissing.message) in answer.content.decode()


class TestLetter:
    def test_is_shown_as_it_went_out_with_what_is_missing(self, site, letter, cast):
        said = page(site, "letter_detail", letter.number).content.decode()

        assert "已补发工资。" in said
        assert letter.number in said
        assert reverse("letter_sign", args=[letter.number, "worker"]) in said
        assert reverse("letter_sign", args=[letter.number, "seal"]) in said
        assert AccessRecord.objects.filter(reader=cast.lin, purpose="document").exists()

    def test_does_not_exist_for_another_office(self, client, cast, letter):
        client.force_login(cast.zhao)

        for name, arguments in (
            ("letter_detail", [letter.number]),
            ("letter_word", [letter.number]),
            ("letter_correct", [letter.number]),
            ("letter_detail", ["LT-0"]),
        ):
            assert page(client, name, *arguments).status_code == 404
        for name, arguments in (
            ("letter_sign", [letter.number, "worker"]),
            ("letter_send", [letter.number]),
            ("letter_served", [letter.number, 1]),
        ):
            assert client.post(reverse(name, args=arguments)).status_code == 404

    def test_comes_as_word(self, site, letter):
        answer = page(site, "letter_word", letter.number)

        assert answer["Content-Type"] == files.DOCX
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "no-store"
        assert any("已补发工资。" in one.text for one in Word(BytesIO(answer.content)).paragraphs)
        assert Event.objects.filter(kind="letter.downloaded").count() == 1

    def test_is_signed_with_a_scan(self, site, letter):
        facts = {"name": "王建国", "signed_on": timezone.localdate().isoformat(), "file": samples.upload()}

        answer = site.post(reverse("letter_sign", args=[letter.number, "worker"]), facts)

        assert answer.status_code == 302
        signature = LetterSignature.objects.get()
        assert (signature.name, signature.party) == ("王建国", "worker")
        said = page(site, "letter_detail", letter.number).content.decode()
        assert reverse("document_download", args=[signature.scan.uuid]) in said
        assert reverse("letter_sign", args=[letter.number, "worker"]) not in said

    def test_says_at_the_field_why_a_signature_is_refused_and_keeps_what_was_typed(self, site, letter):
        ahead = (timezone.localdate() + timedelta(days=2)).isoformat()

        answer = site.post(
            reverse("letter_sign", args=[letter.number, "worker"]), {"name": "王建国家属", "signed_on": ahead}
        )

        assert answer.status_code == 422
        said = answer.content.decode()
        assert "王建国家属" in said
        assert "<details open>" in said
        assert not LetterSignature.objects.exists()

    @pytest.mark.parametrize("party", ["mediator", "nobody"])
    def test_is_signed_by_its_parties_alone(self, site, letter, party):
        facts = {"name": "王建国", "signed_on": timezone.localdate().isoformat()}

        answer = site.post(reverse("letter_sign", args=[letter.number, party]), facts)

        assert answer.status_code == 409
        assert str(letters.NotSigned.message) in answer.content.decode()

    def test_takes_no_paper_of_another_case_as_its_scan(self, site, letter, cast):
        other = work.open_case(
            case_type="toy", by=cast.lin, at=AT, office=cast.tree.county, worker_name="李四", summary="伞", thing="伞"
        )
        theirs = operations.attach_document(case=other, kind="other", file=samples.upload(), by=cast.lin, at=AT)
        facts = {"name": "王建国", "signed_on": timezone.localdate().isoformat(), "scan": str(theirs.uuid)}

        answer = site.post(reverse("letter_sign", args=[letter.number, "worker"]), facts)

        assert answer.status_code == 422
        assert not LetterSignature.objects.exists()

    def test_is_posted_and_then_served(self, site, letter):
        today = timezone.localdate().isoformat()
        sent = {"method": "posted", "addressee": "王建国", "sent_on": today}
        address = reverse("letter_send", args=[letter.number])

        refused = site.post(address, sent)
        assert refused.status_code == 422
        assert list(refused.context["send"].errors) == ["tracking"]

        site.post(address, {**sent, "tracking": "EMS 100"})
        delivery = LetterDelivery.objects.get()
        served = reverse("letter_served", args=[letter.number, delivery.pk])
        assert served in page(site, "letter_detail", letter.number).content.decode()

        assert site.post(served, {"served_on": "1999-01-01"}).status_code == 422
        assert site.post(served, {"served_on": today, "file": samples.upload()}).status_code == 302

        delivery.refresh_from_db()
        assert delivery.served_on == timezone.localdate()
        assert site.post(served, {"served_on": today}).status_code == 409
        assert site.post(reverse("letter_served", args=[letter.number, 10**9]), {}).status_code == 404

    def test_knows_the_addressee_before_anybody_types_it(self, site, letter):
        assert page(site, "letter_detail", letter.number).context["send"].initial["addressee"] == "王建国"

    def test_of_a_closed_case_takes_no_file_and_says_why(self, site, letter, case, cast):
        work.withdraw_case(case=case, reason="找到了", by=cast.lin, at=timezone.now())

        answer = page(site, "letter_detail", letter.number)

        assert "file" not in answer.context["send"].fields
        assert str(scope.NO_PAPER) in answer.content.decode()

    def test_costs_the_same_however_much_was_recorded(self, site, letter, cast):
        def questions():
            with CaptureQueriesContext(connection) as caught:
                page(site, "letter_detail", letter.number)
            return len(caught)

        questions()
        few = questions()
        for _turn in range(3):
            letters.send_letter(
                letter=letter,
                method="emailed",
                addressee="王建国",
                sent_on=timezone.localdate(),
                by=cast.lin,
                at=timezone.now(),
            )
        letters.record_signature(
            letter=letter, party="worker", name="王", signed_on=timezone.localdate(), by=cast.lin, at=timezone.now()
        )

        assert questions() == few


class TestCorrecting:
    def test_begins_with_what_was_typed_and_replaces_the_letter(self, site, letter):
        address = reverse("letter_correct", args=[letter.number])

        shown = site.get(address).content.decode()
        assert "已补发工资。" in shown
        assert letter.number in shown

        issued = site.post(address, {"language": "zh-hans", "result": "已补发工资和加班费。"})

        newer = Letter.objects.get(corrects=letter)
        assert issued.url == reverse("letter_detail", args=[newer.number])
        assert "已补发工资和加班费。" in Composed.kept(newer.body).source
        said = page(site, "letter_detail", letter.number).content.decode()
        assert reverse("letter_detail", args=[newer.number]) in said
        assert address not in said
        assert site.get(address).status_code == 409

    def test_shows_a_script_the_newer_letter_which_names_the_old_one(self, site, letter):
        answer = site.post(
            reverse("letter_correct_preview", args=[letter.number]),
            {"result": "又改了。", "language": "zh-hans"},
            **SCRIPT,
        )

        said = answer.content.decode()
        assert "又改了。" in said
        assert letter.number in said

    def test_keeps_what_a_step_of_the_flow_told(self, site, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)
        told = operations.give_notice(case=case, by=cast.lin, at=AT)

        answer = site.post(reverse("letter_correct", args=[told.number]), {"language": "zh-hans"})

        newer = Letter.objects.get(corrects=told)
        assert answer.url == reverse("letter_detail", args=[newer.number])
        assert "收入证明" in Composed.kept(newer.body).source


class TestChecklist:
    @pytest.fixture(autouse=True)
    def _open(self, case, cast, monkeypatch):
        needed = tuple(
            replace(paper, months=6) if paper.code == "income" else paper for paper in papers.checklist_of_type("toy")
        )
        monkeypatch.setattr(papers, "checklist_of_type", lambda case_type: needed)
        operations.open_checklist(case=case, by=cast.lin, at=AT)

    def receive(self, site, case, code="income", **facts):
        return site.post(reverse("checklist_received", args=[case.number, code]), facts)

    def test_asks_for_the_date_of_a_paper_that_grows_old(self, site, case):
        today = timezone.localdate()

        for wrong in ({}, {"dated_on": "x"}, {"dated_on": (today + timedelta(days=2)).isoformat()}):
            refused = self.receive(site, case, **wrong)
            assert refused.status_code == 422
            assert list(refused.context["form"].errors) == ["dated_on"]
        assert self.receive(site, case, dated_on=today.isoformat()).status_code == 302
        assert self.receive(site, case, dated_on=today.isoformat()).status_code == 409

    def test_asks_nothing_of_a_paper_that_does_not(self, site, case):
        assert self.receive(site, case, "id").status_code == 302
        assert self.receive(site, case, "spell").status_code == 404

    def test_asks_for_it_at_an_upload_too(self, site, case):
        address = reverse("document_upload", args=[case.number])
        facts = {"kind": "income", "fulfils": "income"}

        refused = site.post(address, {**facts, "file": samples.upload()})
        assert list(refused.context["form"].errors) == ["dated_on"]

        site.post(address, {**facts, "file": samples.upload(), "dated_on": timezone.localdate().isoformat()})
        assert queries.checklist_of(case)[1].valid_until is not None

    def test_warns_of_what_has_expired_and_of_what_will_before_the_next_deadline(self, site, case, settings):
        today = timezone.localdate()
        case.checklist.filter(code="income").update(received_at=AT, valid_until=today - timedelta(days=1))
        case.checklist.filter(code="id").update(received_at=AT, valid_until=today + timedelta(days=1))
        type(case).objects.filter(pk=case.pk).update(next_due_on=today + timedelta(days=9))
        site.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        said = site.get(reverse("case_detail", args=[case.number])).content.decode()
        said = said[said.index('id="papers"') :]

        identity, income = said.index("身份证"), said.index("收入证明")
        assert identity < said.index("Expires before the next deadline") < income < said.index("Expired<")
        assert "Tell what is missing" in said
