"""A real Chromium in front of a real web process, which serves the test's own database."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from casework.staff.models import LoginSession

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium, started once for the tests of a module.

    Not for the session: while Playwright runs, its event loop owns the main thread, and the tests of
    consumers in other modules need one of their own.
    """
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is missing: apt-get install chromium")
    # Playwright's loop makes Django believe that these plain tests are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _database_url() -> str:
    """Return how another process reaches the test's database."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


def _answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=2).status == 200
    except OSError:
        return False


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """Return the address of a web process over the test's database; its log must hold no error at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": _database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off"]
    command += ["--ws", "websockets-sansio", "--no-access-log", "--log-level", "warning"]
    log = tmp_path / "web.log"
    with log.open("wb") as words:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=words, stderr=words)
        try:
            deadline = time.monotonic() + 60
            while not _answers(f"http://127.0.0.1:{port}/healthz"):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"the web process did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(15)
    errors = [line for line in log.read_text().splitlines() if '"level": "ERROR"' in line or "Traceback" in line]
    assert not errors, errors


class Window:
    """One person's browser: a context of its own with that person's login, and everything it complained about."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium reports a refused form (422) as a failed load; the page shows it to the person.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws", 1), "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def axe(self) -> list[str]:
        """Return what axe-core finds wrong on the page as it stands."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            # Through the debugger and not as a script of the page: the policy of the page allows no other.
            self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['html'][:120]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


@pytest.fixture
def window(chromium: Browser, site: str) -> Iterator[Callable[..., Window]]:
    """Return a function that opens a window for a person (or for nobody), at a size, in a language.

    At the end no window may have complained: no script error, no breach of the content policy, no request
    to another host.
    """
    windows: list[Window] = []

    def open_window(user: Any = None, *, width: int = 1280, height: int = 800, language: str = "zh-hans") -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN" if language == "zh-hans" else "en-GB"
        )
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user:
            client = Client()
            client.force_login(user)
            # It outlives a sweep of next month, by which a test lets a period end.
            later = timezone.now() + timedelta(days=365)
            LoginSession.objects.filter(user=user).update(since=later, last_used=later, factor_at=later)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        windows.append(Window(context, site))
        return windows[-1]

    yield open_window
    complaints = [complaint for each in windows for complaint in each.complaints]
    for each in windows:
        each.context.close()
    assert not complaints, complaints
