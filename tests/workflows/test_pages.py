"""Every page of work opens for the people it is for, refuses the others, and loses nothing that was typed."""

import pytest
from django.urls import reverse

from casework.cases.models import Contact
from casework.cases.operations import offer_handover
from tests.toy_case_type.models import LostThing
from tests.workflows.test_operations import LATER, the_task
from workflows import operations


@pytest.fixture
def case(open_toy):
    return open_toy()


@pytest.fixture
def as_(client):
    """Log somebody in."""

    def login(user):
        client.force_login(user)
        return client

    return login


class TestPagesOpen:
    @pytest.mark.parametrize("who", ["lin", "chen", "sun"])
    @pytest.mark.parametrize("name", ["home", "task_queue", "case_list", "contact_list", "contact_new", "audit_trail"])
    def test_lists(self, cast, case, as_, who, name):
        answer = as_(getattr(cast, who)).get(reverse(name))

        allowed = 403 if name == "audit_trail" and who != "sun" else 200
        assert answer.status_code == allowed

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_case(self, cast, case, as_, language):
        client = as_(cast.chen)
        client.cookies["django_language"] = language

        answer = client.get(reverse("case_detail", args=[case.number]))

        assert answer.status_code == 200
        assert case.number in answer.content.decode()
        assert '<svg xmlns="http://www.w3.org/2000/svg" class="g-diagram"' in answer.content.decode()

    def test_a_step(self, cast, case, as_):
        task = the_task(case, "search")
        client = as_(cast.chen)

        assert client.get(reverse("task_detail", args=[task.pk])).status_code == 200
        bad = client.post(reverse("task_detail", args=[task.pk]), {"found": "?"})
        good = client.post(reverse("task_detail", args=[task.pk]), {"found": "yes"})
        again = client.post(reverse("task_detail", args=[task.pk]), {"found": "no"})

        assert (bad.status_code, good.status_code, again.status_code) == (422, 302, 409)
        assert cast.chen.display_name in again.content.decode()
        assert LostThing.objects.get(pk=case.pk).state == "found"

    def test_a_door_and_the_actions(self, cast, case, as_):
        operations.complete_task(task=the_task(case, "search"), by=cast.chen, at=LATER, data={"found": "yes"})
        wait = the_task(case, "objections")
        client = as_(cast.lin)

        for name in ("case_withdraw", "case_correct", "case_hand_over", "case_link"):
            assert client.get(reverse(name, args=[case.number])).status_code == 200
        # Chen did the last step: Lin is not asked why she would take it back.
        assert client.get(reverse("case_take_back", args=[case.number])).status_code == 403
        door = reverse("task_door", args=[wait.pk, "dispute"])
        assert client.get(door).status_code == 200
        assert client.post(door, {"reason": "是我的"}).status_code == 302
        assert LostThing.objects.get(pk=case.pk).state == "disputed"

    def test_correcting_a_fact(self, cast, case, as_):
        client = as_(cast.lin)

        answer = client.post(
            reverse("case_correct", args=[case.number]), {"fact": "thing", "value": "蓝伞", "reason": "看错颜色"}
        )

        assert answer.status_code == 302
        assert LostThing.objects.get(pk=case.pk).thing == "蓝伞"

    def test_an_offered_case(self, cast, case, as_):
        offer = offer_handover(case=case, to=cast.tree.other_county, reason="在那边", by=cast.lin, at=LATER)
        client = as_(cast.zhao)

        page = reverse("handover_decide", args=[offer.pk])
        assert client.get(page).status_code == 200
        assert client.post(page, {"decision": "return", "reason": ""}).status_code == 422
        assert client.post(page, {"decision": "accept"}).status_code == 302


class TestAnotherOffice:
    @pytest.mark.parametrize("name", ["case_detail", "case_withdraw", "case_take_back", "case_hand_over"])
    def test_finds_nothing_as_if_there_were_nothing(self, cast, case, as_, name):
        client = as_(cast.zhao)

        theirs = client.get(reverse(name, args=[case.number]))
        missing = client.get(reverse(name, args=["TY-410105-2026-999999"]))

        assert (theirs.status_code, missing.status_code) == (404, 404)

    def test_finds_no_task(self, cast, case, as_):
        task = the_task(case, "search")

        assert as_(cast.zhao).post(reverse("task_detail", args=[task.pk]), {"found": "yes"}).status_code == 404

    def test_sees_it_in_no_list(self, cast, case, as_):
        client = as_(cast.zhao)

        for name in ("home", "task_queue", "case_list"):
            assert case.number not in client.get(reverse(name)).content.decode()


