"""The pages of letters to many: chosen on the list of cases, begun with what was seen, watched, stopped, printed."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from casework.audit.models import Event
from casework.documents import letters
from casework.documents.models import Letter, LetterRun
from tests.factories import AT, gao, shen

LETTER = "toy:notice.declined"
TYPED = {"language": "zh-hans", "reason": "不属于工会受理范围", "advice": "可向人社部门反映"}


@pytest.fixture
def site(client, cast):
    """The browser of Lin, who answers the hotline."""
    client.force_login(cast.lin)
    return client


@pytest.fixture
def cases(open_toy):
    """Three toys of the county."""
    return [open_toy(worker_name=name) for name in ("张一", "张二", "张三")]


def choose(site, letter=LETTER, **sent):
    """Choose the letter, and return the page on which it is written."""
    return site.post(reverse("letter_run_new"), {"letter": letter, **sent})


def begin(site, **sent):
    """Choose the letter, type what it asks for, begin."""
    hidden = choose(site, **sent).context["form"].initial
    return site.post(reverse("letter_run_new"), {**hidden, **TYPED})


def run_of(answer):
    return LetterRun.objects.get(uuid=answer.url.split("/")[-2])


class TestChoosing:
    def test_begins_on_the_list_of_cases_by_its_filters(self, site, cases):
        listed = site.get(reverse("case_list"), {"slug": "toy", "open_only": "on"}).content.decode()

        assert f"{reverse('letter_run_new')}?slug=toy&amp;open_only=on" in listed

    def test_says_how_many_of_which_kind(self, site, cases):
        shown = site.get(reverse("letter_run_new"), {"slug": "toy"})

        assert [(kind["slug"], kind["count"]) for kind in shown.context["chosen"].kinds] == [("toy", 3)]
        (_none, (title, offered)) = shown.context["form"].fields["letter"].choices
        assert "3" in str(title)
        assert LETTER in dict(offered)
        assert "toy:notice.missing" not in dict(offered), "that one is told through the list of papers"

    def test_takes_the_ticked_rows_alone(self, site, cases):
        picked = [cases[0].number, cases[2].number, "TY-0", "a\0b"]

        shown = site.post(reverse("letter_run_new"), {"bulk": "letter", "picked": picked})
        written = choose(site, **shown.context["form"].initial)

        assert written.context["count"] == 2
        assert written.context["numbers"] == [cases[0].number, cases[2].number]

    def test_ticking_nothing_chooses_nothing(self, site, cases):
        assert site.post(reverse("letter_run_new"), {"bulk": "letter"}).url == reverse("case_list")

    def test_leaves_out_what_one_may_only_read(self, client, cast, cases):
        client.force_login(shen())  # an auditor reads every case
        assert client.get(reverse("letter_run_new")).status_code == 403
        client.force_login(cast.zhao)
        assert client.get(reverse("letter_run_new")).context["total"] == 0

    def test_shows_the_letter_to_the_first_of_them(self, site, cases):
        written = choose(site, filters="slug=toy")
        typed = {**written.context["form"].initial, "reason": "超出范围"}
        shown = site.post(reverse("letter_run_preview"), typed, headers={"HX-Request": "true"})

        assert "张一" in written.content.decode()
        assert "超出范围" in shown.content.decode()
        assert not Letter.objects.exists()

    @pytest.mark.parametrize("letter", ["", "toy:notice.missing", "toy:spell", "work_injury:notice.declined", "a\0b"])
    def test_knows_no_other_letter(self, site, cases, letter):
        assert choose(site, letter, filters="slug=toy").status_code == 422

    @pytest.mark.parametrize("letter", ["", ":", "toy:spell", "nothing:notice.declined", "a\0b:c"])
    def test_shows_none_either(self, site, cases, letter):
        answer = site.post(reverse("letter_run_preview"), {"letter": letter, "filters": "slug=toy"})

        assert answer.status_code in (200, 404)


class TestBeginning:
    def test_writes_to_exactly_those_that_were_shown(self, site, cases, cast):
        answer = begin(site, filters="slug=toy")

        run = run_of(answer)
        assert (run.office, run.paper, run.made_by) == (cast.tree.county, "notice.declined", cast.lin)
        assert list(run.lines.values_list("case_id", flat=True)) == [case.pk for case in cases]

    def test_asks_again_when_the_list_has_changed_meanwhile(self, site, cases, open_toy):
        hidden = choose(site, filters="slug=toy").context["form"].initial
        open_toy(worker_name="张四")

        answer = site.post(reverse("letter_run_new"), {**hidden, **TYPED})

        assert answer.status_code == 422
        assert answer.context["count"] == 4
        assert "不属于工会受理范围" in answer.content.decode()
        assert not LetterRun.objects.exists()
        again = {name: answer.context["form"][name].value() for name in hidden}
        assert site.post(reverse("letter_run_new"), {**again, **TYPED}).status_code == 302

    def test_keeps_what_was_typed_when_something_is_missing(self, site, cases):
        hidden = choose(site, filters="slug=toy").context["form"].initial

        answer = site.post(reverse("letter_run_new"), {**hidden, **TYPED, "reason": ""})

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["reason"]
        assert "可向人社部门反映" in answer.content.decode()

    def test_belongs_to_the_office_above_all_of_them(self, client, cast, cases, open_toy):
        open_toy(office=cast.tree.town)
        client.force_login(gao())

        assert run_of(begin(client, filters="slug=toy")).office == cast.tree.county


@pytest.fixture
def run(site, cases):
    """Three letters, one of them written."""
    found = run_of(begin(site, filters="slug=toy"))
    letters.write_on(run=found, at=AT, most=1)
    return found


class TestWatching:
    def test_shows_how_far_it_has_come_and_each_letter(self, site, run, cases):
        shown = site.get(reverse("letter_run_detail", args=[run.uuid]))

        said = shown.content.decode()
        assert shown.context["done"] == 1
        assert reverse("letter_detail", args=[Letter.objects.get().number]) in said
        assert all(case.number in said for case in cases)
        assert "张" not in said.split("<main")[1], "no name on a list that many may see"

    def test_a_script_gets_the_progress_and_then_the_whole_page_anew(self, site, run):
        address = reverse("letter_run_detail", args=[run.uuid])

        working = site.get(address, headers={"HX-Request": "true"})
        letters.write_on(run=run, at=AT)
        done = site.get(address, headers={"HX-Request": "true"})

        assert b'<progress id="progress" value="1" max="3">' in working.content
        assert b"<html" not in working.content
        assert done.headers["HX-Refresh"] == "true"

    def test_says_why_a_letter_was_not_issued(self, site, run, cases, cast):
        gone = {"office": cast.tree.other_county, "office_path": cast.tree.other_county.path}
        type(cases[1]).objects.filter(pk=cases[1].pk).update(**gone)
        letters.write_on(run=run, at=AT)

        shown = site.get(reverse("letter_run_detail", args=[run.uuid]), {"show": "skipped"})

        (row,) = shown.context["rows"]
        assert row["number"] == cases[1].number
        assert row["reason"]
        for strange in ("waiting", "nonsense"):
            assert site.get(reverse("letter_run_detail", args=[run.uuid]), {"show": strange}).status_code == 200

    def test_is_stopped_by_a_button(self, site, run):
        address = reverse("letter_run_stop", args=[run.uuid])

        assert site.get(address).status_code == 405
        assert site.post(address).status_code == 302
        run.refresh_from_db()
        assert run.state == "stopped"
        assert site.post(address).status_code == 409

    def test_is_printed_as_one_file(self, site, run):
        letters.write_on(run=run, at=AT)

        answer = site.post(reverse("letter_run_print", args=[run.uuid]))

        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert len(PdfReader(BytesIO(answer.content)).pages) >= 3
        assert Event.objects.filter(kind="letters.printed").count() == 1

    def test_does_not_exist_for_another_office(self, client, cast, run):
        client.force_login(cast.zhao)

        assert client.get(reverse("letter_run_detail", args=[run.uuid])).status_code == 404
        assert client.post(reverse("letter_run_stop", args=[run.uuid])).status_code == 404
        assert client.post(reverse("letter_run_print", args=[run.uuid])).status_code == 404
        assert not client.get(reverse("letter_run_list")).context["rows"]

    def test_is_listed(self, site, run):
        (row,) = site.get(reverse("letter_run_list")).context["rows"]

        assert row["run"] == run
        assert str(row["title"]) == "不予受理告知书"

    def test_costs_the_same_however_long_it_is(self, site, run, cases, open_toy):
        def questions(found):
            with CaptureQueriesContext(connection) as caught:
                site.get(reverse("letter_run_detail", args=[found.uuid]))
                site.get(reverse("letter_run_list"))
            return len(caught)

        questions(run)
        few = questions(run)
        for number in range(5):
            open_toy(worker_name=f"李{number}")
        many = run_of(begin(site, filters="slug=toy"))
        letters.write_on(run=many, at=AT)

        assert questions(many) <= few
