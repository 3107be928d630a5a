"""The pages of this type: the reckoning beside the proposal, the letters as they print, the figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from casework.documents import engine
from casework.documents.composing import Composed
from casework.reports.figures import Frame, all_figures
from casework.reports.queries import rows_behind
from tests.factories import an_office_tree
from workflows.case_types.hardship_relief import walk as way
from workflows.case_types.hardship_relief.models import HardshipRelief
from workflows.flows import HumanTask

PRINT = engine.print_pdf


@pytest.fixture
def page_of(client):
    """Open the page of a walk's step as the person who does it."""

    def open_page(walk, node, who, language="zh-hans"):
        client.force_login(walk.cast[who])
        client.cookies["django_language"] = language
        return client.get(reverse("task_detail", args=[walk.task(node).pk]))

    return open_page


class TestPages:
    def test_the_proposal_shows_the_reckoning(self, walk_to, page_of):
        answer = page_of(walk_to("propose"), "propose", "operator")

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "(37200.00 − 22800.00) ÷ 3 ÷ 12" in page
        assert "400.00 &lt; 1062.00" in page

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize(
        ("node", "who"),
        [
            ("check_papers", "operator"),
            ("request_check", "operator"),
            ("record_check", "operator"),
            ("survey", "visitor"),
            ("propose", "operator"),
            ("post_notice", "operator"),
            ("review", "supervisor"),
            ("approve", "supervisor2"),
            ("order_payment", "operator"),
            ("visit", "operator"),
            ("close", "operator"),
        ],
    )
    def test_every_step_has_its_page(self, walk_to, page_of, node, who, language):
        assert page_of(walk_to(node), node, who, language).status_code == 200

    @pytest.mark.parametrize("node", ["check_papers", "propose", "notice", "payment", "close"])
    def test_the_case_has_its_page_at_every_stage(self, walk_to, client, node):
        walk = walk_to(node)
        client.force_login(walk.cast["operator"])

        assert client.get(reverse("case_detail", args=[walk.case.number])).status_code == 200

    def test_the_application_has_its_page(self, cast, place, client):
        client.force_login(cast["operator"])

        page = client.get(reverse("case_new", args=["hardship_relief"]))

        assert page.status_code == 200
        assert "amount_requested" in page.content.decode()

    def test_every_step_names_a_title_in_chinese(self):
        flow = HardshipRelief._meta.app_config.flow
        with translation.override("zh-hans"):
            titles = [str(node.task_title) for node in flow.instance.nodes() if isinstance(node, HumanTask)]

        assert titles
        assert all(any("一" <= letter <= "鿿" for letter in title) for title in titles)


class TestLetters:
    def test_print_as_pdf(self, walk_to, monkeypatch):
        monkeypatch.setattr("casework.documents.engine.print_pdf", PRINT)
        walk = walk_to("notice")
        way.end_notice(walk)
        walk.do("review", "supervisor", decision="refuse", reason="隐瞒收入。")

        for letter in walk.case.letters.all():
            assert PRINT(Composed.kept(letter.body).as_html()).startswith(b"%PDF")

    def test_of_an_approval_names_sum_and_category(self, walk_to):
        walk = walk_to("order_payment")

        body = Composed.kept(walk.case.letters.get(paper="hardship.approved").body).as_html()
        assert "15,000.00" in body
        assert walk.case.worker.name in body


class TestFigures:
    @pytest.fixture
    def frame(self):
        return Frame(date(2026, 1, 1), date(2028, 1, 1), (an_office_tree().city.path,))

    def value(self, code, frame):
        return all_figures()[code].query(frame).value

    def test_count_what_happened(self, walk_to, frame):
        walk = walk_to("close")
        walk.do("close", "operator", reason="已发放。")

        assert self.value("hardship.applications", frame) == 1
        assert self.value("hardship.on_file", frame) == 1
        assert self.value("hardship.new_files", frame) == 1
        assert self.value("hardship.exits", frame) == 0
        assert self.value("hardship.times_helped", frame) == 1
        assert self.value("hardship.households_helped", frame) == 1
        assert self.value("hardship.granted_rate", frame) == Decimal("100.0")

    def test_count_nothing_before_anything_happened(self, place, frame):
        assert self.value("hardship.applications", frame) == 0
        assert self.value("hardship.granted_rate", frame) is None

    def test_open_the_rows_behind_them(self, walk_to, frame, cast):
        walk_to("propose")

        found = rows_behind(all_figures()["hardship.applications"], frame, cast["supervisor2"])
        assert found.count() == 1
