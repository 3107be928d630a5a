"""The deadline that bites first, on every list and on home; and the words that are read to who asks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from casework.cases import operations as cases
from casework.cases.models import Case, CaseTask, Contact
from casework.deadlines.calendar import end_of
from casework.deadlines.models import Clock
from casework.deadlines.queries import clocks_of
from casework.documents.operations import ask_for_paper
from casework.offices import operations as offices
from casework.offices.paging import page
from casework.offices.roles import Role
from tests.factories import AT, FOUNDED, a_user, sun
from workflows import operations, queries, tables

RULE = "GEN.handover"
FAR = date(2100, 11, 20)


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    offices.load_calendar(year=2026, by=None, at=FOUNDED)


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield


def give_clock(case: Case, on: date = FAR, **over: Any) -> Clock:
    """Let a case have a deadline, as if an event had started it."""
    ends = {"nominal_on": on, "due_on": on, "due_at": end_of(on), "rule": RULE}
    began = {"started_on": AT.date(), "started_at": AT, "length": 1}
    Case.objects.filter(pk=case.pk).update(next_due_on=on, next_due_at=end_of(on), next_due_rule=RULE)
    CaseTask.objects.filter(process=case).update(due_at=end_of(on))
    return Clock.objects.create(case=case, office_path=case.office_path, **ends | began | over)


def late(case: Case, on: date = date(2026, 11, 19)) -> Clock:
    return give_clock(case, on, state=Clock.State.EXPIRED, is_late=True, alarm=Clock.Alarm.BREACHED)


def a_contact(cast: Any, **over: Any) -> Contact:
    facts = {"office": cast.tree.county, "channel": "phone", "matter": "consult", "question": "年休假几天？"}
    return cases.take_contact(**facts | {"by": cast.lin, "at": AT} | over)


class TestEveryList:
    def test_says_which_deadline_it_is(self, cast, open_toy, client):
        case = open_toy()
        give_clock(case)
        client.force_login(cast.chen)

        for name in ("home", "task_queue", "case_list"):
            text = client.get(reverse(name)).content.decode()
            assert "接收派转件" in text, name
            assert "2100年11月20日" in text, name
        text = client.get(reverse("worker_detail", args=[case.worker.uuid])).content.decode()
        assert "接收派转件" in text

    def test_one_s_own_tasks_say_it_too(self, cast, open_toy, client):
        case = open_toy()
        give_clock(case)
        operations.claim_task(task=CaseTask.objects.get(process=case, status="NEW"), by=cast.chen, at=AT)
        client.force_login(cast.chen)

        for address in (reverse("home"), reverse("case_detail", args=[case.number])):
            assert [card["due_rule"] for card in client.get(address).context["cards"]] == [RULE]

    def test_a_rule_that_is_no_longer_installed_reads_as_its_code(self, cast, open_toy, client):
        case = open_toy()
        give_clock(case)
        Case.objects.filter(pk=case.pk).update(next_due_rule="XX.gone")
        client.force_login(cast.lin)

        assert "XX.gone" in client.get(reverse("case_list")).content.decode()


class TestCasesByDeadline:
    def test_finds_what_is_overdue_and_what_is_at_risk(self, cast, open_toy):
        overdue, at_risk, calm = open_toy(), open_toy(), open_toy()
        late(overdue)
        give_clock(at_risk, alarm_at=AT)
        give_clock(calm, alarm_at=AT + timedelta(minutes=1))

        def found(**filters: Any) -> list[str]:
            return [case.number for case in queries.search_cases(cast.lin, at=AT, **filters)]

        assert found(late=True) == [overdue.number]
        assert found(near=True) == [at_risk.number]

    def test_leaves_closed_cases_aside(self, cast, open_toy):
        case = open_toy()
        late(case)
        Case.objects.filter(pk=case.pk).update(closed_at=AT, outcome="withdrawn", stage="closed")

        assert not queries.search_cases(cast.lin, at=AT, late=True).exists()
        assert not queries.search_cases(cast.lin, at=AT, by_due=True).exists()

    def test_sorts_by_the_next_deadline_over_all_pages(self, cast, open_toy):
        numbers = []
        for days in (3, 1, 2, 1):
            case = open_toy()
            give_clock(case, FAR + timedelta(days=days))
            numbers.append((days, case.pk))
        open_toy()

        sorted_cases = queries.search_cases(cast.lin, at=AT, by_due=True)
        found, cursor = [], None
        while cursor != "":
            some = page(sorted_cases, order=("bites_at", "id"), cursor=cursor, size=2)
            found += [case.pk for case in some.rows]
            cursor = some.next_cursor

        assert found == [pk for _days, pk in sorted(numbers)]


class TestHome:
    def test_counts_one_s_own_and_each_number_leads_to_its_rows(self, cast, open_toy, client):
        late(open_toy())
        give_clock(open_toy(), alarm=Clock.Alarm.AT_RISK)
        give_clock(open_toy(), alarm=Clock.Alarm.AT_RISK)
        for _ in range(3):
            a_contact(cast)
        client.force_login(cast.lin)

        shown = client.get(reverse("home")).context["pressing"]

        assert [shown.late.number, shown.near.number, shown.contacts.number] == [1, 2, 3]
        assert len(client.get(reverse("case_list"), {"mine": "on", "late": "on"}).context["rows"]) == 1
        assert len(client.get(reverse("case_list"), {"mine": "on", "near": "on"}).context["rows"]) == 2
        assert len(client.get(reverse("contact_list"), {"show": "mine"}).context["rows"]) == 3

    def test_is_calm_about_what_others_have(self, cast, open_toy, client):
        late(open_toy())
        a_contact(cast)
        client.force_login(a_user("other", role=Role.OPERATOR))

        answer = client.get(reverse("home"))

        assert not answer.context["pressing"]
        assert "g-tally" not in answer.content.decode()

    def test_counts_nothing_for_who_reads_no_cases(self, cast, client):
        client.force_login(a_user("system", role=Role.SYSADMIN))

        assert client.get(reverse("home")).context["pressing"] is None


class TestContacts:
    def test_show_the_day_that_bites_first_and_why(self, cast, client):
        a_contact(cast, promised_on=FAR)
        client.force_login(cast.lin)

        rows = client.get(reverse("contact_list")).context["rows"]

        assert [(row["due_on"], row["due_rule"]) for row in rows] == [(date(2026, 11, 23), "GEN.promise.consult")]

    def test_show_the_day_agreed_on_where_it_comes_first(self, cast, client):
        a_contact(cast, promised_on=AT.date())
        client.force_login(cast.lin)

        rows = client.get(reverse("contact_list")).context["rows"]

        assert [(row["due_on"], row["due_rule"]) for row in rows] == [(AT.date(), "")]

    def test_show_no_day_once_they_are_answered(self, cast, client):
        a_contact(cast, answer="五天")
        client.force_login(cast.lin)

        assert [row["due_on"] for row in client.get(reverse("contact_list")).context["rows"]] == [None]

    def test_are_overdue_by_the_law_or_by_what_was_agreed(self, cast):
        agreed = a_contact(cast, promised_on=AT.date() - timedelta(days=1))
        passed = a_contact(cast)
        Clock.objects.filter(contact=passed).update(is_late=True, state=Clock.State.EXPIRED)
        a_contact(cast)
        a_contact(cast, promised_on=AT.date() - timedelta(days=1), answer="五天")

        assert set(queries.search_contacts(cast.lin, at=AT, show="late")) == {agreed, passed}
        assert queries.search_contacts(cast.lin, at=AT, show="?").count() == 4


class TestWhatTheCallerIsTold:
    def told(self, contact: Contact, at: datetime = AT) -> Any:
        return tables.told_of_contact(contact, clocks_of(contact), at)

    def test_is_the_day_of_the_service_promise_and_what_it_rests_on(self, cast, english):
        told = self.told(a_contact(cast))

        assert told["sentences"] == ["We will answer you by 23 Nov 2026 (Monday)."]
        assert told["why"] == "Answer to a question · 限时办结制、服务承诺制 · Usual practice, no text fixes it"

    def test_is_an_apology_once_the_day_has_passed(self, cast, english):
        told = self.told(a_contact(cast), at=AT + timedelta(days=4))

        assert told["sentences"] == ["We promised you an answer by 23 Nov 2026 (Monday). It is late; we are sorry."]

    def test_is_the_day_agreed_on_and_the_promise_beside_it(self, cast, english):
        told = self.told(a_contact(cast, promised_on=date(2026, 11, 27)))

        assert told["sentences"] == ["We will answer you by 27 Nov 2026 (Friday)."]
        assert told["why"].startswith("Agreed with the caller; promised by 23 Nov 2026: Answer to a question")

    def test_is_the_new_day_once_the_promise_was_extended(self, cast, english):
        contact = a_contact(cast)
        operations.extend_clock(
            clock=Clock.objects.get(contact=contact), until=date(2026, 11, 24), reason="需核实", by=sun(), at=AT
        )

        assert self.told(contact)["sentences"] == ["We will answer you by 24 Nov 2026 (Tuesday)."]

    def test_is_nothing_once_the_answer_was_given(self, cast):
        assert self.told(a_contact(cast, answer="五天")) is None
        assert self.told(a_contact(cast, answer="五天", promised_on=FAR)) is None

    def test_stands_on_the_page_of_the_contact(self, cast, client):
        contact = a_contact(cast)
        client.force_login(cast.lin)
        page = reverse("contact_detail", args=[contact.uuid])

        assert "2026年11月23日" in client.get(page).context["spoken"]["sentences"][0]
        assert "星期一" in client.get(page).context["spoken"]["sentences"][0]


class TestWhatIsToldOfACase:
    def test_is_its_number_what_comes_next_and_what_is_missing(self, cast, open_toy, client):
        case = open_toy()
        give_clock(case)
        ask_for_paper(case=case, title="工资条", brought_by="worker", by=cast.lin, at=AT)
        client.force_login(cast.lin)
        client.cookies["django_language"] = "en"

        spoken = client.get(reverse("case_detail", args=[case.number])).context["spoken"]

        assert spoken["sentences"] == [
            f"Your matter has the number {case.number}.",
            "By 20 Nov 2100 (Saturday): Acceptance of a hand-over. The union has to act.",
            "The worker still has to bring: 工资条.",
        ]
        assert spoken["why"] == "派单时限 (各地热线服务规范)"

    def test_says_that_the_day_has_passed(self, open_toy, english):
        case = open_toy()
        late(case)
        case.refresh_from_db()

        told = tables.told_of_case(case, [], AT)

        assert told["sentences"][1] == (
            "Acceptance of a hand-over: this was due by 19 Nov 2026 (Thursday) and is overdue. The union has to act."
        )

    def test_stands_open_right_after_the_case_was_opened(self, cast, client):
        facts = {"office": "410105", "worker_name": "王小明", "summary": "丢了伞", "thing": "伞"}
        client.force_login(cast.lin)

        answer = client.post(reverse("case_new", args=["toy"]), facts, follow=True)
        later = client.get(reverse("case_detail", args=[answer.context["case"].number]))

        assert '<details class="card g-spoken" open>' in answer.content.decode()
        assert '<details class="card g-spoken">' in later.content.decode()

    def test_is_nothing_once_the_case_is_closed(self, cast, open_toy, client):
        case = open_toy()
        Case.objects.filter(pk=case.pk).update(closed_at=AT, outcome="withdrawn", stage="closed")
        client.force_login(cast.lin)

        assert client.get(reverse("case_detail", args=[case.number])).context["spoken"] is None
