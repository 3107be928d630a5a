"""What a machine that others can reach must set, what every answer carries, what the log leaves out."""

import json
import logging
import os
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

from config.logs import JsonLines

OWN_KEY = "k" * 50


def load(**env: str) -> subprocess.CompletedProcess:
    """Load the settings in a process of their own."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.DATABASES, s.CHANNEL_LAYERS, dir(s))"],
        cwd=settings.BASE_DIR,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )


class TestReachableByOthers:
    def test_refuses_the_published_key(self):
        assert "SECRET_KEY" in load(ALLOWED_HOSTS="gongdao.example.org").stderr

    def test_refuses_every_host(self):
        assert "each host" in load(ALLOWED_HOSTS="*", SECRET_KEY=OWN_KEY).stderr

    def test_refuses_debug(self):
        assert "DEBUG" in load(ALLOWED_HOSTS="gongdao.example.org", SECRET_KEY=OWN_KEY, DEBUG="1").stderr

    def test_starts_with_a_key_of_its_own(self):
        assert load(ALLOWED_HOSTS="gongdao.example.org", SECRET_KEY=OWN_KEY).returncode == 0

    def test_passes_djangos_deployment_check(self):
        result = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "ALLOWED_HOSTS": "gongdao.example.org",
                "SECRET_KEY": "x7Gq-" + "".join(map(str, range(40))),
                "HTTPS": "1",
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
    @pytest.mark.parametrize("path", ["/healthz", "/login/", "/no/such/page/", "/static/gongdao/mark.svg"])
    def test_every_answer_is_as_strict(self, client, path):
        with closing(client.get(path)) as response:
            pass

        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "camera=()" in response["Permissions-Policy"]

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
