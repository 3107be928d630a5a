"""Pages of papers: what is handed out and how, what a refused file says, who sees nothing."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from casework.documents import operations, queries
from casework.documents.models import Document, Letter
from tests.factories import AT

from . import samples


@pytest.fixture
def site(client, cast):
    """The browser of Lin, who answers the hotline."""
    client.force_login(cast.lin)
    return client


@pytest.fixture
def document(case, cast):
    """A paper of the case."""
    return operations.attach_document(case=case, kind="income", file=samples.upload(), by=cast.lin, at=AT)


class TestDownload:
    def test_hands_it_out_as_a_file_and_nothing_a_browser_would_run(self, site, document):
        answer = site.get(reverse("document_download", args=[document.uuid]))

        assert answer.content == samples.PDF
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_does_not_exist_for_another_office(self, client, cast, document):
        client.force_login(cast.zhao)

        assert client.get(reverse("document_download", args=[document.uuid])).status_code == 404

    def test_asks_strangers_to_log_in(self, client, document):
        assert client.get(reverse("document_download", args=[document.uuid])).status_code == 302


class TestUpload:
    def test_takes_a_file_in(self, site, case):
        url = reverse("document_upload", args=[case.number])

        answer = site.post(url, {"file": samples.upload(), "kind": "income"})

        assert answer.status_code == 302
        assert Document.objects.get(case=case).title == "收入证明"

    def test_says_at_the_field_why_a_file_is_refused(self, site, case):
        url = reverse("document_upload", args=[case.number])

        answer = site.post(url, {"file": samples.upload(b"<html>", "a.pdf"), "kind": "income", "title": "工资流水"})

        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
        assert "工资流水" in answer.content.decode()
        assert not Document.objects.exists()

    def test_does_not_exist_for_another_office(self, client, cast, case):
        client.force_login(cast.zhao)

        assert client.get(reverse("document_upload", args=[case.number])).status_code == 404


class TestChecklist:
    def test_marks_asks_and_tells(self, site, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)

        site.post(reverse("checklist_received", args=[case.number, "id"]))
        site.post(reverse("checklist_ask", args=[case.number]), {"title": "病历", "brought_by": "agency"})
        told = site.post(reverse("checklist_notice", args=[case.number]), {"language": "zh-hans"})

        assert told.status_code == 302
        assert [item.code for item in queries.missing(case, AT.date())] == ["income", "further-1"]
        assert Letter.objects.get(case=case).paper == "notice.missing"

    def test_shows_what_is_missing_before_it_is_told(self, site, case, cast):
        operations.open_checklist(case=case, by=cast.lin, at=AT)

        assert "收入证明" in site.get(reverse("checklist_notice", args=[case.number])).content.decode()


class TestLetter:
    def test_is_shown_before_it_is_issued(self, site, case):
        address = [case.number, "notice.declined"]
        typed = {"language": "zh-hans", "reason": "不属于工会受理范围", "advice": "可向人社部门反映"}

        shown = site.post(reverse("letter_preview", args=address), typed)
        issued = site.post(reverse("letter_issue", args=address), typed)

        assert shown["Content-Type"] == "application/pdf"
        assert shown["Content-Disposition"].startswith("attachment")
        assert issued.status_code == 302
        assert "不属于工会受理范围" in Letter.objects.get(case=case).body

    def test_keeps_what_was_typed_when_something_is_missing(self, site, case):
        answer = site.post(
            reverse("letter_issue", args=[case.number, "notice.declined"]), {"language": "zh-hans", "advice": "可投诉"}
        )

        assert answer.status_code == 422
        assert "可投诉" in answer.content.decode()

    def test_offers_only_letters_written_by_hand(self, site, case):
        assert site.get(reverse("letter_issue", args=[case.number, "notice.missing"])).status_code == 404
        assert site.get(reverse("letter_issue", args=[case.number, "notice.referred"])).status_code == 200


def test_the_case_page_shows_papers_letters_list_and_clocks(site, case, cast, rf):
    operations.open_checklist(case=case, by=cast.lin, at=AT)
    operations.attach_document(case=case, kind="income", file=samples.upload(), by=cast.lin, at=AT, fulfils="income")
    operations.give_notice(case=case, by=cast.lin, at=AT)
    request = rf.get("/")
    request.user = cast.lin
    context = {
        "case": case,
        "documents": queries.documents_of(case),
        "letters": queries.letters_of(case),
        "checklist": queries.checklist_of(case),
        "clocks": [],
    }

    shown = "".join(
        render_to_string(template, context, request=request)
        for template in (
            "casework/documents/documents.html",
            "casework/documents/checklist.html",
            "casework/deadlines/clocks.html",
        )
    )

    assert "收入证明" in shown
    assert "LT-410105-2026-000001" in shown
    assert "身份证" in shown
