"""The letter engine: plain values in, PDF out, nothing fetched, nothing called."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.safestring import mark_safe

from casework.documents import engine

VALUES = {"title": "一次性告知书", "office": "清源区总工会", "worker": "王建国", "issued_on": date(2026, 11, 20)}


class TestWrite:
    def test_escapes_what_somebody_typed_even_when_it_claims_to_be_safe(self):
        typed = mark_safe("<img src=x>")

        html = engine.write("letters/closed.html", {**VALUES, "result": typed}, "zh-hans")

        assert "<img" not in html
        assert "&lt;img" in html

    @pytest.mark.parametrize("value", [object(), 1.5, Path("/"), {"inner": [object()]}, print])
    def test_refuses_objects(self, value):
        with pytest.raises(engine.NotPlain):
            engine.write("letters/closed.html", {**VALUES, "result": value}, "zh-hans")

    def test_takes_plain_values_in_lists_and_mappings(self):
        assert engine.plain({"a": [Decimal("1.00"), None, {"b": date(2026, 1, 1)}]}) == {
            "a": [Decimal("1.00"), None, {"b": date(2026, 1, 1)}]
        }

    def test_speaks_the_language_asked_for(self):
        assert "closed" in engine.write("letters/closed.html", VALUES, "en")


class TestPrint:
    def test_gives_a_pdf(self):
        pdf = engine.print_pdf(engine.write("letters/closed.html", VALUES, "zh-hans"))

        assert pdf.startswith(b"%PDF-")

    @pytest.mark.parametrize(
        "reach",
        [
            '<link rel="attachment" href="file:///etc/hostname">',
            '<img src="file:///etc/hostname">',
            '<img src="http://127.0.0.1:1/x.png">',
            '<style>@import url("file:///etc/hostname");</style>',
            '<p style="background: url(file:///etc/hostname)">x</p>',
            '<object data="file:///etc/hostname"></object>',
        ],
    )
    def test_fetches_nothing(self, reach):
        with pytest.raises(engine.ReachesOutside):
            engine.print_pdf(f"<p>信</p>{reach}")
