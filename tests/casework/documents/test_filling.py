"""Texts of letters take their values in a sandbox: plain values in, text out, nothing called, nothing reached."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from casework.documents import filling
from casework.documents.filling import BLANK, BadText, check, fill, in_words


class TestFill:
    def test_writes_dates_sums_and_lists_as_people_do(self):
        text = "{{ name }} {{ due|day }} {{ sum|money }} {{ sum|in_words }}"
        text += "{% for one in papers %} {{ loop.index }}.{{ one }}{% endfor %}"
        values = {"name": "王*", "due": date(2026, 11, 27), "sum": Decimal("1200.50"), "papers": ["甲", "乙"]}

        with translation.override("zh-hans"):
            source = fill(text, values).source.replace("\\", "")

        assert source == "王* 2026年11月27日 ¥1,200.50 人民币壹仟贰佰元伍角整 1.甲 2.乙"

    def test_leaves_a_blank_where_something_is_missing_and_names_it_once(self):
        filled = fill("{{ phone }} {{ phone }} {{ worker.name }} {{ note }}", {"phone": None, "worker": {"name": ""}})

        assert filled.missing == ["phone", "worker.name", "note"]
        assert filled.source.count(BLANK) == 4

    def test_misses_nothing_that_the_text_only_asks_for(self):
        assert fill("{% if phone %}{{ phone }}{% endif %}x", {}).missing == []

    @pytest.mark.parametrize("value", [object(), 1.5, Path("/"), {"inner": [object()]}, print])
    def test_refuses_objects(self, value):
        with pytest.raises(filling.NotPlain):
            fill("{{ x }}", {"x": value})

    @pytest.mark.parametrize(
        "text",
        [
            "{{ ''.__class__ }}",
            "{{ x.__class__ }}",
            "{{ x|attr('__class__') }}",
            "{% include '/etc/passwd' %}",
            "{% extends 'base.html' %}",
            "{% import 'x' as y %}",
            "{{ x.upper() }}",
            "{{ range(9) }}",
            "{{ 'a' * 1000000000 }}",
            "{{ 9 ** 99999999 }}",
            "{% macro m() %}{% endmacro %}",
            "{{ x.y }}",
            "{{ x|safe }}",
            "{{ x|money }}",
            "{{ unclosed",
            "{% for one in x %}",
        ],
    )
    def test_refuses_whatever_could_call_reach_or_never_end(self, text):
        with pytest.raises(BadText):
            fill(text, {"x": "wert"})

    def test_refuses_a_letter_longer_than_any_is(self):
        many = {"rows": ["x" * 2000] * 1000}

        with pytest.raises(BadText):
            fill("{% for one in rows %}{{ one }}{% endfor %}", many)


class TestCheck:
    def test_names_what_a_text_may_not_use_and_what_it_may(self):
        with pytest.raises(BadText) as refused:
            check("{{ worker }} {{ salary }}", ["worker", "office"])

        [said] = refused.value.errors["source"]
        assert "salary" in said
        assert "office, worker" in said

    def test_names_the_line(self):
        with pytest.raises(BadText) as refused:
            check("first\nsecond {{ x }", ["x"])

        assert "2" in refused.value.errors["source"][0]


class TestInWords:
    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("10", "壹拾元整"),
            ("1001", "壹仟零壹元整"),
            ("1010.50", "壹仟零壹拾元伍角整"),
            ("100001", "壹拾万零壹元整"),
            ("26000", "贰万陆仟元整"),
            ("20000005.06", "贰仟万零伍元零陆分"),
            ("100010000", "壹亿零壹万元整"),
            ("1130040", "壹佰壹拾叁万零肆拾元整"),
        ],
    )
    def test_writes_a_sum_as_banks_do(self, amount, words):
        assert in_words(Decimal(amount)) == f"人民币{words}"

    @pytest.mark.parametrize(
        ("amount", "error"), [(1.5, TypeError), (Decimal("-1"), ValueError), (Decimal("0.001"), ValueError)]
    )
    def test_refuses_what_is_no_sum(self, amount, error):
        with pytest.raises(error):
            in_words(amount)

    @given(st.integers(0, 10**13), st.integers(0, 10**13))
    def test_never_writes_two_sums_alike(self, one, other):
        assert (in_words(Decimal(one) / 100) == in_words(Decimal(other) / 100)) == (one == other)

    @given(st.integers(0, 10**13))
    def test_never_writes_two_zeros_in_a_row(self, fen):
        assert "零零" not in in_words(Decimal(fen) / 100)
