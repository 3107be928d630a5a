"""Calculators: found through the app registry, filled in with the values of the place, kept on a case when asked to."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from casework.audit import events
from casework.audit.errors import InvalidFacts, NotAllowed, WrongState
from casework.audit.models import Event
from casework.offices import operations as offices
from casework.offices.models import LocalParameter
from tests.factories import AT, an_office_tree, shen
from tests.toy_case_type.calculators import LAW, SHARE_PARAMETER, Reward, reward
from tests.workflows.test_operations import LATER, the_task
from workflows import operations
from workflows.calculators import (
    UnknownCalculator,
    all_calculators,
    calculators_of,
    named,
    title_of,
    told,
)
from workflows.case_type import UnknownCaseType, case_type

PAGE = ("toy", "reward")
TODAY = date(2026, 11, 20)


def share(office, value="5", since=date(2026, 1, 1), source="拾得物办法", **over):
    """Enter the finder's share of a place."""
    return offices.set_parameter(
        code=SHARE_PARAMETER, office=office, value=value, valid_from=since, source=source, by=None, at=AT, **over
    )


@pytest.fixture
def page(cast, client):
    """Return a function that opens or sends the toy's calculator for somebody."""

    def ask(user, data=None, case=None):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        address = reverse("calculator", args=PAGE) + (f"?case={case.number}" if case else "")
        return client.get(address) if data is None else client.post(address, data)

    return ask


class TestSeam:
    def test_the_registry_finds_what_a_type_brings(self):
        found = {kind.slug: [one.code for one in calculators] for kind, calculators in all_calculators()}

        assert found["toy"] == ["reward"]
        assert {"labour_dispute", "work_injury", "hardship_relief"} <= set(found)

    def test_a_type_without_calculators_brings_none(self, monkeypatch):
        kind = case_type("toy")
        monkeypatch.setattr(type(kind), "calculators", "no_such_module")

        assert calculators_of(kind) == ()

    def test_codes_are_unique_in_their_type_and_each_has_its_law(self):
        for _kind, found in all_calculators():
            codes = [one.code for one in found]
            assert len(set(codes)) == len(codes)
            assert all(one.law and str(one.title) for one in found)

    def test_a_name_leads_back_to_its_calculator(self):
        assert named("toy.reward").form is Reward
        assert title_of("toy.reward") == "Toy reward"

    def test_a_name_that_leads_nowhere_is_no_page_and_reads_as_itself(self):
        with pytest.raises(UnknownCalculator):
            named("toy.ransom")
        with pytest.raises(UnknownCaseType):
            named("umbrella.reward")
        assert title_of("toy.ransom") == "toy.ransom"

    def test_what_is_kept_holds_inputs_sentence_and_steps(self, db):
        form = Reward(
            {"worth": "200", "found_on": "2026-11-20", "percent": "5"}, office=an_office_tree().county, today=TODAY
        )
        assert form.is_valid()

        with translation.override("en"):
            words = told("Toy reward", reward(**form.facts()), form)

        assert words.splitlines() == [
            f"Toy reward ({LAW})",
            "Toy reward ¥10.00",
            "Toy value: 200",
            "Toy day: 2026-11-20",
            "Toy share: 5",
            f"Toy share: 5 % ({LAW})",
            f"Toy reward: ¥10.00 (200.00 × 5 %; {LAW})",
        ]


class TestLocalValues:
    def form(self, data=None, **initial):
        return Reward(data, office=an_office_tree().county, today=TODAY, initial=initial)

    def test_are_filled_in_with_their_place_day_and_source(self, db):
        share(an_office_tree().city, "7", date(2026, 7, 1), "安政〔2026〕7号")

        with translation.override("en"):
            form = self.form()

        assert form.initial["percent"] == Decimal(7)
        assert form.fields["percent"].help_text == "Anhe Federation · since 1 Jul 2026 · 安政〔2026〕7号"

    def test_of_the_nearest_place_and_of_the_day_asked_about(self, db):
        tree = an_office_tree()
        share(tree.city, "7")
        share(tree.county, "4", date(2025, 1, 1), valid_until=date(2026, 6, 1))
        share(tree.county, "6", date(2026, 6, 1))

        assert self.form().initial["percent"] == Decimal(6)
        assert self.form(found_on=date(2026, 5, 31)).initial["percent"] == Decimal(4)
        assert self.form(found_on=date(2024, 5, 31)).known == {}

    def test_that_nobody_has_entered_are_said_to_be_missing(self, db):
        with translation.override("en"):
            form = self.form()

        assert "percent" not in form.initial
        assert "Nobody has entered it for Qingyuan Federation on 20 Nov 2026" in form.fields["percent"].help_text

    @pytest.mark.parametrize("value", [5.5, True, "much", "-1", {"a": 1}, [5]])
    def test_that_are_no_sum_are_as_good_as_not_entered(self, db, value):
        county = an_office_tree().county
        LocalParameter.objects.create(  # as an import might have brought it
            code=SHARE_PARAMETER, office=county, value=value, valid_from=date(2026, 1, 1), source="拾得物办法"
        )

        assert self.form().known == {}

    def test_follow_the_day_unless_they_were_typed_over(self, db):
        county = an_office_tree().county
        share(county, "4", date(2025, 1, 1))
        share(county, "6", date(2026, 6, 1))
        asked = {"worth": "100", "found_on": "2026-01-05", "shown_for": "2026-11-20"}

        followed, typed, empty = (self.form({**asked, "percent": percent}) for percent in ("6", "6.5", ""))

        assert [form.is_valid() for form in (followed, typed, empty)] == [True, True, True]
        assert [form.cleaned_data["percent"] for form in (followed, typed, empty)] == [4, Decimal("6.5"), 4]
        assert followed.data["shown_for"] == "2026-01-05"

    def test_of_a_day_that_cannot_be_read_stay_and_the_day_is_refused(self, db):
        share(an_office_tree().county, "6")

        form = self.form({"worth": "100", "found_on": "yesterday", "percent": "6", "shown_for": "nonsense"})

        assert list(form.errors) == ["found_on"]
        assert form.data["percent"] == "6"

    def test_a_source_is_shown_as_text_and_never_as_markup(self, db):
        share(an_office_tree().county, source="<script>alert(1)</script>")

        assert "<script>" not in self.form().fields["percent"].help_text


