"""The one task of a web process that pushes: it asks the tables for all open sockets at once.

It asks every two seconds, and at once for the people a hint names. What a socket has not got is read by its
number, so a client that comes back after an hour and one that is told of something this second are the same
case: both are behind. The same question finds accounts closed, passwords changed and sessions ended, because
Channels looks at the session only when a socket opens.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from . import hints
from .queries import ROUND, News, Place, news

logger = logging.getLogger(__name__)

ASK_EVERY_SECONDS = 2
HEARTBEAT_SECONDS = 25
SLOW_AFTER_SECONDS = 10

ANONYMOUS = 4401
REVOKED = 4403
TOO_SLOW = 4408

Message = dict[str, Any]


@dataclass(eq=False)
class OpenSocket:
    """One open socket. Until its client has said hello it is watched, and gets nothing."""

    user_id: int
    session_key: str
    credential: str
    send: Callable[[Message], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    got: int | None = None
    told: tuple[int, int] | None = None
    sent_at: float = 0.0
    busy: bool = False
    missed: bool = False

    @property
    def place(self) -> Place:
        """Return what the tables are asked with."""
        return Place(self.user_id, self.session_key, self.credential, self.got)


class Pusher:
    """The open sockets of one event loop, and the task that serves them while there are any."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.sockets: set[OpenSocket] = set()
        self._hinted: set[int] = set()
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, socket: OpenSocket) -> None:
        """Serve a socket; the first one starts the task."""
        socket.sent_at = self.loop.time()
        self.sockets.add(socket)
        if not self._tasks:
            hints.listen(self)
            self._start(self._push())
            if hints.crosses_processes():
                self._start(self._hear())

    async def leave(self, socket: OpenSocket) -> None:
        """Serve a socket no more; with the last one everything stops."""
        self.sockets.discard(socket)
        if self.sockets:
            return
        hints.forget(self)
        _pushers.pop(self.loop, None)
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, users: Iterable[int]) -> None:
        """Ask for these people's news now."""
        self._hinted.update(users)
        self._bell.set()

    def _start(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _push(self) -> None:
        """Ask for everybody at fixed times, and in between for those who were hinted at."""
        ask_everybody_at = self.loop.time()
        while True:
            hinted, self._hinted = self._hinted, set()
            self._bell.clear()
            everybody = self.loop.time() >= ask_everybody_at
            if everybody:
                ask_everybody_at = self.loop.time() + ASK_EVERY_SECONDS
            try:
                await self._ask([s for s in self.sockets if everybody or s.user_id in hinted])
            except Exception:
                logger.exception("asking for news failed, asking again in %s s", ASK_EVERY_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(ask_everybody_at):
                    await self._bell.wait()

    async def _ask(self, sockets: Sequence[OpenSocket]) -> None:
        """Ask for some sockets' news and start sending it, to each at its own pace."""
        for socket in sockets:
            socket.missed = socket.busy
        ready = [socket for socket in sockets if not socket.busy]
        if not ready:
            return
        found = await database_sync_to_async(news)([socket.place for socket in ready], timezone.now())
        for socket, its in zip(ready, found, strict=True):
            if socket not in self.sockets:
                continue
            if its.revoked:
                self.sockets.discard(socket)
                self._start(self._drop(socket, REVOKED))
            elif messages := self._messages(socket, its):
                socket.busy = True
                self._start(self._deliver(socket, messages))

    def _messages(self, socket: OpenSocket, its: News) -> list[Message]:
        """Return what a socket is sent now: its news, the state of the bell if that changed, or a heartbeat."""
        messages = list(its.messages)
        if socket.got is not None:
            # A client that claims more than there is remembers another database: its place is moved back.
            socket.got = min(socket.got, its.last_seq)
            if socket.told != (its.last_seq, its.unread):
                socket.told = (its.last_seq, its.unread)
                messages.append({"type": "bell", "seq": its.last_seq, "unread": its.unread})
        if not messages and self.loop.time() - socket.sent_at > HEARTBEAT_SECONDS:
            messages.append({"type": "ping"})
        return messages

    async def _deliver(self, socket: OpenSocket, messages: list[Message]) -> None:
        """Send messages in order; a reader who does not take them in time is dropped and comes back for them."""
        try:
            async with asyncio.timeout(SLOW_AFTER_SECONDS):
                for message in messages:
                    await socket.send(message)
                    socket.sent_at = self.loop.time()
                    if message["type"] == "notification":
                        socket.got = message["seq"]
        except (TimeoutError, OSError, RuntimeError):  # servers answer a send to a closed socket with these
            self.sockets.discard(socket)
            await self._drop(socket, TOO_SLOW)
            return
        finally:
            socket.busy = False
        if socket.missed or len(messages) >= ROUND:
            self.wake({socket.user_id})

    async def _drop(self, socket: OpenSocket, code: int) -> None:
        """Close a socket, without waiting for one that does not answer."""
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(1):
                await socket.close(code)

    async def _hear(self) -> None:
        """Take the hints of other processes; while the channel layer is away, asking every two seconds does."""
        layer = get_channel_layer()
        while True:
            channel = ""
            try:
                channel = await layer.new_channel()
                await layer.group_add(hints.GROUP, channel)
                while True:
                    self.wake((await layer.receive(channel))["users"])
            except Exception as error:  # noqa: BLE001  each layer fails in its own way
                logger.warning("channel layer lost (%s): news are seen by asking", type(error).__name__)
            finally:
                with suppress(Exception):
                    await layer.group_discard(hints.GROUP, channel)
            await asyncio.sleep(hints.PAUSE_SECONDS)


_pushers: dict[asyncio.AbstractEventLoop, Pusher] = {}


def pusher() -> Pusher:
    """Return the pusher of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _pushers:
        _pushers[loop] = Pusher()
    return _pushers[loop]
