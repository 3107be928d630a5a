"""The socket: what was missed in order, then what comes, for as long as the login holds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_database
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.staff import logins
from casework.staff.models import User
from config.asgi import application
from notifications import hints, pusher
from notifications.models import Inbox, Notification
from notifications.queries import ROUND, Place, news

from .conftest import AT, City, a_case, something

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

HOST, ORIGIN = (b"host", b"localhost"), (b"origin", b"http://localhost")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pusher, "ASK_EVERY_SECONDS", 0.2)


@in_database
def _cookie(user: User) -> bytes:
    browser = Client()
    browser.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


@asynccontextmanager
async def a_socket(user: User | None, since: int | None = None) -> AsyncIterator[WebsocketCommunicator]:
    """Open a socket as a browser does; with a number, say hello."""
    headers = [HOST, ORIGIN] if user is None else [HOST, ORIGIN, (b"cookie", await _cookie(user))]
    socket = WebsocketCommunicator(application, "/ws/notifications/", headers)
    connected, _ = await socket.connect(timeout=5)
    assert connected
    if since is not None:
        await socket.send_json_to({"type": "hello", "since": since})
    try:
        yield socket
    finally:
        await socket.disconnect()


async def heard(socket: WebsocketCommunicator, number: int) -> list[int]:
    """Return the numbers of the next notifications."""
    numbers: list[int] = []
    while len(numbers) < number:
        message = await socket.receive_json_from(timeout=5)
        if message["type"] == "notification":
            numbers.append(message["seq"])
    return numbers


async def until(socket: WebsocketCommunicator, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the next message that fits."""
    while True:
        message = await socket.receive_json_from(timeout=5)
        if fits(message):
            return message


@in_database
def tell(town: City, user: User, times: int = 1) -> None:
    """Have something happen that the person hears of; the commit dispatches it."""
    something(kind="task.assigned", by=town.lin, case=town.case, owner=user.pk, times=times)


@in_database
def inbox_of(user: User) -> list[int]:
    """Return the numbers of a person's notifications."""
    return list(Notification.objects.filter(user=user).order_by("seq").values_list("seq", flat=True))


class TestHello:
    async def test_brings_what_was_missed_in_order_and_then_what_comes(self, town: City) -> None:
        await tell(town, town.chen, 3)

        async with a_socket(town.chen, since=1) as socket:
            missed = await heard(socket, 2)
            await tell(town, town.chen)
            live = await heard(socket, 1)

        assert missed + live == [2, 3, 4]

    async def test_brings_more_than_one_round_holds(self, town: City) -> None:
        await tell(town, town.chen, ROUND + 5)

        async with a_socket(town.chen, since=0) as socket:
            assert await heard(socket, ROUND + 5) == list(range(1, ROUND + 6))

    async def test_comes_before_anything_is_sent(self, town: City) -> None:
        await tell(town, town.chen)

        async with a_socket(town.chen) as socket:
            assert await socket.receive_nothing(timeout=0.5)

    async def test_moves_back_a_client_that_remembers_another_database(self, town: City) -> None:
        async with a_socket(town.chen, since=500) as socket:
            assert await socket.receive_json_from(timeout=5) == {"type": "bell", "seq": 0, "unread": 0}
            await tell(town, town.chen)
            assert await heard(socket, 1) == [1]

    @pytest.mark.parametrize(
        "said",
        [
            "no json",
            "[1]",
            '{"type": "hello"}',
            '{"type": "hello", "since": -1}',
            '{"type": "hello", "since": "1"}',
            '{"type": "hello", "since": 99999999999999999999}',
            '{"type": "shout"}',
            pytest.param("[" * 100_000, id="nested without an end"),
        ],
    )
    async def test_what_nobody_understands_closes_the_socket(self, town: City, said: str) -> None:
        async with a_socket(town.chen) as socket:
            await socket.send_to(text_data=said)

            assert await socket.receive_output(timeout=5) == {"type": "websocket.close", "code": 4400}


class TestLive:
    async def test_a_hint_is_faster_than_asking(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pusher, "ASK_EVERY_SECONDS", 60)

        async with a_socket(town.chen, since=0) as socket:
            await socket.receive_json_from(timeout=5)
            await tell(town, town.chen)

            assert await heard(socket, 1) == [1]

    async def test_without_hints_asking_finds_it(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hints, "tell", lambda users: None)

        async with a_socket(town.chen, since=0) as socket:
            await tell(town, town.chen)

            assert await heard(socket, 1) == [1]

    async def test_another_office_hears_nothing(self, town: City) -> None:
        async with a_socket(town.zhao, since=0) as zhaos, a_socket(town.chen, since=0) as chens:
            await zhaos.receive_json_from(timeout=5)
            await tell(town, town.zhao)
            await tell(town, town.chen)

            assert await heard(chens, 1) == [1]
            assert await zhaos.receive_nothing(timeout=0.5)

    async def test_every_window_of_a_person_gets_it(self, town: City) -> None:
        async with a_socket(town.chen, since=0) as one, a_socket(town.chen, since=0) as other:
            await tell(town, town.chen)

            assert (await heard(one, 1), await heard(other, 1)) == ([1], [1])

    async def test_nothing_is_lost_or_doubled_between_two_sockets(self, town: City) -> None:
        seen: list[int] = []
        for _ in range(4):
            async with a_socket(town.chen, since=seen[-1] if seen else 0) as socket:
                await tell(town, town.chen, 3)
                seen += await heard(socket, 2)
        async with a_socket(town.chen, since=seen[-1]) as socket:
            seen += await heard(socket, 12 - len(seen))

        assert seen == list(range(1, 13))

    async def test_a_heartbeat_keeps_a_quiet_socket_open(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pusher, "HEARTBEAT_SECONDS", 0.3)

        async with a_socket(town.chen, since=0) as socket:
            await until(socket, lambda message: message == {"type": "ping"})
            await socket.send_json_to({"type": "pong"})
            await socket.send_json_to({"type": "ping"})
            await until(socket, lambda message: message == {"type": "pong"})

    async def test_a_reader_who_takes_nothing_is_dropped_and_the_others_go_on(
        self, town: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pusher, "SLOW_AFTER_SECONDS", 0.2)
        closed: list[int] = []

        async def takes_nothing(message: dict[str, Any]) -> None:
            await asyncio.sleep(60)

        async def close(code: int) -> None:
            closed.append(code)

        async with a_socket(town.chen, since=0) as socket:
            slow = pusher.OpenSocket(town.chen.pk, "", "", takes_nothing, close, got=0)
            place = next(iter(pusher.pusher().sockets)).place
            slow.session_key, slow.credential = place.session_key, place.credential
            pusher.pusher().join(slow)
            await tell(town, town.chen)

            assert await heard(socket, 1) == [1]
            await asyncio.sleep(0.5)
            assert closed == [pusher.TOO_SLOW]


