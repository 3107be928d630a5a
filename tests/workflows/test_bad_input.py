"""What no person types: addresses and answers that are forged, absurd or broken get a plain no, never an error page."""

import json

import pytest
from django.urls import reverse

from casework.cases.models import Draft
from casework.cases.operations import take_contact
from casework.deadlines.models import Clock
from tests.factories import AT
from workflows.operations import open_case

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def lin(cast, client):
    """Lin at her browser."""
    client.force_login(cast.lin)
    return client


class TestForgedAddresses:
    @pytest.mark.parametrize("address", ["/cases/%00/", "/cases/LD%00/papers/new/", "/tasks/?type=%00", "/?after=%00"])
    def test_with_a_nul_are_not_found(self, lin, address):
        assert lin.get(address).status_code == 404

    @pytest.mark.parametrize("named", ["contact=x", f"contact={NOWHERE}", "from=TY-1", "contact=%F0%9F%8C%82"])
    def test_naming_a_paper_or_case_that_is_none_are_not_found(self, lin, named):
        assert lin.get(f"{reverse('case_new', args=['toy'])}?{named}").status_code == 404

    @pytest.mark.parametrize("facts", [{"contact": "x"}, {"from": "TY\0"}, {"contact": "\0"}])
    def test_hidden_inputs_are_read_as_carefully(self, lin, facts):
        assert lin.post(reverse("case_new", args=["toy"]), facts).status_code in (404, 422)


class TestNewCase:
    def test_knows_no_other_kind_of_id(self, lin):
        facts = {"office": "410105", "worker_name": "王小明", "summary": "丢了伞", "thing": "伞"}

        answer = lin.post(
            reverse("case_new", args=["toy"]), {**facts, "worker_id_type": "club", "worker_id_number": "12"}
        )

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["worker_id_type"]


class TestCorrections:
    @pytest.fixture
    def correct(self, cast, client):
        """Return a function that corrects a fact of a case on its page."""
        client.force_login(cast.chen)

        def send(case, fact, value):
            return client.post(
                reverse("case_correct", args=[case.number]), {"fact": fact, "value": value, "reason": "错"}
            )

        return send

    @pytest.fixture
    def cases(self, cast):
        """A case of each kind that counts something."""
        facts = {"worker_name": "王小明", "employer_name": "安河市宏远建筑劳务有限公司", "summary": "记错了。"}
        facts |= {"office": cast.tree.county, "by": cast.chen, "at": AT}
        dispute = open_case(case_type="labour_dispute", cause="wages", **facts)
        injury = {"accident_on": "2026-11-10", "circumstance": "at_work", "severity": "minor"}
        return {"dispute": dispute, "injury": open_case(case_type="work_injury", **injury, **facts)}

    @pytest.mark.parametrize(
        ("which", "fact", "value"),
        [
            ("injury", "injured_count", "0"),
            ("injury", "injured_count", "99999999999999999999"),
            ("injury", "accident_on", "2099-01-01"),
            ("injury", "summary", " "),
            ("injury", "is_urgent", "9999-12-31"),
            ("dispute", "claimed_amount", "-5"),
            ("dispute", "monthly_wage", "-5"),
            ("dispute", "received_on", "2099-01-01"),
            ("dispute", "limitation_started_on", "2099-01-01"),
        ],
    )
    def test_keep_within_what_a_case_can_be_opened_with(self, cases, correct, which, fact, value):
        answer = correct(cases[which], fact, value)

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["value"]

    def test_fit_the_other_facts(self, cases, correct):
        case = cases["injury"]
        type(case).objects.filter(pk=case.pk).update(recognition_by="worker", recognition_on="2026-11-12")

        answer = correct(case, "accident_on", "2026-11-13")

        assert list(answer.context["form"].errors) == ["value"]
        assert correct(case, "accident_on", "2026-11-11").status_code == 302

    @pytest.mark.parametrize(
        ("which", "fact", "value"),
        [
            ("injury", "injured_count", "2"),
            ("injury", "is_urgent", "是"),
            ("injury", "is_urgent", "否"),
            ("dispute", "employed_until", "2099-01-01"),
            ("dispute", "claimed_amount", "5"),
            ("dispute", "claimed_amount", ""),
        ],
    )
    def test_take_what_can_be(self, cases, correct, which, fact, value):
        assert correct(cases[which], fact, value).status_code == 302


class TestExtensions:
    @pytest.mark.parametrize("until", ["2020-01-01", "2026-11-21", "2100-12-31", "9999-12-31", "2027-02-30", ""])
    def test_are_refused_at_their_day_with_what_was_typed(self, cast, client, until):
        client.force_login(cast.sun)
        facts = {"channel": "phone", "matter": "service", "question": "工龄怎么算", "by": cast.lin, "at": AT}
        contact = take_contact(office=cast.tree.county, **facts)
        clock = Clock.objects.get(contact=contact, rule="GEN.promise.ordinary")

        answer = client.post(reverse("clock_extend", args=[clock.pk]), {"until": until, "reason": "等人社部门答复"})

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["until"]
        assert "等人社部门答复" in answer.content.decode()


class TestAbsurdDays:
    @pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2020-01-01", "2101-01-01", "9999-12-31"])
    def test_are_refused_at_their_field(self, lin, day):
        answer = lin.post(
            reverse("contact_new"),
            {"office": "410105", "channel": "phone", "matter": "consult", "question": "工龄怎么算", "promised_on": day},
        )

        assert answer.status_code == 422
        assert "promised_on" in answer.context["form"].errors

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_are_left_out_of_the_filters_of_the_trail(self, cast, client, day):
        client.force_login(cast.sun)

        assert client.get(reverse("audit_trail"), {"since": day, "until": day}).status_code == 200

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_are_no_period_of_a_report(self, cast, client, day):
        client.force_login(cast.sun)

        assert client.get(reverse("report_list"), {"first": day, "last": day}).status_code == 422

    def test_are_no_correction(self, cast, lin, open_toy):
        case = open_toy()

        answer = lin.post(
            reverse("case_correct", args=[case.number]), {"fact": "thing", "value": "伞" * 4001, "reason": "错"}
        )

        assert "value" in answer.context["form"].errors


class TestDrafts:
    @pytest.mark.parametrize(
        "body",
        ["", "[]", "1", '{"fields": null}', '{"fields": "x"}', '{"fields": {"a": NaN}}', "[" * 100_000, '"\ud83d'],
    )
    def test_that_are_none_are_refused(self, lin, body):
        answer = lin.post(
            reverse("draft", args=["contact"]), body.encode("utf-8", "surrogatepass"), content_type="application/json"
        )

        assert answer.status_code == 400
        assert not Draft.objects.exists()

    def test_of_a_form_that_cannot_be_are_not_found(self, lin):
        body = json.dumps({"fields": {"question": ["?"]}})

        answer = lin.post(reverse("draft", args=["x" * 81]), body, content_type="application/json")

        assert answer.status_code == 404


class TestAnotherOffice:
    def test_opens_no_case_from_this_ones_contact(self, cast, client):
        contact = take_contact(
            office=cast.tree.county, channel="phone", matter="consult", question="工龄怎么算", by=cast.lin, at=AT
        )
        client.force_login(cast.zhao)

        assert client.get(f"{reverse('case_new', args=['toy'])}?contact={contact.uuid}").status_code == 404
