"""What a browser tells of a broken content policy is noted, once, and without anybody's address."""

import json
import logging

import pytest
from django.test import Client

BREACH = {
    "csp-report": {
        "document-uri": "https://gongdao.example.org/cases/LD-410105-2026-000001/?q=13800138000",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "script-sample": "alert(13800138000)",
    }
}


@pytest.fixture
def told(caplog):
    def tell(body):
        with caplog.at_level(logging.WARNING, "config.breaches"):
            answer = Client(enforce_csrf_checks=True).post("/policy-breach/", body, "application/csp-report")
        assert answer.status_code == 204
        return [record.getMessage() for record in caplog.records if record.name == "config.breaches"]

    return tell


def test_is_noted_by_the_pages_name_and_once_an_hour(told):
    assert told(json.dumps(BREACH)) == ["content policy broken: script-src-elem on case_detail by inline"]
    assert len(told(json.dumps(BREACH))) == 1
    BREACH_ELSEWHERE = {"csp-report": {**BREACH["csp-report"], "document-uri": "https://x.org/no/such/page"}}
    assert told(json.dumps(BREACH_ELSEWHERE))[-1] == "content policy broken: script-src-elem on ? by inline"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "1",
        '{"csp-report": 7}',
        "[" * 5000,
        json.dumps({"csp-report": {**BREACH["csp-report"], "effective-directive": "x\n13800138000"}}),
        json.dumps({"csp-report": {**BREACH["csp-report"], "document-uri": "http://[bad"}}),
        json.dumps({**BREACH, "padding": "x" * 10_000}),
    ],
)
def test_what_is_no_report_is_let_go(told, body):
    assert told(body) == []