class TestAnonymous:
    @pytest.mark.parametrize("name", ["home", "task_queue", "case_list", "contact_new", "audit_trail"])
    def test_is_sent_to_the_login(self, db, client, name):
        answer = client.get(reverse(name))

        assert answer.status_code == 302
        assert answer.url.startswith(reverse("login"))


class TestNewCase:
    FACTS = {"office": "410105", "worker_name": "王小明", "summary": "丢了伞", "thing": "伞"}

    def test_opens_from_the_form(self, cast, as_):
        client = as_(cast.lin)

        assert client.get(reverse("case_new", args=["toy"])).status_code == 200
        answer = client.post(reverse("case_new", args=["toy"]), self.FACTS)

        assert answer.status_code == 302
        assert LostThing.objects.get().opened_by == cast.lin

    def test_keeps_what_was_typed_beside_the_error(self, cast, as_):
        answer = as_(cast.lin).post(reverse("case_new", args=["toy"]), {**self.FACTS, "worker_phone": "12"})

        assert answer.status_code == 422
        assert "王小明" in answer.content.decode()
        assert not LostThing.objects.exists()

    def test_an_unknown_kind_is_not_found(self, cast, as_):
        assert as_(cast.lin).get(reverse("case_new", args=["nothing"])).status_code == 404

    def test_from_another_case_it_is_linked(self, cast, case, as_):
        client = as_(cast.lin)
        page = f"{reverse('case_new', args=['toy'])}?from={case.number}"

        assert "王小明" in client.get(page).content.decode()
        client.post(page, {**self.FACTS, "worker": str(case.worker.uuid)})

        new = LostThing.objects.exclude(pk=case.pk).get()
        assert (new.worker, new.linked_from.get().case_id) == (case.worker, case.pk)


class TestContacts:
    def test_a_question_is_answered_and_closed(self, cast, as_):
        answer = as_(cast.lin).post(
            reverse("contact_new"),
            {
                "office": "410105",
                "channel": "phone",
                "matter": "consult",
                "question": "怎么入会?",
                "answer": "到窗口办理",
            },
        )

        contact = Contact.objects.get()
        assert answer.url == reverse("contact_detail", args=[contact.uuid])
        assert (contact.answer, contact.is_open) == ("到窗口办理", False)

    def test_a_matter_becomes_a_case_with_the_contact_as_first_paper(self, cast, as_):
        client = as_(cast.lin)
        answer = client.post(
            reverse("contact_new"),
            {
                "office": "410105",
                "channel": "phone",
                "matter": "service",
                "question": "我的伞丢了",
                "caller_name": "王小明",
                "opens": "toy",
            },
        )

        assert "我的伞丢了" in client.get(answer.url).content.decode()
        client.post(answer.url, TestNewCase.FACTS)

        assert Contact.objects.get().case.number == LostThing.objects.get().number

    def test_an_open_one_gets_a_promised_day_and_later_an_answer(self, cast, as_):
        client = as_(cast.lin)
        client.post(
            reverse("contact_new"), {"office": "410105", "channel": "visit", "matter": "consult", "question": "问一下"}
        )
        contact = Contact.objects.get()

        assert contact.promised_on is not None
        page = reverse("contact_detail", args=[contact.uuid])
        assert client.get(page).status_code == 200
        assert client.post(page, {"answer": "可以"}).status_code == 302
        assert client.post(page, {"answer": "再来"}).status_code == 409


class TestDrafts:
    def test_are_kept_given_back_and_forgotten(self, cast, as_):
        client = as_(cast.lin)
        page = reverse("draft", args=["new-toy"])

        assert client.get(page).status_code == 204
        kept = client.post(page, {"fields": {"summary": ["半句话"]}}, content_type="application/json")
        assert kept.status_code == 200
        assert client.get(page).json()["fields"] == {"summary": ["半句话"]}
        assert client.delete(page).status_code == 204
        assert client.get(page).status_code == 204

    def test_belong_to_their_writer(self, cast, as_):
        page = reverse("draft", args=["new-toy"])
        as_(cast.lin).post(page, {"fields": {"summary": ["半句话"]}}, content_type="application/json")

        assert as_(cast.chen).get(page).status_code == 204

    def test_nonsense_is_a_clear_answer(self, cast, as_):
        page = reverse("draft", args=["new-toy"])

        assert as_(cast.lin).post(page, "x", content_type="application/json").status_code == 400