class TestPage:
    def test_the_list_names_every_calculator(self, cast, client):
        client.force_login(cast.lin)

        answer = client.get(reverse("calculator_list"))

        assert answer.status_code == 200
        for kind, found in all_calculators():
            for one in found:
                assert reverse("calculator", args=[kind.slug, one.code]) in answer.content.decode()

    def test_answers_in_one_sentence_with_every_step(self, cast, page):
        share(cast.tree.county)

        answer = page(cast.lin, {"worth": "1234.50", "found_on": "2026-11-20", "percent": "5"})

        words = answer.content.decode()
        assert answer.status_code == 200
        assert "Toy reward ¥61.73" in words
        assert "1234.50 × 5 %" in words
        assert LAW in words
        assert 'value="1234.50"' in words

    def test_says_what_is_wrong_at_its_field_and_loses_nothing(self, cast, page):
        answer = page(cast.lin, {"worth": "", "found_on": "2026-11-20", "percent": "7", "thing": "伞"})

        words = answer.content.decode()
        assert answer.status_code == 422
        assert "id_worth_error" in words
        assert 'value="伞"' in words
        assert 'value="7"' in words
        assert "answer-title" not in words

    def test_puts_nothing_into_the_address_and_keeps_nothing(self, cast, page):
        before = Event.objects.count()

        answer = page(cast.lin, {"worth": "88", "found_on": "2026-11-20", "percent": "5"})

        assert 'method="post"' in answer.content.decode()
        assert Event.objects.count() == before

    @pytest.mark.parametrize("who", ["lin", "chen", "sun"])
    def test_is_open_to_the_staff(self, cast, page, who):
        assert page(getattr(cast, who)).status_code == 200

    def test_is_closed_to_who_works_on_no_case(self, cast, page):
        assert page(shen()).status_code == 403

    @pytest.mark.parametrize("path", [("toy", "ransom"), ("umbrella", "reward")])
    def test_that_does_not_exist_is_not_found(self, cast, client, path):
        client.force_login(cast.lin)

        assert client.get(reverse("calculator", args=path)).status_code == 404

    def test_costs_as_many_questions_whatever_is_entered(self, cast, client, page):
        page(cast.lin)
        address = reverse("calculator", args=PAGE)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for year in range(2010, 2026):
            share(cast.tree.county, str(year % 7), date(year, 1, 1))
            share(cast.tree.city, str(year % 5), date(year, 1, 1))
        page(cast.lin)

        with CaptureQueriesContext(connection) as many:
            client.get(address)

        assert len(many) <= len(few) <= 12


class TestEveryCalculator:
    @pytest.mark.parametrize(
        ("slug", "code"), [(kind.slug, one.code) for kind, found in all_calculators() for one in found]
    )
    def test_opens_in_a_few_questions_and_refuses_an_empty_form(self, cast, client, slug, code):
        client.force_login(cast.lin)
        address = reverse("calculator", args=[slug, code])
        client.get(address)

        with CaptureQueriesContext(connection) as asked:
            opened = client.get(address)
        empty = client.post(address, {})

        assert (opened.status_code, empty.status_code) == (200, 422)
        assert len(asked) <= 12

    @pytest.mark.parametrize(
        ("slug", "code"), [(kind.slug, one.code) for kind, found in all_calculators() for one in found]
    )
    @pytest.mark.parametrize("nonsense", ["-1", "1e999", "NaN", "\x00", "9" * 40, "明天", "0000-00-00"])
    def test_answers_nonsense_with_a_refusal_and_never_an_error_page(self, cast, client, slug, code, nonsense):
        client.force_login(cast.lin)
        names = named(f"{slug}.{code}").form.base_fields

        answer = client.post(reverse("calculator", args=[slug, code]), dict.fromkeys(names, nonsense))

        assert answer.status_code == 422