class TestRead:
    async def test_tells_the_other_windows(self, town: City) -> None:
        await tell(town, town.chen, 2)

        async with a_socket(town.chen, since=2) as one, a_socket(town.chen, since=2) as other:
            await until(other, lambda message: message["type"] == "bell")
            await one.send_json_to({"type": "read", "upto": 2})

            assert await until(other, lambda message: message["type"] == "bell") == {
                "type": "bell",
                "seq": 2,
                "unread": 0,
            }


class TestLogin:
    async def test_without_one_the_socket_is_accepted_and_closed(self, db: None) -> None:
        async with a_socket(None) as socket:
            assert await socket.receive_output(timeout=5) == {"type": "websocket.close", "code": 4401}

    @staticmethod
    @in_database
    def _close_account(user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)

    @staticmethod
    @in_database
    def _log_out(user: User) -> None:
        logins.end_logins_of(user=user, by=None, at=timezone.now())

    @staticmethod
    @in_database
    def _change_password(user: User) -> None:
        user.set_password("another one")
        user.save(update_fields=["password"])

    @pytest.mark.parametrize("what", ["_close_account", "_log_out", "_change_password"])
    async def test_when_it_ends_the_socket_is_closed_and_hears_nothing_more(self, town: City, what: str) -> None:
        async with a_socket(town.chen, since=0) as socket:
            await socket.receive_json_from(timeout=5)
            await getattr(self, what)(town.chen)
            await tell(town, town.mei)

            assert await socket.receive_output(timeout=5) == {"type": "websocket.close", "code": 4403}


class TestStopping:
    async def test_the_last_socket_takes_the_task_with_it(self, town: City) -> None:
        async with a_socket(town.chen, since=0) as socket:
            await socket.receive_json_from(timeout=5)
            assert len(pusher._pushers) == 1

        assert pusher._pushers == {}
        assert hints._listeners == set()

    async def test_an_error_of_the_database_stops_nothing(
        self, town: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        calls: list[int] = []

        def fails_once(*args: Any) -> Any:
            calls.append(1)
            if len(calls) == 1:
                raise RuntimeError("gone away")
            return news(*args)

        monkeypatch.setattr(pusher, "news", fails_once)
        await tell(town, town.chen)

        async with a_socket(town.chen, since=0) as socket:
            assert await heard(socket, 1) == [1]
        assert "asking for news failed" in caplog.text


class TestNews:
    async def test_asks_one_question_for_all_sockets(self, town: City) -> None:
        @in_database
        def ask() -> int:
            places = [Place(user.pk, "", "", 0) for user in (town.chen, town.mei, town.sun) for _ in range(50)]
            with CaptureQueriesContext(connection) as asked:
                answer = news(places, AT)
            assert len(answer) == 150
            return len(asked)

        assert await ask() == 1


class TestTruth:
    async def test_inbox_before_and_what_was_pushed_is_the_inbox_read_again(self, town: City) -> None:
        await tell(town, town.chen, 2)
        before = await inbox_of(town.chen)

        async with a_socket(town.chen, since=2) as socket:
            other = await in_database(lambda: a_case(town.county, town.lin, "TY-410105-2026-000002"))()
            await in_database(
                lambda: something(kind="task.queued", by=town.lin, case=other, role="mediator", times=3)
            )()
            await tell(town, town.chen, 2)
            pushed = await heard(socket, 5)

        after = await inbox_of(town.chen)
        assert before + pushed == after
        assert (await in_database(Inbox.objects.get)(user=town.chen)).last_seq == 7


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs a Redis (REDIS_URL)")
class TestRedis:
    @pytest.fixture(autouse=True)
    def _only_hints(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pusher, "ASK_EVERY_SECONDS", 60)

    async def test_a_hint_from_another_process_is_heard(self, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hints, "_listeners", set())
        monkeypatch.setattr(hints, "listen", lambda listener: None)

        async with a_socket(town.chen, since=0) as socket:
            await socket.receive_json_from(timeout=5)
            await asyncio.sleep(0.5)
            await tell(town, town.chen)

            assert await heard(socket, 1) == [1]
