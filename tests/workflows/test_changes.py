"""From what to what: codes as words, days as days, sums as sums; of what is personal only that it changed."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from casework.audit import events
from casework.audit.errors import CaseworkError
from casework.audit.models import Event
from casework.cases import operations as cases
from casework.cases.models import CaseTask
from casework.employers import operations as employers
from casework.offices import operations as offices
from casework.offices.models import Office
from casework.people import operations as people
from casework.staff import operations as staff
from tests.factories import AT, a_credit_code, a_worker, an_employer, an_office_tree, chen, lin, shen, sun
from workflows import operations, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def last(kind):
    (line,) = queries.in_words([Event.objects.filter(kind=kind).latest("id")])
    return line


def told(kind):
    return [str(change) for change in last(kind).changes]


class TestChanges:
    def test_of_a_person_only_that_it_changed(self):
        worker = a_worker("王小明")
        people.update_worker(worker=worker, phone="13900139000", address="安河市", by=lin(), at=AT)

        line = last("worker.updated")

        assert line.sentence == f"{lin().display_name} changed a worker's record: address, phone"
        assert "139" not in line.event.facts_text
        assert line.changes == []

    def test_of_a_firm_what_the_register_says(self):
        firm = an_employer("安河一公司")
        before, after = firm.uscc, a_credit_code()
        employers.update_employer(employer=firm, uscc=after, phone="0371-5550000", by=lin(), at=AT)

        assert told("employer.updated") == [f"unified social credit code: {before} → {after}"]
        assert "5550000" not in last("employer.updated").event.facts_text

    def test_of_an_account_the_language_in_words(self):
        staff.set_language(user=lin(), language="en", by=lin(), at=AT)

        assert told("user.changed") == ["language: Simplified Chinese → English"]
        count = Event.objects.filter(kind="user.changed").count()
        staff.set_language(user=lin(), language="en", by=lin(), at=AT)
        assert Event.objects.filter(kind="user.changed").count() == count, "nothing changed"

    def test_of_an_office_where_it_stood_and_what_it_was_called(self):
        tree = an_office_tree()
        form = Office.objects.get(pk=tree.town.pk)
        form.name = "新名"  # as a form of the configuration has it
        offices.change_office(office=form, name="新名", region=tree.town.region, by=None, at=AT)
        assert told("office.changed") == [f"name: {tree.town.name} → 新名"]
        offices.move_office(office=tree.town, below=tree.other_county, by=None, at=AT)
        assert told("office.moved") == [f"Office above: {tree.county.code} → {tree.other_county.code}"]

    def test_of_a_local_value_what_held_before(self):
        facts = {"code": "some.limit", "office": an_office_tree().county, "source": "文", "by": None, "at": AT}
        offices.set_parameter(value=5, valid_from=date(2026, 1, 1), **facts)
        assert told("parameter.set") == ["value: — → 5"]
        offices.set_parameter(value=7, valid_from=date(2026, 3, 1), **facts)
        assert told("parameter.set") == ["value: 5 → 7"]

    def test_of_a_special_day_whether_it_is_worked(self):
        for worked in (False, True):
            offices.set_calendar_day(day=date(2026, 12, 12), is_workday=worked, name="调", source="文", by=None, at=AT)

        assert told("calendar.changed") == ["is a working day: no → yes"]

    def test_of_a_case_its_state_its_facts_and_in_whose_hands(self, open_toy):
        case = open_toy()
        task = CaseTask.objects.get(process=case, node="search")
        operations.reassign_task(task=task, to=chen(), by=sun(), at=AT)
        assert told("task.reassigned") == [f"In whose hands: — → {chen().display_name}"]
        cases.correct_fact(case=case, field="is_urgent", value=not case.is_urgent, reason="误填", by=sun(), at=AT)
        assert told("facts.corrected") in (["urgent: no → yes"], ["urgent: yes → no"])
        assert last("facts.corrected").words == "误填"
        cases.correct_fact(case=case, field="summary", value="第二次所说", reason="听错", by=sun(), at=AT)
        line = last("facts.corrected")
        assert line.changes == []
        assert "第二次所说" in line.words
        assert "第二次所说" not in line.event.facts_text

    def test_stand_on_the_pages(self, client, settings):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        staff.set_language(user=sun(), language="en", by=sun(), at=AT + timedelta(days=1))

        client.force_login(shen())
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get(reverse("audit_trail"), {"kind": "user.changed"}).content.decode()

        assert "<ins>English</ins>" in page


class TestKinds:
    def test_each_is_worded_in_chinese(self):
        """Those of the product: their titles are translated, those that tests make up are not."""
        product = [kind for kind in events.KINDS.values() if isinstance(kind.title, Promise)]
        product = [kind for kind in product if not kind.code.startswith("toy.")]
        with translation.override("zh-hans"):
            words = {kind.code: re.sub(r"%\(\w+\)s|Word", "", f"{kind.title} {kind.sentence}") for kind in product}

        assert len(words) > 200
        assert {code: said for code, said in words.items() if re.search("[A-Za-z]{2}", said)} == {}

    def test_each_names_a_model_that_is_there(self):
        for kind in events.KINDS.values():
            assert not kind.about or apps.get_model(kind.about)


class TestRefusals:
    def test_each_has_a_name_of_its_own(self):
        """The trail keeps a refusal by the name of its class, and says the sentence of the class that bears it."""
        found = [CaseworkError]
        for one in found:
            found += one.__subclasses__()
        names = Counter(one.__name__ for one in set(found) if not one.__module__.startswith("tests."))

        assert len(names) > 100
        assert [name for name, many in names.items() if many > 1] == []
