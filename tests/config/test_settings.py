"""What a machine that others can reach must set, what every answer carries, what the log leaves out."""

import json
import logging
import os
import subprocess
import sys
from contextlib import closing
from functools import cache

import pytest
from django.conf import settings
from django.test import Client, override_settings

from config.logs import JsonLines

OWN_KEY = "k" * 50


PRINTS = "import config.settings as s; print(s.DATABASES, s.CHANNEL_LAYERS, dir(s))"


def load(words: str = PRINTS, /, **env: str) -> subprocess.CompletedProcess:
    """Load the settings in a process of their own."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-c", words],
        cwd=settings.BASE_DIR,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def settings_of_https() -> dict:
    """Return the settings of an installation behind TLS."""
    shown = "{name: str(value) for name, value in vars(s).items() if name.startswith(('SECURE_', 'SESSION_', 'CSRF_'))}"
    return json.loads(load(f"import json, config.settings as s; print(json.dumps({shown}))", HTTPS="1").stdout)


class TestReachableByOthers:
    def test_refuses_the_published_key(self):
        assert "SECRET_KEY" in load(ALLOWED_HOSTS="gongdao.example.org").stderr

    def test_refuses_every_host(self):
        assert "each host" in load(ALLOWED_HOSTS="*", SECRET_KEY=OWN_KEY).stderr

    def test_refuses_debug(self):
        assert "DEBUG" in load(ALLOWED_HOSTS="gongdao.example.org", SECRET_KEY=OWN_KEY, DEBUG="1").stderr

    def test_starts_with_a_key_of_its_own(self):
        assert load(ALLOWED_HOSTS="gongdao.example.org", SECRET_KEY=OWN_KEY).returncode == 0

    @pytest.mark.parametrize("database", ["sqlite:///gongdao.sqlite3", "postgres://gongdao:secret@127.0.0.1/gongdao"])
    def test_passes_the_deployment_check(self, tmp_path, database):
        keys = tmp_path / "keys.json"
        keys.touch(0o600)
        result = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "ALLOWED_HOSTS": "gongdao.example.org",
                "SECRET_KEY": "x7Gq-" + "".join(map(str, range(40))),
                "HTTPS": "1",
                "KEYS_FILE": str(keys),
                "ANCHOR_PLACES": f"file://{tmp_path / 'anchors.jsonl'},udp://loghost.example.org:514",
                "DATABASE_URL": database,
                "SOURCE_URL": "https://git.example.org/gongdao",
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert result.returncode == 0, result.stderr


class TestBackends:
    def test_without_environment_everything_is_on_this_machine(self):
        words = load().stdout

        assert "sqlite3" in words
        assert "InMemoryChannelLayer" in words

    def test_urls_choose_postgresql_and_redis(self):
        words = load(DATABASE_URL="postgres://g:p@db/g", REDIS_URL="redis://r/0", DATABASE_POOL="7").stdout

        assert "'max_size': 7" in words
        assert "RedisPubSubChannelLayer" in words


@pytest.mark.django_db
class TestHeaders:
    ANSWERS = (
        ("get", "/healthz", {}, 200),
        ("get", "/login/", {}, 200),
        ("get", "/cases/", {}, 302),
        ("get", "/healthz", {"HTTP_HOST": "elsewhere.example.org"}, 400),
        ("post", "/login/", {}, 403),  # no token
        ("get", "/no/such/page/", {}, 404),
        ("get", "/static/no/such/file.js", {}, 404),
        ("get", "/logout/", {}, 405),
        ("get", "/readyz", {}, 500),
        ("get", "/static/gongdao/mark.svg", {}, 200),
    )

    @pytest.mark.parametrize(("method", "path", "sent", "status"), ANSWERS)
    def test_every_answer_is_as_strict(self, monkeypatch, method, path, sent, status):
        if status == 500:
            monkeypatch.setattr("config.health.CHECKS", None)
        with override_settings(SECURE_HSTS_SECONDS=int(settings_of_https()["SECURE_HSTS_SECONDS"])):
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            with closing(getattr(client, method)(path, secure=True, **sent)) as response:
                pass

        assert response.status_code == status
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "camera=()" in response["Permissions-Policy"]
        assert response["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_behind_tls_cookies_and_addresses_are_for_tls_only(self):
        found = settings_of_https()

        assert int(found["SECURE_HSTS_SECONDS"]) >= 365 * 24 * 60 * 60
        for name in (
            "SECURE_HSTS_INCLUDE_SUBDOMAINS",
            "SECURE_SSL_REDIRECT",
            "SESSION_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "CSRF_COOKIE_SECURE",
            "CSRF_COOKIE_HTTPONLY",
        ):
            assert found[name] == "True", name

    def test_the_admin_has_no_login_of_its_own(self, client):
        response = client.get("/admin/login/?next=/admin/")

        assert response.status_code == 302
        assert response["Location"] == "/login/?next=/admin/"


@pytest.mark.django_db  # an answer closes old connections, and asks the one there is whether it is old
class TestStatic:
    def test_the_style_sheet_comes_from_its_package(self, client):
        with closing(client.get("/static/tabler/css/tabler.min.css")) as response:
            assert response.status_code == 200
            assert response["Content-Type"].startswith("text/css")

    @pytest.mark.parametrize("path", ["tabler/js/tabler.min.js", "@tabler/core/package.json", "../package.json"])
    def test_nothing_else_of_a_package_is_served(self, client, path):
        assert client.get(f"/static/{path}").status_code == 404


class TestLog:
    def test_a_line_is_json_and_leaves_out_what_the_exception_says(self):
        try:
            raise ValueError("Key (phone)=(13800000000) already exists")
        except ValueError:
            record = logging.LogRecord("casework", logging.ERROR, __file__, 1, "step %s failed", ("7",), sys.exc_info())

        line = JsonLines().format(record)

        assert json.loads(line)["message"] == "step 7 failed"
        assert json.loads(line)["exception"] == "builtins.ValueError"
        assert "13800000000" not in line
