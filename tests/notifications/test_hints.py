"""Hints between processes: never waited for, never needed."""

import asyncio
import time
from typing import Any

import pytest
from channels.layers import channel_layers
from django.db import connection
from django.test import override_settings

from notifications import hints, pusher
from notifications.models import Notification

from .conftest import City, something
from .test_socket import a_socket, heard, tell

NOBODY_LISTENS_THERE = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": "redis://127.0.0.1:1/0", "socket_connect_timeout": 1, "socket_timeout": 2}]},
    }
}


class Layer:
    """A channel layer that is away for a while."""

    def __init__(self, *, fails: int = 0, takes: float = 0) -> None:
        self.fails, self.takes = fails, takes
        self.sent: list[dict[str, Any]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(self.takes)
        if self.fails:
            self.fails -= 1
            raise ConnectionError
        self.sent.append(message)


@pytest.fixture
def loop() -> Any:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def a_relay(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> hints.Relay:
    monkeypatch.setattr(channel_layers, "make_backend", lambda name: layer)
    return hints.Relay()


class TestRelay:
    def test_sends_account_ids_and_nothing_else(
        self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        layer = Layer()

        assert a_relay(layer, monkeypatch).send(loop, {3, 1})

        assert layer.sent == [{"type": "notifications.hint", "users": [1, 3]}]

    def test_says_once_that_the_layer_is_lost_and_once_that_it_is_back(
        self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        relay = a_relay(Layer(fails=3), monkeypatch)

        sent = [relay.send(loop, {1}) for _ in range(5)]

        assert sent == [False, False, False, True, True]
        assert [record.message.split(" (")[0] for record in caplog.records] == [
            "channel layer lost",
            "channel layer is back",
        ]

    def test_gives_a_frozen_layer_up_after_a_while(
        self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hints, "PATIENCE_SECONDS", 0.05)

        assert not a_relay(Layer(takes=60), monkeypatch).send(loop, {1})


@pytest.mark.django_db(transaction=True)
class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def _no_redis(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setattr(hints, "_relays", [])
        monkeypatch.setattr(pusher, "ASK_EVERY_SECONDS", 0.2)
        with override_settings(CHANNEL_LAYERS=NOBODY_LISTENS_THERE):
            yield

    def test_work_goes_on_and_waits_for_nothing(self, town: City) -> None:
        start = time.perf_counter()
        for _ in range(10):
            something(kind="task.assigned", by=town.lin, case=town.case, owner=town.chen.pk)

        assert Notification.objects.count() == 10
        assert time.perf_counter() - start < 5
        connection.close()

    @pytest.mark.asyncio
    async def test_sockets_open_and_hear_everything(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hints, "_listeners", set())
        monkeypatch.setattr(hints, "listen", lambda listener: None)

        async with a_socket(town.chen, since=0) as socket:
            await tell(town, town.chen, 3)

            assert await heard(socket, 3) == [1, 2, 3]
