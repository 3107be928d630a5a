"""Nothing is changed by a request that another page made (trust D10): every address, every unsafe method."""

import pytest
from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from .asking import UNSAFE, named_routes
from .requests_sent import ADDRESSES, kind_of, missing

# What a browser sends by itself, without a page and so without a token; it changes nothing.
WITHOUT_TOKEN = {"policy_breach": "a browser's report of a breach of the content policy"}
HERE, ELSEWHERE = "https://testserver", "https://elsewhere.example"


def places() -> list[str]:
    """Return an address of every route."""
    return [
        reverse(name, args=missing(name) if kind_of(name) else list(ADDRESSES.get(name, ())))
        for name in set(named_routes()) - WITHOUT_TOKEN.keys()
    ]


@pytest.mark.parametrize(
    ("what", "token", "headers"),
    [
        ("no token", False, {"origin": HERE}),
        ("no token, no origin, from a page of ours", False, {"referer": f"{HERE}/"}),
        ("the token, from elsewhere", True, {"origin": ELSEWHERE}),
        ("the token, from a page elsewhere", True, {"referer": f"{ELSEWHERE}/page"}),
        ("the token, from nowhere", True, {"origin": "null"}),
        ("the token, neither origin nor page", True, {}),
        ("the token, a look-alike", True, {"origin": "https://testserver.elsewhere.example"}),
        ("the token, the same host unencrypted", True, {"origin": "http://testserver"}),
    ],
)
def test_it_is_refused(what: str, token: bool, headers: dict[str, str]) -> None:
    client, secret = Client(enforce_csrf_checks=True), _get_new_csrf_string()
    client.cookies[settings.CSRF_COOKIE_NAME] = secret
    if token:
        headers = {**headers, "x-csrftoken": secret}
    let_in = [
        f"{method} {place}: {answer.status_code}"
        for place in places()
        for method in (("POST",) if token else UNSAFE)
        if (answer := client.generic(method, place, secure=True, headers=headers)).status_code != 403
    ]
    assert not let_in, "\n".join([what, *let_in])


@pytest.mark.django_db
def test_what_a_page_of_ours_sends_is_taken() -> None:
    client, secret = Client(enforce_csrf_checks=True), _get_new_csrf_string()
    client.cookies[settings.CSRF_COOKIE_NAME] = secret
    headers = {"origin": HERE, "x-csrftoken": secret}
    assert client.post(reverse("set_language"), {"language": "en"}, secure=True, headers=headers).status_code == 302
