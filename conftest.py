"""What every test of the product stands on, also those of the case types: fresh layers, one language, one scale."""

from collections.abc import Iterator

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from casework.audit import triggers
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
    """Let `./run test` run the browser's tests by themselves: they cannot share a process with each other's loops."""
    parser.addoption("--chromium", choices=("with", "without", "only"), default="with", help="the tests in Chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests in a browser, or the others."""
    wanted = config.getoption("--chromium")
    if wanted == "with":
        return
    chosen = [item for item in items if ("tests/browser/" in item.nodeid) == (wanted == "only")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """Lift the append-only triggers around the flush that ends a transactional test, and around nothing else."""
    flush = TransactionTestCase._fixture_teardown

    def lifted_flush(case: TransactionTestCase) -> None:
        with triggers.lifted(connection):
            flush(case)

    TransactionTestCase._fixture_teardown = lifted_flush
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session", autouse=True)
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep uploaded files out of the tree."""
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Start each test with a channel layer of its own (a layer belongs to its event loop), no cache, and Chinese."""
    channel_layers.backends.clear()
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    channel_layers.backends.clear()
