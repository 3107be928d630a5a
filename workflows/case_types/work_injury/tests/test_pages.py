"""The pages of this type, its letters as they print, and what it counts."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from casework.documents.queries import checklist_of
from casework.reports.figures import Frame, all_figures
from casework.reports.queries import rows_behind
from tests.factories import an_office_tree
from workflows.case_types.work_injury import papers
from workflows.case_types.work_injury import walk as way
from workflows.case_types.work_injury.figures import FIGURES
from workflows.case_types.work_injury.models import WorkInjury

from .conftest import nodes_of

STEPS = [
    ("check_report", "visitor", "ask"),
    ("request_consolation", "operator", "ask"),
    ("request_consolation", "operator", "phone"),
    ("decide_consolation", "supervisor", "ask"),
    ("visit", "visitor", "ask"),
    ("visit", "visitor", "phone"),
    ("visit", "visitor", "none"),
    ("confirm_approval", "supervisor", "phone"),
    ("plan_next", "visitor", "ask"),
    ("return_visit", "operator", "ask"),
]


@pytest.fixture
def reader(client):
    """Log somebody of a walk in, in a language."""

    def login(walk, who, language="zh-hans"):
        client.force_login(walk.cast[who])
        client.cookies["django_language"] = language
        return client

    return login


class TestPages:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize(("node", "who", "consolation"), STEPS)
    def test_every_step_has_its_page(self, walk_to, reader, node, who, consolation, language):
        walk = walk_to(node, consolation=consolation)

        answer = reader(walk, who, language).get(reverse("task_detail", args=[walk.task(node).pk]))

        assert answer.status_code == 200
        assert "<form" in answer.content.decode()

    def test_also_the_follow_up_visit(self, walk_to, reader):
        walk = walk_to("plan_next")
        walk.do("plan_next", "visitor", decision="plan", next_visit_on="2026-11-27")

        page = reader(walk, "visitor").get(reverse("task_detail", args=[walk.task("follow_up").pk]))

        assert page.status_code == 200
        assert "慰问品" not in page.content.decode()

    @pytest.mark.parametrize("node", ["check_report", "visit", "plan_next", "payment", "return_visit"])
    def test_the_case_has_its_page_at_every_stage(self, walk_to, reader, node):
        walk = walk_to(node)

        assert reader(walk, "operator").get(reverse("case_detail", args=[walk.case.number])).status_code == 200

    @pytest.mark.parametrize(
        ("node", "door", "who"),
        [
            ("visit", "recognition", "operator"),
            ("visit", "confirm", "supervisor"),
            ("visit", "give_up", "supervisor"),
            ("payment", "stop", "supervisor"),
        ],
    )
    def test_every_door_has_its_page(self, walk_to, reader, node, door, who):
        walk = walk_to(node)

        page = reader(walk, who).get(reverse("task_door", args=[walk.task(node).pk, door]))

        assert page.status_code == 200

    def test_the_report_has_its_page(self, case_walk, reader):
        page = reader(case_walk, "operator").get(reverse("case_new", args=["work_injury"]))

        assert page.status_code == 200
        assert "accident_on" in page.content.decode()

    def test_the_standard_stands_in_the_form(self, walk_to, reader):
        walk = walk_to("request_consolation")

        page = reader(walk, "operator").get(reverse("task_detail", args=[walk.task("request_consolation").pk]))

        assert "¥1000.00" in page.content.decode()
        assert 'value="phone"' not in page.content.decode()

    def test_what_is_needed_leads_to_a_matter_of_its_own(self, walk_to, reader):
        walk = walk_to("plan_next")

        page = reader(walk, "visitor").get(reverse("task_detail", args=[walk.task("plan_next").pk])).content.decode()

        assert "康复与重返岗位" in page
        assert f"{reverse('case_new', args=['labour_dispute'])}?from={walk.case.number}" in page

    def test_a_report_that_may_be_the_same_is_pointed_at(self, walk_to, new_walk, reader):
        first = walk_to("visit").case
        other = new_walk()
        way.report(other, worker=first.worker)

        page = reader(other, "visitor").get(reverse("task_detail", args=[other.task("check_report").pk]))

        assert first.number in page.content.decode()

    def test_a_visit_is_written_on_its_page(self, walk_to, reader):
        walk = walk_to("visit", consolation="none")
        form = {**way.FOUND, "companion": walk.cast["visitor2"].pk, "visited_at": "2026-11-20T09:30"}

        url = reverse("task_detail", args=[walk.task("visit").pk])
        bad = reader(walk, "visitor").post(url, {**form, "findings": ""})
        good = reader(walk, "visitor").post(url, form)

        assert (bad.status_code, good.status_code) == (422, 302)
        assert nodes_of(walk) == {"plan_next"}


class TestPapers:
    def test_every_case_has_its_list_of_papers(self, walk_to):
        walk = walk_to("check_report")

        assert {item.code for item in checklist_of(walk.case)} == {paper.code for paper in papers.CHECKLIST}


class TestFigures:
    @pytest.fixture
    def frame(self):
        return Frame(date(2026, 1, 1), date(2028, 1, 1), (an_office_tree().city.path,))

    def value(self, code, frame):
        return all_figures()[code].query(frame).value

    def test_count_what_happened(self, case_walk, place, frame):
        way.walk(case_walk)

        counted = {figure.code: self.value(figure.code, frame) for figure in FIGURES}
        assert counted == {
            "injury.reported": 1,
            "injury.handled": 1,
            "injury.visits": 2,
            "injury.first_visit_on_time": Decimal("100.0"),
            "injury.consolation": Decimal("1000.00"),
            "injury.consoled": 1,
            "injury.recognition": 0,
            "injury.hazards": 1,
        }

    def test_a_late_visit_is_not_on_time(self, walk_to, frame):
        walk = walk_to("visit", consolation="none")
        walk.clock("WI.visit.first")
        walk.do(
            "visit",
            "visitor",
            **{**way.FOUND, "companion": walk.cast["visitor2"].pk, "visited_at": walk.at.isoformat()},
        )

        assert self.value("injury.first_visit_on_time", frame) == Decimal("0.0")

    def test_a_visit_written_down_late_was_on_time(self, walk_to, frame):
        walk = walk_to("visit", consolation="none")
        seen_at = walk.at
        walk.clock("WI.visit.first")
        walk.do(
            "visit",
            "visitor",
            **{**way.FOUND, "companion": walk.cast["visitor2"].pk, "visited_at": seen_at.isoformat()},
        )

        assert self.value("injury.first_visit_on_time", frame) == Decimal("100.0")

    def test_a_merged_report_owed_no_visit(self, walk_to, new_walk, frame):
        first = walk_to("visit").case
        other = new_walk()
        way.report(other)
        other.do("check_report", "visitor", decision="merge", number=first.number, reason="重复报告。")

        found = rows_behind(all_figures()["injury.first_visit_on_time"], frame, other.cast["supervisor2"])
        assert [row.pk for row in found] == [first.pk]

    def test_the_unions_applications_count(self, walk_to, frame):
        walk_to("visit").door("recognition", "visitor", filed_by="union", filed_on="2026-11-19")

        assert self.value("injury.recognition", frame) == 1

    def test_count_nothing_before_anything_happened(self, place, frame):
        assert self.value("injury.reported", frame) == 0
        assert self.value("injury.first_visit_on_time", frame) is None

    @pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
    def test_takes_one_query_and_opens_its_rows(self, walk_to, frame, cast, figure, django_assert_max_num_queries):
        walk_to("return_visit")
        with django_assert_max_num_queries(1):
            figure.query(frame)

        rows_behind(figure, frame, cast["supervisor2"]).count()


class TestWords:
    def test_every_state_and_outcome_has_its_chinese_name(self):
        with translation.override("zh-hans"):
            for label in (*WorkInjury.State.labels, *WorkInjury.Outcome.labels):
                assert any("一" <= letter <= "鿿" for letter in str(label)), label
