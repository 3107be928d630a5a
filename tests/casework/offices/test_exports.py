"""Lists as files: nothing in them is run by the program that opens them."""

import asyncio
import csv
from io import StringIO
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from casework.offices.exports import cell, csv_file


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def an_asgi_request() -> ASGIRequest:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    return ASGIRequest({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)  # type: ignore[arg-type]


class TestCell:
    @pytest.mark.parametrize("first", list("=+-@\t\r|＝＋－＠｜"))
    def test_a_text_that_looks_like_a_formula_is_a_text(self, first: str) -> None:
        assert cell(f"{first}1+1") == f"'{first}1+1"
        assert cell(f" {first}1+1") == f"' {first}1+1"

    def test_a_number_stays_one(self) -> None:
        assert cell(-1) == "-1"

    def test_nothing_is_empty(self) -> None:
        assert cell(None) == ""

    @given(st.text())
    def test_every_other_text_stays_as_it_is(self, text: str) -> None:
        assert cell(text).removeprefix("'") == text.removeprefix("'")


class TestFile:
    def test_holds_every_row_once(self) -> None:
        rows = [[str(number), "王*"] for number in range(450)]

        answer = csv_file(RequestFactory().get("/"), "list", ["编号", "姓名"], iter(rows))

        assert read(b"".join(answer.streaming_content)) == [["编号", "姓名"], *rows]  # type: ignore[arg-type]
        assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'

    def test_is_sent_in_pieces_to_a_request_that_can_wait(self) -> None:
        rows = [[str(number)] for number in range(450)]

        async def sent() -> list[bytes]:
            return [piece async for piece in csv_file(an_asgi_request(), "list", ["编号"], iter(rows))]

        pieces = asyncio.run(sent())

        assert len(pieces) == 4
        assert read(b"".join(pieces)) == [["编号"], *rows]

    def test_keeps_the_language_of_the_request_after_it_is_over(self) -> None:
        with translation.override("en"):
            answer = csv_file(RequestFactory().get("/"), "list", [_("Office")], iter([[_("Office")]]))

        with translation.override("zh-hans"):
            assert read(b"".join(answer.streaming_content)) == [["Office"], ["Office"]]  # type: ignore[arg-type]
