"""What every test of the product stands on, also those of the case types: fresh layers, one language, one scale."""

from collections.abc import Iterator

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.test.client import ClientHandler
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from casework import jobs
from casework.audit.operation import Unit
from tests import logins as logins_of_tests
from tests import trail
from tests.scale import scale

hypothesis_settings.register_profile(
    "gongdao",
    max_examples=scale("examples"),
    deadline=None,  # two cores, shared: a slow example is no finding
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
hypothesis_settings.load_profile("gongdao")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `./run test` run each test where it can find something.

    The browser's by themselves, because they cannot share a process with the others' loops; on the second database only
    what asks a database or Redis, because the others would do the very same again.
    """
    parser.addoption("--chromium", choices=("with", "without", "only"), default="with", help="the tests in Chromium")
    parser.addoption("--servers-only", action="store_true", help="leave out what asks neither a database nor Redis")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests in a browser, or the others; and those that ask a server."""
    wanted, chosen = config.getoption("--chromium"), list(items)
    if wanted != "with":
        chosen = [item for item in chosen if ("tests/browser/" in item.nodeid) == (wanted == "only")]
    if config.getoption("--servers-only"):
        chosen = [item for item in chosen if asks_a_server(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


ASK_THE_LAYER = ("tests/config/", "tests/notifications/")


def asks_a_server(item: pytest.Item) -> bool:
    """Return whether a test asks a database, by mark or fixture, or stands where Redis is asked."""
    names = set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") or names & {"db", "transactional_db", "django_db_setup"}
    return bool(asks) or item.nodeid.startswith(ASK_THE_LAYER)


@pytest.fixture(scope="session", autouse=True)
def whoever_is_let_in_has_given_the_code() -> Iterator[None]:
    """Open the login of everybody a test lets in by `force_login`, as the login page does, the second factor given."""
    user_logged_in.connect(logins_of_tests.open_login, dispatch_uid="tests")
    yield
    user_logged_in.disconnect(dispatch_uid="tests")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """Empty what a transactional test filled, past the append-only triggers; lift them around nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_the_tables())
        yield


# What `migrate` fills stays: Django's own flush would empty it too and make it anew, a second each time.
FILLED_BY_MIGRATE = {"django_content_type", "auth_permission", "django_q_schedule"}


def empty_the_tables() -> None:
    """Delete the rows of every table that has any, past the triggers and keys that refuse it."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608  our own tables
        for table in tables
        if table not in FILLED_BY_MIGRATE
    )
    with connection.cursor() as cursor:
        cursor.execute(filled)
        statements = [f"DELETE FROM {table}" for (table,) in cursor.fetchall()]  # noqa: S608
        if connection.vendor == "postgresql":
            statements = ["SET session_replication_role = replica", *statements, "RESET session_replication_role"]
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'")
            refusing = cursor.fetchall()
            statements = [*(f"DROP TRIGGER {name}" for name, _sql in refusing), *statements]
            statements += [sql for _name, sql in refusing]
        with connection.constraint_checks_disabled(), transaction.atomic():
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep uploaded files out of the tree."""
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_written_without_its_event(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Watch every request, job, command and operation of every test: see tests/trail.py."""
    ledger = tmp_path_factory.getbasetemp() / LEDGER
    ledger.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Unit, "write", trail.watching_operations(Unit.write))
        patch.setattr(ClientHandler, "__call__", trail.watching_requests(ClientHandler.__call__, ledger))
        patch.setattr(BaseCommand, "execute", trail.watching_commands(BaseCommand.execute))
        patch.setattr(jobs, "work", trail.watching_jobs(jobs.work))
        yield


LEDGER = "recorded-routes.txt"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a whole run red that left out a route: a new one needs a test that sees it recorded."""
    config = session.config
    is_whole = config.args == config.getini("testpaths") and not config.getoption("keyword")
    if hasattr(config, "workerinput") or not is_whole or config.getoption("--chromium") == "only" or session.exitstatus:
        return
    folder = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  pytest has no other way to ask
    if left_out := trail.routes_left_out(folder.rglob(LEDGER)):
        said = f"No test saw these routes record what they were sent: {', '.join(left_out)}"
        config.pluginmanager.get_plugin("terminalreporter").write_line(said)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Start each test with a channel layer of its own (a layer belongs to its event loop), no cache, and Chinese."""
    channel_layers.backends.clear()
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    channel_layers.backends.clear()