class TestOnACase:
    GIVEN = {"worth": "200", "found_on": "2026-11-20", "percent": "5"}

    def test_begins_with_what_the_case_knows(self, cast, open_toy, page):
        answer = page(cast.chen, case=open_toy())

        assert 'value="伞"' in answer.content.decode()

    def test_tells_nothing_of_the_case_to_who_does_not_work_on_it(self, cast, open_toy, page):
        answer = page(cast.sun, case=open_toy())

        assert answer.status_code == 200
        assert 'value="伞"' not in answer.content.decode()

    def test_is_offered_on_the_page_of_the_case(self, cast, open_toy, client):
        case = open_toy()
        client.force_login(cast.chen)

        words = client.get(reverse("case_detail", args=[case.number])).content.decode()

        assert f"{reverse('calculator', args=PAGE)}?case={case.number}" in words

    def test_of_another_kind_knows_nothing_of_what_is_asked(self, cast, open_toy, client):
        case = open_toy()
        client.force_login(cast.lin)

        for kind, found in all_calculators():
            for one in found:
                answer = client.get(reverse("calculator", args=[kind.slug, one.code]), {"case": case.number})
                assert answer.status_code == 200

    def test_of_another_office_does_not_exist(self, cast, open_toy, page):
        assert page(cast.zhao, case=open_toy()).status_code == 404
        assert page(cast.zhao, {**self.GIVEN, "keep": "1"}, case=open_toy()).status_code == 404

    def test_can_be_kept(self, cast, open_toy, page):
        case = open_toy()

        first = page(cast.chen, self.GIVEN, case=case)
        kept = page(cast.chen, {**self.GIVEN, "keep": "1"}, case=case)

        assert 'name="keep"' in first.content.decode()
        assert kept.url == reverse("case_detail", args=[case.number])
        event = Event.objects.get(stream=case.stream, kind="calculation.kept")
        facts = {name: value for name, value in event.facts.items() if name != "text"}
        assert facts == {"calculator": "toy.reward", "amount": "10.00", "law": LAW}
        assert event.actor == cast.chen
        assert "200.00 × 5 %" in events.words_of(event)
        assert "200" not in event.facts_text.replace(event.facts["text"], "")

    def test_says_in_the_history_what_was_worked_out(self, cast, open_toy, page, client):
        case = open_toy()
        page(cast.chen, {**self.GIVEN, "keep": "1"}, case=case)

        words = client.get(reverse("case_detail", args=[case.number])).content.decode()

        assert "陈和 kept a calculation on the case: Toy reward" in words

    def test_a_closed_case_keeps_nothing_more_and_says_why(self, cast, open_toy, page):
        case = open_toy()
        operations.withdraw_case(case=case, reason="找到了", by=cast.lin, at=LATER)

        shown = page(cast.chen, self.GIVEN, case=case)
        refused = page(cast.chen, {**self.GIVEN, "keep": "1"}, case=case)

        assert 'name="keep"' not in shown.content.decode()
        assert "A closed case never changes." in shown.content.decode()
        assert refused.status_code == 409
        assert not Event.objects.filter(kind="calculation.kept").exists()

    def test_a_reader_types_the_facts_and_keeps_nothing(self, cast, open_toy):
        case = open_toy()

        with pytest.raises(NotAllowed):
            operations.keep_calculation(case=case, calculator="toy.reward", data=self.GIVEN, by=shen(), at=LATER)

    def test_what_the_form_refuses_is_not_kept(self, cast, open_toy):
        with pytest.raises(InvalidFacts) as refusal:
            operations.keep_calculation(
                case=open_toy(), calculator="toy.reward", data={"percent": "5"}, by=cast.chen, at=LATER
            )

        assert set(refusal.value.errors) == {"worth", "found_on"}

    def test_keeping_moves_neither_state_nor_task(self, cast, open_toy):
        case = open_toy()

        operations.keep_calculation(case=case, calculator="toy.reward", data=self.GIVEN, by=cast.chen, at=LATER)

        assert case.state == "opened"
        assert the_task(case, "search").status == "NEW"

    def test_a_case_closed_meanwhile_refuses(self, cast, open_toy):
        case = open_toy()
        operations.withdraw_case(case=case, reason="找到了", by=cast.lin, at=LATER)

        with pytest.raises(WrongState):
            operations.keep_calculation(case=case, calculator="toy.reward", data=self.GIVEN, by=cast.chen, at=LATER)
