"""Pages on which an administrator writes what the letters say, and what stands behind them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.audit.models import AccessRecord, Event
from casework.documents import filling, keeping, letters, papers, sampling, versions
from casework.documents.models import LetterText
from casework.offices.roles import Role
from tests.factories import AT, FOUNDED, a_user, gao, meng

CODE = "notice.closed"


@pytest.fixture
def site(client, cast):
    """The browser of Meng, who configures the whole house."""
    client.force_login(meng())
    return client


def address(name="text_edit", office="410105", paper=CODE, language="zh-hans"):
    return reverse(name, args=[office, paper, language])


def write(source, office, **over):
    facts = {"paper": CODE, "language": "zh-hans", "why": "换说法", "by": meng(), "at": AT, **over}
    return letters.write_text(source=source, office=office, **facts)


class TestList:
    def test_says_what_counts_at_an_office(self, site, cast):
        write("省：{{ result }}", cast.tree.province)
        write("区：{{ result }}", cast.tree.county)

        groups = versions.texts_at(cast.tree.county)
        counts = {paper.code: found for group in groups for paper, found in group.letters}

        assert counts[CODE][0].version.office == cast.tree.county
        assert counts["notice.missing"][0].version is None
        assert counts[CODE][1].version is None, "English has none of its own"
        above = {paper.code: found for group in versions.texts_at(cast.tree.city) for paper, found in group.letters}
        assert above[CODE][0].version.office == cast.tree.province

    def test_holds_every_letter_once(self, cast):
        listed = [paper.code for group in versions.texts_at(cast.tree.county) for paper, _counts in group.letters]

        known = {code for kind in ("", *papers.types_with_letters()) for code in papers.papers_of(kind)}
        assert sorted(listed) == sorted(known)

    def test_is_for_administrators(self, site, client, cast):
        assert site.get(reverse("text_list")).status_code == 200
        assert site.get(reverse("text_list"), {"office": "410105"}).context["office"] == cast.tree.county
        assert site.get(reverse("text_list"), {"office": "x"}).status_code == 200
        for user in (cast.sun, gao()):
            client.force_login(user)
            assert client.get(reverse("text_list")).status_code == 403

    def test_costs_the_same_with_one_text_and_with_many(self, site, cast):
        def questions():
            with CaptureQueriesContext(connection) as caught:
                site.get(reverse("text_list"))
            return len(caught)

        questions()
        few = questions()
        for code in ("notice.declined", "notice.referred", CODE):
            write("好", cast.tree.province, paper=code)

        assert questions() == few


class TestEditing:
    def test_writes_a_version_that_counts_from_then_on(self, site, cast, case):
        shown = site.get(address())
        assert papers.built_in_text("", CODE, "zh-hans").strip() in shown.context["form"].initial["source"]

        answer = site.post(address(), {"source": "@to {{ worker }}：\r\n\r\n{{ result }}", "why": "更短"})

        assert answer.status_code == 302
        text = LetterText.objects.get()
        assert (text.office, text.version, text.why) == (cast.tree.county, 1, "更短")
        assert "\r" not in text.source
        assert Event.objects.filter(kind="letter_text.written").count() == 1
        assert "@to {{ worker }}" in site.get(address()).context["form"].initial["source"]

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"source": "{{ worker", "why": "x"}, "source"),
            ({"source": "{{ nobody }}", "why": "x"}, "source"),
            ({"source": "{{ worker|upper }}", "why": "x"}, "source"),
            ({"source": " \r\n", "why": "x"}, "source"),
            ({"source": "{{ worker }}", "why": ""}, "why"),
            ({"source": "{{ worker }}", "why": "字" * 201}, "why"),
            ({"source": "a\0b", "why": "x"}, "source"),
        ],
    )
    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(self, site, typed, field):
        answer = site.post(address(), typed)

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert answer.context["form"]["source"].value() == typed["source"]
        assert not LetterText.objects.exists()

    def test_goes_back_to_the_houses_text(self, site, cast):
        write("区：{{ result }}", cast.tree.county)

        site.post(address(), {"source": "whatever stands there", "why": "不要了", "back": "1"})

        newest = LetterText.objects.latest("version")
        assert (newest.version, newest.source) == (2, "")
        shown = site.get(address())
        assert shown.context["is_the_houses"]
        assert not shown.context["counts"].is_own

    def test_shows_who_changed_what_when_and_why(self, site, cast):
        write("一\n二\n三", cast.tree.county, why="第一次")
        write("一\n贰\n三", cast.tree.county, why="第二次")

        newest, first = site.get(address()).context["versions"]

        assert [newest.text.why, first.text.why] == ["第二次", "第一次"]
        assert [(line.kind, line.text) for line in newest.lines if line.kind != "part"] == [
            ("same", "一"),
            ("taken", "二"),
            ("added", "贰"),
            ("same", "三"),
        ]
        assert first.lines, "the first differs from the house's"

    @pytest.mark.parametrize(
        "arguments",
        [{"office": "999999"}, {"paper": "notice.magic"}, {"language": "fr"}, {"office": "410106-x"}],
    )
    def test_knows_no_other_office_letter_or_language(self, site, arguments):
        assert site.get(address(**arguments)).status_code == 404
        assert site.post(address("text_preview", **arguments)).status_code == 404

    def test_belongs_to_the_offices_one_configures(self, client, cast):
        own = a_user("cai", role=Role.SYSADMIN, office=cast.tree.other_county)
        client.force_login(own)

        assert client.get(address(office="410106")).status_code == 200
        assert client.get(address()).status_code == 404
        client.force_login(cast.sun)
        assert client.get(address()).status_code == 403


class TestPreview:
    def preview(self, site, source):
        return site.post(address("text_preview"), {"source": source}).content.decode()

    def test_fills_in_what_nobody_is(self, site):
        said = self.preview(site, "@to {{ worker }}：\n\n{{ opened_on|day }}")

        assert "〔职工〕" in said
        assert "年" in said
        assert not AccessRecord.objects.exists()

    def test_says_what_is_wrong_with_the_line(self, site):
        assert "1" in self.preview(site, "{{ worker")
        assert "nobody" in self.preview(site, "{{ nobody }}")


def _every_text():
    for kind in ("", *papers.types_with_letters()):
        for code, paper in papers.papers_of(kind).items():
            for language in versions.LANGUAGES:
                yield pytest.param(kind, paper, language, id=f"{kind}-{code}-{language}")


@pytest.mark.parametrize(("kind", "paper", "language"), list(_every_text()))
def test_every_text_of_the_house_can_be_shown_with_made_up_values(kind, paper, language):
    source = papers.built_in_text(kind, paper.code, language)
    with translation.override(language):
        known = papers.known_names(kind, paper)
        filled = filling.fill(source, sampling.samples(source, known, AT), language)

    assert filled.missing == []


class TestSamples:
    def shown(self, source):
        known = {name: name.upper() for name in ("paid_on", "sum", "rows", "worker", "count", "due_on", "issued_on")}
        filling.check(source, known)
        return filling.fill(source, sampling.samples(source, known, AT), "zh-hans").source

    def test_are_what_the_text_does_with_them(self):
        shown = self.shown("{{ paid_on|day }} {{ sum|money }} {{ worker }}")

        assert shown == r"2026年11月20日 ¥12,345\.60 〔WORKER〕"

    def test_of_a_list_are_two_rows_whatever_its_rows_hold(self):
        shown = self.shown(
            "{% for row in rows if row.kind %}{{ loop.index }}{{ row.name|cell }}{{ row.on|day }};{% endfor %}"
        )

        assert shown.count(";") == 2
        assert shown.count("2026年11月20日") == 2

    def test_can_be_compared(self):
        assert self.shown("{% if due_on < issued_on %}a{% else %}b{% endif %}") == "b"
        assert self.shown("{% if count > 1 %}a{% endif %}") == "a"
        assert (
            self.shown("{% for row in rows %}{% if row.due < issued_on %}a{% else %}b{% endif %}{% endfor %}") == "bb"
        )


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.datetimes(timezones=st.just(FOUNDED.tzinfo))
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_values_come_back_as_they_were_kept(value):
    assert keeping.read(keeping.written(value)) == value


def test_a_value_no_letter_may_hold_is_not_kept():
    with pytest.raises(TypeError):
        keeping.written({"worker": object()})
    assert keeping.read(keeping.written({"on": date(2026, 1, 2), "sum": Decimal("1.50")}))["sum"] == Decimal("1.50")
