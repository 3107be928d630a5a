"""`manage.py check_examples`: what a person at the console sees; nothing is asked of the database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

RIGHT = {"id": "P-1", "area": "petition", "input": {"representatives": 3}, "expected": {"allowed": True}}
WRONG = {"id": "P-2", "area": "petition", "input": {"representatives": 9}, "expected": {"allowed": True}}
UNKNOWN = {"id": "D-1", "rule": "LD.nothing", "events": {}, "expected": {"due": "2026-03-16"}}


@pytest.fixture
def check(tmp_path):
    """Return a function that checks a file of this content and returns what was printed."""

    def run(content):
        file, out = tmp_path / "examples.json", StringIO()
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        try:
            call_command("check_examples", str(file), stdout=out)
        finally:
            run.printed = out.getvalue()
        return run.printed

    return run


class TestCheckExamples:
    def test_says_how_many_passed(self, check):
        assert check([RIGHT, RIGHT]) == "2 passed, 0 failed\n"

    def test_prints_every_miss_and_fails(self, check):
        with pytest.raises(CommandError, match="2 examples"):
            check({"vectors": [RIGHT, WRONG, UNKNOWN]})

        lines = check.printed.splitlines()
        assert lines[0] == "MISS P-2 petition"
        assert lines[1].strip() == "allowed: expected true, got false"
        assert lines[2] == "MISS D-1 LD.nothing"
        assert lines[3].strip().startswith("UnknownRule: ")
        assert "LD.mediation.from_receipt" in lines[3]
        assert lines[-1] == "1 passed, 2 failed"

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"meta": {}}', "null"])
    def test_says_what_is_wrong_with_the_file(self, check, content):
        with pytest.raises(CommandError, match=r"examples\.json"):
            check(content)

    def test_says_when_there_is_no_file(self, tmp_path):
        with pytest.raises(CommandError, match=r"none\.json"):
            call_command("check_examples", str(tmp_path / "none.json"))
