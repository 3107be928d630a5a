"""Nothing in the tree is a secret, and no number in it is a real person's."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from stdnum.cn import ric

# Numbers that pass their check digit, and why each is nobody's.
INVENTED_IDS = {
    "110101200402291220": "worked example: born on a leap day",
    "410105199003074211": "worked example of the form",
    "410100198503120134": "of 410100, which no card bears: cards name a county",
    "810000199001010027": "worked example: residence permit of Hong Kong",
    "41010519630718001x": "worked example: a small x",
}
# What test phones look like: 199 0000, and the numbers that every Chinese manual uses.
INVENTED_PHONE = re.compile(r"1990000\d{4}|13800(13[89]|000)\d{3}|13900(139|000)\d{3}")
# 620000: an issuer that was never given out.
INVENTED_CARD = re.compile(r"6200000000\d+")
# A card of 18 digits is told from an ID number by its month and day.
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{5}(?:18|19|20)\d{2}(?:0\d|1[0-2])[0-3]\d\d{3}[\dXx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
CARD = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{15,18}(?![0-9A-Za-z])")
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in an address": re.compile(r"\b[a-z]+://[^\s:/@{}<>]+:(?!password@|secret@)[^\s:/@{}<>]{6,}@"),
    "a key of a cloud": re.compile(r"\b(AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,20}|gh[pousr]_[0-9A-Za-z]{36})\b"),
    "a secret given to a setting": re.compile(
        r"""(?i)\b(?:secret_?key|api_?key|token|password)["']?\s*[:=]\s*["'][A-Za-z0-9+/_-]{24,}={0,2}["']"""
    ),
}


def texts() -> Iterator[tuple[str, str]]:
    """Return every text file of the tree with what is in it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  whichever git is there
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        path = Path(settings.BASE_DIR, name)
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            yield name, content.decode()


@pytest.fixture(scope="module")
def tree() -> list[tuple[str, str]]:
    found = list(texts())
    assert len(found) > 500
    return found


def test_no_secret_is_kept_in_the_tree(tree):
    found = [f"{name}: {what}" for name, text in tree for what, shape in SECRETS.items() if shape.search(text)]

    assert found == []


def test_every_id_number_is_invented(tree):
    found = {
        (name, number)
        for name, text in tree
        for number in ID_NUMBER.findall(text)
        if ric.calc_check_digit(number) == number[17].upper() and number not in INVENTED_IDS
    }

    assert found == set()


@pytest.mark.parametrize(("shape", "invented"), [(PHONE, INVENTED_PHONE), (CARD, INVENTED_CARD)])
def test_every_phone_and_bank_account_is_invented(tree, shape, invented):
    found = {
        (name, number)
        for name, text in tree
        if not name.endswith("package-lock.json")
        for number in shape.findall(text)
        if not invented.fullmatch(number) and not ID_NUMBER.fullmatch(number)
    }

    assert found == set()
